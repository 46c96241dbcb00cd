"""Which process on which machine runs a trial or a session."""

import os
import socket
from dataclasses import dataclass


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


def host_name() -> str:
    """The name of this machine."""
    return socket.gethostname()
