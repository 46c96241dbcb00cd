"""Local times, as Optuna stores them, in UTC."""

import datetime
import time

import pytest

from fer.clock import local_to_utc, utc_now


@pytest.fixture
def new_york(monkeypatch: pytest.MonkeyPatch):
    """This process's local time is New York's."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_the_time_now_is_utc_and_naive(new_york: None) -> None:
    assert utc_now().tzinfo is None
    assert abs(utc_now().timestamp() - time.time() - 5 * 3600) < 2 * 3600
    local = datetime.datetime.now()
    assert abs(local_to_utc(local) - utc_now()) < datetime.timedelta(seconds=10)


@pytest.mark.parametrize(("fold", "hour"), [(0, 5), (1, 6)])
def test_the_hour_that_the_clock_repeats_is_two_in_utc(
    new_york: None, fold: int, hour: int
) -> None:
    local = datetime.datetime(2026, 11, 1, 1, 30, fold=fold)
    assert local_to_utc(local) == datetime.datetime(2026, 11, 1, hour, 30)
