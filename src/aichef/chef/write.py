"""Step 1: write the recipe. The port `Writer` and the gate no recipe gets around."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from aichef.chef.money import beyond, money_at_hand
from aichef.chef.strict import also_broken
from aichef.errors import UnusableRecipe
from aichef.recipe.check import check, closes_gate
from aichef.recipe.model import Finding

if TYPE_CHECKING:
    from aichef.prices.model import Price
    from aichef.profile.model import Profile
    from aichef.recipe.check import Money
    from aichef.recipe.model import Ingredient, Recipe

Known = Callable[[frozenset[str]], Mapping[str, Sequence["Price"]]]
"""Prices at hand for food ids, without a network."""

Ready = Callable[["Ingredient"], None]
"""Told of a line of the recipe as soon as it is whole, while the rest is being written."""


def to_nobody(_: Ingredient) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a writer is given: who eats, the prices at hand, what day it is, whom to tell.

    `ready` is told of lines of the recipe, `beside` of what will be eaten with it.
    """

    profile: Profile
    known: Known
    today: date
    ready: Ready = to_nobody
    beside: Ready = to_nobody


class Writer(Protocol):
    """Someone who writes recipes: the cook's book, a model.

    One that never waits for anybody says so by `at_hand`.
    """

    async def write(self, order: Order) -> Recipe:
        """A recipe for the order. Raises Infeasible where none is possible, or SupplierError."""


async def write_recipe(order: Order, writer: Writer) -> Recipe:
    """A recipe that holds for the profile. Raises UnusableRecipe if the writer's does not."""
    recipe = await writer.write(order)
    broken = [one.rule for one in broken_rules(recipe, order)]
    if recipe.servings != order.profile.servings:
        # Declaring more servings would shrink every figure a limit looks at.
        broken.append("G06")
    if broken:
        korean = order.profile.locale == "ko"
        raise UnusableRecipe(
            "만든 요리가 규칙을 지키지 못해 내보내지 않았어요. 다시 시도해 주세요."
            if korean
            else "The recipe broke a rule and was held back. Please try again.",
            rules=broken,
        )
    return recipe


def broken_rules(recipe: Recipe, order: Order) -> tuple[Finding, ...]:
    """The findings that close the gate for this order; none where the recipe holds.

    Money counts at the prices at hand: what is used by G10, and a till of several budgets too.
    What we hand out keeps more than what we let pass: see `strict.py`.
    """
    money = money_at_hand(recipe, order)
    return _broken(replace(recipe, written_by=None), order.profile, order.today, money)


@lru_cache(maxsize=2)
def _broken(recipe: Recipe, profile: Profile, today: date, money: Money) -> tuple[Finding, ...]:
    """As `broken_rules`. A writer that asks before it hands over is not judged twice over."""
    findings = check(recipe, profile, today, money)
    closing = tuple(one for one in findings if closes_gate(one, profile))
    stricter = also_broken(recipe, profile, today, findings)
    broken = (*closing, *(one for one in stricter if one not in closing))
    if (till := beyond(money, profile.budget)) is None or any(one.rule == "G10" for one in broken):
        return broken
    told = Finding("G10", "hard", "fail", till, profile.budget, "KRW", "AI Chef, chef/plan.py")
    return (*broken, told)
