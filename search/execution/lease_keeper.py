"""A thread in each worker that renews the lease of its trial and watches those of the others."""

import contextlib
import threading
from collections.abc import Iterator
from types import TracebackType

import optuna

from search.execution.fence import Fence, LeaseLost, lease_seconds
from search.execution.lease_watch import RENEWALS, LeaseWatch
from search.storage.storage_retry import TRANSIENT_ERRORS
from search.storage.study import FerStudy


class LeaseKeeper:
    """Keeps the leases of one worker, as a context manager.

    Attributes:
        watch: what the thread has seen of other workers' leases.
    """

    def __init__(self, study: FerStudy) -> None:
        self.watch = LeaseWatch()
        self._study = study
        self._fence: Fence | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> "LeaseKeeper":
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        # Not joined: it may be waiting for a storage that is away, and has nothing to finish.
        self._ended.set()

    @contextlib.contextmanager
    def holding(self, fence: Fence) -> Iterator[None]:
        """Renew a trial's lease within."""
        self._fence = fence
        try:
            yield
        finally:
            self._fence = None

    def _keep(self) -> None:
        while not self._ended.wait(lease_seconds() / RENEWALS):
            with contextlib.suppress(*TRANSIENT_ERRORS):
                self._renew()
                self.watch.look(self._study.running())

    def _renew(self) -> None:
        # The worker itself finds out in its next step that it has lost the trial. One that has
        # ended needs no lease.
        ended = optuna.exceptions.UpdateFinishedTrialError
        with contextlib.suppress(LeaseLost, ended):
            if fence := self._fence:
                fence.renew()
