"""What a marked test needs, how it is found, and how to get it; pytest reads the table here.

A test that needs a program, an extra, a device or data carries the marker of its row in ``NEEDS``.
Where the need is not met, the test is skipped with the remedy, and the last lines of the run count
what was left out. With CI=true the test fails instead, unless a machine cannot install the need.
Chromium and PostgreSQL are hidden from every test without their marker, so that a forgotten marker
fails where they are installed.
"""

import importlib.util
import os
import shutil
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fer.errors import BadInput

REPOSITORY = Path(__file__).parents[2]
PROPERTY = "left out for"


@dataclass(frozen=True)
class Need:
    """One row of the table; several rows may share a marker.

    Attributes:
        found: whether the need is met; takes pytest's configuration.
        installable: with CI=true its absence is a failure.
        hidden_by: an environment variable that hides it from tests without the marker.
    """

    marker: str
    name: str
    found: Callable[[pytest.Config], bool]
    remedy: str
    installable: bool = True
    hidden_by: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.remedy})"


def real_data_folder() -> Path:
    """The folder that holds ``fer2013-train.zip``, if this machine has it."""
    return Path(os.environ.get("FER_TEST_DATA", REPOSITORY.parent / "shared" / "data"))


def _browser(_: pytest.Config) -> bool:
    from reports.rendering.chromium import find_chromium

    try:
        return bool(find_chromium())
    except BadInput:
        return False


def _postgres(_: pytest.Config) -> bool:
    from benchmarks.system.postgres_programs import find_program

    try:
        return all(find_program(name) for name in ("initdb", "postgres"))
    except FileNotFoundError:
        return False


def _cuda(_: pytest.Config) -> bool:
    import torch

    return torch.cuda.is_available()


def _peak_memory(_: pytest.Config) -> bool:
    from benchmarks.system.memory import peak_resident
    from fer.peak_memory import reset_peak

    return reset_peak() and peak_resident() is not None


def _program(name: str) -> Callable[[pytest.Config], bool]:
    return lambda _: shutil.which(name) is not None


def _packages(*names: str) -> Callable[[pytest.Config], bool]:
    return lambda _: all(importlib.util.find_spec(name) for name in names)


NEEDS = (
    Need("browser", "Chromium", _browser, "apt-get install chromium", hidden_by="FER_BROWSER"),
    Need("browser", "Playwright", _packages("playwright"), "pip install -e '.[dev]'"),
    Need(
        "postgres",
        "PostgreSQL",
        _postgres,
        "apt-get install postgresql",
        hidden_by="FER_POSTGRES",
    ),
    Need("postgres", "psycopg", _packages("psycopg"), "pip install -e '.[postgres]'"),
    Need(
        "onnx",
        "the extra onnx",
        _packages("onnx", "onnxscript", "onnxruntime"),
        "pip install -e '.[onnx]'",
    ),
    Need("photo", "the extra photo", _packages("cv2"), "pip install -e '.[photo]'"),
    Need("pdf", "pdftotext", _program("pdftotext"), "apt-get install poppler-utils"),
    Need("make", "make", _program("make"), "apt-get install make"),
    Need("cuda", "a CUDA device", _cuda, "a machine with an NVIDIA GPU", installable=False),
    Need(
        "peak_memory",
        "the kernel's peak memory of a process",
        _peak_memory,
        "Linux with a writable /proc/self/clear_refs",
        installable=False,
    ),
    Need(
        "full_device",
        "/dev/full",
        lambda _: Path("/dev/full").exists(),
        "Linux has it",
        installable=False,
    ),
    Need(
        "realdata",
        "FER2013",
        lambda _: (real_data_folder() / "fer2013-train.zip").is_file(),
        "FER_TEST_DATA=folder of fer2013-train.zip",
        installable=False,
    ),
    Need(
        "slow",
        "more than a minute",
        lambda config: bool(config.getoption("slow")),
        "make test ARGS=--slow",
        installable=False,
    ),
)
MET = pytest.StashKey[dict[Need, bool]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--slow``."""
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers of the table."""
    config.stash[MET] = {}
    for marker in dict.fromkeys(need.marker for need in NEEDS):
        rows = ", ".join(str(need) for need in NEEDS if need.marker == marker)
        config.addinivalue_line("markers", f"{marker}: needs {rows}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Hide from a test what it has no marker for."""
    with pytest.MonkeyPatch.context() as patch:
        for need in NEEDS:
            if need.hidden_by and item.get_closest_marker(need.marker) is None:
                patch.setenv(need.hidden_by, f"/no-marker-{need.marker}")
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose need is not met, or fail it with CI=true."""
    markers = {mark.name for mark in item.iter_markers()}
    for need in NEEDS:
        if need.marker in markers and not _met(need, item.config):
            item.user_properties.append((PROPERTY, str(need)))
            if need.installable and os.environ.get("CI") == "true":
                pytest.fail(f"needs {need}", pytrace=False)
            pytest.skip(f"needs {need}")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Print what was left out as the last lines of the run, after pytest's own."""
    result = yield
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:  # the processes of pytest-xdist have none
        for line in left_out(terminal.stats):
            terminal.write_line(line)
    return result


def left_out(stats: dict[str, list[object]]) -> list[str]:
    """One line per need, most tests first: ``left out: 61 tests that need Chromium (remedy)``."""
    counts = Counter(
        need
        for reports in (stats.get("skipped", []), stats.get("error", []))
        for report in reports
        for name, need in getattr(report, "user_properties", ())
        if name == PROPERTY
    )
    order = list(map(str, NEEDS))
    return [
        f"left out: {count} {'test that needs' if count == 1 else 'tests that need'} {need}"
        for need, count in sorted(counts.items(), key=lambda pair: (-pair[1], order.index(pair[0])))
    ]


def _met(need: Need, config: pytest.Config) -> bool:
    """Whether the need is met; looked up once a process."""
    met = config.stash[MET]
    if need not in met:
        met[need] = need.found(config)
    return met[need]
