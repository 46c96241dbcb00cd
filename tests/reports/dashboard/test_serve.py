"""What the server shows, and which page it opens on."""

import json
import socket

import pytest

from fer.errors import BadInput
from reports.dashboard.listen import HOST, listen
from reports.dashboard.serve import latest_study
from search.config.study_file import read_study
from search.storage.sessions import begin_session
from search.storage.study import create_or_open


def test_the_study_and_its_trials_are_shown(client, study, run_serially):
    run_serially(study)
    (summary,) = json.loads(client.get("/api/studies").body)["study_summaries"]
    assert summary["study_name"] == "cheap"
    detail = json.loads(client.get(f"/api/studies/{summary['study_id']}?after=0").body)
    assert len(detail["trials"]) == 8
    assert "Optuna Dashboard" in client.get("/dashboard").body


def test_it_opens_on_the_study_that_was_named_or_else_began_last(serve, study, opened, study_file):
    storage = opened(study.opened.shown)
    other = create_or_open(storage, *read_study(study_file(("cheap", "other"))))
    begin_session(other, 1, "fer search run other")
    begin_session(study, 1, "fer search run cheap")
    page = "/dashboard/studies/{}".format
    assert serve().get("/").headers["location"] == page(study._study_id)
    assert serve(study="other").get("/").headers["location"] == page(other._study_id)


def test_an_empty_storage_opens_on_the_list_of_studies(opened, tmp_path, serve):

    assert latest_study(opened(str(tmp_path / "empty.db"))) is None


def test_a_port_that_is_taken_is_one_line_and_another_is_found_where_none_was_asked():
    with listen(HOST, 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"--port {port}: "):
            listen(HOST, port)
    with listen(HOST, None) as first, listen(HOST, None) as second:
        assert first.getsockname() != second.getsockname()


def test_a_browser_that_says_nothing_holds_up_nobody(client):
    with socket.create_connection((HOST, client.server.server_port)):
        assert client.get("/api/studies").status == 200
