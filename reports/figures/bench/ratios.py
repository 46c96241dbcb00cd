"""Ratios of the times of two machines, case by case."""

from benchmarks.analysis.comparison import Row
from benchmarks.analysis.reliability import reliability
from benchmarks.cli.formatting import duration as digits
from benchmarks.recordings.wording import in_words
from fer.formatting import count
from reports.data.bench_data import BenchData
from reports.figures.bench_parts.traces import noisy_symbols
from reports.figures.common import missing, names_above
from reports.figures.log_axis import log_axis
from reports.rendering.figure import DisplayTable, Figure, Plot, Table
from reports.rendering.formatting import plain
from reports.rendering.palette import SERIES, SYMBOLS

TITLE = "Time relative to the first machine"


def build(data: BenchData) -> Figure:
    """A dot for each case that is comparable."""
    if not data.comparisons:
        return missing("ratios", TITLE, "There is only one machine.")
    rows = {pair.other.label: pair.rows for pair in data.comparisons}
    if not any(rows.values()):
        return missing("ratios", TITLE, "No case is comparable between the machines.")
    base = data.machines[0].label
    doubts = [f"{m.label}: {doubt}." for m in data.machines if (doubt := reliability(m.recordings))]
    names = list(dict.fromkeys(_name(row) for some in rows.values() for row in some))
    traces = tuple(_trace(label, some, i) for i, (label, some) in enumerate(rows.items()) if some)
    layout = names_above(names, 13, grid=True) | {
        "showlegend": True,
        "xaxis": {"title": {"text": f"times the time on {plain(base, 40)}"}}
                 | log_axis([1, *(end for some in rows.values() for row in some
                                  for end in (row.difference.low, row.difference.high))]),
        "shapes": [{"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper",
                    "line": {"color": "#7c8691", "dash": "dot"}}],
    }  # fmt: skip
    return Figure(
        "ratios",
        TITLE,
        " ".join([*doubts, *(_sentence(label, base, some) for label, some in rows.items())]),
        "Left of the dotted line a case takes less time than on the first machine, right of it "
        "more; a bar is the 95 % interval of the ratio. Only cases with the same network, batch, "
        "precision, threads and torch are shown. Open markers are noisy.",
        (Plot(traces, layout, height=130 + 36 * len(names)),),
        tables=(
            DisplayTable(
                Table(
                    ("case", "machine", f"on {base}", "there", "ratio", "95 % interval", "verdict"),
                    tuple(
                        (_name(row), label, digits(row.base_seconds), digits(row.other_seconds),
                         f"{row.difference.ratio:.3f}",
                         f"{row.difference.low:.3f} to {row.difference.high:.3f}", _verdict(row))
                        for label, some in rows.items()
                        for row in some
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
                for label, some in rows.items()
                for row in some
            ),
        ),
    )  # fmt: skip


def _trace(label: str, rows: tuple[Row, ...], position: int) -> dict[str, object]:
    symbol = SYMBOLS[position % len(SYMBOLS)]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(label, 40),
        "y": [_name(row) for row in rows],
        "x": [round(row.difference.ratio, 4) for row in rows],
        "text": [_verdict(row) for row in rows],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(row.difference.high - row.difference.ratio, 4) for row in rows],
            "arrayminus": [round(row.difference.ratio - row.difference.low, 4) for row in rows],
            "thickness": 1.5,
        },
        "marker": {
            "color": SERIES[position % len(SERIES)],
            "size": 9,
            "symbol": noisy_symbols(symbol, [row.noisy for row in rows]),
        },
        "hovertemplate": "%{x:.3f} times (%{text})<extra>%{fullData.name}</extra>",
    }


def _name(row: Row) -> str:
    return plain(f"{row.group}: {in_words(row.params)}", 60)


def _verdict(row: Row) -> str:
    return row.difference.word + ", noisy" * row.noisy


def _sentence(label: str, base: str, rows: tuple[Row, ...]) -> str:
    words = [row.difference.word for row in rows]
    marked = sum(row.noisy for row in rows)
    noisy = f", {marked} of them noisy" if marked else ""
    return (
        f"{label} against {base}: {words.count('faster')} faster, {words.count('slower')} slower, "
        f"{words.count('no difference shown')} with no difference shown, of "
        f"{count(len(rows), 'case')}{noisy}."
    )
