"""Peak memory: of a process since a reset, as the kernel counts it, or of children by polling.

Pages that two processes share are counted twice, so the true peak is a little lower.
"""

import threading

import psutil

from fer.peak_memory import high_water_mark

POLL_SECONDS = 0.05


def peak_resident() -> int | None:
    """Peak resident bytes of this process since ``reset_peak``, and of its living children.

    None where the system does not report it.
    """
    own = high_water_mark("self")
    if own is None:
        return None
    children = psutil.Process().children(recursive=True)
    return own + sum(high_water_mark(str(child.pid)) or 0 for child in children)


class ChildrenPeak:
    """Polls the resident memory of this process's descendants while the context is open.

    For calls that last seconds and whose processes end before they do, so that ``peak_resident``
    would miss them.

    Attributes:
        bytes: largest sum of their resident memory.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._poll, daemon=True)

    def __enter__(self) -> "ChildrenPeak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _poll(self) -> None:
        this = psutil.Process()
        while not self._done.wait(POLL_SECONDS):
            total = 0
            for process in this.children(recursive=True):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue  # it ended after it was listed
            self.bytes = max(self.bytes, total)
