"""`fer bench speedrun`: order, what is kept, and the recording."""

import io
import json
import sys

import numpy as np
import pytest

from benchmarks.cli.speedrun import named_recipes
from benchmarks.recordings.files import read
from benchmarks.recordings.recording_set import RecordingSet
from benchmarks.speedrun import contest, process
from benchmarks.speedrun.timed_run import RECORD, time_run
from fer.cli import main
from fer.errors import BadInput
from reports.data.bench_data import BenchData, labelled
from reports.figures.bench import speedrun as figure


@pytest.fixture
def source(tmp_path, faces):
    names = np.array(faces.classes)[faces.labels]
    np.savez(tmp_path / "faces.npz", train_images=faces.images, train_labels=names)
    return tmp_path / "faces.npz"


@pytest.fixture
def recipes(tmp_path):
    """Files of a slow and a fast recipe, without what their names say."""
    common = "widths = [4, 8]\nbatch_size = 32\nvalidation = 0.25\n"
    (tmp_path / "slow.toml").write_text(f"{common}epochs = 2\n")
    (tmp_path / "fast.toml").write_text(f"{common}epochs = 1\n")
    return tmp_path


@pytest.fixture
def trained(monkeypatch):
    """Trains in this process; gives the names and seeds that were trained."""
    order = []

    def train(name, assignment, on_epoch):
        order.append((name, assignment.recipe.seed, assignment.recipe.split_seed))
        return time_run(assignment, lambda epoch: on_epoch(name, assignment, epoch))

    monkeypatch.setattr(contest, "_train", train)
    return order


@pytest.fixture
def fer(monkeypatch, capsys, recipes, source):
    monkeypatch.chdir(recipes)
    monkeypatch.setenv("FER_CACHE", str(recipes / "cache"))

    def speedrun(*arguments):
        words = ["fast.toml", "--against", "slow.toml", "--data", source, "--seeds", 2]
        words += ["--threads", 1, "--device", "cpu", *arguments]
        monkeypatch.setattr(sys, "argv", ["fer", "bench", "speedrun", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code or 0, capsys.readouterr().out

    return speedrun


def test_recipes_take_turns_and_finished_runs_are_kept(fer, trained, recipes):
    assert fer()[0] == 0
    assert trained == [("slow", 1, 1), ("fast", 1, 1), ("slow", 2, 2), ("fast", 2, 2)]
    trained.clear()
    (run,) = recipes.glob("runs/speedrun/fast-*/seed-2")
    (run / RECORD).unlink()  # as if it had been interrupted
    status, out = fer()
    assert status == 0
    assert trained == [("fast", 2, 2)]
    assert "goal: " in out
    assert "times as fast as slow (95 % interval" in out


def test_the_recording_holds_every_epoch_of_every_run_and_is_drawn(fer, trained, recipes):
    fer("--goal", 0.5, "--out", "speedrun.json")
    recording = read(recipes / "speedrun.json")
    slow, fast = recording.measured
    assert [len(curve) for curve in slow.extra["curves"]] == [2, 2]
    assert slow.seconds == tuple(curve[-1][0] for curve in slow.extra["curves"])
    assert (fast.params["recipe"], fast.extra["goal"]) == ("fast", 0.5)
    drawn = figure.build(BenchData(tuple(labelled([RecordingSet("s", (recording,))])), ()))
    assert "times as fast as slow" in drawn.sentence
    assert len(drawn.plots[0].traces) == 4
    assert len(drawn.data.rows) == 6


def test_the_process_of_a_run_prints_its_epochs(monkeypatch, capsys, recipes, source):
    monkeypatch.setenv("FER_CACHE", str(recipes / "cache"))
    recipe = named_recipes([str(recipes / "slow.toml")])["slow"]
    assignment = {
        "recipe": recipe.model_dump(mode="json"),
        "source": str(source),
        "run": str(recipes / "run"),
        "device": "cpu",
        "threads": 1,
        "machine": "m",
    }
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(assignment)))
    monkeypatch.setattr(process.signal, "signal", lambda *_: None)
    process.main()
    assert capsys.readouterr().out == "1\n2\n"
    record = json.loads((recipes / "run" / RECORD).read_text())
    seconds = [point[0] for point in record["curve"]]
    assert 0 < seconds[0] < seconds[1]


def test_recipes_that_cannot_be_compared_are_refused(recipes):
    with pytest.raises(BadInput, match=r"a recipe named slow is there already"):
        named_recipes([str(recipes / "slow.toml"), str(recipes / "slow.toml")])
    (recipes / "all.toml").write_text("validation = 0.0\n")
    with pytest.raises(BadInput, match=r"all\.toml: validation = 0: expected a share"):
        named_recipes([str(recipes / "slow.toml"), str(recipes / "all.toml")])
    (recipes / "two.toml").write_text('classes = ["angry", "happy"]\n')
    with pytest.raises(BadInput, match=r"two\.toml: classes = \['angry', 'happy'\]: expected"):
        named_recipes([str(recipes / "slow.toml"), str(recipes / "two.toml")])
