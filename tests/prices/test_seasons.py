"""Seasons help to choose and leave every won alone."""

from __future__ import annotations

from aichef.food.table import foods
from aichef.prices.seasons import months_of
from aichef.tables import rows


def test_every_row_is_a_food_with_months_of_the_year_in_order() -> None:
    named = [row["food"] for row in rows("aichef.prices", "seasons.csv")]
    assert named == sorted(set(named))
    assert set(named) <= set(foods())
    for food in named:
        assert months_of(food) <= frozenset(range(1, 13))
        assert 1 <= len(months_of(food)) <= 8, f"{food}: a season is no whole year"


def test_every_row_says_where_it_comes_from() -> None:
    assert all(row["source"] for row in rows("aichef.prices", "seasons.csv"))


def test_winter_is_the_season_of_radish_and_summer_that_of_tomatoes() -> None:
    assert 11 in months_of("radish_korean")
    assert 11 not in months_of("tomato")


def test_what_is_even_all_year_has_no_season() -> None:
    assert months_of("onion") == frozenset()
