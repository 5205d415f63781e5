"""The grid: every target with every allergen, common diseases, servings and budgets.

A stratified sample of the cells, or all with `--full`. A refusal is a clash when a conflict rule
fires or when no food at all keeps the rules (`tests/relaxation.py`); any other is the book's own
failing.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from aichef.chef.composer import chosen
from aichef.chef.write import Order
from aichef.cook import Kitchen, cook
from aichef.errors import Infeasible
from aichef.kitchens.local import local_kitchen
from aichef.meal.section4 import to_json
from aichef.prices.book import PriceBook
from aichef.profile.parse import parse_profile
from aichef.recipe.admit import admit
from aichef.settings import Settings
from aichef.tables import rows
from bench.figures import Figure, at_most, length, none_of

WANTED = length(200, 1_500)
TARGETS = ("keto", "diabetes", "diet", "fridge")
MONTHS = (5, 7, 10, 13, 24)
DISEASES = ("", "diabetes_t2", "hypertension", "ckd", "gout", "pregnancy")
SERVINGS = (1, 2, 4)
BUDGETS = (8_000, 15_000, 30_000)
PAIRS = 20
FRIDGE = (
    *("두부", "달걀", "양파", "애호박", "당근", "시금치", "감자", "대파", "양배추", "콩나물"),
    *(
        "새송이버섯",
        "닭가슴살",
        "돼지고기 앞다리",
        "브로콜리",
        "토마토",
        "무",
        "고구마",
        "오이",
        "가지",
    ),
)
SEEDS = 100
GOAL_ANSWERED_PCT, GOAL_DISHES, GOAL_BABY_DISHES, GOAL_TILL = 95, 10, 6, 2.5

Data = dict[str, Any]


@dataclass
class Counts:
    """What became of the cells of a group."""

    answered: int = 0
    clash: int = 0
    unanswered: int = 0
    seconds: list[float] = field(default_factory=list)
    till: list[float] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Answered of those without a genuine clash."""
        asked = self.answered + self.unanswered
        return self.answered / asked if asked else 1.0

    def line(self) -> str:
        p95 = quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0.0
        till = f"{median(self.till):4.2f}" if self.till else "   -"
        return (
            f"answered {self.answered:5}  clash {self.clash:5}  not {self.unanswered:4}  "
            f"share {self.share:6.1%}  till/used {till}  "
            f"median {median(self.seconds) * 1000:4.0f} ms  p95 {p95 * 1000:5.0f} ms"
        )


def main() -> Iterator[Figure]:
    yield variety()
    yield from run(cells() if "--full" in sys.argv else stratified(WANTED))


def allergies() -> list[tuple[str, ...]]:
    """None, each labelled allergen alone, and pairs drawn by seed."""
    labelled = [row["id"] for row in rows("aichef.food", "allergens.csv") if row["labelled"] == "1"]
    chance = random.Random(2)
    pairs: set[tuple[str, ...]] = set()
    while len(pairs) < PAIRS:
        pairs.add(tuple(sorted(chance.sample(labelled, 2))))
    return [(), *((one,) for one in labelled), *sorted(pairs)]


def cells() -> list[Data]:
    """Every profile of the grid, strata together: target, disease or months, servings, budget."""
    return [cell for stratum in strata() for cell in stratum]


def strata() -> Iterator[list[Data]]:
    every = allergies()
    seed = 0
    for target, disease, servings, budget in product(TARGETS, DISEASES, SERVINGS, BUDGETS):
        stratum = []
        for some in every:
            seed += 1
            one: Data = _cell(target, some, servings, budget, seed)
            if disease:
                one["healthConditions"] = [disease]
            if target == "fridge":
                one["availableIngredients"] = fridge(some, seed)
            stratum.append(one)
        yield stratum
    for months, servings, budget in product(MONTHS, SERVINGS, BUDGETS):
        stratum = []
        for some in every:
            seed += 1
            one = _cell("baby_food", some, servings, budget, seed)
            stratum.append({**one, "babyAgeMonths": months})
        yield stratum
    ill = []
    for months, disease in product(MONTHS, DISEASES[1:]):
        seed += 1
        one = _cell("baby_food", (), 1, BUDGETS[-1], seed)
        ill.append({**one, "babyAgeMonths": months, "healthConditions": [disease]})
    yield ill


def _cell(target: str, some: tuple[str, ...], servings: int, budget: int, seed: int) -> Data:
    return {
        "target": target,
        "allergies": list(some),
        "servings": servings,
        "budget": budget,
        "medications": ["없음"],
        "pantry": "basic",
        "seed": seed,
    }


def fridge(some: tuple[str, ...], seed: int) -> list[Data]:
    """Four common foods without the allergens, the first of them to be used."""
    from tests.independent import food_allergens, names

    drawn = random.Random(seed).sample(FRIDGE, 8)
    fit = [one for one in drawn if not food_allergens().get(names()[one], {}).keys() & {*some}]
    items: list[Data] = [{"name": one, "amount": 300, "unit": "g"} for one in fit[:4]]
    items[0]["mustUse"] = True
    return items


def stratified(wanted: int) -> list[Data]:
    """So many cells, as many of each stratum as its size asks; the same each time."""
    chance = random.Random(1)
    every: list[Data] = []
    for stratum in strata():
        chance.shuffle(stratum)
        every += stratum
    step = len(every) / wanted
    return [every[int(place * step)] for place in range(min(wanted, len(every)))]


def run(wanted: list[Data]) -> Iterator[Figure]:
    """Cooks the cells and prints what became of them."""
    from tests.independent import violations

    groups: dict[str, Counts] = defaultdict(Counts)
    blocked, broken, unnamed = Counter[str](), Counter[str](), 0
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        kitchen = local_kitchen(Settings(Path(folder)))
        for number, data in enumerate(wanted, 1):
            before = time.perf_counter()
            fate, meal, rules = cooked(data, kitchen)
            seconds = time.perf_counter() - before
            for group in (f"1 {data['target']}", f"2 {disease_of(data)}", "3 all"):
                count(groups[group], fate, seconds, meal)
            for said in violations(meal, data) if meal else ():
                broken[said.split()[0]] += 1
                print(f"violation {said}: {shown(data)}", flush=True)
            unnamed += not meal and not rules
            if fate == "unanswered":
                blocked.update(rules)
                print(f"not answered, {', '.join(rules)}: {shown(data)}", flush=True)
            if number % 500 == 0:
                print(f"{number:>6} cells, {time.perf_counter() - start:.0f} s", flush=True)
    for name in sorted(groups):
        print(f"{name[2:]:<14}{groups[name].line()}")
    everything = groups["3 all"]
    print(f"rules behind what is not answered: {spelled(blocked) or 'none'}")
    print(f"hard violations: {spelled(broken) or 'none'}")
    print(f"seconds {time.perf_counter() - start:.0f}")
    share = 100 * everything.share
    yield Figure(
        f"grid: ≥ {GOAL_ANSWERED_PCT} % of profiles without a clash answered, 0 violations",
        f"{share:.1f} % of {everything.answered + everything.unanswered:,} "
        f"({everything.clash:,} clashes), {broken.total()}",
        share >= GOAL_ANSWERED_PCT and not broken,
        GOAL_ANSWERED_PCT / share if share else None,
    )
    yield none_of(
        "grid: every refusal names its rule",
        unnamed,
        f"{unnamed} of {everything.clash + everything.unanswered:,} name none",
    )
    middle, p95 = median(everything.till), quantiles(everything.till, n=20)[-1]
    yield at_most(
        f"till/used cost, median ≤ {GOAL_TILL}",
        GOAL_TILL,
        middle,
        f"{middle:.2f} over {len(everything.till):,} meals, p95 {p95:.2f}",
    )


def cooked(data: Data, kitchen: Kitchen) -> tuple[str, Data | None, list[str]]:
    """What became of a cell, the meal in section 4's shape, and the rules of a refusal."""
    from tests.relaxation import feasible

    today = kitchen.clock().date()
    profile = parse_profile(data, today=today)
    try:
        admit(profile, today)
    except Infeasible as refusal:
        return "clash", None, named(refusal)
    try:
        return "answered", to_json(asyncio.run(cook(profile, kitchen))), []
    except Infeasible as refusal:
        return "unanswered" if feasible(data) else "clash", None, named(refusal)


def named(refusal: Infeasible) -> list[str]:
    return [str(one["rule"]) for one in refusal.details.get("rules", ())]


def count(group: Counts, fate: str, seconds: float, meal: Data | None) -> None:
    setattr(group, fate, getattr(group, fate) + 1)
    group.seconds.append(seconds)
    if meal and meal["pricing"]["usedCost"]:
        group.till.append(meal["pricing"]["totalEstimatedCost"] / meal["pricing"]["usedCost"])


def disease_of(data: Data) -> str:
    if data["target"] == "baby_food":
        return "baby, ill" if data.get("healthConditions") else "baby"
    return str(next(iter(data.get("healthConditions", ())), "no disease"))


def shown(data: Data) -> str:
    kept = {key: value for key, value in data.items() if key not in {"medications", "pantry"}}
    if "availableIngredients" in kept:
        kept["availableIngredients"] = [one["name"] for one in kept["availableIngredients"]]
    return str(kept)


def spelled(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.most_common())


def variety() -> Figure:
    """Distinct dishes (frames) and names over a hundred seeds of each target and stage."""
    today = date(2026, 11, 23)
    book = PriceBook.at(today)
    eaters: list[Data] = [{"target": target} for target in (*TARGETS, "general")]
    eaters[TARGETS.index("fridge")]["availableIngredients"] = "두부 1모, 양파 1개, 달걀 3개"
    eaters += [{"target": "baby_food", "babyAgeMonths": months} for months in MONTHS]
    grown, babies = list[int](), list[int]()
    for eater in eaters:
        dishes, called = set[str](), set[str]()
        for seed in range(SEEDS):
            profile = parse_profile({**eater, "seed": seed, "medications": ["없음"]}, today=today)
            frame, recipe = chosen(Order(profile, book.known, today))
            dishes.add(frame.id)
            called.add(recipe.name)
        months = eater.get("babyAgeMonths")
        (babies if months else grown).append(len(dishes))
        name = f"baby, {months} months" if months else eater["target"]
        print(f"variety {name:<16} {len(dishes):3} dishes, {len(called):3} names", flush=True)
    return Figure(
        f"variety over {SEEDS} seeds: ≥ {GOAL_DISHES} dishes a target, "
        f"≥ {GOAL_BABY_DISHES} a baby stage",
        f"{min(grown)}–{max(grown)} a target, {min(babies)}–{max(babies)} a stage",
        min(grown) >= GOAL_DISHES and min(babies) >= GOAL_BABY_DISHES,
        max(GOAL_DISHES / min(grown), GOAL_BABY_DISHES / min(babies)),
    )
