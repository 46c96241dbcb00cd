"""The table of all trials sorts and filters in a browser."""

import pytest
from made_studies import make_study

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

COLUMN = """([name, shown]) => {
  const table = document.querySelector('#all-trials table');
  const at = [...table.tHead.rows[0].cells].findIndex(c => c.textContent === name);
  return [...table.tBodies[0].rows].filter(r => !shown || !r.hidden)
    .map(r => r.cells[at].textContent);
}"""


def column(page, name, shown=False):
    return page.evaluate(COLUMN, [name, shown])


def head(page, name):
    return page.locator("#all-trials thead th", has=page.get_by_role("button", name=name))


def test_a_click_or_a_key_sorts_by_a_column(look):
    page = look("study").page
    expected = [t.last_accuracy for t in make_study(40).snapshot.trials]
    button = head(page, "accuracy").get_by_role("button")
    button.click()
    assert head(page, "accuracy").get_attribute("aria-sort") == "ascending"
    assert column(page, "accuracy") == [f"{100 * a:.2f}\u00a0%" for a in sorted(expected)]
    button.press("Enter")
    assert head(page, "accuracy").get_attribute("aria-sort") == "descending"
    assert column(page, "accuracy")[0] == f"{100 * max(expected):.2f}\u00a0%"
    head(page, "epochs").get_by_role("button").click()
    assert head(page, "accuracy").get_attribute("aria-sort") is None
    epochs = [int(text.split("/")[0]) for text in column(page, "epochs")]
    assert epochs == sorted(epochs)
    head(page, "learning_rate").get_by_role("button").click()
    rates = [float(text) for text in column(page, "learning_rate")]
    assert rates == sorted(rates)


def test_words_keep_the_rows_that_have_all_of_them(look):
    page = look("study").page
    page.get_by_label("Filter").fill("pruned gelu")
    trials = make_study(40).snapshot.trials
    kept = [t for t in trials if t.state == "pruned" and t.params.get("activation") == "gelu"]
    assert kept
    assert column(page, "trial", shown=True) == [str(t.number) for t in kept]
    assert page.inner_text("#all-trials .filter output") == f"{len(kept)} of 41 rows"


def test_on_a_phone_the_table_scrolls_by_itself(look):
    page = look("study", width=390).page
    sizes = page.eval_on_selector("#all-trials .scroll", "e => [e.clientWidth, e.scrollWidth]")
    assert sizes[0] <= 390 < sizes[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
