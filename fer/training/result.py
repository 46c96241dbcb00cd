"""The result of a run: its epochs, and their file."""

import csv
import io
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from fer.errors import BadInput
from fer.files import write_text


@dataclass(frozen=True)
class Epoch:
    """One epoch of a run.

    Attributes:
        number: counted from 1.
        train_loss, train_accuracy: means over the augmented training batches.
        validation_loss, validation_accuracy: of the averaged weights where the recipe has an EMA;
            None where nothing is held out.
        learning_rate: at the epoch's last step.
        seconds: wall clock of the epoch's training steps, evaluation left out.
    """

    number: int
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    learning_rate: float
    seconds: float


@dataclass(frozen=True)
class Result:
    """A finished run."""

    history: tuple[Epoch, ...]

    @property
    def validation_accuracy(self) -> float | None:
        """The last epoch's, never the best one's, which selection would bias upwards."""
        return self.history[-1].validation_accuracy


def write_history(path: Path, history: tuple[Epoch, ...]) -> None:
    """Write ``history.csv``: one row an epoch; empty cells where nothing is held out."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Epoch)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(epoch) for epoch in history)
    write_text(path, text.getvalue())


def read_history(path: Path) -> tuple[Epoch, ...]:
    """Read a file of ``write_history``.

    Raises:
        BadInput: it is missing or damaged.
    """
    try:
        return _epochs(path)
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise BadInput(
            f"{path}: damaged: expected a run's history: {type(error).__name__}: {error}"
        ) from error


def _epochs(path: Path) -> tuple[Epoch, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Epoch(
                number=int(row["number"]),
                train_loss=float(row["train_loss"]),
                train_accuracy=float(row["train_accuracy"]),
                validation_loss=_float_or_none(row["validation_loss"]),
                validation_accuracy=_float_or_none(row["validation_accuracy"]),
                learning_rate=float(row["learning_rate"]),
                seconds=float(row["seconds"]),
            )
            for row in csv.DictReader(file)
        )


def _float_or_none(cell: str) -> float | None:
    return float(cell) if cell else None
