"""The markers of what a test needs: skipped with the remedy, failed on CI, counted at the end."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from needs import NEEDS

TESTS = Path(__file__).parent
AD_HOC = {"skip", "skipif", "importorskip", "which"}

SUITE = """
import os
import pytest

@pytest.mark.make
@pytest.mark.parametrize("number", range(3))
def test_of_make(number): pass

@pytest.mark.pdf
def test_of_pdf(): raise AssertionError("not reached")

@pytest.mark.slow
def test_of_a_minute(): pass

def test_of_nothing():
    assert os.environ["FER_BROWSER"] == "/no-marker-browser"
    assert os.environ["FER_POSTGRES"] == "/no-marker-postgres"
"""


@pytest.fixture
def run_suite(tmp_path):
    """Runs a suite of marked tests with an empty PATH; gives its exit status and last lines."""
    (tmp_path / "test_suite.py").write_text(SUITE)

    def run(*options: str, ci: str = "") -> tuple[int, list[str]]:
        command = [sys.executable, "-m", "pytest", "-p", "needs", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, "--strict-markers", "-c", os.devnull, *options, tmp_path],
            env=os.environ
            | {"PATH": "", "CI": ci, "PYTHONPATH": f"{TESTS / 'helpers'}:{TESTS.parent}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert not done.stderr
        return done.returncode, done.stdout.splitlines()

    return run


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_last_lines_count_what_was_left_out_and_name_the_remedy(run_suite, processes):
    status, lines = run_suite("-n", processes)
    assert status == 0
    assert lines[-3:] == [
        "left out: 3 tests that need make (apt-get install make)",
        "left out: 1 test that needs pdftotext (apt-get install poppler-utils)",
        "left out: 1 test that needs more than a minute (make test ARGS=--slow)",
    ]
    assert "1 passed, 5 skipped" in lines[-4]


def test_on_ci_a_missing_program_fails_its_tests_and_a_slow_test_waits_to_be_asked_for(run_suite):
    status, lines = run_suite("-n", "0", ci="true")
    assert status == 1
    assert "needs pdftotext (apt-get install poppler-utils)" in lines
    assert "1 passed, 1 skipped, 4 errors" in lines[-4]


def test_an_option_runs_the_slow_tests(run_suite):
    status, lines = run_suite("-n", "0", "--slow", "-m", "slow")
    assert status == 0
    assert "1 passed, 5 deselected" in lines[-1]


def test_every_row_names_its_need_and_its_remedy():
    assert NEEDS
    assert all(need.name and need.remedy and need.marker.isidentifier() for need in NEEDS)


def test_no_test_decides_for_itself_whether_it_is_skipped():
    files = [path for path in TESTS.rglob("*.py") if path.name not in ("needs.py", "test_needs.py")]
    assert len(files) > 50
    ad_hoc = [
        f"{path.relative_to(TESTS)}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in AD_HOC)
        or (isinstance(node, ast.ImportFrom) and AD_HOC & {name.name for name in node.names})
    ]
    assert not ad_hoc, "give the test a marker of tests/helpers/needs.py instead"
