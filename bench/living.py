"""Living prices against the stand-ins: refresh, coverage, and twenty ingredients at once."""

from __future__ import annotations

import asyncio
import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from aichef.chef.composer import compose
from aichef.chef.write import Order
from aichef.food.table import food_names, foods, normal
from aichef.kitchens.local import local_kitchen, now
from aichef.prices.find import Shop, find_prices, known_prices, prices_at_hand
from aichef.prices.model import Need, Price, Priced, Unpriced
from aichef.profile.parse import parse_profile
from aichef.settings import Settings
from bench.figures import Figure, at_most, length

TODAY = now().date()
PROFILE = parse_profile({"target": "diet"}, today=TODAY)
DAYS = length(1, 3)
GOAL_SECONDS, GOAL_MB, GOAL_BY_SURVEYS, GOAL_MS = 60, 300, 83, 700
_KINDS = {"vegetable", "fruit", "meat", "fish", "grain"}
AICHEF = [sys.executable, "-m", "aichef"]
LIST = "suppliers/coverage_ingredients.csv"
SAME = {
    "소고기(등심/불고기)": "beef_ribeye",
    "소고기(양지/국거리)": "beef_brisket",
    "닭고기(생닭)": "chicken_whole",
    "햄/스팸": "ham_canned",
    "마른멸치": "anchovy_large_dried",
    "맛술/미림": "mirin",
    "올리고당/물엿": "oligo_syrup",
    "다시다/조미료": "beef_dashida",
    "치즈(슬라이스)": "cheese_cheddar",
    "소고기 다짐육": "beef_ground_80",
}
"""Names of the list that stand for several foods: the first of them."""


@contextmanager
def fake(*flags: str) -> Iterator[dict[str, str]]:
    """Stand-ins in a process of their own, and the environment that leads to them."""
    with subprocess.Popen(
        [*AICHEF, "fake", "prices", *flags], stdout=subprocess.PIPE, text=True
    ) as process:
        found = dict(os.environ)
        assert process.stdout
        for line in process.stdout:
            if line.startswith("#"):
                break
            name, _, value = line.removeprefix("export ").strip().partition("=")
            found[name] = value.strip("'")
        try:
            yield found
        finally:
            process.terminate()


def main() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        with fake() as environment:
            days = []
            for day in range(DAYS):
                environment["AICHEF_DATA_DIR"] = f"{folder}/{day}"
                days.append(refresh(environment))
            again(environment)
            yield refreshed(days)
            yield from coverage(environment)
        with fake("--slow", "300") as environment:
            environment["AICHEF_DATA_DIR"] = f"{folder}/{day}"
            yield overlap(environment)


def refresh(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of a refresh into an empty folder, and MB of the largest process so far."""
    start = time.perf_counter()
    with subprocess.Popen(
        [*AICHEF, "prices", "refresh"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        said, _ = process.communicate()
    seconds = time.perf_counter() - start
    assert process.returncode == 0
    file = Path(environment["AICHEF_DATA_DIR"]) / "prices.sqlite3"
    for line in said.splitlines():
        print(f"  {line}")
    print(f"{'the store':<32} {file.stat().st_size / 1e6:6.1f} MB", flush=True)
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def refreshed(days: list[tuple[float, float]]) -> Figure:
    seconds = [one for one, _ in days]
    middle, peak = median(seconds), max(one for _, one in days)
    return Figure(
        f"a survey day refreshed ≤ {GOAL_SECONDS} s, ≤ {GOAL_MB} MB",
        f"{middle:.0f} s ({min(seconds):.0f}–{max(seconds):.0f}, n = {len(days)}), {peak:.0f} MB",
        middle <= GOAL_SECONDS and peak <= GOAL_MB,
        max(middle / GOAL_SECONDS, peak / GOAL_MB),
    )


def again(environment: dict[str, str]) -> None:
    start = time.perf_counter()
    subprocess.run([*AICHEF, "prices", "refresh"], env=environment, check=True, capture_output=True)
    print(f"{'refresh with nothing new':<32} {time.perf_counter() - start:6.1f} s")


def coverage(environment: dict[str, str]) -> Iterator[Figure]:
    root = Path(os.environ.get("AICHEF_SHARED", Path(__file__).parents[2] / "shared"))
    if not (root / LIST).exists():
        print(f"shared cases are not here: {LIST}")
        return
    shops = local_kitchen(Settings.read(environment)).shops
    with (root / LIST).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    surveys = [shop for shop in shops if shop.name in {"KAMIS", "참가격"}]
    every = [row["ingredient"] for row in rows]
    core = [row["ingredient"] for row in rows if row["core100"] == "1"]
    print(
        f"of {len(every)} ingredients {sum(priced(every, surveys))} by surveys, "
        f"{sum(priced(every, shops))} by some source"
    )
    by_survey, by_any = priced(core, surveys), sum(priced(core, shops))
    left = [name for name, found in zip(core, by_survey, strict=True) if not found]
    print(f"  core, by the price book only: {', '.join(left)}")
    many = sum(by_survey)
    yield Figure(
        f"core ingredients priced from surveys ≥ {GOAL_BY_SURVEYS}, from some source 100",
        f"{many}, {by_any} (of {len(core)})",
        many >= GOAL_BY_SURVEYS and by_any == len(core),
        max(GOAL_BY_SURVEYS / many, len(core) / by_any) if many else None,
    )


def priced(names: list[str], shops: Sequence[Shop]) -> list[bool]:
    """Which of the ingredients have a price at hand."""
    needs = [one(SAME.get(name) or food_names()[normal(name)]) for name in names]
    return [isinstance(found, Priced) for found in prices_at_hand(needs, shops)]


def overlap(environment: dict[str, str]) -> Figure:
    """Seconds to price twenty ingredients, every supplier answering after 300 ms.

    Prices at hand have been read and a recipe composed before, as in every cook.
    """
    every = [food for food in foods() if foods()[food].category in _KINDS]

    async def took(shops: tuple[Shop, ...], some: list[str]) -> float:
        compose(Order(PROFILE, lambda wanted: known_prices(wanted, shops), TODAY))
        begun = time.perf_counter()
        found = await find_prices([one(food) for food in some], shops)
        seconds = time.perf_counter() - begun
        assert any(price.kind == "offer" for each in found for price in _prices(each))
        return seconds

    async def kitchen(start: int) -> list[float]:
        shops = local_kitchen(Settings.read(environment)).shops
        return [await took(shops, every[place : place + 20]) for place in (start, start + 20)]

    rounds = [asyncio.run(kitchen(start)) for start in (0, 40, 80)]
    opened = [1000 * seconds for _, seconds in rounds]
    new = [1000 * seconds for seconds, _ in rounds[1:]]
    first = 1000 * rounds[0][0]
    print("a kitchen's first question to Naver goes out 200 ms before the rest: it may be closed")
    return at_most(
        f"20 ingredients, suppliers at 300 ms: ≤ {GOAL_MS} ms",
        GOAL_MS,
        max(median(opened), median(new), first),
        f"{min(opened):.0f}–{max(opened):.0f} ms (n = {len(opened)}); "
        f"a new kitchen {min(new):.0f}–{max(new):.0f} (n = {len(new)}), "
        f"very first in a process {first:.0f}",
    )


def _prices(found: Priced | Unpriced) -> tuple[Price, ...]:
    return found.prices if isinstance(found, Priced) else ()


def one(food: str) -> Need:
    return Need(foods()[food].name_ko, "200", "g", food, 200.0)
