"""A clock that only the timed cases advance."""

import pytest

from benchmarks.cases.case import PreparedCase


class Clock:
    """Seconds that pass only while a prepared case is called."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def prepared(self, *seconds, **facts):
        """A prepared case whose calls take these seconds; the last value repeats."""
        remaining = list(seconds)

        def call():
            self.now += remaining.pop(0) if len(remaining) > 1 else remaining[0]

        return PreparedCase(call=call, items=1, unit="calls", **facts)


@pytest.fixture
def clock():
    return Clock()
