"""``fer bench`` as a user types it."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from benchmarks.cases import families
from benchmarks.cli import commands
from benchmarks.recordings.files import read
from benchmarks.timing.limits import TimingLimits
from fer.cli import main
from fer.signals import SIGNALS

HERE = Path(__file__).parents[1]


@pytest.fixture
def fer(monkeypatch, capsys, tmp_path):
    """Run `fer` in this process; gives exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["fer", *map(str, arguments)])
        before = {number: signal.getsignal(number) for number in SIGNALS}
        try:
            main()
            status = 0
        except SystemExit as stop:
            status = stop.code
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def pretended(monkeypatch):
    """`fer bench` with pretended cases in place of all others."""
    monkeypatch.setenv("PYTHONPATH", f"{HERE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.syspath_prepend(str(HERE))
    import pretend

    monkeypatch.setattr(families, "full", pretend.cases)
    monkeypatch.setattr(families, "SOURCE", "pretend:cases")
    limits = TimingLimits(seconds=0, least_rounds=3, most_rounds=3, warmup_seconds=0)
    monkeypatch.setattr("benchmarks.timing.limits.FULL_LIMITS", limits)
    yield
    sys.modules.pop("pretend")


def test_a_run_writes_a_recording_of_what_was_timed_and_what_was_not(fer, pretended, tmp_path):
    arguments = ["--only", "quick", "--only", "missing", "--only", "setup", "--no-peaks"]
    status, out, err = fer("bench", "run", *arguments, "--name", "laptop", "--out", "a.json")
    assert status == 0, err
    recording = read(tmp_path / "a.json")
    assert [case.params["pretend"] for case in recording.measured] == ["quick"]
    reasons = {str(case.params["pretend"]): case.reason for case in recording.absent}
    assert reasons == {
        "missing": "no such device",
        "out of memory in setup": "out of memory: 8 EiB",
    }
    assert recording.machine["name"] == "laptop"
    assert {"id", "load_before", "load_after", "versions"} <= set(recording.machine)
    assert "1 case timed, 2 absent: a.json" in out
    assert "absent: no such device" in err


def test_a_faulty_case_fails_the_command_and_the_others_are_kept(fer, pretended, tmp_path):
    status, _, err = fer(
        "bench", "run", "--only", "quick", "--only", "faulty", "--no-peaks", "--out", "a.json"
    )
    assert status == 1
    assert err.splitlines()[-1].startswith("fer: 1 of 2 cases failed; study[pretend=faulty]")
    assert len(read(tmp_path / "a.json").measured) == 1


def test_the_list_names_the_cases(fer):
    status, out, _ = fer("bench", "list", "--only", "training[device=cuda", "--quick")
    assert status == 0
    assert all(line.startswith("training[device=cuda,") for line in out.splitlines())
    assert out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--only", "traning"], "--only traning: no case has this in its name; groups are"),
        (["--out", "nowhere/a.json"], "--out nowhere/a.json: nowhere is not a folder"),
    ],
)
def test_bad_input_is_one_line_and_status_2(fer, tmp_path, arguments, complaint):
    status, out, err = fer("bench", "run", *arguments)
    assert (status, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_ctrl_c_ends_with_130_and_leaves_no_file_and_no_process(tmp_path):
    process = _begin("endless", tmp_path)
    pids = _wait_for(lambda: _children(process.pid), process)
    children = [psutil.Process(int(pid)) for pid in pids]
    process.send_signal(signal.SIGINT)
    error = process.communicate(timeout=60)[1]
    assert process.returncode == 130, error
    assert error.decode().splitlines()[-1] == "fer: stopped by SIGINT"
    assert not list(tmp_path.iterdir())
    assert all(map(_has_ended, children))


@pytest.mark.postgres
def test_ctrl_c_leaves_no_postgresql_server_and_no_temporary_folder(tmp_path):
    process = _begin("endless_with_server", tmp_path)
    server = _wait_for(lambda: _server(process.pid), process)
    command = server.cmdline()
    data = Path(command[command.index("-D") + 1])
    assert data.is_dir()
    process.send_signal(signal.SIGINT)
    error = process.communicate(timeout=60)[1]
    assert process.returncode == 130, error
    assert _has_ended(server)
    assert not data.parents[1].exists(), "the folder of all temporary files"


def _has_ended(process):
    """Its parent died with it: an orphan that nobody adopts at once is a zombie for a while."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _server(pid):
    """The server of a run, once it is begun."""
    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "listen_addresses=127.0.0.1" in process.cmdline():
                return process
    return None


def _begin(cases, folder):
    """`fer bench run` on pretended cases, as a process."""
    code = (
        "import pretend, sys; from benchmarks.cases import families;"
        f"families.full = pretend.{cases}; families.SOURCE = 'pretend:{cases}';"
        "from fer.cli import main; sys.argv = ['fer', 'bench', 'run', '--no-peaks', '--out', 'a'];"
        "main()"
    )
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, env=environment, stderr=subprocess.PIPE
    )


def _children(pid):
    listing = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    running = [
        c
        for c in listing
        if b"benchmarks.timing.timing_process" in Path(f"/proc/{c}/cmdline").read_bytes()
    ]
    return running


def _wait_for(look, process):
    deadline = time.monotonic() + 60
    while not (found := look()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_pytest_times_the_same_cases_into_a_recording(tmp_path):
    """One case, in a process of its own, through pytest-benchmark's fixture."""
    repository = HERE.parents[1]
    command = [sys.executable, "-m", "pytest", str(repository / "benchmarks"), "-q"]
    command += ["-k", "help", f"--benchmark-json={tmp_path / 'a.json'}"]
    command += ["-p", "no:cacheprovider"]
    # Under xdist this very test would tell the inner run that it is a worker, and time nothing.
    environment = {key: value for key, value in os.environ.items() if "XDIST" not in key}
    environment["OMP_NUM_THREADS"] = "1"
    done = subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    recording = read(tmp_path / "a.json")
    [case] = recording.measured
    assert case.name == "study[what=help]"
    assert len(case.seconds) == len(case.extra["order"])
    assert case.extra["threads"] == 1
    assert recording.machine["id"]
    node = json.loads((tmp_path / "a.json").read_text())["machine_info"]["node"]
    assert node == recording.machine["id"]


def test_the_chosen_cases_are_those_of_the_set():
    assert [case.name for case in commands.chosen(True, None)] == [c.name for c in families.quick()]
