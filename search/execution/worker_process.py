"""A worker as a child process: how the supervisor starts it, and what it left when it died."""

import dataclasses
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from fer.errors import printable
from fer.process import available_cores, training_environment
from search.execution.worker import STORAGE_VARIABLE, WorkerConfig
from search.execution.worker_progress import progress_path
from search.storage.study import FerStudy

WARNING = b"fer: warning: "

STOP_SECONDS = 60.0
"""Time to reach the next step and stop, before a worker is killed; no run is lost by it."""


def start_worker(
    study: FerStudy, config: WorkerConfig, slot: int, workers: int, command: tuple[str, ...]
) -> "subprocess.Popen[bytes]":
    """Start the worker of a slot (from 0), with its share of the cores."""
    threads = max(1, available_cores() // workers)
    folder = Path(config.folder)
    folder.mkdir(parents=True, exist_ok=True)
    progress = progress_path(folder, slot)
    progress.write_text("starting\n\n", encoding="utf-8")
    config = dataclasses.replace(config, threads=threads, progress=str(progress))
    environment = training_environment(threads)
    environment[STORAGE_VARIABLE] = study.opened.url.render_as_string(hide_password=False)
    with _log(config, slot).open("ab") as log:
        return subprocess.Popen(
            [*command, config.to_json()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def stop_workers(workers: "Iterable[subprocess.Popen[bytes]]") -> None:
    """Stop workers at their next step, and kill those that do not reach it in time."""
    workers = list(workers)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for worker in workers:
        try:
            worker.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def last_line(config: WorkerConfig, slot: int) -> str:
    """The last line that the worker of a slot wrote to its log."""
    text = _log(config, slot).read_text(encoding="utf-8", errors="replace").strip()
    return (text.splitlines() or ["it left no message"])[-1].removeprefix("fer: ")


class WorkerWarnings:
    """The warnings that the worker of a slot writes to its log, from now on, each once."""

    def __init__(self, config: WorkerConfig, slot: int) -> None:
        self._log = _log(config, slot)
        self._read = self._log.stat().st_size if self._log.is_file() else 0

    def show(self) -> None:
        """Print the new ones to stderr."""
        if not self._log.is_file() or self._log.stat().st_size <= self._read:
            return
        with self._log.open("rb") as log:
            log.seek(self._read)
            whole = log.read().rpartition(b"\n")[0]  # the last line may still be in writing
        self._read += len(whole) + bool(whole)
        for line in whole.split(b"\n"):
            if line.startswith(WARNING):
                print(printable(line.decode(errors="replace")), file=sys.stderr, flush=True)


def cause_of_death(status: int, *, out_of_memory: bool) -> str:
    """Why a worker ended with an exit status other than 0, as in ``its worker …``."""
    if out_of_memory:
        return "was killed: the machine ran out of memory"
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _log(config: WorkerConfig, slot: int) -> Path:
    return Path(config.folder) / f"worker-{slot + 1}.log"
