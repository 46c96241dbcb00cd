"""Tables of docs/development.md: the folders of each package, and what tests need."""

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[1]
PACKAGES = ("fer", "search", "benchmarks", "reports", "studies", "tools")


def folders() -> str:
    """The packages and their folders, each with the first sentence of its docstring."""
    rows = [(path, _first_sentence(path)) for name in PACKAGES for path in _packages(ROOT / name)]
    return "| folder | holds |\n|---|---|\n" + "".join(
        f"| `{path.relative_to(ROOT)}/` | {sentence} |\n" for path, sentence in rows
    )


def needs() -> str:
    """The markers of tests that need more than the installed packages, and how to meet each."""
    rows = [
        f"| `{need.marker}` | {need.name} | {_remedy(need.remedy)} |\n"
        for need in _helper("needs").NEEDS
    ]
    return "| marker | needs | how to get it |\n|---|---|---|\n" + "".join(rows)


def _packages(folder: Path) -> Iterator[Path]:
    """The folder and its sub-folders that are packages, each before its own."""
    yield folder
    for path in sorted(folder.iterdir()):
        if (path / "__init__.py").is_file():
            yield from _packages(path)


def _first_sentence(package: Path) -> str:
    """The first sentence of a package's docstring.

    Raises:
        ValueError: it has no docstring.
    """
    path = package / "__init__.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if not text:
        raise ValueError(f"{path}: expected a docstring that says what the folder holds")
    paragraph = " ".join(text.split("\n\n", maxsplit=1)[0].split())
    return paragraph.partition(". ")[0].rstrip(".").replace("``", "`").replace("|", "/")


def _remedy(text: str) -> str:
    is_command = text.split(maxsplit=1)[0] in ("apt-get", "pip", "make")
    return f"`{text}`" if is_command else text


def _helper(name: str) -> ModuleType:
    """A module of tests/helpers, which is no package. Pytest may have loaded it already."""
    if name not in sys.modules:
        path = ROOT / "tests/helpers" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
