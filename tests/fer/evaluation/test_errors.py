"""The error analysis: what is counted, and where a face counts once."""

import csv
import io

import numpy as np
import pytest
from made_faces import make_faces

from fer.errors import BadInput
from fer.evaluation.errors import analyse, copies_of, pool
from fer.evaluation.errors_output import mistakes_csv
from fer.scores import Scores


def make_scores(rows: list[tuple[int, int, list[float]]]) -> Scores:
    index, label, probabilities = zip(*rows, strict=True)
    return Scores(np.array(index), np.array(label), np.array(probabilities, np.float32))


FACES = make_faces([1, 1, 2, 2, 3], [0, 0, 1, 2, 2])
RUN = make_scores([(4, 2, [0.95, 0.03, 0.02]), (0, 0, [0.5, 0.4, 0.1]), (2, 1, [0.6, 0.3, 0.1])])


def test_a_face_with_a_copy_of_another_label_counts_as_that():
    assert copies_of(FACES).tolist() == [1, 1, 2, 2, 0]


def test_mistakes_are_counted_by_label_copies_and_confidence():
    analysis = analyse([RUN], FACES)
    assert [(p.name, p.n, p.mistakes) for p in analysis.by_class] == [
        ("angry", 1, 0),
        ("happy", 1, 1),
        ("neutral", 1, 1),
    ]
    assert [(p.name, p.n, p.mistakes) for p in analysis.by_copies] == [
        ("none", 1, 1),
        ("same label", 1, 0),
        ("other label", 1, 1),
    ]
    assert [p.n for p in analysis.by_confidence] == [1, 1, 0, 0, 0, 1]
    assert sum(p.mistakes for p in analysis.by_confidence) == 2


def test_a_face_that_two_runs_held_out_counts_once_by_its_mean_probabilities():
    other = make_scores([(2, 1, [0.1, 0.8, 0.1]), (3, 2, [0.2, 0.2, 0.6])])
    scores = pool([RUN, other])
    assert scores.index.tolist() == [0, 2, 3, 4]
    assert scores.probabilities[1] == pytest.approx([0.35, 0.55, 0.1])
    assert analyse([RUN, other], FACES).evaluation.correct == 3


def test_predictions_of_other_faces_are_refused():
    with pytest.raises(BadInput, match="of 3 faces: their indices and labels are not those of"):
        analyse([RUN], make_faces([1, 1, 2, 2, 3], [0, 0, 0, 2, 2]))


def test_the_most_confident_mistake_comes_first():
    rows = list(csv.DictReader(io.StringIO(mistakes_csv(analyse([RUN], FACES), FACES))))
    assert [list(row.values()) for row in rows] == [
        ["face-4", "neutral", "angry", "0.9500", "none"],
        ["face-2", "happy", "angry", "0.6000", "other label"],
    ]
