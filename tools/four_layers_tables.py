"""The study ``four_layers`` in docs/results.md: variants, fresh fold and submissions."""

import hashlib
import json
from pathlib import Path

from fer.wording import counted
from tools.ablation_tables import improvements


def variants(folder: Path) -> str:
    """The study's own table, then the winner and the baseline on the fresh fold."""
    return f"{improvements(folder)}\n{_fold(folder)}\n"


def _fold(folder: Path) -> str:
    runs = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("runs/confirm/fold-1-*/metrics.json"))
    }
    parts = [
        f"{name.removeprefix('fold-1-').replace('-', ' ')} {metrics['validation_accuracy']:.4f}"
        for name, metrics in runs.items()
    ]
    faces = next(iter(runs.values()))["faces"]["validation"]
    return f"On one fresh fold of {counted(faces, 'face')} (one run each): {', '.join(parts)}."


def submissions(folder: Path) -> str:
    """The submissions of the winner, trained on all faces."""
    lines = ["| file | sha256 |", "|---|---|"]
    for path in sorted((folder / "runs/confirm").glob("submission-*.csv")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append(f"| `{path.name}` | `{digest[:16]}` |")
    return "\n".join(lines) + "\n"
