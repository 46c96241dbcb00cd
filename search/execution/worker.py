"""A worker: one process that takes trials and trains them, one after the other."""

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from fer.errors import FerError, Interrupted

if TYPE_CHECKING:
    from search.execution.trainer import Trainer

BEAT_SECONDS = 5.0
"""How often a session notes that it still runs; what a power cut may take from its hours."""

MakeTrainer = Callable[[int], "Trainer"]
"""Makes a trainer for a number of threads."""

STORAGE_VARIABLE = "FER_STORAGE"
"""Carries the storage's URL: a command line would show its password to every user."""


@dataclass(frozen=True)
class Post:
    """What a worker needs to know.

    Attributes:
        session: empty for a worker on its own, which then begins a session itself.
        parent: its supervisor's process id; 0 for a worker on its own.
    """

    study: str
    source: str
    folder: str
    threads: int
    session: str = ""
    parent: int = 0

    def to_json(self) -> str:
        return json.dumps(asdict(self))


class StopSignal:
    """SIGINT and SIGTERM end a worker at its next step, never inside a write."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._received: int | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self._received = number

    def check(self) -> None:
        """Raise if a signal came, or if the supervisor is gone.

        Raises:
            Interrupted: the trial can be resumed.
        """
        if self._received is not None:
            raise Interrupted(f"stopped by {signal.Signals(self._received).name}")
        if self._parent and os.getppid() != self._parent:
            raise Interrupted("the supervisor is gone")


def work(post: Post, storage_url: str, stop: StopSignal, make_trainer: MakeTrainer) -> None:
    """Take trials until the study starts no more.

    Raises:
        FerError: the study has to stop because of its failures.
        Interrupted: a signal came; the trial can be resumed.
    """
    import optuna

    from fer.faces import load_faces, require_labels
    from reports.dashboard import Publisher
    from search.execution.budget import ending
    from search.execution.leases import claim
    from search.execution.objective import run_trial
    from search.storage.sessions import beat, begin_session
    from search.storage.storage import Storage
    from search.storage.storage_retry import PASSING, patiently, reason, wait
    from search.storage.study import check_data, open_study

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    trainer = make_trainer(post.threads)
    stop.check()
    with Storage(storage_url, create=False) as storage:
        study = open_study(storage, post.study)
        faces = load_faces(post.source, "train", study.definition.recipe.classes)
        require_labels(faces, post.source, "train")
        check_data(study, post.source, faces)
        session = post.session or begin_session(study, 1, "fer search worker")
        beaten = time.monotonic()

        def check() -> None:
            nonlocal beaten
            stop.check()
            if not post.session and time.monotonic() - beaten > BEAT_SECONDS:
                beaten = time.monotonic()
                with contextlib.suppress(*PASSING):
                    beat(study, session)

        # Where there is a supervisor, it does this, and no trial waits for it.
        publish: Callable[[], None] = (lambda: None) if post.session else Publisher(study)
        stop.check()
        while taken := patiently(lambda: claim(study, Path(post.folder), session), check):
            try:
                run_trial(taken, faces, trainer, check)
            except PASSING as error:
                print(f"fer: trial {taken.trial.number}: {reason(error)}", file=sys.stderr)
                wait(check)
            publish()
            check()
        if isinstance(publish, Publisher):
            publish.publish()
        end = patiently(lambda: ending(study), check)
        if end and end.failed:
            raise FerError(end.reason)


def fer_trainer(threads: int) -> "Trainer":
    """The trainer that trains for real."""
    from search.execution.trainer import FerTrainer

    return FerTrainer(threads)


def main(arguments: list[str], make_trainer: MakeTrainer = fer_trainer) -> int:
    """Run as a supervisor's child; returns the exit status."""
    post = Post(**json.loads(arguments[0]))
    stop = StopSignal(post.parent)
    return guarded(lambda: work(post, os.environ[STORAGE_VARIABLE], stop, make_trainer))


def guarded(run: Callable[[], None]) -> int:
    """Run, and turn an error that the user can understand into one line and an exit status."""
    try:
        run()
    except FerError as error:
        print(f"fer: {error}", file=sys.stderr, flush=True)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
