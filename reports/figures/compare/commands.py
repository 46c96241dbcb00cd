"""The commands that ran each study."""

from reports.data.comparison import Comparison
from reports.figures.common import missing
from reports.rendering.figure import Figure
from search.results.commands import shareable_commands

TITLE = "Commands"
CAPTION = "Files are named without their folders, and servers without their names."


def build(comparison: Comparison) -> Figure:
    """The commands of each study's starts, oldest first, each once."""
    commands = {
        name: shareable_commands(study.snapshot) if study.snapshot.sessions else ()
        for name, study in comparison.studies.items()
    }
    if not any(commands.values()):
        return missing("commands", TITLE, "No study has started.")
    blocks = (
        f"# {name}\n" + ("\n".join(lines) if lines else "# not started")
        for name, lines in commands.items()
    )
    return Figure(
        "commands",
        TITLE,
        "The commands that started each study.",
        CAPTION,
        code="\n\n".join(blocks),
    )
