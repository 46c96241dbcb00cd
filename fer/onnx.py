"""Models as ONNX, for other runtimes and languages; and inference with ONNX Runtime.

Needs the extra ``onnx``.
"""

import copy
import importlib
import itertools
import json
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from fer.augment import to_gray
from fer.errors import BadInput
from fer.faces.types import SIZE
from fer.files import write_atomically
from fer.inference import BATCH
from fer.model import KEY
from fer.recipe import Recipe

IMAGES, LOGITS = "images", "logits"
"""The names of the model's one input and one output."""

OPSET = 20
"""The first that has GELU, which the network may contain."""


class _FromBytes(nn.Module):
    """The network with the scaling of bytes to [0, 1] included."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.network(to_gray(images))
        return logits


def to_onnx(network: nn.Module, recipe: Recipe) -> bytes:
    """The network as an ONNX model, with its recipe in the model's metadata.

    Input: ``images``, ``uint8 [faces, 48, 48]``, any number of faces. Output: ``logits``,
    ``float32 [faces, classes]``. The network itself is not changed.

    Raises:
        BadInput: the extra is not installed.
    """
    for name in ("onnx", "onnxscript"):
        _need(name)
    whole = _FromBytes(copy.deepcopy(network).cpu().to(memory_format=torch.contiguous_format))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's, about its own parts
        program = torch.onnx.export(
            whole.eval(),
            (torch.zeros(2, SIZE, SIZE, dtype=torch.uint8),),
            input_names=[IMAGES],
            output_names=[LOGITS],
            dynamic_shapes=({0: torch.export.Dim("faces")},),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    model: Any = program.model_proto
    _remove_origin(model.graph)
    model.metadata_props.add(key=KEY, value=json.dumps(recipe.model_dump(mode="json")))
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def save_onnx(path: Path, network: nn.Module, recipe: Recipe) -> None:
    """Write the network as ``to_onnx`` gives it.

    Raises:
        BadInput: the extra is not installed.
    """
    model = to_onnx(network, recipe)
    write_atomically(path, lambda file: file.write(model))


class OnnxRuntime:
    """Scores faces on the CPU with ONNX Runtime.

    Args:
        model: a file, or its bytes.
        threads: of the CPU.
        batch: faces at a time.

    Raises:
        BadInput: the extra is not installed, or the model is not ONNX.
    """

    def __init__(self, model: Path | bytes, threads: int, batch: int = BATCH) -> None:
        runtime = _need("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        # Otherwise its threads busy-wait after each call and slow down what runs next. They still
        # spin within a call.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            self._session = runtime.InferenceSession(
                str(model) if isinstance(model, Path) else model,
                options,
                providers=["CPUExecutionProvider"],
            )
        except Exception as error:  # ONNX Runtime's errors have no common type
            name = model if isinstance(model, Path) else "these bytes"
            raise BadInput(f"{name}: not an ONNX model: {str(error).splitlines()[0]}") from error
        self._batch = batch

    def __call__(self, images: Tensor) -> Tensor:
        """Logits ``float32 [N, classes]`` of ``uint8 [N, 48, 48]`` images on the CPU."""
        parts = (
            self._session.run([LOGITS], {IMAGES: part.numpy()})[0]
            for part in images.split(self._batch)
        )
        return torch.cat([torch.from_numpy(part) for part in parts])


def _need(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise BadInput(
            f"ONNX: needs {name}: install it with: pip install 'fer-search[onnx]'"
        ) from error


def _remove_origin(graph: Any) -> None:
    """Remove the exporter's metadata: it names folders of this machine, and no runtime reads it."""
    fields = (graph.node, graph.value_info, graph.initializer, graph.input, graph.output)
    for part in (graph, *itertools.chain(*fields)):
        part.ClearField("metadata_props")
