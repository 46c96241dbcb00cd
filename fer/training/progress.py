"""A run on the screen: a bar that moves with each step, and a line for each epoch."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from fer.training.result import Epoch


class Progress:
    """Shows a run of so many epochs on stderr; without a terminal, only the lines."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        console = Console(stderr=True)
        self._bars = Bars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("steps"),
            TimeRemainingColumn(),
            console=console,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bars.add_task("training", total=None)

    def __enter__(self) -> "Progress":
        self._bars.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def step(self, step: int, steps: int) -> None:
        """Move the bar."""
        self._bars.update(self._task, completed=step, total=steps)

    def epoch(self, epoch: Epoch) -> None:
        """Print the epoch's line."""
        line = (
            f"epoch {epoch.number:>3}/{self._epochs}  loss {epoch.train_loss:.4f}  "
            f"train {epoch.train_accuracy:.4f}"
        )
        if epoch.validation_accuracy is not None:
            line += f"  validation {epoch.validation_accuracy:.4f}"
        self._bars.console.print(f"{line}  {epoch.seconds:.1f} s", highlight=False)
