"""The report that compares studies."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fer.formatting import count, duration, percent
from reports.data.comparison import Comparison, unique_names
from reports.data.study_data import StudyData
from reports.figures.compare.statistics import pair_sentence
from reports.pages.sections import SectionSpec
from reports.rendering.figure import Fact, Page
from reports.rendering.formatting import listing

if TYPE_CHECKING:
    from benchmarks.recordings.recording import Recording

PACKAGE = "reports.figures.compare"
SECTIONS = (
    SectionSpec("progress", "Progress", (
        "progress_by_trial",
        "progress_by_time",
    )),
    SectionSpec("accuracy", "Accuracy", (
        "edf",
        "statistics",
    )),
    SectionSpec("best-recipes", "Recipes", (
        "recipes",
    )),
    SectionSpec("cost", "Cost", (
        "epoch_seconds",
        "projected_cost",
    )),
)  # fmt: skip
"""The figures of the page: a new one is a module of ``PACKAGE`` and a line here."""


def compare_page(
    studies: Sequence[StudyData],
    recordings: Sequence["Recording"],
    sections: Sequence[SectionSpec] = SECTIONS,
) -> Page:
    """Studies in the order of the command."""
    comparison = Comparison(unique_names(studies), recordings)
    answer, sentences = _verdict(comparison)
    seeds = (
        f"{name}: seed {study.snapshot.definition.seed}"
        for name, study in comparison.studies.items()
    )
    return Page(
        kind="Comparison",
        title=listing(list(comparison.studies)),
        answer=answer,
        verdict=sentences,
        facts=tuple(_fact(name, study) for name, study in comparison.studies.items()),
        sections=tuple(section.build(PACKAGE, comparison) for section in sections),
        foot=f"{'; '.join(seeds)}.",
    )


def _fact(name: str, data: StudyData) -> Fact:
    study = data.snapshot
    note = (
        f"{count(len(study.searched), 'trial')}, {len(study.complete):,} complete, in "
        f"{duration(study.seconds)}"
    )
    return Fact(name, percent(study.best.accuracy) if study.best else "none yet", note)


def _verdict(comparison: Comparison) -> tuple[str, tuple[str, ...]]:
    if not comparison.ranked:
        return "Nothing to compare yet", ("No trial of any study has run to its end.",)
    best, pairs = comparison.ranked[0], comparison.pairs
    trial = comparison.studies[best].snapshot.best
    assert trial is not None, "a ranked study has a complete trial"
    lead = f"The best trial is trial {trial.number} of {best}."
    sentences = (lead, *map(pair_sentence, pairs))
    if not pairs:
        return "Only one study", sentences
    if any(pair.not_comparable for pair in pairs):
        return "Not all studies are comparable", sentences
    if all(pair.gain and not pair.gain.value for pair in pairs):
        return "The studies are equal", sentences
    if all(pair.gain is not None and pair.gain.settled for pair in pairs):
        return f"{best} is significantly better", sentences
    return f"{best} leads, but not significantly", sentences
