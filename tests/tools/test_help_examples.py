"""Every example that ``--help`` prints works as it is printed."""

import csv
import shlex
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest
from command_lines import check
from faces_sources import noise, png, write_zip
from made_studies import make_study
from PIL import Image
from stored_studies import store
from typer.testing import CliRunner

from fer.cli import build_app
from tools.command_line import help_pages
from tools.readme import ROOT

NOT_RUN = (
    "fer bench run",  # minutes
    "fer bench speedrun",  # an hour
    "fer dashboard",  # serves until Ctrl-C
    "fer data fetch",  # needs Kaggle
    "fer export runs/published --format onnx",  # needs onnx
    "fer export runs/final --calibrate",  # needs a confirmed study
    "fer predict selfie.jpg",  # needs photo
    "fer report study beat_baseline --data",  # needs FER2013 itself
    "fer search confirm",  # minutes
    "fer search grade",  # needs a confirmed study
    "fer search replay",  # a minute
    "fer search run",  # minutes
    "fer search worker",  # needs a server
)
"""Their options are checked, and other tests run them."""


def printed() -> list[str]:
    lines = help_pages().splitlines()
    return [line.strip() for line in lines if line.startswith("    fer ")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all files that the examples name."""
    monkeypatch.setenv("FER_CACHE", str(tmp_path / "cache"))
    # Set by the user, so that `fer train` does not execute this process again.
    monkeypatch.setenv("GLIBC_TUNABLES", "")
    work = tmp_path / "work"
    (work / "photos").mkdir(parents=True)
    monkeypatch.chdir(work)
    names, labels = ("angry", "happy", "neutral"), (0, 3, 6)
    with open("fer2013.csv", "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["emotion", "pixels", "Usage"])
        for usage in ("Training", "PublicTest"):
            for seed in range(30):
                pixels = " ".join(map(str, noise(seed).ravel()))
                table.writerow([labels[seed % 3], pixels, usage])
    with tarfile.open("fer2013.tar.gz", "w:gz") as archive:
        archive.add("fer2013.csv")
    train = {f"train/{names[seed % 3]}/{seed}.png": png(noise(seed)) for seed in range(60)}
    test = {f"test/{seed}.png": png(noise(seed)) for seed in range(3)}
    for name in ("fer2013.zip", "fer2013-train.zip"):
        write_zip(work / name, train)
    write_zip(work / "test.zip", test)
    for name in ("selfie.jpg", "crop.png", "photos/a.jpg"):
        Image.fromarray(np.zeros((60, 60), np.uint8)).save(name)
    Path("notes.md").write_text("Two studies.")
    recordings = ROOT / "benchmarks" / "results"
    for folder in ("main", "branch", "recordings"):
        (work / folder).mkdir()
    for name in ("laptop.json", "before.json", "main/1.json", "branch/1.json", "after.json"):
        shutil.copy(recordings / "zen4-2-cores.json", name)
    shutil.copy(recordings / "xeon-2-cores.json", "server.json")
    shutil.copy("laptop.json", "recordings")
    store(make_study(8, name="wide"), "sqlite:///runs/studies.db")
    return work


def run(line: str) -> None:
    words = shlex.split(line, comments=True)
    words, to = (words[:-2], words[-1]) if ">" in words else (words, None)
    result = CliRunner().invoke(build_app(), words[1:])
    error = result.exception
    assert result.exit_code == 0, f"{line}: {error or ''} {result.output}"
    if to:
        Path(to).write_text(result.stdout)


def order(line: str) -> int:
    """What writes a file comes before what reads it."""
    writers = ("fer search best", "fer train", "fer export")
    return next((at for at, start in enumerate(writers) if line.startswith(start)), len(writers))


def test_every_example_works_as_it_is_printed(world: Path) -> None:
    lines = printed()
    for line in sorted(lines, key=order):
        if line.startswith(NOT_RUN):
            check(shlex.split(line, comments=True))
            continue
        # An epoch instead of 20, for time alone.
        run(f"{line} --set epochs=1" if line.startswith("fer train") else line)
        if line.endswith("--out published.safetensors"):
            shutil.copy("published.safetensors", "model.safetensors")
    assert Path("study.html").is_file()
    assert len(Path("submission.csv").read_text().splitlines()) == 1 + 3


def test_every_command_and_every_group_has_an_example() -> None:
    pages = help_pages().split("## ")[1:]
    without = [page.splitlines()[0] for page in pages if "\n  Example" not in page]
    assert len(pages) > 20
    assert without == []
