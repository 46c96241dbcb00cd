"""The dashboard of a real study, as a browser shows it."""

from pathlib import Path

import pytest

from reports.dashboard.artifacts import artifact_folder

pytestmark = pytest.mark.browser

TITLES = ("Learning curves", "Accuracy by running time", "Hyperparameter importance")


@pytest.mark.parametrize("width", [1280, 390])
def test_it_opens_on_the_study_with_its_figures(open_page, address, picture, width):
    page, troubles = open_page(address, width)
    page.wait_for_url("**/dashboard/studies/1")
    for title in TITLES:
        page.locator(f"text=/{title}/").first.wait_for()
    drawn = page.locator("[id^='user-defined-plot:fer-'] .main-svg")
    assert drawn.count() >= len(TITLES)
    assert page.locator("[id='user-defined-plot:fer-curves'] .scatterlayer .trace").count() >= 3
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"study-{width}")
    assert troubles.errors == []
    assert troubles.requests
    assert all(url.startswith((address, "data:", "blob:")) for url in troubles.requests)


def test_the_page_shows_one_chart_of_importance(open_page, address):
    page, _ = open_page(address)
    page.locator("[id='user-defined-plot:fer-importance'] .main-svg").first.wait_for()
    # optuna-dashboard's own is fetched only when a trial completes, and lags behind.
    assert page.locator("#graph-hyperparameter-importances").count() == 1
    assert not page.locator("#graph-hyperparameter-importances").is_visible()
    assert not page.get_by_text("Hyperparameter Importance", exact=True).first.is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_note_gives_the_verdict(open_page, address, picture, width):
    page, _ = open_page(f"{address}dashboard/studies/1/note", width)
    page.get_by_text("the best of 8").first.wait_for()
    page.get_by_text("fer search run tiny.toml").first.wait_for()
    assert page.locator("td").get_by_text("Baseline", exact=True).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"note-{width}")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_trial_shows_its_note_and_its_pictures(open_page, address, picture, study, width):
    page, troubles = open_page(f"{address}dashboard/studies/1/trials?numbers=0", width)
    page.get_by_text("The baseline: the published recipe").first.wait_for()
    for name in ("confusion.png", "mistakes.png", "recipe.toml", "history.csv"):
        page.get_by_text(name).first.wait_for()
    page.wait_for_function(
        "[...document.querySelectorAll('img')].filter(i => i.naturalWidth > 100).length >= 2"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"trial-{width}")
    assert troubles.errors == []


def test_every_trial_is_listed(open_page, address):
    page, _ = open_page(f"{address}dashboard/studies/1/trials")
    for number in range(9):
        page.get_by_text(f"Trial {number}", exact=False).first.wait_for()


def test_an_uploaded_page_is_downloaded_and_does_not_run(open_page, address, study):
    from optuna.artifacts import FileSystemArtifactStore, upload_artifact

    folder = artifact_folder(study.opened)
    evil = folder / "evil.html"
    evil.write_text("<script>document.title = 'it ran'</script>")
    artifact = upload_artifact(
        artifact_store=FileSystemArtifactStore(folder), file_path=str(evil), study_or_trial=study
    )
    page, _ = open_page(f"{address}dashboard/studies/1")
    with page.expect_download() as download:
        page.evaluate(f"location = '/artifacts/{study._study_id}/{artifact}'")
    assert "script" in Path(download.value.path()).read_text()
    assert page.title() != "it ran"
