"""A bar shows what takes a while to a person, and nothing to a log."""

import io

import pytest

from fer import progress
from fer.progress import track


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stderr", "quiet", "shown"),
    [(Terminal(), 0.0, True), (Terminal(), 60.0, False), (io.StringIO(), 0.0, False)],
)
def test_a_bar_shows_on_a_terminal_after_a_moment_and_never_elsewhere(
    monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO, quiet: float, shown: bool
) -> None:
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setattr(progress, "QUIET", quiet)
    assert list(track(iter("abc"), 3, "reading")) == ["a", "b", "c"]
    assert ("reading" in stderr.getvalue()) == shown


def test_a_bar_goes_away_when_its_work_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Terminal()
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setattr(progress, "QUIET", 0.0)

    def failing() -> None:
        for number in track(range(3), 3, "reading"):
            if number == 1:
                raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert stderr.getvalue().endswith("\x1b[2K")  # the line is wiped
