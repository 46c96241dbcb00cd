"""A dashboard of a cheap study, and requests to it."""

# ruff: noqa: F811 (fixtures that are imported here and used here)

import threading

import pytest
from cheap_studies import (  # noqa: F401
    cheap,
    open_cheap,
    opened,
    quiet_optuna,
    run_serially,
    study_file,
)
from dashboard_client import Client
from optuna.artifacts import FileSystemArtifactStore, upload_artifact

from reports.dashboard import log_once
from reports.dashboard.artifacts import artifact_folder
from reports.dashboard.listen import HOST, listen
from reports.dashboard.serve import make_server


@pytest.fixture
def study(open_cheap):
    return open_cheap(storage="studies.db")


@pytest.fixture
def serve(opened, study):
    """Starts servers; each in a thread, stopped when the test ends."""
    running = []

    def start(storage=None, **options) -> Client:
        storage = storage or opened(study.opened.shown)
        server = make_server(storage, listen(HOST, 0), artifact_folder(storage), **options)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        running.append((server, thread))
        return Client(server)

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def client(serve):
    return serve()


@pytest.fixture
def attached(study, tmp_path):
    """Attaches a file to the study's first trial; gives the path at which it is served."""

    def attach(name: str, content: str) -> str:
        path = tmp_path / name
        path.write_text(content)
        folder = artifact_folder(study.opened)
        folder.mkdir(exist_ok=True)
        trial = study.ask()
        artifact = upload_artifact(
            artifact_store=FileSystemArtifactStore(folder),
            file_path=str(path),
            study_or_trial=trial,
        )
        return f"/artifacts/{study._study_id}/{trial._trial_id}/{artifact}"

    return attach


@pytest.fixture(autouse=True)
def nothing_logged(monkeypatch):
    """No error has been logged yet."""
    monkeypatch.setattr(log_once, "_logged", set())
