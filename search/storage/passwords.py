"""Hide the passwords of storage URLs, in every form that SQLAlchemy and libpq take.

What cannot be told from a password is hidden, too: an unescaped ``@`` or ``&`` splits a password in
two, and the second part is no password to a parser.
"""

import re
import shlex
from urllib.parse import quote_plus

import sqlalchemy
from sqlalchemy.engine import URL, make_url

HIDDEN = "***"

_URL = re.compile(r"(?P<before>.*?)(?P<url>\b\w[\w+]*://.*)", re.DOTALL)
_KEYWORD = re.compile(r"(password\s*=\s*)('(?:[^'\\]|\\.)*'?|\S+)", re.IGNORECASE | re.DOTALL)
"""A keyword of libpq's connection strings: ``password='a b'`` or ``sslpassword=ab``."""

_SECRET = {"password", "sslpassword"}
_PLAIN = {
    *("user", "host", "hostaddr", "port", "dbname", "application_name", "connect_timeout"),
    *("options", "passfile", "service", "sslmode", "sslcert", "sslkey", "sslrootcert", "sslcrl"),
    *("gssencmode", "channel_binding", "target_session_attrs", "client_encoding"),
    *("keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count"),
    *("mode", "cache", "immutable", "nolock", "uri", "timeout"),
}
"""Keys of a URL's query whose values are shown; of others, not even the key is."""


def hide_passwords(command: str) -> str:
    """A command line, or a URL alone, with ``***`` for the password of every storage in it."""
    try:
        words = shlex.split(command)
    except ValueError:  # a quote that never ends
        return _hide_in_word(command)
    if words == [command]:
        return _hide_in_word(command)
    return " ".join(_quoted(_hide_in_word(word)) for word in words)


def hide_in_message(message: str, url: URL) -> str:
    """A driver's message about a storage without the passwords of the storage's URL."""
    for secret in sorted(_secrets(url), key=len, reverse=True):
        message = message.replace(secret, HIDDEN)
    return message


def hide_password(url: str) -> str:
    """A storage URL with ``***`` for its password; for all of it where that cannot be told."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return _KEYWORD.sub(rf"\1{HIDDEN}", url)
    if "?" in rest.rpartition("@")[0]:  # of a query, or of a password
        return f"{scheme}://{HIDDEN}"
    try:
        user, rest = _split_user(rest, make_url(url))
        parsed = make_url(f"{scheme}://{rest}")
    except (sqlalchemy.exc.ArgumentError, ValueError):
        return f"{scheme}://{HIDDEN}"
    return f"{scheme}://{user}{_without_user(parsed)}"


def _hide_in_word(word: str) -> str:
    match = _URL.fullmatch(word)
    return match["before"] + hide_password(match["url"]) if match else hide_password(word)


def _quoted(word: str) -> str:
    """Quoted for a shell, but for the asterisks of a hidden password."""
    plain = word.replace(HIDDEN, "")
    return word if shlex.quote(plain) == plain else shlex.quote(word)


def _split_user(rest: str, url: URL) -> tuple[str, str]:
    """``USER:***@`` as it is shown, and what follows it, of a URL without its scheme."""
    is_file = url.drivername.partition("+")[0] in ("sqlite", "journal")
    if "@" not in rest or (is_file and url.password is None):  # a file's name may have an @
        return "", rest
    head, _, tail = rest.rpartition("@")
    user, colon, _ = head.partition(":")
    return f"{user}{f':{HIDDEN}' if colon else ''}@", tail


def _without_user(url: URL) -> str:
    """What follows the user in a URL, with the query's passwords hidden."""
    database = url.database and _KEYWORD.sub(rf"\1{HIDDEN}", url.database)
    text = url.set(query={}, database=database).render_as_string(hide_password=False)
    text = text.partition("://")[2].replace(quote_plus(HIDDEN), HIDDEN)
    shown = [_pair(key, value) for key, value in _pairs(url)]
    return f"{text}?{'&'.join(shown)}" if shown else text


def _pair(key: str, value: str) -> str:
    if key in _SECRET:
        return f"{key}={HIDDEN}"
    if key not in _PLAIN:
        return HIDDEN
    return f"{key}={HIDDEN if _KEYWORD.search(value) else quote_plus(value)}"


def _pairs(url: URL) -> list[tuple[str, str]]:
    """The keys and values of a URL's query, by key; a key may stand there several times."""
    query = {key: (v,) if isinstance(v, str) else v for key, v in url.query.items()}
    return [(key, value) for key in sorted(query) for value in query[key]]


def _secrets(url: URL) -> set[str]:
    """The passwords of a URL, and every word of a value that holds one."""
    hidden = [value for key, value in _pairs(url) if HIDDEN in _pair(key, value)]
    words = [word for value in hidden for word in value.split()]
    return {text for text in (str(url.password or ""), *hidden, *words) if len(text) > 2}
