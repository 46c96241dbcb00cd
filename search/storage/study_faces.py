"""The faces that a study is tied to: all of its starts and workers train on the same ones."""

import shlex
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from fer.errors import BadInput
from fer.faces.types import Faces
from fer.wording import counted
from search.storage.study import FerStudy


def check_data(study: FerStudy, source: str, faces: Faces) -> None:
    """Tie a study to its faces when it starts, and refuse others later.

    Raises:
        BadInput: the study was started on other faces.
    """
    with study.opened.lock():
        known = study.user_attrs.get("data")
        if known is None:
            # Its name alone: a summary that is shared should not reveal folders.
            name = Path(source).name
            data: dict[str, object] = {
                "source": name,
                "source_hash": faces.hash,
                "counts": _counts(faces),
            }
            if faces.held_out is not None:  # else the share that the recipe names
                data["held_out"] = len(faces.held_out)
            study.set_user_attr("data", data)
        elif known["source_hash"] != faces.hash:
            folder = f"runs/on-{shlex.quote(Path(source).name)}"
            began = _described(known["counts"], known["source_hash"])
            raise BadInput(
                f"--data {source}: {_described(_counts(faces), faces.hash)}, but study "
                f"{study.study_name} in {study.opened.shown} began on {known['source']}: {began}: "
                f"resume it with --data {shlex.quote(known['source'])}, or begin one on these "
                f"faces with --storage {folder}/studies.db --out {folder}"
            )


def _described(counts: Mapping[str, int], source_hash: str) -> str:
    listed = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    return f"{counted(sum(counts.values()), 'face')} ({listed}; hash {source_hash[:16]})"


def _counts(faces: Faces) -> dict[str, int]:
    assert faces.labels is not None, "who loaded them has checked it"
    counts = np.bincount(faces.labels, minlength=len(faces.classes)).tolist()
    return dict(zip(faces.classes, counts, strict=True))
