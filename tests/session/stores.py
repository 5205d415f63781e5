"""Every store by name, for the contract and for the processes it starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aichef.session import model
from aichef.session.memory import MemorySessions
from aichef.session.port import Sessions
from aichef.session.postgres import PostgresSessions
from aichef.session.sqlite import SqliteSessions

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DEADLINE = NOW + timedelta(minutes=2)
PROFILE = model.canonical({"target": "keto", "allergies": ["땅콩"], "budget": 30_000})


class Clock:
    """A clock that stands still until somebody turns it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def opened(kind: str, where: str, clock: Callable[[], datetime]) -> Sessions:
    """A store of a kind; `where` is a folder or an address."""
    if kind == "memory":
        return MemorySessions(clock)
    if kind == "sqlite":
        return SqliteSessions(Path(where), clock)
    return PostgresSessions(where, clock, wait=3)
