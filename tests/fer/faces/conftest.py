"""Small sources, a cache for each test, and the real archives."""

from pathlib import Path

import pytest
from faces_sources import CLASSES, noise, png
from needs import real_data_folder


@pytest.fixture
def entries() -> dict[str, bytes]:
    """Six training faces of three classes, one of another, and two test faces."""
    names = [
        *(f"train/{name}/{name}-{i}.png" for name in CLASSES for i in range(2)),
        "train/sad/sad-0.png",
        "test/happy/a.png",
        "test/angry/b.png",
    ]
    return {name: png(noise(seed)) for seed, name in enumerate(names)}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has a cache of its own, and no source of the user's."""
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FER_DATA", raising=False)
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def real_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all tests of the real archives: preparing takes 8 s."""
    return tmp_path_factory.mktemp("real-cache")


@pytest.fixture
def real_data(cache: Path, real_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the real archives, prepared once for all tests."""
    monkeypatch.setenv("FER_CACHE", str(real_cache))
    return real_data_folder()
