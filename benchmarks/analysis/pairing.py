"""Which cases of two recording sets are compared with each other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from benchmarks.recordings.recording import Measured
from benchmarks.recordings.recording_set import RecordingSet
from fer.errors import BadInput

Pair = tuple[Measured, Measured]


def pairs_of(base: RecordingSet, other: RecordingSet, factor: str | None) -> Iterator[Pair]:
    """The cases of two sets that are compared: of one name, or differing in the factor alone.

    Raises:
        BadInput: no case of the base has the factor.
    """
    bases, others = base.cases(), other.cases()
    if factor is not None:
        yield from _pairs_but_for(factor, list(bases.values()), list(others.values()))
        return
    common = [name for name in bases if name in others]
    yield from ((bases[name], others[name]) for name in common)
    # In a group without a common case, pair the nearest ones, so that the mismatch is reported.
    paired_groups = {bases[name].group for name in common}
    for case in others.values():
        if case.group not in paired_groups and (like := _nearest(case, list(bases.values()))):
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
    """The case of the same group and factors that differs in the fewest values."""
    candidates = [
        like
        for like in among
        if like.group == case.group and like.params.keys() == case.params.keys()
    ]
    return min(
        candidates,
        key=lambda like: sum(like.params[key] != value for key, value in case.params.items()),
        default=None,
    )


def timed_interleaved(first: Measured, second: Measured) -> bool:
    """Whether two cases of one recording were interleaved in one process.

    Then their ranks are distinct, and every round ends before the next begins; two cases that were
    timed apart both have the ranks 0, 1, 2, …
    """
    orders = [case.extra.get("order") for case in (first, second)]
    if not all(isinstance(order, list) and len(order) > 1 for order in orders):
        return False
    rounds = list(zip(*orders, strict=False))
    return all(one != another for one, another in rounds) and all(
        max(before) < min(after) for before, after in pairwise(rounds)
    )
