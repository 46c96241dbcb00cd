"""What a container may use of its machine: cgroup limits, version 1 and 2."""

from pathlib import Path
from typing import Any

_UNLIMITED = 1 << 60
"""Version 1 says "no limit" with the largest number of whole pages."""


def limits(root: Path = Path("/")) -> dict[str, Any]:
    """The tightest limits on this process: ``cpus`` (such as 1.5), ``memory_bytes``, ``cpuset``
    and the ``cgroup`` version they come from. What is not limited is left out.

    Args:
        root: where ``proc`` and ``sys`` are found.
    """
    groups = _groups(root)
    mount = root / "sys/fs/cgroup"
    if "" in groups and (mount / "cgroup.controllers").exists():
        return _version_2(_upwards(mount, groups[""]))
    return _version_1(mount, groups)


def _groups(root: Path) -> dict[str, str]:
    """The process's path in each controller's tree; under "" in that of version 2."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    parts = [line.split(":", 2) for line in lines if line.count(":") >= 2]
    return {name: path for _, names, path in parts for name in names.split(",")}


def _upwards(mount: Path, path: str) -> list[Path]:
    """The folders from the process's group to the top: each may set a limit.

    In a container with a namespace of its own the path is ``/``; without one it is the host's, and
    not to be found below a mount that begins at the container.
    """
    parts = [part for part in path.split("/") if part not in ("", "..")]
    folders = [mount.joinpath(*parts[:count]) for count in range(len(parts), -1, -1)]
    return [folder for folder in folders if folder.is_dir()]


def _version_2(folders: list[Path]) -> dict[str, Any]:
    cpus, memory = [], []
    for folder in folders:
        quota = _words(folder / "cpu.max")
        if len(quota) == 2 and quota[0] != "max":
            cpus.append(int(quota[0]) / int(quota[1]))
        limit = _words(folder / "memory.max")
        if limit and limit[0] != "max":
            memory.append(int(limit[0]))
    cpusets = [" ".join(_words(folder / "cpuset.cpus.effective")) for folder in folders]
    return _found(2, cpus, memory, cpusets)


def _version_1(mount: Path, groups: dict[str, str]) -> dict[str, Any]:
    cpus, memory = [], []
    for folder in _upwards(mount / "cpu", groups.get("cpu", "/")):
        quota, period = _words(folder / "cpu.cfs_quota_us"), _words(folder / "cpu.cfs_period_us")
        if quota and period and int(quota[0]) > 0:
            cpus.append(int(quota[0]) / int(period[0]))
    for folder in _upwards(mount / "memory", groups.get("memory", "/")):
        limit = _words(folder / "memory.limit_in_bytes")
        if limit and int(limit[0]) < _UNLIMITED:
            memory.append(int(limit[0]))
    cpuset = _upwards(mount / "cpuset", groups.get("cpuset", "/"))
    return _found(1, cpus, memory, [" ".join(_words(f / "cpuset.cpus")) for f in cpuset])


def _found(
    version: int, cpus: list[float], memory: list[int], cpusets: list[str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if cpus:
        found["cpus"] = min(cpus)
    if memory:
        found["memory_bytes"] = min(memory)
    if cpuset := next(filter(None, cpusets), None):
        found["cpuset"] = cpuset
    return {**found, "cgroup": version} if found else {}


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split()
    except OSError:
        return []
