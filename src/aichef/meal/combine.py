"""Recipe, basket and findings put together: the meal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichef.meal.model import HomeItem, Meal
from aichef.prices.choose import used_won
from aichef.prices.model import Priced
from aichef.recipe.check import Money, check, ranked
from aichef.recipe.nutrients import nutrition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aichef.basket.model import Basket
    from aichef.prices.model import Unpriced
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding, Recipe


def combine(
    profile: Profile,
    recipe: Recipe,
    basket: Basket,
    at_home: Sequence[Priced | Unpriced],
    said: Sequence[Finding],
    suppliers: Sequence[str],
    now: datetime,
) -> Meal:
    """The meal of a recipe that passed the gate; `said` are soft conflicts of the profile."""
    money = Money(
        basket.used,
        basket.total,
        len({line.food for line in basket.lines}) + len(basket.unpriced),
        tuple(one.need.ingredient for one in basket.unpriced),
    )
    return Meal(
        profile,
        recipe,
        nutrition(recipe, profile, now.date()),
        ranked((*said, *check(recipe, profile, now.date(), money))),
        basket,
        tuple(
            HomeItem(one.need, used_won(one.need, one.chosen) if isinstance(one, Priced) else None)
            for one in at_home
        ),
        tuple(suppliers),
        now,
    )
