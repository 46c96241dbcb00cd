"""The Chromium of this machine, and the options that it is started with."""

import os
import shutil

from fer.errors import BadInput

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Without a window, and without requests of its own."""


def find_chromium() -> str:
    """The path of Chromium or Chrome; ``$FER_BROWSER`` names another program.

    Raises:
        BadInput: there is none.
    """
    named = os.environ.get("FER_BROWSER")
    for program in [named] if named else PROGRAMS:
        if path := shutil.which(program):
            return path
    raise BadInput(
        f"--png: {named or 'no Chromium on this machine'}: expected chromium or google-chrome "
        "(Debian: apt install chromium), or its path in FER_BROWSER"
    )
