"""The commands that run the study again and make this page."""

import shlex

from reports.data.study_data import StudyData
from reports.rendering.figure import Figure
from reports.rendering.formatting import listing

TITLE = "Commands"
PRIVATE = ("--storage", "--out")
"""Options whose values are private to the user: storages and folders."""


def build(data: StudyData) -> Figure:
    """The commands, and whether they give the same trials again."""
    study = data.snapshot
    commands = [shareable(session.command) for session in study.sessions]
    lines = list(dict.fromkeys(commands)) or [f"fer search run {shlex.quote(study.name)}"]
    source = (study.data or {}).get("source")
    option = f" --data {shlex.quote(source)}" if source else ""
    lines.append(f"fer report study {shlex.quote(study.name)}{option} --out study.html")
    one_worker = max((session.workers for session in study.sessions), default=1) <= 1
    repeatable = (
        "with one worker, the study repeats its trials exactly"
        if one_worker
        else "with several workers, the order in which trials end influences the next ones, so the "
        "trials will differ"
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


def shareable(command: str) -> str:
    """A command without its storage, and without the folders of its paths."""
    try:
        words = shlex.split(command)
    except ValueError:
        return command
    kept: list[str] = []
    skip = False
    for word in words:
        option, equals, argument = word.partition("=")
        if not skip and option not in PRIVATE:
            joined = bool(equals) and option.startswith("--")
            kept.append(f"{option}={_last(argument)}" if joined else _last(word))
        skip = not skip and word in PRIVATE
    return shlex.join(kept)


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or path
