"""What to try next, as far as the study itself can say."""

from collections.abc import Sequence

from reports.data.study_data import Material
from reports.data.verdict import Verdict
from reports.figures.study.scale import scales
from reports.rendering.formatting import count, listing, percent, value
from search.results.importance import Importance

EDGE = 0.04
"""Share of a range that counts as its edge."""
IDLE = 0.03
"""Share of the importance below which a setting hardly matters."""


def advice(
    material: Material, verdict: Verdict, important: Sequence[Importance]
) -> tuple[str, ...]:
    """At most five hints, the most useful first."""
    if material.best is None:
        return _without_best(material)
    hints = [
        _confirm(material, verdict),
        _edges(material),
        _idle(important),
        _more(material),
        _pruner(material),
    ]
    return tuple(hint for hint in hints if hint)


def _without_best(material: Material) -> tuple[str, ...]:
    if not material.searched:
        return (f"Start it: fer search run {material.name} --data SOURCE.",)
    if len(material.failed) == len(material.searched):
        return ("Put right what the trials failed of; the same command then goes on.",)
    if len(material.pruned) == len(material.searched):
        return ("Let the pruner wait longer (warmup or min_resource in the study's file).",)
    return ("Let it run on: no trial has come to its end yet.",)


def _confirm(material: Material, verdict: Verdict) -> str | None:
    best = material.best
    if best is None or verdict.gain is None or verdict.gain.value <= 0:
        return None
    near = [
        trial
        for trial in material.complete[1:]
        if verdict.best and verdict.best.ends and trial.values[0] >= verdict.best.ends[0]
    ]
    if near:
        return (
            f"{count(len(near), 'other trial')} lie within the interval of the best one: train "
            "the best few recipes with several seeds before trusting their order."
        )
    return "Train the best recipe with several seeds: one run may be lucky."


def _edges(material: Material) -> str | None:
    best = material.best
    assert best is not None, "asked where there is one"
    found = []
    for name, scale in scales(material.definition).items():
        if name not in best.params or scale.choices:
            continue
        place = scale.place(best.params[name])
        if place <= EDGE or place >= 1 - EDGE:
            end = scale.low if place <= EDGE else scale.high
            found.append(f"{name} ({value(best.params[name])}, at its limit of {value(end)})")
    if not found:
        return None
    return f"Widen the range of {listing(found)}: the best value may lie beyond it."


def _idle(important: Sequence[Importance]) -> str | None:
    if len(important) < 3:
        return None
    names = [row.name for row in important if row.high < IDLE]
    if not names:
        return None
    verb = "it" if len(names) == 1 else "they"
    return (
        f"Fix {listing(names)}: {verb} made no difference here, and fewer settings search faster."
    )


def _more(material: Material) -> str | None:
    best = material.best
    assert best is not None, "asked where there is one"
    ended = [trial for trial in material.searched if trial.state.is_finished()]
    since = sum(trial.number > best.number for trial in ended)
    if len(ended) < 5:
        return (
            f"{count(len(ended), 'trial')} {'is' if len(ended) == 1 else 'are'} few: let it run on."
        )
    if since <= len(ended) // 5:
        return "The best trial came late, so more trials may well find a better one."
    if 2 * since >= len(ended):
        return (
            f"The last {since:,} trials brought nothing better: change the space rather than "
            "run on."
        )
    return None


def _pruner(material: Material) -> str | None:
    searched = len(material.searched)
    if searched >= 10 and len(material.complete) < searched / 10:
        share = percent(len(material.complete) / searched, 0)
        return f"Only {share} of the trials ran to their end: a gentler pruner would tell more."
    if len(material.failed) > searched / 5:
        reason = material.failed[-1].user_attrs.get("reason", "unknown")
        return f"{count(len(material.failed), 'trial')} failed, the last because: {reason}"
    return None
