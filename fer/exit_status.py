"""The exit status of every process of `fer`, and its one error line on stderr."""

import contextlib
import errno
import sys
from collections.abc import Callable

from fer.errors import FerError, Interrupted
from fer.streams import accept_any_text, discard_output

_UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""What a full or broken disk answers."""


def exit_status(run: Callable[[], object]) -> int:
    """Run, and turn what the user can understand into a line on stderr and an exit status.

    0 done, 1 failed, 2 wrong use or bad input, 130 interrupted. An output that cannot be written
    is a failure: with one line where the disk is full, without one where the reader is gone, as in
    ``fer bench list | head -1``.
    """
    accept_any_text()
    try:
        status = _run(run)
        sys.stdout.flush()
    except BrokenPipeError:
        status = FerError.exit_status
        discard_output()
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        # Files are written with their names (fer.files): without one it is a stream.
        status = _fail(_interruption(error) or FerError(f"output: {error.strerror}"))
        discard_output()
    return status


def _run(run: Callable[[], object]) -> int:
    try:
        run()
    except SystemExit as stop:  # as Typer ends a command
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except FerError as error:
        return _fail(error)
    except OSError as error:
        # A folder where a file should be, a full disk: the user can fix an error that names a
        # file. NumPy's own errors of a full disk have no strerror.
        if (name := error.filename2 or error.filename) is None:
            raise
        return _fail(FerError(f"{name}: {error.strerror or error}"))
    return 0


def _interruption(error: BaseException | None) -> Interrupted | None:
    """The signal that was handled when an output failed, such as that of a closed terminal."""
    while error is not None and not isinstance(error, Interrupted):
        error = error.__context__
    return error


def _fail(error: FerError) -> int:
    with contextlib.suppress(OSError):  # stderr itself may be on the full disk
        print(f"fer: {error}", file=sys.stderr, flush=True)
    return error.exit_status
