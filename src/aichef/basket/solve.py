"""Which seller for which item, at provably the least money: a small program for HiGHS.

The rule: each item comes from one seller, any mix and number of its packs there, and buying more
to reach free delivery is allowed when it costs less. What makes it small:

- what covers an item at a seller is worked out first (`till`), so the program chooses sellers only;
- an offer dearer than the item alone in a parcel of its own, and so never worth it, is dropped;
- a seller with few items left is a handful of whole parcels, priced exactly;
- a larger one reaches free delivery by any sum of money at first: a bound. Only where the answer
  leans on a sum that no mix of packs makes is that seller spelled out, and the program run again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from aichef.basket.improve import Search, Walks
from aichef.basket.model import SECONDS
from aichef.chef.solver import Program, prove, relax

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aichef.basket.till import Till

_PARCEL_ITEMS: Final = 8
_MOST_PARCELS: Final = 20_000
_CLOSE: Final = 0.99
"""Won are whole: what is less than one won away is the least."""

_DUST: Final = 1e-3
_SOLVER_SHARE: Final = 0.9
"""Of the time left; HiGHS looks at the clock between two pieces of work."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`seller_of[item]`, and a sum (won and the worth of walks too many) nothing can be below."""

    seller_of: tuple[int, ...]
    cost: float
    bound: float

    @property
    def items_of(self) -> dict[int, list[int]]:
        """Items by seller."""
        return by_seller(self.seller_of)

    @property
    def proven(self) -> bool:
        """Nothing cheaper exists."""
        return self.cost - self.bound < _CLOSE + _DUST

    @property
    def gap(self) -> float:
        """How much cheaper a basket might be at most, as a share of this one."""
        return 0.0 if self.proven else min(1.0, (self.cost - self.bound) / self.cost)


NO_WALKS: Final = Walks()


def cheapest(till: Till, walks: Walks = NO_WALKS, seconds: float = SECONDS) -> Plan:
    """The plan of least money; every item needs a seller that has it."""
    until = time.perf_counter() + seconds
    alone = _alone(till, walks)
    worth = _worth_a_look(till, walks, alone)
    first = [seller for _, seller in alone]
    if not worth:
        won = sum(won for won, _ in alone)
        return Plan(tuple(first), won, won - till.unsure)
    model = _Model(till, walks)
    for item, (won, seller) in enumerate(alone):
        if seller not in walks.shops:
            model.parcel(seller, (item,), won)
    small = _small(worth, walks)
    for items, (won, seller) in _parcels(till, small, worth, alone).items():
        model.parcel(seller, items, won)
    for seller, items in worth.items():
        if seller not in small:
            model.shop(seller, items)
    model.limit_walks()
    places = {item: {seller} for item, seller in enumerate(first)}
    for seller, items in worth.items():
        for item in items:
            places[item].add(seller)
    return model.run(first, _search(till, places, walks, until), until)


def fewest(till: Till, seconds: float = SECONDS) -> Plan:
    """Of the plans with the fewest sellers the one of least money."""
    until = time.perf_counter() + seconds
    few = _fewest(till, seconds)
    model = _Model(till, NO_WALKS, most=len(few.sellers))
    items_of: dict[int, list[int]] = {}
    for item, seller in sorted(till.covers):
        items_of.setdefault(seller, []).append(item)
    for seller, items in items_of.items():
        model.shop(seller, items)
    places: dict[int, set[int]] = {}
    for item, seller in till.covers:
        places.setdefault(item, set()).add(seller)
    first = [
        min((till.covers[item, seller], seller) for seller in places[item] & few.sellers)[1]
        for item in range(len(till.needs))
    ]
    plan = model.run(first, _search(till, places, NO_WALKS, until, len(few.sellers)), until)
    return plan if few.proven else replace(plan, bound=0.0)


def single(till: Till) -> Plan | None:
    """The cheapest seller that has every item; None where none does."""
    everything = range(len(till.needs))
    able = [
        seller
        for seller in range(len(till.sellers))
        if all((item, seller) in till.covers for item in everything)
    ]
    if not able:
        return None
    won, seller = min((till.won(seller, everything), seller) for seller in able)
    return Plan((seller,) * len(till.needs), won, won - till.unsure)


@dataclass(frozen=True, slots=True)
class _Few:
    sellers: frozenset[int]
    proven: bool


def _fewest(till: Till, seconds: float) -> _Few:
    """As few sellers as have everything between them."""
    program = Program()
    opened: dict[int, int] = {}
    has: list[dict[int, float]] = [{} for _ in till.needs]
    for item, seller in till.covers:
        if seller not in opened:
            opened[seller] = program.variable(0, 1, 1, whole=True)
        has[item][opened[seller]] = 1
    for columns in has:
        program.row(columns, low=1)
    proof = prove(program, dict.fromkeys(opened.values(), 1.0), _CLOSE, seconds)
    values = proof.values or [1.0] * len(opened)
    some = frozenset(seller for seller, column in opened.items() if values[column] > 0.5)
    return _Few(some, len(some) - proof.bound < 1)


def _search(
    till: Till,
    places: Mapping[int, Iterable[int]],
    walks: Walks,
    until: float,
    most: int | None = None,
) -> Search:
    sellers = {item: sorted(some) for item, some in places.items()}
    return Search(till, walks, sellers, most, until)


def _alone(till: Till, walks: Walks) -> list[tuple[float, int]]:
    """Each item's least won in a parcel, or on a walk, of its own, and its seller."""
    best: dict[int, tuple[float, int]] = {}
    for item, seller in till.covers:
        won = till.won(seller, (item,)) + (walks.worth if seller in walks.shops else 0)
        best[item] = min(best.get(item, (won, seller)), (won, seller))
    return [best[item] for item in range(len(till.needs))]


def _worth_a_look(
    till: Till, walks: Walks, alone: Sequence[tuple[float, int]]
) -> dict[int, tuple[int, ...]]:
    """Items by seller that may be in a cheapest basket without being alone in their parcel.

    Taking an item out of a parcel saves its cover and loses free delivery at most; buying it alone
    costs no more than what is stated there.
    """
    offers: dict[int, list[int]] = {}
    for item, seller in sorted(till.covers):
        offers.setdefault(seller, []).append(item)
    kept = {}
    for seller, items in offers.items():
        fee = till.sellers[seller].delivery
        if not fee and seller not in walks.shops:
            continue
        slack = fee if _may_be_free(till, seller, items) else 0
        some = [one for one in items if till.covers[one, seller] < alone[one][0] + slack]
        if slack and not _may_be_free(till, seller, some):
            some = [one for one in some if till.covers[one, seller] < alone[one][0]]
        if len(some) > 1 or seller in walks.shops:
            kept[seller] = tuple(some)
    return kept


def _may_be_free(till: Till, seller: int, items: Iterable[int]) -> bool:
    terms = till.sellers[seller]
    if not terms.delivery or terms.free_from is None:
        return False
    most = sum(till.covers[item, seller] for item in items) + terms.delivery
    return most > terms.free_from


def _small(items_of: Mapping[int, tuple[int, ...]], walks: Walks) -> frozenset[int]:
    """Sellers whose parcels can all be looked at, those with the fewest items first."""
    some, left = set(), _MOST_PARCELS
    for seller in sorted(items_of, key=lambda one: len(items_of[one])):
        left -= 1 << len(items_of[seller])
        if len(items_of[seller]) > _PARCEL_ITEMS or left < 0:
            break
        if seller not in walks.shops:
            some.add(seller)
    return frozenset(some)


def _parcels(
    till: Till,
    sellers: Iterable[int],
    items_of: Mapping[int, tuple[int, ...]],
    alone: Sequence[tuple[float, int]],
) -> dict[tuple[int, ...], tuple[float, int]]:
    """Parcels of two items and more that cost less than leaving any one out to be bought alone."""
    best: dict[tuple[int, ...], tuple[float, int]] = {}
    for seller in sellers:
        least: dict[tuple[int, ...], float] = {(one,): alone[one][0] for one in items_of[seller]}
        for size in range(2, len(items_of[seller]) + 1):
            for items in combinations(items_of[seller], size):
                apart = min(
                    least[(*items[:place], *items[place + 1 :])] + alone[item][0]
                    for place, item in enumerate(items)
                )
                won = till.won(seller, items)
                least[items] = min(won, apart)
                if won < apart and won < best.get(items, (won + 1, 0))[0]:
                    best[items] = won, seller
    return best


@dataclass(slots=True)
class _Shop:
    """Columns of a seller: paying for delivery, having it free, and the items either way."""

    pay: int
    paid: dict[int, int]
    free: int | None = None
    freed: dict[int, int] = field(default_factory=dict)
    more: int | None = None
    extras: dict[tuple[int, int], int] = field(default_factory=dict)
    spelled: bool = False


@dataclass(slots=True)
class _Model:
    till: Till
    walks: Walks
    program: Program = field(default_factory=Program)
    parcels: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)
    shops: dict[int, _Shop] = field(default_factory=dict)
    bought: list[dict[int, float]] = field(init=False)
    further: int | None = None
    most: int | None = None

    def __post_init__(self) -> None:
        self.bought = [{} for _ in self.till.needs]

    def parcel(self, seller: int, items: tuple[int, ...], won: float) -> None:
        """Some items from one seller for a sum known exactly."""
        column = self.program.variable(0, 1, won, whole=True)
        self.parcels[seller, items] = column
        for item in items:
            self.bought[item][column] = 1

    def shop(self, seller: int, items: Sequence[int]) -> None:
        """Any of the items from one seller."""
        terms, covers = self.till.sellers[seller], self.till.covers
        pay = self.program.variable(0, 1, terms.delivery, whole=True)
        shop = self.shops[seller] = _Shop(pay, self._link(seller, items, pay))
        if not _may_be_free(self.till, seller, items) or terms.free_from is None:
            return
        shop.free = self.program.variable(0, 1, whole=True)
        shop.freed = self._link(seller, items, shop.free)
        shop.more = self.program.variable(0, terms.delivery - 1, 1)
        spent = {column: float(covers[item, seller]) for item, column in shop.freed.items()}
        self.program.row({**spent, shop.more: 1, shop.free: -terms.free_from}, low=0)
        self.program.row({shop.more: 1, shop.free: 1 - terms.delivery}, high=0)
        self.program.row({shop.pay: 1, shop.free: 1}, high=1)

    def _link(self, seller: int, items: Sequence[int], opened: int) -> dict[int, int]:
        columns = {}
        for item in items:
            won = self.till.covers[item, seller]
            column = columns[item] = self.program.variable(0, 1, won, whole=True)
            self.program.row({column: 1, opened: -1}, high=0)
            self.bought[item][column] = 1
        return columns

    def limit_walks(self) -> None:
        """Each walk beyond the free ones costs what it must be worth."""
        visits = {self.shops[one].pay: 1.0 for one in self.walks.shops if one in self.shops}
        if len(visits) > self.walks.free:
            most = len(visits) - self.walks.free
            self.further = self.program.variable(0, most, self.walks.worth)
            self.program.row({**visits, self.further: -1}, high=self.walks.free)

    def spell_out(self, seller: int) -> None:
        """Let the seller reach free delivery only by sums that its packs make."""
        shop = self.shops[seller]
        if shop.more is None:
            return
        shop.spelled = True
        total: dict[int, float] = {shop.more: -1}
        for item, column in shop.freed.items():
            one: dict[int, float] = {column: -1}
            for won in self.till.extras(item, seller):
                extra = self.program.variable(0, 1, whole=True)
                shop.extras[item, won] = extra
                total[extra] = won
                one[extra] = 1
            self.program.row(one, high=0)
        self.program.row(total, low=0, high=0)

    def run(self, first: Sequence[int], search: Search, until: float) -> Plan:
        """Solve, spell out what the answer leaned on, solve again; `first` is a plan to start."""
        close = 0.009 if self.walks.shops else _CLOSE
        best = search.improve(first)
        cost, bound = self.cost(best), self._floor()
        while cost - bound > close:
            program = self._whole_program()
            relaxed = relax(program, max(0.0, until - time.perf_counter()))
            if relaxed is None:
                break
            found = search.improve(self._read(relaxed.values))
            if self.cost(found) < cost:
                best, cost = found, self.cost(found)
            bound = max(bound, relaxed.bound)
            if cost - bound <= close:
                break
            start = self._start(best)
            program = self._whole_program()
            for column, dearer in enumerate(relaxed.dearer):
                if dearer > cost - relaxed.bound + _DUST:
                    program.upper[column] = 0.0
            left = _SOLVER_SHARE * (until - time.perf_counter())
            proof = prove(program, start, close, left)
            bound = max(bound, min(proof.bound, cost))
            if not proof.values:
                break
            found = self._read(proof.values)
            if self.cost(found) < cost:
                best, cost = found, self.cost(found)
            leaned = self._leaned(proof.values)
            if not leaned or time.perf_counter() >= until or cost - bound <= close:
                break
            for seller in leaned:
                self.spell_out(seller)
        return Plan(best, cost, min(bound, cost) - self.till.unsure)

    def _floor(self) -> float:
        """Each item at its cheapest, nothing delivered."""
        least: dict[int, int] = {}
        for (item, _), won in self.till.covers.items():
            least[item] = min(least.get(item, won), won)
        return float(sum(least.values()))

    def _whole_program(self) -> Program:
        rows = [*self.program.rows, *((1.0, 1.0, columns) for columns in self.bought)]
        if self.most is not None:
            opened = [one for shop in self.shops.values() for one in (shop.pay, shop.free)]
            columns = [one for one in (*opened, *self.parcels.values()) if one is not None]
            rows.append((0.0, float(self.most), dict.fromkeys(columns, 1.0)))
        return replace(self.program, rows=rows, upper=list(self.program.upper))

    def _start(self, seller_of: Sequence[int]) -> dict[int, float]:
        """Values of a plan: a parcel for each of its sellers."""
        start = {}
        for seller, some in by_seller(seller_of).items():
            items = tuple(some)
            if seller in self.walks.shops:
                shop = self.shops[seller]
                start[shop.pay] = 1.0
                start |= {shop.paid[item]: 1.0 for item in items}
                continue
            if (seller, items) not in self.parcels:
                self.parcel(seller, items, self.till.won(seller, items))
            start[self.parcels[seller, items]] = 1.0
        if self.further is not None:
            start[self.further] = max(0.0, len(self.walks.shops & set(seller_of)) - self.walks.free)
        return start

    def cost(self, seller_of: Sequence[int]) -> float:
        """Won of a plan and the worth of its walks too many."""
        return cost_of(self.till, self.walks, seller_of)

    def _read(self, values: Sequence[float]) -> tuple[int, ...]:
        """Seller of each item, the one with the largest part of it where values are fractions."""
        shares: list[dict[int, float]] = [{} for _ in self.bought]
        for (seller, items), column in self.parcels.items():
            for item in items:
                shares[item][seller] = shares[item].get(seller, 0.0) + values[column]
        for seller, shop in self.shops.items():
            for item, column in (*shop.paid.items(), *shop.freed.items()):
                shares[item][seller] = shares[item].get(seller, 0.0) + values[column]
        return tuple(max(one, key=lambda seller: one[seller]) for one in shares)

    def _leaned(self, values: Sequence[float]) -> list[int]:
        """Sellers taken to reach free delivery by any sum."""
        return [
            seller
            for seller, shop in self.shops.items()
            if shop.more is not None and not shop.spelled and values[shop.more] > 0.5
        ]


def cost_of(till: Till, walks: Walks, seller_of: Sequence[int]) -> float:
    """Won of a plan, and the worth of its walks too many."""
    items_of = by_seller(seller_of)
    won = sum(till.won(seller, items) for seller, items in items_of.items())
    return won + walks.cost(len(walks.shops & items_of.keys()))


def gathered(till: Till, walks: Walks, seller_of: Sequence[int]) -> tuple[int, ...]:
    """A plan of the same cost from fewer sellers, where moving all of one's items finds one."""
    plan, cost = list(seller_of), cost_of(till, walks, seller_of)
    for closed, items in sorted(by_seller(plan).items(), key=lambda one: len(one[1])):
        moved = list(plan)
        for item in items:
            able = [one for one in {*plan} - {closed} if (item, one) in till.covers]
            if not able:
                break
            tried = {one: [*moved[:item], one, *moved[item + 1 :]] for one in able}
            moved = min(tried.values(), key=lambda one: (cost_of(till, walks, one), one[item]))
        else:
            if cost_of(till, walks, moved) <= cost:
                plan = moved
    return tuple(plan)


def by_seller(seller_of: Sequence[int]) -> dict[int, list[int]]:
    """Items of a plan by seller."""
    items_of: dict[int, list[int]] = {}
    for item, seller in enumerate(seller_of):
        items_of.setdefault(seller, []).append(item)
    return items_of
