"""A study that really trained, on faces that are quick to learn, with what its dashboard shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import optuna

from fer.faces import Faces
from reports.dashboard.publish import Publisher
from search.config.study_file import read_study
from search.execution import events
from search.execution.leases import acquire_lease
from search.execution.objective import run_trial
from search.execution.trainer import FerTrainer
from search.storage.sessions import begin_session
from search.storage.storage import Storage
from search.storage.study import FerStudy, create_or_open
from search.storage.study_faces import check_data

STUDY = """
name = "tiny"
recipe = "published"
baseline_epochs = 2
seed = 1
[fixed]
epochs = 3
batch_size = 32
widths = [4]
[space]
dropout = { kind = "float", low = 0.0, high = 0.5 }
learning_rate = { kind = "float", low = 1e-3, high = 1e-1, log = true }
[pruner]
kind = "median"
startup = 4
[budget]
trials = 9
"""


def banded_faces(count: int) -> Faces:
    """Noise with a bright band whose height tells the class."""
    draw = np.random.default_rng(0)
    images = draw.integers(0, 160, (count, 48, 48), dtype=np.uint8)
    labels = np.arange(count, dtype=np.int64) % 3
    for label in range(3):
        images[labels == label, 8 + 14 * label : 14 + 14 * label] += 30
    names = tuple(map(str, range(count)))
    return Faces(images, labels, names, ("angry", "happy", "neutral"), "0" * 64)


@contextmanager
def trained_study(folder: Path) -> Iterator[FerStudy]:
    """Train it in a storage of its own in ``folder``."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    (folder / "tiny.toml").write_text(STUDY)
    faces = banded_faces(240)
    with Storage(str(folder / "studies.db")) as storage:
        study = create_or_open(storage, *read_study(folder / "tiny.toml"))
        check_data(study, "faces.npz", faces)
        session = begin_session(study, 1, "fer search run tiny.toml --data faces.npz")
        listeners = events.subscribe(study)
        while lease := acquire_lease(study, folder / "tiny", session):
            run_trial(lease, faces, FerTrainer(1), listeners, lambda: None)
        Publisher(study).publish()
        yield study
