"""When a food is in season. It helps to choose between foods and never changes a won."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _seasons() -> Mapping[str, frozenset[int]]:
    return {
        row["food"]: frozenset(map(int, row["months"].split()))
        for row in rows("aichef.prices", "seasons.csv")
    }


def months_of(food: str) -> frozenset[int]:
    """Months (1-12) in which the food is plentiful and good; empty where no season is known.

    Source: the Korean market calendars named in `data/seasons.csv`.
    """
    return _seasons().get(food, frozenset())
