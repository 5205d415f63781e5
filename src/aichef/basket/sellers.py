"""What delivery costs at whom: the person's word first, then a table of assumed fees."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from aichef.basket.model import Seller
from aichef.food.table import normal
from aichef.prices.choose import FREE_SHIPPING
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aichef.prices.model import Price

_UNLISTED: Final = "unknown"


def terms(vendor: str, prices: Iterable[Price], given: Mapping[str, Seller]) -> Seller:
    """How a vendor sells: as `given` (see `by_name`), as listed, on the shelf, or by post.

    A shop whose prices are all shelf prices is walked to. Whoever sells by offer and is in no
    list has the usual fee, assumed.
    """
    name = normal(vendor)
    told = given.get(vendor) or given.get(name)
    if told:
        return replace(told, name=vendor)
    if name in _listed():
        return replace(_listed()[name], name=vendor)
    if all(price.kind == "store" for price in prices):
        return Seller(vendor, walk=True)
    return replace(_listed()[_UNLISTED], name=vendor)


def parcel(seller: Seller, prices: Iterable[Price]) -> Seller:
    """How a parcel of its own comes from a vendor: free where its offers say so."""
    if all(FREE_SHIPPING in price.flags for price in prices):
        said = "the offer says so"
        return replace(seller, delivery=0, free_from=None, assumed=False, as_of="", source=said)
    return seller


def by_name(sellers: Iterable[Seller]) -> dict[str, Seller]:
    """Sellers as `terms` looks them up: by their name as it stands, then by its usual spelling."""
    sellers = tuple(sellers)
    return {normal(one.name): one for one in sellers} | {one.name: one for one in sellers}


@cache
def _listed() -> Mapping[str, Seller]:
    """Assumed terms by every spelling of a seller's name."""
    found: dict[str, Seller] = {}
    for row in rows("aichef.basket", "sellers.csv"):
        seller = Seller(
            name=row["name"],
            delivery=int(row["delivery"]),
            free_from=int(row["free_from"]) if row["free_from"] else None,
            assumed=True,
            as_of=row["as_of"],
            source=row["source"],
        )
        names = [row["name"], *row["names"].split("|")] if row["name"] else [row["id"]]
        found |= {normal(name): seller for name in names if name}
    return found
