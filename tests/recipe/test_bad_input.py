"""Whatever stands at the door is a recipe with findings or one clear refusal, never a crash."""

from __future__ import annotations

import json
import math
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aichef.errors import InvalidRecipe
from aichef.profile.model import Profile
from aichef.recipe.check import check
from aichef.recipe.nutrients import nutrition
from aichef.recipe.read import recipe_from, recipe_from_text
from tests.recipe.making import TODAY, allergic_to, baby, eater, findings, ill_with, recipe, refused

EATERS = (
    eater(),
    allergic_to("땅콩"),
    baby(8),
    ill_with("신장병"),
    eater(target="keto", medications=["없음"]),
    eater(target="fridge", availableIngredients=[{"name": "두부", "mustUse": True}]),
)


def judged(data: object, profile: Profile = EATERS[0]) -> None:
    """The recipe, if it is one, is judged in full."""
    try:
        dish = recipe_from(data)
    except InvalidRecipe as refusal:
        assert str(refusal)
        assert "\n" not in str(refusal)
        return
    found = check(dish, profile, TODAY)
    assert len({(one.rule, one.message) for one in found}) == len(found)
    figures = nutrition(dish, profile, TODAY)
    assert all(value is None or math.isfinite(value) for value in figures.per_serving.values())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not_json"),
        ("두부 1모", "not_json"),
        ("{", "not_json"),
        ('{"ingredients": NaN}', "not_json"),
        ('{"ingredients": [{"name": "두부", "amount": NaN, "unit": "g"}]}', "not_json"),
        ('{"ingredients": [{"name": "두부", "amount": -Infinity}]}', "not_json"),
        ("[" * 100_000, "not_json"),
        ('{"a":' * 50_000, "not_json"),
        ("9" * 5_000, "not_json"),
        ("[]", "not_object"),
        ("3", "not_object"),
        ("null", "not_object"),
        ('"x"', "not_object"),
        ("{}", "no_ingredients"),
        ('{"ingredients": []}', "no_ingredients"),
        ('{"ingredients": "두부"}', "no_ingredients"),
        ('{"ingredients": {"name": "두부"}}', "no_ingredients"),
        ('{"ingredients": [3]}', "bad_ingredient"),
        ('{"ingredients": [null]}', "bad_ingredient"),
        ('{"ingredients": [{"amount": 3}]}', "bad_ingredient"),
        ('{"ingredients": [{"name": ["두부"]}]}', "bad_ingredient"),
        ('{"ingredients": [{"name": "두부", "amount": true}]}', "bad_ingredient"),
        ('{"ingredients": [{"name": "두부", "amount": [1]}]}', "bad_ingredient"),
        ('{"ingredients": [{"name": "두부", "unit": 5}]}', "bad_ingredient"),
        ('{"ingredients": [{"name": "두부", "prep": {"a": 1}}]}', "not_text"),
        ('{"ingredients": ["두부"], "servings": 0}', "bad_servings"),
        ('{"ingredients": ["두부"], "servings": -2}', "bad_servings"),
        ('{"ingredients": ["두부"], "servings": 21}', "bad_servings"),
        ('{"ingredients": ["두부"], "servings": 1.5}', "bad_servings"),
        ('{"ingredients": ["두부"], "servings": "여럿"}', "bad_servings"),
        ('{"ingredients": ["두부"], "servings": true}', "bad_servings"),
        ('{"ingredients": ["두부"], "instructions": {"1": "끓인다"}}', "bad_steps"),
        ('{"ingredients": ["두부"], "instructions": [1]}', "not_text"),
        ('{"ingredients": ["두부"], "recipeName": 7}', "not_text"),
    ],
)
def test_what_is_no_recipe_gets_one_sentence(text: str, reason: str) -> None:
    with pytest.raises(InvalidRecipe) as refusal:
        recipe_from_text(text)
    assert refusal.value.details["reason"] == reason


def test_ten_megabytes_are_not_read() -> None:
    with pytest.raises(InvalidRecipe) as refusal:
        recipe_from_text(json.dumps({"ingredients": ["두부 " * 3_500_000]}))
    assert refusal.value.details["reason"] == "too_large"


def test_four_hundred_ingredients_are_too_many() -> None:
    with pytest.raises(InvalidRecipe) as refusal:
        recipe(*["두부 1g"] * 400)
    assert refusal.value.details["reason"] == "too_many"
    assert len(recipe(*["두부 1g"] * 100).ingredients) == 100


@pytest.mark.parametrize("where", ["list", "name", "amount", "unit", "prep", "pasted"])
def test_no_line_is_cut_off_behind_the_readers_back(where: str) -> None:
    """A line of 400 signs is read whole; the peanut after them must not get lost."""
    tail = "가" * 400 + " 땅콩버터 20g"
    row = {"name": "두부", "amount": "100", "unit": "g"}
    data: object = {
        "list": {"ingredients": [f"두부 {tail}"]},
        "pasted": {"ingredientsText": f"두부 {tail}"},
    }.get(where) or {"ingredients": [{**row, where: f"{row.get(where, '')} {tail}"}]}
    with pytest.raises(InvalidRecipe) as refusal:
        recipe_from(data)
    assert refusal.value.details["reason"] == "too_long"


@pytest.mark.parametrize(
    "row",
    [
        "두부" + " " * 900 + "땅콩버터 100g",
        "두부 <땅콩소스> 100g",
        "두부 <peanut sauce> 100g",
        "두부(땅콩소스) 100g",
        "두부 100g + 땅콩",
        "두부 1모, 땅콩버터 2큰술",
        "두부/땅콩버터 10g",
        "땅\u200b콩버터 20g",
        "두부 100g 《땅콩》",
        {"name": "두부", "amount": "1모와 땅콩버터 2", "unit": "큰술"},
        {"name": "두부", "amount": "1", "unit": "모 땅콩버터"},
        {"name": "두부", "amount": "1모(땅콩버터 2큰술)", "unit": ""},
        {"name": "두부", "amount": 100, "unit": "g 땅콩버터 포함"},
        {"name": "두부", "amount": "1", "unit": "모", "prep": "땅콩버터에 버무린"},
        {"name": "두부 <b>땅콩</b>", "amount": "1", "unit": "모"},
    ],
)
def test_a_food_written_beside_another_is_not_lost(row: object) -> None:
    assert "G01" in refused(recipe(row), allergic_to("땅콩"))


@pytest.mark.parametrize(
    ("amount", "unit"),
    [
        (0, "g"),
        (-3, "g"),
        ("-3", "g"),
        ("0", "개"),
        (float("nan"), "g"),
        (float("inf"), "g"),
        (1e300, "g"),
        (10**400, "g"),
        ("1/0", "컵"),
        ("1e9", "g"),
        ("NaN", "g"),
        (10_001, "g"),
        (1, "블록체인"),
        ("많이", ""),
    ],
)
def test_an_amount_that_cannot_be_is_found(amount: object, unit: str) -> None:
    dish = recipe({"name": "두부", "amount": amount, "unit": unit}, "밥 200g")
    assert findings(dish, eater())["G05"].verdict == "fail"
    assert findings(dish, eater())["G05"].foods == ("두부",)


def test_ten_kilograms_of_salt_break_more_than_one_rule() -> None:
    assert {"G05", "G09"} <= refused(recipe("소금 10kg", "밥 200g"), eater())


def test_missing_amounts_and_units_may_be_null() -> None:
    dish = recipe({"name": "두부", "amount": None, "unit": None, "prep": None})
    assert dish.ingredients[0].food == "tofu_firm"
    assert findings(dish, eater())["G05"].verdict == "unknown"


def test_markup_is_taken_off_and_what_it_held_is_read() -> None:
    dish = recipe("<b>두부</b> 100g", "<script>alert(1)</script> 5g", name="<h1>두부</h1>")
    assert dish.ingredients[0].food == "tofu_firm"
    assert dish.ingredients[1].food is None
    assert dish.name.strip() == "두부"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "두부",
        "소금",
        "땅콩버터",
        "밥",
        "꿀",
        "라면",
        "식용유",
        "물",
        "신비한 소스",
        "데친 시금치",
        "",
    ]
) | st.text(max_size=20)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES | JSON,
        "amount": st.text(max_size=8) | st.integers() | st.floats() | JSON,
        "unit": st.sampled_from(["g", "큰술", "개", "모", "", "kg"]) | JSON,
        "prep": JSON,
    },
)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES | JSON,
        "recipeName": NAMES | JSON,
        "servings": st.integers(-1, 22) | JSON,
        "ingredients": st.lists(ROWS | NAMES | JSON, max_size=6) | JSON,
        "ingredientsText": st.text(max_size=60) | JSON,
        "instructions": st.lists(st.text(max_size=40), max_size=4) | JSON,
        "servedWith": JSON,
        "cookingTime": JSON,
        "difficulty": JSON,
        "tools": JSON,
        "course": JSON,
    },
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON | BODIES | st.fixed_dictionaries({"recipe": BODIES}), st.sampled_from(EATERS))
def test_any_json_is_a_recipe_or_one_refusal(data: object, profile: Profile) -> None:
    judged(data, profile)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(NAMES, st.integers(-5, 9000), st.sampled_from(["g", "큰술", "개", "컵"])),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 20),
    st.lists(st.text(max_size=40), max_size=3),
    st.sampled_from(EATERS),
)
def test_any_list_of_foods_is_judged(
    rows: list[tuple[str, int, str]], servings: int, steps: list[str], profile: Profile
) -> None:
    lines = [{"name": name, "amount": amount, "unit": unit} for name, amount, unit in rows]
    judged(
        {"name": "요리", "servings": servings, "ingredients": lines, "instructions": steps}, profile
    )


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_refused_in_one_sentence(text: str) -> None:
    try:
        recipe_from_text(text)
    except InvalidRecipe as refusal:
        assert str(refusal)


def test_texts_in_a_wide_value_take_no_longer_than_it_is_wide() -> None:
    began = time.thread_time()
    dish = recipe_from({"ingredients": ["두부 1모"], "sauce": [[None] * 400_000, "땅콩소스"]})
    assert time.thread_time() - began < 2
    assert dish.mentions == ("땅콩소스",)
