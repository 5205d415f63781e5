"""Runs the benches, each in a process of its own, and writes docs/benchmarks.md.

    make bench              the short form of all, about half an hour
    make bench-full         the full form of all, about three hours
    python -m bench report overlap load     these anew, the others as they were kept

What was measured is kept in build/bench.json, so that one bench can be repeated alone. A row that
is not met stays in, with its reason from bench/reasons.toml.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tomllib
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.figures import FULL

HOME = Path(__file__).parents[1]
KEPT = HOME / "build" / "bench.json"
PAGE = HOME / "docs" / "benchmarks.md"
REASONS = HOME / "bench" / "reasons.toml"
LONGEST = 3 * 3600
BAR = 32
NAMED = ("highspy", "fastapi", "uvicorn", "dbos", "httpx", "pydantic-ai-slim", "playwright")


def report(names: list[str], every: list[str]) -> None:
    """Runs the named benches, and writes the page of all that was ever kept here."""
    for name in names:
        found = ran(name)
        # Read anew each time: another report may have run beside this one.
        kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        kept[name] = found
        KEPT.parent.mkdir(exist_ok=True)
        KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1))
        PAGE.write_text(page({one: kept[one] for one in every if one in kept}))


def ran(name: str) -> dict[str, Any]:
    """When, how and how long a bench ran, what it found, and how it ended."""
    began, load = datetime.now().astimezone(), os.getloadavg()[0]
    figures = KEPT.with_name(f"{name}.jsonl")
    figures.parent.mkdir(exist_ok=True)
    figures.unlink(missing_ok=True)
    command = [sys.executable, "-m", "bench", name, "--to", str(figures)]
    code = subprocess.run(command, cwd=HOME, timeout=LONGEST, check=False).returncode
    lines = figures.read_text().splitlines() if figures.exists() else []
    figures.unlink(missing_ok=True)
    return {
        "day": began.date().isoformat(),
        "form": "full" if FULL else "short",
        "load": round(load, 1),
        "seconds": round((datetime.now().astimezone() - began).total_seconds()),
        "ended": code == 0,
        "figures": [json.loads(line) for line in lines],
    }


def page(kept: dict[str, Any]) -> str:
    """docs/benchmarks.md."""
    reasons = tomllib.loads(REASONS.read_text())
    rows, missed, bars = [], [], []
    for name, run in kept.items():
        for one in run["figures"]:
            met = "yes" if one["met"] else "**no**"
            said = f"{run['form']}, load {run['load']}"
            rows.append(
                f"| {one['goal']} | {one['measured']} | {met} | `python -m bench {name}` | {said} |"
            )
            if not one["met"]:
                why = reasons.get(one["goal"], "The reason is not known yet.")
                missed.append(f"- **{one['goal']}**: {one['measured']}. {why}")
            if one["share"] is not None:
                bars.append((one["goal"], one["share"]))
        if not run["ended"]:
            missed.append(f"- **`python -m bench {name}`** did not run to its end.")
    met = sum(one["met"] for run in kept.values() for one in run["figures"])
    return "\n".join(
        [
            "# Benchmarks",
            "",
            "Written by `make bench` (short form) and `make bench-full`; what the figures mean,",
            "and what was learnt on the way, is in [measuring.md](measuring.md).",
            "",
            f"**{met} of {len(rows)} goals met.** {machine(kept)}",
            "",
            "| goal | measured | met | command | form and load |",
            "|---|---|---|---|---|",
            *rows,
            "",
            "## Not met, and why",
            "",
            *(missed or ["None."]),
            "",
            "## How much of each limit is used",
            "",
            "A full bar is the limit; shorter is better.",
            "",
            "```text",
            *(f"{bar(share)} {share:5.0%}  {goal}" for goal, share in bars),
            "```",
            "",
        ]
    )


def bar(share: float) -> str:
    filled = max(0, min(BAR, round(share * BAR)))
    return "█" * filled + "░" * (BAR - filled)


def machine(kept: dict[str, Any]) -> str:
    """One sentence on where and when this was measured."""
    days = sorted({run["day"] for run in kept.values()})
    between = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in NAMED)
    return (
        f"Measured {between} on {os.cpu_count()} cores of {processor()}, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release().split('-')[0]}, Python "
        f"{platform.python_version()}, {packages}. The machine is shared: timings vary by half."
    )


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
