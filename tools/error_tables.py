"""The error analysis in docs/results.md, from studies/results/errors."""

import json
import math
from pathlib import Path
from typing import Any

from fer.formatting import interval, percent
from fer.intervals import NORMAL_95, wilson

SHOWN = {"by_class": "label", "by_copies": "byte-identical copies", "by_confidence": "confidence"}


def mistakes(folder: Path) -> str:
    """How many faces are misclassified, by label, by copies and by confidence."""
    result = json.loads((folder / "errors.json").read_text(encoding="utf-8"))
    wrong = result["n"] - sum(result["confusion"][i][i] for i in range(len(result["confusion"])))
    lines = [
        f"{wrong:,} mistakes in {result['n']:,} faces that {result['runs']} runs held out.",
        "",
        "| | faces | mistakes | share | 95 % interval | of all mistakes |",
        "|---|---|---|---|---|---|",
    ]
    for key, title in SHOWN.items():
        for part in result[key]:
            low, high = part["ci95"]
            lines.append(
                f"| {title}: {part['name']} | {part['n']:,} | {part['mistakes']:,} | "
                f"{percent(part['share'], 1)} | {interval(low, high)} | "
                f"{percent(part['mistakes'] / wrong, 1)} |"
            )
    return "\n".join(lines) + "\n"


def ratings(folder: Path) -> str:
    """Whether a rater who saw neither label nor prediction agrees with either."""
    result = json.loads((folder / "ratings.json").read_text(encoding="utf-8"))
    lines = [
        "| | of | rated | rater chose the label | the prediction | another class | unclear |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, counts in result.items():
        label = _share(counts["label"], counts["n"])
        prediction = "–" if kind == "correct" else _share(counts["prediction"], counts["n"])
        lines.append(
            f"| {kind} | {counts['of all']:,} | {counts['n']} | {label} | {prediction} | "
            f"{counts['other class']} | {counts['unclear']} |"
        )
    share, half = weighted(result)
    return "\n".join(
        [
            *lines,
            "",
            f"Weighted by how many mistakes of each kind there are, the rater chose the prediction "
            f"rather than the label in {percent(share, 0)} of all mistakes (95 % interval "
            f"{interval(share - half, share + half, 0)}).\n",
        ]
    )


def weighted(result: dict[str, Any]) -> tuple[float, float]:
    """In what share of all mistakes the rater chose the prediction, and half its 95 % interval.

    An estimate for a stratified sample (Cochran, 1977, "Sampling techniques", chapter 5), without
    the correction for a finite population.
    """
    kinds = [counts for kind, counts in result.items() if kind != "correct"]
    total = sum(counts["of all"] for counts in kinds)
    share, variance = 0.0, 0.0
    for counts in kinds:
        weight, own = counts["of all"] / total, counts["prediction"] / counts["n"]
        share += weight * own
        variance += weight**2 * own * (1 - own) / (counts["n"] - 1)
    return share, NORMAL_95 * math.sqrt(variance)


def _share(part: int, n: int) -> str:
    return f"{part} ({interval(*wilson(part, n), 0)})"
