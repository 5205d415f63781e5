"""Why this dish: what it uses up, the limit it comes closest to, and what it costs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from aichef.chef.korean import with_particle
from aichef.food.table import foods
from aichef.meal.words import figure, label, pick, unit_of, won
from aichef.recipe.check import field_of
from aichef.recipe.rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichef.meal.model import Meal
    from aichef.profile.model import Available
    from aichef.recipe.model import Finding, Ingredient

FIRST: Final = 3
"""Fridge items named before it becomes a list."""

LEAST_LEFT: Final = 10.0
"""Grams from which what is left of a thing is worth a word."""

NEARNESS: Final = frozenset({"sodium_mg", "carbohydrate_g", "energy_kcal", "protein_g", "fat_g"})


def why(meal: Meal) -> tuple[str, ...]:
    """One short sentence a reason, in the language of the profile; at least the cost."""
    reasons = (_fridge(meal), _limit(meal), _cost(meal))
    return tuple(one for one in reasons if one)


def _fridge(meal: Meal) -> str:
    """The fridge items used, those that expire first named first."""
    own = {one.food: one for one in meal.profile.available if one.food}
    used = [one for one in meal.recipe.ingredients if one.food in own]
    used.sort(key=lambda one: own[one.food or ""].expires or date.max)
    if not used:
        return ""
    names = [_amount(one, meal.profile.locale) for one in used[:FIRST]]
    left = _left(used, own, meal.profile.locale)
    if meal.profile.locale == "ko":
        kept = f" ({', '.join(left)} 남음)" if left else ""
        return f"냉장고의 {with_particle(', '.join(names), '을')} 먼저 씁니다{kept}"
    kept = f" ({', '.join(left)} left)" if left else ""
    return f"uses {', '.join(names)} from the fridge first{kept}"


def _left(used: Sequence[Ingredient], own: Mapping[str, Available], locale: str) -> list[str]:
    """What a dish this size cannot take of the things that must be used, in grams."""
    left = []
    space = "" if locale == "ko" else " "
    for one in used:
        food = one.food or ""
        stock = own[food]
        rest = (stock.grams or 0.0) - (one.grams or 0.0)
        if stock.must_use and rest >= LEAST_LEFT:
            left.append(f"{foods()[food].name(locale)} {rest:.0f}{space}g")
    return left


def _amount(one: Ingredient, locale: str) -> str:
    space = "" if locale == "ko" else " "
    name = foods()[one.food].name(locale) if one.food else one.name
    return f"{name} {one.amount}{space}{one.unit}".strip()


def _limit(meal: Meal) -> str:
    """The upper limit the dish comes closest to and keeps: "나트륨 480mg, 한도 767mg"."""
    profile = meal.profile
    bounded = [one for one in rules_for(profile) if one.high is not None or one.high_from]
    fields = {one.id: field_of(one, profile) for one in bounded}
    near = [
        one
        for one in meal.findings
        if fields.get(one.rule) in NEARNESS
        and one.severity != "info"
        and one.verdict in {"pass", "warn"}
        and _upper(one) > 0
    ]
    if not near:
        return ""
    closest = max(near, key=lambda one: _value(one) / _upper(one))
    field = fields[closest.rule]
    unit = unit_of(field)
    value, limit = figure(_value(closest), field), f"{_upper(closest):,g}"
    return pick(
        (
            f"{label(field, 'ko')} {value}{unit}, 한도 {limit}{unit}",
            f"{label(field, 'en')} {value} {unit}, limit {limit} {unit}",
        ),
        profile.locale,
    )


def _value(one: Finding) -> float:
    return float(one.value) if isinstance(one.value, (int, float)) else 0.0


def _upper(one: Finding) -> float:
    """The upper end of a finding's limit; 0 where there is none."""
    if isinstance(one.limit, (int, float)):
        return float(one.limit)
    return float(str(one.limit or "0-0").rpartition("-")[2] or 0)


def _cost(meal: Meal) -> str:
    locale = meal.profile.locale
    total, budget = won(meal.total_cost, locale), won(meal.profile.budget, locale)
    return pick((f"결제 금액 {total}, 예산 {budget}", f"{total} at the till of {budget}"), locale)
