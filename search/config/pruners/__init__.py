"""Pruners. A new one is a file in this folder and a line in ``PRUNERS``.

A step of Optuna's is an epoch, counted from 1.
"""

from search.config.kinds import Kinds
from search.config.pruners.base import PrunerSettings, build_pruner

PRUNERS: Kinds[PrunerSettings] = Kinds(
    {
        "none": "search.config.pruners.none:NoPruner",
        "median": "search.config.pruners.median:Median",
        "percentile": "search.config.pruners.percentile:Percentile",
        "patient": "search.config.pruners.patient:Patient",
        "successive_halving": "search.config.pruners.successive_halving:SuccessiveHalving",
        "hyperband": "search.config.pruners.hyperband:Hyperband",
        "wilcoxon": "search.config.pruners.wilcoxon:Wilcoxon",
    }
)

__all__ = ["PRUNERS", "PrunerSettings", "build_pruner"]
