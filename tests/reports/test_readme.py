import pytest

from reports.readme import ROOT, filled, replace_part


def test_the_readme_says_what_the_results_say() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert filled(readme) == readme, "run: python -m reports.readme"


def test_a_part_without_its_markers_is_an_error() -> None:
    with pytest.raises(ValueError, match="expected one part named speed, found 0"):
        replace_part("no markers", "speed", "figures")
