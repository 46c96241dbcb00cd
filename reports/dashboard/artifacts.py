"""A trial's artifacts: its recipe, history, confusion matrix, worst mistakes, and its model.

They are attached just before the trial ends: a finished trial cannot be changed.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from optuna.artifacts import FileSystemArtifactStore, get_all_artifact_meta, upload_artifact

from fer.faces.types import Faces
from reports.dashboard.log_once import log_once
from search.storage.storage import Storage

if TYPE_CHECKING:
    from search.execution.leases import TrialLease

_FILES = {
    "recipe.toml": "text/plain",
    "history.csv": "text/csv",
    "confusion.png": "image/png",
    "mistakes.png": "image/png",
}
_MODEL = "model.safetensors"


def artifact_folder(storage: Storage, runs: Path = Path("runs")) -> Path:
    """The folder of a storage's artifacts: beside its file, or with the runs for a server."""
    if storage.local is not None:
        return Path(f"{storage.local}.artifacts")
    return (runs / "artifacts").absolute()


def attach(lease: "TrialLease", faces: Faces, accuracy: float | None) -> None:
    """Attach the files of a run to its trial, as far as they exist; never raises.

    Args:
        accuracy: the final accuracy of the trial; None if it is pruned.
    """
    try:
        if accuracy is not None:
            _draw(lease.run, faces)
        _upload(lease, accuracy)
    except Exception as error:
        log_once("artifacts", error)


def _draw(run: Path, faces: Faces) -> None:
    from fer.scores import VALIDATION, read_scores

    if not (run / VALIDATION).exists():
        return
    from fer.evaluation.confusion import draw_confusion
    from fer.evaluation.mistakes import draw_mistakes
    from fer.faces.picture import png

    scores = read_scores(run / VALIDATION)
    (run / "confusion.png").write_bytes(png(draw_confusion(scores.confusion, faces.classes)))
    (run / "mistakes.png").write_bytes(png(draw_mistakes(scores, faces)))


def _upload(lease: "TrialLease", accuracy: float | None) -> None:
    files = dict(_FILES)
    if accuracy is not None:
        files[_MODEL] = "application/octet-stream"
    # A worker that was killed here has attached some of them already.
    attached = {meta.filename for meta in get_all_artifact_meta(lease.trial)}
    folder = artifact_folder(lease.study.opened, lease.run.parent.parent)
    folder.mkdir(parents=True, exist_ok=True)
    store = FileSystemArtifactStore(folder)
    for name, kind in files.items():
        path = lease.run / name
        if name not in attached and path.is_file():
            upload_artifact(
                artifact_store=store,
                file_path=str(path),
                study_or_trial=lease.trial,
                mimetype=kind,
            )
