"""An author's own notes: Markdown becomes text on the page, and nothing that acts."""

import pytest

from fer.errors import BadInput
from reports.rendering.figure import Page
from reports.rendering.html import render
from reports.rendering.notes import MAX_BYTES, notes_html, read_notes


def page(notes: str) -> str:
    return render(Page("Comparison", "a and b", "Equal", ("They are.",), notes=notes))


def test_notes_stand_between_the_verdict_and_the_figures_under_a_heading_of_their_own():
    html = page("# Aim\n\nTry *two* samplers.\n\n- same faces\n- same budget\n")
    assert "<h3>Aim</h3>" in html
    assert "<p>Try <em>two</em> samplers.</p>" in html
    assert "<li>same budget</li>" in html
    assert html.index("They are.") < html.index("Author’s notes") < html.index("Try <em>")
    assert html.index("Try <em>") < html.index("</header>")


def test_a_page_without_notes_has_no_heading_for_them():
    assert "Author’s notes" not in page("")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "text <img src=x onerror=alert(1)> text",
        "[link](javascript:alert(1))",
        "[link](data:text/html;base64,PHNjcmlwdD4=)",
        "![picture](https://example.org/seen.png)",
        '[link](https://example.org "><script>alert(1)</script>")',
        "`</section><script>alert(1)</script>`",
        "</main>",
    ],
)
def test_nothing_in_notes_becomes_a_tag_or_a_request(hostile):
    html = str(notes_html(hostile))
    assert not any(tag in html for tag in ("<script", "<img", "</main", "</section"))
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_headings_of_notes_rank_below_the_pages_own():
    html = notes_html("\n\n".join(f"{'#' * level} h" for level in range(1, 7)))
    assert [html.count(f"<h{level}>") for level in range(1, 7)] == [0, 0, 1, 1, 1, 3]


def test_plain_text_keeps_its_paragraphs():
    assert notes_html("One & two.\n\nThree < four.") == (
        "<p>One &amp; two.</p>\n<p>Three &lt; four.</p>\n"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"caf\xe9", "not UTF-8 text at byte 3"),
        (b"a\0b", "it holds zero bytes"),
        (b"x" * (MAX_BYTES + 1), "expected at most 50,000 bytes"),
        ("é".encode() * MAX_BYTES, "expected at most 50,000 bytes"),
    ],
)
def test_a_file_that_is_no_text_is_refused_in_one_line(tmp_path, content, problem):
    path = tmp_path / "notes.md"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=problem) as error:
        read_notes(path)
    assert str(error.value).startswith(f"--notes {path}: ")


def test_a_missing_file_and_a_folder_are_refused_in_one_line(tmp_path):
    with pytest.raises(BadInput, match=r"--notes .*notes\.md: cannot be read: No such file"):
        read_notes(tmp_path / "notes.md")
    with pytest.raises(BadInput, match="cannot be read: Is a directory"):
        read_notes(tmp_path)
