"""Sessions in one SQLite file, for any number of threads and processes of one machine.

WAL mode: readers never wait for a writer. What a client was promised (accepted, ended, forgotten)
is committed with `synchronous = FULL` and outlives a power cut. Progress, events and parts are
committed with NORMAL: they outlive this process, however it dies; a power cut may take the last
moments of them, never leave half of one, and the run goes on from what is there. The log is
written in order, so the next FULL commit also makes all before it last.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock, local
from typing import Any, Final
from weakref import WeakSet

from aichef.errors import StoreError
from aichef.session import model
from aichef.session.tables import Run, TableSessions, migrate
from aichef.session.words import say

FILE: Final = "sessions.sqlite3"

_OLDEST: Final = (3, 37)
_WAIT: Final = 10.0
_TROUBLES: Final = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_CANTOPEN: "readonly",
    sqlite3.SQLITE_PERM: "readonly",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
}
_LEAST_ROOM: Final = 64 * 1024
_PRIMARY: Final = 0xFF
"""SQLite's extended result codes carry the primary one in their lowest byte."""


class _Held:
    """A thread's connection, closed when the thread ends.

    On its own a connection would wait for the collector: its cache of statements refers to it.
    """

    __slots__ = ("__weakref__", "connection")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class SqliteSessions(TableSessions):
    """Sessions in `folder`. The file is made, for its owner alone to read, at the first use."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], datetime] = model.clock,
        locale: str = "ko",
        *,
        wait: float = _WAIT,
    ) -> None:
        super().__init__(clock, locale)
        self._path = folder / FILE
        self._wait = wait
        self._mine = local()
        self._open: WeakSet[_Held] = WeakSet()
        self._lock = Lock()
        self._migrated = False

    def close(self) -> None:
        """Give the file back, for every thread."""
        with self._lock:
            for one in list(self._open):
                one.connection.close()
            self._open.clear()
            self._mine = local()
            self._migrated = False

    def room(self) -> bool:
        """See `Sessions`."""
        folder = self._path.parent
        return os.access(folder, os.W_OK) and not _no_room(folder)

    @contextmanager
    def _reading(self) -> Iterator[Run]:
        with self._translated():
            yield _runner(self._connection())

    @contextmanager
    def _writing(self, *, durable: bool = True) -> Iterator[Run]:
        with self._translated():
            file = self._connection()
            file.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with _transaction(file) as run:
                yield run

    def _sweep(self) -> None:
        """Move the log into the file and empty it: old pages in it hold what was deleted.

        Where somebody or something is in the way it is done with the next deletion, or by SQLite
        itself; what was to be deleted is deleted all the same, so nobody is told.
        """
        with suppress(sqlite3.Error, StoreError):
            self._connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._mine, "held", None)
        if held is None:
            held = self._mine.held = _Held(self._opened())
            with self._lock:
                self._open.add(held)
        return held.connection

    def _opened(self) -> sqlite3.Connection:
        if sqlite3.sqlite_version_info < _OLDEST:
            raise StoreError(say("old_sqlite", self._locale), trouble="old_sqlite")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite gives its log the rights of the file, and asks for none of its own. Only a file
        # that is not there yet is opened here: closing one that SQLite has open in another thread
        # would let go of this process's locks on it, and another process could damage the file.
        with suppress(FileExistsError):
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        file = sqlite3.connect(
            self._path,
            timeout=self._wait,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA foreign_keys = ON")
            file.execute("PRAGMA secure_delete = ON")
            file.execute("PRAGMA synchronous = FULL")
            self._migrate(file)
        except BaseException:
            file.close()
            raise
        return file

    def _migrate(self, file: sqlite3.Connection) -> None:
        """Once for a store, not for each of its threads."""
        if not self._migrated:
            with _transaction(file) as run:
                migrate(run, "sqlite", self._clock(), self._locale)
            self._migrated = True

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as trouble:
            full = trouble.errno in {errno.ENOSPC, errno.EDQUOT}
            raise self._error("full" if full else "readonly") from trouble
        except (sqlite3.Error, UnicodeError) as trouble:
            code = getattr(trouble, "sqlite_errorcode", 0)
            no_room = code & _PRIMARY == sqlite3.SQLITE_IOERR and _no_room(self._path.parent)
            raise self._error("full" if no_room else trouble_of(code)) from trouble

    def _error(self, trouble: str) -> StoreError:
        return StoreError(say(trouble, self._locale), trouble=trouble)


def trouble_of(code: int) -> str:
    """What SQLite complains of with an error code, as `words.WORDS` names it."""
    return _TROUBLES.get(code & _PRIMARY, "other")


def _no_room(folder: Path) -> bool:
    """Whether a failure to write may be for want of space: the log's index says no more."""
    with suppress(OSError):
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    return False


@contextmanager
def _transaction(file: sqlite3.Connection) -> Iterator[Run]:
    file.execute("BEGIN IMMEDIATE")
    try:
        yield _runner(file)
        file.execute("COMMIT")
    except BaseException:
        # A full disk has rolled back already.
        with suppress(sqlite3.Error):
            file.execute("ROLLBACK")
        raise


def _runner(file: sqlite3.Connection) -> Run:
    def run(sql: str, values: Sequence[object] = (), /) -> Sequence[Sequence[Any]]:
        rows: list[Any] = file.execute(sql, tuple(values)).fetchall()
        return rows

    return run
