"""A recipe's nutrition as figures to show: per serving, in total, and what each is made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from aichef.food.nutrition import RATIOS, SHOWN, Totals, scale
from aichef.recipe.check import Case
from aichef.recipe.model import Nutrition

if TYPE_CHECKING:
    from datetime import date

    from aichef.profile.model import Profile
    from aichef.recipe.model import Recipe


def nutrition(recipe: Recipe, profile: Profile, today: date) -> Nutrition:
    """Nutrition with what it is served with. Unknown figures are lower bounds named in `missing`.

    A figure is None only where nothing of it is known.
    """
    case = Case(recipe, profile, today)
    serving = case.serving
    whole = Totals(scale(serving.portions, recipe.servings))
    return Nutrition(
        per_serving=_figures(serving),
        total=_figures(whole),
        missing=_missing(serving),
        sources=tuple(sorted({p.food.source for p in serving.portions if p.food})),
        matched_pct=round(serving.matched_pct, 1),
        trace=_trace(serving),
    )


def _figures(totals: Totals) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for field in SHOWN:
        bound = totals.of(field)
        unknown = bound.lo == 0 and math.isinf(bound.hi)
        found[field] = None if unknown else round(bound.lo, 2)
    return found


def _missing(totals: Totals) -> tuple[str, ...]:
    """Unknown foods by name; "name: field" where the table or the amount leaves one open."""
    gaps: list[str] = []
    for portion in totals.portions:
        if portion.food is None:
            gaps.append(portion.name)
        elif portion.edible_g is None:
            gaps.append(f"{portion.name}: amount")
    for field in SHOWN:
        if field in RATIOS:
            continue
        for portion, part in totals.shares(field):
            known_amount = portion.food is not None and portion.edible_g is not None
            if known_amount and not part.known:
                gaps.append(f"{portion.name}: {field}")
    return tuple(dict.fromkeys(gaps))


def _trace(totals: Totals) -> tuple[dict[str, object], ...]:
    """Every portion with its part of each nutrient, per serving: what stands behind a figure."""
    added = [field for field in SHOWN if field not in RATIOS]
    parts = {field: [bound.lo for _, bound in totals.shares(field)] for field in added}
    rows = []
    for place, portion in enumerate(totals.portions):
        row: dict[str, object] = {
            "name": portion.name,
            "food": portion.food.id if portion.food else None,
            "source": portion.food.source if portion.food else None,
            "edibleGrams": None if portion.edible_g is None else round(portion.edible_g, 2),
            "treatment": portion.treatment,
        }
        if portion.food and portion.edible_g is not None:
            row["parts"] = {field: round(parts[field][place], 3) for field in added}
        rows.append(row)
    return tuple(rows)
