"""The commands of a replay, and the versions that it ran with."""

from reports.rendering.figure import Figure
from search.replay.results import Results

TITLE = "Commands"


def build(results: Results) -> Figure:
    """The commands that make the table and the results again."""
    versions = ", ".join(f"{name} {number}" for name, number in results.versions.items())
    machine = " ".join(results.machine.values())
    code = "\n".join(
        (
            "python -m tools.measure_curves --data fer2013-train.zip --out curves",
            "python -m tools.pack_curves curves/curves.jsonl",
            f"{results.command} --out results.json",
        )
    )
    sentence = f"Table {results.table.sha256} (sha256); {machine}, {versions}."
    return Figure("commands", TITLE, sentence, code=code)
