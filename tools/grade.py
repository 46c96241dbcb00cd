"""The grade of a committed submission, given by someone else who holds the test labels."""

import hashlib
import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fer.errors import BadInput
from fer.evaluation.submission import read_submission
from fer.intervals import wilson
from fer.validation import parse

Share = Annotated[float, Field(ge=0, le=1)]

FILE = "grade.json"


class Grade(BaseModel):
    """Test accuracy of one submission; shares are in [0, 1], rounded as they were reported.

    Attributes:
        submission: the graded file, beside the grade; ``sha256`` is its hash.
        graded_by: who graded it.
        submissions: how many were graded before this one was chosen, itself included.
        ci95: Wilson's interval of ``accuracy``.
        accuracy_by_usage: on FER2013's PublicTest and PrivateTest apart.
        recipe, training_run: the recipe's file and the run's folder, beside the grade.
        seeds: models that the predictions are averaged over.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    submission: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    graded_by: str
    submissions: int = Field(ge=1)
    n: int = Field(ge=1)
    accuracy: Share
    ci95: tuple[Share, Share]
    accuracy_by_usage: dict[Literal["PublicTest", "PrivateTest"], Share]
    recall: dict[str, Share]
    recipe: str
    training_run: str
    training_faces: int = Field(ge=1)
    seeds: int = Field(ge=1)
    tta: Literal["crops", "flip", "none"]


def read_grade(folder: Path) -> Grade:
    """Read ``grade.json`` and check it against the submission beside it.

    Raises:
        BadInput: a key is missing or out of range, or the grade is of another submission: its
            hash, number of rows or interval does not match.
    """
    path = folder / FILE
    grade = parse(Grade, json.loads(path.read_text(encoding="utf-8")), str(path))
    submission = folder / grade.submission
    if (actual := hashlib.sha256(submission.read_bytes()).hexdigest()) != grade.sha256:
        raise BadInput(
            f"{path}: sha256 = {grade.sha256[:16]}…: must be that of {grade.submission}, "
            f"{actual[:16]}…: a new submission needs a grade of its own"
        )
    if (rows := len(read_submission(submission, len(grade.recall)))) != grade.n:
        raise BadInput(f"{path}: n = {grade.n}: must be the {rows} rows of {grade.submission}")
    interval = tuple(round(end, 4) for end in wilson(round(grade.accuracy * grade.n), grade.n))
    if interval != grade.ci95:
        raise BadInput(f"{path}: ci95 = {list(grade.ci95)}: must be Wilson's, {list(interval)}")
    return grade
