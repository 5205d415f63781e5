"""Composed meals before the second checker, and the second checker before spoiled meals."""

from __future__ import annotations

import ast
import asyncio
import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aichef.cook import Kitchen, cook
from aichef.errors import NeedsAnswer, RequestError
from aichef.kitchens.local import local_kitchen
from aichef.meal.section4 import to_json
from aichef.profile.parse import parse_profile
from aichef.settings import Settings
from tests import independent
from tests.profiles import random_profile

MEALS = 150
FIRST_SEED = 100_000

Meal = dict[str, Any]


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Kitchen:
    return local_kitchen(Settings(tmp_path_factory.mktemp("home")))


def cooked(profile: dict[str, Any], kitchen: Kitchen) -> Meal:
    today = kitchen.clock().date()
    return to_json(asyncio.run(cook(parse_profile(profile, today=today), kitchen)))


def test_the_checker_knows_nothing_of_the_engine() -> None:
    for name in ("independent.py", "profiles.py"):
        tree = ast.parse((Path(__file__).parent / name).read_text(encoding="utf-8"))
        imported = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (*(one.name for one in node.names), getattr(node, "module", None) or "")
        }
        assert not {one for one in imported if one.split(".")[0] == "aichef"}


def test_composed_meals_break_no_hard_rule_and_refusals_name_theirs(kitchen: Kitchen) -> None:
    broken: list[str] = []
    for seed in range(FIRST_SEED, FIRST_SEED + MEALS):
        profile = random_profile(seed, kitchen.clock().date())
        try:
            meal = cooked(profile, kitchen)
        except RequestError as refusal:
            assert isinstance(refusal, NeedsAnswer) or refusal.details["rules"], seed
            continue
        broken += [f"seed {seed}: {one}" for one in independent.violations(meal, profile)]
    assert not broken, "\n".join(broken)


# ------------------------------------------------------------------ it sees what it should see

KETO = {"target": "keto", "seed": 4}
DIABETES = {"target": "diabetes", "seed": 2}
BABY = {"target": "baby_food", "babyAgeMonths": 7, "seed": 1}
FRIDGE = {
    "target": "fridge",
    "availableIngredients": [{"name": "두부", "amount": 300, "unit": "g", "mustUse": True}],
}


def ingredient(food: str, grams: float, **more: Any) -> dict[str, Any]:
    base = {"name": food, "amount": str(grams), "unit": "g", "grams": grams, "edibleGrams": grams}
    return {**base, "food": food, "toBuy": True, **more}


def adding(food: str, grams: float, **more: Any) -> Callable[[Meal], None]:
    return lambda meal: meal["recipe"]["ingredients"].append(ingredient(food, grams, **more))


def setting(*path: str | int, to: Any) -> Callable[[Meal], None]:
    def change(meal: Meal) -> None:
        inner: Any = meal
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = to

    return change


def saying(step: str) -> Callable[[Meal], None]:
    return lambda meal: meal["recipe"]["instructions"].append(step)


def by_model(*steps: str, notes: str = "") -> Callable[[Meal], None]:
    """A model's meal, in which that is said besides."""

    def change(meal: Meal) -> None:
        recipe = meal["recipe"]
        recipe["writtenBy"] = {"kind": "model"}
        recipe["notes"] = recipe["description"] = ""
        recipe["instructions"] += [*steps, notes]

    return change


def seasoning_again(meal: Meal) -> None:
    """A model's meal whose steps add four helpings of what the list has once."""
    one = next(one for one in meal["recipe"]["ingredients"] if one["unit"] in {"큰술", "작은술"})
    step = f"{one['name']}을 {one['amount']}{one['unit']} 더 넣습니다."
    by_model(*[step] * 4)(meal)


def dropping(food: str) -> Callable[[Meal], None]:
    def change(meal: Meal) -> None:
        rows = meal["recipe"]["ingredients"]
        rows[:] = [one for one in rows if one["food"] != food]

    return change


def weighing(food: str, grams: float) -> Callable[[Meal], None]:
    def change(meal: Meal) -> None:
        for one in meal["recipe"]["ingredients"]:
            if one["food"] == food:
                one["grams"] = grams

    return change


SPOILED: tuple[tuple[str, dict[str, Any], dict[str, Any], Callable[[Meal], None]], ...] = (
    ("K01", KETO, {}, adding("onion", 200)),
    ("K03", KETO, {}, adding("chicken_breast", 600)),
    ("K07", KETO, {}, adding("sugar_white", 5)),
    ("K13", KETO, {}, adding("potato", 10)),
    ("K16", KETO, {"healthConditions": ["ckd"]}, lambda _: None),
    ("K16", KETO, {"medications": ["인슐린"]}, lambda _: None),
    ("pku.01", KETO, {"healthConditions": ["pku"]}, lambda _: None),
    ("G01", KETO, {"allergies": ["peanut"]}, adding("peanut_roasted", 5)),
    ("G01", KETO, {"allergies": ["tree_nut"]}, adding("walnut", 5)),
    ("G01", KETO, {"allergies": ["우엉"]}, adding("burdock", 5)),
    ("G03", KETO, {}, adding("moon_dust", 5)),
    ("G05", KETO, {}, setting("recipe", "ingredients", 0, "grams", to=0)),
    ("G06", KETO, {"servings": 5}, lambda _: None),
    ("G09", DIABETES, {}, adding("salt_refined", 20)),
    ("G10", DIABETES, {"budget": 100}, lambda _: None),
    ("D02", DIABETES, {}, adding("rice_white_raw", 150)),
    ("D06", DIABETES, {}, adding("honey", 60)),
    ("D12", DIABETES, {}, adding("soy_sauce", 60)),
    ("hypertension.02", DIABETES, {"healthConditions": ["hypertension"]}, adding("doenjang", 60)),
    ("ckd.05", DIABETES, {"healthConditions": ["ckd"]}, adding("banana", 500)),
    ("gout.02", DIABETES, {"healthConditions": ["gout"]}, adding("pork_liver", 200)),
    ("gout.03", DIABETES, {"healthConditions": ["gout"]}, adding("anchovy_small_dried", 30)),
    ("warfarin.01", DIABETES, {"medications": ["와파린"]}, adding("natto", 50)),
    ("coeliac", DIABETES, {"healthConditions": ["coeliac"]}, adding("soy_sauce", 1)),
    ("vegan", DIABETES, {"diet": ["vegan"]}, adding("kimchi_napa", 10)),
    ("halal", DIABETES, {"diet": ["halal"]}, adding("bacon", 10)),
    ("G19", DIABETES, {"healthConditions": ["pregnancy"]}, adding("mirin", 5)),
    ("raw:", DIABETES, {"healthConditions": ["pregnancy"]}, adding("egg", 20, raw=True)),
    ("dislikes:", DIABETES, {"dislikes": ["오이"]}, adding("cucumber", 5)),
    ("tools:", DIABETES, {"tools": []}, lambda _: None),
    ("B00", BABY, {}, adding("shrimp", 5)),
    ("B32b", BABY, {}, adding("cheese_cheddar", 60)),
    ("B37", BABY, {}, adding("salt_refined", 0.5)),
    ("B39", BABY, {}, adding("honey", 2)),
    ("B49", BABY, {"babyAgeMonths": 14}, adding("walnut", 5, form="cut")),
    ("B01", BABY, {"babyAgeMonths": 3}, lambda _: None),
    ("B03", BABY, {}, saying("9. 12mm로 썹니다.")),
    ("B59", BABY, {}, saying("9. 기름에 튀깁니다.")),
    ("F01", FRIDGE, {}, dropping("tofu_firm")),
    ("F03", FRIDGE, {}, weighing("tofu_firm", 900.0)),
    ("F03", FRIDGE, {}, adding("broccoli", 10, toBuy=False)),
    ("refuse:", DIABETES, {}, adding("banana", 100)),
    ("amount:", DIABETES, {}, adding("cucumber", 50, amount="3", unit="kg")),
    ("nutrition:", KETO, {}, setting("recipe", "nutrition", "perServing", "iron_mg", to=99.0)),
    ("money:", KETO, {}, setting("pricing", "totalEstimatedCost", to=1)),
    ("money:", KETO, {}, setting("summary", "costPerServing", to=1)),
    ("text:", KETO, {}, saying("9. {meat} 굽습니다.")),
    ("text:", KETO, {}, by_model("순탄수 2g밖에 안 됩니다.")),
    ("text:", DIABETES, {}, by_model("먹기 전에 인슐린을 반만 맞고 드세요.")),
    ("text:", DIABETES, {}, by_model("6개월 아기도 먹을 수 있어요.")),
    ("text:", BABY, {}, by_model("남으면 상온에 하루 두었다가 다시 먹입니다.")),
    ("text:", BABY, {}, by_model(notes="꿀을 조금 곁들여 주세요.")),
    ("text:", DIABETES, {}, by_model("Contains no nuts, dairy or gluten.")),
    ("amount:", DIABETES, {}, seasoning_again),
)


@pytest.mark.parametrize(("rule", "profile", "changed", "spoil"), SPOILED)
def test_the_checker_finds_a_spoiled_meal(
    rule: str,
    profile: dict[str, Any],
    changed: dict[str, Any],
    spoil: Callable[[Meal], None],
    kitchen: Kitchen,
    cache: dict[str, Meal],
) -> None:
    if profile["target"] not in cache:
        cache[profile["target"]] = cooked(profile, kitchen)
    meal = copy.deepcopy(cache[profile["target"]])
    assert independent.violations(meal, profile) == []
    spoil(meal)
    found = independent.violations(meal, {**profile, **changed})
    assert rule in {one.split()[0].split("/")[0] for one in found}


@pytest.fixture(scope="module")
def cache() -> dict[str, Meal]:
    return {}


def test_pinches_of_salt_are_counted_at_their_worst_where_a_disease_hangs_on_it() -> None:
    pinches = ingredient("salt_refined", 2.0, amount="4", unit="꼬집")
    part = independent.Part("salt_refined", 1.0, row=pinches)
    assert independent.pinched_sodium([part]) == pytest.approx(
        float(independent.foods()["salt_refined"]["sodium_mg"]) / 100
    )


@pytest.mark.parametrize(
    ("text", "number"),
    [("3과 1/2", 3.5), ("3 1/2", 3.5), ("1/4", 0.25), ("7", 7), ("2.5", 2.5), ("조금", None)],
)
def test_written_amounts_are_read_as_numbers(text: str, number: float | None) -> None:
    assert independent.count(text) == number
