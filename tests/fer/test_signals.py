import os
import signal

import pytest

from fer.errors import Interrupted
from fer.signals import interruptible


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_answered_at_the_next_look(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with interruptible() as check:
        check("not yet")
        os.kill(os.getpid(), number)
        with pytest.raises(Interrupted, match="stopped here") as error:
            check("stopped here")
    assert error.value.exit_status == 130
    assert signal.getsignal(number) is before
