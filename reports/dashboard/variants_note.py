"""The part of a study's note that shows named variants beside what was claimed of them."""

from collections.abc import Sequence

from fer.markdown import escape
from search.results.ablation import ablation
from search.results.ablation_table import COMPARISONS, VARIANTS, comparison_rows, variant_rows
from search.results.snapshot import Snapshot


def variants_note(study: Snapshot) -> str:
    """A summary and two tables in Markdown; empty for a study without named variants."""
    results = ablation(study)
    if results is None:
        return ""
    tables = _table(COMPARISONS, comparison_rows(results)), _table(VARIANTS, variant_rows(results))
    summary, *more = map(escape, results.sentences)
    return "".join(f"{part}\n\n" for part in (summary, *tables, *more))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *([escape(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
