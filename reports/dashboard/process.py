"""The dashboard as a process: in the foreground, or beside a study that runs."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from fer.errors import FerError
from reports.dashboard.artifacts import artifact_folder
from reports.dashboard.listen import HOST, address, check_access, listen
from search.execution.worker import STORAGE_VARIABLE
from search.storage.storage import Storage
from search.storage.study import stored_definition

COMMAND = (sys.executable, "-m", "reports.dashboard")
STOP_SECONDS = 5.0


@dataclass(frozen=True)
class Beside:
    """What the dashboard of a running study is told."""

    study: str
    artifacts: str
    socket: int
    parent: int


def serve(
    storage_url: str,
    study: str | None = None,
    *,
    host: str = HOST,
    port: int | None = None,
    token: str | None = None,
    artifacts: Path | None = None,
) -> None:
    """Serve until Ctrl-C.

    Raises:
        BadInput: the storage or the study is not there, the port is taken, or a token is missing.
    """
    from reports.dashboard.serve import make_server

    check_access(host, token)
    with Storage(storage_url, create=False) as storage:
        if study is not None:
            stored_definition(storage, study)
        folder = artifacts or artifact_folder(storage)
        with (
            listen(host, port) as listening,
            make_server(storage, listening, folder, study=study, host=host, token=token) as server,
        ):
            print(f"{storage.shown}: {address(listening, token)} (Ctrl-C ends)", flush=True)
            server.serve_forever()


@contextlib.contextmanager
def beside(storage: Storage, study: str, runs: Path) -> Iterator[str]:
    """A dashboard as a process of its own for as long as the block runs; gives its address.

    Of its own, and nice: whatever it does, the study does not wait for it.

    Args:
        runs: the folder that holds the studies' folders.

    Raises:
        BadInput: there is no port to listen on.
    """
    with listen(HOST, None) as listening:
        folder = artifact_folder(storage, runs)
        told = Beside(study, str(folder), listening.fileno(), os.getpid())
        url = storage.url.render_as_string(hide_password=False)
        child = subprocess.Popen(
            [*COMMAND, json.dumps(asdict(told))],
            env=os.environ | {STORAGE_VARIABLE: url, "OMP_NUM_THREADS": "1"},
            pass_fds=(listening.fileno(),),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # a log of requests has no place in the study's table
        )
        where = address(listening)
    try:
        yield where
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def main(told: str) -> int:
    """Run as the child of a study; returns the exit status."""
    os.nice(10)
    from reports.dashboard.serve import make_server

    post = Beside(**json.loads(told))
    with (
        contextlib.suppress(KeyboardInterrupt),
        Storage(os.environ[STORAGE_VARIABLE], create=False) as storage,
        socket.socket(fileno=post.socket) as listening,
        make_server(
            storage, listening, Path(post.artifacts), study=post.study, parent=post.parent
        ) as server,
    ):
        try:
            server.serve_forever()
        except FerError:
            return 1
    return 0
