"""The dashboard's address: a socket that is open before the server starts, so its port is known."""

import contextlib
import ipaddress
import socket

from fer.errors import BadInput

HOST = "127.0.0.1"
LOOPBACK = frozenset({HOST, "localhost", "::1"})
"""What needs no token."""
PORT = 8080
TOKEN_CHARACTERS = 16
TOKEN_VARIABLE = "FER_DASHBOARD_TOKEN"


def check_access(host: str, token: str | None) -> None:
    """Require a token for all addresses but ``LOOPBACK``.

    Raises:
        BadInput: the token is missing or too short.
    """
    if token is None and host not in LOOPBACK:
        raise BadInput(
            f"--host {host}: others may reach it, and the dashboard can change studies: needs a "
            f"token of {TOKEN_CHARACTERS} characters or more in --token or {TOKEN_VARIABLE}"
        )
    if token is not None and (
        len(token) < TOKEN_CHARACTERS or not (token.isascii() and token.replace("-", "").isalnum())
    ):
        # Not shown: it may be one that is in use elsewhere.
        raise BadInput(f"--token: expected {TOKEN_CHARACTERS} or more letters, digits and hyphens")


def listen(host: str, port: int | None) -> socket.socket:
    """A listening socket on ``port``; without one, on 8080, or a free port if that is in use.

    Raises:
        BadInput: the port is in use or not permitted, or the host has no such address.
    """
    if port is None:
        with contextlib.suppress(BadInput):
            return listen(host, PORT)
        return listen(host, 0)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=64)
    except OSError as error:
        reason = error.strerror or str(error)
        option = f"--host {host}" if isinstance(error, socket.gaierror) else f"--port {port}"
        raise BadInput(f"{option}: {reason.partition(' (')[0]}") from error


def is_wildcard(host: str) -> bool:
    """Whether the address means all addresses of this machine."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_unspecified
    return False


def address(listening: socket.socket) -> str:
    """The URL to open in a browser, without a token: it would stay on screens and in logs."""
    host, port = listening.getsockname()[:2]
    if is_wildcard(host):
        host = socket.gethostname()
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"
