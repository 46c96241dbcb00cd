"""What a comparison says in words: first what weakens it, then its results."""

from collections.abc import Iterator, Sequence

from fer.formatting import count, percent, points, signed
from reports.data.comparison import Comparison, Pair
from reports.data.conditions import baseline_epochs, machine_of
from reports.rendering.formatting import listing
from search.results.accuracy import SIGNIFICANT

MOST_PAIRS = 3
"""More pairs than these are left to the table of the tests."""


def answer(comparison: Comparison) -> str:
    """The verdict in a few words."""
    if not any(study.snapshot.complete for study in comparison.studies.values()):
        return "Nothing to compare yet"
    if not comparison.pairs:
        return "Only one study"
    if not comparison.comparable:
        return comparison.caveat.rstrip(". ")
    if comparison.winner:
        return f"{comparison.winner} is significantly better"
    return _undecided(comparison.pairs)


def sentences(comparison: Comparison) -> tuple[str, ...]:
    """The verdict in full; what weakens it comes before any result."""
    if not any(study.snapshot.complete for study in comparison.studies.values()):
        return ("No trial of any study has run to its end.", *_unfinished(comparison))
    return (
        *_unfinished(comparison),
        *_in_common(comparison),
        *_different(comparison),
        *_cut_baselines(comparison),
        *_unrecorded(comparison),
        *_results(comparison),
        selection(comparison),
    )


def conclusion(pair: Pair) -> str:
    """Whether there is a winner, in a sentence."""
    names = f"{pair.first} and {pair.second}"
    if pair.reasons:
        return f"{names} are not comparable: {'; '.join(pair.reasons)}."
    if pair.p is None:
        return (
            f"Whether {names} differ significantly is not known, as the number of held-out faces "
            "is not recorded."
        )
    if pair.winner:
        loser = pair.second if pair.winner == pair.first else pair.first
        return f"{pair.winner} is significantly better than {loser}: {p_text(pair.p)}."
    if pair.p < SIGNIFICANT:
        return f"No winner between {names}: the best trials and all trials disagree."
    return f"No significant difference between {names}: {p_text(pair.p)}."


def pair_sentence(pair: Pair) -> str:
    """The result for one pair: first whether there is a winner, then the numbers."""
    if pair.p is None:
        return conclusion(pair)
    assert pair.best_trials is not None, "of a pair that was tested"
    assert pair.superiority is not None, "of a pair that was tested"
    assert pair.all_p is not None, "of a pair that was tested"
    one, other, gain = pair.best_trials.one, pair.best_trials.other, pair.best_trials.gain
    assert gain is not None, "of a pair that was tested"
    assert pair.best_p is not None, "of a pair that was tested"
    test = "McNemar's exact test on the same faces" if gain.paired else "z-test of two shares"
    best = (
        f"{pair.best_trials.first} has {percent(one.value)}, {pair.best_trials.second} "
        f"{percent(other.value)}, a difference of {points(gain.value)} (95\u00a0% interval "
        f"{signed(100 * gain.low)} to {points(gain.high, 1)}, n = {gain.n:,}; {test}, "
        f"{p_text(pair.best_p)})"
    )
    every = (
        f"over all complete trials, a trial of {pair.first} is better than a trial of "
        f"{pair.second} in {percent(pair.superiority, 0)} of the cases (Mann-Whitney test, "
        f"{p_text(pair.all_p)})"
    )
    return f"{conclusion(pair)} Best trials: {best}. And {every}."


def selection(comparison: Comparison) -> str:
    """How the best trials were selected."""
    numbers = {
        name: len(study.snapshot.complete)
        for name, study in comparison.studies.items()
        if study.snapshot.complete
    }
    each = ", ".join(
        f"{count(number, 'complete searched trial')} in {name}" for name, number in numbers.items()
    )
    more = len(set(numbers.values())) > 1
    return (
        f"Each best trial was selected by this accuracy ({each}), which biases it upwards"
        f"{', the more the more trials there are' if more else ''}: train its recipe with other "
        "seeds before you quote it."
    )


def p_text(p: float) -> str:
    """``p = 0.2``, or ``p < 0.0001``."""
    return f"p\u00a0=\u00a0{p:.2g}" if p >= 0.0001 else "p\u00a0<\u00a00.0001"


def _undecided(pairs: Sequence[Pair]) -> str:
    known = [pair.p for pair in pairs if pair.p is not None]
    if len(known) < len(pairs):
        return "Significance unknown"
    if any(pair.winner for pair in pairs):
        return "No study is significantly better than all others"
    if min(known) < SIGNIFICANT:
        return "No winner: the tests disagree"
    return f"No significant difference: {p_text(min(known))}"


def _unfinished(comparison: Comparison) -> Iterator[str]:
    for name, reason in comparison.unfinished.items():
        yield f"{name} is unfinished: {reason}."


def _in_common(comparison: Comparison) -> Iterator[str]:
    for pair in comparison.pairs:
        for flaw in pair.flaws:
            if flaw.endswith("in common"):
                yield f"{flaw}: one is the other, or continues a copy of it."


def _different(comparison: Comparison) -> Iterator[str]:
    names = dict.fromkeys(name for pair in comparison.pairs for name in pair.different)
    parts = []
    for name in names:
        studies: dict[str, list[str]] = {}
        for study, each in comparison.conditions.items():
            studies.setdefault(each[name].shown, []).append(study)
        values = ", ".join(f"{listing(having)}: {shown}" for shown, having in studies.items())
        parts.append(f"{name} ({values})" if len(studies) > 1 else name)
    if parts:
        yield f"The studies differ in {listing(parts)}."


def _cut_baselines(comparison: Comparison) -> Iterator[str]:
    if any("baseline" in pair.different for pair in comparison.pairs):
        return  # the differences name them
    for name, study in comparison.studies.items():
        if study.snapshot.definition.baseline_cut:
            epochs = comparison.conditions[name]["epochs per trial"].shown
            yield (
                f"The baseline of {name} is {baseline_epochs(study.snapshot)}; the epochs of its "
                f"trials: {epochs}."
            )


def _unrecorded(comparison: Comparison) -> Iterator[str]:
    names = [
        name
        for name, study in comparison.studies.items()
        if study.snapshot.complete and "precision" not in machine_of(study)
    ]
    if names:
        yield (
            f"The run folders of {listing(names)} are not here, so whether precision and machine "
            "are the same is not known."
        )


def _results(comparison: Comparison) -> Iterator[str]:
    tested = [pair for pair in comparison.pairs if pair.p is not None]
    fair = [pair for pair in comparison.pairs if not pair.reasons]
    if len(fair) > MOST_PAIRS:
        yield f"{len(fair):,} pairs of studies were tested: see the table of the tests."
    else:
        yield from map(pair_sentence, fair)
    if len(tested) > 1:
        yield (
            f"The p-values of the {len(tested):,} comparisons are adjusted together by Holm's "
            "method."
        )
