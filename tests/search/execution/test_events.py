"""What a study announces, and that no listener can harm it."""

import logging
import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from fer.errors import BadInput, Interrupted
from search.execution import events
from search.execution.events import StudyEvents


class Listener:
    """Keeps what it hears."""

    def __init__(self, study=None):
        self.heard = []

    def trial_ending(self, lease, faces, accuracy):
        assert not lease.study.everything()[lease.trial.number].state.is_finished()
        self.heard.append((lease.trial.number, accuracy))

    def tick(self):
        self.heard.append("tick")

    def session_ended(self):
        self.heard.append("end")


class Broken:
    def trial_ending(self, *_):
        raise RuntimeError("no artifacts today")

    tick = session_ended = trial_ending


@pytest.fixture
def install(monkeypatch):
    """Makes entry points of a group the given ones."""

    def entries(**entries):
        points = [EntryPoint(name, value, "group") for name, value in entries.items()]
        monkeypatch.setattr(events, "entry_points", lambda group: points)

    return entries


def test_a_trial_that_ends_is_announced_while_the_storage_still_takes_artifacts(
    open_cheap, run_serially, install, monkeypatch
):
    listener = Listener()
    monkeypatch.setitem(sys.modules, "listeners", listener)
    listener.subscribe = lambda study: listener
    install(one="listeners:subscribe")
    trials = run_serially(open_cheap(("trials = 8", "trials = 3")))
    assert listener.heard == [(trial.number, trial.value) for trial in trials]


def test_a_listener_that_fails_is_logged_once_and_harms_nobody(caplog):
    listener = Listener()
    listeners = StudyEvents({"broken": Broken(), "good": listener})
    with caplog.at_level(logging.WARNING, "fer.search"):
        for _ in range(3):
            listeners.tick()
        listeners.session_ended()
    assert listener.heard == ["tick"] * 3 + ["end"]
    assert [record.getMessage() for record in caplog.records] == [
        "broken: tick: RuntimeError: no artifacts today",
        "broken: session_ended: RuntimeError: no artifacts today",
    ]


def test_a_listener_that_cannot_be_loaded_is_logged_and_the_others_listen(
    open_cheap, install, caplog, monkeypatch
):
    listener = Listener()
    monkeypatch.setitem(sys.modules, "listeners", listener)
    listener.subscribe = lambda study: listener
    install(gone="no.such.module:subscribe", one="listeners:subscribe")
    assert list(events.subscribe(open_cheap()).subscribers) == ["one"]
    assert "gone: loading: ModuleNotFoundError" in caplog.text


def test_a_signal_that_comes_while_a_listener_works_stops_the_study():
    class Slow(Broken):
        def tick(self):
            raise Interrupted("now")

    with pytest.raises(Interrupted):
        StudyEvents({"slow": Slow()}).tick()


def test_the_dashboard_is_found_by_its_entry_point(install):
    assert callable(events.load_dashboard())
    install()
    with pytest.raises(BadInput, match="no dashboard is installed"):
        events.load_dashboard()


def test_a_study_that_runs_imports_no_torch_and_no_plotly_in_its_supervisor():
    check = (
        "import sys, search.execution.run_study, search.execution.worker\n"
        "from search.execution.events import EVENTS, entry_points\n"
        "assert [entry.load() for entry in entry_points(group=EVENTS)]\n"
        "sys.exit(' '.join({'torch', 'plotly', 'jinja2', 'bottle'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", check], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_search_imports_nothing_of_the_floors_above_it():
    import re
    from pathlib import Path

    import search

    above = re.compile(r"^\s*(from|import) (reports|benchmarks)\b", re.MULTILINE)
    files = Path(search.__file__).parent.rglob("*.py")
    importing = {path.name for path in files if above.search(path.read_text(encoding="utf-8"))}
    assert importing <= {"cli.py"}  # `fer dashboard`, until reports/dashboard registers it
