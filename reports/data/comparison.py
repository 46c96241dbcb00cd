"""The data of a comparison: studies by name, and their statistics pair by pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reports.data.study_data import StudyData
from reports.rendering.formatting import listing
from search.results.accuracy import AccuracyComparison, AccuracyGain, MeasuredAccuracy, compare

if TYPE_CHECKING:
    from benchmarks.recordings.recording import Recording


@dataclass(frozen=True)
class Pair:
    """The best study against another.

    Attributes:
        best_trials: the first's best trial compared with the second's; None if they are not
            comparable.
        not_comparable: why they are not; empty if they are.
        superiority: the probability that a complete trial of the first has a higher accuracy than
            one of the second; ties count half.
        p: of the Mann-Whitney U test on the complete trials.
    """

    first: str
    second: str
    best_trials: AccuracyComparison | None
    not_comparable: str
    superiority: float | None
    p: float | None

    @property
    def gain(self) -> AccuracyGain | None:
        """The difference of the best trials; None where it is not known."""
        return self.best_trials.gain if self.best_trials else None


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
    def ranked(self) -> tuple[str, ...]:
        """The studies with a complete trial, the one with the best trial first."""
        accuracies = {
            name: best.accuracy
            for name, study in self.studies.items()
            if (best := study.snapshot.best) is not None
        }
        return tuple(sorted(accuracies, key=lambda name: -accuracies[name]))

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The best study against each other one."""
        order = dict.fromkeys((*self.ranked, *self.studies))
        first, *others = order
        return tuple(self.pair(first, other) for other in others)

    def pair(self, first: str, second: str) -> Pair:
        """The statistics of the first study against the second."""
        from scipy.stats import mannwhitneyu

        one, other = self.studies[first], self.studies[second]
        accuracies = [[trial.accuracy for trial in s.snapshot.complete] for s in (one, other)]
        reason = not_comparable(one, other)
        if not reason and not all(accuracies):
            reason = "one has no complete trial"
        if reason:
            return Pair(first, second, None, reason, None, None)
        one_accuracy, other_accuracy = (
            MeasuredAccuracy(best[0], study.held_out)
            for best, study in zip(accuracies, (one, other), strict=True)
        )
        scores = one.best_run.scores, other.best_run.scores
        best_trials = compare(first, second, one_accuracy, other_accuracy, scores)
        test = mannwhitneyu(accuracies[0], accuracies[1])
        superiority = float(test.statistic) / (len(accuracies[0]) * len(accuracies[1]))
        return Pair(first, second, best_trials, "", superiority, float(test.pvalue))


def unique_names(studies: Sequence[StudyData]) -> dict[str, StudyData]:
    """The studies by name; of two with the same name, the second is "name (2)"."""
    by_name: dict[str, StudyData] = {}
    for study in studies:
        name, number = study.snapshot.name, 2
        while name in by_name:
            name, number = f"{study.snapshot.name} ({number})", number + 1
        by_name[name] = study
    return by_name


def not_comparable(one: StudyData, other: StudyData) -> str:
    """Why the accuracies of two studies cannot be compared; empty if they can."""
    reasons = []
    hashes = [(study.snapshot.data or {}).get("source_hash") for study in (one, other)]
    if hashes[0] != hashes[1] or hashes[0] is None:
        reasons.append("faces")
    recipe, other_recipe = one.snapshot.definition.recipe, other.snapshot.definition.recipe
    if recipe.classes != other_recipe.classes:
        reasons.append("classes")
    if (recipe.validation, recipe.split_seed) != (other_recipe.validation, other_recipe.split_seed):
        reasons.append("split")
    return f"they differ in their {listing(reasons)}" if reasons else ""
