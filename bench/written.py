"""Whole `aichef cook` with a model of 150 tokens a second: the stand-in, over Bedrock's wire."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles

from bench.figures import Figure, at_most, length
from bench.overlap import exported

RUNS = length(2, 20)
SPEED, FIRST = "150", "0.5"
TARGETS = (
    ("keto", "--medications", "없음"),
    ("baby_food", "--baby-age-months", "8"),
    ("diabetes", "--medications", "없음"),
    ("diet",),
    ("fridge", "--available-ingredients", "두부 1모, 시금치 한 단"),
)
LONGEST = 2_400


def main() -> Iterator[Figure]:
    command = ["fake", "model", "--speed", SPEED, "--first", FIRST, "--for", str(LONGEST)]
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "aichef", *command], stdout=subprocess.PIPE, text=True
    )
    try:
        environ = {**os.environ, **exported(process)}
        # Two at a time: a run waits for the model most of its time, as people do side by side.
        with ThreadPoolExecutor(2) as pool:
            asked = [
                [pool.submit(timed, target, flags, seed, environ) for seed in range(RUNS)]
                for target, *flags in TARGETS
            ]
        for (target, *_), runs in zip(TARGETS, asked, strict=True):
            seconds = [one.result() for one in runs]
            p95 = min(quantiles(seconds, n=20)[-1], max(seconds))
            yield at_most(
                f"`aichef cook` with a model of {SPEED} tokens/s, {target}: p95 ≤ 10 s",
                10,
                p95,
                f"p95 {p95:.1f} s, median {median(seconds):.1f}, most {max(seconds):.1f} of {RUNS}",
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
