"""Money, fridge, tools, time, tastes, and what a baby meets for the first time."""

from __future__ import annotations

import pytest

from aichef.profile.model import Profile
from aichef.recipe.check import Money, check, closes_gate
from aichef.recipe.model import Finding, Recipe
from tests.recipe.making import TODAY, allergic_to, baby, eater, findings, recipe, refused, verdict


def priced(profile: Profile, money: Money) -> dict[str, Finding]:
    return {one.rule: one for one in check(recipe("밥 200g"), profile, TODAY, money)}


def test_food_used_beyond_the_budget_is_refused_and_the_till_only_said() -> None:
    profile = eater(budget=5000)
    found = priced(profile, Money(5001, 9000, 2))
    assert (found["G10"].verdict, found["G10"].limit) == ("fail", 5000)
    assert closes_gate(found["G10"], profile)
    assert found["G10b"].verdict == "fail"
    assert not closes_gate(found["G10b"], profile)


def test_money_has_no_warn_band() -> None:
    found = priced(eater(budget=5000), Money(5000, 5000, 1))
    assert (found["G10"].verdict, found["G10b"].verdict) == ("pass", "pass")


def test_a_missing_price_leaves_the_sum_open_and_the_gate_too() -> None:
    profile = allergic_to("땅콩", budget=5000)
    found = priced(profile, Money(1000, 1000, 1, ("사프란",)))
    assert found["G10"].verdict == "unknown"
    assert not closes_gate(found["G10"], profile)


def test_without_prices_money_is_not_applicable() -> None:
    assert verdict("G10", recipe("밥 200g"), eater()) == "not_applicable"


def test_a_fridge_meal_buys_at_most_three_more_things() -> None:
    fridge = eater(target="fridge", availableIngredients=["두부"])
    assert priced(fridge, Money(100, 100, 3))["F04"].verdict == "pass"
    assert priced(fridge, Money(100, 100, 4))["F04"].verdict == "fail"


FRIDGE = eater(
    target="fridge",
    availableIngredients=[
        {"name": "두부", "amount": 1, "unit": "모", "mustUse": True},
        {"name": "애호박", "amount": 100, "unit": "g"},
        {"name": "돼지고기", "amount": 300, "unit": "g", "expires": "2026-11-01"},
    ],
)


@pytest.mark.parametrize(
    ("lines", "rule", "expected"),
    [
        (("두부 100g", "밥 200g"), "F01", "pass"),
        (("애호박 50g", "밥 200g"), "F01", "fail"),
        (("두부 100g", "애호박 50g"), "F02", "pass"),
        (("두부 100g",), "F02", "fail"),
        (("애호박 100g",), "F03", "pass"),
        (("애호박 150g",), "F03", "fail"),
        (("돼지고기 100g",), "F06", "fail"),
        (("두부 100g",), "F06", "pass"),
    ],
)
def test_the_fridge_is_used_and_not_beyond_what_it_holds(
    lines: tuple[str, ...], rule: str, expected: str
) -> None:
    assert verdict(rule, recipe(*lines), FRIDGE) == expected


def test_food_the_steps_only_mention_does_not_count_as_used() -> None:
    dish = recipe("밥 200g", steps=["두부를 넣고 끓인다"])
    assert verdict("F01", dish, FRIDGE) == "fail"


def test_an_empty_fridge_has_nothing_to_use() -> None:
    bare = eater(target="fridge")
    found = findings(recipe("밥 200g"), bare)
    assert {found[rule].verdict for rule in ("F01", "F02", "F03")} == {"not_applicable"}


def tooled() -> Recipe:
    return recipe("밥 200g", cookingTime=30, difficulty="medium", tools=["oven"])


@pytest.mark.parametrize(
    ("profile", "rule", "expected"),
    [
        (eater(cookingTime=30), "P02", "pass"),
        (eater(cookingTime=20), "P02", "fail"),
        (eater(), "P02", "not_applicable"),
        (eater(cookingLevel="중급"), "P04", "pass"),
        (eater(), "P04", "fail"),
        (eater(tools=["전자레인지"]), "P03", "fail"),
        (eater(tools=["오븐"]), "P03", "pass"),
        (eater(), "P03", "not_applicable"),
        (eater(dislikes=["밥"]), "P01", "fail"),
        (eater(dislikes=["오이"]), "P01", "pass"),
    ],
)
def test_time_tools_level_and_taste_are_soft(profile: Profile, rule: str, expected: str) -> None:
    assert verdict(rule, tooled(), profile) == expected
    assert rule not in refused(tooled(), profile)


def test_a_dish_that_says_no_time_and_level_is_not_judged_by_them() -> None:
    found = findings(recipe("밥 200g"), eater(cookingTime=10))
    assert (found["P02"].verdict, found["P04"].verdict) == ("not_applicable", "not_applicable")


MASH = ["모두 끓여 속까지 익히고 3mm 이하로 으깬다"]


def test_a_baby_meets_one_allergen_at_a_time() -> None:
    one = recipe("쌀 15g", "두부 15g", "물 100ml", steps=MASH)
    two = recipe("쌀 15g", "두부 15g", "달걀노른자 10g", "물 100ml", steps=MASH)
    assert verdict("B60", one, baby(8)) == "pass"
    assert verdict("B60", two, baby(8)) == "fail"
    assert verdict("B60", two, baby(8, currentFoods=["두부"])) == "pass"
    assert "B60" not in refused(two, baby(8))


def test_new_foods_are_unknown_until_someone_says_what_was_eaten() -> None:
    mash = recipe("쌀 15g", "소고기 10g", "물 100ml", steps=MASH)
    assert verdict("B61", mash, baby(6)) == "unknown"
    assert verdict("B61", mash, baby(6, currentFoods=["쌀"])) == "pass"
    assert verdict("B61", mash, baby(6, currentFoods=["애호박"])) == "fail"


def test_gruel_has_ten_parts_of_water() -> None:
    thin = recipe("쌀 10g", "물 120ml", steps=MASH)
    thick = recipe("쌀 30g", "물 60ml", steps=MASH)
    assert verdict("B04", thin, baby(6)) == "pass"
    assert verdict("B04", thick, baby(6)) == "fail"
    assert verdict("B04", recipe("감자 30g", steps=MASH), baby(6)) == "not_applicable"


def test_iron_is_looked_for_from_six_months() -> None:
    assert verdict("B62", recipe("쌀 15g", "소고기 10g", steps=MASH), baby(7)) == "pass"
    assert verdict("B62", recipe("쌀 15g", "애호박 10g", steps=MASH), baby(7)) == "fail"


def test_meat_is_told_to_be_cooked_through() -> None:
    assert verdict("G18", recipe("닭가슴살 100g", steps=["속까지 익힌다"]), eater()) == "pass"
    assert verdict("G18", recipe("닭가슴살 100g", steps=["볶는다"]), eater()) == "fail"
    assert verdict("G18", recipe("두부 100g"), eater()) == "not_applicable"


def test_medicines_nobody_gave_stand_first_as_unknown() -> None:
    keto = eater(target="diabetes", healthConditions=["2형 당뇨"])
    first = check(recipe("밥 200g"), keto, TODAY)[0]
    assert (first.rule, first.verdict) == ("A01", "unknown")


def test_an_allergy_to_one_food_reaches_what_is_named_after_it() -> None:
    pepper = allergic_to("파프리카")
    assert verdict("G01", recipe("파프리카 30g"), pepper) == "fail"
    assert verdict("G01", recipe("파프리카가루 3g"), pepper) == "fail"
    assert verdict("G02", recipe("어묵 30g"), pepper) == "fail"
    assert verdict("G02", recipe("소금 1g", "밥 200g"), pepper) == "pass"


def test_findings_speak_the_readers_language() -> None:
    profile = allergic_to("peanut", locale="en")
    for dish in (
        recipe("땅콩 5g"),
        recipe("밥 200g"),
        recipe("신비한 소스 5g"),
        recipe("완두콩 5g"),
    ):
        for rule in ("G01", "G02"):
            message = findings(dish, profile)[rule].message
            assert message.startswith("peanut")
            assert message.isascii()


@pytest.mark.parametrize(
    ("line", "eaten", "verdict_"),
    [
        ("쌀가루 3g", ["쌀"], "pass"),
        ("쌀 10g", ["쌀가루"], "pass"),
        ("소고기 안심 10g", ["소고기 우둔살"], "pass"),
        ("돼지고기 안심 10g", ["소고기 우둔살"], "fail"),
        ("달걀노른자 9g", ["달걀"], "pass"),
        ("달걀 30g", ["달걀노른자"], "fail"),
    ],
)
def test_another_form_or_cut_of_what_was_eaten_is_no_new_food(
    line: str, eaten: list[str], verdict_: str
) -> None:
    dish = recipe(line, "애호박 10g", "물 100ml", steps=["모두 끓여 체에 내린다"])
    assert verdict("B61", dish, baby(6, currentFoods=eaten)) == verdict_


def test_the_day_s_energy_is_advised_about_only_where_the_meal_is_small() -> None:
    slim = eater(target="diet")
    small = recipe("닭가슴살 200g", "상추 100g", "밥 100g", steps=["모두 익힌다"], servings=1)
    large = recipe("닭가슴살 200g", "상추 100g", "밥 250g", steps=["모두 익힌다"], servings=1)
    assert "W13" in findings(small, slim)
    assert "W13" not in findings(large, slim)
