"""Composing alone, in one process: the median over targets and seeds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from statistics import median, quantiles

from aichef.chef.composer import compose
from aichef.chef.write import Order
from aichef.prices.book import PriceBook
from aichef.profile.parse import parse_profile
from bench.figures import Figure, at_most, length

TODAY = date(2026, 11, 23)
SEEDS = length(20, 100)
MOST_MS = 150
PROFILES: dict[str, dict[str, object]] = {
    "keto": {"target": "keto"},
    "baby, 7 months": {"target": "baby_food", "babyAgeMonths": 7},
    "diabetes": {"target": "diabetes"},
    "diet": {"target": "diet"},
    "fridge": {"target": "fridge", "availableIngredients": "두부 1모, 양파 1개, 달걀 3개"},
    "general": {"target": "general"},
}


def main() -> Iterator[Figure]:
    book = PriceBook.at(TODAY)
    everything: list[float] = []
    for name, data in PROFILES.items():
        took = []
        for seed in range(SEEDS):
            profile = parse_profile({**data, "seed": seed}, today=TODAY)
            start = time.perf_counter()
            compose(Order(profile, book.known, TODAY))
            took.append((time.perf_counter() - start) * 1000)
        everything += took
        print(f"{name:<16} median {median(took):6.0f} ms  p95 {p95(took):6.0f} ms", flush=True)
    yield at_most(
        f"composing alone ≤ {MOST_MS} ms in the median",
        MOST_MS,
        median(everything),
        f"{median(everything):.0f} ms over all targets, p95 {p95(everything):.0f} "
        f"(n = {len(everything)})",
    )


def p95(took: list[float]) -> float:
    return quantiles(took, n=20)[-1]
