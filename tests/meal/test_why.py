"""The reasons for a dish are computed from it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from aichef.chef.composer import CooksBook
from aichef.cook import Kitchen, cook
from aichef.meal.model import Meal
from aichef.meal.why import why
from aichef.prices.book import PriceBook
from aichef.profile.parse import parse_profile

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def cooked(**fields: object) -> Meal:
    kitchen = Kitchen(CooksBook(), (PriceBook.at(NOW.date()),), lambda: NOW)
    return asyncio.run(cook(parse_profile(fields, today=NOW.date()), kitchen))


def test_what_is_in_the_fridge_and_used_is_named_first() -> None:
    meal = cooked(
        target="fridge",
        availableIngredients=[{"name": "두부", "amount": "1", "unit": "모", "mustUse": True}],
    )
    first, *_ = why(meal)
    assert first.startswith("냉장고의 두부")


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_the_nearest_limit_and_the_cost_are_told_in_the_persons_language(locale: str) -> None:
    reasons = why(cooked(target="diabetes", medications="없음", locale=locale))
    text = " ".join(reasons)
    assert ("한도" if locale == "ko" else "limit") in text
    assert ("결제 금액" if locale == "ko" else "at the till") in text


def test_what_a_dish_cannot_take_of_a_must_use_thing_is_said() -> None:
    meal = cooked(
        target="fridge",
        servings=1,
        availableIngredients=[{"name": "배추김치", "amount": 500, "unit": "g", "mustUse": True}],
    )
    used = sum(one.grams or 0 for one in meal.recipe.ingredients if one.food == "kimchi_napa")
    assert f"배추김치 {500 - used:.0f}g 남음" in why(meal)[0]
