"""The report of one study."""

from collections.abc import Sequence

from fer.formatting import count, duration, percent, points
from reports.data.estimates import plus_minus
from reports.data.study_data import StudyData
from reports.pages.advice import advice
from reports.pages.sections import SectionSpec, sections_of
from reports.rendering.figure import Fact, Page
from search.results.baseline import baseline_label
from search.results.ending import ending_in_words
from search.results.means import MeanAccuracy
from search.results.race_words import BIAS as RACE_BIAS
from search.results.trial_counts import all_started, states_in_words
from search.results.verdict import BIAS

PACKAGE = "reports.figures.study"
SECTIONS = (
    SectionSpec("confirmation", "Confirmation", (
        "confirmation",
        "confirmed_folds",
    )),
    SectionSpec("race", "Race", (
        "race",
        "screen_and_race",
    )),
    SectionSpec("results", "Results", (
        "result",
        "ablation",
        "history",
        "recipes",
    )),
    SectionSpec("trials", "Trials", (
        "all_trials",
        "curves",
        "training",
        "pruning_savings",
        "timeline",
        "load",
    )),
    SectionSpec("hyperparameters", "Hyperparameters", (
        "importance",
        "contour",
        "slices",
        "parallel",
    )),
    SectionSpec("errors", "Errors of the best model", (
        "confusion",
        "per_class",
        "calibration",
        "gallery",
    )),
    SectionSpec("data", "Data", (
        "audit",
    )),
    SectionSpec("reproduction", "Reproduction", (
        "machine",
        "reproduce",
    )),
)  # fmt: skip
"""The figures of the page: a new one is a module of ``PACKAGE`` and a line here."""


def study_page(study: StudyData, sections: Sequence[SectionSpec] = SECTIONS) -> Page:
    """The answer or the verdict first, then key figures, hints, and all figures."""
    verdict, answer = study.verdict, study.answer
    confirmed = study.snapshot.confirmation is not None
    return Page(
        kind="Study",
        title=study.snapshot.name,
        answer=answer.line if confirmed else verdict.answer,
        verdict=_of_the_search(study),
        details=answer.sentences if confirmed else (),
        facts=_facts(study),
        hints=advice(study),
        sections=sections_of(sections, PACKAGE, study),
        foot=_foot(study),
        good=answer.good if confirmed else verdict.good,
    )


def _of_the_search(data: StudyData) -> tuple[str, ...]:
    """The verdict; of a confirmed study without the advice to confirm it, of another one with the
    command."""
    verdict = data.verdict.sentences
    if data.snapshot.confirmation is None:
        return (*verdict, f"{data.answer.line}.")
    return tuple(sentence for sentence in verdict if sentence not in (BIAS, RACE_BIAS))


def _facts(data: StudyData) -> tuple[Fact, ...]:
    study, best, baseline = data.snapshot, data.verdict.best, data.verdict.baseline
    faces = f"on {data.held_out:,} held-out faces" if data.held_out else "on held-out faces"
    if isinstance(best, MeanAccuracy):
        faces = f"mean of {count(len(best.runs), best.unit)}"
    equal = data.verdict.equal
    gain = best.value - baseline.value if best and baseline and equal else None
    return (
        *_confirmed(data),
        Fact("Best trial", percent(best.value) if best else "none yet", faces if best else ""),
        Fact(
            "Over the baseline",
            points(gain) if gain is not None else "–",
            _reference(data) if baseline else "no baseline yet",
        ),
        Fact(all_started(study), f"{len(study.started):,}", f"{states_in_words(study)}"),
        Fact(
            "Running time", duration(study.seconds), f"{count(study.epochs_run, 'epoch')} trained"
        ),
    )


def _confirmed(data: StudyData) -> tuple[Fact, ...]:
    """What the confirmation has measured so far: on the test images, else on fresh folds."""
    test, folds = data.answer.test, data.answer.folds
    if test is not None and test.all.mean is not None:
        outside = ", graded from outside" if test.from_outside else ""
        note = f"{test.all.n:,} test images, {count(test.all.mean.n, 'seed')}{outside}"
        return (Fact("Confirmed", plus_minus(test.all.mean), note),)
    if folds is None:
        return ()
    note = f"on {count(folds.mean.n, 'fresh fold')}"
    if folds.gain is not None:
        note += f", {points(folds.gain.mean)} over the baseline"
    return (Fact("Confirmed", plus_minus(folds.mean), note),)


def _reference(data: StudyData) -> str:
    """The baseline's accuracy, and whether it trained as long as the best trial."""
    study, accuracy = data.snapshot, data.verdict.baseline
    text = f"{baseline_label(study.definition)} {percent(accuracy.value)}" if accuracy else ""
    if data.verdict.equal or study.best is None or study.baseline is None:
        return text
    epochs = count(study.best.last_epoch, "epoch")
    return f"not comparable: {epochs} against {study.baseline.last_epoch}; {text}"


def _foot(data: StudyData) -> str:
    study = data.snapshot
    parts = [f"Study {study.name}, seed {study.definition.seed}"]
    if study.sessions:
        first = study.sessions[0].began
        last = max(session.heartbeat for session in study.sessions)
        parts.append(f"ran between {first:%Y-%m-%d %H:%M} and {last:%Y-%m-%d %H:%M} UTC")
    return f"{'; '.join(parts)}. {ending_in_words(study)}"
