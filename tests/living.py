"""Living suppliers for tests: the stand-ins of `aichef fake prices` behind ordinary settings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from aichef.fake.prices import StandIn, stand_in
from aichef.prices import chamgagyeok, kamis
from aichef.prices.http import Answer, Wire
from aichef.prices.survey_store import SurveyStore
from aichef.settings import Settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
LOOPBACK = pytest.mark.allow_hosts(["127.0.0.1"])

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


async def at_once(_: float) -> None:
    """Waits for nothing."""


def quiet(_: int, __: int) -> None:
    """Tells nobody."""


def said(text: str | bytes, status: int = 200) -> Answer:
    return Answer(status, text.encode() if isinstance(text, str) else text)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Place:
    """Stand-ins, the settings that lead to them, and a store in a folder of the test."""

    stand: StandIn
    settings: Settings
    store: SurveyStore
    wire: Wire = field(default_factory=Wire)
    clock: Clock = field(default_factory=Clock)

    @property
    def door(self) -> chamgagyeok.Door:
        s = self.settings
        return chamgagyeok.Door(self.wire, s.chamgagyeok_url, s.data_go_kr_key, self.store, at_once)

    def refresh_kamis(self, pause: Callable[[float], Awaitable[None]] = at_once) -> int:
        s = self.settings
        return run(
            kamis.refresh(self.wire, s.kamis_url, s.data_go_kr_key, self.store, TODAY, pause)
        )

    def refresh_chamgagyeok(self) -> tuple[object, int]:
        return run(chamgagyeok.refresh(self.door, self.store, TODAY, quiet))


@contextmanager
def place(folder: Path, **changes: str) -> Iterator[Place]:
    with stand_in(today=TODAY) as stand:
        environment = {"AICHEF_DATA_DIR": str(folder), **stand.environment, **changes}
        made = Place(stand, Settings.read(environment), SurveyStore(folder))
        try:
            yield made
        finally:
            made.store.close()


def few_goods(monkeypatch: pytest.MonkeyPatch, *foods: str) -> tuple[Mapping[str, str], ...]:
    """Make the map of goods as short as these foods."""
    kept = tuple(line for line in chamgagyeok.lines() if line["food"] in foods)
    monkeypatch.setattr(chamgagyeok, "lines", lambda: kept)
    return kept
