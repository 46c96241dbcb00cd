"""The audit of a study's pruner on a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fer.formatting import SPACE
from search.results.audit_text import (
    CORRELATION_NOTE,
    audit_sentences,
    cost_sentence,
    rung_sentences,
    saved_sentence,
)
from search.results.study_audit import StudyAudit, end_of
from search.results.trials import State

MOST = 20
"""Rows of audited trials, those that ended best first."""


def print_audit(name: str, audit: StudyAudit, console: Console | None = None) -> None:
    """Print the statements, the audited trials, and what each rung says about the end."""
    console = console or Console()
    console.print(Text(f"{name}: audit of its pruner ({audit.kind})", "bold"))
    for sentence in (*audit_sentences(audit), saved_sentence(audit), cost_sentence(audit)):
        if sentence:
            console.print(_plain(sentence))
    if audit.audited:
        console.print(Padding(_trials(audit), (1, 0, 0, 0)))
    if audit.rungs:
        console.print()
        for sentence in rung_sentences(audit):
            console.print(_plain(sentence))
        console.print(Text(CORRELATION_NOTE, "dim"))


def _trials(audit: StudyAudit) -> Table:
    table = Table()
    for column in ("audited trial", "stop at epoch", "accuracy there", "at the end", "place"):
        table.add_column(column, justify="right")
    unfinished = [trial for trial in audit.audited if trial.state != State.COMPLETE]
    for trial in [*audit.ended, *unfinished][:MOST]:
        then = trial.accuracies.get(trial.audited or 0)
        ended = trial.state == State.COMPLETE
        better = sum(end_of(kept) > end_of(trial) for kept in audit.kept) if ended else 0
        table.add_row(
            str(trial.number),
            str(trial.audited),
            "" if then is None else f"{100 * then:.2f} %",
            f"{100 * end_of(trial):.2f} %" if ended else str(trial.state),
            f"{better + 1} of {len(audit.kept) + 1}" if ended else "",
        )
    return table


def _plain(text: str) -> Text:
    return Text(text.replace(SPACE, " "))
