"""Progress of a confirmation: a line for each run; on a terminal, a bar of its epochs
and what the workers are doing, too."""

from collections.abc import Sequence
from types import TracebackType

from rich.console import Group
from rich.live import Live
from rich.text import Text

from fer.errors import BadInput
from fer.formatting import clock, percent
from fer.history import HISTORY, read_history
from fer.progress import progress_bars
from fer.wording import counted
from search.config.definition import Definition
from search.confirmation.plan import PlannedRun, in_words, pending
from search.confirmation.record import Confirmation, FinalRun, FoldRun
from search.execution.worker_progress import WorkerProgress


class Progress:
    """Shows a confirmation while it runs, on stderr; without a terminal, only the lines."""

    def __init__(
        self, definition: Definition, begun: Confirmation, left: Sequence[PlannedRun]
    ) -> None:
        self._definition = definition
        self._before = frozenset(run.run for run in _finished(begun))
        self._shown = set(self._before)
        self._bars = progress_bars()
        total = sum(run.recipe.epochs for run in left)
        self._task = self._bars.add_task("epochs", total=total)
        self._live = Live(console=self._bars.console, transient=True, auto_refresh=False)

    def __enter__(self) -> "Progress":
        if not self._bars.disable:
            self._live.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def show(self, confirmation: Confirmation, workers: Sequence[WorkerProgress]) -> None:
        """Print the lines of the runs that have finished since, and move the bar."""
        finished = _finished(confirmation)
        for run in (each for each in finished if each.run not in self._shown):
            self._bars.console.print(
                line_of(run, confirmation), highlight=False, markup=False, soft_wrap=True
            )
        self._shown |= {run.run for run in finished}
        if self._bars.disable:
            return
        done = sum(run.epochs for run in finished if run.run not in self._before)
        done += sum(_epochs(run, confirmation) for run in pending(confirmation, self._definition))
        self._bars.update(self._task, completed=done)
        doing = (Text(str(worker), no_wrap=True, overflow="ellipsis") for worker in workers)
        self._live.update(Group(self._bars.get_renderable(), *doing), refresh=True)


def line_of(run: FoldRun | FinalRun, confirmation: Confirmation) -> str:
    """The result of a finished run."""
    request, name = confirmation.request, in_words(run.candidate)
    spent = f"({counted(run.epochs, 'epoch')} in {clock(run.seconds)})"
    if isinstance(run, FinalRun):
        lead = f"seed {run.number} of {request.seeds}, {name}"
        return f"{lead}: {run.reason or 'trained on all training faces'} {spent}"
    lead = f"fold {run.fold} of {request.folds}, {name}"
    if run.accuracy is None:
        return f"{lead}: {run.reason} {spent}"
    return f"{lead}: {percent(run.accuracy)} of {counted(run.n, 'held-out face')} {spent}"


def _finished(confirmation: Confirmation) -> list[FoldRun | FinalRun]:
    return [*confirmation.folds, *confirmation.finals]


def _epochs(run: PlannedRun, confirmation: Confirmation) -> int:
    """The epochs of an unfinished run."""
    try:
        return len(read_history(confirmation.folder / run.run / HISTORY))
    except BadInput:  # not begun, or just being written
        return 0
