"""Roofline: each case relative to its machine's limits (Williams, Waterman, Patterson 2009)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.analysis.roofline import LimitShare, share_of_limit
from benchmarks.recordings.recording import Measured
from benchmarks.recordings.wording import WORDS
from fer.formatting import count, percent
from reports.data.bench_data import BenchData, Machine, setting
from reports.figures.common import missing
from reports.figures.log_axis import log_axis, si_number
from reports.rendering.figure import Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import SERIES, SOFT

TITLE = "Roofline"
PRECISIONS = ("fp32", "tf32", "bf16", "fp16")
GROUPS = {"training": "circle", "inference": "square", "dataloader": "diamond-open"}
Placed = tuple[Measured, LimitShare]


def build(data: BenchData) -> Figure:
    """One plot for each machine and device: its roofs, and a dot for each case."""
    machines = data.machines
    placed = {machine.label: _placed(machine) for machine in machines}
    if not any(placed.values()):
        return missing("roofline", TITLE, "No machine's own peaks were measured.")
    plots = tuple(
        plot
        for machine in machines
        for device in ("cpu", "cuda")
        if (plot := _plot(machine, device, placed[machine.label], len(machines) > 1))
    )
    return Figure(
        "roofline",
        TITLE,
        " ".join(_sentence(label, cases) for label, cases in placed.items() if cases),
        "Arithmetic intensity against FLOP/s. The lines are the machine's own limits, measured in "
        "the same run: the slope is its copy bandwidth, the level its best convolution or matrix "
        "product in that precision. Bytes are counted operation by operation; where a cache saves "
        "some of them, a dot may lie above the slope.",
        plots,
        data=Table(
            ("machine", "case", "flops_per_byte", "flops_per_second", "share_of_limit", "bound"),
            tuple(
                (label, case.name, _intensity(case), _rate(case), share.share, share.bound)
                for label, cases in placed.items()
                for case, share in cases
            ),
        ),
    )


def _placed(machine: Machine) -> list[Placed]:
    return [
        (case, share)
        for case in machine.of(*GROUPS)
        if (share := share_of_limit(case, machine.facts))
    ]


def _plot(machine: Machine, device: str, placed: list[Placed], several: bool) -> Plot | None:
    here = [pair for pair in placed if pair[0].params.get("device") == device]
    if not here:
        return None
    ends = [_intensity(case) for case, _ in here]
    span = np.geomspace(min(ends) / 4, max(ends) * 2, 60)
    used = {(case.extra.get("precision"), case.extra.get("threads")) for case, _ in here}
    threads = max(int(peak["threads"]) for peak in _peaks(machine, device))
    roofs = [
        _roof(peak, span)
        for peak in _peaks(machine, device)
        if peak["threads"] == threads and peak["precision"] in {precision for precision, _ in used}
    ]
    dots = [
        _dots(group, precision, cases)
        for group in GROUPS
        for precision in PRECISIONS
        if (
            cases := [
                pair
                for pair in here
                if pair[0].group == group and pair[0].extra.get("precision") == precision
            ]
        )
    ]
    heights = [_rate(case) for case, _ in here] + [y for roof in roofs for y in roof["y"]]
    axis = "FLOP/byte" + f" ({plain(machine.label)})" * several
    layout = {
        "xaxis": {"title": {"text": axis}} | log_axis(span),
        "yaxis": {"title": {"text": f"FLOP/s ({device.upper()})"}} | log_axis(heights, si_number),
    }
    name = f"{machine.label}, {device}" if several else device
    keys = [_key(group) for group in dict.fromkeys(case.group for case, _ in here)]
    return Plot((*roofs, *keys, *dots), layout, height=440, name=name)


def _peaks(machine: Machine, device: str) -> list[Mapping[str, Any]]:
    return [
        peak
        for peak in machine.facts.get("peaks", [])
        if peak.get("device") == device
        and "copy_bytes" in peak
        and ("matmul_flops" in peak or "conv_flops" in peak)
    ]


def _roof(peak: Mapping[str, Any], span: "np.typing.NDArray[np.float64]") -> dict[str, Any]:
    level = max(peak[key]["value"] for key in ("matmul_flops", "conv_flops") if key in peak)
    roof = np.minimum(level, span * peak["copy_bytes"]["value"])
    precision = str(peak["precision"])
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"limit in {precision}",
        "x": [float(f"{x:.4g}") for x in span],
        "y": [float(f"{y:.4g}") for y in roof],
        "line": {"color": _colour(precision), "width": 2},
        "hovertemplate": "%{y:.3s}FLOP/s at most<extra>%{fullData.name}</extra>",
    }


def _dots(group: str, precision: str, cases: list[Placed]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{group}, {precision}",
        "showlegend": False,
        "x": [float(f"{_intensity(case):.4g}") for case, _ in cases],
        "y": [float(f"{_rate(case):.4g}") for case, _ in cases],
        "customdata": [
            f"{plain(setting(case, ('device', 'precision')), 60)}: {percent(share.share, 0)} of "
            f"the {share.bound} limit{', noisy' if case.noisy else ''}"
            for case, share in cases
        ],
        "marker": {
            "color": _colour(precision),
            "symbol": GROUPS[group],
            "size": 9,
            # A noisy case is drawn faint.
            "opacity": [0.35 if case.noisy else 1 for case, _ in cases],
        },
        "hovertemplate": "%{customdata}<extra>%{fullData.name}</extra>",
    }


def _key(group: str) -> dict[str, Any]:
    """The legend's entry of a group: its marker in a neutral colour."""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": WORDS.get(group, group),
        "x": [None],
        "y": [None],
        "marker": {"color": SOFT, "symbol": GROUPS[group], "size": 9},
    }


def _colour(precision: str) -> str:
    place = PRECISIONS.index(precision) if precision in PRECISIONS else len(PRECISIONS)
    return SERIES[place % len(SERIES)]


def _intensity(case: Measured) -> float:
    return float(case.extra["flops"]) / float(case.extra["bytes"])


def _rate(case: Measured) -> float:
    return float(case.extra["flops"]) / case.median


def _sentence(label: str, cases: list[Placed]) -> str:
    case, share = max(cases, key=lambda pair: pair[1].share)
    trained = [pair for pair in cases if pair[0].group == "training"]
    lead = (
        f"On {label}, {case.group} with {setting(case, ('device',))} comes closest: "
        f"{percent(share.share, 0)} of the {share.bound} limit"
    )
    bound = sum(each.bound == "memory" for _, each in cases)
    rest = f"; the memory limits {bound} of {count(len(cases), 'case')}."
    if trained and case.group != "training":
        nearest, near = max(trained, key=lambda pair: pair[1].share)
        rest = (
            f"; training comes to {percent(near.share, 0)} with {setting(nearest, ('device',))}"
            + rest
        )
    return lead + rest
