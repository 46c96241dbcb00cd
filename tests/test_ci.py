"""The scripts of CI name tests that are there."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.mark.parametrize("script", ["run", "bare"])
def test_every_test_that_a_script_names_is_there(script: str) -> None:
    text = (REPOSITORY / ".ci" / script).read_text(encoding="utf-8")
    named = re.findall(r"\btests/[\w/]+(?:\.py)?", text)
    assert named
    assert [path for path in named if not (REPOSITORY / path).exists()] == []
