"""The dashboard's page: the verdict at its top, and the style that is added."""

import html
import re

import pytest

from search.results.snapshot import read_snapshot
from search.results.verdict import read_verdict


def opening(body: str) -> str:
    """The element that stands before optuna-dashboard's own."""
    (found,) = re.findall(
        r'<body>\s*(<section id="fer-verdict".*?)<div id="dashboard">', body, re.S
    )
    return found


def test_the_page_has_the_style_and_keeps_its_policy(client):
    answer = client.get("/dashboard")
    assert answer.status == 200
    assert "overflow-wrap:anywhere" in answer.body
    assert answer.body.rstrip().endswith("</html>")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    again = client.get("/dashboard", If_Modified_Since="Fri, 01 Jan 2100 00:00:00 GMT")
    assert again.body == answer.body


def test_a_studys_page_begins_with_its_verdict_and_links_to_the_report(client, study, run_serially):
    run_serially(study)
    verdict = read_verdict(read_snapshot(study))
    shown = opening(client.get(f"/dashboard/studies/{study._study_id}/trials").body)
    assert f">{verdict.answer}</p>" in html.unescape(shown)
    assert f"<p>{verdict.sentence}</p>" in html.unescape(shown)
    assert "8 of 8 trials" in shown
    assert "(the baseline and 7 searched)" in shown
    assert f'href="/fer/studies/{study._study_id}/report"' in shown
    assert " hidden" not in shown


@pytest.mark.parametrize("page", ["/dashboard", "/dashboard/studies/99", "/dashboard/compare"])
def test_a_page_of_no_study_has_no_verdict(client, page):
    assert 'data-study="" hidden></section>' in opening(client.get(page).body)


def test_what_others_wrote_is_text(client, study, run_serially, monkeypatch):
    run_serially(study)
    monkeypatch.setattr("search.results.verdict._name", lambda *_: "<script>alert(1)</script>")
    shown = opening(client.get(f"/dashboard/studies/{study._study_id}").body)
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown.replace('<script defer src="/fer/verdict.js">', "")


def test_the_librarys_page_still_has_the_places_where_ours_go_in(client):
    body = client.get("/dashboard").body
    assert '<script defer src="/fer/verdict.js">' in body
    assert body.count('<div id="dashboard">') == 1
