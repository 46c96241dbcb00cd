"""FER2013 from Kaggle, checked before it is used."""

import hashlib
import importlib
from pathlib import Path

from fer.errors import BadInput, FerError
from fer.faces.cache import cache_folder
from fer.faces.default import FETCHED
from fer.faces.load import open_source
from fer.faces.prepared import PreparedSplit
from fer.files import write_text

DATASET = "deadskull7/fer2013"
"""On Kaggle: ``fer2013.csv``, as the ICML 2013 workshop published it. Others there are JPEGs."""

TRAIN_FINGERPRINT = "89955e57c16ecd79d97f31b2205c60e786ebfae4a2e5ffeff6a096af7663a606"
TEST_FACES = 7_178


def fetch_fer2013() -> Path:
    """Download, check and prepare FER2013, and make it the default source.

    Returns:
        The path of the CSV, in kagglehub's cache.

    Raises:
        BadInput: kagglehub is not installed, or what came is not FER2013.
        FerError: the download failed.
    """
    try:
        kagglehub = importlib.import_module("kagglehub")
    except ModuleNotFoundError as error:
        raise BadInput(
            "fer data fetch: needs kagglehub: install it with: pip install 'fer-search[kaggle]'"
        ) from error
    try:
        folder = Path(kagglehub.dataset_download(DATASET))
    except Exception as error:  # kagglehub's errors have no common type
        reason = str(error).strip().splitlines()
        raise FerError(
            f"fer data fetch: {DATASET}: {reason[0] if reason else type(error).__name__}"
        ) from error
    found = sorted(folder.rglob("*.csv"))
    if len(found) != 1:
        raise BadInput(f"{folder}: {len(found)} CSV files: expected fer2013.csv")
    check_fer2013(found[0])
    write_text(cache_folder() / FETCHED, f"{found[0]}\n")
    return found[0]


def check_fer2013(path: Path) -> None:
    """Prepare a source and compare it with FER2013.

    Raises:
        BadInput: it is another one.
    """
    prepared = open_source(str(path))
    if "train" not in prepared or fingerprint(prepared["train"]) != TRAIN_FINGERPRINT:
        raise BadInput(f"{path}: its training faces are not FER2013's (their hash differs)")
    tests = len(prepared["test"].images) if "test" in prepared else 0
    if tests != TEST_FACES:
        raise BadInput(f"{path}: {tests:,} test faces: expected {TEST_FACES:,}")


def fingerprint(part: PreparedSplit) -> str:
    """SHA-256 over pixels and labels, whatever the order of the faces and their file format."""
    faces = sorted(
        hashlib.sha256(image.tobytes()).digest() + bytes([label])
        for image, label in zip(part.images, part.labels.tolist(), strict=True)
    )
    return hashlib.sha256(b"".join(faces)).hexdigest()
