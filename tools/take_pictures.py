"""Take the pictures of docs/pictures again; needs Chromium:

    python -m tools.take_pictures

All are made from what is committed: the accuracies (``result.png``), the replay of strategies
(``replay.png``), the report of the recorded machines (``bench.png``), and the dashboard and the
report of the finished study that ships (``dashboard.png``, ``study.png``).
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.recordings.recording_set import read_recording_set
from reports.data.study_data import read_study_data
from reports.pages.bench import SECTIONS, bench_page
from reports.pages.study import SECTIONS as STUDY_SECTIONS
from reports.pages.study import study_page
from reports.rendering.chromium import FLAGS, find_chromium
from reports.rendering.figure import Plot
from reports.rendering.palette import THEMES
from reports.rendering.png import draw
from tools.pictures import FINISHED, FOLDER, fingerprint, save
from tools.readme import CONFIRMED, GRADED, RECORDINGS, REPLAY
from tools.replay_picture import replay_picture
from tools.result_picture import result_picture

WIDTH, HEIGHT = 1280, 1500
TIMEOUT_MS = 120_000
READY = "html[data-drawn=yes]"
SETTLE_MS = 8_000
"""The dashboard draws its figures one after the other, and does not say when it has finished."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.parse_args()
    plot = result_picture(CONFIRMED, GRADED)
    save(draw([plot])[0], FOLDER / "result.png", shown_in_plot(plot))
    plot = replay_picture(REPLAY)
    save(draw([plot])[0], FOLDER / "replay.png", shown_in_plot(plot))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as temporary:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = Path(temporary) / "page.html"
        _fer("report", "bench", *map(str, recordings()), "--out", str(page))
        save(_report(chromium, page), FOLDER / "bench.png", shown_in_bench())
        study = (FINISHED.name, "--storage", str(FINISHED))
        _fer("report", "study", *study, "--out", str(page))
        save(_report(chromium, page), FOLDER / "study.png", shown_in_study())
        save(_dashboard(chromium, study), FOLDER / "dashboard.png", shown_in_study())
        chromium.close()


def shown_in_plot(plot: Plot) -> str:
    """Fingerprint of a plot and of the colours that it is drawn in."""
    return fingerprint([plot.traces, plot.layout, plot.height, THEMES["light"]])


def shown_in_bench() -> str:
    """Fingerprint of the top of the report: its words, its first figure, and its colours."""
    page = bench_page([read_recording_set(path) for path in recordings()], SECTIONS[:1])
    first = page.sections[0].figures[0]
    facts = [vars(fact) for fact in page.facts]
    words = [page.title, page.answer, page.verdict, facts, first.title, first.sentence]
    return fingerprint([words, [plot.traces for plot in first.plots], THEMES["light"]])


def shown_in_study() -> str:
    """Fingerprint of the top of the study's report, and of its colours."""
    page = study_page(read_study_data(FINISHED.name, str(FINISHED)), STUDY_SECTIONS[:1])
    facts = [vars(fact) for fact in page.facts]
    words = [page.title, page.answer, page.verdict, facts, page.hints]
    return fingerprint([words, THEMES["light"]])


def recordings() -> list[Path]:
    """The committed recordings of whole machines."""
    return [
        path
        for path in sorted(RECORDINGS.glob("*.json"))
        if "benchmarks" in json.loads(path.read_text(encoding="utf-8"))
    ]


def _fer(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "fer", *arguments], check=True)


def _report(chromium: Browser, path: Path) -> bytes:
    """The top of a report."""
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(path.as_uri())
    page.wait_for_selector(READY, timeout=TIMEOUT_MS)
    return page.screenshot()


def _dashboard(chromium: Browser, study: tuple[str, ...]) -> bytes:
    """The page on which ``fer dashboard`` opens."""
    command = [sys.executable, "-m", "fer", "dashboard", *study]
    process: Any = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        address = next(word for word in process.stdout.readline().split() if "http" in word)
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(address)
        page.wait_for_selector(".js-plotly-plot .plot-container", timeout=TIMEOUT_MS)
        page.wait_for_timeout(SETTLE_MS)
        return page.screenshot()
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
