"""What may become of a session. Pure: every store asks here, under its lock, and then writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, get_args

from aichef.errors import NotReady, SessionConflict, SessionNotFound
from aichef.session.model import KEPT, Event, FailedPhase, Kind, Phase, Session
from aichef.session.words import say

_ORDER: Final = get_args(Phase)
_FAILED: Final[Mapping[str, FailedPhase]] = {
    "accepted": "recipe_failed",
    "recipe_generation": "recipe_failed",
    "recipe_completed": "price_failed",
    "price_lookup": "price_failed",
    "price_completed": "combine_failed",
    "combining_results": "combine_failed",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A session as it becomes, and the event that tells of it."""

    session: Session
    event: Event


def accepted(one: str, profile: str, now: datetime, deadline: datetime, before: int = 0) -> Move:
    """A new session: phase accepted, progress 5.

    `before`: attempts of an expired session of this id. Its numbers are not used again, since a
    workflow may still be named by them.
    """
    at = now.astimezone(UTC)
    session = Session(
        id=one,
        attempt=before + 1,
        profile=profile,
        status="processing",
        phase="accepted",
        progress=5,
        accepted_at=at,
        started_at=now,
        updated_at=at,
        deadline_at=deadline.astimezone(UTC),
    )
    return _with(session, "phase", {"phase": "accepted", "progress": 5}, now)


def advanced(
    session: Session, attempt: int, phase: Phase, progress: int, now: datetime
) -> Move | None:
    """Further on; None where the session has ended, or is there already, or further."""
    if not at_work(session, attempt):
        return None
    here = (_ORDER.index(session.phase), session.progress)
    there = (_ORDER.index(phase), progress)
    if there == here or there[0] < here[0] or there[1] < here[1]:
        return None
    session = replace(session, phase=phase, progress=progress)
    return _with(session, "phase", {"phase": phase, "progress": progress}, now)


def told(
    session: Session, attempt: int, kind: Kind, body: Mapping[str, Any], now: datetime
) -> Move | None:
    """One event more; None where the session has ended or another attempt runs."""
    return _with(session, kind, body, now) if at_work(session, attempt) else None


def finished(session: Session, attempt: int, now: datetime) -> Move | None:
    """Completed; None where it has ended already or another attempt runs."""
    if not at_work(session, attempt):
        return None
    session = replace(session, status="completed", phase="finished", progress=100)
    return _ended(session, "result", {"phase": "finished", "progress": 100}, now)


def failed(session: Session, attempt: int, error: Mapping[str, Any], now: datetime) -> Move | None:
    """Failed in the step it was in, progress kept; None where it came late."""
    if not at_work(session, attempt):
        return None
    session = replace(session, status="failed", phase=_FAILED[session.phase], error=error)
    body = {"phase": session.phase, "progress": session.progress, "error": error}
    return _ended(session, "failed", body, now)


def cancelled(session: Session, now: datetime) -> Move | None:
    """Cancelled, phase and progress kept; None where it has ended already."""
    if session.status != "processing":
        return None
    session = replace(session, status="cancelled")
    body = {"phase": session.phase, "progress": session.progress}
    return _ended(session, "cancelled", body, now)


def again(session: Session, now: datetime, deadline: datetime, locale: str) -> Move:
    """The next attempt of a session that ended. Raises SessionConflict while one is at work."""
    if session.status == "processing":
        raise SessionConflict(say("at_work", locale), trouble="at_work")
    session = replace(
        session,
        attempt=session.attempt + 1,
        status="processing",
        phase="accepted",
        progress=5,
        started_at=now,
        deadline_at=deadline.astimezone(UTC),
        ended_at=None,
        error=None,
    )
    return _with(session, "phase", {"phase": "accepted", "progress": 5}, now)


def expired(session: Session, now: datetime) -> bool:
    """Whether its seven days are over; a session at work has no end yet."""
    return session.ended_at is not None and session.ended_at + KEPT <= now


def not_found(locale: str) -> SessionNotFound:
    """The answer to somebody who names a session that is not there."""
    return SessionNotFound(say("not_found", locale))


def no_result(session: Session, locale: str) -> NotReady:
    """The answer to somebody who asks for a result that is not there."""
    what = "not_ready" if session.status == "processing" else "no_result"
    return NotReady(
        say(what, locale),
        status=session.status,
        phase=session.phase,
        progress=session.progress,
        error=session.error,
    )


def same(session: Session, profile: str, what: str, locale: str) -> Session:
    """The session itself. Raises SessionConflict where it was accepted for another profile.

    `what` says what was used twice: "other_profile" for the id, "other_key" for the key.
    """
    if session.profile != profile:
        raise SessionConflict(say(what, locale), trouble=what)
    return session


def at_work(session: Session, attempt: int) -> bool:
    """Whether this attempt of the session is the one that runs."""
    return session.status == "processing" and session.attempt == attempt


def _with(session: Session, kind: Kind, body: Mapping[str, Any], now: datetime) -> Move:
    at = now.astimezone(UTC)
    number = session.last_event + 1
    session = replace(session, last_event=number, updated_at=at)
    return Move(session, Event(number, kind, body, at))


def _ended(session: Session, kind: Kind, body: Mapping[str, Any], now: datetime) -> Move:
    return _with(replace(session, ended_at=now.astimezone(UTC)), kind, body, now)
