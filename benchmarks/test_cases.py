"""The cases through pytest-benchmark's fixture: ``pytest benchmarks/ --benchmark-json=FILE``.

Unlike with ``fer bench run``, all cases share one process: its threads (torch's default number,
which is recorded), its allocator (which differs unless ``GLIBC_TUNABLES`` is set, and is recorded
too), and a peak of resident memory that includes what earlier cases left. Cases are not
interleaved.
"""

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.cases import families
from benchmarks.cases.case import Case, PreparedCase
from benchmarks.conftest import ABSENT
from benchmarks.recordings.recording import FAILED
from benchmarks.system.memory import peak_resident
from benchmarks.timing.calls import (
    Samples,
    record_device_memory,
    record_device_state,
    reset_device_memory,
    sampled_elsewhere,
)
from benchmarks.timing.limits import FULL_LIMITS, QUICK_LIMITS, TimingLimits
from benchmarks.timing.measure import absent_case, extra_of
from benchmarks.timing.warmup import rounds_for, warm_up
from fer.peak_memory import reset_peak


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a case, by its name."""
    chosen = families.full() if metafunc.config.getoption("--full") else families.quick()
    metafunc.parametrize("case", chosen, ids=[case.name for case in chosen])


@pytest.mark.filterwarnings("default")
@pytest.mark.benchmark(disable_gc=True)
def test_case(
    case: Case, benchmark: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FER_CACHE", "")  # restored afterwards, whatever a case sets it to
    if case.threads:
        monkeypatch.setenv("OMP_NUM_THREADS", str(case.threads))  # for the processes that it starts
    try:
        prepared = case.setup()
    except Exception as error:
        _leave_out(case, error, request)
        return
    try:
        _time(
            case,
            prepared,
            benchmark,
            FULL_LIMITS if request.config.getoption("--full") else QUICK_LIMITS,
        )
    except Exception as error:
        benchmark.has_error = True
        _leave_out(case, error, request)
    finally:
        prepared.close()


def _time(case: Case, prepared: PreparedCase, benchmark: Any, limits: TimingLimits) -> None:
    benchmark.group, benchmark.name = case.group, case.name
    benchmark.fullname = f"benchmarks::{case.name}"
    benchmark.params, benchmark.param = dict(case.params), case.name
    samples = Samples()
    reset_peak()
    warm_up(prepared, samples, limits)
    rounds = rounds_for(prepared, samples, limits)
    reset_device_memory(prepared)
    benchmark.pedantic(
        sampled_elsewhere(prepared, samples),
        setup=_returning_none(prepared.reset),
        rounds=rounds,
        iterations=1,
    )
    record_device_memory(prepared, samples)
    record_device_state(prepared, samples)
    samples.order = list(range(rounds))
    samples.peak_rss_bytes = prepared.peak_bytes() if prepared.peak_bytes else peak_resident()
    extra = extra_of(prepared, samples)
    benchmark.extra_info.update({"items": prepared.items, "unit": prepared.unit, **extra})


def _returning_none(reset: Callable[[], object] | None) -> Callable[[], None]:
    """pytest-benchmark takes what a setup returns for the arguments of the call."""

    def setup() -> None:
        if reset:
            reset()

    return setup


def _leave_out(case: Case, error: Exception, request: pytest.FixtureRequest) -> None:
    """Record the reason, and skip; a case that failed is an error."""
    result = absent_case(case, error)
    request.config.stash[ABSENT].append(result)
    if result.reason.startswith(FAILED):
        raise error
    pytest.skip(result.reason)
