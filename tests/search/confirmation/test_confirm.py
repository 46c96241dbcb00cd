"""Whole confirmations as processes: killed, started twice, and dying."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from search.config.study_file import read_study
from search.confirmation.record import Confirmation
from search.confirmation.store import read
from search.storage.storage import Storage
from search.storage.study import create_or_open, open_study
from search.storage.study_faces import check_data

TIMEOUT = 240
CHEAP = Path(__file__).parents[1] / "cheap.py"


class Confirmations:
    """Starts the confirmation of the cheap study as a user would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.storage = str(folder / "studies.db")
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, workers: int = 2, **environment: str) -> "subprocess.Popen[str]":
        arguments = ["confirm", "cheap", self.storage, str(self.folder), str(workers)]
        process = subprocess.Popen(
            [sys.executable, str(CHEAP), *arguments],
            env=os.environ | {"OMP_NUM_THREADS": "1"} | environment,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def finish(self, **environment: str) -> tuple[int, str]:
        process = self.start(**environment)
        _, err = process.communicate(timeout=TIMEOUT)
        return process.returncode, err

    def end(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def record(self) -> Confirmation:
        with Storage(self.storage) as storage:
            confirmation = read(open_study(storage, "cheap"))
        assert confirmation is not None
        return confirmation

    def starts(self) -> dict[str, list[int]]:
        """The epoch at which each start of each run began."""
        return {
            path.parent.name: [int(line.split()[1]) for line in path.read_text().splitlines()]
            for path in self.folder.glob("cheap/confirm/*/starts.txt")
        }

    def wait_for_starts(self, count: int) -> None:
        deadline = time.monotonic() + TIMEOUT
        while sum(map(len, self.starts().values())) < count:
            assert time.monotonic() < deadline, "no run started"
            time.sleep(0.01)


@pytest.fixture
def confirmations(tmp_path, study_file, run_serially, cheap):
    """The cheap study, run to its end in SQLite, and its confirmation."""
    with Storage(str(tmp_path / "studies.db")) as storage:
        study = create_or_open(storage, *read_study(study_file(("trials = 8", "trials = 5"))))
        check_data(study, "tiny", cheap.tiny_faces("", "train", ("angry", "happy", "neutral")))
        run_serially(study)
    confirmations = Confirmations(tmp_path)
    yield confirmations
    confirmations.end()


def test_killed_at_any_point_it_goes_on_and_a_second_one_at_once_is_refused(confirmations):
    for kill in range(2):
        before = sum(map(len, confirmations.starts().values()))
        process = confirmations.start(CHEAP_STEP_SECONDS="0.3")
        confirmations.wait_for_starts(before + 1 + kill)
        if kill == 0:
            status, err = confirmations.finish()
            assert status == 2
            assert err.count("\n") == 1
            assert "another `fer search confirm` of it is running" in err
        time.sleep(random.uniform(0, 0.5))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    status, err = confirmations.finish()
    assert status == 0, err
    record = confirmations.record()
    assert record.complete
    assert len(record.folds) == 3 * 2
    assert len({(run.candidate, run.fold) for run in record.folds}) == 6, "each run once"
    assert [run.number for run in record.winner_runs] == [1, 2]
    for begun in confirmations.starts().values():
        assert begun == sorted(begun), "a run never goes back"
    lines = err.splitlines()
    assert lines[0].startswith("fer: study cheap: trial ")
    assert any(line.startswith("seed 2 of 2, ") for line in lines)

    before = confirmations.starts()
    status, err = confirmations.finish()
    assert status == 0
    assert err.endswith("all of these runs have finished; nothing to train\n")
    assert confirmations.starts() == before


def test_a_run_that_kills_its_workers_ends_it_with_one_clear_line(confirmations):
    status, err = confirmations.finish(CHEAP_FAIL='{"fold-1-baseline": "die"}')
    assert status == 1
    assert err.splitlines()[-1].startswith(
        "fer: study cheap: 3 workers in a row died before a run ended; the last was killed by "
        "SIGSEGV: "
    )
