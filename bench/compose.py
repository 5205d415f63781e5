"""Composing alone, in one process: the median over targets and seeds."""

from __future__ import annotations

import time
from datetime import date
from statistics import median, quantiles

from aichef.chef.composer import compose
from aichef.chef.write import Order
from aichef.prices.book import PriceBook
from aichef.profile.parse import parse_profile

TODAY = date(2026, 11, 23)
PROFILES: dict[str, dict[str, object]] = {
    "keto": {"target": "keto"},
    "baby, 7 months": {"target": "baby_food", "babyAgeMonths": 7},
    "diabetes": {"target": "diabetes"},
    "diet": {"target": "diet"},
    "fridge": {"target": "fridge", "availableIngredients": "두부 1모, 양파 1개, 달걀 3개"},
    "general": {"target": "general"},
}


def main() -> None:
    book = PriceBook.at(TODAY)
    everything: list[float] = []
    for name, data in PROFILES.items():
        seconds = []
        for seed in range(20):
            profile = parse_profile({**data, "seed": seed}, today=TODAY)
            start = time.perf_counter()
            compose(Order(profile, book.known, TODAY))
            seconds.append(time.perf_counter() - start)
        everything += seconds
        p95 = quantiles(seconds, n=20)[-1]
        print(f"{name:<16} median {median(seconds) * 1000:6.0f} ms  p95 {p95 * 1000:6.0f} ms")
    print(f"{'all':<16} median {median(everything) * 1000:6.0f} ms  goal <= 150 ms")
