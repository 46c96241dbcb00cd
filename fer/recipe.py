"""The recipe: everything that decides one training run, as one frozen value."""

import hashlib
import json
import os
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fer.errors import BadInput
from fer.networks import FAMILIES
from fer.validation import NotToml, nearest, parse, parse_toml, read_toml

Activation = Literal["relu", "leaky_relu", "elu", "silu", "gelu", "mish"]
Optimiser = Literal["adam", "adamw", "sgd", "muon"]
Schedule = Literal["constant", "cosine", "one_cycle"]
Expression = Literal["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
Transform = Literal["flip", "rotation", "shift", "scale", "brightness", "contrast", "cutout"]
Flip = Literal["random", "alternating"]
FirstLayer = Literal["random", "whitened"]
HiddenLayers = Literal["random", "identity"]
Tta = Literal["none", "flip", "crops"]

WARM_UP = 0.15
"""Share of the steps in which the one-cycle schedule rises."""

EXPRESSIONS: tuple[str, ...] = get_args(Expression)
"""The seven classes of FER2013, in the order of the labels 0 to 6 in its CSV."""

Width = Annotated[int, Field(ge=1, le=2048)]
Side = Annotated[int, Field(ge=8, le=48)]

ALWAYS_HASHED = frozenset(
    [
        "activation",
        "dropout",
        "batch_size",
        "clip_norm",
        "learning_rate",
        "augmentation",
        "transforms",
        "optimiser",
        "weight_decay",
        "schedule",
        "label_smoothing",
        "ema",
        "widths",
        "epochs",
        "validation",
        "classes",
        "seed",
        "split_seed",
    ]
)
"""The keys of the first recipes, which every hash covers. A later key counts only where it differs
from its default, so that adding one changes no hash, and checkpoints and finished runs, which
are matched by it, stay valid."""


class Recipe(BaseModel):
    """Everything that decides one training run.

    Two equal recipes on the same faces, device and threads give the same weights. The default of a
    key that is not in ``ALWAYS_HASHED`` must never change: old runs have it without naming it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=False)

    network: str = Field(
        "published", description=f"family: {', '.join(f'`{name}`' for name in FAMILIES)}"
    )
    activation: Activation = Field("leaky_relu", description="after every batch normalisation")
    dropout: float = Field(0.3, ge=0, lt=1, description="rate before each linear layer")
    batch_size: int = Field(128, ge=1, le=65536, description="faces per training step")
    clip_norm: float = Field(1.0, ge=0, description="maximum gradient norm; 0 = no clipping")
    learning_rate: float = Field(0.001, gt=0, le=10, description="peak of the schedule")
    augmentation: float = Field(
        1.0,
        ge=0,
        le=4,
        description="strength, which scales every transform; 0 = none",
    )
    transforms: tuple[Transform, ...] = Field(
        get_args(Transform), description="which transforms the strength applies to"
    )
    flip: Flip = Field(
        "random", description="`alternating` mirrors a face in every other epoch; needs `flip`"
    )
    image_sizes: tuple[Side, ...] = Field(
        (48,),
        min_length=1,
        max_length=50,
        description="pixels of a training image's side, each for an equal part of the epochs",
    )
    optimiser: Optimiser = Field(
        "adam",
        description="`sgd` has Nesterov momentum 0.9; `muon` leaves all but hidden weight matrices "
        "to `adamw`",
    )
    muon_lr: float = Field(
        1.0, gt=0, le=100, description="`muon`'s factor of the learning rate of hidden weights"
    )
    muon_momentum: float = Field(0.95, ge=0, lt=1, description="`muon`'s Nesterov momentum")
    muon_iterations: int = Field(
        5, ge=1, le=10, description="of `muon`'s orthogonalisation; fewer are faster and coarser"
    )
    norm_bias_lr: float = Field(
        1.0,
        gt=0,
        le=1000,
        description="factor of the learning rate of batch normalisation's biases",
    )
    weight_decay: float = Field(
        0.0, ge=0, le=1, description="decoupled with `adamw` and `muon`, else an L2 penalty"
    )
    schedule: Schedule = Field("constant", description="of the learning rate, step by step")
    label_smoothing: float = Field(
        0.0, ge=0, lt=1, description="share of each label that is spread over all classes"
    )
    ema: float = Field(
        0.0, ge=0, lt=1, description="decay per step of the averaged weights; 0 = off"
    )
    lookahead: int = Field(
        0,
        ge=0,
        le=10_000,
        description="steps after which a part of the way is taken back, ever more; 0 = off",
    )
    mixup: float = Field(
        0.0, ge=0, le=10, description="blends pairs of faces by shares of Beta(α, α); 0 = off"
    )
    cutmix: float = Field(
        0.0,
        ge=0,
        le=10,
        description="pastes a square of one face into another, of area 1 − Beta(α, α); 0 = off",
    )
    sam: float = Field(
        0.0,
        ge=0,
        le=1,
        description="radius of sharpness-aware minimisation, which takes twice the time; 0 = off",
    )
    widths: tuple[Width, ...] = Field(
        (32, 64, 128, 256), min_length=1, max_length=5, description="channels of each conv block"
    )
    first_layer: FirstLayer = Field(
        "random", description="`whitened` begins with the principal components of the patches"
    )
    hidden_layers: HiddenLayers = Field(
        "random", description="`identity` begins with convolutions that pass their inputs on"
    )
    epochs: int = Field(20, ge=1, le=10_000, description="passes over the training faces")
    tta: Tta = Field(
        "none",
        description="views whose probabilities an evaluation averages: `flip` is a face and its "
        "mirror image, `crops` ten views",
    )
    validation: float = Field(0.1, ge=0, le=0.5, description="share held out; 0 = train on all")
    classes: tuple[Expression, ...] = Field(
        ("angry", "happy", "neutral"), min_length=2, description="in the order of the labels"
    )
    seed: int = Field(0, ge=0, lt=2**31, description="weights, order, augmentation and dropout")
    split_seed: int = Field(0, ge=0, lt=2**31, description="which faces are held out")

    @field_validator("network")
    @classmethod
    def _is_a_family(cls, value: str) -> str:
        if value not in FAMILIES:
            raise ValueError(nearest(value, list(FAMILIES)))
        return value

    @field_validator("classes", "transforms")
    @classmethod
    def _no_repeats(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("must not name anything twice")
        return value

    @model_validator(mode="after")
    def _more_than_one_value_to_normalise(self) -> "Recipe":
        blocks, side = len(self.widths), min(self.image_sizes)
        if side >> blocks == 0:
            raise ValueError(
                f"image_sizes {side} with {blocks} widths: each width halves the side: expected "
                f"at least {1 << blocks}"
            )
        if self.batch_size == 1 and side >> blocks == 1:
            raise ValueError(
                f"batch_size 1 with {blocks} widths: one pixel is left of {side}, and batch "
                "normalisation needs at least 2"
            )
        return self

    def image_size(self, epoch: int) -> int:
        """Pixels of a training image's side in an epoch, which counts from 0."""
        return self.image_sizes[epoch * len(self.image_sizes) // self.epochs]

    def with_values(self, values: dict[str, Any], origin: str = "--set") -> "Recipe":
        """Return a validated copy with some keys replaced.

        Raises:
            BadInput: an unknown key or a value out of range; the message begins with ``origin``.
        """
        return parse(Recipe, self.model_dump() | values, origin)

    def to_toml(self) -> str:
        """The whole recipe as TOML, one ``key = value`` a line, in the order of the fields."""
        return as_toml(self.model_dump(mode="json"))

    @property
    def hash(self) -> str:
        """The first 16 hexadecimal digits of the SHA-256 of ``hashed`` as canonical JSON."""
        canonical = json.dumps(self.hashed, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]

    @property
    def hashed(self) -> dict[str, Any]:
        """The keys and values that identify the recipe.

        Later keys than ``ALWAYS_HASHED`` are left out where they have their default.
        """
        return {
            key: value
            for key, value in self.model_dump(mode="json").items()
            if key in ALWAYS_HASHED
            or getattr(self, key) != type(self).model_fields[key].get_default()
        }


def as_toml(values: dict[str, Any]) -> str:
    """Values of a recipe as TOML, one ``key = value`` a line."""
    # Every field is a string, a number or a flat list, which JSON and TOML write alike.
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


def load_recipe(name_or_path: str) -> Recipe:
    """Load a TOML file, or a recipe that ships with the package by its bare name (``published``).

    A bare name never means a file or folder of that name in the working directory.

    Raises:
        BadInput: no such file or name, not TOML, an unknown key, or a value out of range.
    """
    path = Path(name_or_path) if is_path(name_or_path) else shipped(name_or_path)
    return parse(Recipe, read_toml(path), str(path))


def is_path(name: str) -> bool:
    """Whether a recipe or study is named by a path: it ends in ``.toml`` or has a separator."""
    return name.endswith(".toml") or any(part in name for part in (os.sep, os.altsep) if part)


def shipped(name: str) -> Path:
    """The path of a recipe that ships with the package, by its bare name.

    Raises:
        BadInput: no recipe of that name ships.
    """
    folder = Path(str(files("studies"))) / "recipes"
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in known:
        raise BadInput(f"{name}: no such recipe; expected a TOML file or one of {', '.join(known)}")
    return folder / f"{name}.toml"


def parse_settings(settings: Iterable[str]) -> dict[str, Any]:
    """Parse ``key=value`` pairs; values are TOML, and a bare word is a string.

    Raises:
        BadInput: a pair without ``=``.
    """
    values: dict[str, Any] = {}
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals or not key.strip():
            raise BadInput(f"--set {setting}: expected key=value")
        try:
            values[key.strip()] = parse_toml(f"value = {text}")["value"]
        except NotToml:
            values[key.strip()] = text.strip()
    return values


def parse_classes(text: str | None) -> tuple[str, ...] | None:
    """Parse ``angry,happy``; None stays None.

    Raises:
        BadInput: an unknown expression, or one that is named twice.
    """
    if text is None:
        return None
    names = tuple(name.strip().lower() for name in text.split(","))
    for name in names:
        if name not in EXPRESSIONS:
            raise BadInput(f"--classes: unknown class {name!r}: {nearest(name, list(EXPRESSIONS))}")
    if len(set(names)) != len(names):
        raise BadInput(f"--classes {text}: must not name a class twice")
    return names
