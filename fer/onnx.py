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
from fer.networks.base import Network
from fer.recipe import Recipe

IMAGES, PROBABILITIES = "images", "probabilities"
"""The names of the model's one input and one output."""

CLASSES, TEMPERATURE = "classes", "temperature"
"""Keys of the metadata besides the recipe's."""

OPSET = 20
"""The first that has GELU, which the network may contain."""


class _FromBytesToProbabilities(nn.Module):
    """The network between the scaling of bytes to [0, 1] and the softmax of its calibrated
    logits."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.network(to_gray(images))
        return (logits / self.network.temperature).softmax(1)


def to_onnx(network: Network, recipe: Recipe) -> bytes:
    """The network as an ONNX model.

    Input: ``images``, ``uint8 [faces, 48, 48]``, any number of faces. Output: ``probabilities``,
    ``float32 [faces, classes]``. Metadata: ``fer_recipe``, the recipe as JSON; ``classes``, their
    names in order, joined by commas; ``temperature``, which the logits are divided by. The network
    itself is not changed.

    Raises:
        BadInput: the extra is not installed.
    """
    for name in ("onnx", "onnxscript"):
        _need(name)
    own = copy.deepcopy(network).cpu().to(memory_format=torch.contiguous_format)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's, about its own parts
        program = torch.onnx.export(
            _FromBytesToProbabilities(own).eval(),
            (torch.zeros(2, SIZE, SIZE, dtype=torch.uint8),),
            input_names=[IMAGES],
            output_names=[PROBABILITIES],
            dynamic_shapes=({0: torch.export.Dim("faces")},),
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    model: Any = program.model_proto
    _remove_origin(model.graph)
    metadata = {
        KEY: json.dumps(recipe.model_dump(mode="json")),
        CLASSES: ",".join(recipe.classes),
        TEMPERATURE: str(network.temperature),
    }
    for key, value in metadata.items():
        model.metadata_props.add(key=key, value=value)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


def save_onnx(path: Path, network: Network, recipe: Recipe) -> None:
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
        BadInput: the extra is not installed, or the model is not ONNX, or not one of ``to_onnx``.
    """

    def __init__(self, model: Path | bytes, threads: int, batch: int = BATCH) -> None:
        runtime = _need("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        # Otherwise its threads busy-wait after each call and slow down what runs next. They still
        # spin within a call.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        name = model if isinstance(model, Path) else "these bytes"
        try:
            self._session = runtime.InferenceSession(
                str(model) if isinstance(model, Path) else model,
                options,
                providers=["CPUExecutionProvider"],
            )
        except Exception as error:  # ONNX Runtime's errors have no common type
            raise BadInput(f"{name}: not an ONNX model: {str(error).splitlines()[0]}") from error
        outputs = [output.name for output in self._session.get_outputs()]
        if outputs != [PROBABILITIES]:
            raise BadInput(
                f"{name}: output = {', '.join(outputs)}: expected {PROBABILITIES}: export the run "
                "again"
            )
        self._batch = batch

    def __call__(self, images: Tensor) -> Tensor:
        """Probabilities ``float32 [N, classes]`` of ``uint8 [N, 48, 48]`` images on the CPU."""
        parts = (
            self._session.run([PROBABILITIES], {IMAGES: part.numpy()})[0]
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
