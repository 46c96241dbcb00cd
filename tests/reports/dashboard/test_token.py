"""With a token, nothing is answered without it."""

import pytest
from dashboard_client import TOKEN

from fer.errors import BadInput
from reports.dashboard.listen import check_access
from reports.dashboard.process import serve as serve_dashboard
from reports.dashboard.serve import Server


def test_with_a_token_nothing_is_answered_without_it(serve):
    client = serve(token=TOKEN)
    for path in ("/", "/dashboard", "/api/studies", "/static/bundle.js", "/artifacts/1/1/a"):
        assert client.get(path).status == 401
        assert client.get(path, Authorization="Bearer wrong").status == 401
        assert client.get(f"{path}?token=wrong").status == 401
    assert client.get("/api/studies", "DELETE").status == 401
    assert client.get("/api/studies", Authorization=f"Bearer {TOKEN}").status == 200


def test_the_token_in_the_address_becomes_a_cookie(serve):
    client = serve(token=TOKEN)
    answer = client.get(f"/dashboard?token={TOKEN}&a=b")
    assert answer.status == 303
    assert answer.headers["location"] == "/dashboard?a=b"
    assert "HttpOnly; SameSite=Strict" in answer.headers["set-cookie"]
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert client.get("/api/studies", Cookie=cookie).status == 200
    assert "//evil" not in client.get(f"//evil.example?token={TOKEN}").headers["location"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "box.lan", "127.0.0.2"])
def test_other_addresses_need_a_token_of_some_length(host):
    with pytest.raises(BadInput, match="needs a token"):
        check_access(host, None)
    with pytest.raises(BadInput, match="16 or more"):
        check_access(host, "short")
    check_access(host, TOKEN)
    for loopback in ("localhost", "127.0.0.1", "::1"):
        check_access(loopback, None)


def test_the_printed_address_does_not_hold_the_token(study, monkeypatch, capsys):
    monkeypatch.setattr(Server, "serve_forever", lambda self: None)
    serve_dashboard(study.opened.shown, port=None, token=TOKEN)
    printed = capsys.readouterr().out
    assert "http://127.0.0.1:" in printed
    assert "add ?token=TOKEN" in printed
    assert TOKEN not in printed


def test_a_wildcard_answers_to_addresses_and_this_machines_names_alone(serve):
    client = serve(host="0.0.0.0", token=TOKEN)
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/api/studies", Host="192.168.1.7:8080", **bearer).status == 200
    assert client.get("/api/studies", Host="evil.example", **bearer).status == 403
