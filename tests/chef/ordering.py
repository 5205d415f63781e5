"""Orders for the cook's book: a profile as JSON, the price book, one fixed day."""

from __future__ import annotations

from datetime import date
from functools import cache

from aichef.chef.write import Order
from aichef.prices.book import PriceBook
from aichef.profile.model import Profile
from aichef.profile.parse import parse_profile

TODAY = date(2026, 11, 23)


@cache
def book() -> PriceBook:
    return PriceBook.at(TODAY)


def profile(**fields: object) -> Profile:
    return parse_profile(fields, today=TODAY)


def order(**fields: object) -> Order:
    return Order(profile(**fields), book().known, TODAY)
