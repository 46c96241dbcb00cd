"""Reports answer clicks and keys."""

from pathlib import Path

import pytest
from made_studies import make_study

from reports.pages.study import study_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


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


@pytest.mark.parametrize("identity", ["commits", "samples"])
def test_a_chosen_case_takes_the_place_of_the_one_before(look, identity):
    page = look("commits", width=390).page
    plot = f"#{identity} .plot"
    before = page.text_content(f"{plot} .main-svg >> nth=0")
    chosen = "study: report, sqlite, workers 4"
    page.select_option(f"#choose-{identity}", label=chosen)
    page.wait_for_function(f"document.querySelector('{plot}').ariaLabel.includes('{chosen}')")
    page.click("#theme")  # the colours change, the case does not
    assert page.get_attribute(plot, "data-plot") == page.input_value(f"#choose-{identity}") != "0"
    assert page.locator(f"{plot} .main-svg").count()
    assert page.text_content(f"{plot} .main-svg >> nth=0") != before
