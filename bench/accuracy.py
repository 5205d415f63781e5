"""COOKRCP recipes with published nutrition, computed from their lists: how far off are we?

Published values are for one person; lists are for one to four and do not say so. Servings are
estimated from the list alone (`recipe/read.py`), never from the published values.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from aichef.errors import InvalidRecipe
from aichef.food.model import Portion
from aichef.food.nutrition import Totals
from aichef.food.table import foods
from aichef.recipe.read import recipe_from
from bench.figures import Figure, at_most

if TYPE_CHECKING:
    from aichef.recipe.model import Recipe

SHARED = Path(os.environ.get("AICHEF_SHARED", Path(__file__).parents[2] / "shared"))
PUBLISHED = {
    "energy_kcal": "INFO_ENG",
    "carbohydrate_g": "INFO_CAR",
    "protein_g": "INFO_PRO",
    "fat_g": "INFO_FAT",
    "sodium_mg": "INFO_NA",
}
MATCHED_PCT = 95.0
MACROS = ("carbohydrate_g", "protein_g", "fat_g")
OFF_BY, OFF_GRAMS = 2.0, 3.0
"""A published macronutrient off by more than this factor, and by more grams, is not the list's."""
SPLITS = 100


@dataclass(frozen=True)
class Case:
    """One published recipe beside ours."""

    row: Mapping[str, Any]
    recipe: Recipe
    totals: Totals

    @property
    def judged(self) -> bool:
        """At least 95 % of the mass matched and not fried, as the claim says."""
        words = f"{self.row['RCP_NM']} {' '.join(self.row['MANUAL'])}"
        fried = self.row["RCP_WAY2"] == "튀기기" or "튀기" in words or "튀김" in words
        return self.totals.matched_pct >= MATCHED_PCT and not fried

    def error_pct(self, field: str, servings: int | None = None) -> float | None:
        """Relative error against the published value; None where nothing is published."""
        signed = self.signed_error_pct(field, servings)
        return None if signed is None else abs(signed)

    def signed_error_pct(self, field: str, servings: int | None = None) -> float | None:
        """The same with its sign; above zero we are too high."""
        published = float(self.row[PUBLISHED[field]] or 0)
        computed = self.totals.of(field).lo / (servings or self.recipe.servings)
        return (computed - published) / published * 100 if published > 0 else None

    def least_error_pct(self, field: str) -> float | None:
        """The error with the servings that fit best: what is left when servings were known."""
        found = (self.error_pct(field, servings) for servings in range(1, 9))
        return min((one for one in found if one is not None), default=None)

    @property
    def agrees_with_its_list(self) -> bool:
        """Whether the published macronutrients can come from the list, for 1 to 8 servings."""
        return any(self._could_be(servings) for servings in range(1, 9))

    def _could_be(self, servings: int) -> bool:
        for field in MACROS:
            published = float(self.row[PUBLISHED[field]] or 0)
            computed = self.totals.of(field).lo / servings
            near = published / OFF_BY <= computed <= published * OFF_BY
            if not near and abs(computed - published) > OFF_GRAMS:
                return False
        return True


def cases() -> list[Case]:
    """Every recipe of the shared file that can be read."""
    lines = (SHARED / "cases/cookrcp01_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [one for line in lines if (one := case(json.loads(line))) is not None]


def case(row: Mapping[str, Any]) -> Case | None:
    try:
        recipe = recipe_from(
            {"name": row["RCP_NM"], "servings": None, "ingredientsText": row["RCP_PARTS_DTLS"]}
        )
    except InvalidRecipe:
        return None
    return Case(row, recipe, Totals(portions(recipe)))


def portions(recipe: Recipe) -> tuple[Portion, ...]:
    """The whole list, as eaten by all."""
    return tuple(
        Portion(
            one.name,
            foods()[one.food] if one.food else None,
            one.edible_grams,
            one.grams,
            one.treatment,
            one.worst_grams,
        )
        for one in recipe.ingredients
    )


def errors(some: Iterable[Case], field: str) -> list[float]:
    return [error for one in some if (error := one.error_pct(field)) is not None]


def line(name: str, found: Sequence[float]) -> str:
    within = sum(error <= 20 for error in found) / len(found)
    return (
        f"{name:<24} n {len(found):>3}  "
        f"median error {median(found):5.1f} %  within 20 %: {within:4.0%}"
    )


def halves(some: Sequence[Case]) -> list[float]:
    """The median energy error of each half, over many splits: how much chance is in the median."""
    found = []
    for seed in range(SPLITS):
        mixed = list(some)
        Random(seed).shuffle(mixed)
        middle = len(mixed) // 2
        found += [median(errors(half, "energy_kcal")) for half in (mixed[:middle], mixed[middle:])]
    return found


def spread(name: str, found: Sequence[float]) -> str:
    at = quantiles(found, n=20, method="inclusive")
    figures = " / ".join(f"{at[place]:+.0f}" for place in (0, 4, 9, 14, 18))
    return f"{name:<24} percentiles 5 / 25 / 50 / 75 / 95: {figures} %"


def energy(some: Sequence[Case], name: str, limit: int) -> Figure:
    """The median energy error of a tier; what else is known of its errors is printed."""
    found = errors(some, "energy_kcal")
    signed = (one.signed_error_pct("energy_kcal") for one in some)
    print(line(f"energy, {name}", found))
    print(spread("  signed", [error for error in signed if error is not None]))
    best = [error for one in some if (error := one.least_error_pct("energy_kcal")) is not None]
    print(line("  with the best servings", best))
    # Picked by looking at what was published: these say where the error is, not how good we are.
    possible = [one for one in some if one.agrees_with_its_list]
    print(line("  rows their list allows", errors(possible, "energy_kcal")))
    low, middle, high = quantiles(found, n=4, method="inclusive")
    return at_most(
        f"COOKRCP, tier {name}: median energy error ≤ {limit} %",
        limit,
        middle,
        f"{middle:.1f} % (n = {len(found)}, half of them between {low:.1f} and {high:.1f} %)",
    )


def main() -> Iterator[Figure]:
    if not (SHARED / "cases/cookrcp01_dev.jsonl").exists():
        print("shared cases are not here: cases/cookrcp01_dev.jsonl")
        return
    every = cases()
    judged = [one for one in every if one.judged]
    tier = {name: [one for one in judged if one.row["tier"] in name] for name in ("A", "AB")}
    print(f"{len(every)} read, {len(judged)} with at least 95 % matched and not fried")
    print(f"servings estimated: {sorted(Counter(one.recipe.servings for one in judged).items())}")
    for name, limit in (("A", 15), ("AB", 25)):
        yield energy(tier[name], "+".join(name), limit)
    print(spread("  medians of halves, A+B", halves(tier["AB"])))
    for field in PUBLISHED:
        print(line(f"  {field}, A+B", errors(tier["AB"], field)))
    doubtful = [one.row["RCP_NM"] for one in tier["A"] if not one.agrees_with_its_list]
    print(f"A, published against their own list: {', '.join(doubtful)}")
