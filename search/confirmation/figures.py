"""The figures of a confirmation: each is computed here, and shown by terminal, note and pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from fer.intervals import newcombe, wilson
from search.confirmation.openings import ALL, Correct, Opening
from search.confirmation.record import BASELINE, Confirmation, Grade, Submission
from search.confirmation.statistics import (
    SIGNIFICANT,
    Estimate,
    TargetTest,
    mean_against_target,
    mean_over_folds,
    mean_over_seeds,
    model_against_target,
)
from search.results import published
from search.results.snapshot import Snapshot

Ends = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """Accuracies on some of the test images.

    Attributes:
        n: the images.
        seeds: correct predictions of each seed.
        ensemble: those of the mean of the seeds' probabilities; None where it is not known.
    """

    n: int
    seeds: tuple[int, ...]
    ensemble: int | None

    @cached_property
    def mean(self) -> Estimate | None:
        """Over the seeds, with an interval for other seeds and other images; None without seeds."""
        return mean_over_seeds(self.seeds, self.n) if self.seeds else None

    @property
    def mean_ends(self) -> Ends | None:
        """Wilson's interval of the mean, which is for other images and the same seeds."""
        return wilson(round(self.mean.mean * self.n), self.n) if self.mean else None

    @property
    def ensemble_accuracy(self) -> float | None:
        """In [0, 1]."""
        return None if self.ensemble is None else self.ensemble / self.n

    @property
    def ensemble_ends(self) -> Ends | None:
        """Wilson's interval of the ensemble's accuracy."""
        return None if self.ensemble is None else wilson(self.ensemble, self.n)


@dataclass(frozen=True)
class TargetFigures:
    """The winner's final runs on the test images.

    Attributes:
        from_outside: graded by others; this program has not seen the labels.
        target: the accuracy to beat; fixed.
        applies: whether the target was measured on these images.
        seeds: final runs that the ensemble is of.
        parts: by ``record.PARTS``, with flip TTA.
        without_tta: the same without it; empty where it is not known.
    """

    from_outside: bool
    target: float
    applies: bool
    seeds: int
    parts: Mapping[str, Part]
    without_tta: Mapping[str, Part]

    @property
    def all(self) -> Part:
        """On all test images."""
        return self.parts[ALL]

    @cached_property
    def mean_test(self) -> TargetTest | None:
        """Of the mean over seeds; None for fewer than two."""
        return mean_against_target(self.all.seeds, self.all.n, self.target)

    @cached_property
    def model_test(self) -> TargetTest:
        """Of one model: the ensemble, or else the only seed."""
        model = self.all.seeds[0] if self.all.ensemble is None else self.all.ensemble
        return model_against_target(model, self.all.n, self.target)

    @property
    def p(self) -> float:
        """The larger p-value of both tests: that of their intersection-union test (Berger, 1982,
        Technometrics 24, 295–300), which needs no correction for testing twice."""
        return max(self.model_test.p, self.mean_test.p if self.mean_test else 0.0)

    @property
    def beaten(self) -> bool | None:
        """Whether both tests are significant; None where the target was measured on other
        images."""
        return self.p < SIGNIFICANT if self.applies else None

    @property
    def accuracy(self) -> float:
        """The mean over seeds; where no seed is known, the ensemble's."""
        if self.all.mean is not None:
            return self.all.mean.mean
        assert self.all.ensemble_accuracy is not None, "one of both is known"
        return self.all.ensemble_accuracy

    @property
    def gain_if_measured_anew(self) -> Ends:
        """Newcombe's interval of the accuracy minus the target, as if the target were measured on
        as many other images."""
        return newcombe(self.accuracy, self.all.n, self.target, self.all.n)


@dataclass(frozen=True)
class FoldFigures:
    """The winner on the fresh folds.

    Attributes:
        faces: held out in a fold.
        mean: of the winner.
        baseline: of the baseline; None where it failed.
        gain: the winner minus the baseline, fold by fold; None where the winner is the baseline.
        reported: what the search reported for its best recipe, that recipe's name, and its mean
            over the fresh folds; None where it failed there.
        flattered: the reported accuracy minus that mean, with the interval of that mean.
    """

    faces: int
    mean: Estimate
    baseline: Estimate | None
    gain: Estimate | None
    reported: tuple[str, float, Estimate] | None

    @property
    def flattered(self) -> Estimate | None:
        """How much the search's own number was above the recipe's mean over fresh folds."""
        if self.reported is None:
            return None
        _, own, fresh = self.reported
        low = None if fresh.high is None else own - fresh.high
        high = None if fresh.low is None else own - fresh.low
        return Estimate(own - fresh.mean, fresh.sd, fresh.n, low, high)


def target_figures(snapshot: Snapshot, confirmation: Confirmation) -> TargetFigures | None:
    """The figures on the test images; None where no predictions were compared with labels."""
    opening = last_result(confirmation)
    if opening is not None:
        return _of_opening(snapshot, confirmation, opening)
    return _of_grades(snapshot, confirmation)


def last_result(confirmation: Confirmation) -> Opening | None:
    """The latest opening of the test labels that has a result."""
    return next((each for each in reversed(confirmation.openings) if each.result), None)


def grades_of_winner(confirmation: Confirmation) -> list[tuple[Submission, Grade]]:
    """The submissions of the winner that were graded, each with its latest grade."""
    latest = {grade.sha256: grade for grade in confirmation.grades}
    return [
        (each, latest[each.sha256])
        for each in submissions_of_winner(confirmation)
        if each.sha256 in latest
    ]


def other_grades(confirmation: Confirmation) -> list[Grade]:
    """The latest grade of each file that is none of the winner's submissions."""
    latest = {grade.sha256: grade for grade in confirmation.grades}
    known = {each.sha256 for each in submissions_of_winner(confirmation)}
    return [grade for digest, grade in latest.items() if digest not in known]


def submissions_of_winner(confirmation: Confirmation) -> list[Submission]:
    """The submissions of the winner's final runs; none before it was chosen."""
    winner = confirmation.choice.winner if confirmation.choice else None
    return [each for each in confirmation.submissions if each.candidate == winner]


def fold_figures(snapshot: Snapshot, confirmation: Confirmation) -> FoldFigures | None:
    """The figures on the fresh folds; None before a winner was chosen."""
    if confirmation.choice is None:
        return None
    winner = confirmation.choice.winner
    runs = confirmation.fold_runs(winner)
    faces = max(run.n for run in runs)
    share = held_out_share(snapshot, faces)
    accuracies = {
        each.name: _accuracies(confirmation, each.name) for each in confirmation.candidates
    }
    baseline = accuracies[BASELINE]
    gain = None
    if winner != BASELINE and baseline:
        pairs = zip(accuracies[winner], baseline, strict=False)
        gain = mean_over_folds([one - other for one, other in pairs], share)
    return FoldFigures(
        faces=faces,
        mean=mean_over_folds(accuracies[winner], share),
        baseline=mean_over_folds(baseline, share) if baseline else None,
        gain=gain,
        reported=_reported(confirmation, accuracies, share),
    )


def _reported(
    confirmation: Confirmation, accuracies: Mapping[str, Sequence[float]], share: float
) -> tuple[str, float, Estimate] | None:
    best = confirmation.candidates[0]
    if best.name == BASELINE or best.search_accuracy is None or not accuracies[best.name]:
        return None
    return best.name, best.search_accuracy, mean_over_folds(accuracies[best.name], share)


def _accuracies(confirmation: Confirmation, name: str) -> list[float]:
    """Of a candidate by fold; empty where a run of it failed."""
    runs = confirmation.fold_runs(name)
    found = [run.accuracy for run in runs if run.accuracy is not None]
    return found if len(found) == len(runs) else []


def held_out_share(snapshot: Snapshot, faces: int) -> float:
    """The share of the faces that a fold with so many held-out ones holds out, in (0, 1)."""
    total = sum((snapshot.data or {}).get("counts", {}).values())
    return faces / total if 0 < faces < total else snapshot.definition.recipe.validation


def _of_opening(snapshot: Snapshot, confirmation: Confirmation, opening: Opening) -> TargetFigures:
    result = opening.result
    assert result is not None, "last_result has one"
    same = published.applies_to(snapshot.data) and dict(result.counts) == published.TEST_COUNTS
    return TargetFigures(
        from_outside=False,
        target=confirmation.request.target,
        applies=same or confirmation.request.target != published.TEST,
        seeds=len(result.runs),
        parts=_parts(result.correct),
        without_tta=_parts(result.without_tta),
    )


def _parts(correct: Mapping[str, Correct]) -> dict[str, Part]:
    # With one seed, the mean of the seeds' probabilities is that seed.
    return {
        name: Part(each.n, each.seeds, each.ensemble if len(each.seeds) > 1 else None)
        for name, each in correct.items()
    }


def _of_grades(snapshot: Snapshot, confirmation: Confirmation) -> TargetFigures | None:
    graded = grades_of_winner(confirmation)
    if not graded:
        return None
    n = max(grade.n for _, grade in graded)
    correct = {each.seeds: round(grade.accuracy * n) for each, grade in graded if grade.n == n}
    seeds = tuple(correct[runs] for runs in sorted(correct) if len(runs) == 1)
    ensembles = {runs: number for runs, number in correct.items() if len(runs) > 1}
    largest = max(ensembles, key=len, default=())
    same = published.applies_to(snapshot.data) and n == published.TEST_IMAGES
    return TargetFigures(
        from_outside=True,
        target=confirmation.request.target,
        applies=same or confirmation.request.target != published.TEST,
        seeds=len(largest) or len(seeds),
        parts={ALL: Part(n, seeds, ensembles.get(largest))},
        without_tta={},
    )
