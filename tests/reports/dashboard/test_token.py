"""With a token, nothing is answered without it."""

import pytest
from dashboard_client import TOKEN

from fer.errors import BadInput
from reports.dashboard.listen import check_access


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


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "box.lan"])
def test_other_machines_need_a_token_of_some_length(host):
    with pytest.raises(BadInput, match="needs a token"):
        check_access(host, None)
    with pytest.raises(BadInput, match="16 or more"):
        check_access(host, "short")
    check_access(host, TOKEN)
    check_access("localhost", None)


def test_a_wildcard_answers_to_addresses_and_this_machines_names_alone(serve):
    client = serve(host="0.0.0.0", token=TOKEN)
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/api/studies", Host="192.168.1.7:8080", **bearer).status == 200
    assert client.get("/api/studies", Host="evil.example", **bearer).status == 403
