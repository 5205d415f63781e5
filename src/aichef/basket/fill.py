"""Step 3: the basket of least money for what was priced. Pure: no supplier at all."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from aichef.basket.model import Basket, Line, Option, OptionName
from aichef.prices.choose import candidates, choose, cover, grams_in, used_won
from aichef.prices.model import Priced, Unpriced

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aichef.prices.model import Price


def fill(found: Sequence[Priced | Unpriced]) -> Basket:
    """Basket of least money at the till; ingredients of one food are bought together.

    A missing price is no reason not to shop: it is listed in `unpriced`.
    """
    priced = _per_food(one for one in found if isinstance(one, Priced))
    lines = _cheapest(priced, None) or ()
    total = _total(lines)
    options = [_option("cheapest", lines, total)]
    shops = sorted({price.vendor for one in priced for price in one.prices if price.vendor})
    single = _best(priced, [{shop} for shop in shops], averages=False)
    if single:
        options.append(_option("cheapest_single_shop", single, total))
    fewest = _fewest(priced, shops)
    if fewest:
        options.append(_option("fewest_shops", fewest, total))
    return Basket(
        lines=lines,
        total=total,
        used=sum(used_won(one.need, one.chosen) for one in priced),
        optimal_vendor=single[0].price.vendor if single else None,
        options=tuple(options),
        priced=priced,
        unpriced=tuple(one for one in found if isinstance(one, Unpriced)),
    )


def least(need_g: float, prices: Sequence[Price], ingredient: str = "") -> tuple[Line, ...]:
    """Lines of least money that hold `need_g` grams in any mix; of equal money, least surplus."""
    picked = cover(need_g, prices)
    over = sum(price.grams * count for price, count in picked) - need_g
    last = len(picked) - 1
    return tuple(
        Line(
            food=price.food,
            ingredient=ingredient,
            price=price,
            count=count,
            won=price.won * count,
            surplus_g=round(max(over, 0.0), 1) if place == last else 0.0,
        )
        for place, (price, count) in enumerate(picked)
    )


def _per_food(found: Iterable[Priced]) -> tuple[Priced, ...]:
    """One entry per food: names and grams put together, prices cut to those a basket may mix."""
    foods: dict[str, Priced] = {}
    for one in found:
        before = foods.get(one.need.food)
        foods[one.need.food] = _together(before, one) if before else _mixable(one)
    return tuple(foods.values())


def _mixable(one: Priced) -> Priced:
    prices = candidates(one.prices)
    return replace(one, prices=prices, chosen=choose(prices))


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


def _cheapest(
    priced: Sequence[Priced], shops: set[str] | None, *, averages: bool = True
) -> tuple[Line, ...] | None:
    """Least basket from `shops` (None: from anyone); None where they do not sell it all."""
    lines: list[Line] = []
    for one in priced:
        prices = [
            price
            for price in one.prices
            if shops is None or (averages if price.vendor is None else price.vendor in shops)
        ]
        if not prices:
            return None
        lines += least(grams_in(one.need, one.chosen), prices, one.need.ingredient)
    return tuple(lines)


def _best(
    priced: Sequence[Priced], choices: Iterable[set[str]], *, averages: bool = True
) -> tuple[Line, ...] | None:
    baskets = [_cheapest(priced, shops, averages=averages) for shops in choices]
    return min((lines for lines in baskets if lines), key=_total, default=None)


def _fewest(priced: Sequence[Priced], shops: Sequence[str]) -> tuple[Line, ...] | None:
    """Cheapest among the baskets with the fewest shops; None where nobody is a seller."""
    sellers = [{price.vendor for price in one.prices} for one in priced]
    must = {shop for shop in shops if {shop} in sellers}
    free = [shop for shop in shops if shop not in must]
    for count in range(0 if must else 1, len(free) + 1):
        lines = _best(priced, (must.union(some) for some in combinations(free, count)))
        if lines:
            return lines
    return None


def _option(name: OptionName, lines: tuple[Line, ...], cheapest: int) -> Option:
    vendors = tuple(sorted({line.price.vendor for line in lines if line.price.vendor}))
    total = _total(lines)
    return Option(name, vendors, total, 0, total - cheapest, lines)


def _total(lines: Iterable[Line]) -> int:
    return sum(line.won for line in lines)
