"""The answer of a study: is the published accuracy beaten, and how is that known?

Terminal, note, dashboard, report and ``summary.json`` show it word for word.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search.confirmation.record import Confirmation
from search.results.commands import confirm_command
from search.results.race_words import why_no_best
from search.results.snapshot import Snapshot

if TYPE_CHECKING:  # scipy takes memory that a study's supervisor does not have
    from search.confirmation.figures import FoldFigures, TargetFigures


@dataclass(frozen=True)
class Answer:
    """The answer as it stands.

    Attributes:
        line: in one line; the first one wherever a study is shown.
        sentences: in full; what weakens the answer comes first.
        good: whether the target is beaten; None while that is open.
        test: figures on the test images; None where no labels were compared.
        folds: figures on the fresh folds; None before a winner was chosen.
    """

    line: str
    sentences: tuple[str, ...] = ()
    good: bool | None = None
    test: "TargetFigures | None" = None
    folds: "FoldFigures | None" = None


def answer(snapshot: Snapshot) -> Answer:
    """The answer of a study as it stands."""
    confirmation = snapshot.confirmation
    if confirmation is None:
        return _not_confirmed(snapshot)
    begun = confirmation.choice or confirmation.openings or confirmation.grades
    return _answered(snapshot, confirmation) if begun else _running(snapshot, confirmation)


def _not_confirmed(snapshot: Snapshot) -> Answer:
    if snapshot.best is None:
        return Answer(f"Not confirmed: {why_no_best(snapshot)} yet")
    return Answer(
        f"Not confirmed: run `{confirm_command(snapshot)}`",
        (
            "The best trial was selected by its validation accuracy, which biases that accuracy "
            "upwards; only fresh folds, fresh seeds and the test images tell what its recipe "
            "reaches.",
        ),
    )


def _running(
    snapshot: Snapshot,
    confirmation: Confirmation,
    about_folds: tuple[str, ...] = (),
    folds: "FoldFigures | None" = None,
) -> Answer:
    more = f"To go on where it stopped: `{confirm_command(snapshot)}`."
    return Answer(f"Not yet: {runs_in_words(confirmation)}", (more, *about_folds), folds=folds)


def _answered(snapshot: Snapshot, confirmation: Confirmation) -> Answer:
    from search.confirmation.about_folds import (
        about_folds,
        about_other_grades,
        about_ungraded,
        on_folds,
    )
    from search.confirmation.about_test import about_test, line_of
    from search.confirmation.figures import fold_figures, target_figures

    test, folds = target_figures(snapshot, confirmation), fold_figures(snapshot, confirmation)
    fold_sentences = about_folds(snapshot, confirmation, folds) if folds else ()
    fold_sentences = (*fold_sentences, *about_other_grades(confirmation))
    if test is not None:
        left = (
            ()
            if confirmation.complete
            else (f"A later confirmation has not ended: {runs_in_words(confirmation)}.",)
        )
        sentences = (*left, *about_test(confirmation, test), *fold_sentences)
        return Answer(line_of(confirmation, test), sentences, test.beaten, test, folds)
    if folds is None or not confirmation.complete:
        return _running(snapshot, confirmation, fold_sentences, folds)
    line = f"Not yet graded: {on_folds(confirmation, folds)}"
    return Answer(line, (*about_ungraded(snapshot, confirmation), *fold_sentences), folds=folds)


def runs_in_words(confirmation: Confirmation) -> str:
    """How many runs of a confirmation have finished: ``7 of 17 runs have finished``."""
    request, planned, done = confirmation.request, confirmation.request.seeds, 0
    for each in confirmation.candidates:
        runs = confirmation.fold_runs(each.name)
        done += len(runs)
        # A candidate that failed on a fold is not trained on the others.
        planned += len(runs) if any(run.reason for run in runs) else request.folds
    done += len(confirmation.winner_runs)
    return f"{done:,} of {planned:,} runs of the confirmation have finished"
