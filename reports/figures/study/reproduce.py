"""The commands that run the study again and make this page."""

from collections.abc import Sequence
from itertools import pairwise

from reports.data.study_data import StudyData
from reports.rendering.figure import Figure
from reports.rendering.formatting import listing
from search.results.commands import report_command, shareable_commands
from search.storage.sessions import Session

TITLE = "Commands"


def build(data: StudyData) -> Figure:
    """The commands, and whether they give the same trials again."""
    study = data.snapshot
    lines = [*shareable_commands(study), report_command(study)]
    repeatable = (
        "several workers ran at once, so the order in which trials ended influenced the next ones, "
        "and the trials will differ"
        if _at_once(study.sessions)
        else "with one worker, the study repeats its trials exactly where device, threads and "
        "versions are the same"
    )
    hashed = f" The hash of the faces is {study.data['source_hash'][:16]}." if study.data else ""
    return Figure(
        "reproduce",
        TITLE,
        f"The seed is {study.definition.seed}: {repeatable}.{hashed}",
        f"The study searched {listing(list(study.definition.space.entries))} with the sampler "
        f"{study.definition.sampler.kind} and the pruner {study.definition.pruner.kind}.",
        code="\n".join(lines),
    )


def _at_once(sessions: Sequence[Session]) -> bool:
    """Whether more than one worker ran at a time, of one session or of two."""
    return any(session.workers > 1 for session in sessions) or any(
        later.began < earlier.heartbeat for earlier, later in pairwise(sessions)
    )
