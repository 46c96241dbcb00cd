"""A PostgreSQL server of the benchmark's own, from Debian's package, for as long as a case runs."""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from benchmarks.case import Absent


class Server:
    """A server on 127.0.0.1 with one empty database.

    Its disk is waited for, as a study's would be.

    Raises:
        Absent: PostgreSQL or psycopg is not installed.
    """

    def __init__(self) -> None:
        if importlib.util.find_spec("psycopg") is None:
            raise Absent("no psycopg: pip install 'fer-search[postgres]'")
        initdb, self._control = _program("initdb"), _program("pg_ctl")
        # The server refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        self._folder = tempfile.TemporaryDirectory(prefix="fer-postgres-")
        folder = Path(self._folder.name)
        self._data = folder / "data"
        word = secrets.token_hex(16)
        password = folder / "password"
        password.write_text(word)
        if self._user:
            for path in (folder, password):
                shutil.chown(path, self._user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        try:
            self._run(initdb, "-U", "fer", "--pwfile", str(password), "-A", "scram-sha-256")
            options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
            self._run(self._control, "-l", str(folder / "log"), "-w", "-o", options, "start")
        except (OSError, subprocess.CalledProcessError) as error:
            self._folder.cleanup()
            raise Absent(f"PostgreSQL does not start: {error}") from error
        self.url = f"postgresql://fer:{word}@127.0.0.1:{port}/postgres"

    def close(self) -> None:
        """Stop the server and remove its files."""
        self._run(self._control, "-m", "immediate", "stop")
        self._folder.cleanup()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [program, "-D", str(self._data), *arguments],
            user=self._user,
            cwd=self._folder.name,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _program(name: str) -> str:
    """Debian keeps them outside the path, one folder a version.

    Raises:
        Absent: it is not installed.
    """
    folders = [str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"))]
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(folders))
    if found is None:
        raise Absent(f"no {name}: PostgreSQL is not installed")
    return found
