"""What a confirmation trains: fresh folds and seeds, paired over the candidates."""

import pytest
from made_confirmations import confirmation, final_run, fold_run
from made_snapshots import definition, record, snapshot

from fer.errors import BadInput
from fer.recipe import Recipe
from search.config.seeds import derive_seed
from search.confirmation.plan import (
    choose_candidates,
    final_runs,
    fold_runs,
    pending,
    plan_in_words,
)
from search.confirmation.record import BASELINE
from search.results.snapshot import Snapshot, read_snapshot
from search.results.trials import State
from search.storage.exported import SHIPPED, open_to_read
from search.storage.study import open_study


def study() -> Snapshot:
    return snapshot(
        record(0, 0.79),
        record(1, 0.80),
        record(2, 0.83),
        record(3, [0.9, 0.95], State.PRUNED),
        record(4, 0.82),
    )


def test_the_best_complete_trials_compete_with_the_baseline() -> None:
    candidates = choose_candidates(study(), 2)
    assert [each.name for each in candidates] == ["trial-2", "trial-4", BASELINE]
    assert [each.search_accuracy for each in candidates] == [0.83, 0.82, 0.79]
    assert candidates[0].parameters == 979_171
    assert [each.name for each in choose_candidates(study(), 9)] == [
        "trial-2",
        "trial-4",
        "trial-1",
        BASELINE,
    ]


def test_a_baseline_that_never_ended_competes_with_its_recipe() -> None:
    candidates = choose_candidates(snapshot(record(1, 0.8)), 1)
    assert (candidates[-1].name, candidates[-1].trial) == (BASELINE, None)
    assert candidates[-1].recipe["epochs"] == definition().baseline.epochs


def test_a_study_without_a_complete_trial_is_refused_in_one_line() -> None:
    unfinished = snapshot(record(0, 0.8), record(1, 0.7, State.PRUNED))
    with pytest.raises(BadInput, match=r"^study made: no trial of the search space .*search run"):
        choose_candidates(unfinished, 3)


def test_folds_are_paired_and_neither_split_nor_seed_is_one_of_the_search() -> None:
    made, begun = definition(), confirmation(choice=None)
    runs = fold_runs(made, begun.candidates, begun.request)
    assert [(run.number, run.candidate) for run in runs] == [
        (fold, each.name) for fold in (1, 2, 3) for each in begun.candidates
    ]
    for fold in (1, 2, 3):
        of_fold = [run.recipe for run in runs if run.number == fold]
        assert len({(recipe.split_seed, recipe.seed) for recipe in of_fold}) == 1
        assert {recipe.validation for recipe in of_fold} == {made.recipe.validation}
    seeds = {run.recipe.seed for run in runs} | {run.recipe.split_seed for run in runs}
    seeds |= {run.recipe.seed for run in final_runs(made, begun.candidates[0], begun)}
    searched = {derive_seed(made.seed, number, "recipe") for number in range(1000)}
    assert len(seeds) == 3 + 3 + 5
    assert not seeds & (searched | {made.recipe.split_seed, made.recipe.seed})


def test_the_winner_trains_all_epochs_on_all_faces_with_each_seed() -> None:
    begun = confirmation(seeds=3, finals=(final_run("trial-5", 2),))
    left = pending(begun, definition())
    assert [(run.kind, run.number) for run in left] == [("seed", 1), ("seed", 3)]
    assert {run.recipe.validation for run in left} == {0.0}
    assert {run.recipe.epochs for run in left} == {Recipe().epochs}
    assert [run.run for run in left] == ["confirm/seed-1-trial-5", "confirm/seed-3-trial-5"]


def test_the_runs_that_are_left_are_those_that_have_not_finished() -> None:
    folds = (fold_run("trial-5", 1, 0.84), fold_run("trial-3", 1, 0.83))
    begun = confirmation(choice=None, finals=()).model_copy(update={"folds": folds})
    left = pending(begun, definition())
    assert [str(run) for run in left][:2] == ["fold 1 of 3, the baseline", "fold 2 of 3, trial 5"]
    assert len(left) == 9 - 2


def test_a_candidate_that_failed_is_not_trained_again() -> None:
    folds = (fold_run("trial-3", 1, None), fold_run("trial-5", 1, 0.84))
    begun = confirmation(choice=None, finals=()).model_copy(update={"folds": folds})
    assert {run.candidate for run in pending(begun, definition())} == {"trial-5", BASELINE}


def test_more_folds_keep_those_that_were_trained() -> None:
    begun = confirmation(finals=())
    wider = begun.request.model_copy(update={"folds": 4})
    again = begun.model_copy(update={"request": wider, "choice": None})
    assert {run.number for run in pending(again, definition())} == {4}


def test_the_plan_of_the_study_that_ships_is_of_the_recipes_that_raced() -> None:
    with open_to_read(str(SHIPPED / "beat_baseline"), "beat_baseline") as storage:
        shipped = read_snapshot(open_study(storage, "beat_baseline"))
    request = confirmation().request.model_copy(update={"top": 3})
    values = {"candidates": choose_candidates(shipped, 3), "request": request, "folds": ()}
    begun = confirmation(choice=None, finals=()).model_copy(update=values)
    assert len(pending(begun, shipped.definition)) == 9
    assert plan_in_words(begun, shipped.definition).endswith(
        "and the baseline on 3 fresh folds (9 runs, 180 epochs), then the winner on all training "
        "faces with 5 fresh seeds"
    )
