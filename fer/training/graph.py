"""The training step as one CUDA graph: one launch instead of about two hundred.

At batch 128 an H200 computes a step in less time than Python takes to launch its kernels.
The requirements of a capture are in PyTorch's notes on CUDA graphs:
https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs
"""

import copy
import warnings
from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from fer.errors import BadInput, FerError
from fer.faces.types import SIZE
from fer.training.data import DeviceDataset
from fer.training.state import State
from fer.training.step import Step

Mode = Literal["auto", "eager", "compiled", "graph"]

WARM_UP_STEPS = 3
"""Steps before a capture, in which libraries choose their kernels and allocate workspaces."""


class CaptureFailed(FerError):
    """The step contains an operation that a CUDA graph cannot capture."""


def build_step(mode: Mode, state: State, faces: DeviceDataset, side: int = SIZE) -> Step:
    """Build the callable that takes the steps of a run on ``faces``.

    Args:
        side: height and width that the images are trained on with, in pixels.
        mode: ``eager`` launches each operation; ``compiled`` does so with the network through
            ``torch.compile``; ``graph`` replays one CUDA graph; ``auto`` uses the graph on CUDA,
            or eager with a warning that gives the reason where the capture fails; and eager on
            the CPU, where ``torch.compile`` made every step slower.

    Raises:
        BadInput: a graph without CUDA.
        CaptureFailed: ``graph``, and the step cannot be captured.
    """
    on_cuda = state.device.type == "cuda"
    if mode == "graph" and not on_cuda:
        raise BadInput(f"a CUDA graph of a step on {state.device}: expected a CUDA device")
    if mode == "graph":
        return GraphStep(state, faces, side)
    if mode == "auto" and on_cuda:
        try:
            return GraphStep(state, faces, side)
        except CaptureFailed as error:
            warnings.warn(f"training without a CUDA graph: {error}", RuntimeWarning, stacklevel=2)
    if mode == "compiled":
        state.network.compile()
    return Step(state, faces, side)


class GraphStep(Step):
    """Replays one captured step.

    Faces, weights and the optimiser's state keep their addresses. The values that change from step
    to step are copied to where the graph reads them: the batch's indices, the learning rate and
    the weight of the moving average. The generators of dropout and augmentation are registered with
    the graph, and each replay advances them as an eager step would.
    """

    def __init__(self, state: State, faces: DeviceDataset, side: int = SIZE) -> None:
        super().__init__(state, faces, side)
        device = faces.labels.device
        self._batch = torch.arange(min(state.recipe.batch_size, len(faces)), device=device)
        self._rate = torch.zeros((), device=device)
        self._weight = torch.zeros((), device=device)
        self._graph = torch.cuda.CUDAGraph()
        state.network.train()
        with torch.cuda.device(device):
            self._capture()
        self.read()  # discards what the warm-up added

    def __call__(self, batch: Tensor, number: int, rate: float) -> None:
        if len(batch) != len(self._batch):  # a graph has one shape
            super().__call__(batch, number, rate)
            return
        self._batch.copy_(batch)
        self._rate.fill_(rate)
        self._weight.fill_(self.state.average.weight(number))
        self._graph.replay()

    def _take(self) -> None:
        self.take(self._batch, self._rate, self._weight)

    def _capture(self) -> None:
        state, stream = self.state, torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            warm_up(state, self._take)
        torch.cuda.current_stream().wait_stream(stream)
        # torch registers its own generator, dropout's, with every graph.
        self._graph.register_generator_state(state.generator)
        before = state.checkpoint()
        try:
            with torch.cuda.graph(self._graph, stream=stream):
                self._take()
        except RuntimeError as error:
            state.optimiser.zero_grad()
            assert before.cuda_rng is not None
            _reset_generator(state.generator, before.generator)
            dropout = torch.cuda.default_generators[torch.cuda.current_device()]
            _reset_generator(dropout, before.cuda_rng)
            # Ending the capture raises too; what broke it is the error before that.
            cause = error.__context__ or error
            if isinstance(cause, torch.OutOfMemoryError):
                raise cause from None
            raise CaptureFailed(str(cause).splitlines()[0]) from error


def warm_up(state: State, take: Callable[[], None]) -> None:
    """Take a few steps for the side effects of the first ones, then restore the run's state.

    Afterwards the optimiser has its state: created inside a capture, it would be created again, as
    zeros, at every replay.
    """
    before = copy.deepcopy(state.checkpoint())
    for _ in range(WARM_UP_STEPS):
        take()
    if not before.optimiser["state"]:  # at a run's first step; every optimiser begins with zeros
        for memory in state.optimiser.memories():
            for tensor in memory.values():
                tensor.zero_()
        before.optimiser["state"] = state.optimiser.state_dict()["state"]
    state.restore(before)


def _reset_generator(generator: torch.Generator, state: Tensor) -> None:
    """Replace a generator's state: after a failed capture, the old one raises when it draws."""
    fresh = torch.Generator(generator.device)
    fresh.set_state(state)
    generator.graphsafe_set_state(fresh.graphsafe_get_state())
