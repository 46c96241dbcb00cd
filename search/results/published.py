"""The published result, and the faces that it applies to."""

from collections.abc import Mapping
from typing import Any

TEST = 0.82244
"""Accuracy on the test images of FER2013's three classes, which no study reads."""
TEST_COUNTS = {"angry": 958, "happy": 1774, "neutral": 1233}
TEST_IMAGES = sum(TEST_COUNTS.values())
VALIDATION = 0.8111
"""Accuracy on the faces that it held out."""
COUNTS = {"angry": 3995, "happy": 7215, "neutral": 4965}
"""FER2013's training faces of the three classes."""


def applies_to(data: Mapping[str, Any] | None) -> bool:
    """Whether a study has these training faces. ``data``: as the study stores them."""
    return data is not None and data.get("source") != "synthetic" and data.get("counts") == COUNTS
