"""Every process ends with a status and at most one line, whatever is behind its output."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

import fer.exit_status
from fer.errors import BadInput, Diverged, Interrupted
from fer.exit_status import exit_status

FULL = Path("/dev/full")

COMMANDS = [
    ["--version"],
    ["--help"],
    ["bench", "list"],
    ["predict", "--help"],
]


def run_fer(*arguments: str, **options: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "fer", *arguments],
        stderr=subprocess.PIPE,
        check=False,
        **options,  # type: ignore[call-overload]
    )


@pytest.mark.full_device
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_behind_the_output_is_one_line_and_status_1(command: list[str]) -> None:
    with FULL.open("w") as full:
        done = run_fer(*command, stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"fer: output: No space left on device\n"


@pytest.mark.full_device
def test_a_full_disk_behind_both_streams_leaves_the_status() -> None:
    with FULL.open("w") as full:
        process = subprocess.Popen(
            [sys.executable, "-m", "fer", "bench", "list"], stdout=full, stderr=full
        )
        assert process.wait() == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_leaves_ends_the_command_quietly(command: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run_fer(*command, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("setting", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}])
def test_an_ascii_terminal_gets_every_line(command: list[str], setting: dict[str, str]) -> None:
    done = run_fer(*command, stdout=subprocess.PIPE, env={**os.environ, **setting})
    assert (done.returncode, done.stderr) == (0, b"")
    if "PYTHONIOENCODING" in setting:
        assert done.stdout.isascii()
    plain = run_fer(*command, stdout=subprocess.PIPE)
    assert len(done.stdout.splitlines()) == len(plain.stdout.splitlines())


TABLE = """
import sys
from rich.console import Console
from rich.table import Table
from fer.exit_status import exit_status
from fer.progress import progress_bars

def run():
    table = Table("size", "gain")
    table.add_row("48×48", "−0.7 %")
    with progress_bars() as bars:
        bars.add_task("reading …", total=2)
        bars.console.print("one line – of many")
    for _ in range(200):
        Console().print(table)

sys.exit(exit_status(run))
"""


def run_table(**options: object) -> "subprocess.CompletedProcess[bytes]":
    """Print tables on stdout, and a line above a progress bar on stderr."""
    return subprocess.run(
        [sys.executable, "-c", TABLE],
        stderr=subprocess.PIPE,
        check=False,
        **options,  # type: ignore[call-overload]
    )


def test_tables_and_progress_on_an_ascii_terminal_are_ascii() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = run_table(stdout=subprocess.PIPE, env=environment)
    assert done.returncode == 0
    assert (done.stdout + done.stderr).isascii()
    assert b"48x48" in done.stdout
    assert b"one line - of many" in done.stderr


@pytest.mark.full_device
def test_tables_on_a_full_disk_are_one_line_and_status_1() -> None:
    with FULL.open("w") as full:
        done = run_table(stdout=full)
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == [b"fer: output: No space left on device"]


def test_tables_for_a_reader_that_leaves_end_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run_table(stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_a_message_on_an_ascii_terminal_is_a_line(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = run_fer("train", "r\u00e9sum\u00e9", "--data", "x", "--out", "y", env=environment)
    assert done.returncode == 2
    assert done.stderr.startswith(b"fer: r\\xe9sum\\xe9: no such recipe; expected")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (BadInput("x.csv: no such file"), 2, "fer: x.csv: no such file\n"),
        (Diverged("the loss became nan"), 1, "fer: the loss became nan\n"),
        (Interrupted("stopped by SIGTERM"), 130, "fer: stopped by SIGTERM\n"),
        (IsADirectoryError(21, "Is a directory", "a.png"), 1, "fer: a.png: Is a directory\n"),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            1,
            "fer: output: No space left on device\n",
        ),
        (BrokenPipeError(), 1, ""),
        (SystemExit(3), 3, ""),
        (SystemExit(None), 0, ""),
        (None, 0, ""),
    ],
)
def test_an_error_becomes_a_status_and_a_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException | None,
    status: int,
    line: str,
) -> None:
    monkeypatch.setattr(fer.exit_status, "discard_output", lambda: None)  # it is this process's

    def run() -> None:
        if error is not None:
            raise error

    assert exit_status(run) == status
    assert capsys.readouterr().err == line


def test_an_unexpected_error_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        exit_status(lambda: 1 / 0)
    with pytest.raises(OSError, match="bad address"):
        exit_status(lambda: (_ for _ in ()).throw(OSError(errno.EFAULT, "bad address")))


def test_a_signal_stays_a_signal_where_the_terminal_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fer.exit_status, "discard_output", lambda: None)

    def run() -> None:
        try:
            raise Interrupted("stopped by SIGHUP")
        finally:
            raise OSError(errno.EIO, "Input/output error")  # from drawing the last state

    assert exit_status(run) == 130
