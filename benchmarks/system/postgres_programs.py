"""Where this machine keeps PostgreSQL's programs."""

import os
import shutil
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
"""Outside PATH, with one folder per version."""


def find_program(name: str) -> str:
    """The path of a PostgreSQL program, such as ``initdb``.

    ``FER_POSTGRES`` names the folder of the programs. Without it, they are looked up in PATH, then
    where Debian installs them.

    Raises:
        FileNotFoundError: it is not installed.
    """
    folder = os.environ.get("FER_POSTGRES")
    if folder is None:
        debian = map(str, sorted(DEBIAN.glob("*/bin")))
        program = shutil.which(name) or shutil.which(name, path=os.pathsep.join(debian))
    else:
        program = shutil.which(name, path=folder)
    if program is None:
        where = f" in FER_POSTGRES ({folder})" if folder else ""
        raise FileNotFoundError(f"no {name}{where}: PostgreSQL is not installed")
    return program
