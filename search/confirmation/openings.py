"""What a confirmation keeps of each time that the test labels were opened."""

import datetime
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from fer.faces.names import USAGES

ALL, NOT_IN_TRAIN, IN_TRAIN = "all", "not in train", "in train"
PARTS = (ALL, *USAGES, NOT_IN_TRAIN, IN_TRAIN)
"""Parts of the test images; those in train are byte-identical to a training or held-out face."""


class Record(BaseModel):
    """A part of the confirmation; keys of later versions are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Correct(Record):
    """Correct predictions on test images.

    Attributes:
        n: the images.
        seeds: correct predictions of each seed, in the order of ``OpenedResult.runs``.
        ensemble: those of the mean of the seeds' probabilities.
    """

    n: int
    seeds: tuple[int, ...]
    ensemble: int


class OpenedResult(Record):
    """Final runs compared with the test labels.

    Attributes:
        runs: the ``number`` of each final run.
        counts: test images of each class.
        correct: with flip TTA, on each part of the test images that the source tells apart; see
            ``PARTS``.
        without_tta: the same without flip TTA.
    """

    runs: tuple[int, ...]
    counts: Mapping[str, int]
    correct: Mapping[str, Correct]
    without_tta: Mapping[str, Correct]


class Opening(Record):
    """One evaluation on the test labels, which none but a confirmation reads.

    Attributes:
        when: in UTC.
        command: that opened them.
        source_hash: of the labelled test faces.
        version: of this program.
        winner: the name of the candidate whose final runs were evaluated.
        runs: the ``number`` of each of these.
        result: None between the opening and its last prediction.
    """

    when: datetime.datetime
    command: str
    source_hash: str
    version: str
    winner: str
    runs: tuple[int, ...]
    result: OpenedResult | None = None
