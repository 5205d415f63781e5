"""What the stand-ins sell: made up from the price book, the same on every run of one day.

Nothing here is a survey or an offer of anyone; won are the book's, a little up or down.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final
from zlib import crc32

from aichef.food.table import food_names, foods, normal
from aichef.tables import rows

STORES: Final = 630
_AREAS: Final = (
    ("020100000", "서울특별시 강남구 역삼동", 37.50, 127.04),
    ("020100000", "서울특별시 서초구 양재동", 37.46, 127.04),
    ("020100000", "서울특별시 마포구 상암동", 37.58, 126.89),
    ("020300000", "대구광역시 수성구 만촌동", 35.87, 128.64),
    ("020400000", "대전광역시 서구 배재로", 36.34, 127.37),
    ("020500000", "부산광역시 해운대구 좌동", 35.17, 129.17),
    ("020700000", "인천광역시 부평구 부평동", 37.49, 126.72),
    ("020800000", "강원특별자치도 춘천시 퇴계동", 37.86, 127.73),
    ("020900000", "경기도 성남시 분당구 정자동", 37.36, 127.12),
    ("020900000", "경기도 수원시 권선구 권선동", 37.26, 127.03),
    ("021000000", "경상남도 창원시 성산구 상남동", 35.22, 128.68),
    ("021600000", "제주특별자치도 제주시 삼도이동", 33.50, 126.52),
    ("021700000", "세종특별자치시 국세청로", 36.48, 127.26),
    ("021800000", "전남광주 광산구 사암로", 35.17, 126.81),
)
_CHAINS: Final = (
    ("LM", ("이마트", "홈플러스", "롯데마트")),
    ("SM", ("GS더프레시", "롯데슈퍼", "홈플러스익스프레스", "이마트에브리데이")),
    ("SM", ("GS더프레시", "롯데슈퍼", "홈플러스익스프레스", "이마트에브리데이")),
    ("SM", ("GS더프레시", "롯데슈퍼", "홈플러스익스프레스", "이마트에브리데이")),
)

_WHOLE: Final = {
    "양파(": "MA", "배추(": "PK", "양배추": "PK", "시금치(": "DA", "대파(": "DA", "무(": "EA",
    "오이(": "EA", "애호박": "EA"
}  # fmt: skip


@dataclass(frozen=True)
class Shop:
    """A shop of the survey; coordinates as the survey writes them, now and then wrong."""

    id: int
    name: str
    type: str
    area: str
    address: str
    x: str
    y: str


@dataclass(frozen=True)
class Ware:
    """A good of the survey with its usual won."""

    id: int
    name: str
    amount: float
    unit: str
    won: int


@dataclass(frozen=True)
class Listing:
    """Something a mall would show for a search word."""

    id: int
    title: str
    won: int
    seller: str
    categories: tuple[str, str, str, str]


@dataclass(frozen=True)
class Quote:
    """A retail average: codes, names and won for `amount` `unit`."""

    item: str
    kind: str
    grade: str
    food: str
    amount: str
    unit: str
    won: int


def wobble(*parts: object, spread: int = 10) -> float:
    """A factor within `spread` percent of 1, always the same for the same parts."""
    return 1 + (crc32(" ".join(map(str, parts)).encode()) % (2 * spread + 1) - spread) / 100


def _tens(won: float) -> int:
    return max(10, round(won / 10) * 10)


@cache
def won_per_gram() -> dict[str, float]:
    """The book's least won per gram, by food."""
    found: dict[str, float] = {}
    for row in rows("aichef.prices", "price_book.csv"):
        rate = int(row["won"]) * float(row["factor"]) / float(row["grams"])
        found[row["food"]] = min(rate, found.get(row["food"], rate))
    return found


def quotes(day: date) -> list[Quote]:
    """Retail averages of a day, one for each line of the map of codes."""
    found = []
    for line in rows("aichef.prices", "kamis_map.csv"):
        unit, _, grams = (line["piece"].split() or ["g:1"])[0].partition(":")
        amount = {"구": 30.0, "장": 10.0, "g": 100.0}.get(unit, 1.0)
        kinds = [one for one in line["kinds"].split()[0].split("+") if one != "*"] or ["00"]
        rate = won_per_gram().get(line["food"], 10.0)
        for kind in kinds:
            size = 10.0 if kind == "21" and unit == "구" else amount
            won = rate * size * float(grams) * wobble(day, line["food"], kind)
            if line["food"] == "milk_whole":
                unit, size, won = "L", 1.0, rate * 1030
            grade = line["grades"].split()[0]
            found.append(
                Quote(line["item"], kind, grade, line["food"], f"{size:g}", unit, round(won))
            )
    return found


@cache
def wares() -> dict[int, Ware]:
    """Goods of the survey, from the map of goods."""
    found: dict[int, Ware] = {}
    for line in rows("aichef.prices", "chamgagyeok_map.csv"):
        grams = float(line["grams"])
        amount, unit = _pack(line["name"], grams)
        won = won_per_gram().get(line["food"], 10.0) * grams * wobble(line["good"])
        found.setdefault(
            int(line["good"]),
            Ware(int(line["good"]), line["name"], amount, unit, _tens(won)),
        )
    return found


def _pack(name: str, grams: float) -> tuple[float, str]:
    text = name.rpartition("(")[2]
    if volume := re.search(r"(\d+(?:\.\d+)?)\s*(ml|L)\)", text):
        return float(volume[1]) * (1000 if volume[2] == "L" else 1), "ML"
    if count := re.search(r"(\d+)개(?:입)?\)", text):
        return float(count[1]), "EA"
    unit = next((unit for start, unit in _WHOLE.items() if name.startswith(start)), "")
    if not unit and "~" in text:
        unit = "MR"
    return (1.0, unit) if unit else (grams, "G")


@cache
def shops() -> tuple[Shop, ...]:
    """The shops of the survey: swapped, missing and impossible coordinates among them."""
    found = []
    for number in range(1, STORES + 1):
        area, address, latitude, longitude = _AREAS[number % len(_AREAS)]
        kind, chains = _CHAINS[number % len(_CHAINS)]
        name = chains[number % len(chains)]
        if number % 29 == 0:
            kind, name = "DP", "현대백화점"
        x, y = f"{latitude + number / 1e5:.5f}", f"{longitude + number / 1e5:.5f}"
        if number % 97 == 0:
            x, y = y, x
        elif number % 89 == 0:
            x = y = "1.0"
        elif number % 7 == 0:
            x = y = ""
        place = address.split()[-2]
        found.append(Shop(number, f"{name}{place[:2]}{number}점", kind, area, address, x, y))
    return tuple(found)


def survey_days(today: date) -> tuple[date, ...]:
    """Days of survey up to today: every second Friday, newest first."""
    friday = today - timedelta(days=(today.weekday() - 4) % 7)
    if friday.isocalendar().week % 2:
        friday -= timedelta(weeks=1)
    return tuple(friday - timedelta(weeks=2 * back) for back in range(5))


def shelf_won(ware: Ware, shop: Shop, day: date) -> int:
    """What a shop asks for a good on a day; department stores ask twice as much."""
    dear = 2.0 if shop.type == "DP" else 1.0
    return _tens(ware.won * dear * wobble(ware.id, shop.id, day))


_AISLES: Final = {
    **dict.fromkeys(("vegetable", "mushroom", "tuber"), ("농산물", "채소")),
    "fruit": ("농산물", "과일"),
    **dict.fromkeys(("grain", "legume", "nut_seed"), ("농산물", "")),
    **dict.fromkeys(("meat", "processed_meat"), ("축산물", "")),
    "egg": ("축산물", "알류"),
    **dict.fromkeys(("fish", "mollusc", "crustacean", "seafood_other"), ("수산물", "")),
    "seaweed": ("수산물", "해조류"),
}


def listings(word: str) -> list[Listing]:
    """Products a mall shows for a word: real ones, and some that only look like it."""
    food = food_names().get(normal(word), "")
    rate = won_per_gram().get(food, 10.0)

    def won(grams: float, number: int) -> int:
        return _tens(rate * grams * wobble(food or word, number, spread=15))

    aisle = _AISLES.get(foods()[food].category if food else "", ("가공식품", ""))
    category = ("식품", *aisle, word)
    pets = ("생활/건강", "반려동물", "강아지 간식", "사료")
    toys = ("출산/육아", "완구/인형", "소꿉놀이", "")
    sold = (
        (f"국내산 {word}, 500g, 1개", won(500, 1), "햇살마트", category),
        (f"<b>{word}</b> 1kg", won(1000, 2), "바른장터", category),
        (f"신선한 {word} 300g*2", won(600, 3), "햇살마트", category),
        (f"{word} 200g &amp; 무료배송", won(200, 4), "동네상회", category),
        (f"{word} 맛 강아지 사료 2kg", won(300, 5), "멍멍상점", pets),
        (f"{word} 모형 소꿉놀이 장난감", 3_900, "장난감나라", toys),
        (f"{word} 씨앗 5g", 2_000, "씨앗가게", ("생활/건강", "정원/원예용품", "씨앗", "")),
    )
    base = crc32(word.encode()) % 9_000_000 + 1_000_000
    return [Listing(base + place, *one) for place, one in enumerate(sold)]
