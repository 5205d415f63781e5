"""The price book: dated survey prices that ship with AI Chef, a `Shop` without a network."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from math import ceil
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, cast

from aichef.prices.model import Kind, Need, Per, Price, Sold
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

PIECES: Final = frozenset({"개", "포기", "마리", "통", "단"})
MILLILITRES: Final = {"ml": 1.0, "L": 1000.0}

_RECENT_DAYS: Final = 90
_DATED_DAYS: Final = 730
_STEP_GRAMS: Final = 100.0


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Every food's survey prices as they stand on one day.

    No row is ever dropped: its band widens with its age. Won are the survey's, lifted by the
    row's `factor` (flag "adjusted", factor in `source`).
    """

    at_hand: ClassVar[bool] = True

    today: date
    name: str = "price_book"

    @classmethod
    def at(cls, today: date) -> PriceBook:
        """Open the book on `today`."""
        return cls(today)

    @property
    def prices(self) -> Mapping[str, tuple[Price, ...]]:
        """All of the book's prices, by food."""
        return self.known(_rows_by_food())

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        """Prices of those of `foods` the book has."""
        return {food: _prices(food, self.today) for food in foods if food in _rows_by_food()}

    async def search(self, need: Need) -> tuple[Price, ...]:
        """Prices the book has for a need; empty where it has nothing. Never fails."""
        return self.known([need.food]).get(need.food, ())


def band(observed_on: date, today: date, *, estimate: bool = False) -> tuple[int, bool]:
    """How far a price of that day may be off, in percent, and whether it is an estimate.

    DESIGN section 4: up to 90 days 30, up to two years 40, older 60 and an estimate. A price
    that was an estimate from the start is off by 50 or more.
    """
    days = (today - observed_on).days
    if days > _DATED_DAYS:
        return 60, True
    percent = 30 if days <= _RECENT_DAYS else 40
    return (max(percent, 50), True) if estimate else (percent, False)


class Step(NamedTuple):
    """What one buys at least: fields as in `Price`."""

    grams: float
    won: int
    pack: str
    per: Per
    content: float | None


def step(sold: Sold, amount: float, unit: str, grams: float, won: float) -> Step:
    """Pack, or of loose food the 100 g or one piece, that `won` for `amount` `unit` make.

    Won of a step are rounded up to whole won.
    """
    per: Per = "100g"
    content: float | None = None
    if unit in MILLILITRES:
        per, content = "100ml", amount * MILLILITRES[unit]
    elif unit in PIECES and sold == "loose":
        per, content = "개", amount
    share, pack = 1.0, f"{amount:.10g}{unit}"
    if per == "개":
        share, pack = 1 / amount, f"1{unit}"
    elif sold == "loose" and grams > _STEP_GRAMS:
        share, pack = _STEP_GRAMS / grams, f"{_STEP_GRAMS:g}g"
    return Step(
        grams=grams * share,
        won=whole_won(won * share),
        pack=pack,
        per=per,
        content=None if content is None else content * share,
    )


def priced_as(product: str, grams: float, bought: Step) -> str:
    """A product's name; where less of it is bought than was surveyed, said to be its going rate.

    "현미 1kg" is no pack of 100 g, its price is where that of 100 g comes from.
    """
    return f"{product} 시세" if bought.grams < grams else product


@cache
def _rows_by_food() -> Mapping[str, tuple[dict[str, str], ...]]:
    found: dict[str, tuple[dict[str, str], ...]] = {}
    for row in rows("aichef.prices", "price_book.csv"):
        found[row["food"]] = (*found.get(row["food"], ()), row)
    return found


@lru_cache(maxsize=2048)
def _prices(food: str, today: date) -> tuple[Price, ...]:
    return tuple(_price(row, today) for row in _rows_by_food()[food])


def _price(row: dict[str, str], today: date) -> Price:
    sold = cast("Sold", row["sold"])
    factor = float(row["factor"])
    adjusted = factor != 1
    one = step(
        sold, float(row["amount"]), row["unit"], float(row["grams"]), int(row["won"]) * factor
    )
    observed_on = date.fromisoformat(row["observed_on"])
    percent, estimate = band(observed_on, today, estimate=row["estimate"] == "1")
    return Price(
        food=row["food"],
        product=priced_as(row["product"], float(row["grams"]), one),
        sold=sold,
        grams=one.grams,
        won=one.won,
        kind=cast("Kind", row["kind"]),
        source=f"{row['source']} ×{factor:g}" if adjusted else row["source"],
        observed_on=observed_on,
        per=one.per,
        pack=one.pack,
        flags=(*row["flags"].split(), *(("adjusted",) if adjusted else ())),
        band_pct=percent,
        estimate=estimate,
        content=one.content,
        edible=row["price_state"] == "edible",
    )


def whole_won(won: float) -> int:
    """Won rounded up to whole won; a millionth of a won is float dust, not money."""
    return ceil(round(won, 6))
