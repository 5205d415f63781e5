"""What every door on the web does with sessions: accept, find, cancel, forget.

The store is told first, then the engine. Reads of a store on this machine's disk take tens of
microseconds and are done where they are asked for; whatever may wait is done in a thread.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

from anyio import to_thread

from aichef.errors import InvalidProfile, SessionConflict, SessionNotFound, StoreError
from aichef.profile.parse import parse_profile
from aichef.recipe.admit import admit
from aichef.session.engine import DEADLINE, forget_all
from aichef.session.memory import MemorySessions
from aichef.session.model import canonical, is_id, new_id
from aichef.session.sqlite import SqliteSessions
from aichef.web.problems import TooMany, plain, told

if TYPE_CHECKING:
    from datetime import datetime

    from aichef.profile.model import Profile
    from aichef.session.engine import Engine
    from aichef.session.model import Event, Session
    from aichef.session.port import Sessions
    from aichef.web.guard import Limits

P = ParamSpec("P")
T = TypeVar("T")

SECONDS: Final[Mapping[str, int]] = {
    "keto": 25,
    "baby_food": 30,
    "diabetes": 35,
    "diet": 20,
    "fridge": 40,
    "general": 20,
}
"""Seconds a person is told to expect, by target (DESIGN section 7; `general` as `diet`)."""

_QUEUE_PAUSE: Final = 5
_BUSY_PAUSE: Final = 2
_MOST_SHOWN: Final = 256
_TIDY: Final = 500

log = logging.getLogger("aichef.web")


class Desk:
    """Sessions for doors on the web. Its verbs raise what the store and `parse_profile` raise."""

    def __init__(
        self, store: Sessions, engine: Engine, limits: Limits, clock: Callable[[], datetime]
    ) -> None:
        self.store = store
        self.engine = engine
        self._limits = limits
        self._clock = clock
        self._quick = isinstance(store, MemorySessions | SqliteSessions)
        self._shown: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self._busy: dict[str, dict[str, str]] = {}
        self._lock = Lock()

    async def read(self, verb: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """What a reading verb of the store says, without holding up the event loop."""
        if self._quick:
            return verb(*given, **named)
        return await to_thread.run_sync(partial(verb, *given, **named))

    async def accept(
        self, given: Mapping[str, Any], client: str, key: str, locale: str
    ) -> tuple[Session, Profile]:
        """The session of a profile, new or the one stored before, on its way to be cooked.

        `given` may hold a `sessionId`; `key` is an Idempotency-Key or "", `client` whose it is.
        Raises what `admitted` raises, SessionConflict, TooMany and StoreError.
        """
        return await to_thread.run_sync(self._accept, dict(given), client, key, locale)

    async def again(self, one: str, client: str, locale: str) -> None:
        """Have a session that ended cooked once more, at the same address; not one at work.

        Raises SessionNotFound, TooMany and StoreError.
        """
        await to_thread.run_sync(self._again, one, client, locale)

    async def cancel(self, one: str) -> Session:
        """The session, cancelled unless it had ended. Raises SessionNotFound, StoreError."""
        return await to_thread.run_sync(self._cancel, one)

    async def forget(self, one: str) -> None:
        """Stop a session and remove every trace of it. Raises SessionNotFound, StoreError."""
        await to_thread.run_sync(self._forget, one)

    async def shown(self, session: Session) -> bytes:
        """How far a session is and what is ready so far, as JSON.

        What was said of a session stays true until its next event, so it is built once.
        """
        tag = tag_of(session)
        kept = self._shown.get(session.id)
        if kept and kept[0] == tag:
            return kept[1]
        body = plain(shown_json(session, await self.read(self.store.events, session.id)))
        self._shown[session.id] = (tag, body)
        self._shown.move_to_end(session.id)
        if len(self._shown) > _MOST_SHOWN:
            self._shown.popitem(last=False)
        return body

    def let_go(self) -> None:
        """Drop what was said of sessions that are gone. Raises StoreError."""
        held = list(self._shown)
        for one in set(held) - self.store.marks(held).keys():
            self._shown.pop(one, None)

    def _accept(
        self, given: dict[str, Any], client: str, key: str, locale: str
    ) -> tuple[Session, Profile]:
        named = given.pop("sessionId", None)
        if named is not None and not (isinstance(named, str) and is_id(named)):
            raise InvalidProfile(told("session_id", locale), field="sessionId")
        given = {"locale": locale, **given}
        now = self._clock()
        profile = admitted(given, now)
        one = named or new_id()
        taken = self._take(client, one, key, locale, named=named is not None)
        try:
            session = self.store.accept(
                one, canonical(given), now, now + DEADLINE, f"{client} {key}" if key else None
            )
        except BaseException:
            if taken:
                self._give_back(client, one)
            raise
        if taken and session.id != one:
            self._give_back(client, one)
        if session.status == "processing":
            self._start(session)
        return session, profile

    def _again(self, one: str, client: str, locale: str) -> None:
        if self.store.find(one).status == "processing":
            return
        taken = self._take(client, one, "", locale, named=False)
        now = self._clock()
        try:
            session = self.store.again(one, now, now + DEADLINE)
        except SessionConflict:
            # Somebody else was quicker: it is at work already, in their name.
            if taken:
                self._give_back(client, one)
            return
        except BaseException:
            if taken:
                self._give_back(client, one)
            raise
        self._start(session)

    def _start(self, session: Session) -> None:
        try:
            self.engine.start(session.id, session.attempt)
        except StoreError:
            # It was accepted; the engine finds it in the store by itself.
            log.warning("not started yet", extra={"session": session.id})

    def _take(self, client: str, one: str, key: str, locale: str, *, named: bool) -> bool:
        """Room for a session among those of its client and in the queue. Raises TooMany.

        False where it has its room already. A request that is repeated finds its session again,
        however many are at work.
        """
        if self._is_there(client, one, key, named=named):
            return False
        limits = self._limits
        if limits.queue and self.engine.queued() >= limits.queue:
            said = told("queue", locale, seconds=_QUEUE_PAUSE)
            raise TooMany(said, retryAfter=_QUEUE_PAUSE)
        if not limits.sessions:
            return False
        with self._lock:
            crowded = sum(map(len, self._busy.values())) >= _TIDY
            full = len(self._busy.get(client, ())) >= limits.sessions
        if crowded or full:
            self._tidy()
        with self._lock:
            mine = self._busy.setdefault(client, {})
            if len(mine) >= limits.sessions:
                said = told("at_once", locale, most=limits.sessions)
                raise TooMany(said, retryAfter=_BUSY_PAUSE)
            mine[one] = key
        return True

    def _is_there(self, client: str, one: str, key: str, *, named: bool) -> bool:
        with self._lock:
            mine = self._busy.get(client, {})
            if one in mine or (key and key in mine.values()):
                return True
        if not named:
            return False
        try:
            self.store.find(one)
        except SessionNotFound:
            return False
        return True

    def _give_back(self, client: str, one: str) -> None:
        with self._lock:
            self._busy.get(client, {}).pop(one, None)

    def _tidy(self) -> None:
        """Let go of sessions that have ended, and of clients that have none."""
        with self._lock:
            held = [one for mine in self._busy.values() for one in mine]
        marks = self.store.marks(held)
        at_work = {one for one, (_, status) in marks.items() if status == "processing"}
        ended = set(held) - at_work
        with self._lock:
            for client, mine in list(self._busy.items()):
                for one in ended & mine.keys():
                    del mine[one]
                if not mine:
                    del self._busy[client]

    def _cancel(self, one: str) -> Session:
        if self.store.cancel(one, self._clock()):
            self.engine.stop(one)
        return self.store.find(one)

    def _forget(self, one: str) -> None:
        try:
            forget_all(one, self.store, self.engine, self._clock())
        finally:
            self._shown.pop(one, None)


def admitted(given: object, now: datetime) -> Profile:
    """A profile that can be cooked for, as far as that is known without cooking.

    Raises InvalidProfile, NeedsAnswer, and Infeasible with the rules that clash. Medicines that
    nobody has named are no reason to ask: that they were not checked stands among the findings.
    """
    profile = parse_profile(given, today=now.date())
    admit(profile, now.date())
    return profile


def tag_of(session: Session) -> str:
    """An entity tag: it changes with every event."""
    return f'"{session.attempt}.{session.last_event}"'


def links_of(one: str) -> dict[str, str]:
    """Where a session is found."""
    here = f"/v1/sessions/{one}"
    return {
        "self": here,
        "events": f"{here}/events",
        "result": f"{here}/result",
        "cancel": f"{here}/cancel",
    }


def accepted_json(session: Session, profile: Profile) -> dict[str, Any]:
    """The answer to a profile that was accepted."""
    return {
        "sessionId": session.id,
        "status": session.status,
        "estimatedSeconds": SECONDS[profile.target],
        "links": links_of(session.id),
    }


def shown_json(session: Session, events: Sequence[Event]) -> dict[str, Any]:
    """How far a session is and what is ready so far, without who eats.

    An ingredient may still change until there is a `recipe`; then the recipe's own are shown.
    """
    told_of = {kind: [one.body for one in events if one.kind == kind] for kind in _SHOWN}
    recipe = told_of["recipe"][-1] if told_of["recipe"] else None
    if recipe is not None:
        ingredients = list(recipe["ingredients"])
    else:
        ingredients = list({one["name"]: one for one in told_of["ingredient"]}.values())
    return {
        "sessionId": session.id,
        "status": session.status,
        "phase": session.phase,
        "progress": session.progress,
        "attempt": session.attempt,
        "acceptedAt": session.accepted_at.isoformat(),
        "startedAt": session.started_at.isoformat(),
        "updatedAt": session.updated_at.isoformat(),
        "deadlineAt": session.deadline_at.isoformat(),
        "endedAt": session.ended_at.isoformat() if session.ended_at else None,
        "lastEvent": session.last_event,
        "ingredients": ingredients,
        "prices": told_of["price"],
        "recipe": recipe,
        "error": dict(session.error) if session.error else None,
        "links": links_of(session.id),
    }


_SHOWN: Final = ("ingredient", "price", "recipe")
