"""Figures are printed as labels print them, in words of the person's language."""

import pytest

from aichef.meal.words import figure, label, unit_of, won


@pytest.mark.parametrize(
    ("value", "field", "printed"),
    [
        (612.4, "energy_kcal", "610"),
        (1234.0, "energy_kcal", "1,235"),
        (4.94, "carbohydrate_g", "4.9"),
        (12.6, "protein_g", "13"),
        (137.0, "sodium_mg", "135"),
        (486.0, "sodium_mg", "490"),
        (2.84, "iron_mg", "2.8"),
        (71.26, "fat_energy_pct", "71"),
        (None, "sugars_g", "?"),
    ],
)
def test_a_figure_is_rounded_as_labels_do(value: float | None, field: str, printed: str) -> None:
    assert figure(value, field) == printed


def test_units_and_labels_follow_the_field() -> None:
    assert (unit_of("sodium_mg"), unit_of("fat_energy_pct"), unit_of("energy_density")) == (
        "mg",
        "%",
        "kcal/g",
    )
    assert label("sodium_mg", "ko") == "나트륨"
    assert label("sodium_mg", "en") == "sodium"


def test_money_has_its_unit() -> None:
    assert won(12300, "ko") == "12,300원"
    assert won(12300, "en") == "12,300 won"
