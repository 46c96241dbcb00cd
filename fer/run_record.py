"""What a finished run recorded of its training, as a validated value."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fer.run_metrics import METRICS, read_metrics
from fer.validation import parse

Count = Annotated[int, Field(ge=0)]


class FacesRecord(BaseModel):
    """The faces that a run was given.

    Attributes:
        hash: of the source's training faces.
        counts: faces of each class, held-out ones included.
        training, validation: faces trained on and held out.
    """

    model_config = ConfigDict(frozen=True)

    hash: str
    counts: dict[str, Count]
    training: Count
    validation: Count


class RunRecord(BaseModel):
    """Of ``metrics.json``, what a model card shows.

    Attributes:
        train_accuracy: on the augmented training faces of the last epoch, in [0, 1].
        training_seconds: of all epochs.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    faces: FacesRecord
    epochs: int = Field(ge=1)
    train_accuracy: float = Field(ge=0, le=1)
    training_seconds: float = Field(ge=0)
    machine: dict[str, str | int]
    versions: dict[str, str]


def read_record(run: Path) -> RunRecord | None:
    """Read the record of a finished run; None for a model without a run folder.

    Raises:
        BadInput: it is damaged.
    """
    if not (run / METRICS).is_file():
        return None
    return parse(RunRecord, read_metrics(run), str(run / METRICS))
