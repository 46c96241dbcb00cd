"""What the baseline is called: wherever it stands, a baseline that was cut is called so."""

from fer.formatting import count
from search.config.definition import Definition


def baseline_label(definition: Definition) -> str:
    """The baseline's name in a legend, a tile or a table, such as ``baseline (cut to 3 epochs)``.

    A study file cuts the baseline by ``baseline_epochs``.
    """
    if not definition.baseline_cut:
        return "baseline"
    return f"baseline (cut to {count(definition.baseline.epochs, 'epoch')})"


def baseline_name(definition: Definition) -> str:
    """The baseline's name in a sentence: its label with an article."""
    return f"the {baseline_label(definition)}"
