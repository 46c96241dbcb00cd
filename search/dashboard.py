"""optuna-dashboard on a study's storage."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from optuna_dashboard import wsgi  # type: ignore[import-untyped]

from fer.errors import BadInput
from search.storage import Storage

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost")

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Quiet(WSGIRequestHandler):
    """The page polls every few seconds: a line for each request would bury everything else."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def make_dashboard(storage: Storage, port: int) -> WSGIServer:
    """A server of the dashboard, bound to this machine's own address.

    The storage is opened as the workers open it, so a page that polls waits for its turn and
    breaks no writer.

    Raises:
        BadInput: the port is taken or may not be used.
    """
    try:
        return make_server(HOST, port, _local_only(wsgi(storage.optuna)), handler_class=_Quiet)
    except OSError as error:
        raise BadInput(f"--port {port}: {error.strerror}") from error


def serve(storage_url: str, port: int) -> None:
    """Serve until Ctrl-C.

    Raises:
        BadInput: the storage is not there, or the port is taken.
    """
    with (
        Storage(storage_url, create=False) as storage,
        make_dashboard(storage, port) as server,
    ):
        print(f"{storage.shown}: http://{HOST}:{port}/ (Ctrl-C ends)", flush=True)
        server.serve_forever()


def _local_only(app: App) -> App:
    """Refuse requests that were sent to another host's name.

    The dashboard has no login; a page from elsewhere whose name points here could use it.
    """

    def guarded(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        name = environment.get("HTTP_HOST", "").rsplit(":", 1)[0]
        if name not in _NAMES:
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"This dashboard answers to 127.0.0.1 and localhost only.\n"]
        return app(environment, start)

    return guarded
