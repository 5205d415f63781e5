"""Which worker processes are there, so that the work of one that died is taken over.

Each has a row in the database that the workers share, and beats in it. On its own machine it also
holds a lock on a file, which the kernel lets go the moment the process dies, however it dies.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from socket import gethostname
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

if TYPE_CHECKING:
    from typing import TextIO

SILENT: Final = 25_000
"""Milliseconds without a beat after which a process of another machine counts as dead."""

BEAT: Final = 5.0
"""Seconds between two beats."""

_LEASE: Final = 10_000

_ROWS: Final = sa.Table(
    "aichef_workers",
    sa.MetaData(),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("seen_ms", sa.BigInteger, nullable=False),
    sa.Column("claimed_ms", sa.BigInteger, nullable=False),
)
_NOW: Final = {
    "sqlite": "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
}


class Roll:
    """The roll of workers. `folder` holds the lock files of those on this machine.

    Raises sqlalchemy's errors where the database fails.
    """

    def __init__(self, engine: sa.Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder
        self._now = sa.literal_column(_NOW[engine.dialect.name], sa.BigInteger)
        self._held: dict[str, TextIO] = {}
        # Two that start at once may both want to make the table.
        with suppress(sa.exc.ProgrammingError, sa.exc.OperationalError, sa.exc.IntegrityError):
            _ROWS.create(engine, checkfirst=True)

    def enter(self) -> str:
        """Come to work: a name nobody else has, its lock held for as long as this process lives."""
        name = f"{gethostname()}-{os.getpid()}-{token_hex(3)}"
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = self._path(name).open("w")
        _lock(lock)
        self._held[name] = lock
        self.beat(name)
        return name

    def beat(self, name: str) -> None:
        """Say that the process is still there."""
        with self._engine.begin() as run:
            beaten = run.execute(
                _ROWS.update().where(_ROWS.c.name == name).values(seen_ms=self._now)
            )
            if not beaten.rowcount:
                run.execute(_ROWS.insert().values(name=name, seen_ms=self._now, claimed_ms=0))

    def leave(self, name: str) -> None:
        """Strike a name off the roll."""
        with self._engine.begin() as run:
            run.execute(_ROWS.delete().where(_ROWS.c.name == name))
        if lock := self._held.pop(name, None):
            lock.close()
        self._path(name).unlink(missing_ok=True)

    def miss(self, names: set[str]) -> None:
        """Enter those somebody speaks of and nobody has ever seen, as dead."""
        with self._engine.begin() as run:
            known = set(run.execute(sa.select(_ROWS.c.name)).scalars())
            for name in names - known:
                run.execute(_ROWS.insert().values(name=name, seen_ms=0, claimed_ms=0))

    def there(self) -> tuple[str, ...]:
        """Names of all who are alive."""
        return tuple(name for name, silent in self._all() if not self._gone(name, silent=silent))

    def dead(self) -> tuple[str, ...]:
        """Names of all whose process is gone."""
        return tuple(name for name, silent in self._all() if self._gone(name, silent=silent))

    def claim(self, name: str) -> bool:
        """Whether it is ours, and for ten seconds nobody else's, to take over a dead one's work."""
        with self._engine.begin() as run:
            claimed = run.execute(
                _ROWS.update()
                .where(_ROWS.c.name == name, _ROWS.c.claimed_ms < self._now - _LEASE)
                .values(claimed_ms=self._now)
            )
            return claimed.rowcount > 0

    def _all(self) -> list[tuple[str, bool]]:
        with self._engine.connect() as run:
            rows = run.execute(sa.select(_ROWS.c.name, _ROWS.c.seen_ms < self._now - SILENT)).all()
        return [(name, bool(silent)) for name, silent in rows]

    def _gone(self, name: str, *, silent: bool) -> bool:
        if name in self._held:
            return False
        held = _is_held(self._path(name))
        return silent if held is None else not held

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


if sys.platform == "win32":

    def _lock(_: TextIO) -> None:
        """Beats alone tell."""

    def _is_held(_: Path) -> bool | None:
        return None

else:
    import fcntl

    def _lock(file: TextIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _is_held(path: Path) -> bool | None:
        """Whether the process that made the file lives; None where it is not of this machine."""
        try:
            with path.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except OSError:
            return True
        return False


def sharing(address: str | Path, *, probes: bool) -> sa.Engine:
    """Connections to the workers' database: a PostgreSQL address, or the path of an SQLite file.

    SQLite writes ahead (WAL), so that readers never wait. Commits outlive the process, not a power
    cut: what was forgotten is found in the store of sessions and enqueued again. `probes`: a
    connection is tried before it is used, for somebody who does not try again.
    """
    if isinstance(address, str):
        url = sa.make_url(address).set(drivername="postgresql+psycopg")
        asked = {"connect_timeout": 5, "application_name": "aichef-work"}
        if "options" not in url.query:
            asked["options"] = "-c synchronous_commit=off"
        return sa.create_engine(
            url, pool_size=6, max_overflow=4, pool_pre_ping=probes, connect_args=asked
        )
    # For its owner alone: who knows the id of a session may read its meal. Only a file that is not
    # there yet is opened here; closing another would let go of this process's locks on it.
    with suppress(FileExistsError):
        os.close(os.open(address, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(address)))

    @sa.event.listens_for(engine, "connect")
    def begin(connection: Any, _: object) -> None:
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "busy_timeout = 30000",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "secure_delete = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine
