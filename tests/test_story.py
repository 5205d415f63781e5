"""The story, told with canned suppliers: who writes and who sells are arguments."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from aichef.chef.composer import CooksBook, compose
from aichef.chef.write import Order
from aichef.cook import Kitchen, cook
from aichef.errors import Infeasible, ShopError, UnusableRecipe
from aichef.prices.book import PriceBook
from aichef.prices.model import Need, Price
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Ingredient, Recipe

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)


@dataclass
class Canned:
    """Writes the same recipe for everyone, and remembers who asked."""

    recipe: Recipe
    orders: list[Order] = field(default_factory=list)

    async def write(self, order: Order) -> Recipe:
        self.orders.append(order)
        return self.recipe


@dataclass(frozen=True)
class ClosedShop:
    """Knows nothing and fails whenever it is asked."""

    name: str = "closed"

    def known(self, _: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        raise ShopError("closed")

    async def search(self, _: Need) -> tuple[Price, ...]:
        raise ShopError("closed")


def kitchen(**changes: object) -> Kitchen:
    plain = Kitchen(CooksBook(), (PriceBook.at(NOW.date()),), lambda: NOW)
    return replace(plain, **changes)  # type: ignore[arg-type]


def profile(**fields: object):  # type: ignore[no-untyped-def]
    return parse_profile(fields, today=date(2026, 11, 23))


def test_a_profile_becomes_a_meal_and_each_phase_is_told_once() -> None:
    told: list[tuple[str, int]] = []
    meal = asyncio.run(
        cook(
            profile(target="keto"), kitchen(), lambda phase, percent: told.append((phase, percent))
        )
    )
    assert meal.recipe.name
    assert meal.basket.total >= meal.basket.used > 0
    assert told == [
        ("accepted", 5),
        ("recipe_generation", 10),
        ("recipe_completed", 50),
        ("price_lookup", 60),
        ("price_completed", 80),
        ("combining_results", 90),
        ("finished", 100),
    ]


def test_a_conflict_is_answered_before_any_writer_is_called() -> None:
    writer = Canned(Recipe("x", 1, (), ()))
    with pytest.raises(Infeasible):
        asyncio.run(cook(profile(target="keto", healthConditions="투석"), kitchen(writer=writer)))
    assert writer.orders == []


def test_a_writer_that_breaks_a_rule_is_held_back() -> None:
    honey = Ingredient("꿀", "10", "g", "honey", 10.0, 10.0)
    writer = Canned(Recipe("꿀죽", 2, (honey,), ("섞습니다.",), course="meal"))
    with pytest.raises(UnusableRecipe) as held:
        asyncio.run(cook(profile(target="baby_food", babyAgeMonths=8), kitchen(writer=writer)))
    assert "B39" in held.value.details["rules"]


def test_a_shop_that_fails_costs_its_prices_and_not_the_meal() -> None:
    shops = (ClosedShop(), PriceBook.at(NOW.date()))
    meal = asyncio.run(cook(profile(target="diet"), kitchen(shops=shops)))
    assert meal.basket.total > 0
    assert any("closed" in " ".join(one.troubles) for one in meal.basket.priced)


def test_without_any_price_the_meal_arrives_and_says_so() -> None:
    recipe = compose(Order(profile(target="diet"), PriceBook.at(NOW.date()).known, NOW.date()))
    meal = asyncio.run(
        cook(profile(target="diet"), kitchen(writer=Canned(recipe), shops=(ClosedShop(),)))
    )
    assert meal.basket.total == 0
    assert meal.basket.unpriced
    assert any(one.rule == "G10" and one.verdict == "unknown" for one in meal.findings)


def test_what_is_at_home_is_named_with_its_won() -> None:
    meal = asyncio.run(cook(profile(target="keto"), kitchen()))
    assert meal.at_home
    assert all(one.won is not None for one in meal.at_home)
    nothing = asyncio.run(cook(profile(target="keto", pantry="empty"), kitchen()))
    assert nothing.at_home == ()
    assert all(one.to_buy for one in nothing.recipe.ingredients if one.food != "water")
