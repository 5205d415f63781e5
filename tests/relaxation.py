"""Whether any food at all could feed a profile: the rules without a cook.

A linear program written from the rule texts: any grams (up to 600 a serving) of any food the
profile may have, under its hard limits and its budget. No frame, no measure, no taste. Where it
has no solution the rules truly clash; where it has one, a refusal is the book's own failing.
Shares its tables with the independent checker and nothing with the composer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, cast

import highspy
import numpy as np

from tests import independent
from tests.independent import Eater, Part, Range, Row

MOST_GRAMS = 600.0
"""Grams of one food in a serving; more is no meal."""

UNKNOWN_SHARE = 0.05
"""Share of the mass without water that may be unknown to a limit (METHOD section 2 step 8)."""

TREATMENTS = ("", "blanched", "boiled", "soaked")

Line = tuple[list[float], float, float]
"""A coefficient for each column, the least and the most."""


def feasible(profile: Mapping[str, Any]) -> bool:
    """Whether grams of allowed foods exist that keep every hard rule of the profile."""
    who = independent.eater(profile)
    columns = [part for part in _parts() if _allowed(part, who)]
    lines = list(_lines(columns, who))
    return bool(columns) and _solvable(len(columns), lines)


@cache
def _parts() -> tuple[Part, ...]:
    """A gram of every food, and of every food in each way that loses something to the water."""
    found = []
    fields = {field for _, _, field, _, _ in independent.LIMITS}
    for food in independent.foods():
        for treatment in TREATMENTS:
            part = Part(food, 1.0, treatment)
            if not treatment or any(independent.kept(part, one) < 1 for one in fields):
                found.append(part)
    return tuple(found)


def _allowed(part: Part, who: Eater) -> bool:
    held = independent.food_allergens().get(part.food, {})
    sure = {"contains", "likely", "may"} if who.strict else {"contains", "likely"}
    if part.food in who.foods or any(held.get(one) in sure for one in who.allergens):
        return False
    if who.months is not None:
        first = independent.first_months().get(part.food)
        if who.months < (36 if first is None else first):
            return False
    konjac = part.food.startswith("konjac_")
    if who.target == "keto" and part.category in {"grain", "starch", "tuber"} and not konjac:
        return False
    for row in independent.rules():
        avoided = row["kind"] == "avoid" and independent._owned(row, who)
        if avoided and independent._meant(row, part):
            return False
    for _, owner, months, listed in independent.shared_avoid():
        due = months is None or months[0] <= (who.months or 0) <= months[1]
        # The oyster stands on these lists for its raw state.
        if who.has(owner) and due and part.food in listed and part.food != "oyster":
            return False
    dry = who.conditions & independent.NO_ALCOHOL or who.baby
    return not (dry and part.food in independent.ALCOHOL)


def _lines(columns: list[Part], who: Eater) -> Iterator[Line]:
    def line(each: Callable[[Part], float], low: float, high: float) -> Line:
        return [each(part) for part in columns], low, high

    early = who.baby and (who.months or 0) < 7
    yield line(lambda _: 1.0, 3.0 if early else 10.0, 1500.0)
    if not early:
        yield line(lambda part: _gram(part, "energy_kcal")[0], 5.0, 1500.0)
    yield line(lambda part: _finite(_gram(part, "sodium_mg")) * 2.54 / 1000, 0.0, 6.0)
    yield from _nutrients(columns, who)
    if who.target == "keto":
        most = float(who.profile.get("carbLimit", 5))
        yield line(lambda part: _gram(part, "counted_carbohydrate_g")[0], 0.0, most)
    if who.months is not None:
        yield from _baby(columns, who.months)
    for row in independent.rules():
        if row["kind"] == "amount" and independent._owned(row, who):
            most = float(row["high"])
            yield line(lambda part, row=row: float(independent._meant(row, part)), 0.0, most)  # type: ignore[misc]
    yield line(
        lambda part: _won(part.food) if part.food not in _home(who) else 0.0,
        0.0,
        who.budget / who.servings,
    )
    for item in who.profile.get("availableIngredients", ()):
        if item.get("mustUse"):
            food = independent.names()[item["name"]]
            yield line(lambda part, food=food: float(part.food == food), 1.0, math.inf)  # type: ignore[misc]


def _nutrients(columns: list[Part], who: Eater) -> Iterator[Line]:
    for rule, owner, field, least, most in independent.LIMITS:
        if not who.has(owner):
            continue
        disease = owner in who.conditions
        if field.endswith("_energy_pct"):
            yield _share(columns, field, least, most)
            continue
        if disease:
            yield (
                [
                    (math.isinf(_gram(part, field)[1]) - UNKNOWN_SHARE) * (part.food != "water")
                    for part in columns
                ],
                -math.inf,
                0.0,
            )
        values = [
            _finite(_gram(part, field)) if disease else _gram(part, field)[0] for part in columns
        ]
        away = 0.9 if owner in independent.KEPT_AWAY else 1.0
        yield values, -math.inf, math.inf if most is None else most * away
        if least is not None:
            yield [_gram(part, field)[0] for part in columns], least, math.inf
        assert rule


def _share(columns: list[Part], field: str, least: float | None, most: float | None) -> Line:
    """A share of 4C + 4P + 9F as numerator - share × energy against zero."""
    over, factor = {
        "fat_energy_pct": ("fat_g", 9.0),
        "protein_energy_pct": ("protein_g", 4.0),
        "saturated_fat_energy_pct": ("saturated_fat_g", 9.0),
    }[field]
    share = (least if least is not None else most or 0.0) / 100

    def energy(part: Part) -> float:
        carbohydrate = _gram(part, "counted_carbohydrate_g")[0]
        return 4 * (carbohydrate + _gram(part, "protein_g")[0]) + 9 * _gram(part, "fat_g")[0]

    values = [factor * _finite(_gram(part, over)) - share * energy(part) for part in columns]
    return (values, 0.0, math.inf) if least is not None else (values, -math.inf, 0.0)


def _baby(columns: list[Part], months: int) -> Iterator[Line]:
    sodium = [_finite(_gram(part, "sodium_mg")) for part in columns]
    most = 150.0 if months < 12 else 400.0 if months < 24 else 530.0
    if months < 36:
        yield sodium, 0.0, most
        yield [each - 2.0 for each in sodium], -math.inf, 0.0


def _gram(part: Part, field: str) -> Range:
    """Least and most of a field in one gram, after the water was thrown away."""
    low, high = independent.of_food(part, field)
    share = independent.kept(part, field) / 100
    return low * share, high * share if high else 0.0


def _finite(value: Range) -> float:
    """The high end; the known one where nothing bounds it (a share of mass looks after those)."""
    return value[0] if math.isinf(value[1]) else value[1]


def _home(who: Eater) -> set[str]:
    named = {
        independent.names()[one["name"]] for one in who.profile.get("availableIngredients", ())
    }
    pantry = independent.BASIC if who.profile.get("pantry", "basic") == "basic" else {"water"}
    made = {food for food in independent.foods() if independent._bought_as(food)[0] in pantry}
    return named | pantry | made


@cache
def _won(food: str) -> float:
    """Least won for an edible gram; what the book has no price for costs nothing here."""
    bought, each = independent._bought_as(food)
    eaten = 1 - float(independent.foods()[food]["refuse_pct"] or 0) / 100
    rates = [
        independent._won_per_gram(row) * (1 if row["price_state"] == "edible" else 1 / eaten)
        for row in _price_rows().get(bought, ())
    ]
    return min(rates, default=0.0) * each


@cache
def _price_rows() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for (food, _), rows in independent.price_rows().items():
        found.setdefault(food, []).extend(rows)
    return found


def _solvable(width: int, lines: list[Line]) -> bool:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = width, len(lines)
    model.col_cost_ = np.zeros(width)
    model.col_lower_, model.col_upper_ = np.zeros(width), np.full(width, MOST_GRAMS)
    model.row_lower_ = np.array([low for _, low, _ in lines])
    model.row_upper_ = np.array([high for _, _, high in lines])
    values = np.array([each for each, _, _ in lines], dtype=float)
    rows, places = np.nonzero(values)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.searchsorted(rows, np.arange(len(lines) + 1)).astype(np.int32)
    model.a_matrix_.index_ = places.astype(np.int32)
    model.a_matrix_.value_ = values[rows, places]
    solver: Any = cast("Any", highspy).Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    return bool(solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)
