"""SIGINT, SIGTERM and SIGHUP end a process where it can be resumed."""

import os
import signal

import pytest

from fer.errors import Interrupted
from fer.signals import StopSignals, interrupt_at_once

NUMBERS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.mark.usefixtures("default_sighup")
@pytest.mark.parametrize("number", NUMBERS)
def test_a_signal_takes_effect_at_the_next_check(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with StopSignals() as stop:
        stop.check("runs/a", "resume")
        os.kill(os.getpid(), number)
        with pytest.raises(Interrupted) as error:
            stop.check("runs/a", "resume")
    assert str(error.value) == f"runs/a: stopped by {number.name}; resume"
    assert error.value.exit_status == 130
    assert signal.getsignal(number) is before


def test_a_message_needs_neither_subject_nor_remedy() -> None:
    stop = StopSignals()
    stop.received = signal.SIGTERM
    with pytest.raises(Interrupted, match=r"^stopped by SIGTERM$"):
        stop.check()


@pytest.mark.usefixtures("default_sighup")
@pytest.mark.parametrize("number", NUMBERS)
def test_a_command_that_has_nothing_to_save_ends_at_once(number: signal.Signals) -> None:
    with StopSignals():  # restores the handlers
        interrupt_at_once()
        with pytest.raises(Interrupted, match=f"^stopped by {number.name}$"):
            os.kill(os.getpid(), number)


def test_a_closed_terminal_ends_nothing_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup starts a program
    try:
        with StopSignals() as stop:
            os.kill(os.getpid(), signal.SIGHUP)
            stop.check()
            interrupt_at_once()
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
