"""Nouns of the meal room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aichef.basket.model import Basket
    from aichef.prices.model import Need
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding, Nutrition, Recipe

VERSION = "1.0"
"""Version of the JSON shape of DESIGN section 4."""


@dataclass(frozen=True, slots=True)
class HomeItem:
    """Something taken to be at home already, with the won it would cost to buy; None: unknown."""

    need: Need
    won: int | None


@dataclass(frozen=True, slots=True)
class Meal:
    """What the eater gets: a recipe, its nutrition and findings, and the basket."""

    profile: Profile
    recipe: Recipe
    nutrition: Nutrition
    findings: tuple[Finding, ...]
    basket: Basket
    at_home: tuple[HomeItem, ...]
    suppliers: tuple[str, ...]
    generated_at: datetime

    @property
    def total_cost(self) -> int:
        """Won at the till for what has to be bought."""
        return self.basket.total

    @property
    def cost_per_serving(self) -> int:
        """Won at the till for one serving, rounded up."""
        return -(-self.basket.total // self.recipe.servings)
