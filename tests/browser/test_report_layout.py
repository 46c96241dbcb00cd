"""Reports fit windows of any width, both colour schemes, and paper."""

import re
import subprocess

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "name",
    [
        "study",
        "evil",
        "faces",
        "compare",
        "evil compare",
        "bench",
        "commits",
        "two machines",
        "evil bench",
    ],
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


@pytest.mark.parametrize("name", ["study", "compare", "commits", "two machines"])
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
