"""A PostgreSQL server of the benchmark's own, from Debian's package, for as long as a case runs."""

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.cases.case import Absent
from benchmarks.system.postgres_programs import find_program

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Server:
    """A server on 127.0.0.1 with one empty database, in this process's group, so that what ends the
    group ends the server too; ``pg_ctl`` would give it a session of its own.

    Its disk is waited for, as a study's would be.

    Raises:
        Absent: PostgreSQL or psycopg is not installed, or the server does not start.
    """

    def __init__(self) -> None:
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
        data, log, password = folder / "data", folder / "log", folder / "password"
        word = secrets.token_hex(16)
        password.write_text(word)
        if user:
            for path in (folder, password):
                shutil.chown(path, user)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"postgresql://fer:{word}@127.0.0.1:{port}/postgres"
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={port}",
            "unix_socket_directories=",
            # In its folder, which goes with it; /dev/shm would outlive a server that is killed.
            "dynamic_shared_memory_type=mmap",
        ]
        try:
            subprocess.run(
                [initdb, "-D", data, "-U", "fer", "--pwfile", password, "-A", "scram-sha-256"],
                user=user,
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            command = [postgres, "-D", str(data)]
            for setting in settings:
                command += ["-c", setting]
            with log.open("wb") as said:
                self._process = subprocess.Popen(
                    command, user=user, cwd=folder, stdout=said, stderr=said
                )
            self._wait(log)
        except (OSError, subprocess.CalledProcessError) as error:
            self.close()
            raise Absent(f"PostgreSQL does not start: {error}") from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop the server, without ado, and remove its files."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    def _wait(self, log: Path) -> None:
        """Until it answers.

        Raises:
            OSError: it ends, or does not answer in time.
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
                    said = log.read_text(encoding="utf-8", errors="replace").splitlines()
                    raise OSError(said[-1] if said else str(error)) from error
            time.sleep(0.05)
