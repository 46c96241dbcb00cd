"""The figures in the dashboard: those of the report, small enough to be fetched at each poll."""

import json

import plotly.graph_objects as go
import pytest
from colours import contrast
from made_snapshots import random_trials, record, snapshot

from reports.dashboard import figures
from reports.data.study_data import StudyData
from reports.figures.study import curves as report_curves
from reports.rendering.palette import DASHBOARD, THEMES
from search.config.limits import Stop, StudyLimits
from search.results.trials import State


def data(*trials, **changes) -> StudyData:
    return StudyData(snapshot(*trials, **changes))


def traces(figure: str) -> dict:
    return {trace.get("name", trace["type"]): trace for trace in json.loads(figure)["data"]}


def test_there_are_three_and_plotly_knows_all_of_them():
    drawn = figures.figures(data(*random_trials(40)))
    assert set(drawn) == {figures.CURVES, figures.SECONDS, figures.IMPORTANCE}
    for figure in drawn.values():
        go.Figure(json.loads(figure))  # raises on a property that plotly does not have


def test_without_trials_there_are_none():
    assert figures.figures(data()) == {}


def test_the_curves_of_a_small_study_are_the_reports():
    study = data(*random_trials(20))
    (plot,) = report_curves.build(study).plots
    drawn = json.loads(figures.curves(study))["data"]
    assert [trace["y"] for trace in drawn] == [trace["y"] for trace in plot.traces]


@pytest.mark.parametrize(("count", "epochs"), [(1000, 50), (40, 10_000), (1, 2)])
def test_every_figure_stays_small(count, epochs):
    study = data(*random_trials(count, epochs))
    drawn = figures.figures(study)
    assert all(len(figure) <= figures.MAX_BYTES for figure in drawn.values())
    assert figures.CURVES in drawn


def test_curves_that_were_left_out_are_counted_and_the_best_and_the_baseline_are_not():
    trials = [record(0, [0.7] * 50), record(1, [0.99] * 50)]
    trials += [record(number, [0.5] * 50) for number in range(2, 1000)]
    figure = json.loads(figures.curves(data(*trials)))
    assert "of 1,000 trials" in figure["layout"]["title"]["text"]
    assert {"baseline", "best: trial 1"} <= {trace["name"] for trace in figure["data"]}


def test_accuracies_stand_at_the_time_that_the_study_had_run():
    trials = [record(0, 0.7), record(1, 0.8), record(2, 0.6, State.PRUNED), record(3, 0.75)]
    limits = StudyLimits(stop=Stop(target=0.9))
    figure = figures.seconds(data(*trials, limits=limits))
    drawn = traces(figure)
    # Each made trial ends a minute after the one before it.
    assert drawn["complete"]["x"] == [2, 4]
    assert drawn["pruned"]["x"] == [3]
    axis = json.loads(figure)["layout"]["xaxis"]
    assert axis["title"]["text"] == "running time, minutes"
    assert drawn["best so far"]["y"] == [80, 80, 80]
    assert drawn["baseline"]["y"] == [70, 70]
    assert drawn["target"]["y"] == [90, 90]


def test_names_in_the_importance_are_text_and_stay_apart():
    longest = "<b>a name that is longer than its place on the page, "
    names = {"dropout": f"{longest}1", "learning_rate": f"{longest}2", "augmentation": "x"}
    trials = []
    for trial in random_trials(60)[1:]:
        params = {names[name]: value for name, value in trial.params.items()}
        known = {names[name]: d for name, d in trial.distributions.items()}
        curve = list(trial.accuracies.values())
        trials.append(record(trial.number, curve, trial.state, params, known))
    (bars,) = json.loads(figures.importance(data(*trials)))["data"]
    assert len(set(bars["y"])) == 3
    assert all(name == "x" or name.startswith("&lt;b&gt;a name") for name in bars["y"])


def test_colours_stand_out_on_white_and_on_black_and_none_is_left_a_name():
    for colour in DASHBOARD.values():
        assert min(contrast(colour, "#ffffff"), contrast(colour, "#121212")) >= 3, colour
    for figure in figures.figures(data(*random_trials(40))).values():
        assert '"@' not in figure


def test_every_colour_of_the_reports_that_a_figure_uses_has_one_here():
    assert set(DASHBOARD) <= set(THEMES["light"])
