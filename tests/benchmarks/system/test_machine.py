"""The fingerprint: properties that exist, and an id that distinguishes machines."""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.system import gpu
from benchmarks.system.energy import meters
from benchmarks.system.machine import fingerprint, finished, machine_id
from benchmarks.system.processor import processor, throttle_events

CPU: dict[str, Any] = {
    "processor": {"name": "A", "flags": ["avx2"], "cores": 2, "threads": 2, "available": 2},
    "memory": {"total_bytes": 8 << 30, "available_bytes": 1},
}
GPU = {"name": "H", "unit": "1", "capability": "9.0", "memory_bytes": 1 << 37}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_the_id_tells_cpu_from_cuda_and_two_boards_of_one_model_apart() -> None:
    ids = {
        machine_id(CPU),
        machine_id(CPU | {"gpus": [GPU]}),
        machine_id(CPU | {"gpus": [GPU | {"unit": "2"}]}),
        machine_id(CPU | {"gpus": [GPU, GPU]}),
        machine_id(CPU | {"processor": CPU["processor"] | {"name": "B"}}),
        machine_id(CPU | {"limits": {"cpus": 1.0, "cgroup": 2}}),
    }
    assert len(ids) == 6
    assert machine_id(CPU).startswith("cpu-")
    assert machine_id(CPU | {"gpus": [GPU]}).startswith("cuda-")


def test_the_id_stays_from_run_to_run() -> None:
    later = {
        "name": "mine",
        "load_before": 3.0,
        "memory": {"total_bytes": (8 << 30) - 12345, "available_bytes": 9},
        "gpus": [],
    }
    assert machine_id(CPU | later) == machine_id(CPU)
    half = [{"memory": {"total_bytes": int((23.5 + off) * 2**30)}} for off in (-0.01, 0.01)]
    assert machine_id(CPU | half[0]) == machine_id(CPU | half[1])


def test_the_fingerprint_is_complete_and_names_no_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("benchmarks.system.machine.gpus", list)
    machine = finished(fingerprint("desk"))
    assert machine["name"] == "desk"
    assert machine["id"] == machine_id(machine)
    assert {"processor", "memory", "versions", "load_before", "load_after"} <= machine.keys()
    assert machine["processor"]["available"] == len(os.sched_getaffinity(0))
    assert machine["versions"].keys() >= {"python", "torch", "numpy"}
    text = json.dumps(machine, allow_nan=False)
    assert str(Path(__file__).parents[3]) not in text
    assert "null" not in text


def test_the_allocator_is_that_of_the_timing_processes() -> None:
    assert fingerprint(environment={})["allocator"] == "default"
    tuned = "glibc.malloc.hugetlb=1"
    assert fingerprint(environment={"GLIBC_TUNABLES": tuned})["allocator"] == tuned


def test_the_processor_as_linux_tells_it(tmp_path: Path) -> None:
    cpu = "sys/devices/system/cpu"
    root = write(
        tmp_path,
        {
            "proc/cpuinfo": "vendor_id\t: V\ncpu family\t: 6\nmodel\t\t: 0\nmodel name\t: Fast 9\n"
            "stepping\t: 1\nflags\t\t: fpu avx2 avx512_vnni amx_bf16\n\nmodel name\t: Other\n",
            f"{cpu}/cpu0/cpufreq/scaling_governor": "powersave\n",
            f"{cpu}/cpu1/cpufreq/scaling_governor": "performance\n",
            f"{cpu}/cpu0/cache/index0/type": "Data\n",
            f"{cpu}/cpu0/cache/index0/level": "1\n",
            f"{cpu}/cpu0/cache/index0/size": "48K\n",
            f"{cpu}/cpu0/thermal_throttle/core_throttle_count": "2\n",
            f"{cpu}/cpu1/thermal_throttle/core_throttle_count": "3\n",
        },
    )
    described = processor(root)
    assert described["name"] == "Fast 9"
    assert described["model"] == "6-0-1"
    assert described["flags"] == ["amx_bf16", "avx2", "avx512_vnni"]
    assert described["governor"] == "performance,powersave"
    assert described["cache_bytes"] == {"L1": 48 << 10}
    assert throttle_events(root) == 5


def test_what_the_system_does_not_tell_is_left_out(tmp_path: Path) -> None:
    described = processor(tmp_path)
    assert not described.keys() & {"flags", "governor", "model", "cache_bytes"}
    assert None not in described.values()
    assert throttle_events(tmp_path) is None


class Nvml(SimpleNamespace):
    """A board that does not report its power, and is throttled thermally and by its power cap."""

    class NVMLError(Exception):
        pass

    NVML_CLOCK_SM, NVML_CLOCK_MEM, NVML_TEMPERATURE_GPU = 1, 2, 0

    def __init__(self) -> None:
        super().__init__(
            nvmlInit=lambda: None,
            nvmlDeviceGetHandleByUUID=lambda uuid: uuid,
            nvmlSystemGetDriverVersion=lambda: "600.1",
            nvmlDeviceGetEnforcedPowerLimit=lambda _: 700_000,
            nvmlDeviceGetMaxClockInfo=lambda _, kind: 1980 if kind == 1 else 3201,
            nvmlDeviceGetPersistenceMode=lambda _: 1,
            nvmlDeviceGetCurrentEccMode=lambda _: [1, 1],
            nvmlDeviceGetTemperature=lambda _, __: 81,
            nvmlDeviceGetClockInfo=lambda _, __: 1200,
            nvmlDeviceGetPowerUsage=self.refuse,
            nvmlDeviceGetUtilizationRates=lambda _: SimpleNamespace(gpu=3),
            nvmlDeviceGetCurrentClocksEventReasons=lambda _: 0x1 | 0x4 | 0x20,
        )

    def refuse(self, _: object) -> int:
        raise self.NVMLError


@pytest.fixture
def one_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    seen = SimpleNamespace(
        name="H", major=9, minor=0, total_memory=1 << 37, multi_processor_count=132, uuid="ab-cd"
    )
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: seen)


@pytest.mark.usefixtures("one_gpu")
def test_a_gpu_with_nvml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", Nvml())  # type: ignore[arg-type]
    [device] = gpu.gpus()
    assert (device["name"], device["capability"], device["driver"]) == ("H", "9.0", "600.1")
    assert device["power_cap_watts"] == 700
    assert device["sm_clock_most_hz"] == 1980e6
    assert "ab-cd" not in json.dumps(device)
    assert device["before"]["throttled"] == ["power cap", "heat (software)"]
    assert device["before"]["temperature_celsius"] == 81
    assert "power_watts" not in device["before"]


@pytest.mark.usefixtures("one_gpu")
def test_the_state_of_one_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", Nvml())  # type: ignore[arg-type]
    assert gpu.state_of(None)["sm_clock_hz"] == 1200e6


@pytest.mark.usefixtures("one_gpu")
def test_the_boards_energy_is_read_in_joules(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    board = Nvml()
    monkeypatch.setitem(sys.modules, "pynvml", board)  # type: ignore[arg-type]
    board.nvmlDeviceGetTotalEnergyConsumption = board.refuse
    assert meters(torch.device("cuda")) == []
    board.nvmlDeviceGetTotalEnergyConsumption = lambda _: 2500
    [meter] = meters(torch.device("cuda"))
    assert (meter.source, meter.read()) == ("nvml", 2.5)


@pytest.mark.usefixtures("one_gpu")
def test_a_gpu_without_nvml_is_what_torch_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    [device] = gpu.gpus()
    assert device.keys() == {
        "name", "capability", "memory_bytes", "multiprocessors", "unit", "before"
    }  # fmt: skip
    assert device["before"] == {}
    assert gpu.states() == [{}]
