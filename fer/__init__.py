"""Facial-expression classification: faces, recipes, training, evaluation and prediction."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fer.classifier import Classifier
    from fer.photos.box import Box
    from fer.photos.prediction import Prediction

__all__ = ["Box", "Classifier", "Prediction"]

_MODULES = {
    "Box": "fer.photos.box",
    "Classifier": "fer.classifier",
    "Prediction": "fer.photos.prediction",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used: `import fer` imports no torch."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
