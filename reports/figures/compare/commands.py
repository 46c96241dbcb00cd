"""The commands that ran each study."""

from reports.data.comparison import Comparison
from reports.data.study_data import StudyData
from reports.figures.common import missing
from reports.rendering.figure import Figure
from search.results.shareable import shareable_command

TITLE = "Commands"
CAPTION = "Files are named without their folders, and servers without their names."


def build(comparison: Comparison) -> Figure:
    """The commands of each study's starts, oldest first, each once."""
    commands = {name: _commands(study) for name, study in comparison.studies.items()}
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


def _commands(study: StudyData) -> list[str]:
    sessions = study.snapshot.sessions
    return list(dict.fromkeys(shareable_command(session.command) for session in sessions))
