"""Progress of a run on stderr: a bar of its steps, and a line for each epoch."""

from types import TracebackType

from fer.history import Epoch
from fer.progress import progress_bars


class Progress:
    """Shows the progress of a run of so many epochs; without a terminal, only the lines."""

    def __init__(self, epochs: int) -> None:
        self._epochs = epochs
        self._bars = progress_bars()
        self._task = self._bars.add_task("training steps", total=None)

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
        """Move the bar to a step of all steps."""
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
