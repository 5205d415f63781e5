"""A frame and a profile as a mathematical program: which swaps, how many kitchen measures.

Hard rules become rows, soft rules rows with a priced slack, money and taste the objective. The
coefficients are those of `food/nutrition.py`, so the plan and the gate count alike.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Final

from aichef.chef.solver import GAP, Program, solve
from aichef.food.amounts import measure_grams, share
from aichef.food.nutrition import RATIOS, TERMS, Bound, per_gram
from aichef.food.table import foods
from aichef.prices.choose import candidates, least_won, used_rate
from aichef.prices.find import TAP
from aichef.prices.seasons import months_of
from aichef.recipe.check import (
    BAND,
    ENERGY_SHARES,
    NO_BAND,
    SHARE_POINTS,
    Case,
    Money,
    field_of,
    limits,
)
from aichef.recipe.checks import CHECKS, CLASSIC_ALLERGENS, is_met
from aichef.recipe.model import Ingredient, Recipe
from aichef.recipe.rules import Rule, rules_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from fractions import Fraction

    from aichef.chef.frame import Frame, Option, Role
    from aichef.food.model import Food
    from aichef.prices.model import Price
    from aichef.profile.model import Available, Profile

KEEPS_AWAY: Final = frozenset(
    {"ckd", "dialysis", "ckd_hyperkalaemia", "kidney_transplant", "heart_failure", "cirrhosis"}
)
KEPT_AWAY: Final = 0.10
"""Distance kept from hard maxima for kidney disease, heart failure and cirrhosis (DESIGN 4)."""

FAIL_COST: Final = 40.0
WARN_COST: Final = 6.0
MONEY_COST: Final = 1.0
TASTE_COST: Final = 1.2
NOISE: Final = 0.8
MAIN_NOISE: Final = 3.0
"""Noise among the foods that give a dish its protein, lest the cheapest be in every one."""
SEASONING_GAIN: Final = 1.0
FRIDGE_GAIN: Final = 3.0
LEFTOVER_COST: Final = 1.5
STAND_IN_COST: Final = 1.0
"""Buying a seasoning where another for its place is at home: who buys perilla oil for a spoon?"""
PLAIN_SALT_COST: Final = 3.0
"""Salt alone where soy sauce or a paste could season: it makes a flat dish."""
INSTEAD_COST: Final = 4.0
"""What the frame itself calls a stand-in, where the thing it stands for can be had."""
USE_UP_GAIN: Final = 6.0
"""Using up what has to be used: all there is of it, or all the dish can take."""
OUT_OF_SEASON_COST: Final = 0.5
"""Fresh food bought out of its season; no won is changed by it."""
NEW_FOOD_COST: Final = 5.0
"""A food a baby has not met, while others it has met would do (B61)."""
"""Weights of the objective; one unit is about 4,000 won a serving at the till."""

FRESH: Final = frozenset(
    {"vegetable", "mushroom", "fruit", "meat", "processed_meat", "fish", "crustacean", "mollusc"}
    | {"dairy"}
)
"""Categories of which the rest of a pack spoils; tofu and opened cans are told apart by id."""

BEARABLE: Final = 3.0
"""How many times the budget the till may come to before nobody could call it within the budget.

DESIGN makes the used cost the hard limit and the till a soft one; but a dish that uses 1,000 won
of 17,000 won of packs is no answer for someone who has 1,000 won.
"""

DEARER: Final = 6.0
"""How much more money weighs for someone who wants it cheaper."""
SALT_COST: Final = 12.0
"""What 600 mg of sodium a serving cost someone who wants it less salty."""

LEAST_MEASURE: Final = "5g"
"""How what is less than the usual measure is weighed."""

SOON: Final = 7
"""Days before its date from which a thing in the fridge is pressing."""

WIDEST: Final = 9
"""Options of a role that go to the solver; the fridge's own come before any other."""

Reason = str
"""Id of the rule that keeps an option or a plan out."""


@dataclass(frozen=True)
class Choice:
    """An option in this kitchen: `least` to `most` steps of `step_g` written grams.

    `edible` and `bought` are grams per written gram; `rate` won used per written gram (0 at home,
    None unpriced); `till` won at the till for the least and the most; `sold_g` grams of a step as
    the `offers` count them; `use_up` what each step is worth because it must be used.
    """

    role: Role
    option: Option
    food: Food
    step_g: float
    step: Fraction
    unit: str
    least: int
    most: int
    edible: float
    bought: float
    at_home: bool
    rate: float | None
    till: tuple[int, int]
    offers: tuple[Price, ...]
    sold_g: float
    dispraise: float
    use_up: float

    @property
    def edible_g(self) -> float:
        """Edible grams in one step, for the whole recipe."""
        return self.step_g * self.edible


@dataclass(frozen=True)
class Blocked:
    """A frame that cannot be cooked for this profile, and the rules that say so."""

    reasons: tuple[Reason, ...]


Picked = tuple[tuple[Choice, int], ...]
"""Choices with their number of steps: what the solver decided."""


def lay_out(
    frame: Frame, profile: Profile, prices: Mapping[str, Sequence[Price]], today: date
) -> Plan | Blocked:
    """The frame's options that this profile may have, or the rules that leave a role empty."""
    chosen: list[Choice] = []
    home = {*profile.pantry, *(one.food for one in profile.available)}
    must = {one.food for one in profile.available if one.must_use}
    kept_out: set[Reason] = set()
    for role in frame.roles:
        fitting: list[Choice] = []
        reasons: Counter[Reason] = Counter()
        for option in role.options:
            if option.own and option.food not in home:
                continue
            against = objections(option, frame, profile, today)
            reasons.update(against)
            if option.food in must:
                kept_out.update(against)
            if not against:
                fitting.append(_choice(role, option, profile, prices, today))
        if len(fitting) < role.least:
            return Blocked(tuple(sorted(reasons)))
        chosen.extend(_narrowed(_priced(fitting, role), role, frame, profile))
    if not must <= {one.food.id for one in chosen}:
        return Blocked(tuple(sorted(kept_out or {"F01"})))
    return Plan(frame, profile, tuple(chosen), today)


def _priced(fitting: list[Choice], role: Role) -> list[Choice]:
    """Without the options nobody knows the price of, which would get around the budget (G10).

    They stay where a role could not be filled otherwise: the meal then says what has no price.
    """
    priced = [one for one in fitting if one.rate is not None]
    return priced if len(priced) >= max(role.least, min(1, len(fitting))) else fitting


def _narrowed(fitting: list[Choice], role: Role, frame: Frame, profile: Profile) -> list[Choice]:
    """The fridge's own options and as many others, drawn by seed, as the solver takes quickly."""
    if len(fitting) <= WIDEST:
        return fitting
    own = {one.food for one in profile.available}
    chance = Random(f"{profile.seed}/{frame.id}/{role.id}")
    drawn = sorted(fitting, key=lambda one: (one.food.id not in own, chance.random()))
    kept = drawn[: max(WIDEST, role.least, sum(one.food.id in own for one in fitting))]
    return [one for one in fitting if one in kept]


def objections(option: Option, frame: Frame, profile: Profile, today: date) -> tuple[Reason, ...]:
    """Rules that keep an option from this profile whatever its amount."""
    food = foods()[option.food]
    lone = Ingredient(
        food.name_ko,
        food=food.id,
        grams=1.0,
        edible_grams=1.0,
        raw=option.raw,
        form=option.form,
        treatment=option.treatment,
    )
    steps = () if option.raw else ("익힙니다",)
    case = Case(Recipe(frame.id, 1, (lone,), steps), profile, today)
    found: list[Reason] = []
    for rule in rules_for(profile):
        meant = food.id in rule.foods
        if rule.kind == "avoid" and meant and rule.severity == "hard":
            found.append(rule.id)
        elif rule.kind == "form" and meant and rule.severity == "hard":
            found.extend(
                one.rule for one in CHECKS[rule.field](rule, case) if _against(one.verdict)
            )
        elif rule.kind == "check" and rule.field in _PER_FOOD:
            found.extend(
                one.rule
                for one in CHECKS[rule.field](rule, case)
                if one.severity == "hard" and _against(one.verdict)
            )
        elif (
            rule.kind == "nutrient"
            and rule.severity == "hard"
            and _open_ended(field_of(rule, profile), food)
        ):
            found.append(rule.id)
    if food.id in profile.disliked_foods:
        found.append("P01")
    return tuple(found)


_PER_FOOD: Final = frozenset({"allergen_contains", "allergen_may", "first_month", "spoilage"})


def _against(verdict: str) -> bool:
    return verdict in {"fail", "unknown"}


def _open_ended(field: str, food: Food) -> bool:
    term = RATIOS[field][0] if field in RATIOS else field
    return term in TERMS and math.isinf(per_gram(term, food, None).hi)


def _choice(
    role: Role,
    option: Option,
    profile: Profile,
    prices: Mapping[str, Sequence[Price]],
    today: date,
) -> Choice:
    food = foods()[option.food]
    measure = _measure(option, profile.servings)
    stock = _in_fridge(food.id, profile)
    if stock is not None and stock.grams and stock.grams < measure.grams:
        # Less than a whole piece is left: it is weighed.
        measure = _Measure(*measure_grams(food.id, LEAST_MEASURE))
    step_g, step, unit = measure.grams, measure.amount, measure.unit
    bought, edible = share(food, 1.0, unit, trimmed=option.trimmed)
    if role.served:
        # Eaten as it is; one step is one measure for each eater.
        edible, bought, step_g = 1.0, 1.0, step_g * profile.servings
    servings = profile.servings
    least = max(1, math.ceil(option.low * servings / step_g - 1e-9))
    high = min(option.high * servings, measure.up_to)
    most = max(least, math.floor(high / step_g + 1e-9))
    if stock is not None and stock.grams is not None:
        most = min(most, math.floor(stock.grams / (step_g * bought) + 1e-9))
        least = min(least, max(most, 1))
    buy_food, each = food.bought_as or (food.id, 1.0)
    at_home = stock is not None or bool({food.id, buy_food} & {*profile.pantry, TAP})
    known = () if at_home else prices.get(buy_food, ())
    rate: float | None = 0.0 if at_home else None
    till = (0, 0)
    offers: tuple[Price, ...] = ()
    sold_g = 0.0
    if known:
        offers = candidates(known)
        # Food sold trimmed is priced by what is eaten of it.
        sold_g = step_g * each * (edible if offers[0].edible else bought)
        rate = sold_g / step_g * used_rate(known)
        till = (least_won(least * sold_g, offers), least_won(max(most, least) * sold_g, offers))
    return Choice(
        role,
        option,
        food,
        step_g,
        step,
        unit,
        least,
        most,
        edible,
        bought,
        at_home,
        rate,
        till,
        offers,
        sold_g,
        _dispraise(option, profile, stock, today),
        _use_up(stock, step_g * bought, most),
    )


@dataclass(frozen=True)
class _Measure:
    """A step in grams, in words, and the grams beyond which nobody measures in such steps."""

    grams: float
    amount: Fraction
    unit: str
    up_to: float = math.inf

    def steps(self, low: float, high: float) -> int:
        """How many amounts from `low` to `high` grams can be measured with it."""
        top = math.floor(min(high, self.up_to) / self.grams + 1e-9)
        return top - max(1, math.ceil(low / self.grams - 1e-9)) + 1


_SPOONS: Final = (("1/8작은술", 2), ("1/4작은술", 4), ("1/2작은술", 6), ("1작은술", 3))
"""Steps of a teaspoon, and how many of them one counts out before taking the next larger spoon."""
_TABLE: Final = "1/2큰술"
_PINCHES: Final = 3
PINCH_MOST: Final = 2.0
"""What a pinch may hold of what it is counted as: a gram where half is counted (units.csv)."""


def _measure(option: Option, servings: int) -> _Measure:
    """The step in which so many servings are measured: nobody counts out seven teaspoons of oil."""
    fine = _Measure(*measure_grams(option.food, option.measure))
    low, high = option.low * servings, option.high * servings
    if fine.unit == "꼬집":
        fine = replace(fine, up_to=_PINCHES * fine.grams)
    elif fine.unit not in {"작은술", "큰술"}:
        return fine
    rungs = [fine]
    for spoon, times in (*_SPOONS, (_TABLE, 0)):
        step = _Measure(*measure_grams(option.food, spoon))
        step = replace(step, up_to=times * step.grams if times else math.inf)
        if math.isclose(step.grams, fine.grams):
            rungs[0] = step
        elif step.grams > fine.grams and step.amount.numerator == 1:
            rungs.append(step)
    # Oil has no limit that two choices could not keep, as salty things have.
    wanted = 2 if option.food.startswith("oil_") and servings > 1 else 3
    plenty = [one for one in rungs if one.steps(low, high) >= wanted]
    return plenty[-1] if plenty else max(rungs, key=lambda one: one.steps(low, high))


def _kept(choice: Choice, profile: Profile) -> bool:
    """Whether the pantry has it, or what it is made of: rice, where the dish wants it cooked."""
    bought = choice.food.bought_as
    return bool({choice.food.id, bought[0] if bought else ""} & profile.pantry)


def _in_fridge(food: str, profile: Profile) -> Available | None:
    return next((one for one in profile.available if one.food == food), None)


def _use_up(stock: Available | None, bought_g: float, most: int) -> float:
    """What each step of a thing that must be used is worth: all it can take, `USE_UP_GAIN`."""
    if stock is None or not stock.must_use or not stock.grams:
        return 0.0
    return USE_UP_GAIN / max(1.0, min(stock.grams / bought_g, most))


def _dispraise(option: Option, profile: Profile, stock: Available | None, today: date) -> float:
    """What using the food costs or brings beyond money: soft avoid lists, the fridge, its dates."""
    food = foods()[option.food]
    cost = sum(
        FAIL_COST / 8
        for rule in rules_for(profile)
        if rule.kind == "avoid" and rule.severity == "soft" and food.id in rule.foods
    )
    if profile.allergies and any(one in food.allergens for one in profile.allergen_ids):
        cost += FAIL_COST / 8
    if profile.stage and profile.current_foods and not is_met(food.id, profile.current_foods):
        cost += NEW_FOOD_COST
    if stock is None:
        cost += INSTEAD_COST * option.instead
        in_season = today.month in (months_of(food.id) or (today.month,))
        return cost + OUT_OF_SEASON_COST * (not in_season)
    return cost - FRIDGE_GAIN * urgency(stock, today)


def urgency(stock: Available, today: date) -> float:
    """How much it counts to use a thing now: 1, and up to 2 more on the day it expires."""
    if stock.expires is None:
        return 1.0
    days = max(0, (stock.expires - today).days)
    return 1.0 + 2.0 * max(0, SOON - days) / SOON


def spoils_opened(food: Food) -> bool:
    """Whether what is left of a pack spoils within days (F07)."""
    return food.category in FRESH or food.id.startswith(("tofu", "soy_milk"))


@dataclass(frozen=True)
class Plan:
    """A frame laid out for a profile, ready to be solved."""

    frame: Frame
    profile: Profile
    choices: tuple[Choice, ...]
    today: date

    def best(self) -> Picked | None:
        """The best swaps and amounts under every hard rule; None where there are none."""
        return self._solved(_Model(self))

    def cheapest(self) -> Picked | None:
        """The least budget under every hard rule but that; proven, not nearly so."""
        return self._solved(_Model(self, thrift=True))

    def _solved(self, model: _Model) -> Picked | None:
        values = solve(model.program, 0.0 if model.thrift else GAP)
        return None if values is None else model.picked(values)

    def clashes(self) -> tuple[Reason, ...]:
        """The rules that cannot be kept together: hard rows a relaxed solution still breaks."""
        model = _Model(self, elastic=True)
        values = solve(model.program, GAP)
        if values is None:
            return ("F01",) if any(one.must_use for one in self.profile.available) else ("G08",)
        return tuple(sorted({rule for rule, slack in model.relaxed if values[slack] > 1e-6}))

    def money(self, picked: Picked) -> Money:
        """What the picks come to at the prices at hand, packs included."""
        buy = [(one, n) for one, n in picked if not one.at_home]
        return Money(
            self.used_won(picked),
            sum(least_won(n * one.sold_g, one.offers) for one, n in buy if one.offers),
            len(buy),
            tuple(one.food.name(self.profile.locale) for one, _ in buy if not one.offers),
        )

    def least_budget(self, picked: Picked) -> int:
        """Won a budget must have for these picks: what they use, and a bearable till."""
        money = self.money(picked)
        return max(self.used_won(picked), math.ceil((money.till_won or 0) / BEARABLE))

    def used_won(self, picked: Picked) -> int:
        """Won for what is used of the things to buy, a won rounded up for each of them."""
        return sum(
            math.ceil((one.rate or 0.0) * n * one.step_g) + (not one.at_home) for one, n in picked
        )


class _Model:
    """The program of one plan and the way back from its variables."""

    def __init__(self, plan: Plan, *, thrift: bool = False, elastic: bool = False) -> None:
        self.plan = plan
        self.profile = plan.profile
        self.thrift = thrift
        self.elastic = elastic
        self.program = Program()
        self.relaxed: list[tuple[Reason, int]] = []
        self.taken: list[int] = []
        self.steps: list[int] = []
        chance = Random(f"{plan.profile.seed}/{plan.frame.id}")
        for choice in plan.choices:
            self._choice(choice, chance.random())
        self._picks()
        self._fridge()
        self._money()
        for rule in rules_for(self.profile):
            self._rule(rule)

    def picked(self, values: tuple[float, ...]) -> Picked:
        """What a solution says: the choices taken, with their steps."""
        return tuple(
            (choice, round(values[n]))
            for choice, y, n in zip(self.plan.choices, self.taken, self.steps, strict=True)
            if values[y] > 0.5 and round(values[n]) > 0
        )

    def _choice(self, choice: Choice, noise: float) -> None:
        program, servings = self.program, self.profile.servings
        possible = choice.most >= 1
        won_a_unit = 4000.0 * servings
        low, high = choice.till
        slope = (high - low) / max(1, choice.most - choice.least)
        used = (choice.rate or 0.0) * choice.step_g
        if self.thrift:
            # The money itself is the objective, in `_money`.
            each = 0.0
            fixed = 1e6 if choice.rate is None else 0.0
        else:
            each = MONEY_COST * slope / won_a_unit
            fixed = MONEY_COST * (low - slope * choice.least) / won_a_unit
            if spoils_opened(choice.food):
                # What is left of a pack is money only while it keeps.
                each += LEFTOVER_COST * (slope - used) / won_a_unit
                fixed += LEFTOVER_COST * (low - slope * choice.least) / won_a_unit
            if "cheaper" in self.profile.prefer:
                each += DEARER * (slope + used) / won_a_unit
                fixed += DEARER * (low - slope * choice.least) / won_a_unit
            if "less_salt" in self.profile.prefer:
                sodium = _term("sodium_mg", choice).lo * choice.edible_g
                each += SALT_COST * sodium / (600.0 * servings)
            fixed += choice.dispraise + self._noise(choice) * noise
            siblings = self._siblings(choice)
            if not choice.at_home and any(_kept(one, self.profile) for one in siblings):
                # Whole grains are bought beside white rice for health, not to empty a fridge.
                grain = choice.role.served or "staple" in choice.food.tags
                for_health = grain and self.profile.target != "fridge"
                fixed += 0.0 if for_health else STAND_IN_COST
            if choice.food.id.startswith("salt_") and len(siblings) > 1:
                fixed += PLAIN_SALT_COST
            if choice.at_home and choice.role.least == 0:
                # What is at hand and tastes good goes in, unless a rule speaks against it.
                fixed -= SEASONING_GAIN
            fixed += FAIL_COST if choice.rate is None else 0.0
            each -= choice.use_up
        must = choice.role.least == 1 == len(self._siblings(choice))
        y = program.variable(1.0 if must and possible else 0.0, float(possible), fixed, whole=True)
        n = program.variable(0.0, float(max(choice.most, 0)), each, whole=True)
        program.row({n: 1.0, y: -float(choice.most)}, high=0.0)
        program.row({n: 1.0, y: -float(choice.least)}, low=0.0)
        if not self.thrift and choice.most > choice.least:
            middle = (choice.least + choice.most) / 2
            away = program.variable(0.0, math.inf, TASTE_COST / (choice.most - choice.least))
            program.row({away: 1.0, n: -1.0, y: middle}, low=0.0)
            program.row({away: 1.0, n: 1.0, y: -middle}, low=0.0)
        self.taken.append(y)
        self.steps.append(n)

    def _noise(self, choice: Choice) -> float:
        """More for what a dish is made around, but for who says what is there or was eaten."""
        told = self.profile.target in {"fridge", "baby_food"} or "cheaper" in self.profile.prefer
        one = choice.role.least == 1 == choice.role.most and choice.food.category in MAINS
        return MAIN_NOISE if one and not told else NOISE

    def _siblings(self, choice: Choice) -> list[Choice]:
        return [one for one in self.plan.choices if one.role is choice.role]

    def _picks(self) -> None:
        for role in self.plan.frame.roles:
            mine = {
                y: 1.0
                for choice, y in zip(self.plan.choices, self.taken, strict=True)
                if choice.role is role
            }
            self.program.row(mine, role.least, role.most)
        # One food does not fill two places of a dish.
        for food, times in Counter(one.food.id for one in self.plan.choices).items():
            if times > 1:
                same = {
                    y: 1.0
                    for choice, y in zip(self.plan.choices, self.taken, strict=True)
                    if choice.food.id == food
                }
                self.program.row(same, high=1.0)

    def _fridge(self) -> None:
        for item in self.profile.available:
            uses = {
                y: 1.0
                for choice, y in zip(self.plan.choices, self.taken, strict=True)
                if choice.food.id == item.food
            }
            if item.must_use:
                self._hard("F01", uses, low=1.0, unit=1.0)

    def _money(self) -> None:
        used, till = {}, {}
        for choice, y, n in zip(self.plan.choices, self.taken, self.steps, strict=True):
            if choice.at_home:
                continue
            used[n] = (choice.rate or 0.0) * choice.step_g
            used[y] = 1.0
            low, high = choice.till
            slope = (high - low) / max(1, choice.most - choice.least)
            till[n], till[y] = slope, low - slope * choice.least
        if self.thrift:
            least = self.program.variable(0.0, math.inf, 1.0)
            self.program.row({**used, least: -1.0}, high=0.0)
            self.program.row({**till, least: -BEARABLE}, high=0.0)
            return
        budget = float(self.profile.budget)
        self._hard("G10", used, high=budget, unit=budget)
        self._hard("G10", till, high=BEARABLE * budget, unit=budget)
        self._soft(till, budget, unit=budget, cost=FAIL_COST)
        if self.profile.target == "fridge":
            bought = {
                y: 1.0
                for choice, y in zip(self.plan.choices, self.taken, strict=True)
                if not choice.at_home
            }
            self._soft(bought, 3.0, unit=3.0, cost=FAIL_COST / 4)

    def _rule(self, rule: Rule) -> None:
        if rule.kind == "nutrient" and rule.field != "single_ingredient_carb_g":
            self._nutrient(rule)
        elif rule.kind == "amount" and rule.high is not None:
            grams = self._sum(lambda c: c.edible_g if c.food.id in rule.foods else 0.0)
            most = rule.high * self.profile.servings
            if rule.severity == "hard":
                self._hard(rule.id, grams, high=most, unit=max(most, 1.0))
            elif not self.thrift:
                self._soft(grams, most, unit=max(most, 1.0), cost=FAIL_COST)
        elif rule.field == "porridge_ratio":
            self._porridge(rule)
        elif rule.field == "new_allergens" and not self.thrift:
            self._new_allergens(rule)
        elif rule.field == "iron_source" and not self.thrift:
            iron = {
                y: -1.0
                for choice, y in zip(self.plan.choices, self.taken, strict=True)
                if "iron_source" in choice.food.tags
            }
            self._soft(iron, -1.0, unit=1.0, cost=FAIL_COST / 4)

    def _sum(self, each: Callable[[Choice], float]) -> dict[int, float]:
        return {n: each(choice) for choice, n in zip(self.plan.choices, self.steps, strict=True)}

    def _nutrient(self, rule: Rule) -> None:
        field = field_of(rule, self.profile)
        low, high = limits(rule, self.profile, 1.0)
        away = KEPT_AWAY if self._keeps_away(rule) else 0.0
        points = SHARE_POINTS if field in ENERGY_SHARES and rule.id not in NO_BAND else 0.0
        band = 0.0 if rule.id in NO_BAND else BAND.get(rule.field, 0.0)
        if high is not None:
            self._limit(rule, field, high * (1 - away), high * (1 - band) - points, top=True)
        if low is not None:
            self._limit(rule, field, low, low * (1 + band) + points, top=False)

    def _keeps_away(self, rule: Rule) -> bool:
        owners = {owner.partition(":")[2] for owner in rule.owners}
        return rule.severity == "hard" and bool(owners & KEEPS_AWAY)

    def _limit(self, rule: Rule, field: str, limit: float, near: float, *, top: bool) -> None:
        terms, unit = self._linear(field, limit, top=top)
        # A little off the limit, so that no rounding of the solver's breaks it. Nearly keeping a
        # soft rule costs next to nothing there, and counts as breaking it in the findings.
        shave = (1e-3 if rule.severity == "hard" else 2e-2) * unit * (1 if top else -1)
        offset = self._offset(field, limit)
        if rule.severity == "hard":
            if top:
                self._hard(rule.id, self._at_most(terms), high=offset - shave, unit=unit)
            else:
                self._hard(rule.id, terms, low=offset - shave, unit=unit)
        elif rule.severity == "soft" and not self.thrift:
            self._soft_side(terms, offset - shave, unit, FAIL_COST, top=top)
        if rule.severity != "info" and not self.thrift and near != limit:
            nearer, _ = self._linear(field, near, top=top)
            self._soft_side(nearer, self._offset(field, near), unit, WARN_COST, top=top)

    def _at_most(self, terms: dict[int, float]) -> dict[int, float]:
        """Terms with pinches at the most they may hold, as the gate counts a vague amount."""
        pinches = {
            n
            for choice, n in zip(self.plan.choices, self.steps, strict=True)
            if choice.unit == "꼬집"
        }
        return {n: value * (PINCH_MOST if n in pinches else 1.0) for n, value in terms.items()}

    def _offset(self, field: str, limit: float) -> float:
        return 0.0 if field in RATIOS else limit * self.profile.servings

    def _linear(self, field: str, limit: float, *, top: bool) -> tuple[dict[int, float], float]:
        """The field's row against a limit and the size of one unit of slack.

        A ratio becomes numerator - limit × denominator against zero.
        """
        servings = self.profile.servings
        if field not in RATIOS:
            return (
                self._sum(lambda c: c.edible_g * _end(_term(field, c), top=top)),
                max(limit * servings, 1.0),
            )
        over, under, factor = RATIOS[field]
        share = limit / factor
        terms = self._sum(
            lambda c: (
                c.edible_g
                * (_end(_term(over, c), top=top) - share * _end(_term(under, c), top=not top))
            )
        )
        return terms, max(share, 1e-3) * _USUAL[under] * servings

    def _porridge(self, rule: Rule) -> None:
        soaked = {"rice_white_raw": 1.2, "rice_brown_raw": 1.2, "rice_flour": 2.0}
        for limit, top in ((rule.high, True), (rule.low, False)):
            if limit is None:
                continue
            terms = self._sum(
                lambda c, limit=limit: (
                    c.edible_g  # type: ignore[misc]
                    * ((c.food.id == "water") - limit * soaked.get(c.food.id, 0.0))
                )
            )
            self._soft_side(terms, 0.0, 50.0 * self.profile.servings, FAIL_COST, top=top)

    def _new_allergens(self, rule: Rule) -> None:
        met = {one for food in self.profile.current_foods for one in foods()[food].allergens}
        seen: dict[int, float] = {}
        for allergen in sorted(CLASSIC_ALLERGENS - met):
            holders = [
                y
                for choice, y in zip(self.plan.choices, self.taken, strict=True)
                if choice.food.allergens.get(allergen) in {"contains", "likely"}
            ]
            if holders:
                one = self.program.variable(0.0, 1.0)
                seen[one] = 1.0
                for y in holders:
                    self.program.row({one: 1.0, y: -1.0}, low=0.0)
        if seen:
            self._soft(seen, rule.high if rule.high is not None else 1.0, 1.0, FAIL_COST)

    def _hard(
        self,
        rule: Reason,
        terms: dict[int, float],
        *,
        unit: float,
        low: float = -math.inf,
        high: float = math.inf,
    ) -> None:
        if self.elastic:
            slack = self.program.variable(0.0, math.inf, 1000.0)
            self.relaxed.append((rule, slack))
            terms = {**terms, slack: -unit if high < math.inf else unit}
        self.program.row(terms, low, high)

    def _soft(self, terms: dict[int, float], high: float, unit: float, cost: float) -> None:
        self._soft_side(terms, high, unit, cost, top=True)

    def _soft_side(
        self, terms: dict[int, float], limit: float, unit: float, cost: float, *, top: bool
    ) -> None:
        if self.elastic:
            return
        slack = self.program.variable(0.0, math.inf, cost)
        if top:
            self.program.row({**terms, slack: -unit}, high=limit)
        else:
            self.program.row({**terms, slack: unit}, low=limit)


_USUAL: Final = {
    "atwater_kcal": 450.0,
    "energy_kcal": 450.0,
    "fat_g": 25.0,
    "serving_mass_g": 400.0,
    "grain_g": 120.0,
}
"""Usual sizes of denominators per serving, so that slacks of ratios weigh like the others."""


MAINS: Final = frozenset({"meat", "fish", "crustacean", "mollusc", "egg", "legume"})


def _term(field: str, choice: Choice) -> Bound:
    return per_gram(field, choice.food, choice.option.treatment)


def _end(bound: Bound, *, top: bool) -> float:
    """The cautious end of a figure; where nothing bounds it, what is known."""
    return bound.hi if top and not math.isinf(bound.hi) else bound.lo
