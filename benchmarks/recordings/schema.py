"""The JSON of a recording, as far as it is read: pytest-benchmark's layout, with additions.

``absent``, ``machine_info.fer`` and the keys of ``extra_info`` are this project's. Other keys are
ignored, and what a machine could not report may be missing.
"""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

LONGEST = 1e9
"""Seconds; an upper bound that no call can take."""


def _check_seconds(value: Any) -> Any:
    if type(value) not in (int, float) or not 0 < value < LONGEST:
        raise ValueError("expected seconds above 0")
    return value


def _check_factor(value: Any) -> Any:
    if type(value) not in (int, str):
        raise ValueError("expected a word or a whole number")
    return value


Seconds = Annotated[float, BeforeValidator(_check_seconds)]
Factor = Annotated[Any, BeforeValidator(_check_factor)]
Point = Annotated[
    tuple[Seconds, Annotated[float, Field(ge=0, le=1)]],
    BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
]
"""Of a curve: seconds, and the accuracy by then."""


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class _GpuState(_Table):
    throttled: list[str] = []


class _Gpu(_Table):
    before: _GpuState = _GpuState()
    after: _GpuState = _GpuState()


class _Processor(_Table):
    available: float | None = None


class _Memory(_Table):
    total_bytes: int | None = None


class _Peak(_Table):
    value: float = Field(gt=0)


class _Peaks(_Table):
    device: str
    threads: int
    precision: str
    matmul_flops: _Peak | None = None
    conv_flops: _Peak | None = None
    copy_bytes: _Peak | None = None


class _Machine(_Table):
    versions: dict[str, Any] = {}
    processor: _Processor = _Processor()
    memory: _Memory = _Memory()
    commit: dict[str, Any] = {}
    load_before: float | None = None
    gpus: list[_Gpu] = []
    peaks: list[_Peaks] = []


class _MachineInfo(_Table):
    fer: _Machine


class _ExtraInfo(_Table):
    items: int = Field(ge=1)
    unit: str
    flops: float | None = None
    bytes: float | None = None
    precision: str | None = None
    threads: int | None = None
    phases: dict[str, float] | None = None
    member_seconds: list[Annotated[list[Seconds], Field(min_length=1)]] | None = None
    goal: float | None = Field(None, ge=0, le=1)
    curves: list[Annotated[list[Point], Field(min_length=1)]] | None = None


class _Stats(_Table):
    data: list[Seconds] = Field(min_length=1)


class _Benchmark(_Table):
    group: str
    name: str
    params: dict[str, Factor]
    extra_info: _ExtraInfo
    stats: _Stats


class _Absent(_Table):
    group: str
    name: str
    params: dict[str, Factor]
    reason: str


class RecordingFile(_Table):
    """The whole file."""

    machine_info: _MachineInfo
    commit_info: dict[str, Any]
    datetime: str
    benchmarks: list[_Benchmark]
    absent: list[_Absent] = []
