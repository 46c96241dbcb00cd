"""Updates of notes and figures: one transaction, seldom, and never an error for the study."""

import json
import logging

import plotly.graph_objects as go
import pytest
import sqlalchemy
from optuna_dashboard._custom_plot_data import get_plotly_graph_objects

from reports.dashboard import figures
from reports.dashboard.publish import Publisher
from search.storage.sessions import begin_session


@pytest.fixture(params=["studies.db", "studies.journal"])
def finished(open_cheap, run_serially, request):
    study = open_cheap(storage=request.param)
    begin_session(study, 1, "fer search run cheap")
    run_serially(study)
    Publisher(study).publish()
    return study


def test_the_figures_are_where_the_dashboard_reads_them(finished):
    stored = get_plotly_graph_objects(finished.study_attributes())
    assert set(stored) == {figures.CURVES, figures.SECONDS, figures.IMPORTANCE}
    for figure in stored.values():
        go.Figure(json.loads(figure))
    Publisher(finished).publish()
    assert set(get_plotly_graph_objects(finished.study_attributes())) == set(stored)


def test_an_update_without_news_writes_nothing(finished):
    before = dict(finished.study_attributes())
    Publisher(finished).publish()
    assert finished.study_attributes() == before


def test_an_update_is_one_transaction(open_cheap, run_serially):
    study = open_cheap(storage="studies.db")
    run_serially(study)
    statements = []
    engine = study._storage._backend.engine
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    Publisher(study).publish()
    writes = [i for i, s in enumerate(statements) if s.startswith(("INSERT", "UPDATE"))]
    assert writes
    assert not any(s.startswith("BEGIN") for s in statements[writes[0] :])


def test_an_error_is_logged_once_and_never_reaches_the_study(open_cheap, monkeypatch, caplog):
    def fails(*_):
        raise OSError("disk full")

    monkeypatch.setattr("reports.dashboard.publish.study_note", fails)
    publisher = Publisher(open_cheap())
    with caplog.at_level(logging.WARNING):
        publisher.publish()
        publisher.publish()
    assert [record.getMessage() for record in caplog.records] == [
        "dashboard: notes and figures: OSError: disk full"
    ]


def test_updates_take_a_small_share_of_the_time(open_cheap, monkeypatch):
    updates = []
    publisher = Publisher(open_cheap())
    monkeypatch.setattr(publisher, "_publish", lambda: updates.append(1))
    for _ in range(5):
        publisher()
    assert len(updates) == 1, "nothing has ended since"
    monkeypatch.undo()
    publisher.publish()
    assert publisher._pause > 0
