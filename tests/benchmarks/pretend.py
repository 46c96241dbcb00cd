"""Cases that take no time, for tests of the harness; timing processes import them from here."""

import atexit
import os
import signal
import time

from benchmarks.cases.case import Absent, Case, PreparedCase


def _case(name, setup, interleave_group=None, group="study"):
    return Case(group, {"pretend": name}, setup, interleave_group, threads=1)


def _quick():
    return PreparedCase(call=lambda: sum(range(100)), items=100, unit="numbers")


def _in_parts():
    prepared = _quick()
    prepared.phases = lambda: {"forward": [3.0, 1.0, 2.0], "backward": [6.0]}
    return prepared


def _missing():
    raise Absent("no such device")


def _out_of_memory_in_setup():
    raise MemoryError("8 EiB")


def _raise(error):
    raise error


def _too_large():
    error = RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried ...")
    return PreparedCase(call=lambda: _raise(error), items=1, unit="calls")


def _faulty():
    return PreparedCase(call=lambda: _raise(KeyError("typo")), items=1, unit="calls")


def _killed():
    return PreparedCase(call=lambda: os.kill(os.getpid(), signal.SIGKILL), items=1, unit="calls")


def _noisy_on_stdout():
    return PreparedCase(call=lambda: print("{not an answer"), items=1, unit="calls")


def _endless():
    return PreparedCase(call=lambda: time.sleep(600), items=1, unit="calls")


def _dying_at_its_end():
    atexit.register(os._exit, 7)
    return _quick()


def _not_closing():
    prepared = _quick()
    prepared.close = lambda: _raise(OSError("the disk is full"))
    return prepared


def cases():
    return [
        _case("missing", _missing),
        _case("quick", _quick),
        _case("in parts", _in_parts),
        _case("out of memory in setup", _out_of_memory_in_setup),
        _case("too large", _too_large, "three"),
        _case("faulty", _faulty, "three"),
        _case("beside them", _quick, "three"),
        _case("killed", _killed, "two"),
        _case("beside it", _quick, "two"),
        _case("dies at its end", _dying_at_its_end),
        _case("does not close", _not_closing, "closing"),
        _case("closes", _quick, "closing"),
        _case("prints", _noisy_on_stdout),
    ]


def _endless_with_server():
    from benchmarks.system.postgres import Server

    server = Server()
    prepared = _endless()
    prepared.close = server.close
    return prepared


def endless_with_server():
    return [_case("endless with server", _endless_with_server)]


def endless():
    return [_case("endless", _endless)]
