"""The commands as a user types them."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fer.cli import main
from fer.faces.types import Faces

HEAVY = ["torch", "numpy", "pandas", "pydantic", "optuna", "plotly", "scipy", "PIL", "sqlalchemy"]

Fer = Callable[..., tuple[int, str, str]]


@pytest.fixture
def fer(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Fer:
    """Run `fer` in this process; gives exit status, stdout and stderr."""
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    # Set by the user, so that `fer train` does not start this process anew.
    monkeypatch.setenv("GLIBC_TUNABLES", "")

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fer", *map(str, arguments)])
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            main()
            status: object = 0
        except SystemExit as stop:
            status = stop.code
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        captured = capsys.readouterr()
        assert isinstance(status, int)
        return status, captured.out, captured.err

    return run


@pytest.fixture
def source(tmp_path: Path, faces: Faces) -> Path:
    assert faces.labels is not None
    names = np.array(faces.classes)[faces.labels]
    np.savez(
        tmp_path / "faces.npz",
        train_images=faces.images,
        train_labels=names,
        test_images=faces.images[:60],
        test_labels=names[:60],
    )
    return tmp_path / "faces.npz"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(
        "widths = [4, 8]\nepochs = 8\nbatch_size = 32\nlearning_rate = 0.01\n"
        "augmentation = 0.2\nvalidation = 0.25\n"
    )
    return path


def test_train_evaluate_predict_and_export(
    fer: Fer, source: Path, recipe: Path, tmp_path: Path
) -> None:
    run, model = tmp_path / "run", tmp_path / "model.safetensors"
    assert fer("train", recipe, "--data", source, "--out", run, "--threads", 1)[0] == 0
    assert fer("export", run, "--format", "safetensors", "--out", model)[0] == 0
    status, out, _ = fer("evaluate", model, "--data", source, "--split", "validation", "--json")
    evaluation = json.loads(out)
    assert status == 0
    assert set(evaluation) == {"n", "accuracy", "ci95", "macro_f1", "per_class", "confusion"}
    assert (evaluation["n"], evaluation["accuracy"]) == (60, pytest.approx(1, abs=0.1))
    metrics = json.loads((run / "metrics.json").read_text())
    assert evaluation["accuracy"] == pytest.approx(metrics["validation_accuracy"])
    status, out, _ = fer("evaluate", run, "--data", source, "--split", "test", "--tta")
    assert "95 % interval" in out
    assert "macro F1" in out
    submission = tmp_path / "submission.csv"
    assert fer("predict", run, "--data", source, "--split", "test", "--out", submission)[0] == 0
    lines = submission.read_text().splitlines()
    assert lines[0] == "id,label"
    assert [line.split(",")[0] for line in lines[1:]] == [str(i) for i in range(60)]
    assert {line.split(",")[1] for line in lines[1:]} == {"0", "1", "2"}


def test_the_faces_in_another_order_are_not_taken_for_those_held_out(
    fer: Fer, source: Path, recipe: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    fer("train", recipe, "--data", source, "--out", run, "--threads", 1, "--set", "epochs=1")
    arrays = {name: values[::-1] for name, values in np.load(source).items()}
    np.savez(tmp_path / "reversed.npz", **arrays)
    status, _, err = fer(
        "evaluate", run, "--data", tmp_path / "reversed.npz", "--split", "validation"
    )
    assert status == 2
    assert "expected the source that it was trained on" in err


def test_one_image_is_predicted_with_its_probabilities(
    fer: Fer, source: Path, recipe: Path, tmp_path: Path, faces: Faces
) -> None:
    run = tmp_path / "run"
    fer("train", recipe, "--data", source, "--out", run, "--threads", 1)
    Image.fromarray(faces.images[1]).save(tmp_path / "me.png")
    status, out, _ = fer("predict", run, tmp_path / "me.png")
    assert status == 0
    assert out.split()[:2] == ["me", "happy"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["train", "nosuch", "--data", "synthetic"], "nosuch: no such recipe"),
        (["train", "published", "--data", "nowhere.zip"], "nowhere.zip: no such file"),
        (["train", "published", "--data", "synthetic", "--set", "dropot=1"], "'dropout'"),
        (["train", "published", "--data", "synthetic", "--device", "tpu9"], "--device tpu9"),
        (["train", "published", "--data", "synthetic", "--device", "cuda:99"], "CUDA devices"),
    ],
)
def test_bad_input_is_one_line_and_status_2_and_leaves_nothing(
    fer: Fer, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    out = tmp_path / "out"
    status, printed, error = fer(*arguments, "--out", out)
    assert status == 2
    assert error.startswith("fer: ")
    assert complaint in error
    assert error.count("\n") == 1
    assert printed == ""
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metrics.json", "{"),
        ("metrics.json", '["no", "metrics"]'),
        ("metrics.json", '{"recipe_hash": "ab"}'),
        ("history.csv", "number,train_loss\n1,much\n"),
        ("history.csv", None),
    ],
)
def test_a_damaged_run_is_one_line_and_status_2(
    fer: Fer, source: Path, recipe: Path, tmp_path: Path, name: str, content: str | None
) -> None:
    run = tmp_path / "run"
    train = ["train", recipe, "--data", source, "--out", run, "--set", "epochs=1", "--threads", 1]
    assert fer(*train)[0] == 0
    (run / name).unlink() if content is None else (run / name).write_text(content)
    evaluate = ["evaluate", run, "--data", source, "--split", "validation"]
    for command in ([*train, "--resume"], evaluate)[: 1 if name == "history.csv" else 2]:
        status, _, error = fer(*command)
        assert status == 2
        assert error.startswith(f"fer: {run / name}: damaged: ")
        assert error.count("\n") == 1


@pytest.fixture
def unlabelled(tmp_path: Path, faces: Faces) -> Path:
    path = tmp_path / "unlabelled.npz"
    np.savez(path, train_images=faces.images, test_images=faces.images)
    return path


def test_training_faces_without_labels_are_refused_before_anything_is_written(
    fer: Fer, unlabelled: Path, recipe: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    status, printed, error = fer("train", recipe, "--data", unlabelled, "--out", out)
    assert (status, printed) == (2, "")
    assert error == (
        f"fer: {unlabelled}: its train images have no labels: expected train/CLASS/*\n"
    )
    assert not out.exists()


def test_a_model_is_not_compared_with_labels_that_are_not_there(
    fer: Fer, source: Path, unlabelled: Path, recipe: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    fer("train", recipe, "--data", source, "--out", run, "--set", "epochs=1", "--threads", 1)
    for split, named in (("validation", "train"), ("test", "test")):
        status, _, error = fer("evaluate", run, "--data", unlabelled, "--split", split)
        assert status == 2
        assert error.startswith(f"fer: {unlabelled}: its {named} images have no labels")


def test_a_file_that_cannot_be_written_is_one_line_and_status_1(
    fer: Fer, source: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder.png"
    folder.mkdir()
    status, _, error = fer("data", "sheet", source, "--out", folder)
    assert (status, error) == (1, f"fer: {folder}: Is a directory\n")
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]


def test_a_full_disk_is_one_line_and_status_1(
    fer: Fer, source: Path, recipe: Path, tmp_path: Path
) -> None:
    fer("data", "prepare", source)
    # A limit on the size of files fails as a full disk does: in write, without a file's name.
    run = tmp_path / "run"
    code = (
        "import resource; from fer.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); main()"
    )
    arguments = ["train", str(recipe), "--data", str(source), "--out", str(run)]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--threads", "1", "--set", "widths=[32, 32]"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        1,
        f"fer: {run / 'checkpoint.pt'}: File too large",
    )
    assert "Traceback" not in done.stderr
    assert [path.name for path in run.iterdir()] == ["recipe.toml"]


def test_predict_wants_images_or_a_source(fer: Fer) -> None:
    status, _, error = fer("predict", "model.safetensors")
    assert (status, error) == (2, "fer: predict: expected either images or --data SOURCE\n")


def test_every_command_explains_itself(fer: Fer) -> None:
    listing = fer("--help")[1]
    for command in ("data", "train", "evaluate", "predict", "export", "search", "dashboard"):
        assert command in listing
        assert "Example" in fer(command, "--help")[1] or command in ("data", "search")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from fer.cli import build_app; build_app();"
        f"heavy = set({HEAVY}) & set(sys.modules); sys.exit(' '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_exits_130_and_resumes_to_the_same_weights(
    source: Path, recipe: Path, tmp_path: Path, number: signal.Signals
) -> None:
    def command(out: Path) -> list[str]:
        begin = [sys.executable, "-m", "fer", "train", str(recipe), "--data", str(source)]
        return [*begin, "--set", "epochs=40", "--threads", "1", "--out", str(out)]

    subprocess.run(command(tmp_path / "whole"), check=True, capture_output=True)
    process = subprocess.Popen(command(tmp_path / "part"), stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "part" / "checkpoint.pt").exists():
        time.sleep(0.01)
        assert process.poll() is None
    process.send_signal(number)
    assert "go on with the same command and --resume" in process.communicate()[1]
    assert process.returncode == 130
    assert (tmp_path / "part" / "checkpoint.pt").exists()
    subprocess.run([*command(tmp_path / "part"), "--resume"], check=True, capture_output=True)
    first, second = (tmp_path / name / "model.safetensors" for name in ("whole", "part"))
    assert first.read_bytes() == second.read_bytes()
