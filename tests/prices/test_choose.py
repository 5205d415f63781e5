"""Which price counts, and what covering a need costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from math import ceil
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.prices.book import PriceBook
from aichef.prices.choose import (
    OWN,
    candidates,
    choose,
    cover,
    grams_in,
    least_won,
    unit_price,
    used_rate,
    used_won,
)
from aichef.prices.model import Need, Price
from tests.prices.making import a_need, a_price

TODAY = date(2026, 11, 23)

KAMIS = a_price(900, 100, source="KAMIS 소매가격")
STORE = a_price(700, 100, kind="store")
LISTING = a_price(500, 100)
OFFER = a_price(950, 100, kind="offer", vendor="쿠팡")
MINE = a_price(2000, 100, flags=(OWN,))


def test_ones_own_price_wins_over_everything() -> None:
    assert choose([LISTING, STORE, KAMIS, OFFER, MINE]) is MINE
    assert candidates([LISTING, STORE, KAMIS, OFFER, MINE]) == (MINE,)


def test_kinds_have_an_order_and_the_least_across_kinds_is_not_picked() -> None:
    assert choose([LISTING, STORE, KAMIS, OFFER]) is OFFER
    assert choose([LISTING, STORE, KAMIS]) is KAMIS
    assert choose([LISTING, STORE]) is STORE


def living(won: int, **changes: Any) -> Price:
    return replace(a_price(won, 100, **changes), living=True)


def test_of_fresh_food_a_recent_average_counts_and_of_processed_food_the_shelf() -> None:
    average = living(900, source="KAMIS")
    shelf = living(1000, kind="store", vendor="대형마트")
    fresh, fresh_shelf = replace(average, fresh=True), replace(shelf, fresh=True)
    assert choose([fresh_shelf, fresh]) is fresh
    assert choose([shelf, average]) is shelf


def test_a_stale_average_of_fresh_food_steps_behind_the_shelf() -> None:
    stale = replace(living(900, source="KAMIS", flags=("stale",)), fresh=True)
    shelf = replace(living(1000, kind="store", vendor="대형마트"), fresh=True)
    assert choose([stale, shelf]) is shelf
    assert choose([stale, KAMIS, STORE]) is stale


def test_large_marts_come_before_supermarkets_and_both_before_a_stand_in_and_the_book() -> None:
    large = living(1000, kind="store", vendor="대형마트")
    small = living(900, kind="store", vendor="기업형 슈퍼마켓(SSM)")
    proxy = living(100, kind="store", vendor="대형마트", flags=("proxy",))
    assert choose([small, large]) is large
    assert choose([proxy, small]) is small
    assert choose([proxy, KAMIS, STORE]) is proxy
    assert choose([OFFER, large]) is OFFER
    assert choose([MINE, OFFER, large]) is MINE


def test_pack_sizes_of_one_kind_stand_side_by_side() -> None:
    small, large = a_price(4184, 600), a_price(7199, 1800)
    assert choose([small, large]) is large
    assert candidates([small, large]) == (large, small)


def test_a_smaller_dearer_pack_of_another_survey_may_be_bought_but_no_cheaper_one() -> None:
    big = a_price(19_800, 1900, kind="store")
    small, cheap = a_price(7059, 500), a_price(100, 500)
    assert candidates([big, small, cheap]) == (big, small)


def test_a_survey_is_never_mixed_with_what_is_for_sale() -> None:
    assert candidates([OFFER, a_price(1200, 100)]) == (OFFER,)


def test_a_promotion_counts_only_where_there_is_nothing_else() -> None:
    promotion = a_price(9060, 1000, kind="store", flags=("discount",))
    plain = a_price(14_300, 500, kind="store")
    assert choose([promotion, plain]) is plain
    assert candidates([promotion, plain]) == (plain,)
    assert choose([promotion]) is promotion


def test_360_grams_of_rice_use_about_1_225_won() -> None:
    rice = PriceBook.at(TODAY).prices["rice_white_raw"]
    assert 1_220 <= used_won(a_need("rice_white_raw", 360), choose(rice)) <= 1_230
    assert 1_220 <= 360 * used_rate(rice) <= 1_230


def test_rice_is_paid_for_in_steps_of_a_hundred_grams() -> None:
    rice = candidates(PriceBook.at(TODAY).prices["rice_white_raw"])
    assert least_won(360, rice) == 4 * 341


def test_three_eggs_take_the_small_box_and_twenty_the_large_one() -> None:
    eggs = candidates(PriceBook.at(TODAY).prices["egg"])
    assert [price.pack for price, _ in cover(180, eggs)] == ["10개"]
    assert [price.pack for price, _ in cover(1200, eggs)] == ["30개"]


def test_two_hundred_grams_of_kimchi_do_not_take_two_kilos() -> None:
    kimchi = candidates(PriceBook.at(TODAY).prices["kimchi_napa"])
    assert [price.grams for price, _ in cover(200, kimchi)] == [500]


def test_food_sold_trimmed_is_counted_by_what_is_left_after_trimming() -> None:
    fillet = a_price(1000, 100, edible=True)
    assert grams_in(a_need(grams=300, edible=200), fillet) == 200
    assert used_won(a_need(grams=300, edible=200), fillet) == 2000
    assert used_won(a_need(grams=300), fillet) == 3000
    assert used_won(a_need(grams=300, edible=200), KAMIS) == 2700


def test_won_are_rounded_up_and_float_dust_is_no_won() -> None:
    assert used_won(Need("", "", "", "onion", 0.1 + 0.2), a_price(10, 1)) == 3
    assert used_won(Need("", "", "", "onion", 0.31), a_price(10, 1)) == 4
    assert unit_price(a_price(1000, 300)).won == 334


def test_nothing_is_bought_for_nothing() -> None:
    assert cover(0, [KAMIS]) == ()


def test_equal_money_buys_what_leaves_least_over() -> None:
    assert [price.grams for price, _ in cover(100, [a_price(500, 300), a_price(500, 150)])] == [150]


def test_many_sizes_at_one_rate_and_a_large_need_are_solved_at_once() -> None:
    sizes = [a_price(341 * size, 100 * size) for size in (1, 2, 3, 4, 5)]
    assert least_won(20_050, sizes) == 341 * 201


packs = st.lists(st.builds(a_price, st.integers(1, 40), st.integers(1, 12)), min_size=1, max_size=3)


@settings(deadline=None)
@given(need=st.integers(1, 20), prices=packs)
def test_no_other_mix_of_packs_is_cheaper(need: int, prices: list[Price]) -> None:
    tried = [
        (
            sum(count * price.won for count, price in zip(counts, prices, strict=True)),
            sum(count * price.grams for count, price in zip(counts, prices, strict=True)),
        )
        for counts in product(*(range(ceil(need / price.grams) + 1) for price in prices))
    ]
    best = min((won, grams - need) for won, grams in tried if grams >= need)
    picked = cover(need, prices)
    assert sum(count * price.won for price, count in picked) == best[0]
    assert sum(count * price.grams for price, count in picked) - need == best[1]


@settings(deadline=None)
@given(
    need=st.floats(0.1, 5000),
    prices=st.lists(
        st.builds(a_price, st.integers(1, 50_000), st.floats(1, 3000)), min_size=1, max_size=4
    ),
)
def test_what_is_used_never_costs_more_than_what_is_bought(
    need: float, prices: list[Price]
) -> None:
    mixable = candidates(prices)
    assert used_won(a_need(grams=need), mixable[0]) <= least_won(need, mixable)
    assert sum(price.grams * count for price, count in cover(need, mixable)) >= need - 1e-3
