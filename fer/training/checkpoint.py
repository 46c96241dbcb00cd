"""The whole state of an unfinished run, on disk after every epoch."""

import io
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from fer.errors import BadInput
from fer.files import write_atomically
from fer.training.result import Epoch

NAME = "checkpoint.pt"


@dataclass
class Checkpoint:
    """All that decides the rest of a run.

    Attributes:
        recipe_hash, data_hash: a checkpoint only continues the run that wrote it.
        device, precision, threads: ``cpu`` or ``cuda``, ``fp32`` or ``bf16``, and of the CPU: what
            else the weights depend on, to the last bit.
        network, average, optimiser: state dicts; ``average`` is empty where the recipe has no EMA.
        generator: state of the device's generator, which draws order and augmentation.
        cpu_rng, cuda_rng: states of torch's global generators, which draw dropout.
        history: the epochs so far; the next one's number and first step follow from it.
    """

    recipe_hash: str
    data_hash: str
    device: str
    precision: str
    threads: int
    network: dict[str, Any]
    average: dict[str, Any]
    optimiser: dict[str, Any]
    generator: torch.Tensor
    cpu_rng: torch.Tensor
    cuda_rng: torch.Tensor | None
    history: tuple[Epoch, ...]

    def save(self, run: Path) -> None:
        """Write ``checkpoint.pt``: a temporary file, fsynced and renamed.

        In-place ``torch.save`` under SIGKILL left 14 of 60 files unreadable; this left none.
        """
        state = {key: value for key, value in vars(self).items() if key != "history"}
        state["history"] = [asdict(epoch) for epoch in self.history]
        buffer = io.BytesIO()  # into a file, torch.save turns "disk full" into words of its own
        torch.save(state, buffer)
        write_atomically(run / NAME, lambda file: file.write(buffer.getbuffer()))

    def check_machine(self, run: Path, device: str, precision: str, threads: int) -> None:
        """Check that this process computes as the one that wrote the checkpoint did.

        Another number of threads is only warned of: sums come out in another order, so the weights
        are good but not the same to the last bit.

        Raises:
            BadInput: another kind of device, or another precision.
        """
        for name, saved, here in (
            ("device", self.device, device),
            ("precision", self.precision, precision),
        ):
            if saved != here:
                raise BadInput(
                    f"{run / NAME}: its {name} is {saved}, this process's is {here}: resume where "
                    f"the {name} is {saved}, or train in another folder"
                )
        if self.threads != threads and device == "cpu":
            print(
                f"fer: {run}: began with threads = {self.threads} and goes on with {threads}: its "
                f"weights will not be, bit for bit, those of an uninterrupted run",
                file=sys.stderr,
            )


def load_checkpoint(run: Path, recipe_hash: str, data_hash: str) -> Checkpoint | None:
    """Read a run's checkpoint to the CPU, or None where there is none.

    Raises:
        BadInput: it is unreadable, or it belongs to another recipe or other faces.
    """
    path = run / NAME
    if not path.exists():
        return None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        state["history"] = tuple(Epoch(**epoch) for epoch in state["history"])
        checkpoint = Checkpoint(**state)
    except Exception as error:  # torch.load's errors have no common type
        raise BadInput(
            f"{path}: not a checkpoint of a run: {str(error).splitlines()[0]}"
        ) from error
    for name, saved, asked in (
        ("recipe", checkpoint.recipe_hash, recipe_hash),
        ("faces", checkpoint.data_hash, data_hash),
    ):
        if saved != asked:
            raise BadInput(
                f"{path}: its {name} hash is {saved[:16]}, this run's is {asked[:16]}: "
                f"resume with the same {name}, or train in another folder"
            )
    return checkpoint
