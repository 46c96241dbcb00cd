"""The faces that a study is tied to: all of its starts and workers train on the same ones."""

from pathlib import Path

import numpy as np

from fer.errors import BadInput
from fer.faces.types import Faces
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
            raise BadInput(
                f"--data {source}: its hash is {faces.hash[:16]}, but study {study.study_name} was "
                f"started on {known['source']} ({known['source_hash'][:16]}): give these faces "
                f"another --storage and --out"
            )


def _counts(faces: Faces) -> dict[str, int]:
    assert faces.labels is not None, "who loaded them has checked it"
    counts = np.bincount(faces.labels, minlength=len(faces.classes)).tolist()
    return dict(zip(faces.classes, counts, strict=True))
