"""Logarithmic axes state their values whole, on every page."""

import re

import pytest
from made_recordings import made_recording_set
from made_studies import make_study

from reports.figures.log_axis import MOST, log_axis, log_ticks, number, si_number
from reports.pages.bench import bench_page
from reports.pages.compare import compare_page
from reports.pages.study import study_page
from reports.rendering.figure import Page

UNITS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def stated(text: str) -> float:
    """The value that a tick's text states."""
    match = re.fullmatch(r"([\d.,]+) ?([^\d\s]*)", text)
    assert match, f"{text!r} is not a number"
    return float(match[1].replace(",", "")) * (UNITS[match[2]] if match[2] else 1)


def pages() -> list[Page]:
    machines = [made_recording_set(), made_recording_set("server", cuda=True, pace=0.02, seed=1)]
    studies = [make_study(40, "one"), make_study(40, "other")]
    return [bench_page(machines), bench_page(machines[:1]), study_page(studies[0]),
            compare_page(studies, [])]  # fmt: skip


def test_every_logarithmic_axis_of_every_page_states_whole_values() -> None:
    found = set()
    for page in pages():
        for figure in page.figures:
            for plot in figure.plots:
                for name, axis in plot.layout.items():
                    if re.fullmatch(r"[xy]axis\d*", name) and axis.get("type") == "log":
                        where = f"{page.kind}, {figure.id}, {plot.name}: {name}"
                        found.add(figure.id)
                        texts = [stated(text) for text in axis["ticktext"]]
                        assert texts == pytest.approx(axis["tickvals"]), where
                        assert len(texts) > 1, where
    assert {"training", "roofline", "scaling", "ratios", "overhead", "slices", "contour"} <= found


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.2, 1.1, ["0.2", "0.5", "1"]),
        (1e-4, 1e-2, ["0.0001", "0.0003", "0.001", "0.003", "0.01"]),
        (0.93, 1.04, ["0.9", "1", "1.1"]),
        (900, 30_000, ["1,000", "2,000", "5,000", "10,000", "20,000"]),
        (1e-6, 1e2, ["0.000001", "0.0001", "0.01", "1", "100"]),
        (128, 128, ["20", "50", "100", "200", "500", "1,000"]),
    ],
)
def test_ticks_are_few_round_and_whole(low: float, high: float, texts: list[str]) -> None:
    assert log_axis([low, high])["ticktext"] == texts


@pytest.mark.parametrize("exponent", range(-6, 12))
@pytest.mark.parametrize("span", [1.01, 1.5, 4, 30, 1e3, 1e6])
def test_any_range_has_between_two_and_the_most_ticks(exponent: int, span: float) -> None:
    ticks = log_ticks(3.7 * 10.0**exponent, 3.7 * span * 10.0**exponent)
    assert 2 <= len(ticks) <= MOST
    assert ticks == sorted(set(ticks))
    for text in (number, si_number):
        assert [stated(text(tick)) for tick in ticks] == pytest.approx(ticks)
