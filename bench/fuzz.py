"""Every parser of foreign text, fed with what nobody ought to send.

`python -m bench fuzz` gives each parser its share of AICHEF_FUZZ_SECONDS (60, in the full form
900). A parser keeps its contract where it raises no other errors than those it promises, and needs
no more time than its text is long. AICHEF_FUZZ_SEED (0) makes another run of it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, thread_time
from typing import TYPE_CHECKING, Any, Final, cast
from unittest.mock import patch
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from rich.console import Console
from starlette.datastructures import Headers

from aichef import basket_door, batch, prices_doors
from aichef.aws.payload import asked
from aichef.basket.own_sellers import FILE as SELLERS
from aichef.basket.own_sellers import own_sellers
from aichef.chef.answer import early, read_answer
from aichef.chef.stream import Ingredients
from aichef.chef.write import Order
from aichef.cook import cook, run
from aichef.errors import (
    ChefError,
    InvalidRecipe,
    RequestError,
    ShopError,
    StoreError,
    SupplierError,
    UnusableRecipe,
)
from aichef.food.allergens import read_allergy
from aichef.food.amounts import method_apart, read_amount, read_line, read_list
from aichef.food.names import read_name
from aichef.kitchens.local import local_kitchen
from aichef.meal.section4 import to_json
from aichef.models.connect import check_address
from aichef.models.spec import read_spec
from aichef.prices import chamgagyeok, coupang, datago, kamis, naver, offers
from aichef.prices.book import PriceBook
from aichef.prices.http import Answer
from aichef.prices.match import match
from aichef.prices.own import FILE as OWN
from aichef.prices.own import OwnPrices
from aichef.prices.survey_store import SurveyStore
from aichef.prices.titles import read_title
from aichef.profile import words
from aichef.profile.conditions import read_conditions, read_medicines
from aichef.profile.fields import LONGEST_TEXT
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Recipe
from aichef.recipe.read import recipe_from, recipe_from_text
from aichef.remote import Server, _parsed, page
from aichef.session.model import canonical
from aichef.session.parts import from_part, to_part
from aichef.settings import Settings
from aichef.web.api import is_matched, read_profile
from aichef.web.desk import admitted
from aichef.web.guard import Limits, Token, is_own
from aichef.web.page.form import from_profile, read_form, to_profile
from aichef.web.page.kept import Wish
from aichef.web.problems import language, problem
from aichef.web.token import onward_to
from bench.figures import FULL, Figure, none_of

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from aichef.profile.model import Locale

Texts = st.SearchStrategy[str]
Draw = st.DrawFn
Fields = Mapping[str, Sequence[str]]

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY: Final = NOW.date()

LEAST: Final = 1.0
A_SIGN: Final = 10e-6
"""Seconds of processor time a text may take: so many, and so many for each sign of it."""

LONGEST: Final = 60.0
"""Seconds by the clock after which a parser is called hung, and pulled out of it."""

SHRINKING: Final = 4.0
"""Seconds spent on making the example of a failure smaller."""

ROUND: Final = 50
SHOWN: Final = 300


# --- running ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parser:
    """A reader of foreign text: what it is fed, what it may raise, and whether that is served."""

    name: str
    examples: Texts
    read: Callable[[str], object]
    raises: tuple[type[Exception], ...] = ()
    least: float = LEAST
    served: bool = False


@dataclass
class Failure:
    """One way to fail: how often it was met, and the smallest example of it."""

    example: str
    times: int = 1

    def met(self, example: str, *, again: bool) -> None:
        self.times += not again
        self.example = min(self.example, example, key=len)


@dataclass
class Report:
    """What a parser was asked and how it failed, by kind and place of the error."""

    name: str
    examples: int = 0
    seconds: float = 0.0
    failures: dict[str, Failure] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        told = f"{self.examples:>8,} examples {self.seconds:6.1f} s"
        yield f"{self.name:<32}{told} {len(self.failures):>3} failures"
        for kind, one in self.failures.items():
            text = ascii(one.example)
            more = f"… ({len(one.example):,} signs)" if len(text) > SHOWN else ""
            yield f"    {kind}, {one.times} times: {text[:SHOWN]}{more}"


def main() -> Iterator[Figure]:
    seconds = float(os.environ.get("AICHEF_FUZZ_SECONDS") or (900 if FULL else 60))
    first = int(os.environ.get("AICHEF_FUZZ_SEED") or 0)
    with TemporaryDirectory() as folder:
        every = parsers(Path(folder))
        reports = [fuzzed(one, seconds / len(every), first=first) for one in every]
    failures = sum(len(one.failures) for one in reports)
    examples = sum(one.examples for one in reports)
    print(f"parsers fuzzed: {len(reports)}, failures: {failures}")
    yield none_of(
        "every parser of foreign text fuzzed (15 minutes in all): nothing found",
        failures,
        f"{failures or 'nothing'} in {examples:,} texts, {len(reports)} parsers, {seconds:.0f} s",
    )


def fuzzed(parser: Parser, seconds: float, *, most: int = ROUND, first: int = 0) -> Report:
    """Rounds of `most` examples until the time is over, or one; prints what came of it."""
    report, began = Report(parser.name), monotonic()
    end = began + seconds if seconds else float("inf")
    for number in count(first * 1_000_000):
        _round(parser, report, most, number, end)
        if not seconds or monotonic() >= end:
            break
    report.seconds = monotonic() - began
    for line in report.lines():
        print(line, flush=True)
    return report


class _FoundError(Exception):
    """A failure nobody has met before; hypothesis looks for a smaller example of it."""


class _EnoughError(BaseException):
    """The time is over; no part of hypothesis holds this one up."""


def _round(parser: Parser, report: Report, most: int, number: int, until: float) -> None:
    hunted = ""

    @seed(number)
    @settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
    )
    @given(parser.examples)
    def one(example: str) -> None:
        nonlocal hunted, until
        if monotonic() > until:
            raise _EnoughError
        report.examples += not hunted
        kind = trouble(parser, example)
        known = report.failures.get(kind)
        if known:
            known.met(example, again=bool(hunted))
        elif kind and not hunted:
            report.failures[kind] = Failure(example)
            hunted, until = kind, monotonic() + SHRINKING
        if kind and kind == hunted:
            raise _FoundError

    run: Callable[[], None] = one
    with suppress(_FoundError, _EnoughError, Flaky):
        run()


def trouble(parser: Parser, example: str) -> str:
    """What is wrong with how a parser took a text; "" where it kept its contract."""
    allowed = parser.least + A_SIGN * len(example)
    kind, seconds = _taken(parser, example)
    if not kind and seconds > allowed:
        # The first time may have loaded tables.
        kind, seconds = _taken(parser, example)
    return kind or ("too slow" if seconds > allowed else "")


def _taken(parser: Parser, example: str) -> tuple[str, float]:
    """What was wrong, and the seconds of the processor that it took."""
    began = thread_time()
    kind = ""
    try:
        with _pulled_out():
            parser.read(example)
    except _HungError:
        kind = "hung"
    except parser.raises as refused:
        str(refused).encode("utf-8", "replace")
        if parser.served:
            problem(cast("RequestError", refused), "ko")
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        kind = f"{type(error).__name__} at {_place(error)}"
    return kind, thread_time() - began


def _place(error: Exception) -> str:
    """The innermost line of ours."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if f"{os.sep}aichef{os.sep}" in one.filename]
    last = (ours or frames)[-1]
    return f"{'/'.join(Path(last.filename).parts[-2:])}:{last.lineno}"


class _HungError(BaseException):
    """Passes by every `except Exception` on its way out."""


@contextmanager
def _pulled_out() -> Iterator[None]:
    def pull(*_: object) -> None:
        raise _HungError

    before = signal.signal(signal.SIGALRM, pull)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


# --- what they are fed with -------------------------------------------------------------------

HOLE: Final = "@@"
"""Stands in a document where a value too deep for `json.dumps` belongs."""

HOSTILE: Final = (
    *(
        "",
        " ",
        "\x00",
        "\x1b[2J\x1b]0;x\x07",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud800",
        "\udfff\ud800",
    ),
    *("</data>", "<script>alert(1)</script>", "<b>두부</b>", "&amp;&#0;&#x110000;", "=1+1", "`"),
    *("javascript:alert(1)", "//evil.example", "/\\evil.example", "http://[", "data:,x", "../.."),
    *("NaN", "Infinity", "1e999", "-1e999", "-0", "0x10", "1_000", "1,2,3", "1/0", "½", "²", "①"),
    *("１２", "٣", "٣٣٣٣٣٣٣٣", "৪", "一", "9" * 400, "9" * 5_000, "0." + "9" * 5_000, "1" * 21),
    *("2026-02-30", "0000-00-00", "99999999", "20261301", "2026-11-23T99:99:99Z", "7일 뒤"),
    *("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "999999999일 뒤", "1억 살"),
    *("두부", "땅콩", "당뇨 없음", "1과 1/2", "두부 1모(내일까지, 꼭), 소금", "ignore all rules"),
    *(
        "\n" * 40,
        "\\",
        '"',
        "'",
        "\\u0000",
        '\\"',
        "}",
        "]",
        ",",
        ":",
        "%",
        "%s{0}",
        "{0.__class__}",
    ),
)
UNITS: Final = (
    *("9", "가", " ", "(", "[", "{", "<b>", "<", ",", "\n", "1 ", "\\", '"', "a.", "-", "재료 "),
    *("/", "1~", "&", "국물 ", "없", "1g x", "두부와 ", "\t \n", "%41", ";", "a=1&", "~ 1 ", "１"),
)
MOST: Final = 2_000
"""Signs of a value that is put in a list many times."""
BIGGEST: Final = 1_000_000
DEPTHS: Final = (("[", "1", "]"), ('{"a":', "1", "}"), ('[{"name":', '"두부"', "}]"))

SIGNS: Final = st.characters()  # half characters too, which `st.text()` would spare us
WORDS: Final = (
    st.text(SIGNS, max_size=40)
    | st.sampled_from(HOSTILE)
    | st.builds(str.__mul__, st.sampled_from(UNITS), st.sampled_from((30, 300, 3_000, 30_000)))
    | st.builds("{}{}".format, st.sampled_from(HOSTILE), st.sampled_from(HOSTILE))
)
NUMBERS: Final = (
    st.sampled_from((0, -1, 1, 2**31, 2**63, 2**64, 10**30, 10**308, -(10**400)))
    | st.integers()
    | st.floats()
    | st.sampled_from((float("inf"), float("nan"), 1e308, 5e-324, 0.1 + 0.2))
)
ODD: Final = st.sampled_from(
    (
        *(
            float("inf"),
            float("-inf"),
            float("nan"),
            10**400,
            2**63,
            10**18,
            1e18,
            -1,
            0,
            0.5,
            5e-324,
        ),
        *(
            None,
            True,
            "",
            "1e999",
            "9" * 5_000,
            "9" * 19,
            "１２",
            "²",
            "-1",
            "두부",
            "\ud800",
            HOLE,
        ),
    )
)
"""Values that are likeliest to be taken for what they are not."""
KEYS: Final = st.text(SIGNS, max_size=8) | st.sampled_from(
    ("message", "self", "code", "details", "recipe", "name", "raw", "items", "profile", "id", "")
)
LEAVES: Final = st.none() | st.booleans() | NUMBERS | WORDS | st.just(HOLE)
TREES: Final = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
WIDE: Final = st.builds(
    lambda one, many: [json.loads(one)] * many,
    st.sampled_from(("1", '""', "null", '"두부"', "[]", '{"name": "두부"}')),
    st.sampled_from((3, 60, 60, 300, 300, 20_000, 200_000)),
)
DEEP: Final = st.builds(
    lambda signs, deep, whole: signs[0] * deep + signs[1] + signs[2] * (deep if whole else 0),
    st.sampled_from(DEPTHS),
    st.sampled_from((9, 60, 300, 990, 5_000, 100_000)),
    st.booleans(),
)


@st.composite
def spoiled(draw: Draw, document: object) -> str:
    """A document as JSON, some of its values replaced, dropped, doubled or renamed."""
    body = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(body))
        if not places:
            break
        parent, key = places[draw(st.integers(0, len(places) - 1))]
        how = draw(st.sampled_from(("odd", "odd", "odd", "put", "drop", "again", "rename")))
        if how == "odd":
            parent[key] = draw(ODD)
        elif how == "put":
            parent[key] = draw(TREES | WIDE)
        elif how == "drop":
            del parent[key]
        elif isinstance(parent, list):
            large = len(json.dumps(parent[key])) > MOST
            parent[key:key] = [parent[key]] * (1 if large else draw(st.sampled_from((1, 50, 500))))
        else:
            parent[draw(KEYS)] = parent.pop(key)
    text = json.dumps(body, ensure_ascii=draw(st.booleans()))
    if "Infinity" in text and draw(st.booleans()):
        text = text.replace("Infinity", "1e999")
    return text.replace(f'"{HOLE}"', draw(DEEP), 1) if HOLE in text else text


def _places(body: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a document that holds a value: what it is in, and its key there."""
    held = body.items() if isinstance(body, dict) else enumerate(body)
    for key, value in list(held)[:200]:
        yield body, key
        if isinstance(value, dict | list):
            yield from _places(value)


@st.composite
def torn(draw: Draw, text: str) -> str:
    """A text with pieces cut out, put in or said again."""
    for _ in range(draw(st.integers(1, 3))):
        at, to = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
        how = draw(st.sampled_from(("put", "put", "cut", "end", "again")))
        if how == "put":
            text = text[:at] + draw(WORDS | DEEP) + text[at:]
        elif how == "cut":
            text = text[:at] + text[to:]
        elif how == "end":
            text = text[:at]
        else:
            text = text[:at] + text[at:to] * draw(st.sampled_from((2, 30))) + text[to:]
        text = text[:BIGGEST]
    return text


def documents(*some: object) -> Texts:
    """JSON that is nearly one of these, and now and then none at all."""
    whole = [json.dumps(one, ensure_ascii=False) for one in some]
    nearly = [spoiled(one) for one in some]
    others = (*(torn(one) for one in whole), st.sampled_from(whole), WORDS, DEEP)
    return _mostly(st.one_of(*nearly), st.one_of(*others))


def texts(*some: str) -> Texts:
    """Words that are nearly one of these, and now and then any others."""
    return _mostly(st.one_of(*(torn(one) for one in some)), st.sampled_from(some) | WORDS)


@st.composite
def _mostly(draw: Draw, these: Texts, others: Texts) -> str:
    """One of these, one time in four of the others, however many kinds there are of either."""
    return draw(others if draw(st.integers(0, 3)) == 3 else these)


@st.composite
def tables(draw: Draw, fields: Fields) -> str:
    """A CSV file with these columns, most of its cells as they should be."""
    rows = [draw(_row(fields)) for _ in range(draw(st.integers(0, 4)))]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=draw(st.sampled_from(("\n", "\r\n"))))
    writer.writerow(fields)
    writer.writerows([[row.get(name, "") for name in fields] for row in rows])
    text = out.getvalue()
    return draw(torn(text)) if draw(st.booleans()) else text


@st.composite
def answers_in_xml(draw: Draw, fields: Fields) -> str:
    """An answer of 참가격 with these cells, most of them as they should be."""
    rows = "".join(
        "<item>" + "".join(f"<{k}>{escape(v)}</{k}>" for k, v in row.items()) + "</item>"
        for row in (draw(_row(fields)) for _ in range(draw(st.integers(0, 4))))
    )
    code = draw(st.sampled_from(("00", "00", "00", "0", "30", "99", "")))
    text = f"<response><resultCode>{code}</resultCode><result>{rows}</result></response>"
    return draw(torn(text)) if draw(st.booleans()) else text


def _row(fields: Fields) -> st.SearchStrategy[dict[str, str]]:
    digits = st.sampled_from(("9" * 19, "9" * 5_000, "1e999", "²", "１２", "-1", "0"))
    cells = {name: _mostly(st.sampled_from(some), digits | WORDS) for name, some in fields.items()}
    return st.fixed_dictionaries(cells) | st.fixed_dictionaries({}, optional=cells)


# --- what they would be fed with by people who mean well ------------------------------------------

PROFILES: Final = (
    {
        "target": "keto",
        "servings": 2,
        "budget": "3만원",
        "allergies": ["땅콩", "우유 알레르기가 있어요"],
        "medications": "메트포르민",
        "carbLimit": 4,
        "tools": ["오븐 없음"],
        "locale": "ko",
        "seed": 7,
    },
    {
        "target": "fridge",
        "healthConditions": "고혈압, 당뇨 없음",
        "medications": [],
        "availableIngredients": [
            {"name": "두부", "amount": 1, "unit": "모", "expires": "내일", "mustUse": True},
            "시금치 한 단, 우유 1,000ml",
        ],
        "pantry": ["basic", "버터"],
        "age": "만 45세",
        "weightKg": "60.5kg",
        "heightCm": 165,
        "bloodSugar": 120,
        "diabetesType": 2,
        "note": "더 매콤하게",
        "dislikes": "오이, 물컹한 것",
        "shops": "이마트, 홈플러스",
        "region": "서울 마포구",
        "cookingTime": "30분",
        "strictAllergies": "예",
        "diet": "글루텐프리",
        "prefer": ["덜 짜게"],
        "locale": "en",
    },
    {"target": "baby_food", "babyAgeMonths": "생후 6개월 2주", "currentFoods": "쌀, 당근"},
)
RECIPE: Final = {
    "recipeName": "두부조림",
    "servings": "2인분",
    "ingredients": [
        {"name": "두부", "amount": "1.5", "unit": "모", "prep": "깍둑 썬"},
        {"name": "간장", "amount": 2, "unit": "큰술"},
        "대파 1/2대",
        "소금, 후추 약간씩",
    ],
    "ingredientsText": "[재료] (2인분) 두부 1모, 간장 2큰술\n만드는 법\n1. 굽는다",
    "instructions": ["1. 두부를 170도 기름에 튀긴다.", "간장 2큰술을 넣고 10분 졸인다."],
    "servedWith": [{"food": "rice_brown_cooked", "grams": 140}],
    "cookingTime": 20,
    "difficulty": "easy",
    "tools": ["pan"],
    "sauce": [["땅콩소스 1큰술"]],
}
ANSWER: Final = {
    "ingredients": [
        {"name": "두부", "amount": "1.5", "unit": "모", "prep": "", "optional": False},
        {"name": "양파", "amount": "1/2", "unit": "개", "prep": "채 썬", "optional": False},
        {"name": "간장", "amount": 1, "unit": "큰술", "prep": "", "optional": True},
    ],
    "instructions": ["1. 두부를 팬에 굽습니다.", "2. 간장 1큰술을 넣고 5분 졸입니다."],
    "recipeName": "두부조림",
    "description": "짭조름한 밥반찬이에요.",
    "cookingTime": "20분",
    "difficulty": "쉬움",
    "servings": 2,
    "servedWith": [{"name": "현미밥", "gramsPerServing": 140}],
    "notes": "뜨거울 때 드세요.",
    "claimed": {"kcal": 480, "sodium_mg": 900.5},
    "extra": ["땅콩"],
}
NAVER: Final = {
    "total": 1,
    "items": [
        {
            "title": "<b>양파</b> 1kg",
            "link": "https://shop.example/1",
            "lprice": "3480",
            "mallName": "햇살마트",
            "productType": "2",
            "category1": "식품",
            "category2": "농산물",
        }
    ],
}
NAVER_REFUSES: Final = {"errorCode": "SE05", "errorMessage": "closed"}
COUPANG: Final = {
    "rCode": "0",
    "rMessage": "",
    "data": {
        "productData": [
            {
                "productName": "양파 1.5kg, 2개",
                "productPrice": 6900,
                "productUrl": "https://link.coupang.com/re/AFFSDP?x=1",
                "isRocket": True,
                "isFreeShipping": False,
            }
        ]
    },
}
COUPANG_REFUSES: Final = "호출 한도를 넘었습니다. 2026-11-23T10:30:00+09:00 이후 다시"
KAMIS: Final = {
    "response": {
        "header": {"resultCode": "00", "resultMsg": "OK"},
        "body": {
            "totalCount": 1,
            "items": {
                "item": [
                    {
                        "exmn_ymd": "20261120",
                        "se_cd": "01",
                        "item_cd": "245",
                        "item_nm": "양파",
                        "vrty_cd": "00",
                        "vrty_nm": "양파(1kg)",
                        "grd_cd": "04",
                        "grd_nm": "상품",
                        "sgg_cd": "1101",
                        "mrkt_cd": "",
                        "unit": "kg(그물망 3포기)",
                        "unit_sz": "1",
                        "exmn_dd_prc": "2,520",
                    }
                ]
            },
        },
    }
}
GATEWAY: Final = (
    "<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg>"
    "<returnReasonCode>30</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>"
)
NUMERALS: Final = ("1", "500", "3,480", "0", "-1", "1.5", "37.5", "127.0")
SURVEYED: Final = {
    "goodId": ("224", "9" * 19),
    "goodName": ("햇양파(1.5kg)", "라면(5개입)"),
    "goodTotalCnt": NUMERALS,
    "goodTotalDivCode": ("G", "ML", "MA"),
    "detailMean": ("120g*5개입", "500~800g"),
    "entpId": ("101", "102"),
    "entpName": ("이마트 용산점",),
    "entpTypeCode": ("LM", "SM", "TM"),
    "entpAreaCode": ("020100000",),
    "plmkAddrBasic": ("서울특별시 용산구",),
    "xMapCoord": NUMERALS,
    "yMapCoord": NUMERALS,
    "goodPrice": NUMERALS,
    "goodInspectDay": ("20260828",),
    "goodDcYn": ("Y", "N"),
}
MONTHLY: Final = {
    "상품명": ("신라면(5개입)", "햇반(210g)"),
    "조사일": ("2026-08-28", "20260828", "2026.08.14"),
    "판매가격": NUMERALS,
    "판매업소": ("이마트 용산점", "GS25 어디점"),
    "세일여부": ("Y", "N"),
    "원플러스원": ("Y", "N"),
}
OWN_PRICES: Final = {
    "food": ("양파", "onion", "두부"),
    "product": ("햇양파", ""),
    "sold": ("pack", "낱개", ""),
    "grams": ("1500", "1,500g", ""),
    "amount": ("1.5kg", "2", ""),
    "unit": ("kg", "개", ""),
    "won": ("3,980원", "₩5000"),
    "seller": ("동네마트", ""),
    "date": ("2026-11-20", "2026. 11. 20.", ""),
}
OWN_SELLERS: Final = {
    "name": ("동네마트", "쿠팡"),
    "delivery": ("3000", "3,000원", "0", ""),
    "free_from": ("40000", ""),
    "walk": ("yes", "아니요", ""),
}
BASKET: Final = {
    "items": [{"ingredient": "양파", "need": 500, "unit": "g"}],
    "sellers": [{"name": "가", "delivery": 3000, "freeFrom": 40000, "walk": False}],
    "offers": [{"ingredient": "양파", "seller": "가", "pack": 1, "unit": "kg", "price": 2980}],
    "limits": {"avoid": ["나"], "walks": 2, "worth": 3000},
    "seconds": 0.2,
}
FORM: Final = urlencode(
    {
        "target": "keto",
        "servings": "2",
        "budget": "30000",
        "allergies": "땅콩",
        "allergiesMore": "우유",
        "pantryKind": "list",
        "pantry": "소금, 간장",
        "medications": "없음",
        "strictAllergies": "1",
    }
)
LINES: Final = (
    "양파(대) 1/2개",
    "2 cloves garlic, minced",
    "[양념] 다진 마늘 1과 1/2큰술 (선택)",
    "소금 약간",
    "두부 1모(300g) ~ 2모",
    "재료: 돼지고기 앞다리살 600g, 김치 1/4포기\n만드는 법\n1. 볶는다",
)
TITLES: Final = (
    "[산지직송] 무안 햇양파 1.5kg x 2망 (대/중 혼합)",
    "곰곰 무항생제 신선한 대란, 30구, 1개",
    "<b>서울우유</b> 1L&amp;200ml*24개입 1+1",
)
HEALTH: Final = ("고혈압, 당뇨 없음", "임신 중인데 철분제 복용", "no known allergies", "와파린 5mg")
NUMBERS_IN_WORDS: Final = (
    *("1만 5천원", "30,000", "만 45세", "생후 6개월 2주", "100일", "두 돌", "반 시간", "네 명"),
    *("내일까지", "3일 뒤", "2026년 11월 23일", "60.5kg", "교정 8개월", "11.9개월", "½", "30k"),
)
EVENTS: Final = (
    'id: 2\nevent: phase\ndata: {"phase":"recipe_generation","progress":10}\n\n'
    'id: 3\nevent: result\ndata: {"sessionId":"sess_x"}\n\n'
)
SESSION: Final = {
    "sessionId": "sess_x",
    "status": "failed",
    "phase": "recipe_failed",
    "progress": 10,
    "error": {"code": "INFEASIBLE_PROFILE", "message": "…", "details": {"rules": ["K01"]}},
}
REFUSAL: Final = {
    "type": "/docs#INVALID_PROFILE",
    "title": "…",
    "status": 422,
    "detail": "예산을 읽을 수 없어요.",
    "code": "INVALID_PROFILE",
    "details": {"field": "budget"},
}
EVENT: Final = {
    "sessionId": "sess_test_789",
    "profile": {"target": "keto"},
    "execution": {"Name": "x", "Input": {"attempt": 1}},
    "ingredients": [],
}


# --- the parsers ------------------------------------------------------------------------------


def parsers(folder: Path) -> tuple[Parser, ...]:
    """Every parser of foreign text; those that read files do it in `folder`."""
    return (
        # What people send, type and paste.
        Parser(
            "web: a posted profile", documents(*PROFILES), _posted, (RequestError,), served=True
        ),
        Parser("web: a posted form", texts(FORM), _form, (RequestError,), served=True),
        Parser(
            "web: headers and addresses", texts("ko;q=0.9, en", '"1.2"'), _headers, (RequestError,)
        ),
        Parser("web: a wish in an address", texts("onion,garlic", "onion.2", "3"), _wish),
        Parser("profile", documents(*PROFILES), _profile, (RequestError,)),
        Parser("profile: conditions, medicines", texts(*HEALTH), _health),
        Parser("profile: numbers in words", texts(*NUMBERS_IN_WORDS), _in_words),
        Parser("recipe", documents(RECIPE, {"recipe": RECIPE}), recipe_from_text, (InvalidRecipe,)),
        Parser("recipe: a pasted list", texts(*LINES), _pasted, (InvalidRecipe,)),
        Parser("ingredient lines", texts(*LINES), _lines),
        Parser("lines of a batch", texts(*LINES, json.dumps(RECIPE)), _batch),
        Parser("pairs to match", documents({"ingredient": "양파", "title": TITLES[0]}), _pair),
        Parser(
            "a list to buy",
            documents(BASKET),
            lambda text: _basket(text, folder),
            (RequestError,),
            5.0,
        ),
        Parser(
            "own prices, imported",
            tables(OWN_PRICES) | WORDS,
            lambda text: _imported(text, folder),
            (InvalidRecipe,),
        ),
        Parser(
            "own prices, as kept",
            tables(OWN_PRICES) | WORDS,
            lambda text: _kept(text, folder),
            (InvalidRecipe, ShopError),
        ),
        Parser(
            "own sellers",
            tables(OWN_SELLERS) | WORDS,
            lambda text: _sellers(text, folder),
            (RequestError,),
        ),
        # What suppliers answer.
        Parser("Naver", documents(NAVER, NAVER_REFUSES), _naver, (ShopError,)),
        Parser("Coupang", documents(COUPANG), _coupang, (ShopError,)),
        Parser("Coupang: when to come back", texts(COUPANG_REFUSES), _pause),
        Parser("KAMIS", documents(KAMIS), _kamis, (ShopError,)),
        Parser("data.go.kr: the gateway", texts(GATEWAY, "<html>"), _gateway, (ShopError,)),
        Parser("참가격", answers_in_xml(SURVEYED) | texts(GATEWAY) | DEEP, _survey, (ShopError,)),
        Parser(
            "참가격: the monthly file",
            tables(MONTHLY) | WORDS,
            lambda text: _monthly(text, folder),
            (InvalidRecipe, ShopError),
        ),
        Parser("product titles", texts(*TITLES), _title),
        # What models answer.
        Parser(
            "a model's answer", documents(ANSWER, {"recipe": ANSWER}), _answer, (UnusableRecipe,)
        ),
        Parser("a model's answer, as it comes", documents(ANSWER), _stream),
        # What other machines, the operator and an earlier version of us say.
        Parser("a server: refusal", documents(REFUSAL), _refused, (ChefError,)),
        Parser("a server: events", texts(EVENTS), _events, (ChefError,)),
        Parser("a server: a session", documents(SESSION), _session, (ChefError,)),
        Parser(
            "a server: a meal",
            st.deferred(lambda: documents(_meal())),
            _meal_shown,
            (SupplierError,),
        ),
        Parser("AWS: a state's payload", documents(EVENT), _payload, (RequestError,)),
        Parser(
            "a part of a session", st.deferred(lambda: documents(_part())), _reread, (StoreError,)
        ),
        Parser(
            "settings",
            texts("bedrock:us.a.b", "http://x:1", "0.1/0.5", "~x/y"),
            _settings,
            (RequestError,),
        ),
    )


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _loaded(text: str) -> Any:
    """What JSON says; the text itself where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _posted(text: str) -> None:
    given = read_profile("application/json", _bytes(text), {"aichef.locale": "ko"})
    admitted(given, NOW)
    canonical(given)


def _form(text: str) -> None:
    given = to_profile(read_form(_bytes(text)))
    admitted(given, NOW)
    from_profile(json.loads(canonical(given)), "ko")


def _headers(text: str) -> None:
    plain = text.encode("latin-1", "replace").decode("latin-1")
    headers = Headers({"host": "chef.example", "origin": plain, "cookie": plain})
    language(plain, "ko")
    is_matched(plain, '"1.2"')
    is_own(headers)
    assert not onward_to(text).startswith(("//", "/\\"))
    assert not _TOKEN.opens(headers, "x", "ko")
    _TOKEN.opens(Headers({"authorization": f"Bearer {plain}"}), plain, "ko")


_TOKEN: Final = Token(Settings(Path("unused"), token="t" * 32), Limits())


def _wish(text: str) -> None:
    names = ("servings", "have", "buy", "pick", "swap", "plan")
    wish = Wish.read(dict.fromkeys(names, text))
    assert Wish.read(wish.query) == wish


def _profile(text: str) -> None:
    parse_profile(_loaded(text), today=TODAY)


def _health(text: str) -> None:
    locales: tuple[Locale, ...] = ("ko", "en")
    for locale in locales:
        read_conditions([text[:LONGEST_TEXT]], locale)
        read_medicines([text[:LONGEST_TEXT]], locale)
        read_allergy(text[:LONGEST_TEXT], locale)


def _in_words(text: str) -> None:
    short = text[:LONGEST_TEXT]
    for read in (words.won, words.people, words.minutes, words.months, words.number):
        read(short)
    words.day(short, TODAY)
    words.split(short)


def _pasted(text: str) -> None:
    recipe_from({"name": text[:400], "ingredientsText": text})


def _lines(text: str) -> None:
    read_line(text)
    read_name(text)
    read_amount(text, text[:40], text)
    read_list(method_apart(text)[0])


def _batch(text: str) -> None:
    for line in batch.numbered(io.BytesIO(_bytes(text)), batch.LONGEST_STRING):
        batch.written(batch.string_json(line.text))


def _pair(text: str) -> None:
    prices_doors.pair_json(batch.Numbered(1, text, whole=True))


def _basket(text: str, folder: Path) -> None:
    # Nobody's keys, and nobody's own prices.
    with patch.dict(os.environ, {"AICHEF_DATA_DIR": str(folder / "nobody")}, clear=True):
        basket_door.answered(text)


def _imported(text: str, folder: Path) -> None:
    path, own = folder / "import.csv", OwnPrices(folder / "own", TODAY)
    path.write_bytes(_bytes(text))
    (own.folder / OWN).unlink(missing_ok=True)
    many = own.import_csv(path)
    assert 0 < len(own.list()) <= many
    assert not own.bad_rows()


def _kept(text: str, folder: Path) -> None:
    own = OwnPrices(folder / "kept", TODAY)
    own.folder.mkdir(exist_ok=True)
    (own.folder / OWN).write_bytes(_bytes(text))
    own.list()
    for row in own.bad_rows():
        own.remove(row.key)


def _sellers(text: str, folder: Path) -> None:
    (folder / SELLERS).write_bytes(_bytes(text))
    own_sellers(folder)


def _naver(text: str) -> None:
    offers.prices("onion", naver.read(Answer(200, _bytes(text))), "…", NOW)


def _coupang(text: str) -> None:
    offers.prices("onion", coupang.read(Answer(200, _bytes(text))), "…", NOW)


def _pause(text: str) -> None:
    assert coupang.pause_until(text, NOW, 1) > NOW


def _kamis(text: str) -> None:
    found, _ = kamis.read_recent(Answer(200, _bytes(text)))
    kamis.prices_of([one for row in found if (one := kamis.average(row))], TODAY)


def _gateway(text: str) -> None:
    datago.check(Answer(200, _bytes(text)))


def _survey(text: str) -> None:
    rows = chamgagyeok.read_rows(datago.check(Answer(200, _bytes(text))))
    goods, stores = chamgagyeok.read_goods(rows), chamgagyeok.read_stores(rows)
    for good in goods:
        assert good.good < 2**63, "no database holds it"
        chamgagyeok.weight(good.detail)
    shelves = chamgagyeok.read_shelves(rows, date(2026, 8, 28), 224)
    chamgagyeok.typical(shelves, {one.store: one for one in stores})


def _monthly(text: str, folder: Path) -> None:
    path, store = folder / "monthly.csv", SurveyStore(folder / "surveys")
    path.write_bytes(_bytes(text))
    try:
        chamgagyeok.import_csv(path, store, lambda *_: None, "ko", TODAY)
    finally:
        store.close()


def _title(text: str) -> None:
    read_title(text)
    match("onion", text, 3_000.0, (text, "식품"))
    batch.written(prices_doors.title_json(text))


@cache
def _order() -> Order:
    profile = parse_profile({"target": "general", "servings": 2}, today=TODAY)
    return Order(profile, PriceBook.at(TODAY).known, TODAY)


def _answer(text: str) -> None:
    read_answer(text, _order())


def _stream(text: str) -> None:
    lines, size = Ingredients(), 1 + len(text) % 7 * 20
    for at in range(0, len(text), size):
        for raw in lines.feed(text[at : at + size]):
            early(raw)


@dataclass
class _Said:
    """An answer that lies here instead of coming over a wire."""

    status: int
    body: io.BytesIO
    headers: Mapping[str, str]

    def read(self, most: int) -> bytes:
        return self.body.read(most)

    def readline(self, most: int) -> bytes:
        return self.body.readline(most)


class _Canned(Server):
    """A server whose answers are given, by how their paths end."""

    __slots__ = ("answers",)
    answers: Mapping[str, tuple[int, str]]

    @contextmanager
    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> Iterator[HTTPResponse]:
        del method, body, headers
        status, text = self.answers[path.rpartition("/")[2]]
        kind = {"Content-Type": "text/event-stream" if path.endswith("/events") else "…"}
        yield cast("HTTPResponse", _Said(status, io.BytesIO(_bytes(text)), kind))


def _cooked(**answers: tuple[int, str]) -> None:
    server = _Canned("https://chef.example")
    usual = {
        "sessions": (202, '{"sessionId": "sess_x"}'),
        "events": (404, ""),
        "sess_x": (200, '{"status": "completed"}'),
        "result": (200, '{"recipe": {}}'),
    }
    object.__setattr__(server, "answers", usual | answers)
    server.cook({}, lambda *_: None)


def _refused(text: str) -> None:
    _cooked(sessions=(422, text))


def _events(text: str) -> None:
    _cooked(events=(200, text))


def _session(text: str) -> None:
    # One that is still at work would be asked for again and again.
    _cooked(sess_x=(200, text.replace("processing", "failed")))


@cache
def _meal() -> object:
    kitchen = local_kitchen(Settings(Path("nobody")))
    return to_json(run(cook(_order().profile, kitchen), kitchen))


def _meal_shown(text: str) -> None:
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(page(_parsed(text), _order().profile))
    shown = console.export_text().replace("\n", "")
    assert shown.isprintable(), "signs that steer a terminal"


def _payload(text: str) -> None:
    asked(_loaded(text))


@cache
def _part() -> object:
    body: object = json.loads(to_part(recipe_from(RECIPE), Recipe))
    return body


def _reread(text: str) -> None:
    from_part(_bytes(text), Recipe)


_NAMED: Final = (
    "MODEL",
    "MODEL_URL",
    "MODEL_RATE",
    "MODEL_PREFIX",
    "MOST_WALKS",
    "LOCALE",
    "TOKEN",
    "DATA_DIR",
)


def _settings(text: str) -> None:
    for name in _NAMED:
        environ = {"AICHEF_DATA_DIR": "unused", "AICHEF_MODEL": "openai:x", f"AICHEF_{name}": text}
        found = Settings.read(environ)
        read_spec(found)
        check_address(found)
