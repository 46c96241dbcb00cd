"""The workers' parent: what it starts them with."""

import json
import sys

import pytest

from search.execution import supervisor
from search.execution.supervisor import Supervisor
from search.execution.worker import WorkerConfig

SAY = """
import json, os, pathlib, sys
post = json.loads(sys.argv[1])
said = [post["threads"], os.environ["OMP_NUM_THREADS"]]
pathlib.Path(post["folder"], f"said-{os.getpid()}").write_text(json.dumps(said))
"""


@pytest.mark.parametrize(
    ("cores", "workers", "threads"), [(8, 1, 8), (8, 2, 4), (8, 3, 2), (2, 2, 1), (2, 5, 1)]
)
def test_each_worker_gets_its_share_of_the_cores(
    open_cheap, tmp_path, monkeypatch, cores, workers, threads
):
    monkeypatch.setattr(supervisor, "available_cores", lambda: cores)
    config = WorkerConfig("cheap", "tiny", str(tmp_path), threads=1)
    Supervisor(open_cheap(), config, workers, lambda: None, (sys.executable, "-c", SAY)).run("fer")
    said = [json.loads(path.read_text()) for path in tmp_path.glob("said-*")]
    assert said == [[threads, str(threads)]] * workers
