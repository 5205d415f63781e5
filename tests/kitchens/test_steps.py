"""The three steps of a session: each may stop anywhere, run again, be cancelled or be too late."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Thread, Timer
from typing import Any

import pytest

from aichef.chef.by_model import ModelWriter
from aichef.chef.composer import CooksBook
from aichef.chef.model import Question, Rate, Said
from aichef.chef.write import Order
from aichef.cook import Kitchen, cook, run
from aichef.errors import ModelError, RequestError, ShopError, StoreError
from aichef.kitchens import steps
from aichef.kitchens.inprocess import InProcessEngine
from aichef.meal.section4 import to_json
from aichef.prices.book import PriceBook
from aichef.prices.model import Need, Price
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Recipe
from aichef.session.memory import MemorySessions
from aichef.session.model import WRITTEN, canonical, new_id
from tests.chef.test_answer import written
from tests.session.stores import NOW, Clock

GENERAL: Mapping[str, object] = {"target": "general"}
KETO: Mapping[str, object] = {"target": "keto", "allergies": ["땅콩"], "seed": 3}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> MemorySessions:
    return MemorySessions(clock)


def kitchen(clock: Clock, **changes: Any) -> Kitchen:
    return replace(Kitchen(CooksBook(), (PriceBook.at(NOW.date()),), clock), **changes)


def accepted(store: MemorySessions, profile: Mapping[str, object]) -> str:
    one = new_id()
    store.accept(one, canonical(profile), NOW, NOW + timedelta(minutes=2))
    return one


def kinds(store: MemorySessions, one: str) -> list[str]:
    return [event.kind for event in store.events(one)]


def error_of(store: MemorySessions, one: str) -> Mapping[str, Any]:
    error = store.find(one).error
    assert error is not None
    return error


@dataclass
class Paid:
    """A model that says the same to everyone, as fast as it is told to, and counts."""

    text: str = ""
    pause: float = 0.0
    asked: int = 0
    talking: int = 0
    name: str = "paid:one"
    rate: Rate | None = None

    async def answer(self, _: Question, piece: Callable[[str], None], __: float) -> Said:
        self.asked += 1
        text = self.text or written()
        self.talking += 1
        try:
            for start in range(0, len(text), 100):
                piece(text[start : start + 100])
                await asyncio.sleep(self.pause)
        finally:
            self.talking -= 1
        return Said(text, 100, 200, 1.5)


@dataclass(frozen=True)
class Silent:
    """A shop that never answers."""

    name: str = "silent"

    def known(self, _: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        return {}

    async def search(self, _: Need) -> tuple[Price, ...]:
        await asyncio.sleep(60)
        raise ShopError("never")


@dataclass(frozen=True)
class Writes:
    """A writer that does whatever it is told to."""

    do: Callable[[Order], Recipe]
    at_hand: bool = True

    async def write(self, order: Order) -> Recipe:
        return self.do(order)


def test_a_session_ends_with_the_meal_that_cook_tells(store: MemorySessions, clock: Clock) -> None:
    one = accepted(store, KETO)
    steps.cook_session(one, 1, store, kitchen(clock))
    here = kitchen(clock)
    meal = run(cook(parse_profile(dict(KETO), today=NOW.date()), here), here)
    assert json.loads(store.result(one)) == to_json(meal, one)
    session = store.find(one)
    assert (session.status, session.phase, session.progress) == ("completed", "finished", 100)


def test_phases_ingredients_recipe_prices_and_result_are_told_in_order(
    store: MemorySessions, clock: Clock
) -> None:
    one = accepted(store, KETO)
    steps.cook_session(one, 1, store, kitchen(clock))
    told = store.events(one)
    progress = [event.body["progress"] for event in told if event.kind == "phase"]
    assert progress == [5, 10, 50, 60, 80, 90]
    order = list(dict.fromkeys(event.kind for event in told))
    assert order == ["phase", "ingredient", "recipe", "price", "result"]
    meal = json.loads(store.result(one))
    names = [event.body["name"] for event in told if event.kind == "ingredient"]
    assert names == [line["name"] for line in meal["recipe"]["ingredients"]]
    priced = [event.body["food"] for event in told if event.kind == "price"]
    assert len(priced) == len(set(priced)) > 0


def test_a_step_that_runs_again_redoes_and_repeats_nothing(
    store: MemorySessions, clock: Clock
) -> None:
    model = Paid()
    here = kitchen(clock, writer=ModelWriter(model, CooksBook()))
    one = accepted(store, GENERAL)
    assert steps.recipe_step(one, 1, store, here)
    before = kinds(store, one)
    assert steps.recipe_step(one, 1, store, here)
    assert kinds(store, one) == before
    assert steps.price_step(one, 1, store, here)
    before = kinds(store, one)
    assert steps.recipe_step(one, 1, store, here)
    assert steps.price_step(one, 1, store, here)
    assert kinds(store, one) == before
    assert not steps.combine_step(one, 1, store, here)
    assert not steps.combine_step(one, 1, store, here)
    assert model.asked == 1
    assert json.loads(store.result(one))["recipe"]["writtenBy"]["kind"] == "model"


class Forgetful(MemorySessions):
    """Loses a part once, as a process does that dies before it has kept it."""

    def __init__(self, clock: Clock, loses: str) -> None:
        super().__init__(clock)
        self.loses = loses

    def keep(self, one: str, attempt: int, part: str, body: bytes) -> bool:
        if part == self.loses:
            self.loses = ""
            raise StoreError("away", trouble="unreachable")
        return super().keep(one, attempt, part, body)


def test_a_model_is_not_paid_twice_for_a_recipe_that_was_lost(clock: Clock) -> None:
    store, model = Forgetful(clock, "recipe"), Paid()
    here = kitchen(clock, writer=ModelWriter(model, CooksBook()))
    one = accepted(store, GENERAL)
    with pytest.raises(StoreError):
        steps.recipe_step(one, 1, store, here)
    told = kinds(store, one)
    steps.cook_session(one, 1, store, here)
    meal = json.loads(store.result(one))
    assert model.asked == 1
    assert meal["recipe"]["writtenBy"]["kind"] == "model"
    assert kinds(store, one)[: len(told)] == told
    assert kinds(store, one).count("recipe") == 1


class Away(MemorySessions):
    """A store that goes away and returns."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.away = False
        self.refused = 0

    def _find(self, one: str) -> Any:
        if self.away:
            self.refused += 1
            raise StoreError("away", trouble="unreachable")
        return super()._find(one)

    def returns(self, seconds: float) -> None:
        Timer(seconds, setattr, (self, "away", False)).start()


@dataclass
class Unlucky(Paid):
    """A model in the middle of whose answer the store goes away for some seconds."""

    store: Away | None = None
    seconds: float = 0.0

    async def answer(self, asked: Question, piece: Callable[[str], None], left: float) -> Said:
        heard = 0

        def hear(text: str) -> None:
            nonlocal heard
            heard += 1
            if heard == 3 and self.store:
                self.store.away = True
                self.store.returns(self.seconds)
            piece(text)

        return await super().answer(asked, hear, left)


@pytest.mark.parametrize("seconds", [0.2, 1.2])
def test_a_store_that_is_away_while_a_model_streams_costs_nothing(
    clock: Clock, seconds: float
) -> None:
    store = Away(clock)
    model = Unlucky(pause=0.02, store=store, seconds=seconds)
    one = accepted(store, GENERAL)
    steps.cook_session(one, 1, store, kitchen(clock, writer=ModelWriter(model, CooksBook())))
    meal = json.loads(store.result(one))
    assert store.refused
    assert model.asked == 1
    assert meal["recipe"]["writtenBy"]["kind"] == "model"
    names = [event.body["name"] for event in store.events(one) if event.kind == "ingredient"]
    assert set(names) >= {line["name"] for line in meal["recipe"]["ingredients"]}
    progress = [event.body["progress"] for event in store.events(one) if event.kind == "phase"]
    assert progress == sorted(progress)
    assert progress[-1] == 90


def test_a_store_that_does_not_return_is_given_up_and_the_answer_is_used_all_the_same(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "KEEPING", 0.0)
    store, model = Forgetful(clock, "answer-1"), Paid()
    one = accepted(store, GENERAL)
    steps.cook_session(one, 1, store, kitchen(clock, writer=ModelWriter(model, CooksBook())))
    assert (model.asked, store.find(one).status) == (1, "completed")


def test_nobody_is_paid_while_nothing_can_be_kept(clock: Clock) -> None:
    store, model = Forgetful(clock, "asked-1"), Paid()
    here = kitchen(clock, writer=ModelWriter(model, CooksBook()))
    one = accepted(store, GENERAL)
    with pytest.raises(StoreError):
        steps.recipe_step(one, 1, store, here)
    assert model.asked == 0
    assert steps.recipe_step(one, 1, store, here)
    assert model.asked == 1


def test_nobody_is_paid_for_a_session_that_has_ended(clock: Clock) -> None:
    model = Paid()

    class Ends(MemorySessions):
        def keep(self, one: str, attempt: int, part: str, body: bytes) -> bool:
            self.cancel(one, NOW)
            return super().keep(one, attempt, part, body)

    store = Ends(clock)
    one = accepted(store, GENERAL)
    here = kitchen(clock, writer=ModelWriter(model, CooksBook()))
    assert not steps.recipe_step(one, 1, store, here)
    assert (model.asked, store.find(one).status) == (0, "cancelled")


@dataclass
class Cut(Paid):
    """A model whose answers, for which it is paid, are cut off."""

    async def answer(self, _: Question, piece: Callable[[str], None], __: float) -> Said:
        piece('{"recipeName": ')
        self.asked += 1
        spent = {"tokensIn": 90, "tokensOut": 3000, "calls": 1, "seconds": 2.5}
        raise ModelError("cut", trouble="cut", **spent)


def test_a_failure_that_was_paid_for_is_kept_too(clock: Clock) -> None:
    store, model = Forgetful(clock, "recipe"), Cut()
    here = kitchen(clock, writer=ModelWriter(model, CooksBook()))
    one = accepted(store, GENERAL)
    with pytest.raises(StoreError):
        steps.recipe_step(one, 1, store, here)
    steps.cook_session(one, 1, store, here)
    assert model.asked == 1
    by = json.loads(store.result(one))["recipe"]["writtenBy"]
    assert (by["kind"], by["tokens"]) == ("cookbook", {"in": 90, "out": 3000})
    assert "잘렸" in by["insteadOf"]
    assert json.loads(store.part(one, WRITTEN) or b"") == {"outcome": "replaced", "wrong": ["cut"]}


def test_what_a_model_did_is_left_for_the_operator(store: MemorySessions, clock: Clock) -> None:
    one = accepted(store, GENERAL)
    steps.cook_session(one, 1, store, kitchen(clock, writer=ModelWriter(Paid(), CooksBook())))
    assert store.find(one).status == "completed"
    tally = json.loads(store.part(one, WRITTEN) or b"")
    assert tally["outcome"] in {"as_written", "mended"}


def test_a_slow_store_does_not_hold_up_who_streams(clock: Clock) -> None:
    class Slow(MemorySessions):
        def tell(self, *given: Any) -> bool:
            time.sleep(0.2)
            return super().tell(*given)

    @dataclass
    class Timed(Paid):
        took: float = 0.0

        async def answer(self, asked: Question, piece: Callable[[str], None], left: float) -> Said:
            began = time.monotonic()
            said = await super().answer(asked, piece, left)
            self.took = time.monotonic() - began
            return said

    store, model = Slow(clock), Timed()
    one = accepted(store, GENERAL)
    steps.cook_session(one, 1, store, kitchen(clock, writer=ModelWriter(model, CooksBook())))
    told = kinds(store, one)
    assert model.took < 0.2 * told.count("ingredient")
    assert told.index("recipe") > max(n for n, kind in enumerate(told) if kind == "ingredient")


def test_a_pricing_that_was_lost_is_asked_for_again_and_told_once(clock: Clock) -> None:
    store = Forgetful(clock, "pricing")
    one = accepted(store, KETO)
    with pytest.raises(StoreError):
        steps.cook_session(one, 1, store, kitchen(clock))
    steps.cook_session(one, 1, store, kitchen(clock))
    priced = [event.body["food"] for event in store.events(one) if event.kind == "price"]
    assert len(priced) == len(set(priced))
    assert store.find(one).status == "completed"


@pytest.fixture
def engine(store: MemorySessions, clock: Clock) -> Iterator[tuple[InProcessEngine, Paid]]:
    model = Paid(pause=0.4)
    one = InProcessEngine(store, kitchen(clock, writer=ModelWriter(model, CooksBook())))
    yield one, model
    one.close()


@pytest.mark.parametrize("how", ["cancel", "forget"])
def test_ending_a_session_stops_a_model_in_the_middle_within_two_seconds(
    store: MemorySessions, engine: tuple[InProcessEngine, Paid], how: str
) -> None:
    runs, model = engine
    one = accepted(store, GENERAL)
    runs.start(one, 1)
    while not model.talking:
        time.sleep(0.01)
    began = time.monotonic()
    if how == "cancel":
        store.cancel(one, NOW)
        runs.stop(one)
    else:
        store.forget(one)
        runs.forget(one)
    while model.talking and time.monotonic() < began + 5:
        time.sleep(0.01)
    assert time.monotonic() - began < 2
    if how == "cancel":
        assert kinds(store, one)[-1] == "cancelled"


def test_a_recipe_whose_prices_are_late_is_served_without_them(
    store: MemorySessions, clock: Clock
) -> None:
    one = accepted(store, KETO)
    assert steps.recipe_step(one, 1, store, kitchen(clock))
    clock.turn(minutes=3)
    assert steps.price_step(one, 1, store, kitchen(clock, shops=(Silent(),)))
    steps.combine_step(one, 1, store, kitchen(clock))
    pricing = json.loads(store.result(one))["pricing"]
    assert pricing["totalEstimatedCost"] == 0
    assert {row["reason"] for row in pricing["unpriced"]} == {"제시간에 가격을 찾지 못했어요."}
    assert store.find(one).status == "completed"


def test_a_deadline_passes_while_a_shop_is_silent(store: MemorySessions) -> None:
    one, real = new_id(), NOW.__class__.now
    began = real(NOW.tzinfo)
    store = MemorySessions()
    store.accept(one, canonical(KETO), began, began + timedelta(seconds=60))
    here = Kitchen(CooksBook(), (PriceBook.at(NOW.date()),), lambda: real(NOW.tzinfo))
    assert steps.recipe_step(one, 1, store, here)
    moved = began + timedelta(seconds=59.5)
    late = replace(here, shops=(Silent(),), clock=lambda: moved + (real(NOW.tzinfo) - again))
    again = real(NOW.tzinfo)
    assert steps.price_step(one, 1, store, late)
    assert (real(NOW.tzinfo) - again).total_seconds() < 2.5
    steps.combine_step(one, 1, store, late)
    assert json.loads(store.result(one))["pricing"]["vendorBreakdown"] == {}


@pytest.mark.parametrize(
    ("begun", "trouble", "phase"),
    [(False, "busy", "recipe_failed"), (True, "deadline", "recipe_failed")],
)
def test_a_session_without_a_recipe_at_its_deadline_fails_with_the_reason(
    store: MemorySessions, clock: Clock, begun: bool, trouble: str, phase: str
) -> None:
    one = accepted(store, KETO)
    if begun:
        store.advance(one, 1, "recipe_generation", 10, NOW)
    clock.turn(minutes=3)
    steps.cook_session(one, 1, store, kitchen(clock))
    assert store.find(one).phase == phase
    assert error_of(store, one)["details"] == {"trouble": trouble}
    assert error_of(store, one)["message"].endswith("요.")


def test_who_is_late_and_served_by_nobody_is_ended(store: MemorySessions, clock: Clock) -> None:
    lost, cooked = accepted(store, KETO), accepted(store, KETO)
    steps.recipe_step(cooked, 1, store, kitchen(clock))
    clock.turn(minutes=3)
    for one in (lost, cooked):
        steps.end_late(one, 1, store, kitchen(clock))
    assert error_of(store, lost)["code"] == "SUPPLIER_FAILED"
    assert json.loads(store.result(cooked))["pricing"]["unpriced"]


@pytest.mark.parametrize(
    ("profile", "code", "detail"),
    [
        ({"target": "keto", "healthConditions": ["신부전"]}, "INFEASIBLE_PROFILE", "rules"),
        ({"target": "keto", "servings": 4, "budget": 1000}, "INFEASIBLE_PROFILE", "leastBudget"),
        ({"target": "baby_food"}, "NEEDS_ANSWER", "field"),
        ({"target": "keto", "servings": 99}, "INVALID_PROFILE", "field"),
    ],
)
def test_what_cannot_be_cooked_fails_with_its_code_and_details(
    store: MemorySessions, clock: Clock, profile: Mapping[str, object], code: str, detail: str
) -> None:
    one = accepted(store, profile)
    steps.cook_session(one, 1, store, kitchen(clock))
    session = store.find(one)
    assert (session.status, session.phase) == ("failed", "recipe_failed")
    assert error_of(store, one)["code"] == code
    assert detail in error_of(store, one)["details"]


def test_an_unexpected_error_ends_the_session_and_the_log_quotes_no_profile(
    store: MemorySessions, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(order: Order) -> Recipe:
        raise ZeroDivisionError(f"{order.profile}")

    one = accepted(store, KETO)
    with caplog.at_level(logging.DEBUG):
        steps.cook_session(one, 1, store, kitchen(clock, writer=Writes(breaks)))
    assert error_of(store, one)["code"] == "INTERNAL_ERROR"
    assert "ZeroDivisionError" in caplog.text
    assert one in [record.__dict__.get("session") for record in caplog.records]
    for told in (caplog.text, json.dumps(error_of(store, one), ensure_ascii=False)):
        assert "땅콩" not in told
        assert "peanut" not in told


def test_a_part_of_another_version_ends_the_session_with_the_reason(
    store: MemorySessions, clock: Clock
) -> None:
    one = accepted(store, KETO)
    store.keep(one, 1, "recipe", b'{"name": "old"}')
    steps.cook_session(one, 1, store, kitchen(clock))
    assert error_of(store, one)["details"] == {"trouble": "part"}


def test_another_attempt_is_left_alone(store: MemorySessions, clock: Clock) -> None:
    one = accepted(store, KETO)
    steps.cook_session(one, 2, store, kitchen(clock))
    steps.cook_session(new_id(), 1, store, kitchen(clock))
    assert kinds(store, one) == ["phase"]


def test_what_a_process_left_behind_is_taken_up(store: MemorySessions, clock: Clock) -> None:
    ids = [accepted(store, {**KETO, "seed": seed}) for seed in range(3)]
    engine = InProcessEngine(store, kitchen(clock))
    assert engine.queued() == 3
    engine.recover()
    engine.close()
    assert {store.find(one).status for one in ids} == {"completed"}
    assert engine.queued() == 0


def test_two_that_run_the_same_attempt_end_it_once(store: MemorySessions, clock: Clock) -> None:
    one = accepted(store, KETO)
    both = [
        Thread(target=steps.cook_session, args=(one, 1, store, kitchen(clock))) for _ in range(2)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert kinds(store, one).count("result") == 1
    assert kinds(store, one).count("recipe") == 1


def test_a_kitchen_that_cannot_be_opened_ends_the_session_with_the_reason(
    store: MemorySessions,
) -> None:
    one = accepted(store, KETO)
    steps.refuse(one, 1, store, RequestError("sellers.csv 3행", line=3), NOW)
    steps.refuse(new_id(), 1, store, RequestError("gone"), NOW)
    assert error_of(store, one)["details"] == {"line": 3}
