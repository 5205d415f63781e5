"""Figures are printed as labels print them, in words of the person's language."""

from datetime import date

import pytest

from aichef.meal.words import (
    OWN_RULE,
    day,
    figure,
    label,
    plain,
    rule_source,
    rule_unit,
    table_name,
    unit_of,
    won,
)


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


def test_a_rule_s_figures_keep_two_decimals_and_every_digit() -> None:
    assert [plain(one) for one in (1234567, 848.091, 5.0, 0.5)] == [
        "1,234,567",
        "848.09",
        "5",
        "0.5",
    ]


def test_units_of_rules_are_words() -> None:
    assert (rule_unit("servings", "ko"), rule_unit("servings", "en")) == ("인분", " servings")
    assert (rule_unit("mg", "ko"), rule_unit("mg", "en"), rule_unit("", "en")) == ("mg", " mg", "")


def test_tables_of_food_are_called_by_their_names() -> None:
    assert table_name("RDA 10.3 #2609 전복", "ko") == "농촌진흥청 국가표준식품성분표 10.3"
    assert table_name("RDA 10.3 #2609 전복", "en") == "RDA Korean Food Composition Table 10.3"
    assert "SR26" in table_name("USDA SR26 #12195 Nuts", "ko")


@pytest.mark.parametrize(
    ("when", "korean", "english"),
    [
        (date(2026, 11, 23), "11월 23일", "23 November"),
        ("2026-01-05", "1월 5일", "5 January"),
        ("2025-07-01", "2025년 7월 1일", "1 July 2025"),
        ("2025-07", "2025년 7월", "July 2025"),
        ("2026-09", "9월", "September"),
        ("2026-13-01", "2026-13-01", "2026-13-01"),
        ("soon", "soon", "soon"),
        ("", "", ""),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(
    when: date | str, korean: str, english: str
) -> None:
    today = date(2026, 11, 23)
    assert (day(when, "ko", today), day(when, "en", today)) == (korean, english)


def test_what_we_set_ourselves_has_a_name_koreans_read() -> None:
    assert rule_source("AI Chef design note, arithmetic", "ko") == OWN_RULE
    assert rule_source("AI Chef design note: a sixth; below it no meal", "ko") == OWN_RULE
    assert rule_source("MFDS; AI Chef method note, section 4", "ko") == f"MFDS; {OWN_RULE}"
    assert rule_source("AI Chef design note", "en") == "AI Chef design note"
