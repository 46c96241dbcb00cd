"""What an answer says about the fresh folds, and about predictions that nobody has graded."""

from collections.abc import Iterator

from fer.wording import counted
from search.confirmation.figures import FoldFigures, other_grades
from search.confirmation.plan import in_words
from search.confirmation.record import BASELINE, Confirmation
from search.confirmation.words import mean_in_words, points_in_words
from search.results.commands import confirm_command
from search.results.snapshot import Snapshot


def about_folds(
    snapshot: Snapshot, confirmation: Confirmation, folds: FoldFigures
) -> tuple[str, ...]:
    """The winner on the fresh folds, and how much the search's own number had flattered."""
    assert confirmation.choice is not None, "the folds are finished"
    result = on_folds(confirmation, folds)
    return (
        *_own_split(snapshot),
        f"{result[:1].upper()}{result[1:]}; n = {folds.faces:,} held-out faces in each.",
        *_flattered(folds),
        f"The winner was chosen on these folds, by validation alone: {confirmation.choice.rule}. "
        f"As it is the best of {len(confirmation.candidates)} recipes there, its mean over them is "
        "biased upwards a little; its result on test images is not.",
    )


def on_folds(confirmation: Confirmation, folds: FoldFigures) -> str:
    """The winner against the baseline on the fresh folds."""
    assert confirmation.choice is not None, "the folds are finished"
    winner = confirmation.choice.winner
    where = f"on {counted(folds.mean.n, 'fresh fold')}"
    lead = f"{where} {in_words(winner)} has {mean_in_words(folds.mean)}"
    if winner == BASELINE:
        return f"{lead}, and no recipe of the search won against it"
    if folds.gain is None or folds.baseline is None:
        return f"{lead}; the baseline failed there"
    side = "above" if folds.gain.mean >= 0 else "below"
    interval = "one fold gives no interval"
    if folds.gain.low is not None and folds.gain.high is not None:
        low, high = map(points_in_words, (folds.gain.low, folds.gain.high))
        interval = f"paired difference, 95 % interval {low} to {high}"
        if folds.gain.low <= 0 <= folds.gain.high:
            interval += ", which holds 0"
    return (
        f"{lead}, {100 * abs(folds.gain.mean):.2f} points {side} the baseline's "
        f"{mean_in_words(folds.baseline)} ({interval})"
    )


def about_ungraded(snapshot: Snapshot, confirmation: Confirmation) -> tuple[str, ...]:
    """That no predictions were compared with labels, and what is to be done."""
    lead = (
        f"No predictions were compared with test labels, so {confirmation.request.target:g} was "
        "not tested: held-out faces are other images, and accuracies on them are not comparable "
        "with it."
    )
    if not confirmation.submissions:
        again = f"{confirm_command(snapshot)} --test SOURCE"
        return lead, f"No submission was written: run `{again}` with a source of test images."
    files = [each.file for each in confirmation.submissions]
    to = f" to {files[-1]}" if len(files) > 1 else ""
    return (
        lead,
        f"{counted(len(files), 'submission')} can be graded, {files[0]}{to}: record each grade "
        f"with `fer search grade {snapshot.name} FILE --accuracy X --n N`.",
    )


def about_other_grades(confirmation: Confirmation) -> Iterator[str]:
    """The grades from outside that are no part of the answer."""
    found = [
        f"{grade.file} {grade.accuracy:g} (n = {grade.n:,})" for grade in other_grades(confirmation)
    ]
    if found:
        yield f"Graded from outside, but of no file of the winner: {', '.join(found)}."


def _own_split(snapshot: Snapshot) -> Iterator[str]:
    if "held_out" in (snapshot.data or {}):
        yield (
            "All folds hold out the source's own validation split, so only the seed differs "
            "between them."
        )


def _flattered(folds: FoldFigures) -> Iterator[str]:
    if folds.reported is None or folds.flattered is None:
        return
    name, own, fresh = folds.reported
    by = folds.flattered
    how = "level with it"
    if by.mean != 0:
        how = f"{100 * abs(by.mean):.2f} points too {'high' if by.mean > 0 else 'low'}"
    interval = "one fold gives no interval"
    if by.low is not None and by.high is not None:
        low, high = map(points_in_words, (by.low, by.high))
        holds = ", which holds 0" if by.low <= 0 <= by.high else ""
        interval = f"95 % interval {low} to {high}{holds}, n = {by.n} folds"
    yield (
        f"The search reported {own:.4f} for {in_words(name)}, its best; on fresh folds the same "
        f"recipe has {mean_in_words(fresh)}, so the search's own number was {how} ({interval})."
    )
