"""The report of a replay: which samplers, pruners and rounds choose well."""

from collections.abc import Sequence

from fer.formatting import count, percent
from reports.pages.sections import SectionSpec
from reports.rendering.figure import Fact, Page
from search.replay.results import BudgetScores, Results
from search.replay.sentences import basis, finding, in_points

PACKAGE = "reports.figures.replay"
SECTIONS = (
    SectionSpec("strategies", "Strategies", ("strategies",)),
    SectionSpec("early", "Early accuracy", ("early",)),
    SectionSpec("reproduction", "Reproduction", ("reproduce",)),
)
"""The figures of the page: a new one is a module of ``PACKAGE`` and a line here."""


def replay_page(results: Results, sections: Sequence[SectionSpec] = SECTIONS) -> Page:
    """What weakens the results first, then what was found at each budget."""
    table, truth = results.table, results.truth
    best = results.budgets[-1].scores[0]
    return Page(
        kind="Replay",
        title=table.study,
        answer=_answer(results.budgets[-1]),
        verdict=(*basis(results), *(finding(budget.scores) for budget in results.budgets)),
        facts=(
            Fact(
                "Recipes measured",
                f"{table.recipes:,}",
                f"of {table.planned} planned; {count(table.failed, 'failed', 'failed')}",
            ),
            Fact("Searches", f"{results.repeats:,}", "by each strategy"),
            Fact(
                f"Lowest regret at {best.budget} epochs",
                f"{in_points(best.regret.value)} points",
                best.strategy,
            ),
            Fact(
                "Noise of one run",
                f"{in_points(truth.seen_sd)} points",
                f"SD; recipes differ by {in_points(truth.recipe_sd)}; best {percent(truth.best)}",
            ),
        ),
        sections=tuple(section.build(PACKAGE, results) for section in sections),
        foot=results.command,
    )


def _answer(budget: BudgetScores) -> str:
    best, *others = budget.scores
    equal = sum(not row.differs for row in others)
    text = f"Lowest regret at {best.budget} epochs: {best.strategy}"
    return f"{text}; {equal} of {len(others)} others not told apart from it" if equal else text
