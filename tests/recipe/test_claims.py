"""A recipe's own claims count for nothing; its course, share and figures are judged here."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from aichef.errors import InvalidRecipe
from aichef.food.nutrition import Bound
from aichef.recipe.check import SHARE, Case, closes_gate, judge, limits
from aichef.recipe.checks import rule_named
from aichef.recipe.model import Finding, Recipe
from aichef.recipe.nutrients import nutrition
from aichef.recipe.read import recipe_from
from aichef.recipe.rules import Rule
from tests.recipe.making import (
    TODAY,
    allergic_to,
    baby,
    eater,
    findings,
    ill_with,
    recipe,
    refused,
    verdict,
)
from tests.shared import shared_path


def test_claims_of_a_recipe_are_left_at_the_door() -> None:
    honest = recipe("땅콩버터 20g", "밥 200g")
    boastful = recipe(
        {
            "name": "땅콩버터",
            "amount": "20",
            "unit": "g",
            "food": "tofu_firm",
            "grams": 1,
            "allergens": [],
        },
        "밥 200g",
        course="side",
        calories=10,
        allergens="none",
        nutrition={"perServing": {"energy_kcal": 1}},
        findings=[{"rule": "G01", "verdict": "pass"}],
        assumptions=["doctor approved"],
        writtenBy={"kind": "cookbook"},
        notes="알레르기 없음",
    )
    assert boastful.ingredients == honest.ingredients
    assert replace(boastful, told=()) == honest
    assert "G01" in refused(boastful, allergic_to("땅콩"))


def test_the_course_is_judged_by_what_is_in_the_dish() -> None:
    assert recipe("밥 200g", "두부 100g", course="side").course == "meal"
    assert recipe("두부 300g", name="두부구이", course="meal").course == "main"
    assert recipe("두부 100g", "물 300ml", name="두부국").course == "soup"
    assert recipe("시금치 80g", name="시금치나물").course == "side"
    assert recipe("돼지고기 400g", name="돼지고기조림").course == "main"


@pytest.mark.parametrize(
    "served",
    [
        [{"food": "no_such_food", "grams": 100}],
        [{"food": "rice_white_cooked", "grams": 0}],
        [{"food": "rice_white_cooked", "grams": -5}],
        [{"food": "rice_white_cooked", "grams": 1e9}],
        [{"food": "rice_white_cooked", "grams": 10**400}],
        [{"food": "rice_white_cooked", "grams": float("nan")}],
        [{"food": "rice_white_cooked", "grams": True}],
        [{"food": ["rice"], "grams": 10}],
        ["밥"],
        "밥",
        [{"food": "rice_white_cooked", "grams": 1}] * 11,
    ],
)
def test_what_is_served_with_it_must_be_known_food_in_grams(served: object) -> None:
    with pytest.raises(InvalidRecipe) as refusal:
        recipe("두부 100g", servedWith=served)
    assert str(refusal.value.details["where"]).startswith("servedWith")


def test_what_is_served_with_it_is_judged_like_the_rest() -> None:
    tofu = recipe("두부 100g", servedWith=[{"food": "kimchi_napa", "grams": 200}])
    assert "G01" in refused(tofu, allergic_to("새우"))
    assert "hypertension.02" in refused(tofu, ill_with("고혈압"))


def test_maxima_scale_by_the_dish_share_and_minima_only_bind_a_whole_meal() -> None:
    rule = rule_named("diabetes_t1.01")
    profile = ill_with("1형 당뇨")
    assert limits(rule, profile, 1.0) == (45, 75)
    assert limits(rule, profile, SHARE["side"]) == (None, 15)


def test_rice_beside_a_dish_makes_it_a_whole_meal() -> None:
    alone = recipe("두부 200g", name="두부구이")
    with_rice = recipe(
        "두부 200g", name="두부구이", servedWith=[{"food": "rice_white_cooked", "grams": 150}]
    )
    assert not Case(alone, eater(), TODAY).whole_meal
    assert Case(with_rice, eater(), TODAY).whole_meal
    assert findings(alone, ill_with("신장병"))["ckd.01"].limit == pytest.approx(667 * 0.6)
    assert findings(with_rice, ill_with("신장병"))["ckd.01"].limit == 667


def test_the_hard_limit_for_high_blood_pressure_knows_no_share() -> None:
    side = recipe("시금치 80g", "간장 5g", name="시금치나물")
    found = findings(side, ill_with("고혈압"))
    assert found["hypertension.02"].limit == 800
    assert found["hypertension.01"].limit == pytest.approx(667 * 0.2)


@pytest.mark.parametrize(
    ("rule", "near", "clear"),
    [
        ("W02", 631, 629),  # energy 10 %
        ("D02", 82, 80),  # carbohydrate 10 %
        ("ckd.03", 18.1, 17.9),  # protein 10 %
        ("gallstone_pancreatitis.01", 12.1, 11.9),  # fat 20 %
        ("ckd.01", 470, 460),  # sodium 30 %
        ("ckd.05", 640, 630),  # potassium 30 %
        ("dialysis.04", 232, 230),  # phosphorus 30 %
        ("G09", 4.3, 4.1),  # salt is sodium
        ("cvd.02", 4.1, 3.9),  # 3 points of an energy share
    ],
)
def test_a_limit_has_the_warn_band_of_its_nutrient(rule: str, near: float, clear: float) -> None:
    row = rule_named(rule)
    high = row.high
    assert high is not None
    assert _judged(row, near) == "warn"
    assert _judged(row, clear) == "pass"
    assert _judged(row, high) == "warn"
    assert _judged(row, high * 1.01 + 0.2) == "fail"


@pytest.mark.parametrize("rule", ["K03", "K05", "B32b", "hypertension.02"])
def test_some_limits_have_no_band(rule: str) -> None:
    row = rule_named(rule)
    edge = row.high if row.high is not None else row.low
    assert edge is not None
    low, high = row.low, row.high
    assert judge(row, Bound(edge, edge), low, high) == "pass"


@pytest.mark.parametrize("rule", ["gout.02", "G07", "K09", "anaemia_iron.01"])
def test_masses_counts_and_minerals_have_no_band(rule: str) -> None:
    row = rule_named(rule)
    edge = row.high if row.high is not None else row.low
    assert edge is not None
    assert judge(row, Bound(edge, edge), row.low, row.high) == "pass"


def _judged(rule: Rule, value: float) -> str:
    return judge(rule, Bound(value, value), None, rule.high)


def test_a_value_that_may_lie_on_both_sides_is_unknown() -> None:
    rule = rule_named("ckd.01")
    assert judge(rule, Bound(500, 900), None, 667) == "unknown"
    assert judge(rule, Bound(700, 900), None, 667) == "fail"


@pytest.mark.parametrize(
    ("profile", "closed"),
    [
        (eater(), False),
        (eater(target="keto"), False),
        (eater(diet=["비건"]), False),
        (allergic_to("땅콩"), True),
        (baby(8), True),
        (ill_with("고혈압"), True),
    ],
)
def test_unknown_closes_the_gate_only_for_allergy_baby_and_disease(
    profile: object, closed: bool
) -> None:
    unknown = Finding("G03", "hard", "unknown")
    assert closes_gate(unknown, profile) is closed  # type: ignore[arg-type]
    assert not closes_gate(Finding("G03", "soft", "unknown"), profile)  # type: ignore[arg-type]
    assert closes_gate(Finding("G03", "hard", "fail"), profile)  # type: ignore[arg-type]


def test_a_vague_pinch_of_salt_is_a_lower_bound() -> None:
    dish = recipe("밥 200g", "소금 약간")
    figures = nutrition(dish, eater(), TODAY)
    assert "소금: sodium_mg" in figures.missing
    assert figures.per_serving["sodium_mg"] == pytest.approx(180, rel=0.15)


def test_an_ingredient_nobody_weighed_is_unknown() -> None:
    dish = recipe("밥 200g", "소고기")
    assert verdict("G05", dish, ill_with("고혈압")) == "unknown"
    assert "G05" in refused(dish, ill_with("고혈압"))
    assert "소고기: amount" in nutrition(dish, eater(), TODAY).missing


def test_half_a_dish_of_unknown_mass_certifies_nothing() -> None:
    dish = recipe("밥 100g", "신비한 가루 100g")
    assert findings(dish, eater())["G03"].verdict == "unknown"
    assert findings(dish, eater())["G03"].value == 50
    assert verdict("G03", recipe("밥 200g", "신비한 가루 2g"), eater()) == "warn"
    assert verdict("G03", recipe("밥 200g", "신비한 가루 2g"), ill_with("고혈압")) == "unknown"
    assert verdict("G04", dish, eater()) == "unknown"


def test_guessed_servings_certify_nothing_for_a_patient() -> None:
    dish = recipe("밥 200g", "양배추 100g", servings=None)
    assert "servings_estimated" in dish.assumptions
    assert verdict("G06", dish, ill_with("신장병")) == "unknown"
    assert verdict("G06", dish, eater()) == "warn"
    assert verdict("G06", dish, allergic_to("땅콩")) == "warn"


def test_a_whole_meal_of_section_4_is_read_by_its_recipe() -> None:
    whole = {
        "sessionId": "x",
        "recipe": {"recipeName": "두부", "servings": "2인분", "ingredients": ["두부 1모"]},
    }
    assert recipe_from(whole).servings == 2


MEALS = (
    "keto_ok_samgyeopsal",
    "keto_total_fail_net_ok_salmon_avocado",
    "keto_fail_gochujang",
    "baby10_ok_chicken_zucchini",
    "diabetes_ok_brown_rice_meal",
    "ckd_ok_rice_cabbage",
    "ramen",
)


def _meal(name: str) -> dict[str, object]:
    meals = json.loads(shared_path("cases/test_meals_dev.json").read_text(encoding="utf-8"))
    return next(meal for meal in meals if meal["id"] == name)


def _dish(meal: dict[str, object]) -> Recipe:
    from aichef.food.table import foods

    grams = meal["ingredients_g"]
    assert isinstance(grams, dict)
    lines = [f"손질한 {foods()[food].name_ko} {amount}g" for food, amount in grams.items()]
    steps = ["모두 넣고 75℃ 이상으로 끓여 속까지 익힌 뒤 모두 5mm로 다진다"]
    dish = recipe(*lines, steps=steps)
    assert [one.food for one in dish.ingredients] == list(grams)
    return dish


@pytest.mark.parametrize("name", MEALS)
def test_a_test_meal_has_its_computed_nutrients(name: str) -> None:
    meal = _meal(name)
    figures = nutrition(_dish(meal), eater(), TODAY)
    expected = meal["nutrients"]
    assert isinstance(expected, dict)
    for field, value in expected.items():
        found = figures.per_serving[field]
        if found is None or any(gap.endswith(field) for gap in figures.missing):
            continue
        assert found == pytest.approx(value, rel=1e-4, abs=0.011), field


@pytest.mark.parametrize(
    ("name", "fields", "broken"),
    [
        ("keto_ok_samgyeopsal", {"target": "keto", "medications": ["없음"]}, set()),
        ("keto_total_fail_net_ok_salmon_avocado", {"target": "keto"}, {"K01"}),
        ("keto_total_fail_net_ok_salmon_avocado", {"target": "keto", "carbBasis": "net"}, set()),
        ("keto_fail_gochujang", {"target": "keto"}, {"K01", "K07", "K13"}),
        ("baby10_ok_chicken_zucchini", {"target": "baby_food", "babyAgeMonths": 10}, set()),
        ("diabetes_ok_brown_rice_meal", {"target": "diabetes", "medications": ["없음"]}, set()),
        ("ckd_ok_rice_cabbage", {"healthConditions": ["신장병"]}, set()),
        ("ramen", {"healthConditions": ["고혈압"]}, {"hypertension.02"}),
    ],
)
def test_a_test_meal_has_its_expected_verdict(
    name: str, fields: dict[str, object], broken: set[str]
) -> None:
    found = refused(_dish(_meal(name)), eater(**fields))
    assert found == broken if not broken else found & broken
