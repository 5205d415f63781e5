"""The original design that ours is measured beside: it runs, believes what it is told, and adds up.

No seconds are asserted here; `python -m bench side_by_side` measures them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from bench import side_by_side
from bench.original.cost import aws, rate
from bench.original.prompt import WANTED, prompt
from bench.original.suppliers import Found, Listing, chosen, look_up_together, recipe_in
from bench.original.till import Bought, as_advised, bill, grams_of
from bench.original.workflow import PHASES, cooked, shopping

from aichef.fake.model import ModelStandIn, model_stand_in
from aichef.fake.prices import StandIn, stand_in
from tests.living import LOOPBACK

DISH: dict[str, Any] = {
    "recipeName": "두부 양파 볶음",
    "description": "고소합니다.",
    "cookingTime": 15,
    "difficulty": "easy",
    "servings": 2,
    "ingredients": [
        {"name": "두부", "amount": "300", "unit": "g"},
        {"name": "양파", "amount": "100", "unit": "g"},
        {"name": "땅콩", "amount": "30", "unit": "g"},
    ],
    "instructions": ["1. 두부와 양파를 볶습니다.", "2. 땅콩을 뿌립니다."],
    "notes": "따뜻할 때 드세요.",
}
EATER = {"target": "diet", "allergies": ["땅콩"], "budget": 20_000, "servings": 2}


@pytest.fixture
def model() -> Iterator[ModelStandIn]:
    with model_stand_in() as state:
        state.speed, state.first = 5_000.0, 0.0
        state.say = lambda *_: json.dumps(DISH, ensure_ascii=False)
        yield state


@pytest.fixture
def shops() -> Iterator[StandIn]:
    with stand_in() as state:
        yield state


@LOOPBACK
def test_a_meal_goes_through_its_phases_and_its_client_sees_the_end(
    model: ModelStandIn, shops: StandIn
) -> None:
    seen = cooked(EATER, side_by_side.suppliers_at(model, shops), poll=0.02)
    reached = seen.session.reached
    assert tuple(reached) == PHASES
    assert sorted(reached.values()) == list(reached.values())
    assert all(seen.phases[phase] >= reached[phase] for phase in PHASES)
    assert shops.calls["naver"] == len(DISH["ingredients"])


@LOOPBACK
def test_what_the_model_says_is_delivered_as_it_stands(model: ModelStandIn, shops: StandIn) -> None:
    session = cooked(EATER, side_by_side.suppliers_at(model, shops), poll=0.02).session
    assert session.result
    assert session.result["recipe"] == DISH
    assert session.answer
    assert session.answer.tokens_out > 100
    assert "땅콩" in model.asked[-1]["messages"][0]["content"]


@LOOPBACK
def test_searches_at_once_find_what_searches_in_turn_find(
    model: ModelStandIn, shops: StandIn
) -> None:
    suppliers = side_by_side.suppliers_at(model, shops)
    found = cooked(EATER, suppliers, poll=0.02).session.found
    assert look_up_together(suppliers, [one.name for one in found]) == list(found)
    assert all(one.lowest for one in found)


@LOOPBACK
def test_a_meal_whose_model_fails_ends_with_the_reason(model: ModelStandIn, shops: StandIn) -> None:
    model.set_fault("500")
    with pytest.raises(ConnectionError, match="500"):
        cooked(EATER, side_by_side.suppliers_at(model, shops), poll=0.02)


@pytest.mark.parametrize("target", WANTED)
def test_the_prompt_is_short_and_names_what_the_person_said(target: str) -> None:
    said = prompt({**EATER, "target": target, "babyAgeMonths": 8, "availableIngredients": "두부"})
    assert all(word in said for word in ("알레르기: 땅콩", "20000원", "JSON"))
    assert len(said) < 800


def test_the_cheapest_listing_counts_and_what_nobody_can_buy_does_not() -> None:
    items = [
        _item("양파", 10, "네이버", kind="1"),
        _item("양파 중고", 20, "어딘가", kind="4"),
        _item("양파 <b>1kg</b>", 3_000, "바른장터"),
        _item("양파 200g", 700, "동네상회"),
        _item("양파 씨앗", 100, "씨앗가게", category="생활/건강"),
    ]
    found = chosen("양파", items)
    assert found.lowest == Listing("양파 200g", 700, "동네상회")
    assert found.listings[0].title == "양파 1kg"
    assert found.traps == 3
    assert chosen("없는 것", []).lowest is None


def test_its_optimal_shop_is_the_one_with_most_rows() -> None:
    pricing = shopping([_found("a", 500, "하나"), _found("b", 700, "둘"), _found("c", 900, "둘")])
    assert pricing["totalEstimatedCost"] == 2_100
    assert pricing["optimalVendor"] == "둘"


def test_the_till_counts_packs_and_parcels() -> None:
    onion = Listing("양파 200g", 700, "동네상회")
    tofu = Listing("두부 300g*2", 4_000, "햇살마트")
    rice = Listing("쌀 1kg & 무료배송", 3_000, "바른장터")
    lines = [Bought("양파", onion, 2), Bought("두부", tofu, 1), Bought("쌀", rice, 1)]
    paid = bill({"양파": 350.0, "두부": 601.0, "쌀": 900.0}, lines)
    assert paid.won == 2 * 700 + 4_000 + 3_000 + 2 * 3_000
    assert (paid.covered, paid.needs) == (2, 3)
    advised = as_advised({"양파": 350.0}, [Found("양파", (onion,), onion)], None)
    assert advised.won == 2 * 700 + 3_000
    assert grams_of("두부 한 모") is None


def test_an_answer_that_breaks_a_rule_is_found_as_it_stands_and_never_in_ours() -> None:
    found = side_by_side.judged(6)
    assert found.many.total() == 6
    assert found.total("hard") >= 2
    assert found.theirs["good"]["hard"] == 0
    assert found.ours == 0


def test_kinds_are_told_by_the_gravest() -> None:
    assert side_by_side.kind_of([]) == ""
    assert side_by_side.kind_of(["G06 servings 4, asked for 2"]) == "servings"
    assert side_by_side.kind_of(["G06 servings 4", "unknown: 양퍼"]) == "unknown"
    assert side_by_side.kind_of(["unknown: 양퍼", "G01 peanut holds ['peanut']"]) == "hard"


def test_the_same_dish_in_its_form_has_the_same_lines() -> None:
    eater, text, _ = side_by_side.dish(0)
    said = recipe_in(side_by_side.in_its_form(text, eater["target"]))
    whole = json.loads(text)
    assert [line["name"] for line in said["ingredients"]] == [
        line["name"] for line in whole["ingredients"]
    ]
    assert said["instructions"][0].startswith("1. ")
    assert "ketoNotes" in said
    assert "claimed" not in said


def test_money_of_the_operator_follows_the_tables() -> None:
    opus, haiku = (rate(name) for name in side_by_side.NAMED)
    assert opus.thousand(1_000, 1_000) == pytest.approx(opus.usd_in + opus.usd_out)
    assert haiku.thousand(1_000, 1_000) < opus.thousand(1_000, 1_000)
    assert aws(0, 0, 5, 0, 0, 0) == pytest.approx(0.125)


def _item(
    title: str, won: int, seller: str, kind: str = "2", category: str = "식품"
) -> dict[str, str]:
    return {
        "title": title,
        "lprice": str(won),
        "mallName": seller,
        "productType": kind,
        "category1": category,
    }


def _found(name: str, won: int, seller: str) -> Found:
    one = Listing(f"{name} 100g", won, seller)
    return Found(name, (one,), one)
