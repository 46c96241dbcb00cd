"""The dashboard: on this machine only, and no trouble to those who write."""

import base64
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from optuna.artifacts import FileSystemArtifactStore, upload_artifact

from fer.errors import BadInput
from reports.dashboard.artifacts import artifact_folder
from reports.dashboard.listen import HOST, check_access, listen
from reports.dashboard.serve import Server, make_server
from search.storage.sessions import begin_session
from tools import dashboard_soak as soak
from tools.dashboard_soak import Polls

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
class Browser:
    """Asks a server, as a browser or something worse would."""

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


@pytest.fixture
def study(open_cheap):
    return open_cheap(storage="studies.db")


@pytest.fixture
def serve(opened, study):
    """Starts servers; each in a thread, stopped when the test ends."""
    running = []

    def start(**options) -> Browser:
        storage = opened(study.opened.shown)
        server = make_server(storage, listen(HOST, 0), artifact_folder(storage), **options)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        running.append((server, thread))
        return Browser(server)

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def browser(serve):
    return serve()


@pytest.fixture
def attached(study, tmp_path):
    """Attaches a file to the study's first trial; gives the path at which it is served."""

    def attach(name: str, content: str) -> str:
        path = tmp_path / name
        path.write_text(content)
        folder = artifact_folder(study.opened)
        folder.mkdir(exist_ok=True)
        trial = study.ask()
        artifact = upload_artifact(
            artifact_store=FileSystemArtifactStore(folder),
            file_path=str(path),
            study_or_trial=trial,
        )
        return f"/artifacts/{study._study_id}/{trial._trial_id}/{artifact}"

    return attach


def test_the_study_and_its_trials_are_shown(browser, study, run_serially):
    run_serially(study)
    (summary,) = json.loads(browser.get("/api/studies").body)["study_summaries"]
    assert summary["study_name"] == "cheap"
    detail = json.loads(browser.get(f"/api/studies/{summary['study_id']}?after=0").body)
    assert len(detail["trials"]) == 8
    assert "Optuna Dashboard" in browser.get("/dashboard").body


def test_it_opens_on_the_study_that_was_named_or_else_began_last(serve, study, opened, study_file):
    from search.config.study_file import read_study
    from search.storage.study import create_or_open

    storage = opened(study.opened.shown)
    other = create_or_open(storage, *read_study(study_file(("cheap", "other"))))
    begin_session(other, 1, "fer search run other")
    begin_session(study, 1, "fer search run cheap")
    page = "/dashboard/studies/{}".format
    assert serve().get("/").headers["location"] == page(study._study_id)
    assert serve(study="other").get("/").headers["location"] == page(other._study_id)


def test_an_empty_storage_opens_on_the_list_of_studies(opened, tmp_path, serve):
    from reports.dashboard.serve import latest_study

    assert latest_study(opened(str(tmp_path / "empty.db"))) is None


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "10.0.0.1:80"])
def test_a_request_in_another_hosts_name_is_refused(browser, host):
    assert browser.get("/api/studies", Host=host).status == 403


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9999", "[::1]:8080", "LOCALHOST:1"])
def test_this_machines_names_are_answered(browser, host):
    assert browser.get("/api/studies", Host=host).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_another_sites_page_cannot_write(browser, study, headers):
    for method, path in [("DELETE", "/api/studies/1"), ("POST", "/api/studies/1/rename")]:
        answer = browser.get(path, method, {"study_name": "stolen"}, **headers)
        assert answer.status == 403
    assert study.study_name == "cheap"
    assert [each.study_name for each in study._storage.get_all_studies()] == ["cheap"]


def test_its_own_page_can_write_a_note(browser, study):
    origin = f"http://{HOST}:{browser.server.server_port}"
    note = {"version": 1, "body": "mine"}
    answer = browser.get("/api/studies/1/note", "PUT", note, Origin=origin)
    assert answer.status == 204


@pytest.mark.parametrize(
    "name", ["page.html", "page.svg", "page.xml", "script.js", "model.safetensors"]
)
def test_an_upload_that_could_run_is_a_download(browser, attached, name):
    answer = browser.get(attached(name, "<script>alert(1)</script>"))
    assert answer.status == 200
    assert answer.headers["content-disposition"] == "attachment"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "access-control-allow-origin" not in answer.headers


def test_a_picture_stays_one_to_the_page(browser, attached):
    answer = browser.get(attached("face.png", "not really"))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == "attachment"


def test_what_a_browser_uploads_is_a_download_too(browser, study):
    trial = study.ask()
    data = base64.b64encode(b"<script>alert(1)</script>").decode()
    path = f"{study._study_id}/{trial._trial_id}"
    uploaded = browser.get(
        f"/api/artifacts/{path}",
        "POST",
        {"file": f"data:text/html;base64,{data}", "filename": "page.html"},
    )
    assert uploaded.status == 201
    answer = browser.get(f"/artifacts/{path}/{json.loads(uploaded.body)['artifact_id']}")
    assert answer.body == "<script>alert(1)</script>"
    assert answer.headers["content-type"] == "application/octet-stream"


def test_an_artifact_that_is_on_another_machine_is_not_found(browser, attached, study):
    path = attached("recipe.toml", "")
    (artifact_folder(study.opened) / path.rpartition("/")[2]).unlink()
    assert browser.get(path).status == 404


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
def test_no_path_leads_out_of_the_dashboard(browser, path):
    answer = browser.get(path)
    assert answer.status in (400, 403, 404)
    assert "root:" not in answer.body


def test_other_methods_and_large_bodies_are_refused(browser):
    assert browser.get("/api/studies", "TRACE").status == 405
    assert browser.get("/api/studies", "POST", Content_Length=str(10**9)).status == 413


def test_a_length_that_is_no_number_is_refused(browser):
    import socket

    with socket.create_connection((HOST, browser.server.server_port)) as connection:
        head = "POST /api/studies HTTP/1.1\r\nHost: localhost\r\nContent-Length: \u00b2\r\n\r\n"
        connection.sendall(head.encode("latin-1"))
        assert connection.recv(100).split()[1] == b"413"


def test_with_a_token_nothing_is_answered_without_it(serve):
    browser = serve(token=TOKEN)
    for path in ("/", "/dashboard", "/api/studies", "/static/bundle.js", "/artifacts/1/1/a"):
        assert browser.get(path).status == 401
        assert browser.get(path, Authorization="Bearer wrong").status == 401
        assert browser.get(f"{path}?token=wrong").status == 401
    assert browser.get("/api/studies", "DELETE").status == 401
    assert browser.get("/api/studies", Authorization=f"Bearer {TOKEN}").status == 200


def test_the_token_in_the_address_becomes_a_cookie(serve):
    browser = serve(token=TOKEN)
    answer = browser.get(f"/dashboard?token={TOKEN}&a=b")
    assert answer.status == 303
    assert answer.headers["location"] == "/dashboard?a=b"
    assert "HttpOnly; SameSite=Strict" in answer.headers["set-cookie"]
    cookie = answer.headers["set-cookie"].partition(";")[0]
    assert browser.get("/api/studies", Cookie=cookie).status == 200
    assert "//evil" not in browser.get(f"//evil.example?token={TOKEN}").headers["location"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "box.lan"])
def test_other_machines_need_a_token_of_some_length(host):
    with pytest.raises(BadInput, match="needs a token"):
        check_access(host, None)
    with pytest.raises(BadInput, match="16 or more"):
        check_access(host, "short")
    check_access(host, TOKEN)
    check_access("localhost", None)


def test_a_wildcard_answers_to_addresses_and_this_machines_names_alone(serve):
    browser = serve(host="0.0.0.0", token=TOKEN)
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert browser.get("/api/studies", Host="192.168.1.7:8080", **bearer).status == 200
    assert browser.get("/api/studies", Host="evil.example", **bearer).status == 403


def test_a_port_that_is_taken_is_one_line_and_another_is_found_where_none_was_asked():
    with listen(HOST, 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"--port {port}: "):
            listen(HOST, port)
    with listen(HOST, None) as first, listen(HOST, None) as second:
        assert first.getsockname() != second.getsockname()


def test_a_browser_that_says_nothing_holds_up_nobody(browser):
    import socket

    with socket.create_connection((HOST, browser.server.server_port)):
        assert browser.get("/api/studies").status == 200


def test_a_page_that_polls_waits_for_no_writer(browser, study, opened):
    storage = opened(study.opened.shown)
    with storage.optuna._backend.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")  # BEGIN IMMEDIATE: it holds the write lock
        assert browser.get("/api/studies/1?after=0").status == 200


def test_polling_breaks_no_writer(serve, study, run_serially):
    browser, stop, refused = serve(), threading.Event(), []

    def poll():
        while not stop.is_set():
            answer = browser.get("/api/studies/1?after=0")
            if answer.status != 200:
                refused.append(answer)

    pollers = [threading.Thread(target=poll) for _ in range(2)]
    for poller in pollers:
        poller.start()
    try:
        trials = run_serially(study)
    finally:
        stop.set()
        for poller in pollers:
            poller.join()
    assert {trial.state.name for trial in trials} <= {"COMPLETE", "PRUNED"}
    assert not refused


def test_beside_a_study_it_ends_with_it(study, tmp_path):
    from reports.dashboard.process import beside

    with (
        beside(study.opened, "cheap", tmp_path) as address,
        urllib.request.urlopen(f"{address}api/studies", timeout=120) as answer,
    ):
        assert b"cheap" in answer.read()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}api/studies", timeout=5)


def test_beside_a_study_that_is_killed_it_ends_too(study, tmp_path):
    script = (
        "import os, pathlib, sys\n"
        "from reports.dashboard.process import beside\n"
        "from search.storage.storage import Storage\n"
        "import urllib.request\n"
        "with Storage(sys.argv[1]) as storage:\n"
        "    with beside(storage, 'cheap', pathlib.Path()) as address:\n"
        "        urllib.request.urlopen(address + 'api/studies', timeout=120).close()\n"
        "        print(address, flush=True)\n"
        "        os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, study.opened.shown],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == -9, done.stderr
    deadline = threading.Event()
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{done.stdout.strip()}api/studies", timeout=5).close()
        except OSError:
            break
        deadline.wait(0.2)
    else:
        pytest.fail("it still answers")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore::UserWarning:optuna")  # of the importance of few trials
def test_two_minutes_of_polling_fail_no_report_and_no_trial_of_four_workers(serve, study, tmp_path):
    """`python -m tools.dashboard_soak` does the same with real training."""
    file = tmp_path / "study.toml"  # the study's own
    cheap = Path(__file__).parent / "cheap.py"
    runs = [sys.executable, cheap, "run", file, study.opened.shown, tmp_path, "4", "100000"]
    # Ten times as often as two open pages ask; the trainer sleeps rather than trains.
    polls, stop = Polls(pause=0.25), threading.Event()
    address = f"http://{HOST}:{serve().server.server_port}"
    running = subprocess.Popen(
        list(map(str, runs)),
        env=os.environ | {"CHEAP_STEP_SECONDS": "0.05", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    pollers = [threading.Thread(target=polls.poll, args=(address, stop)) for _ in range(2)]
    try:
        deadline = time.monotonic() + 200
        while not study.everything() and time.monotonic() < deadline:
            time.sleep(0.1)
        for poller in pollers:
            poller.start()
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(120)
    finally:
        stop.set()
        for poller in pollers:
            if poller.is_alive():
                poller.join()
        running.send_signal(signal.SIGTERM)
        _, err = running.communicate(timeout=240)
    assert running.returncode == 130, err
    trials = study.everything()
    assert any(trial.state.is_finished() for trial in trials)
    assert {trial.state.name for trial in trials} <= {"COMPLETE", "PRUNED", "RUNNING"}
    for trial in trials:
        epochs = len(trial.intermediate_values)
        assert list(trial.intermediate_values) == list(range(1, epochs + 1))
    assert set(polls.statuses) == {200}
    assert polls.statuses[200] > 100


@pytest.mark.parametrize("fault", ["nobody listens", "nobody answers", "not found"])
def test_a_poll_without_a_good_answer_counts_as_a_failure(fault, serve, monkeypatch):
    stop = threading.Event()
    polls = Polls(pause=0.01)
    if fault == "not found":
        address, expected = f"http://{HOST}:{serve().server.server_port}/no", 404
        threading.Timer(0.5, stop.set).start()
        polls.poll(address, stop)
    else:
        with listen(HOST, 0) as listening:
            address, expected = f"http://{HOST}:{listening.getsockname()[1]}", soak.UNANSWERED
            if fault == "nobody listens":
                listening.close()
            monkeypatch.setattr(soak, "TIMEOUT_SECONDS", 0.2)
            threading.Timer(0.5, stop.set).start()
            polls.poll(address, stop)
    assert set(polls.statuses) == {expected}
    wrong = soak.wrong(polls, [], 1, 130)
    assert any("not answered" in each for each in wrong)


def test_the_page_is_mended_and_keeps_its_policy(browser):
    answer = browser.get("/dashboard")
    assert answer.status == 200
    assert "overflow-wrap:anywhere" in answer.body
    assert answer.body.rstrip().endswith("</html>")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    again = browser.get("/dashboard", If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT")
    assert again.body == answer.body


def test_a_study_that_is_run_with_a_dashboard_shows_it_until_it_ends(tmp_path):
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (60, 48, 48), dtype=np.uint8)
    names = np.array(["angry", "happy", "neutral"] * 20)
    np.savez(tmp_path / "faces.npz", train_images=images, train_labels=names)
    (tmp_path / "tiny.toml").write_text(
        'name = "tiny"\nrecipe = "published"\nbaseline_epochs = 1\n'
        "[fixed]\nepochs = 1\nbatch_size = 16\nwidths = [2]\n"
        '[space]\ndropout = { kind = "float", low = 0.0, high = 0.5 }\n[budget]\ntrials = 3\n'
    )
    command = [sys.executable, "-m", "fer", "search", "run", "tiny.toml", "--data", "faces.npz"]
    command += ["--storage", "studies.db", "--workers", "1", "--dashboard"]
    with (tmp_path / "log.txt").open("w") as log:
        study = subprocess.Popen(
            command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    try:
        address = None
        deadline = time.monotonic() + 200
        while address is None and study.poll() is None and time.monotonic() < deadline:
            found = re.search(r"dashboard: (http://\S+)", (tmp_path / "log.txt").read_text())
            address = found and found[1]
            time.sleep(0.05)
        assert address, (tmp_path / "log.txt").read_text()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}api/studies", timeout=120) as answer:
            assert b'"tiny"' in answer.read()
        assert study.wait(200) == 0, (tmp_path / "log.txt").read_text()
    finally:
        study.kill()
        study.wait()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}api/studies", timeout=5)
