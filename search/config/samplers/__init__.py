"""Samplers. A new one is a file in this folder and a line in ``SAMPLERS``."""

from search.config.kinds import Kinds
from search.config.samplers.base import SamplerSettings, build_sampler

SAMPLERS: Kinds[SamplerSettings] = Kinds(
    {
        "tpe": "search.config.samplers.tpe:Tpe",
        "gp": "search.config.samplers.gp:Gp",
        "cmaes": "search.config.samplers.cmaes:CmaEs",
        "qmc": "search.config.samplers.qmc:Qmc",
        "random": "search.config.samplers.random:Random",
        "grid": "search.config.samplers.grid:Grid",
    }
)

__all__ = ["SAMPLERS", "SamplerSettings", "build_sampler"]
