"""Step 3: the basket of least money."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.basket.fill import fill, least
from aichef.basket.model import vendor_label
from aichef.prices.choose import choose
from aichef.prices.model import Need, Priced, Unpriced
from tests.prices.making import a_need, a_price

if TYPE_CHECKING:
    from aichef.prices.model import Price


def priced(need: Need, *prices: Price) -> Priced:
    return Priced(need, prices, choose(prices))


def mine(won: int, grams: float, food: str, vendor: str | None) -> Price:
    price = a_price(won, grams, food=food, vendor=vendor, flags=("own",))
    return replace(price, kind="store") if vendor else price


def test_the_need_is_covered_with_whole_packs_and_says_what_is_left_over() -> None:
    (line,) = least(500, [a_price(1200, 300)], "양파")
    assert (line.count, line.won, line.surplus_g, line.ingredient) == (2, 2400, 100, "양파")
    assert line.quantity == "2 × 300g"


def test_pack_sizes_are_mixed_where_that_is_cheaper() -> None:
    lines = least(700, [a_price(1000, 500), a_price(500, 200)])
    assert [(line.price.grams, line.count, line.surplus_g) for line in lines] == [
        (500, 1, 0),
        (200, 1, 0),
    ]


def test_two_ingredients_of_one_food_are_bought_together() -> None:
    sliced = Need("양파", "1/2", "개", "onion", 100)
    minced = Need("다진 양파", "2", "큰술", "onion", 60)
    pack = a_price(300, 200)
    basket = fill([priced(sliced, pack), priced(minced, pack)])
    (line,) = basket.lines
    assert (line.ingredient, line.count, line.surplus_g) == ("양파, 다진 양파", 1, 40)
    assert (basket.total, basket.used) == (300, 240)


def test_edible_grams_are_put_together_too() -> None:
    fillet = a_price(1000, 100, edible=True)
    basket = fill([priced(a_need(grams=150, edible=100), fillet), priced(a_need(grams=50), fillet)])
    assert basket.used == 1500
    assert basket.total == 2000


def test_survey_averages_are_no_shop() -> None:
    kamis = a_price(300, 100, source="KAMIS 소매가격")
    shelf = a_price(4000, 600, food="egg", kind="store")
    guess = a_price(100, 10, food="salt", source="AI Chef 추정")
    basket = fill(
        [
            priced(a_need("onion"), kamis),
            priced(a_need("egg"), shelf),
            priced(a_need("salt"), guess),
        ]
    )
    assert basket.optimal_vendor is None
    assert basket.same_vendor_savings == 0
    assert [(one.name, one.vendors, one.difference) for one in basket.options] == [
        ("cheapest", (), 0)
    ]
    assert list(basket.by_vendor()) == ["평균 시세(KAMIS)", "매장 조사가(참가격)", "참고 시세"]
    assert next(iter(basket.by_vendor("en"))) == "Market average (KAMIS)"
    assert sum(line.won for lines in basket.by_vendor().values() for line in lines) == basket.total


def test_a_missing_price_is_listed_and_the_rest_is_bought() -> None:
    lost = Unpriced(a_need("saffron"), "가격 정보가 없어요.")
    basket = fill([lost, priced(a_need("onion"), a_price(300, 100))])
    assert basket.unpriced == (lost,)
    assert basket.total == 300


def test_nothing_to_buy_is_an_empty_basket() -> None:
    basket = fill([])
    assert (basket.lines, basket.total, basket.used) == ((), 0, 0)
    assert basket.optimal_vendor is None


def test_the_shops_one_wrote_down_are_compared_by_solved_baskets() -> None:
    basket = fill(
        [
            priced(
                a_need("onion", 100),
                mine(300, 100, "onion", "시장"),
                mine(500, 100, "onion", "마트"),
            ),
            priced(
                a_need("egg", 600), mine(4500, 600, "egg", "마트"), mine(5000, 600, "egg", "시장")
            ),
        ]
    )
    assert basket.total == 4800
    assert basket.optimal_vendor == "마트"
    assert [(one.name, one.vendors, one.total, one.difference) for one in basket.options] == [
        ("cheapest", ("마트", "시장"), 4800, 0),
        ("cheapest_single_shop", ("마트",), 5000, 200),
        ("fewest_shops", ("마트",), 5000, 200),
    ]
    assert set(basket.by_vendor()) == {"마트", "시장"}


def test_no_shop_is_called_best_for_what_it_is_not_known_to_sell() -> None:
    basket = fill(
        [
            priced(a_need("onion"), mine(300, 100, "onion", "시장")),
            priced(a_need("egg"), a_price(4000, 600, food="egg")),
        ]
    )
    assert basket.optimal_vendor is None
    assert [(one.name, one.vendors, one.averages) for one in basket.options] == [
        ("cheapest", ("시장",), ("egg",)),
        ("cheapest_single_shop", ("시장",), ("egg",)),
        ("fewest_shops", ("시장",), ("egg",)),
    ]


def test_many_shops_are_compared_in_time() -> None:
    found = [
        priced(a_need(f"food{n}"), *(mine(100 + n, 100, f"food{n}", f"{n}-{m}") for m in range(2)))
        for n in range(3)
    ]
    found += [priced(a_need(f"only{n}"), mine(100, 100, f"only{n}", f"o{n}")) for n in range(20)]
    assert len(fill(found).options[-1].vendors) == 23


def test_every_price_without_a_seller_says_what_it_is() -> None:
    assert vendor_label(mine(100, 100, "onion", None)) == "내가 적은 가격"
    assert vendor_label(mine(100, 100, "onion", "시장")) == "시장"


prices = st.builds(
    mine,
    st.integers(1, 30),
    st.integers(1, 8),
    st.just("onion"),
    st.sampled_from(["가", "나", "다"]),
)


@settings(deadline=None)
@given(
    needs=st.lists(
        st.tuples(st.integers(1, 12), st.lists(prices, min_size=1, max_size=3)), max_size=3
    )
)
def test_options_are_what_trying_every_set_of_shops_gives(
    needs: list[tuple[int, list[Price]]],
) -> None:
    found = [
        priced(a_need(f"food{place}", grams), *some) for place, (grams, some) in enumerate(needs)
    ]
    basket = fill(found)
    totals: dict[tuple[str, ...], int] = {}
    for bits in product([False, True], repeat=3):
        shops = {shop for shop, bit in zip("가나다", bits, strict=True) if bit}
        least_won = [
            [
                sum(line.won for line in least(one.need.grams, some))
                for shop in shops
                if (some := [price for price in one.prices if price.vendor == shop])
            ]
            for one in found
        ]
        if all(least_won):
            totals[tuple(sorted(shops))] = sum(map(min, least_won))
    options = {one.name: one for one in basket.options}
    few = [total for shops, total in totals.items() if len(shops) <= 2]
    assert basket.total == min(few or totals.values())
    assert basket.used <= basket.total
    if not found:
        return
    fewest = min(map(len, totals))
    assert options["fewest_shops"].total == min(
        total for shops, total in totals.items() if len(shops) == fewest
    )
    single = [total for shops, total in totals.items() if len(shops) == 1]
    assert ("cheapest_single_shop" in options) == bool(single)
    if single:
        assert options["cheapest_single_shop"].total == min(single)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["onion", "egg", "salt"]),
            st.floats(0.1, 3000),
            st.integers(1, 20_000),
            st.floats(1, 2000),
        ),
        max_size=8,
    )
)
def test_lines_cover_the_needs_and_add_up(rows: list[tuple[str, float, int, float]]) -> None:
    packs = {food: a_price(won, grams, food=food) for food, _, won, grams in rows}
    basket = fill([priced(a_need(food, grams), packs[food]) for food, grams, _, _ in rows])
    assert basket.total == sum(line.won for line in basket.lines)
    assert basket.used <= basket.total
    for food, pack in packs.items():
        needed = sum(grams for other, grams, _, _ in rows if other == food)
        bought = sum(line.price.grams * line.count for line in basket.lines if line.food == food)
        surplus = sum(line.surplus_g for line in basket.lines if line.food == food)
        assert bought >= needed - 1e-3
        assert bought - needed == pytest.approx(surplus, abs=0.06)
        assert surplus < pack.grams + 0.1
