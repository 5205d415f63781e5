"""Short ways to make prices and needs in tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from aichef.prices.model import Need, Price

if TYPE_CHECKING:
    from aichef.prices.model import Kind, Sold

TODAY = date(2026, 11, 23)


def a_price(
    won: int,
    grams: float,
    *,
    food: str = "onion",
    kind: Kind = "reference",
    source: str = "시험",
    sold: Sold = "pack",
    vendor: str | None = None,
    flags: tuple[str, ...] = (),
    edible: bool = False,
) -> Price:
    return Price(
        food=food,
        product=f"{food} {grams:g}g",
        sold=sold,
        grams=grams,
        won=won,
        kind=kind,
        source=source,
        observed_on=TODAY,
        vendor=vendor,
        flags=flags,
        edible=edible,
    )


def a_need(food: str = "onion", grams: float = 100, edible: float | None = None) -> Need:
    return Need(food, f"{grams:g}", "g", food, grams, edible)
