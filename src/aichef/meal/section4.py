"""A meal as the JSON of DESIGN section 4: the one shape every door answers with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aichef.basket.model import vendor_label
from aichef.food.table import foods
from aichef.meal.model import VERSION
from aichef.meal.why import why
from aichef.prices.choose import unit_price
from aichef.profile.parse import assumption_text
from aichef.recipe.check import MONEY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichef.basket.model import Basket, Line
    from aichef.meal.model import Meal
    from aichef.prices.model import Price, Priced
    from aichef.recipe.model import Finding, Ingredient, Nutrition, Recipe, WrittenBy


def to_json(meal: Meal, session_id: str | None = None) -> dict[str, Any]:
    """Section 4 as plain values; money in whole won, times with their offset."""
    recipe = meal.recipe
    body: dict[str, Any] = {
        "recipe": recipe_json(meal),
        "pricing": pricing_json(meal),
        "summary": {
            "totalCost": meal.total_cost,
            "costPerServing": meal.cost_per_serving,
            "estimatedCookingTime": recipe.minutes,
            "difficultyLevel": recipe.difficulty,
        },
        "generatedAt": meal.generated_at.isoformat(timespec="seconds"),
        "version": VERSION,
    }
    return {"sessionId": session_id, **body} if session_id else body


def recipe_json(meal: Meal) -> dict[str, Any]:
    """The `recipe` object, with nutrition and findings."""
    recipe, locale = meal.recipe, meal.profile.locale
    body: dict[str, Any] = {
        **written_json(recipe, locale),
        "why": list(why(meal)),
        "assumptions": [assumption_text(key, locale) for key in recipe.assumptions],
        "nutrition": nutrition_json(meal.nutrition),
        "findings": [finding_json(one) for one in meal.findings],
    }
    if recipe.written_by:
        body["writtenBy"] = written_by_json(recipe.written_by)
    if recipe.frame:
        body["bookPage"] = recipe.frame
    return body


def written_by_json(by: WrittenBy) -> dict[str, Any]:
    """Who wrote it, what was mended, and what it cost; what does not apply is left out."""
    body: dict[str, Any] = {"kind": by.kind, "model": by.model, "repairs": by.repairs}
    if by.changes:
        body["changes"] = list(by.changes)
    if by.instead_of:
        body["insteadOf"] = by.instead_of
    if by.spent:
        body["tokens"] = {"in": by.spent.tokens_in, "out": by.spent.tokens_out}
        body["calls"] = by.spent.calls
        body["seconds"] = by.spent.seconds
        body["costUsd"] = by.spent.usd
        body["pricedOn"] = by.spent.priced_on or None
    return body


def written_json(recipe: Recipe, locale: str = "ko") -> dict[str, Any]:
    """The part of a recipe that a writer writes."""
    body: dict[str, Any] = {
        "recipeName": recipe.name,
        "description": recipe.description,
        "cookingTime": recipe.minutes,
        "difficulty": recipe.difficulty,
        "servings": recipe.servings,
        "course": recipe.course,
        "servedWith": [
            {"food": one.food, "name": foods()[one.food].name(locale), "grams": one.grams}
            for one in recipe.served_with
        ],
        "ingredients": [ingredient_json(one) for one in recipe.ingredients],
        "instructions": [f"{n}. {step}" for n, step in enumerate(recipe.instructions, 1)],
        "notes": recipe.notes,
        "tools": list(recipe.tools),
    }
    if recipe.keto_notes is not None:
        body["ketoNotes"] = recipe.keto_notes
    return body


def ingredient_json(one: Ingredient) -> dict[str, Any]:
    """One ingredient; `grams` as bought, `edibleGrams` as counted, null where unknown."""
    body: dict[str, Any] = {
        "name": one.name,
        "amount": one.amount,
        "unit": one.unit,
        "grams": one.grams,
        "edibleGrams": one.edible_grams,
        "food": one.food,
        "toBuy": one.to_buy,
    }
    said = {
        "prep": one.prep,
        "treatment": one.treatment,
        "form": one.form,
        "raw": one.raw,
        "optional": one.optional,
        "vague": one.vague,
        "worstGrams": one.worst_grams,
        "alternatives": list(one.alternatives),
    }
    return body | {key: value for key, value in said.items() if value}


def nutrition_json(nutrition: Nutrition) -> dict[str, Any]:
    """Figures per serving (what it is served with included) and in total; null is unknown."""
    return {
        "perServing": dict(nutrition.per_serving),
        "total": dict(nutrition.total),
        "missing": list(nutrition.missing),
        "sources": list(nutrition.sources),
        "matchedMassPct": nutrition.matched_pct,
    }


def finding_json(one: Finding) -> dict[str, Any]:
    """One rule's verdict."""
    return {
        "rule": one.rule,
        "severity": one.severity,
        "verdict": one.verdict,
        "value": one.value,
        "limit": one.limit,
        "unit": one.unit,
        "source": one.source,
        "message": one.message,
        "foods": list(one.foods),
    }


def pricing_json(meal: Meal) -> dict[str, Any]:
    """The `pricing` object; what is taken to be at home is listed with its won."""
    basket, locale = meal.basket, meal.profile.locale
    return {
        "totalEstimatedCost": basket.total,
        "usedCost": basket.used,
        "optimalVendor": basket.optimal_vendor,
        "vendorBreakdown": {
            vendor: [_line_json(one) for one in lines]
            for vendor, lines in basket.by_vendor(locale).items()
        },
        "ingredients": [_priced_json(one, locale) for one in basket.priced],
        "delivery": [
            {
                "vendor": one.vendor,
                "won": one.won,
                "freeFrom": one.free_from,
                "toFree": one.to_free,
                "assumed": one.assumed,
                "asOf": one.as_of or None,
            }
            for one in basket.delivery
        ],
        "unpriced": [
            {"ingredient": one.need.ingredient, "reason": one.reason} for one in basket.unpriced
        ],
        "assumedAtHome": [
            {
                "ingredient": one.need.ingredient,
                "food": one.need.food,
                "grams": round(one.need.grams, 1),
                "won": one.won,
            }
            for one in meal.at_home
        ],
        "recommendations": _recommendations(basket),
        "suppliers": list(meal.suppliers),
    }


def _recommendations(basket: Basket) -> dict[str, Any]:
    return {
        "sameVendorSavings": basket.same_vendor_savings,
        "alternativeOptions": [
            {
                "name": one.name,
                "vendors": list(one.vendors),
                "total": one.total,
                "delivery": one.delivery,
                "difference": one.difference,
                "atAverage": list(one.averages),
                "proven": one.proven,
                "gap": round(one.gap, 6),
            }
            for one in basket.options
        ],
    }


def _line_json(one: Line) -> dict[str, Any]:
    return {
        "name": one.ingredient,
        "food": one.food,
        "product": one.price.product,
        "price": one.won,
        "quantity": one.quantity,
        "surplus": f"{one.surplus_g:g}g",
        "url": one.price.url,
    }


def _priced_json(one: Priced, locale: str) -> dict[str, Any]:
    chosen = one.chosen
    each = unit_price(chosen)
    return {
        "ingredient": one.need.ingredient,
        "food": one.need.food,
        "amount": one.need.amount,
        "unit": one.need.unit,
        "grams": round(one.need.grams, 1),
        "prices": [price_json(price, locale) for price in one.prices],
        "lowestPrice": chosen.won,
        "unitPrice": {"won": each.won, "per": each.per},
        "kind": chosen.kind,
        "source": chosen.source,
        "observedOn": chosen.observed_on.isoformat(),
        "bandPct": chosen.band_pct,
        "estimate": chosen.estimate,
    }


def price_json(price: Price, locale: str) -> Mapping[str, Any]:
    """One price row with its source and day, and all that a basket is solved with.

    `grams` is what a pack or a loose step holds; what is left out is as `Price` has it by default.
    """
    row = {
        "vendor": vendor_label(price, locale),
        "product": price.product,
        "price": price.won,
        "pack": price.pack,
        "unit": price.sold,
        "kind": price.kind,
        "source": price.source,
        "observedOn": price.observed_on.isoformat(),
        "url": price.url,
        "flags": list(price.flags),
        "grams": price.grams,
        "bandPct": price.band_pct,
    }
    said = {
        "per": price.per if price.per != "100g" else "",
        "content": price.content,
        "edible": price.edible,
        "estimate": price.estimate,
        "living": price.living,
        "fresh": price.fresh,
    }
    return row | {key: value for key, value in said.items() if value}


def unassessed(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Hard rules nobody could judge, by id; money apart, for a foreign recipe is not priced."""
    return tuple(
        one.rule
        for one in findings
        if (one.severity, one.verdict) == ("hard", "unknown") and one.rule not in MONEY
    )


def checked_json(
    recipe: Recipe,
    nutrition: Nutrition,
    findings: Sequence[Finding],
    *,
    holds: bool,
    explain: bool,
) -> dict[str, Any]:
    """What `aichef check --json` answers; `holds` says whether the gate would let it through."""
    body: dict[str, Any] = {
        "holds": holds,
        "unassessed": list(unassessed(findings)),
        "recipeName": recipe.name,
        "servings": recipe.servings,
        "course": recipe.course,
        "ingredients": [ingredient_json(one) for one in recipe.ingredients],
        "assumptions": list(recipe.assumptions),
        "nutrition": nutrition_json(nutrition),
        "matchedMassPct": nutrition.matched_pct,
        "findings": [finding_json(one) for one in findings],
    }
    if explain:
        body["trace"] = [dict(row) for row in nutrition.trace]
    return body
