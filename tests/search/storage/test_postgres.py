"""PostgreSQL as the storage of many machines' workers; the server is the test's own."""

from collections import Counter
from urllib.parse import quote

import pytest
from optuna.trial import TrialState

from benchmarks.system.postgres import Server
from search.config.study_file import read_study
from search.storage.study import create_or_open, open_study

pytestmark = pytest.mark.postgres

PASSWORD = "se:cret"


@pytest.fixture(scope="module")
def server():
    """The URL of a fresh server, less the database."""
    started = Server(password=PASSWORD, settings=["fsync=off"])
    try:
        yield started.url.removesuffix("/postgres")
    finally:
        started.close()


@pytest.fixture
def database(server, request):
    """Makes an empty database; gives its URL."""
    import psycopg

    def make(name: str) -> str:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"{server}/{name}"

    return make


def test_starts_of_four_workers_on_an_empty_database_all_succeed(
    opened, database, swarm, study_file, tmp_path
):
    urls = [database(f"start{start}") for start in range(5)]
    swarm(*(f"start {study_file()} {url} {tmp_path}/runs{n} 4" for n, url in enumerate(urls)))
    for url in urls:
        trials = open_study(opened(url), "cheap").everything()
        assert [trial.number for trial in trials] == [0, 1, 2, 3]
        assert sum(trial.user_attrs["role"] == "baseline" for trial in trials) == 1


def test_enqueued_trials_run_exactly_once(opened, database, swarm, study_file, tmp_path):
    url = database("queue")
    file = study_file(("trials = 8", "trials = 31"), ("\nepochs = 4", "\nepochs = 1"))
    study = create_or_open(opened(url), *read_study(file))
    for index in range(30):
        study.enqueue_trial({"dropout": index / 100, "learning_rate": 0.001})
    swarm(f"drain {file} {url} {tmp_path}/runs 4")
    trials = open_study(opened(url), "cheap").everything()
    assert Counter(trial.state for trial in trials) == {TrialState.COMPLETE: 31}
    dropouts = sorted(trial.params["dropout"] for trial in trials if trial.params)
    assert dropouts == [index / 100 for index in range(30)]


def test_the_password_is_not_shown(opened, database):
    storage = opened(database("shown"))
    assert "cret" not in storage.shown
    assert "fer:***@127.0.0.1" in storage.shown


def test_a_password_in_the_query_opens_the_storage_and_is_not_shown(opened, database):
    url = database("query").replace(f"fer:{quote(PASSWORD, safe='')}@", "")
    storage = opened(f"{url}?user=fer&password={quote(PASSWORD, safe='')}")
    assert "cret" not in storage.shown
    assert storage.shown.endswith("/query?password=***&user=fer")


def test_a_named_lock_is_held_by_one_at_a_time_and_holds_up_no_other(opened, database):
    url = database("locks")
    storage, same = opened(url), opened(url)
    with storage.try_lock("confirm-1") as taken:
        assert taken
        with same.try_lock("confirm-1") as again, same.try_lock("confirm-2") as other, same.lock():
            assert (again, other) == (False, True)
    with same.try_lock("confirm-1") as taken:
        assert taken
