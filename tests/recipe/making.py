"""Recipes and profiles through the real doors, for tests that read as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from aichef.profile.model import Profile
from aichef.profile.parse import parse_profile
from aichef.recipe.check import check, closes_gate
from aichef.recipe.model import Finding, Recipe
from aichef.recipe.read import recipe_from

TODAY = date(2026, 11, 23)
COOKED = ("모두 넣고 10분 끓여 속까지 익힌다.",)


def eater(**fields: Any) -> Profile:
    return parse_profile({"target": "general", **fields}, today=TODAY)


def ill_with(condition: str, **fields: Any) -> Profile:
    return eater(healthConditions=[condition], medications=["없음"], **fields)


def allergic_to(*words: str, **fields: Any) -> Profile:
    return eater(allergies=list(words), **fields)


def baby(months: float | str, **fields: Any) -> Profile:
    return eater(**{"target": "baby_food", "babyAgeMonths": months, **fields})


def recipe(
    *ingredients: object,
    steps: Iterable[str] = COOKED,
    servings: int | None = 1,
    name: str = "요리",
    **more: object,
) -> Recipe:
    rows = list(ingredients)
    body = {"name": name, "ingredients": rows, "instructions": list(steps), **more}
    return recipe_from({**body, "servings": servings} if servings else body)


def findings(dish: Recipe, profile: Profile) -> dict[str, Finding]:
    """The findings by rule; of several for one rule the worst."""
    found: dict[str, Finding] = {}
    for one in check(dish, profile, TODAY):
        found.setdefault(one.rule, one)
    return found


def verdict(rule: str, dish: Recipe, profile: Profile) -> str:
    found = findings(dish, profile)
    return found[rule].verdict if rule in found else "off"


def refused(dish: Recipe, profile: Profile) -> set[str]:
    """Rules that keep the dish from the person."""
    return {one.rule for one in check(dish, profile, TODAY) if closes_gate(one, profile)}
