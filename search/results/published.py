"""The published result, and the faces that it was measured on: it says nothing of any others."""

from collections.abc import Mapping
from typing import Any

TEST = 0.82244
"""Its accuracy on the 3,965 test images of FER2013's three classes, which no study opens."""
VALIDATION = 0.8111
"""Its accuracy on the faces that it held out."""
TEST_IMAGES = 3965
COUNTS = {"angry": 3995, "happy": 7215, "neutral": 4965}
"""FER2013's training faces of the three classes."""


def applies_to(data: Mapping[str, Any] | None) -> bool:
    """Whether the faces of a study, as it notes them, are those."""
    return data is not None and data.get("source") != "synthetic" and data.get("counts") == COUNTS
