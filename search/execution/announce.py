"""Lines that say what is being done while nothing can be shown yet."""

import sys


def announce(text: str) -> None:
    """Print a line on stderr if it is a terminal.

    Elsewhere nothing: until the input is known to be right, an error is to be the only line.
    """
    if sys.stderr.isatty():
        print(f"fer: {text}", file=sys.stderr, flush=True)
