"""Training one recipe: the loop, its schedule and optimiser, and checkpoints that resume it."""

from fer.history import Epoch
from fer.training.loop import train
from fer.training.result import Result

__all__ = ["Epoch", "Result", "train"]
