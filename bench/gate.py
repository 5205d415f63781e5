"""Composed meals over random profiles, judged by the second checker of the tests."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from aichef.cook import cook
from aichef.errors import RequestError
from aichef.kitchens.local import local_kitchen
from aichef.meal.section4 import to_json
from aichef.profile.parse import parse_profile
from aichef.recipe.admit import admit
from aichef.settings import Settings
from bench.figures import Figure, length, none_of

WANTED = length(300, 2_000)


def main() -> Iterator[Figure]:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.independent import violations
    from tests.profiles import random_profile

    start = time.perf_counter()
    answered, refused, broken = Counter[str](), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        kitchen = local_kitchen(Settings(Path(folder)))
        today = kitchen.clock().date()
        seed = 0
        while answered.total() < WANTED:
            data = random_profile(seed, today)
            seed += 1
            try:
                profile = parse_profile(data, today=today)
                admit(profile, today)
            except RequestError as refusal:
                refused["question" if refusal.code == "NEEDS_ANSWER" else "conflict"] += 1
                continue
            try:
                meal = asyncio.run(cook(profile, kitchen))
            except RequestError as refusal:
                refused["money" if "leastBudget" in refusal.details else "no dish"] += 1
                continue
            answered[data["target"]] += 1
            for said in violations(to_json(meal), data):
                broken[said.split()[0]] += 1
                print(f"seed {seed - 1}: {said}", flush=True)
            if answered.total() % 200 == 0:
                seconds = time.perf_counter() - start
                print(f"{answered.total():>6} answered, {seconds:.0f} s", flush=True)
    print(f"answered {answered.total()}: {spelled(answered)}")
    print(f"refused  {refused.total()}: {spelled(refused)}")
    print(f"hard violations: {spelled(broken) or 'none'}")
    seconds = time.perf_counter() - start
    yield none_of(
        "2,000 composed meals, independent checker: 0 hard violations",
        broken.total(),
        f"{broken.total()} in {answered.total():,} meals ({seconds:.0f} s); "
        f"{refused.total():,} more profiles refused",
    )


def spelled(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.most_common())
