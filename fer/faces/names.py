"""Names of classes and splits, as folders and tables spell them."""

from fer.recipe import EXPRESSIONS
from fer.validation import nearest

ALIASES = {
    "angry": ("anger",),
    "disgust": ("disgusted",),
    "fear": ("fearful", "afraid", "scared"),
    "happy": ("happiness", "joy"),
    "sad": ("sadness",),
    "surprise": ("surprised",),
    "neutral": ("neutrality",),
}
"""Other usual names of FER2013's seven classes."""

OUTSIDE = ("contempt", "contemptuous")
"""An expression of other data sets that is none of FER2013's: its faces are left out."""

SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
    "publictest": "test",
    "privatetest": "test",
}
"""Of a folder, or a cell of the column Usage, in lower case."""

USAGES = ("PublicTest", "PrivateTest")
"""The two parts of FER2013's test images, as Kaggle's CSV and folders made from it name them."""

_LABELS = {
    **{name: label for label, name in enumerate(EXPRESSIONS)},
    **{str(label): label for label in range(len(EXPRESSIONS))},
    **{alias: EXPRESSIONS.index(name) for name, aliases in ALIASES.items() for alias in aliases},
}

NUMBERING = ", ".join(f"{label} {name}" for label, name in enumerate(EXPRESSIONS))
"""FER2013's numbers: ``0 angry, 1 disgust, …``."""


def label_of(name: str) -> int | None:
    """The position in ``EXPRESSIONS`` of a class's name, usual name or FER2013 number.

    Case and surrounding blanks do not matter. None = it is no such name.
    """
    return _LABELS.get(name.strip().lower())


def usage_of(name: str) -> str:
    """The part of the test images that a cell, folder or file name begins with; empty = neither."""
    lower = name.strip().lower()
    return next((usage for usage in USAGES if lower.startswith(usage.lower())), "")


def is_outside(name: str) -> bool:
    """Whether a name is an expression that FER2013 does not have."""
    return name.strip().lower() in OUTSIDE


def nearest_class(name: str) -> str:
    """The end of an error about an unknown class: the nearest name, or all of them."""
    if name.isdigit():
        return f"expected a number as in FER2013: {NUMBERING}"
    return nearest(name, list(EXPRESSIONS))
