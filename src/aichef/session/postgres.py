"""Sessions in PostgreSQL, for any number of processes and machines. Needs the extra `postgres`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any, ClassVar, Final

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool

from aichef.errors import StoreError
from aichef.session import model
from aichef.session.tables import Run, TableSessions, migrate
from aichef.session.words import say

Connection = psycopg.Connection[tuple[Any, ...]]

DEFAULTS: Final[dict[str, Any]] = {
    "application_name": "aichef",
    "connect_timeout": "5",
    # A line that went silent is noticed within half a minute, not after two hours.
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "options": "-c statement_timeout=10s -c lock_timeout=5s"
    " -c idle_in_transaction_session_timeout=30s",
}
"""What a connection is asked for; the address one gives may say otherwise."""

_WAIT: Final = 5.0
_MOST: Final = 10
_MIGRATING: Final = 6_175_638
"""Number of the advisory lock under which the tables are changed; any will do."""


class PostgresSessions(TableSessions):
    """Sessions in the database at `address` ("postgresql://…"), connected at the first use.

    A database that goes away costs the calls made meanwhile a StoreError each, nothing else.
    """

    _row_lock: ClassVar = " FOR UPDATE"

    def __init__(
        self,
        address: str,
        clock: Callable[[], datetime] = model.clock,
        locale: str = "ko",
        *,
        most: int = _MOST,
        wait: float = _WAIT,
    ) -> None:
        super().__init__(clock, locale)
        self._address = address
        self._most = most
        self._wait = wait
        self._pool: ConnectionPool[Connection] | None = None
        self._lock = Lock()

    def close(self) -> None:
        """Give every connection back."""
        with self._lock:
            if self._pool:
                self._pool.close()
                self._pool = None

    @contextmanager
    def _reading(self) -> Iterator[Run]:
        with self._translated(), self._ready().connection() as connection:
            yield _runner(connection)

    @contextmanager
    def _writing(self, *, durable: bool = True) -> Iterator[Run]:  # noqa: ARG002 - all are
        with (
            self._translated(),
            self._ready().connection() as connection,
            connection.transaction(),
        ):
            yield _runner(connection)

    def _sweep(self) -> None:
        """PostgreSQL's own vacuum frees what deleted rows held."""

    def _ready(self) -> ConnectionPool[Connection]:
        """The pool, its database migrated."""
        with self._lock:
            if self._pool is None:
                asked = {**DEFAULTS, **conninfo_to_dict(self._address)}
                address = make_conninfo("", **asked)
                self._migrate(address)
                self._pool = self._opened(address)
            return self._pool

    def _migrate(self, address: str) -> None:
        """On a connection of its own, which says at once where nobody is there."""
        with psycopg.connect(address, autocommit=True) as connection, connection.transaction():
            run = _runner(connection)
            run("SET LOCAL statement_timeout = 0")
            run("SET LOCAL lock_timeout = 0")
            run("SELECT pg_advisory_xact_lock(?)", (_MIGRATING,))
            migrate(run, "postgres", self._clock(), self._locale)

    def _opened(self, address: str) -> ConnectionPool[Connection]:
        pool: ConnectionPool[Connection] = ConnectionPool(
            address,
            kwargs={"autocommit": True},
            min_size=1,
            max_size=self._most,
            timeout=self._wait,
            # Short, so that a database that is back is seen at the next call, not after a pause
            # that has grown with its absence.
            reconnect_timeout=self._wait,
            check=ConnectionPool.check_connection,
            open=False,
            name="aichef",
        )
        pool.open()
        return pool

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (psycopg.Error, UnicodeError) as trouble:
            what = _trouble(trouble)
            raise StoreError(say(what, self._locale), trouble=what) from trouble


def _trouble(error: Exception) -> str:
    match error:
        case errors.DiskFull():
            return "full"
        case errors.ReadOnlySqlTransaction():
            return "standby"
        case (
            errors.QueryCanceled()
            | errors.LockNotAvailable()
            | errors.DeadlockDetected()
            | errors.SerializationFailure()
            | errors.TooManyConnections()
        ):
            return "busy"
        case psycopg.OperationalError():
            return "unreachable"
        case _:
            return "other"


def _runner(connection: Connection) -> Run:
    def run(sql: str, values: Sequence[object] = (), /) -> Sequence[Sequence[Any]]:
        # The statements are ours, none holds a percent sign or a literal question mark.
        cursor = connection.execute(sql.replace("?", "%s").encode(), values)
        return cursor.fetchall() if cursor.description else ()

    return run
