import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools import pictures
from tools.pictures import FOLDER, MAX_BYTES, save, shown_by
from tools.readme import CONFIRMED, GRADED, REPLAY
from tools.replay_picture import replay_picture
from tools.result_picture import result_picture
from tools.take_pictures import shown_in_bench, shown_in_plot, shown_in_study

TAKE = "run: python -m tools.take_pictures"


def test_the_picture_of_the_accuracies_shows_the_committed_ones() -> None:
    shown = shown_in_plot(result_picture(CONFIRMED, GRADED))
    assert shown_by(FOLDER / "result.png") == shown, TAKE


def test_the_picture_of_the_replay_shows_the_committed_one() -> None:
    shown = shown_in_plot(replay_picture(REPLAY))
    assert shown_by(FOLDER / "replay.png") == shown, TAKE


def test_the_picture_of_the_benchmark_report_shows_its_present_top() -> None:
    assert shown_by(FOLDER / "bench.png") == shown_in_bench(), TAKE


def test_the_pictures_of_the_finished_study_show_its_present_report() -> None:
    for name in ("study.png", "dashboard.png"):
        assert shown_by(FOLDER / name) == shown_in_study(), TAKE


def test_every_picture_is_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(sizes) == {
        "result.png",
        "replay.png",
        "bench.png",
        "study.png",
        "dashboard.png",
    }
    assert max(sizes.values()) <= MAX_BYTES


def test_a_picture_that_cannot_be_made_small_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 3_000)
    noise = np.random.default_rng(0).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "png")
    with pytest.raises(ValueError, match="with 64 colours: at most 3,000"):
        save(file.getvalue(), tmp_path / "noise.png", "nothing")
    assert not list(tmp_path.iterdir())
