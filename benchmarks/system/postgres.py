"""A temporary PostgreSQL server, for a case or a test."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from benchmarks.cases.case import Absent
from benchmarks.system.postgres_programs import find_program

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Server:
    """A server on 127.0.0.1 with one empty database.

    It belongs to this process's group, so that it ends with the group; ``pg_ctl`` would start it in
    a session of its own. It syncs to disk, as a study's server does, unless ``settings`` differ.

    Args:
        password: of the user ``fer``; a random one if left out.
        settings: more of the server's settings, as ``NAME=VALUE``.

    Raises:
        Absent: PostgreSQL or psycopg is not installed, or the server does not start.
    """

    def __init__(self, password: str | None = None, settings: Sequence[str] = ()) -> None:
        if importlib.util.find_spec("psycopg") is None:
            raise Absent("no psycopg: pip install 'fer-search[postgres]'")
        try:
            initdb, postgres = find_program("initdb"), find_program("postgres")
        except FileNotFoundError as error:
            raise Absent(str(error)) from error
        # The server refuses to run as root.
        user = "postgres" if os.geteuid() == 0 else None
        self._folder = tempfile.TemporaryDirectory(prefix="fer-postgres-")
        self._process: subprocess.Popen[bytes] | None = None
        folder = Path(self._folder.name)
        data, log, secret = folder / "data", folder / "log", folder / "password"
        password = password or secrets.token_hex(16)
        secret.write_text(password)
        if user:
            for path in (folder, secret):
                shutil.chown(path, user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"postgresql://fer:{quote(password, safe='')}@127.0.0.1:{port}/postgres"
        settings = [
            *settings,
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            # In its folder, which is removed with it; /dev/shm would outlive a killed server.
            "dynamic_shared_memory_type=mmap",
        ]
        try:
            subprocess.run(
                [initdb, "-D", data, "-U", "fer", "--pwfile", secret, "-A", "scram-sha-256"],
                user=user,
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            command = [postgres, "-D", str(data)]
            for setting in settings:
                command += ["-c", setting]
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    command, user=user, cwd=folder, stdout=output, stderr=output
                )
            self._wait(log)
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            raise Absent(f"PostgreSQL does not start: {error}") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop the server at once, and remove its files."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    def _wait(self, log: Path) -> None:
        """Wait until the server answers.

        Raises:
            OSError: it exits, or does not answer in time.
        """
        import psycopg

        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
                    raise OSError(lines[-1] if lines else str(error)) from error
            time.sleep(0.05)
