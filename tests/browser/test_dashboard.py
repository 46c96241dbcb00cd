"""The dashboard of a real study, as a browser shows it."""

import os
import threading
from pathlib import Path

import numpy as np
import optuna
import pytest

from fer.faces import Faces
from reports.dashboard.artifacts import artifact_folder
from reports.dashboard.listen import HOST, listen
from reports.dashboard.publish import Publisher
from reports.dashboard.serve import make_server
from search.config.study_file import read_study
from search.execution import events
from search.execution.leases import acquire_lease
from search.execution.objective import run_trial
from search.execution.trainer import FerTrainer
from search.storage.sessions import begin_session
from search.storage.storage import Storage
from search.storage.study import create_or_open
from search.storage.study_faces import check_data

pytestmark = [
    pytest.mark.browser,
    # The dashboard's own importance, of few trials.
    pytest.mark.filterwarnings("ignore::UserWarning:optuna"),
]

STUDY = """
name = "tiny"
recipe = "published"
baseline_epochs = 2
seed = 1
[fixed]
epochs = 3
batch_size = 32
widths = [4]
[space]
dropout = { kind = "float", low = 0.0, high = 0.5 }
learning_rate = { kind = "float", low = 1e-3, high = 1e-1, log = true }
[pruner]
kind = "median"
startup = 4
[budget]
trials = 9
"""

TITLES = ("Learning curves", "Accuracy by running time", "Hyperparameter importance .complete")


def banded_faces(count: int) -> Faces:
    """Noise with a bright band whose height tells the class."""
    draw = np.random.default_rng(0)
    images = draw.integers(0, 160, (count, 48, 48), dtype=np.uint8)
    labels = np.arange(count, dtype=np.int64) % 3
    for label in range(3):
        images[labels == label, 8 + 14 * label : 14 + 14 * label] += 30
    names = tuple(map(str, range(count)))
    return Faces(images, labels, names, ("angry", "happy", "neutral"), "0" * 64)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study that really trained, in a storage of its own."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folder = tmp_path_factory.mktemp("study")
    (folder / "tiny.toml").write_text(STUDY)
    faces = banded_faces(240)
    with Storage(str(folder / "studies.db")) as storage:
        study = create_or_open(storage, *read_study(folder / "tiny.toml"))
        check_data(study, "faces.npz", faces)
        session = begin_session(study, 1, "fer search run tiny.toml --data faces.npz")
        listeners = events.subscribe(study)
        while lease := acquire_lease(study, folder / "tiny", session):
            run_trial(lease, faces, FerTrainer(1), listeners, lambda: None)
        Publisher(study).publish()
        yield study


@pytest.fixture(scope="module")
def address(study):
    with Storage(study.opened.shown) as storage:
        server = make_server(storage, listen(HOST, 0), artifact_folder(storage))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://{HOST}:{server.server_port}/"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def picture(request):
    """Takes a screenshot where SCREENSHOTS names a folder, to be looked at."""

    def take(page, name: str) -> None:
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take


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
    # optuna-dashboard's own counts complete trials only, and may contradict the report's.
    assert page.locator("#graph-hyperparameter-importances").count() == 1
    assert not page.locator("#graph-hyperparameter-importances").is_visible()
    assert not page.get_by_text("Hyperparameter Importance", exact=True).first.is_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_note_gives_the_verdict(open_page, address, picture, width):
    page, _ = open_page(f"{address}dashboard/studies/1/note", width)
    page.get_by_text("the best of 8").first.wait_for()
    page.get_by_text("fer search run tiny.toml").first.wait_for()
    assert page.locator("td", has_text="Baseline").count() == 1
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
