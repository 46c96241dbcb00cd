"""Submissions: the final runs' predictions on unlabelled test images, and those of their mean."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fer.faces import Faces
from search.confirmation.plan import FOLDER
from search.confirmation.record import Confirmation, FinalRun, Submission
from search.confirmation.store import update
from search.confirmation.test_labels import evaluated_runs
from search.storage.study import FerStudy


def write_submissions(study: FerStudy, confirmation: Confirmation, test: Faces) -> Confirmation:
    """Write ``submission-seed-K.csv`` for each final run and ``submission-mean.csv``, and record
    them. Those that are there already are kept.

    Raises:
        BadInput: a model cannot be read.
    """
    runs = evaluated_runs(confirmation)
    if _are_there(confirmation, runs, test):
        return confirmation
    predicted = {run.number: _predict(confirmation.folder / run.run, test) for run in runs}
    submissions = [
        _write(confirmation, f"seed-{number}", (number,), test, probabilities)
        for number, probabilities in predicted.items()
    ]
    mean = np.stack(list(predicted.values())).mean(0, dtype=np.float64)
    submissions.append(_write(confirmation, "mean", tuple(predicted), test, mean))
    return update(
        study, lambda stands: stands.model_copy(update={"submissions": tuple(submissions)})
    )


def _are_there(confirmation: Confirmation, runs: Sequence[FinalRun], test: Faces) -> bool:
    """Whether the submissions of these runs on these images were recorded and are unchanged."""
    known = confirmation.submissions
    candidate = runs[0].candidate
    numbers = tuple(run.number for run in runs)
    return [each.seeds for each in known] == [*((number,) for number in numbers), numbers] and all(
        (each.candidate, each.source_hash) == (candidate, test.hash)
        and sha256_of(confirmation.folder / each.file) == each.sha256
        for each in known
    )


def _write(
    confirmation: Confirmation,
    name: str,
    seeds: tuple[int, ...],
    test: Faces,
    probabilities: NDArray[np.floating[Any]],
) -> Submission:
    from fer.evaluation import write_submission  # loads torch

    file = f"{FOLDER}/submission-{name}.csv"
    write_submission(confirmation.folder / file, test.ids, probabilities.argmax(1))
    digest = sha256_of(confirmation.folder / file)
    assert digest is not None, "it was just written"
    assert confirmation.choice is not None, "its final runs have ended"
    return Submission(
        file=file,
        sha256=digest,
        candidate=confirmation.choice.winner,
        seeds=seeds,
        n=len(test),
        source_hash=test.hash,
    )


def sha256_of(path: Path) -> str | None:
    """The hexadecimal SHA-256 of a file; None if it is not there."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _predict(run: Path, test: Faces) -> NDArray[np.float32]:
    """As ``fer predict --tta`` does."""
    from fer.device import choose_device
    from fer.inference import predict_faces
    from fer.model import load_model

    device = choose_device("auto")
    network, _ = load_model(run, device)
    return predict_faces(network, test.images, device, tta="flip")
