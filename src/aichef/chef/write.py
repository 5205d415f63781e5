"""Step 1: write the recipe. The port `Writer` and the gate no recipe gets around."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from aichef.errors import UnusableRecipe
from aichef.recipe.check import check, closes_gate

if TYPE_CHECKING:
    from aichef.prices.model import Price
    from aichef.profile.model import Profile
    from aichef.recipe.model import Ingredient, Recipe

Known = Callable[[frozenset[str]], Mapping[str, Sequence["Price"]]]
"""Prices at hand for food ids, without a network."""

Ready = Callable[["Ingredient"], None]
"""Told of a line of the recipe as soon as it is whole, while the rest is being written."""


def to_nobody(_: Ingredient) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a writer is given: who eats, the prices at hand, what day it is, whom to tell."""

    profile: Profile
    known: Known
    today: date
    ready: Ready = to_nobody


class Writer(Protocol):
    """Someone who writes recipes: the cook's book, a model.

    One that never waits for anybody says so by `at_hand`.
    """

    async def write(self, order: Order) -> Recipe:
        """A recipe for the order. Raises Infeasible where none is possible, or SupplierError."""


async def write_recipe(order: Order, writer: Writer) -> Recipe:
    """A recipe that holds for the profile. Raises UnusableRecipe if the writer's does not."""
    recipe = await writer.write(order)
    broken = [
        one.rule
        for one in check(recipe, order.profile, order.today)
        if closes_gate(one, order.profile)
    ]
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
