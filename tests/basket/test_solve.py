"""The cheapest basket against a brute force that shares no line with it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.basket.improve import Walks
from aichef.basket.model import Seller
from aichef.basket.solve import Plan, by_seller, cheapest, fewest, single
from aichef.basket.till import Till
from tests.prices.making import a_price

Packs = list[tuple[int, int]]


@dataclass(frozen=True)
class Town:
    """Needs, sellers, and packs (grams, won) by item and seller."""

    needs: list[int]
    sellers: list[Seller]
    shelves: dict[tuple[int, int], Packs]
    walks: Walks

    def till(self) -> Till:
        shelves = {
            place: tuple(a_price(won, grams) for grams, won in packs)
            for place, packs in self.shelves.items()
        }
        return Till([float(need) for need in self.needs], self.sellers, shelves)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    items, shops = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    sellers = []
    for shop in range(shops):
        fee = draw(st.sampled_from([0, 3, 5, 9]))
        free = draw(st.sampled_from([None, 10, 15, 20, 30])) if fee else None
        sellers.append(Seller(str(shop), fee, free, walk=not fee and draw(st.booleans())))
    pack = st.tuples(st.integers(1, 8), st.integers(2, 12))
    shelves = {}
    for item in range(items):
        for shop in draw(st.sets(st.integers(0, shops - 1), min_size=1)):
            shelves[item, shop] = draw(st.lists(pack, min_size=1, max_size=3))
    walks = frozenset(place for place, one in enumerate(sellers) if one.walk)
    limited = Walks(walks, draw(st.integers(0, 2)), draw(st.sampled_from([2, 5])) - 0.01)
    needs = draw(st.lists(st.integers(1, 12), min_size=items, max_size=items))
    return Town(needs, sellers, shelves, limited if walks else Walks())


def covering(need: int, packs: Packs, most: int) -> set[int]:
    """Every sum up to `most` that covers a need, by trying every count of every pack."""
    counts = product(*(range(most // won + 1) for _, won in packs))
    tried = [
        (sum(n * grams for n, (grams, _) in zip(some, packs, strict=True)),
         sum(n * won for n, (_, won) in zip(some, packs, strict=True)))
        for some in counts
    ]  # fmt: skip
    return {won for grams, won in tried if grams >= need and won <= most}


def every_basket(town: Town) -> dict[tuple[int, ...], int]:
    """Least won of every choice of one seller for each item."""
    sums: dict[tuple[int, int], set[int]] = {}
    for (item, shop), packs in town.shelves.items():
        need = town.needs[item]
        roof = min(-(-need // grams) * won for grams, won in packs) + town.sellers[shop].delivery
        sums[item, shop] = covering(need, packs, roof)
    bills: dict[tuple[int, tuple[int, ...]], int] = {}

    def bill(shop: int, items: tuple[int, ...]) -> int:
        if (shop, items) not in bills:
            terms, totals = town.sellers[shop], {0}
            for item in items:
                totals = {one + more for one in totals for more in sums[item, shop]}
            free = [one for one in totals if terms.free_from and one >= terms.free_from]
            bills[shop, items] = min([min(totals) + terms.delivery, *free])
        return bills[shop, items]

    sells = [[shop for one, shop in town.shelves if one == item] for item in range(len(town.needs))]
    return {
        choice: sum(
            bill(shop, tuple(item for item, at in enumerate(choice) if at == shop))
            for shop in set(choice)
        )
        for choice in product(*sells)
    }


@settings(max_examples=1000, deadline=None)
@given(towns())
def test_brute_force_agrees(town: Town) -> None:
    baskets = every_basket(town)
    till = town.till()

    plan = cheapest(till, town.walks)
    least = min(
        won + town.walks.cost(len(town.walks.shops & set(choice)))
        for choice, won in baskets.items()
    )
    assert plan.proven
    assert plan.cost == pytest.approx(least)
    assert paid(town, till, plan) == baskets[plan.seller_of]

    few = min(len(set(choice)) for choice in baskets)
    plan = fewest(till)
    assert plan.proven
    assert len(set(plan.seller_of)) == few
    assert plan.cost == min(won for choice, won in baskets.items() if len(set(choice)) == few)

    alone = [won for choice, won in baskets.items() if len(set(choice)) == 1]
    one = single(till)
    assert (one.cost if one else None) == min(alone, default=None)


def paid(town: Town, till: Till, plan: Plan) -> int:
    """Won of the packs really picked, after seeing that they cover what is needed."""
    total = 0
    for shop, items in by_seller(plan.seller_of).items():
        bill, goods = till.bill(shop, items), 0
        for item in items:
            picks = bill.picks[item]
            assert sum(price.grams * count for price, count in picks) >= town.needs[item]
            assert {(price.grams, price.won) for price, _ in picks} <= set(town.shelves[item, shop])
            goods += sum(price.won * count for price, count in picks)
        terms = town.sellers[shop]
        free = terms.free_from is not None and goods >= terms.free_from
        assert bill.goods == goods
        assert bill.delivery == (0 if free else terms.delivery)
        total += bill.won
    return total


def a_till(
    needs: list[float], sellers: list[Seller], shelves: dict[tuple[int, int], Packs]
) -> Till:
    return Till(
        needs,
        sellers,
        {
            place: tuple(a_price(won, grams) for grams, won in packs)
            for place, packs in shelves.items()
        },
    )


def test_several_spare_packs_are_bought_where_that_is_cheaper_than_delivery() -> None:
    till = a_till([100], [Seller("가", 3000, 10_000)], {(0, 0): [(100, 8000), (1, 700)]})
    bill = till.bill(0, [0])
    assert (bill.goods, bill.delivery) == (10_100, 0)
    assert [(price.won, count) for price, count in bill.picks[0]] == [(8000, 1), (700, 3)]


def test_nothing_is_bought_for_free_delivery_that_saves_nothing() -> None:
    till = a_till([100], [Seller("가", 3000, 11_000)], {(0, 0): [(100, 8000), (30, 3000)]})
    bill = till.bill(0, [0])
    assert (bill.goods, bill.delivery) == (8000, 3000)


def test_a_third_walk_is_made_for_exactly_what_it_must_save() -> None:
    shops = [Seller(name, walk=True) for name in "가나다"]
    shelves: dict[tuple[int, int], Packs] = {(item, item): [(100, 1000)] for item in range(3)}
    shelves[2, 0] = [(100, 4000)]
    walks = Walks(frozenset(range(3)), 2, 3000 - 0.01)
    assert cheapest(a_till([100] * 3, shops, shelves), walks).seller_of == (0, 1, 2)
    shelves[2, 0] = [(100, 3999)]
    assert cheapest(a_till([100] * 3, shops, shelves), walks).seller_of == (0, 1, 0)


def test_out_of_time_the_best_found_comes_with_its_gap() -> None:
    from bench.basket import drawn

    till = drawn(30, 100, 3).till()
    rushed = cheapest(till, seconds=0.0)
    proven = cheapest(till, seconds=60.0)
    assert proven.proven
    assert proven.gap == 0
    assert rushed.cost >= proven.cost >= rushed.bound - 1
    assert not rushed.proven
    assert 0 < rushed.gap < 0.5


def test_a_shelf_with_too_many_ways_is_cut_and_nothing_is_called_proven() -> None:
    packs = [(1000 + 7 * n, 997 + 13 * n) for n in range(12)]
    till = a_till([50_000], [Seller("가", 900_000, 500_000)], {(0, 0): packs})
    assert till.won(0, [0]) > 0
    assert till.cut == {0}
    assert not cheapest(till).proven


def test_nothing_to_choose_needs_no_solver() -> None:
    code = (
        "import sys; from aichef.basket.fill import fill;"
        "from tests.prices.making import a_need, a_price;"
        "from aichef.prices.model import Priced; one = a_price(300, 100);"
        "shop = a_price(300, 100, food='egg', vendor='가', kind='store');"
        "basket = fill([Priced(a_need(), (one,), one), Priced(a_need('egg'), (shop,), shop)]);"
        "assert basket.total == 600 and not {'highspy', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
