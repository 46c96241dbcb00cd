"""An error is one line, whatever the file or cell that it quotes."""

from fer.errors import BadInput


def test_a_name_in_an_error_neither_begins_a_line_nor_steers_the_terminal() -> None:
    line = str(BadInput("a\nfer: all is well\x1b[2J\u202e\udcff.png: not 48×48"))
    assert line == "a\\nfer: all is well\\x1b[2J\\u202e\\udcff.png: not 48×48"
    assert line.isprintable()
