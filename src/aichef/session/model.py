"""Nouns of the session room: how far a meal is, and what happened on the way."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from aichef.profile.parse import language

if TYPE_CHECKING:
    from aichef.profile.model import Locale

Status = Literal["processing", "completed", "failed", "cancelled"]
Phase = Literal[
    "accepted",
    "recipe_generation",
    "recipe_completed",
    "price_lookup",
    "price_completed",
    "combining_results",
    "finished",
]
FailedPhase = Literal["recipe_failed", "price_failed", "combine_failed"]
Kind = Literal[
    "phase",  # {"phase", "progress"}: written by accept, advance and again
    "ingredient",
    "price",
    "recipe",
    "result",  # the last one of a session that is completed
    "failed",  # the last one of a failed session; its body has the error
    "cancelled",  # the last one of a cancelled session
]

STATUSES: Final[tuple[Status, ...]] = ("processing", "completed", "failed", "cancelled")
KEPT: Final = timedelta(days=7)
"""How long a session and its result are kept after the session ended."""

TALLY: Final = "tally-"
"""Begins the names of parts that outlive a finished session: figures for the operator."""

WRITTEN: Final = f"{TALLY}written"
"""How a model did: {"outcome", "wrong": rule ids, or the model's trouble}."""

CALLS: Final = (f"{TALLY}recipe-calls", f"{TALLY}price-calls")
"""Calls of suppliers in a step: [[supplier, outcome, how often], …]."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_ID: Final = re.compile(r"sess_[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Session:
    """Where a session stands. `profile` is the request's JSON as `canonical` writes it.

    `attempt` counts from 1; `started_at` is when it began, with the offset it was given in: a run
    that is taken up again cooks for that moment. The other times are in UTC. `last_event` is the
    number of the newest event, over all attempts. `error` says why the attempt failed.
    """

    id: str
    attempt: int
    profile: str = field(repr=False)
    status: Status
    phase: Phase | FailedPhase
    progress: int
    accepted_at: datetime
    started_at: datetime
    updated_at: datetime
    deadline_at: datetime
    ended_at: datetime | None = None
    last_event: int = 0
    error: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def locale(self) -> Locale:
        """The language it was asked for in, and its meal is written in."""
        given = json.loads(self.profile)
        return language(given) if isinstance(given, dict) else "ko"

    @property
    def asked_on(self) -> date:
        """The day it was asked for, where its kitchen is: "내일" of its profile counts from it.

        A retry may begin on another day.
        """
        return self.accepted_at.astimezone(self.started_at.tzinfo).date()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a session; `number` counts from 1 and never skips one."""

    number: int
    kind: Kind
    body: Mapping[str, Any] = field(hash=False)
    at: datetime


def new_id() -> str:
    """An id nobody can guess: "sess_" and 26 random base32 characters (130 bits)."""
    return "sess_" + "".join(secrets.choice(_LETTERS) for _ in range(26))


def is_id(text: str) -> bool:
    """Whether a text has the form of a session id."""
    return _ID.fullmatch(text) is not None


def canonical(value: object) -> str:
    """JSON in one form only, plain ASCII: equal values are equal texts.

    Raises ValueError or TypeError for what JSON cannot say.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
