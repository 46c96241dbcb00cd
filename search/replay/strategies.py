"""Strategies: a sampler, a pruner and a plan, named in one word such as ``tpe+halving/race2``."""

from dataclasses import dataclass
from typing import Any

from fer.errors import BadInput
from fer.validation import nearest
from search.config.pruners import PRUNERS, PrunerSettings
from search.config.samplers import SAMPLERS, SamplerSettings
from search.replay.plans import OneRound, Plan, ScreenAndRace
from search.replay.table import SHORT

SAMPLER_NAMES = ("random", "qmc", "tpe", "gp")
PRUNER_TABLES: dict[str, dict[str, Any]] = {
    "none": {"kind": "none"},
    "halving": {"kind": "successive_halving", "min_resource": 4, "reduction": 2},
    "halving8": {"kind": "successive_halving", "min_resource": 8, "reduction": 2},
    "median": {"kind": "median", "startup": 5, "warmup": 4},
    "hyperband": {"kind": "hyperband", "min_resource": 3, "reduction": 3},
}
"""``median`` as in ``beat_baseline``, which had ``halving`` before."""
PLANS: dict[str, tuple[Plan, str]] = {
    "full": (OneRound(), "trials of 20 epochs; the best one is chosen"),
    "short": (OneRound(epochs=SHORT), "trials of 7 epochs, complete; the best one is chosen"),
    "mean2": (OneRound(folds=2), "trials of 20 epochs on both folds; the best mean is chosen"),
    "race1": (
        ScreenAndRace(epochs=SHORT, race_folds=1),
        "trials of 7 epochs, complete; a quarter again with 20 epochs",
    ),
    "race2": (
        ScreenAndRace(epochs=SHORT, race_folds=2),
        "trials of 7 epochs, complete; a quarter again with 20 epochs on both folds",
    ),
    "race3": (
        ScreenAndRace(epochs=SHORT, race_folds=3, p=0.13),
        "trials of 7 epochs, complete; a race of a quarter over 3 folds",
    ),
    "race5": (
        ScreenAndRace(epochs=SHORT, race_folds=5, p=0.13),
        "trials of 7 epochs, complete; a race of a quarter over 5 folds",
    ),
    "race5early": (
        ScreenAndRace(epochs=SHORT, race_folds=5, p=0.26),
        "as race5, with p = 0.26, so that recipes are dropped from the second fold on",
    ),
    "race3few": (
        ScreenAndRace(epochs=SHORT, keep=0.1, race_folds=3, p=0.13),
        "trials of 7 epochs, complete; a race of a tenth over 3 folds",
    ),
    "race3early": (
        ScreenAndRace(epochs=SHORT, keep=0.1, race_folds=3, p=0.26),
        "as race3few, with p = 0.26",
    ),
    "race5few": (
        ScreenAndRace(epochs=SHORT, keep=0.1, race_folds=5, p=0.13),
        "trials of 7 epochs, complete; a race of a tenth over 5 folds",
    ),
    "again2": (
        ScreenAndRace(keep=0.1, race_folds=2),
        "trials of 20 epochs; a tenth again on two other folds",
    ),
    "again3": (
        ScreenAndRace(keep=0.1, race_folds=3, p=0.13),
        "trials of 20 epochs; a race of a tenth over 3 other folds",
    ),
}
DEFAULT = (
    "random", "qmc", "tpe",
    "random+halving", "qmc+halving", "tpe+halving", "tpe+halving8",
    "random+median", "tpe+median", "random+hyperband", "tpe+hyperband",
    "tpe/mean2", "random/short", "qmc/short", "tpe/short",
    "random/race1", "qmc/race1", "tpe/race1",
    "random/race2", "qmc/race2", "tpe/race2", "tpe+median/race2",
)  # fmt: skip
"""Without ``gp``, which takes a hundred times as long."""
MANY_FOLDS = (
    "random/race3", "tpe/race3", "tpe/race5", "tpe/race5early", "random/race3few", "tpe/race3few",
    "tpe/race5few", "tpe+median/race3few", "tpe+median/race3early", "tpe+halving/race3early",
    "tpe/again2", "tpe/again3", "tpe+halving/again3",
)  # fmt: skip
"""Beside the default ones on emulated tables, which have more folds than two."""


@dataclass(frozen=True)
class Strategy:
    """A way to search."""

    name: str
    sampler: SamplerSettings
    pruner: PrunerSettings
    plan: Plan
    rule: str


def parse_strategy(name: str) -> Strategy:
    """The strategy of a name: ``SAMPLER``, ``SAMPLER+PRUNER``, or either with ``/PLAN``.

    Raises:
        BadInput: an unknown part, or a pruner together with a mean of folds.
    """
    before, _, plan_name = name.partition("/")
    sampler_name, _, pruner_name = before.partition("+")
    plan_name, pruner_name = plan_name or "full", pruner_name or "none"
    for word, known in (
        (sampler_name, list(SAMPLER_NAMES)),
        (pruner_name, list(PRUNER_TABLES)),
        (plan_name, list(PLANS)),
    ):
        if word not in known:
            raise BadInput(f"--strategy {name}: {word!r}: {nearest(word, known)}")
    plan, rule = PLANS[plan_name]
    if plan.folds > 1 and pruner_name != "none":
        raise BadInput(f"--strategy {name}: {plan_name} takes no pruner")
    sampler = SAMPLERS.parse({"kind": sampler_name}, name)
    pruner = PRUNERS.parse(PRUNER_TABLES[pruner_name], name)
    return Strategy(name, sampler, pruner, plan, rule)
