"""`aichef basket`: the cheapest basket for a list, with no recipe around it."""

from __future__ import annotations

import json
import math
import os
import sys
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aichef.basket.model import Limits, Seller, vendor_label
from aichef.errors import RequestError
from aichef.prices.model import Price
from aichef.settings import spoken

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Mapping

    from aichef.basket.model import Basket, Line, Option

Json = dict[str, Any]

BIGGEST_FILE: Final = 10_000_000
MOST: Final[Mapping[str, int]] = {"items": 200, "sellers": 2_000, "offers": 50_000}
MOST_AMOUNT: Final = 1e6
LEAST_AMOUNT: Final = 1e-3
MOST_WON: Final = 100_000_000
MOST_DELIVERY: Final = 1_000_000
MOST_SPENT: Final = 1_000_000_000
LONGEST_NAME: Final = 200

UNITS: Final[Mapping[str, tuple[str, float]]] = {
    "mg": ("g", 0.001),
    "g": ("g", 1.0),
    "그램": ("g", 1.0),
    "kg": ("g", 1000.0),
    "킬로": ("g", 1000.0),
    "킬로그램": ("g", 1000.0),
    "ml": ("ml", 1.0),
    "밀리리터": ("ml", 1.0),
    "cl": ("ml", 10.0),
    "l": ("ml", 1000.0),
    "ℓ": ("ml", 1000.0),
    "리터": ("ml", 1000.0),
}
"""Units that turn into each other; any other unit only fits itself."""

_NOBODY_SELLS: Final = ("파는 곳이 없어요.", "Nobody sells it.")
_LIST: Final = ("장보기", "shopping")

_TROUBLES: Final[Mapping[str, tuple[str, str]]] = {
    "json": (
        "목록을 JSON으로 읽을 수 없어요. 형식을 확인해 주세요.",
        "The list is not JSON; check its format.",
    ),
    "list": (
        "목록은 JSON 객체이거나 한 줄에 하나씩 적은 글이어야 해요.",
        "The list must be a JSON object, or text with one item a line.",
    ),
    "unknown": (
        "모르는 항목이에요({name}). items, sellers, offers, limits, seconds 만 쓸 수 있어요.",
        "There is no such entry ({name}); use items, sellers, offers, limits and seconds.",
    ),
    "twice": ("같은 판매처가 두 번 있어요. ({where})", "This seller is there twice. ({where})"),
    "walk": ("walk는 true나 false로 적어 주세요. ({where})", "walk is true or false. ({where})"),
    "walk_fee": (
        "걸어가는 가게에는 배송비가 없어요. 0으로 적어 주세요. ({where})",
        "A shop one walks to has no delivery fee; make it 0. ({where})",
    ),
    "seller": ("sellers에 없는 판매처예요. ({where})", "This seller is not in sellers. ({where})"),
    "spent": (
        "이만큼 사면 값이 너무 커요. pack과 price를 확인해 주세요. ({where})",
        "So many packs cost too much; check pack and price. ({where})",
    ),
    "file": (
        "{where}: 파일을 읽을 수 없어요. 경로를 확인해 주세요.",
        "{where}: this file cannot be read; check the path.",
    ),
    "utf8": (
        "{where}: UTF-8 글이 아니에요. UTF-8로 저장해 주세요.",
        "{where}: this is not UTF-8 text; save it as UTF-8.",
    ),
    "large": (
        "목록이 너무 커요. 10MB 이하로 줄여 주세요.",
        "The list is too large; keep it under 10 MB.",
    ),
    "rows": ("{where}는 객체의 목록이어야 해요.", "{where} must be a list of objects."),
    "many": (
        "{where}가 너무 많아요. {most:,}개 이하로 적어 주세요.",
        "There are too many {where}; keep them to {most:,}.",
    ),
    "none": ("살 것(items)을 하나 이상 적어 주세요.", "List at least one of the items to buy."),
    "name": (
        "이름을 {most}자 이하의 글로 적어 주세요. ({where})",
        "Write the name as text of up to {most} characters. ({where})",
    ),
    "unit": ("단위를 g, ml, 개처럼 적어 주세요. ({where})", "Write a unit like g or ml. ({where})"),
    "number": (
        "{above:,g}보다 크고 {most:,.0f} 이하인 수여야 해요. ({where})",
        "This must be a number above {above:,g} and up to {most:,.0f}. ({where})",
    ),
    "won": (
        "{least:,}원부터 {most:,}원까지의 정수여야 해요. ({where})",
        "This must be whole won from {least:,} to {most:,}. ({where})",
    ),
    "limits": (
        "limits는 avoid, only, walks, worth 만 있는 객체여야 해요.",
        "limits is an object with avoid, only, walks and worth.",
    ),
    "names": ("가게 이름의 목록이어야 해요. ({where})", "This is a list of shop names. ({where})"),
    "unfit": (
        "단위가 서로 맞지 않아요: {unit}, {other}. ({where})",
        "The units do not fit each other: {unit}, {other}. ({where})",
    ),
}


class _Wrong(Exception):
    """Something that cannot be read: the key of its sentence, its place, the sentence's values."""

    def __init__(self, key: str, where: str = "", **values: object) -> None:
        super().__init__(key)
        self.key, self.where, self.values = key, where, values

    def said(self, locale: str) -> RequestError:
        """The same as an error for a person."""
        told = _TROUBLES[self.key][locale == "en"].format(where=self.where, **self.values)
        return RequestError(told, **({"where": self.where} if self.where else {}))


_TOP: Final = {"items", "sellers", "offers", "limits", "seconds"}


def add_commands(commands: Any) -> None:
    """Add `basket` to the commands of the door."""
    one = commands.add_parser("basket", help="the cheapest basket for a list")
    one.add_argument("file", help="a list as JSON or plain lines, - for standard input")
    one.add_argument("--json", action="store_true", help="errors as JSON too")
    one.add_argument("--locale", metavar="…", help="ko or en")
    one.set_defaults(run=_run)


def _run(parsed: argparse.Namespace) -> int:
    locale = spoken(parsed.locale, os.environ)
    try:
        text = _text(parsed.file)
    except _Wrong as wrong:
        raise wrong.said(locale) from wrong
    answer = answered(text, locale)
    print(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False))
    return 0


def answered(text: str, locale: str = "ko") -> Json:
    """The cheapest, the single-shop and the fewest-shops basket for a list, and what has no price.

    A JSON object with `items`, `sellers` and `offers` is solved over these offers; without
    offers, and as plain lines, over the prices known here. Raises RequestError, naming the place.
    """
    try:
        body = _body(text)
        return _over_offers(body, locale) if "offers" in body else _over_the_book(body, locale)
    except _Wrong as wrong:
        raise wrong.said(locale) from wrong


def _body(text: str) -> Json:
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as trouble:
        if text.lstrip()[:1] not in ("{", "["):
            return {"items": text}
        raise _Wrong("json") from trouble
    if isinstance(body, list):
        body = {"items": body}
    if not isinstance(body, dict):
        raise _Wrong("list")
    unknown = sorted(body.keys() - _TOP)
    if unknown:
        raise _Wrong("unknown", unknown[0], name=_short(unknown[0]))
    return body


# --- a list with its own offers -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Amount:
    """An amount as written and in the unit it is counted by."""

    written: float
    unit: str
    base: str
    grams: float


def _over_offers(body: Json, locale: str) -> Json:
    from aichef.basket.fill import fill
    from aichef.prices.choose import choose
    from aichef.prices.model import Need, Priced, Unpriced

    wanted = _wanted(body)
    sellers = _sellers(body)
    offers = _offers(body, wanted, {one.name for one in sellers})
    found: list[Priced | Unpriced] = []
    for name, amount in wanted.items():
        need = Need(name, f"{amount.grams:g}", amount.base, name, amount.grams)
        prices = tuple(price for price in offers if price.food == name)
        found.append(
            Priced(need, prices, choose(prices))
            if prices
            else Unpriced(need, _NOBODY_SELLS[locale == "en"])
        )
    basket = fill(
        found,
        sellers=sellers,
        limits=_limits(body, Limits(walks=None)),
        seconds=_seconds(body),
        locale=locale,
    )

    def shown(line: Line) -> Json:
        amount = offers[line.price]
        return {
            "pack": amount.written,
            "unit": amount.unit,
            "surplus": line.surplus_g,
            "surplusUnit": amount.base,
        }

    return _basket_json(basket, shown, locale)


def _wanted(body: Json) -> dict[str, _Amount]:
    """Needs by ingredient; one that is listed twice is needed as often."""
    wanted: dict[str, _Amount] = {}
    for n, row in enumerate(_rows(body, "items")):
        where = f"items[{n}]"
        name = _name(row, "ingredient", where)
        amount = _amount(row, "need", where)
        before = wanted.get(name)
        if before and before.base != amount.base:
            raise _unfit(f"{where}.unit", amount.unit, before.unit)
        if before:
            amount = replace(amount, grams=before.grams + amount.grams)
        wanted[name] = amount
    return wanted


def _sellers(body: Json) -> tuple[Seller, ...]:
    sellers: dict[str, Seller] = {}
    for n, row in enumerate(_rows(body, "sellers")):
        where = f"sellers[{n}]"
        name = _name(row, "name", where)
        if name in sellers:
            raise _Wrong("twice", f"{where}.name")
        free_over = row.get("freeOver")
        walk = row.get("walk", False)
        if not isinstance(walk, bool):
            raise _Wrong("walk", f"{where}.walk")
        sellers[name] = Seller(
            name,
            delivery=_won(row.get("delivery"), f"{where}.delivery", 0, MOST_DELIVERY),
            free_from=None
            if free_over is None
            else _won(free_over, f"{where}.freeOver", 0, MOST_WON),
            walk=walk,
        )
        if walk and sellers[name].delivery:
            raise _Wrong("walk_fee", f"{where}.delivery")
    return tuple(sellers.values())


def _offers(
    body: Json, wanted: Mapping[str, _Amount], sellers: Collection[str]
) -> dict[Price, _Amount]:
    """Offers for what is wanted; the others are read, and left."""
    offers: dict[Price, _Amount] = {}
    for n, row in enumerate(_rows(body, "offers")):
        where = f"offers[{n}]"
        seller, name = _name(row, "seller", where), _name(row, "ingredient", where)
        pack = _amount(row, "pack", where)
        won = _won(row.get("price"), f"{where}.price", 1, MOST_WON)
        if seller not in sellers:
            raise _Wrong("seller", f"{where}.seller")
        if name not in wanted:
            continue
        need = wanted[name]
        if pack.base != need.base:
            raise _unfit(f"{where}.unit", pack.unit, need.unit)
        if math.ceil(need.grams / pack.grams) * won > MOST_SPENT:
            raise _Wrong("spent", where)
        offers.setdefault(_price(name, seller, pack, won), pack)
    return offers


def _price(name: str, seller: str, pack: _Amount, won: int) -> Price:
    return Price(
        food=name,
        product=name,
        sold="pack",
        grams=pack.grams,
        won=won,
        kind="offer",
        source="basket",
        observed_on=date.min,
        vendor=seller,
    )


# --- a list over the prices known here ------------------------------------------------------------


def _over_the_book(body: Json, locale: str) -> Json:
    import asyncio

    from aichef.basket.fill import fill
    from aichef.kitchens.local import local_kitchen
    from aichef.prices.find import find_prices, needs
    from aichef.recipe.read import recipe_from_text
    from aichef.settings import Settings

    items = body.get("items")
    listed: Json = {"name": _LIST[locale == "en"], "servings": 1}
    if isinstance(items, str):
        listed["ingredientsText"] = items
    else:
        rows = _rows(body, "items", str)
        listed["ingredients"] = [_named(row, f"items[{n}]") for n, row in enumerate(rows)]
    kitchen = local_kitchen(replace(Settings.read(os.environ), locale=locale))
    limits, seconds, sellers = _limits(body, kitchen.limits), _seconds(body), _sellers(body)
    recipe = recipe_from_text(json.dumps(listed), locale)
    to_buy, _ = needs(recipe, frozenset(), {}, locale)
    found = asyncio.run(find_prices(to_buy, kitchen.shops, locale))
    basket = fill(
        found,
        sellers=(*kitchen.sellers, *sellers),
        limits=limits,
        seconds=seconds,
        locale=locale,
    )

    def shown(line: Line) -> Json:
        return {
            "pack": round(line.price.grams, 1),
            "unit": "g",
            "surplus": line.surplus_g,
            "surplusUnit": "g",
            "product": line.price.product,
            "source": line.price.source,
            "observedOn": line.price.observed_on.isoformat(),
        }

    return _basket_json(basket, shown, locale)


def _named(row: Any, where: str) -> object:
    if isinstance(row, str):
        return row
    name = _name(row, "ingredient", where)
    number = _number(row.get("need"), f"{where}.need", 0, MOST_AMOUNT)
    return {"name": name, "amount": number, "unit": _unit(row, where)}


# --- reading what is asked ------------------------------------------------------------------------


def _text(path: str) -> str:
    try:
        if path == "-":
            raw = sys.stdin.buffer.read(BIGGEST_FILE + 1)
        else:
            with Path(path).open("rb") as opened:
                raw = opened.read(BIGGEST_FILE + 1)
        text = raw.decode("utf-8-sig")
    except OSError as trouble:
        raise _Wrong("file", path) from trouble
    except ValueError as trouble:
        # A letter cut at the limit is no other coding.
        raise _Wrong("large" if len(raw) > BIGGEST_FILE else "utf8", path) from trouble
    if len(raw) > BIGGEST_FILE:
        raise _Wrong("large", path)
    return text


def _rows(body: Json, key: str, *also: type) -> list[Any]:
    rows = body.get(key, [] if key == "sellers" else None)
    if not isinstance(rows, list) or not all(isinstance(row, (dict, *also)) for row in rows):
        raise _Wrong("rows", key)
    if len(rows) > MOST[key]:
        raise _Wrong("many", key, most=MOST[key])
    if key == "items" and not rows:
        raise _Wrong("none", key)
    return rows


def _name(row: Json, key: str, where: str) -> str:
    name = row.get(key)
    if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME:
        raise _Wrong("name", f"{where}.{key}", most=LONGEST_NAME)
    return name


def _unit(row: Json, where: str) -> str:
    unit = row.get("unit")
    if not isinstance(unit, str) or not unit.strip() or len(unit) > LONGEST_NAME:
        raise _Wrong("unit", f"{where}.unit")
    return unit.strip()


def _amount(row: Json, key: str, where: str) -> _Amount:
    unit = _unit(row, where)
    base, factor = UNITS.get(unit.casefold(), (unit, 1.0))
    written = _number(row.get(key), f"{where}.{key}", 0, MOST_AMOUNT)
    grams = round(written * factor, 9)
    if not LEAST_AMOUNT <= grams <= MOST_AMOUNT:
        raise _number_trouble(f"{where}.{key}", 0, MOST_AMOUNT)
    return _Amount(written, unit, base, grams)


def _number(value: object, where: str, above: float, most: float) -> float:
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    # Written so that NaN fails.
    if not plain or not isinstance(value, (int, float)) or not above < value <= most:
        raise _number_trouble(where, above, most)
    return value


def _number_trouble(where: str, above: float, most: float) -> _Wrong:
    return _Wrong("number", where, above=above, most=most)


def _won(value: object, where: str, least: int, most: int) -> int:
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    if (
        not plain
        or not isinstance(value, (int, float))
        or not least <= value <= most
        or value != int(value)
    ):
        raise _Wrong("won", where, least=least, most=most)
    return int(value)


def _seconds(body: Json) -> float:
    return _number(body["seconds"], "seconds", 0, 60) if "seconds" in body else 2.0


def _limits(body: Json, usual: Limits) -> Limits:
    given = body.get("limits", {})
    known = {"avoid", "only", "walks", "worth"}
    if not isinstance(given, dict) or given.keys() - known:
        raise _Wrong("limits", "limits")
    walks = given.get("walks", usual.walks)
    return Limits(
        avoid=_names(given.get("avoid", []), "limits.avoid"),
        only=None if given.get("only") is None else _names(given["only"], "limits.only"),
        walks=None if walks is None else _won(walks, "limits.walks", 0, 1_000),
        worth=_won(given.get("worth", usual.worth), "limits.worth", 0, MOST_WON),
    )


def _names(value: object, where: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Wrong("names", where)
    return frozenset(value)


def _unfit(where: str, unit: str, other: str) -> _Wrong:
    return _Wrong("unfit", where, unit=_short(unit), other=_short(other))


def _short(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text[:40])


# --- the answer -----------------------------------------------------------------------------------


def _basket_json(basket: Basket, shown: Callable[[Line], Json], locale: str) -> Json:
    options = {one.name: _option_json(one, shown, locale) for one in basket.options if one.lines}
    return {
        "cheapest": _option_json(basket.options[0], shown, locale),
        "singleShop": options.get("cheapest_single_shop"),
        "fewestShops": options.get("fewest_shops"),
        "unpriced": [
            {"ingredient": one.need.ingredient, "reason": one.reason} for one in basket.unpriced
        ],
    }


def _option_json(option: Option, shown: Callable[[Line], Json], locale: str) -> Json:
    return {
        "total": option.total,
        "goods": option.total - option.delivery,
        "delivery": option.delivery,
        "difference": option.difference,
        "lines": [
            {
                "seller": vendor_label(line.price, locale),
                "ingredient": line.ingredient,
                "count": line.count,
                "price": line.price.won,
                "won": line.won,
                **shown(line),
            }
            for line in option.lines
        ],
        "deliveries": [
            {
                "seller": one.vendor,
                "won": one.won,
                "freeOver": one.free_from,
                "toFree": one.to_free,
                "assumed": one.assumed,
                "asOf": one.as_of or None,
            }
            for one in option.deliveries
        ],
        "atAverage": list(option.averages),
        "proven": option.proven,
        "gap": round(option.gap, 6),
    }
