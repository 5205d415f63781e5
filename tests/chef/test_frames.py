"""Every page of the cook's book is well-formed, bilingual and can really be cooked."""

from __future__ import annotations

import re

import pytest

from aichef.chef.dish import PLACE, dish
from aichef.chef.frame import Frame, foods_of, frames
from aichef.chef.plan import Plan, lay_out
from aichef.food.amounts import measure_grams
from aichef.food.table import foods
from aichef.profile.model import TARGETS
from aichef.recipe.check import check, closes_gate
from aichef.recipe.steps import mentioned
from tests.chef.ordering import TODAY, book, profile

STAGE_MONTHS = {"early": 6, "middle": 7, "late": 10, "complete": 13, "toddler": 24}
TOOLS = {"pan", "pot", "microwave", "oven", "airfryer", "blender", "steamer", "rice_cooker"}
SHELLS = {"crustacean", "mollusc"}
EVERY = sorted({frame.id: frame for t in TARGETS for frame in frames(t)}.items())


def each_frame() -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "frame", [frame for _, frame in EVERY], ids=[name for name, _ in EVERY]
    )


def test_every_target_has_at_least_fourteen_frames() -> None:
    assert all(len(frames(target)) >= 14 for target in TARGETS)


def test_every_baby_stage_has_at_least_seven_frames() -> None:
    for stage in STAGE_MONTHS:
        assert sum(stage in frame.stages for frame in frames("baby_food")) >= 7


@each_frame()
def test_shellfish_is_heated_to_85_degrees_where_a_dish_is_made_around_it(frame: Frame) -> None:
    for role in frame.roles:
        shells = [one for one in role.options if foods()[one.food].category in SHELLS]
        if role.most > 1 or not role.least:
            continue
        texts = [step.text["ko"] for step in frame.steps]
        told = " ".join(one for one in texts if f"{{{role.id}" in one)
        for one in shells:
            assert "85℃" in told + " ".join(word["ko"] for word in one.words.values())


@each_frame()
def test_options_are_foods_in_measures_a_kitchen_has(frame: Frame) -> None:
    for role in frame.roles:
        assert 0 <= role.least <= role.most <= len(role.options)
        for option in role.options:
            assert option.food in foods()
            grams, _, _ = measure_grams(option.food, option.measure)
            assert grams > 0
            assert 0 < option.low <= option.high
    assert set(frame.tools) <= TOOLS


@each_frame()
def test_texts_are_bilingual_and_name_only_what_is_there(frame: Frame) -> None:
    optional = {role.id for role in frame.roles if role.least == 0}
    roles = {role.id: role for role in frame.roles}
    texts: list[tuple[dict[str, str], tuple[str, ...]]] = [
        (frame.name, ()),
        (frame.description, ()),
        (frame.notes, ()),
    ]
    texts += [(dict(step.text), step.needs) for step in frame.steps]
    for text, needs in texts:
        for locale in ("ko", "en"):
            assert text[locale].strip()
            for role, detail, _ in PLACE.findall(text[locale]):
                if role == "servings":
                    continue
                assert role in roles
                assert role not in optional or role in needs, f"{role} may be missing here"
                if detail and detail != "amount":
                    assert all(detail in option.words for option in roles[role].options)
            assert "안전" not in text[locale]
            assert not re.search(r"\bsafe", text[locale])


@each_frame()
def test_every_ingredient_is_used_in_a_step(frame: Frame) -> None:
    told = {role for step in frame.steps for role, _, _ in PLACE.findall(step.text["ko"])}
    spoken = " ".join(step.text["ko"] for step in frame.steps)
    for role in frame.roles:
        named = any(
            option.called.get("ko", foods()[option.food].name_ko) in spoken
            for option in role.options
        )
        assert role.id in told or named, f"{role.id} is in no step"


@each_frame()
@pytest.mark.parametrize("servings", [1, 2, 4])
def test_the_dish_can_be_cooked_for_one_two_and_four(frame: Frame, servings: int) -> None:
    months = STAGE_MONTHS[frame.stages[0]] if frame.stages else None
    asked: dict[str, object] = {"target": frame.targets[0], "servings": servings}
    if months:
        asked["babyAgeMonths"] = months
    eater = profile(**asked, budget=100_000, medications="없음")
    plan = lay_out(frame, eater, book().known(foods_of([frame])), TODAY)
    assert isinstance(plan, Plan)
    picked = plan.best()
    assert picked is not None
    for locale in ("ko", "en"):
        recipe = dish(frame, picked, profile(**asked, locale=locale))
        assert "{" not in " ".join((recipe.name, recipe.description, *recipe.instructions))
    cooked = dish(frame, picked, eater)
    assert not [name for food, name in mentioned(cooked) if food], "a step names another food"
    findings = check(cooked, eater, TODAY, plan.money(picked))
    assert not [one for one in findings if closes_gate(one, eater)]


def test_bowls_cooked_one_after_another_take_their_time() -> None:
    (bowl,) = [one for one in frames("diabetes") if one.id == "diabetes_microwave_bowl"]
    assert bowl.takes(4) == bowl.takes(1) + 3 * bowl.minutes_each
    assert bowl.minutes_each >= 4
