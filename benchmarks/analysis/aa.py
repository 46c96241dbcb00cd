"""Check verdicts on this machine, A/A: ``python -m benchmarks.analysis.aa --out FILE``.

Times one case against itself, and against itself slowed by 10 % (eleven passes of the network in
place of ten), in 20 pairs each, through the same timing and statistics as ``fer bench run`` and
``fer bench compare``. Of the pairs of the same, at most 1 may be called different; of the slowed
ones, at least 19 must be called slower. A pair is two folders of recordings of ``--processes``
processes each, begun in turns in a random order, as a careful person times two commits; or, with
``--in-turns``, two cases timed round by round in one process.

Prints the harness's own cost too: what a sample of nothing takes, and what passes between
samples. Nothing else should run on the machine.
"""

import json
import random
import signal
import statistics
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.analysis.statistics import TimeRatio, compare_apart, compare_interleaved
from benchmarks.cases.case import Case, PreparedCase
from benchmarks.recordings.recording import AbsentCase, Measured
from benchmarks.timing.interleave import time_interleaved
from benchmarks.timing.limits import TimingLimits
from benchmarks.timing.runner import Plan, run
from fer.errors import FerError
from fer.process import available_cores, training_environment

PAIRS = 20
PROCESSES = 4
"""Of each side; three find a slowing of 10 % in 96 of 100 simulated pairs, four in 98.5."""
PASSES = {"first": 10, "again": 10, "slowed": 11}
BATCH = {"cpu": 16, "cuda": 1024}
OVERHEAD = 0.01
"""Most that the harness may cost of what it times."""


def cases() -> list[Case]:
    """The three sides on each device; the harness's children find them here."""
    return [case(device, side) for device in BATCH for side in PASSES]


def case(device: str, side: str) -> Case:
    """One side; all are rivals, so that they can be timed in turns."""
    params: dict[str, str | int] = {"device": device, "side": side}
    return Case("inference", params, partial(set_up, device, PASSES[side]), interleave_group=device)


def set_up(device: str, passes: int) -> PreparedCase:
    """So many batches through the published network."""
    from benchmarks.cases.workload import noise, open_device, recipe
    from fer.inference import predict_logits
    from fer.networks.build import build_network

    where = open_device(device)
    network = build_network(recipe(BATCH[device]), where)
    images = noise(BATCH[device], where).images

    def call() -> None:
        for _ in range(passes):
            predict_logits(network, images, "fp32")

    return PreparedCase(call, items=BATCH[device], unit="images", device=where, precision="fp32")


class Silent:
    """Watches nothing."""

    def doing(self, step: str, name: str) -> None:
        """Not shown."""

    def result(self, result: Measured | AbsentCase) -> None:
        """Not shown."""


Sides = dict[str, list[list[float]]]
"""Seconds of each side, process by process."""


def time_apart(device: str, processes: int, limits: TimingLimits, draw: random.Random) -> Sides:
    """Every side in so many processes of its own, begun in turns."""
    sides: Sides = {side: [] for side in PASSES}
    for _ in range(processes):
        for side in draw.sample(list(PASSES), len(PASSES)):
            [measured] = _timed([case(device, side)], limits)
            sides[side].append(list(measured.seconds))
    return sides


def time_sides_interleaved(device: str, limits: TimingLimits) -> Sides:
    """All sides in one process, round by round."""
    timed = _timed([case(device, side) for side in PASSES], limits)
    return {side: [list(seen.seconds)] for side, seen in zip(PASSES, timed, strict=True)}


def _timed(some: Sequence[Case], limits: TimingLimits) -> list[Measured]:
    timed, absent = run(Plan("benchmarks.analysis.aa:cases", tuple(some), limits), Silent())
    if absent:
        raise FerError(f"{absent[0].name}: {absent[0].reason}")
    return timed


def verdict(sides: Sides, side: str, interleaved: bool) -> TimeRatio:
    """A side against the first, as ``fer bench compare`` has it."""
    if interleaved:
        return compare_interleaved(sides["first"][0], sides[side][0])
    return compare_apart(sides["first"], sides[side])


def overhead(device: str, limits: TimingLimits) -> dict[str, float]:
    """The harness's cost as shares of the case's time: within each sample, and between them."""
    prepared = set_up(device, PASSES["first"])
    # On its device: there CUDA's events and waits are a part of the cost.
    nothing = PreparedCase(call=_nothing, items=1, unit="calls", device=prepared.device)
    within = statistics.median(time_interleaved([nothing], TimingLimits(seconds=0.1))[0].seconds)
    began = 0.0

    def report(step: str, _: int) -> None:
        nonlocal began
        if step == "timing":
            began = time.perf_counter()

    [seen] = time_interleaved([prepared], limits, report=report)
    wall, timed = time.perf_counter() - began, sum(seen.seconds)
    return {
        "within": within / statistics.median(seen.seconds),
        "between": (wall - timed) / timed,
    }


def _nothing() -> None:
    """What the harness times to see its own cost."""


def believed(words: dict[str, list[str]], costs: dict[str, float]) -> dict[str, bool]:
    """Each claim, and whether it holds."""
    pairs = len(words["again"])
    different = sum(word != "no difference shown" for word in words["again"])
    slower = words["slowed"].count("slower")
    return {
        f"the same, called different: {different} of {pairs} (at most {pairs // 20})": (
            different <= pairs // 20
        ),
        f"slowed by 10 %, called slower: {slower} of {pairs} "
        f"(at least {pairs - pairs // 20})": slower >= pairs - pairs // 20,
        f"harness within a sample: {100 * costs['within']:.4f} % (under 1 %)": (
            costs["within"] < OVERHEAD
        ),
        f"harness between samples: {100 * costs['between']:.4f} % (under 1 %)": (
            costs["between"] < OVERHEAD
        ),
    }


def main(
    out: Annotated[Path | None, typer.Option(help="Write samples and verdicts as JSON.")] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda")] = "cpu",
    interleaved: Annotated[bool, typer.Option("--in-turns", help="One process a pair.")] = False,
    processes: Annotated[int, typer.Option(min=1, help="Of each side of a pair.")] = PROCESSES,
    seconds: Annotated[float, typer.Option(min=0.1, help="Timed in each process.")] = 3.0,
    pairs: Annotated[int, typer.Option(min=1)] = PAIRS,
) -> None:
    """Time a case against itself and against itself slowed by 10 %."""
    from benchmarks.system.machine import fingerprint, finished

    limits, draw = TimingLimits(seconds=seconds), random.Random(0)
    machine = fingerprint(environment=training_environment(available_cores()))
    costs = overhead(device, limits)
    seen: list[dict[str, Any]] = []
    words: dict[str, list[str]] = {"again": [], "slowed": []}
    for pair in range(1, pairs + 1):
        sides = (
            time_sides_interleaved(device, limits)
            if interleaved
            else time_apart(device, processes, limits, draw)
        )
        found = {side: verdict(sides, side, interleaved) for side in words}
        for side, difference in found.items():
            words[side].append(difference.word)
            print(
                f"pair {pair:2} {side:<6} {difference.ratio:.3f} "
                f"({difference.low:.3f} to {difference.high:.3f}) {difference.word}",
                flush=True,
            )
        seen.append({"seconds": sides, "verdicts": {side: vars(found[side]) for side in found}})
    claims = believed(words, costs)
    for claim, holds in claims.items():
        print(f"{'holds' if holds else 'FAILS'}: {claim}")
    if out:
        from fer.files import write_text

        result = {
            "machine": finished(machine),
            "interleaved": interleaved,
            "claims": claims,
            "overhead": costs,
            "pairs": seen,
        }
        write_text(out, json.dumps(result, indent=1) + "\n")
    if not all(claims.values()):
        raise typer.Exit(1)


if __name__ == "__main__":
    # Ended from outside it ends its timing process too, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    typer.run(main)
