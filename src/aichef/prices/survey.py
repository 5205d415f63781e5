"""What the surveys share as shops: they read what was downloaded, and nobody waits for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from aichef.errors import ShopError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from aichef.prices.model import Need, Price
    from aichef.prices.survey_store import SurveyStore

GONE_DAYS: Final = 30
"""A code that had no price for so many days of a survey has vanished from it."""


@dataclass(slots=True)
class Survey:
    """A `Shop` of the prices kept in `store`, as they stand `today`; no network while cooking.

    A survey says under which `topic` its downloads are counted, after how many days a price is
    dropped, and reads its prices in `_read`.
    """

    at_hand: ClassVar[bool] = True
    topic: ClassVar[str]
    oldest_days: ClassVar[int]

    store: SurveyStore
    today: date
    _kept: tuple[str, Mapping[str, tuple[Price, ...]]] = field(
        default=("", {}), repr=False, kw_only=True
    )

    @property
    def since(self) -> date:
        """The first day whose prices count."""
        return self.today - timedelta(days=self.oldest_days)

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        """Prices of those of `foods` the survey has. Raises ShopError."""
        prices = self._prices()
        return {food: prices[food] for food in foods if food in prices}

    async def search(self, need: Need) -> tuple[Price, ...]:
        """Prices for a need. Raises ShopError where nothing recent was downloaded."""
        prices = self._prices()
        if not prices:
            raise ShopError(
                f"최근 {self.oldest_days}일의 조사가 없어요. aichef prices refresh 로 받아 주세요.",
                trouble="empty",
            )
        return prices.get(need.food, ())

    def _prices(self) -> Mapping[str, tuple[Price, ...]]:
        version = self.store.noted(self.topic)
        if self._kept[0] != version or not version:
            self._kept = (version, self._read())
        return self._kept[1]

    def _read(self) -> Mapping[str, tuple[Price, ...]]:
        """Every price of the survey by food."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Gone:
    """A row of a map of codes that a survey has lost: its food, codes and the last day of them."""

    food: str
    codes: tuple[str, ...]
    last: date


def gone(
    lines: Iterable[Mapping[str, str]],
    seen: Mapping[str, date],
    codes: Callable[[Mapping[str, str], Iterable[str]], Sequence[str]],
) -> tuple[Gone, ...]:
    """Rows of a map none of whose codes had a price for 30 days, in the map's order.

    `seen`: last day of each code; `codes`: those of them a row stands on. What the survey never
    had is no loss, and its own newest day is what counts: who downloads nothing loses nothing.
    """
    newest = max(seen.values(), default=date.min)
    found = []
    for line in lines:
        mine = codes(line, seen)
        last = max((seen[code] for code in mine), default=newest)
        if (newest - last).days > GONE_DAYS:
            found.append(Gone(line["food"], tuple(sorted(mine)), last))
    return tuple(found)
