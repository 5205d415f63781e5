"""참가격, shelf prices of named goods in some 630 shops: a `Shop` that reads what was kept.

The contract is data.go.kr 15158701 (B551919), surveyed about every second Friday; the monthly
CSV of data.go.kr 15083256 needs no key.
"""

from __future__ import annotations

import asyncio
import csv
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from statistics import median
from typing import TYPE_CHECKING, ClassVar, Final, cast

from aichef.errors import InvalidRecipe, ShopError
from aichef.food.table import densities, normal, pieces
from aichef.prices.book import band, step
from aichef.prices.datago import (
    APART,
    ask,
    check,
    code_trouble,
    count_call,
    key_in_address,
    printable,
    trouble,
)
from aichef.prices.model import Price, Sold
from aichef.prices.survey import Survey
from aichef.prices.survey_store import Good, Shelf, Store, Typical
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from aichef.prices.datago import Pause
    from aichef.prices.http import Answer, Wire
    from aichef.prices.survey_store import SurveyStore

NAME: Final = "참가격"
TOPIC: Final = "chamgagyeok"
STALE_DAYS: Final = 28
OLDEST_DAYS: Final = 60
CALLS_A_DAY: Final = 2_000
LEAST_STORES: Final = 5
MARTS: Final[Mapping[str, str]] = {"LM": "대형마트", "SM": "기업형 슈퍼마켓(SSM)"}
"""Types whose medians are used: the rest of the shops would mislead about fresh food."""

_SOURCE: Final = "참가격 {what} · 출처: 한국소비자원 참가격, 조사일 {day}"
_PROBES: Final = (1000, 224)
_WEEKS: Final = 8
_MOST_SHOPS: Final = 20
_MOST_PLACES: Final = 20
_MOST_WON: Final = 10_000_000
_LONGEST_ID: Final = 9
_IN_A_ROW: Final = 5
_UNITS: Final = {
    "G": "g",
    "ML": "ml",
    "EA": "개",
    "DA": "단",
    "MR": "마리",
    "PK": "포기",
    "MA": "망",
}
_PIECE_NAMES: Final = {
    "개": ("개", "봉", "통"),
    "단": ("단",),
    "마리": ("마리",),
    "포기": ("포기",),
}
_AREAS: Final = {
    "0201": "서울",
    "0202": "광주",
    "0203": "대구",
    "0204": "대전",
    "0205": "부산",
    "0206": "울산",
    "0207": "인천",
    "0208": "강원",
    "0209": "경기",
    "0210": "경남",
    "0211": "경북",
    "0212": "전남",
    "0213": "전북",
    "0214": "충남",
    "0215": "충북",
    "0216": "제주",
    "0217": "세종",
    "0218": "전남 광주",
}
_PROVINCES: Final = {"충청남": "충남", "충청북": "충북", "경상남": "경남", "경상북": "경북",
                     "전라남": "전남", "전라북": "전북"}  # fmt: skip
_CHAINS: Final = (
    ("CS", ("이마트24", "cu(", "gs25", "세븐일레븐", "미니스톱", "씨유")),
    ("DP", ("백화점", "갤러리아", "ak플라자", "신세계")),
    ("SM", ("에브리데이", "익스프레스", "롯데슈퍼", "gs더프레시", "gs수퍼", "슈퍼", "노브랜드")),
    ("LM", ("이마트", "홈플러스", "롯데마트", "농협", "하나로", "메가마트", "트레이더스")),
    ("TM", ("시장",)),
)  # fmt: skip
_WEIGHT: Final = re.compile(
    r"(\d+(?:\.\d+)?)\s*(kg|g)?\s*(?:~\s*(\d+(?:\.\d+)?)\s*)?(kg|g)(?![a-z])"
    r"(?:\s*[*x×]\s*(\d+))?",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"\(([^()]*)\)\s*$")


@dataclass(slots=True)
class Chamgagyeok(Survey):
    """Shelf prices kept in `store`, as they stand `today`.

    Of a shop of the person its own price, sold by that shop; else the median of its shop type,
    sold by the type, from five shops on and without promotions: large marts, and beside them
    supermarkets. Up to 28 days old as they are, up to 60 flagged "stale", older not at all.
    """

    topic: ClassVar[str] = TOPIC
    oldest_days: ClassVar[int] = OLDEST_DAYS

    region: str = ""
    shops: tuple[str, ...] = ()
    name: str = NAME
    _places: dict[tuple[str, tuple[str, ...]], Chamgagyeok] = field(
        default_factory=dict, repr=False, kw_only=True
    )

    def near(self, region: str | None, shops: Sequence[str]) -> Chamgagyeok:
        """The same survey for someone who goes to these shops; read once for each place."""
        place = (region or "", tuple(shops))
        if place == (self.region, self.shops):
            return self
        if place not in self._places:
            if len(self._places) == _MOST_PLACES:
                self._places.clear()
            self._places[place] = Chamgagyeok(self.store, self.today, *place)
        return self._places[place]

    def unmet(self) -> tuple[str, ...]:
        """Of the region and the shops asked for, those the survey has not. Raises ShopError."""
        if not (self.region or self.shops):
            return ()
        stores = [*self.store.stores().values()]
        near = [one for one in stores if not self.region or in_region(one, self.region)]
        if not near:
            return (self.region,) if stores else ()
        return tuple(name for name in self.shops if not _of_name(near, name))

    def _read(self) -> Mapping[str, tuple[Price, ...]]:
        goods = self.store.goods()
        found = typical_prices(self.store.typical(self.since), goods, self.today)
        if self.region or self.shops:
            for food, prices in self._own_shops(goods, self.since).items():
                plain = [one for one in prices if not {"discount", "one_plus_one"} & {*one.flags}]
                found[food] = prices if plain else (*found.get(food, ()), *prices)
        return found

    def _own_shops(self, goods: Mapping[int, Good], since: date) -> dict[str, tuple[Price, ...]]:
        found: dict[str, tuple[Price, ...]] = {}
        for seller, stores in sellers(self.store.stores(), self.region, self.shops).items():
            if len(stores) == 1:
                shelves = self.store.shelves(stores[0].store, since)
                priced = shelf_prices(seller, shelves, goods, self.today)
            else:
                every = [one for store in stores for one in self.store.shelves(store.store, since)]
                priced = _typical_of(seller, every, goods, self.today)
            for food, prices in priced.items():
                found[food] = (*found.get(food, ()), *prices)
        return found


# --- refreshing -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Door:
    """The survey's service: address, key, where calls are counted, and how to wait."""

    wire: Wire
    url: str
    key: str = field(repr=False)
    store: SurveyStore
    pause: Pause = asyncio.sleep

    async def rows(self, operation: str, query: str = "") -> list[dict[str, str]]:
        """Rows of an operation; the call is counted. Raises ShopError."""
        count_call(self.store, NAME, CALLS_A_DAY)
        return read_rows(await ask(self.wire, self._address(operation, query), self.pause))

    async def reach(self) -> None:
        """Ask for the short list of shop types. Raises ShopError where that fails."""
        address = self._address("getStandardInfoSvc.do", "&classCode=BU")
        read_rows(check(await self.wire.get(address)))

    def _address(self, operation: str, query: str) -> str:
        name = "ServiceKey" if operation.endswith(".do") else "serviceKey"
        return f"{self.url.rstrip('/')}/{operation}?{name}={key_in_address(self.key)}{query}"


async def refresh(
    door: Door, store: SurveyStore, today: date, tell: Callable[[int, int], None]
) -> tuple[date, int]:
    """Download the newest survey into the store; its day and how many goods were new.

    Every good is kept as soon as it is here, so a run that was stopped carries on where it was;
    a run with nothing to do costs a few calls. Raises ShopError.
    """
    day = await newest_day(door, store, today)
    if store.noted("chamgagyeok_lists") != str(day):
        store.keep_goods(read_goods(await door.rows("getProductInfoSvc.do")))
        store.keep_stores(read_stores(await door.rows("getStoreInfoSvc.do")))
        store.note("chamgagyeok_lists", str(day))
    wanted = sorted({int(line["good"]) for line in lines()})
    done = store.surveyed(day, "api")
    left = [good for good in wanted if good not in done]
    stores = store.stores()
    failed = 0
    for count, good in enumerate(left, len(wanted) - len(left)):
        tell(count, len(wanted))
        try:
            found = await door.rows(
                "getProductPriceInfoSvc", f"&goodInspectDay={day:%Y%m%d}&goodId={good}"
            )
        except ShopError as broken:
            failed += 1
            if broken.details.get("trouble") != "shape" or failed == _IN_A_ROW:
                raise
            continue
        failed = 0
        shelves = read_shelves(found, day, good)
        store.keep_survey(day, good, shelves, typical(shelves, stores), "api")
        await door.pause(APART)
    tell(len(wanted), len(wanted))
    if left:
        store.forget_surveys(today - timedelta(days=OLDEST_DAYS))
        store.touch(TOPIC)
    return day, len(left)


async def newest_day(door: Door, store: SurveyStore, today: date) -> date:
    """Newest survey day: Fridays, then Thursdays, of the last eight weeks are tried.

    A day that is here already is not asked for. Raises ShopError where none is found.
    """
    known = store.newest_survey("api")
    oldest = today - timedelta(weeks=_WEEKS)
    for good in _PROBES:
        for weekday in (4, 3):
            last = today - timedelta(days=(today.weekday() - weekday) % 7)
            while last > (known or oldest):
                if await _surveyed(door, last, good):
                    return last
                await door.pause(APART)
                last -= timedelta(weeks=1)
        if known:
            return known
    raise ShopError("최근 8주 안에 조사한 날을 찾지 못했어요.", trouble="none")


async def _surveyed(door: Door, day: date, good: int) -> bool:
    try:
        return bool(
            await door.rows("getProductPriceInfoSvc", f"&goodInspectDay={day:%Y%m%d}&goodId={good}")
        )
    except ShopError as failed:
        # 01 is the service's word for a day it does not know.
        if failed.details.get("code") == "01":
            return False
        raise


def read_rows(answer: Answer) -> list[dict[str, str]]:
    """Rows of an answer, whatever their tag is called. Raises ShopError.

    The row tags carry dots or are called `item`; an empty `<result/>` is a day without survey.
    """
    from xml.etree import ElementTree as ET

    text = answer.text
    # No entity ever gets to the parser: a few of them could unpack to gigabytes.
    if "<!" in text:
        raise trouble("shape")
    try:
        root = ET.fromstring(text)  # noqa: S314 - no declaration gets here
    except ET.ParseError:
        raise trouble("shape") from None
    code = (root.findtext("resultCode") or "").strip()
    result = root.find("result")
    if code.strip("0"):
        failed = code_trouble(code)
        raise ShopError(failed.message, **failed.details, code=code)
    if result is None or not code:
        raise trouble("shape")
    return [{cell.tag: printable(cell.text or "") for cell in row} for row in result]


def read_goods(found: Iterable[Mapping[str, str]]) -> list[Good]:
    """Goods of the list; rows without an id, a name or a size are left out."""
    goods = []
    for row in found:
        good, amount = row.get("goodId", ""), _decimal(row.get("goodTotalCnt", ""))
        if good.isdecimal() and len(good) <= _LONGEST_ID and row.get("goodName") and amount:
            detail = row.get("detailMean") or row.get("datailMean") or ""
            unit = row.get("goodTotalDivCode", "")
            goods.append(Good(int(good), row["goodName"], amount, unit, detail))
    return goods


def read_stores(found: Iterable[Mapping[str, str]]) -> list[Store]:
    """Shops of the list. `xMapCoord` is the latitude; some rows have both swapped, or none."""
    stores = []
    for row in found:
        if not row.get("entpId") or not row.get("entpName"):
            continue
        address = row.get("plmkAddrBasic") or row.get("roadAddrBasic") or ""
        place = _place(row.get("xMapCoord", ""), row.get("yMapCoord", ""))
        stores.append(
            Store(
                row["entpId"],
                row["entpName"],
                row.get("entpTypeCode", ""),
                _AREAS.get(row.get("entpAreaCode", "")[:4], ""),
                address,
                *place,
            )
        )
    return stores


def read_shelves(found: Iterable[Mapping[str, str]], day: date, good: int) -> list[Shelf]:
    """Prices of one good on one day; rows of another good or day and prices of 0 are left out."""
    shelves = {}
    for row in found:
        won, store = _decimal(row.get("goodPrice", "")), row.get("entpId", "")
        if not won or won > _MOST_WON or not store:
            continue
        if row.get("goodId", str(good)) != str(good):
            continue
        if row.get("goodInspectDay", f"{day:%Y%m%d}") != f"{day:%Y%m%d}":
            continue
        shelves[store] = Shelf(
            day,
            good,
            store,
            round(won),
            row.get("goodDcYn") == "Y",
            row.get("plusoneYn") == "Y",
            row.get("goodDcEndDay", ""),
        )
    return list(shelves.values())


def typical(shelves: Iterable[Shelf], stores: Mapping[str, Store]) -> list[Typical]:
    """Medians by shop type, of prices without promotion, the outer 5 % on either side cut.

    A shop that is listed under two ids counts once.
    """
    by_type: defaultdict[str, dict[str, Shelf]] = defaultdict(dict)
    for one in shelves:
        store = stores.get(one.store)
        if store and store.type and not one.discount and not one.one_plus_one:
            by_type[store.type][normal(store.name)] = one
    found = []
    for kind, priced in sorted(by_type.items()):
        won = sorted(one.won for one in priced.values())
        cut = len(won) // 20
        kept = won[cut : len(won) - cut]
        one = next(iter(priced.values()))
        found.append(
            Typical(one.day, one.good, kind, round(median(kept)), kept[0], kept[-1], len(won))
        )
    return found


# --- the monthly file -----------------------------------------------------------------------

_FILE_TROUBLES: Final = {
    "file": (
        "{file}: 참가격 CSV 파일을 읽을 수 없어요. 경로와 파일을 확인해 주세요.",
        "{file}: this 참가격 CSV file cannot be read; check the path and the file.",
    ),
    "columns": (
        "{file}: 참가격 CSV의 칸이 없어요({missing}). 받은 파일 그대로 넣어 주세요.",
        "{file}: columns of the 참가격 CSV are missing ({missing}); give the file as downloaded.",
    ),
    "days": (
        "{file}: 조사일이 있는 줄이 없어요. 참가격 CSV 파일인지 확인해 주세요.",
        "{file}: no line has a survey day; check that it is the 참가격 CSV.",
    ),
}
_COLUMNS: Final = ("상품명", "조사일", "판매가격", "판매업소", "세일여부", "원플러스원")


@dataclass(frozen=True, slots=True)
class Imported:
    """What a monthly file brought: its newest day, goods and prices kept, goods it names."""

    day: date
    goods: int
    prices: int
    named: int


def import_csv(
    path: Path,
    store: SurveyStore,
    tell: Callable[[int, int], None],
    locale: str = "ko",
    today: date = date.max,
) -> Imported:
    """Keep the newest two survey days up to `today`. Raises InvalidRecipe, ShopError.

    Shops and goods carry no ids there: goods are known by their exact name, shops by name and,
    where the store does not list them, their type by the chain's name. Prices that came through
    the service are left as they are.
    """
    named = {normal(line["name"]): int(line["good"]) for line in lines()}
    named |= {normal(good.name): good.good for good in store.goods().values()}
    mapped = {int(line["good"]) for line in lines()}
    days: set[date] = set()
    names: set[str] = set()
    for row in _file_rows(path, locale):
        names.add(row["상품명"])
        if (day := _day(row["조사일"])) and day <= today:
            days.add(day)
    if not days:
        raise _no_file("days", path, locale)
    stores = {normal(one.name): one for one in store.stores().values()}
    goods = prices = 0
    for day in sorted(days)[-2:]:
        held: defaultdict[int, dict[str, Shelf]] = defaultdict(dict)
        for row in _file_rows(path, locale):
            good = named.get(normal(row["상품명"]))
            won = _decimal(row["판매가격"].replace(",", ""))
            shop = row["판매업소"].strip()
            if good not in mapped or good is None or not won or won > _MOST_WON or not shop:
                continue
            if _day(row["조사일"]) != day:
                continue
            known = stores.setdefault(
                normal(shop), Store(f"name:{normal(shop)}", shop, chain_type(shop))
            )
            held[good][known.store] = Shelf(
                day, good, known.store, round(won), row["세일여부"] == "Y", row["원플러스원"] == "Y"
            )
        store.keep_stores(one for one in stores.values() if one.store.startswith("name:"))
        by_id = {one.store: one for one in stores.values()}
        done = store.surveyed(day, "api")
        for count, (good, shelves) in enumerate(sorted(held.items()), 1):
            tell(count, len(held))
            if good in done:
                continue
            kept = list(shelves.values())
            store.keep_survey(day, good, kept, typical(kept, by_id), "csv")
            goods, prices = goods + 1, prices + len(kept)
    store.touch(TOPIC)
    return Imported(max(days), goods, prices, len(names))


def _no_file(key: str, path: Path, locale: str, **values: str) -> InvalidRecipe:
    said = _FILE_TROUBLES[key][locale == "en"].format(file=path.name, **values)
    return InvalidRecipe(said, where=path.name)


def _file_rows(path: Path, locale: str) -> Iterator[dict[str, str]]:
    try:
        with path.open("rb") as file:
            start = file.read(65_536)
        coding = "utf-8-sig" if _is_utf8(start) else "cp949"
        with path.open(encoding=coding, errors="replace", newline="") as text:
            reader = csv.DictReader(text)
            if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
                raise _no_file("columns", path, locale, missing=", ".join(missing))
            for row in reader:
                yield {name: printable(row[name] or "") for name in _COLUMNS}
    except (OSError, csv.Error) as failed:
        raise _no_file("file", path, locale) from failed


def _is_utf8(start: bytes) -> bool:
    try:
        start.decode()
    except UnicodeDecodeError as failed:
        # A letter cut in two at the end is no proof of another coding.
        return failed.start >= len(start) - 3
    return True


def chain_type(shop: str) -> str:
    """Shop type of a name, by its chain; "" for a name of no chain."""
    name = normal(shop)
    return next((kind for kind, words in _CHAINS if any(word in name for word in words)), "")


# --- prices -----------------------------------------------------------------------------------


@cache
def lines() -> tuple[dict[str, str], ...]:
    """Rows of the map from goods to foods."""
    return tuple(rows("aichef.prices", "chamgagyeok_map.csv"))


def codes(line: Mapping[str, str], seen: Iterable[str]) -> list[str]:
    """The good id a row of the map stands on, where the survey had it."""
    return [line["good"]] if line["good"] in seen else []


def typical_prices(
    medians: Iterable[Typical], goods: Mapping[int, Good], today: date
) -> dict[str, tuple[Price, ...]]:
    """Prices by food, sold by a shop type: large marts', and supermarkets' beside them.

    Of many brands the one in the middle by won per gram stands for the food; another pack size
    stands beside it where it is dearer per gram.
    """
    by_good: defaultdict[int, list[Typical]] = defaultdict(list)
    for one in medians:
        if one.type in MARTS and one.stores >= LEAST_STORES:
            by_good[one.good].append(one)
    brands: defaultdict[tuple[str, str], list[Price]] = defaultdict(list)
    for line in lines():
        for one in by_good.get(int(line["good"]), ()):
            what = f"{MARTS[one.type]} {one.stores}곳 중앙값"
            price = _price(line, goods.get(one.good), one.won, one.day, today, what)
            if price:
                brands[line["food"], one.type].append(replace(price, vendor=MARTS[one.type]))
    found: dict[str, tuple[Price, ...]] = {}
    for (food, _), prices in sorted(brands.items()):
        found[food] = (*found.get(food, ()), *_representatives(prices))
    return found


def _representatives(prices: Sequence[Price]) -> tuple[Price, ...]:
    middle = _middle(prices)
    sizes: defaultdict[float, list[Price]] = defaultdict(list)
    for one in prices:
        sizes[one.grams].append(one)
    others = [_middle(some) for grams, some in sorted(sizes.items()) if grams != middle.grams]
    return (middle, *(one for one in others if one.won_per_gram >= middle.won_per_gram))


def _middle(prices: Sequence[Price]) -> Price:
    ordered = sorted(prices, key=lambda one: (one.won_per_gram, one.product))
    return ordered[(len(ordered) - 1) // 2]


def shelf_prices(
    seller: str,
    shelves: Iterable[Shelf],
    goods: Mapping[int, Good],
    today: date,
    what: str = "매장 조사가",
) -> dict[str, tuple[Price, ...]]:
    """Prices of one shop by food, promotions flagged."""
    by_good = {one.good: one for one in shelves}
    found: dict[str, tuple[Price, ...]] = {}
    for line in lines():
        one = by_good.get(int(line["good"]))
        if one is None:
            continue
        flags = (
            *(("discount",) if one.discount else ()),
            *(("one_plus_one",) if one.one_plus_one else ()),
        )
        until = f", 할인 {one.until}까지" if one.until else ""
        price = _price(line, goods.get(one.good), one.won, one.day, today, f"{what}{until}", flags)
        if price:
            found[line["food"]] = (*found.get(line["food"], ()), replace(price, vendor=seller))
    return found


def _typical_of(
    seller: str, shelves: Iterable[Shelf], goods: Mapping[int, Good], today: date
) -> dict[str, tuple[Price, ...]]:
    """Prices of a chain by food: the median of its shops, each good by itself."""
    by_good: defaultdict[int, list[Shelf]] = defaultdict(list)
    for one in shelves:
        if not one.discount and not one.one_plus_one:
            by_good[one.good].append(one)
    middles = [
        replace(some[0], won=round(median(one.won for one in some)), until="")
        for some in by_good.values()
    ]
    count = len({one.store for some in by_good.values() for one in some})
    return shelf_prices(seller, middles, goods, today, f"{seller} {count}곳 중앙값")


def _price(
    line: Mapping[str, str],
    good: Good | None,
    won: int,
    day: date,
    today: date,
    what: str,
    flags: tuple[str, ...] = (),
) -> Price | None:
    weighed = _weighed(line, good)
    if weighed is None:
        return None
    amount, unit, grams, converted = weighed
    sold = cast("Sold", line["sold"])
    own_flags = line["flags"].split()
    one = step(sold, amount, unit, grams, won)
    percent, estimate = band(day, today)
    return Price(
        food=line["food"],
        product=good.name if good else line["name"],
        sold=sold,
        grams=one.grams,
        won=one.won,
        kind="store",
        source=_SOURCE.format(what=what, day=day),
        observed_on=day,
        per=one.per,
        pack=one.pack,
        flags=(
            *flags,
            *(flag for flag in own_flags if flag != "edible"),
            *(("converted",) if converted else ()),
            *(("stale",) if (today - day).days > STALE_DAYS else ()),
        ),
        band_pct=percent,
        estimate=estimate,
        content=one.content,
        edible="edible" in own_flags,
        living=True,
        fresh=line["class"] == "fresh",
    )


def _weighed(line: Mapping[str, str], good: Good | None) -> tuple[float, str, float, bool] | None:
    """Amount, unit and grams of a pack, and whether its weight is the middle of a range."""
    if good is None:
        grams = float(line["grams"])
        return grams, "g", grams, False
    food, unit = line["food"], _UNITS.get(good.unit.upper(), "")
    if unit == "g":
        return good.amount, "g", good.amount, False
    if unit == "ml":
        density = densities().get(food)
        return (good.amount, "ml", good.amount * density, False) if density else None
    named = _BRACKETS.search(good.name)
    if named and (found := weight(named[1])):
        return good.amount, unit, found[0], found[1]
    for name in _PIECE_NAMES.get(unit, ()):
        if piece := pieces().get((food, name)):
            return good.amount, unit, good.amount * piece.grams, False
    if found := weight(good.detail):
        return good.amount, unit, found[0], found[1]
    return good.amount, unit, float(line["grams"]), False


def weight(text: str) -> tuple[float, bool] | None:
    """Grams named in a text ("1.5kg", "120g*5개입", "500~800g"), and whether they are a middle."""
    found = _WEIGHT.search(text)
    if not found:
        return None
    factor = 1000.0 if found[4].casefold() == "kg" else 1.0
    low = float(found[1])
    if found[3] is None:
        # "1kg g" is nobody's spelling; without a range the first unit is the only one.
        return low * factor * int(found[5] or 1), False
    low *= 1000.0 if (found[2] or found[4]).casefold() == "kg" else 1.0
    return (low + float(found[3]) * factor) / 2, True


# --- shops near one -----------------------------------------------------------------------------


def sellers(
    stores: Mapping[str, Store], region: str, shops: Sequence[str]
) -> dict[str, list[Store]]:
    """Shops of a person, by the name they are sold under.

    Shops that were named: each by itself where there are few of that name, else all of them
    under the name given. Without names, the marts of the region, or where they are many, its
    types of marts.
    """
    near = [one for one in stores.values() if in_region(one, region)] if region else [
        *stores.values()
    ]  # fmt: skip
    found: dict[str, list[Store]] = {}
    for wanted in shops:
        fitting = _of_name(near, wanted)
        if len(fitting) <= 3:
            found |= {one.name: [one] for one in fitting}
        else:
            found[wanted] = fitting
    if shops or not region:
        return found
    marts = [one for one in near if one.type in {*MARTS, "TM"}]
    if len(marts) <= _MOST_SHOPS:
        return {one.name: [one] for one in marts}
    for kind, name in MARTS.items():
        of_kind = [one for one in marts if one.type == kind]
        if len(of_kind) >= LEAST_STORES:
            found[f"{region} {name}"] = of_kind
    return found


def _of_name(stores: Sequence[Store], wanted: str) -> list[Store]:
    """Shops whose name holds the wanted one; of a chain's formats the largest one counts."""
    name = normal(wanted)
    fitting = [one for one in stores if name and name in normal(one.name)]
    for kind in ("LM", "SM", "TM", "DP", "CS"):
        if of_kind := [one for one in fitting if one.type == kind]:
            return of_kind
    return fitting


def in_region(store: Store, region: str) -> bool:
    """Whether a shop lies in a region like "서울 서초구" or "경기도/성남시"."""
    words = [_short(word) for word in re.split(r"[\s/,]+", region) if word]
    address = [_short(word) for word in store.address.split()]
    areas = store.area.split()
    return bool(words) and all(
        word in areas or any(part.startswith(word) for part in address) for word in words
    )


def _short(word: str) -> str:
    """A region word as it is compared: 서울특별시 is 서울, 경상남도 is 경남."""
    plain = re.sub(r"(특별자치시|특별자치도|특별시|광역시|도)$", "", word)
    return _PROVINCES.get(plain, plain)


def _place(x: str, y: str) -> tuple[float | None, float | None]:
    latitude, longitude = _decimal(x), _decimal(y)
    for one, other in ((latitude, longitude), (longitude, latitude)):
        if one and other and 33 <= one <= 39 and 124 <= other <= 132:
            return one, other
    return None, None


def _decimal(text: str) -> float | None:
    """Read a number above 0; None for anything else."""
    found = re.fullmatch(r"\d{1,12}(\.\d+)?", text.strip())
    return float(found[0]) or None if found else None


def _day(text: str) -> date | None:
    found = re.fullmatch(r"(\d{4})[-./]?(\d{2})[-./]?(\d{2})", text.strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
