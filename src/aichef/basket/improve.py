"""A good basket in a few milliseconds, so that the proof has less to look at."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aichef.basket.till import Till

_LEAST_SAVED: Final = 0.009
"""Won are whole, but for a hundredth that breaks ties between walks."""


@dataclass(frozen=True, slots=True)
class Walks:
    """Shops one walks to: `free` of them cost nothing, each further one `worth` won."""

    shops: frozenset[int] = frozenset()
    free: int = 0
    worth: float = 0.0

    def cost(self, visited: int) -> float:
        """Worth of the walks too many."""
        return self.worth * max(0, visited - self.free)


@dataclass(slots=True)
class Search:
    """Moves from one plan to a cheaper one; a plan holds the items of each seller as bits."""

    till: Till
    walks: Walks
    sellers: Mapping[int, Sequence[int]]
    """Sellers worth a look, by item."""
    most: int | None = None
    """Sellers a plan may have."""
    until: float = inf
    """When to stop, by `time.perf_counter`."""
    _won: dict[tuple[int, int], int] = field(default_factory=dict)

    def won(self, seller: int, items: int) -> int:
        """Least won for the items (bits) at a seller."""
        if not items:
            return 0
        key = seller, items
        if key not in self._won:
            self._won[key] = self.till.won(seller, bits(items))
        return self._won[key]

    def improve(self, seller_of: Sequence[int]) -> tuple[int, ...]:
        """Follow moves that save money until there is none, or no time."""
        plan: dict[int, int] = {}
        for item, seller in enumerate(seller_of):
            plan[seller] = plan.get(seller, 0) | 1 << item
        while self._shift(plan) or self._close(plan) or self._open(plan):
            pass
        places = {item: seller for seller, items in plan.items() for item in bits(items)}
        return tuple(places[item] for item in range(len(seller_of)))

    def _shift(self, plan: dict[int, int]) -> bool:
        """Buy one item elsewhere."""
        better = False
        for item, sellers in self.sellers.items():
            if self._late():
                return False
            one = 1 << item
            for to in sellers:
                at = next(seller for seller, items in plan.items() if items & one)
                if to != at:
                    change = {at: plan[at] & ~one, to: plan.get(to, 0) | one}
                    better = self._take(plan, change) or better
        return better

    def _close(self, plan: dict[int, int]) -> bool:
        """Buy all that one seller sells elsewhere."""
        better = False
        for closed in list(plan):
            if self._late():
                return False
            change = {closed: 0}
            for item in bits(plan.get(closed, 0)):
                one = 1 << item
                places = [seller for seller in self.sellers[item] if seller != closed]
                if not places:
                    break
                held = {to: change.get(to, plan.get(to, 0)) for to in places}
                to = min(
                    places, key=lambda to: self.won(to, held[to] | one) - self.won(to, held[to])
                )
                change[to] = held[to] | one
            else:
                better = self._take(plan, change) or better
        return better

    def _open(self, plan: dict[int, int]) -> bool:
        """Buy from a seller whatever is cheaper there, delivery apart."""
        better = False
        covers = self.till.covers
        for to in sorted({seller for sellers in self.sellers.values() for seller in sellers}):
            if self._late():
                return False
            change = {to: plan.get(to, 0)}
            for at, items in plan.items():
                if at == to:
                    continue
                for item in bits(items):
                    there = covers.get((item, to))
                    one = 1 << item
                    if there is not None and there < self.won(at, items) - self.won(
                        at, items & ~one
                    ):
                        change[to] |= one
                        change[at] = change.get(at, items) & ~one
            if change[to] != plan.get(to, 0):
                better = self._take(plan, change) or better
        return better

    def _late(self) -> bool:
        return time.perf_counter() >= self.until

    def _take(self, plan: dict[int, int], change: Mapping[int, int]) -> bool:
        """Change the plan where that saves money."""
        if self.most is not None and sum(map(bool, {**plan, **change}.values())) > self.most:
            return False
        shops = self.walks.shops
        saved, walked = 0.0, 0
        for seller, items in change.items():
            before = plan.get(seller, 0)
            saved += self.won(seller, before) - self.won(seller, items)
            if seller in shops:
                walked += bool(items) - bool(before)
        if walked:
            visited = len(shops & plan.keys())
            saved += self.walks.cost(visited) - self.walks.cost(visited + walked)
        if saved < _LEAST_SAVED:
            return False
        plan.update(change)
        for seller in [seller for seller, items in plan.items() if not items]:
            del plan[seller]
        return True


def bits(number: int) -> Iterator[int]:
    """Places of the bits that are set, from the lowest."""
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
