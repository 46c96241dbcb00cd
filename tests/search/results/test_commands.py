"""The commands that reports, notes and summaries give for a study run it on the same faces."""

import dataclasses
import datetime
import shlex

import pytest
from made_snapshots import BEGAN, record, snapshot

from search.execution import run_study
from search.execution.request import Request
from search.results.commands import (
    report_command,
    resume_command,
    run_commands,
    shareable_commands,
)
from search.storage.sessions import Session


def after(*commands: str, **changes):
    sessions = tuple(
        Session(str(n), BEGAN + datetime.timedelta(hours=n), BEGAN, 1, command)
        for n, command in enumerate(commands)
    )
    return snapshot(record(0, 0.7), sessions=sessions, **changes)


def test_a_command_without_faces_gets_those_of_the_study():
    study = after("fer search run quick")
    assert resume_command(study) == "fer search run quick --data faces.zip"
    assert shareable_commands(study) == ("fer search run quick --data faces.zip",)


@pytest.mark.parametrize("given", ["--data /d/f.zip", "--data=/d/f.zip"])
def test_faces_that_were_named_stay_as_given_and_are_shared_without_their_folder(given):
    study = after(f"fer search run quick {given} --workers 2")
    assert resume_command(study) == f"fer search run quick {given} --workers 2"
    assert shareable_commands(study) == (
        f"fer search run quick {given.replace('/d/', '')} --workers 2",
    )


def test_before_the_first_start_the_command_names_the_study_alone():
    assert run_commands(after(data=None)) == ("fer search run made",)


def test_a_worker_on_its_own_names_study_and_faces_but_a_run_resumes():
    study = after("fer search run s.toml --data f.zip", "fer search worker")
    assert run_commands(study)[1] == "fer search worker made --data faces.zip"
    assert resume_command(study) == "fer search run s.toml --data f.zip"


def test_each_command_is_given_once():
    assert run_commands(after(*["fer search run quick"] * 3)) == (
        "fer search run quick --data faces.zip",
    )


def test_a_name_of_faces_cannot_become_another_word():
    study = after("fer search run quick", data={"source": "my faces; rm -r.zip", "counts": {}})
    assert shlex.split(resume_command(study))[-2:] == ["--data", "my faces; rm -r.zip"]


def test_the_report_is_read_from_the_storage_of_the_run():
    study = after("fer search run quick --storage sqlite:////home/me/s.db")
    assert report_command(study) == (
        "fer report study made --data faces.zip --storage sqlite:///s.db --out study.html"
    )


def test_a_start_records_the_faces_and_the_storage_that_no_option_named(monkeypatch):
    request = Request("quick", "synthetic", "postgresql://me:secret@host/db", 1, None, None, None)
    monkeypatch.setattr("sys.argv", ["fer", "search", "run", "quick"])
    monkeypatch.delenv("FER_STORAGE", raising=False)
    assert run_study._recorded_command(request) == "fer search run quick --data synthetic"
    monkeypatch.setenv("FER_STORAGE", request.storage)
    assert run_study._recorded_command(request) == (
        "fer search run quick --data synthetic --storage postgresql://me:***@host/db"
    )
    monkeypatch.setattr("sys.argv", ["fer", "search", "run", "quick", "--data=f.zip"])
    request = dataclasses.replace(request, source="f.zip")
    assert "--data synthetic" not in run_study._recorded_command(request)
