"""What is counted as a found face."""

import json

import numpy as np

from fer.best_model import best_model
from fer.photos import Box, Prediction
from tools.measure_detection import FACES, HEIGHT, RESULT, SIDES, WIDTH, Row, count, paste


def face(label: str, left: int, side: int) -> Prediction:
    """A face at half height whose box begins at ``left``."""
    return Prediction(label, {label: 1.0}, Box(left, (HEIGHT - side) // 2, side, side))


def test_the_face_is_in_the_middle() -> None:
    pixels = np.asarray(paste(np.full((48, 48), 255, np.uint8), 100))
    assert np.argwhere(pixels == 255).min(0).tolist() == [190, 270]
    assert np.argwhere(pixels == 255).max(0).tolist() == [289, 369]


def test_the_largest_box_in_the_middle_counts_and_the_rest_are_others() -> None:
    middle = WIDTH // 2
    found = [
        [face("happy", middle - 50, 100), face("angry", middle - 10, 20)],
        [face("neutral", 0, 100)],
        [face("angry", middle - 40, 100), face("happy", 0, 300)],
        [],
    ]
    row = count(100, found, ["angry", "happy", "angry", "angry"], ["happy"] * 2 + ["angry"] * 2)
    assert row == Row(side=100, found=2, others=3, correct=2, correct_plain=1, same=1)


def test_the_committed_measurement_is_of_this_tool_and_of_the_default_model() -> None:
    result = json.loads(RESULT.read_text(encoding="utf-8"))
    assert [row["side"] for row in result["rows"]] == list(SIDES)
    assert result["faces"]["n"] == FACES
    assert best_model().parents[3] / result["model"] == best_model(), (
        "measure again: python -m tools.measure_detection"
    )
