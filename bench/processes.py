"""Whole processes: start-up, one offline cook, its memory, the size of the base install."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

RUNS = 15
AICHEF = [sys.executable, "-m", "aichef"]


def timed(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([*AICHEF, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def row(name: str, arguments: list[str], goal: str) -> None:
    timed(arguments)
    seconds = sorted(timed(arguments) for _ in range(RUNS))
    print(
        f"{name:<28} median {median(seconds) * 1000:6.0f} ms  "
        f"min {seconds[0] * 1000:6.0f}  max {seconds[-1] * 1000:6.0f}   goal {goal}"
    )


def main() -> None:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    print(f"{'python -c pass':<28} once   {(time.perf_counter() - start) * 1000:6.0f} ms")
    row("aichef --version", ["--version"], "<= 100 ms")
    for target in ("keto", "diabetes", "diet", "fridge"):
        row(f"aichef cook, {target}", ["cook", "--target", target], "<= 600 ms")
    baby = ["cook", "--target", "baby_food", "--baby-age-months", "7"]
    row("aichef cook, baby 7 months", baby, "<= 600 ms")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'largest process':<28} {peak:6.0f} MB  goal <= 150 MB")
    print(f"{'base install beyond pip':<28} {base_install_mb():6.0f} MB  goal <= 110 MB")


def base_install_mb() -> float:
    """Megabytes of the packages that the base install brings, as they lie here."""
    import importlib.metadata as metadata

    total = 0
    for name in ("aichef", "highspy", "numpy", "rich", "pygments", "markdown-it-py", "mdurl",
                 "platformdirs", "tomli"):  # fmt: skip
        for file in metadata.distribution(name).files or ():
            path = Path(str(file.locate()))
            total += path.stat().st_size if path.is_file() else 0
    package = Path(__file__).parents[1] / "src" / "aichef"
    total += sum(path.stat().st_size for path in package.rglob("*") if path.is_file())
    return total / 1e6
