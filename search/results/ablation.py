"""Studies of named variants: the mean of each, and what the differences between them support.

Differences are paired over the runs in the same fold (see ``search.results.means``). A claim holds
up if the 95 % interval of the difference excludes 0 on the claimed side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import stdev

from fer.formatting import SPACE, count, points, signed
from search.config.definition import Definition
from search.config.space import VariantsEntry
from search.racing.paired import signed_rank
from search.results.means import PairedRunsGain, mean_interval, runs_gain
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord


class Outcome(StrEnum):
    """What the interval of a difference says of the first variant."""

    BETTER = "better"
    WORSE = "worse"
    OPEN = "not told apart"


@dataclass(frozen=True)
class VariantResult:
    """The runs of one variant.

    Attributes:
        trial: its number; None before it has begun.
        runs: the accuracies so far, by their pair.
        total: the runs that it is to have.
        failed: why it failed; empty unless it did.
    """

    name: str
    trial: int | None
    runs: Mapping[int, float]
    total: int
    failed: str = ""

    @property
    def complete(self) -> bool:
        """Whether it has all of its runs."""
        return not self.failed and len(self.runs) == self.total

    @property
    def accuracies(self) -> tuple[float, ...]:
        """The accuracies of its runs."""
        return tuple(self.runs.values())

    @property
    def mean(self) -> float | None:
        """The mean accuracy so far; None before the first run has ended."""
        return sum(self.accuracies) / len(self.runs) if self.runs else None

    @property
    def sd(self) -> float | None:
        """The standard deviation of the runs; None for fewer than two."""
        return stdev(self.accuracies) if len(self.runs) > 1 else None

    @property
    def ends(self) -> tuple[float, float] | None:
        """The 95 % t interval of the mean; None for fewer than two runs."""
        return mean_interval(self.accuracies)


@dataclass(frozen=True)
class VariantComparison:
    """One variant against another one.

    Attributes:
        claimed: what was claimed of the first, "better" or "worse"; empty where nothing was.
        gain: of the first over the second; None before both are complete, and with one run each.
        p: of the two-sided signed-rank test; None where ``gain`` is.
    """

    name: str
    other: str
    claimed: str
    gain: PairedRunsGain | None
    p: float | None

    @property
    def outcome(self) -> Outcome | None:
        """What was measured; None where ``gain`` is."""
        if self.gain is None:
            return None
        if not self.gain.settled:
            return Outcome.OPEN
        return Outcome.BETTER if self.gain.value > 0 else Outcome.WORSE

    @property
    def finding(self) -> str:
        """The outcome beside the claim, as in ``worse, as claimed``."""
        if self.outcome is None:
            return "not measured yet"
        if self.outcome == Outcome.OPEN or not self.claimed:
            return str(self.outcome)
        return f"{self.outcome}, {'as' if self.outcome == self.claimed else 'not as'} claimed"

    @property
    def phrase(self) -> str:
        """What was measured, as in ``clipping is better than start (+0.80 points)``."""
        found = f"is {self.outcome} than" if self.gain and self.gain.settled else "against"
        gain = f" ({points(self.gain.value)})" if self.gain else ""
        return f"{self.name} {found} {self.other}{gain}"

    @property
    def sentence(self) -> str:
        """The comparison in one sentence."""
        claim = f" (claimed: {self.claimed})" if self.claimed else ""
        lead = f"{self.name} against {self.other}{claim}"
        if self.gain is None:
            return f"{lead}: not measured yet."
        return (
            f"{lead}: {points(self.gain.value)} (95{SPACE}% interval {signed(100 * self.gain.low)} "
            f"to {points(self.gain.high, 1)}, p{SPACE}={SPACE}{self.p:.2g}): {self.finding}."
        )


@dataclass(frozen=True)
class Ablation:
    """The variants of a study, in the order of its file, and their comparisons.

    Attributes:
        control: the variant whose recipe is the baseline's, with other seeds, against the baseline:
            what chance alone does. None if there is none.
    """

    variants: tuple[VariantResult, ...]
    comparisons: tuple[VariantComparison, ...]
    control: VariantComparison | None

    @property
    def summary(self) -> str:
        """How many claims hold up, and first what weakens that."""
        complete = sum(variant.complete for variant in self.variants)
        total = self.variants[0].total
        lead = ""
        if complete < len(self.variants):
            lead = (
                f"Unfinished: {complete} of {count(len(self.variants), 'variant')} are complete. "
            )
        if total == 1:
            return f"{lead}Each variant has one run, so no difference can be told from chance."
        measured = [each for each in self.comparisons if each.claimed and each.outcome]
        if not measured:
            return f"{lead}No claim has been measured yet."
        held = sum(each.outcome == each.claimed for each in measured)
        contrary = sum(map(_is_contrary, measured))
        unclear = len(measured) - held - contrary
        return (
            f"{lead}Of {count(len(measured), 'claim')}, {held} {'hold' if held != 1 else 'holds'} "
            f"up, {contrary} turned out the other way, and {unclear} cannot "
            f"be told from no difference (n{SPACE}={SPACE}{total} runs of each variant; the 95"
            f"{SPACE}% interval of the paired difference excludes 0, or does not)."
        )

    @property
    def by_chance(self) -> str:
        """What chance alone may explain; empty before anything is compared."""
        tested = sum(each.gain is not None for each in self.comparisons)
        if not tested:
            return ""
        text = (
            f"{count(tested, 'difference was', 'differences were')} tested at 95{SPACE}% each, so "
            f"about one in twenty excludes 0 by chance alone."
        )
        if self.control and self.control.gain:
            same = f"{self.control.name} is the baseline's recipe with other seeds"
            text += f" {same}, and only chance tells them apart: {self.control.sentence}"
        return text

    @property
    def sentences(self) -> tuple[str, ...]:
        """The summary, which claims it counts, what else was compared, and what chance does."""
        measured = [each for each in self.comparisons if each.outcome]
        claims = [each for each in measured if each.claimed]
        other = [each for each in measured if not each.claimed]
        lists = (
            ("Holding up", [each for each in claims if each.outcome == each.claimed]),
            ("The other way", [each for each in claims if _is_contrary(each)]),
            ("Not told apart", [each for each in claims if each.outcome == Outcome.OPEN]),
            ("Without a claim", other),
        )
        found = tuple(
            f"{lead}: {'; '.join(each.phrase for each in listed)}."
            for lead, listed in lists
            if listed
        )
        return (self.summary, *found, *filter(None, [self.by_chance]))


def _is_contrary(compared: VariantComparison) -> bool:
    return compared.outcome in {Outcome.BETTER, Outcome.WORSE} - {compared.claimed}


def ablation(snapshot: Snapshot) -> Ablation | None:
    """The results of a study with named variants; None for any other study."""
    definition = snapshot.definition
    for name, entry in definition.space.entries.items():
        if isinstance(entry, VariantsEntry):
            return _ablation(snapshot, name, entry)
    return None


def _ablation(snapshot: Snapshot, key: str, entry: VariantsEntry) -> Ablation:
    total = snapshot.definition.objective.runs
    trials = {trial.params[key]: trial for trial in snapshot.searched if key in trial.params}
    results = {name: _result(name, trials.get(name), total) for name in entry.variants}
    comparisons = tuple(
        _compare(results[name], results[other], claimed)
        for name, variant in entry.variants.items()
        for other, claimed in variant.against.items()
    )
    baseline = _result("the baseline", snapshot.baseline, total)
    same = _with_recipe_of_baseline(snapshot.definition, entry)
    control = _compare(results[same], baseline, "") if same else None
    return Ablation(tuple(results.values()), comparisons, control)


def _result(name: str, trial: TrialRecord | None, total: int) -> VariantResult:
    if trial is None:
        return VariantResult(name, None, {}, total)
    runs = trial.runs
    if not runs and trial.state == State.COMPLETE:  # a study with one run each
        runs = {0: trial.accuracy}
    return VariantResult(name, trial.number, runs, total, trial.reason)


def _compare(one: VariantResult, other: VariantResult, claimed: str) -> VariantComparison:
    if not (one.complete and other.complete) or one.total == 1:
        return VariantComparison(one.name, other.name, claimed, None, None)
    gain = runs_gain(one.accuracies, other.accuracies)
    worse = signed_rank(other.accuracies, one.accuracies)
    p = min(1.0, 2 * min(gain.p if gain.p is not None else 1.0, worse))
    return VariantComparison(one.name, other.name, claimed, gain, p)


def _with_recipe_of_baseline(definition: Definition, entry: VariantsEntry) -> str | None:
    baseline = definition.baseline
    for name, variant in entry.variants.items():
        recipe = definition.recipe.with_values(variant.set)
        if recipe.with_values({"seed": baseline.seed}) == baseline:
            return name
    return None
