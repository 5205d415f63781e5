"""Meals that were really cooked, kept in a store, behind a client that reads their pages."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

from starlette.testclient import TestClient

from aichef.kitchens.local import local_kitchen, now
from aichef.kitchens.steps import cook_session
from aichef.session.memory import MemorySessions
from aichef.session.model import canonical, new_id
from aichef.session.port import Sessions
from aichef.settings import Settings
from aichef.web.app import create_app
from aichef.web.guard import Limits
from aichef.web.page import router
from aichef.web.page.kept import Kept
from tests.web.making import Idle

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "keto": {"target": "keto", "allergies": ["땅콩"], "budget": 30_000},
    "baby_food": {"target": "baby_food", "babyAgeMonths": 8},
    "diabetes": {"target": "diabetes", "healthConditions": ["당뇨"], "medications": "없음"},
    "diet": {"target": "diet", "diet": ["vegan"]},
    "fridge": {"target": "fridge", "availableIngredients": "두부 1모, 양파 1개, 달걀 3개"},
    "general": {"target": "general", "servings": 4, "budget": 40_000},
}


class AtOnce(Idle):
    """An engine that has cooked before anybody asks."""

    def __init__(self, store: Sessions, settings: Settings) -> None:
        super().__init__(store)
        self._kitchen = local_kitchen(settings)

    def start(self, one: str, attempt: int) -> None:
        cook_session(one, attempt, self.store, self._kitchen)


@dataclass(frozen=True)
class Larder:
    """The store, its settings and a client."""

    store: MemorySessions
    settings: Settings
    client: TestClient

    def cooked(self, profile: Mapping[str, Any]) -> str:
        """The id of a meal that is ready."""
        one, moment = new_id(), now()
        self.store.accept(one, canonical(dict(profile)), moment, moment + timedelta(minutes=5))
        # Beside this thread: a browser's driver holds an event loop in it.
        given = (one, 1, self.store, local_kitchen(self.settings))
        cook = Thread(target=cook_session, args=given)
        cook.start()
        cook.join()
        assert self.store.find(one).status == "completed", self.store.find(one).error
        return one

    def kept(self, one: str) -> Kept:
        """The meal as the pages read it."""
        return Kept(self.store.find(one), self.store.result(one), self.settings)

    def page(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = self.client.get(f"/s/{path}", follow_redirects=False)
        assert answer.status_code == status, answer.text
        return answer.text


def larder(folder: Path) -> Larder:
    """An empty one."""
    store, settings = MemorySessions(), Settings(folder)
    engine = AtOnce(store, settings)
    app = create_app(
        settings,
        store,
        engine,
        page=router(settings, store, engine),
        limits=Limits(rate=0, sessions=0),
    )
    return Larder(store, settings, TestClient(app, base_url="http://testserver"))


def linked_data(page: str) -> dict[str, Any]:
    """The JSON-LD in a page."""
    hit = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert hit
    found: dict[str, Any] = json.loads(hit[1])
    return found
