"""The README's first table says what was graded and what was not, whichever way it came out."""

from pathlib import Path

import pytest
from made_confirmations import FOLDS, candidate, confirmation, graded
from made_snapshots import record, snapshot

from search.confirmation.answer import answer
from search.confirmation.record import Confirmation
from search.results import published
from tools import confirmed_tables
from tools.confirmed_tables import Confirmed, headline, submissions, summary_sentence
from tools.readme import GRADED

FOLDER = Path("made")


def show(monkeypatch: pytest.MonkeyPatch, made: Confirmation) -> None:
    data = {"source": "fer2013.csv", "source_hash": "ab" * 32, "counts": published.COUNTS}
    trials = record(0, 0.8), record(3, 0.83), record(5, 0.85)
    shown = snapshot(*trials, confirmation=made, data=data)
    found = answer(shown)
    assert found.folds is not None
    assert made.machine is not None
    confirmed = Confirmed(
        shown, made, candidate(next(iter(FOLDS))), made.machine, found, found.folds
    )
    monkeypatch.setattr(confirmed_tables, "read_confirmed", lambda _: confirmed)


def test_without_a_grade_the_first_search_is_quoted_and_the_confirmed_recipe_is_not_graded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show(monkeypatch, confirmation())
    assert "first search's recipe, one seed" in summary_sentence(FOLDER, GRADED)
    table = headline(FOLDER, GRADED)
    assert "| **`beat_baseline`, confirmed** | not graded | **0.8403 ± 0.0040** |" in table
    assert "| its recipe, trained here | not graded | 0.7940 ± 0.0062 |" in table
    assert "Not yet graded: on 3 fresh folds" in table


def test_graded_submissions_answer_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    show(monkeypatch, confirmation(**graded(0.8450, 0.8470, 0.8440)))
    assert "Yes, graded from outside: 0.8452 ± 0.0015 (n = 3 seeds) beats 0.82244" in (
        summary_sentence(FOLDER, GRADED)
    )
    assert "| **0.8452** (" in headline(FOLDER, GRADED)


def test_each_candidate_stands_beside_what_the_search_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    show(monkeypatch, confirmation())
    rows = confirmed_tables.confirmation(FOLDER).splitlines()
    row = "| **trial 5** | 0.8500 | 0.8403 ± 0.0040 | +4.63 points (+3.76 to +5.51) |"
    assert rows[4].startswith(row)
    assert rows[6].startswith("| baseline | 0.8000 | 0.7940 ± 0.0062 |  |")


def test_submissions_are_listed_with_their_hashes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    show(monkeypatch, confirmation(**graded(0.84, 0.85)))
    (tmp_path / "published").mkdir()
    (tmp_path / "published/submission-seed-1.csv").write_text("id,label\n")
    table = submissions(tmp_path)
    assert "| `runs/confirm/submission-seed-2.csv` | confirmed recipe, seed 2 | `0000" in table
    assert "| `published/submission-seed-1.csv` | published recipe, seed 1 |" in table
