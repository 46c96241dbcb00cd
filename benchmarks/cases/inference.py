"""Inference: from faces as bytes on the device to logits, in batches of one size."""

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.cases.case import Absent, Case, Work
from benchmarks.cases.workload import (
    need_compiler,
    noise,
    open_device,
    recipe,
    set_precision,
)
from benchmarks.timing.process_group import set_up_crowd

BATCHES = (1, 8, 64, 256, 1024, 4096)
COMPILED = (1, 64, 1024)
"""Each batch size is compiled anew, which takes up to a minute."""


def cases() -> list[Case]:
    """Latency is batch 1; the ways of one batch size take turns, so that their ratio holds."""
    found = []
    for batch in BATCHES:
        found.append(case(batch=batch))
        found.append(case(batch=batch, mode="onnxruntime"))
        if batch in COMPILED:
            found.append(case(batch=batch, mode="compiled"))
    found += [case(batch=batch, precision="bf16") for batch in BATCHES]
    found += [case(batch=256, precision=p, processes="one_a_core") for p in ("fp32", "bf16")]
    for precision in ("fp32", "tf32", "bf16", "fp16"):
        found += [case(device="cuda", precision=precision, batch=batch) for batch in BATCHES]
    found += [
        case(device="cuda", precision="bf16", batch=batch, mode="compiled") for batch in COMPILED
    ]
    return found


def quick() -> list[Case]:
    """Latency and throughput."""
    return [
        case(batch=1),
        case(batch=256),
        case(batch=1, device="cuda", precision="bf16"),
        case(batch=1024, device="cuda", precision="bf16"),
    ]


def case(
    *,
    device: str = "cpu",
    precision: str = "fp32",
    batch: int = 256,
    layout: str = "channels_last",
    mode: str = "eager",
    processes: str = "one",
) -> Case:
    """One case; ``mode`` is ``eager``, ``compiled`` or ``onnxruntime``."""
    setup: Callable[[], Work] = partial(set_up, device, precision, batch, layout, mode)
    alone = processes == "one_a_core"
    if alone:
        setup = partial(set_up_crowd, setup)
    params: dict[str, str | int] = {
        "device": device,
        "precision": precision,
        "batch": batch,
        "layout": layout,
        "mode": mode,
        "processes": processes,
    }
    # A process has one precision, so that only the modes take turns.
    rivals = None if alone else f"inference {device} {precision} {batch}"
    return Case("inference", params, setup, rivals, threads=1 if alone else None)


def set_up(device: str, precision: str, batch: int, layout: str, mode: str) -> Work:
    """One batch through the published network in evaluation mode."""
    import torch

    from benchmarks.analysis.roofline import inference_cost
    from fer.inference import Compiled, Eager
    from fer.networks.build import build_network

    where = open_device(device)
    autocast = set_precision(precision, where)
    torch.manual_seed(0)
    network = build_network(recipe(batch), where)
    if layout == "contiguous":
        contiguous: Any = torch.contiguous_format
        network.to(memory_format=contiguous)
    images = noise(batch, where).images
    if mode == "onnxruntime":
        score = _onnxruntime(network, batch)
    elif mode == "compiled":
        need_compiler()
        score = partial(Compiled(network, autocast, batch), images)
    else:
        score = partial(Eager(network, autocast, batch), images)
    if mode == "onnxruntime":
        score = partial(score, images)
    cost = inference_cost(recipe(batch), batch, precision)
    return Work(
        call=score,
        items=batch,
        unit="images",
        device=where,
        flops=cost.flops,
        bytes=cost.bytes,
        precision=precision,
    )


def _onnxruntime(network: Any, batch: int) -> Callable[..., Any]:
    """ONNX Runtime on the CPU, with as many threads as torch has.

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
