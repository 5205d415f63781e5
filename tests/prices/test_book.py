"""The price book: what it holds, and how a survey row becomes a price one can plan with."""

from __future__ import annotations

import asyncio
import csv
from datetime import date
from time import perf_counter

import pytest

from aichef.food.table import foods
from aichef.prices.book import PriceBook, _prices, _rows_by_food, band, step
from aichef.prices.choose import choose, unit_price
from aichef.prices.model import Need, Price
from aichef.tables import rows
from tests.shared import shared_path

TODAY = date(2026, 11, 23)
ROWS = list(rows("aichef.prices", "price_book.csv"))


def only(food: str, today: date = TODAY) -> Price:
    (price,) = PriceBook.at(today).prices[food]
    return price


SEASONED = {"chicken_feet", "duck_meat", "webfoot_octopus"}
"""Plain foods whose only surveyed product is marinated: they have no price."""


def test_every_row_is_whole_and_the_file_is_sorted() -> None:
    order = [(row["food"], row["kind"], float(row["grams"])) for row in ROWS]
    assert order == sorted(order)
    for row in ROWS:
        assert int(row["won"]) > 0, row
        assert float(row["grams"]) > 0, row
        assert float(row["amount"]) > 0, row
        assert 1 <= float(row["factor"]) < 2, row
        assert date.fromisoformat(row["observed_on"]) <= TODAY, row
        assert row["source"], row
        assert row["product"], row
        assert row["sold"] in {"loose", "pack"}, row
        assert row["kind"] in {"reference", "store"}, row
        assert row["price_state"] in {"as_bought", "edible"}, row
        assert row["estimate"] in {"0", "1"}, row


def test_every_food_of_the_book_is_a_food() -> None:
    assert [row["food"] for row in ROWS if row["food"] not in foods()] == []


def test_the_book_holds_every_surveyed_price_as_it_was_seen() -> None:
    with shared_path("domain/reference_prices.csv").open(encoding="utf-8-sig") as file:
        surveyed = sorted(
            (row["ingredient_id"], float(row["pack_g"]), row["price_krw"])
            for row in csv.DictReader(file)
            if row["ingredient_id"] not in SEASONED
        )
    assert sorted((row["food"], float(row["grams"]), row["won"]) for row in ROWS) == surveyed
    assert len({food for food, _, _ in surveyed}) == 545 - len(SEASONED)


def test_no_marinated_product_stands_in_for_a_plain_food() -> None:
    """On the shopping list of someone allergic to soy or wheat it would be the wrong thing."""
    plain = [row for row in ROWS if "양념)" in row["product"] or "주물럭" in row["product"]]
    assert plain == []
    assert not SEASONED & {row["food"] for row in ROWS}


def test_survey_averages_have_no_seller() -> None:
    prices = [price for some in PriceBook.at(TODAY).prices.values() for price in some]
    assert {price.vendor for price in prices} == {None}
    assert {price.kind for price in prices if price.source.startswith("KAMIS")} == {"reference"}
    assert {price.kind for price in prices if price.source.startswith("참가격")} == {"store"}


def test_ten_kilos_of_rice_are_bought_by_the_hundred_grams() -> None:
    rice = choose(PriceBook.at(TODAY).prices["rice_white_raw"])
    assert (rice.sold, rice.grams, rice.won, rice.pack) == ("loose", 100, 341, "100g")
    assert rice.observed_on == date(2026, 9, 2)


def test_ten_cucumbers_are_bought_one_by_one() -> None:
    cucumber = only("cucumber")
    assert (cucumber.sold, cucumber.grams, cucumber.won) == ("loose", 200, 987)
    assert (cucumber.pack, cucumber.per) == ("1개", "개")


def test_eggs_and_milk_are_packs_even_in_a_survey() -> None:
    assert [(egg.sold, egg.pack) for egg in PriceBook.at(TODAY).prices["egg"]] == [
        ("pack", "10개"),
        ("pack", "30개"),
    ]
    assert (only("milk_whole").sold, only("milk_whole").pack) == ("pack", "1L")


def test_liquids_are_compared_by_the_hundred_millilitres() -> None:
    sauce = unit_price(only("soy_sauce"))
    assert (sauce.won, sauce.per) == (894, "100ml")  # 7,680 won for 860 ml


def test_an_old_price_is_lifted_to_today_and_says_so() -> None:
    price = only("sorghum_raw")
    assert price.won == 15_872  # 12,800 × 1.24
    assert "adjusted" in price.flags
    assert price.source.endswith("×1.24")


def test_trimmed_food_is_known_as_such() -> None:
    assert all(price.edible for price in PriceBook.at(TODAY).prices["garlic"])
    assert not only("onion").edible


@pytest.mark.parametrize(
    ("observed_on", "estimate", "expected"),
    [
        (date(2026, 11, 23), False, (30, False)),
        (date(2026, 8, 25), False, (30, False)),  # 90 days
        (date(2026, 8, 24), False, (40, False)),
        (date(2024, 11, 23), False, (40, False)),  # 730 days
        (date(2024, 11, 22), False, (60, True)),
        (date(2026, 11, 1), True, (50, True)),
        (date(2021, 8, 1), True, (60, True)),
        (date(2027, 1, 1), False, (30, False)),
    ],
)
def test_the_band_widens_with_age(
    observed_on: date, estimate: bool, expected: tuple[int, bool]
) -> None:
    assert band(observed_on, TODAY, estimate=estimate) == expected


def test_no_row_is_ever_dropped_for_its_age() -> None:
    later = PriceBook.at(date(2040, 1, 1)).prices
    assert sum(map(len, later.values())) == len(ROWS)
    assert {price.band_pct for some in later.values() for price in some} == {60}


def test_a_loose_step_is_never_larger_than_what_was_surveyed() -> None:
    leaf = step("loose", 50, "g", 50, 1513)
    assert (leaf.grams, leaf.won, leaf.pack) == (50, 1513, "50g")


def test_the_book_is_a_shop_without_a_network() -> None:
    book = PriceBook.at(TODAY)
    assert set(book.known({"onion", "moon_dust"})) == {"onion"}
    need = Need("양파", "1", "개", "onion", 200)
    assert asyncio.run(book.search(need)) == book.prices["onion"]
    assert asyncio.run(book.search(Need("별", "1", "개", "moon_dust", 1))) == ()


def test_the_book_loads_fast() -> None:
    taken = []
    for _ in range(3):
        _rows_by_food.cache_clear()
        _prices.cache_clear()
        start = perf_counter()
        PriceBook.at(TODAY).known({"rice_white_raw", "onion", "garlic"})
        taken.append(perf_counter() - start)
    assert min(taken) < 0.05  # about 7 ms here; the bound is for busy machines
