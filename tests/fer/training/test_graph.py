"""The captured step. Where there is no CUDA, a stand-in replays it by taking it on the CPU."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

import fer.training.graph
from fer.errors import BadInput
from fer.faces.types import Faces
from fer.recipe import Recipe
from fer.training import Epoch, train
from fer.training.data import DeviceDataset, to_device
from fer.training.graph import CaptureFailed, GraphStep, Mode, build_step
from fer.training.loop import train_epoch
from fer.training.state import State
from fer.training.step import Step

CPU, CUDA = torch.device("cpu"), torch.device("cuda")
STEPS = 7


def dataset(faces: Faces, device: torch.device) -> DeviceDataset:
    return to_device(faces, np.arange(len(faces), dtype=np.int64), device)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """CUDA's graphs acted on the CPU: a capture leaves no trace, and a replay takes the step."""
    acted = SimpleNamespace(step=None, replays=0)

    class Graph:
        def register_generator_state(self, generator: torch.Generator) -> None:
            acted.registered = generator

        def replay(self) -> None:
            acted.replays += 1
            acted.step._take()

    class Acted(GraphStep):
        def _capture(self) -> None:
            acted.step = self
            super()._capture()

    @contextmanager
    def capture(graph: Graph, stream: object) -> Iterator[None]:
        state = acted.step.state
        assert acted.registered is state.generator
        assert any(state.optimiser.memories()), "a capture must find the optimiser's state made"
        before = copy.deepcopy(state.checkpoint())
        yield
        state.restore(before)

    stream = SimpleNamespace(wait_stream=lambda other: None)
    monkeypatch.setattr(fer.training.graph, "GraphStep", Acted)
    for name, value in {
        "CUDAGraph": Graph,
        "graph": capture,
        "Stream": lambda: stream,
        "current_stream": lambda: stream,
        "stream": lambda stream: nullcontext(),
        "device": lambda device: nullcontext(),
    }.items():
        monkeypatch.setattr(torch.cuda, name, value)
    return acted


TECHNIQUES = {
    "mixup": 0.4,
    "cutmix": 1.0,
    "sam": 0.05,
    "norm_bias_lr": 8.0,
    "lookahead": 3,
    "flip": "alternating",
}


@pytest.mark.parametrize(
    "keys", [*({"optimiser": name} for name in ("adam", "adamw", "sgd", "muon")), TECHNIQUES]
)
def test_replays_train_as_the_parts_do(
    tiny: Recipe, faces: Faces, stand_in: SimpleNamespace, keys: dict[str, object]
) -> None:
    class Fed(Step):
        """The parts, with a rate and a weight in the precision that a graph reads them in."""

        def take(self, batch: Tensor, rate: float | Tensor, weight: float | Tensor) -> None:
            super().take(batch, torch.as_tensor(rate), torch.as_tensor(weight))

    recipe, on_cpu = tiny.with_values(keys), dataset(faces, CPU)
    ends = []
    for kind in (Fed, fer.training.graph.GraphStep):
        state = State(recipe, "", CPU)
        step = kind(state, on_cpu)
        figures = [train_epoch(state, on_cpu, STEPS, None, step) for _ in range(2)]
        ends.append((figures, state.average.network.state_dict()))
    assert stand_in.replays == 2 * STEPS
    assert ends[0][0] == ends[1][0]
    torch.testing.assert_close(ends[0][1], ends[1][1], rtol=0, atol=0)


def test_a_batch_of_another_size_is_taken_part_by_part(
    tiny: Recipe, faces: Faces, stand_in: SimpleNamespace
) -> None:
    step = fer.training.graph.GraphStep(State(tiny, "", CPU), dataset(faces, CPU))
    step(torch.arange(5), 0, 0.01)
    assert stand_in.replays == 0
    assert step.read()[0] > 0


def test_on_the_cpu_the_parts_are_taken_one_by_one(tiny: Recipe, faces: Faces) -> None:
    state, on_cpu = State(tiny, "", CPU), dataset(faces, CPU)
    assert type(build_step("auto", state, on_cpu)) is Step
    with pytest.raises(BadInput, match="on cpu: expected a CUDA device"):
        build_step("graph", state, on_cpu)


def test_a_compiled_network_trains_as_the_parts_do(
    tiny: Recipe, faces: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Traced, with its gradients, but not turned into C++: that takes 20 s.
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="aot_eager"))
    on_cpu, losses = dataset(faces, CPU), []
    modes: tuple[Mode, ...] = ("eager", "compiled")
    for mode in modes:
        state = State(tiny.with_values({"dropout": 0.0}), "", CPU)
        step = build_step(mode, state, on_cpu)
        losses.append(train_epoch(state, on_cpu, 3, None, step)[0])
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)


def test_what_cannot_be_captured_trains_without_a_graph_and_says_why(
    tiny: Recipe, faces: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise CaptureFailed("a copy from the CPU")

    monkeypatch.setattr(fer.training.graph, "GraphStep", fail)
    state = State(tiny, "", CPU)
    state.device = CUDA  # as far as the choice goes
    with pytest.warns(RuntimeWarning, match="without a CUDA graph: a copy from the CPU"):
        assert type(build_step("auto", state, dataset(faces, CPU))) is Step
    with pytest.raises(CaptureFailed):
        build_step("graph", state, dataset(faces, CPU))


@pytest.mark.cuda
@pytest.mark.parametrize(
    "keys", [*({"optimiser": name} for name in ("adam", "adamw", "sgd", "muon")), TECHNIQUES]
)
@pytest.mark.parametrize("batch_size", [32, 4096])
def test_a_graph_on_cuda_gives_the_numbers_of_the_parts(
    tiny: Recipe, faces: Faces, keys: dict[str, object], batch_size: int
) -> None:
    # One dropout-free step from the same start: later ones drift, as sums change their order.
    recipe = tiny.with_values({**keys, "batch_size": batch_size, "dropout": 0.0})
    on_cuda = dataset(faces, CUDA)
    ends = []
    modes: tuple[Mode, ...] = ("eager", "graph")
    for mode in modes:
        state = State(recipe, "", CUDA)
        state.precision = "fp32"
        step = build_step(mode, state, on_cuda)
        state.network.train()
        step(torch.arange(min(batch_size, len(faces)), device=CUDA), 0, 0.001)
        ends.append((step.read()[0], state.average.network.state_dict(), state.generator))
    assert ends[0][0] == pytest.approx(ends[1][0], rel=1e-4)
    torch.testing.assert_close(ends[0][1], ends[1][1], rtol=1e-3, atol=1e-4)
    assert torch.equal(ends[0][2].get_state(), ends[1][2].get_state())


@pytest.mark.cuda
def test_every_replay_on_cuda_draws_other_numbers(tiny: Recipe, faces: Faces) -> None:
    state, on_cuda = State(tiny, "", CUDA), dataset(faces, CUDA)
    step = build_step("graph", state, on_cuda)
    losses = []
    for _ in range(3):
        step(torch.arange(32, device=CUDA), 0, 0.0)  # nothing is learnt, so only the draws differ
        losses.append(step.read()[0])
    assert len(set(losses)) == 3


@pytest.mark.cuda
def test_a_graphed_run_on_cuda_resumes_to_nearly_the_same_weights(
    tmp_path: Path, tiny: Recipe, faces: Faces
) -> None:
    def stop(_epoch: Epoch) -> None:
        raise InterruptedError

    whole = train(tiny, faces, tmp_path / "whole", device=CUDA, threads=1)
    for _ in range(tiny.epochs):
        with pytest.raises(InterruptedError):
            train(tiny, faces, tmp_path / "p", device=CUDA, threads=1, resume=True, on_epoch=stop)
    parts = train(tiny, faces, tmp_path / "p", device=CUDA, threads=1, resume=True)
    # Not bit for bit: pooling's gradients are summed in any order on CUDA.
    for one, other in zip(whole.history, parts.history, strict=True):
        assert one.train_loss == pytest.approx(other.train_loss, rel=0.05)


@pytest.mark.cuda
def test_a_failed_capture_on_cuda_still_trains(
    tiny: Recipe, faces: Faces, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, on_cuda = State(tiny, "", CUDA), dataset(faces, CUDA)
    take = Step.take

    def peeking(self: Step, *arguments: object) -> None:
        take(self, *arguments)  # type: ignore[arg-type]
        self._loss.item()  # waits for the device, which a capture refuses

    monkeypatch.setattr(Step, "take", peeking)
    with pytest.warns(RuntimeWarning, match="without a CUDA graph"):
        step = build_step("auto", state, on_cuda)
    assert np.isfinite(train_epoch(state, on_cuda, STEPS, None, step)[0])
