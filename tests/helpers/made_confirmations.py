"""Confirmations made by hand: two trials and the baseline on folds, the winner with seeds."""

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fer.recipe import Recipe
from search.confirmation.openings import ALL, IN_TRAIN, NOT_IN_TRAIN, Correct, OpenedResult, Opening
from search.confirmation.record import (
    BASELINE,
    Candidate,
    Choice,
    Confirmation,
    FinalRun,
    FoldRun,
    Grade,
    Machine,
    Request,
    Submission,
)
from search.results import published

BEGAN = datetime.datetime(2026, 5, 5, 8, 0)
FOLDS: Mapping[str, Sequence[float]] = {
    "trial-5": (0.841, 0.836, 0.844),
    "trial-3": (0.832, 0.829, 0.836),
    BASELINE: (0.792, 0.789, 0.801),
}
MACHINE = Machine(
    device="cpu", processor="A Processor", precision="fp32", cores=2, workers=2, threads=1
)


def candidate(name: str, **changes: Any) -> Candidate:
    """A candidate of that name; ``changes`` replace what is recorded of it."""
    number = 0 if name == BASELINE else int(name.removeprefix("trial-"))
    recipe = Recipe(seed=number, dropout=0.2 if number else 0.3)
    made = Candidate(
        name=name,
        trial=number,
        recipe=recipe.model_dump(mode="json"),
        parameters=979_171,
        operations=66_209_280,
        search_accuracy=0.85 if number else 0.80,
    )
    return made.model_copy(update=changes)


def fold_run(name: str, fold: int, accuracy: float | None, **changes: Any) -> FoldRun:
    """A candidate's run on one fold."""
    made = FoldRun(
        candidate=name,
        fold=fold,
        split_seed=1000 + fold,
        seed=2000 + fold,
        run=f"confirm/fold-{fold}-{name}",
        accuracy=accuracy,
        n=1619,
        epochs=20,
        seconds=600.0,
        finished=BEGAN + datetime.timedelta(minutes=10 * fold),
        reason="" if accuracy is not None else "Diverged: the loss became NaN",
    )
    return made.model_copy(update=changes)


def final_run(name: str, number: int, **changes: Any) -> FinalRun:
    """A run of a candidate on all training faces."""
    made = FinalRun(
        candidate=name,
        number=number,
        seed=3000 + number,
        run=f"confirm/seed-{number}-{name}",
        epochs=20,
        seconds=660.0,
        finished=BEGAN + datetime.timedelta(minutes=60 + 10 * number),
    )
    return made.model_copy(update=changes)


def confirmation(
    folds: Mapping[str, Sequence[float | None]] = FOLDS, seeds: int = 5, **changes: Any
) -> Confirmation:
    """A confirmation whose runs have all finished.

    Args:
        folds: the accuracies of each candidate, by fold; the first candidate is the winner.
        changes: replace fields; for one that has not ended, ``choice=None, finals=()``.
    """
    winner = next(iter(folds))
    made = Confirmation(
        folder=Path("/runs/made"),
        request=Request(top=len(folds) - 1, folds=len(folds[winner]), seeds=seeds, target=0.82244),
        candidates=tuple(map(candidate, folds)),
        folds=tuple(
            fold_run(name, fold, accuracy)
            for name, accuracies in folds.items()
            for fold, accuracy in enumerate(accuracies, 1)
        ),
        choice=Choice(winner=winner, rule=f"{winner} has the highest mean over the folds"),
        finals=tuple(final_run(winner, number) for number in range(1, seeds + 1)),
        machine=MACHINE,
        versions={"python": "3.11.7", "torch": "2.15.0", "fer-search": "0.1.0"},
    )
    return made.model_copy(update=changes)


def opening(
    correct: Sequence[int] = (3301, 3318, 3307, 3325, 3312), ensemble: int = 3340, **changes: Any
) -> Opening:
    """An opening of the labels of 3,965 test images, with what came of it.

    Args:
        correct: of each seed, on all images; each part has its share.
    """
    sizes = {ALL: 3965, "PublicTest": 1980, "PrivateTest": 1985, NOT_IN_TRAIN: 3803, IN_TRAIN: 162}
    parts = {
        name: Correct(
            n=n,
            seeds=tuple(round(each * n / 3965) for each in correct),
            ensemble=round(ensemble * n / 3965),
        )
        for name, n in sizes.items()
    }
    numbers = tuple(range(1, len(correct) + 1))
    made = Opening(
        when=BEGAN + datetime.timedelta(hours=3),
        command="fer search confirm made --data faces.csv",
        source_hash="cd" * 32,
        version="0.1.0",
        winner=next(iter(FOLDS)),
        runs=numbers,
        result=OpenedResult(
            runs=numbers, counts=published.TEST_COUNTS, correct=parts, without_tta=parts
        ),
    )
    return made.model_copy(update=changes)


def graded(*accuracies: float) -> dict[str, Any]:
    """A submission of each seed with its grade from outside, as fields of a confirmation."""
    submissions, grades = [], []
    for seed, accuracy in enumerate(accuracies, 1):
        file, sha256 = f"confirm/submission-seed-{seed}.csv", f"{seed:064x}"
        submissions.append(
            Submission(
                file=file,
                sha256=sha256,
                candidate=next(iter(FOLDS)),
                seeds=(seed,),
                n=published.TEST_IMAGES,
                source_hash="cd" * 32,
            )
        )
        when = BEGAN + datetime.timedelta(days=seed)
        name, n = Path(file).name, published.TEST_IMAGES
        grades.append(Grade(file=name, sha256=sha256, accuracy=accuracy, n=n, when=when))
    return {"submissions": tuple(submissions), "grades": tuple(grades)}
