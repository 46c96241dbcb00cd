"""Workers that all start at the same moment, forked from a process that has imported everything.

A line on standard input, `start STUDY.toml STORAGE RUNS WORKERS` or `drain ...`, is one swarm.
``start``: each worker opens the storage, makes or opens the study, and takes a trial.
``drain``: each works until the study ends. The exit status counts the workers that failed.
"""

import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

import cheap

from search.config.study_file import read_study
from search.execution.events import StudyEvents
from search.execution.leases import acquire_lease
from search.execution.objective import run_trial
from search.storage.storage import Storage
from search.storage.study import create_or_open


def work(mode: str, file: str, url: str, runs: str, workers: int, began: float) -> None:
    definition, limits = read_study(Path(file))
    faces = cheap.tiny_faces("", "train", definition.recipe.classes)
    time.sleep(max(0.0, began - time.time()))  # all at once
    study = create_or_open(Storage(url), definition, limits)
    while lease := acquire_lease(study, Path(runs), f"session {os.getpid()}"):
        if mode == "start":
            # Who left at once would lose its trial to the next, as it should.
            (Path(runs) / f"claimed-{os.getpid()}").touch()
            while len(list(Path(runs).glob("claimed-*"))) < workers:
                time.sleep(0.01)
            return
        run_trial(lease, faces, cheap.CheapTrainer(1), StudyEvents(), lambda: None)


def warm() -> None:
    """Import what opening a storage imports, once and not in every worker."""
    with tempfile.TemporaryDirectory() as folder:
        Storage(f"{folder}/warm.db").optuna._backend.engine.dispose()


def main(mode: str, file: str, url: str, runs: str, workers: str) -> int:
    began = time.time() + 0.2
    children = []
    for _ in range(int(workers)):
        child = os.fork()
        if child == 0:
            try:
                work(mode, file, url, runs, int(workers), began)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        children.append(child)
    failed = [child for child in children if os.waitpid(child, 0)[1]]
    return len(failed)


if __name__ == "__main__":
    warm()
    sys.exit(max(main(*line.split()) for line in sys.stdin))
