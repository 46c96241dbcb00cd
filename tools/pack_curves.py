"""Pack measured curves as the table that ships: ``python -m tools.pack_curves curves.jsonl``.

Recipes without all of their four curves are left out, so that the table can be packed, and used,
while ``tools.measure_curves`` is running.
"""

import argparse
import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

from fer.files import write_atomically, write_text
from search.config.study_file import read_study
from search.replay.table import BASELINE, COLUMNS, CURVES, FOLDS, FULL, RECIPES, SHORT
from tools.measure_curves import RECIPES as PLANNED
from tools.measure_curves import STUDY

OUT = Path(__file__).parents[1] / "studies/results/replay"
OWN = ("seed", "epochs")
"""Keys of a recipe that its curves do not share: each has a seed of its own."""


def main() -> None:
    """Write ``curves.csv.gz`` and ``recipes.json``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("curves", type=Path, help="curves.jsonl of tools.measure_curves")
    parser.add_argument("--out", type=Path, default=OUT, help="folder  [studies/results/replay]")
    arguments = parser.parse_args()
    lines = arguments.curves.read_text(encoding="utf-8").splitlines()
    count = pack([json.loads(line) for line in lines if line], arguments.out)
    print(f"{arguments.out}: {count} recipes of {PLANNED}, and the baseline")


def pack(curves: list[dict[str, Any]], out: Path) -> int:
    """Write the complete recipes; returns how many there are, the baseline not counted."""
    by_recipe: dict[int, list[dict[str, Any]]] = {}
    for curve in sorted(curves, key=lambda c: (c["recipe"], -c["epochs"], c["fold"])):
        by_recipe.setdefault(curve["recipe"], []).append(curve)
    wanted = len(FOLDS) * len((FULL, SHORT))
    complete = {number: own for number, own in by_recipe.items() if len(own) == wanted}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(row for own in complete.values() for curve in own for row in _rows(curve))
    # Without a time: the same curves make the same file.
    packed = gzip.compress(text.getvalue().encode(), mtime=0)
    write_atomically(out / CURVES, lambda file: file.write(packed))
    write_text(out / RECIPES, json.dumps(_recipes(complete), indent=1) + "\n")
    return len(complete) - (BASELINE in complete)


def _rows(curve: dict[str, Any]) -> list[list[Any]]:
    key = [curve["recipe"], curve["fold"], curve["epochs"]]
    rows: list[list[Any]] = [
        [*key, number, loss, accuracy, correct, seconds, None, None, None, None]
        for number, (loss, accuracy, correct, seconds) in enumerate(curve["rows"], start=1)
    ]
    rows[-1][-4:] = curve["slices"][1:]
    return rows


def _recipes(complete: dict[int, list[dict[str, Any]]]) -> dict[str, Any]:
    definition, _ = read_study(STUDY)
    searched = {number: own[0]["values"] for number, own in complete.items() if number != BASELINE}
    keys = {name: entry.key for name, entry in definition.space.entries.items()}
    own_keys = {*keys.values(), *OWN}
    first = next(iter(searched.values()))
    curves = [curve for own in complete.values() for curve in own]
    return {
        "study": definition.name,
        "space": definition.space.dump(),
        "shared": {key: value for key, value in first.items() if key not in own_keys},
        "baseline": {k: v for k, v in complete[BASELINE][0]["values"].items() if k not in OWN},
        "values": {
            number: {name: values[key] for name, key in keys.items()}
            for number, values in searched.items()
        },
        "planned": PLANNED,
        "slice": curves[0]["slice"],
        "training": [next(c["training"] for c in curves if c["fold"] == fold) for fold in FOLDS],
        "precision": curves[0]["precision"],
    }


if __name__ == "__main__":
    main()
