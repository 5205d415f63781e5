"""The cheapest basket: time to the proof, money saved, and the answers checked three ways.

Instances are drawn at random in the manner of Korean online shops: a tenth of the shops sell most
of the list, a third a good part of it, the rest one to three things; a fee of about 3,000 won,
mostly waived from 20,000 to 50,000. Seeds draw the same numbers on every machine.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from statistics import mean, median

from aichef.basket.model import Seller
from aichef.basket.solve import by_seller, cheapest, fewest, single
from aichef.basket.till import Till
from aichef.chef.solver import Program, prove
from aichef.prices.model import Price
from bench.figures import Figure, at_least, at_most, length

SIZES = ((8, 20), (12, 50), (12, 100), (12, 180), (20, 100), (30, 100))
"""Ingredients and shops. With 180 shops each of twelve ingredients has 100 listings."""

HUNDRED_LISTINGS, LARGE, LARGEST = SIZES[3:]
SMALL = SIZES[0]
SEEDS = range(1, length(20, 100) + 1)
CHECKED = range(1, 301)
BASKETS_SEEDS = 30
HALF_A_WON = 0.5
CAP_SECONDS = 0.25
GOAL_MEDIAN_MS, GOAL_P95_MS, GOAL_FASTER, GOAL_OVER_PCT = 60, 150, 20, 1
NEEDS = (20, 30, 50, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800)
PACKS = (50, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 3000)
FEES = {3000: 60, 2500: 15, 3500: 10, 4000: 5, 0: 10}
FREE_FROM = {20_000: 10, 30_000: 35, 40_000: 20, 50_000: 20, None: 15}


@dataclass(frozen=True)
class Instance:
    """Grams needed, shops, and offers as (ingredient, shop, grams, won)."""

    needs: list[int]
    shops: list[Seller]
    offers: list[tuple[int, int, int, int]]

    def till(self) -> Till:
        return Till([float(need) for need in self.needs], self.shops, self.shelves())

    def shelves(self) -> dict[tuple[int, int], list[Price]]:
        found: dict[tuple[int, int], list[Price]] = {}
        for item, shop, grams, won in self.offers:
            found.setdefault((item, shop), []).append(_price(float(grams), won))
        return found


def drawn(items: int, shops: int, seed: int) -> Instance:
    """One instance. The order of the draws is part of it: another order is another instance."""
    chance = random.Random(seed * 1_000_003 + items * 1_009 + shops)
    needs = [chance.choice(NEEDS) for _ in range(items)]
    rates = [math.exp(chance.gauss(math.log(11), 0.8)) for _ in range(items)]
    sellers: list[Seller] = []
    offers: list[tuple[int, int, int, int]] = []

    def list_packs(item: int, shop: int, level: float) -> None:
        need = needs[item]
        sensible = [size for size in PACKS if need / 4 <= size <= max(6 * need, 500)]
        count = min(len(sensible), chance.randint(1, 3))
        for grams in sorted(chance.sample(sensible, count)):
            won = rates[item] * 300 * (grams / 300) ** 0.85 * level
            won *= math.exp(chance.gauss(0, 0.15))
            offers.append((item, shop, grams, max(300, round(won / 10) * 10)))

    for shop in range(shops):
        if shop / shops < 0.1:
            width = round(items * chance.uniform(0.6, 0.9))
        elif shop / shops < 0.4:
            width = round(items * chance.uniform(0.2, 0.5))
        else:
            width = chance.randint(1, 3)
        (fee,) = chance.choices(list(FEES), list(FEES.values()))
        free = None
        if fee:
            (free,) = chance.choices(list(FREE_FROM), list(FREE_FROM.values()))
        sellers.append(Seller(str(shop), fee, free))
        level = math.exp(chance.gauss(0, 0.08))
        for item in chance.sample(range(items), max(1, min(items, width))):
            list_packs(item, shop, level)
    for item in range(items):
        has = {shop for one, shop, *_ in offers if one == item}
        others = [shop for shop in range(shops) if shop not in has]
        for shop in chance.sample(others, max(0, min(3, shops) - len(has))):
            list_packs(item, shop, 1.0)
    return Instance(needs, sellers, offers)


def _price(grams: float, won: int) -> Price:
    return Price("x", "x", "pack", grams, won, "offer", "bench", date(2026, 11, 23))


# --- independent of the solver ------------------------------------------------------------------


def repriced(
    instance: Instance, bought: Mapping[tuple[int, int], Mapping[tuple[int, int], int]]
) -> int:
    """Won of packs by (ingredient, shop) and (grams, won), delivery added; checks the rule too."""
    offered = set(instance.offers)
    held = [0] * len(instance.needs)
    spent: dict[int, int] = {}
    for (item, shop), packs in bought.items():
        for (grams, won), count in packs.items():
            assert (item, shop, grams, won) in offered
            held[item] += grams * count
            spent[shop] = spent.get(shop, 0) + won * count
    assert all(have >= need for have, need in zip(held, instance.needs, strict=True))
    assert sorted(item for item, _ in bought) == list(range(len(held))), "one seller each"
    total = 0
    for shop, goods in spent.items():
        terms = instance.shops[shop]
        free = terms.free_from is not None and goods >= terms.free_from
        total += goods + (0 if free else terms.delivery)
    return total


def by_subsets(instance: Instance) -> int:
    """The least won by dynamic programming over sets of ingredients: no solver, no bounds."""
    best = {0: 0}
    for shop, terms in enumerate(instance.shops):
        spends = {
            item: _spends(instance, item, shop)
            for item in {one for one, other, *_ in instance.offers if other == shop}
        }
        bills = {}
        for size in range(1, len(spends) + 1):
            for items in combinations(sorted(spends), size):
                bills[sum(1 << item for item in items)] = _bill(
                    [spends[item] for item in items], terms
                )
        grown = dict(best)
        for before, won in best.items():
            for mask, bill in bills.items():
                if not before & mask and won + bill < grown.get(before | mask, 1 << 60):
                    grown[before | mask] = won + bill
        best = grown
    return best[(1 << len(instance.needs)) - 1]


def _spends(instance: Instance, item: int, shop: int) -> list[int]:
    """Every sum that covers an ingredient at a shop, up to a fee above the least."""
    packs = [
        (grams, won) for one, other, grams, won in instance.offers if (one, other) == (item, shop)
    ]
    need, fee = instance.needs[item], instance.shops[shop].delivery
    roof = fee + min(math.ceil(need / grams) * won for grams, won in packs)
    sums = {(0, 0)}
    for grams, won in packs:
        sums |= {
            (held + grams * count, spent + won * count)
            for held, spent in sums
            for count in range(1, (roof - spent) // won + 1)
        }
    covering = {spent for held, spent in sums if held >= need}
    return sorted(spent for spent in covering if spent <= min(covering) + fee)


def _bill(spends: list[list[int]], terms: Seller) -> int:
    sums = {0}
    roof = sum(some[0] for some in spends) + terms.delivery
    for some in spends:
        rest = {one + more for one in sums for more in some}
        sums = {one for one in rest if one <= roof}
    free = [one for one in sums if terms.free_from is not None and one >= terms.free_from]
    return min([min(sums) + terms.delivery, *free])


# --- what others do ---------------------------------------------------------------------------


def textbook(instance: Instance, seconds: float = 60.0) -> float:
    """The same rule as a textbook writes it: packs as whole numbers, one big-M row a shop."""
    program = Program()
    spent: dict[int, dict[int, float]] = {shop: {} for _, shop, *_ in instance.offers}
    opened = {
        shop: program.variable(0, 1, instance.shops[shop].delivery, whole=True)
        for shop in sorted(spent)
    }
    chosen: dict[tuple[int, int], int] = {}
    for (item, shop), packs in instance.shelves().items():
        place = chosen[item, shop] = program.variable(0, 1, whole=True)
        held = {place: -float(instance.needs[item])}
        for pack in packs:
            most = math.ceil(instance.needs[item] / pack.grams)
            most += instance.shops[shop].delivery // pack.won
            count = program.variable(0, most, pack.won, whole=True)
            program.row({count: 1, place: -most}, high=0)
            held[count] = pack.grams
            spent[shop][count] = pack.won
        program.row(held, low=0)
    for item in range(len(instance.needs)):
        program.row({one: 1 for (other, _), one in chosen.items() if other == item}, low=1, high=1)
    for shop, open_ in opened.items():
        mine: dict[int, float] = {one: 1 for (_, other), one in chosen.items() if other == shop}
        program.row({**mine, open_: -len(mine)}, high=0)
        terms = instance.shops[shop]
        if terms.delivery and terms.free_from is not None:
            free = program.variable(0, 1, -terms.delivery, whole=True)
            program.row({free: 1, open_: -1}, high=0)
            program.row({**spent[shop], free: -terms.free_from}, low=0)
    proof = prove(program, {}, 0.99, seconds)
    assert proof.values is not None
    return sum(one * value for one, value in zip(program.cost, proof.values, strict=True))


def listing_each(instance: Instance, shop: int | None = None) -> int:
    """The cheapest listing of each ingredient, as often as needed; of `shop` where it has one."""
    spent: dict[int, int] = {}
    for item, need in enumerate(instance.needs):
        listed = [(won, at, grams) for one, at, grams, won in instance.offers if one == item]
        won, at, grams = min([one for one in listed if one[1] == shop] or listed)
        spent[at] = spent.get(at, 0) + won * math.ceil(need / grams)
    total = 0
    for at, goods in spent.items():
        terms = instance.shops[at]
        free = terms.free_from is not None and goods >= terms.free_from
        total += goods + (0 if free else terms.delivery)
    return total


def most_rows(instance: Instance) -> int:
    """The shop that lists most of the ingredients."""
    rows: dict[int, set[int]] = {}
    for item, shop, *_ in instance.offers:
        rows.setdefault(shop, set()).add(item)
    return max(rows, key=lambda shop: (len(rows[shop]), -instance.shops[shop].delivery))


# --- figures ----------------------------------------------------------------------------------


def solved(instance: Instance, seconds: float = 60.0) -> tuple[int, bool, float]:
    """Won, whether proven, and milliseconds from the offers to the proof; re-priced apart."""
    shelves = instance.shelves()
    start = time.perf_counter()
    till = Till([float(need) for need in instance.needs], instance.shops, shelves)
    plan = cheapest(till, seconds=seconds - (time.perf_counter() - start))
    took = (time.perf_counter() - start) * 1000
    bought = {}
    for shop, items in by_seller(plan.seller_of).items():
        for item, picks in till.bill(shop, items).picks.items():
            bought[item, shop] = {(int(price.grams), price.won): count for price, count in picks}
    won = repriced(instance, bought)
    assert won == plan.cost, (won, plan)
    return won, plan.proven, took


def p95(times: Sequence[float]) -> float:
    return sorted(times)[math.ceil(0.95 * len(times)) - 1]


def spread(times: Sequence[float]) -> str:
    return f"median {median(times):.1f} ms, p95 {p95(times):.1f}, most {max(times):.1f}"


Optimum = dict[tuple[int, int, int], int]
"""Won by ingredients, shops and seed."""


def main() -> Iterator[Figure]:
    solved(drawn(*SMALL, 0))  # loads the solver
    optimum: Optimum = {}
    for size in SIZES:
        times, unproven = proven(size, optimum)
        if size == HUNDRED_LISTINGS:
            middle, most = median(times), p95(times)
            yield Figure(
                f"basket, 12 ingredients × 100 listings: ≤ {GOAL_MEDIAN_MS} ms median, "
                f"≤ {GOAL_P95_MS} ms p95",
                f"{middle:.0f} ms, {most:.0f} ms ({len(times)} seeds, {unproven} unproven)",
                middle <= GOAL_MEDIAN_MS and most <= GOAL_P95_MS and not unproven,
                max(middle / GOAL_MEDIAN_MS, most / GOAL_P95_MS),
            )
    all_three()
    yield beside_textbook(optimum)
    yield capped(optimum)
    yield second_solver()


def proven(size: tuple[int, int], optimum: Optimum) -> tuple[list[float], int]:
    """Milliseconds to the proof by seed, and how many had none; the won are noted."""
    times, each, rows, unproven = [], [], [], 0
    for seed in SEEDS:
        instance = drawn(*size, seed)
        won, sure, took = solved(instance)
        optimum[*size, seed] = won
        times.append(took)
        unproven += not sure
        each.append(1 - won / listing_each(instance))
        rows.append(1 - won / listing_each(instance, most_rows(instance)))
    print(f"{named(size)} to the proof: {spread(times)}; unproven {unproven}")
    print(
        f"         saves {mean(each):.1%} against the cheapest listing of each, "
        f"{mean(rows):.1%} against the shop with most rows",
        flush=True,
    )
    return times, unproven


def named(size: tuple[int, int]) -> str:
    items, shops = size
    return f"{items:>2} × {shops:<3}"


def all_three() -> None:
    for size in (SMALL, SIZES[2], LARGE):
        times = []
        for seed in SEEDS[:BASKETS_SEEDS]:
            till = drawn(*size, seed).till()
            start = time.perf_counter()
            _ = cheapest(till), single(till), fewest(till)
            times.append((time.perf_counter() - start) * 1000)
        print(f"{named(size)} all three baskets: {spread(times)}", flush=True)


def beside_textbook(optimum: Optimum) -> Figure:
    """Both in one run, by turns; the textbook model must not find anything cheaper."""
    ours, theirs, same, cheaper = [], [], 0, 0
    for seed in SEEDS:
        instance = drawn(*LARGE, seed)
        ours.append(solved(instance)[2])
        start = time.perf_counter()
        least = textbook(instance)
        theirs.append((time.perf_counter() - start) * 1000)
        same += agree(least, optimum[*LARGE, seed])
        cheaper += least < optimum[*LARGE, seed] - HALF_A_WON
    print(f"{named(LARGE)} ours: {spread(ours)}; the textbook model: {spread(theirs)}", flush=True)
    faster = median(theirs) / median(ours)
    return Figure(
        f"basket 20 × 100: ≥ {GOAL_FASTER} times faster than the textbook model",
        f"{faster:.0f} times in the median ({median(ours):.0f} and {median(theirs):.0f} ms); "
        f"the same won in {same} of {len(ours)}",
        faster >= GOAL_FASTER and not cheaper,
        GOAL_FASTER / faster,
    )


def capped(optimum: Optimum) -> Figure:
    over, late = [], []
    for seed in SEEDS:
        won, _, took = solved(drawn(*LARGEST, seed), seconds=CAP_SECONDS)
        over.append(100 * (won / optimum[*LARGEST, seed] - 1))
        late.append(took)
    print(f"{named(LARGEST)} in {CAP_SECONDS * 1000:.0f} ms took {spread(late)}", flush=True)
    return at_most(
        f"basket 30 × 100 with a cap of 250 ms: ≤ {GOAL_OVER_PCT} % above the optimum",
        GOAL_OVER_PCT,
        mean(over),
        f"{mean(over):.2f} % on average, at most {max(over):.2f} % ({len(over)} seeds)",
    )


def second_solver() -> Figure:
    same = 0
    for seed in CHECKED:
        instance = drawn(*SMALL, seed)
        same += agree(by_subsets(instance), solved(instance)[0])
    return at_least(
        "a second solver agrees on 300 instances",
        len(CHECKED),
        same,
        f"{same} of {len(CHECKED)}",
    )


def agree(one: float, other: float) -> bool:
    return abs(one - other) < HALF_A_WON
