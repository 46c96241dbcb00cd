"""The cases through pytest-benchmark's fixture: ``pytest benchmarks/ --benchmark-json=FILE``.

The samples are as those of ``fer bench run`` but that all cases share one process: its threads
(torch's own number, which is recorded), its allocator (set ``GLIBC_TUNABLES`` before, or it is
recorded as another than that of ``fer bench run``), and a peak of resident memory that holds what
earlier cases left. Rivals do not take turns.
"""

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks import cases
from benchmarks.cases.case import Case, Work
from benchmarks.conftest import ABSENT
from benchmarks.system.memory import peak_resident, reset_peak
from benchmarks.timing.measure import FAILED, absent, extra_of
from benchmarks.timing.samples import (
    FULL,
    GLANCE,
    Limits,
    Samples,
    note_device,
    note_device_memory,
    reset_device_memory,
    rounds_for,
    sampled,
    warm_up,
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a case, by its name."""
    found = cases.full() if metafunc.config.getoption("--full") else cases.quick()
    metafunc.parametrize("case", found, ids=[case.name for case in found])


@pytest.mark.filterwarnings("default")
@pytest.mark.benchmark(disable_gc=True)
def test_case(
    case: Case, benchmark: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FER_CACHE", "")  # put back afterwards, whatever a case sets it to
    if case.threads:
        monkeypatch.setenv("OMP_NUM_THREADS", str(case.threads))  # of the processes that it starts
    try:
        work = case.setup()
    except Exception as error:
        _leave_out(case, error, request)
        return
    try:
        _time(case, work, benchmark, FULL if request.config.getoption("--full") else GLANCE)
    except Exception as error:
        benchmark.has_error = True
        _leave_out(case, error, request)
    finally:
        work.close()


def _time(case: Case, work: Work, benchmark: Any, limits: Limits) -> None:
    benchmark.group, benchmark.name = case.group, case.name
    benchmark.fullname = f"benchmarks::{case.name}"
    benchmark.params, benchmark.param = dict(case.params), case.name
    seen = Samples()
    reset_peak()
    warm_up(work, seen, limits)
    rounds = rounds_for(work, seen, limits)
    reset_device_memory(work)
    benchmark.pedantic(
        sampled(work, seen), setup=_returning_none(work.reset), rounds=rounds, iterations=1
    )
    note_device_memory(work, seen)
    note_device(work, seen)
    seen.order = list(range(rounds))
    seen.peak_rss_bytes = work.peak_bytes() if work.peak_bytes else peak_resident()
    extra = extra_of(work, seen)
    benchmark.extra_info.update({"items": work.items, "unit": work.unit, **extra})


def _returning_none(reset: Callable[[], object] | None) -> Callable[[], None]:
    """A setup that returns something would give the call its arguments."""

    def setup() -> None:
        if reset:
            reset()

    return setup


def _leave_out(case: Case, error: Exception, request: pytest.FixtureRequest) -> None:
    """Note the reason; a lack of the machine's, or of memory, skips, and a fault fails."""
    found = absent(case, error)
    request.config.stash[ABSENT].append(found)
    if found.reason.startswith(FAILED):
        raise error
    pytest.skip(found.reason)
