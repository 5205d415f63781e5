"""Nutrition by METHOD's procedure: portions in, bounded figures out.

Every figure is an interval: `lo` is what is known, `hi` what it could be at most where the
table has a blank or an amount is vague. A blank is bounded by its parent first (saturated fat
by fat, sugars by carbohydrate, fibre of animal food is 0) and is otherwise without upper bound.
FAO/INFOODS recipe procedure; energy as the table recommends; shares on 4C + 4P + 9F.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Final

from aichef.food.model import NUTRIENTS, Food, Portion, Treatment
from aichef.food.table import retention

SALT_PER_SODIUM: Final = 2.54 / 1000
"""Grams of salt that hold one milligram of sodium (NaCl / Na by mass)."""

FRYING_UPTAKE: Final = 0.10
"""Grams of oil kept per gram of fried solids (METHOD section 2 step 5, battered food)."""

TOLERATED_UNKNOWN: Final = 0.05
"""Share of the mass without water that may be unknown before a figure is (METHOD step 8)."""

ANIMAL: Final = frozenset({"meat", "processed_meat", "fish", "egg", "dairy", "crustacean"})
PLANT: Final = frozenset(
    [
        "grain",
        "starch",
        "tuber",
        "legume",
        "vegetable",
        "mushroom",
        "fruit",
        "nut_seed",
        "seaweed",
        "sweetener",
    ]
)


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure between `lo` (known) and `hi` (possible; infinite where nothing bounds it)."""

    lo: float
    hi: float

    @property
    def known(self) -> bool:
        """Whether both ends agree."""
        return math.isclose(self.lo, self.hi, rel_tol=1e-9, abs_tol=1e-9)

    def __add__(self, other: Bound) -> Bound:
        """Both together."""
        return Bound(self.lo + other.lo, self.hi + other.hi)


NOTHING: Final = Bound(0.0, 0.0)
UNBOUNDED: Final = Bound(0.0, math.inf)


def _exactly(value: float) -> Bound:
    return Bound(value, value)


def _cell(food: Food, nutrient: str) -> Bound:
    """One nutrient in one gram of edible food."""
    value = food.per_100g.get(nutrient)
    if value is not None:
        return _exactly(value / 100)
    parent = {
        "saturated_fat_g": "fat_g",
        "sugars_g": "carbohydrate_g",
        "fibre_g": "carbohydrate_g",
    }.get(nutrient)
    if nutrient == "fibre_g" and food.category in ANIMAL:
        return NOTHING
    if nutrient == "cholesterol_mg" and food.category in PLANT:
        return NOTHING
    if parent is not None:
        return Bound(0.0, _cell(food, parent).hi)
    return UNBOUNDED


def _counted_carbohydrate(food: Food) -> Bound:
    # Erythritol and allulose count 0 (K15, MFDS label factors).
    return NOTHING if "polyol_free" in food.tags else _cell(food, "carbohydrate_g")


def _net_carbohydrate(food: Food) -> Bound:
    carbohydrate, fibre = _counted_carbohydrate(food), _cell(food, "fibre_g")
    return Bound(max(0.0, carbohydrate.lo - fibre.hi), max(0.0, carbohydrate.hi - fibre.lo))


def _glycaemic_load(food: Food) -> Bound:
    # A blank GI is unknown, never 0; no food is taken to exceed glucose (GI 100).
    available = _net_carbohydrate(food)
    if food.gi is None:
        return Bound(0.0, available.hi)
    return Bound(available.lo * food.gi / 100, available.hi * food.gi / 100)


def _atwater(food: Food) -> Bound:
    carbohydrate = _counted_carbohydrate(food)
    protein, fat = _cell(food, "protein_g"), _cell(food, "fat_g")
    return Bound(
        4 * carbohydrate.lo + 4 * protein.lo + 9 * fat.lo,
        4 * carbohydrate.hi + 4 * protein.hi + 9 * fat.hi,
    )


def _if_tagged(tag: str, cell: Callable[[Food], Bound]) -> Callable[[Food], Bound]:
    return lambda food: cell(food) if tag in food.tags else NOTHING


def _scaled(nutrient: str, factor: float) -> Callable[[Food], Bound]:
    def per_gram(food: Food) -> Bound:
        cell = _cell(food, nutrient)
        return Bound(cell.lo * factor, cell.hi * factor)

    return per_gram


def _purine(food: Food) -> Bound:
    return UNBOUNDED if food.purine_mg is None else _exactly(food.purine_mg / 100)


def _nutrient(name: str) -> Callable[[Food], Bound]:
    return lambda food: _cell(food, name)


ONE_GRAM: Final = _exactly(1.0)

TERMS: Final[Mapping[str, Callable[[Food], Bound]]] = {
    **{nutrient: _nutrient(nutrient) for nutrient in NUTRIENTS},
    "carbohydrate_g": _counted_carbohydrate,
    "net_carbohydrate_g": _net_carbohydrate,
    "added_sugars_g": _if_tagged("added_sugar", _nutrient("sugars_g")),
    "lactose_g": _if_tagged("lactose", _nutrient("sugars_g")),
    "purine_mg": _purine,
    "alcohol_g": lambda food: _exactly(food.alcohol_g / 100),
    "salt_equivalent_g": _scaled("sodium_mg", SALT_PER_SODIUM),
    "glycaemic_load": _glycaemic_load,
    "vegetable_g": _if_tagged("vegetable", lambda _: ONE_GRAM),
    "whole_grain_g": _if_tagged("whole_grain", lambda _: ONE_GRAM),
    "grain_g": _if_tagged("grain", lambda _: ONE_GRAM),
    "serving_mass_g": lambda _: ONE_GRAM,
    "atwater_kcal": _atwater,
}
"""What one gram of edible food brings, by field: everything that simply adds up."""

RATIOS: Final[Mapping[str, tuple[str, str, float]]] = {
    "carb_energy_pct": ("carbohydrate_g", "atwater_kcal", 400.0),
    "protein_energy_pct": ("protein_g", "atwater_kcal", 400.0),
    "fat_energy_pct": ("fat_g", "atwater_kcal", 900.0),
    "saturated_fat_energy_pct": ("saturated_fat_g", "atwater_kcal", 900.0),
    "saturated_fat_share_of_fat": ("saturated_fat_g", "fat_g", 100.0),
    "added_sugar_energy_pct": ("added_sugars_g", "atwater_kcal", 400.0),
    "fibre_g_per_1000kcal": ("fibre_g", "energy_kcal", 1000.0),
    "energy_density": ("energy_kcal", "serving_mass_g", 1.0),
    "sodium_mg_per_100g": ("sodium_mg", "serving_mass_g", 100.0),
    "whole_grain_share": ("whole_grain_g", "grain_g", 100.0),
}
"""Fields that are one term over another, times a factor."""

SHOWN: Final = (
    *NUTRIENTS,
    "net_carbohydrate_g",
    "added_sugars_g",
    "salt_equivalent_g",
    "carb_energy_pct",
    "protein_energy_pct",
    "fat_energy_pct",
    "saturated_fat_energy_pct",
)
"""Fields a meal prints; the others appear only as values of findings."""


@cache
def per_gram(field: str, food: Food, treatment: Treatment | None) -> Bound:
    """What one edible gram of `food` adds to a term, after water thrown away (METHOD step 4)."""
    bound = TERMS[field](food)
    if treatment is None:
        return bound
    nutrient = "sodium_mg" if field == "salt_equivalent_g" else field
    kept = retention(food, treatment).get(nutrient, 1.0)
    # Only losses are believed: gains in the pairs are scatter, not chemistry.
    factor = min(kept, 1.0)
    return Bound(bound.lo * factor, bound.hi * factor)


@dataclass(frozen=True)
class Totals:
    """Portions added up; `of(field)` gives any field of TERMS or RATIOS for all of them."""

    portions: tuple[Portion, ...]

    @cached_property
    def mass_without_water(self) -> float:
        """Grams of everything that has a weight, water left out."""
        return sum(p.edible_g or 0.0 for p in self.portions if not _is_water(p))

    @cached_property
    def matched_pct(self) -> float:
        """Share of the mass without water that is a food of the table, in percent."""
        if not self.mass_without_water:
            return 0.0 if any(p.food is None for p in self.portions) else 100.0
        known = sum(p.edible_g or 0.0 for p in self.portions if p.food and not _is_water(p))
        return 100 * known / self.mass_without_water

    def unknown_mass_pct(self, field: str) -> float:
        """Share of the mass without water for which `field` has no upper bound, in percent."""
        if not self.mass_without_water:
            return 0.0
        blank = sum(
            p.edible_g or 0.0
            for p in self.portions
            if p.food is None or math.isinf(self._part(field, p.food, p.treatment))
        )
        return 100 * blank / self.mass_without_water

    @staticmethod
    def _part(field: str, food: Food, treatment: Treatment | None) -> float:
        numerator = RATIOS[field][0] if field in RATIOS else field
        return per_gram(numerator, food, treatment).hi

    def of(self, field: str) -> Bound:
        """The field over all portions; percentages and densities as such."""
        if field in RATIOS:
            return self._ratio(*RATIOS[field])
        lo = hi = 0.0
        tolerated = self.unknown_mass_pct(field) <= 100 * TOLERATED_UNKNOWN
        for portion in self.portions:
            part = _of_portion(field, portion)
            lo += part.lo
            # Up to 5 % unknown mass leaves the figure a lower bound, not an unknown one.
            hi += part.lo if math.isinf(part.hi) and tolerated and portion.edible_g else part.hi
        return Bound(lo, hi)

    def _ratio(self, over: str, under: str, factor: float) -> Bound:
        top, bottom = self.of(over), self.of(under)
        if bottom.lo <= 0:
            return NOTHING if bottom.hi <= 0 else UNBOUNDED
        lo = factor * top.lo / bottom.lo
        if top.known and bottom.known:
            return _exactly(lo)
        least = 0.0 if math.isinf(bottom.hi) else factor * top.lo / bottom.hi
        return Bound(least, factor * top.hi / bottom.lo)

    def shares(self, field: str) -> tuple[tuple[Portion, Bound], ...]:
        """Each portion with its part of a term: the trace behind a figure."""
        return tuple((portion, _of_portion(field, portion)) for portion in self.portions)


def _of_portion(field: str, portion: Portion) -> Bound:
    if portion.food is None:
        return UNBOUNDED if portion.edible_g is None or portion.edible_g > 0 else NOTHING
    one = per_gram(field, portion.food, portion.treatment)
    if portion.edible_g is None:
        return NOTHING if one.hi == 0 else UNBOUNDED
    worst = portion.worst_edible_g or portion.edible_g
    return Bound(one.lo * portion.edible_g, one.hi * worst if one.hi else 0.0)


def _is_water(portion: Portion) -> bool:
    return portion.food is not None and portion.food.id in {"water", "soda_water"}


def scale(portions: Iterable[Portion], factor: float) -> tuple[Portion, ...]:
    """The same portions, `factor` times as much."""
    return tuple(
        replace(
            p,
            edible_g=None if p.edible_g is None else p.edible_g * factor,
            bought_g=None if p.bought_g is None else p.bought_g * factor,
            worst_edible_g=None if p.worst_edible_g is None else p.worst_edible_g * factor,
        )
        for p in portions
    )


def cap_frying_oil(portions: Sequence[Portion]) -> tuple[Portion, ...]:
    """Counts of a frying bath only what the food takes up (METHOD step 5).

    To be called for a dish that is deep-fried; the oil beyond 10 g per 100 g of the other
    solids stays in the pan.
    """
    oils = [p for p in portions if p.food and p.food.category == "fat_oil" and p.edible_g]
    solids = sum(
        p.edible_g or 0.0
        for p in portions
        if p.food and p.food.category not in {"fat_oil", "beverage"} and p.edible_g
    )
    bath = max(oils, key=lambda p: p.edible_g or 0.0, default=None)
    if bath is None or (bath.edible_g or 0.0) <= FRYING_UPTAKE * solids:
        return tuple(portions)
    kept = replace(bath, edible_g=FRYING_UPTAKE * solids, worst_edible_g=None)
    return tuple(kept if p is bath else p for p in portions)
