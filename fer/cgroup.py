"""Control groups, version 1 and 2: the limits on this process, and out-of-memory kills."""

from pathlib import Path
from typing import Any

_UNLIMITED = 1 << 60
"""Version 1 expresses "no limit" as the largest whole number of pages."""
_OUT_OF_MEMORY_FILES = {2: "memory.events", 1: "memory.oom_control"}


def limits(root: Path = Path("/")) -> dict[str, Any]:
    """The tightest limits on this process: ``cpus`` (such as 1.5), ``memory_bytes``, ``cpuset``
    and the ``cgroup`` version they come from. What is not limited is left out.

    Args:
        root: folder that holds ``proc`` and ``sys``.
    """
    if _version(root) == 2:
        return _limits_2(_folders(root, ""))
    return _limits_1(root)


def out_of_memory_kills(root: Path = Path("/")) -> int:
    """Number of processes that the kernel has killed for lack of memory so far.

    Counted in the innermost of this process's control groups that counts them, else on the whole
    machine; 0 where the system does not report them. As the count may include other programs',
    compare two readings, and check that the process in question died of SIGKILL.
    """
    version = _version(root)
    controller = "" if version == 2 else "memory"
    counters = [folder / _OUT_OF_MEMORY_FILES[version] for folder in _folders(root, controller)]
    for path in (*counters, root / "proc/vmstat"):
        for line in _lines(path):
            name, _, count = line.partition(" ")
            if name == "oom_kill" and count.isdigit():
                return int(count)
    return 0


def _version(root: Path) -> int:
    has_controllers = (root / "sys/fs/cgroup/cgroup.controllers").exists()
    return 2 if has_controllers and "" in _groups(root) else 1


def _groups(root: Path) -> dict[str, str]:
    """The process's path in each controller's hierarchy; under "" in version 2's."""
    parts = [line.split(":", 2) for line in _lines(root / "proc/self/cgroup")]
    return {name: part[2] for part in parts if len(part) == 3 for name in part[1].split(",")}


def _folders(root: Path, controller: str) -> list[Path]:
    """The folders from the process's group to the top of the hierarchy: each may set a limit.

    In a container with a cgroup namespace the path is ``/``; without one it is the host's, and does
    not exist below a mount that begins at the container.
    """
    mount = root / "sys/fs/cgroup" / controller
    path = _groups(root).get(controller, "/")
    parts = [part for part in path.split("/") if part not in ("", "..")]
    folders = [mount.joinpath(*parts[:count]) for count in range(len(parts), -1, -1)]
    return [folder for folder in folders if folder.is_dir()]


def _limits_2(folders: list[Path]) -> dict[str, Any]:
    cpus, memory = [], []
    for folder in folders:
        quota = _words(folder / "cpu.max")
        if len(quota) == 2 and quota[0] != "max":
            cpus.append(int(quota[0]) / int(quota[1]))
        limit = _words(folder / "memory.max")
        if limit and limit[0] != "max":
            memory.append(int(limit[0]))
    cpusets = [" ".join(_words(folder / "cpuset.cpus.effective")) for folder in folders]
    return _tightest(2, cpus, memory, cpusets)


def _limits_1(root: Path) -> dict[str, Any]:
    cpus, memory = [], []
    for folder in _folders(root, "cpu"):
        quota, period = _words(folder / "cpu.cfs_quota_us"), _words(folder / "cpu.cfs_period_us")
        if quota and period and int(quota[0]) > 0:
            cpus.append(int(quota[0]) / int(period[0]))
    for folder in _folders(root, "memory"):
        limit = _words(folder / "memory.limit_in_bytes")
        if limit and int(limit[0]) < _UNLIMITED:
            memory.append(int(limit[0]))
    cpusets = [" ".join(_words(folder / "cpuset.cpus")) for folder in _folders(root, "cpuset")]
    return _tightest(1, cpus, memory, cpusets)


def _tightest(
    version: int, cpus: list[float], memory: list[int], cpusets: list[str]
) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if cpus:
        limits["cpus"] = min(cpus)
    if memory:
        limits["memory_bytes"] = min(memory)
    if cpuset := next(filter(None, cpusets), None):
        limits["cpuset"] = cpuset
    return {**limits, "cgroup": version} if limits else {}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _words(path: Path) -> list[str]:
    return " ".join(_lines(path)).split()
