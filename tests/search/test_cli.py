"""`fer search`, as a user types it, with real training of a very small network."""

import json
import re
import signal
import sys

import numpy as np
import pytest
from optuna.study import StudyDirection

from fer.cli import main
from fer.recipe import load_recipe
from fer.signals import SIGNALS
from search.config.study_file import read_study
from search.storage.storage import Storage

STUDY = """
name = "tiny"
recipe = "published"
baseline_epochs = 1
seed = 1
[fixed]
epochs = 2
batch_size = 32
[space]
widths = { kind = "categorical", choices = [[4], [4, 8]] }
learning_rate = { kind = "float", low = 1e-3, high = 1e-2, log = true }
[budget]
trials = 3
"""


@pytest.fixture
def fer(monkeypatch, capsys, tmp_path):
    """Runs `fer` in a folder of its own; gives exit status, stdout and stderr."""
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    # Set by the user, so that `fer search worker` does not start this process anew.
    monkeypatch.setenv("GLIBC_TUNABLES", "")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["fer", *map(str, arguments)])
        before = {number: signal.getsignal(number) for number in SIGNALS}
        try:
            main()
            status = 0
        except SystemExit as stop:
            status = stop.code
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def source(tmp_path, faces):
    names = np.array(faces.classes)[faces.labels]
    np.savez(tmp_path / "faces.npz", train_images=faces.images, train_labels=names)
    return "faces.npz"


def test_a_study_from_its_file_to_a_recipe_ready_for_training(fer, source, tmp_path):
    (tmp_path / "tiny.toml").write_text(STUDY)
    status, out, err = fer("search", "run", "tiny.toml", "--data", source, "--workers", 2)
    assert status == 0, err
    first = "Not confirmed: run `fer search confirm tiny --data faces.npz`"
    assert out.index(first) < out.index("the best trials and the baseline")
    folder = tmp_path / "runs" / "tiny"
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["trials"] == {"complete": 3, "pruned": 0, "failed": 0}
    assert summary["epochs"] == {"run": 5, "full_budget": 5}
    assert summary["data"]["counts"] == {"angry": 80, "happy": 80, "neutral": 80}
    assert summary["workers"] == 2
    for trial in range(3):
        names = {path.name for path in (folder / str(trial)).iterdir()}
        assert {"recipe.toml", "history.csv", "metrics.json", "model.safetensors"} <= names
        assert "checkpoint.pt" not in names

    # All trials of a study share one split, and train on what the summary says.
    metrics = [json.loads((folder / str(n) / "metrics.json").read_text()) for n in range(3)]
    assert {m["faces"]["hash"] for m in metrics} == {summary["data"]["source_hash"]}
    assert {load_recipe(str(folder / str(n) / "recipe.toml")).split_seed for n in range(3)} == {0}

    status, out, _ = fer("search", "best", "tiny")
    assert status == 0
    (tmp_path / "best.toml").write_text(out)
    assert load_recipe("best.toml").model_dump(mode="json") == summary["best"]["recipe"]

    status, out, _ = fer("search", "status", "tiny.toml")
    assert status == 0
    assert out.startswith("Not confirmed: run ")
    assert "3 trials (the baseline and 2 searched): 3 complete, 0 pruned, 0 failed" in out

    few = ("--top", 1, "--folds", 1, "--seeds", 1)
    status, out, err = fer("search", "confirm", "tiny", "--data", source, *few)
    assert status == 0, err
    assert "faces.npz has no test images, so the answer is from held-out folds only" in err
    assert out.startswith("Not yet graded: on 1 fresh fold trial ")
    answer = json.loads((folder / "summary.json").read_text())["answer"]
    assert out.splitlines() == [answer["line"], *(f"- {text}" for text in answer["sentences"])]
    status, out, _ = fer("search", "status", "tiny")
    assert out.splitlines()[0] == answer["line"]
    names = {path.name for path in (folder / "confirm").iterdir() if path.is_dir()}
    assert {name.partition("-trial")[0] for name in names} == {
        "fold-1",
        "fold-1-baseline",
        "seed-1",
    }

    assert fer("search", "worker", "tiny", "--data", source)[0] == 0, "nothing is left to do"
    told = summary | {"machine": {"cores": 99}}
    (folder / "summary.json").write_text(json.dumps(told))
    status, out, _ = fer("search", "run", "tiny", "--data", source)
    assert status == 0
    assert "nothing to do" in out
    kept = json.loads((folder / "summary.json").read_text())
    assert kept["machine"] == {"cores": 99}, "of who trained, not of who looked"


def test_other_faces_than_those_it_began_on_are_refused(fer, source, tmp_path, faces):
    (tmp_path / "tiny.toml").write_text(STUDY.replace("trials = 3", "epochs = 1"))
    assert fer("search", "run", "tiny.toml", "--data", source)[0] == 0
    names = np.array(faces.classes)[faces.labels]
    np.savez(tmp_path / "others.npz", train_images=255 - faces.images, train_labels=names)
    status, _, err = fer("search", "run", "tiny.toml", "--data", "others.npz")
    assert status == 2
    counts = r"240 faces \(80 angry, 80 happy, 80 neutral; hash [0-9a-f]{16}\)"
    assert re.search(rf"others\.npz: {counts}, but study tiny .* on faces\.npz: {counts}: ", err)
    assert err.count("\n") == 1
    assert "resume it with --data faces.npz, or begin one" in err
    again = fer("search", "confirm", "tiny.toml", "--data", "others.npz")
    assert (again[0], again[2].partition(":")[2].count("\n")) == (2, 1)
    out = re.search(r"with (--storage \S+ --out \S+)\n", err)[1].split()
    assert fer("search", "run", "tiny.toml", "--data", "others.npz", *out)[0] == 0, "the way out"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "beat_basline", "--data", "faces.npz"], "did you mean 'beat_baseline'"),
        (["run", "none.toml", "--data", "faces.npz"], "none.toml: cannot be read"),
        (["run", "quick", "--data", "nothing.csv"], "nothing.csv: no such file"),
        (["run", "beat_baseline", "--data", "faces.npz", "--hours", 0], "hours = 0.0"),
        (["best", "quick"], "no such file"),
        (["confirm", "quick", "--data", "faces.npz"], "no such file"),
        (["worker", "beat_baseline", "--data", "faces.npz"], "no such file"),
        (["status", "quick", "--storage", "mysql://a:secret@b/c"], "must be sqlite"),
    ],
)
def test_wrong_use_is_one_line_and_leaves_nothing(fer, source, tmp_path, arguments, message):
    status, out, err = fer("search", *arguments)
    assert status == 2
    assert out == ""
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert "secret" not in err
    assert {path.name for path in tmp_path.iterdir()} <= {"faces.npz", "cache"}


def test_training_faces_without_labels_are_refused_before_anything_is_written(
    fer, source, tmp_path, faces
):
    np.savez(tmp_path / "unlabelled.npz", train_images=faces.images)
    complaint = "fer: unlabelled.npz: its train images have no labels: expected train/CLASS/*\n"
    (tmp_path / "tiny.toml").write_text(STUDY.replace("trials = 3", "epochs = 1"))
    assert fer("search", "run", "tiny.toml", "--data", "unlabelled.npz") == (2, "", complaint)
    assert not (tmp_path / "runs").exists()
    assert fer("search", "run", "tiny.toml", "--data", source)[0] == 0
    assert fer("search", "worker", "tiny", "--data", "unlabelled.npz") == (2, "", complaint)


def test_a_study_whose_start_was_killed_half_way_is_one_line(fer, source, tmp_path):
    (tmp_path / "tiny.toml").write_text(STUDY.replace("trials = 3", "epochs = 1"))
    definition, _ = read_study(tmp_path / "tiny.toml")
    (tmp_path / "runs").mkdir()
    with Storage("runs/studies.db") as storage:
        study_id = storage.optuna.create_new_study([StudyDirection.MAXIMIZE], "tiny")
        storage.optuna.set_study_user_attr(study_id, "definition", definition.dump())
    for command in (["status", "tiny"], ["run", "tiny", "--data", source]):
        status, _, err = fer("search", *command)
        assert status == 2
        assert "was never fully started: run `fer search run` with its file" in err
        assert err.count("\n") == 1
    assert fer("search", "run", "tiny.toml", "--data", source)[0] == 0


def test_help_teaches_by_example(fer):
    for command in ("run", "worker", "status", "best"):
        status, out, _ = fer("search", command, "--help")
        assert status == 0
        assert f"fer search {command}" in out
    assert "fer dashboard" in fer("dashboard", "--help")[1]


@pytest.mark.parametrize("command", ["lint", "audit"])
def test_a_finished_study_is_checked_with_exit_status_0_and_as_one_object(fer, command):
    status, out, _ = fer("search", command, "beat_baseline")
    assert status == 0
    assert out.startswith("beat_baseline: ")
    status, out, err = fer("search", command, "beat_baseline", "--json")
    assert status == 0
    assert json.loads(out)["study"] == "beat_baseline"
    assert "A new study created" not in err
    status, _, err = fer("search", command, "beat_basline")
    assert status == 2
    assert err.count("\n") == 1
