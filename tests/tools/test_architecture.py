"""docs/development.md shows the repository as it is."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tools import architecture
from tools.readme import ROOT

ABOVE = ("fer", "search", "benchmarks", "reports")
"""The packages, each above those before it."""

LIBRARIES = {"optuna": "search", "plotly": "reports"}
"""The lowest package that may import a library."""


@cache
def imports(package: str) -> dict[str, list[str]]:
    """The files of a package that import each top-level module, in functions too."""
    files: dict[str, list[str]] = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                files.setdefault(name.partition(".")[0], []).append(str(path.relative_to(ROOT)))
    return files


@pytest.mark.parametrize("package", ABOVE)
def test_a_package_imports_only_packages_below_it(package: str) -> None:
    imported = imports(package)
    above = ABOVE[ABOVE.index(package) + 1 :]
    assert {name: imported[name] for name in (*above, "tools", "tests") if name in imported} == {}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_only_by_its_packages(library: str) -> None:
    for package in ABOVE[: ABOVE.index(LIBRARIES[library])]:
        assert library not in imports(package), imports(package)[library]


def test_every_named_file_and_its_line_exist() -> None:
    """Rows such as ``| a pruner | `search/…/NAME.py` | `PRUNERS`, `search/….py` |``."""
    text = (ROOT / "docs/development.md").read_text(encoding="utf-8")
    places = re.findall(r"`([\w.]+)`, `([\w/]+\.(?:py|toml))`", text)
    assert len(places) >= 13
    for name, path in places:
        assert name in (ROOT / path).read_text(encoding="utf-8"), f"{path}: no {name}"
    for path in re.findall(r"`((?:fer|search|benchmarks|reports|tools|tests)/[\w/]*)NAME", text):
        assert (ROOT / path).is_dir(), path


def test_a_folder_without_a_docstring_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "__init__.py").write_text("")
    with pytest.raises(ValueError, match="expected a docstring that says what the folder holds"):
        architecture._first_sentence(tmp_path)
