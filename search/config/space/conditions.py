"""Conditions: entries of a space that are sampled only for some values of other keys."""

from collections.abc import Mapping

from fer.errors import BadInput
from fer.recipe import Recipe
from search.config.space.entry import Entry


def check_overlaps(entries: Mapping[str, Entry], origin: str) -> None:
    """Refuse two entries that could set the same key of one trial.

    Raises:
        BadInput: their conditions can hold together.
    """
    for name, entry in entries.items():
        for other_name, other in entries.items():
            if name < other_name and entry.key == other.key and not _exclusive(entry, other):
                raise BadInput(
                    f"{origin}: space.{name} and space.{other_name} both set {entry.key!r}: give "
                    f"them `when` conditions that cannot hold together"
                )


def check_conditions(entries: Mapping[str, Entry], base: Recipe, origin: str) -> None:
    """Refuse an entry that no trial could ever sample.

    Raises:
        BadInput: its condition can never hold.
    """
    fixed = base.model_dump(mode="json")
    for name, entry in entries.items():
        for key, allowed in entry.when.items():
            setters = [other for other in entries.values() if other.key == key]
            reachable = any(other.contains(value) for value in allowed for other in setters)
            # What no entry sets, or only some trials sample, may keep the fixed part's value.
            kept = all(other.when for other in setters) and fixed[key] in allowed
            if not reachable and not kept:
                problem = "no trial sets" if setters else f"the recipe has {fixed[key]!r}, not"
                raise BadInput(
                    f"{origin}: space.{name}.when: {key} = {allowed!r}: {problem} any of these, "
                    f"so {name} would never be sampled"
                )


def in_order(entries: dict[str, Entry], origin: str) -> dict[str, Entry]:
    """The entries, each after those that set a key which its ``when`` names.

    Raises:
        BadInput: the conditions are circular.
    """
    ordered: dict[str, Entry] = {}
    while len(ordered) < len(entries):
        waiting = {name: entry for name, entry in entries.items() if name not in ordered}
        unset = {entry.key for entry in waiting.values()}
        ready = {name: entry for name, entry in waiting.items() if not unset & entry.when.keys()}
        if not ready:
            raise BadInput(f"{origin}: space: the conditions of {', '.join(waiting)} form a circle")
        ordered |= ready
    return ordered


def _exclusive(one: Entry, other: Entry) -> bool:
    shared = one.when.keys() & other.when.keys()
    return any(not any(value in other.when[key] for value in one.when[key]) for key in shared)
