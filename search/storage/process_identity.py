"""Which process on which machine runs a trial or a session."""

import os
import socket
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class ProcessIdentity:
    """A process, by the name of its machine and its process id."""

    host: str
    pid: int

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}"


def process_identity() -> ProcessIdentity:
    """This process."""
    return ProcessIdentity(host_name(), os.getpid())


def is_dead(process: ProcessIdentity) -> bool:
    """Whether a process of this machine has ended; False where that is not known.

    A zombie has ended: nobody waits for the orphans of a container without an init process.
    """
    if process.host != host_name():
        return False
    try:
        return psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def host_name() -> str:
    """The name of this machine."""
    return socket.gethostname()
