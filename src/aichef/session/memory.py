"""Sessions in this process only: for tests and for a server that keeps nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any

from aichef.session import model, moves
from aichef.session.model import KEPT, STATUSES, TALLY, Event, Kind, Phase, Session, Status


@dataclass(slots=True)
class _Held:
    """A session and all that hangs on it; `result` is a meal and when it goes."""

    session: Session
    events: list[Event]
    told: set[str] = field(default_factory=set)
    parts: dict[str, bytes] = field(default_factory=dict)
    result: tuple[str, datetime] | None = None


class MemorySessions:
    """Sessions for as long as this process lives."""

    def __init__(self, clock: Callable[[], datetime] = model.clock, locale: str = "ko") -> None:
        self._clock = clock
        self._locale = locale
        self._held: dict[str, _Held] = {}
        self._keys: dict[str, str] = {}
        self._lock = RLock()

    def accept(
        self, one: str, profile: str, now: datetime, deadline: datetime, key: str | None = None
    ) -> Session:
        """See `Sessions`."""
        with self._lock:
            named = self._kept(self._keys.get(key, "")) if key else None
            if named:
                return moves.same(named.session, profile, "other_key", self._locale)
            held = self._kept(one)
            if held:
                moves.same(held.session, profile, "other_profile", self._locale)
            else:
                old = self._held.get(one)
                before = old.session.attempt if old else 0
                self._drop(one)
                move = moves.accepted(one, profile, now, deadline, before)
                held = self._held[one] = _Held(move.session, [move.event])
            if key:
                self._keys[key] = one
            return held.session

    def advance(self, one: str, attempt: int, phase: Phase, progress: int, now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(one, lambda it: moves.advanced(it, attempt, phase, progress, now))

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
        with self._lock:
            told = self._find(one).told
            if key in told:
                return False
            if not self._move(one, lambda it: moves.told(it, attempt, kind, dict(body), now)):
                return False
            told.add(key)
            return True

    def keep(self, one: str, attempt: int, part: str, body: bytes) -> bool:
        """See `Sessions`."""
        with self._lock:
            held = self._find(one)
            if not moves.at_work(held.session, attempt) or part in held.parts:
                return False
            held.parts[part] = body
            return True

    def part(self, one: str, part: str) -> bytes | None:
        """See `Sessions`."""
        with self._lock:
            return self._find(one).parts.get(part)

    def finish(self, one: str, attempt: int, meal: str, now: datetime) -> bool:
        """See `Sessions`."""
        with self._lock:
            if not self._move(one, lambda it: moves.finished(it, attempt, now)):
                return False
            held = self._held[one]
            held.result = (meal, now + KEPT)
            held.parts = {name: body for name, body in held.parts.items() if name.startswith(TALLY)}
            return True

    def fail(self, one: str, attempt: int, error: Mapping[str, Any], now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(one, lambda it: moves.failed(it, attempt, dict(error), now))

    def cancel(self, one: str, now: datetime) -> bool:
        """See `Sessions`."""
        return self._move(one, lambda it: moves.cancelled(it, now))

    def again(self, one: str, now: datetime, deadline: datetime) -> Session:
        """See `Sessions`."""
        with self._lock:
            held = self._find(one)
            move = moves.again(held.session, now, deadline, self._locale)
            self._held[one] = _Held(move.session, [move.event], result=held.result)
            return move.session

    def find(self, one: str) -> Session:
        """See `Sessions`."""
        with self._lock:
            return self._find(one).session

    def result(self, one: str) -> str:
        """See `Sessions`."""
        with self._lock:
            held = self._find(one)
            if held.result and held.result[1] > self._clock():
                return held.result[0]
            raise moves.no_result(held.session, self._locale)

    def events(self, one: str, after: int = 0) -> tuple[Event, ...]:
        """See `Sessions`."""
        with self._lock:
            return tuple(event for event in self._find(one).events if event.number > after)

    def marks(self, ids: Sequence[str]) -> Mapping[str, tuple[int, Status]]:
        """See `Sessions`."""
        with self._lock:
            kept = [held.session for one in ids if (held := self._kept(one))]
            return {one.id: (one.last_event, one.status) for one in kept}

    def counts(self) -> Mapping[Status, int]:
        """See `Sessions`."""
        counted = Counter(one.status for one in self._all())
        return {status: counted[status] for status in STATUSES}

    def waiting(self) -> int:
        """See `Sessions`."""
        return sum(one.status == "processing" and one.phase == "accepted" for one in self._all())

    def processing(self) -> tuple[str, ...]:
        """See `Sessions`."""
        at_work = [one for one in self._all() if one.status == "processing"]
        return tuple(one.id for one in sorted(at_work, key=lambda one: (one.started_at, one.id)))

    def list(self, limit: int = 100, status: Status | None = None) -> tuple[Session, ...]:
        """See `Sessions`."""
        kept = [one for one in self._all() if status in {None, one.status}]
        newest = sorted(kept, key=lambda one: (one.accepted_at, one.id), reverse=True)
        return tuple(newest[:limit])

    def room(self) -> bool:
        """See `Sessions`."""
        return True

    def forget(self, one: str) -> None:
        """See `Sessions`."""
        with self._lock:
            self._find(one)
            self._drop(one)

    def expire(self, now: datetime) -> tuple[str, ...]:
        """See `Sessions`."""
        with self._lock:
            gone = [one for one, held in self._held.items() if moves.expired(held.session, now)]
            for one in gone:
                self._drop(one)
            for held in self._held.values():
                if held.result and held.result[1] <= now:
                    held.result = None
            return tuple(sorted(gone))

    def close(self) -> None:
        """Nothing to give back."""

    def _find(self, one: str) -> _Held:
        held = self._kept(one)
        if held is None:
            raise moves.not_found(self._locale)
        return held

    def _kept(self, one: str) -> _Held | None:
        held = self._held.get(one)
        return None if held is None or moves.expired(held.session, self._clock()) else held

    def _all(self) -> tuple[Session, ...]:
        with self._lock:
            return tuple(held.session for one in self._held if (held := self._kept(one)))

    def _drop(self, one: str) -> None:
        self._held.pop(one, None)
        self._keys = {key: name for key, name in self._keys.items() if name != one}

    def _move(self, one: str, decide: Callable[[Session], moves.Move | None]) -> bool:
        with self._lock:
            held = self._find(one)
            move = decide(held.session)
            if move is None:
                return False
            held.session = move.session
            held.events.append(move.event)
            return True
