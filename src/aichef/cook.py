"""The story: a profile in, a checked and priced meal out. Read this first.

    Profile ─▶ admit ─▶ write the recipe ─▶ find prices ─▶ fill the basket ─▶ Meal

Everything outside the process comes in as an argument: who writes, which shops, what time it is.
`cook` tells it at a stretch; an engine that survives its process calls the three steps itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from aichef.basket.fill import fill
from aichef.basket.model import ANYWHERE, Limits, Seller
from aichef.chef.write import Order, Writer, write_recipe
from aichef.meal.combine import combine
from aichef.prices.find import (
    Shop,
    at_hand,
    find_prices,
    heard,
    known_prices,
    nearby,
    needs,
    needs_of,
    prices_at_hand,
)
from aichef.recipe.admit import admit, without_spoiled

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any

    from aichef.basket.model import Basket
    from aichef.meal.model import Meal
    from aichef.prices.lookup import Lookup
    from aichef.prices.model import Need, Price, Priced, Unpriced
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding, Ingredient, Recipe


@dataclass(frozen=True)
class Kitchen:
    """Everything outside this process that a meal needs, and how the person shops.

    `sellers` are the person's own word on delivery, `limits` which shops they leave out.
    """

    writer: Writer
    shops: tuple[Shop, ...]
    clock: Callable[[], datetime]
    sellers: tuple[Seller, ...] = ()
    limits: Limits = ANYWHERE

    @property
    def waits(self) -> bool:
        """Whether somebody has to be waited for, so that an event loop is needed."""
        return not (at_hand(self.writer) and all(at_hand(shop) for shop in self.shops))


@dataclass(frozen=True, slots=True)
class News:
    """What is going on: a phase of DESIGN section 2 and the percentage reached.

    With `ingredient` one line of the recipe became known, with `need` its `prices` were found.
    A line that is told of while the recipe is being written may still be changed by the gate.
    """

    phase: str
    percent: int
    ingredient: Ingredient | None = None
    need: Need | None = None
    prices: tuple[Price, ...] = ()


Tell = Callable[[News], None]


def quietly(_: News) -> None:
    """Tells nobody."""


class Progress:
    """Tells each piece of news with how far the meal is; the percentage never goes back."""

    def __init__(self, tell: Tell = quietly) -> None:
        self._tell = tell
        self._news = News("accepted", 0)

    def reach(self, phase: str, percent: int) -> None:
        """A phase of DESIGN section 2 begins or ends."""
        self._say(News(phase, max(percent, self._news.percent)))

    def ingredient(self, one: Ingredient) -> None:
        """A line of the recipe is known: a bit nearer to 50, which is the whole recipe."""
        percent = self._news.percent
        self._say(replace(self._news, percent=percent + (50 - percent) // 8, ingredient=one))

    def prices(self, need: Need, prices: Sequence[Price]) -> None:
        """Prices of an ingredient landed."""
        self._say(replace(self._news, need=need, prices=tuple(prices)))

    def _say(self, news: News) -> None:
        self._news = News(news.phase, news.percent)
        self._tell(news)


@dataclass(frozen=True, slots=True)
class Pricing:
    """What step 2 found: the basket, what is at home with its prices, and who was asked."""

    basket: Basket
    at_home: tuple[Priced | Unpriced, ...]
    suppliers: tuple[str, ...]


async def cook(profile: Profile, kitchen: Kitchen, tell: Tell = quietly) -> Meal:
    """Profile in, priced meal out: the whole product.

    Raises Infeasible, naming the rules, where no meal can be offered; SupplierError where
    someone we rely on failed. A missing price never stops the meal.
    """
    now = kitchen.clock()
    profile, said = admitted(profile, now)
    progress = Progress(tell)
    progress.reach("accepted", 5)
    lookup = looking(profile, kitchen, progress)
    try:
        recipe = await write(profile, kitchen, now, progress, lookup)
        pricing = await price(profile, recipe, kitchen, progress, lookup)
    finally:
        if lookup:
            await lookup.close()
    meal = serve(profile, recipe, pricing, said, now, progress)
    progress.reach("finished", 100)
    return meal


def admitted(profile: Profile, now: datetime) -> tuple[Profile, tuple[Finding, ...]]:
    """The profile without what has spoiled, and its soft conflicts. Raises Infeasible."""
    said = admit(profile, now.date())
    return without_spoiled(profile, now.date()), tuple(said)


async def write(
    profile: Profile,
    kitchen: Kitchen,
    now: datetime,
    progress: Progress,
    lookup: Lookup | None = None,
) -> Recipe:
    """Step 1: a recipe that holds. Its ingredients are told, and looked up, as they are known."""
    progress.reach("recipe_generation", 10)
    shops = _shops(profile, kitchen)

    def look_up(one: Ingredient) -> None:
        if lookup:
            for need in needs_of(one, profile.pantry, _fridge(profile), profile.locale):
                lookup.start(need)

    def ready(one: Ingredient) -> None:
        progress.ingredient(one)
        look_up(one)

    order = Order(profile, lambda wanted: known_prices(wanted, shops), now.date(), ready, look_up)
    recipe = await write_recipe(order, kitchen.writer)
    progress.reach("recipe_completed", 50)
    return recipe


async def price(
    profile: Profile,
    recipe: Recipe,
    kitchen: Kitchen,
    progress: Progress,
    lookup: Lookup | None = None,
) -> Pricing:
    """Step 2: what has to be bought, where, and for how much. What fails is named, not raised."""
    progress.reach("price_lookup", 60)
    shops = _shops(profile, kitchen)
    to_buy, owned = needs(recipe, profile.pantry, _fridge(profile), profile.locale)
    found = await find_prices(to_buy, shops, profile.locale, lookup=lookup)
    at_home = prices_at_hand(owned, shops, profile.locale)
    basket = fill(found, sellers=kitchen.sellers, limits=kitchen.limits, locale=profile.locale)
    progress.reach("price_completed", 80)
    return Pricing(basket, at_home, heard(shops, found, profile.locale))


def serve(
    profile: Profile,
    recipe: Recipe,
    pricing: Pricing,
    said: Sequence[Finding],
    now: datetime,
    progress: Progress,
) -> Meal:
    """Step 3: nutrition, findings and money put together. Pure: no supplier at all."""
    progress.reach("combining_results", 90)
    return combine(profile, recipe, pricing.basket, pricing.at_home, said, pricing.suppliers, now)


def looking(profile: Profile, kitchen: Kitchen, progress: Progress) -> Lookup | None:
    """A look-up that can start while the recipe is written; None where nobody is waited for."""
    if not kitchen.waits:
        return None
    from aichef.prices.lookup import Lookup

    return Lookup(_shops(profile, kitchen), progress.prices)


def run(story: Coroutine[Any, Any, Meal], kitchen: Kitchen) -> Meal:
    """Drive `cook(…)` to its end; a kitchen where nobody is waited for needs no event loop."""
    if kitchen.waits:
        import asyncio

        return asyncio.run(story)
    try:
        story.send(None)
    except StopIteration as end:
        return cast("Meal", end.value)
    story.close()
    raise RuntimeError("a kitchen that said it never waits has waited")


def _shops(profile: Profile, kitchen: Kitchen) -> tuple[Shop, ...]:
    return nearby(kitchen.shops, profile.region, profile.shops)


def _fridge(profile: Profile) -> dict[str, float | None]:
    return {one.food: one.grams for one in profile.available if one.food}
