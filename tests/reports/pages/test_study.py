"""The report of a study, usual and unusual."""

import csv
import dataclasses
import datetime
import importlib
import inspect
import io
import json
import pkgutil
import re
import sys
import types
import warnings

import numpy as np
import pytest
from made_scores import make_scores
from made_studies import make_study, with_snapshot, with_trial
from made_trials import BEGAN, SPACE

from fer.faces.types import Faces
from reports.figures.study import timeline
from reports.pages import bench as bench_pages
from reports.pages import compare as compare_pages
from reports.pages import study as study_pages
from reports.pages.sections import SectionSpec
from reports.pages.study import study_page
from reports.rendering.figure import Figure, Page
from reports.rendering.html import json_block, render
from search.results.study_audit import saved_by_stopping
from search.storage.sessions import Session

CASES = {
    "usual": lambda: make_study(40, states=("COMPLETE", "PRUNED", "PRUNED", "FAILED")),
    "empty": lambda: make_study(0, baseline=None),
    "baseline alone": lambda: make_study(0),
    "one trial": lambda: make_study(1, states=("COMPLETE",)),
    "two trials": lambda: make_study(2, states=("COMPLETE",)),
    "running": lambda: make_study(3, states=("RUNNING",), baseline="RUNNING"),
    "all failed": lambda: make_study(4, states=("FAILED",), baseline="FAILED"),
    "all pruned": lambda: make_study(6, states=("PRUNED",)),
    "a class never predicted": lambda: make_study(12, never=1),
    "one epoch": lambda: make_study(5, epochs=1),
    "one hyperparameter": lambda: make_study(9, space={"dropout": SPACE["dropout"]}),
}
ANSWERS = {
    "empty": "No trial yet",
    "all failed": "All trials failed",
    "all pruned": "All trials were pruned",
    "running": "No trial has finished yet",
}
DRAWN = {"history", "curves", "importance", "slices", "parallel", "contour", "timeline",
         "pruning-savings", "training", "load", "confusion", "per-class", "calibration",
         "result"}  # fmt: skip


def conditional():
    """A study in which every other trial lacks a hyperparameter."""
    study = make_study(24, states=("COMPLETE", "COMPLETE", "PRUNED"))
    for trial in study.snapshot.trials[1::2]:
        params, distributions = dict(trial.params), dict(trial.distributions)
        del params["dropout"], distributions["dropout"]
        study = with_trial(study, trial.number, params=params, distributions=distributions)
    return study


CASES["a conditional hyperparameter"] = conditional


def known_to_plotly(page: Page) -> None:
    import plotly.graph_objects as go

    for figure in page.figures:
        for plot in figure.plots:
            text = str(json_block({"data": plot.traces, "layout": plot.layout}))
            text = re.sub(r'"@[a-z]+"', '"#123456"', text)
            go.Figure(json.loads(text))  # raises at an attribute or value that plotly has not


@pytest.mark.parametrize("case", CASES)
def test_every_study_gives_a_complete_page(case):
    study = CASES[case]()
    page = study_page(study)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        known_to_plotly(page)
    assert page.answer == ANSWERS.get(case, page.answer)
    assert len({figure.id for figure in page.figures}) == len(page.figures)
    for figure in page.figures:
        assert figure.sentence.endswith((".", ":")), figure.id
        assert "None" not in figure.sentence
        assert "nan" not in figure.sentence
        if figure.plots:
            assert figure.data, f"{figure.id} has no CSV"
            assert figure.caption, f"{figure.id} has no caption"
            rows = list(csv.reader(io.StringIO(figure.data.csv())))
            assert {len(row) for row in rows} == {len(figure.data.columns)}
    assert len(render(page).encode()) < 8_000_000


def test_a_usual_study_draws_every_figure():
    page = study_page(CASES["usual"]())
    drawn = {figure.id for figure in page.figures if figure.plots}
    assert drawn == DRAWN
    assert {"recipes", "gallery", "faces", "machine", "reproduce"} <= {f.id for f in page.figures}


def test_the_same_study_gives_the_same_bytes():
    assert render(study_page(make_study(20))) == render(study_page(make_study(20)))


def test_pruning_saves_the_time_that_pruned_trials_would_have_taken():
    study = make_study(4, states=("PRUNED",))
    expected = sum(t.seconds * (10 - 3) / 3 for t in study.snapshot.pruned)
    assert saved_by_stopping(study.snapshot.pruned).seconds == pytest.approx(expected)
    saved = next(f for f in study_page(study).figures if f.id == "pruning-savings")
    assert "28 of 40\u00a0epochs" in saved.sentence


def test_two_workers_have_two_rows():
    rows = {row[2] for row in timeline.build(make_study(10)).data.rows}
    assert rows == {"worker 1", "worker 2"}


def test_the_gallery_shows_the_faces_of_the_most_confident_errors():
    study = make_study(6)
    scores = study.best_run.scores
    images = np.zeros((600, 48, 48), dtype=np.uint8)
    faces = Faces(images, scores.label, ("",) * 600, study.classes, "ab" * 32)
    shown = dataclasses.replace(study, faces=faces)
    gallery = next(f for f in study_page(shown).figures if f.id == "gallery")
    assert len(gallery.pictures) == 24
    first = scores.mistakes()[0]
    assert f"face {first}," in gallery.pictures[0].text
    without = next(f for f in study_page(study).figures if f.id == "gallery")
    assert not without.pictures
    assert "Add --data SOURCE" in without.sentence


def test_the_gallery_refuses_faces_that_are_not_those_of_the_scores():
    study = make_study(6)
    labels = (study.best_run.scores.label + 1) % 3
    images = np.zeros((600, 48, 48), dtype=np.uint8)
    faces = Faces(images, labels, ("",) * 600, study.classes, "ab" * 32)
    page = study_page(dataclasses.replace(study, faces=faces))
    gallery = next(f for f in page.figures if f.id == "gallery")
    assert not gallery.pictures
    assert "not those of the predictions" in gallery.sentence


def test_a_class_that_is_never_predicted_is_named():
    page = study_page(CASES["a class never predicted"]())
    confusion = next(f for f in page.figures if f.id == "confusion")
    assert "never predicts happy" in confusion.sentence


def test_the_commands_name_the_faces_and_no_folder_of_the_maker():
    page = study_page(make_study(3))
    code = next(f for f in page.figures if f.id == "reproduce").code
    assert code == (
        "fer search run made --data faces.zip --workers 2 --storage sqlite:///s.db\n"
        "fer report study made --data faces.zip --storage sqlite:///s.db --out study.html"
    )
    assert "/home" not in render(page)


@pytest.mark.parametrize(("hours", "sentence"), [(2, "repeats its trials"), (0.5, "will differ")])
def test_two_sessions_at_a_time_are_several_workers(hours, sentence):
    first = Session("a", BEGAN, BEGAN + datetime.timedelta(hours=1), 1, "fer search run made")
    later = dataclasses.replace(first, began=BEGAN + datetime.timedelta(hours=hours))
    study = with_snapshot(make_study(3), sessions=(first, later))
    assert sentence in next(f for f in study_page(study).figures if f.id == "reproduce").sentence


def test_made_scores_have_the_accuracy_of_their_argument():
    scores = make_scores(0.8)
    assert (scores.predicted == scores.label).mean() == pytest.approx(0.8)


@pytest.mark.parametrize("kind", ["study", "compare"])
def test_a_new_figure_is_one_module_and_one_line(monkeypatch, kind):
    pages, data = {
        "study": (study_pages, (make_study(3),)),
        "compare": (compare_pages, ([make_study(3), make_study(4)], [])),
    }[kind]
    module = types.ModuleType(f"{pages.PACKAGE}.made_up")
    module.build = lambda data: Figure("made-up", "A made-up figure", f"A {type(data).__name__}.")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    sections = [*pages.SECTIONS, SectionSpec("more", "More", ("made_up",))]
    page = getattr(pages, f"{kind}_page")(*data, sections)
    assert page.figures[-1].id == "made-up"
    assert "A made-up figure" in render(page)
    assert {"study": "A StudyData.", "compare": "A Comparison."}[kind] in render(page)


@pytest.mark.parametrize("pages", [study_pages, compare_pages, bench_pages])
def test_every_figure_module_is_on_its_page_once(pages):
    package = importlib.import_module(pages.PACKAGE)
    modules = [module.name for module in pkgutil.iter_modules(package.__path__)]
    named = [name for section in pages.SECTIONS for name in section.figures]
    assert sorted(named) == sorted(modules)
    for name in named:
        module = importlib.import_module(f"{pages.PACKAGE}.{name}")
        # None: a figure of another kind of study.
        assert inspect.signature(module.build).return_annotation in (Figure, Figure | None)
        assert module.TITLE


def test_a_baseline_that_ran_alone_has_its_accuracy_on_the_page():
    page = study_page(make_study(2, states=("RUNNING",)))
    [over] = [fact for fact in page.facts if fact.name == "Over the baseline"]
    assert over.value == "–"
    assert over.note.startswith("baseline ")
    result = next(figure for figure in page.figures if figure.id == "result")
    assert result.sentence == "Only one of the two has run to its end."
