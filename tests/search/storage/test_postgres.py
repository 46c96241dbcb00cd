"""PostgreSQL as the storage of many machines' workers; the server is the test's own."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from optuna.trial import TrialState

from benchmarks.system.postgres_programs import find_program
from search.config.study_file import read_study
from search.storage.study import create_or_open, open_study

pytestmark = pytest.mark.postgres

PASSWORD = "se:cret"


@pytest.fixture(scope="module")
def server():
    """The URL of a fresh server, less the database."""
    initdb, control = find_program("initdb"), find_program("pg_ctl")
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    with tempfile.TemporaryDirectory(prefix="fer-postgres-") as temporary:
        folder = Path(temporary)
        (folder / "password").write_text(PASSWORD)
        if user:
            shutil.chown(folder, user)
            shutil.chown(folder / "password", user)
        data = folder / "data"

        def run(*command: object) -> None:
            subprocess.run(
                [str(part) for part in command],
                user=user,
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        run(initdb, "-D", data, "-U", "fer", "--pwfile", folder / "password", "-A", "scram-sha-256")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        run(control, "-D", data, "-l", folder / "log", "-o", f"{options} -c fsync=off", "start")
        try:
            yield f"postgresql://fer:se%3Acret@127.0.0.1:{port}"
        finally:
            run(control, "-D", data, "-m", "immediate", "stop")


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
