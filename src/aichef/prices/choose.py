"""Which price of a food counts, and what covering a need with it costs. Pure."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from aichef.prices.book import whole_won

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aichef.prices.model import Need, Per, Price

OWN: Final = "own"
"""Flag of a price the person wrote down themselves."""

DOUBT: Final = "doubt"
"""Flag of a product that may be something else: shown, never priced."""

PARCEL: Final = "parcel"
"""Flag of an offer that comes alone: the next one of the same mall is sent by somebody else."""

FREE_SHIPPING: Final = "free_shipping"
"""Flag of an offer that says it is delivered free."""

FLAWS: Final = frozenset({"stale", "proxy", "discount", "one_plus_one"})
"""Flags of a price that counts only where there is no better one."""

_OWN, _OFFER, _MARKET, _SHELF, _SECOND_SHELF, _OTHER_SURVEY, _PROXY = range(7)
_BOOK_AVERAGE, _BOOK_SHELF, _LISTING = range(7, 10)
_PROMOTIONS: Final = frozenset({"discount", "one_plus_one"})
_SECOND: Final = "기업형 슈퍼마켓(SSM)"
_DUST: Final = 1e-6


class UnitPrice(NamedTuple):
    """Whole won, rounded up, per 100 g, 100 ml or piece."""

    won: int
    per: Per


def choose(prices: Sequence[Price]) -> Price:
    """Price that counts for a food: by kind and age first, then the least per gram of that kind.

    In order: the person's own, an offer, then what suppliers surveyed: of fresh food the market
    average up to 14 days old, a shelf price (of a shop or of large marts, then of supermarkets),
    any other average, a stand-in; at last the price book, averages before shelf prices before
    listings. Promotions count only where there is nothing else.
    """
    plain = [price for price in prices if _PROMOTIONS.isdisjoint(price.flags)] or prices
    return min(plain, key=lambda price: (_rank(price), price.won_per_gram, price.grams))


def candidates(prices: Sequence[Price]) -> tuple[Price, ...]:
    """Prices a basket may mix to cover a need, the chosen one first.

    All pack sizes of the chosen kind. Between surveys a pack of another kind may stand beside it
    when it is dearer per gram: a small pack for a small need, never a cheaper unit price picked
    across kinds. Promotions stay out.
    """
    chosen = choose(prices)
    rank = _rank(chosen)
    beside = [
        price
        for price in prices
        if price is not chosen
        and price.edible == chosen.edible
        and _PROMOTIONS.isdisjoint(price.flags)
        and (
            _rank(price) == rank
            or (min(rank, _rank(price)) >= _MARKET and price.won_per_gram >= chosen.won_per_gram)
        )
    ]
    return (chosen, *beside)


def unit_price(price: Price) -> UnitPrice:
    """Won per 100 g, per 100 ml or per piece, rounded up: what a person compares by."""
    if price.per == "100g" or price.content is None:
        return UnitPrice(whole_won(price.won * 100 / price.grams), "100g")
    won = price.won / price.content * (100 if price.per == "100ml" else 1)
    return UnitPrice(whole_won(won), price.per)


def used_rate(prices: Sequence[Price]) -> float:
    """Won per gram of the chosen price: what a gram used costs, whatever pack it came in."""
    return choose(prices).won_per_gram


def grams_in(need: Need, price: Price) -> float:
    """Grams of the need as `price` counts them: edible where it is sold trimmed."""
    if price.edible and need.edible_grams is not None:
        return need.edible_grams
    return need.grams


def used_won(need: Need, price: Price) -> int:
    """Won for what is used of a pack, rounded up to a whole won."""
    return whole_won(grams_in(need, price) * price.won_per_gram)


def least_won(need_g: float, prices: Sequence[Price]) -> int:
    """Least won at the till that covers `need_g` grams with any mix of `prices`."""
    return sum(count * price.won for price, count in cover(need_g, prices))


def cover(need_g: float, prices: Sequence[Price]) -> tuple[tuple[Price, int], ...]:
    """Packs and steps of least money that hold `need_g` grams; of equal money, least surplus.

    Exact: branch and bound, cheapest per gram first. What is left can't cost less than its grams
    at the next rate, and a remainder reached before for no more money is not tried again.
    """
    unlike = {(price.won, price.grams): price for price in reversed(prices)}
    sizes = sorted(unlike.values(), key=lambda price: (price.won_per_gram, -price.grams))
    best: tuple[float, float] = (float("inf"), 0.0)
    best_counts: tuple[int, ...] = ()
    reached: dict[tuple[int, float], int] = {}

    def branch(index: int, left: float, won: int, counts: tuple[int, ...]) -> None:
        nonlocal best, best_counts
        if left <= _DUST:
            if (won, round(-left, 6)) < best:
                best, best_counts = (won, round(-left, 6)), counts
            return
        place = (index, round(left, 6))
        if index == len(sizes) or reached.get(place, won + 1) <= won:
            return
        reached[place] = won
        size = sizes[index]
        next_rate = sizes[index + 1].won_per_gram if index + 1 < len(sizes) else float("inf")
        for count in range(ceil((left - _DUST) / size.grams), -1, -1):
            still = left - count * size.grams
            spent = won + count * size.won
            floor = spent + still * next_rate - _DUST
            if still > _DUST and (floor > best[0] or (best[1] == 0 and floor > best[0] - 1)):
                return
            branch(index + 1, still, spent, (*counts, count))

    branch(0, need_g, 0, ())
    return tuple((size, count) for size, count in zip(sizes, best_counts, strict=False) if count)


def _rank(price: Price) -> int:
    if OWN in price.flags:
        return _OWN
    if price.kind == "offer":
        return _OFFER
    if price.living:
        return _living_rank(price)
    if price.kind == "store":
        return _BOOK_SHELF
    return _BOOK_AVERAGE if price.source.startswith("KAMIS") else _LISTING


def _living_rank(price: Price) -> int:
    if "proxy" in price.flags:
        return _PROXY
    if price.kind == "store":
        return _SECOND_SHELF if (price.vendor or "").endswith(_SECOND) else _SHELF
    return _MARKET if price.fresh and "stale" not in price.flags else _OTHER_SURVEY
