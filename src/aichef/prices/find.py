"""Step 2: what has to be bought, and the prices found for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from aichef.errors import ShopError
from aichef.food.table import foods
from aichef.prices.choose import DOUBT, choose
from aichef.prices.model import Need, Price, Priced, Unpriced
from aichef.recipe.model import Recipe

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from aichef.prices.lookup import Lookup
    from aichef.recipe.model import Ingredient

DEADLINE: Final = 4.5
"""Seconds after which a meal is priced without those who have not answered."""

_BETWEEN: Final = " · "

TAP: Final = "water"
"""Nobody buys the water they cook with; it is neither bought nor counted as being at home."""

_REASONS: Final = {
    "food": ("모르는 재료라서 가격을 찾지 못했어요.", "This ingredient is not known, so no price."),
    "grams": ("양을 잴 수 없어서 값을 매기지 못했어요.", "Its amount cannot be weighed."),
    "price": ("가격 정보가 없어요.", "No price is known for it."),
}

_UNMET: Final = (
    "조사에 없는 곳이라 빼고 보았어요({names}).",
    "The survey does not have it, so it was left out ({names}).",
)

_TROUBLES_EN: Final = {
    "late": "It did not answer in time and was left out.",
    "time": "It did not answer in time.",
    "closed": "Closed for everyone (SE05); it is not asked again.",
    "key": "It refused the key; check the settings.",
    "young": "Its key is not active yet; try again in a day.",
    "quota": "Its calls of the day are spent.",
    "bucket": "Its searches of the hour are spent.",
    "blocked": "It asked to be left alone for a while.",
    "busy": "It refused for too many calls.",
    "expired": "Its key has expired; extend its use at data.go.kr.",
    "unlisted": "This computer's IP address is not registered at data.go.kr.",
    "access": "The key may not use this data; apply for it at data.go.kr.",
    "service": "There is no such service at this address; check the setting.",
    "address": "Its address cannot be read; set one that starts with https://.",
    "plain": "No key is sent to an http address; set an https one.",
    "none": "No survey of the last weeks was found; try again tomorrow.",
    "empty": "Nothing recent is there; run aichef prices refresh.",
    "store": "The price store cannot be read or written; check the data folder's rights and space.",
    "damaged": "The price store is damaged; delete prices.sqlite3 from the data folder and run "
    "aichef prices refresh.",
    "version": "The price store is of a newer AI Chef; update AI Chef.",
    "tls": "No secure connection (TLS) was possible.",
    "network": "It could not be reached.",
    "broken": "Its answer broke off.",
    "size": "Its answer was too large to read.",
    "coding": "Its answer is packed in a way that cannot be read.",
    "page": "It sent a web page instead of data.",
    "shape": "Its answer has an unknown form.",
    "server": "It has a problem of its own.",
    "extra": "The network extra is missing; pip install 'aichef[living]'.",
}


class Shop(Protocol):
    """Someone who knows prices: the price book, the person's own list, a living supplier.

    Three more things are looked for: `at_hand`, that it answers from this machine and never
    waits; `few`, for how many ingredients of a meal it may be asked; and `near(region, shops)`,
    the same shop for someone who lives there and goes to those shops, with `unmet()`, those of
    them it does not know.
    """

    @property
    def name(self) -> str:
        """Name of the supplier, for messages."""

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        """Prices at hand, no network; foods without one are left out. Raises ShopError."""

    async def search(self, need: Need) -> tuple[Price, ...]:
        """Prices for one need, empty where there is none. Raises ShopError."""


Answer = tuple[Price, ...] | ShopError
"""What a shop said of one food: its prices, or what kept it."""


def known_prices(foods: Collection[str], shops: Sequence[Shop]) -> dict[str, tuple[Price, ...]]:
    """Prices at hand for `foods` over all shops, to plan a recipe with.

    A shop that fails is left out here; `find_prices` names it.
    """
    found: dict[str, tuple[Price, ...]] = {}
    for shop in shops:
        with suppress(ShopError):
            for food, prices in shop.known(foods).items():
                sure = (price for price in prices if DOUBT not in price.flags)
                found[food] = (*found.get(food, ()), *sure)
    return found


def unread(food: str, shops: Sequence[Shop], locale: str = "ko") -> tuple[str, ...]:
    """Shops whose prices at hand cannot be read, each with what keeps it."""
    said = []
    for shop in shops:
        try:
            shop.known([food])
        except ShopError as trouble:
            said.append(f"{shop.name}: {told(trouble, locale)}")
    return tuple(said)


async def find_prices(
    needs: Sequence[Need],
    shops: Sequence[Shop],
    locale: str = "ko",
    *,
    lookup: Lookup | None = None,
    seconds: float = DEADLINE,
) -> tuple[Priced | Unpriced, ...]:
    """Each need with its prices, or why there is none; in the order of the needs.

    A shop that fails, or has not answered after `seconds`, costs its own prices only: it is named
    in `troubles` or in the reason. `lookup`: one that has started already, over the same shops.
    """
    asked = [need for need in needs if can_be_priced(need)]
    if lookup is None and all(at_hand(shop) for shop in shops):
        answers = {
            need.food: [(shop, await answered(shop, need)) for shop in shops] for need in asked
        }
    else:
        answers = await (lookup or _looking(shops)).answers(asked, seconds)
    return tuple(_priced(need, answers.get(need.food, []), locale) for need in needs)


def _looking(shops: Sequence[Shop]) -> Lookup:
    """A look-up that waits; loaded here, for a meal without a network needs no event loop."""
    from aichef.prices.lookup import Lookup

    return Lookup(shops)


async def answered(shop: Shop, need: Need) -> Answer:
    """What a shop says of a need; whatever goes wrong is an answer too."""
    try:
        return await shop.search(need)
    except ShopError as trouble:
        return trouble
    except Exception as trouble:  # noqa: BLE001 - whatever a supplier sends, the meal is priced
        return ShopError(f"답을 읽지 못했어요({type(trouble).__name__}).", trouble="unexpected")


def at_hand(supplier: object) -> bool:
    """Whether a shop, or a writer, answers from this machine, so that nobody waits for it."""
    return getattr(supplier, "at_hand", False) is True


def can_be_priced(need: Need) -> bool:
    """Whether a need says what is wanted and how much."""
    return bool(need.food) and need.grams > 0


def prices_at_hand(
    needs: Sequence[Need], shops: Sequence[Shop], locale: str = "ko"
) -> tuple[Priced | Unpriced, ...]:
    """Each need with the prices at hand, nobody asked: for what is not going to be bought."""
    known = known_prices({need.food for need in needs}, shops)
    return tuple(_of_prices(need, known.get(need.food, ()), (), locale) for need in needs)


def nearby(shops: Sequence[Shop], region: str | None, names: Sequence[str]) -> tuple[Shop, ...]:
    """The same shops for someone who lives in `region` and goes to the shops called `names`.

    Those with a method `near` know shops by place.
    """
    if not region and not names:
        return tuple(shops)
    return tuple(shop.near(region, names) if isinstance(shop, _Placed) else shop for shop in shops)


def heard(
    shops: Sequence[Shop], found: Sequence[Priced | Unpriced], locale: str = "ko"
) -> tuple[str, ...]:
    """Each shop by name, and what kept it from answering where something did.

    Also which places it was asked for and does not know.
    """
    troubles = [
        trouble
        for one in found
        for trouble in (one.troubles if isinstance(one, Priced) else (one.reason,))
    ]
    return tuple(_heard(shop.name, (*troubles, *_unmet(shop, locale))) for shop in shops)


@runtime_checkable
class _Placed(Protocol):
    def near(self, region: str | None, shops: Sequence[str]) -> Shop: ...


def _unmet(shop: Shop, locale: str) -> tuple[str, ...]:
    names: tuple[str, ...] = ()
    # A store that cannot be read was heard at the look-up.
    with suppress(ShopError):
        names = getattr(shop, "unmet", tuple)()
    return (f"{shop.name}: {_UNMET[locale == 'en'].format(names=', '.join(names))}",) * bool(names)


def _heard(name: str, troubles: Sequence[str]) -> str:
    for trouble in troubles:
        start = trouble.find(f"{name}: ")
        if start >= 0:
            return trouble[start:].partition(_BETWEEN)[0]
    return name


def _priced(need: Need, answers: Sequence[tuple[Shop, Answer]], locale: str) -> Priced | Unpriced:
    prices: tuple[Price, ...] = ()
    troubles: tuple[str, ...] = ()
    for shop, answer in answers:
        if isinstance(answer, ShopError):
            troubles += (f"{shop.name}: {told(answer, locale)}",)
        else:
            prices += answer
    return _of_prices(need, prices, troubles, locale)


def _of_prices(
    need: Need, prices: Sequence[Price], troubles: tuple[str, ...], locale: str
) -> Priced | Unpriced:
    if not need.food:
        return Unpriced(need, _reason("food", locale))
    if need.grams <= 0:
        return Unpriced(need, _reason("grams", locale))
    doubtful = tuple(price for price in prices if DOUBT in price.flags)
    sure = tuple(price for price in prices if DOUBT not in price.flags)
    if not sure:
        reason = _BETWEEN.join((_reason("price", locale), *troubles))
        return Unpriced(need, reason, doubtful)
    return Priced(need, sure, choose(sure), troubles, doubtful)


def told(trouble: ShopError, locale: str) -> str:
    """What went wrong with a supplier, in the person's language."""
    if locale != "en":
        return str(trouble)
    name = str(trouble.details.get("trouble", ""))
    return _TROUBLES_EN.get(name, str(trouble) if str(trouble).isascii() else "It did not answer.")


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


def needs_of(
    ingredient: Ingredient,
    pantry: frozenset[str],
    available: Mapping[str, float | None],
    locale: str = "ko",
) -> tuple[Need, ...]:
    """What one line of a recipe that is not finished yet will need to be bought."""
    return needs(Recipe("", 1, (ingredient,), ()), pantry, available, locale)[0]


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
