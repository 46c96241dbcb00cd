"""The README's first table and the confirmation in docs/results.md, from the study that ships."""

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fer.intervals import wilson
from fer.wording import counted
from search.confirmation.answer import Answer, answer
from search.confirmation.figures import FoldFigures, held_out_share
from search.confirmation.record import BASELINE, Candidate, Confirmation, Machine
from search.confirmation.statistics import Estimate, mean_over_folds
from search.confirmation.words import ends_in_words, mean_in_words, points_in_words
from search.results import published
from search.results.snapshot import Snapshot, read_snapshot
from search.storage.exported import open_to_read
from search.storage.study import open_study
from tools.grade import read_grade

WHAT = (
    "Hyperparameter search for a small CNN that classifies facial expressions (angry, happy, "
    "neutral)"
)
NOT_GRADED = "not graded"


@dataclass(frozen=True)
class Confirmed:
    """A finished study whose confirmation has ended."""

    snapshot: Snapshot
    confirmation: Confirmation
    winner: Candidate
    machine: Machine
    answer: Answer
    folds: FoldFigures


@lru_cache
def read_confirmed(folder: Path) -> Confirmed:
    """The study in a folder.

    Raises:
        ValueError: its confirmation has not ended.
    """
    with open_to_read(str(folder), folder.name) as storage:
        snapshot = read_snapshot(open_study(storage, folder.name))
    confirmation, found = snapshot.confirmation, answer(snapshot)
    if confirmation is None or not confirmation.complete or found.folds is None:
        raise ValueError(f"{folder}: expected a study whose confirmation has ended")
    winner, machine = confirmation.winner, confirmation.machine
    assert winner is not None and machine is not None, "it is complete"  # noqa: PT018
    return Confirmed(snapshot, confirmation, winner, machine, found, found.folds)


def summary_sentence(folder: Path, first: Path) -> str:
    """What the repository is, whether the published accuracy is beaten, and how that is known.

    Args:
        folder: of the confirmed study.
        first: of the first search, whose submission was graded.
    """
    confirmed, grade = read_confirmed(folder), read_grade(first)
    if confirmed.answer.test is not None:
        return f"{WHAT}. {confirmed.answer.line}.\n"
    return (
        f"{WHAT}. **The published {published.TEST} is beaten: {grade.accuracy:.4f} on FER2013's "
        f"{grade.n:,} test images, graded from outside** (95 % interval "
        f"{ends_in_words(grade.ci95)}): the first search's recipe, one seed.\n"
    )


def headline(folder: Path, first: Path) -> str:
    """Test and validation accuracies with n, spread, time and machine, for the README."""
    confirmed, grade = read_confirmed(folder), read_grade(first)
    summary, run = _json(first / "summary.json"), _json(first / grade.training_run / "metrics.json")
    folds, machine = confirmed.folds, confirmed.machine
    here = f"{machine.processor}, {machine.precision}"
    first_time = (
        f"{summary['seconds'] / 3600:.1f} h search "
        f"({counted(summary['machine']['cores'], 'core')}), "
        f"{run['training_seconds'] / 60:.1f} min training "
        f"({counted(run['machine']['threads'], 'core')})"
    )
    rows = [
        ("published", f"{published.TEST}", "", "", ""),
        ("its recipe, trained here", NOT_GRADED, _mean(folds.baseline), "", here),
        ("**first search**, one seed", f"**{grade.accuracy:.4f}** ({ends_in_words(grade.ci95)})",
         "", first_time, f"{run['machine']['processor']}, {run['machine']['precision']}"),
        ("**`beat_baseline`, confirmed**", _test(confirmed), f"**{_mean(folds.mean)}**",
         _time(confirmed), here),
    ]  # fmt: skip
    return "\n".join(
        [
            f"| | {grade.n:,} test images | {counted(folds.mean.n, 'fresh fold')} of "
            f"{folds.faces:,} faces, mean ± SD | time | machine |",
            "|---|---|---|---|---|",
            *(f"| {' | '.join(row)} |" for row in rows),
            "",
            f"`fer search confirm`: {confirmed.answer.line} ([results](docs/results.md)).",
            "",
        ]
    )


def confirmation(folder: Path) -> str:
    """The answer in full, and each candidate on the fresh folds."""
    confirmed = read_confirmed(folder)
    snapshot, made = confirmed.snapshot, confirmed.confirmation
    share = held_out_share(snapshot, confirmed.folds.faces)
    trials = ", ".join(f"{count} {state}" for state, count in snapshot.counts.items() if count)
    versions = ", ".join(f"{name} {version}" for name, version in sorted(made.versions.items()))
    return "\n".join(
        [
            f"> {confirmed.answer.line}.",
            "",
            "| | the search reported | fresh folds, mean ± SD | minus the baseline, 95 % interval "
            "| parameters |",
            "|---|---|---|---|---|",
            *(_candidate_row(made, each, share) for each in made.candidates),
            "",
            " ".join(confirmed.answer.sentences),
            "",
            f"The search: {trials} trials, {snapshot.epochs_run:,} epochs. {_time(confirmed)}; "
            f"{confirmed.machine.processor}, {confirmed.machine.precision}; {versions}.",
            "",
        ]
    )


def submissions(folder: Path) -> str:
    """The committed submissions of the confirmed recipe, and of the published one."""
    rows = [
        (f"runs/{each.file}", f"confirmed recipe, {_seeds(each.seeds)}", each.sha256)
        for each in read_confirmed(folder).confirmation.submissions
    ]
    for path in sorted(folder.glob("published/submission-seed-*.csv")):
        seed = path.stem.removeprefix("submission-seed-")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        rows.append((f"published/{path.name}", f"published recipe, seed {seed}", digest))
    return "\n".join(
        [
            "| file | predictions of | sha256 |",
            "|---|---|---|",
            *(f"| `{file}` | {what} | `{digest[:16]}` |" for file, what, digest in rows),
            "",
        ]
    )


def _candidate_row(made: Confirmation, candidate: Candidate, share: float) -> str:
    runs, baseline = (
        [run.accuracy for run in made.fold_runs(name) if run.accuracy is not None]
        for name in (candidate.name, BASELINE)
    )
    name, gain = candidate.name.replace("-", " "), ""
    if candidate.name != BASELINE:
        difference = mean_over_folds(
            [one - other for one, other in zip(runs, baseline, strict=True)], share
        )
        gain = f"{points_in_words(difference.mean)} points{_interval(difference)}"
    if made.choice and made.choice.winner == candidate.name:
        name = f"**{name}**"
    own = "" if candidate.search_accuracy is None else f"{candidate.search_accuracy:.4f}"
    mean = _mean(mean_over_folds(runs, share))
    return f"| {name} | {own} | {mean} | {gain} | {candidate.parameters:,} |"


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f" ({points_in_words(estimate.low)} to {points_in_words(estimate.high)})"


def _test(confirmed: Confirmed) -> str:
    test = confirmed.answer.test
    if test is None:
        return NOT_GRADED
    ends = wilson(round(test.accuracy * test.all.n), test.all.n)
    return f"**{test.accuracy:.4f}** ({ends_in_words(ends)})"


def _mean(estimate: Estimate | None) -> str:
    return mean_in_words(estimate) if estimate else ""


def _time(confirmed: Confirmed) -> str:
    made, machine = confirmed.confirmation, confirmed.machine
    training = sum(run.seconds for run in (*made.folds, *made.finals)) / machine.workers
    return (
        f"{confirmed.snapshot.seconds / 3600:.1f} h search, {training / 3600:.1f} h confirmation "
        f"({counted(machine.cores, 'core')})"
    )


def _seeds(numbers: tuple[int, ...]) -> str:
    return f"seed {numbers[0]}" if len(numbers) == 1 else f"mean of {len(numbers)} seeds"


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
