"""Tables of keys for docs/, from the pydantic models that validate the files."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from fer import augment
from fer.networks import FAMILIES
from fer.networks.build import network_class
from fer.networks.cost import network_cost
from fer.recipe import Recipe, Transform
from search.config.limits import Budget, Stop
from search.config.objective import Objective
from search.config.pruners import PRUNERS
from search.config.rounds import Race, Screen
from search.config.samplers import SAMPLERS
from search.config.space import ENTRIES
from search.config.study_file import StudyFile

HEADINGS = ("key", "value", "default", "meaning")


def recipe_keys() -> str:
    """All keys of a recipe."""
    return keys(Recipe)


def families() -> str:
    """The families of networks, and what each costs at the default widths."""
    rows = []
    for family in FAMILIES:
        cost = network_cost(Recipe(network=family))
        meaning = " ".join(str(network_class(family).__doc__).partition(".\n")[0].split())
        operations = f"{cost.operations / 1e6:,.0f} M"
        rows.append((f"`{family}`", meaning, f"{cost.parameters:,}", operations))
    headings = ("`network`", "layers", "parameters", "operations for a face")
    return _table(headings, rows)


def study_keys() -> str:
    """The top-level keys of a study file, then those of its tables."""
    tables: dict[str, type[BaseModel]] = {
        "rounds.screen": Screen,
        "rounds.race": Race,
        "objective": Objective,
        "budget": Budget,
        "stop": Stop,
    }
    shown = {name.partition(".")[0] for name in tables}
    rows = [row for row in _rows(StudyFile) if row[0].strip("`") not in shown]
    for name, model in tables.items():
        rows += [(f"`{name}.{row[0].strip('`')}`", *row[1:]) for row in _rows(model)]
    return _table(HEADINGS, rows)


def space_keys() -> str:
    """The keys of an entry of a study's space, of each kind."""
    return _by_kind(ENTRIES)


def sampler_keys() -> str:
    """The kinds of samplers and their keys."""
    return _by_kind(SAMPLERS)


def pruner_keys() -> str:
    """The kinds of pruners and their keys; the one that all share is explained in the text."""
    return _by_kind(PRUNERS, shared=("audit",))


def keys(model: type[BaseModel]) -> str:
    """A Markdown table of a model's keys."""
    return _table(HEADINGS, _rows(model))


def _by_kind(kinds: Mapping[str, type[BaseModel]], shared: Sequence[str] = ()) -> str:
    rows: list[tuple[str, ...]] = []
    for kind, model in kinds.items():
        own = [row for row in _rows(model) if row[0].strip("`") not in ("kind", *shared)]
        rows += [(f"`{kind}`", *row) for row in own or [("–", "", "", "")]]
    return _table(("kind", *HEADINGS), rows)


def _rows(model: type[BaseModel]) -> list[tuple[str, ...]]:
    schema = model.model_json_schema()
    required = schema.get("required", [])
    return [
        (
            f"`{name}`",
            _type(value),
            "*required*" if name in required else _default(value.get("default")),
            value.get("description", ""),
        )
        for name, value in schema["properties"].items()
    ]


def _type(schema: Mapping[str, Any]) -> str:
    """A JSON schema in words, such as ``number in [0, 1)``."""
    if "anyOf" in schema:
        kinds = [_type(each) for each in schema["anyOf"] if each.get("type") != "null"]
        return kinds[0] if len(kinds) == 1 else "any value"
    if "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema["enum"])
    kind = str(schema.get("type", "any value"))
    if kind == "array":
        return f"list{_length(schema)} of {_type(schema['items'])}"
    if kind in ("integer", "number"):
        return kind + _range(schema)
    return {"boolean": "`true` or `false`", "object": "table"}.get(kind, kind)


def _range(schema: Mapping[str, Any]) -> str:
    low, high = _end(schema, "inimum"), _end(schema, "aximum")
    if low and high:
        return f" in {'[('[low[1]]}{low[0]}, {high[0]}{'])'[high[1]]}"
    if low:
        return f" {'≥>'[low[1]]} {low[0]}"
    return f" {'≤<'[high[1]]} {high[0]}" if high else ""


def _end(schema: Mapping[str, Any], name: str) -> tuple[str, bool] | None:
    """An end of a range, and whether it is excluded."""
    for key, excluded in ((f"m{name}", False), (f"exclusiveM{name}", True)):
        if key in schema:
            return _number(schema[key]), excluded
    return None


def _number(value: float) -> str:
    return "2³¹" if value == 2**31 else f"{value:g}"


def _length(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minItems", 0), schema.get("maxItems")
    if high is not None:
        return f" of {low} to {high} items,"
    return f" of at least {low} items," if low > 1 else ""


def _default(value: Any) -> str:
    if value is None or value == {}:
        return "–"
    return f"`{json.dumps(value)}`"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def augmentation() -> str:
    """What each transform does at strength 1."""
    degrees = math.degrees(augment.ROTATION)
    side = augment.CUTOUT_SIDE
    effects = {
        "flip": "mirrored with probability 1/2, at any strength above 0",
        "rotation": f"±{degrees:.0f}°",
        "shift": f"±{augment.SHIFT:.0%} of the width, in each direction",
        "scale": f"a factor of exp(±{augment.SCALE:g})",
        "brightness": f"a factor of exp(±{augment.BRIGHTNESS:g})",
        "contrast": f"a factor of exp(±{augment.CONTRAST:g}) around the image's mean",
        "cutout": f"a gray square of {side}×{side} pixels, on half of the images",
    }
    rows = [(f"`{name}`", effects[name]) for name in get_args(Transform)]
    return _table(("transform", "at strength 1, drawn uniformly for each image"), rows)
