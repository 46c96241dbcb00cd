"""The dashboard of a running study lives as long as the study."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from reports.dashboard.process import beside


def test_beside_a_study_it_ends_with_it(study, tmp_path):
    with (
        beside(study.opened, "cheap", tmp_path) as address,
        urllib.request.urlopen(f"{address}api/studies", timeout=120) as answer,
    ):
        assert b"cheap" in answer.read()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}api/studies", timeout=5)


def test_beside_a_study_that_is_killed_it_ends_too(study, tmp_path):
    script = (
        "import os, pathlib, sys\n"
        "from reports.dashboard.process import beside\n"
        "from search.storage.storage import Storage\n"
        "import urllib.request\n"
        "with Storage(sys.argv[1]) as storage:\n"
        "    with beside(storage, 'cheap', pathlib.Path()) as address:\n"
        "        urllib.request.urlopen(address + 'api/studies', timeout=120).close()\n"
        "        print(address, flush=True)\n"
        "        os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, study.opened.shown],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == -9, done.stderr
    deadline = threading.Event()
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{done.stdout.strip()}api/studies", timeout=5).close()
        except OSError:
            break
        deadline.wait(0.2)
    else:
        pytest.fail("it still answers")


def test_a_study_that_is_run_with_a_dashboard_shows_it_until_it_ends(tmp_path):
    """The budget is more than can be spent here: only the interrupt below ends the study."""
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (60, 48, 48), dtype=np.uint8)
    names = np.array(["angry", "happy", "neutral"] * 20)
    np.savez(tmp_path / "faces.npz", train_images=images, train_labels=names)
    (tmp_path / "tiny.toml").write_text(
        'name = "tiny"\nrecipe = "published"\nbaseline_epochs = 1\n'
        "[fixed]\nepochs = 1\nbatch_size = 16\nwidths = [2]\n"
        '[space]\ndropout = { kind = "float", low = 0.0, high = 0.5 }\n[budget]\ntrials = 1000\n'
    )
    command = [sys.executable, "-m", "fer", "search", "run", "tiny.toml", "--data", "faces.npz"]
    command += ["--storage", "studies.db", "--workers", "1", "--dashboard"]
    with (tmp_path / "log.txt").open("w") as log:
        study = subprocess.Popen(
            command, cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    try:
        address = None
        deadline = time.monotonic() + 200
        while address is None and study.poll() is None and time.monotonic() < deadline:
            found = re.search(r"dashboard: (http://\S+)", (tmp_path / "log.txt").read_text())
            address = found and found[1]
            time.sleep(0.05)
        assert address, (tmp_path / "log.txt").read_text()
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{address}api/studies", timeout=120) as answer:
            assert b'"tiny"' in answer.read()
        assert study.poll() is None, (tmp_path / "log.txt").read_text()
        study.send_signal(signal.SIGINT)
        assert study.wait(200) == 130, (tmp_path / "log.txt").read_text()
    finally:
        study.kill()
        study.wait()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}api/studies", timeout=5)
