"""What one seller asks for so many items: whole packs, delivery, and buying up to free delivery."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Final, NamedTuple

from aichef.prices.choose import cover

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aichef.basket.model import Seller
    from aichef.prices.model import Price

Picks = tuple[tuple["Price", int], ...]
"""Packs and how many of each."""

_DUST: Final = 1e-6
_MOST_PACKS: Final = 60
"""Packs of one item at one seller that its least cover is made of."""

_MOST_SPENDS: Final = 20_000
"""Sums of money one shelf is searched for; past it the rest is left out, and the proof with it."""


class Bill(NamedTuple):
    """Whole won for goods and delivery, and what each item was bought in."""

    goods: int
    delivery: int
    picks: Mapping[int, Picks]

    @property
    def won(self) -> int:
        """Paid in all."""
        return self.goods + self.delivery


@dataclass(slots=True)
class Till:
    """Needs (grams per item) and shelves: the packs by item and seller, both counted from 0.

    `cut` are sellers with a shelf that has more ways to buy than are looked at.
    """

    needs: Sequence[float]
    sellers: Sequence[Seller]
    shelves: Mapping[tuple[int, int], Sequence[Price]]
    cut: set[int] = field(init=False, default_factory=set)
    covers: dict[tuple[int, int], int] = field(init=False)
    _over: int = field(init=False, default=0)
    _picks: dict[tuple[int, int], Picks] = field(init=False)
    _spends: dict[tuple[int, int], dict[int, Picks]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._picks = {
            place: cover(self.needs[place[0]], self._few(place, packs))
            for place, packs in self.shelves.items()
        }
        self.covers = {
            place: sum(price.won * count for price, count in picks)
            for place, picks in self._picks.items()
        }

    def _few(self, place: tuple[int, int], packs: Sequence[Price]) -> Sequence[Price]:
        """Packs worth a look; of very many, those of least won per gram and the cheapest."""
        if len(packs) <= _MOST_PACKS:
            return packs
        packs = _undominated(packs, self.needs[place[0]])
        if len(packs) <= _MOST_PACKS:
            return packs
        self.cut.add(place[1])
        by_rate = sorted(packs, key=lambda one: one.won_per_gram)
        kept = (*by_rate[: _MOST_PACKS // 2], *packs[: _MOST_PACKS // 2])
        self._over += self._above(place, cover(self.needs[place[0]], kept), by_rate[0])
        return kept

    def _above(self, place: tuple[int, int], picks: Picks, best: Price) -> int:
        """By how many won a cover may be too high: no gram costs less than the best pack's."""
        least = ceil(self.needs[place[0]] * best.won_per_gram - _DUST)
        return sum(price.won * count for price, count in picks) - least

    @property
    def unsure(self) -> int:
        """By how many won bills may be too high, all in all: the fees of the sellers cut."""
        return self._over + sum(self.sellers[seller].delivery for seller in self.cut)

    def won(self, seller: int, items: Iterable[int]) -> int:
        """Least won for `items` bought at `seller`, delivery included."""
        goods, more, delivery = self._least(seller, tuple(items))
        return goods + more + delivery

    def bill(self, seller: int, items: Iterable[int]) -> Bill:
        """That least sum with its packs."""
        items = tuple(items)
        goods, more, delivery = self._least(seller, items)
        picks = {item: self._picks[item, seller] for item in items}
        if more:
            picks.update(self._spread(seller, items, more))
        return Bill(goods + more, delivery, picks)

    def extras(self, item: int, seller: int) -> Mapping[int, Picks]:
        """Ways to spend more on an item than its least cover, by how much more.

        All below the seller's delivery fee: beyond it, paying for delivery is no dearer.
        """
        place = item, seller
        if place not in self._spends:
            least = self.covers[place]
            found = self._ways(place, least + self.sellers[seller].delivery)
            self._spends[place] = {won - least: found[won] for won in sorted(found) if won > least}
        return self._spends[place]

    def _least(self, seller: int, items: tuple[int, ...]) -> tuple[int, int, int]:
        """Goods at their least, won on top to have delivery free, and the delivery left to pay."""
        terms = self.sellers[seller]
        goods = sum(self.covers[item, seller] for item in items)
        fee, free_from = terms.delivery, terms.free_from
        if not fee or (free_from is not None and goods >= free_from):
            return goods, 0, 0
        if free_from is None or free_from - goods >= fee:
            return goods, 0, fee
        more = _first(self._sums(seller, items)[-1], free_from - goods)
        return (goods, more, 0) if more else (goods, 0, fee)

    def _sums(self, seller: int, items: tuple[int, ...]) -> list[int]:
        """Sums of extras below the fee after each item, as the bits of a number."""
        sums = [1]
        below = (1 << self.sellers[seller].delivery) - 1
        for item in items:
            now = sums[-1]
            for more in self.extras(item, seller):
                now |= sums[-1] << more
            sums.append(now & below)
        return sums

    def _spread(self, seller: int, items: tuple[int, ...], more: int) -> Mapping[int, Picks]:
        """Packs that spend exactly `more` beyond the least covers."""
        sums = self._sums(seller, items)
        chosen = {}
        for place in range(len(items) - 1, -1, -1):
            if sums[place] >> more & 1:
                continue
            extras = self.extras(items[place], seller)
            part = next(one for one in extras if one <= more and sums[place] >> (more - one) & 1)
            chosen[items[place]] = extras[part]
            more -= part
        return chosen

    def _ways(self, place: tuple[int, int], below: int) -> dict[int, Picks]:
        """Every sum of money under `below` that covers the need, with the packs it buys."""
        need = self.needs[place[0]] - _DUST
        unlike = {(one.won, one.grams): one for one in self.shelves[place]}
        packs = list(unlike.values())
        ways: dict[int, tuple[float, Picks]] = {0: (0.0, ())}
        for number, pack in enumerate(packs):
            rate = min((one.won_per_gram for one in packs[number + 1 :]), default=0.0)
            grown = dict(ways)
            for spent, held, picks in _more_of(pack, ways, below):
                if spent + max(0.0, need - held) * rate >= below:
                    continue
                if spent not in grown or grown[spent][0] < held:
                    grown[spent] = held, picks
                if len(grown) > _MOST_SPENDS:
                    self.cut.add(place[1])
                    break
            ways = grown
        return {won: picks for won, (grams, picks) in ways.items() if grams >= need}


def _more_of(
    pack: Price, ways: Mapping[int, tuple[float, Picks]], below: int
) -> Iterator[tuple[int, float, Picks]]:
    """Each way with one and more packs on top, as won, grams and picks."""
    for won, (grams, picks) in ways.items():
        for count in range(1, (below - 1 - won) // pack.won + 1):
            yield won + count * pack.won, grams + count * pack.grams, (*picks, (pack, count))


def _undominated(packs: Sequence[Price], need: float) -> list[Price]:
    """Packs of which no other holds as much of the need for no more money, the cheapest first."""
    kept: list[Price] = []
    for pack in sorted(packs, key=lambda one: (one.won, -one.grams)):
        if not kept or min(pack.grams, need) > kept[-1].grams:
            kept.append(pack)
    return kept


def _first(bits: int, low: int) -> int:
    """Lowest bit of `bits` from `low` on; 0 where there is none."""
    rest = bits >> low
    return low + (rest & -rest).bit_length() - 1 if rest else 0
