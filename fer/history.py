"""The history of a run: its epochs, and the file that grows with each of them."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from fer.errors import BadInput
from fer.files import check_fence, write_text

HISTORY = "history.csv"


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


COLUMNS = tuple(field.name for field in fields(Epoch))


def write_history(path: Path, history: tuple[Epoch, ...]) -> None:
    """Write ``history.csv`` whole: one row an epoch; empty cells where nothing is held out."""
    write_text(path, ",".join(COLUMNS) + "\n" + _rows(history))


def append_epoch(path: Path, epoch: Epoch) -> None:
    """Add an epoch's row in one write, so that a reader sees whole rows only.

    It is not fsynced: the checkpoint is, and a resumed run writes the file again from it.

    Raises:
        OSError: with the file's name, which the error of a full disk lacks.
    """
    try:
        with path.open("ab", buffering=0) as file:
            check_fence()
            file.write(_rows([epoch]).encode())
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def read_history(path: Path) -> tuple[Epoch, ...]:
    """Read the epochs so far, of an unfinished run too.

    Raises:
        BadInput: it is missing or damaged.
    """
    try:
        return _epochs(path)
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise BadInput(
            f"{path}: damaged: expected a run's history: {type(error).__name__}: {error}"
        ) from error


def _rows(history: Iterable[Epoch]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writerows(asdict(epoch) for epoch in history)
    return text.getvalue()


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
