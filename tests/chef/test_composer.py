"""The built-in cook chooses, keeps every hard rule, and says why when it cannot."""

from __future__ import annotations

import pytest

from aichef.chef.composer import compose
from aichef.errors import Infeasible
from aichef.food.table import foods
from aichef.prices.choose import used_rate
from aichef.recipe.model import Recipe
from tests.chef.ordering import book, order

EATERS: list[dict[str, object]] = [
    {"target": "keto"},
    {"target": "diabetes"},
    {"target": "diet"},
    {"target": "fridge", "availableIngredients": "두부 1모, 양파 1개"},
    {"target": "general"},
    {"target": "baby_food", "babyAgeMonths": 5},
    {"target": "baby_food", "babyAgeMonths": 7},
    {"target": "baby_food", "babyAgeMonths": 10},
    {"target": "baby_food", "babyAgeMonths": 13},
    {"target": "baby_food", "babyAgeMonths": 24},
]


def eaten(recipe: Recipe) -> set[str]:
    return {one.food for one in recipe.ingredients if one.food} | {
        one.food for one in recipe.served_with
    }


@pytest.mark.parametrize("eater", EATERS, ids=str)
def test_the_same_seed_is_the_same_meal_and_the_next_another_dish(
    eater: dict[str, object],
) -> None:
    first = compose(order(**eater, seed=3))
    assert first == compose(order(**eater, seed=3))
    names = {compose(order(**eater, seed=seed)).name for seed in range(6)}
    assert len(names) > 1


@pytest.mark.parametrize("allergen", ["달걀", "우유", "대두", "밀", "돼지고기", "닭고기", "새우"])
@pytest.mark.parametrize("target", ["keto", "diabetes", "diet", "fridge"])
def test_a_declared_allergen_is_never_in_the_dish(target: str, allergen: str) -> None:
    recipe = compose(order(target=target, allergies=allergen))
    declared = order(target=target, allergies=allergen).profile.allergen_ids
    for food in eaten(recipe):
        held = foods()[food].allergens
        assert not any(held.get(one) in {"contains", "likely"} for one in declared)


def test_a_disliked_food_is_left_out() -> None:
    recipe = compose(order(target="diet", dislikes="닭가슴살, 두부, 양배추"))
    assert not eaten(recipe) & {"chicken_breast", "tofu_firm", "cabbage"}


def test_a_must_use_item_is_used_and_never_more_than_there_is() -> None:
    fridge = [
        {"name": "시금치", "amount": "60", "unit": "g", "mustUse": True},
        {"name": "두부", "amount": "1", "unit": "모"},
    ]
    recipe = compose(order(target="fridge", availableIngredients=fridge))
    spinach = [one for one in recipe.ingredients if one.food == "spinach"]
    assert spinach
    assert (spinach[0].grams or 0) <= 60
    assert not spinach[0].to_buy


def test_tools_one_lacks_are_not_needed() -> None:
    recipe = compose(order(target="diabetes", tools="전자레인지만"))
    assert set(recipe.tools) <= {"microwave"}


def test_time_and_skill_are_kept_where_a_dish_allows() -> None:
    recipe = compose(order(target="diet", cookingTime="20분", cookingLevel="초급"))
    assert (recipe.minutes or 99) <= 20
    assert recipe.difficulty == "easy"


def test_amounts_grow_with_the_servings() -> None:
    one, four = (compose(order(target="diet", servings=n, seed=1)) for n in (1, 4))
    grams = [sum(i.edible_grams or 0 for i in r.ingredients) / r.servings for r in (one, four)]
    assert grams[1] == pytest.approx(grams[0], rel=0.35)


def test_too_small_a_budget_names_the_least_that_would_do() -> None:
    asked = {"target": "diet", "servings": 4, "pantry": "empty"}
    with pytest.raises(Infeasible) as refusal:
        compose(order(**asked, budget=1000))
    least = refusal.value.details["leastBudget"]
    assert f"{least:,}원" in refusal.value.message
    assert [rule["rule"] for rule in refusal.value.details["rules"]] == ["G10"]
    recipe = compose(order(**asked, budget=least))
    with pytest.raises(Infeasible):
        compose(order(**asked, budget=least - 300))
    assert recipe.servings == 4


def test_a_clash_of_rules_is_named() -> None:
    with pytest.raises(Infeasible) as refusal:
        compose(order(target="keto", diet="비건", allergies="대두, 견과류, 참깨, 들깨"))
    assert refusal.value.details["rules"]
    assert all(rule["message"] for rule in refusal.value.details["rules"])


def test_what_it_uses_costs_no_more_than_the_budget() -> None:
    recipe = compose(order(target="diabetes", budget=7000, pantry="empty"))
    used = 0.0
    for one in recipe.ingredients:
        prices = book().known([one.food or ""]).get(one.food or "", ())
        used += (one.grams or 0) * used_rate(prices) if prices and one.to_buy else 0
    assert used <= 7000
