"""A recipe's figures to show, and what stands behind each."""

from __future__ import annotations

from typing import cast

import pytest

from aichef.food.nutrition import RATIOS, SHOWN
from aichef.recipe.nutrients import nutrition
from tests.recipe.making import TODAY, eater, recipe

DISH = recipe(
    "쌀 180g",
    "두부 1모",
    "데친 시금치 100g",
    "간장 1큰술",
    "소금 약간",
    servings=2,
    servedWith=[{"food": "kimchi_napa", "grams": 30}],
)


def test_the_trace_adds_up_to_the_figures() -> None:
    figures = nutrition(DISH, eater(), TODAY)
    for field in SHOWN:
        value = figures.per_serving[field]
        if field in RATIOS or value is None:
            continue
        parts = [
            cast("dict[str, float]", row["parts"])[field] for row in figures.trace if "parts" in row
        ]
        assert sum(parts) == pytest.approx(value, abs=0.02), field


def test_the_total_is_per_serving_times_servings() -> None:
    figures = nutrition(DISH, eater(), TODAY)
    for field, value in figures.per_serving.items():
        total = figures.total[field]
        if value is None or total is None:
            assert value == total
        elif field in RATIOS:
            assert total == pytest.approx(value, abs=0.02)
        else:
            assert total == pytest.approx(value * DISH.servings, abs=0.02), field


def test_what_is_served_with_it_counts_once_for_each_person() -> None:
    alone = recipe("두부 100g", servings=2)
    beside = recipe(
        "두부 100g", servings=2, servedWith=[{"food": "rice_white_cooked", "grams": 100}]
    )
    with_rice = nutrition(beside, eater(), TODAY).per_serving["energy_kcal"] or 0
    assert with_rice - (nutrition(alone, eater(), TODAY).per_serving["energy_kcal"] or 0) == (
        pytest.approx(146, abs=5)
    )


def test_missing_names_the_unknown_food_the_unweighed_and_the_blank() -> None:
    figures = nutrition(recipe("쌀 90g", "신비한 소스 10g", "소고기", "소금 약간"), eater(), TODAY)
    assert {"신비한 소스", "소고기: amount", "소금: sodium_mg"} <= set(figures.missing)
    assert figures.matched_pct == pytest.approx(90, abs=1)


def test_a_dish_of_known_food_names_its_sources() -> None:
    figures = nutrition(recipe("쌀 90g"), eater(), TODAY)
    assert figures.sources
    assert figures.matched_pct == 100


def test_nothing_known_is_none_and_never_zero() -> None:
    figures = nutrition(recipe("신비한 소스 100g"), eater(), TODAY)
    assert set(figures.per_serving.values()) == {None}
    assert figures.matched_pct == 0
    assert figures.missing == ("신비한 소스",)
