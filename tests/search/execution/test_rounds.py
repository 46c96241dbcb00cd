"""Rounds: the screen, the race after it, and how both end."""

import pytest
from optuna.trial import TrialState

from search.execution.budget import ending, screen_ending
from search.execution.leases import acquire_lease
from search.execution.race import progress_of
from search.storage.attributes import RACE, SEARCH
from search.storage.sessions import begin_session

ROUNDS = """
[rounds.screen]
epochs = 2
trials = 6
[rounds.race]
keep = 0.5
folds = 4
[budget]
trials = 40
"""


def with_rounds(*replacements):
    text = ROUNDS
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return ("[budget]\ntrials = 8", text), ('kind = "median"\nstartup = 2', 'kind = "none"')


@pytest.fixture
def open_rounds(open_cheap):
    return lambda *replacements: open_cheap(*with_rounds(*replacements))


@pytest.fixture
def take(tmp_path):
    """Takes the next trial as a worker does; it stays running until it is told."""
    held = []

    def take(study, session="a"):
        if lease := acquire_lease(study, tmp_path / "runs", session):
            held.append(lease)
        return lease

    yield take
    for lease in held:
        lease.release()


def of_role(trials, role):
    return [trial for trial in trials if trial.user_attrs.get("role") == role]


def race_runs(trials):
    return [(t.user_attrs["group"], t.user_attrs["pair"]) for t in of_role(trials, RACE)]


def test_a_study_screens_and_then_races_the_best_over_shared_folds(open_rounds, run_serially):
    study = open_rounds()
    trials = run_serially(study)
    screened = of_role(trials, SEARCH)
    assert len(screened) == 6
    assert {trial.user_attrs["recipe"]["epochs"] for trial in screened} == {2}
    best = sorted(screened, key=lambda trial: -trial.value)[:3]
    entrants = [trial.number for trial in best]
    # The cheap trainer has no noise, so after three folds all but the leader are dropped.
    assert race_runs(trials) == [
        *((number, 0) for number in entrants),
        *((number, fold) for fold in (1, 2) for number in (0, *entrants)),
        (0, 3),
        (entrants[0], 3),
    ]
    assert {trial.user_attrs["recipe"]["epochs"] for trial in of_role(trials, RACE)} == {4, 5}
    assert ending(study).reason == "the race ended after 4 folds"
    assert not ending(study).failed


def test_all_recipes_of_a_fold_share_its_split_and_seed_and_the_screen_has_neither(
    open_rounds, run_serially
):
    trials = run_serially(open_rounds())
    shared = {}
    for trial in [trials[0], *of_role(trials, RACE)]:
        recipe = trial.user_attrs["recipe"]
        pair = trial.user_attrs.get("pair", 0)
        shared.setdefault(pair, set()).add((recipe["split_seed"], recipe["seed"]))
    assert [len(seeds) for seeds in shared.values()] == [1, 1, 1, 1]
    splits, seeds = zip(*(next(iter(each)) for each in shared.values()), strict=True)
    assert len(set(splits)) == len(set(seeds)) == 4
    for trial in of_role(trials, SEARCH):
        assert trial.user_attrs["recipe"]["split_seed"] not in splits
        assert trial.user_attrs["recipe"]["seed"] not in seeds


def test_a_race_run_trains_the_screened_recipe(open_rounds, run_serially):
    trials = run_serially(open_rounds())
    for run in of_role(trials, RACE):
        group = trials[run.user_attrs["group"]]
        expected = group.user_attrs["recipe"] | {
            key: run.user_attrs["recipe"][key] for key in ("epochs", "seed", "split_seed")
        }
        assert run.user_attrs["recipe"] == expected
        assert run.params == {}


def test_with_several_seeds_a_fold_is_their_mean(open_rounds, run_serially):
    study = open_rounds(("folds = 4", "folds = 2\nseeds = 2"))
    trials = run_serially(study)
    runs = of_role(trials, RACE)
    assert len(runs) == 3 * 4 + 3, "three recipes and the baseline, whose first run is trial 0"
    by_pair = {t.user_attrs["pair"]: t.user_attrs["recipe"] for t in runs}
    assert by_pair[0]["split_seed"] == by_pair[1]["split_seed"] != by_pair[2]["split_seed"]
    assert len({recipe["seed"] for recipe in by_pair.values()}) == 4
    progress = progress_of(study.definition, trials)
    assert progress.done == 2
    assert len(progress.baseline_results) == 2


def test_the_race_waits_for_the_screen_and_a_recipe_for_the_test_that_could_drop_it(
    open_rounds, take
):
    study = open_rounds(("trials = 6", "trials = 2"), ("folds = 4", "folds = 2\np = 0.6"))
    baseline, one, two = take(study), take(study), take(study)
    assert take(study) is None
    assert ending(study) is None, "a worker waits"
    study.tell(one.trial, 0.5)
    assert take(study) is None, "a trial of the screen is still running"
    study.tell(two.trial, 0.6)
    first = [take(study), take(study)]
    assert [lease.trial.user_attrs["group"] for lease in first] == [two.trial.number, 1]
    for lease in first:
        study.tell(lease.trial, 0.7)
    ahead = take(study)
    assert ahead.trial.user_attrs["group"] == 0, "the baseline is never dropped"
    assert take(study) is None, "the baseline's run in the first fold is still running"
    assert ending(study) is None
    study.tell(baseline.trial, 0.4)
    second = [ahead, take(study), take(study)]
    assert [lease.trial.user_attrs["pair"] for lease in second] == [1, 1, 1]
    for lease in second:
        study.tell(lease.trial, 0.7)
    assert take(study) is None
    assert ending(study).reason == "the race ended after 2 folds"


def test_no_worker_waits_for_a_fold_after_which_no_test_can_drop_a_recipe(open_rounds, take):
    study = open_rounds(("trials = 6", "trials = 2"), ("folds = 4", "folds = 3\np = 0.26"))
    for lease in [take(study), take(study), take(study)]:
        study.tell(lease.trial, 0.5)
    runs = [take(study) for _ in range(6)]
    assert [(r.trial.user_attrs["group"], r.trial.user_attrs["pair"]) for r in runs] == [
        *((1, 0), (2, 0), (0, 1), (1, 1), (2, 1)),
        (0, 2),
    ]
    assert take(study) is None, "the test after the second fold could drop a recipe"


def test_a_race_run_is_not_pruned(open_cheap, run_serially):
    rounds, _ = with_rounds()
    trials = run_serially(open_cheap(rounds, ("startup = 2", "startup = 1")))
    assert TrialState.PRUNED in {trial.state for trial in of_role(trials, SEARCH)}
    assert {trial.state for trial in of_role(trials, RACE)} == {TrialState.COMPLETE}


def test_a_race_run_that_lost_its_worker_goes_on_as_it_was(open_rounds, take):
    study = open_rounds(("trials = 6", "trials = 2"))
    for lease in [take(study), take(study), take(study)]:
        study.tell(lease.trial, 0.5)
    lost = take(study)
    lost.release()
    taken = take(study, "b")
    assert (taken.trial.number, taken.recipe, taken.run) == (
        lost.trial.number,
        lost.recipe,
        lost.run,
    )


def test_a_race_run_whose_worker_died_while_it_took_it_goes_on(open_rounds, take):
    study = open_rounds(("trials = 6", "trials = 2"))
    for lease in [take(study), take(study), take(study)]:
        study.tell(lease.trial, 0.5)
    made = study.start_trial(RACE, group=1, pair=0)
    taken = take(study)
    assert taken.trial.number == made.number
    assert taken.recipe.epochs == 4


def test_a_failed_run_drops_its_recipe_and_one_of_the_baseline_is_run_again(open_rounds, take):
    study = open_rounds(("trials = 6", "trials = 2"), ("folds = 4", "folds = 2"))
    for lease in [take(study), take(study), take(study)]:
        study.tell(lease.trial, 0.5)
    ok, bad = take(study), take(study)
    study.fail(bad.trial, "diverged")
    study.tell(ok.trial, 0.7)
    runs = [take(study), take(study)]
    assert take(study) is None
    assert [(r.trial.user_attrs["group"], r.trial.user_attrs["pair"]) for r in runs] == [
        (0, 1),
        (ok.trial.user_attrs["group"], 1),
    ]
    study.fail(runs[0].trial, "no memory")
    again = take(study)
    assert again.recipe == runs[0].recipe


def test_the_study_fails_if_every_recipe_failed_in_the_race(open_rounds, take):
    study = open_rounds(("trials = 6", "trials = 2"))
    for lease in [take(study), take(study), take(study)]:
        study.tell(lease.trial, 0.5)
    for lease in [take(study), take(study)]:
        study.fail(lease.trial, "diverged")
    assert take(study) is None
    assert (ending(study).reason, ending(study).failed) == (
        "every recipe failed in the race",
        True,
    )


def test_a_screen_of_which_no_trial_ran_to_its_end_has_no_race(open_rounds, take):
    study = open_rounds(("trials = 6", "trials = 2"))
    baseline, one, two = take(study), take(study), take(study)
    study.tell(one.trial, state=TrialState.FAIL)
    study.tell(two.trial, state=TrialState.FAIL)
    study.tell(baseline.trial, 0.5)
    assert take(study) is None
    assert "so there is no race" in ending(study).reason


def test_the_screen_leaves_the_race_its_share_of_the_epochs(open_rounds, run_serially):
    study = open_rounds(("trials = 40", "epochs = 60"), ("trials = 6\n", "share = 0.4\n"))
    trials = run_serially(study)
    screened = of_role(trials, SEARCH)
    assert 5 + 2 * len(screened) in (24, 25), "the baseline ran 5 epochs, and 24 are the share"
    assert ending(study).reason == "the budget of 60 epochs is spent, in fold 2 of 4 of the race"
    assert progress_of(study.definition, trials).done == 1


def test_a_budget_that_ends_in_the_screen_says_that_there_was_no_race(open_rounds, run_serially):
    study = open_rounds(("trials = 40", "epochs = 9"), ("trials = 6\n", "share = 0.99\n"))
    run_serially(study)
    assert ending(study).reason == "the budget of 9 epochs is spent, before the race"


def test_a_larger_budget_goes_on_with_the_race_and_not_with_the_screen(open_rounds, run_serially):
    study = open_rounds(("trials = 40", "epochs = 60"), ("trials = 6\n", "share = 0.4\n"))
    screened = len(of_role(run_serially(study), SEARCH))
    study.set_user_attr("limits", {"budget": {"epochs": 1000}, "stop": {}})
    assert screen_ending(study) == "the race has begun"
    trials = run_serially(study)
    assert len(of_role(trials, SEARCH)) == screened
    assert ending(study).reason == "the race ended after 4 folds"


def test_patience_and_target_end_the_screen_and_not_the_study(open_rounds, run_serially):
    study = open_rounds(("[budget]", "[stop]\ntarget = 0.3\n[budget]"))
    trials = run_serially(study)
    assert len(of_role(trials, SEARCH)) == 1
    assert ending(study).reason == "the race ended after 4 folds"
    assert [group for group, _ in race_runs(trials)] == [1, 0, 1, 0, 1, 0, 1]


def test_an_enqueued_trial_that_no_worker_took_stays_out_of_the_race(open_rounds, run_serially):
    study = open_rounds()
    run_serially(study)
    study.enqueue_trial({"dropout": 0.0, "learning_rate": 0.003})
    assert run_serially(study)[-1].state == TrialState.WAITING


def test_three_failures_of_the_baseline_in_the_race_stop_the_study(open_rounds, take):
    study = open_rounds(("trials = 6", "trials = 2"))
    for lease in [take(study), take(study), take(study)]:
        study.tell(lease.trial, 0.5)
    for lease in [take(study), take(study)]:
        study.tell(lease.trial, 0.5)
    failing = [take(study)]
    for lease in [take(study), take(study)]:
        study.tell(lease.trial, 0.5)
    for _ in range(2):
        study.fail(failing[-1].trial, "no memory")
        failing.append(take(study))
    study.fail(failing[-1].trial, "no memory")
    assert ending(study).failed
    begin_session(study, 1, "again")
    assert take(study).recipe == failing[0].recipe
