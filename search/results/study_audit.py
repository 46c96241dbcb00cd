"""The audit of a study's pruner: how many of its stops were wrong, and what they saved.

Where the objective is a mean over several runs of a recipe, this is about the first run of each: an
audited trial has no other.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fer.intervals import NORMAL_95
from search.results.accuracy import AccuracyGain, MeasuredAccuracy, unpaired_gain
from search.results.audit import RankCorrelation, StopQuality, rank_correlation, stop_quality
from search.results.snapshot import Snapshot
from search.results.trials import State, TrialRecord

MOST_RUNGS = 6


@dataclass(frozen=True)
class Work:
    """Training that was done or saved.

    Attributes:
        seconds: at the pace of each trial's own epochs.
    """

    epochs: int
    seconds: float


@dataclass(frozen=True)
class Rung:
    """An epoch after which the pruner may stop a trial.

    Attributes:
        stopped: trials that it stopped there, or would have stopped.
        correlation: of the accuracy there with that at the end, over the trials that ran to their
            end; None for fewer than four.
    """

    epoch: int
    stopped: int
    correlation: RankCorrelation | None


@dataclass(frozen=True)
class StudyAudit:
    """The audit of a study's pruner.

    Attributes:
        kind: of the pruner.
        share: of the stopped trials that the study file asks to audit.
        pruned: trials that the pruner stopped before their end.
        audited: trials that ran on instead; by number, in any state.
        ended: of these, those that ran to their end, best first.
        kept: trials that ran to their end and that the pruner never wanted to stop, best first.
        quality: of the stops, by the audited trials that ran to their end; None without any, and
            where no trial was kept.
        gain: of the best audited trial over the best kept one, on the same held-out faces; unpaired
            and of single runs, so its interval is wide. None where ``quality`` or the number of
            faces is not known.
        saved: by the trials that were stopped.
        cost: of the audited trials after the epoch at which they would have been stopped.
        rungs: those with the most stopped trials, by epoch.
        best: the number of the study's best trial.
    """

    kind: str
    share: float
    pruned: tuple[TrialRecord, ...]
    audited: tuple[TrialRecord, ...]
    ended: tuple[TrialRecord, ...]
    kept: tuple[TrialRecord, ...]
    quality: StopQuality | None
    gain: AccuracyGain | None
    saved: Work
    cost: Work
    rungs: tuple[Rung, ...]
    best: int | None

    @property
    def stopped(self) -> int:
        """How many trials the pruner stopped, or would have."""
        return len(self.pruned) + len(self.audited)

    @property
    def stops(self) -> list[tuple[TrialRecord, int]]:
        """These trials, each with the epoch of its stop."""
        stops = [(trial, trial.last_epoch) for trial in self.pruned]
        return stops + [(t, t.audited) for t in self.audited if t.audited is not None]

    def to_json(self) -> dict[str, Any]:
        """All figures as JSON values; accuracies, shares and regret in [0, 1]."""
        quality = self.quality
        return {
            "pruner": self.kind,
            "share": self.share,
            "stopped": self.stopped,
            "audited": [
                {
                    "trial": trial.number,
                    "state": str(trial.state),
                    "epoch": trial.audited,
                    "accuracy_then": trial.accuracies.get(trial.audited or 0),
                    "accuracy": end_of(trial) if trial.state == State.COMPLETE else None,
                }
                for trial in self.audited
            ],
            "best_kept": quality and quality.best_kept,
            "wrong_stops": quality and vars(quality.wrong),
            "top_quarter": quality and vars(quality.top),
            "regret": quality and quality.regret,
            "mean_regret": quality and quality.mean_regret,
            "gain_of_best_audited": self.gain and vars(self.gain),
            "saved": vars(self.saved),
            "cost": vars(self.cost),
            "rungs": [
                {
                    "epoch": rung.epoch,
                    "stopped": rung.stopped,
                    "rank_correlation": rung.correlation and vars(rung.correlation),
                }
                for rung in self.rungs
            ],
        }


def study_audit(snapshot: Snapshot, held_out: int | None) -> StudyAudit:
    """Audit the pruner of a study as it stands.

    Args:
        held_out: how many faces the accuracies were measured on, where that is known.
    """
    pruner, audited = snapshot.definition.pruner, snapshot.audited
    first_runs = [trial for trial in snapshot.trials if trial.is_of_space]
    pruned = [trial for trial in first_runs if trial.state == State.PRUNED]
    complete = [trial for trial in first_runs if trial.state == State.COMPLETE]
    complete.sort(key=lambda trial: (-end_of(trial), trial.number))
    ended, kept = (
        tuple(trial for trial in complete if (trial.audited is not None) == is_audited)
        for is_audited in (True, False)
    )
    quality = stop_quality(list(map(end_of, ended)), list(map(end_of, kept)))
    gain = None
    if quality is not None:
        accuracies = (quality.best_stopped, quality.best_kept)
        gain = unpaired_gain(*(MeasuredAccuracy(each, held_out) for each in accuracies))
    return StudyAudit(
        kind=pruner.kind,
        share=pruner.audit,
        pruned=tuple(pruned),
        audited=audited,
        ended=ended,
        kept=kept,
        quality=quality,
        gain=gain,
        saved=saved_by_stopping(pruned),
        cost=_total((trial, trial.last_epoch - (trial.audited or 0)) for trial in audited),
        rungs=_rungs(snapshot, pruned, complete),
        best=snapshot.best.number if snapshot.best else None,
    )


def end_of(trial: TrialRecord) -> float:
    """The final accuracy of a run that was complete."""
    return trial.accuracies.get(trial.last_epoch, trial.accuracy)


def saved_by_stopping(pruned: Sequence[TrialRecord]) -> Work:
    """The epochs that pruned trials did not train."""
    return _total((trial, planned_epochs(trial) - len(trial.accuracies)) for trial in pruned)


def planned_epochs(trial: TrialRecord) -> int:
    """The epochs of its recipe; those it trained where the recipe is not stored."""
    return trial.epochs_planned or len(trial.accuracies)


def _total(work: Iterable[tuple[TrialRecord, int]]) -> Work:
    rows = list(work)
    return Work(
        sum(epochs for _, epochs in rows),
        sum(
            epochs * (trial.seconds or 0.0) / len(trial.accuracies)
            for trial, epochs in rows
            if trial.accuracies
        ),
    )


def _rungs(
    snapshot: Snapshot, pruned: Sequence[TrialRecord], complete: Sequence[TrialRecord]
) -> tuple[Rung, ...]:
    stops = Counter(trial.last_epoch for trial in pruned)
    stops.update(trial.audited for trial in snapshot.audited if trial.audited is not None)
    possible = snapshot.definition.pruner.rungs(snapshot.definition.trial_epochs)
    most = sorted(possible, key=lambda epoch: (-stops[epoch], epoch))[:MOST_RUNGS]
    return tuple(Rung(epoch, stops[epoch], with_end(complete, epoch)) for epoch in sorted(most))


def with_end(
    complete: Sequence[TrialRecord], epoch: int, normal: float = NORMAL_95
) -> RankCorrelation | None:
    """The rank correlation of the accuracy at an epoch with that at the end; ``normal`` as in
    ``rank_correlation``."""
    both = [trial for trial in complete if epoch in trial.accuracies and trial.last_epoch > epoch]
    early = [trial.accuracies[epoch] for trial in both]
    return rank_correlation(early, list(map(end_of, both)), normal)
