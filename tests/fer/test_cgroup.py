"""Control groups of both versions: limits, and out-of-memory kills."""

from pathlib import Path

import pytest

from fer.cgroup import limits, out_of_memory_kills

VERSION_2 = {"proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/cgroup.controllers": "cpu memory\n"}


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_the_tightest_limit_of_a_container_counts(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        VERSION_2
        | {
            "sys/fs/cgroup/a/cpu.max": "150000 100000\n",
            "sys/fs/cgroup/a/memory.max": "1000\n",
            "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
            "sys/fs/cgroup/a/b/memory.max": "2000\n",
            "sys/fs/cgroup/a/b/cpuset.cpus.effective": "0-1\n",
        },
    )
    assert limits(root) == {"cpus": 1.5, "memory_bytes": 1000, "cpuset": "0-1", "cgroup": 2}


def test_limits_of_version_1(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "4:memory:/not/here\n2:cpu,cpuacct:/\n0::/\n",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000\n",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        },
    )
    assert limits(root) == {"cpus": 0.5, "cgroup": 1}


def test_without_control_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert limits(tmp_path) == {}


KILLS = "low 0\noom 9\noom_kill 2\noom_group_kill 0\n"
MACHINE = {"proc/vmstat": "pgfault 9\noom_kill 5\n"}


@pytest.mark.parametrize(
    ("files", "kills"),
    [
        (VERSION_2 | MACHINE | {"sys/fs/cgroup/a/b/memory.events": KILLS}, 2),
        (VERSION_2 | MACHINE | {"sys/fs/cgroup/memory.events": KILLS}, 2),
        (
            MACHINE
            | {
                "proc/self/cgroup": "4:memory:/a\n",
                "sys/fs/cgroup/memory/a/memory.oom_control": "under_oom 0\noom_kill 3\n",
            },
            3,
        ),
        (MACHINE, 5),
        ({}, 0),
    ],
    ids=["own group", "namespace", "version 1", "whole machine", "not reported"],
)
def test_kills_are_counted_in_the_innermost_group_that_reports_them(
    tmp_path: Path, files: dict[str, str], kills: int
) -> None:
    assert out_of_memory_kills(write(tmp_path, files)) == kills
