"""Whether a study has ended, in words: one whose budget is spent may have trials that wait."""

from search.results.snapshot import Snapshot


def has_ended(snapshot: Snapshot) -> bool:
    """Whether a study starts no further trial and none runs or waits to be resumed."""
    return snapshot.ending is not None and not snapshot.unfinished


def ending_in_words(snapshot: Snapshot) -> str:
    """A sentence: why the study has ended, or that it has not."""
    end = snapshot.ending
    if end is None:
        # It stays when a study is interrupted, so it does not say that the study runs.
        return "The study has not ended."
    if has_ended(snapshot):
        return f"The study has ended: {end.reason}."
    return f"The study starts no further trial ({end.reason}), but {_unfinished(snapshot)}."


def _unfinished(snapshot: Snapshot) -> str:
    *others, last = (str(trial.number) for trial in snapshot.unfinished)
    if not others:
        return f"trial {last} has not ended"
    return f"trials {', '.join(others)} and {last} have not ended"
