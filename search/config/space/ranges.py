"""Entries whose values are numbers in a range."""

from typing import Annotated, Any, Literal

import optuna
from optuna.distributions import BaseDistribution
from pydantic import Field, model_validator

from search.config.space.entry import Choice, Entry, Scalar


class _Range(Entry):
    log: bool = Field(False, description="sample on a log scale")

    @model_validator(mode="after")
    def _is_a_range(self) -> "_Range":
        low, high, step = self.low, self.high, self.step  # type: ignore[attr-defined]
        if low >= high:
            raise ValueError(f"low = {low} must be less than high = {high}")
        if self.log and low <= 0:
            raise ValueError(f"log needs low above 0, not {low}")
        if self.log and step not in (None, 1):
            raise ValueError("log and step exclude each other")
        return self


def _steps(low: float, high: float, step: float) -> list[Any]:
    count = int((high - low) / step + 1e-9) + 1
    return [low + index * step for index in range(count)]


class FloatEntry(_Range):
    """A real number in [low, high], on a log scale or in steps if asked."""

    kind: Literal["float"]
    low: float = Field(description="smallest value")
    high: float = Field(description="largest value")
    step: Annotated[float, Field(gt=0)] | None = Field(None, description="distance of the values")

    def distribution(self) -> BaseDistribution:
        return optuna.distributions.FloatDistribution(self.low, self.high, self.log, self.step)

    def suggest(self, trial: optuna.trial.BaseTrial, name: str) -> Choice:
        return trial.suggest_float(name, self.low, self.high, step=self.step, log=self.log)

    def extremes(self) -> list[Choice]:
        return [self.low, self.high]

    def grid(self) -> list[Any] | None:
        return None if self.step is None else _steps(self.low, self.high, self.step)

    def contains(self, value: Scalar) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


class IntEntry(_Range):
    """A whole number in [low, high], on a log scale or in steps if asked."""

    kind: Literal["int"]
    low: int = Field(description="smallest value")
    high: int = Field(description="largest value")
    step: Annotated[int, Field(ge=1)] = Field(1, description="distance of the values")

    def distribution(self) -> BaseDistribution:
        return optuna.distributions.IntDistribution(self.low, self.high, self.log, self.step)

    def suggest(self, trial: optuna.trial.BaseTrial, name: str) -> Choice:
        return trial.suggest_int(name, self.low, self.high, step=self.step, log=self.log)

    def extremes(self) -> list[Choice]:
        return [self.low, self.high]

    def grid(self) -> list[Any]:
        return _steps(self.low, self.high, self.step)

    def contains(self, value: Scalar) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high
