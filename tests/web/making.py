"""An app over a store that tests hold in hand, and engines that do as they are told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from aichef.session.memory import MemorySessions
from aichef.session.port import Sessions
from aichef.settings import Settings
from aichef.web.app import create_app
from aichef.web.guard import Limits

FREE = Limits(rate=0, sessions=0)
KETO: Mapping[str, object] = {"target": "keto", "allergies": ["땅콩"]}
RECIPE = {
    "recipeName": "두부전",
    "ingredients": [{"name": "두부", "amount": "1", "unit": "모", "grams": 300.0}],
}


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Idle:
    """An engine that starts nothing and remembers what it was told."""

    store: Sessions
    told: list[tuple[str, str]] = field(default_factory=list)
    waiting: int = 0
    there: bool = True

    def start(self, one: str, attempt: int) -> None:
        assert attempt == 1
        self.told.append(("start", one))

    def stop(self, one: str) -> None:
        self.told.append(("stop", one))

    def forget(self, one: str) -> None:
        self.told.append(("forget", one))

    def queued(self) -> int:
        return self.waiting

    def alive(self) -> bool:
        return self.there

    def close(self) -> None:
        """Nothing to stop."""


class Quick(Idle):
    """An engine that cooks the same meal for everybody, at once."""

    def start(self, one: str, attempt: int) -> None:
        super().start(one, attempt)
        tell_all(self.store, one, attempt)
        self.store.finish(one, attempt, json.dumps(MEAL, ensure_ascii=False), now())


def tell_all(store: Sessions, one: str, attempt: int = 1) -> None:
    """Everything but the end of a session."""
    store.advance(one, attempt, "recipe_generation", 10, now())
    store.tell(one, attempt, "i", "ingredient", RECIPE["ingredients"][0], now())  # type: ignore[arg-type]
    store.tell(one, attempt, "r", "recipe", RECIPE, now())
    store.advance(one, attempt, "recipe_completed", 50, now())
    price = {"ingredient": "두부", "food": "tofu", "price": {"price": 1980}, "of": 1}
    store.tell(one, attempt, "p", "price", price, now())
    store.advance(one, attempt, "price_completed", 80, now())


MEAL = {
    "recipe": {"recipeName": "두부전", "writtenBy": {"kind": "cookbook", "model": None}},
    "pricing": {"suppliers": ["price_book", "KAMIS: 응답이 없어요"]},
}


@dataclass
class Door:
    """An app, its store and engine, and a client of it."""

    app: FastAPI
    client: TestClient
    store: Any
    engine: Any

    def accept(
        self, profile: Mapping[str, object] = KETO, headers: Mapping[str, str] | None = None
    ) -> str:
        """The id of a new session."""
        answer = self.client.post("/v1/sessions", json=profile, headers=headers)
        assert answer.status_code == 202, answer.text
        one: str = answer.json()["sessionId"]
        return one

    def problem(self, method: str, path: str, status: int, code: str, **asked: Any) -> Any:
        """The problem a request is answered with."""
        answer = self.client.request(method, path, **asked)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert (body["code"], body["status"]) == (code, status)
        assert body["title"]
        assert body["detail"].endswith((".", "?"))
        return body


@contextmanager
def door(
    store: Sessions | None = None,
    engine: type[Idle] = Quick,
    limits: Limits = FREE,
    **settings: Any,
) -> Iterator[Door]:
    """An app with a client that hears of no exception but by its answer."""
    kept = store or MemorySessions()
    runs = engine(kept)
    app = create_app(replace(Settings(Path("unused")), **settings), kept, runs, limits=limits)
    with TestClient(app, raise_server_exceptions=True, follow_redirects=False) as client:
        yield Door(app, client, kept, runs)


def events_of(text: str) -> list[tuple[int, str, dict[str, Any]]]:
    """Number, kind and body of each event of a stream."""
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "id" in lines:
            found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


@contextmanager
def heard(level: int = logging.INFO) -> Iterator[list[logging.LogRecord]]:
    """Everything our loggers say."""
    records: list[logging.LogRecord] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    ear, logger = Ear(), logging.getLogger("aichef")
    before = logger.level
    logger.addHandler(ear)
    logger.setLevel(level)
    try:
        yield records
    finally:
        logger.removeHandler(ear)
        logger.setLevel(before)
