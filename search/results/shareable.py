"""What a study stores, without the host names and folders of the machines that ran it."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from search.confirmation.record import KEY as CONFIRMATION
from search.storage.attributes import TrialAttributes
from search.storage.exported import RUNS
from search.storage.sessions import PREFIX

_DASHBOARD = ("dashboard:", "artifacts:")
"""Notes, figures and attached files in optuna-dashboard; they may show folders or faces."""
_TRIAL_KEYS = {field.alias or name for name, field in TrialAttributes.model_fields.items()}
_FILE_URL = re.compile(r"(sqlite|journal):///.*")
_SERVER_URL = re.compile(r"(\w+)(\+\w+)?://.*")


class Hosts:
    """Numbers the machines of a study, in the order in which they are met."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, name: str) -> str:
        """``machine-1`` and so on; the same for the same machine."""
        return self._known.setdefault(name, f"machine-{len(self._known) + 1}")

    def in_session(self, id: str) -> str:
        """A session's id, which is ``TIME/HOST/PID``."""
        parts = id.split("/")
        return "/".join([parts[0], self(parts[1]), parts[2]]) if len(parts) == 3 else id


def shareable_command(command: str) -> str:
    """A command with the names of its files, without their folders, and without its server."""
    try:
        words = shlex.split(command)
    except ValueError:  # of another program: a quote that never ends
        return shareable_text(command)
    return shlex.join(map(_shareable_word, words))


def _shareable_word(word: str) -> str:
    option, equals, value = ("", "", word)
    if word.startswith("--") and "=" in word:
        option, equals, value = word.partition("=")  # a URL may have an = of its own
    if _FILE_URL.fullmatch(value):
        value = f"{value.partition(':')[0]}:///{Path(value).name}"
    elif server := _SERVER_URL.fullmatch(value):
        value = f"{server[1]}://USER@HOST/DATABASE"
    elif "/" in value:
        value = Path(value).name
    return f"{option}{equals}{value}"


def shareable_text(text: str) -> str:
    """A text in which every absolute path is cut to its file's name."""
    return re.sub(r"(?<![\w.~/:])/(?:[^\s/:,'\"()]+/)*([^\s/:,'\"()]+)", r"\1", text)


def shareable_study(attributes: Mapping[str, Any], hosts: Hosts) -> dict[str, Any]:
    """The user attributes of a study."""
    kept = {key: attributes[key] for key in ("definition", "limits", "data") if key in attributes}
    for key in sorted(key for key in attributes if key.startswith(PREFIX)):
        session = attributes[key]
        command = shareable_command(session["command"])
        kept[PREFIX + hosts.in_session(key.removeprefix(PREFIX))] = session | {"command": command}
    if confirmation := attributes.get(CONFIRMATION):
        kept[CONFIRMATION] = _shareable_confirmation(confirmation)
    return kept


def _shareable_confirmation(stored: Mapping[str, Any]) -> dict[str, Any]:
    runs = {
        kind: [run | {"reason": shareable_text(run["reason"])} for run in stored[kind]]
        for kind in ("folds", "finals")
    }
    openings = [
        each | {"command": shareable_command(each["command"])} for each in stored["openings"]
    ]
    return {**stored, **runs, "openings": openings, "folder": RUNS}


def shareable_trial(attributes: Mapping[str, Any], hosts: Hosts, run: str | None) -> dict[str, Any]:
    """The user attributes of a trial; ``run``: its new run folder, None where there is none."""
    kept = {key: value for key, value in attributes.items() if key in _TRIAL_KEYS - {"run"}}
    if owner := kept.get("owner"):
        session = hosts.in_session(owner.get("session", ""))
        kept["owner"] = owner | {"host": hosts(owner["host"]), "session": session}
    if "attempts" in kept:
        kept["attempts"] = [each | {"host": hosts(each["host"])} for each in kept["attempts"]]
    if "reason" in kept:
        kept["reason"] = shareable_text(kept["reason"])
    return kept | ({"run": run} if run else {})


def shareable_system(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The system attributes of a study or a trial: those of its sampler."""
    return {key: value for key, value in attributes.items() if not key.startswith(_DASHBOARD)}
