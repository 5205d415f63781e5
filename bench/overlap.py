"""Prices found while the model writes, beside the original's way: one after another, afterwards.

Over the real wires of both stand-ins in processes of their own: a model of 60 tokens a second,
prices that take 150 to 400 ms each. Every run starts with an empty store.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median, quantiles

from aichef.cook import Kitchen, News, cook
from aichef.fake.model import model_stand_in
from aichef.kitchens.local import local_kitchen
from aichef.prices.find import find_prices, needs
from aichef.profile.parse import parse_profile
from aichef.settings import Settings
from bench.figures import Figure, at_least, at_most, length

RUNS = length(6, 12)
FROM_MS, TO_MS = 150, 400
SECONDS = 900
PROFILE = {"target": "general", "pantry": "empty", "servings": 2, "budget": 60_000}
LINES = (
    ("소고기 우둔살", "120", "g"),
    ("콩나물", "150", "g"),
    ("시금치", "120", "g"),
    ("당근", "60", "g"),
    ("애호박", "100", "g"),
    ("표고버섯", "60", "g"),
    ("달걀", "2", "개"),
    ("양파", "80", "g"),
    ("대파", "20", "g"),
    ("고추장", "1", "큰술"),
    ("참기름", "1", "큰술"),
    ("식용유", "1", "큰술"),
)
ANSWER = {
    "ingredients": [
        {"name": name, "amount": amount, "unit": unit, "prep": ""} for name, amount, unit in LINES
    ],
    "optional": [],
    "instructions": [
        "콩나물과 시금치를 끓는 물에 각각 데쳐 물기를 꼭 짭니다.",
        "팬에 식용유를 두르고 채 썬 당근, 애호박, 표고버섯, 양파를 차례로 볶습니다.",
        "소고기 우둔살을 대파와 함께 속까지 익도록(75℃에서 1분 이상) 볶습니다.",
        "달걀은 노른자까지 완전히 익혀 부칩니다.",
        "밥 위에 모두 올리고 고추장과 참기름을 곁들입니다.",
    ],
    "recipeName": "소고기 채소 비빔밥",
    "description": "갖은 채소와 소고기를 올린 비빔밥입니다.",
    "cookingTime": 30,
    "difficulty": "easy",
    "servings": 2,
    "servedWith": [{"name": "쌀밥", "gramsPerServing": 180}],
    "notes": "",
    "claimed": {"kcal": 550},
}
FORBIDDEN = ("AICHEF_DATA_GO_KR_KEY", "AICHEF_KAMIS_URL", "AICHEF_CHAMGAGYEOK_URL")


@contextmanager
def stand_ins() -> Iterator[dict[str, str]]:
    """Settings that lead to both stand-ins; they stop with the block, or by themselves."""
    commands = (
        ["aichef", "fake", "prices", "--slow", str(FROM_MS), "--for", str(SECONDS)],
        ["bench.overlap"],
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-u", "-m", *one],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        for one in commands
    ]
    try:
        environ: dict[str, str] = {}
        for one in running:
            environ |= exported(one)
        at = environ["AICHEF_NAVER_URL"].rsplit("/", 1)[0]
        asked = urllib.request.Request(  # noqa: S310 - loopback
            f"{at}/control?slow={FROM_MS}-{TO_MS}", method="POST"
        )
        urllib.request.urlopen(asked).close()  # noqa: S310 - loopback
        yield environ
    finally:
        for one in running:
            one.terminate()
            one.wait(10)


def exported(process: subprocess.Popen[str]) -> dict[str, str]:
    """What a stand-in says is to be exported; ends at its first line that is no setting."""
    found = {}
    assert process.stdout is not None
    for line in process.stdout:
        if not line.startswith("export "):
            break
        name, _, value = line.removeprefix("export ").strip().partition("=")
        found[name] = value.strip("'")
    return found


def serve() -> None:
    """The model's stand-in at 60 tokens a second until it is stopped, or for SECONDS."""
    text = json.dumps(ANSWER, ensure_ascii=False, indent=1)
    with model_stand_in() as state:
        state.speed, state.first = 60.0, 0.5
        state.say = lambda *_: text
        for name, value in state.environment("openai").items():
            print(f"export {name}='{value}'")
        print("#", flush=True)
        time.sleep(SECONDS)


@dataclass
class Watch:
    """When each ingredient, and its first price, became known."""

    lines: dict[str, float] = field(default_factory=dict)
    prices: dict[str, float] = field(default_factory=dict)

    def __call__(self, news: News) -> None:
        now = time.perf_counter()
        if news.ingredient and news.ingredient.food:
            self.lines.setdefault(news.ingredient.food, now)
        if news.need:
            self.prices.setdefault(news.need.food, now)

    def waits(self) -> list[float]:
        """Seconds from a line to its first price."""
        return [self.prices[one] - at for one, at in self.lines.items() if one in self.prices]


async def one_run(environ: dict[str, str], seed: int) -> tuple[int, float, float, list[float]]:
    """Ingredients bought; seconds after the model of our way and of the original's; the waits."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings.read(environ), data_dir=Path(folder))
        profile = parse_profile({**PROFILE, "seed": seed})
        kitchen = local_kitchen(settings)
        watch = Watch()
        start = time.perf_counter()
        meal = await cook(profile, kitchen, watch)
        total = time.perf_counter() - start
        by = meal.recipe.written_by
        assert by is not None
        assert by.spent is not None
    # The model's seconds are rounded to a hundredth in what a person sees.
    with tempfile.TemporaryDirectory() as folder:
        cold = local_kitchen(replace(settings, data_dir=Path(folder)))
        to_buy, _ = needs(meal.recipe, profile.pantry, {})
        after = await _one_after_another(cold, to_buy)
    return len(to_buy), total - by.spent.seconds, after, watch.waits()


async def _one_after_another(kitchen: Kitchen, to_buy: object) -> float:
    """The original's way: every ingredient searched in turn, once the answer is there."""
    shops = [shop for shop in kitchen.shops if shop.name == "네이버"]
    assert shops
    start = time.perf_counter()
    for need in to_buy:  # type: ignore[attr-defined]
        await find_prices([need], shops)
    return time.perf_counter() - start


async def measured(environ: dict[str, str]) -> list[Figure]:
    rows = []
    for seed in range(RUNS + 1):
        row = await one_run(environ, seed)
        if seed:  # the first one loads the libraries
            rows.append(row)
    ours = [row[1] * 1000 for row in rows]
    theirs = [row[2] * 1000 for row in rows]
    waits = [wait for row in rows for wait in row[3]]
    many = median(row[0] for row in rows)
    ratio = median(b / max(a, 0.1) for a, b in zip(ours, theirs, strict=True))
    return [
        at_most(
            "model at 60 tokens/s, prices 150–400 ms: after the model ≤ 50 ms p95",
            50,
            _p95(ours),
            f"{_spread(ours)} of {RUNS} meals, {many:.0f} ingredients to buy",
        ),
        at_least(
            "the same: ≥ 50 times less than one price after another",
            50,
            ratio,
            f"{ratio:.0f} times in the median (one by one: {_spread(theirs)})",
        ),
        at_most(
            "line to its first price ≤ 0.5 s",
            0.5,
            max(waits),
            f"median {median(waits):.2f} s, most {max(waits):.2f}",
        ),
    ]


def _spread(values: list[float]) -> str:
    return f"median {median(values):.0f} ms, p95 {_p95(values):.0f}"


def _p95(values: list[float]) -> float:
    return min(quantiles(values, n=20)[-1], max(values))


def main() -> Iterator[Figure]:
    with stand_ins() as exported:
        environ = {**os.environ, **exported}
        for name in FORBIDDEN:
            environ.pop(name, None)
        yield from asyncio.run(measured(environ))


if __name__ == "__main__":
    serve()
