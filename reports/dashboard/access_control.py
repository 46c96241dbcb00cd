"""Access control for optuna-dashboard's application, which has no login and trusts every request.

A request must name a known host, so that no page of another site can reach the dashboard by DNS
rebinding. Pages of other sites cannot write. Where a token is set, every request needs it. Uploads
are served as downloads, never as pages.
"""

import hmac
import ipaddress
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from reports.dashboard.listen import LOOPBACK

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

BODY_BYTES = 32 * 1024 * 1024
"""The largest upload: the dashboard keeps it in memory."""

COOKIE = "fer-dashboard"
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
_OWN = (
    "/dashboard",
    "/fer/",
    "/static/",
    "/api/",
    "/csv/",
    "/favicon.ico",
    "/incompatible-rdb-schema",
)
"""Paths of the dashboard's own pages, files and API; all others are uploads."""
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", "text/csv")
"""Types of uploads that cannot carry a script; the page shows them."""


@dataclass(frozen=True)
class AccessControl:
    """Checks each request before the dashboard's application sees it.

    Attributes:
        home: returns the path that ``/`` redirects to.
        names: the host names that are accepted.
        any_address: whether every IP address is accepted, too: DNS rebinding needs a name.
        token: required as a cookie, as a bearer token, or once in the query string.
        reading: a context for requests that only read.
    """

    app: App
    home: Callable[[], str]
    names: frozenset[str] = LOOPBACK
    any_address: bool = False
    token: str | None = None
    reading: Callable[[], AbstractContextManager[None]] = field(default=nullcontext)

    def __call__(self, environment: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request, or refuse it."""
        refusal = self._refusal(environment)
        if refusal is not None:
            return answer(start, *refusal)
        path = environment.get("PATH_INFO", "")
        if self.token is not None and not self._is_known(environment):
            return self._ask_for_token(environment, start, path)
        if path in ("", "/"):
            return answer(start, "302 Found", "", [("Location", self.home())])
        # Without this header, the dashboard fails to serve its own files.
        environment.setdefault("HTTP_ACCEPT_ENCODING", "")
        with self.reading() if environment["REQUEST_METHOD"] in ("GET", "HEAD") else nullcontext():
            return self.app(environment, _with_safe_headers(start, path))

    def _refusal(self, environment: dict[str, Any]) -> tuple[str, str] | None:
        host = environment.get("HTTP_HOST", "")
        if not self._answers_to(_name(host)):
            return "403 Forbidden", f"This dashboard answers to {', '.join(sorted(self.names))}.\n"
        method = environment["REQUEST_METHOD"]
        if method not in _METHODS:
            return "405 Method Not Allowed", f"{method[:20]}: expected {', '.join(_METHODS)}.\n"
        if method not in ("GET", "HEAD") and _from_another_site(environment, host):
            return "403 Forbidden", "Pages of other sites cannot write here.\n"
        path = environment.get("PATH_INFO", "")
        parts = path.split("/")
        if ".." in parts or "." in parts or not path.isprintable() or set(path) & set("\\%"):
            return "400 Bad Request", "The path is outside of the dashboard.\n"
        return _refused_length(environment)

    def _answers_to(self, name: str) -> bool:
        return name in self.names or (self.any_address and _is_address(name))

    def _is_known(self, environment: dict[str, Any]) -> bool:
        tokens = [environment.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")]
        try:
            cookies = SimpleCookie(environment.get("HTTP_COOKIE", ""))
        except CookieError:
            cookies = SimpleCookie()
        if COOKIE in cookies:
            tokens.append(cookies[COOKIE].value)
        return any(self._is_token(token) for token in tokens)

    def _is_token(self, candidate: str) -> bool:
        assert self.token is not None
        return hmac.compare_digest(candidate.encode(), self.token.encode())

    def _ask_for_token(
        self, environment: dict[str, Any], start: Callable[..., Any], path: str
    ) -> Iterable[bytes]:
        query = parse_qs(environment.get("QUERY_STRING", ""))
        token = query.pop("token", [""])[0]
        if environment["REQUEST_METHOD"] != "GET" or not self._is_token(token):
            text = "Add ?token=TOKEN to the address: the token that fer dashboard began with.\n"
            return answer(start, "401 Unauthorized", text, [("WWW-Authenticate", "Bearer")])
        # Redirect to the address without the token, which would stay in the history.
        rest = f"?{urlencode(query, doseq=True)}" if query else ""
        cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"
        where = "/" + quote(path.lstrip("/")) + rest
        return answer(start, "303 See Other", "", [("Location", where), ("Set-Cookie", cookie)])


def _refused_length(environment: dict[str, Any]) -> tuple[str, str] | None:
    if environment.get("HTTP_TRANSFER_ENCODING"):  # in chunks, of any length
        return "411 Length Required", "Expected a Content-Length.\n"
    length = environment.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > BODY_BYTES:
        return "413 Content Too Large", f"At most {BODY_BYTES // 2**20} MB.\n"
    return None


def _name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    name, _, port = host.rpartition(":")
    return (name if name and port.isascii() and port.isdigit() else host).lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _from_another_site(environment: dict[str, Any], host: str) -> bool:
    if environment.get("HTTP_SEC_FETCH_SITE", "none") not in ("same-origin", "none"):
        return True
    origin = environment.get("HTTP_ORIGIN")
    return origin is not None and urlsplit(origin).netloc != host


def answer(
    start: Callable[..., Any], status: str, text: str, headers: Headers | None = None
) -> Iterable[bytes]:
    """Answer with a plain text."""
    body = text.encode()
    plain = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
    start(status, [*plain, *_SAFE_HEADERS, *(headers or [])])
    return [body]


_SAFE_HEADERS: Headers = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]


def _with_safe_headers(start: Callable[..., Any], path: str) -> Callable[..., Any]:
    upload = not path.startswith(_OWN)

    def safe_start(status: str, headers: Headers, *rest: Any) -> Any:
        replaced = {name.lower() for name, _ in _SAFE_HEADERS} | {"access-control-allow-origin"}
        if upload:
            replaced |= {"content-type", "content-disposition", "content-security-policy"}
        kept = [(name, value) for name, value in headers if name.lower() not in replaced]
        if upload:
            stored = next((value for name, value in headers if name.lower() == "content-type"), "")
            kind = stored.partition(";")[0].strip().lower()
            kept += [
                ("Content-Type", kind if kind in _SHOWN else "application/octet-stream"),
                ("Content-Disposition", "attachment"),
                ("Content-Security-Policy", "default-src 'none'; sandbox"),
            ]
        return start(status, kept + _SAFE_HEADERS, *rest)

    return safe_start
