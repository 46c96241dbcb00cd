"""Two recording sets compared: which cases are faster or slower, and which are not comparable."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from benchmarks.analysis.pairing import Pair, pairs_of, timed_interleaved
from benchmarks.analysis.reliability import reliability
from benchmarks.analysis.statistics import (
    MINIMUM_EFFECT,
    TimeRatio,
    compare_apart,
    compare_interleaved,
)
from benchmarks.recordings.comparability import Mismatch, mismatches, remarks
from benchmarks.recordings.recording import FAILED, OUT_OF_MEMORY
from benchmarks.recordings.recording_set import RecordingSet
from fer.errors import BadInput


@dataclass(frozen=True)
class Row:
    """One case in both sets; seconds are medians of a call (of an item where calls differ in size).

    Attributes:
        base_params, params: factors of the base's and of the other set's case.
        differs: what makes the two timings incomparable; empty where they are comparable.
    """

    group: str
    base_params: Mapping[str, str | int]
    params: Mapping[str, str | int]
    base: str
    other: str
    base_seconds: float
    other_seconds: float
    difference: TimeRatio
    noisy: bool
    interleaved: bool
    differs: tuple[Mismatch, ...]


@dataclass(frozen=True)
class NotCompared:
    """Cases that were not compared, for one reason."""

    reason: str
    cases: tuple[str, ...]

    def __str__(self) -> str:
        count = len(self.cases)
        return f"{count} case{'s' * (count != 1)}: {self.reason}"


@dataclass(frozen=True)
class Comparison:
    """The cases of two recording sets.

    Attributes:
        rows: the compared cases.
        not_compared: all other cases, by reason.
        only_base, only_other: names of the cases that the other set lacks, and why.
        doubts: what makes a whole recording less reliable; to be shown before any row.
        remarks: what else differs between the machines, or may have disturbed the timing.
    """

    base: str
    other: str
    rows: tuple[Row, ...]
    not_compared: tuple[NotCompared, ...]
    only_base: Mapping[str, str]
    only_other: Mapping[str, str]
    remarks: tuple[str, ...]
    doubts: tuple[str, ...] = ()

    @property
    def lost(self) -> list[str]:
        """Cases that the base timed, and that failed or ran out of memory in the other set."""
        return [
            name
            for name, reason in self.only_base.items()
            if reason.startswith((FAILED, OUT_OF_MEMORY))
        ]

    def regressions(self, share: float) -> list[Row]:
        """The rows with verdict ``slower``, by at least this share of the base's median.

        Raises:
            BadInput: the share is below the minimum effect.
        """
        least = max(row.difference.minimum_effect for row in self.rows)
        if share < least:
            raise BadInput(
                f"--fail-on {100 * share:.3g}%: must be at least the minimum effect, "
                f"{100 * least:.3g}% here: record several runs, or lower --minimum-effect"
            )
        return [
            row
            for row in self.rows
            if row.difference.word == "slower" and row.difference.ratio >= 1 + share
        ]

    def to_json(self) -> dict[str, Any]:
        """As ``fer bench compare --json`` prints it."""
        values = asdict(self)
        for row in values["rows"]:
            row["in_turns"] = row.pop("interleaved")  # the name since the first release
        return values


def compare(
    base: RecordingSet,
    other: RecordingSet,
    *,
    factor: str | None = None,
    minimum_effect: float | None = None,
    anyway: bool = False,
) -> Comparison:
    """Compare each case of ``other`` with the same case of ``base``.

    Args:
        factor: a key of the cases' ``params``: cases that differ in it alone are compared, the
            first value in ``base`` being the base. None compares cases of the same name.
        minimum_effect: smallest relative difference that counts; None uses the default of
            ``benchmarks.analysis.statistics``.
        anyway: compare incomparable cases too, with the mismatch in their rows.

    Raises:
        BadInput: no case can be compared.
    """
    pairs = list(pairs_of(base, other, factor))
    if not pairs:
        alike = f"that differ in {factor} alone" if factor else "in common"
        raise BadInput(f"{base.origin} and {other.origin}: no cases {alike}")
    rows = [_row(base, other, pair, factor, minimum_effect) for pair in pairs]
    compared = [row for row in rows if anyway or not row.differs]
    incomparable = _by_reason(
        {row.other: ", ".join(map(str, row.differs)) for row in rows if row not in compared}
    )
    if not compared:
        raise BadInput(
            f"{base.origin} and {other.origin}: not comparable: "
            f"{'; '.join(map(str, incomparable))}: "
            "expected recordings that agree in these; --anyway compares them nevertheless"
        )
    only_base, only_other = _unpaired(base, other, pairs) if factor is None else ({}, {})
    return Comparison(
        base.label,
        other.label,
        tuple(compared),
        (
            *incomparable,
            *_by_reason(only_base, f"only in {base.label}: "),
            *_by_reason(only_other, f"only in {other.label}: "),
        ),
        only_base,
        only_other,
        tuple(remarks(base.machines, other.machines)),
        tuple(
            f"{recordings.label}: {doubt}"
            for recordings in ((base,) if other is base else (base, other))
            if (doubt := reliability(recordings))
        ),
    )


def _unpaired(
    base: RecordingSet, other: RecordingSet, pairs: Sequence[Pair]
) -> tuple[dict[str, str], dict[str, str]]:
    """Names of the cases that only one set has, and why the other has not."""
    bases, others = {pair[0].name for pair in pairs}, {pair[1].name for pair in pairs}
    return (
        {name: other.reason(name) for name in base.cases() if name not in bases},
        {name: base.reason(name) for name in other.cases() if name not in others},
    )


def _by_reason(reasons: Mapping[str, str], prefix: str = "") -> list[NotCompared]:
    """Cases grouped by the kind of reason: ``out of memory: 9 GiB`` is of kind ``out of memory``.

    A group keeps the full reason where all its cases have the same.
    """
    kinds: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        kinds.setdefault(reason.partition(":")[0], []).append(name)
    groups = []
    for kind, names in kinds.items():
        full = {reasons[name] for name in names}
        reason = full.pop() if len(full) == 1 else kind
        groups.append(NotCompared(prefix + reason, tuple(names)))
    return groups


def _row(
    base: RecordingSet,
    other: RecordingSet,
    pair: Pair,
    factor: str | None,
    minimum_effect: float | None,
) -> Row:
    first, second = pair
    interleaved = base.origin == other.origin and len(base.runs) == 1 and timed_interleaved(*pair)
    per_item = first.items != second.items
    divisors = (first.items, second.items) if per_item else (1, 1)
    samples = [
        [[seconds / divisor for seconds in process] for process in recordings.processes(case.name)]
        for recordings, case, divisor in zip((base, other), pair, divisors, strict=True)
    ]
    if interleaved:
        first_rounds, second_rounds = (list(chain(*processes)) for processes in samples)
        effect = MINIMUM_EFFECT if minimum_effect is None else minimum_effect
        difference = compare_interleaved(first_rounds, second_rounds, effect)
    else:
        difference = compare_apart(samples[0], samples[1], minimum_effect)
    return Row(
        group=second.group,
        base_params=first.params,
        params=second.params,
        base=first.name,
        other=second.name,
        base_seconds=first.median / divisors[0],
        other_seconds=second.median / divisors[1],
        difference=difference,
        noisy=first.noisy or second.noisy,
        interleaved=interleaved,
        differs=mismatches(first, second, (base.machine, other.machine), factor),
    )
