"""A recipe of ours keeps what the cook's book keeps, whoever wrote it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from aichef.chef.composer import compose
from aichef.chef.mend import mend
from aichef.chef.strict import told_more
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


SOUP: dict[str, Any] = {
    "recipeName": "두부국",
    "servings": 2,
    "ingredients": ["두부 300g", "물 600ml", "국간장 1작은술"],
    "servedWith": [{"food": "rice_brown_cooked", "grams": 150}],
}


@pytest.mark.parametrize(
    "steps",
    [
        ["국간장을 1작은술 넣습니다.", *["국간장을 1작은술 더 넣습니다."] * 4],
        ["국간장 1작은술을 넣습니다."] * 3,
        ["국간장 1작은술을 두릅니다.", "국간장을 한 작은술 더 넣습니다."],
        ["국간장을 1작은술씩 네 번 넣습니다."],
        ["국간장을 약 5작은술 넣습니다."],
        ["국간장을 다섯 작은술 넣습니다."],
    ],
)
def test_helpings_that_add_up_to_more_than_the_list_hold_it_back(steps: list[str]) -> None:
    body = {**SOUP, "instructions": ["물에 두부를 넣고 5분 끓입니다.", *steps]}
    assert told_more(recipe_from(body)) == ("국간장",)
    assert "G05" in rules(body)


@pytest.mark.parametrize(
    "steps",
    [
        ["국간장 1작은술을 준비해 둡니다.", "국간장 1작은술을 넣습니다."],
        ["국간장을 1/2작은술 넣습니다.", "국간장을 1/2작은술 더 넣습니다."],
        ["국간장을 1작은술 넣은 뒤 5분 끓입니다.", "넣은 국간장 1작은술이 고루 섞이게 젓습니다."],
        ["국간장을 1작은술 넣고 5분 더 끓입니다."],
    ],
)
def test_the_same_helping_named_twice_is_one(steps: list[str]) -> None:
    body = {**SOUP, "instructions": ["물에 두부를 넣고 5분 끓입니다.", *steps]}
    assert told_more(recipe_from(body)) == ()


def test_helpings_in_english_add_up_too() -> None:
    lines = ["300 g tofu", "600 ml water", "1 tsp soup soy sauce"]
    first = "Stir 1 tsp of soup soy sauce into the water and boil the tofu in it for 5 minutes."
    for step in ("Add another 1 tsp of soup soy sauce.", "Add a teaspoon more of soup soy sauce."):
        body = {**SOUP, "ingredients": lines, "instructions": [first, step]}
        assert told_more(recipe_from(body, "en")) == ("soup soy sauce",)
    assert told_more(recipe_from({**SOUP, "ingredients": lines, "instructions": [first]})) == ()


def test_two_lines_of_a_food_count_together() -> None:
    lines = [*SOUP["ingredients"], "국간장 1작은술"]
    steps = ["물에 두부를 넣고 5분 끓입니다.", "국간장을 2작은술 넣습니다."]
    assert told_more(recipe_from({**SOUP, "ingredients": lines, "instructions": steps})) == ()
    steps = ["물에 두부를 넣고 5분 끓입니다.", "국간장을 5작은술 넣습니다."]
    assert told_more(recipe_from({**SOUP, "ingredients": lines, "instructions": steps}))


def test_second_helpings_are_taken_out_of_the_steps() -> None:
    steps = ["물에 두부를 넣고 5분 끓입니다.", "국간장을 1작은술 넣습니다."]
    more = ["국간장을 1작은술 더 넣습니다.", "그릇에 담습니다. 국간장 1작은술을 넣어 섞습니다."]
    asked = order(target="general", medications=["없음"])
    mended = mend(recipe_from({**SOUP, "instructions": [*steps, *more]}), asked)
    assert mended is not None
    assert mended.recipe.instructions == (*steps, "그릇에 담습니다.")
    assert mended.changes == ("국간장 1작은술 + 1작은술 + 1작은술 → 1작은술",)


def test_what_one_is_allergic_to_is_not_another_word_for_its_like() -> None:
    lines = [*BODY["ingredients"], "팽이버섯 60g"]
    steps = [*BODY["instructions"], "느타리버섯을 넣어 잘 섞습니다."]
    body = {**BODY, "ingredients": lines, "instructions": steps}
    assert "G01" in rules(body, allergies=["느타리버섯"])
    assert "G01" not in rules(body, allergies=["표고버섯"])
    assert "G01" not in rules({**body, "instructions": steps[:-1]}, allergies=["느타리버섯"])


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
