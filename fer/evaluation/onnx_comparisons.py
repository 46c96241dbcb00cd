"""How far the probabilities of a model in ONNX Runtime are from those in torch."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class OnnxComparison(BaseModel):
    """On the same images, one by one.

    Attributes:
        images: which ones, such as ``test``.
        n: how many; ``images_hash``: of their source.
        precision: of torch; the ONNX model is fp32.
        labels_differ: images whose most probable classes differ.
        largest_difference: of a probability, over all images and classes, in [0, 1].
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    images: str
    n: int = Field(ge=1)
    images_hash: str
    precision: str
    labels_differ: int = Field(ge=0)
    largest_difference: float = Field(ge=0, le=1)


class OnnxComparisons(BaseModel):
    """The comparisons of one model, which ``onnx.json`` holds.

    Attributes:
        safetensors, onnx: the SHA-256 of the two files.
        processor, threads: of the machine that compared them.
        versions: of Python, torch and ONNX Runtime.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    safetensors: Sha256
    onnx: Sha256
    processor: str
    threads: int = Field(ge=1)
    versions: Mapping[str, str]
    rows: tuple[OnnxComparison, ...]
