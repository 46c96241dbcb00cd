"""Output that the terminal's encoding lacks is replaced, not refused."""

import io
import sys

import pytest

from fer.streams import accept_any_text


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("ascii", "48×48 … −0.7\u00a0% ≥ é 脸", "48x48 ... -0.7 % >= \\xe9 \\u8138"),
        ("latin-1", "48×48 – é", "48×48 - é"),
        ("utf-8", "48×48 – é", "48×48 – é"),
        ("utf-8", "photo-\udcff.jpg", "photo-\\udcff.jpg"),
    ],
)
def test_text_is_shown_as_far_as_the_encoding_goes(
    monkeypatch: pytest.MonkeyPatch, encoding: str, text: str, shown: str
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    accept_any_text()
    print(text, flush=True)
    assert raw.getvalue().decode(encoding) == f"{shown}\n"


def test_a_table_on_an_ascii_terminal_has_ascii_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.console import Console
    from rich.table import Table

    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    accept_any_text()
    table = Table("size")
    table.add_row("48×48")
    Console().print(table)
    sys.stdout.flush()
    text = raw.getvalue().decode("ascii")
    assert "48x48" in text
    assert "+-------+" in text
    assert "\\" not in text


def test_a_stream_that_is_no_file_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    accept_any_text()
    print("×")
    assert stream.getvalue() == "×\n"
