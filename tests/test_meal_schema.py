"""Every target's meal is section 4: each field against the written schema, and sums that add up."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no stubs

from aichef.cook import cook
from aichef.kitchens.local import local_kitchen
from aichef.meal.section4 import to_json
from aichef.profile.parse import parse_profile
from aichef.recipe.read import recipe_from
from aichef.settings import Settings

PROFILES: tuple[dict[str, Any], ...] = (
    {"target": "keto", "budget": 30000},
    {"target": "keto", "healthConditions": ["diabetes"], "budget": 30000, "servings": 2},
    {"target": "baby_food", "babyAgeMonths": 6},
    {"target": "baby_food", "babyAgeMonths": 14, "servings": 3},
    {"target": "diabetes", "healthConditions": ["당뇨"], "medications": "없음"},
    {"target": "diet", "pantry": "empty", "servings": 1},
    {"target": "fridge", "availableIngredients": "두부 1모, 양파 1개, 달걀 3개"},
    {"target": "general", "servings": 4, "budget": 40000, "allergies": "우유"},
)


@pytest.fixture(scope="module")
def meals(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    kitchen = local_kitchen(Settings(tmp_path_factory.mktemp("home")))
    return [
        to_json(asyncio.run(cook(parse_profile({**one, "locale": locale}), kitchen)), session)
        for locale, session in (("ko", None), ("en", "sess_" + "a" * 26))
        for one in PROFILES
    ]


def schema() -> Any:
    return json.loads(files("aichef.meal").joinpath("schema.json").read_text(encoding="utf-8"))


def test_the_schema_itself_holds() -> None:
    Draft202012Validator.check_schema(schema())


def test_a_recipe_of_ours_is_read_back_with_nothing_left_unread(
    meals: list[dict[str, Any]],
) -> None:
    for meal in meals:
        assert recipe_from(meal["recipe"]).unread == ()


def test_every_target_answers_in_section_4_in_both_languages(meals: list[dict[str, Any]]) -> None:
    validator = Draft202012Validator(schema(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    troubles = [
        f"{one.json_path}: {one.message[:200]}"
        for meal in meals
        for one in validator.iter_errors(meal)
    ]
    assert troubles == []


def test_it_survives_being_written_and_read_again(meals: list[dict[str, Any]]) -> None:
    for meal in meals:
        assert json.loads(json.dumps(meal, allow_nan=False, ensure_ascii=False)) == meal


def test_money_is_whole_won_and_the_sums_add_up(meals: list[dict[str, Any]]) -> None:
    for meal in meals:
        pricing, summary = meal["pricing"], meal["summary"]
        lines = [line for some in pricing["vendorBreakdown"].values() for line in some]
        delivery = sum(one["won"] for one in pricing["delivery"])
        assert sum(line["price"] for line in lines) + delivery == pricing["totalEstimatedCost"]
        assert summary["totalCost"] == pricing["totalEstimatedCost"]
        assert summary["costPerServing"] == math.ceil(
            summary["totalCost"] / meal["recipe"]["servings"]
        )
        assert pricing["usedCost"] <= pricing["totalEstimatedCost"]
        for option in pricing["recommendations"]["alternativeOptions"]:
            assert option["difference"] == option["total"] - pricing["totalEstimatedCost"]
        for key, value in leaves(meal):
            if key in {"price", "won", "total", "lowestPrice", "usedCost", "totalCost"}:
                assert value is None or type(value) is int


def test_the_chosen_price_is_one_of_the_prices_shown(meals: list[dict[str, Any]]) -> None:
    for meal in meals:
        for one in meal["pricing"]["ingredients"]:
            chosen = {(price["price"], price["kind"], price["source"]) for price in one["prices"]}
            assert (one["lowestPrice"], one["kind"], one["source"]) in chosen


def test_times_carry_their_offset(meals: list[dict[str, Any]]) -> None:
    for meal in meals:
        assert datetime.fromisoformat(meal["generatedAt"]).utcoffset() is not None


def test_totals_are_servings_times_a_serving(meals: list[dict[str, Any]]) -> None:
    for meal in meals:
        nutrition, servings = meal["recipe"]["nutrition"], meal["recipe"]["servings"]
        for field, value in nutrition["perServing"].items():
            total = nutrition["total"][field]
            if field.endswith("_pct"):
                assert total == pytest.approx(value, abs=0.02)
            elif value is not None:
                assert total == pytest.approx(value * servings, abs=0.006 * servings + 0.006)


def test_steps_are_numbered_in_order_and_summary_repeats_the_recipe(
    meals: list[dict[str, Any]],
) -> None:
    for meal in meals:
        recipe, summary = meal["recipe"], meal["summary"]
        for number, step in enumerate(recipe["instructions"], 1):
            assert step.startswith(f"{number}. ")
        assert summary["estimatedCookingTime"] == recipe["cookingTime"]
        assert summary["difficultyLevel"] == recipe["difficulty"]


def test_only_keto_has_keto_notes(meals: list[dict[str, Any]]) -> None:
    for profile, meal in zip(PROFILES * 2, meals, strict=True):
        assert ("ketoNotes" in meal["recipe"]) == (profile["target"] == "keto")


def test_english_meals_hold_no_korean_outside_names_of_sources_and_products(
    meals: list[dict[str, Any]],
) -> None:
    for meal in meals[len(PROFILES) :]:
        recipe = meal["recipe"]
        texts = [recipe["recipeName"], recipe["description"], recipe["notes"]]
        texts += [*recipe["instructions"], *recipe["assumptions"]]
        texts += [one["message"] for one in recipe["findings"]]
        texts += [f"{one['name']} {one['unit']}" for one in recipe["ingredients"]]
        texts += [one["name"] for one in recipe["servedWith"]]
        assert [text for text in texts if any("가" <= letter <= "힣" for letter in text)] == []


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, key)
    else:
        yield key, value
