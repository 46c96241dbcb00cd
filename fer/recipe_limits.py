"""The limits of a recipe's numbers, as its fields state them."""

from dataclasses import dataclass

from annotated_types import Ge, Gt, Le, Lt

from fer.recipe import Recipe


@dataclass(frozen=True)
class Limits:
    """The values that a recipe takes for one key; None where an end is open.

    Attributes:
        low_included, high_included: whether the limit itself is taken.
    """

    low: float | None = None
    high: float | None = None
    low_included: bool = True
    high_included: bool = True


def recipe_limits(key: str) -> Limits:
    """The limits of a key; both ends are open for one that is no number."""
    low = high = None
    low_included = high_included = True
    for limit in Recipe.model_fields[key].metadata:
        match limit:
            case Ge():
                low = float(limit.ge)  # type: ignore[arg-type]
            case Gt():
                low, low_included = float(limit.gt), False  # type: ignore[arg-type]
            case Le():
                high = float(limit.le)  # type: ignore[arg-type]
            case Lt():
                high, high_included = float(limit.lt), False  # type: ignore[arg-type]
    return Limits(low, high, low_included, high_included)
