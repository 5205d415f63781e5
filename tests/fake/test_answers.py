"""The stand-in's answers: recipes that read well, and faults that are really there."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from aichef.chef.answer import read_answer
from aichef.chef.write import Order, broken_rules
from aichef.errors import UnusableRecipe
from aichef.fake.answers import _FAULTS, answer, kinds, planted
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


@pytest.mark.parametrize("eater", EATERS)
@pytest.mark.parametrize("kind", ["claims in steps", "amounts repeated in steps"])
def test_faults_of_the_steps_do_not_reach_a_person(eater: str, kind: str) -> None:
    who = profile(**EATERS[eater])
    asked = Order(who, book().known, TODAY)
    for seed in range(3):
        data = json.loads(planted(who, seed, 0)[0])
        good = read_answer(json.dumps(data), asked).recipe
        if not _FAULTS[kind](data, who, random.Random(seed)):
            continue
        try:
            read = read_answer(json.dumps(data), asked).recipe
        except UnusableRecipe:
            continue
        broken = {one.rule for one in broken_rules(read, asked)}
        assert read.instructions == good.instructions or "G05" in broken


def test_a_babys_note_of_honey_or_salt_is_planted_and_kept_back() -> None:
    who = profile(**EATERS["baby"])
    asked = Order(who, book().known, TODAY)
    noted = 0
    for seed in range(8):
        data = json.loads(planted(who, seed, 0)[0])
        steps, notes = list(data["instructions"]), data["notes"]
        _FAULTS["only told"](data, who, random.Random(seed))
        if data["notes"] != notes and data["instructions"] == steps:
            noted += 1
            read = read_answer(json.dumps(data), asked).recipe
            assert data["notes"].removeprefix(notes).strip() not in read.notes
    assert noted


def test_the_prompts_own_profile_is_answered() -> None:
    data = json.dumps({"target": "diabetes", "medications": ["없음"], "servings": 3})
    said = json.loads(answer(f"role\nPROFILE: {data}\n", 1))
    assert said["servings"] == 3
    assert said == json.loads(answer(f"role\nPROFILE: {data}\n", 1))


def test_a_prompt_without_a_profile_is_answered_with_a_keto_meal() -> None:
    assert json.loads(answer("무엇이든", 2))["ingredients"]
    assert json.loads(answer("PROFILE: not json", 2, "faults"))["ingredients"]
