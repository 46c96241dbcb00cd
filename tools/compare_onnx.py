"""Whether ONNX Runtime predicts what torch predicts, on every image.

    python -m tools.compare_onnx --data fer2013-train.zip --test fer2013-test.zip

Labels are not read. ``onnx.json``, beside the two files, keeps what was found.
"""

import argparse
import platform
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fer.best_model import best_model
from fer.evaluation.model_card import ModelFile
from fer.evaluation.onnx_comparisons import OnnxComparison, OnnxComparisons
from fer.exit_status import exit_status
from fer.faces import Faces, load_faces
from fer.files import write_text
from fer.inference import predict_probabilities
from fer.model import MODEL, load_model
from fer.networks.base import Network
from fer.onnx import OnnxRuntime
from fer.process import available_cores, processor

ONNX, CHECK = "model.onnx", "onnx.json"
"""Beside the model's safetensors file."""
PRECISIONS = ("fp32", "bf16")
CPU = torch.device("cpu")


def main() -> None:
    """Compare the two files of a folder, and write ``onnx.json``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=best_model().parent)
    add_sources(parser)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    network, recipe = load_model(folder / MODEL, CPU)
    files = (
        ModelFile(MODEL, "safetensors", (folder / MODEL).read_bytes()),
        ModelFile(ONNX, "onnx", (folder / ONNX).read_bytes()),
    )
    images = load_images(arguments.data, arguments.test, recipe.classes)
    write_comparisons(folder / CHECK, compare(network, files, images))


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Add the options ``--data`` and ``--test``."""
    parser.add_argument("--data", required=True, help="a source of FER2013's training images")
    parser.add_argument("--test", required=True, help="a source of its test images")


def load_images(data: str, test: str, classes: tuple[str, ...]) -> dict[str, Faces]:
    """The training images of one source and the test images of another.

    Raises:
        BadInput: a source cannot be read, or has none.
    """
    return {
        "training": load_faces(data, "train", classes),
        "test": load_faces(test, "test", classes),
    }


def compare(
    network: Network, files: tuple[ModelFile, ModelFile], images: Mapping[str, Faces]
) -> OnnxComparisons:
    """Compare a network with the ONNX model that was made of it.

    Args:
        network: on the CPU.
        files: its safetensors file and the ONNX model.
        images: by name.
    """
    safetensors, onnx = files
    threads = available_cores()
    torch.set_num_threads(threads)
    runtime = OnnxRuntime(onnx.content, threads)
    return OnnxComparisons(
        safetensors=safetensors.sha256,
        onnx=onnx.sha256,
        processor=processor(CPU),
        threads=threads,
        versions={
            "python": platform.python_version(),
            "torch": torch.__version__.partition("+")[0],
            "onnxruntime": version("onnxruntime"),
        },
        rows=tuple(
            row for name, faces in images.items() for row in rows(network, runtime, name, faces)
        ),
    )


def rows(
    network: Network, runtime: Callable[[Tensor], Tensor], name: str, faces: Faces
) -> list[OnnxComparison]:
    """The comparison on some images in each precision of torch.

    Args:
        runtime: probabilities ``float32 [N, classes]`` of ``uint8 [N, 48, 48]`` images.
    """
    pixels = torch.from_numpy(np.array(faces.images))
    other = runtime(pixels)
    found = []
    for precision in PRECISIONS:
        own = predict_probabilities(network, pixels, precision, tta="none")
        found.append(
            OnnxComparison(
                images=name,
                n=len(faces),
                images_hash=faces.hash,
                precision=precision,
                labels_differ=int((own.argmax(1) != other.argmax(1)).sum()),
                largest_difference=float((own - other).abs().max()),
            )
        )
    return found


def write_comparisons(path: Path, found: OnnxComparisons) -> None:
    """Write ``onnx.json``, and print each row."""
    write_text(path, found.model_dump_json(indent=1) + "\n")
    for row in found.rows:
        print(
            f"{row.images}, n = {row.n:,}, torch {row.precision}: {row.labels_differ} labels "
            f"differ, probabilities by at most {row.largest_difference:.1e}"
        )


if __name__ == "__main__":
    sys.exit(exit_status(main))
