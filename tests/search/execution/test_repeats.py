"""Repeats: the further runs of a recipe whose accuracy is a mean over folds and seeds."""

import pytest
from optuna.trial import TrialState

from search.execution.budget import ending
from search.execution.repeats import next_repeat
from search.storage.attributes import BASELINE, REPEAT, SEARCH, attributes_of

OBJECTIVE = "[objective]\nfolds = 3\n[budget]"
THREE_FOLDS = ("[budget]", OBJECTIVE)
NO_PRUNER = ('kind = "median"\nstartup = 2', 'kind = "none"')


def numbers(trials, group):
    return [t.number for t in trials if group in (t.number, t.user_attrs.get("group"))]


@pytest.fixture
def study(open_cheap):
    return open_cheap(THREE_FOLDS, NO_PRUNER, ("trials = 8", "trials = 3"))


def test_a_recipe_is_finished_before_the_next_one_is_sampled(study, run_serially):
    trials = run_serially(study)
    roles = [attributes_of(trial).role for trial in trials]
    assert roles == [BASELINE, REPEAT, REPEAT, SEARCH, REPEAT, REPEAT, SEARCH, REPEAT, REPEAT]
    assert [attributes_of(trial).group for trial in trials] == [
        None, 0, 0, None, 3, 3, None, 6, 6,
    ]  # fmt: skip
    recipes = [attributes_of(trial).recipe for trial in trials]
    folds = [recipe["split_seed"] for recipe in recipes]
    assert folds[:3] == folds[3:6] == folds[6:]
    assert len(set(folds)) == 3
    assert len({recipe["seed"] for recipe in recipes}) == 9
    same = {"seed", "split_seed"}
    for first, *repeats in (recipes[:3], recipes[3:6], recipes[6:]):
        for repeat in repeats:
            assert {k: v for k, v in repeat.items() if k not in same} == {
                k: v for k, v in first.items() if k not in same
            }


def test_a_budget_of_trials_counts_a_recipe_with_all_of_its_runs_once(study, run_serially):
    trials = run_serially(study)
    assert len(trials) == 9
    assert ending(study).reason == "the budget of 3 trials is spent"


def test_a_budget_of_epochs_counts_those_of_all_runs(open_cheap, run_serially):
    study = open_cheap(THREE_FOLDS, NO_PRUNER, ("trials = 8", "epochs = 16"))
    trials = run_serially(study)  # 3 x 5 of the baseline, and one recipe of 3 x 4
    assert numbers(trials, 3) == [3, 4, 5]
    assert len(trials) == 6


def test_samplers_see_the_mean_and_a_recipe_with_runs_left_as_running(study):
    trial = study.start_trial(SEARCH)
    trial.report(0.8, 4)
    study.tell(trial, 0.8)
    for pair, accuracy in ((1, 0.6), (2, 0.7)):
        assert [t.state for t in study.trials] == [TrialState.RUNNING]
        assert study.get_trials(states=(TrialState.COMPLETE,)) == []
        study.tell(study.start_trial(REPEAT, group=0, pair=pair), accuracy)
    (whole,) = study.get_trials(states=(TrialState.COMPLETE,))
    assert whole.value == pytest.approx(0.7)
    assert whole.intermediate_values == {4: pytest.approx(0.7)}
    assert study.everything()[0].value == 0.8  # the run itself stays what it was
    assert study.best_trial.number == 0


def test_workers_share_the_runs_of_a_recipe(study):
    study.tell(study.start_trial(BASELINE), 0.8)
    assert next_repeat(study.definition, study.everything()) == (0, 1)
    first = study.start_trial(REPEAT, group=0, pair=1)
    assert next_repeat(study.definition, study.everything()) == (0, 2)
    second = study.start_trial(REPEAT, group=0, pair=2)
    assert next_repeat(study.definition, study.everything()) is None
    study.tell(second, 0.8)
    assert next_repeat(study.definition, study.everything()) is None
    study.tell(first, 0.8)
    assert next_repeat(study.definition, study.everything()) is None


def test_a_failed_repeat_fails_its_recipe_but_that_of_the_baseline_is_run_again(study):
    study.tell(study.start_trial(BASELINE), 0.8)
    study.tell(study.start_trial(SEARCH), 0.8)
    study.fail(study.start_trial(REPEAT, group=0, pair=1), "out of memory")
    study.fail(study.start_trial(REPEAT, group=1, pair=1), "diverged")
    assert next_repeat(study.definition, study.everything()) == (0, 1)
    assert [t.state for t in study.recipes()] == [TrialState.RUNNING, TrialState.FAIL]


def test_the_baseline_whose_repeat_fails_three_times_ends_the_study(study):
    study.tell(study.start_trial(BASELINE), 0.8)
    for _ in range(3):
        study.fail(study.start_trial(REPEAT, group=0, pair=1), "out of memory")
    assert ending(study).reason == "the baseline failed 3 times; the last: out of memory"


def test_the_pruner_stops_a_recipe_between_two_of_its_runs(open_cheap, run_serially):
    halving = ('kind = "median"\nstartup = 2', 'kind = "successive_halving"\nmin_resource = 9')
    study = open_cheap(THREE_FOLDS, halving, ("trials = 8", "trials = 6"))
    trials = run_serially(study)
    runs = [numbers(trials, t.number) for t in study.recipes()]
    assert [len(r) for r in runs[:2]] == [3, 3]  # neither the baseline nor the first is stopped
    stopped = [t for t in study.trials if t.state == TrialState.PRUNED]
    assert stopped
    for recipe in stopped:
        *_, last = numbers(trials, recipe.number)
        reason = attributes_of(trials[last]).stopped
        done = len(numbers(trials, recipe.number))
        mean = 100 * recipe.value
        assert reason.startswith(f"stopped after {done} of 3 runs, mean so far {mean:.2f} %: succ")


def test_wilcoxon_stops_a_recipe_that_is_worse_in_each_of_its_first_three_pairs(
    open_cheap, run_serially
):
    four = ("[budget]", "[objective]\nfolds = 2\nseeds = 2\n[budget]")
    wilcoxon = ('kind = "median"\nstartup = 2', 'kind = "wilcoxon"')
    study = open_cheap(four, wilcoxon, ("trials = 8", "trials = 6"))
    trials = run_serially(study)  # the accuracies of the cheap trainer depend on the recipe alone
    best = 0.0
    for recipe in study.trials:
        runs = len(numbers(trials, recipe.number))
        assert runs == (4 if recipe.value > best else 3)
        best = max(best, recipe.value)
    assert {t.state for t in study.trials} == {TrialState.COMPLETE, TrialState.PRUNED}


def test_a_repeat_that_lost_its_worker_is_taken_over_with_its_recipe(study, tmp_path):
    from search.execution.leases import acquire_lease

    for _ in range(2):
        baseline = acquire_lease(study, tmp_path / "runs", "a")
        study.tell(baseline.trial, 0.8)
        baseline.release()
    lost = acquire_lease(study, tmp_path / "runs", "a")
    lost.release()  # what SIGKILL does
    taken = acquire_lease(study, tmp_path / "runs", "b")
    assert taken.trial.number == lost.trial.number == 2
    assert (attributes_of(taken.trial).group, attributes_of(taken.trial).pair) == (0, 2)
    assert taken.recipe == lost.recipe
    taken.release()


def test_a_running_repeat_of_a_stopped_recipe_ends_at_its_next_epoch(open_cheap, tmp_path, cheap):
    from search.execution.events import StudyEvents
    from search.execution.leases import acquire_lease
    from search.execution.objective import run_trial

    study = open_cheap(THREE_FOLDS, NO_PRUNER)
    study.tell(study.start_trial(BASELINE), 0.8)
    faces = cheap.tiny_faces("", "train", study.definition.recipe.classes)
    lease = acquire_lease(study, tmp_path / "runs", "a session")
    other = study.start_trial(REPEAT, group=0, pair=2)
    study.store(other, stopped="stopped after 2 of 3 runs")
    study.tell(other, 0.7)
    run_trial(lease, faces, cheap.CheapTrainer(1), StudyEvents(), lambda: None)
    stored = study.everything()[lease.trial.number]
    assert stored.state == TrialState.PRUNED
    assert len(stored.intermediate_values) == 0
