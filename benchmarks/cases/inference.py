"""Inference: from faces as bytes on the device to logits, in batches of one size.

ONNX Runtime's model goes on to the probabilities. Its softmax over three classes adds about 1 % at
batch 1: 753 µs against 743 µs, medians of 400 calls in turns on one core of an Intel Xeon.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.cases.case import Absent, Case, PreparedCase
from benchmarks.cases.network_case import network_case
from benchmarks.cases.workload import (
    need_compiler,
    noise,
    open_device,
    recipe,
    set_precision,
)

BATCHES = (1, 8, 64, 256, 1024, 4096)
COMPILED = (1, 64, 1024)
"""Batch sizes that are compiled; compiling one takes up to a minute."""


def cases() -> list[Case]:
    """Latency is batch 1. The modes of one batch size are interleaved."""
    cases = []
    for batch in BATCHES:
        cases.append(case(batch=batch))
        cases.append(case(batch=batch, mode="onnxruntime"))
        if batch in COMPILED:
            cases.append(case(batch=batch, mode="compiled"))
    cases += [case(batch=batch, precision="bf16") for batch in BATCHES]
    cases += [case(batch=256, precision=p, processes="one_a_core") for p in ("fp32", "bf16")]
    for precision in ("fp32", "tf32", "bf16", "fp16"):
        cases += [case(device="cuda", precision=precision, batch=batch) for batch in BATCHES]
    cases += [
        case(device="cuda", precision="bf16", batch=batch, mode="compiled") for batch in COMPILED
    ]
    return cases


def quick() -> list[Case]:
    """Latency and throughput."""
    return [
        case(batch=1),
        case(batch=256),
        case(batch=1, device="cuda", precision="bf16"),
        case(batch=1024, device="cuda", precision="bf16"),
    ]


def case(*, batch: int = 256, **factors: str) -> Case:
    """One inference case; the factors are those of ``network_case``.

    ``mode`` is ``eager``, ``compiled`` or ``onnxruntime``.
    """
    return network_case("inference", set_up, batch=batch, **factors)


def set_up(
    device: str, precision: str, batch: int, layout: str, mode: str, family: str = "published"
) -> PreparedCase:
    """One batch through a family's network in evaluation mode."""
    import torch

    from benchmarks.analysis.cost import inference_cost
    from fer.inference import Compiled, Eager
    from fer.networks.build import build_network

    torch_device = open_device(device)
    autocast = set_precision(precision, torch_device)
    torch.manual_seed(0)
    network = build_network(recipe(batch, family), torch_device)
    if layout == "contiguous":
        contiguous: Any = torch.contiguous_format
        network.to(memory_format=contiguous)
    images = noise(batch, torch_device).images
    if mode == "onnxruntime":
        score = _onnxruntime(network, batch)
    elif mode == "compiled":
        need_compiler()
        score = partial(Compiled(network, autocast, batch), images)
    else:
        score = partial(Eager(network, autocast, batch), images)
    if mode == "onnxruntime":
        score = partial(score, images)
    cost = inference_cost(recipe(batch, family), batch, precision)
    return PreparedCase(
        call=score,
        items=batch,
        unit="images",
        device=torch_device,
        flops=cost.flops,
        bytes=cost.bytes,
        precision=precision,
    )


def _onnxruntime(network: Any, batch: int) -> Callable[..., Any]:
    """ONNX Runtime on the CPU, with torch's number of threads.

    Raises:
        Absent: the extra is not installed.
    """
    import torch

    from fer.errors import BadInput
    from fer.onnx import OnnxRuntime, to_onnx

    try:
        return OnnxRuntime(to_onnx(network, recipe(batch)), torch.get_num_threads(), batch)
    except BadInput as error:
        raise Absent(str(error)) from error
