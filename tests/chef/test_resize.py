"""A recipe for more or fewer people: list and steps say the same, grams are exact."""

from __future__ import annotations

import pytest

from aichef.chef.resize import resized
from aichef.recipe.model import Ingredient, Recipe


def recipe(*steps: str, servings: int = 2) -> Recipe:
    lines = (
        Ingredient("두부", "1", "모", "tofu_firm", 300.0, 300.0),
        Ingredient("간장", "2와 1/2", "작은술", "soy_sauce_brewed", 14.0, 14.0),
        Ingredient("소금", "약간", "", "salt_refined", 1.0, 1.0, vague=True, worst_grams=2.0),
    )
    return Recipe("두부조림", servings, lines, steps)


def test_the_same_servings_are_the_same_recipe() -> None:
    given = recipe("두부 1모를 굽습니다.")
    assert resized(given, 2, "ko") is given


def test_grams_are_in_proportion_and_amounts_can_be_measured() -> None:
    found = resized(recipe(), 6, "ko")
    assert [one.grams for one in found.ingredients] == [900.0, 42.0, 3.0]
    assert [f"{one.amount}{one.unit}" for one in found.ingredients] == [
        "3모",
        "2와 1/2큰술",
        "약간",
    ]
    assert found.ingredients[2].worst_grams == 6.0
    assert found.servings == 6


def test_there_and_back_is_where_it_began() -> None:
    given = recipe("간장 2와 1/2작은술을 두릅니다.")
    assert resized(resized(given, 5, "ko"), 2, "ko") == given


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("두부 1모를 굽습니다.", "두부 2모를 굽습니다."),
        ("간장을 2와 1/2작은술 두릅니다.", "간장을 5작은술 두릅니다."),
        ("물 150~200ml를 붓고 5분 끓입니다.", "물 300~400ml를 붓고 5분 끓입니다."),
        ("소금을 한 꼬집 뿌립니다.", "소금을 2꼬집 뿌립니다."),
        ("180℃에서 10분, 뒤집어 2분 굽습니다.", "180℃에서 10분, 뒤집어 2분 굽습니다."),
        ("깻잎을 2장씩 겹쳐 놓습니다.", "깻잎을 2장씩 겹쳐 놓습니다."),
        ("생후 10개월 아기도 먹습니다.", "생후 10개월 아기도 먹습니다."),
        ("2~3mm로 다집니다.", "2~3mm로 다집니다."),
        ("한 끼분씩 담습니다(2회분).", "한 끼분씩 담습니다(4회분)."),
    ],
)
def test_steps_name_the_new_amounts_and_nothing_else_moves(step: str, told: str) -> None:
    assert resized(recipe(step), 4, "ko").instructions == (told,)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("Stir in 1/2 tbsp of sugar.", "Stir in 1 tbsp of sugar."),
        ("Add garlic (2 cloves) and fry 30 seconds.", "Add garlic (4 cloves) and fry 30 seconds."),
        ("Mix with a tablespoon of water.", "Mix with 2 tablespoons of water."),
        ("Cut into 4 pieces.", "Cut into 4 pieces."),
        ("Simmer for 5 minutes at 75 °C.", "Simmer for 5 minutes at 75 °C."),
    ],
)
def test_english_steps_name_the_new_amounts(step: str, told: str) -> None:
    assert resized(recipe(step), 4, "en").instructions == (told,)


def test_nobody_takes_a_third_of_a_pinch() -> None:
    given = Recipe("국", 3, (Ingredient("후추", "2", "꼬집", "black_pepper", 1.0, 1.0),), ())
    assert resized(given, 4, "ko").ingredients[0].amount == "2와 1/2"


def test_exact_amounts_stay_fractions() -> None:
    found = resized(recipe("두부를 굽습니다."), 3, "ko", exact=True)
    assert [one.amount for one in found.ingredients] == ["3/2", "15/4", "약간"]
    assert found.ingredients[0].grams == 450.0


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("두부 ½모를 굽습니다.", "두부 1모를 굽습니다."),
        ("간장을 다섯 작은술 두릅니다.", "간장을 10작은술 두릅니다."),
        ("물을 1½컵 붓습니다.", "물을 3컵 붓습니다."),
    ],
)
def test_amounts_in_words_and_signs_are_told_in_figures(step: str, told: str) -> None:
    assert resized(recipe(step), 4, "ko").instructions == (told,)
