"""The author's own notes on a page: Markdown without HTML and pictures."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from fer.errors import BadInput

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

MAX_BYTES = 50_000


def read_notes(path: Path | None) -> str:
    """The text of a file of notes; empty without a file.

    Raises:
        BadInput: the file is missing, empty, too large, or not UTF-8 text.
    """
    if path is None:
        return ""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"--notes {path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        if len(content) > MAX_BYTES:
            raise BadInput(_too_large(path)) from error
        raise BadInput(f"--notes {path}: not UTF-8 text at byte {error.start}") from error
    if len(content) > MAX_BYTES:
        raise BadInput(_too_large(path))
    if "\0" in text:
        raise BadInput(f"--notes {path}: expected text or Markdown, but it holds zero bytes")
    if not text.strip():
        raise BadInput(f"--notes {path}: expected text or Markdown, but it is empty")
    return text


def notes_html(text: str) -> Markup:
    """Markdown as HTML: tags in it are shown as text, and its headings rank below the page's."""
    return Markup(_markdown().render(text))


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    # Without "html", tags are escaped; the parser refuses links to javascript: and file: itself.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.core.ruler.push("lower_headings", _lower_headings)
    return markdown


def _lower_headings(state: "StateCore") -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"


def _too_large(path: Path) -> str:
    return f"--notes {path}: expected at most {MAX_BYTES:,} bytes"
