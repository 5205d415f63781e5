"""Numbers as cooks write them: 1/2, 1½, 1과 1/2, 1,5, 1,500, 반, 두, half, a dozen."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Final

from aichef.lazy import pattern

KOREAN: Final = {
    "반": Fraction(1, 2),
    "절반": Fraction(1, 2),
    "한두": Fraction(3, 2),
    "두세": Fraction(5, 2),
    "두서너": Fraction(3),
    "서너": Fraction(7, 2),
    "너댓": Fraction(9, 2),
    "대여섯": Fraction(11, 2),
    "한": Fraction(1),
    "하나": Fraction(1),
    "두": Fraction(2),
    "둘": Fraction(2),
    "세": Fraction(3),
    "셋": Fraction(3),
    "네": Fraction(4),
    "넷": Fraction(4),
    "다섯": Fraction(5),
    "여섯": Fraction(6),
    "일곱": Fraction(7),
    "여덟": Fraction(8),
    "아홉": Fraction(9),
    "열": Fraction(10),
    "일": Fraction(1),
    "이": Fraction(2),
    "삼": Fraction(3),
    "사": Fraction(4),
}
"""Korean number words; they count only straight before a unit."""

ENGLISH: Final = {
    "half a dozen": Fraction(6),
    "a dozen": Fraction(12),
    "one and a half": Fraction(3, 2),
    "half an": Fraction(1, 2),
    "half a": Fraction(1, 2),
    "a half": Fraction(1, 2),
    "half": Fraction(1, 2),
    "a quarter": Fraction(1, 4),
    "quarter": Fraction(1, 4),
    "a couple of": Fraction(2),
    "dozen": Fraction(12),
    "one": Fraction(1),
    "two": Fraction(2),
    "three": Fraction(3),
    "four": Fraction(4),
    "five": Fraction(5),
    "six": Fraction(6),
    "seven": Fraction(7),
    "eight": Fraction(8),
    "nine": Fraction(9),
    "ten": Fraction(10),
    "twelve": Fraction(12),
    "an": Fraction(1),
    "a": Fraction(1),
}
"""English number words."""

_DECIMAL: Final = r"(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+)"
_FRACTION: Final = r"\d+\s?/\s?\d+"
_AND: Final = r"(?:\s?(?:과|와|하고|\+|&|and)\s?|\s|-)"
NUMBER: Final = rf"(?:\d+{_AND}{_FRACTION}|{_FRACTION}|{_DECIMAL})"
"""Pattern of a number in digits, without sign."""

_MIXED: Final = pattern(rf"(\d+){_AND}(\d+)\s?/\s?(\d+)")
_HALVES: Final = pattern(r"(\d+)\s?/\s?(\d+)")
_THOUSANDS: Final = pattern(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL_POINTS: Final = 6
_LARGEST_PART: Final = 12
_OPEN: Final = frozenset({2, 4, 5, 9})
"""Digits whose Korean name ends in a vowel (이, 사, 오, 구), so that 와 follows."""


def spell_fractions(text: str) -> str:
    """`text` with ½ written as 1/2, and 1½ as "1 1/2"."""
    out: list[str] = []
    for sign in text:
        spelled = unicodedata.decomposition(sign)
        if not spelled.startswith("<fraction>"):
            out.append(sign)
            continue
        if out and out[-1][-1:].isdigit():
            out.append(" ")
        out.append(unicodedata.normalize("NFKC", sign).replace("\u2044", "/"))
    return "".join(out)


def number(text: str) -> Fraction | None:
    """Return the value of `text`, digits or a number word; None where it is no number.

    "1,500" is fifteen hundred and "1,5" one and a half. A denominator of zero is no number.
    """
    text = text.strip()
    word = KOREAN.get(text) or ENGLISH.get(text.lower())
    if word is not None:
        return word
    if mixed := _MIXED.fullmatch(text):
        whole, above, below = (int(part) for part in mixed.groups())
        return Fraction(whole) + Fraction(above, below) if below else None
    if part := _HALVES.fullmatch(text):
        above, below = (int(part) for part in part.groups())
        return Fraction(above, below) if below else None
    if not re.fullmatch(_DECIMAL, text):
        return None
    plain = text.replace(",", "") if _THOUSANDS.fullmatch(text) else text.replace(",", ".")
    return Fraction(plain)


def write_decimal(value: Fraction) -> str | None:
    """`value` as an exact decimal of at most six places; None where it has none."""
    scaled = value * 10**_DECIMAL_POINTS
    if scaled.denominator != 1:
        return None
    whole, rest = divmod(int(scaled), 10**_DECIMAL_POINTS)
    places = f"{rest:0{_DECIMAL_POINTS}d}".rstrip("0")
    return f"{whole}.{places}" if places else str(whole)


def write_parts(value: Fraction, locale: str) -> str:
    """`value` (not negative) as a cook writes it: "1과 1/2", "2와 1/2", in English "1 1/2".

    Decimals stand in where the fraction would be an odd one. `number` reads it back unchanged.
    """
    whole, rest = divmod(value, 1)
    decimal = write_decimal(value)
    if not rest or (rest.denominator > _LARGEST_PART and decimal is not None):
        return decimal or str(whole)
    part = f"{rest.numerator}/{rest.denominator}"
    if not whole:
        return part
    if locale != "ko":
        return f"{whole} {part}"
    return f"{whole}{'와' if whole % 10 in _OPEN else '과'} {part}"
