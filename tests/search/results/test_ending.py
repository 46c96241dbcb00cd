"""A study has ended when no trial runs or waits, not when its budget is spent."""

from made_snapshots import record, snapshot

from search.execution.budget import Ending
from search.results.ending import ending_in_words, has_ended
from search.results.trials import State

SPENT = Ending("the budget of 2 trials is spent")


def test_a_spent_budget_ends_a_study():
    study = snapshot(record(0, 0.7), record(1, 0.8), ending=SPENT)
    assert has_ended(study)
    assert ending_in_words(study) == "The study has ended: the budget of 2 trials is spent."


def test_a_trial_that_waits_is_said_beside_the_budget():
    study = snapshot(record(0, 0.7), record(1, 0.8, State.STOPPED), ending=SPENT)
    assert not has_ended(study)
    assert ending_in_words(study) == (
        "The study starts no further trial (the budget of 2 trials is spent), but trial 1 has not "
        "ended."
    )
    study = snapshot(*(record(i, 0.8, State.RUNNING) for i in (1, 2, 3)), ending=SPENT)
    assert ending_in_words(study).endswith("but trials 1, 2 and 3 have not ended.")


def test_before_that_it_has_not_ended():
    assert ending_in_words(snapshot(record(0, 0.7))) == "The study has not ended."
