"""Storages: opened by many processes at once, and intact when one of them dies."""

import json
from collections import Counter

import pytest
from optuna.trial import TrialState

from fer.errors import BadInput
from search.config.study_file import read_study
from search.storage.study import FerStudy, create_or_open, open_study
from search.storage.trials import database_of

ENQUEUED = 60


@pytest.mark.parametrize(("ending", "starts"), [("db", 8), ("journal", 4)])
def test_starts_of_four_workers_on_an_empty_storage_all_succeed(
    opened, tmp_path, swarm, study_file, ending, starts
):
    urls = [str(tmp_path / f"{start}.{ending}") for start in range(starts)]
    swarm(*(f"start {study_file()} {url} {url}.runs 4" for url in urls))
    for url in urls:
        trials = open_study(opened(url), "cheap").everything()
        assert [trial.number for trial in trials] == [0, 1, 2, 3]
        roles = Counter(trial.user_attrs["role"] for trial in trials)
        assert roles == {"baseline": 1, "search": 3}


@pytest.mark.parametrize("ending", ["db", "journal"])
def test_sixty_enqueued_trials_run_exactly_sixty_times(opened, tmp_path, swarm, study_file, ending):
    url = str(tmp_path / f"queue.{ending}")
    file = study_file(("trials = 8", "trials = 61"), ("\nepochs = 4", "\nepochs = 1"))
    study = create_or_open(opened(url), *read_study(file))
    for index in range(ENQUEUED):
        study.enqueue_trial({"dropout": index / 200, "learning_rate": 0.001})
    runs = tmp_path / "runs"
    swarm(f"drain {file} {url} {runs} 4")
    trials = open_study(opened(url), "cheap").everything()
    assert Counter(trial.state for trial in trials) == {TrialState.COMPLETE: ENQUEUED + 1}
    starts = [path.read_text().splitlines() for path in runs.glob("*/starts.txt")]
    assert sum(map(len, starts)) == ENQUEUED + 1
    dropouts = sorted(trial.params["dropout"] for trial in trials if trial.params)
    assert dropouts == [index / 200 for index in range(ENQUEUED)]


def test_sqlite_writes_ahead_and_takes_the_lock_at_begin(opened, tmp_path):
    first, second = opened(str(tmp_path / "a.db")), opened(str(tmp_path / "a.db"))
    engine = database_of(first.optuna).engine
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        other = database_of(second.optuna).engine
        raw = other.raw_connection()
        raw.execute("PRAGMA busy_timeout=0")
        with pytest.raises(Exception, match="locked"):
            raw.execute("BEGIN IMMEDIATE")
        raw.close()


def test_a_journal_outlives_a_writer_that_was_killed_in_the_middle_of_a_line(
    opened, open_cheap, tmp_path
):
    study = open_cheap(storage="torn.journal")
    study.ask()
    path = tmp_path / "torn.journal"
    with path.open("ab") as journal:
        journal.write(b'{"op_code": 4, "worker')
    study.ask()
    again = open_study(opened(str(path)), "cheap")
    assert [trial.number for trial in again.everything()] == [0, 1]
    for line in path.read_text().splitlines():
        json.loads(line)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://me:secret@there/db", "must be sqlite, postgresql or journal"),
        ("sqlite:///:memory:", "expected a file"),
        ("sqlite://", "expected a file"),
        ("://me:secret@", "not a URL"),
        ("/proc/nothing/here.db", "cannot be opened"),
        ("host=there dbname=db password=secret", "libpq keywords: expected a URL"),
        ("postgresql://me:secret/db", "not a URL"),
        ("postgresql://me:p@secret@127.0.0.1:1/db", "write @ as"),
        ("postgresql://me/you:secret@127.0.0.1:1/db", "write @ as"),
        ("postgresql://127.0.0.1:1/db?user=me&password=secret", "cannot be opened"),
        ("postgresql://127.0.0.1:1/db?user=me&password=p@x&secret=1", "write @ as"),
        ("postgresql://127.0.0.1:1/db?conninfo=password%3Da%20secret", "cannot be opened"),
        ("postgresql://me:secret@127.0.0.1:1/db", "cannot be opened"),
    ],
)
def test_a_storage_that_cannot_be_used_is_refused_and_its_password_is_not_told(
    opened, url, message
):
    with pytest.raises(BadInput) as refused:
        opened(url)
    assert message in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_looking_at_a_storage_that_is_not_there_makes_none(opened, tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        opened(str(tmp_path / "none.db"), create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(opened, tmp_path):
    path = tmp_path / "not.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(BadInput, match="not a database"):
        opened(str(path))


def test_a_changed_study_is_refused_and_a_changed_budget_is_not(opened, tmp_path, study_file):
    storage = opened(str(tmp_path / "studies.db"))
    create_or_open(storage, *read_study(study_file()))
    more = create_or_open(storage, *read_study(study_file(("trials = 8", "trials = 9"))))
    assert more.limits.budget.trials == 9
    for old, new, part in [
        ("seed = 3", "seed = 4", "seed"),
        ("high = 0.5", "high = 0.4", "space"),
        ("\nepochs = 4", "\nepochs = 5", "recipe"),
        ("startup = 3", "startup = 4", "sampler"),
    ]:
        with pytest.raises(BadInput, match=f"its {part} changed since it began"):
            create_or_open(storage, *read_study(study_file((old, new))))


def test_an_unknown_study_is_answered_with_the_nearest_one(opened, tmp_path, study_file):
    storage = opened(str(tmp_path / "studies.db"))
    assert isinstance(create_or_open(storage, *read_study(study_file())), FerStudy)
    with pytest.raises(BadInput, match="did you mean 'cheap'"):
        open_study(storage, "chaep")
