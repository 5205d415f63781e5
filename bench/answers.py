"""Model answers by fixed seed: as written, mended or replaced, and what is delivered judged.

Over random profiles a third of the answers is good, a third has one planted hard fault, a third
two or more (fake/answers.py). Each is read, judged and mended without a second call; what cannot
be mended is replaced by the cook's book. Every delivered meal goes before the second checker.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, ClassVar

from aichef.chef.answer import read_answer
from aichef.chef.mend import mend
from aichef.chef.write import Order, broken_rules
from aichef.cook import Kitchen, cook, run
from aichef.errors import Infeasible, RequestError, UnusableRecipe
from aichef.fake.answers import planted
from aichef.kitchens.local import local_kitchen
from aichef.meal.section4 import to_json
from aichef.prices.find import known_prices
from aichef.profile.parse import parse_profile
from aichef.recipe.admit import admit, without_spoiled
from aichef.recipe.model import WrittenBy
from aichef.settings import Settings
from bench.figures import Figure, at_least, length, none_of

if TYPE_CHECKING:
    from aichef.profile.model import Profile
    from aichef.recipe.model import Recipe

WANTED = length(150, 3_000)
FIRST_SEED = 500_000
THIRDS = ("good", "one fault", "two and more")
FATES = ("as written", "mended", "replaced")
GOAL_MENDED = 60


@dataclass
class Tally:
    """What became of the answers, by third and by the fault planted alone."""

    fates: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    broken: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def breaking(self) -> int:
        """Answers with one fault that broke something."""
        fates = self.fates[THIRDS[1]]
        return fates["mended"] + fates["replaced"]

    @property
    def mended(self) -> float:
        """Share of the answers with one fault that broke something and were mended."""
        return self.fates[THIRDS[1]]["mended"] / max(1, self.breaking)


class Says:
    """A writer that hands out one recipe."""

    at_hand: ClassVar[bool] = True

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    async def write(self, order: Order) -> Recipe:
        by = WrittenBy("model", "stand-in")
        return replace(self.recipe, written_by=by, assumptions=order.profile.assumptions)


def main() -> Iterator[Figure]:
    start = time.perf_counter()
    tally = judged(WANTED, loud=True)
    for group in (*THIRDS, *sorted(set(tally.fates) - set(THIRDS))):
        print(f"{group:<16}{tally.fates[group].total():>5}: {shares(tally.fates[group])}")
    for step, seconds in tally.seconds.items():
        cuts = sorted(seconds)
        print(
            f"{step:<16}CPU ms median {1000 * median(cuts):.0f}, "
            f"p95 {1000 * cuts[int(0.95 * len(cuts))]:.0f}, most {1000 * cuts[-1]:.0f}"
        )
    print(f"seconds {time.perf_counter() - start:.0f}")
    many = sum(tally.fates[third].total() for third in THIRDS)
    became = "; ".join(f"{third}: {shares(tally.fates[third])}" for third in THIRDS)
    yield none_of(
        "3,000 model answers (a third good, one fault, two and more): 0 hard violations delivered",
        len(tally.broken),
        f"{len(tally.broken)} in {many:,} answers; {became}",
    )
    yield at_least(
        f"one planted fault: ≥ {GOAL_MENDED} % mended without a second call",
        GOAL_MENDED,
        100 * tally.mended,
        f"{tally.mended:.0%} of the {tally.breaking} that break something",
    )


def shares(fates: Counter[str]) -> str:
    many = max(1, fates.total())
    return ", ".join(f"{fates[fate] / many:.0%} {fate}" for fate in FATES)


def judged(wanted: int, first: int = FIRST_SEED, *, loud: bool = False) -> Tally:
    """So many answers, a third of each kind, read, mended and delivered."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.independent import violations

    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        kitchen = local_kitchen(Settings(Path(folder)))
        eaters = profiles(kitchen, first)
        done = 0
        while done < wanted:
            seed, data, profile = next(eaters)
            try:
                answers = [planted(profile, seed, faults) for faults in (0, 1, 2 + seed % 3)]
            except Infeasible:
                continue
            for third, (text, faults) in zip(THIRDS, answers, strict=True):
                if third != "good" and not faults:
                    continue
                fate, recipe = settled(text, profile, kitchen, tally)
                done += 1
                tally.fates[third][fate] += 1
                if third == THIRDS[1]:
                    tally.fates[f"  {faults[0]}"][fate] += 1
                writer = kitchen.writer if recipe is None else Says(recipe)
                cooked = replace(kitchen, writer=writer)
                meal: dict[str, Any] = to_json(run(cook(profile, cooked), cooked))
                for said in violations(meal, data):
                    tally.broken.append(f"seed {seed}, {third} {faults}, {fate}: {said}")
                    if loud:
                        print(f"violation {tally.broken[-1]}", flush=True)
    return tally


def profiles(kitchen: Kitchen, first: int) -> Iterator[tuple[int, dict[str, Any], Profile]]:
    """Seed, dict and Profile of random eaters whom no rule turns away, without end."""
    from tests.profiles import random_profile

    today = kitchen.clock().date()
    seed = first
    while True:
        data = random_profile(seed, today)
        try:
            profile = parse_profile(data, today=today)
            admit(profile, today)
            yield seed, data, without_spoiled(profile, today)
        except RequestError:
            pass
        seed += 1


def settled(
    text: str, profile: Profile, kitchen: Kitchen, tally: Tally
) -> tuple[str, Recipe | None]:
    """What becomes of an answer, and the recipe; None where the cook's book steps in."""
    today = kitchen.clock().date()
    order = Order(profile, lambda some: known_prices(some, kitchen.shops), today)
    start = time.process_time()
    try:
        recipe = read_answer(text, order).recipe
    except UnusableRecipe:
        return "replaced", None
    finally:
        tally.seconds["read"].append(time.process_time() - start)
    start = time.process_time()
    whole = not broken_rules(recipe, order)
    tally.seconds["gate"].append(time.process_time() - start)
    if whole:
        return "as written", recipe
    start = time.process_time()
    mended = mend(recipe, order)
    tally.seconds["mend"].append(time.process_time() - start)
    return ("mended", mended.recipe) if mended else ("replaced", None)
