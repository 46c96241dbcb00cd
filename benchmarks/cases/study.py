"""What a study costs besides its training: starts, reports, memory; and the command's own start."""

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cases.case import Case, Work
from benchmarks.cases.sources import made_source
from benchmarks.system.postgres import Server
from benchmarks.timing.process_group import gather
from fer.process import available_cores, training_environment

if TYPE_CHECKING:
    from search.storage.study import FerStudy

STORAGES = ("sqlite", "journal", "postgresql")
WORKERS = 4
WORKER = (sys.executable, "-m", "benchmarks.cases.noting_worker")
REPORTS = 20
"""Epochs of a trial; then the next one begins."""

STUDY = """
name = "NAME"
recipe = "published"
baseline = "published"
baseline_epochs = 1
[fixed]
epochs = EPOCHS
[space]
dropout = { kind = "float", low = 0.0, high = 0.5 }
learning_rate = { kind = "float", low = 1e-4, high = 1e-1, log = true }
[budget]
trials = TRIALS
"""


def cases() -> list[Case]:
    """All of them."""
    return [
        *(report(storage, workers) for storage in STORAGES for workers in (1, WORKERS)),
        Case("study", {"what": "trial_start", "storage": "sqlite"}, set_up_trial_start),
        Case("study", {"what": "worker_start", "storage": "sqlite"}, set_up_worker_start),
        Case("study", {"what": "one_trial", "storage": "sqlite"}, set_up_one_trial),
        Case("study", {"what": "help"}, set_up_help, threads=1),
    ]


def quick() -> list[Case]:
    """The default storage."""
    return [
        report("sqlite", 1),
        report("sqlite", WORKERS),
        Case("study", {"what": "trial_start", "storage": "sqlite"}, set_up_trial_start),
        Case("study", {"what": "help"}, set_up_help, threads=1),
    ]


def report(storage: str, workers: int) -> Case:
    """One report to a storage by each of so many workers, begun at once, until all are stored."""
    params: dict[str, str | int] = {"what": "report", "storage": storage, "workers": workers}
    return Case("study", params, partial(set_up_report, storage, workers), threads=1)


def set_up_report(storage: str, workers: int) -> Work:
    """``Trial.report`` as a study's workers call it, each for a trial of its own."""
    folder = tempfile.TemporaryDirectory(prefix="fer-bench-")
    server: Server | None = None
    try:
        if storage == "postgresql":
            server = Server()
        suffix = "journal" if storage == "journal" else "db"
        url = server.url if server else str(Path(folder.name) / f"studies.{suffix}")
        reporter = partial(reporter_work, url, folder.name)
        work = reporter() if workers == 1 else gather([reporter] * workers)
    except BaseException:
        _close(None, server, folder)
        raise
    work.close = partial(_close, work.close, server, folder)
    return work


def reporter_work(url: str, folder: str) -> Work:
    """Reports to a study in the storage, which it makes if it is not there yet."""
    from search.storage.storage import Storage

    storage = Storage(url)
    study = made_study(storage, Path(folder), "reports", trials=1_000_000)
    steps: Iterator[int] = iter(())
    trial: Any = None
    step = 0

    def reset() -> None:
        nonlocal trial, steps, step
        following = next(steps, None)
        if following is None:
            if trial is not None:
                study.tell(trial, 0.5)
            trial, steps = study.ask(), iter(range(2, REPORTS + 1))
            following = 1
        step = following

    return Work(
        call=lambda: trial.report(0.5 + step / 1000, step),
        items=1,
        unit="reports",
        reset=reset,
        close=storage.close,
    )


def set_up_trial_start() -> Work:
    """From nothing to a trial that is ready for its first step: its parameters, split, network and
    faces. Later trials know of more earlier ones, as in a study."""
    import numpy as np
    import torch

    from fer.faces.types import Faces
    from fer.training.run import open_run
    from search.execution.leases import TrialLease, acquire_lease
    from search.storage.storage import Storage

    folder = tempfile.TemporaryDirectory(prefix="fer-bench-")
    storage = Storage(str(Path(folder.name) / "studies.db"))
    study = made_study(storage, Path(folder.name), "starts", trials=1_000_000)
    draw = np.random.default_rng(0)
    count = 16_175  # FER2013's three classes
    faces = Faces(
        draw.integers(0, 256, (count, 48, 48), dtype=np.uint8),
        draw.integers(0, 3, count),
        tuple(map(str, range(count))),
        ("angry", "happy", "neutral"),
        "0" * 64,
    )
    lease: TrialLease | None = None

    def reset() -> None:
        nonlocal lease
        if lease is not None:
            study.tell(lease.trial, 0.5)
            lease.release()
            lease = None

    def call() -> None:
        nonlocal lease
        lease = acquire_lease(study, Path(folder.name) / "runs", "benchmark")
        assert lease is not None, "the budget is a million trials"
        open_run(lease.recipe, faces, lease.run, torch.device("cpu"), resume=True)

    def close() -> None:
        reset()
        storage.close()
        folder.cleanup()

    return Work(call=call, items=1, unit="trials", reset=reset, close=close)


def set_up_worker_start() -> Work:
    """From a worker's start as a process to the end of its first training step."""
    from benchmarks.cases.noting_worker import NOTE
    from search.execution.worker import STORAGE_VARIABLE, WorkerConfig
    from search.storage.storage import Storage
    from search.storage.study import check_data

    place = _Place()
    url = str(place.folder / "studies.db")
    numbers = itertools.count()
    config: WorkerConfig | None = None

    def reset() -> None:
        nonlocal config
        name = f"start{next(numbers)}"
        with Storage(url) as storage:
            check_data(
                made_study(storage, place.folder, name, trials=1), place.source, place.faces()
            )
        config = WorkerConfig(
            name, place.source, str(place.folder / "runs" / name), available_cores()
        )

    def call() -> None:
        assert config is not None, "reset comes first"
        environment = place.environment() | {STORAGE_VARIABLE: url}
        command = [*WORKER, config.to_json()]
        said = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
        assert said.decode().strip() == NOTE, said

    return Work(call=call, items=1, unit="workers", reset=reset, close=place.close, most_rounds=7)


def set_up_one_trial() -> Work:
    """``fer search run`` with one worker and one trial of one epoch, for its memory: the supervisor
    and the worker together."""
    from benchmarks.system.peak_memory import PeakMemory

    place = _Place()
    numbers = itertools.count()
    largest = 0

    def call() -> None:
        nonlocal largest
        name = f"whole{next(numbers)}"
        study = place.folder / f"{name}.toml"
        study.write_text(_definition(name, epochs=1, trials=1))
        command = [sys.executable, "-m", "fer", "search", "run", str(study)]
        command += ["--data", place.source, "--storage", str(place.folder / "whole.db")]
        command += ["--out", str(place.folder / "whole")]
        with PeakMemory() as peak:
            done = subprocess.run(
                command, env=place.environment(), capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        largest = max(largest, peak.bytes)

    return Work(
        call=call,
        items=1,
        unit="studies",
        close=place.close,
        peak_bytes=lambda: largest,
        most_rounds=4,  # the fewest of which ranks can say something
    )


def set_up_help() -> Work:
    """``fer --help`` as a user runs it."""
    command = [sys.executable, "-m", "fer", "--help"]
    return Work(
        call=lambda: subprocess.run(command, check=True, capture_output=True),
        items=1,
        unit="commands",
        most_rounds=20,
    )


class _Place:
    """A folder with a prepared source of 4,096 faces, and its cache."""

    def __init__(self) -> None:
        self._held = tempfile.TemporaryDirectory(prefix="fer-bench-")
        self.folder = Path(self._held.name)
        os.environ["FER_CACHE"] = str(self.folder / "cache")
        self.source = str(made_source(self.folder / "faces.npz", 4096))
        self.faces()

    def faces(self) -> Any:
        from fer.faces import load_faces

        return load_faces(self.source, "train", ("angry", "happy", "neutral"))

    def environment(self) -> dict[str, str]:
        return training_environment(available_cores()) | {"PYTHONWARNINGS": "ignore"}

    def close(self) -> None:
        self._held.cleanup()


def made_study(storage: Any, folder: Path, name: str, trials: int) -> "FerStudy":
    """A study of the published recipe with so many trials to come."""
    import optuna

    from search.config.study_file import read_study
    from search.storage.study import create_or_open

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path = folder / f"{name}-{os.getpid()}.toml"
    path.write_text(_definition(name, epochs=REPORTS, trials=trials))
    return create_or_open(storage, *read_study(path))


def _definition(name: str, *, epochs: int, trials: int) -> str:
    text = STUDY.replace("NAME", name).replace("EPOCHS", str(epochs))
    return text.replace("TRIALS", str(trials))


def _close(inner: Any, server: Server | None, folder: "tempfile.TemporaryDirectory[str]") -> None:
    if inner:
        inner()
    if server:
        server.close()
    folder.cleanup()
