"""Numbers as people read them."""

import subprocess
import sys

import pytest

from fer.formatting import clock, count, duration, interval, percent, points, rate


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 seconds"),
        (9.94, "9.9 seconds"),
        (119.4, "119 seconds"),
        (120, "2.0 minutes"),
        (7_199, "120.0 minutes"),
        (7_200, "2.0 hours"),
        (172_800, "2.0 days"),
    ],
)
def test_a_duration_is_in_the_largest_unit_of_which_there_are_two(
    seconds: float, text: str
) -> None:
    assert duration(seconds).replace("\u00a0", " ") == text


def test_a_countdown_counts_hours_without_a_limit() -> None:
    assert [clock(59.6), clock(3_661), clock(360_000)] == ["0:01:00", "1:01:01", "100:00:00"]


def test_a_number_stays_on_one_line_with_its_unit() -> None:
    texts = (percent(0.81724), points(0.0284), points(-0.007, 1), count(1, "trial"))
    assert texts == ("81.72\u00a0%", "+2.84\u00a0points", "−0.7\u00a0points", "1\u00a0trial")
    assert interval(0.798, 0.835) == "79.8 to 83.5\u00a0%"


def test_a_count_has_its_plural_and_thousands() -> None:
    assert count(2_000, "trial") == "2,000\u00a0trials"
    assert count(0, "study", "studies") == "0\u00a0studies"


def test_a_rate_has_three_digits_or_more() -> None:
    assert [rate(7.254), rate(83.51), rate(12_345.6)] == ["7.25", "83.5", "12,346"]


def test_what_every_command_may_import_is_light() -> None:
    code = "import sys; import fer.clock, fer.formatting; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
