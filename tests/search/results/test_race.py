"""The rounds of a study in its results."""

import dataclasses

import pytest
from made_snapshots import definition, evidence, record, snapshot
from rich.console import Console

from fer.errors import BadInput
from search.config.limits import StudyLimits
from search.confirmation.answer import answer
from search.confirmation.plan import choose_candidates
from search.execution.budget import Ending
from search.results.findings import find_all, read_material
from search.results.pace import seconds_left
from search.results.race import Round
from search.results.race_words import rounds_in_words
from search.results.summary import recipe_of, summarise
from search.results.terminal import line, screen
from search.results.trials import State
from search.results.verdict import judge
from search.storage.attributes import RACE

ROUNDS = {
    "screen": {"epochs": 4, "trials": 4},
    "race": {"keep": 0.5, "folds": 3, "p": 0.13},
}
ENDED = Ending("the race ended after 3 folds")
SCREENED = (
    record(0, [0.5] * 9 + [0.70]),
    record(1, [0.4, 0.5, 0.6, 0.70]),
    record(2, [0.4, 0.5, 0.6, 0.74]),
    record(3, [0.4, 0.5, 0.6, 0.73]),
    record(4, [0.4, 0.5], State.PRUNED),
)


def race_run(number, group, pair, accuracy, state=State.COMPLETE, **changes):
    curve = [accuracy - 0.1] * 9 + [accuracy] if state == State.COMPLETE else [0.3]
    changes = {"parameters": 1000, "operations": 100} | changes
    return record(number, curve, state, params={}, role=RACE, group=group, pair=pair, **changes)


def raced(*folds, first=5):
    """Race runs: of each fold the accuracy of the baseline (not of the first), trials 2 and 3."""
    runs, number = [], first
    for pair, accuracies in enumerate(folds):
        groups = (2, 3) if pair == 0 else (0, 2, 3)
        for group, accuracy in zip(groups, accuracies, strict=True):
            if accuracy is not None:
                runs.append(race_run(number, group, pair, accuracy))
                number += 1
    return runs


def study(*runs, ending=None, screened=SCREENED):
    return snapshot(
        *screened, *runs, definition=definition(rounds=ROUNDS), ending=ending, limits=StudyLimits()
    )


WHOLE = raced((0.80, 0.82), (0.71, 0.81, 0.83), (0.69, 0.82, 0.85))


def shown(made):
    console = Console(width=120, record=True)
    console.print(screen(made))
    return console.export_text()


def test_before_the_race_there_is_no_best_and_no_verdict():
    made = study()
    assert (made.round, made.race, made.best, made.ranked) == (Round.SCREEN, None, None, ())
    verdict = judge(made, evidence(600))
    assert verdict.answer == "No verdict yet: the race has not begun"
    assert verdict.sentence == (
        "No verdict yet: the race has not begun; screen: 4 of 4 trials of 4\u00a0epochs ended."
    )
    assert verdict.good is None


def test_within_the_race_there_is_no_best_and_the_leader_is_named_as_such():
    made = study(*raced((0.80, 0.82), (0.71, 0.81, None)))
    assert (made.round, made.best) == (Round.RACE, None)
    assert made.race.standings.leader.number == 3
    assert made.race.winner is None
    assert rounds_in_words(made).replace("\u00a0", " ") == (
        "race: fold 2 of 3, 2 of 2 recipes left, trial 3 leads with a mean of 82.00 % over 1 fold"
    )
    verdict = judge(made, evidence(600))
    assert verdict.answer == "No verdict yet: the race has not finished"
    assert "the race has not finished; race: fold 2 of 3" in verdict.sentence
    assert "fold 2 of 3" in line(made)


def test_the_best_is_the_winner_with_its_mean_over_folds_and_all_epochs():
    made = study(*WHOLE, ending=ENDED)
    assert made.round == Round.ENDED
    best, baseline = made.best, made.baseline
    assert best.number == 3
    assert best.accuracy == pytest.approx((0.82 + 0.83 + 0.85) / 3)
    assert dict(best.runs) == {0: 0.82, 1: 0.83, 2: 0.85}
    assert best.last_epoch == baseline.last_epoch == 10
    assert recipe_of(best).epochs == 10
    assert best.params == SCREENED[3].params
    assert baseline.accuracy == pytest.approx((0.70 + 0.71 + 0.69) / 3)
    assert made.best_run.number == 6


def test_the_verdict_is_paired_over_folds_and_names_what_weakens_it():
    verdict = judge(study(*WHOLE, ending=ENDED), evidence(600))
    assert verdict.answer == "Yes, it beats the baseline"
    assert verdict.good
    words = " ".join(verdict.sentences).replace("\u00a0", " ")
    assert "Trial 3, the winner of the race of 2 recipes over 3 folds, has a validation" in words
    assert "83.33 % (mean of 3 folds, SD 1.53 points" in words
    assert "13.33 points above the 70.00 % of the baseline" in words
    assert "t interval over 3 folds" in words
    assert "p = 0.12" in words
    assert "fer search confirm" in verdict.sentences[-1]


def test_recipes_that_the_race_did_not_tell_apart_are_called_equal():
    runs = raced((0.80, 0.82), (0.71, 0.84, 0.83), (0.69, 0.82, 0.84))
    made = study(*runs, ending=ENDED)
    assert made.best.number == 3
    assert [row.number for row in made.race.standings.equals] == [3, 2]
    about = " ".join(judge(made, evidence(600)).sentences)
    assert "In the race, trial 2 is equal to trial 3" in about
    assert "fewer parameters" in about


def test_of_equal_recipes_the_smaller_one_wins():
    runs = raced((0.80, 0.82), (0.71, 0.84, 0.83), (0.69, 0.82, 0.84))
    runs = [dataclasses.replace(r, parameters=900 if r.group == 2 else 1000) for r in runs]
    made = study(*runs, ending=ENDED)
    assert made.race.standings.leader.number == 3
    assert [trial.number for trial in made.ranked] == [2, 3]
    assert made.best.accuracy == pytest.approx((0.80 + 0.84 + 0.82) / 3)


def test_a_budget_that_ends_within_the_race_leaves_the_folds_that_all_have_finished():
    runs = raced((0.80, 0.82), (0.71, 0.81, 0.83), (None, 0.82, None))
    made = study(*runs, ending=Ending("the budget of 99 epochs is spent, in fold 3 of 3"))
    assert made.best.number == 3
    assert dict(made.best.runs) == {0: 0.82, 1: 0.83}
    assert made.baseline.accuracy == pytest.approx(0.705)
    assert "over only 2 of 3" in judge(made, evidence(600)).sentence.replace("\u00a0", " ")


def test_a_race_with_runs_to_resume_has_no_winner_yet():
    stopped = race_run(13, 2, 2, 0.8, State.STOPPED)
    runs = raced((0.80, 0.82), (0.71, 0.81, 0.83))
    made = study(*runs, stopped, ending=Ending("the budget of 99 epochs is spent"))
    assert (made.round, made.best) == (Round.RACE, None)


def test_a_study_that_ended_before_its_race_says_why_there_is_no_verdict():
    made = study(ending=Ending("the budget of 9 epochs is spent, before the race"))
    verdict = judge(made, evidence(600))
    assert verdict.sentence == "No verdict: the budget of 9 epochs is spent, before the race."


def test_without_a_winner_there_is_no_recipe_and_nothing_to_confirm():
    assert answer(study()).line == "Not confirmed: the race has not begun yet"
    within = study(*raced((0.80, 0.82)))
    assert answer(within).line == "Not confirmed: the race has not finished yet"
    with pytest.raises(BadInput, match="study made: the race has not finished: expected a best"):
        choose_candidates(within, 3)


def test_the_candidates_of_a_confirmation_are_those_of_the_race_with_all_epochs():
    made = study(*WHOLE, ending=ENDED)
    best, second, baseline = choose_candidates(made, 2)
    assert (best.trial, second.trial, baseline.trial) == (3, 2, 0)
    assert best.recipe["epochs"] == second.recipe["epochs"] == 10
    assert best.search_accuracy == made.best.accuracy


def test_unequal_epochs_are_no_verdict_after_a_race_either():
    cut = dataclasses.replace(SCREENED[0], accuracies={1: 0.5, 2: 0.7})
    made = study(*WHOLE, ending=ENDED, screened=(cut, *SCREENED[1:]))
    assert not judge(made, evidence(600)).equal


def test_the_summary_has_the_rounds_and_the_mean_of_the_winner():
    summary = summarise(study(*WHOLE, ending=ENDED))
    assert summary["best"]["trial"] == 3
    assert summary["best"]["runs"] == 3
    rounds = summary["rounds"]
    assert rounds["round"] == "ended"
    assert rounds["screen"]["complete"] == 3
    race = rounds["race"]
    assert (race["winner"], race["finished_folds"], race["entrants"]) == (3, 3, [2, 3])
    assert [row["trial"] for row in race["standings"]] == [3, 2]
    assert race["standings"][1]["behind_leader"]["n"] == 3
    assert race["baseline"]["n"] == 3
    assert race["gain"]["mean"] == pytest.approx(0.4 / 3)
    assert race["runs"] == {"complete": 9}


def test_a_summary_within_the_race_and_before_it_has_no_winner():
    assert summarise(study())["rounds"]["race"]["standings"] == []
    race = summarise(study(*raced((0.80, 0.82))))["rounds"]["race"]
    assert (race["winner"], race["gain"], race["leader"]) == (None, None, 3)
    assert race["standings"][1]["behind_leader"]["low"] is None


def test_a_study_without_rounds_has_none_in_its_summary():
    assert "rounds" not in summarise(snapshot(record(0, 0.7), record(1, 0.8)))


def test_the_screen_shows_the_rounds_and_the_standings():
    text = shown(study(*WHOLE, ending=ENDED))
    assert "Race: 3 of 3 folds finished" in text
    rows = [row.split() for row in text.splitlines() if row.startswith(("trial ", "the baseline"))]
    assert ["trial", "3", "3", "83.33", "%", "1.53", "winner,", "leader"] in rows
    assert any(row[:2] == ["the", "baseline"] and "70.00" in row for row in rows)
    assert "3/3 runs" in text
    assert "Screen: 4 of 4 trials" in shown(study())


def test_the_time_left_counts_the_runs_of_the_race():
    # The pace is a second an epoch, of two workers. The baseline's first run is done; 2 recipes and
    # the baseline have 8 runs of 10 epochs left.
    assert seconds_left(study()) == pytest.approx(8 * 10 / 2)
    assert seconds_left(study(*raced((0.80, 0.82)))) == pytest.approx(6 * 10 / 2)
    assert seconds_left(study(*WHOLE, ending=ENDED)) == 0


@pytest.mark.parametrize(
    ("made", "ids"),
    [
        (study(), {"few-trials"}),
        (study(*raced((0.80, 0.82), (0.71, 0.81, None))), {"few-trials"}),
        (study(*WHOLE, ending=ENDED), {"few-trials"}),
    ],
)
def test_findings_rank_no_screened_trials_and_never_take_a_race_for_one_run(made, ids):
    assert {finding.id for finding in find_all(read_material(made))} == ids


def test_a_race_whose_gain_holds_0_is_within_the_noise():
    level = raced((0.70, 0.72), (0.71, 0.70, 0.73), (0.72, 0.71, 0.70))
    found = {f.id: f for f in find_all(read_material(study(*level, ending=ENDED)))}
    assert "holds 0" in found["seed-noise"].evidence
    assert "means over 3\u00a0pairs of runs" in found["seed-noise"].evidence
