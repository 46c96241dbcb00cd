"""Poll the dashboard for two minutes while four workers train.

    python -m tools.dashboard_soak [--seconds 120] [--workers 4] [--pollers 3] [--storage FILE]

Runs ``fer search run --dashboard`` on small generated faces and polls it like open pages. Fails if
a poll was not answered, a trial failed, or an epoch or an artifact is missing.
"""

import argparse
import http.client
import json
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from fer.process import available_cores
from search.storage.storage import Storage
from search.storage.study import open_study
from search.storage.trials import system_attributes

_STUDY = """
name = "soak"
recipe = "published"
baseline_epochs = 3
[fixed]
epochs = 4
batch_size = 64
widths = [4]
[space]
dropout = { kind = "float", low = 0.0, high = 0.5 }
learning_rate = { kind = "float", low = 1e-4, high = 1e-1, log = true }
[pruner]
kind = "median"
startup = 2
[budget]
trials = 100000
"""
_PATHS = (
    "/api/studies/1?after=0",
    "/api/studies",
    "/api/studies/1/param_importances",
    "/fer/studies/1/verdict",
)
_START_SECONDS = 900.0
TIMEOUT_SECONDS = 120.0
"""A poll that takes longer counts as not answered."""
OK = 200
UNANSWERED = 0
"""Stands for the status of a poll that was refused, cut off or timed out."""

T = TypeVar("T")


@dataclass
class Polls:
    """Statuses and durations of all polls.

    Attributes:
        pause: seconds between an answer and the next poll.
        statuses: number of polls by status; ``UNANSWERED`` where there was no answer.
    """

    pause: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def poll(self, address: str, stop: threading.Event) -> None:
        """Request one path after the other until ``stop`` is set."""
        turn = 0
        while not stop.is_set():
            path = _PATHS[turn % len(_PATHS)]
            turn += 1
            began = time.perf_counter()
            try:
                with urllib.request.urlopen(
                    address.rstrip("/") + path, timeout=TIMEOUT_SECONDS
                ) as answer:
                    answer.read()
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
            except (OSError, http.client.HTTPException):
                status = UNANSWERED
            self.statuses[status] += 1
            self.seconds.append(time.perf_counter() - began)
            stop.wait(self.pause)


def soak(seconds: float, workers: int, pollers: int, storage: str, folder: Path) -> list[str]:
    """Run a study, poll its dashboard, stop it; print a summary and return the faults."""
    _write_faces(folder / "faces.npz")
    (folder / "soak.toml").write_text(_STUDY, encoding="utf-8")
    command = [sys.executable, "-m", "fer", "search", "run", str(folder / "soak.toml")]
    command += ["--data", str(folder / "faces.npz"), "--storage", storage, "--dashboard"]
    command += ["--workers", str(workers), "--out", str(folder / "runs")]
    with (folder / "study.log").open("w") as log:
        study = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        address = _wait(lambda: _address(folder / "study.log"), study)
        _wait(lambda: any(t.intermediate_values for t in _trials(storage)), study)
        before = _epochs(_trials(storage))
        polls, stop = Polls(), threading.Event()
        threads = [
            threading.Thread(target=polls.poll, args=(address, stop)) for _ in range(pollers)
        ]
        for thread in threads:
            thread.start()
        began = time.monotonic()
        time.sleep(seconds)
        took = time.monotonic() - began
        stop.set()
        for thread in threads:
            thread.join()
        after = _epochs(_trials(storage))
    finally:
        study.send_signal(signal.SIGTERM)
        status = study.wait(120)
    trials = _trials(storage)
    print(f"{took:.0f} seconds, {workers} workers on {available_cores()} cores, {pollers} pollers")
    print(f"polls: {dict(polls.statuses)}; {_spread(polls.seconds)}")
    print(f"epochs reported while polling: {after - before}")
    print(f"trials: {dict(Counter(trial.state.name.lower() for trial in trials))}")
    print(f"fer search run ended with {status} after SIGTERM")
    return wrong(polls, trials, after - before, status)


def wrong(polls: Polls, trials: list[FrozenTrial], epochs: int, status: int) -> list[str]:
    """The faults of a soak.

    Args:
        epochs: reported while polling.
        status: exit status of the study.
    """
    faults = []
    if unanswered := {code: n for code, n in polls.statuses.items() if code != OK}:
        faults.append(f"polls that were not answered: {unanswered}")
    if not polls.statuses[OK]:
        faults.append("nothing was polled")
    if failed := [t for t in trials if t.state == TrialState.FAIL]:
        faults.append(f"trial {failed[0].number} failed: {failed[0].user_attrs.get('reason')}")
    if epochs == 0:
        faults.append("no epoch was reported while polling")
    for trial in trials:
        if list(trial.intermediate_values) != list(range(1, (trial.last_step or 0) + 1)):
            faults.append(f"trial {trial.number}: epochs {list(trial.intermediate_values)}")
        if trial.state == TrialState.COMPLETE and len(_artifacts(trial)) < 5:
            faults.append(f"trial {trial.number}: artifacts {_artifacts(trial)}")
    if status != 130:
        faults.append(f"fer search run ended with {status}: expected 130")
    return faults


def _artifacts(trial: FrozenTrial) -> list[str]:
    attributes = system_attributes(trial).items()
    return [json.loads(v)["filename"] for k, v in attributes if k.startswith("artifacts:")]


def _trials(storage: str) -> list[FrozenTrial]:
    with Storage(storage, create=False) as opened:
        return open_study(opened, "soak").everything()


def _epochs(trials: list[FrozenTrial]) -> int:
    return sum(len(trial.intermediate_values) for trial in trials)


def _address(log: Path) -> str | None:
    match = re.search(r"dashboard: (http://\S+)", log.read_text(encoding="utf-8"))
    return match[1] if match else None


def _wait(poll: Callable[[], T | None], study: "subprocess.Popen[bytes]") -> T:
    deadline = time.monotonic() + _START_SECONDS
    while not (result := poll()):
        if study.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the study did not start: status {study.poll()}")
        time.sleep(0.5)
    return result


def _spread(seconds: list[float]) -> str:
    p50, p99, most = np.quantile(seconds, [0.5, 0.99, 1.0]) * 1000
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {most:.0f} ms, n = {len(seconds)}"


def _write_faces(path: Path) -> None:
    draw = np.random.default_rng(0)
    images = draw.integers(0, 160, (600, 48, 48), dtype=np.uint8)
    labels = np.arange(600) % 3
    for label in range(3):
        images[labels == label, 8 + 14 * label : 14 + 14 * label] += 90
    names = np.array(["angry", "happy", "neutral"])[labels]
    np.savez(path, train_images=images, train_labels=names)


def main() -> int:
    """Run as a script; the exit status is 1 if there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--pollers", type=int, default=3)
    parser.add_argument("--storage", help="SQLite in a temporary folder if left out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fer-soak-") as temporary:
        folder = Path(temporary)
        storage = options.storage or f"sqlite:///{folder / 'studies.db'}"
        faults = soak(options.seconds, options.workers, options.pollers, storage, folder)
        if faults:
            print((folder / "study.log").read_text(encoding="utf-8")[-2000:])
    print("\n".join(faults) or "nothing was wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
