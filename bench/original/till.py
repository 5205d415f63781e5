"""What a buyer pays for packs of listings: plain arithmetic, the same for whoever advised them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.original.suppliers import Found, Listing

DELIVERY = 3_000
"""Won for a parcel of a seller in no list (src/aichef/basket/data/sellers.csv, row `unknown`)."""

FREE = "무료배송"

_CONTENT = re.compile(r"(\d+(?:\.\d+)?)(kg|g)(?:\s*[*×]\s*(\d+))?")


@dataclass(frozen=True)
class Bought:
    """So many packs of a listing, for something that is needed."""

    need: str
    listing: Listing
    count: int


@dataclass(frozen=True)
class Bill:
    """Won paid, delivery included; how many of the needs are covered by what is bought."""

    won: int
    covered: int
    needs: int


def grams_of(title: str) -> float | None:
    """What a title says is in the pack: "300g*2" is 600."""
    found = _CONTENT.search(title)
    if not found:
        return None
    return float(found[1]) * (1000 if found[2] == "kg" else 1) * int(found[3] or 1)


def bill(needs: Mapping[str, float], lines: Sequence[Bought]) -> Bill:
    """What these packs cost at the till; `needs` are grams as bought.

    Each seller sends one parcel, free where every title in it says so.
    """
    held: Counter[str] = Counter()
    sellers: dict[str, list[str]] = {}
    for one in lines:
        sellers.setdefault(one.listing.seller, []).append(one.listing.title)
        held[one.need] += round((grams_of(one.listing.title) or 0) * one.count)
    goods = sum(one.listing.won * one.count for one in lines)
    parcels = sum(
        DELIVERY for titles in sellers.values() if not all(FREE in title for title in titles)
    )
    covered = sum(held[need] >= grams - 0.5 for need, grams in needs.items())
    return Bill(goods + parcels, covered, len(needs))


def as_advised(needs: Mapping[str, float], found: Sequence[Found], shop: str | None) -> Bill:
    """The original's advice, each listing as often as the amount asks for.

    Of `shop` wherever it sells a thing, else the cheapest listing.
    """
    lines = []
    for one in found:
        there = [it for it in one.listings if it.seller == shop]
        taken = min(there, key=lambda it: it.won, default=one.lowest)
        if taken and one.name in needs:
            grams = grams_of(taken.title)
            count = math.ceil(needs[one.name] / grams - 1e-9) if grams else 1
            lines.append(Bought(one.name, taken, count))
    return bill(needs, lines)
