"""Studies that cost milliseconds: a cheap trainer, and real storages in temporary folders."""

import contextlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import optuna
import pytest

from search.config.study_file import read_study
from search.execution import events
from search.execution.leases import acquire_lease
from search.execution.objective import run_trial
from search.storage.storage import Storage
from search.storage.study import create_or_open

SEARCH = Path(__file__).parents[1] / "search"
CHEAP = SEARCH / "cheap.py"

STUDY = """
name = "cheap"
recipe = "published"
seed = 3
baseline_epochs = 5
[fixed]
epochs = 4
[space]
learning_rate = { kind = "float", low = 1e-4, high = 1e-1, log = true }
dropout = { kind = "float", low = 0.0, high = 0.5 }
[sampler]
startup = 3
[pruner]
kind = "median"
startup = 2
[budget]
trials = 8
"""


@pytest.fixture(autouse=True)
def quiet_optuna():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.fixture(scope="session")
def cheap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cheap", CHEAP)
    module = importlib.util.module_from_spec(spec)
    sys.modules["cheap"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def study_file(tmp_path):
    """Writes a study's TOML; arguments replace lines of the cheap one."""

    def write(*replacements: tuple[str, str], text: str = STUDY) -> Path:
        for old, new in replacements:
            assert old in text, old
            text = text.replace(old, new)
        path = tmp_path / "study.toml"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def opened():
    """``Storage``, closed when the test ends."""
    with contextlib.ExitStack() as stack:
        yield lambda *args, **options: stack.enter_context(Storage(*args, **options))


@pytest.fixture
def open_cheap(tmp_path, study_file, opened):
    """Opens the cheap study in a storage of its own, with replaced lines."""

    def make(*replacements: tuple[str, str], storage: str = "studies.journal", text: str = STUDY):
        definition, limits = read_study(study_file(*replacements, text=text))
        return create_or_open(opened(str(tmp_path / storage)), definition, limits)

    return make


@pytest.fixture
def swarm():
    """Runs swarms one after the other; fails if any of their workers did."""

    def run(*lines: str) -> None:
        done = subprocess.run(
            [sys.executable, str(SEARCH / "swarm.py")],
            input="\n".join(lines),
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    return run


@pytest.fixture
def run_serially(tmp_path, cheap):
    """Runs a study to its end in this process, with the cheap trainer or another."""

    def run(study, trainer=None, session="a session"):
        faces = cheap.tiny_faces("", "train", study.definition.recipe.classes)
        # One test may hold two studies of one name, each in a storage of its own.
        folder = tmp_path / f"runs-{Path(study.opened.url.database).name}"
        listeners = events.subscribe(study)
        while lease := acquire_lease(study, folder, session):
            run_trial(lease, faces, trainer or cheap.CheapTrainer(1), listeners, lambda: None)
        return study.everything()

    return run
