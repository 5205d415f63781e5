"""Step 2: what has to be bought, and the prices found for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Final, Protocol

from aichef.errors import ShopError
from aichef.food.table import foods
from aichef.prices.choose import choose
from aichef.prices.model import Need, Price, Priced, Unpriced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from aichef.recipe.model import Recipe

_AT_ONCE: Final = 8

TAP: Final = "water"
"""Nobody buys the water they cook with; it is neither bought nor counted as being at home."""

_REASONS: Final = {
    "food": ("모르는 재료라서 가격을 찾지 못했어요.", "This ingredient is not known, so no price."),
    "grams": ("양을 잴 수 없어서 값을 매기지 못했어요.", "Its amount cannot be weighed."),
    "price": ("가격 정보가 없어요.", "No price is known for it."),
}


class Shop(Protocol):
    """Someone who knows prices: the price book, the person's own list, a living supplier."""

    @property
    def name(self) -> str:
        """Name of the supplier, for messages."""

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        """Prices at hand, no network; foods without one are left out. Raises ShopError."""

    async def search(self, need: Need) -> tuple[Price, ...]:
        """Prices for one need, empty where there is none. Raises ShopError."""


def known_prices(foods: Collection[str], shops: Sequence[Shop]) -> dict[str, tuple[Price, ...]]:
    """Prices at hand for `foods` over all shops, to plan a recipe with.

    A shop that fails is left out here; `find_prices` names it.
    """
    found: dict[str, tuple[Price, ...]] = {}
    for shop in shops:
        with suppress(ShopError):
            for food, prices in shop.known(foods).items():
                found[food] = (*found.get(food, ()), *prices)
    return found


async def find_prices(
    needs: Sequence[Need], shops: Sequence[Shop], locale: str = "ko"
) -> tuple[Priced | Unpriced, ...]:
    """Each need with its prices, or why there is none; in the order of the needs.

    A shop that fails costs its own prices only: it is named in `troubles` or in the reason.
    """
    gate = asyncio.Semaphore(_AT_ONCE)

    async def ask(shop: Shop, need: Need) -> tuple[Price, ...] | ShopError:
        async with gate:
            try:
                return await shop.search(need)
            except ShopError as trouble:
                return trouble

    async def find(need: Need) -> Priced | Unpriced:
        if not need.food:
            return Unpriced(need, _reason("food", locale))
        if need.grams <= 0:
            return Unpriced(need, _reason("grams", locale))
        answers = await asyncio.gather(*(ask(shop, need) for shop in shops))
        prices: tuple[Price, ...] = ()
        troubles: tuple[str, ...] = ()
        for shop, answer in zip(shops, answers, strict=True):
            if isinstance(answer, ShopError):
                troubles += (f"{shop.name}: {answer}",)
            else:
                prices += answer
        if not prices:
            return Unpriced(need, " ".join((_reason("price", locale), *troubles)))
        return Priced(need, prices, choose(prices), troubles)

    return tuple(await asyncio.gather(*(find(need) for need in needs)))


def needs(
    recipe: Recipe,
    pantry: frozenset[str],
    available: Mapping[str, float | None],
    locale: str = "ko",
) -> tuple[tuple[Need, ...], tuple[Need, ...]]:
    """Needs of a recipe that have to be bought, and those at home already, in the recipe's order.

    What is eaten beside it counts for every serving. A food made of another one (cooked rice) is
    named and weighed as what one buys for it. At home is all of the pantry, an ingredient marked
    `to_buy=False`, and what is in the fridge: `available` maps food ids to grams as bought, None
    meaning enough. Where the fridge holds a part, the need is split in two.
    """
    stock = {food: inf if grams is None else grams for food, grams in available.items()}
    to_buy: list[Need] = []
    at_home: list[Need] = []
    for need, owned in (*_ingredient_needs(recipe), *_served_needs(recipe, locale)):
        if owned or need.food in pantry:
            at_home.append(_as_bought(need))
            continue
        held, rest = _split(need, stock)
        if held:
            at_home.append(_as_bought(held))
        if not rest:
            continue
        rest = _as_bought(rest)
        if rest.food in pantry:
            at_home.append(rest)
            continue
        held, rest = _split(rest, stock)
        if held:
            at_home.append(held)
        if rest:
            to_buy.append(rest)
    return tuple(to_buy), tuple(at_home)


def _ingredient_needs(recipe: Recipe) -> Iterator[tuple[Need, bool]]:
    for one in recipe.ingredients:
        if one.food == TAP:
            continue
        need = Need(
            one.name, one.amount, one.unit, one.food or "", one.grams or 0.0, one.edible_grams
        )
        yield need, not one.to_buy


def _served_needs(recipe: Recipe, locale: str) -> Iterator[tuple[Need, bool]]:
    for one in recipe.served_with:
        food = foods()[one.food]
        eaten = one.grams * recipe.servings
        bought = eaten / (1 - food.refuse_pct / 100)
        yield Need(food.name(locale), f"{eaten:g}", "g", food.id, bought, eaten), False


def _split(need: Need, stock: dict[str, float]) -> tuple[Need | None, Need | None]:
    """Part of a need that `stock` holds, which is taken from it, and the rest."""
    have = stock.get(need.food, 0.0)
    if have == inf or 0 < need.grams <= have:
        stock[need.food] = have - need.grams
        return need, None
    if have <= 0 or need.grams <= 0:
        return None, need
    stock[need.food] = 0.0
    return _scaled(need, have / need.grams), _scaled(need, 1 - have / need.grams)


def _as_bought(need: Need) -> Need:
    """Convert a need to the food one buys for it."""
    food = foods().get(need.food)
    if food is None or food.bought_as is None:
        return need
    raw, grams_each = food.bought_as
    return replace(_scaled(need, grams_each), food=raw)


def _scaled(need: Need, share: float) -> Need:
    edible = None if need.edible_grams is None else need.edible_grams * share
    return replace(need, grams=need.grams * share, edible_grams=edible)


def _reason(key: str, locale: str) -> str:
    korean, english = _REASONS[key]
    return english if locale == "en" else korean
