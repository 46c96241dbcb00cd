"""The table of a speed run whose contenders differ from one of them in one key or two."""

from pathlib import Path

import numpy as np

from benchmarks.analysis.speedrun import Entry, speed_run
from benchmarks.recordings.files import read
from benchmarks.recordings.recording import Measured
from fer.recipe import Recipe

HEAD = (
    "| recipe | s a run | accuracy, % | points from the goal | times as fast | against `{base}` |\n"
    "|---|---|---|---|---|---|\n"
)


def variants(recording: Path, base: str) -> str:
    """Each recipe of a speed run: its time and accuracy against the reference, and its accuracy
    against the contender ``base``.

    A difference from ``base`` is the mean over the seeds, whose runs held out the same faces, with
    its 95 % t interval.

    Raises:
        BadInput: a damaged recording.
    """
    cases = {str(case.params["recipe"]): case for case in read(recording).measured}
    result = speed_run(list(cases.values()))
    reference = result.reference
    rows = [_row(f"`{reference.name}`", reference, "its own mean", "1", "")]
    for entry in result.contenders:
        name = f"`{base}`" if entry.name == base else _changes(cases[base], cases[entry.name])
        gain = "" if entry.name == base else _difference(cases[base], cases[entry.name])
        rows.append(_row(name, entry, _from_goal(entry), _speedup(entry), gain))
    return HEAD.format(base=base) + "".join(rows)


def _row(name: str, entry: Entry, goal: str, speedup: str, gain: str) -> str:
    accuracy = f"{100 * entry.accuracy:.2f} ± {100 * entry.accuracy_sd:.2f}"
    seconds = f"{entry.seconds:.1f} ± {entry.seconds_sd:.1f}"
    return f"| {name} | {seconds} | {accuracy} | {goal} | {speedup} | {gain} |\n"


def _from_goal(entry: Entry) -> str:
    text = f"{-100 * entry.behind:+.2f}, standard error {100 * entry.error:.2f}"
    return text if entry.reached else f"{text}: missed"


def _speedup(entry: Entry) -> str:
    return f"{entry.speedup:.2f} ({entry.low:.2f} to {entry.high:.2f})"


def _changes(base: Measured, other: Measured) -> str:
    """``flip = random``: the keys in which two cases' recipes differ."""
    old, new = (
        Recipe.model_validate(case.extra["recipe"]).model_dump(mode="json")
        for case in (base, other)
    )
    return ", ".join(f"`{key} = {new[key]}`" for key in new if new[key] != old[key])


def _difference(base: Measured, other: Measured) -> str:
    from scipy.stats import ttest_1samp

    ends = [np.array([curve[-1][1] for curve in case.extra["curves"]]) for case in (base, other)]
    gains = 100 * (ends[1] - ends[0])
    low, high = ttest_1samp(gains, 0).confidence_interval()
    return f"{gains.mean():+.2f} ({low:+.2f} to {high:+.2f})"
