"""What each line of a recipe costs, read off the lines of its basket."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aichef.food.table import foods

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Paid(NamedTuple):
    """A line of the basket: food, the ingredients it is for ("양파, 다진 양파"), and won."""

    food: str
    names: str
    won: int


def as_bought(food: str) -> str:
    """The food one buys for it: rice for cooked rice; an unknown id as it is."""
    known = foods().get(food)
    return known.bought_as[0] if known and known.bought_as else food


def won_each(
    wanted: Sequence[tuple[str, str | None]], lines: Iterable[Paid]
) -> tuple[int | None, ...]:
    """Won for each wanted (name, food), by its place; None where nothing is bought for it.

    All packs of a food count. Where one is bought for several lines, the first of them has the
    won and the others 0, so that the figures add up to the basket.
    """
    paid: dict[str, list[Paid]] = {}
    for one in lines:
        paid.setdefault(one.food, []).append(one)
    told: set[str] = set()
    found: list[int | None] = []
    for name, food in wanted:
        key = as_bought(food) if food else ""
        mine = paid.get(key, [])
        # A name may hold a comma itself, so the names are not taken apart.
        if not any(f", {name}, " in f", {one.names}, " for one in mine):
            found.append(None)
            continue
        found.append(0 if key in told else sum(one.won for one in mine))
        told.add(key)
    return tuple(found)
