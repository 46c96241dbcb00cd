"""A worker as a child process: how the supervisor starts it, and what it left when it died."""

import dataclasses
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from fer.process import available_cores, training_environment
from search.execution.worker import STORAGE_VARIABLE, WorkerConfig
from search.execution.worker_progress import progress_path
from search.storage.study import FerStudy

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


def cause_of_death(status: int, *, out_of_memory: bool) -> str:
    """Why a worker ended with an exit status other than 0, as in ``its worker …``."""
    if out_of_memory:
        return "was killed: the machine ran out of memory"
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"


def _log(config: WorkerConfig, slot: int) -> Path:
    return Path(config.folder) / f"worker-{slot + 1}.log"
