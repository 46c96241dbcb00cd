"""Which precision a processor gets."""

import pytest
import torch

from fer.device import native_bf16, precision

CPU = torch.device("cpu")
CUDA = torch.device("cuda")
INTEL, AMD = "Intel(R) Xeon(R) Platinum 8481C", "AMD EPYC 9R14"


@pytest.mark.parametrize(
    ("name", "capabilities", "native"),
    [
        (AMD, {"avx512_bf16": True}, True),
        (AMD, {"avx512_bf16": False}, False),
        (AMD, {}, False),
        (INTEL, {"avx512_bf16": True, "amx_bf16": True}, True),
        (INTEL, {"avx512_bf16": True, "amx_bf16": False}, False),
        (INTEL, {"avx512_bf16": False}, False),
        ("Neoverse-V2", {"sve": True}, False),
    ],
)
def test_a_cpu_gets_bf16_where_it_is_faster(
    monkeypatch: pytest.MonkeyPatch, name: str, capabilities: dict[str, bool], native: bool
) -> None:
    made = {"cpu_name": name} | capabilities
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: made)
    assert native_bf16(CPU) is native
    assert precision(CPU) == ("bf16" if native else "fp32")


@pytest.mark.parametrize(
    ("capability", "native"), [((7, 5), False), ((8, 0), True), ((8, 9), True), ((9, 0), True)]
)
def test_cuda_gets_bf16_from_ampere_on(
    monkeypatch: pytest.MonkeyPatch, capability: tuple[int, int], native: bool
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert native_bf16(CUDA) is native
