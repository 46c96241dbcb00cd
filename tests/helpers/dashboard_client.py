"""Requests to a dashboard, as a browser or an attacker would send them."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass

from reports.dashboard.listen import HOST
from reports.dashboard.serve import Server

TOKEN = "a-token-of-many-letters"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@dataclass
class Client:
    """Sends requests to a server."""

    server: Server

    def get(self, path, method="GET", body=None, **headers) -> Answer:
        url = f"http://{HOST}:{self.server.server_port}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            named.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(url, data, named, method=method)
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            answer = opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, headers, answer.read().decode(errors="replace"))
