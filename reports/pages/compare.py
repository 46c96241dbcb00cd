"""The report that compares studies."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fer.formatting import duration, percent
from reports.data.compare_sentences import answer, sentences
from reports.data.comparison import Comparison, unique_names
from reports.pages.sections import SectionSpec, sections_of
from reports.rendering.figure import Fact, Page
from reports.rendering.formatting import listing
from search.results.trial_counts import states_in_words, trials_in_words

if TYPE_CHECKING:
    from benchmarks.recordings.recording import Recording
    from reports.data.study_data import StudyData

PACKAGE = "reports.figures.compare"
SECTIONS = (
    SectionSpec("results", "Results", (
        "results",
        "statistics",
    )),
    SectionSpec("progress", "Progress", (
        "progress_by_trial",
        "progress_by_time",
    )),
    SectionSpec("accuracy", "Accuracy", (
        "edf",
    )),
    SectionSpec("best-recipes", "Recipes", (
        "recipes",
    )),
    SectionSpec("cost", "Cost", (
        "epoch_seconds",
        "projected_cost",
    )),
    SectionSpec("set-up", "Set-up", (
        "setup",
        "commands",
    )),
)  # fmt: skip
"""The figures of the page: a new one is a module of ``PACKAGE`` and a line here."""


def compare_page(
    studies: Sequence["StudyData"],
    recordings: Sequence["Recording"],
    sections: Sequence[SectionSpec] = SECTIONS,
) -> Page:
    """Studies in the order of the command."""
    comparison = Comparison(unique_names(studies), recordings)
    seeds = (
        f"{name}: seed {study.snapshot.definition.seed}"
        for name, study in comparison.studies.items()
    )
    return Page(
        kind="Comparison",
        title=listing(list(comparison.studies)),
        answer=answer(comparison),
        verdict=sentences(comparison),
        facts=tuple(_fact(name, comparison) for name in comparison.studies),
        sections=sections_of(sections, PACKAGE, comparison),
        foot=f"{'; '.join(seeds)}.",
    )


def _fact(name: str, comparison: Comparison) -> Fact:
    study = comparison.studies[name].snapshot
    best = study.best
    parts = [f"{trials_in_words(study)}: {states_in_words(study)}, in {duration(study.seconds)}"]
    if best is not None:
        parts.insert(0, "best validation accuracy")
    if name in comparison.unfinished:
        parts.insert(0, "unfinished")
    return Fact(name, percent(best.accuracy) if best else "none yet", "; ".join(parts))
