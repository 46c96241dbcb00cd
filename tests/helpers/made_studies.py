"""The data of simulated studies, as ``fer search`` would leave it."""

import dataclasses
import datetime
from typing import Any

from made_attempts import history_of
from made_scores import make_scores
from made_trials import BEGAN, make_definition, make_trials

from reports.data.study_data import StudyData
from search.config.limits import Budget, Stop, StudyLimits
from search.execution.budget import Ending
from search.results.evidence import RunEvidence
from search.results.histories import Histories
from search.results.snapshot import Snapshot
from search.storage.sessions import Session

COMMAND = "fer search run made --data faces.zip --workers 2 --storage sqlite:////home/me/s.db"
METRICS = {
    "machine": {"device": "cpu", "processor": "A Processor", "threads": 1, "precision": "fp32"},
    "versions": {"python": "3.11.7", "torch": "2.15.0"},
}


def make_study(count: int = 30, name: str = "made", **options: Any) -> StudyData:
    """A study, with predictions of its best trial and of the baseline where they are complete."""
    definition = options.pop("definition", None) or make_definition(
        name, options.pop("space", None), options.pop("epochs", 10)
    )
    never = options.pop("never", None)
    trials = make_trials(definition, count, **options)
    end = max((trial.ended for trial in trials if trial.ended), default=BEGAN)
    snapshot = Snapshot(
        name=definition.name,
        definition=definition,
        limits=StudyLimits(budget=Budget(trials=len(trials) or 1), stop=Stop()),
        data={
            "source": "faces.zip",
            "source_hash": "ab" * 32,
            "counts": {"angry": 1500, "happy": 2700, "neutral": 1800},
        },
        trials=trials,
        sessions=(Session("s", BEGAN, end, 2, COMMAND),) if trials else (),
        ending=Ending(f"the budget of {len(trials)} trials is spent") if trials else None,
    )
    best, base = snapshot.best, snapshot.baseline
    return StudyData(
        snapshot,
        histories=Histories({t.number: history_of(t) for t in trials if t.accuracies}),
        best_run=RunEvidence(METRICS, make_scores(best.accuracy, 1, never=never))
        if best
        else RunEvidence(problem="no trial has run to its end"),
        baseline_run=RunEvidence(METRICS, make_scores(base.accuracy, 2)) if base else RunEvidence(),
    )


def with_snapshot(study: StudyData, **changes: Any) -> StudyData:
    """The study with other values of its snapshot."""
    return dataclasses.replace(study, snapshot=dataclasses.replace(study.snapshot, **changes))


def with_trial(study: StudyData, number: int, **changes: Any) -> StudyData:
    """The study with other values of one trial."""
    trials = list(study.snapshot.trials)
    trials[number] = dataclasses.replace(trials[number], **changes)
    return with_snapshot(study, trials=tuple(trials))


def moved(study: StudyData, by: datetime.timedelta) -> StudyData:
    """The study, shifted in time."""
    trials = (
        dataclasses.replace(t, began=t.began and t.began + by, ended=t.ended and t.ended + by)
        for t in study.snapshot.trials
    )
    sessions = (
        dataclasses.replace(session, began=session.began + by, heartbeat=session.heartbeat + by)
        for session in study.snapshot.sessions
    )
    return with_snapshot(study, trials=tuple(trials), sessions=tuple(sessions))
