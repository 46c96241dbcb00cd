"""The supervisor keeps its memory for the workers, also while it publishes."""

import subprocess
import sys
from pathlib import Path

from optuna_dashboard import get_note

from search.storage.sessions import begin_session

MOST_MB = 140

_SUPERVISOR = """
import io, pathlib, sys
import search.execution.run_study
from rich.console import Console
from reports.dashboard.subscriber import subscribe
from search.results.snapshot import read_snapshot
from search.results.terminal import screen
from search.storage.storage import Storage
from search.storage.study import open_study

with Storage(sys.argv[1], create=False) as storage:
    study = open_study(storage, "cheap")
    subscribe(study).session_ended()
    Console(file=io.StringIO()).print(screen(read_snapshot(study)))
# Not ru_maxrss: a child inherits it from the process that forked it.
status = pathlib.Path("/proc/self/status").read_text().split()
print(int(status[status.index("VmHWM:") + 1]) // 1024)
"""


def test_a_supervisor_that_publishes_stays_small(open_cheap, run_serially):
    study = open_cheap(storage="studies.db")
    begin_session(study, 1, "fer search run cheap")
    run_serially(study)
    done = subprocess.run(
        [sys.executable, "-c", _SUPERVISOR, study.opened.shown],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert get_note(study), "something was published"
    assert int(done.stdout) <= MOST_MB
