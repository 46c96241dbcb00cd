"""The dashboard as a process: in the foreground, or alongside a running study."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import optuna

from fer.errors import FerError
from reports.dashboard.artifacts import artifact_folder
from reports.dashboard.listen import HOST, address, check_access, listen
from search.execution.worker import STORAGE_VARIABLE
from search.storage.exported import open_to_read
from search.storage.storage import Storage
from search.storage.study import open_study, stored_definition, study_names

COMMAND = (sys.executable, "-m", "reports.dashboard")
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class ProcessArguments:
    """The arguments of the dashboard process of a running study."""

    study: str
    artifacts: str
    socket: int
    parent: int


def serve(
    storage_url: str | None,
    study: str | None = None,
    *,
    host: str = HOST,
    port: int | None = None,
    token: str | None = None,
    artifacts: Path | None = None,
) -> None:
    """Serve until Ctrl-C.

    Raises:
        BadInput: no such storage or study, the port is in use, or a token is missing.
    """
    from reports.dashboard.publish import Publisher
    from reports.dashboard.serve import make_server

    _quieten_optuna()
    check_access(host, token)
    with open_to_read(storage_url, study) as storage:
        if study is not None:
            stored_definition(storage, study)
        if storage.is_copy:  # an export has no notes and figures
            for name in study_names(storage):
                Publisher(open_study(storage, name)).publish()
        folder = artifacts or artifact_folder(storage)
        with (
            listen(host, port) as listening,
            make_server(storage, listening, folder, study=study, host=host, token=token) as server,
        ):
            how = "Ctrl-C ends" if token is None else "add ?token=TOKEN; Ctrl-C ends"
            print(f"{storage.shown}: {address(listening)} ({how})", flush=True)
            server.serve_forever()


@contextlib.contextmanager
def beside(storage: Storage, study: str, runs: Path) -> Iterator[str]:
    """Serve a dashboard in a process of its own while the block runs; yields its address.

    The process has a low priority, so that the study does not wait for it.

    Args:
        runs: the folder that holds the studies' folders.

    Raises:
        BadInput: no port is free.
    """
    with listen(HOST, None) as listening:
        folder = artifact_folder(storage, runs)
        arguments = ProcessArguments(study, str(folder), listening.fileno(), os.getpid())
        url = storage.url.render_as_string(hide_password=False)
        process = subprocess.Popen(
            [*COMMAND, json.dumps(asdict(arguments))],
            env=os.environ | {STORAGE_VARIABLE: url, "OMP_NUM_THREADS": "1"},
            pass_fds=(listening.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # its log would break the study's table
        )
        url = address(listening)
    try:
        yield url
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main(text: str) -> int:
    """Run as a process of a study, with JSON arguments; returns the exit status."""
    os.nice(10)
    from reports.dashboard.serve import make_server

    arguments = ProcessArguments(**json.loads(text))
    with (
        contextlib.suppress(KeyboardInterrupt),
        Storage(os.environ[STORAGE_VARIABLE], create=False) as storage,
        socket.socket(fileno=arguments.socket) as listening,
        make_server(
            storage,
            listening,
            Path(arguments.artifacts),
            study=arguments.study,
            parent=arguments.parent,
        ) as server,
    ):
        try:
            server.serve_forever()
        except FerError:
            return 1
    return 0


def _quieten_optuna() -> None:
    """Keep the terminal for the address and for errors."""
    # A study in memory is "created" for each estimate of importance.
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    # From optuna-dashboard's estimates for studies of other programs, at each poll of a page;
    # ours has intervals, which show how little few trials say.
    warnings.filterwarnings("ignore", "Some regimes for parameter .* have less than", UserWarning)
