"""The server: optuna-dashboard's own application behind the access control, with a thread for each
request."""

import os
import socket
from collections.abc import Callable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import BinaryIO
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from bottle import HTTPError  # type: ignore[import-untyped]
from optuna.artifacts import FileSystemArtifactStore
from optuna.artifacts.exceptions import ArtifactNotFound
from optuna_dashboard import wsgi  # type: ignore[import-untyped]

from fer.errors import Interrupted
from reports.dashboard.access_control import AccessControl, App
from reports.dashboard.api import with_own_values
from reports.dashboard.json_bodies import with_json_bodies
from reports.dashboard.listen import LOOPBACK, is_wildcard
from reports.dashboard.own_pages import with_own_pages
from reports.dashboard.page import with_verdict
from reports.dashboard.studies import Studies
from search.storage.reading import reading
from search.storage.storage import Storage
from search.storage.study import study_names


class _Quiet(WSGIRequestHandler):
    """Logs no requests: the page polls every few seconds."""

    timeout = 60
    """Seconds after which an idle connection is closed."""

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


class Server(ThreadingMixIn, WSGIServer):
    """Serves an application on a socket that is already listening.

    With threads, so that an idle connection does not block the others.
    """

    daemon_threads = True

    def __init__(self, listening: socket.socket, app: App, parent: int = 0) -> None:
        """Take over the socket. ``parent``: a process; the server ends with it; 0 for none."""
        self.parent = parent
        address = listening.getsockname()[:2]
        super().__init__(address, _Quiet, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_address = address
        self.server_name, self.server_port = address
        self.setup_environ()
        self.set_app(app)

    def service_actions(self) -> None:
        """Called twice a second.

        Raises:
            Interrupted: the parent has ended.
        """
        if self.parent and os.getppid() != self.parent:
            raise Interrupted("the study has ended")


class Artifacts(FileSystemArtifactStore):
    """Artifacts in a folder; a missing one is status 404, not 500."""

    def open_reader(self, artifact_id: str) -> BinaryIO:
        """Open an artifact for the dashboard."""
        try:
            return super().open_reader(artifact_id)
        except ArtifactNotFound:
            raise HTTPError(404, "This artifact is not on this machine.") from None

    def remove(self, artifact_id: str) -> None:
        """Remove an artifact, if it is there."""
        self._get_filepath(artifact_id).unlink(missing_ok=True)


def make_server(
    storage: Storage,
    listening: socket.socket,
    artifacts: Path,
    *,
    study: str | None = None,
    host: str = "127.0.0.1",
    token: str | None = None,
    parent: int = 0,
) -> Server:
    """A server of the dashboard; ``/`` redirects to the study, or to the one that started last.

    The storage is opened as the workers open it, so that a page that polls makes no writer fail.
    """
    artifacts.mkdir(parents=True, exist_ok=True)
    own = {socket.gethostname(), socket.getfqdn()} if is_wildcard(host) else {host}
    studies = Studies(storage)
    application: App = wsgi(storage.optuna, artifact_store=Artifacts(artifacts))
    for extended in (with_own_values, with_verdict, with_own_pages):
        application = extended(application, studies)
    controlled = AccessControl(
        with_json_bodies(application),
        home=_home(storage, study),
        names=LOOPBACK | {name.lower() for name in own},
        any_address=is_wildcard(host),
        token=token,
        reading=reading,
    )
    return Server(listening, controlled, parent)


def _home(storage: Storage, study: str | None) -> Callable[[], str]:
    def home() -> str:
        name = study or latest_study(storage)
        if name is None or name not in study_names(storage):
            return "/dashboard"
        return f"/dashboard/studies/{storage.optuna.get_study_id_from_name(name)}"

    return home


def latest_study(storage: Storage) -> str | None:
    """The study that was started last; None in an empty storage."""
    studies = storage.optuna.get_all_studies()
    began = {
        each.study_name: max(
            (key for key in each.user_attrs if key.startswith("session:")), default=""
        )
        for each in studies
    }
    return max(began, key=lambda name: began[name], default=None)
