"""How trials are counted: the baseline and repeated runs count, as in a budget and in Optuna.

Where only those of the search space count, they are called searched trials.
"""

from collections import Counter

from fer.formatting import count
from search.results.roles import RACE_RUN, REPEATED_RUN, run_kind
from search.results.snapshot import Snapshot
from search.results.trials import State

_ALWAYS = (State.COMPLETE, State.PRUNED, State.FAILED)


def trials_in_words(snapshot: Snapshot) -> str:
    """As in ``39 trials (the baseline, 30 searched and 8 race runs)``."""
    lead = count(len(snapshot.started), "trial")
    if not snapshot.started:
        return lead
    kinds = Counter(run_kind(trial) for trial in snapshot.started)
    searched = len(snapshot.searched)
    again = [count(kinds[kind], kind) for kind in (REPEATED_RUN, RACE_RUN) if kinds[kind]]
    match sum(trial.is_baseline for trial in snapshot.started):
        case 0:
            what = _listed([f"{searched:,} searched", *again]) if again else "searched"
            return f"{lead} ({what}; the baseline has not begun)"
        case 1:
            baseline = "the baseline"
        case more:  # it failed and was tried again
            baseline = f"the baseline {more} times"
    return f"{lead} ({_listed([baseline, f'{searched:,} searched', *again])})"


def all_started(snapshot: Snapshot) -> str:
    """What the number of started trials is of, as in ``Trials, with the baseline``."""
    repeated = any(trial.is_repeated for trial in snapshot.started)
    return f"Trials, with the baseline{' and repeated runs' if repeated else ''}"


def states_in_words(snapshot: Snapshot) -> str:
    """As in ``9 complete, 22 pruned, 0 failed``, and whatever other state there is; the baseline
    and repeated runs are counted."""
    shown = [state for state in State if snapshot.counts[state] or state in _ALWAYS]
    ordered = sorted(shown, key=lambda state: not state.finished)
    return ", ".join(f"{snapshot.counts[state]:,} {state}" for state in ordered)


def _listed(parts: list[str]) -> str:
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
