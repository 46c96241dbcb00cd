"""The mistakes of which the best model was surest, to be looked at."""

import numpy as np

from fer.faces.picture import data_uri
from reports.data.study_data import Material
from reports.figures.common import missing
from reports.rendering.figure import Figure, Picture, Table
from reports.rendering.formatting import count, percent

TITLE = "Its most confident mistakes"
SHOWN = 24


def gallery(material: Material) -> Figure:
    """Faces with their label, and what was said of them."""
    scores, faces = material.best_run.scores, material.faces
    if scores is None:
        return missing("gallery", TITLE, f"Not shown: {material.best_run.problem}.")
    wrong = scores.mistakes()
    if not len(wrong):
        return missing("gallery", TITLE, "It made no mistake on the held-out faces.")
    classes, predicted = material.classes, scores.predicted
    sure = scores.probabilities.max(axis=1)
    rows = tuple(
        (int(scores.index[i]), classes[scores.label[i]], classes[predicted[i]], float(sure[i]))
        for i in wrong
    )
    data = Table(("face", "label", "prediction", "probability"), rows)
    certain = int((sure[wrong] > 0.9).sum())
    said = (
        f"It made {count(len(wrong), 'mistake')}, and in {certain:,} of them it was more than "
        f"{percent(0.9, 0)} sure."
    )
    if faces is None:
        return Figure("gallery", TITLE, f"{said} Give --data SOURCE to see the faces.", data=data)
    if scores.index.max() >= len(faces) or not _same(material):
        return Figure("gallery", TITLE, f"{said} They are of other faces than --data.", data=data)
    pictures = []
    for index, label, prediction, probability in rows[:SHOWN]:
        caption = f"labelled {label}\nsaid {prediction}\n{percent(probability, 0)} sure"
        text = f"face {index}, labelled {label}, taken for {prediction}"
        pictures.append(Picture(data_uri(np.asarray(faces.images[index])), caption, text))
    return Figure(
        "gallery",
        TITLE,
        f"{said} Here are the first {len(pictures)}: judge for yourself which labels are right.",
        "Faces are shown as the model sees them, 48 pixels wide. Some labels of FER2013 are wrong "
        "or a matter of taste, and no model can learn those.",
        pictures=tuple(pictures),
        data=data,
    )


def _same(material: Material) -> bool:
    scores, faces = material.best_run.scores, material.faces
    assert scores is not None, "asked where both are there"
    assert faces is not None, "asked where both are there"
    return faces.labels is not None and np.array_equal(faces.labels[scores.index], scores.label)
