"""Trainers: the interface between a worker and ``fer.training``."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from fer.errors import DamagedFile
from fer.faces.types import Faces
from fer.history import HISTORY, Epoch, write_history
from fer.recipe import Recipe
from fer.run_metrics import METRICS

OnEpoch = Callable[[Epoch], None]
OnStep = Callable[[int, int], None]


class Trainer(Protocol):
    """Trains recipes; tests have a cheap one, which needs no torch."""

    def past(self, recipe: Recipe, faces: Faces, run: Path) -> tuple[Epoch, ...]:
        """The epochs that are on disk: a finished run's, or those of an unfinished one's
        checkpoint."""

    def train(
        self, recipe: Recipe, faces: Faces, run: Path, on_epoch: OnEpoch, on_step: OnStep
    ) -> tuple[Epoch, ...]:
        """Train from the checkpoint, if there is one; returns all of the run's epochs."""

    def cost(self, recipe: Recipe) -> tuple[int, int]:
        """Parameters of the recipe's network, and its operations for one face."""

    def drop(self, run: Path, epochs: tuple[Epoch, ...]) -> None:
        """End a run that was pruned: keep its history, and not its checkpoint."""


class FerTrainer:
    """Trains for real, with ``threads`` threads, on CUDA where it is there."""

    def __init__(self, threads: int) -> None:
        # Imported here: torch takes seconds, in which the signals must already be caught.
        import fer.training
        from fer.device import choose_device

        self._training = fer.training
        self._device = choose_device("auto")
        self._threads = threads

    def past(self, recipe: Recipe, faces: Faces, run: Path) -> tuple[Epoch, ...]:
        from fer.training.checkpoint import load_checkpoint
        from fer.training.run import finished_run

        # A run that was killed between its end and its record in the storage has no checkpoint.
        try:
            if finished := finished_run(recipe, faces, run):
                return finished.history
        except DamagedFile as error:
            print(
                f"fer: warning: {error.problem}: the run begins again", file=sys.stderr, flush=True
            )
            (run / METRICS).unlink()
        checkpoint = load_checkpoint(run, recipe.hash, faces.hash)
        return checkpoint.history if checkpoint else ()

    def train(
        self, recipe: Recipe, faces: Faces, run: Path, on_epoch: OnEpoch, on_step: OnStep
    ) -> tuple[Epoch, ...]:
        return self._training.train(
            recipe,
            faces,
            run,
            device=self._device,
            threads=self._threads,
            resume=True,
            on_epoch=on_epoch,
            on_step=on_step,
        ).history

    def cost(self, recipe: Recipe) -> tuple[int, int]:
        from fer.networks.cost import network_cost

        cost = network_cost(recipe)
        return cost.parameters, cost.operations

    def drop(self, run: Path, epochs: tuple[Epoch, ...]) -> None:
        from fer.training.checkpoint import remove_checkpoints

        write_history(run / HISTORY, epochs)
        remove_checkpoints(run)
