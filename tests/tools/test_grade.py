import hashlib
import json
import shutil
from pathlib import Path

import pytest

from fer.errors import BadInput
from tools.grade import FILE, read_grade
from tools.graded_tables import test_result as graded_table
from tools.readme import GRADED, ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The committed results, to change."""
    return Path(shutil.copytree(GRADED, tmp_path / GRADED.name))


def change(folder: Path, **values: object) -> None:
    grade = json.loads((folder / FILE).read_text())
    (folder / FILE).write_text(json.dumps(grade | values))


def test_the_committed_grade_is_of_the_committed_submission() -> None:
    grade = read_grade(GRADED)
    submission = (GRADED / grade.submission).read_bytes()
    assert hashlib.sha256(submission).hexdigest() == grade.sha256
    assert grade.n == 3965


def test_a_grade_of_another_submission_is_refused(folder: Path) -> None:
    submission = folder / "submission.csv"
    submission.write_text(submission.read_text().replace("0000,1", "0000,2"))
    with pytest.raises(BadInput, match=r"grade\.json: sha256 = db73ec12acaa18d3…: must be that of"):
        graded_table(folder)


def test_a_grade_whose_count_or_interval_does_not_match_is_refused(folder: Path) -> None:
    change(folder, n=3964)
    with pytest.raises(BadInput, match="n = 3964: must be the 3965 rows"):
        read_grade(folder)
    change(folder, n=3965, ci95=[0.83, 0.8526])
    with pytest.raises(BadInput, match=r"ci95 = \[0.83, 0.8526\]: must be Wilson's"):
        read_grade(folder)


def test_a_misspelt_key_is_named(folder: Path) -> None:
    change(folder, recal={})
    with pytest.raises(BadInput, match="unknown key 'recal': did you mean 'recall'"):
        read_grade(folder)


def test_the_readme_quotes_the_grade_and_says_who_gave_it() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    grade = read_grade(GRADED)
    assert f"{grade.accuracy:.4f} on FER2013's {grade.n:,} test images, graded from outside" in text
    assert grade.sha256 in (ROOT / "docs/results.md").read_text(encoding="utf-8")
