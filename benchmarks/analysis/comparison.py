"""Two recordings side by side: which cases became faster or slower, and which cannot be said."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, pairwise
from typing import Any

from benchmarks.analysis.statistics import (
    MINIMUM_EFFECT,
    Difference,
    compare_apart,
    compare_in_turns,
)
from benchmarks.recordings.comparability import Differs, differing, remarks
from benchmarks.recordings.recording import Measured
from benchmarks.recordings.recording_set import Side, read_side
from benchmarks.timing.measure import FAILED, OUT_OF_MEMORY
from fer.errors import BadInput

__all__ = ["Comparison", "Pair", "Row", "Side", "compare", "read_side", "timed_in_turns"]


@dataclass(frozen=True)
class Row:
    """One case on both sides; seconds are medians of a call, or of an item where calls differ.

    Attributes:
        params: of the other side's case.
    """

    group: str
    params: Mapping[str, str | int]
    base: str
    other: str
    base_seconds: float
    other_seconds: float
    difference: Difference
    noisy: bool
    in_turns: bool
    differs: tuple[Differs, ...]


@dataclass(frozen=True)
class Comparison:
    """All cases of two sides.

    Attributes:
        only_base, only_other: names of cases that the other side lacks, and why.
        remarks: what else differs, or troubled a machine.
    """

    base: str
    other: str
    rows: tuple[Row, ...]
    only_base: Mapping[str, str]
    only_other: Mapping[str, str]
    remarks: tuple[str, ...]

    @property
    def lost(self) -> list[str]:
        """Names of cases that the base timed, and that failed or ran out of memory in the other."""
        return [
            name
            for name, reason in self.only_base.items()
            if reason.startswith((FAILED, OUT_OF_MEMORY))
        ]

    def regressions(self, share: float) -> list[Row]:
        """The rows that are called slower, by at least this share of the base's median.

        Raises:
            BadInput: differences as small as that are not called.
        """
        least = max(row.difference.minimum_effect for row in self.rows)
        if share < least:
            raise BadInput(
                f"--fail-on {100 * share:.3g}%: differences under {100 * least:.3g}% are not "
                "called here: expected more, several runs a side, or a smaller --minimum-effect"
            )
        return [
            row
            for row in self.rows
            if row.difference.word == "slower" and row.difference.ratio >= 1 + share
        ]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(
    base: Side,
    other: Side,
    *,
    factor: str | None = None,
    minimum_effect: float | None = None,
    anyway: bool = False,
) -> Comparison:
    """Compare each case of ``other`` with its like in ``base``.

    Args:
        factor: a key of the cases' ``params``: cases that are alike but for it are compared, with
            the first value that ``base`` has as the base. None compares cases of the same name.
        minimum_effect: share under which no difference is called; None leaves it to
            ``benchmarks.analysis.statistics``.
        anyway: compare what differs in more than the factor too, and say so in its row.

    Raises:
        BadInput: the sides have no case in common, or (without ``anyway``) more differs.
    """
    pairs = list(_pairs(base, other, factor))
    if not pairs:
        alike = f"that differ in {factor} alone" if factor else "in common"
        raise BadInput(f"{base.origin} and {other.origin}: no cases {alike}")
    rows = [_row(base, other, pair, factor, minimum_effect) for pair in pairs]
    found = Counter(str(differs) for row in rows for differs in row.differs)
    if found and not anyway:
        what = ", ".join(f"{differs} (cases: {count})" for differs, count in found.items())
        raise BadInput(
            f"{base.origin} and {other.origin}: not comparable: {what}: "
            "expected recordings that are alike in these; --anyway compares them all the same"
        )
    used = ({pair[0].name for pair in pairs}, {pair[1].name for pair in pairs})
    lone = factor is None
    return Comparison(
        base.label,
        other.label,
        tuple(rows),
        {name: other.reason(name) for name in base.cases() if lone and name not in used[0]},
        {name: base.reason(name) for name in other.cases() if lone and name not in used[1]},
        tuple(remarks(base.machines, other.machines)),
    )


Pair = tuple[Measured, Measured]


def _pairs(base: Side, other: Side, factor: str | None) -> Iterator[Pair]:
    bases, others = base.cases(), other.cases()
    if factor is not None:
        yield from _pairs_but_for(factor, list(bases.values()), list(others.values()))
        return
    common = [name for name in bases if name in others]
    yield from ((bases[name], others[name]) for name in common)
    # In a family without a case in common something differs throughout, and is worth naming.
    settled = {bases[name].group for name in common}
    for case in others.values():
        if case.group not in settled and (like := _nearest(case, list(bases.values()))):
            yield like, case


def _pairs_but_for(factor: str, bases: list[Measured], others: list[Measured]) -> Iterator[Pair]:
    values = [case.params[factor] for case in bases if factor in case.params]
    if not values:
        known = dict.fromkeys(key for case in bases for key in case.params)
        raise BadInput(f"--factor {factor}: no case has it; expected one of {', '.join(known)}")
    likes = {_but_for(factor, case): case for case in bases if case.params.get(factor) == values[0]}
    for case in others:
        like = likes.get(_but_for(factor, case))
        if like and case.params.get(factor, values[0]) != values[0]:
            yield like, case


def _but_for(factor: str, case: Measured) -> object:
    return case.group, frozenset(item for item in case.params.items() if item[0] != factor)


def _nearest(case: Measured, among: Sequence[Measured]) -> Measured | None:
    """The case of the same family and factors that differs in the fewest of their values."""
    alike = [
        like
        for like in among
        if like.group == case.group and like.params.keys() == case.params.keys()
    ]
    return min(
        alike,
        key=lambda like: sum(like.params[key] != value for key, value in case.params.items()),
        default=None,
    )


def _row(
    base: Side, other: Side, pair: Pair, factor: str | None, minimum_effect: float | None
) -> Row:
    first, second = pair
    in_turns = base.origin == other.origin and len(base.runs) == 1 and timed_in_turns(*pair)
    per_item = first.items != second.items
    divisors = (first.items, second.items) if per_item else (1, 1)
    samples = [
        [[seconds / divisor for seconds in process] for process in side.processes(case.name)]
        for side, case, divisor in zip((base, other), pair, divisors, strict=True)
    ]
    if in_turns:
        first_rounds, second_rounds = (list(chain(*processes)) for processes in samples)
        effect = MINIMUM_EFFECT if minimum_effect is None else minimum_effect
        difference = compare_in_turns(first_rounds, second_rounds, effect)
    else:
        difference = compare_apart(samples[0], samples[1], minimum_effect)
    return Row(
        group=second.group,
        params=second.params,
        base=first.name,
        other=second.name,
        base_seconds=first.median / divisors[0],
        other_seconds=second.median / divisors[1],
        difference=difference,
        noisy=first.noisy or second.noisy,
        in_turns=in_turns,
        differs=differing(first, second, (base.machine, other.machine), factor),
    )


def timed_in_turns(first: Measured, second: Measured) -> bool:
    """Whether two cases of one recording were timed in one process, round by round.

    Their ranks then never meet, and every round ends before the next begins; two cases that were
    timed alone both have the ranks 0, 1, 2, …
    """
    orders = [case.extra.get("order") for case in (first, second)]
    if not all(isinstance(order, list) and len(order) > 1 for order in orders):
        return False
    rounds = list(zip(*orders, strict=False))
    return all(one != another for one, another in rounds) and all(
        max(before) < min(after) for before, after in pairwise(rounds)
    )
