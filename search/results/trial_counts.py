"""How trials are counted: the baseline is one of them, as in a budget and in Optuna.

Where only those of the search space count, they are called searched trials.
"""

from fer.formatting import count
from search.results.snapshot import Snapshot
from search.results.trials import State

_ALWAYS = (State.COMPLETE, State.PRUNED, State.FAILED)


def trials_in_words(snapshot: Snapshot) -> str:
    """As in ``31 trials (the baseline and 30 searched)``."""
    started, searched = len(snapshot.started), len(snapshot.searched)
    lead = count(started, "trial")
    match started - searched:
        case 0:
            return lead if not started else f"{lead} (searched; the baseline has not begun)"
        case 1:
            return f"{lead} (the baseline and {searched:,} searched)"
        case more:  # the baseline failed and was tried again
            return f"{lead} (the baseline {more} times and {searched:,} searched)"


def states_in_words(snapshot: Snapshot) -> str:
    """As in ``9 complete, 22 pruned, 0 failed``, and whatever other state there is; the baseline
    is counted."""
    shown = [state for state in State if snapshot.counts[state] or state in _ALWAYS]
    ordered = sorted(shown, key=lambda state: not state.finished)
    return ", ".join(f"{snapshot.counts[state]:,} {state}" for state in ordered)
