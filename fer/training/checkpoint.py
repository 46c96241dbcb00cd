"""Checkpoints: the complete state of an unfinished run, written after every epoch.

The one before is kept: a damaged one costs an epoch, and not the run.
"""

import io
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from fer import digest
from fer.errors import BadInput, DamagedFile
from fer.files import check_fence, write_atomically
from fer.history import Epoch

NAME = "checkpoint.pt"
PREVIOUS = "checkpoint-previous.pt"
DAMAGED = "checkpoint-damaged.pt"
"""A damaged one is set aside, until the run is finished."""

_HEADER = f"fer checkpoint, sha256 {digest.BLANK}\n".encode()
"""Before what ``torch.save`` writes. Without it, it is a checkpoint of an earlier version."""


@dataclass
class Checkpoint:
    """Everything that determines the rest of a run.

    Attributes:
        recipe_hash, data_hash: a checkpoint resumes only the run that wrote it.
        device, precision, threads: ``cpu`` or ``cuda``; ``fp32`` or ``bf16``; CPU threads. The
            weights depend on them, too, to the last bit.
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
        """Write ``checkpoint.pt``, with its digest: a temporary file, fsynced and renamed.

        The one that was there becomes the previous one. In place, ``torch.save`` under SIGKILL
        leaves unreadable files.
        """
        state = {key: value for key, value in vars(self).items() if key != "history"}
        state["history"] = [asdict(epoch) for epoch in self.history]
        buffer = io.BytesIO()  # on a full disk, torch.save into a file hides the OSError
        buffer.write(_HEADER)
        torch.save(state, buffer)
        content = buffer.getbuffer()
        header = _HEADER.replace(digest.BLANK.encode(), digest.digest_of(content).encode())
        write_atomically(
            run / NAME,
            lambda file: file.writelines((header, content[len(header) :])),
            keep=run / PREVIOUS,
        )

    def check_machine(self, run: Path, device: str, precision: str, threads: int) -> None:
        """Check that this process computes as the one that wrote the checkpoint did.

        A different number of threads only warns: sums are added in another order, so the weights
        are as good but not bit for bit the same.

        Raises:
            BadInput: another kind of device, or another precision.
        """
        check_same(run / NAME, "device", self.device, device)
        check_same(run / NAME, "precision", self.precision, precision)
        if self.threads != threads and device == "cpu":
            print(
                f"fer: {run}: began with threads = {self.threads} and resumes with {threads}: its "
                f"weights will not be bit for bit those of an uninterrupted run",
                file=sys.stderr,
            )


def has_checkpoint(run: Path) -> bool:
    """Whether a run has a checkpoint; right after a kill, it may be the previous one."""
    return (run / NAME).exists() or (run / PREVIOUS).exists()


def remove_checkpoints(run: Path) -> None:
    """Remove all checkpoints of a run, the newest last: killed in between, it is resumed."""
    check_fence()
    for name in (DAMAGED, PREVIOUS, NAME):
        (run / name).unlink(missing_ok=True)


def load_checkpoint(run: Path, recipe_hash: str, data_hash: str) -> Checkpoint | None:
    """Load a run's newest checkpoint that is not damaged to the CPU; None if it has none.

    A damaged one is set aside, with a warning; the process must be the only one on the run.

    Raises:
        BadInput: it is of another recipe, of other faces, or of another version.
    """
    checkpoint, warnings = None, []
    for name in (NAME, PREVIOUS):
        path = run / name
        if checkpoint is not None or not path.exists():
            continue
        try:
            checkpoint = read_checkpoint(path)
        except DamagedFile as error:
            warnings.append(error.problem)
            path.replace(run / DAMAGED)
            continue
        check_same(path, "recipe hash", checkpoint.recipe_hash, recipe_hash)
        check_same(path, "faces hash", checkpoint.data_hash, data_hash)
        if name == PREVIOUS:
            path.replace(run / NAME)
    if warnings:
        epochs = len(checkpoint.history) if checkpoint else 0
        after = f"resumes after epoch {epochs}" if epochs else "begins again"
        print(f"fer: warning: {'; '.join(warnings)}: the run {after}", file=sys.stderr, flush=True)
    return checkpoint


def read_checkpoint(path: Path) -> Checkpoint:
    """Read one checkpoint to the CPU.

    Raises:
        DamagedFile: it is damaged.
        BadInput: another version wrote it.
    """
    content = path.read_bytes()
    remedy = "remove it, and the run begins again"
    is_older = content.startswith(b"PK")  # without a digest
    start = 0 if is_older else len(_HEADER)
    stored = content[start - 1 - len(digest.BLANK) : start - 1].decode("ascii", "replace")
    if not is_older and not digest.has_digest(content, stored):
        problem = f"{len(content):,} bytes whose SHA-256 is not the one in them"
        raise DamagedFile(path, problem, remedy)
    try:
        state = torch.load(io.BytesIO(content[start:]), map_location="cpu", weights_only=True)
        state["history"] = tuple(Epoch(**epoch) for epoch in state["history"])
        return Checkpoint(**state)
    except Exception as error:  # torch.load's errors have no common type
        if is_older:
            raise DamagedFile(path, "PyTorch cannot load it", remedy) from error
        raise BadInput(f"{path}: another version wrote it: use that one, or {remedy}") from error


def check_same(path: Path, name: str, saved: str, current: str) -> None:
    """Check that a run on disk is the one to be resumed.

    Raises:
        BadInput: what was saved under ``name`` differs from the current value.
    """
    if saved != current:
        raise BadInput(
            f"{path}: its {name} is {saved[:16]}, here it is {current[:16]}: resume with the same "
            f"{name.removesuffix(' hash')}, or train in another folder"
        )
