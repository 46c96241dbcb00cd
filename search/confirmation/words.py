"""Numbers of an answer in words: accuracies are shares with four digits, as published ones are."""

from typing import TYPE_CHECKING

from fer.formatting import signed

if TYPE_CHECKING:  # scipy takes memory that a study's supervisor does not have
    from search.confirmation.statistics import Estimate


def p_in_words(p: float) -> str:
    """``p = 0.0012``, or that it is below 0.0001 or above 0.99."""
    if p < 0.0001:
        return "p < 0.0001"
    return f"p = {p:.2g}" if p < 0.995 else "p > 0.99"


def mean_in_words(estimate: "Estimate") -> str:
    """``0.8402 ± 0.0031``, with the standard deviation where there are two values."""
    spread = "" if estimate.sd is None else f" ± {estimate.sd:.4f}"
    return f"{estimate.mean:.4f}{spread}"


def ends_in_words(ends: tuple[float, float] | None) -> str:
    """``0.8299 to 0.8526``."""
    assert ends is not None, "there is a value"
    return f"{ends[0]:.4f} to {ends[1]:.4f}"


def points_in_words(difference: float) -> str:
    """A difference of two shares in points, with its sign: ``+1.76``."""
    return signed(100 * difference, 2)
