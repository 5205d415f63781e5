"""What must hold of every dish, whatever is in it."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.food.nutrition import TERMS
from aichef.recipe.check import Case, check
from aichef.recipe.model import Recipe
from tests.recipe.making import COOKED, TODAY, allergic_to, baby, eater, ill_with, recipe

FOODS = (
    "쌀",
    "두부",
    "소고기",
    "연어",
    "달걀",
    "버터",
    "우유",
    "땅콩버터",
    "간장",
    "소금",
    "식용유",
    "시금치",
    "데친 시금치",
    "바나나",
    "새우",
    "물",
    "꿀",
    "김치",
    "신비한 소스",
)
EATERS = (
    allergic_to("우유", "땅콩"),
    baby(8),
    ill_with("신장병"),
    eater(target="keto", medications=["없음"]),
    eater(target="diabetes", medications=["없음"]),
)
LINES = st.tuples(st.sampled_from(FOODS), st.integers(1, 400))
FRIED = st.sampled_from([COOKED, ("재료를 170도 기름에 튀긴다",)])


def dish(
    lines: list[tuple[str, int]], servings: int = 2, steps: tuple[str, ...] = COOKED
) -> Recipe:
    return recipe(*(f"{name} {grams}g" for name, grams in lines), servings=servings, steps=steps)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6), st.integers(1, 5), st.sampled_from(EATERS))
def test_scaling_servings_and_amounts_together_changes_no_figure(
    lines: list[tuple[str, int]], factor: int, profile: object
) -> None:
    once = Case(dish(lines, 2), profile, TODAY).serving  # type: ignore[arg-type]
    more = [(name, grams * factor) for name, grams in lines]
    many = Case(dish(more, 2 * factor), profile, TODAY).serving  # type: ignore[arg-type]
    for field in TERMS:
        assert once.of(field).lo == pytest.approx(many.of(field).lo, rel=1e-9, abs=1e-9)
        assert once.of(field).hi == pytest.approx(many.of(field).hi, rel=1e-9, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6), LINES, FRIED)
def test_adding_an_ingredient_never_lowers_what_is_known(
    lines: list[tuple[str, int]], one: tuple[str, int], steps: tuple[str, ...]
) -> None:
    before = Case(dish(lines, 2, steps), eater(), TODAY).serving
    after = Case(dish([*lines, one], 2, steps), eater(), TODAY).serving
    for field in TERMS:
        assert after.of(field).lo >= before.of(field).lo - 1e-9, field


@settings(max_examples=60, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6), LINES)
def test_adding_an_ingredient_never_clears_an_allergen(
    lines: list[tuple[str, int]], one: tuple[str, int]
) -> None:
    profile = allergic_to("우유", "땅콩", "새우")

    def broken(foods: list[tuple[str, int]]) -> set[str]:
        return {
            found.message.split(":")[0]
            for found in check(dish(foods), profile, TODAY)
            if found.rule == "G01" and found.verdict == "fail"
        }

    assert broken(lines) <= broken([*lines, one])


@settings(max_examples=50, deadline=None)
@given(st.lists(LINES, min_size=2, max_size=6), st.randoms(), st.sampled_from(EATERS))
def test_the_order_of_ingredients_does_not_matter(
    lines: list[tuple[str, int]], chance: random.Random, profile: object
) -> None:
    turned = list(lines)
    chance.shuffle(turned)

    def verdicts(foods: list[tuple[str, int]]) -> dict[tuple[str, str], str]:
        found = check(dish(foods), profile, TODAY)  # type: ignore[arg-type]
        return {(one.rule, one.message): one.verdict for one in found}

    assert verdicts(lines) == verdicts(turned)


@settings(max_examples=50, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6), st.sampled_from(EATERS))
def test_findings_are_unique_and_the_worst_come_first(
    lines: list[tuple[str, int]], profile: object
) -> None:
    found = check(dish(lines), profile, TODAY)  # type: ignore[arg-type]
    assert len({(one.rule, one.message) for one in found}) == len(found)
    ranks = [
        ("fail", "unknown", "warn", "pass", "not_applicable").index(one.verdict) for one in found
    ]
    rest = [rank for one, rank in zip(found, ranks, strict=True) if one.rule != "A01"]
    assert rest == sorted(rest)
    assert all(one.message and one.severity in {"hard", "soft", "info"} for one in found)
    assert all(not isinstance(one.value, float) or math.isfinite(one.value) for one in found)
