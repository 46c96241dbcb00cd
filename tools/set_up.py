"""Set up the environment of the Makefile's targets: ``python tools/set_up.py .venv``.

It runs before anything is installed, perhaps on a Python that is too old: only the standard
library, and only syntax that an old Python can read.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INSTALL = ["-c", "constraints.txt", "-e", ".[dev,kaggle]"]
OLDEST = (3, 11)
DOWNLOAD = re.compile(r"\s*(?:Downloading|Using cached) (\S+?)-(\d[^-]*)-\S+ \(([\d.]+) ([kMG]B)\)")
LARGE_MB = 50
SECONDS = 10.0
"""Between two lines about an installation that says nothing itself."""


def main(folder: Path) -> int:
    """Make the environment, or bring it up to date; the exit status is 0, 1 or 2."""
    uv = shutil.which("uv")
    lacking = problem(sys.version_info[:2], uv is not None)
    if lacking:
        print(lacking, file=sys.stderr)
        return 2
    begun = time.monotonic()
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"set-up 1 of 2: environment {folder} with Python {version}")
    python = folder / "bin" / "python"
    if uv:
        make = [uv, "venv", "-q", "--allow-existing", "--python", sys.executable, str(folder)]
        install = [uv, "pip", "install", "--python", str(python)]
    else:
        make = [sys.executable, "-m", "venv", str(folder)]
        install = [str(python), "-m", "pip", "install", "--progress-bar", "off"]
    say("set-up 2 of 2: packages, about 5 GB with torch: some minutes, the first time")
    failed = subprocess.call(make, cwd=ROOT)
    if not failed:
        # uv shows its own progress; pip, without a terminal, does not.
        command = install + INSTALL
        failed = subprocess.call(command, cwd=ROOT) if uv else run_pip(command, folder)
    if failed:
        print(f"set-up failed (status {failed}): see above; run it again", file=sys.stderr)
        return 1
    (folder / "ready").touch()
    say(f"set-up done in {time.monotonic() - begun:.0f} s")
    return 0


def problem(version: tuple[int, ...], uv: bool) -> str | None:
    """One line about what this Python lacks, with the remedy; None if it has everything."""
    if version < OLDEST:
        return (
            f"Python {version[0]}.{version[1]}: expected {OLDEST[0]}.{OLDEST[1]} or newer: "
            "name another, as in: make study PYTHON=python3.12"
        )
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing and not uv:
        return (
            f"{sys.executable}: no module {' and no module '.join(missing)}: install it "
            "(Debian and Ubuntu: apt-get install python3-venv), or install uv"
        )
    return None


def run_pip(command: list[str], folder: Path) -> int:
    """Run pip with a line per large download, then one every ten seconds of the installation."""
    begun = time.monotonic()
    environment = dict(os.environ)
    if os.path.expanduser("~") == "~":  # without a home, pip's cache would be a folder named "~"
        environment["PIP_NO_CACHE_DIR"] = "1"
    to_install = 0
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(SECONDS):
            if to_install:
                done = len(list(folder.glob("lib/python*/site-packages/*.dist-info")))
                say(
                    f"  installed {min(done, to_install)} of {to_install} packages, "
                    f"{time.monotonic() - begun:.0f} s"
                )

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, universal_newlines=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.startswith("Installing collected packages"):
                    to_install = line.count(",") + 1
                    say(f"  installing {to_install} package{'s' * (to_install > 1)}")
                elif large_download(line):
                    say(f"  {large_download(line)}, {time.monotonic() - begun:.0f} s")
    finally:
        ended.set()
        watcher.join()
    return process.returncode


def large_download(line: str) -> str | None:
    """``torch 2.15.0 (905 MB)`` of a line of pip's about a large wheel, else None."""
    match = DOWNLOAD.match(line)
    if match is None:
        return None
    name, version, size, unit = match.groups()
    megabytes = float(size) * {"kB": 0.001, "MB": 1.0, "GB": 1000.0}[unit]
    if megabytes < LARGE_MB:
        return None
    return f"{name} {version} ({megabytes:.0f} MB)"


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except KeyboardInterrupt:
        sys.exit("set-up stopped: run it again to go on")
