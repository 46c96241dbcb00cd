"""A/A test of the verdicts on this machine: ``python -m benchmarks.analysis.aa --out FILE``.

Times one case against itself, and against itself slowed by 10 % (eleven passes of the network
instead of ten), in 20 pairs each, through the same timing and statistics as ``fer bench run`` and
``fer bench compare``. Of the identical pairs, at most 1 may be called different; of the slowed
ones, at least 19 must be called slower. A pair is two folders of recordings of ``--processes``
processes each, started alternately in a random order; or, with ``--in-turns``, two cases that are
interleaved in one process.

Also prints the overhead of the harness: the time of an empty sample, and the time between samples.
Nothing else should run on the machine.
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
"""For each variant; three find a slowing of 10 % in 96 of 100 simulated pairs, four in 98.5."""
PASSES = {"first": 10, "again": 10, "slowed": 11}
BATCH = {"cpu": 16, "cuda": 1024}
OVERHEAD = 0.01
"""Largest overhead of the harness, as a share of what it times."""


def cases() -> list[Case]:
    """The three variants on each device; the timing processes import them from here."""
    return [case(device, variant) for device in BATCH for variant in PASSES]


def case(device: str, variant: str) -> Case:
    """One variant; all are in one interleave group."""
    params: dict[str, str | int] = {"device": device, "variant": variant}
    return Case(
        "inference", params, partial(set_up, device, PASSES[variant]), interleave_group=device
    )


def set_up(device: str, passes: int) -> PreparedCase:
    """A number of batches through the published network."""
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
    """A watcher that ignores everything."""

    def doing(self, step: str, name: str) -> None:
        """Ignored."""

    def result(self, result: Measured | AbsentCase) -> None:
        """Ignored."""


Seconds = dict[str, list[list[float]]]
"""Seconds of each variant, process by process."""


def time_apart(device: str, processes: int, limits: TimingLimits, draw: random.Random) -> Seconds:
    """Every variant in separate processes, started alternately."""
    seconds_of: Seconds = {variant: [] for variant in PASSES}
    for _ in range(processes):
        for variant in draw.sample(list(PASSES), len(PASSES)):
            [measured] = _timed([case(device, variant)], limits)
            seconds_of[variant].append(list(measured.seconds))
    return seconds_of


def time_interleaved_variants(device: str, limits: TimingLimits) -> Seconds:
    """All variants interleaved in one process."""
    timed = _timed([case(device, variant) for variant in PASSES], limits)
    return {
        variant: [list(measured.seconds)] for variant, measured in zip(PASSES, timed, strict=True)
    }


def _timed(some: Sequence[Case], limits: TimingLimits) -> list[Measured]:
    timed, absent = run(Plan("benchmarks.analysis.aa:cases", tuple(some), limits), Silent())
    if absent:
        raise FerError(f"{absent[0].name}: {absent[0].reason}")
    return timed


def verdict(seconds_of: Seconds, variant: str, interleaved: bool) -> TimeRatio:
    """A variant against the first one, as ``fer bench compare`` computes it."""
    if interleaved:
        return compare_interleaved(seconds_of["first"][0], seconds_of[variant][0])
    return compare_apart(seconds_of["first"], seconds_of[variant])


def overhead(device: str, limits: TimingLimits) -> dict[str, float]:
    """Overhead of the harness relative to the case's time: within samples, and between them."""
    prepared = set_up(device, PASSES["first"])
    # On its device: there CUDA's events and synchronisation are part of the overhead.
    nothing = PreparedCase(call=_nothing, items=1, unit="calls", device=prepared.device)
    within = statistics.median(time_interleaved([nothing], TimingLimits(seconds=0.1))[0].seconds)
    began = 0.0

    def report(step: str, _: int) -> None:
        nonlocal began
        if step == "timing":
            began = time.perf_counter()

    [samples] = time_interleaved([prepared], limits, report=report)
    wall, timed = time.perf_counter() - began, sum(samples.seconds)
    return {
        "within": within / statistics.median(samples.seconds),
        "between": (wall - timed) / timed,
    }


def _nothing() -> None:
    """Timed to measure the harness's overhead."""


def check_verdicts(answers: dict[str, list[str]], costs: dict[str, float]) -> dict[str, bool]:
    """Each requirement, and whether it is met."""
    pairs = len(answers["again"])
    different = sum(word != "no difference shown" for word in answers["again"])
    slower = answers["slowed"].count("slower")
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
    device: Annotated[str, typer.Option(help="Either cpu or cuda.")] = "cpu",
    interleaved: Annotated[
        bool, typer.Option("--in-turns", help="Interleave each pair in one process.")
    ] = False,
    processes: Annotated[
        int, typer.Option(min=1, help="Processes of each variant of a pair.")
    ] = PROCESSES,
    seconds: Annotated[float, typer.Option(min=0.1, help="Timed seconds in each process.")] = 3.0,
    pairs: Annotated[int, typer.Option(min=1)] = PAIRS,
) -> None:
    """Time a case against itself and against itself slowed by 10 %."""
    from benchmarks.system.machine import fingerprint, finished

    limits, draw = TimingLimits(seconds=seconds), random.Random(0)
    machine = fingerprint(environment=training_environment(available_cores()))
    costs = overhead(device, limits)
    pairs_timed: list[dict[str, Any]] = []
    answers: dict[str, list[str]] = {"again": [], "slowed": []}
    for pair in range(1, pairs + 1):
        seconds_of = (
            time_interleaved_variants(device, limits)
            if interleaved
            else time_apart(device, processes, limits, draw)
        )
        verdicts = {variant: verdict(seconds_of, variant, interleaved) for variant in answers}
        for variant, difference in verdicts.items():
            answers[variant].append(difference.word)
            print(
                f"pair {pair:2} {variant:<6} {difference.ratio:.3f} "
                f"({difference.low:.3f} to {difference.high:.3f}) {difference.word}",
                flush=True,
            )
        pairs_timed.append(
            {
                "seconds": seconds_of,
                "verdicts": {variant: vars(ratio) for variant, ratio in verdicts.items()},
            }
        )
    requirements = check_verdicts(answers, costs)
    for requirement, holds in requirements.items():
        print(f"{'holds' if holds else 'FAILS'}: {requirement}")
    if out:
        from fer.files import write_text

        result = {
            "machine": finished(machine),
            "interleaved": interleaved,
            "claims": requirements,
            "overhead": costs,
            "pairs": pairs_timed,
        }
        write_text(out, json.dumps(result, indent=1) + "\n")
    if not all(requirements.values()):
        raise typer.Exit(1)


if __name__ == "__main__":
    # On SIGTERM, end the timing process too, as on Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    typer.run(main)
