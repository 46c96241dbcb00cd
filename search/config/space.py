"""The space: the part of a recipe that a study varies, and how a trial picks from it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

import optuna
from optuna.distributions import BaseDistribution
from pydantic import BaseModel, ConfigDict, Field, model_validator

from fer.errors import BadInput
from fer.recipe import Recipe
from fer.validation import nearest, parse

Scalar = bool | int | float | str
Choice = Scalar | list[Scalar]

NOT_SEARCHABLE = ("seed", "split_seed", "classes", "validation")
"""Keys on which trials must agree to be compared, or that derive from the trial's number."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    key: str = Field("", description="of the recipe; the entry's name if left out")
    when: dict[str, list[Scalar]] = Field(
        default_factory=dict, description="sampled only where these keys have one of these values"
    )


class _Range(_Entry):
    log: bool = Field(False, description="sample on a log scale")

    @model_validator(mode="after")
    def _is_a_range(self) -> "_Range":
        low, high, step = self.low, self.high, self.step  # type: ignore[attr-defined]
        if low >= high:
            raise ValueError(f"low = {low} must be less than high = {high}")
        if self.log and low <= 0:
            raise ValueError(f"log needs low above 0, not {low}")
        if self.log and step not in (None, 1):
            raise ValueError("log and step exclude each other")
        return self


class FloatEntry(_Range):
    """A real number in [low, high], on a log scale or in steps if asked."""

    kind: Literal["float"]
    low: float = Field(description="smallest value")
    high: float = Field(description="largest value")
    step: Annotated[float, Field(gt=0)] | None = Field(None, description="distance of the values")

    def distribution(self) -> BaseDistribution:
        return optuna.distributions.FloatDistribution(self.low, self.high, self.log, self.step)

    def ends(self) -> list[Choice]:
        return [self.low, self.high]


class IntEntry(_Range):
    """A whole number in [low, high], on a log scale or in steps if asked."""

    kind: Literal["int"]
    low: int = Field(description="smallest value")
    high: int = Field(description="largest value")
    step: Annotated[int, Field(ge=1)] = Field(1, description="distance of the values")

    def distribution(self) -> BaseDistribution:
        return optuna.distributions.IntDistribution(self.low, self.high, self.log, self.step)

    def ends(self) -> list[Choice]:
        return [self.low, self.high]


class CategoricalEntry(_Entry):
    """One of several values; lists, such as channel widths, are values too."""

    kind: Literal["categorical"]
    choices: list[Choice] = Field(min_length=1, description="the values; lists are values too")

    @model_validator(mode="after")
    def _no_repeats(self) -> "CategoricalEntry":
        if len({label(choice) for choice in self.choices}) != len(self.choices):
            raise ValueError("choices must not name anything twice")
        return self

    def distribution(self) -> BaseDistribution:
        labels = [label(choice) for choice in self.choices]
        return optuna.distributions.CategoricalDistribution(labels)

    def ends(self) -> list[Choice]:
        return list(self.choices)


Entry = FloatEntry | IntEntry | CategoricalEntry
_KINDS: dict[str, type[Entry]] = {
    "float": FloatEntry,
    "int": IntEntry,
    "categorical": CategoricalEntry,
}


def label(choice: Choice) -> Scalar:
    """The scalar that stands for a choice in the storage: Optuna takes no lists."""
    return json.dumps(choice) if isinstance(choice, list) else choice


@dataclass(frozen=True)
class Space:
    """The entries of a study, by name, each after those that it depends on."""

    entries: dict[str, Entry]

    @property
    def conditional(self) -> bool:
        """Whether some entry is sampled only for some values of others."""
        return any(entry.when for entry in self.entries.values())

    def dump(self) -> dict[str, Any]:
        """The entries as JSON values; ``parse_space`` takes them back."""
        return {name: entry.model_dump(mode="json") for name, entry in self.entries.items()}

    def suggest(self, trial: optuna.trial.BaseTrial, base: Recipe) -> dict[str, Any]:
        """The recipe's keys that this trial varies, with their values.

        A trial that has its values already (a resumed one) gets them back.
        """
        fixed = base.model_dump(mode="json")
        values: dict[str, Any] = {}
        for name, entry in self.entries.items():
            current = fixed | values
            if all(current[key] in allowed for key, allowed in entry.when.items()):
                values[entry.key] = _suggest(trial, name, entry)
        return values

    def decode(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The recipe's keys and values of a trial's stored parameters."""
        return {
            self.entries[name].key: _choice(self.entries[name], value)
            for name, value in params.items()
        }


def _suggest(trial: optuna.trial.BaseTrial, name: str, entry: Entry) -> Choice:
    if isinstance(entry, FloatEntry):
        return trial.suggest_float(name, entry.low, entry.high, step=entry.step, log=entry.log)
    if isinstance(entry, IntEntry):
        return trial.suggest_int(name, entry.low, entry.high, step=entry.step, log=entry.log)
    labels = [label(choice) for choice in entry.choices]
    return _choice(entry, trial.suggest_categorical(name, labels))


def _choice(entry: Entry, value: Any) -> Choice:
    if isinstance(entry, CategoricalEntry):
        return entry.choices[[label(choice) for choice in entry.choices].index(value)]
    return cast(Choice, value)


def parse_space(tables: Mapping[str, Any], base: Recipe, origin: str) -> Space:
    """Validate a study's ``[space]`` against the recipe that it varies.

    Raises:
        BadInput: an unknown key or kind, a value that the recipe would refuse, a condition on
            something that does not exist, cannot hold or goes in a circle, or two entries for one
            key.
    """
    entries = {name: _parse_entry(name, table, origin) for name, table in tables.items()}
    for name, entry in entries.items():
        where = f"{origin}: space.{name}"
        _check_key(entry.key, where)
        if isinstance(entry, FloatEntry) and Recipe.model_fields[entry.key].annotation is int:
            raise BadInput(f'{where}.kind = "float": {entry.key} is a whole number: use "int"')
        for value in entry.ends():
            base.with_values({entry.key: value}, where)
        for key, allowed in entry.when.items():
            _check_key(key, f"{where}.when")
            for value in allowed:
                base.with_values({key: value}, f"{where}.when")
    _check_overlaps(entries, origin)
    _check_conditions(entries, base, origin)
    return Space(_ordered(entries, origin))


def _parse_entry(name: str, table: Any, origin: str) -> Entry:
    where = f"{origin}: space.{name}"
    if not isinstance(table, Mapping):
        raise BadInput(f'{where} = {table!r}: expected a table such as {{kind = "float", ...}}')
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise BadInput(f"{where}.kind = {kind!r}: {nearest(str(kind), list(_KINDS))}")
    return parse(_KINDS[kind], {"key": name} | dict(table), where)


def _check_key(key: str, where: str) -> None:
    searchable = [name for name in Recipe.model_fields if name not in NOT_SEARCHABLE]
    if key in NOT_SEARCHABLE:
        raise BadInput(f"{where}: {key!r} cannot be searched: all trials of a study share it")
    if key not in searchable:
        raise BadInput(f"{where}: unknown recipe key {key!r}: {nearest(key, searchable)}")


def _check_overlaps(entries: Mapping[str, Entry], origin: str) -> None:
    for name, entry in entries.items():
        for other, rival in entries.items():
            if name < other and entry.key == rival.key and not _exclude(entry, rival):
                raise BadInput(
                    f"{origin}: space.{name} and space.{other} both set {entry.key!r}: give them "
                    f"`when` conditions that cannot hold together"
                )


def _check_conditions(entries: Mapping[str, Entry], base: Recipe, origin: str) -> None:
    """Refuse an entry that no trial could ever sample."""
    fixed = base.model_dump(mode="json")
    for name, entry in entries.items():
        for key, allowed in entry.when.items():
            setting = [other for other in entries.values() if other.key == key]
            can = [value for value in allowed if any(_reaches(other, value) for other in setting)]
            # What no entry sets, or only some trials sample, may keep the fixed part's value.
            stays = all(other.when for other in setting) and fixed[key] in allowed
            if not can and not stays:
                reached = "no trial sets" if setting else f"the recipe has {fixed[key]!r}, not"
                raise BadInput(
                    f"{origin}: space.{name}.when: {key} = {allowed!r}: {reached} any of these, "
                    f"so {name} would never be sampled"
                )


def _reaches(entry: Entry, value: Scalar) -> bool:
    if isinstance(entry, CategoricalEntry):
        return value in entry.choices
    return isinstance(value, int | float) and entry.low <= value <= entry.high


def _exclude(one: Entry, other: Entry) -> bool:
    shared = one.when.keys() & other.when.keys()
    return any(not any(value in other.when[key] for value in one.when[key]) for key in shared)


def _ordered(entries: dict[str, Entry], origin: str) -> dict[str, Entry]:
    """The entries, each after those that set a key which its ``when`` names."""
    ordered: dict[str, Entry] = {}
    while len(ordered) < len(entries):
        waiting = {name: entry for name, entry in entries.items() if name not in ordered}
        unset = {entry.key for entry in waiting.values()}
        ready = {name: entry for name, entry in waiting.items() if not unset & entry.when.keys()}
        if not ready:
            raise BadInput(f"{origin}: space: the conditions of {', '.join(waiting)} form a circle")
        ordered |= ready
    return ordered
