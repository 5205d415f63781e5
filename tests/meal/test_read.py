"""A meal that went out as section 4 comes back as it was, as far as its pages show it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console, RenderableType

from aichef.cook import cook
from aichef.kitchens.local import local_kitchen
from aichef.meal.model import Meal
from aichef.meal.read import WRONG, meal_of
from aichef.meal.render import render
from aichef.meal.section4 import to_json
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Spent, WrittenBy
from aichef.settings import Settings

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
PROFILES: tuple[Mapping[str, Any], ...] = (
    {"target": "keto", "allergies": "땅콩", "locale": "en"},
    {"target": "general", "healthConditions": "고혈압", "servings": 3, "pantry": "empty"},
    {"target": "fridge", "availableIngredients": "두부 1모, 애호박 1개", "locale": "ko"},
    {"target": "baby_food", "babyAgeMonths": 8, "note": "부드럽게"},
    {"target": "diabetes", "medications": "메트포르민", "diabetesType": 2, "servings": 1},
)


@cache
def cooked(number: int) -> Meal:
    profile = parse_profile(PROFILES[number], today=NOW.date())
    kitchen = replace(local_kitchen(Settings(Path("nobody"))), clock=lambda: NOW)
    return asyncio.run(cook(profile, kitchen))


def sent(meal: Meal) -> dict[str, Any]:
    return dict(json.loads(json.dumps(to_json(meal))))


def shown(page: RenderableType) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(page)
    return console.export_text()


@pytest.mark.parametrize("number", range(len(PROFILES)))
def test_what_comes_back_looks_as_what_went_out(number: int) -> None:
    meal = cooked(number)
    assert shown(render(meal_of(sent(meal), meal.profile))) == shown(render(meal))


def test_who_wrote_it_and_what_that_cost_come_back() -> None:
    spent = Spent(1_200, 340, 2, 3.5, "0.0003", "2026-11-01")
    by = WrittenBy("model", "a-model", 1, ("소금을 줄였어요.",), spent=spent)
    meal = replace(cooked(1), recipe=replace(cooked(1).recipe, written_by=by))
    assert meal_of(sent(meal), meal.profile).recipe.written_by == by


def test_every_line_is_of_a_price_that_is_listed() -> None:
    meal = cooked(1)
    back = meal_of(sent(meal), meal.profile).basket
    lines = [line for lines in meal.basket.by_vendor().values() for line in lines]
    assert [(line.food, line.count, line.won) for line in back.lines] == [
        (line.food, line.count, line.won) for line in lines
    ]
    assert [line.price for line in back.lines] == [line.price for line in lines]
    assert [one.chosen for one in back.priced] == [one.chosen for one in meal.basket.priced]


def test_what_is_no_meal_of_ours_is_refused() -> None:
    whole = sent(cooked(1))
    profile = cooked(1).profile
    wrong: list[dict[str, Any]] = [
        {},
        {**whole, "version": "9.0"},
        {**whole, "generatedAt": "today"},
        {**whole, "recipe": {}},
        {**whole, "pricing": []},
    ]
    for name, value in (("verdict", "PASS"), ("severity", "grave")):
        body = sent(cooked(1))
        body["recipe"]["findings"][0][name] = value
        wrong.append(body)
    for name, value in (("quantity", "9 × 9kg"), ("food", "nothing"), ("surplus", "much")):
        body = sent(cooked(1))
        next(iter(body["pricing"]["vendorBreakdown"].values()))[0][name] = value
        wrong.append(body)
    body = sent(cooked(1))
    body["pricing"]["ingredients"][0]["lowestPrice"] = 0
    wrong.append(body)
    for one in wrong:
        with pytest.raises(WRONG):
            meal_of(one, profile)
