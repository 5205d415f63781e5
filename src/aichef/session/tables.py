"""What SQLite and PostgreSQL have in common: the tables, their migrations, and every statement.

A store of either kind says how a transaction is made and translates what goes wrong.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Protocol

from aichef.errors import StoreError
from aichef.session import model, moves
from aichef.session.model import KEPT, STATUSES, TALLY, Event, Kind, Phase, Session, Status
from aichef.session.words import say

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

Dialect = Literal["sqlite", "postgres"]

MIGRATIONS: Final = ("001_sessions", "002_keys", "003_indexes")
"""Names of the files in sql/, in order; never change one that was published."""

_COLUMNS: Final = (
    "s.id, s.attempt, s.profile, s.status, s.phase, s.progress, s.accepted_at, s.started_at,"
    " s.updated_at, s.deadline_at, s.ended_at, s.last_event, s.error"
)
_LIVING: Final = "(s.ended_at IS NULL OR s.ended_at > ?)"
_BATCH: Final = 200
_TRIES: Final = 5


class Run(Protocol):
    """Runs one statement with `?` for each value and returns its rows."""

    def __call__(self, sql: str, values: Sequence[object] = (), /) -> Sequence[Sequence[Any]]:
        """Rows of the statement; none for one that returns nothing."""


class _Raced(Exception):
    """Somebody else took the key between our looking and our writing."""


def migrate(
    run: Run, dialect: Dialect, now: datetime, locale: str, upto: int | None = None
) -> None:
    """Bring the tables up to date. The caller holds a transaction nobody else can be in.

    `upto`: only so many migrations, for tests that begin at an older schema. Raises StoreError
    where the tables are of a later version.
    """
    run(
        "CREATE TABLE IF NOT EXISTS migrations"
        " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL)"
    )
    done = run("SELECT count(*) FROM migrations")[0][0]
    if done > len(MIGRATIONS):
        raise StoreError(say("version", locale), trouble="version")
    for number, name in list(enumerate(MIGRATIONS, 1))[done:upto]:
        for statement in _statements(name, dialect):
            run(statement)
        run("INSERT INTO migrations VALUES (?, ?, ?)", (number, name, _stamp(now)))


def _statements(name: str, dialect: Dialect) -> Sequence[str]:
    """One text for both where they agree, else one for each; whole-line comments are left out."""
    folder = files("aichef.session") / "sql"
    both = folder / f"{name}.sql"
    text = (both if both.is_file() else folder / f"{name}.{dialect}.sql").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [one for one in "\n".join(lines).split(";") if one.strip()]


class TableSessions(ABC):
    """Sessions in tables; see `Sessions` for every public method."""

    _row_lock: ClassVar = ""

    def __init__(self, clock: Callable[[], datetime] = model.clock, locale: str = "ko") -> None:
        self._clock = clock
        self._locale = locale

    @abstractmethod
    def close(self) -> None:
        """Give files and connections back; another use opens them again."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Run]:
        """Statements that only read, each for itself. Raises StoreError."""

    @abstractmethod
    def _writing(self, *, durable: bool = True) -> AbstractContextManager[Run]:
        """One transaction. `durable`: it outlives a power cut, not only this process."""

    @abstractmethod
    def _sweep(self) -> None:
        """Wipe what a deletion has left behind, as far as the database lets us."""

    def accept(
        self, one: str, profile: str, now: datetime, deadline: datetime, key: str | None = None
    ) -> Session:
        """See `Sessions`."""
        digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest() if key else None
        for _ in range(_TRIES):
            try:
                with self._writing() as run:
                    return self._accept(run, one, profile, now, deadline, digest)
            except _Raced:
                continue
        raise StoreError(say("busy", self._locale), trouble="busy")

    def _accept(
        self,
        run: Run,
        one: str,
        profile: str,
        now: datetime,
        deadline: datetime,
        digest: str | None,
    ) -> Session:
        run(
            "DELETE FROM keys WHERE key = ?"
            " AND session IN (SELECT id FROM sessions WHERE ended_at <= ?)",
            (digest, self._boundary()),
        )
        if digest and (named := self._named(run, digest)):
            return moves.same(named, profile, "other_key", self._locale)
        old = run(
            "DELETE FROM sessions WHERE id = ? AND ended_at <= ? RETURNING attempt",
            (one, self._boundary()),
        )
        move = moves.accepted(one, profile, now, deadline, old[0][0] if old else 0)
        session = move.session
        new = run(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING RETURNING id",
            _cells(session),
        )
        if new:
            _append(run, move, None)
        else:
            session = moves.same(self._locked(run, one), profile, "other_profile", self._locale)
        if digest and not run(
            "INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING key", (digest, one)
        ):
            raise _Raced
        return session

    def advance(self, one: str, attempt: int, phase: Phase, progress: int, now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(
            one, lambda it: moves.advanced(it, attempt, phase, progress, now), durable=False
        )

    def tell(
        self,
        one: str,
        attempt: int,
        key: str,
        kind: Kind,
        body: Mapping[str, Any],
        now: datetime,
    ) -> bool:
        """See `Sessions`."""
        with self._writing(durable=False) as run:
            session = self._locked(run, one)
            if run("SELECT 1 FROM events WHERE session = ? AND key = ?", (one, key)):
                return False
            return _write(run, moves.told(session, attempt, kind, body, now), key)

    def keep(self, one: str, attempt: int, part: str, body: bytes) -> bool:
        """See `Sessions`."""
        with self._writing(durable=False) as run:
            if not moves.at_work(self._locked(run, one), attempt):
                return False
            kept = run(
                "INSERT INTO parts VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING part",
                (one, part, body),
            )
            return bool(kept)

    def part(self, one: str, part: str) -> bytes | None:
        """See `Sessions`."""
        with self._reading() as run:
            found = run(
                "SELECT p.body FROM sessions s"
                " LEFT JOIN parts p ON p.session = s.id AND p.part = ?"
                f" WHERE s.id = ? AND {_LIVING}",
                (part, one, self._boundary()),
            )
        if not found:
            raise moves.not_found(self._locale)
        body: bytes | None = found[0][0]
        return body

    def finish(self, one: str, attempt: int, meal: str, now: datetime) -> bool:
        """See `Sessions`."""
        with self._writing() as run:
            if not _write(run, moves.finished(self._locked(run, one), attempt, now)):
                return False
            run(
                "DELETE FROM parts WHERE session = ? AND substr(part, 1, ?) <> ?",
                (one, len(TALLY), TALLY),
            )
            run(
                "INSERT INTO results VALUES (?, ?, ?) ON CONFLICT (session)"
                " DO UPDATE SET meal = excluded.meal, expires_at = excluded.expires_at",
                (one, meal, _stamp(now + KEPT)),
            )
            return True

    def fail(self, one: str, attempt: int, error: Mapping[str, Any], now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(one, lambda it: moves.failed(it, attempt, error, now))

    def cancel(self, one: str, now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(one, lambda it: moves.cancelled(it, now))

    def again(self, one: str, now: datetime, deadline: datetime) -> Session:
        """See `Sessions`."""
        with self._writing() as run:
            move = moves.again(self._locked(run, one), now, deadline, self._locale)
            run("DELETE FROM parts WHERE session = ?", (one,))
            run("DELETE FROM events WHERE session = ?", (one,))
            _write(run, move)
            return move.session

    def find(self, one: str) -> Session:
        """See `Sessions`."""
        with self._reading() as run:
            return self._found(run, one)

    def result(self, one: str) -> str:
        """See `Sessions`."""
        with self._reading() as run:
            found = run(
                f"SELECT {_COLUMNS}, r.meal FROM sessions s"
                " LEFT JOIN results r ON r.session = s.id AND r.expires_at > ?"
                f" WHERE s.id = ? AND {_LIVING}",
                (_stamp(self._clock()), one, self._boundary()),
            )
        if not found:
            raise moves.not_found(self._locale)
        *cells, meal = found[0]
        if meal is None:
            raise moves.no_result(_session(cells), self._locale)
        return str(meal)

    def events(self, one: str, after: int = 0) -> tuple[Event, ...]:
        """See `Sessions`."""
        with self._reading() as run:
            found = run(
                "SELECT e.number, e.kind, e.body, e.at FROM events e"
                " JOIN sessions s ON s.id = e.session"
                f" WHERE e.session = ? AND e.number > ? AND {_LIVING} ORDER BY e.number",
                (one, after, self._boundary()),
            )
            if not found:
                self._found(run, one)
        return tuple(
            Event(number, kind, json.loads(body), datetime.fromisoformat(at))
            for number, kind, body, at in found
        )

    def marks(self, ids: Sequence[str]) -> Mapping[str, tuple[int, Status]]:
        """See `Sessions`."""
        if not ids:
            return {}
        places = ", ".join("?" * len(ids))
        with self._reading() as run:
            found = run(
                f"SELECT s.id, s.last_event, s.status FROM sessions s"
                f" WHERE s.id IN ({places}) AND {_LIVING}",
                (*ids, self._boundary()),
            )
        return {one: (last, status) for one, last, status in found}

    def counts(self) -> Mapping[Status, int]:
        """See `Sessions`."""
        with self._reading() as run:
            found = run(
                f"SELECT s.status, count(*) FROM sessions s WHERE {_LIVING} GROUP BY s.status",
                (self._boundary(),),
            )
        counted = {status: int(many) for status, many in found}
        return {status: counted.get(status, 0) for status in STATUSES}

    def waiting(self) -> int:
        """See `Sessions`."""
        with self._reading() as run:
            found = run(
                "SELECT count(*) FROM sessions WHERE status = 'processing' AND phase = 'accepted'"
            )
        return int(found[0][0])

    def processing(self) -> tuple[str, ...]:
        """See `Sessions`."""
        with self._reading() as run:
            found = run("SELECT id, started_at FROM sessions WHERE status = 'processing'")
        waiting = sorted((datetime.fromisoformat(started), one) for one, started in found)
        return tuple(one for _, one in waiting)

    def list(self, limit: int = 100, status: Status | None = None) -> tuple[Session, ...]:
        """See `Sessions`."""
        only, values = (" AND s.status = ?", (status,)) if status else ("", ())
        with self._reading() as run:
            found = run(
                f"SELECT {_COLUMNS} FROM sessions s WHERE {_LIVING}{only}"
                " ORDER BY s.accepted_at DESC, s.id DESC LIMIT ?",
                (self._boundary(), *values, limit),
            )
        return tuple(map(_session, found))

    def room(self) -> bool:
        """See `Sessions`."""
        return True

    def forget(self, one: str) -> None:
        """See `Sessions`."""
        with self._writing() as run:
            self._locked(run, one)
            run("DELETE FROM sessions WHERE id = ?", (one,))
        self._sweep()

    def expire(self, now: datetime) -> tuple[str, ...]:
        """See `Sessions`."""
        gone: list[str] = []
        while batch := self._expired(now):
            gone += batch
        with self._writing() as run:
            run("DELETE FROM results WHERE expires_at <= ?", (_stamp(now),))
        self._sweep()
        return tuple(sorted(gone))

    def _expired(self, now: datetime) -> Sequence[str]:
        """A few at a time, so that nobody waits long for the others."""
        with self._writing() as run:
            found = run(
                "DELETE FROM sessions WHERE id IN"
                " (SELECT id FROM sessions WHERE ended_at <= ? ORDER BY ended_at LIMIT ?)"
                " RETURNING id",
                (_stamp(now - KEPT), _BATCH),
            )
        return [one for (one,) in found]

    def _move(
        self, one: str, decide: Callable[[Session], moves.Move | None], *, durable: bool = True
    ) -> bool:
        with self._writing(durable=durable) as run:
            return _write(run, decide(self._locked(run, one)))

    def _named(self, run: Run, digest: str) -> Session | None:
        found = run(
            f"SELECT {_COLUMNS} FROM sessions s JOIN keys k ON k.session = s.id WHERE k.key = ?",
            (digest,),
        )
        return _session(found[0]) if found else None

    def _locked(self, run: Run, one: str) -> Session:
        return self._found(run, one, self._row_lock)

    def _found(self, run: Run, one: str, lock: str = "") -> Session:
        found = run(
            f"SELECT {_COLUMNS} FROM sessions s WHERE s.id = ? AND {_LIVING}{lock}",
            (one, self._boundary()),
        )
        if not found:
            raise moves.not_found(self._locale)
        return _session(found[0])

    def _boundary(self) -> str:
        return _stamp(self._clock() - KEPT)


def _write(run: Run, move: moves.Move | None, key: str | None = None) -> bool:
    """Write what a session has become; False where it became nothing."""
    if move is None:
        return False
    one = move.session
    run(
        "UPDATE sessions SET attempt = ?, status = ?, phase = ?, progress = ?, started_at = ?,"
        " updated_at = ?, deadline_at = ?, ended_at = ?, last_event = ?, error = ? WHERE id = ?",
        (
            *(one.attempt, one.status, one.phase, one.progress, one.started_at.isoformat()),
            *(_stamp(one.updated_at), _stamp(one.deadline_at), _ended(one), one.last_event),
            *(_error(one), one.id),
        ),
    )
    _append(run, move, key)
    return True


def _append(run: Run, move: moves.Move, key: str | None) -> None:
    event = move.event
    run(
        "INSERT INTO events (session, number, key, kind, body, at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            *(move.session.id, event.number, key, event.kind),
            *(json.dumps(event.body), _stamp(event.at)),
        ),
    )


def _cells(one: Session) -> tuple[object, ...]:
    return (
        *(one.id, one.attempt, one.profile, one.status, one.phase, one.progress),
        *(_stamp(one.accepted_at), one.started_at.isoformat(), _stamp(one.updated_at)),
        *(_stamp(one.deadline_at), _ended(one), one.last_event, _error(one)),
    )


def _session(cells: Sequence[Any]) -> Session:
    one, attempt, profile, status, phase, progress, *times, last_event, error = cells
    accepted, started, updated, deadline, ended = times
    return Session(
        id=one,
        attempt=attempt,
        profile=profile,
        status=status,
        phase=phase,
        progress=progress,
        accepted_at=datetime.fromisoformat(accepted),
        started_at=datetime.fromisoformat(started),
        updated_at=datetime.fromisoformat(updated),
        deadline_at=datetime.fromisoformat(deadline),
        ended_at=datetime.fromisoformat(ended) if ended else None,
        last_event=last_event,
        error=json.loads(error) if error else None,
    )


def _ended(one: Session) -> str | None:
    return _stamp(one.ended_at) if one.ended_at else None


def _error(one: Session) -> str | None:
    return None if one.error is None else json.dumps(one.error)


def _stamp(moment: datetime) -> str:
    """A moment in UTC, so that its text sorts as its time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
