"""Claims with their statistics: is the best better than the baseline, and than what was published?

Intervals of one accuracy are Wilson's (1927), of the difference of two unpaired ones Newcombe's
(1998, method 10), of two on the same faces Wald's for paired shares, tested by McNemar's exact
test.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fer.formatting import SPACE, count, interval, percent, points, signed
from fer.intervals import NORMAL_95, newcombe, wilson
from fer.scores import Scores
from reports.data.study_data import StudyData
from search.results import published


@dataclass(frozen=True)
class Share:
    """A measured accuracy.

    Attributes:
        low, high: Wilson's 95 % interval; both None where n is not known.
    """

    value: float
    n: int | None

    @cached_property
    def ends(self) -> tuple[float, float] | None:
        return wilson(min(round(self.value * self.n), self.n), self.n) if self.n else None

    def __str__(self) -> str:
        if self.ends is None:
            return percent(self.value)
        return f"{percent(self.value)} (95{SPACE}% interval {interval(*self.ends)})"


@dataclass(frozen=True)
class Difference:
    """The gain of one accuracy over another, with its 95 % interval.

    Attributes:
        paired: whether both are of the same faces, face by face.
        p: of McNemar's test, where paired.
    """

    value: float
    low: float
    high: float
    paired: bool
    p: float | None = None

    @property
    def settled(self) -> bool:
        """Whether the interval leaves out zero and, where there is a test, it agrees."""
        return (self.low > 0 or self.high < 0) and (self.p is None or self.p < 0.05)


@dataclass(frozen=True)
class Verdict:
    """The study's answer, in a word and in sentences."""

    answer: str
    sentences: tuple[str, ...]
    good: bool | None
    best: Share | None = None
    baseline: Share | None = None
    gain: Difference | None = None
    published: float | None = None


def unpaired(one: Share, other: Share) -> Difference | None:
    """The gain of one over the other, measured apart."""
    if not one.n or not other.n:
        return None
    low, high = newcombe(one.value, one.n, other.value, other.n)
    return Difference(one.value - other.value, low, high, paired=False)


def paired(one: Scores, other: Scores) -> Difference | None:
    """The gain of one over the other on the same faces; None if they are not the same."""
    from scipy.stats import binomtest

    if not np.array_equal(one.index, other.index) or not len(one):
        return None
    first, second = one.predicted == one.label, other.predicted == other.label
    won, lost, n = int((first & ~second).sum()), int((~first & second).sum()), len(one)
    gain = (won - lost) / n
    half = NORMAL_95 * np.sqrt(max(won + lost - (won - lost) ** 2 / n, 0.0)) / n
    p = float(binomtest(won, won + lost).pvalue) if won + lost else 1.0
    return Difference(gain, float(gain - half), float(gain + half), paired=True, p=p)


def published_for(study: StudyData) -> float | None:
    """What was published, where the study's faces are those."""
    return published.TEST if published.applies_to(study.snapshot.data) else None


def judge(study: StudyData) -> Verdict:
    """The verdict on a study as it stands."""
    if study.snapshot.best is None:
        return _without_best(study)
    n = study.held_out
    best = Share(study.snapshot.best.accuracy, n)
    number = f"trial {study.snapshot.best.number}"
    faces = f"{n:,} held-out faces" if n else "the held-out faces"
    searched = count(len(study.snapshot.searched), "trial")
    said = [f"The best of {searched}, {number}, recognised {best} of {faces}."]
    known = published_for(study)
    if study.snapshot.baseline is None:
        said.append("The baseline has not run to its end, so there is nothing to compare with yet.")
        said += _against_published(study, best, known)
        return Verdict(f"No baseline yet; best {percent(best.value)}", tuple(said), None, best,
                       published=known)  # fmt: skip
    baseline = Share(study.snapshot.baseline.accuracy, n)
    gain = _gain(study, best, baseline)
    answer, good, sentence = _answer(best, baseline, gain, study.snapshot.definition.baseline_cut)
    said.append(sentence)
    said += _against_published(study, best, known)
    if good and len(study.snapshot.complete) > 1:
        said.append("It was chosen by this very accuracy, which flatters it a little: "
                    "train it with other seeds before quoting the figure.")  # fmt: skip
    return Verdict(answer, tuple(said), good, best, baseline, gain, known)


def _gain(study: StudyData, best: Share, baseline: Share) -> Difference | None:
    ours, theirs = study.best_run.scores, study.baseline_run.scores
    same = paired(ours, theirs) if ours is not None and theirs is not None else None
    return same or unpaired(best, baseline)


def _answer(
    best: Share, baseline: Share, gain: Difference | None, cut: bool
) -> tuple[str, bool | None, str]:
    name = "the baseline, cut short," if cut else "the baseline"
    difference = best.value - baseline.value
    base = f"{name[0].upper()}{name[1:]} reached {baseline}"
    if gain is None:
        return (
            f"{points(difference)} over the baseline",
            None,
            f"{base}; how sure the difference is cannot be said.",
        )
    ends = f"{signed(100 * gain.low)} to {points(gain.high, 1)}"
    how = f", McNemar p = {gain.p:.2g}" if gain.p is not None else ""
    sentence = f"{base}: a difference of {points(difference)} (95{SPACE}% interval {ends}{how}), "
    if gain.settled and gain.value > 0:
        return "Yes, it beats the baseline", True, f"{sentence}more than chance explains."
    if gain.settled:
        return "No, the baseline is better", False, f"{sentence}more than chance explains."
    if difference > 0:
        return "Perhaps: ahead, but not surely", None, f"{sentence}which chance alone could give."
    return "No, not better than the baseline", False, f"{sentence}which chance alone could give."


def _against_published(study: StudyData, best: Share, known: float | None) -> list[str]:
    if known is None:
        if (study.snapshot.data or {}).get("source") == "synthetic":
            return ["These faces are drawn, so the figure published for FER2013, "
                    f"{percent(published.TEST, 3)}, does not apply."]  # fmt: skip
        return []
    if best.ends is None:
        where = "above" if best.value > known else "below"
        where = f"{where} the best trial's"
    elif best.ends[0] > known:
        where = "below that whole interval"
    elif best.ends[1] < known:
        where = "above that whole interval"
    else:
        where = "inside that interval, so this study alone does not tell them apart"
    return [
        f"The published {percent(known, 3)} lies {where}. It was measured on the test images, "
        "which a study never opens."
    ]


def _without_best(study: StudyData) -> Verdict:
    if not study.snapshot.searched:
        tail = "The baseline has run. " if study.snapshot.baseline else ""
        nothing = f"{tail}No trial of the space has begun, so there is nothing to judge."
        return Verdict("Nothing to see yet", (nothing,), None, published=published_for(study))
    begun = count(len(study.snapshot.searched), "trial")
    parts = [
        f"{len(group):,} {name}"
        for name, group in (("pruned", study.snapshot.pruned), ("failed", study.snapshot.failed))
        if group
    ]
    unfinished = (
        len(study.snapshot.searched) - len(study.snapshot.pruned) - len(study.snapshot.failed)
    )
    parts += [f"{unfinished:,} unfinished"] if unfinished else []
    said = [f"None of {begun} has run to its end ({', '.join(parts)}), so there is no best recipe."]
    if len(study.snapshot.failed) == len(study.snapshot.searched):
        reason = study.snapshot.failed[-1].reason
        said.append(f"The last one failed because: {reason}")
        return Verdict("All trials failed", tuple(said), False)
    if len(study.snapshot.pruned) == len(study.snapshot.searched):
        said.append("All were pruned: the pruner may be too strict, or the baseline too good.")
        return Verdict("All trials were pruned", tuple(said), False)
    return Verdict("No trial has finished yet", tuple(said), None)
