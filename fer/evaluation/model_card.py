"""Model cards: what a model is, how good it is and what it is not for, as Markdown.

After Mitchell et al., "Model cards for model reporting" (FAT* 2019).
"""

import hashlib
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np
from jinja2 import Environment, StrictUndefined

from fer.errors import printable
from fer.evaluation.calibration import BINS, Calibration
from fer.evaluation.folds import Fold
from fer.evaluation.metrics import Evaluation
from fer.evaluation.onnx_comparisons import OnnxComparisons
from fer.faces.fer2013 import TRAIN_COUNTS
from fer.formatting import duration
from fer.markdown import code, escape
from fer.recipe import EXPRESSIONS, Recipe, as_toml
from fer.run_record import RunRecord
from fer.wording import counted


@dataclass(frozen=True)
class TestResult:
    """The accuracy on test images, measured outside of this package.

    Attributes:
        by: who measured it.
        ci95: Wilson's interval of the accuracy.
        recall: of each class, in [0, 1]; empty = not known.
        tta: what each prediction was averaged over: ``none``, ``flip`` or ``crops``.
    """

    __test__ = False  # no test of pytest's

    by: str
    n: int
    accuracy: float
    ci95: tuple[float, float]
    recall: Mapping[str, float]
    tta: str


@dataclass(frozen=True)
class ModelFile:
    """One file of a model.

    Attributes:
        format: ``onnx`` or ``safetensors``.
    """

    name: str
    format: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class ModelCard:
    """What a card is written from.

    Attributes:
        files: of the model, at least one; the first one names the card.
        parameters: of the network.
        record: of the training; None = not known.
        folds: runs whose held-out predictions are shown; empty = there are none.
        own: whether they are of this very model, not of other runs of its recipe.
        test: on test images; None = not known.
        not_graded: the file of its predictions on test images, if nobody has graded it yet.
        comparisons: of ONNX Runtime with torch, if the model was exported to ONNX and compared.
    """

    files: tuple[ModelFile, ...]
    recipe: Recipe
    parameters: int
    calibration: Calibration | None
    record: RunRecord | None
    folds: tuple[Fold, ...] = ()
    own: bool = False
    test: TestResult | None = None
    not_graded: str = ""
    comparisons: OnnxComparisons | None = None

    @property
    def is_fer2013(self) -> bool:
        """Whether the classes of its faces are as large as FER2013's."""
        sizes = dict(zip(EXPRESSIONS, TRAIN_COUNTS, strict=True))
        return self.record is not None and all(
            count == sizes[name] for name, count in self.record.faces.counts.items()
        )

    @cached_property
    def accuracies(self) -> list[float]:
        """Of each fold, on the faces that it held out."""
        return [fold.scores.evaluation(self.recipe.classes).accuracy for fold in self.folds]

    @property
    def accuracy(self) -> str:
        """The mean over the folds, with the standard deviation where there are several."""
        mean = statistics.fmean(self.accuracies)
        if len(self.accuracies) == 1:
            return f"{mean:.4f}"
        return f"{mean:.4f} ± {statistics.stdev(self.accuracies):.4f}"

    @cached_property
    def pooled(self) -> Evaluation:
        """The held-out predictions of all folds together."""
        confusions = np.stack([fold.scores.confusion for fold in self.folds])
        return Evaluation(self.recipe.classes, confusions.sum(axis=0))


class _Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def model_card(card: ModelCard) -> str:
    """The card as Markdown."""
    # Autoescape is for HTML. Here all text that is put in is escaped for Markdown instead.
    environment = Environment(
        autoescape=False,
        finalize=_escaped,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        code=lambda text: _Markdown(code(str(text))),
        counted=counted,
        duration=lambda seconds: duration(seconds).replace("\u00a0", " "),
        share="{:.4f}".format,
        tiny="{:.1e}".format,
        thousands="{:,}".format,
    )
    template = environment.from_string(
        (files("fer.evaluation") / "model_card.md.jinja").read_text(encoding="utf-8")
    )
    # A recipe's values are numbers and known words, so that its TOML has no end of a code block.
    # Of its keys, those that its hash covers: a key that is added later changes no card.
    return template.render(card=card, bins=BINS, recipe=_Markdown(as_toml(card.recipe.hashed)))


def _escaped(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, _Markdown):
        return escape(printable(value))
    return value
