"""When a study ends: its budget and its stop rules, which may change between starts."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Budget(BaseModel):
    """Totals over all starts of a study."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    trials: Annotated[int, Field(ge=1)] | None = Field(None, description="trial 0 included")
    hours: Annotated[float, Field(gt=0)] | None = Field(
        None, description="wall-clock time while it runs"
    )
    epochs: Annotated[int, Field(ge=1)] | None = Field(None, description="of all trials together")


class Stop(BaseModel):
    """When to stop before the budget is spent."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    target: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None, description="stop at this validation accuracy"
    )
    patience: Annotated[int, Field(ge=1)] | None = Field(
        None, description="stop after so many ended trials without a better one"
    )


class StudyLimits(BaseModel):
    """When a study ends. Unlike its definition, this may change between starts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    budget: Budget = Budget()
    stop: Stop = Stop()
