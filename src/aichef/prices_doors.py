"""`aichef prices parse` and `aichef prices match`: one line in, one line of JSON out, in order."""

from __future__ import annotations

import json
import math
import os
import sys
from typing import IO, TYPE_CHECKING, Any, Final

from aichef.batch import NO_OBJECT, Numbered, numbered, put, written
from aichef.settings import spoken

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

Json = dict[str, Any]

LONGEST_TITLE_LINE: Final = 65_536
"""Bytes of a title's line that are read; what follows is passed over."""

LONGEST_PAIR: Final = 65_536
"""Bytes of a pair on one line; a longer line is refused, never read in part."""

_TROUBLES: Final[Mapping[str, tuple[str, str]]] = {
    "too_long": (
        "줄이 너무 길어요. 한 줄을 64KB 이하로 줄여 주세요.",
        "The line is too long; keep it under 64 KB.",
    ),
    **NO_OBJECT,
    "ingredient": (
        "ingredient에 재료 이름을 글자로 적어 주세요.",
        "Write the ingredient's name as text in ingredient.",
    ),
    "title": (
        "title에 상품 이름을 글자로 적어 주세요.",
        "Write the product's name as text in title.",
    ),
    "price": (
        "price는 0 이상의 숫자나 null로 적어 주세요.",
        "price must be a number from 0 on, or null.",
    ),
    "categories": (
        "categories는 글자들의 목록으로 적어 주세요.",
        "categories must be a list of texts.",
    ),
}


def add_commands(group: Any) -> None:
    """Add `parse` and `match` to the actions of `aichef prices`."""
    one = group.add_parser("parse", help="what product titles state: one a line in, JSON lines out")
    one.set_defaults(run=_parse)
    one = group.add_parser("match", help="whether products are the ingredient: JSON lines in, out")
    one.add_argument("--locale", metavar="…", help="ko or en")
    one.set_defaults(run=_match)


def _parse(_: argparse.Namespace) -> int:
    parse_titles(sys.stdin.buffer)
    return 0


def _match(parsed: argparse.Namespace) -> int:
    match_pairs(sys.stdin.buffer, spoken(parsed.locale, os.environ))
    return 0


def parse_titles(source: IO[bytes]) -> None:
    """Titles in, what each states out; blank lines are passed over. Never an error."""
    for line in numbered(source, LONGEST_TITLE_LINE):
        put(written(title_json(line.text)))


def title_json(text: str) -> Json:
    """One title as data; null where it states nothing. `title` is it as plain text."""
    from aichef.prices.titles import plain, read_title

    title = read_title(text)
    return {
        "title": plain(text),
        "isFood": title.is_food,
        "totalAmount": _number(title.total_amount),
        "unit": title.unit,
        "unitSize": _number(title.unit_size),
        "packCount": title.pack_count,
        "pieceCount": title.piece_count,
        "ambiguous": title.ambiguous,
    }


def _number(amount: float | None) -> float | None:
    return int(amount) if amount is not None and amount == int(amount) else amount


def match_pairs(source: IO[bytes], locale: str = "ko") -> None:
    """Pairs in, verdict and reason out; a line that cannot be read is an error object."""
    for line in numbered(source, LONGEST_PAIR):
        put(written(pair_json(line, locale)))


class _Unread(Exception):
    """A line that is no pair; its argument is the key of the sentence that says why."""


def pair_json(line: Numbered, locale: str = "ko") -> Json:
    """Verdict on one pair, or an error object with the line's number; its `id` stands first."""
    from aichef.prices.match import match

    named: Json = {}
    try:
        data = _object(line)
        if isinstance(data.get("id"), (str, int)):
            named = {"id": data["id"]}
        found = match(
            _text(data, "ingredient"), _text(data, "title"), _price(data), _categories(data)
        )
    except _Unread as unread:
        reason = str(unread)
        return {
            **named,
            "error": "INVALID_REQUEST",
            "message": _TROUBLES[reason][locale == "en"],
            "details": {"reason": reason},
            "line": line.number,
        }
    return {**named, "verdict": found.verdict, "reason": found.reason}


def _object(line: Numbered) -> Json:
    if not line.whole:
        raise _Unread("too_long")
    try:
        data = json.loads(line.text)
    except (ValueError, RecursionError) as unreadable:
        raise _Unread("not_json") from unreadable
    if not isinstance(data, dict):
        raise _Unread("not_object")
    return data


def _text(data: Json, name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _Unread(name)
    return value


def _price(data: Json) -> float | None:
    value = data.get("price")
    if isinstance(value, str):
        try:
            value = float(value.replace(",", "").removesuffix("원")) if value.strip() else None
        except ValueError as wrong:
            raise _Unread("price") from wrong
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _Unread("price")
    if not 0 <= value < 1e12 or not math.isfinite(value):
        raise _Unread("price")
    return float(value)


def _categories(data: Json) -> tuple[str, ...]:
    value = data.get("categories")
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Unread("categories")
    return tuple(value)
