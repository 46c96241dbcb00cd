"""Training one recipe: the loop, its schedule and optimiser, and checkpoints that resume it."""

from fer.training.loop import train
from fer.training.result import Epoch, Result

__all__ = ["Epoch", "Result", "train"]
