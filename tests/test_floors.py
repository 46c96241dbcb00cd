"""Each floor imports only floors below it, and no process loads what it does not need."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = {
    "fer": (),
    "search": ("fer",),
    "benchmarks": ("fer", "search"),
    "reports": ("fer", "search", "benchmarks"),
    "reports.dashboard": ("fer", "search", "benchmarks", "reports"),
}
"""Each floor, and those that it may import besides itself."""


def floor_of(module: str) -> str | None:
    """The floor that a module belongs to; None if it is not of this repository."""
    names = [f for f in FLOORS if module == f or module.startswith(f"{f}.")]
    return max(names, key=len, default=None)


def imported(path: Path, *, when_loaded: bool = False) -> set[str]:
    """All that a file imports; or only what it imports as soon as it is loaded itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = set()
    for node in run_when_loaded(tree) if when_loaded else ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return modules


def run_when_loaded(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes outside of functions and of ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from run_when_loaded(node)


def modules_of(floor: str) -> dict[str, Path]:
    paths = (ROOT / floor.replace(".", "/")).rglob("*.py")
    parts = {path: path.relative_to(ROOT).with_suffix("").parts for path in paths}
    named = {".".join(names).removesuffix(".__init__"): path for path, names in parts.items()}
    return {name: path for name, path in named.items() if floor_of(name) == floor}


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_only_floors_below_it(floor):
    modules = modules_of(floor)
    assert modules
    upwards = {
        f"{name} imports {module}"
        for name, path in modules.items()
        for module in imported(path)
        if (other := floor_of(module)) and other != floor and other not in FLOORS[floor]
    }
    assert upwards == set()


def test_no_modules_import_each_other_in_a_circle():
    paths = {name: path for floor in FLOORS for name, path in modules_of(floor).items()}
    imports = {
        name: {
            other
            for module in imported(path, when_loaded=True)
            if (other := module if module in paths else module.rpartition(".")[0]) in paths
        }
        for name, path in paths.items()
    }
    assert any(imports.values())
    graphlib.TopologicalSorter(imports).prepare()  # raises CycleError with the circle


@pytest.mark.parametrize(
    "process",
    [
        "import search.execution.run_study, reports.dashboard.subscriber",
        "import search.execution.worker, search.execution.events, reports.dashboard.subscriber",
        "import reports.dashboard.cli, search.cli",
    ],
    ids=["supervisor", "worker", "command line"],
)
def test_a_process_loads_neither_plotly_nor_jinja2_nor_torch(process):
    heavy = "('plotly', 'jinja2', 'torch', 'scipy.stats')"
    check = f"{process}; import sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
