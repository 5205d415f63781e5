"""Whole processes: start-up, one offline cook, its memory, the size of the base install."""

from __future__ import annotations

import compileall
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.figures import Figure, at_most, length

RUNS = length(7, 15)
SOURCE = Path(__file__).parents[1] / "src"
AICHEF = [sys.executable, "-m", "aichef"]


def timed(arguments: list[str]) -> tuple[float, float]:
    """Seconds by the clock, and seconds of processor time, which other work disturbs less."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([*AICHEF, *arguments], check=True, capture_output=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def row(name: str, arguments: list[str], limit: int) -> Figure:
    timed(arguments)
    runs = [timed(arguments) for _ in range(RUNS)]
    clock, worked = ([one[n] * 1000 for one in runs] for n in (0, 1))
    measured = (
        f"median {median(clock):.0f} ms ({min(clock):.0f}–{max(clock):.0f} of {RUNS}), "
        f"of it processor {median(worked):.0f}"
    )
    return at_most(f"{name} ≤ {limit} ms", limit, median(clock), measured)


def main() -> Iterator[Figure]:
    # As on a person's machine from the second run on: where PYTHONDONTWRITEBYTECODE is set, a
    # source that was changed would be compiled anew in every process.
    compileall.compile_dir(str(SOURCE), quiet=2)
    load = os.getloadavg()[0]
    print(f"{'others at work here':<28} load {load:8.1f}")
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    print(f"{'python -c pass':<28} once   {(time.perf_counter() - start) * 1000:6.0f} ms")
    yield row("`aichef --version`", ["--version"], 100)
    for target in ("keto", "diabetes", "diet", "fridge"):
        yield row(f"`aichef cook`, whole process, {target}", ["cook", "--target", target], 600)
    baby = ["cook", "--target", "baby_food", "--baby-age-months", "7"]
    yield row("`aichef cook`, whole process, baby of 7 months", baby, 600)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield at_most("its memory ≤ 150 MB", 150, peak, f"{peak:.0f} MB")
    size = base_install_mb()
    yield at_most("base install beyond pip ≤ 110 MB", 110, size, f"{size:.0f} MB")


def base_install_mb() -> float:
    """Megabytes of the packages that the base install brings, as they lie here."""
    import importlib.metadata as metadata

    total = 0
    for name in ("aichef", "highspy", "numpy", "rich", "pygments", "markdown-it-py", "mdurl",
                 "platformdirs", "tomli"):  # fmt: skip
        for file in metadata.distribution(name).files or ():
            path = Path(str(file.locate()))
            total += path.stat().st_size if path.is_file() else 0
    total += sum(one.stat().st_size for one in (SOURCE / "aichef").rglob("*") if one.is_file())
    return total / 1e6
