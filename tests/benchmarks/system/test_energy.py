"""Energy counters: absent where there are none, read in joules, wrapping around."""

import pytest

from benchmarks.system.energy import Meter, _rapl, joules_per_call


def test_energy_is_absent_where_no_counter_is_there_or_moves(tmp_path):
    assert _rapl(tmp_path) == []
    assert joules_per_call(lambda: None, []) is None


def test_a_package_counter_is_read_in_joules_and_wraps(tmp_path, monkeypatch):
    package = tmp_path / "intel-rapl:0"
    package.mkdir()
    (tmp_path / "intel-rapl:0:0").mkdir()
    (package / "max_energy_range_uj").write_text("10000000\n")
    (package / "energy_uj").write_text("9000000\n")
    [meter] = _rapl(tmp_path)
    before = meter.read()
    (package / "energy_uj").write_text("500000\n")
    assert (meter.source, before, meter.since(before)) == ("rapl", 9.0, pytest.approx(1.5))


def test_joules_are_those_of_one_call(monkeypatch):
    monkeypatch.setattr("benchmarks.system.energy.SECONDS", 0.01)
    joules = 0.0

    def call():
        nonlocal joules
        joules += 3

    assert joules_per_call(call, [Meter("pretended", lambda: joules)]) == pytest.approx(3)
