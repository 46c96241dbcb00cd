"""Rules of a race between recipes: who enters, who is dropped after a fold, who wins.

Pure functions of numbers, without Optuna: studies, replay and ablation use the same ones.

The race follows F-race (Birattari et al., 2002, "A racing algorithm for configuring
metaheuristics", GECCO) and irace (López-Ibáñez et al., 2016,
https://doi.org/10.1016/j.orp.2016.09.002): all recipes run on the same folds, and the clearly worse
ones are dropped after each. The test is the one-sided Wilcoxon signed-rank test of Optuna's
``WilcoxonPruner`` (https://optuna.readthedocs.io, ``optuna.pruners.WilcoxonPruner``); as in SMAC3's
intensifier (Lindauer et al., 2022, https://jmlr.org/papers/v23/21-0888.html), only results on the
same folds are compared.
"""

from search.racing.drops import dropped, first_test
from search.racing.entrants import entrants
from search.racing.paired import PairedDifference, paired_difference, signed_rank
from search.racing.progress import RaceProgress, RaceRun
from search.racing.standings import RULE, Racer, Standing, Standings, standings

__all__ = [
    "RULE",
    "PairedDifference",
    "RaceProgress",
    "RaceRun",
    "Racer",
    "Standing",
    "Standings",
    "dropped",
    "entrants",
    "first_test",
    "paired_difference",
    "signed_rank",
    "standings",
]
