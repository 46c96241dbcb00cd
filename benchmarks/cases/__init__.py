"""The cases, one family a file, and the sets of them that are timed together."""

from benchmarks.case import Case


def every() -> list[Case]:
    """All cases that there are, each once."""
    from benchmarks.cases import training

    return training.cases()
