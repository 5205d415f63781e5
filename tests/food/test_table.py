"""The food table holds together, and says only what it knows."""

from __future__ import annotations

import csv
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import aichef.food
from aichef.food.allergens import allergens
from aichef.food.model import NUTRIENTS
from aichef.food.table import (
    densities,
    food_names,
    foods,
    normal,
    pieces,
    retention,
    yields,
)
from aichef.tables import rows

ROOM = "aichef.food"
DATA = Path(aichef.food.__file__).parent / "data"
KEYS = {
    "foods.csv": ["id"],
    "names.csv": ["name"],
    "baby.csv": ["food"],
    "tags.csv": ["food", "tag"],
    "facts.csv": ["food"],
    "allergens.csv": ["id"],
    "allergen_words.csv": ["word"],
    "food_allergens.csv": ["food", "allergen"],
    "name_allergens.csv": ["name", "allergen"],
    "pieces.csv": ["food", "unit"],
    "densities.csv": ["food"],
    "name_pieces.csv": ["name", "unit"],
    "yields.csv": ["food", "method"],
    "retention.csv": ["category", "treatment", "nutrient"],
}
SMALL = 0.35  # rounding of the source, g per 100 g


@pytest.mark.parametrize("name", KEYS)
def test_every_table_is_sorted_unique_sourced_and_commented(name: str) -> None:
    table = list(rows(ROOM, name))
    keys = [tuple(row[key] for key in KEYS[name]) for row in table]
    assert keys == sorted(set(keys))
    assert all(row["source"] for row in table)
    assert (DATA / name).read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", [one for one in KEYS if "food" in next(iter(rows(ROOM, one)))])
def test_every_food_a_table_names_exists(name: str) -> None:
    assert {row["food"] for row in rows(ROOM, name)} <= set(foods())


def test_every_allergen_a_table_names_exists() -> None:
    named = {row["allergen"] for row in rows(ROOM, "food_allergens.csv")}
    named |= {row["allergen"] for row in rows(ROOM, "name_allergens.csv")}
    for row in rows(ROOM, "allergen_words.csv"):
        named |= set(row["allergens"].split("|"))
    assert named <= set(allergens())


def test_every_food_has_a_plain_name_of_its_own_in_both_languages() -> None:
    every = list(foods().values())
    for names in ([food.name_ko for food in every], [food.name_en for food in every]):
        assert len(set(names)) == len(names)
        assert all(name and len(name) <= 40 for name in names)
        assert all(unicodedata.is_normalized("NFKC", name) for name in names)


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_every_food_is_found_by_its_id_and_its_names(locale: str) -> None:
    for food in foods().values():
        assert food_names()[normal(food.name(locale))] == food.id
        assert food_names()[normal(food.id)] == food.id


def test_no_name_stands_for_two_foods() -> None:
    table = [(normal(row["name"]), row["food"]) for row in rows(ROOM, "names.csv")]
    assert len({name for name, _ in table}) == len(table)


def test_nutrients_are_within_what_food_can_hold() -> None:
    for food in foods().values():
        known = {key: value for key, value in food.per_100g.items() if value is not None}
        assert tuple(food.per_100g) == NUTRIENTS
        assert all(value >= 0 for value in known.values()), food.id
        assert 0 <= known["energy_kcal"] <= 925, food.id
        assert known.get("sodium_mg", 0) <= 40_000, food.id
        mass = sum(known.get(key, 0) for key in ("carbohydrate_g", "protein_g", "fat_g"))
        assert mass <= 105, food.id
        assert mass + (food.water_g or 0) <= 105, food.id
        assert 0 <= food.refuse_pct < 90, food.id


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("sugars_g", "carbohydrate_g"),
        ("fibre_g", "carbohydrate_g"),
        ("saturated_fat_g", "fat_g"),
    ],
)
def test_a_part_is_no_more_than_its_whole(part: str, whole: str) -> None:
    loose = {"laver_dried", "yellowtail"}  # two analyses in one source row
    for food in foods().values():
        least, most = food.per_100g[part], food.per_100g[whole]
        if least is not None and most is not None and food.id not in loose:
            assert least <= most + SMALL, food.id


def test_blank_is_unknown_and_never_nought() -> None:
    assert foods()["soy_sauce_low_sodium"].per_100g["potassium_mg"] is None
    assert foods()["hijiki"].per_100g["sodium_mg"] is None
    assert foods()["beef_chuck"].purine_mg is None
    assert foods()["water"].per_100g["carbohydrate_g"] == 0


def test_every_food_has_a_first_month_or_none() -> None:
    assert {row["food"] for row in rows(ROOM, "baby.csv")} == set(foods())
    assert all(food.first_month is None or food.first_month >= 4 for food in foods().values())


def test_salty_and_ready_made_food_waits_for_the_first_birthday() -> None:
    late = {"seasoning", "prepared", "alcohol", "sweetener", "supplement", "fish_processed"}
    late |= {"kimchi", "processed_meat"}
    for food in foods().values():
        salty = (food.per_100g["sodium_mg"] or 0) >= 300
        if salty or food.category in late or (food.category == "beverage" and food.id != "water"):
            assert food.first_month is None or food.first_month >= 12, food.id


@pytest.mark.parametrize(
    ("food", "month"),
    [
        ("rice_white_raw", 4),
        ("spinach", 6),
        ("carrot", 6),
        ("beef_tenderloin", 6),
        ("egg", 7),
        ("honey", 12),
        ("milk_whole", 12),
        ("milk_lowfat", 24),
        ("chocolate_milk", 24),
        ("squid", 24),
        ("rice_cake_garae", 36),
        ("tuna_raw", 60),
        ("soju", None),
    ],
)
def test_babies_get_food_when_the_guide_says(food: str, month: int | None) -> None:
    assert foods()[food].first_month == month


def test_group_members_are_written_out_for_every_food() -> None:
    groups = {
        "wheat": "gluten",
        "mackerel": "fish",
        "crab": "crustacean",
        "shrimp": "crustacean",
        "squid": "mollusc",
        "shellfish": "mollusc",
        "walnut": "tree_nut",
        "pine_nut": "tree_nut",
    }
    order = ["may", "likely", "contains"]
    for food in foods().values():
        for member, group in groups.items():
            if member in food.allergens:
                has = order.index(food.allergens[group])
                assert has >= order.index(food.allergens[member]), (food.id, member)


@pytest.mark.parametrize(
    ("food", "allergen"),
    [
        ("butter_salted", "milk"),
        ("ghee", "milk"),
        ("milk_lactose_free", "milk"),
        ("oyster_sauce", "shellfish"),
        ("soy_sauce", "wheat"),
        ("crab_stick", "fish"),
        ("kimchi_napa", "shrimp"),
        ("mayonnaise", "egg"),
        ("naengmyeon_noodle_dry", "buckwheat"),
        ("worcestershire", "fish"),
        ("gelatin", "pork"),
        ("rice_multigrain_instant", "gluten"),
    ],
)
def test_hidden_allergens_are_known(food: str, allergen: str) -> None:
    assert foods()[food].allergens.get(allergen) in {"contains", "likely"}


@pytest.mark.parametrize(
    ("food", "allergen"),
    [
        ("mandarin", "wheat"),
        ("buckwheat_flour", "soy"),
        ("croaker_gulbi", "shellfish"),
        ("kohlrabi", "milk"),
        ("hemp_seed", "pork"),
        ("soy_sauce_wheat_free", "wheat"),
        ("turkey_breast", "wheat"),
    ],
)
def test_a_name_that_looks_alike_carries_no_allergen(food: str, allergen: str) -> None:
    assert foods()[food].allergens.get(allergen) not in {"contains", "likely"}


@pytest.mark.parametrize(
    ("name", "food"),
    [
        ("고추가루", "chili_powder_korean"),
        ("쇠고기", "beef_round"),
        ("계란", "egg"),
        ("후추", "black_pepper"),
        ("밀감", "mandarin"),
        ("대두유", "oil_soybean"),
        ("굴비", "croaker_gulbi"),
        ("콜라비", "kohlrabi"),
        ("햄프씨드", "hemp_seed"),
        ("라면", "ramen_with_soup_dry"),
        ("Pork Belly", "pork_belly"),
        ("scallions", "green_onion_small"),
        ("돼지고기앞다리살", "pork_foreleg"),
    ],
)
def test_cooks_names_are_understood(name: str, food: str) -> None:
    assert food_names()[normal(name)] == food


@pytest.mark.parametrize(
    "name",
    [
        "쌀뜨물",
        "갈비",
        "목심",
        "묵",
        "곱창",
        "채수",
        "맛간장",
        "짜장소스",
        "시리얼",
        "마시멜로",
        "미원",
    ],
)
def test_a_name_that_could_hide_something_stands_for_no_food(name: str) -> None:
    assert normal(name) not in food_names()


def test_tags_find_foods_and_a_misspelt_tag_is_an_error() -> None:
    assert "egg" in foods().tagged(["egg"])
    assert foods().tagged(["category:grain"]) >= {"rice_white_raw", "spaghetti_dry"}
    assert foods().tagged([]) == frozenset()
    assert foods().tagged(["honey", "sausage"]) >= {"honey", "sausage_vienna"}
    with pytest.raises(KeyError):
        foods().tagged(["hony"])


def test_what_no_vegan_eats_is_tagged() -> None:
    assert foods().tagged(["animal"]) >= foods().tagged(["flesh", "dairy", "egg", "honey"])
    assert foods().tagged(["animal"]) >= {"gelatin", "kimchi_napa", "oyster_sauce", "beef_dashida"}
    for food in foods().values():
        sure = {one for one, level in food.allergens.items() if level == "contains"}
        of_animals = {"egg", "milk", "fish", "crustacean", "mollusc", "pork", "beef", "chicken"}
        assert not sure & of_animals or "animal" in food.tags, food.id


def test_tags_agree_with_allergens() -> None:
    for food in foods().values():
        if food.allergens.get("pork") in {"contains", "likely"}:
            assert "pork_source" in food.tags or food.category == "seasoning", food.id
        if food.alcohol_g:
            assert "alcohol" in food.tags
            assert food.allergens.get("alcohol") == "contains"


def test_pieces_weigh_something_between_their_bounds() -> None:
    for key, piece in pieces().items():
        assert 0 < piece.low <= piece.grams <= piece.high, key
    assert pieces()["egg", "개"].grams == 60
    assert pieces()["tofu_firm", "모"].grams == 300
    assert not pieces()["garlic", "쪽"].estimate


def test_all_that_is_spooned_has_a_density() -> None:
    spooned = {"seasoning", "fat_oil", "sweetener", "alcohol", "beverage", "broth"}
    for food in foods().values():
        if food.category in spooned and food.id != "bay_leaf":
            assert 0.1 <= densities()[food.id] <= 1.5, food.id


def test_home_made_food_is_bought_as_what_it_is_made_of() -> None:
    rice = foods()["rice_white_cooked"].bought_as
    assert rice is not None
    assert rice[0] == "rice_white_raw"
    assert rice[1] == pytest.approx(1 / 2.53, abs=0.001)
    for food in foods().values():
        if food.bought_as:
            assert food.bought_as[0] in foods()
            assert food.bought_as[1] > 0


def test_blanching_washes_potassium_out_and_adds_nothing() -> None:
    kept = retention(foods()["spinach"], "blanched")
    assert kept["potassium_mg"] == 0.82
    assert kept["sodium_mg"] == 0.87
    assert retention(foods()["spinach"], "boiled")["potassium_mg"] == 0.53
    assert retention(foods()["oil_olive"], "boiled") == {}
    assert all(0 < float(row["factor"]) <= 1 for row in rows(ROOM, "retention.csv"))
    assert {row["nutrient"] for row in rows(ROOM, "retention.csv")} <= set(NUTRIENTS)
    categories = {food.category for food in foods().values()}
    assert {row["category"] for row in rows(ROOM, "retention.csv")} <= categories


def test_yields_are_those_of_the_source_pairs() -> None:
    assert yields()["rice_white_raw", "cooked"].mass == 2.53
    assert yields()["somyeon_dry", "boiled"].sodium == 0.16


def test_alcohol_is_by_volume_times_its_density() -> None:
    assert foods()["soju"].alcohol_g == pytest.approx(17.8 * 0.79, abs=0.1)
    assert foods()["water"].alcohol_g == 0


def test_loading_the_table_costs_little() -> None:
    code = (
        "import time; from aichef.food import table; t = time.process_time();"
        "table.foods(); table.food_names(); table.pieces(); table.densities(); table.yields();"
        "print(time.process_time() - t)"
    )
    ran = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(ran) < 0.1  # 25 ms on a quiet machine; room for a busy one


def test_tables_have_no_ragged_rows() -> None:
    for name in KEYS:
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
        table = list(csv.reader(line for line in lines if not line.startswith("#")))
        assert {len(row) for row in table} == {len(table[0])}, name
