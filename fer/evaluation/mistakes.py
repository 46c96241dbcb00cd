"""The most confident mistakes of a run, as one picture."""

import numpy as np
from PIL import Image, ImageDraw

from fer.errors import BadInput
from fer.faces.types import SIZE, Faces
from fer.scores import Scores
from fer.wording import counted

ZOOM = 2
GAP = 8
LINE = 12
"""Pixels of a line of text in pillow's own font."""


def draw_mistakes(scores: Scores, faces: Faces, rows: int = 4, columns: int = 6) -> Image.Image:
    """Draw the misclassified faces, the most confident first.

    Under each face: its label, and the prediction with its probability.

    Args:
        faces: the source's training faces, to which ``scores.index`` refers.

    Raises:
        BadInput: the scores belong to other faces.
    """
    if len(scores) and scores.index.max() >= len(faces):
        raise BadInput(f"scores of face {scores.index.max()}: of {counted(len(faces), 'face')}")
    wrong = scores.mistakes()
    shown = wrong[: rows * columns]
    used = max(1, -(-len(shown) // columns))
    across, down = SIZE * ZOOM + GAP, SIZE * ZOOM + 2 * LINE + GAP
    title = LINE + GAP
    picture = Image.new("L", (columns * across + GAP, title + used * down + GAP), 255)
    pen = ImageDraw.Draw(picture)
    heading = "no mistakes in the held-out faces"
    if len(wrong):
        mistakes, faces_seen = counted(len(wrong), "mistake"), counted(len(scores), "face")
        heading = f"{len(shown)} most confident of {mistakes} in {faces_seen}"
    pen.text((GAP, GAP // 2), heading, fill=0)
    for place, scored in enumerate(shown):
        row, column = divmod(place, columns)
        left, top = GAP + column * across, title + GAP + row * down
        image = Image.fromarray(np.asarray(faces.images[scores.index[scored]]))
        enlarged = image.resize((SIZE * ZOOM, SIZE * ZOOM), Image.Resampling.NEAREST)
        picture.paste(enlarged, (left, top))
        label, predicted = scores.label[scored], scores.predicted[scored]
        confidence = scores.probabilities[scored, predicted]
        pen.text((left, top + SIZE * ZOOM + 1), f"label {faces.classes[label]}", fill=0)
        prediction = f"pred {faces.classes[predicted]} {100 * confidence:.0f}%"
        pen.text((left, top + SIZE * ZOOM + LINE), prediction, fill=0)
    return picture
