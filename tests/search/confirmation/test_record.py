"""The record of a confirmation: what a study keeps is what is read again."""

import pytest
from made_confirmations import FOLDS, confirmation, final_run

from fer.errors import BadInput
from search.confirmation.record import KEY, confirmation_in
from search.confirmation.store import store, update
from search.results.snapshot import read_snapshot
from search.storage.study import open_study


@pytest.mark.parametrize("storage", ["studies.db", "studies.journal"])
def test_a_snapshot_gives_the_confirmation_that_was_stored(open_cheap, storage):
    study = open_cheap(storage=storage)
    assert read_snapshot(study).confirmation is None
    store(study, confirmation())
    assert read_snapshot(study).confirmation == confirmation()


def test_a_confirmation_that_another_program_stored_is_refused_in_one_line():
    with pytest.raises(BadInput, match=r"^study made: confirmation: request\.top = 'x': "):
        confirmation_in(
            {KEY: confirmation().model_dump(mode="json") | {"request": {"top": "x"}}}, "made"
        )


def test_keys_of_a_later_version_are_left_out():
    stored = confirmation().model_dump(mode="json") | {"later": 1}
    assert confirmation_in({KEY: stored}, "made") == confirmation()


def test_it_is_complete_when_the_winner_has_all_requested_seeds():
    done = confirmation(seeds=2)
    assert done.complete
    assert done.winner is not None
    assert done.winner.name == "trial-5"
    assert not confirmation(seeds=2, finals=(final_run("trial-5", 1),)).complete
    others = (final_run("trial-3", 1), final_run("trial-3", 2))
    assert not confirmation(seeds=2, finals=others).complete, "they are of an earlier winner"
    assert not confirmation(choice=None).complete


def test_runs_beyond_the_request_do_not_count():
    wide = confirmation(seeds=3)
    narrow = wide.request.model_copy(update={"folds": 2, "seeds": 1})
    again = wide.model_copy(update={"request": narrow})
    assert [run.accuracy for run in again.fold_runs("trial-3")] == list(FOLDS["trial-3"][:2])
    assert [run.number for run in again.winner_runs] == [1]


def test_changes_of_two_processes_are_both_kept(open_cheap, opened):
    study = open_cheap(storage="studies.db")
    store(study, confirmation(finals=()))
    other = open_study(opened(str(study.opened.local)), "cheap")
    for number, handle in enumerate((study, other, study), 1):
        run = final_run("trial-5", number)
        update(handle, lambda c, r=run: c.model_copy(update={"finals": (*c.finals, r)}))
    stands = read_snapshot(other).confirmation
    assert stands is not None
    assert [run.number for run in stands.finals] == [1, 2, 3]
