"""Requests that the dashboard refuses: other hosts, other sites, paths that lead out of it."""

import socket
import urllib.error
import urllib.request

import pytest

from reports.dashboard.listen import HOST


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "10.0.0.1:80"])
def test_a_request_in_another_hosts_name_is_refused(client, host):
    assert client.get("/api/studies", Host=host).status == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9999", "[::1]:8080", "LOCALHOST:1"])
def test_this_machines_names_are_answered(client, host):
    assert client.get("/api/studies", Host=host).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_another_sites_page_cannot_write(client, study, headers):
    for method, path in [("DELETE", "/api/studies/1"), ("POST", "/api/studies/1/rename")]:
        answer = client.get(path, method, {"study_name": "stolen"}, **headers)
        assert answer.status == 403
    assert study.study_name == "cheap"
    assert [each.study_name for each in study._storage.get_all_studies()] == ["cheap"]


def test_its_own_page_can_write_a_note(client, study):
    origin = f"http://{HOST}:{client.server.server_port}"
    note = {"version": 1, "body": "mine"}
    answer = client.get("/api/studies/1/note", "PUT", note, Origin=origin)
    assert answer.status == 204


@pytest.mark.parametrize(
    "path",
    [
        "/static/../index.html",
        "/static/%2e%2e/index.html",
        "/static/..%2f..%2f..%2fetc/passwd",
        "/static/%252e%252e/index.html",
        "/static/..%5c..%5cindex.html",
        "/artifacts/1/..%2f..%2fstudies.db",
        "/artifacts/1/%2fetc%2fpasswd",
        "/static/%00",
    ],
)
def test_no_path_leads_out_of_the_dashboard(client, path):
    answer = client.get(path)
    assert answer.status in (400, 403, 404)
    assert "root:" not in answer.body


def test_other_methods_and_large_bodies_are_refused(client):
    assert client.get("/api/studies", "TRACE").status == 405
    assert client.get("/api/studies", "POST", Content_Length=str(10**9)).status == 413


@pytest.mark.parametrize(
    ("header", "status"),
    [("Content-Length: \u00b2", b"413"), ("Transfer-Encoding: chunked", b"411")],
)
def test_a_body_without_a_length_is_refused(client, header, status):
    with socket.create_connection((HOST, client.server.server_port)) as connection:
        head = f"POST /api/studies HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n"
        connection.sendall(head.encode("latin-1"))
        assert connection.recv(100).split()[1] == status


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b'{"study_name": "new"}', 415),
        ("application/x-www-form-urlencoded", b"study_name=new", 415),
        ("application/json", b"[]", 400),
        ("application/json", b"null", 400),
        ("application/json", b"{", 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b"\xff", 400),
        ("application/json", b"{}", 400),
        ("text/plain", b"", 400),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(client, study, capfd, kind, body, status):
    for method, path in (
        ("POST", "/api/studies"),
        ("POST", "/api/studies/1/rename"),
        ("PUT", "/api/studies/1/note"),
    ):
        url = f"http://{HOST}:{client.server.server_port}{path}"
        request = urllib.request.Request(url, body, {"Content-Type": kind}, method=method)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=60)
        with refused.value as error:
            assert error.status == status
    assert "Traceback" not in capfd.readouterr().err
    assert [each.study_name for each in study._storage.get_all_studies()] == ["cheap"]
