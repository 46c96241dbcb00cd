"""Grades from outside are tied to the graded file, and answer as soon as they are recorded."""

import hashlib
from pathlib import Path

import pytest
from made_confirmations import confirmation

from fer.errors import BadInput
from fer.evaluation import write_submission
from search.confirmation.answer import answer
from search.confirmation.grade import record_grade
from search.confirmation.record import Submission
from search.confirmation.store import read, store
from search.results.snapshot import read_snapshot


def write(path: Path, first: int = 0) -> Path:
    write_submission(path, map(str, range(100)), [first] + [1] * 99)
    return path


@pytest.fixture
def study(open_cheap, tmp_path):
    """A confirmed study with the submissions of two seeds and of their mean."""
    study = open_cheap(storage="studies.db")
    submissions = []
    for label, (name, seeds) in enumerate([("seed-1", (1,)), ("seed-2", (2,)), ("mean", (1, 2))]):
        path = write(tmp_path / "cheap" / f"confirm/submission-{name}.csv", label)
        submissions.append(
            Submission(
                file=f"confirm/submission-{name}.csv",
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
                candidate="trial-5",
                seeds=seeds,
                n=100,
                source_hash="cd" * 32,
            )
        )
    made = confirmation(seeds=2, folder=tmp_path / "cheap", submissions=tuple(submissions))
    request = made.request.model_copy(update={"target": 0.7})
    store(study, made.model_copy(update={"request": request}))
    return study


def graded(study, name, accuracy, n=100):
    stands = read(study)
    return record_grade(study, stands.folder / "confirm" / f"submission-{name}.csv", accuracy, n)


def test_a_grade_is_tied_to_the_file_and_is_part_of_the_answer(study):
    assert graded(study, "mean", 0.9).startswith(
        "study cheap: 0.9 (n = 100) recorded for submission-mean.csv, the submission of the mean "
        "of 2 seeds (sha256 "
    )
    assert answer(read_snapshot(study)).line.startswith(
        "Yes, for this one model, graded from outside: 0.9000 (the ensemble of 2 seeds, whose "
        "spread is not known) beats 0.7 on the 100 test images, p "
    )
    graded(study, "seed-1", 0.88)
    graded(study, "seed-2", 0.9)
    assert answer(read_snapshot(study)).line.startswith(
        "Yes, graded from outside: 0.8900 ± 0.0141 (n = 2 seeds) beats 0.7 on the 100 test images"
    )


def test_a_copy_elsewhere_is_known_by_its_hash(study, tmp_path):
    copy = tmp_path / "downloaded.csv"
    copy.write_bytes((tmp_path / "cheap/confirm/submission-seed-2.csv").read_bytes())
    assert "the submission of seed 2 (sha256" in record_grade(study, copy, 0.8, 100)


def test_a_second_grade_of_a_file_replaces_the_first_and_says_so(study):
    graded(study, "mean", 0.9)
    assert graded(study, "mean", 0.8).endswith(", in place of 0.9")
    assert len(read(study).grades) == 2, "both stay on record"


def test_a_file_that_was_changed_since_is_refused(study, tmp_path):
    write(tmp_path / "cheap/confirm/submission-mean.csv", first=0)
    with pytest.raises(BadInput, match=r"submission-mean\.csv: sha256 = .*: it was changed since"):
        graded(study, "mean", 0.9)
    assert read(study).grades == ()


def test_another_valid_submission_is_recorded_as_none_of_the_studys(study, tmp_path):
    other = tmp_path / "other.csv"
    write_submission(other, ["a", "b"], [0, 1])
    recorded = record_grade(study, other, 0.9, 2)
    assert "other.csv, which is none of the study's submissions and is no part of its" in recorded
    found = answer(read_snapshot(study))
    assert found.line.startswith("Not yet graded: ")
    assert "of no file of the winner: other.csv 0.9 (n = 2)" in found.sentences[-1]


@pytest.mark.parametrize("n", [0, 101])
def test_more_graded_predictions_than_there_are_is_refused(study, n):
    with pytest.raises(BadInput, match=rf"^--n {n}: expected at least 1 and at most the 100 pred"):
        graded(study, "mean", 0.9, n)


def test_a_study_without_a_confirmation_has_nothing_to_be_graded(open_cheap, tmp_path):
    with pytest.raises(BadInput, match=r"^study cheap: not confirmed yet, .* `fer search confirm"):
        record_grade(open_cheap(), write(tmp_path / "s.csv"), 0.9, 100)
