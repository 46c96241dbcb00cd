"""How long a confirmation takes is estimated from the study's own trials."""

import pytest
from made_confirmations import candidate, confirmation
from made_snapshots import record, snapshot

from search.confirmation.confirm import budget_in_words
from search.confirmation.estimate import runs_left, seconds_of
from search.confirmation.record import BASELINE
from search.results.trials import State


def test_each_recipe_trains_at_the_pace_of_its_own_trial() -> None:
    slow = record(5, [0.7] * 10, seconds=100.0)
    fast = record(0, [0.7] * 10, seconds=20.0)
    study = snapshot(fast, slow)  # with two workers
    begun = confirmation({"trial-5": (0.8,), BASELINE: (0.7,)}, 1, choice=None, finals=())
    begun = begun.model_copy(update={"folds": ()})
    left = runs_left(begun, study)
    assert [run.kind for run in left] == ["fold", "fold", "seed"]
    of_folds = 20 * 10.0 + 20 * 2.0
    assert seconds_of(left, begun, study) == pytest.approx((of_folds + 20 * 10.0 / 0.9) / 2)
    assert budget_in_words(begun, study, 2) == (
        "left: 3 runs, 60 epochs, with 2 workers: about 3.9\u00a0minutes at the pace of the "
        "study's own trials"
    )


def test_there_is_no_estimate_without_a_pace() -> None:
    study = snapshot(record(5, 0.8, State.COMPLETE, seconds=None))
    begun = confirmation(choice=None, finals=(), candidates=(candidate("trial-5"),))
    assert seconds_of(runs_left(begun, study), begun, study) is None
    assert "do not tell" in budget_in_words(begun, study, 1)
