"""The samples of each case: which are drawn, and what the box is of."""

import dataclasses

import pytest
from made_recordings import made_recording_set

from reports.data.bench_data import BenchData, labelled
from reports.figures.bench import samples
from reports.pages.bench import bench_page
from reports.rendering.html import render

ONLY = ("inference[device=cpu,precision=fp32,batch=1,",)


def machines(*sets):
    return BenchData(tuple(labelled(sets)))


def with_samples(count: int):
    side = made_recording_set(only=ONLY)
    [run] = side.runs
    first, *rest = run.measured
    many = dataclasses.replace(first, seconds=tuple(0.001 + i * 1e-6 for i in range(count)))
    return dataclasses.replace(side, runs=(dataclasses.replace(run, measured=(many, *rest)),)), many


def test_few_samples_are_all_drawn():
    side, case = with_samples(samples.MOST)
    [box] = samples.build(machines(side)).plots[0].traces
    assert box["x"] == [pytest.approx([1000 * seconds for seconds in case.seconds], rel=1e-3)]


def test_many_samples_are_thinned_by_rank_with_both_ends_and_the_box_is_of_all():
    side, case = with_samples(500)
    figure = samples.build(machines(side))
    [box] = figure.plots[0].traces
    assert len(box["x"][0]) == samples.MOST
    assert box["x"][0][0] == pytest.approx(1000 * min(case.seconds), rel=1e-3)
    assert box["x"][0][-1] == pytest.approx(1000 * max(case.seconds), rel=1e-3)
    for key, q in (("q1", 25), ("median", 50), ("q3", 75)):
        assert box[key] == [pytest.approx(1000 * case.percentile(q), rel=1e-3)]
    assert f"{samples.MOST} are drawn, evenly spaced by rank" in figure.caption
    [row] = [row for row in figure.data.rows if row[1] == case.name]
    assert row[2] == 500


def test_machines_are_rows_of_the_same_plot_and_name_their_median():
    figure = samples.build(
        machines(made_recording_set(only=ONLY), made_recording_set("server", only=ONLY, pace=0.5))
    )
    first = figure.plots[0]
    assert [label.partition(":")[0] for trace in first.traces for label in trace["y"]] == [
        "laptop",
        "server",
    ]
    assert "n = 40" in first.traces[0]["y"][0]
    assert first.layout["xaxis"]["title"]["text"].endswith(" a call")


def test_every_case_can_be_chosen_by_a_name_of_its_own():
    page = bench_page([made_recording_set()])
    figure = next(each for each in page.figures if each.id == "samples")
    names = [plot.name for plot in figure.plots]
    assert len(set(names)) == len(names) == len(labelled([made_recording_set()])[0].cases)
    text = render(page)
    assert text.count("<option ") == len(names)
    assert text.count('data-figure="samples"') == 1
