"""Several processes that do the same call at once, as a study's workers do."""

import gc
import multiprocessing
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.cases.case import Absent, Work
from benchmarks.system.memory import out_of_memory_kills, ran_out
from benchmarks.timing.samples import COLLECT_SECONDS
from fer.process import available_cores

LEAVE_SECONDS = 10.0


def set_up_crowd(setup: Callable[[], Work]) -> Work:
    """A process for each core, each with the same work.

    Raises:
        Absent: there is one core, or a process lacks what the work needs.
    """
    cores = available_cores()
    if cores < 2:
        raise Absent("one core: one process a core is one process")
    return gather([setup] * cores)


def gather(setups: Sequence[Callable[[], Work]]) -> Work:
    """One work whose call is one call of each, all begun at once; it ends with the last.

    Its ``peak_rss_bytes`` is that of all of them. The words to begin and to end cost some 0.1 ms;
    what each took by itself stands in ``member_seconds``.

    Args:
        setups: run in processes of their own, so functions that can be pickled.

    Raises:
        Absent: from a setup.
    """
    crowd = _Crowd(setups)
    try:
        ready = crowd.hear()
    except BaseException:
        crowd.close()
        raise
    counted = [member for member in ready if member["flops"] is not None]
    took: list[float] = []

    def call() -> None:
        took[:] = crowd.all_do("call")

    return Work(
        call=call,
        items=sum(member["items"] for member in ready),
        unit=ready[0]["unit"],
        flops=sum(member["flops"] for member in counted) if counted else None,
        bytes=sum(member["bytes"] for member in counted) if counted else None,
        precision=ready[0]["precision"],
        reset=lambda: crowd.all_do("reset"),
        close=crowd.close,
        member_seconds=lambda: list(took),
    )


class _Crowd:
    def __init__(self, setups: Sequence[Callable[[], Work]]) -> None:
        # Not forked: this process may have threads, and a CUDA context.
        context = multiprocessing.get_context("spawn")
        self._kills = out_of_memory_kills()
        self._pipes: list[Connection[Any, Any]] = []
        self._members = []
        for setup in setups:
            ours, theirs = context.Pipe()
            member = context.Process(target=_member, args=(setup, theirs), daemon=True)
            member.start()
            theirs.close()
            self._pipes.append(ours)
            self._members.append(member)

    def all_do(self, word: str) -> list[Any]:
        """Say a word to all, and wait until all have done it; the seconds that it took each."""
        for pipe in self._pipes:
            with suppress(BrokenPipeError):  # it died, as is heard next
                pipe.send(word)
        return self.hear()

    def hear(self) -> list[Any]:
        """An answer from each.

        Raises:
            Absent, MemoryError, RuntimeError: as the member says, or as it is gone.
        """
        answers = []
        for pipe in self._pipes:
            try:
                kind, said = pipe.recv()
            except (EOFError, ConnectionError) as error:
                if out_of_memory_kills() > self._kills:
                    raise MemoryError("the kernel killed a process of the crowd") from error
                raise RuntimeError("a process of the crowd died") from error
            if kind == "absent":
                raise Absent(said)
            if kind == "memory":
                raise MemoryError(said)
            if kind == "failed":
                raise RuntimeError(said)
            answers.append(said)
        return answers

    def close(self) -> None:
        """Let all of them go."""
        for pipe in self._pipes:
            pipe.close()
        for member in self._members:
            member.join(LEAVE_SECONDS)
            if member.is_alive():
                member.kill()
                member.join()


def _member(setup: Callable[[], Work], pipe: "Connection[Any, Any]") -> None:
    """Do what is asked until nobody asks any more."""
    with suppress(EOFError, OSError):  # the crowd is closed
        try:
            work = setup()
        except Exception as error:
            pipe.send(_failure(error))
            return
        facts = ("items", "unit", "flops", "bytes", "precision")
        pipe.send(("ready", {name: getattr(work, name) for name in facts}))
        try:
            _serve(work, pipe)
        finally:
            work.close()


def _serve(work: Work, pipe: "Connection[Any, Any]") -> None:
    """Answer each word with the seconds that it took. Garbage is collected in resets alone."""
    gc.collect()
    gc.freeze()
    gc.disable()
    collected = time.perf_counter()
    while True:
        word = pipe.recv()
        began = time.perf_counter()
        try:
            if word == "call":
                work.call()
            elif work.reset:
                work.reset()
        except Exception as error:
            pipe.send(_failure(error))
            continue
        ended = time.perf_counter()
        if word == "reset" and ended - collected > COLLECT_SECONDS:
            gc.collect()
            collected = time.perf_counter()
        pipe.send(("done", ended - began))


def _failure(error: Exception) -> tuple[str, str]:
    if isinstance(error, Absent):
        return "absent", str(error)
    kind = "memory" if ran_out(error) else "failed"
    return kind, f"{type(error).__name__}: {error}"
