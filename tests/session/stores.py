"""Every store by name, for the contract and for the processes it starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aichef.session import model
from aichef.session.dynamodb import DynamoSessions, open_client
from aichef.session.memory import MemorySessions
from aichef.session.port import Sessions
from aichef.session.postgres import PostgresSessions
from aichef.session.sqlite import SqliteSessions
from tests.aws.tables import OneAtATime, make_tables

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
    """A store of a kind; `where` is a folder, an address, or a stage within `mock_aws`."""
    if kind == "memory":
        return MemorySessions(clock)
    if kind == "sqlite":
        return SqliteSessions(Path(where), clock)
    if kind == "dynamodb":
        client = OneAtATime(open_client())
        make_tables(client, where)
        return DynamoSessions(
            client, f"ai-chef-sessions-{where}", f"ai-chef-results-{where}", clock
        )
    return PostgresSessions(where, clock, wait=3)
