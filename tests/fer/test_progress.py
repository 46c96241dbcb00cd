"""A progress bar is shown on a terminal, and nothing in a log."""

import io
import os
import subprocess
import sys

import pytest

from fer.progress import track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("total", [3, None])
def test_a_terminal_shows_the_bar_before_the_first_item_is_done(
    monkeypatch: pytest.MonkeyPatch, total: int | None
) -> None:
    stderr = Terminal()
    monkeypatch.setattr("sys.stderr", stderr)
    items = track(iter("abc"), total, "reading rows")
    assert next(items) == "a"
    assert "reading rows" in stderr.getvalue()
    assert list(items) == ["b", "c"]


def test_a_log_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    assert list(track(iter("abc"), 3, "reading")) == ["a", "b", "c"]
    assert stderr.getvalue() == ""


def test_a_bar_is_removed_when_its_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr("sys.stderr", stderr)

    def failing() -> None:
        for number in track(range(3), 3, "reading"):
            if number == 1:
                raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert stderr.getvalue().endswith("\x1b[2K")  # the line is wiped


def test_a_bar_on_an_ascii_terminal_is_ascii() -> None:
    code = (
        "from fer.exit_status import exit_status; from fer.progress import track\n"
        "exit_status(lambda: list(track(iter('abc'), 3, 'reading 48×48 …')))"
    )
    shown, terminal = os.openpty()
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "TERM": "xterm", "COLUMNS": "80"}
    with os.fdopen(terminal, "wb") as stderr:
        done = subprocess.run(
            [sys.executable, "-c", code], stderr=stderr, env=environment, check=False
        )
    with os.fdopen(shown, "rb") as reading:
        text = reading.read1()
    assert done.returncode == 0
    assert b"reading 48x48 ..." in text
    assert text.isascii()
