"""Ways out of a refusal: which single change of the profile would make a dish possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from aichef.errors import Infeasible

if TYPE_CHECKING:
    from aichef.chef.write import Order
    from aichef.profile.model import Profile

Way = tuple[str, str, str, "Profile"]
"""The field to change, how to say it in Korean and in English, and the profile changed."""


def with_ways_out(
    refusal: Infeasible, order: Order, possible: Callable[[Order], bool]
) -> Infeasible:
    """The refusal with the first single change that helps, in its words and in `wouldDo`.

    A refusal for money or time names what would do already. An allergy, an illness or an age is
    never offered for change.
    """
    if {"leastBudget", "leastMinutes"} & set(refusal.details):
        return refusal
    locale = order.profile.locale
    for field, korean, english, changed in ways(order.profile):
        if possible(replace(order, profile=changed)):
            said = korean if locale == "ko" else english
            way = {"field": field, "message": said}
            message = f"{refusal.message} {said}"
            return Infeasible(message, **{**refusal.details, "wouldDo": [way]})
    return refusal


def ways(profile: Profile) -> Iterator[Way]:
    """Single changes that a person may make, the smallest first."""
    if profile.dislikes:
        yield (
            "dislikes",
            "싫어하는 음식을 줄이면 가능해요.",
            "It works with fewer dislikes.",
            replace(profile, dislikes=(), disliked_foods=frozenset()),
        )
    for item in profile.available:
        if item.must_use:
            kept = tuple(replace(one, must_use=one.must_use and one is not item)
                         for one in profile.available)  # fmt: skip
            yield (
                "availableIngredients",
                f"{item.name}: 꼭 쓰기를 빼면 가능해요.",
                f"It works when {item.name} need not be used.",
                replace(profile, available=kept),
            )
    if profile.tools is not None:
        yield (
            "tools",
            "다른 조리 도구도 쓸 수 있으면 가능해요.",
            "It works with more kitchen tools.",
            replace(profile, tools=None),
        )
    if profile.diet:
        yield (
            "diet",
            f"식단({', '.join(profile.diet)})을 지키지 않아도 되면 가능해요.",
            f"It works without the diet ({', '.join(profile.diet)}).",
            replace(profile, diet=()),
        )
    if profile.budget < 30_000:
        yield (
            "budget",
            "예산이 30,000원이면 가능해요.",
            "It works with a budget of 30,000 won.",
            replace(profile, budget=30_000),
        )
    if profile.target not in {"general", "baby_food"}:
        yield (
            "target",
            "목표를 일반(general)으로 바꾸면 가능해요.",
            "It works with the target general.",
            replace(profile, target="general"),
        )
