"""Overhead: everything that is timed beside the network, such as storage, faces and pages."""

from collections.abc import Sequence

from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.recording import Measured
from benchmarks.recordings.wording import in_words
from reports.data.bench_data import NOISY, BenchData, Machine, noise
from reports.figures.common import missing, names_above
from reports.figures.log_axis import log_axis
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import SERIES

TITLE = "Overhead of a study"
NETWORK_GROUPS = ("training", "inference", "networks", "dataloader")
WHAT = {
    "report": "report of an epoch",
    "trial_start": "start of a trial",
    "worker_start": "start of a worker, to its first step",
    "one_trial": "a whole study of one trial",
    "help": "fer --help",
    "prepare": "prepare faces",
    "load": "load faces",
}
PAGES = {"audit": "page of the data audit", "study": "report of a study"}


def build(data: BenchData) -> Figure:
    """Medians and p99 on one logarithmic axis, as they range from microseconds to seconds."""
    machines = data.machines
    # Case by case, so that the machines stand side by side.
    names = dict.fromkeys(
        c.name for m in machines for c in m.cases if c.group not in NETWORK_GROUPS
    )
    timed = [
        (_label(machine, case, len(machines) > 1), case)
        for name in names
        for machine in machines
        for case in machine.cases
        if case.name == name
    ]
    if not timed:
        return missing("overhead", TITLE, "No overhead was timed.")
    traces = tuple(
        {
            "type": "scatter",
            "mode": "markers",
            "name": f"p{q}",
            "y": [plain(label, 60) for label, _ in timed],
            "x": [float(f"{case.percentile_of_one(q):.5g}") for _, case in timed],
            "marker": {"symbol": symbol, "size": 11, "color": SERIES[i], "line": {"width": 2.5}},
            "hovertemplate": f"p{q} %{{x:.4g}} s<extra>%{{y}}</extra>",
        }
        for i, (q, symbol) in enumerate(((50, "circle"), (99, "line-ns-open")))
    )
    seconds = [case.percentile_of_one(q) for _, case in timed for q in (50, 99)]
    layout = names_above([plain(label, 60) for label, _ in timed], 13, grid=True) | {
        "xaxis": {"title": {"text": "time of a call"}} | log_axis(seconds, digits),
    }
    return Figure(
        "overhead",
        TITLE,
        _sentence(timed) + noise([case for _, case in timed]),
        "The circle is the median, the bar the 99th percentile. A report writes an epoch's "
        "accuracy to the storage; with 4 workers, all four report at once, and "
        f"the time is what each of them waits. {NOISY}",
        (Plot(traces, layout, height=130 + 36 * len(timed)),),
        tables=(
            DisplayTable(
                Table(
                    ("what", "p50", "p99", "n", "peak memory", ""),
                    tuple(_shown(label, case) for label, case in timed),
                ),
                caption="All cases",
                folded=True,
            ),
        ),
        data=Table(
            ("what", "p50_seconds", "p99_seconds", "n", "peak_rss_bytes", "noisy"),
            tuple(
                (label, case.percentile_of_one(50), case.percentile_of_one(99), len(case.seconds),
                 case.extra.get("peak_rss_bytes"), int(case.noisy))
                for label, case in timed
            ),
        ),
    )  # fmt: skip


def _label(machine: Machine, case: Measured, several: bool) -> str:
    """Such as ``report of an epoch, sqlite, 4 at once``."""
    params = case.params
    if "page" in params:
        parts = [PAGES.get(str(params["page"]), str(params["page"]))]
    elif "what" in params:
        parts = [WHAT.get(str(params["what"]), str(params["what"]))]
    else:
        parts = [f"{case.group}, {in_words(params)}"]
    if params.get("what") == "report":
        workers = int(params["workers"])
        parts += [str(params["storage"]), f"{workers} at once" if workers > 1 else "alone"]
    parts += [f"{params[key]:,} {key}" for key in ("images", "trials") if key in params]
    return ", ".join([machine.label] * several + parts)


def _shown(label: str, case: Measured) -> tuple[str | int, ...]:
    peak = case.extra.get("peak_rss_bytes")
    return (
        label,
        digits(case.percentile_of_one(50)),
        digits(case.percentile_of_one(99)),
        len(case.seconds),
        f"{peak / 1e9:.2f} GB" if isinstance(peak, int | float) else "–",
        "noisy" if case.noisy else "",
    )


def _sentence(timed: Sequence[tuple[str, Measured]]) -> str:
    reports = [pair for pair in timed if pair[1].params.get("what") == "report"]
    if not reports:
        label, case = max(timed, key=lambda pair: pair[1].median)
        return f"The slowest is {label}: {digits(case.median)}."
    (quick, first), (slow, last) = (
        choose(reports, key=lambda pair: pair[1].percentile_of_one(99)) for choose in (min, max)
    )
    if quick == slow:
        middle, most = (digits(first.percentile_of_one(q)) for q in (50, 99))
        return f"{quick} takes {middle}, and {most} at p99."
    least, most = (digits(case.percentile_of_one(99)) for case in (first, last))
    return f"The 99th percentile of a report ranges from {least} ({quick}) to {most} ({slow})."
