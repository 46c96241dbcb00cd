"""Standard output and error that print whatever the terminal's encoding is."""

import codecs
import contextlib
import io
import os
import sys

REPLACE = "fer-replace"
"""The error handler's name: typographic characters become their ASCII likeness, others escapes."""

_ASCII = "fer_ascii"
_LIKENESS = {
    "×": "x",
    "–": "-",
    "—": "-",
    "−": "-",
    "±": "+-",
    "…": "...",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "\u00a0": " ",
}


def accept_any_text() -> None:
    """Let stdout and stderr replace characters that their encoding lacks, instead of failing.

    Names of files may hold any bytes, and messages hold ``×`` and ``–``.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Typer takes a stream in ASCII for misconfigured and writes UTF-8 to it: by another
            # name it is left alone.
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=_ASCII if ascii_only else None, errors=REPLACE)


def discard_output() -> None:
    """Discard the pending output of stdout, whose reader is gone or whose disk is full.

    Otherwise the interpreter tries again when it ends, and prints a traceback.
    """
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    rest = error.object[error.start : error.end]
    return "".join(_LIKENESS.get(c, ascii(c)[1:-1]) for c in rest), error.end


def _find_codec(name: str) -> codecs.CodecInfo | None:
    if name != _ASCII:
        return None
    plain = codecs.lookup("ascii")
    return codecs.CodecInfo(
        plain.encode,
        plain.decode,
        plain.streamreader,
        plain.streamwriter,
        plain.incrementalencoder,
        plain.incrementaldecoder,
        name=_ASCII,
    )


codecs.register_error(REPLACE, _replace)
codecs.register(_find_codec)
