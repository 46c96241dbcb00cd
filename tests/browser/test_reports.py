"""Reports in a real browser: they load, draw, and answer, with nothing but their one file."""

import dataclasses
import io
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from made_recordings import made_recording, made_recording_set
from made_studies import make_study
from made_trials import SPACE
from PIL import Image

from fer.faces.types import Faces
from reports.data.study_data import StudyData
from reports.pages.bench import bench_page
from reports.pages.compare import compare_page
from reports.pages.study import study_page
from reports.rendering.html import render
from reports.rendering.png import write_pngs

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
EVIL = "</script><script>alert(1)</script>"
PATIENCE = 180_000
"""Milliseconds: the browser may have to share two cores."""


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> dict[str, Path]:
    """One page of each kind."""
    folder = tmp_path_factory.mktemp("pages")
    evil = {
        EVIL: {**SPACE["learning_rate"], "key": "learning_rate"},
        "<b>bold</b> %{x}": {"kind": "float", "low": 0.0, "high": 0.5, "key": "dropout"},
    }
    training = {"only": ("training",)}
    server = {"cuda": True, "pace": 0.5, "seed": 1}
    pages = {
        "study": study_page(make_study(40)),
        "faces": study_page(with_faces(folder)),
        "evil": study_page(make_study(36, name=EVIL, space=evil)),
        "compare": compare_page(
            [make_study(20, "one"), make_study(15, "two", seed=2)],
            [made_recording(**training), made_recording("server", **server, **training)],
        ),
        "evil compare": compare_page(
            [make_study(20, EVIL), make_study(15, f"{EVIL}{EVIL}", seed=2)],
            [made_recording(EVIL, **training), made_recording(f"{EVIL}{EVIL}", **training)],
        ),
        "bench": bench_page([made_recording_set()]),
        "two machines": bench_page([made_recording_set(), made_recording_set("server", **server)]),
        "evil bench": bench_page(
            [made_recording_set(EVIL), made_recording_set(f"{EVIL}{EVIL}", **server)]
        ),
        "empty": study_page(make_study(0, baseline=None)),
        "all pruned": study_page(make_study(6, states=("PRUNED",))),
        "all failed": study_page(make_study(4, states=("FAILED",), baseline="FAILED")),
        "one trial": study_page(make_study(1, states=("COMPLETE",))),
        "never predicted": study_page(make_study(12, never=1)),
    }
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(render(page), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in pages}


def with_faces(folder: Path) -> StudyData:
    """A study with its faces at hand, two of them the same with different labels."""
    study = make_study(12)
    scores = study.best_run.scores
    images = np.random.default_rng(0).integers(0, 256, (600, 48, 48), dtype=np.uint8)
    images[1] = images[0]
    names = np.array(study.classes)[scores.label]
    np.savez(folder / "faces.npz", train_images=images, train_labels=names)
    faces = Faces(images, scores.label, ("",) * 600, study.classes, "ab" * 32)
    return dataclasses.replace(study, faces=faces, source=str(folder / "faces.npz"))


class Watched:
    """A page in a window of its own, and what went wrong on it."""

    def __init__(self, chromium, path: Path, width: int = 1280, scheme: str = "light"):
        self.context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.problems: list[str] = []
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        self.page.on("dialog", lambda dialog: self._note("dialog", dialog.message))
        self.page.on("request", self._asked)
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-drawn=yes]")

    def _note(self, kind: str, text: str) -> None:
        self.problems.append(f"{kind}: {text}")

    def _asked(self, request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self._note("request", request.url)

    def colour(self, what: str = "body") -> str:
        return self.page.eval_on_selector(what, "e => getComputedStyle(e).backgroundColor")


@pytest.fixture
def look(chromium, files):
    opened: list[Watched] = []

    def open_page(name: str, **options) -> Watched:
        opened.append(Watched(chromium, files[name], **options))
        return opened[-1]

    yield open_page
    for watched in opened:
        assert not watched.problems
        watched.context.close()


@pytest.mark.parametrize(
    "name",
    ["study", "compare", "evil compare", "bench", "two machines", "evil bench", "all pruned",
     "all failed", "one trial", "never predicted", "empty"],
)  # fmt: skip
def test_a_report_draws_each_figure_and_asks_for_nothing(look, name):
    page = look(name).page
    plots = page.query_selector_all(".plot")
    assert bool(plots) == (name != "empty")
    assert "could not be drawn" not in page.inner_text("main")
    for plot in plots:
        marks = plot.query_selector_all(
            ".trace path, .point path, .points path, .heatmaplayer image, .contourlayer path"
        )
        assert marks, plot.get_attribute("data-figure")
        box = plot.bounding_box()
        assert box["width"] > 200
    assert page.inner_text("h1")
    assert page.inner_text(".answer")


def test_a_study_shows_its_trials_and_verdict(look):
    page = look("study").page
    study = make_study(40)
    assert f"trial {study.snapshot.best.number}" in page.inner_text("#verdict")
    dots = page.query_selector_all("#history .plot .scatter .point")
    assert len(dots) == len(study.snapshot.complete) + len(study.snapshot.pruned)
    bars = page.query_selector_all("#importance .plot .bars .point")
    assert len(bars) == len(SPACE)
    cells = page.inner_text("#confusion .plot >> nth=0")
    assert "angry" in cells
    assert "%" in cells


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "name",
    ["study", "evil", "faces", "compare", "evil compare", "bench", "two machines", "evil bench"],
)
def test_nothing_is_wider_than_the_window(look, name, width):
    page = look(name, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = [plot.bounding_box() for plot in page.query_selector_all(".plot svg.main-svg")]
    assert boxes
    for box in boxes:
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1
    # Letters under one another are a column that was squeezed to nothing.
    narrow = page.eval_on_selector_all(
        "tbody th, tbody td",
        """all => all.filter(e => {
          const text = document.createRange();
          text.selectNodeContents(e);
          const box = text.getBoundingClientRect();
          return box.height > 130 && box.width < 110;
        }).map(e => e.textContent)""",
    )
    assert narrow == []


@pytest.mark.parametrize("name", ["study", "compare", "two machines"])
def test_axis_labels_stay_within_their_figures(look, name):
    page = look(name, width=390).page
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.plot')].flatMap(plot => {
          const outer = plot.getBoundingClientRect();
          const texts = '.xtitle, .ytitle, .xtick text, .ytick text, .annotation';
          return [...plot.querySelectorAll(texts)]
            .filter(e => { const b = e.getBoundingClientRect();
              return b.width && (b.left < outer.left - 2 || b.right > outer.right + 2
                || b.bottom > outer.bottom + 2); })
            .map(e => plot.dataset.figure + ': ' + e.textContent);
        })"""
    )
    assert cut == []


def test_the_theme_follows_the_system_and_the_button(look):
    light, dark = look("study"), look("study", scheme="dark")
    assert light.colour() == "rgb(255, 255, 255)"
    assert dark.colour() == "rgb(20, 23, 27)"
    text = "#history .xtick text"
    before = light.page.eval_on_selector(text, "e => getComputedStyle(e).fill")
    light.page.click("#theme")
    assert light.colour() == dark.colour()
    assert light.page.inner_text("#theme") == "Light"
    after = light.page.eval_on_selector(text, "e => getComputedStyle(e).fill")
    assert after != before
    assert after == dark.page.eval_on_selector(text, "e => getComputedStyle(e).fill")


def test_each_figures_data_comes_as_csv(look):
    page = look("study").page
    with page.expect_download() as download:
        page.click("[data-csv=history]")
    assert download.value.suggested_filename == "history.csv"
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0] == "trial,role,state,validation_accuracy,epochs"
    assert len(lines) == 1 + len(make_study(40).snapshot.trials)


def test_the_curves_csv_is_written_from_what_is_drawn(look):
    page = look("study").page
    with page.expect_download() as download:
        page.click("[data-csv=curves]")
    expected = next(f for f in study_page(make_study(40)).figures if f.id == "curves")
    assert Path(download.value.path()).read_text() == expected.data.csv()


def test_the_keyboard_reaches_everything(look):
    page = look("study").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.focus("#theme")
    page.keyboard.press("Enter")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.focus("[data-csv=curves]")
    with page.expect_download() as download:
        page.keyboard.press("Space")
    assert download.value.suggested_filename == "curves.csv"
    page.focus("#history summary")
    page.keyboard.press("Enter")
    assert page.is_visible("#history details p")
    reached = page.evaluate(
        "[...document.querySelectorAll('a, button, summary')].every(e => e.tabIndex >= 0)"
    )
    assert reached


def test_hostile_names_are_shown_as_text(look):
    page = look("evil").page
    assert page.inner_text("h1") == EVIL
    assert page.query_selector("b") is None
    labels = page.eval_on_selector_all(
        "#importance .ytick text", "all => all.map(e => e.textContent)"
    )
    assert "</script><script>alert(…" in labels
    assert "<b>bold</b> %{x}" in labels
    with page.expect_download() as download:
        page.click("[data-csv=importance]")
    assert EVIL in Path(download.value.path()).read_text()


@pytest.mark.parametrize("name", ["evil compare", "evil bench"])
def test_hostile_names_of_studies_and_machines_are_shown_as_text(look, name):
    page = look(name).page
    assert EVIL in page.inner_text("h1")
    assert "</script><script>" in page.inner_text(".plot >> nth=0")
    # A script of the page's own: two that run, and data that does not.
    assert page.eval_on_selector_all("script:not([type])", "all => all.length") == 2
    assert page.query_selector("#projected-cost .plot .bars .point") or name == "evil bench"


def test_prices_of_machines_that_are_cut_to_one_name_have_a_row_each(look):
    page = look("evil compare").page
    bars = page.query_selector_all("#projected-cost .plot .bars .point")
    assert len({round(bar.bounding_box()["y"]) for bar in bars}) == len(bars) == 4


def test_pictures_of_mistakes_and_of_the_audit_are_shown(look):
    page = look("faces").page
    for figure in ("gallery", "faces"):
        pictures = page.query_selector_all(f"#{figure} .pictures img")
        assert pictures
        for picture in pictures:
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("e => e.complete && e.naturalWidth") >= 48
            assert picture.get_attribute("alt").startswith("face ")
    assert "label conflict" in page.inner_text("#faces .sentence")


def test_a_figure_that_cannot_be_drawn_stops_no_other(chromium, files, tmp_path):
    broken = tmp_path / "broken.html"
    html = files["study"].read_text(encoding="utf-8")
    broken.write_text(html.replace('id="data-history">{', 'id="data-history">no JSON {', 1))
    watched = Watched(chromium, broken)
    assert "could not be drawn" in watched.page.inner_text("#history .plot")
    for figure in ("result", "curves", "timeline", "parallel"):
        assert watched.page.query_selector(f"#{figure} .plot .main-svg"), figure
    assert watched.problems
    assert all("history" in problem for problem in watched.problems)
    watched.context.close()


def test_the_policy_stops_what_the_page_did_not_bring(look):
    watched = look("study")
    watched.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.bad = 1';"
        "document.body.append(s); }"
    )
    assert watched.page.evaluate("window.bad") is None
    assert any("Content Security Policy" in problem for problem in watched.problems)
    watched.problems.clear()


def test_paper_is_light_and_holds_every_figure(look):
    watched = look("study", scheme="dark")
    pdf = watched.page.pdf(format="A4", print_background=True)
    assert pdf.startswith(b"%PDF")
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 4 <= pages <= 40
    watched.page.emulate_media(media="print")
    assert not watched.page.is_visible("nav")
    watched.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert watched.colour() == "rgb(255, 255, 255)"
    widths = watched.page.eval_on_selector_all(
        ".plot svg.main-svg", "all => all.map(e => e.getBoundingClientRect().width)"
    )
    assert max(widths) <= 681
    watched.page.emulate_media(media="screen")
    watched.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert watched.colour() == "rgb(20, 23, 27)"


@pytest.mark.pdf
def test_the_answer_on_paper_is_text_that_can_be_selected(look):
    page = look("study").page
    pdf = page.pdf(format="A4", print_background=True)
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    assert page.inner_text(".answer").split()
    assert " ".join(page.inner_text(".answer").split()) in " ".join(done.stdout.decode().split())


def test_figures_become_pictures_the_same_each_time(tmp_path):
    page = study_page(make_study(12))
    written = write_pngs(page, tmp_path / "one")
    names = {path.name for path in written}
    assert {"history.png", "curves.png", "slices-dropout.png", "confusion-best.png"} <= names
    with Image.open(io.BytesIO((tmp_path / "one" / "history.png").read_bytes())) as picture:
        assert picture.size == (1720, 760)
        assert len(picture.convert("RGB").getcolors(1 << 20)) > 10
    write_pngs(page, tmp_path / "two")
    for path in written:
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
