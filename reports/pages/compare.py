"""The report that sets studies side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.data.study_data import Material
from reports.data.verdict import Difference, Share, paired, unpaired
from reports.figures.common import missing
from reports.figures.compare.edf import edf
from reports.figures.compare.progress import over_seconds, over_trials
from reports.figures.compare.projected_cost import price
from reports.rendering.figure import DisplayTable, Fact, Figure, Page, Section, Table
from reports.rendering.formatting import (
    count,
    different,
    duration,
    listing,
    percent,
    points,
    raw,
    signed,
    value,
    values,
)

if TYPE_CHECKING:
    from benchmarks.recordings.recording import Recording

BEST_RECIPES = "The best recipes, side by side"
STATISTICS = "Is the difference more than chance?"


@dataclass(frozen=True)
class Pair:
    """Two studies compared.

    Attributes:
        gain: of the first's best trial over the second's; None where they are not comparable.
        why_not: what differs, where they are not.
        likely: the chance that a complete trial of the first beats one of the second.
        p: of Mann and Whitney's test on the complete trials.
    """

    first: str
    second: str
    gain: Difference | None
    why_not: str
    likely: float | None
    p: float | None


def compare_page(materials: Sequence[Material], recordings: Sequence["Recording"]) -> Page:
    """Studies in the order in which they were named."""
    studies = labelled(materials)
    names = list(studies)
    ranked = sorted(
        (name for name in names if studies[name].best),
        key=lambda name: (-_top(studies[name]), names.index(name)),
    )
    order = ranked + [name for name in names if name not in ranked]
    pairs = [pair(studies, order[0], other) for other in order[1:]]
    answer, said = _answer(studies, ranked, pairs)
    return Page(
        kind="Comparison",
        title=listing(names),
        answer=answer,
        verdict=said,
        facts=tuple(_fact(name, material) for name, material in studies.items()),
        sections=(
            Section(
                "progress",
                "How fast they found it",
                (over_trials(studies), over_seconds(studies)),
            ),
            Section("quality", "How good their trials are", (edf(studies), statistics(pairs))),
            Section("recipes-part", "What they found", (recipes(studies),)),
            Section("cost", "What they cost", (price(studies, recordings),)),
        ),
        foot="; ".join(f"{name}: seed {m.definition.seed}" for name, m in studies.items()) + ".",
    )


def labelled(materials: Sequence[Material]) -> dict[str, Material]:
    """The studies by name; of two with one name, the second is "name (2)"."""
    found: dict[str, Material] = {}
    for material in materials:
        name, number = material.name, 2
        while name in found:
            name, number = f"{material.name} ({number})", number + 1
        found[name] = material
    return found


def pair(studies: Mapping[str, Material], first: str, second: str) -> Pair:
    """The statistics of the first against the second."""
    from scipy.stats import mannwhitneyu

    one, other = studies[first], studies[second]
    ours = [trial.values[0] for trial in one.complete]
    theirs = [trial.values[0] for trial in other.complete]
    why_not = not_comparable(one, other)
    if why_not or not ours or not theirs:
        return Pair(first, second, None, why_not or "one has no complete trial", None, None)
    gain = None
    if one.best_run.scores is not None and other.best_run.scores is not None:
        gain = paired(one.best_run.scores, other.best_run.scores)
    gain = gain or unpaired(Share(ours[0], one.held_out), Share(theirs[0], other.held_out))
    test = mannwhitneyu(ours, theirs)
    likely = float(test.statistic) / (len(ours) * len(theirs))
    return Pair(first, second, gain, "", likely, float(test.pvalue))


def not_comparable(one: Material, other: Material) -> str:
    """What keeps two studies' accuracies from being compared; empty if nothing does."""
    different = []
    hashes = [(m.data or {}).get("source_hash") for m in (one, other)]
    if hashes[0] != hashes[1] or hashes[0] is None:
        different.append("faces")
    recipes = one.definition.recipe, other.definition.recipe
    if recipes[0].classes != recipes[1].classes:
        different.append("expressions")
    if [r.validation for r in recipes[:1]] != [r.validation for r in recipes[1:]] or (
        recipes[0].split_seed != recipes[1].split_seed
    ):
        different.append("split")
    return f"they differ in their {listing(different)}" if different else ""


def statistics(pairs: Sequence[Pair]) -> Figure:
    """The best study against each other one."""
    if not pairs:
        return missing("statistics", STATISTICS, "One study alone has nothing to be compared with.")
    rows = tuple(_row(each) for each in pairs)
    columns = ("against", "best trials differ by", "95 % interval", "trial beats trial", "p")
    return Figure(
        "statistics",
        STATISTICS,
        " ".join(_pair_sentence(each) for each in pairs),
        "The interval is of the difference between the two best trials; if it leaves out 0, chance "
        "in the choice of held-out faces does not explain it. “Trial beats trial” is the chance "
        "that a complete trial of the one is better than one of the other, with the p-value of "
        "Mann and Whitney's test. Neither says what another seed of the search would have found.",
        shown=(DisplayTable(Table(columns, rows)),),
        data=Table(
            ("first", "second", "difference", "low", "high", "beats", "p", "not_comparable"),
            tuple(
                (
                    each.first,
                    each.second,
                    *((g.value, g.low, g.high) if (g := each.gain) else (None, None, None)),
                    each.likely,
                    each.p,
                    each.why_not,
                )
                for each in pairs
            ),
        ),
    )


def recipes(studies: Mapping[str, Material]) -> Figure:
    """Each study's best recipe; what differs comes first."""
    found: dict[str, dict[str, Any]] = {
        name: dict(material.best.user_attrs.get("recipe", {}))
        for name, material in studies.items()
        if material.best is not None
    }
    if not found:
        return missing("recipes", BEST_RECIPES, "No study has a complete trial yet.")
    keys = [key for key in next(iter(found.values())) if key not in ("seed", "split_seed")]
    differ = [k for k in keys if different([recipe.get(k) for recipe in found.values()])]
    rows = [
        ("accuracy", *(percent(_top(studies[name])) for name in found)),
        *((key, *values([recipe.get(key) for recipe in found.values()])) for key in differ),
    ]
    same = tuple((k, value(next(iter(found.values())).get(k))) for k in keys if k not in differ)
    shown = [DisplayTable(Table(("", *found), tuple(rows)))]
    if same:
        table = Table(("setting", "value"), same)
        shown.append(DisplayTable(table, caption="The same in all", folded=True))
    sentence = (
        f"The best recipes differ in {listing(differ)}."
        if differ
        else "There is nothing in which the best recipes differ."
    )
    return Figure(
        "recipes",
        BEST_RECIPES,
        sentence if len(found) > 1 else "Only one study has a complete trial.",
        "A column is a study's best recipe: all that decides a training run.",
        shown=tuple(shown),
        data=Table(
            ("key", *found),
            (
                ("validation_accuracy", *(_top(studies[name]) for name in found)),
                *((k, *(raw(r.get(k)) for r in found.values())) for k in keys),
            ),
        ),
    )


def _top(material: Material) -> float:
    assert material.best is not None, "asked where there is one"
    return float(material.best.values[0])


def _fact(name: str, material: Material) -> Fact:
    note = (
        f"{count(len(material.searched), 'trial')}, {len(material.complete):,} complete, in "
        f"{duration(material.seconds)}"
    )
    return Fact(name, percent(_top(material)) if material.best else "none yet", note)


def _answer(
    studies: Mapping[str, Material], ranked: Sequence[str], pairs: Sequence[Pair]
) -> tuple[str, tuple[str, ...]]:
    if not ranked:
        return "Nothing to compare yet", ("No trial of any study has run to its end.",)
    best = ranked[0]
    lead = f"{best} has the best trial, at {Share(_top(studies[best]), studies[best].held_out)}."
    said = (lead, *(_pair_sentence(each) for each in pairs))
    if any(each.why_not for each in pairs):
        return "Not all of these can be compared", said
    if pairs and all(each.gain and not each.gain.value for each in pairs):
        return "They are level", said
    if pairs and all(each.gain is not None and each.gain.settled for each in pairs):
        return f"{best} is better", said
    if not pairs:
        return "Nothing to compare with", said
    return f"{best} is ahead, but not surely", said


def _pair_sentence(each: Pair) -> str:
    if each.why_not:
        return f"{each.first} and {each.second} cannot be compared: {each.why_not}."
    if each.gain is None:
        return f"How sure the lead over {each.second} is cannot be said."
    if not each.gain.value:
        return f"{each.first} and {each.second} are level."
    ends = f"{signed(100 * each.gain.low)} to {points(each.gain.high, 1)}"
    sure = "more than chance explains" if each.gain.settled else "which chance alone could give"
    return (
        f"{each.first} leads {each.second} by {points(each.gain.value)} "
        f"(95\u00a0% interval {ends}), {sure}."
    )


def _row(each: Pair) -> tuple[str, ...]:
    name = f"{each.first} − {each.second}"
    if each.gain is None:
        return name, each.why_not or "–", "–", "–", "–"
    ends = f"{signed(100 * each.gain.low, 2)} to {signed(100 * each.gain.high, 2)}"
    likely = "–" if each.likely is None else percent(each.likely, 0)
    return (
        name,
        points(each.gain.value),
        ends,
        likely,
        f"{each.p:.2g}" if each.p is not None else "–",
    )
