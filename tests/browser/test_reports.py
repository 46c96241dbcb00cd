"""Reports in a real browser: each figure is drawn, from nothing but the one file."""

from pathlib import Path

import pytest
from made_studies import make_study
from made_trials import SPACE
from report_pages import EVIL
from watched_page import WatchedPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


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
    assert f"Trial {study.snapshot.best.number}" in page.inner_text("#verdict")
    dots = page.query_selector_all("#history .plot .scatter .point")
    assert len(dots) == len(study.snapshot.complete) + len(study.snapshot.pruned)
    bars = page.query_selector_all("#importance .plot .bars .point")
    assert len(bars) == len(SPACE)
    cells = page.inner_text("#confusion .plot >> nth=0")
    assert "angry" in cells
    assert "%" in cells


def test_pictures_of_errors_and_of_the_audit_are_shown(look):
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
    watched = WatchedPage(chromium, broken)
    assert "could not be drawn" in watched.page.inner_text("#history .plot")
    for figure in ("result", "curves", "timeline", "parallel"):
        assert watched.page.query_selector(f"#{figure} .plot .main-svg"), figure
    assert watched.problems
    assert all("history" in problem for problem in watched.problems)
    watched.context.close()


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
    assert page.query_selector("#projected-cost .plot .scatterlayer .point") or name == "evil bench"


def test_costs_on_machines_that_are_shortened_to_one_name_have_a_row_each(look):
    page = look("evil compare").page
    dots = page.query_selector_all("#projected-cost .plot[data-plot='0'] .scatterlayer .point")
    assert len({round(dot.bounding_box()["y"]) for dot in dots}) == len(dots) == 4


def test_the_policy_stops_what_the_page_did_not_bring(look):
    watched = look("study")
    watched.page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.bad = 1';"
        "document.body.append(s); }"
    )
    assert watched.page.evaluate("window.bad") is None
    assert any("Content Security Policy" in problem for problem in watched.problems)
    watched.problems.clear()
