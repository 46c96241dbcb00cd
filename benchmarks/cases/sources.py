"""Generated sources of faces, the same on every machine."""

import io
import zipfile
from pathlib import Path
from typing import Any

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def made_faces(count: int) -> Any:
    """``uint8 [N, 48, 48]`` with smooth shapes and a little noise, so that a PNG of one is about as
    large as a photograph's."""
    import numpy as np

    draw = np.random.default_rng(0)
    coarse = draw.integers(40, 216, (count, 6, 6), dtype=np.uint8)
    smooth = coarse.repeat(8, axis=1).repeat(8, axis=2)
    return smooth + draw.integers(0, 16, smooth.shape, dtype=np.uint8)


def made_source(path: Path, count: int) -> Path:
    """Write a ``.npz`` or ``.zip`` of ``count`` training faces of all classes; returns the path."""
    import numpy as np

    images = made_faces(count)
    labels = np.arange(count) % len(CLASSES)
    if path.suffix == ".npz":
        np.savez(path, train_images=images, train_labels=np.array(CLASSES)[labels])
        return path
    from PIL import Image

    with zipfile.ZipFile(path, "w") as archive:
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            content = io.BytesIO()
            Image.fromarray(image).save(content, "PNG")
            archive.writestr(f"train/{CLASSES[label]}/{number:06d}.png", content.getvalue())
    return path
