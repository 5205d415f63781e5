"""Reading what Koreans write: labelled ingredient strings, and how much of a recipe is known."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

from aichef.batch import parse_strings, recipe_json, string_json
from aichef.errors import InvalidRecipe
from aichef.profile.parse import parse_profile
from bench.figures import Figure, at_least

SHARED = Path(os.environ.get("AICHEF_SHARED", Path(__file__).parents[2] / "shared"))
LABELLED = SHARED / "cases/labelled_ingredients_dev.csv"
RECIPES = SHARED / "cases/recipes_dev.jsonl"
TODAY = date(2026, 11, 23)
MATCHED_PCT = 95.0
SHOWN = 15


def main() -> Iterator[Figure]:
    if not (LABELLED.exists() and RECIPES.exists()):
        print("shared cases are not here: cases/labelled_ingredients_dev.csv, recipes_dev.jsonl")
        return
    cases = list(okdab())
    yield from strings()
    yield from recipes(cases)
    parsed = parsed_a_second(cases)
    yield at_least(
        "ingredient strings: ≥ 2,000 parsed a second",
        2_000,
        parsed,
        f"{parsed:,.0f} by processor time",
    )


def strings() -> Iterator[Figure]:
    """Name and amount of the rows that mean one thing; grams or ml where they are stated."""
    with LABELLED.open(encoding="utf-8") as opened:
        rows = [row for row in csv.DictReader(opened) if row["ambiguous"] != "1"]
    read = [(row, string_json(row["raw"])) for row in rows]
    named = [row["name"] == one["name"] and amount(row) == one["amount"] for row, one in read]
    stated = [(row, one) for row, one in read if row["normalised_unit"] in ("g", "ml")]
    weighed = [within_tenth(row, one) for row, one in stated]
    for (row, one), right in zip(read, named, strict=True):
        if not right:
            print(f"  {row['raw']}: {one['name']} {one['amount']}")
    yield right_in("ingredient strings: name and amount ≥ 95 %", 95, named)
    yield right_in("ingredient strings: g or ml within 10 %", 95, weighed)


def amount(row: Mapping[str, str]) -> float | None:
    return float(row["amount"]) if row["amount"] else None


def within_tenth(row: Mapping[str, str], one: Mapping[str, Any]) -> bool:
    found = one["grams" if row["normalised_unit"] == "g" else "ml"]
    wanted = float(row["normalised_amount"])
    return found is not None and abs(found - wanted) <= 0.1 * wanted


def recipes(cases: list[dict[str, Any]]) -> Iterator[Figure]:
    """The okdab recipes: those with nearly all of their mass known, and what is not, by mass."""
    profile = parse_profile({"target": "general", "locale": "ko"})
    matched: list[bool] = []
    unknown: Counter[str] = Counter()
    unreadable = 0
    start = time.process_time()
    for case in cases:
        try:
            answer = recipe_json(case, profile, TODAY, explain=False)
        except InvalidRecipe:
            unreadable += 1
            matched.append(False)
            continue
        matched.append(answer["matchedMassPct"] >= MATCHED_PCT)
        for one in answer["ingredients"]:
            if one["food"] is None and one["edibleGrams"]:
                unknown[one["name"]] += one["edibleGrams"]
    seconds = time.process_time() - start
    most = ", ".join(f"{name} {grams:.0f} g" for name, grams in unknown.most_common(SHOWN))
    print(f"  unknown, by mass: {most}")
    besides = f"; {unreadable} of them have no list" if unreadable else ""
    yield right_in("okdab recipes with ≥ 95 % of mass matched: ≥ 90 %", 90, matched, besides)
    checked = len(cases) / seconds
    yield at_least(
        "recipes: ≥ 100 checked a second",
        100,
        checked,
        f"{checked:,.0f} by processor time ({len(cases)} recipes)",
    )


def okdab() -> Iterator[dict[str, Any]]:
    for line in RECIPES.read_text(encoding="utf-8").splitlines():
        case: dict[str, Any] = json.loads(line)
        if case["source"].startswith("okdab"):
            yield case


def parsed_a_second(cases: list[dict[str, Any]]) -> float:
    """Lines through the door of `aichef foods parse`, each string once."""
    lines = {f"{one['name']} {one['amount']}" for case in cases for one in case["ingredients"]}
    source = io.BytesIO("\n".join(sorted(lines)).encode())
    start = time.process_time()
    with redirect_stdout(io.StringIO()):
        parse_strings(source)
    return len(lines) / (time.process_time() - start)


def right_in(goal: str, limit: int, right: list[bool], besides: str = "") -> Figure:
    """A share of right ones, in percent."""
    share = 100 * sum(right) / len(right)
    return at_least(goal, limit, share, f"{share:.1f} % of {len(right)}{besides}")
