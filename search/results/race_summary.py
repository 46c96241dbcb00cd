"""The rounds of a study in ``summary.json``."""

from collections import Counter
from statistics import fmean, stdev
from typing import Any

from search.racing import RULE, PairedDifference, Standing
from search.results.race import RaceResults
from search.results.snapshot import Snapshot
from search.results.trials import State


def summarise_rounds(snapshot: Snapshot) -> dict[str, Any]:
    """The key ``rounds``, as JSON values; nothing for a study without rounds."""
    rounds = snapshot.definition.rounds
    if rounds is None or snapshot.round is None:
        return {}
    return {
        "rounds": {
            "round": str(snapshot.round),
            "screen": {
                **rounds.screen.model_dump(mode="json"),
                "started": len(snapshot.searched),
                "complete": len(snapshot.complete),
                "pruned": len(snapshot.pruned),
                "failed": len(snapshot.failed),
            },
            "race": {**rounds.race.model_dump(mode="json"), **_race(snapshot.race)},
        }
    }


def _race(race: RaceResults | None) -> dict[str, Any]:
    if race is None:
        return {"finished_folds": 0, "entrants": [], "standings": []}
    states = Counter(run.state for run in race.runs)
    table, winner = race.standings, race.winner
    return {
        "finished_folds": race.progress.done,
        "ended": race.ended,
        "runs": {str(state): states[state] for state in State if states[state]},
        "entrants": list(race.progress.entrants),
        "remaining": list(race.progress.remaining),
        "standings": [_standing(row) for row in table.rows] if table else [],
        "baseline": _mean(race.baseline),
        "leader": table.leader.number if table else None,
        "equal": [row.number for row in table.equals] if table else [],
        "preferred_of_equals": RULE,
        "winner": winner.number if winner else None,
        "gain": _difference(race.gain),
    }


def _standing(row: Standing) -> dict[str, Any]:
    return {
        "trial": row.number,
        "mean": row.mean,
        "sd": row.sd,
        "n": row.n,
        "folds": list(row.folds),
        "dropped_after": row.dropped_after,
        "failed": row.racer.failed,
        "equal": row.equal,
        "behind_leader": _difference(row.behind),
        "parameters": row.racer.parameters,
        "operations": row.racer.operations,
    }


def _mean(folds: tuple[float, ...]) -> dict[str, Any] | None:
    if not folds:
        return None
    sd = stdev(folds) if len(folds) > 1 else None
    return {"mean": fmean(folds), "sd": sd, "n": len(folds), "folds": list(folds)}


def _difference(difference: PairedDifference | None) -> dict[str, Any] | None:
    """JSON has no infinity: with one fold, the interval has no ends."""
    if difference is None:
        return None
    ends = (difference.low, difference.high) if difference.n > 1 else (None, None)
    return {
        "mean": difference.mean,
        "low": ends[0],
        "high": ends[1],
        "n": difference.n,
        "p": difference.p,
    }
