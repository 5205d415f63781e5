"""The original's three steps, the table they write their progress to, and the client that looks."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from bench.original.prompt import prompt
from bench.original.suppliers import Answer, Found, Suppliers, ask, look_up, recipe_in

POLL = 2.0
"""Seconds between two looks of its client."""

PHASES = (
    "recipe_generation",
    "recipe_completed",
    "price_lookup",
    "price_completed",
    "combining_results",
    "finished",
)


@dataclass
class Session:
    """A row of its table: the phase reached, when each one was, and the result at the end."""

    profile: Mapping[str, Any]
    phase: str = ""
    reached: dict[str, float] = field(default_factory=dict)
    result: dict[str, Any] | None = None
    answer: Answer | None = None
    found: Sequence[Found] = ()

    def update(self, phase: str) -> None:
        """Goes on to a phase, with the time of day in seconds."""
        self.phase = phase
        self.reached[phase] = time.time()


@dataclass(frozen=True)
class Seen:
    """What a client saw: the session, when it began, and when it first knew of each phase."""

    session: Session
    began: float
    phases: Mapping[str, float]
    looks: int


def run(session: Session, suppliers: Suppliers) -> None:
    """The three functions one after another, as its state machine calls them."""
    recipe = write(session, suppliers)
    pricing = price(session, suppliers, recipe)
    combine(session, recipe, pricing)


def write(session: Session, suppliers: Suppliers) -> dict[str, Any]:
    """Step 1: the model's answer is the recipe."""
    session.update("recipe_generation")
    session.answer = ask(suppliers, prompt(session.profile))
    recipe = recipe_in(session.answer.text)
    session.update("recipe_completed")
    return recipe


def price(session: Session, suppliers: Suppliers, recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Step 2: each ingredient's cheapest listing, then the shop with most of them."""
    session.update("price_lookup")
    session.found = look_up(suppliers, [one["name"] for one in recipe["ingredients"]])
    pricing = shopping(session.found)
    session.update("price_completed")
    return pricing


def combine(session: Session, recipe: Mapping[str, Any], pricing: Mapping[str, Any]) -> None:
    """Step 3: both put together; only now can anybody read the recipe."""
    session.update("combining_results")
    total = pricing["totalEstimatedCost"]
    session.result = {
        "recipe": recipe,
        "pricing": pricing,
        "summary": {"totalCost": total, "costPerServing": total / recipe.get("servings", 1)},
    }
    session.update("finished")


def shopping(found: Sequence[Found]) -> dict[str, Any]:
    """One listing of each added up, by seller; the seller with most rows is called optimal."""
    sellers: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        if one.lowest:
            row = {"name": one.name, "price": one.lowest.won}
            sellers.setdefault(one.lowest.seller, []).append(row)
    return {
        "totalEstimatedCost": sum(row["price"] for rows in sellers.values() for row in rows),
        "optimalVendor": max(sellers, key=lambda name: len(sellers[name]), default=None),
        "vendorBreakdown": sellers,
    }


def cooked(profile: Mapping[str, Any], suppliers: Suppliers, poll: float = POLL) -> Seen:
    """A meal as its client sees it, who looks every `poll` seconds until it is finished."""
    session = Session(profile)
    trouble: list[BaseException] = []

    def work() -> None:
        try:
            run(session, suppliers)
        except BaseException as error:  # noqa: BLE001 - told to the client below
            trouble.append(error)

    began = time.time()
    worker = Thread(target=work)
    worker.start()
    seen: dict[str, float] = {}
    looks = 0
    while "finished" not in seen and not trouble:
        looks += 1
        time.sleep(max(0.0, began + looks * poll - time.time()))
        phase, at = session.phase, time.time()
        for passed in PHASES[: PHASES.index(phase) + 1] if phase else ():
            seen.setdefault(passed, at)
    worker.join()
    if trouble:
        raise trouble[0]
    return Seen(session, began, seen, looks)
