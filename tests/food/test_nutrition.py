"""Portions in, bounded figures out: the method's procedure, step by step."""

from __future__ import annotations

import math

import pytest

from aichef.food.model import Food, Portion, Treatment
from aichef.food.nutrition import RATIOS, TERMS, Bound, Totals, cap_frying_oil, scale
from aichef.food.table import foods


def portion(
    food: str | Food | None,
    grams: float | None,
    treatment: Treatment | None = None,
    worst: float | None = None,
) -> Portion:
    row = foods()[food] if isinstance(food, str) else food
    return Portion(row.name_ko if row else "?", row, grams, grams, treatment, worst)


def invented(**per_100g: float | None) -> Food:
    return Food("invented", "지어낸 것", "invented", "seasoning", per_100g, 0.0, "test")


def of(field: str, *portions: Portion) -> Bound:
    return Totals(portions).of(field)


def test_grams_are_taken_of_the_table_per_100_g() -> None:
    rice = foods()["rice_white_raw"].per_100g["energy_kcal"]
    assert rice is not None
    found = of("energy_kcal", portion("rice_white_raw", 90))
    assert found.known
    assert found.lo == pytest.approx(0.9 * rice)


def test_water_thrown_away_takes_potassium_with_it_and_no_energy() -> None:
    raw, boiled = portion("potato", 100), portion("spinach", 100)
    assert (
        of("potassium_mg", portion("spinach", 100, "blanched")).lo < of("potassium_mg", boiled).lo
    )
    assert of("energy_kcal", portion("spinach", 100, "blanched")) == of("energy_kcal", boiled)
    assert of("potassium_mg", portion("potato", 100, "boiled")).lo < of("potassium_mg", raw).lo


@pytest.mark.parametrize("treatment", ["blanched", "boiled", "soaked"])
def test_no_treatment_adds_anything(treatment: Treatment) -> None:
    for food in foods().values():
        for field in ("sodium_mg", "potassium_mg", "iron_mg"):
            treated = of(field, portion(food, 100, treatment))
            assert treated.hi <= of(field, portion(food, 100)).hi


def test_a_blank_cell_is_bounded_by_its_parent() -> None:
    food = invented(fat_g=10.0, carbohydrate_g=20.0)
    assert of("saturated_fat_g", portion(food, 100)) == Bound(0.0, 10.0)
    assert of("sugars_g", portion(food, 100)) == Bound(0.0, 20.0)
    assert of("fibre_g", portion(food, 100)) == Bound(0.0, 20.0)


def test_a_blank_cell_without_a_parent_has_no_upper_bound() -> None:
    found = of("sodium_mg", portion(invented(), 100))
    assert found.lo == 0
    assert math.isinf(found.hi)


def test_animal_food_has_no_fibre_and_plants_no_cholesterol() -> None:
    meat = Food("m", "고기", "meat", "meat", {"carbohydrate_g": 1.0}, 0.0, "test")
    leaf = Food("l", "잎", "leaf", "vegetable", {}, 0.0, "test")
    assert of("fibre_g", portion(meat, 100)) == Bound(0.0, 0.0)
    assert of("cholesterol_mg", portion(leaf, 100)) == Bound(0.0, 0.0)


def test_up_to_five_percent_of_unknown_mass_leaves_a_lower_bound() -> None:
    rice = portion("rice_white_cooked", 96)
    little, much = of("sodium_mg", rice, portion(None, 4)), of("sodium_mg", rice, portion(None, 10))
    assert little.known
    assert math.isinf(much.hi)


def test_an_unweighed_portion_is_never_tolerated() -> None:
    assert math.isinf(of("sodium_mg", portion("rice_white_cooked", 500), portion("egg", None)).hi)


def test_a_vague_amount_runs_from_its_default_to_its_worst() -> None:
    salt = of("sodium_mg", portion("salt_refined", 0.5, worst=1.0))
    assert salt.hi == pytest.approx(2 * salt.lo)


def test_erythritol_counts_no_carbohydrate() -> None:
    assert of("carbohydrate_g", portion("erythritol", 20)).hi == 0


def test_net_carbohydrate_takes_the_fibre_off() -> None:
    avocado = portion("avocado", 100)
    total, net = of("carbohydrate_g", avocado), of("net_carbohydrate_g", avocado)
    assert total.lo == pytest.approx(8.5, abs=0.5)
    assert net.lo == pytest.approx(1.8, abs=0.5)


def test_energy_shares_are_of_four_four_nine() -> None:
    food = invented(carbohydrate_g=10.0, protein_g=10.0, fat_g=10.0)
    shares = [of(f"{one}_energy_pct", portion(food, 50)).lo for one in ("carb", "protein", "fat")]
    assert shares == pytest.approx([40 / 170 * 100, 40 / 170 * 100, 90 / 170 * 100])


def test_a_share_of_nothing_is_nothing_and_of_the_unknown_unknown() -> None:
    assert of("fat_energy_pct", portion("water", 100)) == Bound(0.0, 0.0)
    assert math.isinf(of("fat_energy_pct", portion(None, 100)).hi)


def test_a_blank_glycaemic_index_is_bounded_by_glucose() -> None:
    food = invented(carbohydrate_g=30.0, fibre_g=0.0)
    assert of("glycaemic_load", portion(food, 100)) == Bound(0.0, 30.0)


def test_a_frying_bath_is_capped_at_a_tenth_of_the_solids() -> None:
    fried = cap_frying_oil([portion("chicken_breast", 200), portion("oil_soybean", 500)])
    assert [one.edible_g for one in fried] == [200, 20]
    assert [one.bought_g for one in fried] == [200, 500]


def test_a_spoon_of_oil_is_no_bath() -> None:
    pan = [portion("chicken_breast", 200), portion("oil_soybean", 10)]
    assert cap_frying_oil(pan) == tuple(pan)
    assert cap_frying_oil([portion("chicken_breast", 200)]) == (portion("chicken_breast", 200),)


def test_only_the_largest_oil_is_the_bath() -> None:
    fried = cap_frying_oil(
        [portion("chicken_breast", 200), portion("oil_sesame", 5), portion("oil_soybean", 500)]
    )
    assert [one.edible_g for one in fried] == [200, 5, 20]


def test_scaling_scales_every_weight_and_keeps_what_is_unknown() -> None:
    half, nothing = scale([portion("salt_refined", 1.0, worst=2.0), portion("egg", None)], 0.5)
    assert (half.edible_g, half.bought_g, half.worst_edible_g) == (0.5, 0.5, 1.0)
    assert (nothing.edible_g, nothing.bought_g) == (None, None)


def test_matched_mass_leaves_water_out() -> None:
    soup = Totals((portion("water", 500), portion("tofu_firm", 90), portion(None, 10)))
    assert soup.mass_without_water == 100
    assert soup.matched_pct == 90
    assert soup.unknown_mass_pct("sodium_mg") == 10
    assert Totals((portion("water", 500),)).matched_pct == 100
    assert Totals((portion(None, None),)).matched_pct == 0


def test_the_parts_of_a_field_add_up_to_it() -> None:
    totals = Totals((portion("tofu_firm", 100), portion("egg", 50), portion("oil_sesame", 5)))
    for field in TERMS:
        parts = [part.lo for _, part in totals.shares(field)]
        assert sum(parts) == pytest.approx(totals.of(field).lo)


@pytest.mark.parametrize("field", [*TERMS, *RATIOS])
def test_every_field_of_every_food_is_an_interval(field: str) -> None:
    for food in foods().values():
        found = of(field, portion(food, 100))
        assert 0 <= found.lo <= found.hi
        assert math.isfinite(found.lo)
