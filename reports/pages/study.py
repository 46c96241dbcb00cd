"""The report of one study."""

from reports.data.advice import advice
from reports.data.study_data import Material
from reports.data.verdict import Verdict, judge
from reports.figures.study.audit import audit
from reports.figures.study.calibration import calibration
from reports.figures.study.confusion import confusion, per_class
from reports.figures.study.contour import contour
from reports.figures.study.curves import curves
from reports.figures.study.gallery import gallery
from reports.figures.study.history import history
from reports.figures.study.importance import importance, importances
from reports.figures.study.parallel import parallel
from reports.figures.study.pruning_savings import saved
from reports.figures.study.recipes import recipes
from reports.figures.study.reproduce import command, machine
from reports.figures.study.result import result
from reports.figures.study.slices import slices
from reports.figures.study.timeline import timeline
from reports.rendering.figure import Fact, Page, Section
from reports.rendering.formatting import count, duration, percent, points


def study_page(material: Material) -> Page:
    """Everything that a study has to say, the verdict first."""
    verdict = judge(material)
    important = importances(material)
    order = [row.name for row in important]
    compared = result(material, verdict)
    return Page(
        kind="Study",
        title=material.name,
        answer=verdict.answer,
        verdict=verdict.sentences,
        facts=_facts(material, verdict),
        hints=advice(material, verdict, important),
        sections=(
            Section(
                "found",
                "What was found",
                (
                    *((compared,) if compared else ()),
                    history(material, verdict.published),
                    recipes(material),
                ),
            ),
            Section(
                "trials",
                "How the trials went",
                (curves(material), saved(material), timeline(material)),
            ),
            Section(
                "settings",
                "What matters",
                (
                    importance(material, important),
                    contour(material, order),
                    slices(material, order),
                    parallel(material, order),
                ),
            ),
            Section(
                "mistakes",
                "Where the best model errs",
                (
                    confusion(material),
                    per_class(material),
                    calibration(material),
                    gallery(material),
                ),
            ),
            Section("data", "The faces", (audit(material),)),
            Section("again-part", "Make it again", (machine(material), command(material))),
        ),
        foot=_foot(material),
        good=verdict.good,
    )


def _facts(material: Material, verdict: Verdict) -> tuple[Fact, ...]:
    best, base = verdict.best, verdict.baseline
    faces = f"of {material.held_out:,} held-out faces" if material.held_out else "of held-out faces"
    gain = best.value - base.value if best and base else None
    return (
        Fact("Best trial", percent(best.value) if best else "none yet", faces if best else ""),
        Fact(
            "Over the baseline",
            points(gain) if gain is not None else "–",
            f"baseline {percent(base.value)}" if base else "nothing to compare yet",
        ),
        Fact(
            "Trials",
            f"{len(material.searched):,}",
            f"{len(material.complete):,} complete, {len(material.pruned):,} pruned, "
            f"{len(material.failed):,} failed",
        ),
        Fact("Time", duration(material.seconds), _epochs(material)),
    )


def _epochs(material: Material) -> str:
    return count(sum(len(t.intermediate_values) for t in material.trials), "epoch") + " trained"


def _foot(material: Material) -> str:
    parts = [f"Study {material.name}, seed {material.definition.seed}"]
    if material.starts:
        first, last = material.starts[0].began, max(start.beat for start in material.starts)
        parts.append(f"ran between {first:%Y-%m-%d %H:%M} and {last:%Y-%m-%d %H:%M} UTC")
    if material.end:
        parts.append(f"ended because {material.end}")
    return "; ".join(parts) + "."
