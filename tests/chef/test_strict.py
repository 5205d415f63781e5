"""A recipe of ours keeps what the cook's book keeps, whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aichef.chef.composer import compose
from aichef.chef.write import broken_rules
from aichef.recipe.check import Case
from aichef.recipe.read import recipe_from
from tests.chef.ordering import order

BODY: dict[str, Any] = {
    "recipeName": "두부 볶음",
    "servings": 2,
    "ingredients": ["두부 300g", "양배추 200g", "식용유 1큰술", "소금 1/4작은술"],
    "instructions": ["두부와 양배추를 식용유에 8분 볶습니다.", "소금을 1/4작은술 뿌립니다."],
    "servedWith": [{"food": "rice_brown_cooked", "grams": 150}],
    "cookingTime": 15,
}


def rules(body: dict[str, Any], **fields: Any) -> set[str]:
    asked = order(target="general", medications=["없음"], **fields)
    return {one.rule for one in broken_rules(recipe_from(body), asked)}


def more(line: str) -> dict[str, Any]:
    return {**BODY, "ingredients": [*BODY["ingredients"], line]}


def test_a_plain_dish_is_handed_out() -> None:
    assert rules(BODY) == set()


@pytest.mark.parametrize(
    ("body", "fields", "rule"),
    [
        (more("쿵푸장 1작은술"), {}, "G03"),
        (more("당근"), {}, "G05"),
        (BODY, {"dislikes": ["양배추"]}, "P01"),
        (BODY, {"cookingTime": 10}, "P02"),
        (BODY, {"availableIngredients": [{"name": "당근", "mustUse": True}]}, "F01"),
        (more("소금 1/2작은술"), {"healthConditions": ["심부전"]}, "heart_failure.01"),
    ],
)
def test_it_is_held_back(body: dict[str, Any], fields: dict[str, Any], rule: str) -> None:
    assert rule in rules(body, **fields)


def test_a_food_only_the_steps_name_holds_it_back_for_anybody() -> None:
    assert "G03" in rules({**BODY, "instructions": [*BODY["instructions"], "꿀을 넣습니다."]})


def test_a_step_that_uses_more_than_the_list_has_holds_it_back() -> None:
    salty = ["두부와 양배추를 식용유에 8분 볶습니다.", "소금을 3큰술 뿌립니다."]
    assert "G05" in rules({**BODY, "instructions": salty})


def test_the_books_own_dishes_are_handed_out() -> None:
    for seed in range(3):
        asked = order(target="diabetes", medications=["없음"], seed=seed)
        assert broken_rules(compose(asked), asked) == ()


def test_the_books_own_words_for_its_food_hold_nothing_back() -> None:
    # An English grain salad that says "canned tuna" of its tuna in water.
    for seed in range(20):
        asked = order(target="diabetes", medications=["없음"], locale="en", seed=seed)
        assert broken_rules(compose(asked), asked) == ()


def test_pinches_of_the_book_keep_the_limit_at_the_most_they_may_hold() -> None:
    asked = order(target="diet", medications=["없음"], healthConditions=["간경변"])
    for seed in range(6):
        recipe = compose(replace(asked, profile=replace(asked.profile, seed=seed)))
        worst = tuple(
            replace(one, worst_grams=2 * (one.edible_grams or 0)) if one.unit == "꼬집" else one
            for one in recipe.ingredients
        )
        case = Case(replace(recipe, ingredients=worst), asked.profile, asked.today)
        assert case.serving.of("sodium_mg").hi <= 540
