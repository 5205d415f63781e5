"""Nouns of the food room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

NUTRIENTS: Final = (
    "energy_kcal",
    "carbohydrate_g",
    "sugars_g",
    "fibre_g",
    "protein_g",
    "fat_g",
    "saturated_fat_g",
    "sodium_mg",
    "potassium_mg",
    "phosphorus_mg",
    "calcium_mg",
    "iron_mg",
    "cholesterol_mg",
)
"""Nutrients of the composition table; the suffix is the unit."""

Certainty = Literal["contains", "likely", "may"]


@dataclass(frozen=True, slots=True)
class Food:
    """A row of the composition table with all that is known of the food.

    `per_100g` holds each of NUTRIENTS per 100 g edible portion; None where the source is blank.
    `first_month` is the first completed month of age at which a baby may have it; None means
    not before the third birthday.
    `allergens` maps allergen ids to how sure it is that they are inside.
    `bought_as` names the food one buys for it and the grams bought per gram of this food
    (cooked rice is bought as raw rice); None when it is bought as it is.
    """

    id: str
    name_ko: str
    name_en: str
    category: str
    per_100g: Mapping[str, float | None] = field(hash=False)
    refuse_pct: float
    source: str
    gi: float | None = None
    water_g: float | None = None
    purine_mg: float | None = None
    alcohol_g: float = 0.0
    first_month: int | None = None
    tags: frozenset[str] = frozenset()
    allergens: Mapping[str, Certainty] = field(default_factory=dict, hash=False)
    bought_as: tuple[str, float] | None = None

    def name(self, locale: str) -> str:
        """Name for a reader of `locale` ("ko" or "en")."""
        return self.name_ko if locale == "ko" else self.name_en


class Allergen(NamedTuple):
    """One allergen: the Korean labelled groups first, then others people name."""

    id: str
    name_ko: str
    name_en: str
    members: tuple[str, ...]
    labelled: bool
    source: str

    def name(self, locale: str) -> str:
        """Name for a reader of `locale`."""
        return self.name_ko if locale == "ko" else self.name_en


Treatment = Literal["blanched", "boiled", "soaked"]
"""Water thrown away after cooking: the only case in which retention factors apply."""


@dataclass(frozen=True, slots=True)
class Portion:
    """So much of a food in a dish, ready to be added up.

    `edible_g` counts for nutrition, `bought_g` for prices; both in grams for the whole recipe.
    `worst_edible_g` is the largest amount a vague word may mean (None: the amount is exact).
    `food` None: a name that resolves to no food; its grams, where known, count as unmatched mass.
    """

    name: str
    food: Food | None
    edible_g: float | None
    bought_g: float | None
    treatment: Treatment | None = None
    worst_edible_g: float | None = None
