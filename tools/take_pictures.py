"""The README's pictures, taken of a real study and of recordings, by hand:

    python tests/browser/take_pictures.py STORAGE STUDY STUDY.html BENCH.html OUT

Writes ``dashboard.png``, ``study.png`` and ``bench.png``, each under 300 kB.
"""

import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from fer.files import write_atomically

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTH = 1280
MOST_BYTES = 300_000
READY = "html[data-drawn=yes]"


def main(storage: str, study: str, study_page: Path, bench_page: Path, out: Path) -> None:
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        save(report(browser, study_page, height=1500), out / "study.png")
        save(report(browser, bench_page, height=1500), out / "bench.png")
        save(dashboard(browser, storage, study), out / "dashboard.png")
        browser.close()


def report(browser: Browser, path: Path, height: int) -> bytes:
    """The top of a page."""
    page = browser.new_page(viewport={"width": WIDTH, "height": height})
    page.goto(path.resolve().as_uri())
    page.wait_for_selector(READY, timeout=120_000)
    return page.screenshot()


def dashboard(browser: Browser, storage: str, study: str) -> bytes:
    """What ``fer dashboard`` opens on."""
    command = [sys.executable, "-m", "fer", "dashboard", study, "--storage", storage]
    process: Any = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = next(word for word in process.stdout.readline().split() if "http" in word)
        page = browser.new_page(viewport={"width": WIDTH, "height": 1500})
        page.goto(address)
        page.wait_for_selector(".js-plotly-plot .plot-container", timeout=120_000)
        page.wait_for_timeout(8_000)  # its figures come one after the other
        return page.screenshot()
    finally:
        process.terminate()
        process.wait()


def save(png: bytes, path: Path) -> None:
    """Write it in 256 colours or fewer, so that it is small enough."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        small = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(small, "png", optimize=True)
        if small.tell() < MOST_BYTES:
            break
    write_atomically(path, lambda file: file.write(small.getvalue()))
    print(f"{path}: {small.tell():,} bytes")


if __name__ == "__main__":
    storage, study, *paths = sys.argv[1:]
    main(storage, study, *map(Path, paths))
