"""Product titles: what they state, whether they are food, whether they are the ingredient."""

from __future__ import annotations

import csv
import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

from aichef.prices.match import match
from aichef.prices.titles import read_title

SHARED = Path(os.environ.get("AICHEF_SHARED", Path(__file__).parents[2] / "shared"))
PAIRS = Path(__file__).parents[1] / "tests/prices/data/pairs.csv"

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


def share(name: str, found: Iterable[bool], goal: str) -> str:
    marks = list(found)
    return (
        f"  {name:<26} {sum(marks):>4} of {len(marks):<4} {sum(marks) / len(marks):7.1%}   {goal}"
    )


def titles_report(rows: list[Row]) -> None:
    clear = [row for row in rows if row["ambiguous"] == "0"]
    for name, some in (
        ("all", clear),
        ("tuned half", [row for row in clear if half(row) == 0]),
        ("held-out half", [row for row in clear if half(row) == 1]),
    ):
        stated = [row for row in some if row["total_amount"]]
        silent = [row for row in some if not row["total_amount"]]
        print(f"titles, {name}: {len(some)} unambiguous")
        print(share("amount and unit", map(amount_is_right, stated), "goal >= 97 %"))
        print(share("nothing where none is said", map(nothing_is_right, silent), "goal >= 97 %"))
        print(share("food or not", map(food_is_right, some), "goal >= 97 %"))


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


def main() -> None:
    right, wrong, missed = confusion(table(PAIRS))
    print(f"matching, {len(table(PAIRS))} pairs labelled before tuning")
    print(f"  precision {right / (right + wrong):7.1%}   goal >= 99 %")
    print(f"  recall    {right / (right + missed):7.1%}   goal >= 85 %")
    if not (SHARED / "cases/labelled_dev.csv").exists():
        print("shared cases are not here: cases/labelled_dev.csv")
        return
    titles_report(table(SHARED / "cases/labelled_dev.csv"))
    plain = table(SHARED / "cases/titles_dev.csv")
    start = time.perf_counter()
    for row in plain:
        read_title(row["title"])
    read = time.perf_counter()
    for row in plain:
        match("양파", row["title"], float(row["price"]), row["category"])
    matched = time.perf_counter()
    print(f"reading   {len(plain) / (read - start):7,.0f} titles a second   aim >= 5,000")
    print(f"matching  {len(plain) / (matched - read):7,.0f} titles a second")
