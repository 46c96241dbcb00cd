"""No part of a password is shown, whichever form of a URL holds it."""

import shlex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from search.storage.passwords import hide_in_message, hide_passwords

PARTS = st.lists(st.sampled_from("@:/?#&=%+ '\"\\!*$;,~"), max_size=4)
PASSWORDS = PARTS.map(lambda marks: "cret".join(["", *marks, ""]) or "cret")
"""Each character that has a meaning somewhere stands between two parts that must not be shown."""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:s3cret@host/db", "postgresql://me:***@host/db"),
        ("postgresql://me:p@x@host/db", "postgresql://me:***@host/db"),
        ("postgresql://me:a:b/c@host:5432/db", "postgresql://me:***@host:5432/db"),
        ("postgresql://me@host/db", "postgresql://me@host/db"),
        ("postgresql://host/db?user=me&password=x", "postgresql://host/db?password=***&user=me"),
        ("postgresql://host/db?password=a&password=b", "postgresql://host/db?password=***&password=***"),
        ("postgresql://host/db?user=me&pass%77ord=x", "postgresql://host/db?password=***&user=me"),
        ("postgresql://host/db?sslpassword=x&sslmode=require", "postgresql://host/db?sslmode=require&sslpassword=***"),
        ("postgresql://me@h/db?passfile=%2Fhome%2Fme%2F.pgpass", "postgresql://me@h/db?passfile=%2Fhome%2Fme%2F.pgpass"),
        ("postgresql:///?conninfo=host%3Dh+password%3Dx", "postgresql:///?***"),
        ("postgresql://h/db?dbname=host%3Dh+password%3Dx", "postgresql://h/db?dbname=***"),
        ("postgresql://me:secret/db", "postgresql://***"),
        ("postgresql+psycopg://me:x@[::1]:5432/db", "postgresql+psycopg://me:***@[::1]:5432/db"),
        ("sqlite:////home/a:b@c/studies.db", "sqlite:////home/a%3Ab%40c/studies.db"),
        ("host=h user=me password='a b' dbname=db", "host=h user=me password=*** dbname=db"),
    ],
)  # fmt: skip
def test_a_url_is_shown_without_its_password(url, shown):
    assert hide_passwords(shlex.quote(url)) in (shown, shlex.quote(shown))


def test_a_command_keeps_all_but_the_password():
    command = "fer search run x --storage postgresql://me:s3cret@host/db --out a:b@c 'b c'"
    assert hide_passwords(command) == command.replace("s3cret", "***")
    equals = "fer search run x --storage=postgresql://me:s3cret@host/db"
    assert hide_passwords(equals) == equals.replace("s3cret", "***")


@given(PASSWORDS, st.sampled_from(["host", "host:5432", "[::1]:5432", ""]), st.booleans())
def test_no_part_of_a_password_is_shown(password, host, option):
    urls = [
        f"postgresql://me:{quote(password, safe='')}@{host}/db",
        f"postgresql://me:{password}@{host}/db",
        f"postgresql://{host}/db?user=me&password={quote(password, safe='')}",
        f"postgresql://{host}/db?user=me&password={quote_plus(password)}&sslmode=require",
        f"postgresql://{host}/db?password={password}",
        f"postgresql://{host}?user=me&password={password}",
        f"postgresql://{host}/?conninfo={quote(_keywords(password))}",
        _keywords(password),
    ]
    for url in urls:
        words = [f"--storage={url}"] if option else ["--storage", url]
        shown = hide_passwords(shlex.join(["fer", "search", "run", "quick", *words]))
        assert "cret" not in shown, url
        assert "***" in shown


def _keywords(password: str) -> str:
    escaped = password.replace("\\", "\\\\").replace("'", "\\'")
    return f"host=h user=me password='{escaped}'"


def test_a_drivers_message_is_shown_without_the_password():
    url = make_url("postgresql://h/db?conninfo=password%3Da+secret&user=me")
    message = 'missing "=" after "secret" in connection info string'
    assert hide_in_message(message, url) == message.replace("secret", "***")
