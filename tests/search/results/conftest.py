"""A study that has ended."""

import pytest

from search.storage.sessions import begin_session
from search.storage.study_faces import check_data


@pytest.fixture
def study(open_cheap, run_serially, cheap, monkeypatch):
    """A study of 8 trials, one of which failed."""
    monkeypatch.setenv("CHEAP_FAIL", '{"2": "raise"}')
    study = open_cheap()
    begin_session(study, 2, "fer search run cheap --data somewhere/tiny.zip")
    check_data(study, "tiny.zip", cheap.tiny_faces("", "train", ("angry", "happy", "neutral")))
    run_serially(study)
    return study
