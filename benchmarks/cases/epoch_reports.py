"""``Trial.report``: the time that storing an epoch's accuracy takes."""

import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.cases.case import Case, PreparedCase
from benchmarks.cases.made_study import REPORTS, made_study
from benchmarks.system.postgres import Server
from benchmarks.timing.process_group import prepare_process_group

STORAGES = ("sqlite", "journal", "postgresql")
WORKERS = 4


def cases() -> list[Case]:
    """Each storage, with one worker and with several at once."""
    return [case(storage, workers) for storage in STORAGES for workers in (1, WORKERS)]


def quick() -> list[Case]:
    """The default storage."""
    return [case("sqlite", workers) for workers in (1, WORKERS)]


def case(storage: str, workers: int) -> Case:
    """One report by each of the workers, started at once, until all of them are stored."""
    params: dict[str, str | int] = {"what": "report", "storage": storage, "workers": workers}
    return Case("study", params, partial(set_up, storage, workers), threads=1)


def set_up(storage: str, workers: int) -> PreparedCase:
    """``Trial.report`` as a study's workers call it, each for a trial of its own."""
    folder = tempfile.TemporaryDirectory(prefix="fer-bench-")
    server: Server | None = None
    try:
        if storage == "postgresql":
            server = Server()
        suffix = "journal" if storage == "journal" else "db"
        url = server.url if server else str(Path(folder.name) / f"studies.{suffix}")
        setup = partial(reporter, url, folder.name)
        prepared = setup() if workers == 1 else prepare_process_group([setup] * workers)
    except BaseException:
        _close(None, server, folder)
        raise
    prepared.close = partial(_close, prepared.close, server, folder)
    return prepared


def reporter(url: str, folder: str) -> PreparedCase:
    """Reports to a study in the storage at ``url``, which is created if it does not exist."""
    from search.storage.storage import Storage

    storage = Storage(url)
    study = made_study(storage, Path(folder), "reports", trials=1_000_000)
    steps: Iterator[int] = iter(())
    trial: Any = None
    step = 0

    def reset() -> None:
        nonlocal trial, steps, step
        following = next(steps, None)
        if following is None:
            if trial is not None:
                study.tell(trial, 0.5)
            trial, steps = study.ask(), iter(range(2, REPORTS + 1))
            following = 1
        step = following

    return PreparedCase(
        call=lambda: trial.report(0.5 + step / 1000, step),
        items=1,
        unit="reports",
        reset=reset,
        close=storage.close,
    )


def _close(
    close: Callable[[], object] | None,
    server: Server | None,
    folder: "tempfile.TemporaryDirectory[str]",
) -> None:
    if close:
        close()
    if server:
        server.close()
    folder.cleanup()
