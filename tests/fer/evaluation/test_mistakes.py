"""What a finished run says of its held-out faces, and the pictures of it."""

import numpy as np
import pytest
import torch

from fer.errors import BadInput
from fer.evaluation.confusion import draw_confusion
from fer.evaluation.mistakes import draw_mistakes
from fer.faces import hold_out
from fer.scores import VALIDATION, Scores, read_scores, write_scores
from fer.training import train

CLASSES = ("angry", "happy", "neutral")


@pytest.fixture
def scores() -> Scores:
    probabilities = np.array(
        [[0.6, 0.3, 0.1], [0.1, 0.2, 0.7], [0.9, 0.05, 0.05], [0.2, 0.5, 0.3]], np.float32
    )
    return Scores(np.array([5, 7, 11, 2]), np.array([0, 1, 2, 0]), probabilities)


def test_a_finished_run_holds_the_scores_of_the_faces_it_held_out(tiny, faces, tmp_path):
    result = train(tiny, faces, tmp_path, device=torch.device("cpu"), threads=1)
    scores = read_scores(tmp_path / VALIDATION)
    _, held_out = hold_out(faces, tiny.validation, tiny.split_seed)
    assert scores.index.tolist() == held_out.tolist()
    assert scores.label.tolist() == faces.labels[held_out].tolist()
    assert scores.probabilities.dtype == np.float32
    np.testing.assert_allclose(scores.probabilities.sum(axis=1), 1, rtol=1e-5)
    accuracy = (scores.predicted == scores.label).mean()
    assert accuracy == pytest.approx(result.validation_accuracy)


def test_a_run_that_held_nothing_out_has_none(tiny, faces, tmp_path):
    recipe = tiny.with_values({"validation": 0, "epochs": 1})
    train(recipe, faces, tmp_path, device=torch.device("cpu"), threads=1)
    assert not (tmp_path / VALIDATION).exists()


def test_the_same_scores_give_the_same_bytes(scores, tmp_path):
    for name in ("a.npz", "b.npz"):
        write_scores(tmp_path / name, scores)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    read = read_scores(tmp_path / "a.npz")
    assert read.index.tolist() == scores.index.tolist()


def test_the_most_confident_mistake_comes_first(scores):
    assert scores.mistakes().tolist() == [2, 1, 3]
    assert scores.confusion.tolist() == [[1, 1, 0], [0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    "arrays",
    [
        {"index": np.arange(3)},
        {
            "index": np.arange(2),
            "label": np.zeros(3, np.int64),
            "probabilities": np.ones((3, 2), np.float32),
        },
        {
            "index": np.arange(1),
            "label": np.array([5]),
            "probabilities": np.ones((1, 2), np.float32),
        },
    ],
)
def test_a_file_that_is_no_scores_is_one_line(arrays, tmp_path):
    np.savez(tmp_path / "v.npz", **arrays)
    with pytest.raises(BadInput, match=r"v\.npz: "):
        read_scores(tmp_path / "v.npz")


def test_the_picture_shows_the_mistakes_themselves(scores, faces):
    picture = np.asarray(draw_mistakes(scores, faces, rows=1, columns=3))
    first = picture[28 : 28 + 96 : 2, 8 : 8 + 96 : 2]
    assert (first == faces.images[11]).all()
    with pytest.raises(BadInput, match="240 faces"):
        draw_mistakes(Scores(np.array([999]), scores.label[:1], scores.probabilities[:1]), faces)


def test_no_mistakes_is_a_picture_too(scores, faces):
    right = Scores(scores.index[:1], scores.label[:1], scores.probabilities[:1])
    assert draw_mistakes(right, faces).size[0] > 100


def test_a_confusion_matrix_is_darker_where_more_are(scores):
    picture = np.asarray(draw_confusion(scores.confusion, CLASSES)).astype(int)
    certain, never = picture[44 + 84 * 2 + 4, 84 + 4], picture[44 + 84 + 4, 84 + 4]
    assert certain.sum() < never.sum() == 255 * 3
    assert draw_confusion(np.zeros((2, 2), np.int64), ("a", "b")).size == (84 * 3 + 12, 224)
