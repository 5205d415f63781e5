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
from collections.abc import Iterator
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

TODAY = now().date()
PROFILE = parse_profile({"target": "diet"}, today=TODAY)
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


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        with fake() as environment:
            environment["AICHEF_DATA_DIR"] = folder
            refresh(environment)
            again(environment)
            coverage(environment)
        with fake("--slow", "300") as environment:
            environment["AICHEF_DATA_DIR"] = folder
            overlap(environment)


def refresh(environment: dict[str, str]) -> None:
    start = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with subprocess.Popen(
        [*AICHEF, "prices", "refresh"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        said, _ = process.communicate()
    seconds = time.perf_counter() - start
    assert process.returncode == 0
    peak = max(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, before) / 1024
    file = Path(environment["AICHEF_DATA_DIR"]) / "prices.sqlite3"
    for line in said.splitlines():
        print(f"  {line}")
    print(f"{'refresh of a survey day':<32} {seconds:6.1f} s    goal <= 60 s")
    print(f"{'its largest process':<32} {peak:6.0f} MB   goal <= 300 MB")
    print(f"{'the store':<32} {file.stat().st_size / 1e6:6.1f} MB")


def again(environment: dict[str, str]) -> None:
    start = time.perf_counter()
    subprocess.run([*AICHEF, "prices", "refresh"], env=environment, check=True, capture_output=True)
    print(f"{'refresh with nothing new':<32} {time.perf_counter() - start:6.1f} s")


def coverage(environment: dict[str, str]) -> None:
    root = Path(os.environ.get("AICHEF_SHARED", Path(__file__).parents[2] / "shared"))
    if not (root / LIST).exists():
        print("coverage: the shared list is not here")
        return
    shops = local_kitchen(Settings.read(environment)).shops
    surveys = [shop for shop in shops if shop.name in {"KAMIS", "참가격"}]
    with (root / LIST).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for title, wanted in (
        ("core", [row for row in rows if row["core100"] == "1"]),
        ("all", rows),
    ):
        names = [row["ingredient"] for row in wanted]
        needs = [one(SAME.get(name) or food_names()[normal(name)]) for name in names]
        by_survey = [isinstance(found, Priced) for found in prices_at_hand(needs, surveys)]
        by_any = prices_at_hand(needs, shops)
        priced = sum(isinstance(found, Priced) for found in by_any)
        print(
            f"{f'priced of {len(names)} {title} ingredients':<32} "
            f"{sum(by_survey):3} by surveys, {priced} by some source   goal of core >= 83, 100"
        )
        if title == "core":
            left = [name for name, found in zip(names, by_survey, strict=True) if not found]
            print(f"  by the price book only: {', '.join(left)}")


def overlap(environment: dict[str, str]) -> None:
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
    for name, seconds in (
        ("20 ingredients, first in process", rounds[0][0]),
        ("20 ingredients, a new kitchen", min(first for first, _ in rounds[1:])),
        ("20 ingredients, an open kitchen", median(second for _, second in rounds)),
    ):
        print(f"{name:<34} {seconds * 1000:5.0f} ms   goal <= 700 ms")
    print("  a kitchen's first question to Naver goes out 200 ms before the rest: it may be closed")


def _prices(found: Priced | Unpriced) -> tuple[Price, ...]:
    return found.prices if isinstance(found, Priced) else ()


def one(food: str) -> Need:
    return Need(foods()[food].name_ko, "200", "g", food, 200.0)
