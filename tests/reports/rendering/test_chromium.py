"""Chromium is looked up in one place, under its usual names."""

import pytest

from fer.errors import BadInput
from reports.rendering.chromium import PROGRAMS, find_chromium


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts programs on a PATH that holds nothing else."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("FER_BROWSER", raising=False)

    def put(name: str) -> str:
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        return str(program)

    return put


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_usual_name_is_found(install, name):
    assert install(name) == find_chromium()


def test_the_environment_names_another_program(install, monkeypatch):
    install("chromium")
    monkeypatch.setenv("FER_BROWSER", install("my-browser"))
    assert find_chromium().endswith("my-browser")


def test_without_chromium_the_error_says_how_to_get_it(install):
    with pytest.raises(BadInput, match=r"no Chromium on this machine.*apt install chromium"):
        find_chromium()
