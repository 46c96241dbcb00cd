"""Status lines on stderr before the progress display starts."""

import sys


def announce(text: str) -> None:
    """Print a line on stderr if it is a terminal.

    Otherwise print nothing, so that an error in the input is the only line.
    """
    if sys.stderr.isatty():
        print(f"fer: {text}", file=sys.stderr, flush=True)
