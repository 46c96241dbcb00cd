"""The blind rating of mistakes, and its table."""

import json

import pytest
from made_faces import make_faces
from made_scores import make_scores

from fer.errors import BadInput
from tools import error_tables
from tools.rate_mistakes import DRAWN, draw_rows, kinds_of, read_ratings, summary
from tools.readme import ERRORS

SCORES = make_scores(0.5)
FACES = make_faces([1] * len(SCORES), SCORES.label.tolist())


def test_the_sample_holds_each_kind_in_an_order_that_tells_nothing():
    rows = draw_rows(SCORES, seed=0)
    assert len(set(rows)) == len(rows) == sum(DRAWN.values())
    for kind, of in kinds_of(SCORES).items():
        assert len(set(rows) & set(of.tolist())) == DRAWN[kind]
    assert rows == draw_rows(SCORES, seed=0) != draw_rows(SCORES, seed=1)
    assert set(rows[:60]) != set(kinds_of(SCORES)["confident mistakes"].tolist()) & set(rows)


def test_ratings_are_compared_with_label_and_prediction():
    confident = kinds_of(SCORES)["confident mistakes"][:4].tolist()
    chosen = [SCORES.label[confident[0]], *SCORES.predicted[confident[1:3]]]
    names = [FACES.ids[row] for row in confident]
    given = [*(FACES.classes[c] for c in chosen), "unclear"]
    counts = summary(SCORES, FACES, dict(zip(names, given, strict=True)))["confident mistakes"]
    assert {key: counts[key] for key in ("n", "label", "prediction", "unclear")} == {
        "n": 4,
        "label": 1,
        "prediction": 2,
        "unclear": 1,
    }


def test_a_rating_that_is_no_class_is_refused_with_its_line(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("number,id,rating\n1,face-0,happy\n2,face-1,glad\n")
    with pytest.raises(BadInput, match=r"line 3: rating = 'glad': expected angry, happy, neutral"):
        read_ratings(path, FACES)


def test_the_committed_counts_are_those_of_the_committed_ratings():
    rated = (ERRORS / "ratings.csv").read_text().splitlines()[1:]
    counts = json.loads((ERRORS / "ratings.json").read_text())
    assert {kind: of["n"] for kind, of in counts.items()} == DRAWN
    assert sum(of["unclear"] for of in counts.values()) == sum(
        line.endswith(",unclear") for line in rated
    )


def test_all_mistakes_are_weighted_by_their_kind():
    counts = {
        "confident mistakes": {"n": 10, "prediction": 5, "of all": 100},
        "other mistakes": {"n": 10, "prediction": 0, "of all": 300},
        "correct": {"n": 10, "prediction": 0, "of all": 5000},
    }
    share, half = error_tables.weighted(counts)
    assert share == pytest.approx(0.125)
    assert half == pytest.approx(1.96 * (0.25**2 * 0.25 / 9) ** 0.5, rel=1e-3)
