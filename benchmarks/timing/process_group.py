"""Several processes that run the same call at once, as a study's workers do."""

import gc
import multiprocessing
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.cases.case import Absent, PreparedCase
from benchmarks.system.out_of_memory import is_out_of_memory
from benchmarks.timing.interleave import COLLECT_SECONDS
from fer.cgroup import out_of_memory_kills
from fer.process import available_cores

EXIT_SECONDS = 10.0
"""Time that a process of the group has to exit before it is killed."""


def one_process_per_core(setup: Callable[[], PreparedCase]) -> PreparedCase:
    """A process group with one process a core, each with the same case.

    Raises:
        Absent: there is only one core, or a process lacks what the case needs.
    """
    cores = available_cores()
    if cores < 2:
        raise Absent("one core: one process a core is one process")
    return prepare_process_group([setup] * cores)


def prepare_process_group(setups: Sequence[Callable[[], PreparedCase]]) -> PreparedCase:
    """One prepared case whose call runs each member's call at once, and ends with the last.

    Its ``peak_rss_bytes`` is that of all members. The messages that start and end a call cost some
    0.1 ms; ``member_seconds`` holds what each member took by itself.

    Args:
        setups: each runs in a process of its own, so they must be picklable.

    Raises:
        Absent: from a setup.
    """
    group = _ProcessGroup(setups)
    try:
        ready = group.receive()
    except BaseException:
        group.close()
        raise
    counted = [member for member in ready if member["flops"] is not None]
    member_seconds: list[float] = []

    def call() -> None:
        member_seconds[:] = group.run("call")

    return PreparedCase(
        call=call,
        items=sum(member["items"] for member in ready),
        unit=ready[0]["unit"],
        flops=sum(member["flops"] for member in counted) if counted else None,
        bytes=sum(member["bytes"] for member in counted) if counted else None,
        precision=ready[0]["precision"],
        reset=lambda: group.run("reset"),
        close=group.close,
        member_seconds=lambda: list(member_seconds),
    )


class _ProcessGroup:
    def __init__(self, setups: Sequence[Callable[[], PreparedCase]]) -> None:
        # Spawned, not forked: this process may have threads, and a CUDA context.
        context = multiprocessing.get_context("spawn")
        self._kills = out_of_memory_kills()
        self._pipes: list[Connection[Any, Any]] = []
        self._members = []
        for setup in setups:
            own_end, member_end = context.Pipe()
            member = context.Process(target=_member, args=(setup, member_end), daemon=True)
            member.start()
            member_end.close()
            self._pipes.append(own_end)
            self._members.append(member)

    def run(self, command: str) -> list[Any]:
        """Broadcast ``call`` or ``reset``, wait for all members; returns the seconds of each."""
        for pipe in self._pipes:
            with suppress(BrokenPipeError):  # the member died; receive() reports it
                pipe.send(command)
        return self.receive()

    def receive(self) -> list[Any]:
        """One answer of each member.

        Raises:
            Absent, MemoryError, RuntimeError: as the member reports, or because it died.
        """
        answers = []
        for pipe in self._pipes:
            try:
                kind, answer = pipe.recv()
            except (EOFError, ConnectionError) as error:
                if out_of_memory_kills() > self._kills:
                    raise MemoryError("the kernel killed a process of the group") from error
                raise RuntimeError("a process of the group died") from error
            if kind == "absent":
                raise Absent(answer)
            if kind == "memory":
                raise MemoryError(answer)
            if kind == "failed":
                raise RuntimeError(answer)
            answers.append(answer)
        return answers

    def close(self) -> None:
        """End all members; one that does not exit in time is killed."""
        for pipe in self._pipes:
            pipe.close()
        for member in self._members:
            member.join(EXIT_SECONDS)
            if member.is_alive():
                member.kill()
                member.join()


def _member(setup: Callable[[], PreparedCase], pipe: "Connection[Any, Any]") -> None:
    """Serve commands until the pipe is closed."""
    with suppress(EOFError, OSError):  # the group is closed
        try:
            prepared = setup()
        except Exception as error:
            pipe.send(_failure(error))
            return
        facts = ("items", "unit", "flops", "bytes", "precision")
        pipe.send(("ready", {name: getattr(prepared, name) for name in facts}))
        try:
            _serve(prepared, pipe)
        finally:
            prepared.close()


def _serve(prepared: PreparedCase, pipe: "Connection[Any, Any]") -> None:
    """Answer each command with the seconds that it took. Garbage is collected in resets only."""
    gc.collect()
    gc.freeze()
    gc.disable()
    collected = time.perf_counter()
    while True:
        command = pipe.recv()
        began = time.perf_counter()
        try:
            if command == "call":
                prepared.call()
            elif prepared.reset:
                prepared.reset()
        except Exception as error:
            pipe.send(_failure(error))
            continue
        ended = time.perf_counter()
        if command == "reset" and ended - collected > COLLECT_SECONDS:
            gc.collect()
            collected = time.perf_counter()
        pipe.send(("done", ended - began))


def _failure(error: Exception) -> tuple[str, str]:
    if isinstance(error, Absent):
        return "absent", str(error)
    kind = "memory" if is_out_of_memory(error) else "failed"
    return kind, f"{type(error).__name__}: {error}"
