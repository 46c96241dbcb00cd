"""What every network family has in common."""

from torch import nn

from fer.recipe import Recipe


class Network(nn.Module):
    """Base class of the families: logits of each class for a batch of faces.

    Input: ``float [B, 1, 48, 48]``, gray levels in [0, 1]; a family normalises them itself, so that
    a saved model is complete. Output: ``float [B, classes]`` logits.

    A subclass builds its layers from the recipe alone; weights are drawn from the global RNG. It
    uses every key of the network, ``activation``, ``dropout`` and ``widths``, so that none has no
    effect. The first sentence of its docstring stands in the docs.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
