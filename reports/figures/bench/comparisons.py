"""Machines side by side, what could not be compared and why, and what could not run."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.analysis.comparison import Comparison, Row, compare
from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.wording import WORDS, in_words
from fer.errors import BadInput
from fer.formatting import count
from reports.figures.bench.recording_sets import Machine
from reports.figures.common import missing, names_above
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import listing, plain
from reports.rendering.palette import SERIES, SYMBOLS

RATIOS = "The same case on another machine"
LACKS = "What could not be compared, and why"


@dataclass(frozen=True)
class Against:
    """One machine against the first.

    Attributes:
        found: None where they have no case in common.
    """

    base: Machine
    other: Machine
    found: Comparison | None

    @property
    def label(self) -> str:
        """Such as ``server against laptop``."""
        return f"{self.other.label} against {self.base.label}"


def against_first(machines: Sequence[Machine]) -> list[Against]:
    """Each further machine against the first one named."""
    base, *others = machines
    pairs = []
    for other in others:
        try:
            found: Comparison | None = compare(base.recordings, other.recordings, anyway=True)
        except BadInput:  # no case in common
            found = None
        pairs.append(Against(base, other, found))
    return pairs


def ratios(pairs: Sequence[Against]) -> Figure:
    """A dot a case: how many times as long it takes; what differs in more is left out."""
    fair = {
        pair.other.label: [row for row in pair.found.rows if not row.differs]
        for pair in pairs
        if pair.found
    }
    if not pairs:
        return missing("ratios", RATIOS, "One machine alone has nothing to be compared with.")
    if not any(fair.values()):
        return missing("ratios", RATIOS, "No case of two machines is alike in all but the machine.")
    base = pairs[0].base.label
    names = list(dict.fromkeys(_name(row) for rows in fair.values() for row in rows))
    traces = tuple(
        {
            "type": "scatter",
            "mode": "markers",
            "name": plain(label, 40),
            "y": [_name(row) for row in rows],
            "x": [round(row.difference.ratio, 4) for row in rows],
            "text": [row.difference.word + ", noisy" * row.noisy for row in rows],
            "error_x": {
                "type": "data",
                "symmetric": False,
                "array": [round(row.difference.high - row.difference.ratio, 4) for row in rows],
                "arrayminus": [round(row.difference.ratio - row.difference.low, 4) for row in rows],
                "thickness": 1.5,
            },
            "marker": {
                "color": SERIES[i % len(SERIES)],
                "size": 9,
                "symbol": [
                    SYMBOLS[i % len(SYMBOLS)] + "-open" * row.noisy for row in rows
                ],
            },
            "hovertemplate": "%{x:.3f} times as long (%{text})<extra>%{fullData.name}</extra>",
        }
        for i, (label, rows) in enumerate(fair.items())
        if rows
    )  # fmt: skip
    layout = names_above(names, 13, grid=True) | {
        "showlegend": True,
        "xaxis": {"type": "log", "dtick": "D2", "title": {"text": f"times as long as on "
                                                                  f"{plain(base, 40)}"}},
        "shapes": [{"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper",
                    "line": {"color": "#7c8691", "dash": "dot"}}],
    }  # fmt: skip
    said = []
    for label, rows in fair.items():
        words = [row.difference.word for row in rows]
        said.append(
            f"{label} against {base}: {words.count('faster')} faster, {words.count('slower')} "
            f"slower, {words.count('no difference shown')} with no difference shown, of "
            f"{count(len(rows), 'case')}."
        )
    return Figure(
        "ratios",
        RATIOS,
        " ".join(said),
        "Left of the dotted line a case takes less time than on the first machine, right of it "
        "more; a bar is the 95 % interval of the ratio. Only cases that are alike in network, "
        "batch, precision, threads and torch are drawn. Open markers are noisy.",
        (Plot(traces, layout, height=130 + 36 * len(names)),),
        tables=(
            DisplayTable(
                Table(
                    ("case", "machine", f"on {base}", "there", "ratio", "95 % interval", "verdict"),
                    tuple(
                        (row.other, label, digits(row.base_seconds), digits(row.other_seconds),
                         f"{row.difference.ratio:.3f}",
                         f"{row.difference.low:.3f} to {row.difference.high:.3f}",
                         row.difference.word + ", noisy" * row.noisy)
                        for label, rows in fair.items()
                        for row in rows
                    ),
                ),
                caption="All ratios",
                folded=True,
            ),
        ),
        data=Table(
            ("case", "machine", "base_seconds", "seconds", "ratio", "low", "high", "p", "verdict"),
            tuple(
                (row.other, label, row.base_seconds, row.other_seconds, row.difference.ratio,
                 row.difference.low, row.difference.high, row.difference.p, row.difference.word)
                for label, rows in fair.items()
                for row in rows
            ),
        ),
    )  # fmt: skip


def lacks(machines: Sequence[Machine], pairs: Sequence[Against]) -> Figure:
    """Pairs that differ in more than the machine, and cases that a machine could not run."""
    rows = [row for pair in pairs for row in _unlike(pair)]
    unlike = len(rows)
    rows += [(m.label, case.name, case.reason) for m in machines for case in m.absent]
    remarks = [
        ("note", pair.label, remark)
        for pair in pairs
        if pair.found
        for remark in pair.found.remarks
    ]
    if not rows and not remarks:
        return missing("lacks", LACKS, "Every case ran everywhere, and all of them are alike.")
    return Figure(
        "lacks",
        LACKS,
        _sentence(machines, unlike),
        "Two timings are compared only where all but the machine is alike: network, batch, "
        "precision, threads, torch. What a machine cannot run is listed with the reason.",
        tables=(
            *((DisplayTable(Table(("where", "case", "why"), tuple(rows)),
                     caption=f"All {len(rows)} of them", folded=True),) if rows else ()),
            *((DisplayTable(Table(("", "machines", "what else differs"), tuple(remarks)),
                     caption="What else differs between the machines", folded=True),)
              if remarks else ()),
        ),
        data=Table(("where", "case", "why"), tuple(rows)),
    )  # fmt: skip


def _name(row: Row) -> str:
    return plain(f"{WORDS.get(row.group, row.group)}: {in_words(row.params)}", 60)


def _unlike(pair: Against) -> list[tuple[str, str, str]]:
    if pair.found is None:
        return [(pair.label, "all", "no case in common")]
    return [
        (pair.label, row.other, listing(list(map(str, row.differs))))
        for row in pair.found.rows
        if row.differs
    ]


def _sentence(machines: Sequence[Machine], unlike: int) -> str:
    said = []
    if len(machines) > 1:
        said.append(
            f"{count(unlike, 'comparison')} would not have been fair."
            if unlike
            else "All cases that two machines have in common are alike."
        )
    for machine in machines:
        reasons: dict[str, int] = {}
        for case in machine.absent:
            reason = case.reason.partition(":")[0]
            reasons[reason] = reasons.get(reason, 0) + 1
        if reasons:
            most = sorted(reasons, key=lambda reason: -reasons[reason])
            told = listing([f"{reasons[reason]} for “{reason}”" for reason in most[:3]])
            said.append(f"{machine.label} could not run {len(machine.absent)}: {told}.")
    return " ".join(said) or "Every case ran."
