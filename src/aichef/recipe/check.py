"""Does a recipe hold for a profile? One engine for every rule, any writer.

The same gate stands behind the cook's book and behind a model. It reads names, amounts and
steps; claims written in a recipe (calories, "no allergens", its course) never reach it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final

from aichef.food.model import Portion
from aichef.food.nutrition import RATIOS, Bound, Totals, cap_frying_oil, scale
from aichef.food.table import foods, normal
from aichef.recipe.model import Finding, Verdict
from aichef.recipe.rules import Rule, guarded, rules_for
from aichef.recipe.steps import DEEP_FRIES, lines_of, mentioned, offered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aichef.profile.model import Profile
    from aichef.recipe.model import Ingredient, Recipe

SHARE: Final = {"meal": 1.0, "main": 0.6, "soup": 0.4, "side": 0.2}
"""How much of a meal's allowance one dish may take (domain/targets.md, basis)."""

BAND: Final = {
    "energy_kcal": 0.10,
    "carbohydrate_g": 0.10,
    "counted_carbohydrate_g": 0.10,
    "net_carbohydrate_g": 0.10,
    "added_sugars_g": 0.10,
    "protein_g": 0.10,
    "fat_g": 0.20,
    "saturated_fat_g": 0.20,
    "sodium_mg": 0.30,
    "sodium_mg_per_100g": 0.30,
    "salt_equivalent_g": 0.30,
    "potassium_mg": 0.30,
    "phosphorus_mg": 0.30,
}
"""Warn bands of DESIGN section 4, as a share of the limit; energy shares have points instead."""

SHARE_POINTS: Final = 3.0
ENERGY_SHARES: Final = frozenset(
    {
        "carb_energy_pct",
        "protein_energy_pct",
        "fat_energy_pct",
        "saturated_fat_energy_pct",
        "added_sugar_energy_pct",
    }
)
NO_BAND: Final = frozenset({"K03", "K05", "B32b", "hypertension.02"})
"""Limits that carry no warn band: METHOD section 3 and the rationale of each row."""

MONEY: Final = frozenset({"G10", "F05"})

STAPLE_GRAMS: Final = 50.0
"""Grams of rice, noodles or bread served beside a dish that make the two a meal (KDA exchange:
70 g of cooked rice is a third of a bowl)."""

DEEP_FRY: Final = ("튀기", "튀긴", "튀겨", "튀김", "deep-fry", "deep fry", "deep-fried")


@dataclass(frozen=True, slots=True)
class Money:
    """What the basket came to, in won. `bought` counts things to buy; None: not priced yet."""

    used_won: int | None
    till_won: int | None
    bought: int | None
    unpriced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """A recipe before the court of one profile, with everything a rule may ask."""

    recipe: Recipe
    profile: Profile
    today: date
    money: Money | None = None

    @cached_property
    def portions(self) -> tuple[Portion, ...]:
        """The whole recipe's portions, without what is served beside it."""
        read = tuple(portion_of(one) for one in self.recipe.ingredients)
        # Oil that spatters ("기름이 튀기 쉬우니") is no bath: only what is deep-fried is capped.
        bath = any(DEEP_FRIES.search(clause) for clause in lines_of(self.recipe))
        return cap_frying_oil(read) if bath else read

    @cached_property
    def serving(self) -> Totals:
        """One serving, what it is served with included."""
        beside = tuple(
            Portion(foods()[one.food].name_ko, foods()[one.food], one.grams, one.grams)
            for one in self.recipe.served_with
        )
        return Totals((*scale(self.portions, 1 / self.recipe.servings), *beside))

    @cached_property
    def whole_meal(self) -> bool:
        """Whether the dish, with what is served beside it, is a meal of its own."""
        staple = sum(
            one.grams for one in self.recipe.served_with if "staple" in foods()[one.food].tags
        )
        return self.recipe.course == "meal" or staple >= STAPLE_GRAMS

    @cached_property
    def share(self) -> float:
        """The dish share for per-meal maxima."""
        return 1.0 if self.whole_meal else SHARE[self.recipe.course]

    @cached_property
    def text(self) -> str:
        """All steps in one lower-case text."""
        return " ".join(self.recipe.instructions).lower()

    @cached_property
    def deep_fried(self) -> bool:
        """Whether anything, the name included, speaks of deep-frying."""
        said = f"{self.recipe.name.lower()} {self.text}"
        return any(word in said for word in DEEP_FRY)

    @cached_property
    def eaten(self) -> tuple[tuple[str | None, str], ...]:
        """Food id and name of everything listed: what a line offers instead, what is beside it."""
        beside = ((one.food, foods()[one.food].name_ko) for one in self.recipe.served_with)
        instead = (pair for one in self.recipe.ingredients for pair in offered(one))
        return (*((one.food, one.name) for one in self.recipe.ingredients), *instead, *beside)

    @cached_property
    def unlisted(self) -> tuple[tuple[str | None, str], ...]:
        """Food id and name of what the steps use and the list does not have."""
        return mentioned(self.recipe)

    def finding(
        self,
        rule: Rule,
        verdict: Verdict,
        value: float | str | None = None,
        limit: float | str | None = None,
        foods: Iterable[str] = (),
        message: str = "",
    ) -> Finding:
        """The rule's verdict in the words of the rule, unless `message` says it better."""
        return Finding(
            rule.id,
            rule.severity,
            verdict,
            value,
            limit,
            rule.unit,
            rule.source,
            message or rule.says(self.profile.locale),
            tuple(dict.fromkeys(foods)),
        )


def portion_of(ingredient: Ingredient) -> Portion:
    """An ingredient as something to be added up."""
    food = foods()[ingredient.food] if ingredient.food else None
    return Portion(
        ingredient.name,
        food,
        ingredient.edible_grams,
        ingredient.grams,
        ingredient.treatment,
        ingredient.worst_grams,
    )


def check(
    recipe: Recipe, profile: Profile, today: date, money: Money | None = None
) -> tuple[Finding, ...]:
    """Every rule the profile switches on, judged: the worst first, what was assumed before all."""
    from aichef.recipe.checks import CHECKS

    case = Case(recipe, profile, today, money)
    found: list[Finding] = []
    for rule in rules_for(profile):
        match rule.kind:
            case "nutrient":
                found.append(nutrient(rule, case))
            case "avoid":
                found.append(avoid(rule, case))
            case "amount":
                found.append(amount(rule, case))
            case "form" | "check":
                found.extend(CHECKS[rule.field](rule, case))
            case "advise":
                found.extend(advice(rule, case))
            case "conflict" | "refuse":
                pass
    return ranked(found)


def ranked(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What was assumed before all, then the worst first."""
    return tuple(sorted(findings, key=_rank))


_ORDER: Final = {
    verdict: place
    for place, verdict in enumerate(("fail", "unknown", "warn", "pass", "not_applicable"))
}
_WEIGHT: Final = {"hard": 0, "soft": 1, "info": 2}


def _rank(finding: Finding) -> tuple[bool, int, int]:
    assumed = finding.rule == "A01"
    return (not assumed, _ORDER[finding.verdict], _WEIGHT[finding.severity])


def closes_gate(finding: Finding, profile: Profile) -> bool:
    """Whether the finding keeps the recipe from the person."""
    if finding.severity != "hard":
        return False
    if finding.rule in MONEY:
        # A missing price leaves the sum a lower bound; it is no danger to anyone.
        return finding.verdict == "fail"
    return finding.verdict == "fail" or (finding.verdict == "unknown" and guarded(profile))


def field_of(rule: Rule, profile: Profile) -> str:
    """The nutrition field a rule reads; keto's carbohydrate follows `carbBasis`."""
    if rule.field == "counted_carbohydrate_g":
        return "net_carbohydrate_g" if profile.carb_basis == "net" else "carbohydrate_g"
    return rule.field


def limits(rule: Rule, profile: Profile, share: float) -> tuple[float | None, float | None]:
    """Least and most for this profile; maxima that add up scale by the dish share.

    Minima apply only to a whole meal (`share` 1.0), and so do figures per 100 g or per cent.
    """
    high: float | None = getattr(profile, rule.high_from) if rule.high_from else rule.high
    low = rule.low
    if rule.basis == "meal":
        if high is not None and rule.field not in RATIOS:
            high *= share
        if share < 1.0:
            low = None
    return low, high


def nutrient(rule: Rule, case: Case) -> Finding:
    """A field between its limits, with DESIGN's warn bands."""
    if rule.field == "single_ingredient_carb_g":
        return _single_carbohydrate(rule, case)
    low, high = limits(rule, case.profile, case.share)
    value = case.serving.of(field_of(rule, case.profile))
    limit: float | str | None = high if high is not None else low
    if limit is None:
        return case.finding(rule, "not_applicable")
    if low is not None and high is not None:
        limit = f"{low:g}-{high:g}"
    return case.finding(rule, judge(rule, value, low, high), _shown(value), limit)


def judge(rule: Rule, value: Bound, low: float | None, high: float | None) -> Verdict:
    """The verdict on a bounded value; `unknown` where the bounds straddle a limit."""
    lo, hi = value.lo, value.hi
    if rule.field in ENERGY_SHARES:
        # A share of energy means no more than a tenth of a point (K03).
        lo, hi = round(lo, 1), round(hi, 1)
    slack = 1e-9
    if high is not None and lo > high + slack:
        return "fail"
    if low is not None and hi < low - slack:
        return "fail"
    if (high is not None and hi > high + slack) or (low is not None and lo < low - slack):
        return "unknown"
    band = 0.0 if rule.id in NO_BAND else BAND.get(rule.field, 0.0)
    points = SHARE_POINTS if rule.field in ENERGY_SHARES and rule.id not in NO_BAND else 0.0
    near_top = high is not None and hi > high * (1 - band) - points + slack and band + points > 0
    near_floor = low is not None and lo < low * (1 + band) + points - slack and band + points > 0
    return "warn" if near_top or near_floor else "pass"


def _shown(value: Bound) -> float:
    return round(value.lo, 2)


def _single_carbohydrate(rule: Rule, case: Case) -> Finding:
    parts = case.serving.shares("carbohydrate_g")
    high = rule.high or 0.0
    over = [portion.name for portion, part in parts if part.lo > high]
    unclear = [portion.name for portion, part in parts if part.hi > high]
    most = max((part.lo for _, part in parts), default=0.0)
    verdict: Verdict = "fail" if over else "unknown" if unclear else "pass"
    return case.finding(rule, verdict, round(most, 2), high, over or unclear)


def meant(rule: Rule, food: str | None, name: str) -> bool:
    """Whether a rule is about this food; a name that is no food is compared as a whole."""
    return food in rule.foods if food else normal(name) in rule.terms


def avoid(rule: Rule, case: Case) -> Finding:
    """None of the foods is in it; a name that resolves to no food is compared as a whole."""
    all_of_it = (*case.eaten, *case.unlisted)
    found = [name for food, name in all_of_it if meant(rule, food, name)]
    return case.finding(rule, "fail" if found else "pass", foods=found)


def advice(rule: Rule, case: Case) -> Iterator[Finding]:
    """A sentence for the eater, where there is cause for it.

    One about certain foods is said where the dish has them, one with a least figure where a whole
    meal is below it, one with a most in `grams` where a serving holds more than that of them.
    """
    if rule.field == "grams":
        these = (p for p in case.serving.portions if p.food and p.food.id in rule.foods)
        grams = sum(p.edible_g or 0.0 for p in these)
        if grams > (rule.high or 0.0):
            yield case.finding(rule, "not_applicable")
        return
    if rule.low is not None and (
        case.share < 1.0 or case.serving.of(field_of(rule, case.profile)).lo >= rule.low
    ):
        return
    named = [name for food, name in case.eaten if meant(rule, food, name)]
    if named or not (rule.foods or rule.terms):
        yield case.finding(rule, "not_applicable", foods=named)


def amount(rule: Rule, case: Case) -> Finding:
    """Grams of the foods together, per serving, against the most there may be."""
    these = [p for p in case.serving.portions if meant(rule, p.food.id if p.food else None, p.name)]
    unlisted = [name for food, name in case.unlisted if meant(rule, food, name)]
    if not these and not unlisted:
        return case.finding(rule, "pass", 0.0, rule.high)
    least = sum(p.edible_g or 0.0 for p in these)
    most = sum(p.worst_edible_g or p.edible_g or 0.0 for p in these)
    if unlisted or any(p.edible_g is None for p in these):
        most = float("inf")
    named = (*(p.name for p in these), *unlisted)
    return case.finding(
        rule, judge(rule, Bound(least, most), None, rule.high), round(least, 1), rule.high, named
    )
