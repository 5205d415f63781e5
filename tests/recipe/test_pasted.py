"""Recipes as people paste them: several foods in one text, steps below the list."""

from __future__ import annotations

from datetime import date

from aichef.profile.parse import parse_profile
from aichef.recipe.check import check
from aichef.recipe.read import recipe_from

TODAY = date(2026, 11, 23)


def test_one_text_may_list_several_known_foods() -> None:
    recipe = recipe_from({"name": "국", "servings": 2, "ingredients": ["소금, 후추 약간씩"]})
    assert [one.food for one in recipe.ingredients] == ["salt_refined", "black_pepper"]


def test_one_text_with_a_stranger_in_it_stays_whole_and_unknown() -> None:
    recipe = recipe_from({"name": "국", "servings": 2, "ingredients": ["소금, 비밀양념 약간씩"]})
    assert [one.food for one in recipe.ingredients] == [None]


def test_steps_below_the_list_are_steps_and_are_checked() -> None:
    text = "두부 1모\n간장 1T\n\n만드는 법\n1. 두부를 굽는다\n2. 땅콩을 뿌린다"
    recipe = recipe_from({"name": "두부구이", "servings": 2, "ingredientsText": text})
    assert [one.food for one in recipe.ingredients] == ["tofu_firm", "soy_sauce"]
    assert len(recipe.instructions) == 2
    profile = parse_profile({"target": "general", "allergies": "땅콩"}, today=TODAY)
    (found,) = [one for one in check(recipe, profile, TODAY) if one.rule == "G01"]
    assert found.verdict in {"fail", "unknown"}


def _advice(ingredients: list[str], **fields: object) -> set[str]:
    profile = parse_profile({"target": "general", **fields}, today=TODAY)
    recipe = recipe_from({"name": "요리", "servings": 1, "ingredients": ingredients})
    return {one.rule for one in check(recipe, profile, TODAY)}


def test_broth_is_spoken_of_only_where_there_is_broth() -> None:
    soup = ["두부 100g", "물 200ml", "국간장 1t"]
    stir_fry = ["두부 100g", "물 60ml", "간장 1t"]
    assert "hypertension.03" in _advice(soup, healthConditions="고혈압")
    assert "hypertension.03" not in _advice(stir_fry, healthConditions="고혈압")


def test_nobody_who_must_mind_potassium_is_told_to_eat_more_of_it() -> None:
    tofu = ["두부 100g"]
    assert "hypertension.05" in _advice(tofu, healthConditions="고혈압", medications="암로디핀")
    spared = _advice(tofu, healthConditions="고혈압", medications="로사르탄")
    assert "hypertension.05" not in spared
    assert "raas_k.02" in spared
    assert "hypertension.05" not in _advice(tofu, healthConditions="고혈압, 만성콩팥병")


def test_halal_eaters_hear_of_alcohol_in_soy_sauce() -> None:
    assert "diet.halal.jang" in _advice(["간장 1T", "두부 100g"], diet=["halal"])
    assert "diet.halal.jang" not in _advice(["두부 100g"], diet=["halal"])
