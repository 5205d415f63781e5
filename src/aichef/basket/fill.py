"""Step 3: the basket of least money for what was priced. Pure: no supplier at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aichef.basket.model import ANYWHERE, SECONDS, Basket, Delivery, Line, Option
from aichef.basket.sellers import by_name, parcel, terms
from aichef.basket.till import Till
from aichef.food.table import normal
from aichef.prices.choose import (
    FLAWS,
    OWN,
    PARCEL,
    candidates,
    choose,
    cover,
    grams_in,
    used_won,
)
from aichef.prices.model import Priced, Unpriced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from aichef.basket.improve import Walks
    from aichef.basket.model import Limits, OptionName, Seller
    from aichef.basket.solve import Plan
    from aichef.prices.model import Price

_Place = tuple[str, str]
"""A vendor, and the listing where each is a parcel of its own."""

_UNDER_A_WALK: Final = 0.01
"""Taken off what a further walk must save, so that saving exactly that is enough."""

_KEPT_OUT: Final = (
    "파는 곳이 모두 제외한 가게예요. 가게 조건을 바꿔 보세요.",
    "Only shops you left out sell it; change the shops.",
)


def fill(
    found: Sequence[Priced | Unpriced],
    *,
    sellers: Collection[Seller] = (),
    limits: Limits = ANYWHERE,
    seconds: float = SECONDS,
    locale: str = "ko",
) -> Basket:
    """Basket of least money at the till, delivery included; one food is bought together.

    `sellers` say what delivery costs at whom; others have their listed, assumed terms. Each
    solver run stops after `seconds` with the best found. What nobody sells is taken at its survey
    average. A missing price is no reason not to shop: it is listed in `unpriced`.
    """
    unpriced = [one for one in found if isinstance(one, Unpriced)]
    stock: list[_Stock] = []
    for one in _per_food(one for one in found if isinstance(one, Priced)):
        allowed = tuple(price for price in one.prices if _allowed(price, limits))
        if allowed:
            stock.append(_Stock.of(one, allowed))
        else:
            unpriced.append(Unpriced(one.need, _KEPT_OUT[locale == "en"]))
    counter = _Counter.of(stock, sellers)
    plans = counter.plans(limits, seconds)
    best = counter.option("cheapest", plans["cheapest"], None)
    options = [best] + [
        counter.option(name, plan, best) for name, plan in plans.items() if name != "cheapest"
    ]
    shop = next((one for one in options if one.name == "cheapest_single_shop"), None)
    priced = tuple(one.bought(best.lines) for one in stock)
    return Basket(
        lines=best.lines,
        total=best.total,
        used=sum(used_won(one.need, one.chosen) for one in priced),
        optimal_vendor=shop.vendors[0] if shop and not shop.averages else None,
        options=tuple(options),
        priced=priced,
        unpriced=tuple(unpriced),
        delivery=best.deliveries,
        same_vendor_savings=max(0, best.delivery - shop.delivery) if shop else 0,
        proven=best.proven,
        gap=best.gap,
    )


def least(need_g: float, prices: Sequence[Price], ingredient: str = "") -> tuple[Line, ...]:
    """Lines of least money that hold `need_g` grams in any mix; of equal money, least surplus."""
    picks = cover(need_g, prices)
    over = sum(price.grams * count for price, count in picks) - need_g
    return _lines(picks, over, ingredient)


def _lines(
    picks: Sequence[tuple[Price, int]], surplus_g: float, ingredient: str
) -> tuple[Line, ...]:
    last = len(picks) - 1
    return tuple(
        Line(
            food=price.food,
            ingredient=ingredient,
            price=price,
            count=count,
            won=price.won * count,
            surplus_g=round(max(surplus_g, 0.0), 1) if place == last else 0.0,
        )
        for place, (price, count) in enumerate(picks)
    )


@dataclass(frozen=True, slots=True)
class _Stock:
    """A food to buy: who sells it, or the averages where nobody does."""

    priced: Priced
    prices: tuple[Price, ...]
    shelves: Mapping[_Place, tuple[Price, ...]]

    @classmethod
    def of(cls, one: Priced, allowed: tuple[Price, ...]) -> _Stock:
        """Prices cut to those that may be mixed: a seller's, or the averages of one kind.

        All of them stay in `priced`, to compare with.
        """
        usual = candidates(allowed)
        sold = _sold(usual if OWN in usual[0].flags else allowed, usual[0])
        shelves: dict[_Place, tuple[Price, ...]] = {}
        for price in sold:
            place = _place(price)
            shelves[place] = (*shelves.get(place, ()), price)
        prices = sold or tuple(price for price in usual if not price.vendor)
        return cls(replace(one, prices=allowed, chosen=choose(prices)), prices, shelves)

    def least(self) -> tuple[Line, ...]:
        """Lines at the averages."""
        need, chosen = self.priced.need, self.priced.chosen
        return least(grams_in(need, chosen), self.prices, need.ingredient)

    def shelf(self, place: _Place) -> tuple[Price, ...]:
        """A vendor's prices with their grams as bought: those of trimmed food hold more."""
        return tuple(self._as_bought(price) for price in self.shelves[place])

    def lines(self, picks: Sequence[tuple[Price, int]]) -> tuple[Line, ...]:
        """Lines of prices as `shelf` gives them, with the grams they are sold by."""
        need = self.priced.need
        over = sum(price.grams * count for price, count in picks) - need.grams
        sold = {self._as_bought(price): price for price in self.prices}
        last = sold[picks[-1][0]]
        over *= grams_in(need, last) / need.grams
        return _lines([(sold[price], count) for price, count in picks], over, need.ingredient)

    def bought(self, lines: Iterable[Line]) -> Priced:
        """The food with the price it is bought at as the one that counts."""
        if not self.shelves:
            return self.priced
        mine = {line.price for line in lines} & set(self.prices)
        best = min(mine, key=lambda price: (self._as_bought(price).won_per_gram, price.grams))
        return replace(self.priced, chosen=best)

    def _as_bought(self, price: Price) -> Price:
        need = self.priced.need
        grams = grams_in(need, price)
        if grams == need.grams:
            return price
        return replace(price, grams=price.grams * need.grams / grams)


@dataclass(frozen=True, slots=True)
class _Counter:
    """Foods somebody sells, foods nobody does, and the till for the first."""

    sold: tuple[_Stock, ...]
    averages: tuple[_Stock, ...]
    till: Till

    @classmethod
    def of(cls, stock: Sequence[_Stock], sellers: Collection[Seller]) -> _Counter:
        sold = tuple(one for one in stock if one.shelves)
        sold_at: dict[_Place, list[Price]] = {}
        for one in sold:
            for place, prices in one.shelves.items():
                sold_at.setdefault(place, []).extend(prices)
        given = by_name(sellers)
        number = {place: number for number, place in enumerate(sorted(sold_at))}
        till = Till(
            [one.priced.need.grams for one in sold],
            [_terms(place, sold_at[place], given) for place in number],
            {
                (item, number[place]): one.shelf(place)
                for item, one in enumerate(sold)
                for place in one.shelves
            },
        )
        return cls(sold, tuple(one for one in stock if not one.shelves), till)

    def plans(self, limits: Limits, seconds: float) -> dict[OptionName, Plan | None]:
        """A plan for each kind of basket; None stands for one of averages alone."""
        if not self.sold:
            return {"cheapest": None}
        # Loaded here: where nobody but the price book is asked, there is nothing to choose.
        from aichef.basket.solve import cheapest, cost_of, fewest, gathered, single

        walks = _walks(self.till, limits)
        best = cheapest(self.till, walks, seconds)
        shop = single(self.till)
        few = shop or fewest(self.till, seconds)
        # For the same money nobody goes to one shop more.
        for plan in (gathered(self.till, walks, best.seller_of), few.seller_of):
            if (cost := cost_of(self.till, walks, plan)) <= best.cost:
                best = replace(best, seller_of=plan, cost=cost)
        plans: dict[OptionName, Plan | None] = {"cheapest": best}
        if shop:
            plans["cheapest_single_shop"] = shop
        plans["fewest_shops"] = few
        return plans

    def option(self, name: OptionName, plan: Plan | None, best: Option | None) -> Option:
        """A plan as lines, deliveries and won."""
        lines = list[Line]()
        deliveries = []
        vendors = []
        for seller, items in (plan.items_of if plan else {}).items():
            one = self.till.sellers[seller]
            bill = self.till.bill(seller, items)
            vendors.append(one.name)
            if not one.walk:
                deliveries.append(_delivery(one, bill.goods, bill.delivery))
            for item in items:
                lines += self.sold[item].lines(bill.picks[item])
        for stock in self.averages:
            lines += stock.least()
        delivery = sum(one.won for one in deliveries)
        total = sum(line.won for line in lines) + delivery
        return Option(
            name=name,
            vendors=tuple(sorted(set(vendors))),
            total=total,
            delivery=delivery,
            difference=total - best.total if best else 0,
            lines=tuple(lines),
            deliveries=tuple(sorted(deliveries, key=lambda one: one.vendor)),
            averages=tuple(one.priced.need.ingredient for one in self.averages),
            proven=plan.proven if plan else True,
            gap=plan.gap if plan else 0.0,
        )


def _walks(till: Till, limits: Limits) -> Walks:
    from aichef.basket.improve import Walks
    from aichef.basket.solve import NO_WALKS

    shops = frozenset(place for place, seller in enumerate(till.sellers) if seller.walk)
    if limits.walks is None or len(shops) <= limits.walks or limits.worth <= 0:
        return NO_WALKS
    return Walks(shops, limits.walks, limits.worth - _UNDER_A_WALK)


def _delivery(seller: Seller, goods: int, won: int) -> Delivery:
    return Delivery(
        vendor=seller.name,
        won=won,
        free_from=seller.free_from,
        to_free=seller.free_from - goods if won and seller.free_from is not None else None,
        assumed=seller.assumed,
        as_of=seller.as_of,
        source=seller.source,
    )


def _terms(place: _Place, prices: Sequence[Price], given: Mapping[str, Seller]) -> Seller:
    vendor, listing = place
    seller = terms(vendor, prices, given)
    return parcel(seller, prices) if listing else seller


def _place(price: Price) -> _Place:
    listing = (price.url or price.product) if PARCEL in price.flags else ""
    return price.vendor or "", listing


def _sold(prices: Sequence[Price], chosen: Price) -> tuple[Price, ...]:
    """Prices somebody sells at; flawed ones only where the price that counts is flawed too.

    A stale or stand-in shelf price does not stand against a recent market average, and a
    promotion against no plain price.
    """
    sold = [price for price in prices if price.vendor]
    flawless = [price for price in sold if FLAWS.isdisjoint(price.flags)]
    if flawless or FLAWS.isdisjoint(chosen.flags):
        return tuple(flawless)
    plain = [price for price in sold if {"discount", "one_plus_one"}.isdisjoint(price.flags)]
    return tuple(plain or sold)


def _allowed(price: Price, limits: Limits) -> bool:
    if not price.vendor or price.won <= 0:
        return not price.vendor
    if _is_named(price, limits.avoid):
        return False
    return limits.only is None or _is_named(price, limits.only)


def _is_named(price: Price, names: Iterable[str]) -> bool:
    """Whether a name means the seller: its own, or of a living price a part that stands apart.

    "쿠팡" means "쿠팡 마켓플레이스" too, "대형마트" that of a region, "이마트" its branches.
    """
    vendor = price.vendor or ""
    plain = normal(vendor)
    for name in names:
        if plain == normal(name):
            return True
        if not price.living or not normal(name):
            continue
        if vendor.startswith(f"{name} ") or vendor.endswith(f" {name}"):
            return True
        if price.kind == "store" and plain.endswith("점") and plain.startswith(normal(name)):
            return True
    return False


def _per_food(found: Iterable[Priced]) -> tuple[Priced, ...]:
    """One entry per food: names and grams put together."""
    foods: dict[str, Priced] = {}
    for one in found:
        before = foods.get(one.need.food)
        foods[one.need.food] = _together(before, one) if before else one
    return tuple(foods.values())


def _together(first: Priced, other: Priced) -> Priced:
    one, two = first.need, other.need
    names = dict.fromkeys((*one.ingredient.split(", "), two.ingredient))
    grams = one.grams + two.grams
    edible = None
    if one.edible_grams is not None or two.edible_grams is not None:
        edible = sum(
            need.grams if need.edible_grams is None else need.edible_grams for need in (one, two)
        )
    need = replace(
        one,
        ingredient=", ".join(names),
        amount=f"{grams:g}",
        unit="g",
        grams=grams,
        edible_grams=edible,
    )
    return replace(first, need=need)
