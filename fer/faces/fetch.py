"""Download FER2013 from Kaggle, and check it before it is used."""

import importlib
from pathlib import Path

from fer.errors import BadInput, FerError
from fer.faces.fer2013 import check_fer2013
from fer.faces.load import open_source

DATASET = "deadskull7/fer2013"
"""On Kaggle: ``fer2013.csv``, as the ICML 2013 workshop published it. Others there are JPEGs."""


def fetch_fer2013() -> Path:
    """Download, check and prepare FER2013; it is then the default source.

    Returns:
        The path of the CSV, in kagglehub's cache.

    Raises:
        BadInput: kagglehub is not installed, or the download is not FER2013.
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
    except FerError:  # Ctrl-C
        raise
    except Exception as error:  # kagglehub's errors have no common type
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise FerError(f"fer data fetch: {DATASET}: {reason}") from error
    tables = sorted(folder.rglob("*.csv"))
    if len(tables) != 1:
        raise BadInput(f"{folder}: {len(tables)} CSV files: expected fer2013.csv alone")
    check_fer2013(open_source(str(tables[0])), str(tables[0]))
    return tables[0]
