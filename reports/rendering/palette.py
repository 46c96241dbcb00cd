"""Colours, each with one meaning on every page.

After Okabe and Ito (https://jfly.uni-koeln.de/color/), darker on white and lighter on near black,
so that each has a contrast of at least 3 to 1 on its background and colour-blind readers can tell
them apart. Colour is never the only cue: lines also differ in dash, markers in shape, and bars in
pattern.
"""

from collections.abc import Mapping
from typing import Any

THEMES = {
    "light": {
        "ink": "#1c2127",
        "soft": "#848d97",
        "faint": "#d3d8de",
        "paper": "#ffffff",
        "grid": "#e9ecef",
        "best": "#004d7a",
        "complete": "#3796cc",
        "baseline": "#bd7e00",
        "blue": "#0072b2",
        "sky": "#3796cc",
        "green": "#009e73",
        "orange": "#bd7e00",
        "red": "#b03a00",
        "purple": "#963c64",
        "violet": "#5b3fd6",
    },
    "dark": {
        "ink": "#e6e9ed",
        "soft": "#8d97a2",
        "faint": "#434b55",
        "paper": "#14171b",
        "grid": "#2a3038",
        "best": "#7cc8f5",
        "complete": "#3f7fa6",
        "baseline": "#e69f00",
        "blue": "#1f83c0",
        "sky": "#7cc8f5",
        "green": "#00a87b",
        "orange": "#e69f00",
        "red": "#d55e00",
        "purple": "#e8a0c8",
        "violet": "#8f7bff",
    },
}
"""The colours that ``page.js`` and ``png.py`` substitute for names such as "@ink", in values whose
key ends in "color"."""

DASHBOARD = {
    "ink": "#767f88",
    "soft": "#767f88",
    "faint": "#767f88",
    "best": "#0072b2",
    "complete": "#3796cc",
    "baseline": "#bd7e00",
    "blue": "#0072b2",
    "sky": "#3796cc",
    "green": "#008f68",
    "orange": "#bd7e00",
    "red": "#b84a00",
    "purple": "#a85c8c",
    "violet": "#7a5cff",
}
"""For optuna-dashboard, which draws one figure on white and on near black: a contrast of 3 to 1 on
both."""

INK, SOFT, FAINT, PAPER = "@ink", "@soft", "@faint", "@paper"
BLUE, SKY, GREEN = "@blue", "@sky", "@green"
ORANGE, RED, PURPLE, VIOLET = "@orange", "@red", "@purple", "@violet"

BEST = "@best"
COMPLETE = "@complete"
PRUNED = SOFT
FAILED = RED
UNFINISHED = GREEN
BASELINE = "@baseline"
PUBLISHED = PURPLE
REPEATED = VIOLET
"""Other runs of a trial's recipe: repeats, and those of the race."""

SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
"""For series without a fixed meaning, such as the studies of a comparison."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")


def with_colours(values: Any, colours: Mapping[str, str]) -> Any:
    """Values of a plot with the colours in place of their names, wherever a key ends in "color"."""
    if isinstance(values, Mapping):
        return {
            key: _colour(value, colours) if key.endswith("color") else with_colours(value, colours)
            for key, value in values.items()
        }
    if isinstance(values, list | tuple):
        return [with_colours(value, colours) for value in values]
    return values


def _colour(value: Any, colours: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [_colour(item, colours) for item in value]
    named = isinstance(value, str) and value.startswith("@")
    return colours[value.removeprefix("@")] if named else value
