"""A study's overhead beside its training: starts, reports, memory; and the start of ``fer``."""

import itertools
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cases import epoch_reports
from benchmarks.cases.case import Case, PreparedCase
from benchmarks.cases.made_study import StudyFolder, made_study, study_toml
from fer.process import available_cores

WORKER = (sys.executable, "-m", "benchmarks.cases.noting_worker")


def cases() -> list[Case]:
    """The full set."""
    return [
        *epoch_reports.cases(),
        Case("study", {"what": "trial_start", "storage": "sqlite"}, set_up_trial_start),
        Case("study", {"what": "worker_start", "storage": "sqlite"}, set_up_worker_start),
        Case("study", {"what": "one_trial", "storage": "sqlite"}, set_up_one_trial),
        Case("study", {"what": "help"}, set_up_help, threads=1),
    ]


def quick() -> list[Case]:
    """The default storage."""
    return [
        *epoch_reports.quick(),
        Case("study", {"what": "trial_start", "storage": "sqlite"}, set_up_trial_start),
        Case("study", {"what": "help"}, set_up_help, threads=1),
    ]


def set_up_trial_start() -> PreparedCase:
    """Start a trial, up to its first step: parameters, split, network and faces.

    Later trials know of more earlier ones, as in a study.
    """
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

    return PreparedCase(call=call, items=1, unit="trials", reset=reset, close=close)


def set_up_worker_start() -> PreparedCase:
    """Start a worker as a process, up to the end of its first training step."""
    from benchmarks.cases.noting_worker import NOTE
    from search.execution.worker import STORAGE_VARIABLE, WorkerConfig
    from search.storage.storage import Storage
    from search.storage.study_faces import check_data

    place = StudyFolder()
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
        output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
        assert output.decode().strip() == NOTE, output

    return PreparedCase(
        call=call, items=1, unit="workers", reset=reset, close=place.close, most_rounds=7
    )


def set_up_one_trial() -> PreparedCase:
    """``fer search run`` with one worker and one trial of one epoch.

    Its memory is that of the supervisor and the worker together.
    """
    from benchmarks.system.memory import ChildrenPeak

    place = StudyFolder()
    numbers = itertools.count()
    largest = 0

    def call() -> None:
        nonlocal largest
        name = f"whole{next(numbers)}"
        study = place.folder / f"{name}.toml"
        study.write_text(study_toml(name, epochs=1, trials=1))
        command = [sys.executable, "-m", "fer", "search", "run", str(study)]
        command += ["--data", place.source, "--storage", str(place.folder / "whole.db")]
        command += ["--out", str(place.folder / "whole")]
        with ChildrenPeak() as peak:
            done = subprocess.run(
                command, env=place.environment(), capture_output=True, text=True, check=False
            )
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        largest = max(largest, peak.bytes)

    return PreparedCase(
        call=call,
        items=1,
        unit="studies",
        close=place.close,
        peak_bytes=lambda: largest,
        most_rounds=4,  # the fewest for which a rank test can be significant
    )


def set_up_help() -> PreparedCase:
    """``fer --help`` as a user runs it."""
    command = [sys.executable, "-m", "fer", "--help"]
    return PreparedCase(
        call=lambda: subprocess.run(command, check=True, capture_output=True),
        items=1,
        unit="commands",
        most_rounds=20,
    )
