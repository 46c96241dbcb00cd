"""Speed over commits: order, intervals, machines apart, and what changed at last."""

import dataclasses

import pytest
from made_recordings import made_recording

from benchmarks.recordings.history import histories
from benchmarks.recordings.recording_set import RecordingSet
from reports.data.bench_data import BenchData, labelled
from reports.figures.bench import commits
from reports.rendering.figure import Figure

ONLY = ("training[device=cpu,precision=fp32,batch=128", "inference[device=cpu,precision=fp32")


def at(commit: str, day: int, name: str = "laptop", pace: float = 1.0, **options) -> RecordingSet:
    made = made_recording(name, pace=pace, seed=day, only=ONLY, **options)
    machine = {**made.machine, "commit": {"id": commit * 40, "dirty": False}}
    taken = f"2026-05-{day:02}T08:00:00+00:00"
    run = dataclasses.replace(made, machine=machine, taken=taken)
    return RecordingSet(f"{name}-{commit}.json", (run,))


def build(*sets: RecordingSet) -> Figure:
    found = tuple(each for each in histories(sets) if len(each.sets) > 1)
    return commits.build(BenchData(tuple(labelled(sets[:1])), found))


@pytest.fixture(scope="module")
def figure() -> Figure:
    return build(at("a", 1), at("b", 2), at("c", 3, pace=2.0))


def test_each_case_has_a_plot_to_choose_with_the_commits_in_order(figure):
    assert figure.choose == "Case"
    names = [plot.name for plot in figure.plots]
    assert "training: cpu, fp32, batch 128, eager" in names
    assert len(names) == len(set(names))
    for plot in figure.plots:
        assert plot.layout["xaxis"]["categoryarray"] == ["a" * 7, "b" * 7, "c" * 7]


def test_a_point_is_the_median_with_its_interval(figure):
    side = at("c", 3, pace=2.0)
    for machine, commit, name, seconds, low, high, n, _ in figure.data.rows:
        assert machine == "laptop"
        assert low <= seconds <= high
        assert n == 40
        if commit == "c" * 7:
            assert seconds == pytest.approx(side.cases()[name].median)
    [line] = figure.plots[0].traces
    assert len(line["error_y"]["array"]) == 3


def test_the_sentence_says_what_the_newest_commit_changed(figure):
    count = len(figure.plots)
    assert figure.sentence.startswith(f"laptop, 3\u00a0commits: {'c' * 7} against {'b' * 7}")
    assert f"0 faster, {count} slower" in figure.sentence
    [table] = figure.tables
    assert {row[5] for row in table.table.rows} == {"slower"}


def test_machines_are_lines_of_their_own(figure):
    both = build(at("a", 1), at("b", 2), at("a", 1, "server", 0.5), at("c", 3, "server", 0.5))
    assert [trace["name"] for trace in both.plots[0].traces] == ["laptop", "server"]
    assert [trace["x"] for trace in both.plots[0].traces] == [
        ["a" * 7, "b" * 7],
        ["a" * 7, "c" * 7],
    ]
    assert "laptop, 2\u00a0commits" in both.sentence
    assert "server, 2\u00a0commits" in both.sentence


def test_a_case_of_one_commit_has_no_line():
    drawn = build(at("a", 1), dataclasses.replace(at("b", 2), runs=at("b", 2).runs))
    short = at("b", 2)
    less = dataclasses.replace(short.runs[0], measured=short.runs[0].measured[:1])
    fewer = build(at("a", 1), dataclasses.replace(short, runs=(less,)))
    assert len(fewer.plots) == 1 < len(drawn.plots)


def test_commits_that_cannot_be_compared_are_said_not_to_be():
    drawn = build(at("a", 1), at("b", 2, torch="2.11.0+cpu"))
    assert "cannot be compared" in drawn.sentence
    assert drawn.tables == ()
    assert drawn.plots


def test_without_a_history_the_figure_names_the_way_to_one():
    drawn = build(at("a", 1))
    assert drawn.plots == ()
    assert "name a folder with recordings of several commits" in drawn.sentence
