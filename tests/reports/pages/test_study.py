"""The report of a study: right for the usual one, and proper for every odd one."""

import csv
import io
import json
import re
import warnings

import numpy as np
import pytest
from made_studies import SPACE, make_material, make_scores, make_trials
from made_studies import make_definition as definition_of

from fer.faces.types import Faces
from reports.figures.compare.progress import active
from reports.figures.study.importance import ranked
from reports.figures.study.pruning_savings import seconds_saved
from reports.figures.study.reproduce import shareable
from reports.figures.study.timeline import timeline
from reports.pages.study import study_page
from reports.rendering.figure import Page
from reports.rendering.html import json_block, render

CASES = {
    "usual": lambda: make_material(40, states=("COMPLETE", "PRUNED", "PRUNED", "FAIL")),
    "empty": lambda: make_material(0, baseline=None),
    "baseline alone": lambda: make_material(0),
    "one trial": lambda: make_material(1, states=("COMPLETE",)),
    "two trials": lambda: make_material(2, states=("COMPLETE",)),
    "running": lambda: make_material(3, states=("RUNNING",), baseline="RUNNING"),
    "all failed": lambda: make_material(4, states=("FAIL",), baseline="FAIL"),
    "all pruned": lambda: make_material(6, states=("PRUNED",)),
    "a class never predicted": lambda: make_material(12, never=1),
    "one epoch": lambda: make_material(5, epochs=1),
    "one setting": lambda: make_material(9, space={"dropout": SPACE["dropout"]}),
}
ANSWERS = {
    "empty": "Nothing to see yet",
    "all failed": "All trials failed",
    "all pruned": "All trials were pruned",
    "running": "No trial has finished yet",
}
DRAWN = {"history", "curves", "importance", "slices", "parallel", "contour", "timeline", "saved",
         "confusion", "classes", "calibration", "result"}  # fmt: skip


def conditional():
    """A study in which every other trial lacks a setting."""
    material = make_material(24, states=("COMPLETE", "COMPLETE", "PRUNED"))
    for trial in material.trials[1::2]:
        del trial.params["dropout"], trial.distributions["dropout"]
    return material


CASES["a setting that not every trial has"] = conditional


def known_to_plotly(page: Page) -> None:
    import plotly.graph_objects as go

    for figure in page.figures:
        for plot in figure.plots:
            text = str(json_block({"data": plot.traces, "layout": plot.layout}))
            text = re.sub(r'"@[a-z]+"', '"#123456"', text)
            go.Figure(json.loads(text))  # raises at an attribute or value that plotly has not


@pytest.mark.parametrize("case", CASES)
def test_every_study_gives_a_proper_page(case):
    material = CASES[case]()
    page = study_page(material)
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
            assert figure.about, f"{figure.id} does not say how to read it"
            rows = list(csv.reader(io.StringIO(figure.data.csv())))
            assert {len(row) for row in rows} == {len(figure.data.columns)}
    assert len(render(page).encode()) < 8_000_000


def test_a_usual_study_draws_every_figure():
    page = study_page(CASES["usual"]())
    drawn = {figure.id for figure in page.figures if figure.plots}
    assert drawn == DRAWN
    assert {"recipes", "gallery", "faces", "machine", "again"} <= {f.id for f in page.figures}


def test_the_same_study_gives_the_same_bytes():
    assert render(study_page(make_material(20))) == render(study_page(make_material(20)))


def test_pruned_trials_rank_below_complete_ones_and_failed_ones_not_at_all():
    material = make_material(9, states=("COMPLETE", "PRUNED", "FAIL"))
    ranks = {trial.number: trial.values[0] for trial in ranked(material)}
    best_pruned = max(ranks[trial.number] for trial in material.pruned)
    assert best_pruned < min(ranks[trial.number] for trial in material.complete)
    assert not set(ranks) & {trial.number for trial in material.failed}
    assert max(ranks, key=ranks.get) == material.best.number
    assert material.best.values[0] < 1, "the trials themselves are left as they are"


def test_pruning_saves_what_the_stopped_trials_would_have_taken():
    material = make_material(4, states=("PRUNED",))
    expected = sum(t.user_attrs["seconds"] * (10 - 3) / 3 for t in material.pruned)
    assert seconds_saved(material) == pytest.approx(expected)
    saved = next(f for f in study_page(material).figures if f.id == "saved")
    assert "28 of 40\u00a0epochs" in saved.sentence


def test_two_workers_have_two_rows():
    rows = {row[2] for row in timeline(make_material(10)).data.rows}
    assert rows == {"worker 1", "worker 2"}


def test_time_in_which_nothing_ran_does_not_count():
    trials = make_trials(definition_of(), 3, baseline=None, states=("COMPLETE",))
    until = {t.number: seconds for seconds, t in active(trials)}
    last = max(t.datetime_complete for t in trials)
    first = min(t.datetime_start for t in trials)
    assert max(until.values()) == pytest.approx((last - first).total_seconds())


def test_the_gallery_shows_the_faces_of_the_surest_mistakes():
    import dataclasses

    material = make_material(6)
    scores = material.best_run.scores
    images = np.zeros((600, 48, 48), dtype=np.uint8)
    faces = Faces(images, scores.label, ("",) * 600, material.classes, "ab" * 32)
    shown = dataclasses.replace(material, faces=faces)
    gallery = next(f for f in study_page(shown).figures if f.id == "gallery")
    assert len(gallery.pictures) == 24
    first = scores.mistakes()[0]
    assert f"face {first}," in gallery.pictures[0].text
    without = next(f for f in study_page(material).figures if f.id == "gallery")
    assert not without.pictures
    assert "Give --data SOURCE" in without.sentence


def test_the_gallery_refuses_faces_that_are_not_those_of_the_scores():
    import dataclasses

    material = make_material(6)
    labels = (material.best_run.scores.label + 1) % 3
    images = np.zeros((600, 48, 48), dtype=np.uint8)
    faces = Faces(images, labels, ("",) * 600, material.classes, "ab" * 32)
    page = study_page(dataclasses.replace(material, faces=faces))
    gallery = next(f for f in page.figures if f.id == "gallery")
    assert not gallery.pictures
    assert "other faces" in gallery.sentence


def test_a_class_that_is_never_predicted_is_named():
    page = study_page(CASES["a class never predicted"]())
    confusion = next(f for f in page.figures if f.id == "confusion")
    assert "never says happy" in confusion.sentence


def test_the_command_tells_nobody_of_folders_and_storages():
    command = "fer search run /home/me/s.toml --storage postgresql://me@host/db --data /d/f.zip"
    assert shareable(command) == "fer search run s.toml --data f.zip"
    command = "fer search run s --data=/d/f.zip --out=/home/me/o --storage=sqlite:////home/me/s.db"
    assert shareable(command) == "fer search run s --data=f.zip"
    assert "/home" not in render(study_page(make_material(3)))


def test_scores_of_the_helper_have_the_accuracy_that_was_asked_for():
    scores = make_scores(0.8)
    assert (scores.predicted == scores.label).mean() == pytest.approx(0.8)
