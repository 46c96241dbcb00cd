"""Whole studies as processes: killed, interrupted, dying and failing."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from optuna.trial import TrialState

from search.storage.storage import Storage
from search.storage.study import open_study

TIMEOUT = 240
"""Seconds to wait for what takes two on an idle machine."""
CHEAP = Path(__file__).parents[1] / "cheap.py"


class Studies:
    """Starts the cheap study as a user would, in a folder of its own."""

    def __init__(self, folder: Path, file: Path) -> None:
        self.folder = folder
        self.file = file
        self.storage = str(folder / "studies.db")
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, workers=1, **environment: str) -> "subprocess.Popen[str]":
        arguments = ["run", str(self.file), self.storage, str(self.folder), str(workers)]
        process = subprocess.Popen(
            [sys.executable, str(CHEAP), *arguments],
            env=os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "120"} | environment,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def end(self) -> None:
        """Leave no process behind, whatever failed."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def finish(self, workers=1, **environment: str) -> tuple[int, str, str]:
        process = self.start(workers, **environment)
        out, err = process.communicate(timeout=TIMEOUT)
        return process.returncode, out, err

    def starts(self) -> dict[str, list[int]]:
        """The epoch at which each start of each trial began."""
        return {
            path.parent.name: [int(line.split()[1]) for line in path.read_text().splitlines()]
            for path in self.folder.glob("cheap/*/starts.txt")
        }

    def wait_for_starts(self, count: int) -> None:
        deadline = time.monotonic() + TIMEOUT
        while sum(map(len, self.starts().values())) < count:
            assert time.monotonic() < deadline, "no trial started"
            time.sleep(0.01)

    def trials(self):
        with Storage(self.storage) as storage:
            return open_study(storage, "cheap").everything()


@pytest.fixture
def studies(tmp_path, study_file):
    studies = Studies(tmp_path, study_file(("trials = 8", "trials = 6")))
    yield studies
    studies.end()


def test_sigkill_of_everything_at_any_time_loses_no_trial(studies):
    for kill in range(4):
        before = sum(map(len, studies.starts().values()))
        process = studies.start(workers=2, CHEAP_STEP_SECONDS="0.03")
        studies.wait_for_starts(before + 1 + kill % 2)
        time.sleep(random.uniform(0, 0.6))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    status, _, err = studies.finish(workers=2)
    assert status == 0, err
    trials = studies.trials()
    assert [trial.number for trial in trials] == list(range(6))
    states = Counter(trial.state for trial in trials)
    assert set(states) <= {TrialState.COMPLETE, TrialState.PRUNED}
    for trial in trials:
        epochs = len(trial.intermediate_values)
        assert list(trial.intermediate_values) == list(range(1, epochs + 1))
        begun = studies.starts()[str(trial.number)]
        assert begun == sorted(begun), "a run never goes back"
    assert sum(map(len, studies.starts().values())) > len(trials), "some trial was taken over"


@pytest.mark.usefixtures("default_sighup")
def test_a_stopped_study_ends_with_130_and_the_next_start_goes_on_at_the_epoch(studies):
    for count, number in enumerate([signal.SIGINT, signal.SIGTERM, signal.SIGHUP], start=1):
        process = studies.start(CHEAP_STEP_SECONDS="0.5")
        studies.wait_for_starts(count)
        process.send_signal(number)
        _, err = process.communicate(timeout=TIMEOUT)
        assert process.returncode == 130
        assert f"stopped by {number.name}" in err
        assert len(err.strip().splitlines()) == 1
        stopped = studies.trials()[-1]
        assert stopped.state == TrialState.RUNNING
        assert stopped.user_attrs["resumable"]

    status, out, err = studies.finish()
    assert status == 0, err
    assert studies.starts()[str(stopped.number)][-1] == len(stopped.intermediate_values)
    assert "the best trials and the baseline" in out
    assert (studies.folder / "summary.json").exists()

    before = studies.starts()
    status, out, _ = studies.finish()
    assert status == 0
    assert "the budget of 6 trials is spent; nothing to do" in out
    assert studies.starts() == before


def test_a_trial_that_kills_its_worker_fails_with_the_reason_and_the_study_goes_on(studies):
    status, _, err = studies.finish(CHEAP_FAIL='{"2": "die"}')
    assert status == 0, err
    trials = studies.trials()
    assert len(trials) == 6
    assert [trial.number for trial in trials if trial.state == TrialState.FAIL] == [2]
    assert trials[2].user_attrs["reason"] == (
        "its worker was killed by SIGSEGV 2 times after epoch 0"
    )


def test_three_failures_in_a_row_end_with_1_and_one_clear_line(studies):
    status, _, err = studies.finish(CHEAP_FAIL='{"1": "inf", "2": "inf", "3": "inf"}')
    assert status == 1
    assert err == (
        "fer: study cheap: 3 trials in a row failed; the last: validation accuracy is inf: "
        "expected a number in [0, 1]\n"
    )
    assert len(studies.trials()) == 4


def test_a_study_whose_every_trial_failed_ends_with_1_and_the_last_reason(tmp_path, study_file):
    studies = Studies(tmp_path, study_file(("trials = 8", "trials = 2")))
    for _ in range(2):  # and so does a start that finds the budget spent
        status, out, err = studies.finish(CHEAP_FAIL='{"0": "raise", "1": "inf"}')
        assert status == 1
        assert err == (
            "fer: study cheap: all 2 trials failed; the last: validation accuracy is inf: "
            "expected a number in [0, 1]\n"
        )
        assert "best five" not in out
    assert len(studies.trials()) == 2
    studies.end()


def test_every_second_of_a_start_is_accounted_for_where_there_is_no_terminal(studies):
    _, out, _ = studies.finish()
    lines = out.splitlines()
    assert lines[0].startswith("study cheap: 12 faces from tiny, storage sqlite:///")
    phases = [line for line in lines if line.startswith("worker 1: ")]
    assert phases[0] == "worker 1: starting"
    assert "results: " in lines[-1]


def test_orphaned_workers_stop_when_their_supervisor_is_killed(opened, studies):
    process = studies.start(CHEAP_STEP_SECONDS="0.05")
    studies.wait_for_starts(1)
    process.kill()
    process.wait()
    deadline = time.monotonic() + TIMEOUT
    study = open_study(opened(studies.storage), "cheap")
    while not study.everything()[0].user_attrs.get("resumable"):
        assert time.monotonic() < deadline, "the worker went on without its supervisor"
        time.sleep(0.1)


def test_an_orphaned_worker_that_reaches_no_step_ends_too(studies):
    process = studies.start(CHEAP_STEP_SECONDS="600")
    studies.wait_for_starts(1)
    log = (studies.folder / "cheap" / "0" / "starts.txt").read_text()
    worker = psutil.Process(int(log.split()[0]))
    process.kill()
    process.wait()
    worker.wait(TIMEOUT)


def test_the_supervisor_leaves_torch_to_the_workers():
    check = "import sys, search.execution.run_study, search.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_a_race_survives_sigkill_and_two_workers_share_every_fold(studies, study_file):
    rounds = "[rounds.screen]\nepochs = 2\ntrials = 4\n[rounds.race]\nkeep = 0.5\nfolds = 2\n"
    study_file(("[budget]\ntrials = 8", rounds), ('"median"\nstartup = 2', '"none"'))
    process = studies.start(workers=2, CHEAP_STEP_SECONDS="0.01")
    studies.wait_for_starts(7)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    status, _, err = studies.finish(workers=2)
    assert status == 0, err
    trials = studies.trials()
    assert {trial.state for trial in trials} == {TrialState.COMPLETE}
    race = [(t.user_attrs["group"], t.user_attrs["pair"]) for t in trials[5:]]
    best = sorted(trials[1:5], key=lambda trial: (-trial.value, trial.number))[:2]
    entrants = {trial.number for trial in best}
    assert sorted(race) == sorted(
        [(0, 1), *((number, pair) for number in entrants for pair in (0, 1))]
    )
