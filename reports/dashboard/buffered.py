"""A response of the dashboard's application, read whole, so that it can be changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from reports.dashboard.access_control import App, Headers

_OF_THE_BODY = ("content-length", "last-modified", "etag")
"""Headers that no longer hold once the body is another one."""


@dataclass
class Response:
    """A response. A new body needs none of the old one's headers: ``send`` writes its length."""

    status: str
    headers: Headers
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the application answered the request."""
        return self.status.startswith("200 ")

    def send(self, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer with it. No cache may keep it: it changes while the page's files do not."""
        kept = [(name, value) for name, value in self.headers if name.lower() not in _OF_THE_BODY]
        length = ("Content-Length", str(len(self.body)))
        start(self.status, [*kept, length, ("Cache-Control", "no-cache")])
        return [self.body]


def buffered(app: App, environment: dict[str, Any]) -> Response:
    """The response to a request, which is made unconditional: the whole body is needed."""
    for header in ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH", "HTTP_RANGE"):
        environment.pop(header, None)
    head: list[Any] = []
    answer = app(environment, lambda *arguments: head.extend(arguments))
    try:
        body = b"".join(answer)
    finally:
        if close := getattr(answer, "close", None):
            close()
    return Response(head[0], head[1], body)
