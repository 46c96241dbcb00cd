"""`fer train`: bad input, full disks and interruptions end in one line; a run resumes."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Fer = Callable[..., tuple[int, str, str]]


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
    assert sorted(path.name for path in run.iterdir()) == ["history.csv", "recipe.toml"]


def test_a_run_interrupted_twice_exits_130_and_resumes_to_the_same_weights(
    source: Path, recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))

    def command(out: Path) -> list[str]:
        begin = [sys.executable, "-m", "fer", "train", str(recipe), "--data", str(source)]
        return [*begin, "--set", "epochs=40", "--threads", "1", "--out", str(out)]

    subprocess.run(command(tmp_path / "whole"), check=True, capture_output=True)
    checkpoint = tmp_path / "part" / "checkpoint.pt"

    def written() -> int:
        return checkpoint.stat().st_mtime_ns if checkpoint.exists() else 0

    for number, options in ((signal.SIGINT, []), (signal.SIGTERM, ["--resume"])):
        before = written()
        process = subprocess.Popen(
            [*command(tmp_path / "part"), *options], stderr=subprocess.PIPE, text=True
        )
        while written() == before:
            time.sleep(0.01)
            assert process.poll() is None
        process.send_signal(number)
        assert "resume with the same command and --resume" in process.communicate()[1]
        assert process.returncode == 130
        assert checkpoint.exists()
    subprocess.run([*command(tmp_path / "part"), "--resume"], check=True, capture_output=True)
    first, second = (tmp_path / name / "model.safetensors" for name in ("whole", "part"))
    assert first.read_bytes() == second.read_bytes()


def test_a_file_that_cannot_be_written_is_one_line_and_status_1(
    fer: Fer, source: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "folder.png"
    folder.mkdir()
    status, _, error = fer("data", "sheet", source, "--out", folder)
    assert (status, error) == (1, f"fer: {folder}: Is a directory\n")
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".tmp")]
