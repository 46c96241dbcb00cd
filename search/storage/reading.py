"""Reading without a write lock, for pages that poll a storage which workers write to."""

import contextlib
import contextvars
from collections.abc import Iterator

_reads_only = contextvars.ContextVar("reads_only", default=False)


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Take no write lock in the transactions within: such a reader holds up no writer."""
    token = _reads_only.set(True)
    try:
        yield
    finally:
        _reads_only.reset(token)


def reads_only() -> bool:
    """Whether this is within ``reading``."""
    return _reads_only.get()
