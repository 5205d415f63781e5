"""Who delivers, for how much, and what a person asks of the shops."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aichef.basket.fill import fill
from aichef.basket.model import Limits, Seller
from aichef.basket.sellers import by_name, terms
from aichef.prices.choose import choose
from aichef.prices.model import Need, Price, Priced
from aichef.tables import rows
from tests.prices.making import a_need, a_price


def offer(won: int, grams: float, vendor: str, food: str = "onion") -> Price:
    return a_price(won, grams, food=food, vendor=vendor, kind="offer")


def shelf(won: int, grams: float, vendor: str, food: str = "onion") -> Price:
    return a_price(won, grams, food=food, vendor=vendor, kind="store")


def priced(need: Need, *prices: Price) -> Priced:
    return Priced(need, prices, choose(prices))


def test_every_listed_fee_is_marked_assumed_with_its_day_and_source() -> None:
    table = list(rows("aichef.basket", "sellers.csv"))
    assert [row["id"] for row in table] == sorted(row["id"] for row in table)
    assert all(row["source"] and row["as_of"] for row in table)
    assert {row["confidence"] for row in table} == {"stated", "assumed"}
    coupang = terms("쿠팡", [offer(1, 1, "쿠팡")], {})
    assert (coupang.delivery, coupang.free_from) == (3000, 19_800)
    assert (coupang.assumed, coupang.as_of) == (True, "2026-04")


def test_terms_are_the_persons_then_the_lists_then_the_kind_of_price() -> None:
    mine = by_name([Seller("쿠팡", 0), Seller("동네 마트", 1000)])
    assert terms("쿠팡", [offer(1, 1, "쿠팡")], mine) == Seller("쿠팡", 0)
    assert terms("동네마트", [shelf(1, 1, "동네마트")], mine).delivery == 1000
    assert terms("시장", [shelf(1, 1, "시장")], mine).walk
    stranger = terms("누구", [offer(1, 1, "누구")], mine)
    assert (stranger.delivery, stranger.free_from, stranger.assumed) == (3000, None, True)


def test_names_that_differ_by_a_blank_only_stay_two_sellers() -> None:
    mine = by_name([Seller("가 1", 500), Seller("가1", 700)])
    assert [terms(name, [], mine).delivery for name in ("가 1", "가1")] == [500, 700]


def test_delivery_is_paid_and_says_what_is_missing_for_free_delivery() -> None:
    basket = fill([priced(a_need("onion", 1000), offer(18_600, 1000, "쿠팡"))])
    (fee,) = basket.delivery
    assert (fee.vendor, fee.won, fee.free_from, fee.to_free) == ("쿠팡", 3000, 19_800, 1200)
    assert fee.assumed
    assert basket.total == 21_600
    assert basket.used == 18_600


def test_the_single_shop_saves_the_delivery_of_the_others() -> None:
    basket = fill(
        [
            priced(a_need("onion"), offer(5000, 100, "가"), offer(9000, 100, "나")),
            priced(a_need("egg"), offer(9500, 100, "가", "egg"), offer(5000, 100, "나", "egg")),
        ],
        sellers=[Seller("가", 2000), Seller("나", 2000)],
    )
    cheapest, single, fewest = basket.options
    assert (cheapest.total, cheapest.delivery, cheapest.vendors) == (14_000, 4000, ("가", "나"))
    assert (single.total, single.delivery, single.difference) == (16_000, 2000, 2000)
    assert fewest.lines == single.lines
    assert (basket.optimal_vendor, basket.same_vendor_savings) == ("나", 2000)


def test_nobody_visits_five_marts_for_one_meal() -> None:
    found = [
        priced(
            a_need(f"food{n}"),
            *(shelf(1000 if m == n else 2000, 100, f"마트{m}", f"food{n}") for m in range(5)),
        )
        for n in range(5)
    ]
    assert len(fill(found).options[0].vendors) == 2
    assert fill(found).total == 8000
    assert len(fill(found, limits=Limits(worth=1000)).options[0].vendors) == 5
    assert len(fill(found, limits=Limits(walks=None)).options[0].vendors) == 5
    assert len(fill(found, limits=Limits(walks=1)).options[0].vendors) == 1


def test_a_name_means_its_branches_and_formats_where_prices_are_living() -> None:
    def living(price: Price) -> Price:
        return replace(price, living=True)

    market = living(offer(500, 100, "쿠팡 마켓플레이스"))
    branch = living(shelf(700, 100, "이마트양재점"))
    region = living(shelf(800, 100, "서울 강남구 대형마트"))
    other = offer(900, 100, "이마트 몰")
    found = [priced(a_need("onion"), market, branch, region, other)]

    def total(*avoid: str) -> int:
        return sum(one.won for one in fill(found, limits=Limits(avoid=frozenset(avoid))).lines)

    assert total() == 700
    assert total("이마트") == 800
    assert total("이마트", "대형마트") == 500
    assert total("이마트", "대형마트", "쿠팡") == 900
    assert total("이마트", "대형마트", "쿠팡", "이마트 몰") == 0
    assert total("마", "쿠", "", " ") == 700


def test_shops_may_be_avoided_or_named() -> None:
    found = [priced(a_need("onion"), shelf(1000, 100, "가"), shelf(2000, 100, "나"))]
    assert fill(found, limits=Limits(avoid=frozenset({"가"}))).total == 2000
    assert fill(found, limits=Limits(only=frozenset({"나"}))).total == 2000
    kept_out = fill(found, limits=Limits(only=frozenset({"다"})))
    assert kept_out.total == 0
    assert "제외한 가게" in kept_out.unpriced[0].reason


def test_what_nobody_sells_is_taken_at_its_average_and_said_so_in_each_option() -> None:
    basket = fill(
        [
            priced(a_need("onion"), shelf(1000, 100, "가"), a_price(300, 100)),
            priced(a_need("egg"), a_price(4000, 600, food="egg")),
        ]
    )
    assert basket.total == 5000
    assert {one.averages for one in basket.options} == {("egg",)}
    assert basket.optimal_vendor is None
    assert basket.priced[0].chosen.vendor == "가"
    assert basket.used <= basket.total


def test_listings_that_come_alone_each_pay_their_own_delivery() -> None:
    def listed(won: int, food: str, *flags: str) -> Price:
        one = offer(won, 100, "쿠팡 마켓플레이스", food)
        return replace(one, flags=("parcel", *flags), product=f"{food} {won}")

    need = [a_need("onion"), a_need("egg", 100)]
    basket = fill([priced(need[0], listed(900, "onion")), priced(need[1], listed(800, "egg"))])
    assert (basket.total, [one.won for one in basket.delivery]) == (7700, [3000, 3000])
    assert basket.options[0].vendors == ("쿠팡 마켓플레이스",)
    assert basket.optimal_vendor is None, "two parcels of strangers are no single shop"
    free = listed(3000, "onion", "free_shipping")
    basket = fill([priced(need[0], listed(900, "onion"), free)])
    (delivery,) = basket.delivery
    assert (basket.total, delivery.won, delivery.assumed) == (3000, 0, False)
    mine = [Seller("쿠팡 마켓플레이스", 500)]
    assert fill([priced(need[0], listed(900, "onion"), free)], sellers=mine).total == 1400


def test_rocket_delivery_is_shared_and_its_terms_are_the_lists() -> None:
    rocket = replace(offer(900, 100, "쿠팡"), flags=("affiliate", "free_shipping"))
    other = replace(offer(800, 100, "쿠팡", "egg"), flags=("affiliate",))
    basket = fill([priced(a_need("onion"), rocket), priced(a_need("egg", 100), other)])
    assert (basket.total, len(basket.delivery)) == (4700, 1)


@pytest.mark.parametrize("flaw", ["stale", "proxy", "discount", "one_plus_one"])
def test_a_flawed_shelf_price_does_not_stand_against_a_recent_average(flaw: str) -> None:
    average = replace(a_price(300, 100, source="KAMIS"), living=True, fresh=True)
    flawed = replace(shelf(200, 100, "대형마트"), living=True, fresh=True, flags=(flaw,))
    basket = fill([priced(a_need("onion"), average, flawed)])
    assert [line.price for line in basket.lines] == [average]
    plain = replace(shelf(400, 100, "대형마트"), living=True, fresh=True)
    basket = fill([priced(a_need("onion"), average, flawed, plain)])
    assert [line.price for line in basket.lines] == [plain]
    old = replace(average, flags=("stale",))
    basket = fill([priced(a_need("onion"), old, flawed)])
    assert [line.price for line in basket.lines] == [flawed]


def test_every_price_stays_to_compare_with_whoever_sells() -> None:
    average = replace(a_price(300, 100, source="KAMIS"), living=True, fresh=True)
    sold, bought = shelf(400, 100, "대형마트"), offer(100, 100, "누구")
    (one,) = fill([priced(a_need("onion"), average, sold, bought)]).priced
    assert one.prices == (average, sold, bought)
    assert one.chosen == sold


def test_for_the_same_money_nobody_goes_to_one_shop_more() -> None:
    found = [
        priced(a_need("onion"), shelf(1000, 100, "가"), shelf(1000, 100, "나")),
        priced(a_need("egg"), shelf(500, 100, "나", "egg"), shelf(500, 100, "다", "egg")),
    ]
    basket = fill(found)
    assert (basket.options[0].vendors, basket.total, basket.proven) == (("나",), 1500, True)
    found = [
        priced(a_need("onion"), offer(1000, 100, "몰"), offer(9000, 100, "다른 몰")),
        priced(a_need("egg"), shelf(400, 100, "가", "egg"), shelf(400, 100, "나", "egg")),
        priced(a_need("carrot"), shelf(700, 100, "나", "carrot"), shelf(800, 100, "가", "carrot")),
        priced(a_need("tofu_firm"), offer(500, 100, "몰", "tofu_firm")),
    ]
    assert fill(found).options[0].vendors == ("나", "몰")


def test_trimmed_and_untrimmed_packs_stand_side_by_side() -> None:
    need = a_need(grams=200, edible=100)
    whole = shelf(1000, 200, "가")
    fillet = replace(shelf(900, 100, "가"), edible=True)
    basket = fill([priced(need, whole, fillet)])
    (line,) = basket.lines
    assert (line.price, line.surplus_g, basket.used) == (fillet, 0, 900)


@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_each_option_adds_up(seconds: float) -> None:
    found = [
        priced(
            a_need(f"food{n}", 150),
            *(offer(2000 + 37 * (n * m % 7), 100, f"몰{m}", f"food{n}") for m in range(n % 3, 6)),
        )
        for n in range(6)
    ]
    basket = fill(found, seconds=seconds)
    for option in basket.options:
        assert option.total == sum(line.won for line in option.lines) + option.delivery
        assert option.delivery == sum(one.won for one in option.deliveries)
        assert option.difference == option.total - basket.total
        assert 0 <= option.gap <= 1
        vendors = {food: set[str]() for food in (f"food{n}" for n in range(6))}
        for line in option.lines:
            vendors[line.food].add(line.price.vendor or "")
        assert all(len(some) == 1 for some in vendors.values())
