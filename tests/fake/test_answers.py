"""The stand-in's answers: recipes that read well, and faults that are really there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aichef.chef.answer import read_answer
from aichef.chef.write import Order, broken_rules
from aichef.fake.answers import answer, kinds, planted
from tests.chef.ordering import TODAY, book, profile

EATERS: dict[str, dict[str, Any]] = {
    "allergy": {"target": "diet", "allergies": ["조개", "우유"]},
    "baby": {"target": "baby_food", "babyAgeMonths": 8},
    "keto": {"target": "keto", "medications": ["없음"]},
    "warfarin": {"target": "general", "medications": ["와파린"]},
    "english": {"target": "diet", "locale": "en", "diet": ["vegan"]},
}


@pytest.mark.parametrize("eater", EATERS)
def test_a_good_answer_reads_as_a_recipe_that_holds(eater: str) -> None:
    who = profile(**EATERS[eater])
    text, named = planted(who, 1, 0)
    asked = Order(who, book().known, TODAY)
    assert named == ()
    assert broken_rules(read_answer(text, asked).recipe, asked) == ()


@pytest.mark.parametrize("eater", EATERS)
@pytest.mark.parametrize("seed", range(4))
def test_a_planted_fault_is_named_and_changes_the_answer(eater: str, seed: int) -> None:
    who = profile(**EATERS[eater])
    text, named = planted(who, seed, 1)
    assert len(named) == 1
    assert named[0] in kinds()
    good, _ = planted(who, seed, 0)
    assert json.loads(text) != json.loads(good)


def test_several_faults_are_of_different_kinds() -> None:
    _, named = planted(profile(**EATERS["allergy"]), 3, 3)
    assert len(named) >= 3
    assert len(set(named)) == len(named)


def test_an_allergen_is_planted_where_one_was_declared() -> None:
    who = profile(**EATERS["allergy"])
    asked = Order(who, book().known, TODAY)
    found = set()
    for seed in range(12):
        text, named = planted(who, seed, 1)
        if named == ("allergen",):
            found |= {one.rule for one in broken_rules(read_answer(text, asked).recipe, asked)}
    assert "G01" in found


def test_the_prompts_own_profile_is_answered() -> None:
    data = json.dumps({"target": "diabetes", "medications": ["없음"], "servings": 3})
    said = json.loads(answer(f"role\nPROFILE: {data}\n", 1))
    assert said["servings"] == 3
    assert said == json.loads(answer(f"role\nPROFILE: {data}\n", 1))


def test_a_prompt_without_a_profile_is_answered_with_a_keto_meal() -> None:
    assert json.loads(answer("무엇이든", 2))["ingredients"]
    assert json.loads(answer("PROFILE: not json", 2, "faults"))["ingredients"]
