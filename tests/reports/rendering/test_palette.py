"""Colours have enough contrast, and differ for the colour-blind too."""

import itertools
import re

import pytest
from colours import SIGHT, apart, contrast
from made_studies import make_study

from reports.figures.study import curves, timeline
from reports.pages.study import study_page
from reports.rendering import palette
from reports.rendering.html import render

MEANINGS = ("BEST", "COMPLETE", "PRUNED", "FAILED", "UNFINISHED", "BASELINE", "PUBLISHED",
            "REPEATED")  # fmt: skip


def colours(theme: str, tokens) -> list[str]:
    return [palette.THEMES[theme][token.removeprefix("@")] for token in tokens]


def meanings() -> list[str]:
    return [getattr(palette, name) for name in MEANINGS]


@pytest.mark.parametrize("theme", palette.THEMES)
def test_colours_have_a_contrast_of_three_to_one(theme):
    paper = palette.THEMES[theme]["paper"]
    for colour in colours(theme, [*meanings(), *palette.SERIES, palette.INK]):
        assert contrast(colour, paper) >= 3, colour


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", palette.THEMES)
def test_colours_that_mean_different_things_look_different(theme, sight):
    for group in (meanings(), palette.SERIES):
        for one, other in itertools.combinations(colours(theme, group), 2):
            assert apart(one, other, sight) >= 10, (one, other)


def test_states_differ_in_dash_and_in_pattern():
    study = make_study(12, states=("COMPLETE", "PRUNED", "FAILED", "RUNNING"))
    lines = {
        trace["name"]: trace["line"].get("dash", "solid")
        for trace in curves.build(study).plots[0].traces
        if trace["name"] in ("complete", "pruned", "failed", "unfinished", "baseline")
    }
    assert len(lines) == len(set(lines.values())) == 5
    patterns = [t["marker"]["pattern"] for t in timeline.build(study).plots[0].traces]
    assert len({pattern["shape"] for pattern in patterns}) == 4
    assert {pattern["fillmode"] for pattern in patterns} == {"overlay"}, "the colour is seen too"


def test_every_colour_that_a_page_names_is_in_both_themes():
    html = render(study_page(make_study(12)))
    named = set(re.findall(r'color":"@([a-z]+)"', html))
    assert named
    for theme in palette.THEMES.values():
        assert named <= set(theme)
