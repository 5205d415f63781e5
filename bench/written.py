"""Whole `aichef cook` with a model of 150 tokens a second: the stand-in, over Bedrock's wire."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median, quantiles

from bench.overlap import exported

RUNS = 20
SPEED, FIRST = "150", "0.5"
TARGETS = (
    ("keto", "--medications", "없음"),
    ("baby_food", "--baby-age-months", "8"),
    ("diabetes", "--medications", "없음"),
    ("diet",),
    ("fridge", "--available-ingredients", "두부 1모, 시금치 한 단"),
)
LONGEST = 2_400


def main() -> None:
    command = ["fake", "model", "--speed", SPEED, "--first", FIRST, "--for", str(LONGEST)]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "aichef", *command], stdout=subprocess.PIPE, text=True
    )
    try:
        environ = {**os.environ, **exported(process)}
        for target, *flags in TARGETS:
            seconds = [timed(target, flags, seed, environ) for seed in range(RUNS)]
            p95 = quantiles(seconds, n=20)[-1]
            print(
                f"aichef cook, {target:<10} at {SPEED} tokens/s   median {median(seconds):5.1f} s  "
                f"p95 {p95:5.1f}  most {max(seconds):5.1f}   goal p95 <= 10 s",
                flush=True,
            )
    finally:
        process.terminate()
        process.wait(10)


def timed(target: str, flags: list[str], seed: int, environ: dict[str, str]) -> float:
    command = ["cook", "--target", target, "--seed", str(seed), *flags]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "aichef", *command],
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "모델이 쓰고" in done.stdout, done.stdout[:400]
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
