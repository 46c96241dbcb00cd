"""Gallery of the most confident errors of the best model."""

import numpy as np

from fer.faces.picture import data_uri
from fer.formatting import count, percent
from reports.data.study_data import StudyData
from reports.figures.common import missing
from reports.rendering.figure import Figure, Picture, Table

TITLE = "Most confident errors"
CAPTION = (
    "The faces as the model sees them, 48 × 48 pixels. Some labels of FER2013 are wrong or "
    "ambiguous."
)
PICTURES = 24


def build(data: StudyData) -> Figure:
    """Held-out faces with their label and their prediction."""
    scores, faces = data.best_run.scores, data.faces
    if scores is None:
        return missing("gallery", TITLE, f"Not shown: {data.best_run.problem}.")
    wrong = scores.mistakes()
    if not len(wrong):
        return missing("gallery", TITLE, "The best model made no error on the held-out faces.")
    classes, predicted = data.classes, scores.predicted
    confidence = scores.probabilities.max(axis=1)
    rows = tuple(
        (
            int(scores.index[i]),
            classes[scores.label[i]],
            classes[predicted[i]],
            float(confidence[i]),
        )
        for i in wrong
    )
    table = Table(("face", "label", "prediction", "probability"), rows)
    confident = int((confidence[wrong] > 0.9).sum())
    finding = (
        f"The best model made {count(len(wrong), 'error')}, {confident:,} of them with a "
        f"probability above {percent(0.9, 0)}."
    )
    if faces is None:
        return Figure(
            "gallery", TITLE, f"{finding} Add --data SOURCE to see the faces.", data=table
        )
    if scores.index.max() >= len(faces) or not _same_labels(data):
        finding = f"{finding} The faces of --data are not those of the predictions."
        return Figure("gallery", TITLE, finding, data=table)
    pictures = []
    for index, label, prediction, probability in rows[:PICTURES]:
        caption = f"label: {label}\nmodel: {prediction}\n{percent(probability, 0)}"
        text = f"face {index}, label {label}, predicted {prediction}"
        pictures.append(Picture(data_uri(np.asarray(faces.images[index])), caption, text))
    return Figure(
        "gallery",
        TITLE,
        f"{finding} The {len(pictures)} most confident:",
        CAPTION,
        pictures=tuple(pictures),
        data=table,
    )


def _same_labels(data: StudyData) -> bool:
    scores, faces = data.best_run.scores, data.faces
    assert scores is not None, "checked by the caller"
    assert faces is not None, "checked by the caller"
    return faces.labels is not None and np.array_equal(faces.labels[scores.index], scores.label)
