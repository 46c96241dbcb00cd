"""A run in the terminal."""

from benchmarks.cli.progress import outcome, summary
from benchmarks.recordings.recording import Measured, Recording


def case(**extra: object) -> Measured:
    return Measured("training", "training[batch=128]", {}, 1280, "images", (0.1,) * 3, extra)


def shown(measured: Measured) -> str:
    return summary(Recording({"id": "cpu-1"}, {}, "2026-01-01T00:00:00", (measured,)))


def test_rates_are_shown_so() -> None:
    assert "12,800 images/s" in outcome(case())
    assert "12,800 images/s" in shown(case())


def test_the_parts_of_a_step_are_shown_as_shares() -> None:
    text = shown(case(phases={"forward": 1.0, "backward": 3.0}))
    assert text.splitlines()[-1].strip() == "of a step: backward 75 %, forward 25 %"
    assert "of a step" not in shown(case())


def test_percentiles_are_those_of_one_process_of_several() -> None:
    assert "each process:  p50 1.5 s" in shown(case(member_seconds=[[1.0, 2.0]]))


def test_the_two_figures_of_a_group_say_what_each_is() -> None:
    group = case(member_seconds=[[0.05, 0.07]])
    assert outcome(group).startswith("all processes together, median 100 ms")
    assert outcome(case()).startswith("median 100 ms")
    assert "each process" not in shown(case())


def test_a_busy_machine_is_said_before_any_case() -> None:
    busy = {"id": "cpu-1", "processor": {"available": 2}, "load_before": 2.35}
    text = summary(Recording(busy, {}, "2026-01-01T00:00:00", (case(),)))
    assert text.startswith("WARNING: this recording: less reliable, as the load was 2.35 on 2 ")
    assert not shown(case()).startswith("WARNING")
