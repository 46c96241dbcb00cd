"""optuna-dashboard on a study's storage."""

import wsgiref.simple_server

from optuna_dashboard import wsgi  # type: ignore[import-untyped]

from fer.errors import BadInput
from search.storage import Storage

HOST = "127.0.0.1"


class _Quiet(wsgiref.simple_server.WSGIRequestHandler):
    """The page polls every few seconds: a line for each request would bury everything else."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def serve(storage_url: str, port: int) -> None:
    """Serve until Ctrl-C.

    The storage is opened as the workers open it, so a page that polls waits for its turn and
    breaks no writer.

    Raises:
        BadInput: the storage is not there, or the port is taken.
    """
    storage = Storage(storage_url, create=False)
    try:
        server = wsgiref.simple_server.make_server(
            HOST, port, wsgi(storage.optuna), handler_class=_Quiet
        )
    except OSError as error:
        raise BadInput(f"--port {port}: {error.strerror}") from error
    print(f"{storage.shown}: http://{HOST}:{port}/ (Ctrl-C ends)", flush=True)
    with server:
        server.serve_forever()
