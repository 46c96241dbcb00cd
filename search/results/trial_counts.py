"""How trials are counted: the baseline and the runs of a race count, as in a budget.

Where only those of the search space count, they are called searched trials.
"""

from fer.formatting import count
from search.results.roles import RACE_RUN, run_kind
from search.results.snapshot import Snapshot
from search.results.trials import State

_ALWAYS = (State.COMPLETE, State.PRUNED, State.FAILED)


def trials_in_words(snapshot: Snapshot) -> str:
    """As in ``39 trials (the baseline, 30 searched and 8 race runs)``.

    Where the objective is a mean over several runs, a trial is a recipe with all of them.
    """
    lead = count(len(snapshot.started), "trial")
    if not snapshot.started:
        return lead
    races = sum(run_kind(trial) == RACE_RUN for trial in snapshot.started)
    again = [count(races, RACE_RUN)] if races else []
    searched = f"{len(snapshot.searched):,} searched"
    match sum(trial.is_baseline for trial in snapshot.started):
        case 0:
            what = _listed([searched, *again]) if again else "searched"
            what += "; the baseline has not begun"
        case 1:
            what = _listed(["the baseline", searched, *again])
        case more:  # it failed and was tried again
            what = _listed([f"the baseline {more} times", searched, *again])
    if repeats := _repeats(snapshot):
        runs = count(len(snapshot.started) + repeats, "run")
        what += f"; {runs}, as accuracies are means"
    return f"{lead} ({what})"


def all_started(snapshot: Snapshot) -> str:
    """What the number of started trials is of, as in ``Trials, with the baseline``."""
    races = any(run_kind(trial) == RACE_RUN for trial in snapshot.started)
    return f"Trials, with the baseline{' and the race' if races else ''}"


def states_in_words(snapshot: Snapshot) -> str:
    """As in ``9 complete, 22 pruned, 0 failed``, and whatever other state there is; the baseline
    and the runs of a race are counted."""
    shown = [state for state in State if snapshot.counts[state] or state in _ALWAYS]
    ordered = sorted(shown, key=lambda state: not state.finished)
    return ", ".join(f"{snapshot.counts[state]:,} {state}" for state in ordered)


def _repeats(snapshot: Snapshot) -> int:
    """Further runs of the recipes that have started."""
    repeats = (t for t in snapshot.trials if t.is_repeat and t.state != State.WAITING)
    return sum(1 for _ in repeats)


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
