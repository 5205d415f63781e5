"""A PostgreSQL of our own, from the installed binaries, on a socket in a folder of its own.

No port is opened. Tests that need it skip with a reason where PostgreSQL is not installed; the
build, which sets AICHEF_CI=1, must have it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg
import pytest
from psycopg import sql

_SETTINGS = "-c listen_addresses='' -c fsync=off -c max_connections=60 -c shared_buffers=32MB"


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`; None where PostgreSQL is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return folders[-1].parent if folders else None


@dataclass(frozen=True)
class Server:
    """A server whose data live in `folder`."""

    folder: Path
    programs: Path

    @classmethod
    def made(cls) -> Server:
        """A new one, running. Skips, or fails in the build, where PostgreSQL is missing."""
        programs = binaries()
        if programs is None:
            missing = "PostgreSQL is not installed (initdb was not found)"
            if os.environ.get("AICHEF_CI") == "1":
                pytest.fail(missing)
            pytest.skip(missing)
        # Short, since the path of a socket may have a hundred characters only.
        server = cls(Path(tempfile.mkdtemp(prefix="aichef-pg-", dir="/tmp")), programs)
        if owner := _owner():
            shutil.chown(server.folder, owner)
        server._run("initdb", "-D", "data", "-U", "aichef", "-A", "trust", "-E", "UTF8", "-N",
                    "--locale=C")  # fmt: skip
        server.start()
        return server

    def start(self) -> None:
        options = f"{_SETTINGS} -c unix_socket_directories='{self.folder}'"
        self._run("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")

    def stop(self, mode: Literal["fast", "immediate"] = "fast") -> None:
        self._run("pg_ctl", "-D", "data", "-w", "-m", mode, "stop")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def database(self, name: str) -> str:
        """The address of a new, empty database."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.address(name)

    def address(self, name: str) -> str:
        return f"postgresql:///{name}?host={self.folder}&user=aichef"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.programs / program, *arguments],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            user=_owner(),
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


def _owner() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name for one in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
