"""Models put to use: evaluation, prediction and submissions."""

from fer.evaluation.metrics import Evaluation, compare
from fer.evaluation.predict import Predictions, predict_faces, write_submission
from fer.evaluation.render import render

__all__ = ["Evaluation", "Predictions", "compare", "predict_faces", "render", "write_submission"]
