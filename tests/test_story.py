"""The story, told with canned suppliers: who writes and who sells are arguments."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from aichef.chef.composer import CooksBook, compose
from aichef.chef.write import Order
from aichef.cook import Kitchen, News, Progress, cook, run
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
            profile(target="keto"),
            kitchen(),
            lambda news: told.append((news.phase, news.percent)),
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


def test_progress_never_goes_back_and_each_ingredient_brings_it_nearer_to_the_recipe() -> None:
    told: list[News] = []
    progress = Progress(told.append)
    progress.reach("recipe_generation", 10)
    for _ in range(40):
        progress.ingredient(Ingredient("두부"))
    progress.reach("recipe_generation", 10)
    percents = [news.percent for news in told]
    assert percents == sorted(percents)
    assert percents[1] > 10
    assert max(percents) < 50


def test_a_kitchen_that_waits_for_nobody_needs_no_event_loop() -> None:
    here = kitchen()
    assert not here.waits
    assert run(cook(profile(target="keto"), here), here).recipe.name


def test_a_kitchen_with_a_strange_shop_is_driven_by_an_event_loop() -> None:
    here = kitchen(shops=(ClosedShop(), PriceBook.at(NOW.date())))
    assert here.waits
    assert run(cook(profile(target="keto"), here), here).recipe.name


def test_a_line_known_early_is_told_and_its_prices_land_before_the_recipe_is_whole() -> None:
    told: list[News] = []
    recipe = compose(Order(profile(target="keto"), lambda _: {}, NOW.date()))

    class Streaming:
        async def write(self, order: Order) -> Recipe:
            for one in recipe.ingredients:
                order.ready(one)
                await asyncio.sleep(0)
            await asyncio.sleep(0.01)
            return recipe

    asyncio.run(cook(profile(target="keto"), kitchen(writer=Streaming()), told.append))
    early = told[: [news.phase for news in told].index("recipe_completed")]
    assert [news.ingredient for news in early if news.ingredient] == list(recipe.ingredients)
    assert any(news.need and news.prices for news in early)
