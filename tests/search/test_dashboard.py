"""The dashboard: on this machine only, and no trouble to those who write."""

import json
import threading
import urllib.error
import urllib.request

import pytest

from fer.errors import BadInput
from search.dashboard import HOST, make_dashboard


@pytest.fixture
def study(open_cheap):
    return open_cheap(storage="studies.db")


@pytest.fixture
def get(opened, study):
    server = make_dashboard(opened(study.opened.shown), 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def fetch(path, host="localhost"):
        url = f"http://{HOST}:{server.server_port}{path}"
        request = urllib.request.Request(url, headers={"Host": host})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read().decode()

    assert server.server_address[0] == "127.0.0.1"
    yield fetch
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_study_and_its_trials_are_shown(get, study, run_serially):
    run_serially(study)
    (summary,) = json.loads(get("/api/studies"))["study_summaries"]
    assert summary["study_name"] == "cheap"
    detail = json.loads(get(f"/api/studies/{summary['study_id']}?after=0"))
    assert len(detail["trials"]) == 8
    assert "Optuna Dashboard" in get("/dashboard")


def test_polling_breaks_no_writer(get, study, run_serially):
    stop = threading.Event()

    def poll():
        while not stop.is_set():
            get("/api/studies/1?after=0")

    poller = threading.Thread(target=poll)
    poller.start()
    try:
        trials = run_serially(study)
    finally:
        stop.set()
        poller.join()
    assert {trial.state.name for trial in trials} <= {"COMPLETE", "PRUNED"}


def test_a_request_in_another_hosts_name_is_refused(get):
    with pytest.raises(urllib.error.HTTPError, match="403") as refused:
        get("/api/studies", host="evil.example")
    refused.value.close()


def test_a_port_that_is_taken_is_one_line(opened, study):
    storage = opened(study.opened.shown)
    with (
        make_dashboard(storage, 0) as server,
        pytest.raises(BadInput, match=f"--port {server.server_port}: "),
    ):
        make_dashboard(storage, server.server_port)
