"""What a confirmation trains: the candidates on folds, then the winner on all training faces.

Folds are repeated hold-outs. Their split seeds and the seeds of all runs are derived from the
study's seed, with purposes of their own, so that the search has used none of them.
"""

from dataclasses import dataclass
from typing import Literal

from fer.errors import BadInput
from fer.recipe import Recipe
from fer.validation import parse
from fer.wording import counted
from search.config.definition import Definition
from search.config.seeds import derive_seed
from search.confirmation.record import BASELINE, Candidate, Confirmation, Request
from search.results.race_words import why_no_best
from search.results.snapshot import Snapshot
from search.results.trials import TrialRecord

FOLDER = "confirm"
"""In the study's folder: the run folders, the submissions, and the logs of the workers."""


@dataclass(frozen=True)
class PlannedRun:
    """One run of a confirmation.

    Attributes:
        candidate: its name.
        kind: on a fold, or on all training faces.
        number: of the fold or seed, from 1.
        of: how many of that kind the candidate is to have.
    """

    candidate: str
    kind: Literal["fold", "seed"]
    number: int
    of: int
    recipe: Recipe

    @property
    def run(self) -> str:
        """The run folder, relative to the study's folder."""
        return f"{FOLDER}/{self.kind}-{self.number}-{self.candidate}"

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.of}, {in_words(self.candidate)}"


def in_words(candidate: str) -> str:
    """A candidate's name in a sentence: ``the baseline`` or ``trial 12``."""
    return f"the {BASELINE}" if candidate == BASELINE else candidate.replace("-", " ")


def choose_candidates(snapshot: Snapshot, top: int) -> tuple[Candidate, ...]:
    """The best ``top`` recipes of a study, best first, and its baseline.

    Raises:
        BadInput: no trial of the search space has run to its end.
    """
    best = snapshot.ranked[:top]
    if not best:
        raise BadInput(
            f"study {snapshot.name}: {why_no_best(snapshot)}: expected a best trial: go on with "
            f"`fer search run {snapshot.name}`"
        )
    of_space = [_candidate(f"trial-{trial.number}", trial, snapshot) for trial in best]
    return (*of_space, _candidate(BASELINE, snapshot.baseline, snapshot))


def _candidate(name: str, trial: TrialRecord | None, snapshot: Snapshot) -> Candidate:
    definition = snapshot.definition
    recipe = definition.baseline_recipe(0)
    if trial is not None:
        recipe = parse(Recipe, trial.recipe, f"trial {trial.number}")
    parameters, operations = cost_of(recipe)
    return Candidate(
        name=name,
        trial=trial.number if trial else None,
        recipe=recipe.model_dump(mode="json"),
        parameters=parameters,
        operations=operations,
        search_accuracy=trial.accuracy if trial else None,
    )


def cost_of(recipe: Recipe) -> tuple[int, int]:
    """Parameters and operations of a recipe's network."""
    from fer.networks.cost import network_cost  # loads torch

    cost = network_cost(recipe)
    return cost.parameters, cost.operations


def pending(confirmation: Confirmation, definition: Definition) -> tuple[PlannedRun, ...]:
    """The runs that have not finished, in the order in which they are to be trained.

    The final runs follow when a winner is chosen. A candidate whose run on a fold failed cannot win
    and is not trained on further folds.
    """
    if confirmation.choice is None:
        return _pending_folds(confirmation, definition)
    done = {run.number for run in confirmation.winner_runs}
    runs = final_runs(definition, confirmation.candidate(confirmation.choice.winner), confirmation)
    return tuple(run for run in runs if run.number not in done)


def _pending_folds(confirmation: Confirmation, definition: Definition) -> tuple[PlannedRun, ...]:
    finished = {each.name: confirmation.fold_runs(each.name) for each in confirmation.candidates}
    done = {(run.candidate, run.fold) for runs in finished.values() for run in runs}
    failed = {name for name, runs in finished.items() if any(run.reason for run in runs)}
    return tuple(
        run
        for run in fold_runs(definition, confirmation.candidates, confirmation.request)
        if (run.candidate, run.number) not in done and run.candidate not in failed
    )


def fold_runs(
    definition: Definition, candidates: tuple[Candidate, ...], request: Request
) -> tuple[PlannedRun, ...]:
    """All candidates on all folds, fold after fold; on a fold they share both seeds."""
    runs = []
    for fold in range(1, request.folds + 1):
        values = {
            "split_seed": split_seed(definition, fold),
            "seed": derive_seed(definition.seed, fold, "confirm seed"),
            "validation": definition.recipe.validation,
        }
        for each in candidates:
            recipe = _recipe(each).with_values(values, each.name)
            runs.append(PlannedRun(each.name, "fold", fold, request.folds, recipe))
    return tuple(runs)


def split_seed(definition: Definition, fold: int) -> int:
    """Which faces a fold holds out."""
    return derive_seed(definition.seed, fold, "confirm fold")


def final_runs(
    definition: Definition, winner: Candidate, confirmation: Confirmation
) -> tuple[PlannedRun, ...]:
    """The winner with each seed, on all training faces."""
    seeds = confirmation.request.seeds
    runs = []
    for number in range(1, seeds + 1):
        values = {"seed": derive_seed(definition.seed, number, "final seed"), "validation": 0.0}
        recipe = _recipe(winner).with_values(values, winner.name)
        runs.append(PlannedRun(winner.name, "seed", number, seeds, recipe))
    return tuple(runs)


def _recipe(candidate: Candidate) -> Recipe:
    return parse(Recipe, candidate.recipe, candidate.name)


def plan_in_words(confirmation: Confirmation, definition: Definition) -> str:
    """What a confirmation trains in all, in one line."""
    request, candidates = confirmation.request, confirmation.candidates
    folds = fold_runs(definition, candidates, request)
    names = ", ".join(in_words(each.name) for each in candidates[:-1])
    epochs = sum(run.recipe.epochs for run in folds)
    return (
        f"{names} and {in_words(candidates[-1].name)} on {counted(request.folds, 'fresh fold')} "
        f"({counted(len(folds), 'run')}, {counted(epochs, 'epoch')}), then the winner on all "
        f"training faces with {counted(request.seeds, 'fresh seed')}"
    )
