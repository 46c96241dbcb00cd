"""The whole training step as one CUDA graph: one launch instead of some two hundred.

At batch 128 an H200 works a step off in less time than Python takes to launch its kernels.
PyTorch's notes on CUDA graphs say what a capture asks for:
https://docs.pytorch.org/docs/stable/notes/cuda.html#cuda-graphs
"""

import copy
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor

from fer.errors import BadInput, FerError
from fer.training.data import Batchable
from fer.training.state import State
from fer.training.step import Step

Mode = Literal["auto", "eager", "compiled", "graph"]

REHEARSALS = 3
"""Steps before a capture, in which libraries choose their kernels and make their workspaces."""


class CaptureFailed(FerError):
    """A step that holds something that no CUDA graph can."""


def build_step(mode: Mode, state: State, faces: Batchable) -> Step:
    """How the steps of a run on ``faces`` are taken.

    Args:
        mode: ``eager`` launches each part by itself; ``compiled`` does so with the network
            through ``torch.compile``; ``graph`` replays one CUDA graph; ``auto`` takes the graph on
            CUDA, or eager, with a warning that says why, where it cannot be captured; and eager on
            the CPU, where ``torch.compile`` made every step slower.

    Raises:
        BadInput: a graph without CUDA.
        CaptureFailed: ``graph``, and the step cannot be captured.
    """
    on_cuda = state.device.type == "cuda"
    if mode == "graph" and not on_cuda:
        raise BadInput(f"a CUDA graph of a step on {state.device}: expected a CUDA device")
    if mode == "graph":
        return GraphStep(state, faces)
    if mode == "auto" and on_cuda:
        try:
            return GraphStep(state, faces)
        except CaptureFailed as error:
            warnings.warn(f"training without a CUDA graph: {error}", RuntimeWarning, stacklevel=2)
    if mode == "compiled":
        state.network.compile()
    return Step(state, faces)


class GraphStep(Step):
    """Replays one captured step.

    Faces, weights and the optimiser's state stay where the capture found them. What changes from
    step to step is copied to where the graph reads it: the batch's indices, the learning rate and
    the average's weight. Dropout and augmentation go on drawing, as their generators are registered
    with the graph, which moves them on at each replay as the parts by themselves would.
    """

    def __init__(self, state: State, faces: Batchable) -> None:
        super().__init__(state, faces)
        device = faces.labels.device
        self._batch = torch.arange(min(state.recipe.batch_size, len(faces)), device=device)
        self._rate = torch.zeros((), device=device)
        self._weight = torch.zeros((), device=device)
        self._graph = torch.cuda.CUDAGraph()
        state.network.train()
        with torch.cuda.device(device):
            self._capture()
        self.read()  # forgets what the rehearsals added

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
            rehearse(state, self._take)
        torch.cuda.current_stream().wait_stream(stream)
        # torch registers its own generator, dropout's, with every graph.
        self._graph.register_generator_state(state.generator)
        before = state.checkpoint()
        try:
            with _capturable(state.optimiser), torch.cuda.graph(self._graph, stream=stream):
                self._take()
        except RuntimeError as error:
            state.optimiser.zero_grad(set_to_none=True)
            assert before.cuda_rng is not None
            _revive(state.generator, before.generator)
            _revive(torch.cuda.default_generators[torch.cuda.current_device()], before.cuda_rng)
            # Ending the capture raises too; what broke it is the error before that.
            cause = error.__context__ or error
            if isinstance(cause, torch.OutOfMemoryError):
                raise cause from None
            raise CaptureFailed(str(cause).splitlines()[0]) from error


def rehearse(state: State, take: Callable[[], None]) -> None:
    """Take a few steps for what they set up, and put the run back to where it was.

    Afterwards the optimiser has its state: made inside a capture, it would be made anew, as zeros,
    at every replay.
    """
    before = copy.deepcopy(state.checkpoint())
    for _ in range(REHEARSALS):
        take()
    if not before.optimiser["state"]:  # at a run's first step; every optimiser begins with zeros
        for tensors in state.optimiser.state.values():
            for tensor in tensors.values():
                tensor.zero_()
        before.optimiser["state"] = state.optimiser.state_dict()["state"]
    state.restore(before)


@contextmanager
def _capturable(optimiser: torch.optim.Optimizer) -> Iterator[None]:
    """Tell the optimiser that a capture is meant. Left on, it would warn of every other step."""
    groups = [group for group in optimiser.param_groups if "capturable" in group]
    for group in groups:
        group["capturable"] = True
    try:
        yield
    finally:
        for group in groups:
            group["capturable"] = False


def _revive(generator: torch.Generator, state: Tensor) -> None:
    """Give a generator a new state: the one that a failed capture held refuses to draw."""
    fresh = torch.Generator(generator.device)
    fresh.set_state(state)
    generator.graphsafe_set_state(fresh.graphsafe_get_state())
