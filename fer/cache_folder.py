"""The folder of cached files: the user's cache, or a temporary folder."""

import os
import stat
import sys
import tempfile
from pathlib import Path

from fer.errors import FerError

VARIABLE = "FER_CACHE"


def cache_folder() -> Path:
    """``$FER_CACHE``, else ``$XDG_CACHE_HOME/fer``, else ``~/.cache/fer``.

    Where there is no home folder, as under ``docker run --user``, or it cannot be written: a
    temporary folder of this user, with one line on stderr.

    Raises:
        FerError: no temporary folder can be written either.
    """
    if folder := os.environ.get(VARIABLE):
        return Path(folder)
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fer"
        home.mkdir(parents=True, exist_ok=True)
        if os.access(home, os.W_OK):
            return home
        problem = f"{home} cannot be written"
    except OSError as error:
        problem = f"{error.filename}: {error.strerror}"
    except RuntimeError:  # a user without an entry in the system's list
        problem = "there is no home folder"
    try:
        temporary = _temporary()
    except OSError as error:
        raise FerError(f"{problem}, nor any temporary folder: set {VARIABLE} to one") from error
    # Child processes inherit it, and neither choose again nor repeat the line.
    os.environ[VARIABLE] = str(temporary)
    print(
        f"fer: {problem}: faces are cached in {temporary}: set {VARIABLE} to a folder that stays",
        file=sys.stderr,
    )
    return temporary


def _temporary() -> Path:
    """A folder that no other user can write to; the same one each time, where that is possible."""
    folder = Path(tempfile.gettempdir()) / f"fer-cache-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    private = stat.S_ISDIR(status.st_mode) and not status.st_mode & 0o022
    if private and status.st_uid == os.getuid():
        return folder
    return Path(tempfile.mkdtemp(prefix="fer-cache-"))
