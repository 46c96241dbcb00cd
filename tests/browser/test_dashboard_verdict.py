"""The verdict at the top of a study's page, its report, and figures in the page's colours."""

import re

import pytest
from colours import contrast

from search.results.snapshot import read_snapshot
from search.results.verdict import read_verdict

pytestmark = pytest.mark.browser

WIDTHS = [1280, 390]
SCHEMES = ["light", "dark"]
FIGURES = "[id^='user-defined-plot:fer-']"
IMPORTANCE = "user-defined-plot:fer-importance"


def drawn(page):
    """The page, when all figures are drawn."""
    for name in ("curves", "seconds", "importance"):
        page.locator(f"[id='user-defined-plot:fer-{name}'] .xtick text").first.wait_for()
    return page


@pytest.fixture(scope="module")
def seen(chromium, address):
    """The study's page at a width and in a scheme, opened once for tests that only look at it."""
    pages = {}

    def look(width: int = 1280, scheme: str = "light"):
        if (width, scheme) not in pages:
            size = {"width": width, "height": 844}
            page = chromium.new_context(viewport=size, color_scheme=scheme).new_page()
            page.set_default_timeout(120_000)
            page.errors = []
            page.on("pageerror", lambda error: page.errors.append(str(error)))
            page.on("console", lambda m: m.type == "error" and page.errors.append(m.text))
            page.goto(address)
            pages[width, scheme] = drawn(page)
        return pages[width, scheme]

    yield look
    for page in pages.values():
        page.context.close()


def text_of(locator) -> str:
    return locator.inner_text().replace("\u00a0", " ")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_opens_on_the_verdict(seen, study, picture, width, scheme):
    page = seen(width, scheme)
    verdict = read_verdict(read_snapshot(study))
    shown = page.locator("#fer-verdict")
    assert verdict.answer in shown.inner_text()
    assert verdict.sentence in shown.inner_text()
    assert "9 of 9 trials" in text_of(shown)
    box, bar = shown.bounding_box(), page.locator("header").bounding_box()
    assert box["y"] == 0
    assert bar["y"] == pytest.approx(box["height"], abs=1), "the bar begins below the verdict"
    assert bar["width"] == pytest.approx(width, abs=1)
    assert box["height"] < 844 / 2
    assert shown.get_by_role("link", name="Report").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.errors == []
    picture(page, f"verdict-{width}-{scheme}")


def test_the_bar_stays_in_view_when_the_page_is_scrolled(open_page, address):
    page = drawn(open_page(address)[0])
    page.evaluate("scrollTo(0, 700)")
    assert page.locator("header").bounding_box()["y"] == 0
    assert page.get_by_title("Note").bounding_box()["y"] > 0


def test_the_report_opens_from_there_and_cannot_reach_the_dashboard(open_page, address):
    page, _ = open_page(address)
    with page.expect_popup() as opened:
        page.locator("#fer-verdict").get_by_role("link", name="Report").click()
    report = opened.value
    report.locator("#history .main-svg").first.wait_for()
    assert report.locator("h1").inner_text() == "tiny"
    request = "fetch('/api/studies').then(() => 'answered', () => 'refused')"
    assert report.evaluate(request) == "refused"
    with report.expect_download() as download:
        report.locator("#history button.csv").click()
    assert download.value.suggested_filename.endswith(".csv")


def test_the_verdict_follows_the_study_and_the_page(open_page, address):
    page, _ = open_page(f"{address}dashboard/studies/1")
    shown = page.locator("#fer-verdict")
    page.route("**/fer/studies/1/verdict", lambda route: route.fulfill(body="<p>News</p>"))
    page.get_by_title("Return to the top page").click()
    shown.wait_for(state="hidden")
    # Not in the verdict, whose command names the study, too.
    page.locator("#dashboard").get_by_text("tiny").first.click()
    page.wait_for_url("**/dashboard/studies/1")
    shown.get_by_text("News").wait_for()


LEGIBLE = """figures => figures.flatMap(figure => {
  const shades = [];
  for (let at = figure; at; at = at.parentElement) {
    const shade = getComputedStyle(at).backgroundColor;
    if (shade !== "rgba(0, 0, 0, 0)") { shades.push(shade); break; }
  }
  const texts = [...figure.querySelectorAll(".main-svg text")].filter(text => text.textContent);
  const sheets = [...figure.querySelectorAll(".main-svg")];
  return texts.map(text => ({
    text: text.textContent,
    ink: getComputedStyle(text).fill,
    paper: shades[0],
    sheets: sheets.map(sheet => getComputedStyle(sheet).backgroundColor),
  }));
})"""


def hexadecimal(shade: str) -> str:
    """A computed colour over white or black, whichever it is not, as #rrggbb."""
    red, green, blue, *alpha = map(float, re.findall(r"[\d.]+", shade))
    back = 255 if red < 128 else 0
    share = alpha[0] if alpha else 1
    mixed = (round(share * part + (1 - share) * back) for part in (red, green, blue))
    return "#" + "".join(f"{part:02x}" for part in mixed)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_figures_have_the_pages_colours(seen, scheme):
    texts = seen(scheme=scheme).locator(FIGURES).evaluate_all(LEGIBLE)
    assert len(texts) > 30
    dark = scheme == "dark"
    for text in texts:
        assert set(text["sheets"]) == {"rgba(0, 0, 0, 0)"}
        paper = hexadecimal(text["paper"])
        assert (contrast(paper, "#000000") < 3) == dark
        assert contrast(hexadecimal(text["ink"]), paper) >= 4.5, text


def test_figures_follow_the_switch_to_dark(open_page, address):
    page = drawn(open_page(address)[0])
    tick = page.locator(f"[id='{IMPORTANCE}'] .xtick text").first
    before = tick.evaluate("text => getComputedStyle(text).fill")
    page.get_by_title("Dark Mode").click()
    page.wait_for_function(
        "([id, before]) => getComputedStyle(document.getElementById(id)"
        ".querySelector('.xtick text')).fill !== before",
        arg=[IMPORTANCE, before],
    )


CUT = """figures => figures.flatMap(figure => {
  const frame = figure.closest(".MuiCard-root").getBoundingClientRect();
  return [...figure.querySelectorAll(".main-svg text")]
    .filter(text => text.textContent && !text.closest(".hoverlayer"))
    .map(text => [text.textContent, text.getBoundingClientRect()])
    .filter(([, box]) => box.left < frame.left || box.right > Math.min(frame.right, innerWidth)
      || box.top < frame.top || box.bottom > frame.bottom)
    .map(([text]) => text);
})"""


@pytest.mark.parametrize("width", WIDTHS)
def test_no_figure_is_cut(seen, width):
    assert seen(width).locator(FIGURES).evaluate_all(CUT) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_card_is_wider_than_its_place(seen, width):
    wide = "cards => cards.filter(card => card.scrollWidth > card.clientWidth + 1)"
    cut = f"cards => ({wide})(cards).map(card => card.innerText)"
    assert seen(width).locator(".MuiCard-root").evaluate_all(cut) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_attribute_is_cut(seen, width):
    card = seen(width).locator(".MuiCard-root", has_text="Study User Attributes")
    right = card.evaluate("card => card.getBoundingClientRect().right")
    cells = card.locator("td").evaluate_all(
        "cells => cells.map(cell => cell.getBoundingClientRect().right)"
    )
    assert len(cells) == 2 * 5
    assert max(cells) < right < width


@pytest.mark.parametrize("page_of", ["", "/trials?numbers=1", "/trials?numbers=0"])
def test_no_attribute_is_json(open_page, address, page_of):
    page, _ = open_page(f"{address}dashboard/studies/1{page_of}")
    page.get_by_text("as published, but").first.wait_for()
    assert '{"' not in page.locator("main").inner_text()
