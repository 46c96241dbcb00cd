"""Which candidate wins on the folds: by validation alone, before the test labels are opened."""

from fer.formatting import SPACE, percent
from fer.wording import counted
from search.confirmation.plan import in_words
from search.confirmation.record import Candidate, Choice, Confirmation, FinalRun, FoldRun
from search.racing import RULE, Racer, Standings, standings


def with_run(confirmation: Confirmation, run: FoldRun | FinalRun) -> Confirmation:
    """The confirmation with a finished run, and with its winner if that was the last fold."""
    if isinstance(run, FinalRun):
        return confirmation.model_copy(update={"finals": (*confirmation.finals, run)})
    return with_choice(confirmation.model_copy(update={"folds": (*confirmation.folds, run)}))


def with_choice(confirmation: Confirmation) -> Confirmation:
    """The confirmation with its winner, or without one where runs on the folds are missing."""
    complete = all(_has_ended(confirmation, each) for each in confirmation.candidates)
    ranked = fold_standings(confirmation) if complete else None
    choice = _choice(confirmation, ranked) if ranked else None
    return confirmation.model_copy(update={"choice": choice})


def fold_standings(confirmation: Confirmation) -> Standings | None:
    """The candidates on the folds that all have finished; None before the first."""
    # No recipe is dropped: all of them run on all folds.
    return standings([_racer(confirmation, each) for each in confirmation.candidates], p=0.0)


def _has_ended(confirmation: Confirmation, candidate: Candidate) -> bool:
    runs = confirmation.fold_runs(candidate.name)
    return len(runs) == confirmation.request.folds or any(run.reason for run in runs)


def _racer(confirmation: Confirmation, candidate: Candidate) -> Racer:
    runs = confirmation.fold_runs(candidate.name)
    accuracies = []
    for fold, run in enumerate(runs, 1):
        if run.fold != fold or run.accuracy is None:
            break
        accuracies.append(run.accuracy)
    return Racer(
        number=_number(candidate),
        folds=tuple(accuracies),
        parameters=candidate.parameters,
        operations=candidate.operations,
        failed=any(run.reason for run in runs),
    )


def _number(candidate: Candidate) -> int:
    return 0 if candidate.trial is None else candidate.trial


def _choice(confirmation: Confirmation, ranked: Standings) -> Choice:
    names = {_number(each): each.name for each in confirmation.candidates}
    winner, leader = (names[row.number] for row in (ranked.winner, ranked.leader))
    equal = tuple(names[row.number] for row in ranked.equals)
    folds = counted(ranked.leader.n, "fold")
    lead = f"{in_words(leader)} has the highest mean over {folds}, {percent(ranked.leader.mean)}"
    if len(equal) == 1:
        reason = f"{lead}, and no other recipe is equal to it"
        if ranked.leader.n == 1:
            reason = f"{lead}; one fold gives no interval, so no recipe is called equal to it"
    else:
        others = " and ".join(in_words(name) for name in equal if name != leader)
        verb = "is" if len(equal) == 2 else "are"
        reason = (
            f"{lead}; {others} {verb} equal to it, as the 95{SPACE}% interval of the paired "
            f"difference holds 0; of equals, {in_words(winner)} is preferred (rule: {RULE})"
        )
    return Choice(winner=winner, rule=reason, equal=equal if len(equal) > 1 else ())
