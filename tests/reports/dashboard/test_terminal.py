"""What ``fer dashboard`` prints: its address, and nothing of the libraries that it uses."""

import os
import re
import signal
import subprocess
import sys
import urllib.request

import optuna
from made_snapshots import random_trials, snapshot
from stored_studies import frozen, store

from reports.data.study_data import StudyData


def test_it_prints_its_address_alone(tmp_path):
    storage = f"sqlite:///{tmp_path / 'studies.db'}"
    trials = random_trials(40)
    store(StudyData(snapshot(*trials)), storage)
    # optuna-dashboard estimates the importances of a study of another program, and warns.
    other = optuna.create_study(storage=storage, study_name="another's", direction="maximize")
    other.add_trials(map(frozen, trials))
    command = [sys.executable, "-m", "fer", "dashboard", "--storage", storage]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONWARNINGS": "default"},
    ) as running:
        try:
            line = running.stdout.readline()
            address = re.search(r"http://\S+/", line)[0]
            for study_id in (1, 2):
                for path in ("", "/param_importances"):
                    url = f"{address}api/studies/{study_id}{path}"
                    with urllib.request.urlopen(url, timeout=60) as answer:
                        assert answer.status == 200
        finally:
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=60)
    assert line.endswith("(Ctrl-C ends)\n")
    assert out == ""
    assert err == "fer: stopped by SIGINT\n"
