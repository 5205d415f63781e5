"""The basket as a page shows it: lines with their price's source, by shop or by aisle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aichef.food.table import foods
from aichef.meal.read import price_of
from aichef.meal.render import in_fridge
from aichef.meal.words import PRICE_KIND, pick, won
from aichef.prices.choose import unit_price

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aichef.profile.model import Locale
    from aichef.web.page.kept import Json, View

AISLES: Final[Mapping[str, frozenset[str]]] = {
    "produce": frozenset({"vegetable", "fruit", "mushroom", "tuber", "kimchi"}),
    "meat": frozenset({"meat", "processed_meat", "egg"}),
    "fish": frozenset(
        {"fish", "mollusc", "crustacean", "seafood_other", "fish_processed", "seaweed"}
    ),
    "chilled": frozenset({"dairy", "legume", "infant", "prepared"}),
    "grain": frozenset({"grain", "starch", "nut_seed"}),
    "seasoning": frozenset({"seasoning", "fat_oil", "sweetener", "broth", "alcohol"}),
    "other": frozenset(),
}
"""Parts of a shop by the food categories they hold; `other` has the rest."""

_MOST_OTHERS: Final = 6


@dataclass(frozen=True, slots=True)
class Product:
    """Something one may buy: `place` is its number among the prices of its food."""

    place: int
    name: str
    vendor: str
    pack: str
    won: int
    each: str
    kind: str
    source: str
    day: str
    url: str | None
    estimate: bool
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of the basket; `others` may be bought in its place."""

    key: str
    food: str
    name: str
    ingredient: str
    vendor: str
    aisle: str
    quantity: str
    surplus: str
    won: int
    product: Product | None
    others: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Lines that stand together, with what they cost."""

    name: str
    lines: tuple[Bought, ...]
    won: int


def bought(view: View, locale: Locale) -> tuple[Bought, ...]:
    """Every line, shop after shop, each with what may be bought in its place."""
    found: list[Bought] = []
    for vendor, lines in view.body["pricing"]["vendorBreakdown"].items():
        for line in lines:
            food = line["food"]
            products = [
                product(one, place, food, locale)
                for place, one in enumerate(view.offers.get(food, ()))
            ]
            now = _product_of(line, vendor, products)
            found.append(
                Bought(
                    key=f"{food}-{sum(one.food == food for one in found)}",
                    food=food,
                    name=line["product"] or line["name"],
                    ingredient=line["name"],
                    vendor=vendor,
                    aisle=aisle_of(food),
                    quantity=line["quantity"],
                    surplus=_surplus(line["surplus"]),
                    won=line["price"],
                    product=now,
                    others=tuple(one for one in products if one != now)[:_MOST_OTHERS],
                )
            )
    return tuple(found)


def shelves(lines: Sequence[Bought], names: Mapping[str, str] | None) -> tuple[Shelf, ...]:
    """Lines by shop; by aisle where the aisles' `names` are given."""
    if names is None:
        groups = {one.vendor: one.vendor for one in lines}
        at = [(name, [one for one in lines if one.vendor == key]) for key, name in groups.items()]
    else:
        at = [(names[key], [one for one in lines if one.aisle == key]) for key in AISLES]
    return tuple(
        Shelf(name, tuple(some), sum(one.won for one in some)) for name, some in at if some
    )


def aisle_of(food: str) -> str:
    """Where in a shop a food stands."""
    row = foods().get(food)
    category = row.category if row else ""
    return next((name for name, some in AISLES.items() if category in some), "other")


def product(row: Json, place: int, food: str, locale: Locale) -> Product:
    """A price row as a product one may look at."""
    price = price_of(row, food, locale)
    each = unit_price(price)
    url = row["url"] or ""
    return Product(
        place=place,
        name=row["product"],
        vendor=row["vendor"],
        pack=row["pack"] or f"{price.grams:g}g",
        won=row["price"],
        each=f"{_per(each.per, locale)} {won(each.won, locale)}",
        kind=pick(PRICE_KIND[row["kind"]], locale),
        source=row["source"],
        day=row["observedOn"],
        # A supplier's text; nothing but a plain web address becomes a link.
        url=url if url.startswith(("https://", "http://")) else None,
        estimate=bool(row.get("estimate")),
    )


def _per(per: str, locale: Locale) -> str:
    """The unit a price is compared by."""
    if per != "개":
        return per
    return "1개" if locale == "ko" else "each"


def home(view: View) -> tuple[dict[str, Any], ...]:
    """What was taken to be at home, each with its won and whether it is the person's own word."""
    own = in_fridge(view.profile)
    return tuple(
        {**one, "fridge": one["food"] in own} for one in view.body["pricing"]["assumedAtHome"]
    )


def _product_of(line: Json, vendor: str, products: Sequence[Product]) -> Product | None:
    count = int(line["quantity"].partition(" × ")[0])
    for one in products:
        if (one.vendor, one.won * count) == (vendor, line["price"]) and one.name == line["product"]:
            return one
    return None


def _surplus(text: str) -> str:
    grams = float(text.removesuffix("g"))
    return f"{grams:,.0f}g" if grams >= 1 else ""
