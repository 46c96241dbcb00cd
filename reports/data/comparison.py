"""The data of a comparison: studies by name, and their statistics pair by pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from reports.data.conditions import (
    MEASURED_ON,
    Condition,
    conditions,
    differing,
    same_trials,
    unfinished,
)
from reports.data.significance import best_trials_p, superiority
from reports.data.study_data import StudyData
from reports.rendering.formatting import listing
from search.results import published
from search.results.accuracy import (
    SIGNIFICANT,
    AccuracyComparison,
    AccuracyGain,
    MeasuredAccuracy,
    compare,
)
from search.results.holm import holm

if TYPE_CHECKING:
    from benchmarks.recordings.recording import Recording


@dataclass(frozen=True)
class Pair:
    """A study compared with another.

    Attributes:
        flaws: what keeps one of them from being compared, such as "wide is unfinished".
        different: the conditions that they do not share.
        best_trials: the first's best trial compared with the second's; None without one of them,
            or where they were measured on different faces.
        best_p: of the test of the best trials.
        superiority: the probability that a complete trial of the first has a higher accuracy than
            one of the second; ties count half.
        all_p: of the Mann-Whitney U test on the complete trials.
        p: the larger of the two, adjusted by Holm's method for all tested pairs.
    """

    first: str
    second: str
    flaws: tuple[str, ...] = ()
    different: tuple[str, ...] = ()
    best_trials: AccuracyComparison | None = None
    best_p: float | None = None
    superiority: float | None = None
    all_p: float | None = None
    p: float | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why no winner is named, whatever the numbers are; empty if they are comparable.

        Only comparable studies are tested.
        """
        return _reasons(self.flaws, self.different)

    @property
    def gain(self) -> AccuracyGain | None:
        """The difference of the best trials; None where it is not known."""
        return self.best_trials.gain if self.best_trials else None

    @property
    def winner(self) -> str | None:
        """The better study: on equal terms, by its best trial and by all of its trials."""
        if self.p is None or self.gain is None or self.superiority is None:
            return None
        if self.p >= SIGNIFICANT or not self.gain.settled:
            return None
        if (self.gain.value > 0) != (self.superiority > 0.5):
            return None
        return self.first if self.gain.value > 0 else self.second


@dataclass(frozen=True)
class Comparison:
    """Studies side by side.

    Attributes:
        studies: by a unique name, in the order of the command.
        recordings: of benchmarks, for the projected cost.
    """

    studies: Mapping[str, StudyData]
    recordings: Sequence["Recording"] = ()

    @cached_property
    def conditions(self) -> Mapping[str, Mapping[str, Condition]]:
        """The conditions of each study."""
        return {name: conditions(study) for name, study in self.studies.items()}

    @cached_property
    def unfinished(self) -> Mapping[str, str]:
        """Why each unfinished study is unfinished."""
        reasons = {name: unfinished(study.snapshot) for name, study in self.studies.items()}
        return {name: reason for name, reason in reasons.items() if reason}

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Each study against each later one, in the order of the command."""
        pairs = [self._pair(*names) for names in combinations(self.studies, 2)]
        larger = [
            None if p.best_p is None or p.all_p is None else max(p.best_p, p.all_p) for p in pairs
        ]
        return tuple(replace(pair, p=p) for pair, p in zip(pairs, holm(larger), strict=True))

    @cached_property
    def winner(self) -> str | None:
        """The study that wins all of its pairs; None without one."""
        for name in self.studies:
            own = [pair for pair in self.pairs if name in (pair.first, pair.second)]
            if own and all(pair.winner == name for pair in own):
                return name
        return None

    @cached_property
    def reasons(self) -> tuple[str, ...]:
        """Why studies are not comparable, each reason once; empty if all are."""
        return _reasons(
            [flaw for pair in self.pairs for flaw in pair.flaws],
            [name for pair in self.pairs for name in pair.different],
        )

    @property
    def comparable(self) -> bool:
        """Whether each study is comparable with each other one."""
        return not self.reasons

    @property
    def caveat(self) -> str:
        """The sentence that comes before the numbers of a figure; empty if all are comparable."""
        if not self.reasons:
            return ""
        some = any(not pair.reasons for pair in self.pairs)
        return f"{'Not all are' if some else 'Not'} comparable: {'; '.join(self.reasons)}. "

    @cached_property
    def on_published_faces(self) -> tuple[str, ...]:
        """The studies whose faces are those of the published result."""
        return tuple(
            name
            for name, study in self.studies.items()
            if published.applies_to(study.snapshot.data)
        )

    @property
    def published(self) -> float | None:
        """The published test accuracy, where all studies have the faces that it applies to."""
        return published.TEST if len(self.on_published_faces) == len(self.studies) else None

    def _pair(self, first: str, second: str) -> Pair:
        one, other = self.studies[first], self.studies[second]
        different = differing(one, other)
        flaws = [f"{name} is unfinished" for name in (first, second) if name in self.unfinished]
        if same_trials(one, other):
            flaws.append(f"{first} and {second} have trials in common")
        best, other_best = one.snapshot.best, other.snapshot.best
        for name, trial in ((first, best), (second, other_best)):
            if trial is None:
                flaws.append(f"{name} has no complete trial")
        pair = Pair(first, second, tuple(flaws), different)
        if best is None or other_best is None or set(different) & set(MEASURED_ON):
            return pair
        best_trials = compare(
            f"trial {best.number} of {first}",
            f"trial {other_best.number} of {second}",
            MeasuredAccuracy(best.accuracy, one.held_out),
            MeasuredAccuracy(other_best.accuracy, other.held_out),
            # The predictions are of one run; they are not those of a mean.
            (None, None)
            if best.runs or other_best.runs
            else (one.best_run.scores, other.best_run.scores),
        )
        if pair.reasons:
            return replace(pair, best_trials=best_trials)
        probability, all_p = superiority(
            [trial.accuracy for trial in one.snapshot.complete],
            [trial.accuracy for trial in other.snapshot.complete],
        )
        return replace(
            pair,
            best_trials=best_trials,
            best_p=best_trials_p(best_trials),
            superiority=probability,
            all_p=all_p,
        )


def unique_names(studies: Sequence[StudyData]) -> dict[str, StudyData]:
    """The studies by name; of two with the same name, the second is "name (2)"."""
    by_name: dict[str, StudyData] = {}
    for study in studies:
        name, number = study.snapshot.name, 2
        while name in by_name:
            name, number = f"{study.snapshot.name} ({number})", number + 1
        by_name[name] = study
    return by_name


def _reasons(flaws: Sequence[str], different: Sequence[str]) -> tuple[str, ...]:
    """Each reason once; the conditions that differ are one."""
    names = list(dict.fromkeys(different))
    return (*dict.fromkeys(flaws), *([f"different {listing(names)}"] if names else []))
