"""How many faces are found in photos, and what detection costs in accuracy.

    python -m tools.measure_detection --data fer2013-train.zip

Training images of FER2013 are enlarged, put in the middle of a gray picture, and predicted as
photos are; and the same images are predicted as the 48×48 crops that they are.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fer.files import write_text
from fer.photos import Box, Prediction

RESULT = Path(__file__).parents[1] / "studies/results/face_detection/detection.json"
FACES, SEED = 300, 0
SIDES = (48, 96, 192, 384)
"""Of the pasted image, in pixels."""
WIDTH, HEIGHT, GRAY = 640, 480, 128


@dataclass(frozen=True)
class Row:
    """Faces of one size.

    Attributes:
        side: of the pasted image, in pixels.
        found: images with a box whose centre is in their middle half.
        others: further boxes.
        correct: of the images found, those whose detected face has the right label.
        correct_plain: of the images found, those whose 48×48 crop has it.
        same: of the images found, those whose two labels are the same.
    """

    side: int
    found: int
    others: int
    correct: int
    correct_plain: int
    same: int


def main() -> None:
    """Measure, and write ``detection.json``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", required=True, help="a source of FER2013's training faces")
    parser.add_argument("--out", type=Path, default=RESULT)
    arguments = parser.parse_args()
    write_text(arguments.out, json.dumps(measure(arguments.data), indent=1) + "\n")
    print(table(arguments.out))


def measure(source: str) -> dict[str, Any]:
    """The counts of each size, and what they were measured with."""
    import cv2
    import torch

    from fer.best_model import best_model
    from fer.classifier import Classifier
    from fer.faces import load_faces, require_labels

    classifier = Classifier.load(device="cpu")
    faces = load_faces(source, "train", classifier.classes)
    labels = require_labels(faces, source, "train")
    drawn = np.random.default_rng(SEED).choice(len(faces), FACES, replace=False)
    images = [np.asarray(faces.images[at]) for at in drawn]
    truth = [faces.classes[labels[at]] for at in drawn]
    plain = [face.label for face in classifier.predict_crop(images)]
    rows = [
        count(side, [classifier.predict(paste(image, side)) for image in images], plain, truth)
        for side in SIDES
    ]
    return {
        "model": str(best_model().relative_to(best_model().parents[3])),
        "faces": {"hash": faces.hash, "n": FACES, "seed": SEED},
        "opencv": cv2.__version__,
        "torch": torch.__version__.partition("+")[0],
        "rows": [asdict(row) for row in rows],
    }


def paste(face: NDArray[np.uint8], side: int) -> Image.Image:
    """A gray picture with the face in its middle."""
    picture = Image.new("L", (WIDTH, HEIGHT), GRAY)
    enlarged = Image.fromarray(face).resize((side, side), Image.Resampling.BICUBIC)
    picture.paste(enlarged, ((WIDTH - side) // 2, (HEIGHT - side) // 2))
    return picture


def count(
    side: int,
    found: Sequence[Sequence[Prediction]],
    plain: Sequence[str],
    truth: Sequence[str],
) -> Row:
    """Count the images of one size; of several boxes in the middle, the largest counts.

    Args:
        found: the predictions for each picture.
        plain: the label of each crop.
        truth: the right label of each.
    """
    best = [
        max(
            (face for face in faces if face.box and _is_in_the_middle(face.box, side)),
            key=lambda face: face.box.width if face.box else 0,
            default=None,
        )
        for faces in found
    ]
    triples = [
        (face.label, crop, label)
        for face, crop, label in zip(best, plain, truth, strict=True)
        if face is not None
    ]
    return Row(
        side,
        len(triples),
        sum(map(len, found)) - len(triples),
        sum(label == right for label, _, right in triples),
        sum(crop == right for _, crop, right in triples),
        sum(label == crop for label, crop, _ in triples),
    )


def table(path: Path) -> str:
    """The measurement in Markdown."""
    result = json.loads(path.read_text(encoding="utf-8"))
    n = result["faces"]["n"]
    lines = [
        "| side | found | other boxes | accuracy, found | accuracy, crop | same label |",
        "|---|---|---|---|---|---|",
    ]
    for values in result["rows"]:
        row = Row(**values)
        shares = [row.found / n, *(each / row.found for each in _of_found(row))]
        first, *others = (f"{share:.3f}" for share in shares)
        lines.append(f"| {row.side} px | {first} | {row.others} | {' | '.join(others)} |")
    return "\n".join(lines) + (
        f"\n\nn = {n} training images, each in the middle of a gray picture of {WIDTH}×{HEIGHT}. "
        "The last three columns are shares of the images found: whose found face is predicted "
        "right, whose 48×48 crop is, and whose two predictions are the same. Model "
        f"`{result['model']}`, OpenCV {result['opencv']}, torch {result['torch']}.\n"
    )


def _of_found(row: Row) -> tuple[int, int, int]:
    return row.correct, row.correct_plain, row.same


def _is_in_the_middle(box: Box, side: int) -> bool:
    across = abs(box.left + box.width / 2 - WIDTH / 2)
    down = abs(box.top + box.height / 2 - HEIGHT / 2)
    return max(across, down) < side / 4


if __name__ == "__main__":
    main()
