"""Bodies of requests: the dashboard's application fails on all that is no JSON object."""

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from reports.dashboard.access_control import App, answer

_WRITING = ("POST", "PUT", "DELETE")


def with_json_bodies(app: App) -> App:
    """Refuse a body that is no JSON object; an absent one counts as an empty object."""

    def checked(environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environment["REQUEST_METHOD"] not in _WRITING:
            return app(environment, start)
        body = environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0)) or b"{}"
        kind = environment.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if body != b"{}" and kind != "application/json":
            return answer(start, "415 Unsupported Media Type", "Expected application/json.\n")
        if not _is_object(body):
            return answer(start, "400 Bad Request", "The body is no JSON object.\n")
        whole = {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
        }
        return app(environment | whole, start)

    return checked


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
