"""Pages that poll make no writer fail or wait."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from cheap_studies import CHEAP

from reports.dashboard.listen import HOST
from tools.dashboard_soak import Polls


def test_a_page_that_polls_waits_for_no_writer(client, study, opened):
    storage = opened(study.opened.shown)
    with storage.optuna._backend.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")  # BEGIN IMMEDIATE: it holds the write lock
        assert client.get("/api/studies/1?after=0").status == 200


def test_polling_breaks_no_writer(serve, study, run_serially):
    client, stop, refused = serve(), threading.Event(), []

    def poll():
        while not stop.is_set():
            answer = client.get("/api/studies/1?after=0")
            if answer.status != 200:
                refused.append(answer)

    pollers = [threading.Thread(target=poll) for _ in range(2)]
    for poller in pollers:
        poller.start()
    try:
        trials = run_serially(study)
    finally:
        stop.set()
        for poller in pollers:
            poller.join()
    assert {trial.state.name for trial in trials} <= {"COMPLETE", "PRUNED"}
    assert not refused


@pytest.mark.slow
@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore::UserWarning:optuna")  # of the importance of few trials
def test_two_minutes_of_polling_fail_no_report_and_no_trial_of_four_workers(serve, study, tmp_path):
    """`python -m tools.dashboard_soak` does the same with real training."""
    file = tmp_path / "study.toml"  # the study's own
    runs = [sys.executable, CHEAP, "run", file, study.opened.shown, tmp_path, "4", "100000"]
    # Ten times as often as two open pages ask; the trainer sleeps rather than trains.
    polls, stop = Polls(pause=0.25), threading.Event()
    address = f"http://{HOST}:{serve().server.server_port}"
    running = subprocess.Popen(
        list(map(str, runs)),
        env=os.environ | {"CHEAP_STEP_SECONDS": "0.05", "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    pollers = [threading.Thread(target=polls.poll, args=(address, stop)) for _ in range(2)]
    try:
        deadline = time.monotonic() + 200
        while not study.everything() and time.monotonic() < deadline:
            time.sleep(0.1)
        for poller in pollers:
            poller.start()
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(120)
    finally:
        stop.set()
        for poller in pollers:
            if poller.is_alive():
                poller.join()
        running.send_signal(signal.SIGTERM)
        _, err = running.communicate(timeout=240)
    assert running.returncode == 130, err
    trials = study.everything()
    assert any(trial.state.is_finished() for trial in trials)
    assert {trial.state.name for trial in trials} <= {"COMPLETE", "PRUNED", "RUNNING"}
    for trial in trials:
        epochs = len(trial.intermediate_values)
        assert list(trial.intermediate_values) == list(range(1, epochs + 1))
    assert set(polls.statuses) == {200}
    assert polls.statuses[200] > 100
