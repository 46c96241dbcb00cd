"""A study whose training costs milliseconds, run as real processes that tests can kill.

    python cheap.py run STUDY.toml STORAGE OUT WORKERS [TRIALS]
    python cheap.py worker POST
    python cheap.py confirm STUDY STORAGE OUT WORKERS
    python cheap.py confirmer POST

CHEAP_STEP_SECONDS sets how long a step takes, CHEAP_FAIL which trials raise, and how.
"""

import json
import math
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import fer.faces
from fer.faces.types import Faces
from fer.recipe import Recipe

STEPS = 4


def tiny_faces(_source: str, _split: str, classes: tuple[str, ...]) -> Faces:
    labels = np.arange(12, dtype=np.int64) % len(classes)
    images = np.zeros((12, 48, 48), dtype=np.uint8)
    images[:, 0, 0] = range(12)
    return Faces(images, labels, tuple(map(str, range(12))), classes, hash="0" * 64)


@dataclass(frozen=True)
class CheapEpoch:
    number: int
    validation_accuracy: float
    seconds: float = 1.0


class CheapTrainer:
    """Its accuracies depend on the recipe alone; it resumes at the epoch it was killed in."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def past(self, _recipe, _faces, run):
        path = run / "checkpoint.json"
        return tuple(CheapEpoch(**e) for e in json.loads(path.read_text())) if path.exists() else ()

    def train(self, recipe, faces, run, on_epoch, on_step):
        history = list(self.past(recipe, faces, run))
        with (run / "starts.txt").open("a") as starts:
            starts.write(f"{os.getpid()} {len(history)}\n")
        failure = json.loads(os.environ.get("CHEAP_FAIL", "{}")).get(run.name)
        while len(history) < recipe.epochs:
            for step in range(STEPS):
                time.sleep(float(os.environ.get("CHEAP_STEP_SECONDS", "0")))
                on_step(step + 1, STEPS * recipe.epochs)
            history.append(cheap_epoch(recipe, len(history) + 1, failure))
            partial = run / "partial.json"
            partial.write_text(json.dumps([asdict(epoch) for epoch in history]))
            partial.replace(run / "checkpoint.json")
            on_epoch(history[-1])
        return tuple(history)

    def cost(self, _recipe):
        return 1000, 100

    def drop(self, run, epochs):
        (run / "dropped.txt").write_text(str(len(epochs)))


def cheap_epoch(recipe: Recipe, number: int, failure: str | None = None) -> CheapEpoch:
    if failure == "raise":
        raise RuntimeError("this trial\nis broken")
    if failure == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    peak = 0.9 - 0.1 * abs(math.log10(recipe.learning_rate) + 2.5) - 0.2 * recipe.dropout
    accuracy = math.inf if failure == "inf" else peak * (1 - 0.5**number)
    return CheapEpoch(number, accuracy)


def main(mode: str, *rest: str) -> int:
    fer.faces.load_faces = tiny_faces
    from fer.exit_status import exit_status
    from search.execution.worker import main as worker

    if mode == "worker":
        return worker(list(rest), CheapTrainer)
    if mode == "confirmer":
        from search.confirmation.worker import main as confirmer

        return confirmer(list(rest), CheapTrainer)
    if mode == "confirm":
        return confirm(*rest)
    from search.execution.request import Request
    from search.execution.run_study import run_study

    study, storage, out, workers, *trials = rest
    total = int(trials[0]) if trials else None
    request = Request(study, "tiny", storage, int(workers), total, None, Path(out))
    return exit_status(lambda: run_study(request, (sys.executable, __file__, "worker")))


def confirm(study: str, storage: str, out: str, workers: str) -> int:
    """``fer search confirm`` with the cheap trainer, without torch and without test images."""
    from fer.exit_status import exit_status
    from search.confirmation import begin, confirm, plan
    from search.confirmation.options import Options
    from search.confirmation.record import Request

    begin.machine_of = lambda _options: None
    plan.cost_of = lambda _recipe: (100, 1000)
    confirm.use_test_images = lambda *_: ""
    request = Request(top=2, folds=2, seeds=2, target=0.8)
    options = Options(
        study, "tiny", storage, request, int(workers), Path(out), None, False, "fer search confirm"
    )
    worker = (sys.executable, __file__, "confirmer")
    return exit_status(lambda: confirm.confirm(options, worker))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
