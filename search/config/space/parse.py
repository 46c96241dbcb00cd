"""Validation of ``[space]`` in a study file against the recipe that it varies."""

from collections.abc import Mapping
from typing import Any

from fer.errors import BadInput
from fer.recipe import Recipe
from fer.validation import nearest
from search.config.kinds import Kinds
from search.config.space.conditions import check_conditions, check_overlaps, in_order
from search.config.space.entry import Entry
from search.config.space.ranges import FloatEntry
from search.config.space.space import Space
from search.config.space.variants import VariantsEntry

ENTRIES: Kinds[Entry] = Kinds(
    {
        "float": "search.config.space.ranges:FloatEntry",
        "int": "search.config.space.ranges:IntEntry",
        "categorical": "search.config.space.categorical:CategoricalEntry",
        "variants": "search.config.space.variants:VariantsEntry",
    }
)

NOT_SEARCHABLE = ("seed", "split_seed", "classes", "validation")
"""Keys on which trials must agree to be compared, or that derive from the trial's number."""


def parse_space(tables: Mapping[str, Any], base: Recipe, origin: str) -> Space:
    """Validate a study's ``[space]`` against the recipe that it varies.

    Raises:
        BadInput: an unknown key or kind, a value that the recipe would refuse, a condition on
            something that does not exist, cannot hold or is circular, or two entries for one key.
    """
    entries = {name: _parse_entry(name, table, origin) for name, table in tables.items()}
    for name, entry in entries.items():
        where = f"{origin}: space.{name}"
        for key in entry.keys:
            _check_key(key, where)
        if isinstance(entry, FloatEntry) and Recipe.model_fields[entry.key].annotation is int:
            raise BadInput(f'{where}.kind = "float": {entry.key} is a whole number: use "int"')
        for value in entry.extremes():
            base.with_values(dict(entry.recipe_values(value)), where)
        for key, allowed in entry.when.items():
            _check_key(key, f"{where}.when")
            for value in allowed:
                base.with_values({key: value}, f"{where}.when")
        if isinstance(entry, VariantsEntry):
            if len(entries) > 1:
                raise BadInput(f"{where}: variants must be the only entry of the space")
            entry.check(base, where)
    check_overlaps(entries, origin)
    check_conditions(entries, base, origin)
    return Space(in_order(entries, origin))


def _parse_entry(name: str, table: Any, origin: str) -> Entry:
    where = f"{origin}: space.{name}"
    if not isinstance(table, Mapping):
        raise BadInput(f'{where} = {table!r}: expected a table such as {{kind = "float", ...}}')
    return ENTRIES.parse({"key": name} | dict(table), where)


def _check_key(key: str, where: str) -> None:
    searchable = [name for name in Recipe.model_fields if name not in NOT_SEARCHABLE]
    if key in NOT_SEARCHABLE:
        raise BadInput(f"{where}: {key!r} cannot be searched: all trials of a study share it")
    if key not in searchable:
        raise BadInput(f"{where}: unknown recipe key {key!r}: {nearest(key, searchable)}")
