"""KAMIS, the daily survey of fresh food, through data.go.kr: a `Shop` that reads what was kept.

The contract is data.go.kr 15156057 (B552845 `recent`): one call a day brings the newest list.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from aichef.errors import ShopError
from aichef.food.table import densities
from aichef.prices.book import band, priced_as, step
from aichef.prices.datago import ask, code_trouble, count_call, key_in_address, printable, trouble
from aichef.prices.model import Price, Sold
from aichef.prices.survey import Survey
from aichef.prices.survey_store import Average
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aichef.prices.datago import Pause
    from aichef.prices.http import Answer, Wire
    from aichef.prices.survey_store import SurveyStore

NAME: Final = "KAMIS"
TOPIC: Final = "kamis"
SOURCE: Final = "KAMIS 소매 평균 · 출처: 한국농수산식품유통공사(KAMIS)"
STALE_DAYS: Final = 14
OLDEST_DAYS: Final = 30
CALLS_A_DAY: Final = 10_000

_PAGE: Final = 1000
_MOST_PAGES: Final = 10
_RETAIL: Final = "01"
_MASS: Final = {"g": 1.0, "kg": 1000.0}
_VOLUME: Final = {"ml": 1.0, "l": 1000.0, "ℓ": 1000.0}
_MOST_WON: Final = 10_000_000


@dataclass(slots=True)
class Kamis(Survey):
    """Survey averages kept in `store`, as they stand `today`.

    Newer than 14 days as they are, up to 30 days flagged "stale", older ones not at all.
    """

    topic: ClassVar[str] = TOPIC
    oldest_days: ClassVar[int] = OLDEST_DAYS

    name: str = NAME

    def _read(self) -> Mapping[str, tuple[Price, ...]]:
        return prices_of(self.store.averages(self.since), self.today)


async def refresh(
    wire: Wire, url: str, key: str, store: SurveyStore, today: date, pause: Pause = asyncio.sleep
) -> int:
    """Download the newest list into the store; how many averages were kept. Raises ShopError.

    What is older than 30 days is left out: the list carries rows of years ago.
    """
    oldest = today - timedelta(days=OLDEST_DAYS)
    kept: dict[tuple[object, ...], Average] = {}
    for page in range(1, _MOST_PAGES + 1):
        count_call(store, NAME, CALLS_A_DAY)
        answer = await ask(wire, _address(url, key, page), pause)
        found, total = read_recent(answer)
        for one in (average(row) for row in found):
            if one and oldest <= one.day <= today + timedelta(days=1):
                kept[one.item, one.kind, one.grade, one.region, one.unit, one.day] = one
        if not found or page * _PAGE >= total:
            break
    if not kept:
        raise ShopError("KAMIS가 최근 시세를 하나도 보내지 않았어요.", trouble="none")
    count = store.keep_averages(kept.values(), oldest)
    store.touch(TOPIC)
    return count


def _address(url: str, key: str, page: int, most: int = _PAGE) -> str:
    return (
        f"{url.rstrip('/')}/recent/price?serviceKey={key_in_address(key)}"
        f"&returnType=JSON&pageNo={page}&numOfRows={most}"
    )


async def reach(wire: Wire, url: str, key: str) -> None:
    """Ask for one row. Raises ShopError where that fails."""
    from aichef.prices.datago import check

    read_recent(check(await wire.get(_address(url, key, 1, 1))))


def read_recent(answer: Answer) -> tuple[list[Mapping[str, Any]], int]:
    """Rows of an answer and how many there are in all. Raises ShopError.

    `items` may be a list, a dict for a single row, or "" for none.
    """
    try:
        said = json.loads(answer.text)["response"]
        code = str(said["header"]["resultCode"])
        body = said.get("body") or {}
        items = body.get("items") or {}
        found = items.get("item") or [] if isinstance(items, dict) else items
        total = int(body.get("totalCount") or 0)
    except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise trouble("shape") from None
    if code.strip("0"):
        raise code_trouble(code)
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        raise trouble("shape")
    return [row for row in found if isinstance(row, dict)], total


def average(row: Mapping[str, Any]) -> Average | None:
    """A retail row, or None for wholesale and for a row without day, unit or price.

    The price is that of the row's own unit; its conversion per kg is wrong for livestock.
    """
    won = number(row.get("exmn_dd_prc"))
    amount = number(row.get("unit_sz")) or 1.0
    day = _day(row.get("exmn_ymd"))
    unit = _text(row, "unit")
    if _text(row, "se_cd") != _RETAIL or not won or won > _MOST_WON or not day or not unit:
        return None
    names = (_text(row, "item_nm"), _text(row, "vrty_nm"), _text(row, "grd_nm"))
    return Average(
        day,
        _text(row, "item_cd"),
        _text(row, "vrty_cd"),
        _text(row, "grd_cd"),
        _text(row, "sgg_cd") + _text(row, "mrkt_cd"),
        unit,
        amount,
        " ".join(dict.fromkeys(name for name in names if name)),
        round(won),
    )


def number(value: object) -> float | None:
    """Read a number with commas; None for the ways a missing one is spelt ("-", [], "0", null)."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value).replace(",", "").strip()
    return float(text) or None if re.fullmatch(r"\d{1,12}(\.\d{1,6})?", text) else None


def prices_of(averages: Sequence[Average], today: date) -> dict[str, tuple[Price, ...]]:
    """Prices by food, by the map of codes."""
    by_item: defaultdict[str, list[Average]] = defaultdict(list)
    for one in averages:
        by_item[one.item].append(one)
    found: dict[str, tuple[Price, ...]] = {}
    for line in lines():
        chosen = _chosen(line, by_item.get(line["item"], ()))
        prices = tuple(price for one in chosen if (price := _price(line, one, today)))
        if prices:
            found[line["food"]] = (*found.get(line["food"], ()), *prices)
    return found


@cache
def lines() -> tuple[dict[str, str], ...]:
    """Rows of the map from codes to foods."""
    return tuple(rows("aichef.prices", "kamis_map.csv"))


def codes(line: Mapping[str, str], seen: Iterable[str]) -> list[str]:
    """Of the codes a survey had ("item kind grade"), those that a row of the map stands on."""
    kinds, grades = re.split(r"[ +]", line["kinds"]), line["grades"].split()
    return [
        code
        for code in seen
        if (parts := code.split(" "))[0] == line["item"]
        and parts[-1] in grades
        and ("*" in kinds or parts[1] in kinds)
    ]


def _chosen(line: Mapping[str, str], surveyed: Iterable[Average]) -> list[Average]:
    """Rows that stand for a food: the first kinds found, of each its newest day and best grade."""
    grades = line["grades"].split()
    fitting = [one for one in surveyed if one.grade in grades]
    for choice in line["kinds"].split():
        groups = [fitting] if choice == "*" else [
            [one for one in fitting if one.kind == kind] for kind in choice.split("+")
        ]  # fmt: skip
        found = [_middle(_best(group, grades)) for group in groups if group]
        if found:
            return found
    return []


def _best(group: Sequence[Average], grades: Sequence[str]) -> list[Average]:
    """Rows of the newest day, of those the best grade, of those one unit."""
    newest = [one for one in group if one.day == max(one.day for one in group)]
    grade = min(newest, key=lambda one: grades.index(one.grade)).grade
    graded = [one for one in newest if one.grade == grade]
    return [one for one in graded if (one.unit, one.amount) == (graded[0].unit, graded[0].amount)]


def _middle(alike: Sequence[Average]) -> Average:
    """The row nearest the middle of several cities or kinds; it keeps its own name."""
    middle = median(one.won for one in alike)
    return min(alike, key=lambda one: (abs(one.won - middle), one.kind, one.region))


def _price(line: Mapping[str, str], one: Average, today: date) -> Price | None:
    unit, amount = _unit(one.unit), one.amount
    if unit == "손":
        unit, amount = "마리", amount * 2
    grams = _grams(line, unit, amount)
    if not grams:
        return None
    if unit == "구":
        unit = "개"
    own_flags = line["flags"].split()
    bought = step(cast("Sold", line["sold"]), amount, unit, grams, one.won)
    stale = (today - one.day).days > STALE_DAYS
    percent, estimate = band(one.day, today)
    return Price(
        food=line["food"],
        product=priced_as(f"{one.name} {one.amount:g}{one.unit}", grams, bought),
        sold=cast("Sold", line["sold"]),
        grams=bought.grams,
        won=bought.won,
        kind="reference",
        source=f"{SOURCE}, 조사일 {one.day}",
        observed_on=one.day,
        per=bought.per,
        pack=bought.pack,
        flags=(
            *(flag for flag in own_flags if flag != "edible"),
            *(("stale",) if stale else ()),
        ),
        band_pct=percent,
        estimate=estimate,
        content=bought.content,
        edible="edible" in own_flags,
        living=True,
        fresh=line["class"] == "fresh",
    )


def _unit(text: str) -> str:
    """A unit without what stands in brackets: "kg(그물망 3포기)" is kg."""
    plain = text.partition("(")[0].strip()
    return {"l": "L", "ℓ": "L"}.get(plain.casefold(), plain.casefold())


def _grams(line: Mapping[str, str], unit: str, amount: float) -> float | None:
    small = unit.casefold()
    if small in _MASS:
        return amount * _MASS[small]
    if small in _VOLUME:
        density = densities().get(line["food"])
        return density and amount * _VOLUME[small] * density
    pieces = dict(one.split(":") for one in line["piece"].split())
    return float(pieces[unit]) * amount if unit in pieces else None


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return printable(str(value)) if isinstance(value, (str, int)) else ""


def _day(value: object) -> date | None:
    text = str(value or "").strip()
    if not re.fullmatch(r"\d{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
