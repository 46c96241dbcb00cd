"""`fer errors`: from runs to the analysis of their mistakes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

Fer = Callable[..., tuple[int, str, str]]


def test_the_mistakes_of_a_run_are_counted_and_drawn(
    fer: Fer, source: Path, recipe: Path, tmp_path: Path
) -> None:
    run, out = tmp_path / "run", tmp_path / "errors"
    slow = ["--set", "epochs=1", "--set", "learning_rate=1e-5"]
    assert fer("train", recipe, "--data", source, "--out", run, "--threads", 1, *slow)[0] == 0
    status, printed, _ = fer("errors", run, "--data", source, "--out", out, "--json")
    result = json.loads(printed)
    metrics = json.loads((run / "metrics.json").read_text())
    assert status == 0
    assert result == json.loads((out / "errors.json").read_text())
    assert result["accuracy"] == pytest.approx(metrics["validation_accuracy"])
    wrong = round(result["n"] * (1 - result["accuracy"]))
    assert wrong
    assert len((out / "mistakes.csv").read_text().splitlines()) == wrong + 1
    for parts in ("by_class", "by_copies", "by_confidence"):
        assert sum(part["mistakes"] for part in result[parts]) == wrong
    with Image.open(out / "mistakes.png") as sheet:
        assert sheet.width > 1000
    status, printed, _ = fer("errors", run, "--data", source)
    assert status == 0
    assert f"{wrong} mistakes in {result['n']} faces that 1 run held out" in printed


def test_what_is_no_run_is_refused_before_anything_is_written(
    fer: Fer, source: Path, tmp_path: Path
) -> None:
    status, _, err = fer("errors", source, "--data", source, "--out", tmp_path / "errors")
    assert status == 2
    assert err == f"fer: {source}: expected the folder of a finished run that held faces out\n"
    assert not (tmp_path / "errors").exists()
