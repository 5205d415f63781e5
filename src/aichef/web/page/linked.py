"""The recipe as schema.org JSON-LD, for other kitchens to read by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aichef.meal.render import is_least
from aichef.recipe.rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aichef.profile.model import Locale
    from aichef.web.page.kept import View

FIGURES: Final = {
    "calories": ("energy_kcal", "calories", 0),
    "carbohydrateContent": ("carbohydrate_g", "g", 1),
    "sugarContent": ("sugars_g", "g", 1),
    "fiberContent": ("fibre_g", "g", 1),
    "proteinContent": ("protein_g", "g", 1),
    "fatContent": ("fat_g", "g", 1),
    "saturatedFatContent": ("saturated_fat_g", "g", 1),
    "sodiumContent": ("sodium_mg", "mg", 0),
    "cholesterolContent": ("cholesterol_mg", "mg", 0),
}
_DIETS: Final = {
    "diet:vegan": "VeganDiet",
    "diet:vegetarian": "VegetarianDiet",
    "diet:gluten_free": "GlutenFreeDiet",
    "diet:halal": "HalalDiet",
    "target:diabetes": "DiabeticDiet",
    "target:diet": "LowCalorieDiet",
}
_NAME: Final = {"ko": "AI 셰프", "en": "AI Chef"}


def linked(view: View, locale: Locale) -> dict[str, Any]:
    """A schema.org `Recipe`: nutrition a serving, diets only where every rule of theirs holds.

    What is unknown is left out, and so is a figure that is only a lower bound.
    """
    recipe = view.body["recipe"]
    minutes = recipe["cookingTime"]
    servings = recipe["servings"]
    beside = [f"{one['name']} {one['grams'] * servings:g}g" for one in recipe["servedWith"]]
    body: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Recipe",
        "name": recipe["recipeName"],
        "description": recipe["description"],
        "author": {"@type": "Organization", "name": _NAME[locale]},
        "datePublished": view.body["generatedAt"][:10],
        "inLanguage": locale,
        "recipeYield": [
            str(servings),
            f"{servings}인분" if locale == "ko" else f"{servings} servings",
        ],
        **({"totalTime": f"PT{minutes}M"} if minutes else {}),
        "recipeIngredient": [*(line(one, locale) for one in recipe["ingredients"]), *beside],
        "recipeInstructions": [
            {"@type": "HowToStep", "position": place, "text": step}
            for place, step in enumerate(view.recipe.instructions, 1)
        ],
        "nutrition": {
            "@type": "NutritionInformation",
            "servingSize": "1인분" if locale == "ko" else "1 serving",
            **dict(_nutrition(view)),
        },
    }
    if diets := [f"https://schema.org/{one}" for one in _suits(view)]:
        body["suitableForDiet"] = diets
    return body


def line(one: dict[str, Any], locale: Locale) -> str:
    """A line of the list as one reads it out: "다진 마늘 1작은술", "1 tsp minced garlic"."""
    name = f"{one.get('prep', '')} {one['name']}".strip()
    if locale == "ko":
        return f"{name} {one['amount']}{one['unit']}".strip()
    return f"{one['amount']} {one['unit']} {name}".strip()


def _nutrition(view: View) -> Iterator[tuple[str, str]]:
    for name, (field, unit, places) in FIGURES.items():
        value = view.nutrition.per_serving.get(field)
        if value is not None and not is_least(view.nutrition.missing, field):
            yield name, f"{value:.{places}f} {unit}"


def _suits(view: View) -> Iterator[str]:
    """Diets whose rules were all found to be kept: none missed or close, none left open."""
    open_ones = [one for one in view.findings if one.verdict == "unknown"]
    if any(one.severity == "hard" for one in open_ones):
        return
    # Medicines nobody named, and the like: then no dish can be said to suit a disease or an aim.
    doubtful = any(one.severity != "info" for one in open_ones)
    # Rules are shared between targets; only what this person asked for was checked as a whole.
    asked = {f"target:{view.profile.target}", *(f"diet:{one}" for one in view.profile.diet)}
    for owner, diet in _DIETS.items():
        if owner not in asked or (doubtful and owner.startswith("target:")):
            continue
        rules = {
            rule.id
            for rule in rules_for(view.profile)
            if owner in rule.owners and rule.kind != "advise" and rule.severity != "info"
        }
        own = {one.verdict for one in view.findings if one.rule in rules}
        if "pass" in own and own <= {"pass", "not_applicable"}:
            yield diet
