"""The person's own word on delivery: a plain CSV file in the data folder."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from aichef.basket.model import Seller
from aichef.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE: Final = "sellers.csv"
SOURCE: Final = "own"

_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "seller", "판매처", "가게", "이름"),
    "delivery": ("delivery", "배송비"),
    "free_from": ("free_from", "freeover", "free_over", "무료배송"),
    "walk": ("walk", "걸어감"),
}
_WALKS: Final[Mapping[str, bool]] = {
    "": False, "0": False, "no": False, "아니요": False, "1": True, "yes": True, "네": True
}  # fmt: skip
_MOST_BYTES: Final = 1_000_000
_MOST_DIGITS: Final = 8

_TROUBLES: Final = {
    "file": (
        "{where}: 파일을 읽을 수 없어요. UTF-8 CSV로 저장해 주세요.",
        "{where}: this file cannot be read; save it as UTF-8 CSV.",
    ),
    "size": (
        "{where}: 파일이 1MB보다 커요. 줄여 주세요.",
        "{where}: this file is over 1 MB; make it smaller.",
    ),
    "columns": (
        "{where}: 첫 줄에 name(판매처)과 delivery(배송비) 칸이 있어야 해요.",
        "{where}: the first line needs the columns name and delivery.",
    ),
    "name": (
        "{where} {line}번째 줄: 판매처 이름을 하나만, 한 번만 적어 주세요.",
        "{where}, line {line}: name each seller, and only once.",
    ),
    "won": (
        "{where} {line}번째 줄: 배송비와 무료배송 금액은 0 이상의 정수로 적어 주세요.",
        "{where}, line {line}: delivery and free_from must be whole won from 0 on.",
    ),
    "walk": (
        "{where} {line}번째 줄: walk는 yes나 no로 적고, 걸어가는 가게의 배송비는 0으로 두세요.",
        "{where}, line {line}: walk is yes or no, and a shop one walks to delivers for 0.",
    ),
}


def own_sellers(folder: Path, locale: str = "ko") -> tuple[Seller, ...]:
    """Sellers of `sellers.csv` in `folder`, none where there is no such file.

    Columns `name`, `delivery` (won), `free_from` (won, blank: never free), `walk` (yes or no),
    also by their Korean names. Raises RequestError, naming the line that cannot be read.
    """
    path = folder / FILE
    try:
        there = path.is_file()
    except OSError:
        # A folder nobody may look into holds no word of the person.
        there = False
    if not there:
        return ()
    try:
        with path.open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        raise _wrong("file", locale) from trouble
    if len(data) > _MOST_BYTES:
        raise _wrong("size", locale)
    reader = csv.DictReader(text.splitlines(), strict=True)
    try:
        columns = _columns(reader.fieldnames or ())
        if not {"name", "delivery"} <= columns.keys():
            raise _wrong("columns", locale)
        found: dict[str, Seller] = {}
        for row in reader:
            cells = {name: (row[title] or "").strip() for name, title in columns.items()}
            if not any(cells.values()):
                continue
            seller = _seller(cells, reader.line_num, locale)
            if seller.name in found:
                raise _wrong("name", locale, reader.line_num)
            found[seller.name] = seller
    except csv.Error as trouble:
        raise _wrong("file", locale) from trouble
    return tuple(found.values())


def _seller(cells: Mapping[str, str], line: int, locale: str) -> Seller:
    if not cells["name"]:
        raise _wrong("name", locale, line)
    delivery, free_from = _won(cells["delivery"] or "0"), None
    if cells.get("free_from"):
        free_from = _won(cells["free_from"])
    if delivery is None or (cells.get("free_from") and free_from is None):
        raise _wrong("won", locale, line)
    walk = _WALKS.get(cells.get("walk", "").casefold())
    if walk is None or (walk and delivery):
        raise _wrong("walk", locale, line)
    return Seller(cells["name"], delivery, free_from, walk=walk, source=SOURCE)


def _columns(titles: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for title in titles if isinstance(titles, (list, tuple)) else ():
        for name, spellings in _HEADINGS.items():
            if (title or "").strip().casefold() in spellings:
                found.setdefault(name, title)
    return found


def _won(text: str) -> int | None:
    digits = text.removesuffix("원").replace(",", "").strip()
    plain = digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS
    return int(digits) if plain else None


def _wrong(key: str, locale: str, line: int = 0) -> RequestError:
    said = _TROUBLES[key][locale == "en"].format(where=FILE, line=line)
    return RequestError(said, where=f"{FILE}:{line}" if line else FILE)
