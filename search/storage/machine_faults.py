"""Errors of the machine, which are no result of a trial: a full disk, a quota, a read-only one."""

import errno
import sqlite3

_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_POSTGRESQL_DISK_FULL = "53100"


def machine_fault(error: BaseException | None) -> str | None:
    """The machine's fault that an error is or came from, in one line; None if it is another."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _ERRNOS:
            return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror)
        if isinstance(error, sqlite3.Error) and _is_of_disk(error):
            return f"the storage: {error}"
        if getattr(error, "sqlstate", None) == _POSTGRESQL_DISK_FULL:
            return f"the storage: {str(error).splitlines()[0]}"
        error = error.__cause__ or error.__context__
    return None


def _is_of_disk(error: sqlite3.Error) -> bool:
    name = getattr(error, "sqlite_errorname", None) or ""
    return name == "SQLITE_FULL" or name.startswith("SQLITE_READONLY")
