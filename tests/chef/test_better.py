"""What would make a dish better is computed, checked, and offered as a flag."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aichef.chef.better import differences, ideas
from aichef.chef.composer import compose
from aichef.errors import Infeasible
from aichef.recipe.check import Case, check, closes_gate
from aichef.recipe.model import Recipe
from tests.chef.ordering import TODAY, order


def sodium(recipe: Recipe, **asked: object) -> float:
    return Case(recipe, order(**asked).profile, TODAY).serving.of("sodium_mg").lo


def test_an_idea_names_its_swaps_and_its_effect() -> None:
    asked = {"target": "diabetes", "medications": "없음", "seed": 2}
    found = {one.wish: one for one in ideas(order(**asked), compose(order(**asked)))}
    assert found["less_salt"].changes
    assert found["less_salt"].after < found["less_salt"].before
    assert found["cheaper"].after < found["cheaper"].before
    assert found["quicker"].after < found["quicker"].before


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("target", ["keto", "diabetes", "diet", "fridge"])
def test_asking_for_less_salt_never_gives_more_and_keeps_every_rule(target: str, seed: int) -> None:
    asked: dict[str, object] = {"target": target, "seed": seed, "medications": "없음"}
    wishing = order(**asked, prefer="덜 짜게")
    usual, saltless = compose(order(**asked)), compose(wishing)
    if usual.frame == saltless.frame:
        assert sodium(saltless, **asked) <= sodium(usual, **asked) * 1.1
    findings = check(saltless, wishing.profile, TODAY)
    assert not [one for one in findings if closes_gate(one, wishing.profile)]


def test_the_quickest_dish_comes_first_when_asked() -> None:
    asked: dict[str, object] = {"target": "diet"}
    usual, quick = compose(order(**asked)), compose(order(**asked, prefer="더 빨리"))
    assert (quick.minutes or 99) <= (usual.minutes or 0)


def test_a_recipe_of_somebody_else_gets_no_ideas() -> None:
    foreign = replace(compose(order(target="diet")), frame=None)
    assert ideas(order(target="diet"), foreign) == ()


def test_the_same_dish_has_no_differences() -> None:
    recipe = compose(order(target="diet"))
    assert differences(recipe, recipe) == ()


def test_a_refusal_says_which_single_change_would_do() -> None:
    asked = {"target": "keto", "diet": "비건", "allergies": "대두, 견과류, 참깨, 들깨"}
    with pytest.raises(Infeasible) as refusal:
        compose(order(**asked))
    (way,) = refusal.value.details["wouldDo"]
    assert way["field"] == "diet"
    assert way["message"] in refusal.value.message
    compose(order(target="keto", allergies="대두, 견과류, 참깨, 들깨"))


def test_an_allergy_is_never_offered_for_change() -> None:
    from aichef.chef.ways import ways

    profile = order(
        target="keto", allergies="우유, 달걀", healthConditions="통풍", dislikes="오이", budget=5000
    ).profile
    for field, _, _, changed in ways(profile):
        assert field not in {"allergies", "healthConditions", "medications", "babyAgeMonths"}
        assert changed.allergies == profile.allergies
        assert changed.conditions == profile.conditions
