"""The commands that ran a study, complete: with the faces, also where the user named none.

Without ``--data``, a command takes the default faces of the machine that it runs on.
"""

import shlex

from search.results.shareable import shareable_command
from search.results.snapshot import Snapshot

WORKER_ALONE = "fer search worker"
"""All that the session of a worker on its own records of its command."""


def run_commands(snapshot: Snapshot) -> tuple[str, ...]:
    """The command of each start, oldest first, each once; what a study without starts needs."""
    commands = (_complete(session.command, snapshot) for session in snapshot.sessions)
    return tuple(dict.fromkeys(commands)) or (_complete("fer search run", snapshot),)


def resume_command(snapshot: Snapshot) -> str:
    """The latest ``fer search run`` of the study, which also resumes it."""
    commands = run_commands(snapshot)
    runs = [command for command in commands if not command.startswith(WORKER_ALONE)]
    return (runs or commands)[-1]


def shareable_commands(snapshot: Snapshot) -> tuple[str, ...]:
    """The commands for others: without servers, and without the folders of their paths."""
    return tuple(dict.fromkeys(map(shareable_command, run_commands(snapshot))))


def report_command(snapshot: Snapshot) -> str:
    """The command for others that writes the study's report."""
    words = ["fer", "report", "study", snapshot.name, *_data(snapshot), *_storage(snapshot)]
    return shlex.join([*words, "--out", "study.html"])


def confirm_command(snapshot: Snapshot) -> str:
    """The command for others that confirms the study's best recipes."""
    data = _data(snapshot) or ("--data", "SOURCE")
    return shlex.join(["fer", "search", "confirm", snapshot.name, *data, *_storage(snapshot)])


def _storage(snapshot: Snapshot) -> tuple[str, ...]:
    """``--storage`` as in the command that ran the study, without folders and servers."""
    storage = _value(shareable_command(resume_command(snapshot)), "--storage")
    return ("--storage", storage) if storage else ()


def with_option(command: str, *option: str) -> str:
    """The command with an option and its value, unless it has the option already."""
    if not option or _value(command, option[0]) is not None:
        return command
    return f"{command} {shlex.join(option)}"


def _complete(command: str, snapshot: Snapshot) -> str:
    if command in ("fer search run", WORKER_ALONE):
        command = f"{command} {shlex.quote(snapshot.name)}"
    return with_option(command, *_data(snapshot))


def _data(snapshot: Snapshot) -> tuple[str, ...]:
    """``--data`` and the name of the faces, without a folder; empty before the first start."""
    source = (snapshot.data or {}).get("source")
    return ("--data", str(source)) if source else ()


def _value(command: str, option: str) -> str | None:
    """The value of an option; None where the command does not have it."""
    words = shlex.split(command)
    for word, after in zip(words, [*words[1:], ""], strict=True):
        if word == option:
            return after
        if word.startswith(f"{option}="):
            return word.partition("=")[2]
    return None
