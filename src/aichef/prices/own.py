"""The person's own prices: one CSV file in the data folder, a `Shop` without a network."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple, cast

from aichef.errors import InvalidRecipe, ShopError
from aichef.food.table import densities, food_names, foods, normal, pieces
from aichef.prices.book import MILLILITRES, band, step
from aichef.prices.choose import OWN
from aichef.prices.model import Price, Sold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from aichef.prices.model import Need

    FindFood = Callable[[str], str | None]
    Weigh = Callable[[str, float, str], float | None]

FILE: Final = "own_prices.csv"
SOURCE: Final = "내가 적은 가격"

_COLUMNS: Final = (
    "food", "product", "sold", "grams", "amount", "unit", "won", "seller", "date"
)  # fmt: skip
_HEADINGS: Final = {
    "food": ("food", "name", "ingredient", "재료", "식품", "품목"),
    "product": ("product", "상품", "상품명", "제품"),
    "sold": ("sold", "판매방식"),
    "grams": ("grams", "g", "그램", "무게"),
    "amount": ("amount", "양", "용량"),
    "unit": ("unit", "단위"),
    "won": ("won", "price", "가격", "원", "금액"),
    "seller": ("seller", "vendor", "shop", "판매처", "가게", "매장"),
    "date": ("date", "day", "날짜", "구입일", "조사일"),
}
_SOLD: Final = {"": "pack", "pack": "pack", "포장": "pack", "loose": "loose", "낱개": "loose"}
_GRAMS: Final = {"g": 1.0, "kg": 1000.0}
_UNITS: Final = {
    "그램": "g",
    "킬로": "kg",
    "킬로그램": "kg",
    "kg": "kg",
    "g": "g",
    "ml": "ml",
    "밀리리터": "ml",
    "l": "L",
    "ℓ": "L",
    "리터": "L",
}
_MOST_BYTES: Final = 1_000_000
_MOST_KEPT: Final = 10_000_000
"""Bytes of the person's own file, to which every import adds."""
_MOST_WON: Final = 100_000_000
_LEAST: Final = 0.001
_MOST: Final = 1e9
_MOST_GRAMS: Final = 1_000_000.0
_NAMED_LINES: Final = 20
_LOCK: Final = f".{FILE}.lock"
_PATIENCE: Final = 10.0
"""Seconds to wait for another process that is writing."""

_TROUBLES: Final = {
    "open": ("가격 파일을 열지 못했어요.", "The price file cannot be opened."),
    "size": (
        "가격 파일이 1MB보다 커요. 나누어 넣어 주세요.",
        "The price file is over 1 MB; split it.",
    ),
    "encoding": (
        "가격 파일의 글자를 읽지 못했어요. UTF-8이나 CP949로 저장해 주세요.",
        "The price file cannot be read; save it as UTF-8 or CP949.",
    ),
    "csv": (
        "{line}번째 줄이 CSV 형식이 아니에요. 따옴표를 확인해 주세요.",
        "Line {line} is not CSV; check its quotes.",
    ),
    "columns": (
        "첫 줄에 food(재료)와 won(가격), 그리고 grams 또는 amount와 unit 칸이 있어야 해요.",
        "The first line needs columns food and won, and grams or amount and unit.",
    ),
    "empty": ("가격이 한 줄도 없어요.", "The price file has no prices."),
    "lines": (
        "고칠 줄이 {count}개 있어서 아무것도 넣지 않았어요. {problems}",
        "{count} lines need correcting, so nothing was imported. {problems}",
    ),
    "line": ("{line}번째 줄: {problem}", "Line {line}: {problem}"),
    "more": ("그 밖에 {count}줄이 더 있어요.", "And {count} more."),
    "food": ("모르는 재료예요({value}).", "unknown food ({value})."),
    "sold": (
        "sold는 pack이나 loose여야 해요({value}).",
        "sold must be pack or loose ({value}).",
    ),
    "won": (
        "가격은 1원 이상의 정수여야 해요({value}).",
        "won must be a whole number from 1 ({value}).",
    ),
    "grams": (
        "양은 0보다 큰 수여야 해요({value}).",
        "the amount must be a number above 0 ({value}).",
    ),
    "weight": (
        "무게로 바꿀 수 없는 양이에요({value}). grams 칸에 그램을 적어 주세요.",
        "this amount cannot be weighed ({value}); fill in grams.",
    ),
    "date": (
        "날짜는 오늘까지의 2026-11-23 같은 꼴이어야 해요({value}).",
        "the date must look like 2026-11-23 and not lie ahead ({value}).",
    ),
    "fields": ("칸이 첫 줄보다 많아요.", "more fields than the first line has."),
    "text": ("글자를 저장할 수 없어요({value}).", "this text cannot be kept ({value})."),
    "folder": (
        "{folder} 폴더에서 가격을 읽을 수 없어요. AICHEF_DATA_DIR로 다른 폴더를 정해 주세요.",
        "Prices cannot be read in the folder {folder}; set AICHEF_DATA_DIR to another one.",
    ),
    "write": (
        "{folder} 폴더에 가격을 적을 수 없어요. AICHEF_DATA_DIR로 다른 폴더를 정해 주세요.",
        "Prices cannot be kept in the folder {folder}; set AICHEF_DATA_DIR to another one.",
    ),
    "kept_size": (
        "{folder} 폴더의 내 가격 파일이 10MB보다 커져요. 안 쓰는 가격을 지우고 다시 해 주세요.",
        "The file of your own prices in {folder} is over 10 MB; remove prices you do not need.",
    ),
    "busy": (
        "다른 명령이 가격을 적고 있어요. 잠시 뒤에 다시 해 주세요.",
        "Another command is writing prices; try again in a moment.",
    ),
    "some": (
        "적어 둔 가격에서 {count}줄을 읽지 못해 빼고 계산했어요. aichef prices list 로 확인하세요.",
        "{count} lines of your own prices cannot be read and were left out; "
        "see aichef prices list.",
    ),
}


class BadRow(NamedTuple):
    """A line of the person's file that cannot be read: its number, what is wrong, its cells.

    It stays in the file until it is corrected, or removed by its `key`.
    """

    line: int
    problem: str
    cells: tuple[str, ...]

    @property
    def key(self) -> str:
        """Eight characters that name the line: same cells, same key."""
        return _digest(self.cells)

    def __str__(self) -> str:
        return f"{','.join(cell for cell in self.cells if cell)}: {self.problem}"


@dataclass(frozen=True, slots=True)
class OwnPrices:
    """Prices a person wrote down, in `folder`/own_prices.csv, as they stand `today`.

    They win over every other price. The file is replaced as a whole, so a process that dies while
    writing leaves the old one; those that write at the same moment wait for one another. A line
    that cannot be read is left out and kept as it is. Troubles are said in `locale`.
    """

    at_hand: ClassVar[bool] = True

    folder: Path
    today: date
    name: str = "own"
    locale: str = "ko"

    def list(self) -> tuple[Price, ...]:
        """All own prices that can be read, sorted by food; empty without a file.

        Raises InvalidRecipe for a file that is no price file, ShopError for a folder that cannot
        be read.
        """
        return self._read()[0]

    def bad_rows(self) -> tuple[BadRow, ...]:
        """Lines of the file that cannot be read. Raises as `list` does."""
        return self._read()[1]

    def trouble(self) -> str | None:
        """One sentence where own prices, all or some, cannot be read; None where all can."""
        try:
            bad = self.bad_rows()
        except (InvalidRecipe, ShopError) as trouble:
            return trouble.message
        return _say("some", self.locale, count=len(bad)) if bad else None

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        """Own prices of those of `foods` that have any. Raises ShopError for a damaged file."""
        found: dict[str, tuple[Price, ...]] = {}
        try:
            prices = self.list()
        except InvalidRecipe as trouble:
            raise ShopError(trouble.message, **trouble.details) from trouble
        for price in prices:
            if price.food in foods:
                found[price.food] = (*found.get(price.food, ()), price)
        return found

    async def search(self, need: Need) -> tuple[Price, ...]:
        """Own prices for a need. Raises ShopError for a damaged file."""
        return self.known({need.food}).get(need.food, ())

    def add(self, price: Price) -> str:
        """Keep a price and return its key; it replaces one of the same food, pack and seller.

        Raises InvalidRecipe for a price that the file could not give back.
        """
        self._keep([price])
        return key(price)

    def remove(self, wanted: str) -> bool:
        """Forget the price, or the bad line, with that key; False when there is none."""
        with self._alone():
            prices, bad = self._read()
            left = [price for price in prices if key(price) != wanted]
            kept = [row for row in bad if row.key != wanted]
            if (len(left), len(kept)) == (len(prices), len(bad)):
                return False
            self._write(left, kept)
        return True

    def import_csv(
        self,
        path: Path,
        find_food: FindFood | None = None,
        weigh: Weigh | None = None,
        locale: str | None = None,
    ) -> int:
        """Add all prices of a CSV file and return how many; all of them or none.

        Columns by English or Korean name: food (id or name), product, grams or amount and unit,
        won, seller, date (absent: today), sold (absent: pack). UTF-8 with or without BOM, or
        CP949. `find_food` turns a name into a food id, `weigh` an amount and unit into grams.
        Raises InvalidRecipe; `details["lines"]` are the line numbers to correct.
        """
        locale = locale or self.locale
        try:
            with path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
        except OSError as trouble:
            raise InvalidRecipe(_say("open", locale), where=path.name) from trouble
        if len(data) > _MOST_BYTES:
            raise InvalidRecipe(_say("size", locale), where=path.name)
        reader = _Reader(
            self.today, self.today, find_food or named_food, weigh or typical_grams, locale
        )
        prices = reader.read(data, path.name)
        if not prices:
            raise InvalidRecipe(_say("empty", locale), where=path.name)
        self._keep(prices)
        return len(prices)

    def _read(self) -> tuple[tuple[Price, ...], tuple[BadRow, ...]]:
        try:
            with (self.folder / FILE).open("rb") as file:
                data = file.read(_MOST_KEPT + 1)
        except FileNotFoundError:
            return (), ()
        except OSError as trouble:
            raise self._no("folder") from trouble
        if len(data) > _MOST_KEPT:
            raise self._no("kept_size")
        try:
            return _stored(data, self.today, self.locale)
        except InvalidRecipe as trouble:
            said = f"{self.folder / FILE}: {trouble.message}"
            raise InvalidRecipe(said, **trouble.details) from trouble

    def _no(self, key: str) -> ShopError:
        return ShopError(_say(key, self.locale, folder=self.folder))

    def _keep(self, new: Sequence[Price]) -> None:
        for price in new:
            _must_be_readable(price, self.today, self.locale)
        with self._alone():
            prices, bad = self._read()
            self._write({key(price): price for price in (*prices, *new)}.values(), bad)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else writes meanwhile, where the system has such locks."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("ab")
        except OSError as trouble:
            raise self._no("write") from trouble
        with lock:
            if not _locked(lock.fileno()):
                raise self._no("busy")
            yield

    def _write(self, prices: Iterable[Price], bad: Iterable[BadRow]) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_COLUMNS)
        for price in sorted(prices, key=lambda price: (price.food, price.product, key(price))):
            writer.writerow(_row(price))
        for row in bad:
            writer.writerow(row.cells)
        if len(text.getvalue().encode()) > _MOST_KEPT:
            raise self._no("kept_size")
        temporary = self.folder / f".{FILE}.{os.getpid()}"
        try:
            with temporary.open("w", encoding="utf-8", newline="") as file:
                file.write(text.getvalue())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.folder / FILE)
        except OSError as trouble:
            raise self._no("write") from trouble
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _locked(file: int) -> bool:
    """Whether the lock was got in time; it goes when the file is closed, or its owner dies."""
    try:
        import fcntl
    except ImportError:
        return True
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        except OSError:
            # A file system without locks; the file is still replaced as a whole.
            return True
        else:
            return True


def _must_be_readable(price: Price, today: date, locale: str) -> None:
    """Raise InvalidRecipe for a price that would come back from the file as a bad line."""
    cells = [str(cell) for cell in _row(price)]
    try:
        for cell in cells:
            _must_be_text(cell)
        _own_reader(today, locale).price({**dict(zip(_COLUMNS, cells, strict=True)), "extra": ""})
    except _BadCell as bad:
        raise InvalidRecipe(_say(bad.key, locale, value=bad.value), where=bad.key) from bad


def _must_be_text(cell: str) -> None:
    try:
        cell.encode()
    except UnicodeEncodeError as trouble:
        raise _BadCell("text", cell.encode("utf-8", "replace").decode()) from trouble


def own_price(
    food: str,
    product: str,
    won: int,
    grams: float,
    today: date,
    *,
    sold: Sold = "pack",
    amount: float | None = None,
    unit: str = "g",
    seller: str | None = None,
    observed_on: date | None = None,
) -> Price:
    """Own price: `won` for `grams`, which `amount` `unit` (default: the grams) describe.

    A seller makes it a `store` price; without one it is a `reference`. Loose food becomes a step
    of 100 g or one piece, its won rounded up.
    """
    observed = observed_on or today
    percent, estimate = band(observed, today)
    one = step(sold, grams if amount is None else amount, unit, grams, won)
    return Price(
        food=food,
        product=product,
        sold=sold,
        grams=one.grams,
        won=one.won,
        kind="store" if seller else "reference",
        source=SOURCE,
        observed_on=observed,
        vendor=seller or None,
        per=one.per,
        pack=one.pack,
        flags=(OWN,),
        band_pct=percent,
        estimate=estimate,
        content=one.content,
    )


def key(price: Price) -> str:
    """Eight characters that name an own price: same food, product, pack and seller, same key."""
    parts = (price.food, price.product, price.sold, f"{price.grams:.6g}", price.vendor or "")
    return _digest(parts)


def _digest(cells: Iterable[str]) -> str:
    # Loaded here: a meal shows no keys, and hashlib brings all of OpenSSL.
    from hashlib import sha256

    return sha256("\n".join(cells).encode()).hexdigest()[:8]


def named_food(name: str) -> str | None:
    """Food of that id, or of a name that stands for exactly one food; None otherwise."""
    return name if name in foods() else food_names().get(normal(name))


def typical_grams(food: str, amount: float, unit: str) -> float | None:
    """Grams of so many ml, L or pieces of a food; None where no density or piece is known."""
    if unit in MILLILITRES:
        density = densities().get(food)
        return None if density is None else amount * MILLILITRES[unit] * density
    piece = pieces().get((food, unit))
    return None if piece is None else amount * piece.grams


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a price file; every bad line is named."""

    today: date
    latest: date
    find_food: FindFood
    weigh: Weigh
    locale: str

    def read(self, data: bytes, where: str) -> tuple[Price, ...]:
        """All prices of a file, if every line can be read. Raises InvalidRecipe."""
        prices, bad = self.rows(data, where)
        if bad:
            raise InvalidRecipe(
                _report(bad, self.locale), where=where, lines=tuple(one.line for one in bad)
            )
        return prices

    def rows(self, data: bytes, where: str) -> tuple[tuple[Price, ...], tuple[BadRow, ...]]:
        """The prices of a file and the lines that give none. Raises InvalidRecipe."""
        reader = csv.DictReader(
            io.StringIO(self._text(data, where), newline=""), restkey="extra", strict=True
        )
        prices: list[Price] = []
        problems: list[BadRow] = []
        try:
            columns = _columns(reader.fieldnames or ())
            if not {"food", "won"} <= columns.keys() or not {"grams", "amount"} & columns.keys():
                raise InvalidRecipe(_say("columns", self.locale), where=where)
            for row in reader:
                cells = {name: (row[title] or "").strip() for name, title in columns.items()}
                cells["extra"] = "".join(row.get("extra") or ()).strip()
                if not any(cells.values()):
                    continue
                try:
                    prices.append(self.price(cells))
                except _BadCell as bad:
                    said = _say(bad.key, self.locale, value=bad.value)
                    kept = tuple(cells.get(name, "") for name in _COLUMNS)
                    more = tuple(row.get("extra") or ())
                    problems.append(BadRow(reader.line_num, said, (*kept, *more)))
        except csv.Error as trouble:
            raise InvalidRecipe(
                _say("csv", self.locale, line=reader.line_num), where=where
            ) from trouble
        return tuple(prices), tuple(problems)

    def _text(self, data: bytes, where: str) -> str:
        for encoding in ("utf-8-sig", "cp949"):
            with suppress(UnicodeDecodeError):
                return data.decode(encoding)
        raise InvalidRecipe(_say("encoding", self.locale), where=where)

    def price(self, cells: Mapping[str, str]) -> Price:
        """The price of one line. Raises _BadCell."""
        if cells["extra"]:
            raise _BadCell("fields")
        food = self.find_food(cells["food"]) if cells["food"] else None
        if food is None:
            raise _BadCell("food", cells["food"])
        sold = _SOLD.get(cells.get("sold", "").casefold())
        if sold is None:
            raise _BadCell("sold", cells["sold"])
        won = _number(cells["won"].removeprefix("₩").removeprefix("￦").removesuffix("원"))
        if won is None or not 1 <= won <= _MOST_WON or won != int(won):
            raise _BadCell("won", cells["won"])
        amount, unit, grams = self._weighed(food, cells)
        return own_price(
            food,
            cells.get("product") or cells["food"],
            int(won),
            grams,
            self.today,
            sold=cast("Sold", sold),
            amount=amount,
            unit=unit,
            seller=cells.get("seller") or None,
            observed_on=self._day(cells.get("date", "")),
        )

    def _weighed(self, food: str, cells: Mapping[str, str]) -> tuple[float | None, str, float]:
        """Amount and unit as on the pack, and its grams."""
        amount, unit = _amount(cells.get("amount", ""), cells.get("unit", ""))
        if cells.get("grams"):
            grams = _number(cells["grams"].removesuffix("g"))
        elif amount is None:
            raise _BadCell("grams", cells.get("amount", ""))
        elif unit in _GRAMS:
            grams = amount * _GRAMS[unit]
        else:
            grams = self.weigh(food, amount, unit)
            if grams is None:
                raise _BadCell("weight", f"{amount:g}{unit}")
        if grams is None or not 0 < grams <= _MOST_GRAMS:
            raise _BadCell("grams", cells.get("grams") or cells.get("amount", ""))
        return amount, unit if amount is not None else "g", grams

    def _day(self, text: str) -> date:
        if not text:
            return self.today
        parts = re.fullmatch(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})\.?", text.replace(" ", ""))
        with suppress(ValueError):
            if parts and (day := date(*(int(part) for part in parts.groups()))) <= self.latest:
                return day
        raise _BadCell("date", text)


class _BadCell(Exception):
    def __init__(self, key: str, value: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.value = " ".join(value.split())[:40]


@lru_cache(maxsize=1)
def _stored(data: bytes, today: date, locale: str) -> tuple[tuple[Price, ...], tuple[BadRow, ...]]:
    return _own_reader(today, locale).rows(data, FILE)


def _own_reader(today: date, locale: str) -> _Reader:
    # A clock that was set back makes no file of ours unreadable.
    return _Reader(today, date.max, str, lambda *_: None, locale)


def _columns(titles: Sequence[str]) -> dict[str, str]:
    """Our name of each column found, and its title in the file."""
    found: dict[str, str] = {}
    for title in titles:
        for name, titles_of in _HEADINGS.items():
            if (title or "").strip().casefold() in titles_of:
                found.setdefault(name, title)
    return found


def _number(text: str) -> float | None:
    """Read a number with or without thousands separators; None for nought and anything else."""
    if not re.fullmatch(r"(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", text.strip(), re.ASCII):
        return None
    number = float(text.replace(",", ""))
    return number if _LEAST <= number <= _MOST else None


def _amount(amount: str, unit: str) -> tuple[float | None, str]:
    """Split "1.5" and "kg", or "1.5kg", into number and unit; number None where there is none."""
    parts = re.fullmatch(r"([\d.,]+)(\D*)", amount)
    if not parts:
        if amount:
            raise _BadCell("grams", amount)
        return None, "g"
    number = _number(parts[1])
    if number is None:
        raise _BadCell("grams", amount)
    written = unit or parts[2].strip() or "g"
    if re.search(r"\d", written):
        raise _BadCell("weight", f"{amount} {unit}")
    return number, _UNITS.get(written.casefold(), written)


def _row(price: Price) -> tuple[object, ...]:
    """Line of our own file from which the same price is read again."""
    size = re.fullmatch(r"([\d.]+)(\D*)", price.pack)
    amount, unit = (size[1], size[2]) if size else (f"{price.grams:.10g}", "g")
    return (
        price.food,
        price.product,
        price.sold,
        f"{price.grams:.10g}",
        amount,
        unit,
        price.won,
        price.vendor or "",
        price.observed_on.isoformat(),
    )


def _report(problems: Sequence[BadRow], locale: str) -> str:
    named = [
        _say("line", locale, line=one.line, problem=one.problem) for one in problems[:_NAMED_LINES]
    ]
    if len(problems) > _NAMED_LINES:
        named.append(_say("more", locale, count=len(problems) - _NAMED_LINES))
    return _say("lines", locale, count=len(problems), problems=" ".join(named))


def _say(key: str, locale: str, **values: object) -> str:
    korean, english = _TROUBLES[key]
    return (english if locale == "en" else korean).format(**values)
