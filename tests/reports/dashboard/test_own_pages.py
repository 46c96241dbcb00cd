"""The pages that are added to the dashboard: the verdict by itself, and the study's report."""

import pytest
from dashboard_client import TOKEN

from reports.dashboard import studies
from reports.data.study_data import read_study_data
from reports.pages.study import study_page
from reports.rendering.html import render


@pytest.fixture
def ended(study, run_serially):
    run_serially(study)
    return study


def report(study) -> str:
    return f"/fer/studies/{study._study_id}/report"


def test_the_report_is_the_one_that_fer_report_writes(client, ended):
    answer = client.get(report(ended))
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    written = render(study_page(read_study_data(ended.study_name, ended.opened.shown)))
    assert answer.body == written


def test_the_report_is_a_page_that_cannot_reach_the_dashboard(client, ended):
    answer = client.get(report(ended))
    assert answer.headers["content-security-policy"] == "sandbox allow-scripts allow-downloads"
    assert "content-disposition" not in answer.headers


def test_it_is_rendered_again_only_when_the_study_has_changed(client, ended, monkeypatch):
    rendered = []
    monkeypatch.setattr(studies, "render", lambda page: rendered.append(page) or "a page")
    for _ in range(3):
        assert client.get(report(ended)).body == "a page"
    assert len(rendered) == 1
    ended.tell(ended.ask(), state=None, values=0.5)
    client.get(report(ended))
    assert len(rendered) == 2


def test_the_token_protects_it(serve, ended):
    client = serve(token=TOKEN)
    for page in (report(ended), "/fer/studies/1/verdict", "/fer/verdict.js"):
        assert client.get(page).status == 401
        assert client.get(page, Authorization=f"Bearer {TOKEN}").status == 200


def test_the_verdict_alone_is_what_the_page_begins_with(client, ended):
    alone = client.get(f"/fer/studies/{ended._study_id}/verdict").body
    assert alone.startswith("<p ")
    assert alone in client.get(f"/dashboard/studies/{ended._study_id}").body


def test_a_study_of_another_program_has_neither_and_that_is_no_error(client, study):
    other = study._storage.create_new_study([study.direction], "another's")
    for page in ("verdict", "report"):
        answer = client.get(f"/fer/studies/{other}/{page}")
        assert (answer.status, answer.body) == (204, "")


@pytest.mark.parametrize("page", ["/fer/", "/fer/studies/1", "/fer/studies/x/report", "/fer/a.js"])
def test_there_is_no_other_page(client, page):
    assert client.get(page).status == 404
