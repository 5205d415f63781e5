"""A meal to take along: Markdown, plain text and a spreadsheet of what to buy."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from aichef.meal.render import gaps
from aichef.meal.words import (
    DIFFICULTY,
    DISCLAIMERS,
    KETO_DISCLAIMER,
    label,
    pick,
    table_name,
    won,
)
from aichef.web.page.chart import shown
from aichef.web.page.checked import checked
from aichef.web.page.linked import line
from aichef.web.page.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aichef.profile.model import Locale
    from aichef.web.page.kept import View
    from aichef.web.page.shopping import Bought

_FIGURES: Final = (
    *("energy_kcal", "carbohydrate_g", "sugars_g", "fibre_g", "protein_g", "fat_g"),
    *("saturated_fat_g", "sodium_mg"),
)
_SPECIAL: Final = "\\`*_{}[]<>#|~"


def markdown(view: View, lines: Sequence[Bought], locale: Locale) -> str:
    """The meal and its list as Markdown; what others wrote is escaped."""
    return "\n".join(_markdown(view, lines, locale)) + "\n"


def _markdown(view: View, lines: Sequence[Bought], locale: Locale) -> Iterator[str]:
    recipe, pricing = view.body["recipe"], view.body["pricing"]
    yield f"# {_plain(recipe['recipeName'])}"
    yield ""
    if recipe["description"]:
        yield f"{_plain(recipe['description'])}\n"
    facts = (
        *([text("meal.minutes", locale, n=recipe["cookingTime"])] if recipe["cookingTime"] else []),
        pick(DIFFICULTY[recipe["difficulty"]], locale),
        text("meal.servings", locale, n=recipe["servings"]),
        f"{text('meal.at_till', locale)} {won(pricing['totalEstimatedCost'], locale)}",
    )
    yield " · ".join(facts)
    yield f"\n## {text('meal.checked', locale)}\n"
    told = checked(view, locale)
    yield f"{text('meal.for_whom', locale)}: {_plain(told.whom)}\n"
    for group, some in told.groups:
        for one in some:
            foods = f": {one.foods}" if one.foods else ""
            yield f"- {text(f'meal.group_{group}', locale)} — {_plain(one.text + foods)}"
    yield from (f"- {_plain(one)}" for one in recipe["assumptions"])
    yield f"\n## {text('meal.ingredients', locale)}\n"
    for row in recipe["ingredients"]:
        yield f"- {_plain(line(row, view.profile.locale))}"
    for row in recipe["servedWith"]:
        yield f"- {_plain(row['name'])} {row['grams'] * recipe['servings']:g}g"
    yield f"\n## {text('meal.method', locale)}\n"
    for place, step in enumerate(view.recipe.instructions, 1):
        yield f"{place}. {_plain(step)}"
    if recipe["notes"]:
        yield f"\n{_plain(recipe['notes'])}"
    yield f"\n## {text('meal.nutrition', locale)}\n"
    for field in _FIGURES:
        value = view.nutrition.per_serving.get(field)
        yield f"- {label(field, locale)} {shown(view.nutrition, field, value, locale)}"
    if unknown := gaps(view.nutrition, locale):
        yield f"\n{_plain(text('meal.lower_bound', locale, names=unknown))}"
    yield f"\n## {text('meal.basket', locale)}\n"
    yield from (f"- [ ] {_plain(one)}" for one in shopping(view, lines, locale))
    yield f"\n{text('meal.at_till', locale)} {won(pricing['totalEstimatedCost'], locale)}"
    yield f"\n## {text('meal.sources', locale)}\n"
    tables = sorted({table_name(one, locale) for one in view.nutrition.sources})
    yield from (f"- {_plain(one)}" for one in tables)
    yield ""
    pairs = (*DISCLAIMERS, *((KETO_DISCLAIMER,) if view.profile.target == "keto" else ()))
    yield from (f"> {pick(pair, locale)}" for pair in pairs)


def shopping(view: View, lines: Sequence[Bought], locale: Locale) -> Iterator[str]:
    """The list, one line for each thing: shop, product, packs, price; fees and unknowns last."""
    for one in lines:
        yield f"{one.vendor}: {one.name} {one.quantity} {won(one.won, locale)}"
    for gap in view.body["pricing"]["unpriced"]:
        yield f"{gap['ingredient']} ({text('meal.no_price', locale)})"
    for fee in view.body["pricing"]["delivery"]:
        if fee["won"]:
            yield f"{fee['vendor']}: {text('meal.delivery', locale)} {won(fee['won'], locale)}"


def spreadsheet(view: View, lines: Sequence[Bought], locale: Locale) -> str:
    """The list as CSV that spreadsheets open as UTF-8; no cell of it can be a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    heads = ("shop", "product", "ingredient", "quantity", "won", "surplus", "kind", "source", "day")
    writer.writerow([text(f"meal.csv_{one}", locale) for one in heads])
    for one in lines:
        price = one.product
        cells: tuple[object, ...] = (
            *(one.vendor, one.name, one.ingredient, one.quantity, one.won, one.surplus),
            *((price.kind, price.source, price.day) if price else ("", "", "")),
        )
        writer.writerow([_cell(each) for each in cells])
    for fee in view.body["pricing"]["delivery"]:
        cells = (fee["vendor"], text("meal.delivery", locale), "", "", fee["won"])
        writer.writerow([_cell(each) for each in cells])
    for gap in view.body["pricing"]["unpriced"]:
        writer.writerow(["", _cell(gap["ingredient"]), "", "", "", "", "", _cell(gap["reason"])])
    return out.getvalue()


def _cell(value: object) -> object:
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if risky else value


def _plain(words: str) -> str:
    one_line = " ".join(words.split())
    return "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in one_line)
