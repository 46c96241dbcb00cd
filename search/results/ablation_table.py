"""The results of named variants as tables: for the terminal, the study's note and its report."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from fer.formatting import SPACE, interval, percent, signed
from search.results.ablation import Ablation, VariantComparison, VariantResult, ablation
from search.results.snapshot import Snapshot

VARIANTS = ("variant", "trial", "runs", "mean accuracy", "SD (points)", "95 % interval")
COMPARISONS = (
    "variant", "against", "claimed", "points", "95 % interval", "signed-rank p", "finding",
)  # fmt: skip


def variant_rows(results: Ablation) -> list[tuple[str, ...]]:
    """One row a variant, for ``VARIANTS``."""
    return [_variant(variant) for variant in results.variants]


def comparison_rows(results: Ablation) -> list[tuple[str, ...]]:
    """One row a comparison, for ``COMPARISONS``; that of two sets of runs of one recipe is last."""
    control = (results.control,) if results.control else ()
    return [_comparison(each) for each in (*results.comparisons, *control)]


def ablation_parts(snapshot: Snapshot) -> Iterator[RenderableType]:
    """What a terminal shows of a study with named variants; nothing of any other study."""
    results = ablation(snapshot)
    if results is None:
        return
    summary, *more = map(_plain, results.sentences)
    yield Text(f"\n{summary}", "bold")
    for columns, rows in (
        (VARIANTS, variant_rows(results)),
        (COMPARISONS, comparison_rows(results)),
    ):
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column)
        for row in rows:
            table.add_row(*map(_plain, row))
        yield table
    for sentence in more:
        yield Text(sentence)


def _variant(variant: VariantResult) -> tuple[str, ...]:
    if variant.failed:
        return variant.name, str(variant.trial), "failed", "", "", variant.failed
    return (
        variant.name,
        "" if variant.trial is None else str(variant.trial),
        f"{len(variant.runs)}/{variant.total}",
        "" if variant.mean is None else percent(variant.mean),
        "" if variant.sd is None else f"{100 * variant.sd:.2f}",
        "" if variant.ends is None else interval(*variant.ends),
    )


def _comparison(compared: VariantComparison) -> tuple[str, ...]:
    gain = compared.gain
    values = ("", "", "")
    if gain is not None:
        ends = f"{signed(100 * gain.low)} to {signed(100 * gain.high)}"
        values = signed(100 * gain.value, 2), ends, f"{compared.p:.2g}"
    return compared.name, compared.other, compared.claimed or "–", *values, compared.finding


def _plain(text: str) -> str:
    return text.replace(SPACE, " ")
