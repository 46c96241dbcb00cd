"""SIGINT (Ctrl-C), SIGTERM and SIGHUP (a closed terminal): at once, or between two steps so that no
write is cut short."""

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from fer.errors import Interrupted

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_at_once() -> None:
    """Raise ``Interrupted`` wherever the main thread is when one of ``SIGNALS`` arrives."""
    for number in _heeded():
        signal.signal(number, _interrupt)


def _heeded() -> list[signal.Signals]:
    """``SIGNALS``, without SIGHUP under nohup, which has it ignored."""
    ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return [number for number in SIGNALS if not (ignored and number == signal.SIGHUP)]


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(f"stopped by {signal.Signals(number).name}")


class StopSignals:
    """Records ``SIGNALS`` while it is installed; the process ends where it calls ``check``.

    For the main thread. As a context manager it restores the earlier handlers at the end.

    Attributes:
        received: the last signal that arrived; None before the first.
    """

    def __init__(self) -> None:
        self.received: signal.Signals | None = None
        self._before: dict[signal.Signals, Callable[..., Any] | int | None] = {}

    def install(self) -> None:
        """Record the signals from now on."""
        self._before = {number: signal.signal(number, self._receive) for number in _heeded()}

    def restore(self) -> None:
        """Put the handlers back that ``install`` replaced."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def check(self, subject: str = "", remedy: str = "") -> None:
        """Raise if a signal arrived.

        Args:
            subject: what stops; begins the message.
            remedy: how to resume; ends the message.

        Raises:
            Interrupted: ``SUBJECT: stopped by SIGTERM; REMEDY``.
        """
        if self.received is not None:
            begin, end = f"{subject}: " if subject else "", f"; {remedy}" if remedy else ""
            raise Interrupted(f"{begin}stopped by {self.received.name}{end}")

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self.received = signal.Signals(number)

    def __enter__(self) -> "StopSignals":
        self.install()
        return self

    def __exit__(self, *_: object) -> None:
        self.restore()
