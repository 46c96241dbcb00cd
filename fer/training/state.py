"""The state of a run in training: everything that a checkpoint saves and restores."""

from pathlib import Path

import torch

from fer.device import precision
from fer.history import Epoch
from fer.networks.base import Network
from fer.networks.build import build_network
from fer.recipe import Recipe
from fer.training.average import EMA
from fer.training.checkpoint import Checkpoint
from fer.training.initial import initialise
from fer.training.optimiser import build_optimiser


class State:
    """Network, optimiser, average, generators and history of one run.

    Dropout draws from torch's global generators, which this class seeds and restores: one run at a
    time in a process.
    """

    def __init__(self, recipe: Recipe, data_hash: str, device: torch.device) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.data_hash = data_hash
        self.device = device
        self.precision = precision(device)
        self.network: Network = build_network(recipe, device)
        self.optimiser = build_optimiser(recipe, self.network, self.precision)
        self.average = EMA(self.network, recipe.ema)
        self.generator = torch.Generator(device).manual_seed(recipe.seed)
        self.history: tuple[Epoch, ...] = ()

    def initialise(self, images: torch.Tensor) -> None:
        """Replace initial weights where the recipe says so, before the first step.

        Args:
            images: of the training faces, ``uint8 [N, 48, 48]``, on the run's device.
        """
        initialise(self.network, self.recipe, images)
        self.average = EMA(self.network, self.recipe.ema)

    def optimiser_step(self, rate: float | torch.Tensor) -> None:
        """Step with a learning rate, a number or a 0-d tensor, and clear the gradients."""
        self.optimiser.step(rate)
        self.optimiser.zero_grad()

    def checkpoint(self) -> Checkpoint:
        """The current state; its tensors are the run's own, not copies."""
        on_cuda = self.device.type == "cuda"
        return Checkpoint(
            recipe_hash=self.recipe.hash,
            data_hash=self.data_hash,
            device=self.device.type,
            precision=self.precision,
            threads=torch.get_num_threads(),
            network=self.network.state_dict(),
            average=self.average.network.state_dict() if self.recipe.ema else {},
            optimiser=self.optimiser.state_dict(),
            generator=self.generator.get_state(),
            cpu_rng=torch.get_rng_state(),
            cuda_rng=torch.cuda.get_rng_state(self.device) if on_cuda else None,
            history=self.history,
        )

    def save(self, run: Path) -> None:
        """Write the checkpoint of the epochs so far."""
        self.checkpoint().save(run)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Load the state that the checkpoint's run had after its last epoch.

        The optimiser gets new tensors: a CUDA graph captured before is invalid.
        """
        self.network.load_state_dict(checkpoint.network)
        if self.recipe.ema:
            self.average.network.load_state_dict(checkpoint.average)
        self.optimiser.load_state_dict(checkpoint.optimiser)
        self.generator.set_state(checkpoint.generator)
        torch.set_rng_state(checkpoint.cpu_rng)
        if checkpoint.cuda_rng is not None:
            torch.cuda.set_rng_state(checkpoint.cuda_rng, self.device)
        self.history = checkpoint.history
