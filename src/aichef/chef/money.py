"""What a recipe costs at the prices at hand, before any shop is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichef.chef.plan import BEARABLE
from aichef.prices.choose import candidates, choose, grams_in, least_won, used_won
from aichef.prices.find import needs
from aichef.recipe.check import Money

if TYPE_CHECKING:
    from aichef.chef.write import Order
    from aichef.prices.model import Need
    from aichef.recipe.model import Recipe


def money_at_hand(recipe: Recipe, order: Order) -> Money:
    """Won for what is used, and at the till, of what would have to be bought.

    Foods without a price at hand are named in `unpriced` and cost nothing here.
    """
    profile = order.profile
    fridge = {one.food: one.grams for one in profile.available if one.food}
    to_buy, _ = needs(recipe, profile.pantry, fridge, profile.locale)
    known = order.known(frozenset(need.food for need in to_buy if need.food))
    used = 0
    grams: dict[str, float] = {}
    unpriced: list[Need] = []
    for need in to_buy:
        prices = known.get(need.food)
        if not prices or need.grams <= 0:
            unpriced.append(need)
            continue
        chosen = choose(prices)
        used += used_won(need, chosen)
        grams[need.food] = grams.get(need.food, 0.0) + grams_in(need, chosen)
    till = sum(least_won(needed, candidates(known[food])) for food, needed in grams.items())
    names = tuple(need.ingredient for need in unpriced)
    return Money(used, till, len({need.food or need.ingredient for need in to_buy}), names)


def beyond(money: Money, budget: int) -> int | None:
    """Won at the till where they are beyond all bearing for a budget (G10); else None."""
    till = money.till_won or 0
    return till if till > BEARABLE * budget else None
