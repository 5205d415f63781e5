"""A meal read back from the JSON of DESIGN section 4, with all that its pages show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args

from aichef.basket.model import Basket, Delivery, Line, Option, vendor_label
from aichef.meal.model import VERSION, HomeItem, Meal
from aichef.prices.model import Need, Price, Priced, Unpriced
from aichef.profile.say import SAID
from aichef.recipe.model import (
    Finding,
    Ingredient,
    Nutrition,
    Recipe,
    ServedWith,
    Severity,
    Spent,
    Verdict,
    WrittenBy,
)

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aichef.profile.model import Profile

Json = dict[str, Any]

WRONG: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What reading raises where the JSON is none of ours, and showing it where a value is of no use."""


def meal_of(body: Json, profile: Profile) -> Meal:
    """The meal that `section4.to_json` wrote for this eater. Raises WRONG.

    The options of its basket have no lines, its prices no other than were listed, and what was
    assumed stands in the words it was said in.
    """
    if body["version"] != VERSION:
        raise ValueError("a meal of another version")
    recipe, pricing = body["recipe"], body["pricing"]
    assumed = tuple(f"{SAID}{one}" for one in recipe["assumptions"])
    return Meal(
        profile,
        replace(recipe_of(recipe), assumptions=assumed),
        nutrition_of(recipe["nutrition"]),
        tuple(finding_of(one) for one in recipe["findings"]),
        basket_of(pricing, profile.locale),
        tuple(
            HomeItem(Need(one["ingredient"], "", "", one["food"], one["grams"]), one["won"])
            for one in pricing["assumedAtHome"]
        ),
        tuple(pricing["suppliers"]),
        datetime.fromisoformat(body["generatedAt"]),
    )


def recipe_of(body: Json) -> Recipe:
    """The recipe that `section4.recipe_json` wrote, without what was assumed."""
    by = body.get("writtenBy")
    texts = (body["description"], body["notes"])
    return Recipe(
        name=body["recipeName"],
        servings=body["servings"],
        ingredients=tuple(_ingredient_of(one) for one in body["ingredients"]),
        instructions=tuple(one.partition(". ")[2] for one in body["instructions"]),
        description=body["description"],
        minutes=body["cookingTime"],
        difficulty=body["difficulty"],
        course=body["course"],
        served_with=tuple(ServedWith(one["food"], one["grams"]) for one in body["servedWith"]),
        notes=body["notes"],
        keto_notes=body.get("ketoNotes"),
        tools=tuple(body["tools"]),
        written_by=_written_by(by) if by else None,
        frame=body.get("bookPage"),
        # A model's own words are judged again with it; the book's hold for every dish of a page.
        told=tuple(filter(None, texts)) if by and by.get("kind") == "model" else (),
    )


def _written_by(body: Json) -> WrittenBy:
    tokens = body.get("tokens")
    spent = tokens and Spent(
        tokens["in"],
        tokens["out"],
        body["calls"],
        body["seconds"],
        body["costUsd"],
        body["pricedOn"] or "",
    )
    return WrittenBy(
        body.get("kind", "cookbook"),
        body.get("model"),
        body.get("repairs", 0),
        tuple(body.get("changes", ())),
        body.get("insteadOf", ""),
        spent or None,
    )


def _ingredient_of(body: Json) -> Ingredient:
    return Ingredient(
        name=body["name"],
        amount=body["amount"],
        unit=body["unit"],
        food=body["food"],
        grams=body["grams"],
        edible_grams=body["edibleGrams"],
        prep=body.get("prep", ""),
        treatment=body.get("treatment"),
        worst_grams=body.get("worstGrams"),
        vague=body.get("vague", False),
        optional=body.get("optional", False),
        to_buy=body["toBuy"],
        raw=body.get("raw"),
        form=body.get("form"),
        alternatives=tuple(body.get("alternatives", ())),
    )


def nutrition_of(body: Json) -> Nutrition:
    """The figures that `section4.nutrition_json` wrote; the rows behind them are not in it."""
    return Nutrition(
        body["perServing"],
        body["total"],
        tuple(body["missing"]),
        tuple(body["sources"]),
        body["matchedMassPct"],
    )


def finding_of(body: Json) -> Finding:
    """The finding that `section4.finding_json` wrote. Raises WRONG, also for a verdict unknown."""
    if body["verdict"] not in get_args(Verdict) or body["severity"] not in get_args(Severity):
        raise ValueError("a verdict we do not know")
    return Finding(**{**body, "foods": tuple(body["foods"])})


def price_of(body: Json, food: str, locale: str) -> Price:
    """The price that `section4.price_json` wrote."""
    price = Price(
        food=food,
        product=body["product"],
        sold=body["unit"],
        grams=body["grams"],
        won=body["price"],
        kind=body["kind"],
        source=body["source"],
        observed_on=date.fromisoformat(body["observedOn"]),
        per=body.get("per", "100g"),
        pack=body["pack"],
        url=body["url"],
        flags=tuple(body["flags"]),
        band_pct=body["bandPct"],
        estimate=body.get("estimate", False),
        content=body.get("content"),
        edible=body.get("edible", False),
        living=body.get("living", False),
        fresh=body.get("fresh", False),
    )
    # A survey has no seller; its row says what kind of price it is instead.
    nobody = vendor_label(price, locale) == body["vendor"]
    return price if nobody else replace(price, vendor=body["vendor"])


def basket_of(body: Json, locale: str) -> Basket:
    """The basket that `section4.pricing_json` wrote."""
    priced = tuple(_priced_of(one, locale) for one in body["ingredients"])
    prices = {one.need.food: one.prices for one in priced}
    options = tuple(_option_of(one) for one in body["recommendations"]["alternativeOptions"])
    found = next((one for one in options if one.name == "cheapest"), None)
    return Basket(
        tuple(
            _line_of(line, vendor, prices, locale)
            for vendor, lines in body["vendorBreakdown"].items()
            for line in lines
        ),
        body["totalEstimatedCost"],
        body["usedCost"],
        body["optimalVendor"],
        options,
        priced,
        tuple(
            Unpriced(Need(one["ingredient"], "", "", "", 0.0), one["reason"])
            for one in body["unpriced"]
        ),
        tuple(
            Delivery(
                one["vendor"],
                one["won"],
                one["freeFrom"],
                one["toFree"],
                one["assumed"],
                one["asOf"] or "",
            )
            for one in body["delivery"]
        ),
        body["recommendations"]["sameVendorSavings"],
        found.proven if found else True,
        found.gap if found else 0.0,
    )


def _priced_of(body: Json, locale: str) -> Priced:
    food = body["food"]
    need = Need(body["ingredient"], body["amount"], body["unit"], food, body["grams"])
    prices = tuple(price_of(one, food, locale) for one in body["prices"])
    day = date.fromisoformat(body["observedOn"])
    chosen = _first(
        one
        for one in prices
        if (one.won, one.kind, one.source, one.observed_on, one.band_pct)
        == (body["lowestPrice"], body["kind"], body["source"], day, body["bandPct"])
    )
    return Priced(need, prices, chosen)


def _line_of(body: Json, vendor: str, prices: Mapping[str, tuple[Price, ...]], locale: str) -> Line:
    """So many packs of the one price that the line can be of."""
    count = int(body["quantity"].partition(" ")[0])
    food, surplus = body["food"], float(body["surplus"].removesuffix("g"))
    lines = (
        Line(food, body["name"], price, count, body["price"], surplus)
        for price in prices[food]
        if (vendor_label(price, locale), price.product, price.url)
        == (vendor, body["product"], body["url"])
    )
    return _first(line for line in lines if line.quantity == body["quantity"])


def _first(found: Iterable[T]) -> T:
    for one in found:
        return one
    raise ValueError("a price that is not listed")


def _option_of(body: Json) -> Option:
    return Option(
        body["name"],
        tuple(body["vendors"]),
        body["total"],
        body["delivery"],
        body["difference"],
        averages=tuple(body["atAverage"]),
        proven=body["proven"],
        gap=body["gap"],
    )
