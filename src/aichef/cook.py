"""The story: a profile in, a checked and priced meal out. Read this first.

    Profile ─▶ admit ─▶ write the recipe ─▶ find prices ─▶ fill the basket ─▶ Meal

Everything outside the process comes in as an argument: who writes, which shops, what time it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aichef.basket.fill import fill
from aichef.chef.write import Order, Writer, write_recipe
from aichef.meal.combine import combine
from aichef.prices.find import (
    Shop,
    find_prices,
    heard,
    known_prices,
    nearby,
    needs,
    prices_at_hand,
)
from aichef.recipe.admit import admit, without_spoiled

if TYPE_CHECKING:
    from aichef.meal.model import Meal
    from aichef.profile.model import Profile

Tell = Callable[[str, int], None]
"""Told each phase of DESIGN section 2 and the percentage reached."""


@dataclass(frozen=True)
class Kitchen:
    """Everything outside this process that a meal needs."""

    writer: Writer
    shops: tuple[Shop, ...]
    clock: Callable[[], datetime]


def quietly(phase: str, percent: int) -> None:
    """Tells nobody."""


async def cook(profile: Profile, kitchen: Kitchen, tell: Tell = quietly) -> Meal:
    """Profile in, priced meal out: the whole product.

    Raises Infeasible, naming the rules, where no meal can be offered; SupplierError where
    someone we rely on failed. A missing price never stops the meal.
    """
    now = kitchen.clock()
    said = admit(profile, now.date())
    profile = without_spoiled(profile, now.date())
    tell("accepted", 5)

    tell("recipe_generation", 10)
    shops = nearby(kitchen.shops, profile.region, profile.shops)
    order = Order(profile, lambda wanted: known_prices(wanted, shops), now.date())
    recipe = await write_recipe(order, kitchen.writer)
    tell("recipe_completed", 50)

    tell("price_lookup", 60)
    fridge = {one.food: one.grams for one in profile.available if one.food}
    to_buy, at_home = needs(recipe, profile.pantry, fridge, profile.locale)
    priced = await find_prices(to_buy, shops, profile.locale)
    owned = prices_at_hand(at_home, shops, profile.locale)
    tell("price_completed", 80)

    tell("combining_results", 90)
    basket = fill(priced)
    meal = combine(profile, recipe, basket, owned, said, heard(shops, priced), now)
    tell("finished", 100)
    return meal
