"""The page of benchmarks."""

import csv
import io
import re
import sys
import types
from dataclasses import replace

import pytest
from made_recordings import made_recording, made_recording_set
from made_speed_runs import made_entry, made_runs

from benchmarks.analysis.statistics import compare_interleaved
from benchmarks.recordings.history import History
from benchmarks.recordings.recording import Measured, Recording
from benchmarks.recordings.recording_set import RecordingSet
from reports.data.bench_data import BenchData, labelled, quickest, speed
from reports.figures.bench.dataloader import loader_comparisons
from reports.pages.bench import PACKAGE, SECTIONS, bench_page
from reports.pages.sections import SectionSpec
from reports.rendering.figure import Figure, Page
from reports.rendering.html import render


def figure(page: Page, identity: str) -> Figure:
    return next(figure for figure in page.figures if figure.id == identity)


def two_machines() -> Page:
    """Of the first machine there is an older commit too."""
    side = with_a_speed_run(made_recording_set())
    machine = {**side.machine, "commit": {"id": "0" * 40}}
    older = RecordingSet("older.json", (replace(side.runs[0], machine=machine),))
    server = made_recording_set("server", cuda=True, pace=0.5, seed=1)
    return bench_page([side, server], histories=[History((older, side))])


def with_a_speed_run(recordings: RecordingSet) -> RecordingSet:
    slow = made_entry("slow", made_runs([80, 81, 80], [0.79, 0.80, 0.81]), goal=0.8)
    fast = made_entry("fast", made_runs([20, 20, 21], [0.80, 0.80, 0.81]), goal=0.8)
    (run,) = recordings.runs
    return replace(recordings, runs=(replace(run, measured=(*run.measured, slow, fast)),))


@pytest.fixture(scope="module")
def page() -> Page:
    return two_machines()


def test_every_figure_is_drawn_and_the_page_is_the_same_again(page):
    drawn = {figure.id for figure in page.figures if figure.plots}
    assert drawn == {"epoch-seconds", "training", "phases", "dataloader", "speedrun", "throughput",
                     "latency", "networks", "roofline", "scaling", "overhead", "ratios", "commits",
                     "samples"}  # fmt: skip
    text = render(page)
    assert text == render(two_machines())
    assert len(text.encode()) < 8_000_000


def test_every_figure_says_something_of_its_data_and_has_it_as_csv(page):
    assert page.figures
    for each in page.figures:
        assert each.sentence.endswith("."), each.id
        assert each.data is not None, each.id
        rows = list(csv.reader(io.StringIO(each.data.csv())))
        assert len(rows) > 1, each.id
        assert {len(row) for row in rows} == {len(each.data.columns)}, each.id


def test_the_fastest_training_leads_the_page(page):
    server = labelled([made_recording_set("server", cuda=True, pace=0.5, seed=1)])[0]
    single = [case for case in server.of("training") if not case.several]
    best = max(single, key=lambda case: case.items_per_second)
    assert page.answer.endswith("an epoch in one run on server")
    seconds = {row[1]: row[3] for row in figure(page, "training").data.rows if row[0] == "server"}
    assert seconds[best.name] == pytest.approx(14_557 / best.items * best.median)


def test_several_runs_at_once_are_a_throughput_and_not_an_epoch(page):
    server = labelled([made_recording_set("server", cuda=True, pace=0.5, seed=1)])[0]
    together = max(
        (case for case in server.of("training") if case.several), key=lambda c: c.items_per_second
    )
    assert together.epoch_seconds is None
    verdict = " ".join(page.verdict)
    assert f"Several runs at once train {speed(together)} together" in verdict
    assert "each of them more slowly" in verdict
    assert not any("one process a core" in fact.note for fact in page.facts)


@pytest.mark.parametrize("identity", ["training", "throughput"])
def test_the_case_that_a_sentence_calls_fastest_stands_in_the_plot(page, identity):
    drawn = {
        f"{y:,.0f}" for plot in figure(page, identity).plots for t in plot.traces for y in t["y"]
    }
    named = re.findall(r"([\d,]+) images/s", figure(page, identity).sentence)
    assert len(named) == 2, "one for each machine"
    for rate in named:
        value = float(rate.replace(",", ""))
        assert any(abs(float(y.replace(",", "")) / value - 1) < 0.01 for y in drawn), rate


def test_a_tile_quotes_median_and_p99_and_never_a_noisy_winner_unmarked():
    for noisy in ((), ("batch=1,",)):
        page = bench_page([made_recording_set(noisy=noisy, only=("inference",))])
        [fact] = [fact for fact in page.facts if fact.name == "One face"]
        assert fact.note.startswith("median; p99 ")
        assert fact.note.endswith(", noisy") == bool(noisy)


def test_a_noisy_case_that_is_hardly_faster_is_not_called_the_fastest():
    fast, calm, slow = (
        Measured("inference", name, {}, 100, "images", seconds)
        for name, seconds in (
            ("fast", (0.8, 0.95, 1.2)), ("calm", (1.0, 1.0, 1.0)), ("slow", (2.0, 2.0, 2.0)),
        )
    )  # fmt: skip
    assert fast.noisy
    assert quickest([fast, calm, slow]) is calm
    assert quickest([fast, slow]) is fast, "another setting would be another story"
    assert quickest([]) is None


def test_an_unreliable_recording_is_called_so_before_any_figure():
    page = bench_page([made_recording_set(noisy=("training", "inference", "study"))])
    assert page.answer.startswith("Less reliable: ")
    assert re.match(r"laptop: less reliable, as \d+ of \d+ cases are noisy\.", page.verdict[0])
    sides = [made_recording_set(), made_recording_set("server", noisy=("training", "inference"))]
    assert figure(bench_page(sides), "ratios").sentence.startswith("server: less reliable, as ")


def test_each_dataloader_is_compared_round_by_round():
    side = made_recording_set()
    loaders = loader_comparisons(labelled([side]))
    assert [(r.loader, r.interleaved) for r in loaders] == [
        ("DataLoader, 0\u00a0workers", True),
        ("DataLoader, 2\u00a0workers", True),
        ("DataLoader, 4\u00a0workers", True),
        ("DataLoader, 2\u00a0workers, channels first", True),
    ]
    by_name = side.cases()
    expected = compare_interleaved(
        loaders[0].resident.seconds, by_name[loaders[0].case.name].seconds
    )
    assert loaders[0].difference == expected
    assert loaders[0].difference.word == "slower"


def test_a_noisy_case_is_marked_in_words_table_and_picture():
    noisy = bench_page(
        [made_recording_set(noisy=("inference[device=cpu,precision=fp32,batch=1,",))]
    )
    calm = bench_page([made_recording_set()])
    for identity in ("latency", "throughput"):
        assert "noisy" in figure(noisy, identity).sentence
        assert "noisy" not in figure(calm, identity).sentence
    assert "noisy" in str(figure(noisy, "latency").plots[0].traces)
    assert "noisy" in str([shown.table.rows for shown in figure(noisy, "throughput").tables])
    assert "noisy" not in str(figure(calm, "latency").plots[0].traces)


def test_machines_with_another_torch_are_not_compared():
    sides = [made_recording_set(), made_recording_set("server", torch="2.11.0+cpu")]
    page = bench_page(sides)
    assert figure(page, "ratios").plots == ()
    [pair] = BenchData(tuple(labelled(sides))).comparisons
    assert pair.rows == ()
    assert "torch 2.15.0 / 2.11.0" in figure(page, "not-compared").data.csv()
    assert "no case can be compared" in figure(page, "not-compared").sentence


def test_cases_that_could_not_run_are_listed_with_the_reason():
    sentence = figure(bench_page([made_recording_set()]), "not-compared").sentence
    assert "“no CUDA device”" in sentence
    assert "“out of memory”" in sentence


def test_a_machine_against_itself_shows_no_difference():
    side = made_recording_set()
    twin = RecordingSet(
        "twin.json", (replace(side.runs[0], machine={**side.machine, "name": "twin"}),)
    )
    ratios = figure(bench_page([side, twin]), "ratios")
    assert {row[-1] for row in ratios.data.rows} == {"no difference shown"}


def test_several_recordings_of_one_machine_are_taken_together():
    runs = tuple(made_recording(seed=seed) for seed in range(3))
    machine = labelled([RecordingSet("folder", runs)])[0]
    assert {len(case.seconds) for case in machine.cases} == {120}
    assert "3\u00a0recordings" in bench_page([RecordingSet("folder", runs)]).foot


@pytest.mark.parametrize("only", [("training",), ("inference",), ("study",), ("faces[what=load",)])
def test_a_recording_of_some_cases_gives_a_proper_page(only):
    page = bench_page([made_recording_set(only=only)])
    assert page.figures
    assert all(each.sentence for each in page.figures)
    assert render(page)


def test_an_empty_recording_gives_a_proper_page():
    empty = Recording({"id": "cpu-1"}, {}, "2026-05-04T08:00:00", ())
    page = bench_page([RecordingSet("empty.json", (empty,))])
    assert page.answer == "No single training run was timed"
    assert render(page)


def test_two_machines_of_one_name_are_told_apart():
    assert [
        machine.label for machine in labelled([made_recording_set(), made_recording_set()])
    ] == [
        "laptop",
        "laptop (2)",
    ]


def test_a_report_of_several_at_once_takes_what_each_of_them_waits():
    side = made_recording_set(only=("study[what=report,storage=sqlite,workers=4]",))
    [case] = side.runs[0].measured
    case = replace(case, extra={**case.extra, "member_seconds": [[0.5, 1.5, 2.5, 3.5]] * 40})
    side = replace(side, runs=(replace(side.runs[0], measured=(case,)),))
    [row] = figure(bench_page([side]), "overhead").data.rows
    assert row[1:3] == (2.0, 3.5)


def test_names_are_text():
    evil = "</script><script>alert(1)</script>"
    text = render(bench_page([made_recording_set(evil), made_recording_set("other")]))
    assert evil not in text
    assert text.count("<script>") == 2


def test_a_new_figure_is_one_module_and_one_line(monkeypatch):
    module = types.ModuleType(f"{PACKAGE}.made_up")
    module.build = lambda data: Figure("made-up", "A figure", f"Of {data.machines[0].label}.")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    recordings = made_recording_set(only=("study[what=help",))
    page = bench_page([recordings], [*SECTIONS, SectionSpec("more", "More", ("made_up",))])
    assert page.figures[-1].sentence == "Of laptop."
    assert "Of laptop." in render(page)


def test_a_page_of_a_speed_run_alone_begins_with_its_verdict():
    recordings = with_a_speed_run(made_recording_set(only=("nothing",)))
    page = bench_page([recordings])
    assert page.answer.startswith("laptop: fast reaches 80.00\u00a0%, slow's mean, 3.9")
