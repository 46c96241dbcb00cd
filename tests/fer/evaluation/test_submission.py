"""A submission is read again as it was written; another file is refused in one line."""

from pathlib import Path

import pytest

from fer.errors import BadInput
from fer.evaluation.submission import read_submission, write_submission


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    write_submission(tmp_path / "s.csv", ["0001", "a,b"], [2, 0])
    assert read_submission(tmp_path / "s.csv", 3) == {"0001": 2, "a,b": 0}


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", r"line 1: '': expected id,label"),
        (b"id,labels\n1,0\n", r"line 1: 'id,labels': expected id,label"),
        (b"id,label\n", "no predictions after the header"),
        (b"id,label\n1,0\n2\n", r"line 3: 1 column: expected id,label"),
        (b"id,label\n1,3\n", r"line 2: label = '3': expected 0 to 2"),
        (b"id,label\n1,happy\n", r"line 2: label = 'happy': expected 0 to 2"),
        (b"id,label\n1,0\n1,1\n", r"line 3: id = '1': stands there twice: expected once"),
        (b"\xff\xfe\x00", r"not a CSV: expected a submission of id,label"),
    ],
)
def test_another_file_is_refused_by_its_line(tmp_path: Path, content: bytes, refusal: str) -> None:
    (tmp_path / "s.csv").write_bytes(content)
    with pytest.raises(BadInput, match=rf"s\.csv: {refusal}$"):
        read_submission(tmp_path / "s.csv", 3)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"s\.csv: No such file or directory: expected a sub"):
        read_submission(tmp_path / "s.csv", 3)
