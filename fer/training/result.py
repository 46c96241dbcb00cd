"""The result of a run."""

from dataclasses import dataclass

from fer.history import Epoch


@dataclass(frozen=True)
class Result:
    """A finished run."""

    history: tuple[Epoch, ...]

    @property
    def validation_accuracy(self) -> float | None:
        """The last epoch's, never the best one's, which selection would bias upwards."""
        return self.history[-1].validation_accuracy
