"""Offers of malls: from a row of an answer to a price, and kept for some hours."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import urlsplit

from aichef.food.table import densities, foods, pieces
from aichef.prices.choose import DOUBT
from aichef.prices.model import Price

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from aichef.prices.model import Per
    from aichef.prices.survey_store import SurveyStore
    from aichef.prices.titles import Title

LONGEST: Final = timedelta(hours=24)
"""An offer older than this is none."""

_FRESH_HOURS: Final = timedelta(hours=6)
_FRESH: Final = frozenset(
    {"vegetable", "fruit", "mushroom", "meat", "fish", "mollusc", "crustacean", "egg", "tuber"}
)
_BAND_PCT: Final = 10
_MOST_WON: Final = 10_000_000
_PIECES: Final = ("개", "구", "알", "마리", "봉", "포기", "모", "단", "통")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a mall's answer: title as sent, won, who sells, where, in which categories."""

    title: str
    won: int
    vendor: str
    url: str | None = None
    categories: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


T = TypeVar("T")


class First:
    """Until a mall has answered once, one question goes out alone and the others wait for it.

    A closed door, or a limit that was reached, so costs one call. They wait `hold` seconds at
    most, or as long as it takes where that is None.
    """

    def __init__(self, hold: float | None = None) -> None:
        self._hold = hold
        self._answered = False
        self._going: tuple[object, asyncio.Event] | None = None

    async def go(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` brings; whatever it raises is raised."""
        loop, going = asyncio.get_running_loop(), self._going
        # One that went in an earlier loop was cut off there and will tell nobody.
        if not self._answered and (going is None or going[0] is not loop):
            self._going = (loop, asyncio.Event())
            try:
                return await self._noted(ask)
            finally:
                self._going[1].set()
                self._going = None
        if not self._answered and going:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._hold):
                    await going[1].wait()
        return await self._noted(ask)

    async def _noted(self, ask: Callable[[], Awaitable[T]]) -> T:
        found = await ask()
        self._answered = True
        return found


def warm() -> None:
    """Load the tables that titles are read and matched by."""
    from aichef.prices.match import match

    match("onion", "양파 1kg", 3000)


def keyword(food: str) -> str:
    """What one searches a mall for."""
    return foods()[food].name_ko


def age(food: str) -> timedelta:
    """How long an answer for a food counts: fresh food changes within the day."""
    return _FRESH_HOURS if foods()[food].category in _FRESH else LONGEST


def keep(store: SurveyStore, supplier: str, food: str, found: Iterable[Row], now: datetime) -> None:
    """Keep an answer."""
    cells = [[one.title, one.won, one.vendor, one.url, one.categories, one.flags] for one in found]
    store.keep_offers(supplier, food, json.dumps(cells), now)


def kept(
    store: SurveyStore, supplier: str, food: str, now: datetime, longest: timedelta
) -> tuple[tuple[Row, ...], datetime] | None:
    """An answer that still counts, and its moment; None where it has to be asked for."""
    held = store.offers(supplier, food, now - longest)
    if held is None:
        return None
    found = tuple(
        Row(title, won, vendor, url, tuple(categories), tuple(flags))
        for title, won, vendor, url, categories, flags in json.loads(held[0])
    )
    return found, held[1]


def prices(food: str, found: Iterable[Row], source: str, at: datetime) -> tuple[Price, ...]:
    """Prices of the rows that are the food; what may be something else is flagged `DOUBT`.

    A row whose title states no amount cannot be compared and is left out.
    """
    return tuple(price for row in found if (price := _price(food, row, source, at)))


def _price(food: str, row: Row, source: str, at: datetime) -> Price | None:
    from aichef.prices.match import match
    from aichef.prices.titles import plain, read_title

    if not 0 < row.won <= _MOST_WON:
        return None
    verdict = match(food, row.title, row.won, row.categories).verdict
    if verdict == "no":
        return None
    title = read_title(row.title)
    grams = _grams(food, title)
    if not grams:
        return None
    doubtful = verdict != "match" or title.ambiguous
    per, content = _counted(title)
    return Price(
        food=food,
        product=plain(row.title),
        sold="pack",
        grams=grams,
        won=row.won,
        kind="offer",
        source=source,
        observed_on=at.date(),
        vendor=plain(row.vendor) or None,
        per=per,
        pack=_pack(title),
        url=link(row.url),
        flags=(*row.flags, *((DOUBT,) if doubtful else ())),
        band_pct=_BAND_PCT,
        content=content,
        living=True,
    )


def _grams(food: str, title: Title) -> float | None:
    amount = title.total_amount
    if not amount or title.unit is None:
        return None
    if title.unit == "g":
        return amount
    if title.unit == "ml":
        density = densities().get(food)
        return density and amount * density
    piece = next((pieces()[food, unit] for unit in _PIECES if (food, unit) in pieces()), None)
    return amount * piece.grams if piece else None


def _counted(title: Title) -> tuple[Per, float | None]:
    if title.unit == "ml":
        return "100ml", title.total_amount
    return ("개", title.total_amount) if title.unit == "개" else ("100g", None)


def _pack(title: Title) -> str:
    if title.pack_count and title.pack_count > 1 and title.unit_size:
        return f"{title.unit_size:g}{title.unit} × {title.pack_count}"
    return f"{title.total_amount:g}{title.unit}"


def link(url: str | None) -> str | None:
    """A web address as it was sent, or None for anything that is none."""
    if not url or len(url) > 2000 or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
