"""Tests whose program or package is missing: skipped at home, failed on CI."""

import needed
import pytest


@pytest.mark.parametrize("ci", ["true", ""])
def test_what_is_missing_skips_a_test_at_home_and_fails_it_on_ci(
    monkeypatch: pytest.MonkeyPatch, ci: str
) -> None:
    monkeypatch.setenv("CI", ci)
    ends = pytest.fail.Exception if ci else pytest.skip.Exception
    with pytest.raises(ends, match="no chromium: install it"):
        needed.missing("chromium", "install it")
    with pytest.raises(ends, match="no no_such_module: pip install it"):
        needed.module("no_such_module", "pip install it")
    assert needed.module("json", "").__name__ == "json"
