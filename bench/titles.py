"""Product titles: what they state, whether they are food, whether they are the ingredient."""

from __future__ import annotations

import csv
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from aichef.prices.match import match
from aichef.prices.titles import read_title
from bench.figures import Figure, at_least

SHARED = Path(os.environ.get("AICHEF_SHARED", Path(__file__).parents[2] / "shared"))
PAIRS = Path(__file__).parents[1] / "tests/prices/data/pairs.csv"
TITLES_PCT, PRECISION_PCT, RECALL_PCT = 97, 99, 85

Row = dict[str, str]


def table(path: Path) -> list[Row]:
    """Rows of a CSV file, comments left out."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def half(row: Row) -> int:
    """0 for the half the parser was tuned on, 1 for the half held out."""
    return hashlib.sha256(row["id"].encode()).digest()[0] % 2


def amount_is_right(row: Row) -> bool:
    title = read_title(row["title"])
    unit = "개" if row["unit"] == "ea" else row["unit"]
    return (
        title.total_amount is not None
        and abs(title.total_amount - float(row["total_amount"])) < 1e-6
        and title.unit == unit
    )


def nothing_is_right(row: Row) -> bool:
    return read_title(row["title"]).total_amount is None


def food_is_right(row: Row) -> bool:
    return read_title(row["title"]).is_food is (row["is_food"] == "1")


def judged(rows: list[Row]) -> Iterator[Figure]:
    """Shares of the unambiguous titles; the half held out has to reach the goal as well."""
    clear = [row for row in rows if row["ambiguous"] == "0"]
    stated = [row for row in clear if row["total_amount"]]
    silent = [row for row in clear if not row["total_amount"]]
    print(f"{len(clear)} of {len(rows)} titles are unambiguous")
    for claim, some, right in (
        ("amount and unit", stated, amount_is_right),
        ("nothing where none is stated", silent, nothing_is_right),
        ("food or not", clear, food_is_right),
    ):
        tuned, held = (share([row for row in some if half(row) == part], right) for part in (0, 1))
        whole = share(some, right)
        print(f"  {claim}: tuned half {tuned:.1f} %, held-out half {held:.1f} %")
        yield at_least(
            f"titles: {claim} ≥ {TITLES_PCT} %",
            TITLES_PCT,
            min(whole, held),
            f"{whole:.1f} % of {len(some)} (held-out half {held:.1f} %)",
        )


def share(rows: list[Row], right: Callable[[Row], bool]) -> float:
    """Percent of the rows that are right."""
    return 100 * sum(map(right, rows)) / len(rows)


def confusion(rows: list[Row]) -> tuple[int, int, int]:
    """Pairs rightly matched, wrongly matched and missed."""
    right = wrong = missed = 0
    for row in rows:
        found = match(row["ingredient"], row["title"], float(row["price"]), row["categories"])
        meant = row["label"] == "match"
        right += meant and found.verdict == "match"
        wrong += not meant and found.verdict == "match"
        missed += meant and found.verdict != "match"
    return right, wrong, missed


def main() -> Iterator[Figure]:
    if (SHARED / "cases/labelled_dev.csv").exists():
        yield from judged(table(SHARED / "cases/labelled_dev.csv"))
        yield speed(table(SHARED / "cases/titles_dev.csv"))
    else:
        print("shared cases are not here: cases/labelled_dev.csv")
    pairs = table(PAIRS)
    right, wrong, missed = confusion(pairs)
    precision, recall = 100 * right / (right + wrong), 100 * right / (right + missed)
    yield Figure(
        f"matching: precision ≥ {PRECISION_PCT} %, recall ≥ {RECALL_PCT} %",
        f"{precision:.1f} %, {recall:.1f} % ({len(pairs)} pairs labelled before tuning)",
        precision >= PRECISION_PCT and recall >= RECALL_PCT,
        max(PRECISION_PCT / precision, RECALL_PCT / recall),
    )


def speed(plain: list[Row]) -> Figure:
    start = time.process_time()
    for row in plain:
        read_title(row["title"])
    read = time.process_time()
    for row in plain:
        match("양파", row["title"], float(row["price"]), row["category"])
    matched = time.process_time()
    print(f"  matched against one ingredient: {len(plain) / (matched - read):,.0f} a second")
    many = len(plain) / (read - start)
    return at_least("titles: ≥ 5,000 read a second", 5_000, many, f"{many:,.0f} by processor time")
