"""Pruners: their settings in a study file. A step is an epoch, counted from 1."""

import warnings
from typing import Literal

import optuna
from optuna.pruners import BasePruner
from pydantic import BaseModel, ConfigDict, Field

from fer.errors import BadInput


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class NoPruner(_Settings):
    kind: Literal["none"] = "none"


class Median(_Settings):
    kind: Literal["median"]
    startup: int = Field(5, ge=0, description="complete trials before any is pruned")
    warmup: int = Field(0, ge=0, description="epochs of a trial before it can be pruned")
    interval: int = Field(1, ge=1, description="epochs between checks")


class Percentile(_Settings):
    kind: Literal["percentile"]
    percentile: float = Field(25.0, ge=0, le=100, description="per cent of trials that are kept")
    startup: int = Field(5, ge=0, description="complete trials before any is pruned")
    warmup: int = Field(0, ge=0, description="epochs of a trial before it can be pruned")
    interval: int = Field(1, ge=1, description="epochs between checks")


class Patient(_Settings):
    kind: Literal["patient"]
    patience: int = Field(5, ge=0, description="epochs below an earlier best")
    min_delta: float = Field(0.0, ge=0, description="decrease in accuracy that is tolerated")


class SuccessiveHalving(_Settings):
    kind: Literal["successive_halving"]
    min_resource: int = Field(1, ge=1, description="epochs of the first rung")
    reduction: int = Field(4, ge=2, description="reduction factor between rungs")
    bootstrap: int = Field(0, ge=0, description="trials that must reach a rung before it prunes")


class Hyperband(_Settings):
    kind: Literal["hyperband"]
    min_resource: int = Field(1, ge=1, description="epochs of the first rung")
    max_resource: int | None = Field(None, ge=1, description="the recipe's epochs if left out")
    reduction: int = Field(3, ge=2, description="reduction factor between rungs")
    bootstrap: int = Field(0, ge=0, description="trials that must reach a rung before it prunes")


PrunerSettings = NoPruner | Median | Percentile | Patient | SuccessiveHalving | Hyperband
PRUNERS: dict[str, type[PrunerSettings]] = {
    "none": NoPruner,
    "median": Median,
    "percentile": Percentile,
    "patient": Patient,
    "successive_halving": SuccessiveHalving,
    "hyperband": Hyperband,
}


def check_pruner(settings: PrunerSettings, epochs: int, origin: str) -> None:
    """Refuse, before anything starts, a pruner that cannot serve trials of so many epochs.

    Raises:
        BadInput: Hyperband whose first rung lies behind its last.
    """
    if not isinstance(settings, Hyperband):
        return
    last = settings.max_resource or epochs
    if settings.min_resource > last:
        named = "max_resource" if settings.max_resource else "the recipe's epochs"
        raise BadInput(
            f"{origin}: pruner.min_resource = {settings.min_resource}: expected at most {named}, "
            f"{last}"
        )


def build_pruner(settings: PrunerSettings, epochs: int) -> BasePruner:
    """The pruner of a study whose trials run for at most ``epochs``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        match settings:
            case NoPruner():
                return optuna.pruners.NopPruner()
            case Median():
                return optuna.pruners.MedianPruner(
                    settings.startup, settings.warmup, settings.interval
                )
            case Percentile():
                return optuna.pruners.PercentilePruner(
                    settings.percentile, settings.startup, settings.warmup, settings.interval
                )
            case Patient():
                return optuna.pruners.PatientPruner(None, settings.patience, settings.min_delta)
            case SuccessiveHalving():
                return optuna.pruners.SuccessiveHalvingPruner(
                    settings.min_resource,
                    settings.reduction,
                    min_early_stopping_rate=0,
                    bootstrap_count=settings.bootstrap,
                )
            case Hyperband():
                return optuna.pruners.HyperbandPruner(
                    settings.min_resource,
                    settings.max_resource or epochs,
                    settings.reduction,
                    settings.bootstrap,
                )
