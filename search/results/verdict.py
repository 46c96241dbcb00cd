"""The verdict on a study: is its best trial better than the baseline, and than the published one?

Terminal, notes, dashboard and reports all show this value, word for word.
"""

from dataclasses import dataclass, replace

from fer.formatting import count, percent, points
from search.results import published
from search.results.accuracy import AccuracyComparison, AccuracyGain, MeasuredAccuracy, compare
from search.results.baseline import baseline_name
from search.results.evidence import Evidence, read_evidence
from search.results.means import MeanAccuracy, compare_means, measured, over_folds
from search.results.race_words import BIAS as RACE_BIAS
from search.results.race_words import about_race, no_verdict_yet, winner_name
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

BIAS = (
    "The best of several trials was selected by this accuracy, which biases it upwards: train its "
    "recipe with other seeds before you quote it."
)


@dataclass(frozen=True)
class Verdict:
    """The verdict on a study.

    Attributes:
        answer: in a few words.
        sentences: in full; the first one compares the best trial with the baseline.
        good: whether the study reached its aim; None while that is open.
        comparison: of the best trial with the baseline, where both ran to their end.
        published: the published test accuracy, where the study has the faces it was measured on.
        equal: whether the best trial and the baseline trained equally many epochs. Where they did
            not, the difference of their accuracies answers nothing, however significant it is.
    """

    answer: str
    sentences: tuple[str, ...]
    good: bool | None = None
    best: MeasuredAccuracy | None = None
    baseline: MeasuredAccuracy | None = None
    comparison: AccuracyComparison | None = None
    published: float | None = None
    equal: bool = True

    @property
    def gain(self) -> AccuracyGain | None:
        """The difference to the baseline; None where it is not known."""
        return self.comparison.gain if self.comparison else None

    @property
    def sentence(self) -> str:
        """The one sentence that is shown where there is room for one only."""
        return self.sentences[0]


def read_verdict(snapshot: Snapshot) -> Verdict:
    """The verdict on a study, with the predictions that its run folders hold."""
    return judge(snapshot, read_evidence(snapshot))


def judge(snapshot: Snapshot, evidence: Evidence) -> Verdict:
    """The verdict on a study as it stands."""
    known = published.TEST if published.applies_to(snapshot.data) else None
    if snapshot.best is None:
        verdict = _without_best(snapshot, known)
        if snapshot.definition.rounds:
            answer, sentence = no_verdict_yet(snapshot)
            verdict = Verdict(answer, (sentence,), published=known)
        if snapshot.baseline is None:
            return verdict
        reached = measured(snapshot.baseline, evidence.held_out)
        return replace(verdict, baseline=reached)
    best, baseline = _measured(snapshot, snapshot.best, evidence)
    name = _name(snapshot, snapshot.best)
    about = _about_published(snapshot, best, known)
    if snapshot.baseline is None:
        lead = f"{name} has a validation accuracy of {best}. The baseline has not ended yet."
        answer = f"No baseline yet; best {percent(best.value)}"
        return Verdict(answer, (lead, *about), None, best, published=known)
    assert baseline is not None, "it ran to its end"
    reference = baseline_name(snapshot.definition)
    if isinstance(best, MeanAccuracy) and isinstance(baseline, MeanAccuracy):
        comparison = compare_means(name, reference, best, baseline)
    else:
        scores = evidence.best.scores, evidence.baseline.scores
        comparison = compare(name, reference, best, baseline, scores)
    bias: tuple[str, ...] = ()
    if comparison.ahead and len(snapshot.ranked) > 1:
        bias = (BIAS if snapshot.race is None else RACE_BIAS,)
    about = (*about_race(snapshot), *about)
    if snapshot.best.last_epoch != snapshot.baseline.last_epoch:
        both = _unequal(snapshot.best, snapshot.baseline, comparison, evidence.held_out)
        sentences = (*both, *about, *bias)
        answer = _unequal_answer(snapshot.best, snapshot.baseline, comparison)
        return Verdict(answer, sentences, None, best, baseline, comparison, known, equal=False)
    answer, good = _answer(comparison)
    sentences = (comparison.sentence, *about, *bias)
    return Verdict(answer, sentences, good, best, baseline, comparison, known)


def _measured(
    snapshot: Snapshot, best: TrialRecord, evidence: Evidence
) -> tuple[MeasuredAccuracy, MeasuredAccuracy | None]:
    """The accuracy of the best trial, and of the baseline if it ran to its end."""
    race, n = snapshot.race, evidence.held_out
    if race is not None and race.winner is not None:
        winner = race.winner
        return over_folds(winner.folds, n), over_folds(race.baseline[: winner.n], n)
    return measured(best, n), measured(snapshot.baseline, n) if snapshot.baseline else None


def _name(snapshot: Snapshot, best: TrialRecord) -> str:
    if snapshot.race is not None:
        return winner_name(snapshot)
    return f"Trial {best.number}, the best of {count(len(snapshot.searched), 'searched trial')},"


def _unequal_answer(
    best: TrialRecord, baseline: TrialRecord, comparison: AccuracyComparison
) -> str:
    side = "ahead" if comparison.ahead else "behind"
    if comparison.one.value == comparison.other.value:
        side = "level"
    epochs = count(best.last_epoch, "epoch")
    return f"No verdict: {side}, with {epochs} against the baseline's {baseline.last_epoch}"


def _unequal(
    best: TrialRecord,
    baseline: TrialRecord,
    comparison: AccuracyComparison,
    held_out: int | None,
) -> tuple[str, ...]:
    """That the epochs differ, what both reached at their ends, and at the last common epoch."""
    first = (
        f"{comparison.first} trained {count(best.last_epoch, 'epoch')}, {comparison.second} "
        f"{baseline.last_epoch}, so their accuracies are not comparable: "
        f"{comparison.one}, {comparison.difference}."
    )
    common = set(best.accuracies) & set(baseline.accuracies)
    if not common or best.runs:  # the epochs of a single run are not those of a mean
        return (first,)
    last = max(common)
    # Predictions on single faces are kept of the last epoch only, so this one is unpaired.
    equal = compare(
        f"trial {best.number}",
        comparison.second,
        MeasuredAccuracy(best.accuracies[last], held_out),
        MeasuredAccuracy(baseline.accuracies[last], held_out),
    )
    second = (
        f"After {count(last, 'epoch')} of each, {equal.first} was at "
        f"{percent(equal.one.value)}, {equal.difference}: {equal.significance}."
    )
    longer = best if best.last_epoch > last else baseline
    schedule = longer.recipe.get("schedule", "constant")
    if schedule == "constant":
        return first, second
    which = f"trial {best.number}" if longer is best else "the baseline"
    return (
        first,
        f"{second} Epoch {last} of {longer.last_epoch} is in the middle of the {schedule} schedule "
        f"of {which}, which says little about its end.",
    )


def _answer(comparison: AccuracyComparison) -> tuple[str, bool | None]:
    difference, baseline = comparison.one.value - comparison.other.value, comparison.second
    if comparison.gain is None:
        return f"{points(difference)} over {baseline}", None
    if comparison.settled:
        if comparison.gain.value > 0:
            return f"Yes, it beats {baseline}", True
        return f"No, {baseline} is better", False
    if difference > 0:
        return "Perhaps: ahead, but not significantly", None
    return f"No, not better than {baseline}", False


def _about_published(
    snapshot: Snapshot, best: MeasuredAccuracy, known: float | None
) -> tuple[str, ...]:
    if known is None:
        if (snapshot.data or {}).get("source") != "synthetic":
            return ()
        return (
            f"These faces are synthetic, so the accuracy published for FER2013, "
            f"{percent(published.TEST, 3)}, does not apply.",
        )
    if best.ends is None:
        where = "above" if known > best.value else "below"
        where = f"{where} the best trial's"
    elif best.ends[0] > known:
        where = "below the interval of the best trial"
    elif best.ends[1] < known:
        where = "above the interval of the best trial"
    else:
        where = "within the interval of the best trial: the difference is not significant"
    return (
        f"The published {percent(known, 3)} is {where}. It was measured on the test images, which "
        "a study never reads.",
    )


def _without_best(snapshot: Snapshot, known: float | None) -> Verdict:
    trials, failed, pruned = snapshot.searched, snapshot.failed, snapshot.pruned
    if not trials:
        lead = "The baseline has run. " if snapshot.baseline else ""
        return Verdict(
            "No trial yet", (f"{lead}No trial of the search space has started.",), published=known
        )
    counts = {
        "pruned": len(pruned),
        "failed": len(failed),
        "unfinished": len(trials) - len(pruned) - len(failed),
    }
    listed = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
    lead = f"None of {count(len(trials), 'searched trial')} has run to its end ({listed})."
    if len(failed) == len(trials):
        why = f"The last one failed: {failed[-1].reason}"
        return Verdict("All trials failed", (lead, why), False, published=known)
    if len(pruned) == len(trials):
        why = "All were pruned: the pruner may be too strict."
        return Verdict("All trials were pruned", (lead, why), False, published=known)
    return Verdict("No trial has finished yet", (lead,), published=known)
