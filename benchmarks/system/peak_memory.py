"""Peak memory of processes that come and go while one call lasts."""

import threading

import psutil

SECONDS = 0.05


class PeakMemory:
    """Watches the resident memory of this process's children, and theirs, twenty times a second.

    Only for calls of seconds: watching costs a thread. Pages that two processes share are counted
    twice, so the truth is a little lower.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        this = psutil.Process()
        while not self._done.wait(SECONDS):
            total = 0
            for process in this.children(recursive=True):
                try:
                    total += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue  # it ended between the listing and the look
            self.bytes = max(self.bytes, total)
