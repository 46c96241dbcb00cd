"""The command as a whole: its list of commands, help and versions, and what they import."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperGroup

from fer.cli import build_app

HEAVY = ["torch", "numpy", "pandas", "pydantic", "optuna", "plotly", "scipy", "PIL", "sqlalchemy"]


def commands() -> Iterator[tuple[str, object]]:
    """All commands with their full names, those of groups too."""
    root = typer.main.get_command(build_app())
    waiting = [("fer", root)]
    while waiting:
        name, command = waiting.pop()
        yield name, command
        if isinstance(command, TyperGroup):
            waiting += [(f"{name} {key}", each) for key, each in command.commands.items()]


COMMANDS = dict(commands())


def help_of(name: str) -> str:
    """The help as it stands on a terminal of 80 columns."""
    command = COMMANDS[name]
    with typer.Context(command, info_name=name, terminal_width=80, max_content_width=80) as context:
        return command.get_help(context)


def test_the_commands_are_there() -> None:
    assert {"fer train", "fer data audit", "fer search run", "fer dashboard"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_line_of_help_is_cut_off_or_too_wide(name: str) -> None:
    text = help_of(name)
    assert not re.search(r"\w\.\.\.$", text, flags=re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_that_is_one(name: str) -> None:
    if isinstance(COMMANDS[name], TyperGroup):
        return
    epilog = COMMANDS[name].epilog or ""
    assert epilog.startswith(("\b\nExample:\n", "\b\nExamples:\n"))
    assert f"\n  {name}" in epilog


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from fer.cli import build_app; build_app();"
        f"heavy = set({HEAVY}) & set(sys.modules); sys.exit(' '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_versions_are_shown_without_importing_torch() -> None:
    code = (
        "import sys; sys.argv = ['fer', '--version']; from fer.cli import main\n"
        "try: main()\n"
        "finally: print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    version, imported = done.stdout.splitlines()
    assert re.fullmatch(r"fer \S+, torch \d\S+, optuna 5\S+, Python 3\.\d+\.\S+", version)
    assert imported == "False"


def test_short_help_names_what_a_command_does() -> None:
    for name, command in list(COMMANDS.items())[1:]:
        short = command.get_short_help_str(limit=200)
        assert short.endswith("."), name
        assert len(short) <= 60, f"{name}: {short}"
