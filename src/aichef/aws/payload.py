"""What the state machine hands to the functions, and what it gets (DESIGN section 7).

Everything between two states goes through the state machine, which takes 256 KB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aichef import errors
from aichef.errors import ChefError, InvalidProfile, SessionConflict, SessionNotFound
from aichef.session import moves
from aichef.session.engine import DEADLINE
from aichef.session.model import canonical
from aichef.session.words import say

if TYPE_CHECKING:
    from datetime import datetime

    from aichef.session.model import Session
    from aichef.session.port import Sessions

MOST_BYTES: Final = 100_000
"""Of one function's answer; three of them, and the profile, are in the state at the end."""

_EXECUTION: Final = "execution"
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_OURS: Final[Mapping[str, type[ChefError]]] = {
    one.code: one
    for one in (
        errors.InvalidProfile,
        errors.NeedsAnswer,
        errors.Infeasible,
        errors.SessionConflict,
        errors.SupplierError,
    )
}
"""What a failed session raises in its function, by code; Step Functions matches these names."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a state asks for. `attempt` and `execution` are None where the machine says neither.

    The original definition names no execution; then an execution that finds its session at work
    takes it for its own.
    """

    session: str
    profile: object
    attempt: int | None
    execution: str | None


def asked(event: object) -> Asked:
    """A payload, read. Raises InvalidProfile for one without a usable `sessionId`."""
    given = event if isinstance(event, Mapping) else {}
    one = given.get("sessionId")
    if not (isinstance(one, str) and _ID.fullmatch(one)):
        raise InvalidProfile(
            "sessionId는 영문자와 숫자, _, - 로 64자까지 적어 주세요. "
            "(sessionId must be up to 64 letters, digits, _ or -.)",
            field="sessionId",
        )
    context = given.get(_EXECUTION)
    context = context if isinstance(context, Mapping) else {}
    name = context.get("Name")
    begun = context.get("Input")
    attempt = (begun if isinstance(begun, Mapping) else given).get("attempt")
    return Asked(
        one,
        given.get("profile"),
        attempt if isinstance(attempt, int) and not isinstance(attempt, bool) else None,
        name if isinstance(name, str) else None,
    )


def begun(what: Asked, store: Sessions, now: datetime) -> Session:
    """The session of an execution, at work in the attempt that is the execution's own.

    A row need not be there: it is made, unless the execution was started by us for one that has
    been forgotten since. An execution that is new to a session that has ended begins its next
    attempt. Raises SessionConflict where another execution or profile has the session, what the
    session failed with, NotReady where it was cancelled, and SessionNotFound.
    """
    session = found(what, store, now)
    locale = session.locale
    mine = _is_mine(what, session, store)
    if session.status != "processing":
        if mine:
            raise ended(session)
        session = store.again(session.id, now, now + DEADLINE)
        mine = None
    if mine is None and what.execution:
        store.keep(session.id, session.attempt, _EXECUTION, what.execution.encode())
        mine = _is_mine(what, session, store)
    if mine is False:
        raise SessionConflict(say("at_work", locale), trouble="at_work")
    return session


def found(what: Asked, store: Sessions, now: datetime) -> Session:
    """The session a state names, made where none is; as `begun`, but whatever its status."""
    if what.attempt is None:
        try:
            session = store.find(what.session)
        except SessionNotFound:
            return store.accept(what.session, canonical(what.profile), now, now + DEADLINE)
        return moves.same(session, canonical(what.profile), "other_profile", session.locale)
    session = store.find(what.session)
    if what.attempt != session.attempt:
        raise SessionConflict(say("at_work", session.locale), trouble="at_work")
    return session


def _is_mine(what: Asked, session: Session, store: Sessions) -> bool | None:
    """Whether the execution runs this attempt; None where nobody has said so yet."""
    if what.attempt is not None:
        return True
    claimed = store.part(session.id, _EXECUTION)
    if claimed is None or what.execution is None:
        return None
    return claimed == what.execution.encode()


def ended(session: Session) -> ChefError:
    """What a function raises for a session that has ended without a meal."""
    error = session.error
    if not error:
        return moves.no_result(session, session.locale)
    kind = _OURS.get(str(error.get("code")), ChefError)
    return kind(str(error.get("message", "")), **dict(error.get("details") or {}))


def answered(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a function gives back to its state."""
    return {"statusCode": 200, "body": dict(body)}


def fitting(pricing: Mapping[str, Any]) -> dict[str, Any]:
    """A pricing that fits between two states: of too many prices, each ingredient's first stay.

    The meal itself is combined from all of them, which are with the session.
    """
    body = dict(pricing)
    most = max((len(one["prices"]) for one in body["ingredients"]), default=0)
    while most > 1 and len(json.dumps(body, ensure_ascii=False).encode()) > MOST_BYTES:
        most //= 2
        body["ingredients"] = [
            {**one, "prices": one["prices"][:most]} for one in body["ingredients"]
        ]
    return body
