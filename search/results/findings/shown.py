"""The findings of a study on a terminal, and as JSON values."""

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from fer.formatting import SPACE
from fer.wording import counted
from search.results.findings import find_all
from search.results.findings.base import LEVEL, SIGNIFICANT, TESTS, Material


def findings_json(material: Material) -> dict[str, Any]:
    """Each finding with its evidence, and the level of the tests."""
    return {
        "study": material.snapshot.name,
        "findings": [
            {key: text.replace(SPACE, " ") for key, text in vars(finding).items()}
            for finding in find_all(material)
        ],
        "tests": {"ids": list(TESTS), "level": LEVEL, "level_of_each": SIGNIFICANT},
    }


def print_findings(material: Material, console: Console | None = None) -> None:
    """Print them, the most useful first."""
    console = console or Console()
    found, name = find_all(material), material.snapshot.name
    lead = f"{counted(len(found), 'finding')}, the most useful first" if found else "no findings"
    console.print(Text(f"{name}: {lead}", "bold"))
    for place, finding in enumerate(found, 1):
        console.print(Text(f"\n{place}. {finding.action}  [{finding.id}]"))
        evidence = finding.evidence[0].upper() + finding.evidence[1:]
        console.print(Padding(Text(f"{evidence}.".replace(SPACE, " ")), (0, 0, 0, 3)))
    console.print(Padding(Text(tests_note(), "dim"), (1, 0, 0, 0)))


def tests_note() -> str:
    """How several tests share one level of significance."""
    return (
        f"{len(TESTS)} findings rest on a test of significance ({', '.join(TESTS)}), each at "
        f"{100 * SIGNIFICANT:g} %, so that one of them is found by chance in at most "
        f"{100 * LEVEL:g} % of studies (Bonferroni). The others count what is there."
    )
