"""How many a list without servings feeds: what it says itself, else its own food."""

from __future__ import annotations

import pytest

from aichef.recipe.read import recipe_from


def servings(text: str, name: str = "저녁") -> int:
    return recipe_from({"name": name, "ingredientsText": text}).servings


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("재료 (2인분)\n김치 300g, 돼지고기 200g", 2),
        ("[4인분] 두부 300g", 4),
        ("3인분 기준\n두부 300g", 3),
    ],
)
def test_a_list_that_says_its_servings_is_believed(text: str, people: int) -> None:
    recipe = recipe_from({"name": "저녁", "ingredientsText": text})
    assert recipe.servings == people
    assert "servings_estimated" not in recipe.assumptions


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("두부 100g, 양파 30g", 1),
        ("쌀 90g, 콩나물 100g, 간장 10g", 1),
        ("쌀 360g, 소고기 200g, 당근 100g", 4),
        ("소면 200g, 김치 100g", 2),
        ("삼겹살 300g, 상추 100g", 3),
        ("무 2kg, 소금 20g", 4),
    ],
)
def test_other_lists_are_estimated_from_energy_and_mass(text: str, people: int) -> None:
    recipe = recipe_from({"name": "저녁", "ingredientsText": text})
    assert recipe.servings == people
    assert "servings_estimated" in recipe.assumptions


def test_a_portion_of_one_ingredient_is_not_the_servings_of_the_dish() -> None:
    recipe = recipe_from({"name": "찌개", "ingredientsText": "떡 1인분, 두부 300g, 삼겹살 200g"})
    assert "servings_estimated" in recipe.assumptions


def test_a_frying_bath_feeds_nobody() -> None:
    assert servings("닭다리살 200g, 튀김가루 50g, 식용유 900ml") <= 3


def test_a_list_of_unknown_things_feeds_one() -> None:
    assert servings("달나라 가루 조금") == 1


@pytest.mark.parametrize(
    ("name", "people"), [("두부국", 2), ("두부 스프", 1), ("두부무침", 2), ("두부구이", 1)]
)
def test_soups_and_sides_are_served_smaller_than_main_dishes(name: str, people: int) -> None:
    assert servings("두부 250g, 양파 50g, 참기름 5g", name) == people


def test_a_watery_dish_feeds_more_than_its_energy_says() -> None:
    assert servings("애호박 350g, 두부 150g, 달걀 50g") == 2


def test_a_note_beside_the_name_does_not_hide_what_the_dish_is() -> None:
    listed = "두부 250g, 양파 50g, 참기름 5g"
    assert servings(listed, "두부국(겨울)") == servings(listed, "두부국")
