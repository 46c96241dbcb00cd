"""Beginning a confirmation, and going on with one that has runs already."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from made_confirmations import MACHINE, confirmation

from fer.errors import BadInput
from fer.faces import Faces
from search.confirmation import begin, plan
from search.confirmation.begin import check_folds
from search.confirmation.openings import Opening
from search.confirmation.options import Options
from search.confirmation.record import Confirmation, FoldRun, Request
from search.confirmation.store import read, store, update
from search.results.snapshot import read_snapshot

REQUEST = Request(top=1, folds=1, seeds=1, target=0.8)


@pytest.fixture
def study(open_cheap, run_serially, monkeypatch):
    """The cheap study with 4 trials; counting costs and naming the machine take no torch."""
    monkeypatch.setattr(plan, "cost_of", lambda _recipe: (100, 1000))
    monkeypatch.setattr(begin, "machine_of", lambda _options: MACHINE)
    study = open_cheap(("trials = 8", "trials = 4"))
    run_serially(study)
    return study


def options(folder: Path, request: Request = REQUEST, *, again: bool = False) -> Options:
    return Options(
        "cheap", "tiny", "s.db", request, 1, folder, None, again, "fer search confirm cheap"
    )


def start(study, folder: Path, request: Request = REQUEST, *, again: bool = False) -> Confirmation:
    return begin.begin(study, read_snapshot(study), options(folder, request, again=again))


def finish(study, run: str) -> None:
    """Record the pending runs, and open the test labels for the winner's."""
    made = confirmation({"trial-5": (0.8,)}, seeds=1)

    def fold(planned) -> FoldRun:
        values = {"candidate": planned.candidate, "run": planned.run, "n": 2}
        return made.folds[0].model_copy(update=values)

    stands = read(study)
    folds = tuple(map(fold, plan.pending(stands, study.definition)))
    stands = begin.with_choice(stands.model_copy(update={"folds": folds}))
    final = made.finals[0].model_copy(update={"candidate": stands.choice.winner, "run": run})
    opening = Opening(
        when=final.finished,
        command="fer search confirm cheap",
        source_hash="ab" * 32,
        version="0.1.0",
        winner=stands.choice.winner,
        runs=(1,),
    )
    values = {"folds": folds, "finals": (final,), "choice": stands.choice, "openings": (opening,)}
    update(study, lambda stands: stands.model_copy(update=values))
    (stands.folder / run).mkdir(parents=True)


def test_what_another_study_of_this_name_left_is_renamed(study, tmp_path):
    left = tmp_path / "cheap" / "confirm"
    left.mkdir(parents=True)
    (left / "notes.txt").write_text("of another storage")
    start(study, tmp_path)
    assert not left.exists()
    assert (tmp_path / "cheap" / "confirm.old-1" / "notes.txt").exists()


def test_the_same_request_keeps_all_that_has_finished(study, tmp_path):
    begun = start(study, tmp_path)
    assert begun.machine == MACHINE
    finish(study, "confirm/seed-1")
    again = start(study, tmp_path)
    assert again.complete
    assert plan.pending(again, study.definition) == ()
    assert len(again.openings) == 1


def test_a_final_run_whose_folder_is_gone_is_trained_again(study, tmp_path):
    start(study, tmp_path)
    finish(study, "confirm/seed-1")
    (tmp_path / "cheap" / "confirm" / "seed-1").rmdir()
    again = start(study, tmp_path, again=True)
    assert [run.kind for run in plan.pending(again, study.definition)] == ["seed"]


def test_after_the_test_labels_were_opened_further_runs_need_again(study, tmp_path):
    start(study, tmp_path)
    finish(study, "confirm/seed-1")
    wider = REQUEST.model_copy(update={"folds": 2})
    before = read(study)
    with pytest.raises(BadInput, match=r"opened once, and this asks for other runs.*add --again"):
        start(study, tmp_path, wider)
    assert read(study) == before, "nothing was stored"
    assert start(study, tmp_path, wider, again=True).request == wider


def test_a_moved_study_goes_on_where_out_says(study, tmp_path):
    store(study, confirmation(folder=tmp_path / "before"))
    assert options(None).folder("cheap", read(study)) == (Path("runs") / "cheap").absolute()
    (tmp_path / "before").mkdir()
    assert options(None).folder("cheap", read(study)) == tmp_path / "before"
    assert options(tmp_path / "new").folder("cheap", read(study)) == tmp_path / "new" / "cheap"


def test_folds_without_a_class_are_refused_and_a_split_of_the_source_is_told(study):
    images = np.arange(30, dtype=np.uint8).repeat(48 * 48).reshape(30, 48, 48)
    labels = np.repeat([0, 1, 2], 10).astype(np.int64)
    faces = Faces(images, labels, tuple(map(str, range(30))), ("a", "b", "c"), "0" * 64)
    assert check_folds(study.definition, 3, faces, "faces.zip") == ""
    few = dataclasses.replace(faces, labels=np.repeat([0, 1, 2], (14, 15, 1)).astype(np.int64))
    with pytest.raises(BadInput, match=r"^--data faces\.zip: fold 1: no held-out face of 'c'"):
        check_folds(study.definition, 3, few, "faces.zip")
    own = dataclasses.replace(faces, held_out=np.array([0, 10, 20]))
    assert check_folds(study.definition, 3, own, "faces.zip").endswith("differ by the seed alone")
