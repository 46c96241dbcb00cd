"""Studies of the published recipe, and a folder with faces and cache for what runs them."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.cases.sources import made_source
from fer.process import available_cores, training_environment

if TYPE_CHECKING:
    from search.storage.study import FerStudy

REPORTS = 20
"""Epochs of a trial, each of which it reports."""

_STUDY = """
name = "{name}"
recipe = "published"
baseline = "published"
baseline_epochs = 1
[fixed]
epochs = {epochs}
[space]
dropout = {{ kind = "float", low = 0.0, high = 0.5 }}
learning_rate = {{ kind = "float", low = 1e-4, high = 1e-1, log = true }}
[budget]
trials = {trials}
"""


def made_study(storage: Any, folder: Path, name: str, trials: int) -> "FerStudy":
    """Create or open a study with a budget of ``trials``; its file is written to ``folder``."""
    import optuna

    from search.config.study_file import read_study
    from search.storage.study import create_or_open

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    path = folder / f"{name}-{os.getpid()}.toml"
    path.write_text(study_toml(name, epochs=REPORTS, trials=trials))
    return create_or_open(storage, *read_study(path))


def study_toml(name: str, *, epochs: int, trials: int) -> str:
    """A study's definition as a TOML file."""
    return _STUDY.format(name=name, epochs=epochs, trials=trials)


class StudyFolder:
    """A temporary folder with a prepared source of 4,096 faces, and the cache it is prepared in."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="fer-bench-")
        self.folder = Path(self._temporary.name)
        os.environ["FER_CACHE"] = str(self.folder / "cache")
        self.source = str(made_source(self.folder / "faces.npz", 4096))
        self.faces()

    def faces(self) -> Any:
        """The source's training faces of three classes."""
        from fer.faces import load_faces

        return load_faces(self.source, "train", ("angry", "happy", "neutral"))

    def environment(self) -> dict[str, str]:
        """The environment of a process that trains on these faces."""
        return training_environment(available_cores()) | {"PYTHONWARNINGS": "ignore"}

    def close(self) -> None:
        """Remove the folder."""
        self._temporary.cleanup()
