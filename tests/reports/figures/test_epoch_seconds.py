"""The figure of the seconds of an epoch, of full and of quick recordings."""

import pytest
from made_recordings import made_recording_set

from benchmarks.cases import families
from reports.data.bench_data import BenchData, labelled
from reports.figures.bench import epoch_seconds, training
from reports.pages.bench import bench_page
from reports.rendering.figure import Figure

QUICK = tuple(case.name for case in families.quick())


def build(*sets) -> Figure:
    return epoch_seconds.build(BenchData(tuple(labelled(sets))))


def names(figure: Figure, plot: int) -> list[str]:
    return [note["text"] for note in figure.plots[plot].layout["annotations"]]


def test_each_row_states_its_seconds_at_batch_128_and_at_its_fastest():
    figure = build(made_recording_set(only=("training",)))
    seconds = {row[2]: row[4] for row in figure.data.rows}
    [row] = [name for name in names(figure, 0) if name.startswith("laptop, bf16")]
    case = (
        "training[device=cpu,precision=bf16,batch={},layout=channels_last,mode=eager,processes=one]"
    )
    assert f"{seconds[case.format(128)]:.3g}\u00a0s".replace("\u00a0", " ") in row
    best = min((value, name) for name, value in seconds.items() if "bf16" in name)
    assert f"{best[0]:.3g} s at " in row


def test_the_fastest_machine_is_the_first_row():
    figure = build(
        made_recording_set(only=("training",)),
        made_recording_set("server", pace=0.5, only=("training",)),
    )
    assert names(figure, 0)[0].startswith("server")
    assert "laptop: " in figure.sentence
    assert "server: " in figure.sentence


def test_several_processes_at_once_are_no_epoch():
    sides = [made_recording_set(only=("training",))]
    figure = build(*sides)
    assert "one process a core" not in figure.sentence
    assert not any("one_a_core" in row[2] for row in figure.data.rows)


def test_a_gpu_has_a_plot_of_its_own():
    figure = build(made_recording_set("server", cuda=True, only=("training",)))
    assert [plot.name for plot in figure.plots] == [
        "cpu, by machine",
        "cuda, by machine",
        "cpu",
        "cuda",
    ]
    assert any("CUDA graph" in name for name in names(figure, 1))


def test_a_noisy_time_is_said_to_be_noisy_and_drawn_open():
    part = "training[device=cpu,precision=bf16,batch=128,"
    figure = build(made_recording_set(only=("training",), noisy=(part,)))
    assert "(noisy, 95\u00a0% interval" in figure.sentence
    symbols = [symbol for trace in figure.plots[0].traces for symbol in trace["marker"]["symbol"]]
    assert sum(symbol.endswith("-open") for symbol in symbols) == 1


def test_a_quick_recording_is_drawn_as_points():
    side = made_recording_set(only=QUICK)
    figures = {figure.id: figure for figure in bench_page([side]).figures}
    for identity in ("epoch-seconds", "training", "phases"):
        assert figures[identity].plots, identity
    curves = figures["training"].plots[0]
    assert {trace["mode"] for trace in curves.traces} == {"markers"}
    assert curves.layout["xaxis"]["ticktext"] == ["128"]
    low, high = curves.layout["xaxis"]["range"]
    assert 10**low < 128 < 10**high
    assert [len(trace["x"]) for trace in curves.traces] == [1, 1]


def test_lines_stay_lines_where_several_batch_sizes_were_timed():
    figure = training.build(BenchData(tuple(labelled([made_recording_set(only=("training",))]))))
    modes = {trace["name"]: trace["mode"] for trace in figure.plots[0].traces}
    assert modes["fp32, eager"] == "lines+markers"
    assert modes["fp32, compiled"] == "markers"


@pytest.mark.parametrize("only", [("inference",), ("training[device=cpu,precision=fp32,batch=128,"
                                                   "layout=channels_last,mode=eager,"
                                                   "processes=one_a_core]",)])  # fmt: skip
def test_without_a_single_run_the_figure_says_so(only):
    figure = build(made_recording_set(only=only))
    assert figure.plots == ()
    assert figure.sentence == "No single training run was timed."
