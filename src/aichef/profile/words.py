"""Reading what people write: money, counts, times, ages and days, in Korean and English.

Every reader answers None when the words are not wholly understood; nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from aichef.lazy import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAYS_PER_MONTH: Final = Fraction(36525, 1200)
"""Days in a month: 365.25 days over twelve."""

_INVISIBLE: Final = frozenset({"Cf", "Cs", "Cn", "Co"})
_SINO: Final = {
    "영": 0,
    "일": 1,
    "이": 2,
    "삼": 3,
    "사": 4,
    "오": 5,
    "육": 6,
    "칠": 7,
    "팔": 8,
    "구": 9,
}
_NATIVE_TENS: Final = {"열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50}
_NATIVE: Final = {
    "하나": 1,
    "한": 1,
    "첫": 1,
    "둘": 2,
    "두": 2,
    "셋": 3,
    "세": 3,
    "넷": 4,
    "네": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
}
_ENGLISH: Final = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "sixty": 60,
}
_BEFORE: Final = pattern(
    r"^(?:약|대략|최대|총|한도|예산|about|around|up to|at most|max\.?|under|for|serves)\s+"
)
_AFTER: Final = pattern(
    r"\s*(?:이하|이내|정도|쯤|까지|안에|안으로|내외|미만|입니다|이에요|예요"
    r"|or less|at most|max\.?)$"
)


def tidy(text: str) -> str:
    """Text in composed form, without control characters, invisible marks and doubled blanks."""
    composed = unicodedata.normalize("NFC", text)
    categories = ((one, unicodedata.category(one)) for one in composed)
    visible = (" " if kind == "Cc" else one for one, kind in categories if kind not in _INVISIBLE)
    return " ".join("".join(visible).split())


def shown(text: str) -> str:
    """Return what a person typed, short and printable enough to be named back to them."""
    short = tidy(text)
    return short if len(short) <= 30 else f"{short[:29]}…"


_SEPARATOR: Final = pattern(
    r"(?:[、，;·ㆍ•|\n]|(?<![0-9]),|,(?![0-9])|(?<![0-9])/|/(?![0-9])"
    r"|\s(?:&|\+|and|및|그리고|하고)\s)(?![^()]*\))",
    re.IGNORECASE,
)
_COMMA: Final = pattern(r"(?:[、，;\n]|(?<![0-9]),|,(?![0-9]))(?![^()]*\))")


def split(text: str, known: Callable[[str], bool] | None = None) -> tuple[str, ...]:
    """Return the entries of a list in a text; those inside brackets and numbers part nothing.

    A name that is `known` as it stands between commas stays whole: "사과·장미과 과일".
    """
    if known:
        whole = (one for one in _COMMA.split(text) if one.strip())
        return tuple(
            part for one in whole for part in ((one.strip(),) if known(one) else split(one))
        )
    return tuple(entry for one in _SEPARATOR.split(text) if (entry := tidy(one).strip(" .!")))


def parted(text: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """Names joined by "와", "과", "랑" or only a blank, where every part is known; else as it is.

    "우유와 계란" is two names, "사과" one.
    """
    if known(text):
        return (text,)
    groups: list[list[str]] = [[]]
    tokens = text.split()
    for at, token in enumerate(tokens):
        # Only between names: "가지과" is no 가지.
        between = at + 1 < len(tokens)
        joiner = re.fullmatch(r"(.+?)(?:이랑|랑|하고|와|과)", token) if between else None
        if joiner and not known(token) and known(" ".join([*groups[-1], joiner[1]])):
            groups[-1].append(joiner[1])
            groups.append([])
        else:
            groups[-1].append(token)
    names = tuple(" ".join(group) for group in groups if group)
    for parts in (names, tuple(tokens)):
        if parts and all(known(one) for one in parts):
            return parts
    return (text,)


def fold(text: str) -> str:
    """Text for comparing: compatibility forms, lower case, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def key(text: str) -> str:
    """Text for looking up: folded, only letters and digits."""
    return "".join(one for one in fold(text) if one.isalnum())


RIEUL: Final = 8
"""Number of the final consonant after which 으로 is 로: 쌀로, 달걀로."""

_SPOKEN_UNITS: Final = {
    "g": "그램",
    "kg": "킬로그램",
    "mg": "밀리그램",
    "ml": "밀리리터",
    "l": "리터",
    "mm": "밀리미터",
    "cm": "센티미터",
    "kcal": "칼로리",
}
"""Units after a number are read out in full."""

# How a Korean reads the last sign of a name that does not end in Hangul; 10 and 100 are 십 and 백.
_SPOKEN: Final = {
    **dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True)),
    **dict(
        zip(
            "abcdefghijklmnopqrstuvwxyz",
            "이비시디이프지치이이이엘엠엔오피큐알스티유이유스이트",
            strict=True,
        )
    ),
    "%": "트",
    "㎖": "터",
    "℃": "도",
}
_AMOUNT: Final = pattern(r"\d\s*([a-z]+)$")
_FRACTION: Final = pattern(r"(\d)\s*/\s*\d+$")
_LATIN: Final = pattern(r"[a-zA-Z]*[a-z]$")


def final_consonant(word: str) -> int:
    """Number of the final consonant of a word as it is read out, 0 for none.

    Brackets are not spoken, units and figures are: "300g" ends as 그램, "1/2" (이분의 일) as 일.
    """
    bare = _said(word)
    unit = _AMOUNT.search(bare.lower())
    spoken = _SPOKEN_UNITS.get(unit[1]) if unit else None
    fraction = _FRACTION.search(bare)
    last = (spoken or (fraction[1] if fraction else bare))[-1:]
    last = _SPOKEN.get(last.lower(), last)
    code = ord(last) - ord("가") if last else -1
    return code % 28 if 0 <= code < 11_172 else 0


def josa(word: str, closed: str, opened: str) -> str:
    """Return the particle for `word`: "은" or "는", "으로" or (after ㄹ too) "로".

    Both, "은(는)", after a foreign word, which may be read in more ways than one.
    """
    bare = _said(word)
    if not bare or (_LATIN.search(bare) and not _is_amount(bare)):
        return f"{closed}({opened})"
    final = final_consonant(word)
    return closed if final and not (closed == "으로" and final == RIEUL) else opened


def _said(word: str) -> str:
    """What of a word is spoken last: without brackets and closing signs."""
    return word.partition("(")[0].rstrip(" .,!?'\"’”)") or word


def _is_amount(text: str) -> bool:
    unit = _AMOUNT.search(text.lower())
    return unit is not None and unit[1] in _SPOKEN_UNITS


def _bare(text: str) -> str:
    return _AFTER.sub("", _BEFORE.sub("", fold(text)))


def decimal(text: str) -> Fraction | None:
    """Return a plain number such as "30,000" or "2.5"; commas only between thousands."""
    if not re.fullmatch(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,9})?", text):
        return None
    return Fraction(text.replace(",", ""))


def _below_ten_thousand(text: str) -> Fraction | None:
    """Read "5천", "오천", "2천5백", "삼십오"."""
    plain = decimal(text)
    if plain is not None:
        return plain
    digits = "[0-9]+(?:\\.[0-9]+)?|[일이삼사오육칠팔구]"
    match = re.fullmatch(
        rf"(?:({digits})?(천))?(?:({digits})?(백))?(?:({digits})?(십))?({digits})?", text
    )
    if not text or match is None:
        return None
    total = Fraction(0)
    for number, unit, worth in ((1, 2, 1000), (3, 4, 100), (5, 6, 10)):
        if match[unit]:
            total += worth * _digit(match[number] or "1")
    return total + (_digit(match[7]) if match[7] else 0)


def _digit(text: str) -> Fraction:
    return Fraction(_SINO[text]) if text in _SINO else Fraction(text)


def korean_number(text: str) -> Fraction | None:
    """Read "1만 5천", "삼만", "3.5만", "30,000"; None for "1만5", which may mean two things."""
    high, ten_thousands, low = text.replace(" ", "").partition("만")
    if not ten_thousands:
        return _below_ten_thousand(high)
    if low.isdigit() and len(low) < 3:
        return None
    above = _below_ten_thousand(high) if high else Fraction(1)
    below = _below_ten_thousand(low) if low else Fraction(0)
    if above is None or below is None or below >= 10_000:
        return None
    return above * 10_000 + below


def won(text: str) -> int | None:
    """Whole won: "만원", "1만 5천원", "30,000원", "￦30000", "30k won"."""
    words = _bare(text)
    words = re.sub(r"^(?:₩|\\|krw)\s*", "", words)
    words = re.sub(r"\s*(?:원|won|krw)$", "", words)
    thousands = re.fullmatch(r"([0-9.,]+)\s*(?:k|thousand)", words)
    amount = decimal(thousands[1]) if thousands else korean_number(words)
    if amount is None:
        return None
    amount *= 1000 if thousands else 1
    return int(amount) if amount.denominator == 1 else None


def _native(text: str) -> int | None:
    if text in _NATIVE:
        return _NATIVE[text]
    if text == "스무":
        return 20
    for tens, worth in _NATIVE_TENS.items():
        if text == tens:
            return worth
        if text.startswith(tens) and text[len(tens) :] in _NATIVE:
            return worth + _NATIVE[text[len(tens) :]]
    return None


def number(text: str) -> Fraction | None:
    """Return a number in digits or words: "12", "네", "열두", "삼십", "four"."""
    plain = decimal(text)
    if plain is not None:
        return plain
    named = _native(text)
    if named is None:
        named = _ENGLISH.get(text)
    return korean_number(text) if named is None else Fraction(named)


def people(text: str) -> int | None:
    """How many eat: "2인분", "4명", "네 명", "for 2", "four people", "혼자"."""
    words = _bare(text)
    if words in {"혼자", "나 혼자", "just me", "alone"}:
        return 1
    words = re.sub(
        r"\s*(?:인분|인|명분|명|분|사람|식구|servings?|portions?|people|persons?)$", "", words
    )
    amount = number(words)
    return int(amount) if amount is not None and amount.denominator == 1 else None


def minutes(text: str) -> int | None:
    """Whole minutes: "30분", "1시간 반", "1h30m", "half an hour"; a bare number is minutes."""
    words = _bare(text)
    if words in {"half an hour", "half hour", "반 시간", "반시간"}:
        return 30
    count = r"[0-9.,]+|[가-힣]{1,4}?|[a-z]+(?= )"
    match = re.fullmatch(
        rf"(?:({count})\s*(?:시간|hours?|hrs?|h)\s*(반|and a half)?)?"
        rf"\s*(?:(?:and )?({count})\s*(?:분|minutes?|mins?|m)?)?",
        words,
    )
    if not words or match is None:
        return None
    hours = number(match[1]) if match[1] else Fraction(0)
    rest = number(match[3]) if match[3] else Fraction(0)
    if hours is None or rest is None:
        return None
    total = hours * 60 + (30 if match[2] else 0) + rest
    return int(total) if total.denominator == 1 else None


_AGE_UNITS: Final = (
    (r"개월|달|months?|mos?|m", Fraction(1)),
    (r"주|weeks?|wks?|w", 7 / DAYS_PER_MONTH),
    (r"일|days?|d", 1 / DAYS_PER_MONTH),
    (r"살|세|돌|years?|yrs?|y", Fraction(12)),
)


def _age_parts(words: str) -> Iterator[Fraction | None]:
    """Each amount with its unit, in months; a None for what is not understood."""
    left = words
    while left:
        for unit, worth in _AGE_UNITS:
            match = re.match(
                rf"([0-9]+(?:\.[0-9]+)?|[가-힣]{{1,3}}?|[a-z]+(?= ))?\s*(?:{unit})(?![a-z])"
                r"\s*(반|and a half)?(?:\s+|$|(?=[0-9]))",
                left,
            )
            amount = number(match[1] or ("1" if unit.endswith("y") else "")) if match else None
            if match and amount is not None:
                yield (amount + (Fraction(1, 2) if match[2] else 0)) * worth
                left = left[match.end() :]
                break
        else:
            yield None
            return


def months(text: str) -> int | None:
    """Completed months: "100일" 3, "생후 6개월 2주" 6, "11.9개월" 11, "두 돌" 24, "교정 8개월" 8.

    Of a corrected age beside the age since birth the smaller one counts. None also for
    "6개월차", which counts the running month, and for spans such as "6~7개월".
    """
    words = re.sub(r"(?<=[0-9a-z])-(?=[a-z])", " ", fold(text).replace(",", " "))
    corrected = re.search(
        r"(?:교정|corrected|adjusted)\s*(?:연령|나이|월령|age)?\s*:?\s*([^()/]+)", words
    )
    if corrected:
        rest = words.replace(corrected[0], " ")
        if re.search(r"[0-9]", rest):
            ages = months(corrected[1]), months(re.sub(r"[()/\s]+", " ", rest))
            return None if None in ages else min(one for one in ages if one is not None)
        words = corrected[1]
    words = re.sub(
        r"^(?:(?:생후|만|약|이제|아기|우리 아기|age|aged|about)\s*:?\s*)+", "", words.strip()
    )
    words = re.sub(r"\s*(?:입니다|이에요|예요|된 아기|아기|old|of age)$", "", words)
    words = re.sub(r"\band (?!a half)", "", words).replace(" old", "").strip()
    if words in {"신생아", "newborn"}:
        return 0
    plain = decimal(words)
    if plain is not None:
        return int(plain)
    parts = list(_age_parts(words))
    total = Fraction(0)
    for part in parts:
        if part is None:
            return None
        total += part
    return int(total) if parts else None


def measure(text: str, units: dict[str, Fraction]) -> Fraction | None:
    """Return a number times what its unit is worth; the first of `units` where none is written."""
    match = re.fullmatch(r"([0-9.,]+)\s*([^0-9\s]*)", _bare(text))
    if match is None:
        return None
    amount = decimal(match[1])
    worth = units.get(match[2]) if match[2] else next(iter(units.values()))
    return None if amount is None or worth is None else amount * worth


_DAYS: Final = {
    "그저께": -2,
    "어제": -1,
    "yesterday": -1,
    "지남": -1,
    "expired": -1,
    "오늘": 0,
    "today": 0,
    "내일": 1,
    "tomorrow": 1,
    "모레": 2,
    "글피": 3,
    "일주일": 7,
    "일주일 뒤": 7,
    "일주일 후": 7,
    "a week": 7,
    "in a week": 7,
}


def day(text: str, today: date) -> date | None:
    """Read a day: ISO, "2026.11.25", "11월 25일" (the nearest), "오늘", "3일 뒤", "in 3 days"."""
    words = re.sub(r"^(?:유통기한|소비기한|use by|best before|until)\s*:?\s*", "", fold(text))
    words = re.sub(r"\s*까지$", "", words)
    if words in _DAYS:
        return today + timedelta(days=_DAYS[words])
    ahead = re.fullmatch(
        r"(in )?([0-9]{1,3})\s*(일|주|days?|weeks?)\s*(뒤|후|남음|전|later|left|ago)?", words
    )
    if ahead and (ahead[1] or ahead[4]):
        days = int(ahead[2]) * (7 if ahead[3] in {"주", "week", "weeks"} else 1)
        return today + timedelta(days=-days if ahead[4] in {"전", "ago"} else days)
    full = re.fullmatch(
        r"([0-9]{4})(?:년\s*|[-./]\s*)([0-9]{1,2})(?:월\s*|[-./]\s*)([0-9]{1,2})(?:일|\.)?", words
    ) or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", words)
    if full:
        return _date(int(full[1]), int(full[2]), int(full[3]))
    short = re.fullmatch(r"([0-9]{1,2})(?:월\s*|[/])([0-9]{1,2})일?", words)
    if short is None:
        return None
    years = (today.year - 1, today.year, today.year + 1)
    dates = [_date(year, int(short[1]), int(short[2])) for year in years]
    return min((one for one in dates if one), key=lambda one: abs(one - today), default=None)


def _date(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None
