"""Amounts that keep every hard rule, as near as can be to those somebody wrote.

A small mathematical program: each line has a range that a dish bears and is counted in steps a
cook can measure; hard rules are rows with the coefficients of `food/nutrition.py`, and the
objective is how far the amounts move, each by its part of what was written.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from aichef.chef.plan import KEEPS_AWAY, KEPT_AWAY
from aichef.chef.solver import Program, solve
from aichef.food.amounts import measure_grams, share, tidy, write_amount
from aichef.food.numbers import number
from aichef.food.nutrition import RATIOS, per_gram
from aichef.food.table import foods
from aichef.recipe.check import BAND, Case, field_of, limits
from aichef.recipe.rules import Rule, rules_for

if TYPE_CHECKING:
    from aichef.chef.write import Order
    from aichef.food.model import Food
    from aichef.recipe.model import Ingredient, Recipe

Ends = tuple[float, float]

BEARS: Final[dict[str, Ends]] = {
    "main": (0.6, 1.5),
    "vegetable": (0.5, 1.6),
    "staple": (0.3, 1.3),
    "seasoning": (0.3, 1.3),
    "fat": (0.3, 1.6),
    "salt": (0.0, 1.0),
    "water": (0.5, 1.5),
}
"""Least and most of what was written that a dish bears, by the line's part in it: chosen as a cook
would, not measured. Salt and sugar may go altogether; what would be less than a third of the soy
sauce or the rice is another dish."""

WEIGHT: Final = {
    "main": 1.0,
    "vegetable": 0.6,
    "staple": 0.7,
    "seasoning": 0.4,
    "fat": 0.5,
    "salt": 0.2,
    "water": 0.1,
}
"""How much a change of the line by its whole amount counts."""

FIX: Final = 1e-3
MARGINS: Final = (0.0, 0.02, 0.06)
"""Parts taken off the limits, one try after another: what stays as it was written is no whole
number of steps, so the first answer may miss by a little."""

WARN_COST: Final = 1.0
"""What a figure costs in the warn band, for each whole limit it is above the band."""

LEAST_SERVED: Final = 50.0
_SPOONS: Final = frozenset({"큰술", "작은술", "숟가락", "찻숟가락", "바퀴"})
_CUPS: Final = frozenset({"컵", "cup", "종이컵", "국자"})
_SINGLE: Final = frozenset({"쪽", "알", "장", "톨", "마리", "꼬집"})
_SWEET: Final = frozenset({"sweetener"})


@dataclass(frozen=True, slots=True)
class Knob:
    """A line that can be turned: `least` to `most` steps of `step_g` edible grams."""

    line: Ingredient
    food: Food
    part: str
    step: Fraction
    unit: str
    step_g: float
    bought: float
    least: int
    most: int
    worst: float

    @property
    def now(self) -> float:
        """Steps that were written, seldom a whole number."""
        return (self.line.edible_grams or 0.0) / self.step_g


def retuned(recipe: Recipe, order: Order, holds: Callable[[Recipe], bool]) -> Recipe | None:
    """The recipe with amounts for which `holds`, or None; lines and servings stay as they are.

    A line of salt or sugar may go to nothing and is then left out.
    """
    for margin in MARGINS:
        tuned = _tuned(recipe, order, margin)
        if tuned is None:
            return None
        if holds(tuned):
            return tuned
    return None


def part_of(food: Food) -> str:
    """What a line is in a dish, as far as its amount goes: a key of BEARS."""
    if food.id in {"water", "soda_water"} or food.category == "broth":
        return "water"
    if food.id.startswith("salt_") or food.category in _SWEET:
        return "salt"
    if food.category == "fat_oil":
        return "fat"
    if food.category in {"seasoning", "alcohol", "supplement"}:
        return "seasoning"
    if food.category in {"grain", "starch"} or "staple" in food.tags:
        return "staple"
    vegetable = {"vegetable", "mushroom", "fruit", "seaweed", "kimchi", "tuber", "nut_seed"}
    return "vegetable" if food.category in vegetable else "main"


def _tuned(recipe: Recipe, order: Order, margin: float) -> Recipe | None:
    knobs = [knob_of(one, order) for one in recipe.ingredients]
    model = _Model(recipe, order, knobs, margin)
    values = solve(model.program)
    return None if values is None else model.told(values)


def knob_of(line: Ingredient, order: Order) -> Knob | None:
    """How the line can be turned; None where it has to stay."""
    food = foods().get(line.food) if line.food else None
    grams = line.edible_grams
    if food is None or not grams or line.problem:
        return None
    step, unit, edible = _measure(line, food, grams)
    bought = (line.grams or grams) / grams
    part = part_of(food)
    low, high = BEARS[part]
    least = math.ceil(low * grams / edible - 1e-9)
    most = max(math.floor(high * grams / edible + 1e-9), least)
    stock = [one for one in order.profile.available if one.food == food.id]
    for one in stock:
        if one.grams:
            most = min(most, math.floor(one.grams / (edible * bought) + 1e-9))
            least = min(least, most)
        least = max(least, int(one.must_use))
    worst = max(1.0, (line.worst_grams or grams) / grams)
    return Knob(line, food, part, step, unit, edible, bought, least, max(most, least), worst)


def _measure(line: Ingredient, food: Food, grams: float) -> tuple[Fraction, str, float]:
    """A step a cook measures, its unit, and the edible grams in it."""
    for measure in _measures(line, food, grams):
        try:
            step_g, step, unit = measure_grams(food.id, measure)
        except ValueError:
            continue
        if (own := _unit(line.unit, food)) == unit and (many := number(line.amount)):
            return step, unit, float(step / many) * grams
        if own in _SPOONS and unit in _SPOONS:
            return step, unit, step_g
        _, edible = share(food, step_g, unit, trimmed=False)
        return step, unit, edible
    return Fraction(_steps(grams)), "g", float(_steps(grams))


def _measures(line: Ingredient, food: Food, grams: float) -> tuple[str, ...]:
    """Measures to try for the line, those of its own unit first."""
    fine, unit = _steps(grams), _unit(line.unit, food)
    if unit in _SPOONS:
        spoon = "1/4작은술" if grams < 6 else "1/2작은술" if grams < 25 else "1/2큰술"
        return (spoon, f"{fine}g")
    if unit in _CUPS or unit in {"ml", "L"}:
        return ("1/2작은술" if grams <= 45 and unit in _CUPS else f"{fine}ml", f"{fine}g")
    if unit == "꼬집":
        return ("1꼬집",)
    if line.vague or not unit:
        return ("1/4작은술", f"{fine}g")
    if unit in {"g", "kg"}:
        return (f"{fine}g",)
    return (f"{'1' if unit in _SINGLE or food.category == 'egg' else '1/2'}{unit}", f"{fine}g")


def _unit(unit: str, food: Food) -> str:
    """The unit by its usual name: "tbsp" is 큰술."""
    try:
        return measure_grams(food.id, f"1{unit}")[2]
    except ValueError:
        return unit


def _steps(grams: float) -> int:
    return 1 if grams < 25 else 5 if grams < 300 else 10


class _Model:
    """The program of one recipe and the way back from its variables."""

    def __init__(
        self, recipe: Recipe, order: Order, knobs: list[Knob | None], margin: float
    ) -> None:
        self.recipe, self.order, self.knobs, self.margin = recipe, order, knobs, margin
        self.profile = order.profile
        self.program = Program()
        self.case = Case(recipe, order.profile, order.today)
        self.steps = [self._line(one) for one in knobs]
        self.served = [self._beside(one.grams) for one in recipe.served_with]
        for rule in rules_for(self.profile):
            if rule.severity == "hard" and rule.kind == "nutrient":
                self._nutrient(rule)
            elif rule.severity == "hard" and rule.kind == "amount" and rule.high is not None:
                terms, fixed = self._sum(lambda food, _t, r=rule: float(food.id in r.foods))  # type: ignore[misc]
                most = rule.high * recipe.servings * (1 - self.margin) - fixed
                self.program.row(terms, high=most)

    def told(self, values: tuple[float, ...]) -> Recipe:
        """The recipe with the amounts of a solution."""
        lines: list[Ingredient] = []
        for line, knob, at in zip(self.recipe.ingredients, self.knobs, self.steps, strict=True):
            if knob is None or at is None:
                lines.append(line)
            elif steps := round(values[at]):
                stays = abs(steps - knob.now) <= 0.5 + 1e-9
                lines.append(line if stays else turned(knob, steps, self.profile.locale))
        served = tuple(
            replace(one, grams=grams) if abs((grams := 10.0 * round(values[at])) - one.grams) > 5
            else one
            for one, at in zip(self.recipe.served_with, self.served, strict=True)
        )  # fmt: skip
        return replace(self.recipe, ingredients=tuple(lines), served_with=served)

    def _line(self, knob: Knob | None) -> int | None:
        if knob is None:
            return None
        n = self.program.variable(float(knob.least), float(knob.most), whole=True)
        self._away(n, knob.now, WEIGHT[knob.part] / max(knob.now, 1.0))
        return n

    def _beside(self, grams: float) -> int:
        now = grams / 10.0
        low = min(now, max(LEAST_SERVED / 10.0, 0.3 * now))
        n = self.program.variable(math.floor(low), math.ceil(now * 1.1), whole=True)
        self._away(n, now, WEIGHT["staple"] / max(now, 1.0))
        return n

    def _away(self, n: int, now: float, cost: float) -> None:
        away = self.program.variable(0.0, math.inf, cost)
        self.program.row({away: 1.0, n: -1.0}, low=-now)
        self.program.row({away: 1.0, n: 1.0}, low=now)

    def _sum(self, each: Callable[[Food, str | None], float]) -> tuple[dict[int, float], float]:
        """Terms of what can be turned and the sum of what stays, for the whole recipe.

        The treatment "worst" asks for the most a vague amount may mean.
        """
        terms: dict[int, float] = {}
        fixed = 0.0
        for line, knob, at in zip(self.recipe.ingredients, self.knobs, self.steps, strict=True):
            food = foods().get(line.food) if line.food else None
            if food is None:
                continue
            one = each(food, line.treatment)
            if knob is None or at is None:
                fixed += one * (line.worst_grams or line.edible_grams or 0.0)
            else:
                terms[at] = terms.get(at, 0.0) + one * knob.step_g
        for beside, at in zip(self.recipe.served_with, self.served, strict=True):
            terms[at] = each(foods()[beside.food], None) * 10.0 * self.recipe.servings
        return terms, fixed

    def _nutrient(self, rule: Rule) -> None:
        if rule.field == "single_ingredient_carb_g":
            return
        field = field_of(rule, self.profile)
        low, high = limits(rule, self.profile, self.case.share)
        owners = {owner.partition(":")[2] for owner in rule.owners}
        away = KEPT_AWAY if owners & KEEPS_AWAY else 0.0
        if high is not None:
            self._limit(field, high * (1 - away) * (1 - self.margin) - FIX, top=True)
            if field not in RATIOS and (band := BAND.get(rule.field, 0.0)):
                self._nearly(field, high, high * (1 - band))
        if low is not None:
            self._limit(field, low * (1 + self.margin) + FIX, top=False)

    def _limit(self, field: str, limit: float, *, top: bool) -> None:
        if field in RATIOS:
            over, under, factor = RATIOS[field]
            part = limit / factor
            terms, fixed = self._sum(
                lambda food, how: (
                    _end(over, food, how, top=top) - part * _end(under, food, how, top=not top)
                )
            )
            bound = -fixed
        else:
            terms, fixed = self._sum(lambda food, how: _end(field, food, how, top=top))
            bound = limit * self.recipe.servings - fixed
        if top:
            self.program.row(terms, high=bound)
        else:
            self.program.row(terms, low=bound)

    def _nearly(self, field: str, high: float, near: float) -> None:
        """A figure in the warn band costs a little, so that what was far too much ends below it."""
        terms, fixed = self._sum(lambda food, how: _end(field, food, how, top=True))
        many = self.recipe.servings
        over = self.program.variable(0.0, math.inf, WARN_COST / max(high * many, 1e-9))
        self.program.row({**terms, over: -1.0}, high=near * many - fixed)


def _end(field: str, food: Food, how: str | None, *, top: bool) -> float:
    bound = per_gram(field, food, how)
    return bound.hi if top and math.isfinite(bound.hi) else bound.lo


def turned(knob: Knob, steps: int, locale: str) -> Ingredient:
    """The line with so many steps of its measure, written as a cook writes them."""
    amount, unit = write_amount(*tidy(steps * knob.step, knob.unit), locale)
    edible = steps * knob.step_g
    return replace(
        knob.line,
        amount=amount,
        unit=unit,
        grams=round(edible * knob.bought, 2),
        edible_grams=round(edible, 2),
        worst_grams=None,
        vague=False,
    )
