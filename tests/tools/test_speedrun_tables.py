from pathlib import Path

import pytest

from benchmarks.recordings.files import read
from tools.speedrun_tables import variants

RECORDING = Path(__file__).parents[2] / "benchmarks/results/speedrun/published-xeon-2-cores.json"


def cells(table: str, name: str) -> list[str]:
    [row] = [line for line in table.splitlines() if line.startswith(f"| `{name}` |")]
    return [cell.strip() for cell in row.strip("|").split("|")]


def ends(name: str) -> list[float]:
    """The last accuracy of each run, in percent."""
    [case] = [case for case in read(RECORDING).measured if case.params["recipe"] == name]
    return [100 * curve[-1][1] for curve in case.extra["curves"]]


def test_each_recipe_has_a_row_named_by_what_it_changes() -> None:
    table = variants(RECORDING, "fast")
    assert len(table.splitlines()) == 2 + len(read(RECORDING).measured)
    accuracy = sum(ends("random_flip")) / 5
    assert cells(table, "flip = random")[2].startswith(f"{accuracy:.2f} ± ")


def test_a_difference_is_the_mean_over_the_seeds() -> None:
    gains = [new - old for new, old in zip(ends("full_size"), ends("fast"), strict=True)]
    table = variants(RECORDING, "fast")
    assert cells(table, "image_sizes = [48]")[5].startswith(f"{sum(gains) / 5:+.2f} (")


@pytest.mark.parametrize("name", ["published", "fast"])
def test_reference_and_base_have_no_difference(name: str) -> None:
    assert cells(variants(RECORDING, "fast"), name)[5] == ""
