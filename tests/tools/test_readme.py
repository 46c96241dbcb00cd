import re

import pytest

from tools.readme import PAGES, ROOT, filled, replace_part


@pytest.mark.parametrize("page", PAGES)
def test_generated_parts_are_current(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert filled(page, text) == text, "run: python -m tools.readme"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_generated_part_that_nothing_writes(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert re.findall(r"<!-- (\w[\w -]*):", text) == list(PAGES[page])


def test_a_part_without_its_markers_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"README.md: expected one part named speed, found 0"):
        replace_part("README.md", "no markers", "speed", "figures")


def test_the_readme_is_short_and_its_first_screen_has_a_picture_a_table_and_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.split()) <= 800
    first_screen = "\n".join(text.splitlines()[:26])
    for part in (
        "![",
        "test images",
        "mean ± SD | time | machine |",
        "$ make study",
        "$ make test",
    ):
        assert part in first_screen
