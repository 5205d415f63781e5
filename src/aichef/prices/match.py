"""Whether a product is the ingredient. Only what is fully understood matches; doubt is no match."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import median
from typing import Final, Literal

from aichef.food.names import NameReading, read_name, squash
from aichef.food.table import food_names, foods, pieces
from aichef.prices.titles import Title, read_title
from aichef.tables import rows

Verdict = Literal["match", "doubt", "no"]

LONGEST_RAW_TITLE: Final = 1200
"""Characters of a title with its markup that are read."""

_MOST_TOKENS: Final = 14
_FEW_TOKENS: Final = 4
_MOST_UNKNOWN: Final = 1
"""Words before a name that nothing explains: a brand, usually. More leave doubt."""
_LONGEST_INGREDIENT: Final = 80
_PRICE_FACTOR: Final = 5.0
"""How many times the surveyed price, or a part of it, a won per gram may be."""
_PIECE_FACTOR: Final = 2.5

_FROZEN_IS_ITSELF: Final = frozenset(
    (
        *("meat", "fish", "mollusc", "crustacean", "seafood_other", "processed_meat"),
        *("fish_processed", "prepared", "grain", "dairy", "fat_oil", "starch", "beverage"),
    )
)
"""Categories sold frozen as a matter of course; a frozen vegetable or fruit is another product."""

_NOTE: Final = re.compile(r"\(([^()]*)\)")
_SPLIT: Final = re.compile(r"[\s,·|]+")
_NOTE_SPLIT: Final = re.compile(r"[\s,/·|]+")
_JOINED: Final = re.compile(r"(?<=[가-힣)])\s?[+&]\s?(?=[가-힣(])|\s[+&]\s")
_SORTS: Final = re.compile(
    r"\d+(?:종|가지)(?:세트)?|\d+년산?|\d+\+{0,2}등급|\d+\+{0,2}|\d+[/~-]\d+"
)
_ORIGIN: Final = re.compile(r"[가-힣]{2,6}산")
_PURPOSE: Final = re.compile(r"[가-힣/]{1,10}용")
_HANGUL: Final = re.compile(r"[가-힣]+")


@dataclass(frozen=True, slots=True)
class Match:
    """Verdict on a product for an ingredient; `reason` says why, in Korean, for a person.

    `doubt`: the product may be it, so it may be shown but never priced.
    """

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class _Product:
    """What a title sells: `food` None where its head word is no food of ours.

    `name` is the head word as names are compared; `doubts` say what is not understood.
    """

    title: Title
    food: str | None
    name: str = ""
    frozen: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    plain: frozenset[str]
    frozen: frozenset[str]
    kept: frozenset[str]
    cuts: frozenset[str]
    changes: tuple[str, ...]
    keeps: tuple[str, ...]
    brands: frozenset[str]
    vague: frozenset[str]
    kinds: Mapping[str, str]
    flavours: frozenset[str]
    categories: Mapping[str, frozenset[str]]


@cache
def _words() -> _Words:
    kinds: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in rows("aichef.prices", "match_words.csv"):
        kinds[row["kind"]][row["word"].casefold()] = row["means"]
    return _Words(
        plain=frozenset(kinds["plain"]),
        frozen=frozenset(word for word, means in kinds["form"].items() if means),
        kept=frozenset(word for word, means in kinds["form"].items() if not means),
        cuts=frozenset(kinds["cut"]),
        changes=tuple(sorted(kinds["change"], key=len, reverse=True)),
        keeps=tuple(sorted(kinds["keep"], key=len, reverse=True)),
        brands=frozenset(kinds["brand"]),
        vague=frozenset(kinds["vague"]),
        kinds=kinds["kind"],
        flavours=frozenset(kinds["flavour"]),
        categories={word: frozenset(means.split("|")) for word, means in kinds["category"].items()},
    )


# --- the product ------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _product(text: str) -> _Product:
    title = read_title(text)
    if title.is_food is False:
        return _Product(title, None)
    notes = [
        word for note in _NOTE.findall(title.clean) for word in _NOTE_SPLIT.split(note) if word
    ]
    body = _NOTE.sub(" ", title.clean).strip(" +&")
    parts = [part for part in _JOINED.split(body) if _says_something(part)]
    if not parts:
        return _Product(title, None)
    heads = [_head(part) for part in parts]
    head = next((head for head in heads if head.food is not None), heads[0])
    doubts = (*head.doubts, *_about_whole(head.food, body))
    if any(other.food != head.food for other in heads):
        doubts = (*doubts, "여러 상품이 함께 들어 있어요.")
    frozen, unclear = _noted(notes, head.food, frozen=head.frozen)
    food = _frozen_row(head.food) if frozen and head.food is not None else head.food
    return _Product(title, food, head.name, frozen, (*doubts, *unclear))


def _about_whole(food: str | None, body: str) -> tuple[str, ...]:
    """Doubts that hang on the whole title: another animal, a flavour, several sorts."""
    if food is None:
        return ()
    known = _words()
    category = foods()[food].category
    for raw in _SPLIT.split(body):
        token = raw.casefold()
        animal = known.kinds.get(token)
        if animal and category == "meat" and not food.startswith(animal):
            return ("다른 고기예요.",)
        if token in known.flavours and category in _RAW:
            return ("조리하거나 맛을 더한 상품일 수 있어요.",)
        sorts = _MANY_SORTS.fullmatch(token)
        if sorts and category not in _GROWN and (category != "meat" or int(sorts[1]) > _CUTS):
            return ("맛이나 종류가 여러 가지예요.",)
    return ()


_MANY_SORTS: Final = re.compile(r"(\d{1,3})종(?:세트)?")
_CUTS: Final = 2
_GROWN: Final = frozenset(("fruit", "vegetable", "mushroom", "tuber", "fish", "mollusc", "egg"))
"""Categories whose sorts differ in size or origin, not in what they are made of."""
_RAW: Final = _GROWN | {"meat", "crustacean", "seafood_other"}


@dataclass(frozen=True, slots=True)
class _Head:
    """What the last words of a part of a title name."""

    food: str | None
    name: str = ""
    frozen: bool = False
    doubts: tuple[str, ...] = ()


def _tokens(part: str) -> tuple[list[str], bool]:
    """Words of a part of a title that may say what it is, and whether it is frozen."""
    known = _words()
    tokens = []
    frozen = False
    for raw in _SPLIT.split(part)[: _MOST_TOKENS * 2]:
        token = raw.strip("-~*/.:;!?'\"`_").casefold()
        if not token or token in known.kept or _SORTS.fullmatch(token):
            continue
        if token in known.frozen:
            frozen = True
        elif token not in known.plain and not _ORIGIN.fullmatch(token):
            tokens.append(token)
    return tokens[:_MOST_TOKENS], frozen


def _says_something(part: str) -> bool:
    """Whether a part names anything: "찌개용" beside a plus only says what for."""
    known = _words()
    return any(
        not _PURPOSE.fullmatch(token) and token not in known.cuts for token in _tokens(part)[0]
    )


def _head(part: str) -> _Head:
    """Food the last words of a part name, whether frozen, and what is doubtful about it."""
    tokens, frozen = _tokens(part)
    known = _words()
    while len(tokens) > 1 and (tokens[-1] in known.cuts or _PURPOSE.fullmatch(tokens[-1])):
        if _read(" ".join(tokens)).food is not None:
            break
        tokens.pop()
    whole = [raw.casefold() for raw in _SPLIT.split(part) if raw][:_MOST_TOKENS]
    for start in range(len(tokens)):
        reading = _read(" ".join(tokens[start:]))
        if reading.food is not None:
            reading = _with_adjective(whole, tokens[start:], reading)
            return _settled(reading, tokens[start:], tokens[:start], frozen=frozen)
    if 0 < len(whole) < _FEW_TOKENS and (reading := _read(" ".join(whole))).food is not None:
        return _settled(reading, whole, (), frozen=frozen)
    if tokens:
        front, name = _parted(tokens[-1])
        if name:
            return _settled(_read(name), [name], [*tokens[:-1], front], frozen=frozen)
    return _Head(None, frozen=frozen)


def _with_adjective(whole: Sequence[str], name: Sequence[str], reading: NameReading) -> NameReading:
    """Reading with the word before the name where that makes another food: 노란 파프리카."""
    length = len(name)
    if len(whole) > length and list(whole[-length:]) == list(name):
        longer = _read(" ".join(whole[-length - 1 :]))
        if longer.food is not None:
            return longer
    return reading


def _settled(
    reading: NameReading, name: Sequence[str], front: Sequence[str], *, frozen: bool
) -> _Head:
    doubts = (*_about_head(reading, name), *_about_front(front, reading))
    return _Head(reading.food, squash(reading.name), frozen, doubts)


def _parted(token: str) -> tuple[str, str]:
    """A brand or variety and the food's name it is written together with: 바른목장우유."""
    for length in range(min(7, len(token) - 2), 1, -1):
        name = token[-length:]
        if squash(name) in _long_names():
            return token[:-length], name
    return "", ""


@lru_cache(maxsize=8192)
def _read(name: str) -> NameReading:
    """`name` as an ingredient; plain words written together with it are taken off."""
    reading = read_name(name)
    if reading.food is not None or " " in name or not _HANGUL.fullmatch(name):
        return reading
    if name.endswith("팩") and len(name) > 3:
        return _read(name[:-1])
    for length in range(min(4, len(name) - 2), 0, -1):
        if name[:length] in _words().plain:
            rest = _read(name[length:])
            if rest.food is not None:
                return rest
    return reading


def _about_head(reading: NameReading, tokens: Sequence[str]) -> tuple[str, ...]:
    food = foods()[reading.food or ""]
    own = squash(reading.name) + reading.prep
    if any(token in _words().changes and token not in own for token in tokens):
        return ("다른 재료나 맛을 더한 상품일 수 있어요.",)
    if "슬라이스" in tokens and food.category in ("fish", "mollusc", "crustacean"):
        return ("말리거나 조미한 상품일 수 있어요.",)
    if "구운" in reading.prep and not food.id.endswith(("_roasted", "_grilled")):
        return ("굽거나 볶은 상품이에요.",)
    if reading.treatment is not None or (reading.cooked and not food.id.endswith(_COOKED)):
        return ("익히거나 데친 상품일 수 있어요.",)
    if reading.ground and food.category == "meat" and not _is_ground(food.id):
        return ("다진 고기라 부위가 다를 수 있어요.",)
    if reading.alternatives:
        return ("여러 재료 가운데 하나예요.",)
    return ()


_COOKED: Final = ("_cooked", "_boiled", "_blanched", "_steamed", "_smoked", "_canned", "_roasted")


def _is_ground(food: str) -> bool:
    return "_ground" in food


def _about_front(front: Sequence[str], reading: NameReading) -> tuple[str, ...]:
    """Doubts about words before the name: they may make another product of it."""
    known = _words()
    own = squash(reading.name)
    unknown = 0
    for token in front:
        if token in known.brands:
            unknown += _other_food(token, reading) is not None
            continue
        if _PURPOSE.fullmatch(token) or token in known.cuts or token in known.kinds:
            continue
        rest = token
        for keep in known.keeps:
            rest = rest.replace(keep, " ")
        change = next((word for word in known.changes if _holds(rest, word)), None)
        if change is not None and change not in own:
            return (f"'{token}' 때문에 다른 상품일 수 있어요.",)
        other = _other_food(rest, reading)
        if other is not None:
            return (f"'{other}'도 들어 있는 상품일 수 있어요.",)
        unknown += 1
    if unknown > _MOST_UNKNOWN:
        return ("모르는 말이 많은 상품이에요.",)
    return ()


def _holds(token: str, change: str) -> bool:
    """Whether a word holds a changing one; a single syllable (맛, 향) only at its end."""
    return change in token if len(change) > 1 else token.rstrip().endswith(change)


@cache
def _long_names() -> Mapping[str, str]:
    return {
        squash(name): food
        for name, food in food_names().items()
        if len(name) > 1 and _HANGUL.fullmatch(name)
    }


def _other_food(token: str, reading: NameReading) -> str | None:
    """Name of another food inside a word; None where it is but part of the product's own name."""
    names = _long_names()
    own = squash(reading.name)
    for start in range(len(token)):
        for end in range(min(len(token), start + 8), start + 1, -1):
            piece = token[start:end]
            food = names.get(piece)
            at_edge = start == 0 or end == len(token)
            if at_edge and food not in (None, reading.food) and piece not in own:
                return piece
    return None


def _noted(notes: Sequence[str], food: str | None, *, frozen: bool) -> tuple[bool, tuple[str, ...]]:
    """Whether a note says frozen, and doubts about notes that are not understood."""
    known = _words()
    unclear = []
    for raw in notes:
        note = raw.strip("-~*.:;!?'\"`_").casefold()
        if note in known.frozen:
            frozen = True
        elif (
            not note
            or note in known.plain
            or note in known.kept
            or note in known.cuts
            or note in _COLOURS
            or _SORTS.fullmatch(note)
            or _ORIGIN.fullmatch(note)
            or _PURPOSE.fullmatch(note)
            or (food is not None and _read(note).food == food)
        ):
            continue
        elif any(_holds(note, word) for word in known.changes) or (
            food is not None and _other_food(note, _read(foods()[food].name_ko))
        ):
            unclear.append(f"'{note}' 때문에 다른 상품일 수 있어요.")
    return frozen, tuple(unclear[:1])


_COLOURS: Final = frozenset(("적", "청", "백", "홍", "대", "중", "소", "특", "s", "m", "l"))


@cache
def _frozen_row(food: str) -> str:
    """Row of the frozen food where the table has one, else the food itself."""
    there = f"{food}_frozen"
    return there if there in foods() else food


# --- against the ingredient -------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _wanted(ingredient: str) -> tuple[str | None, str, bool]:
    """Food id an ingredient stands for, its name, and whether it asks for it frozen."""
    if ingredient in foods():
        return ingredient, squash(foods()[ingredient].name_ko), ingredient.endswith("_frozen")
    reading = read_name(ingredient)
    return reading.food, squash(reading.name), "냉동" in ingredient


def match(
    ingredient: str,
    title: str,
    price: float | None = None,
    categories: str | Collection[str] = (),
) -> Match:
    """Whether buying the product `title` gives `ingredient`. Never raises.

    `ingredient` is a food id or a name; `price` won for the whole product; `categories` as the
    shop gives them, one text or several. Only `match` may be priced.
    """
    wanted, called, asks_frozen = _wanted(ingredient[:_LONGEST_INGREDIENT].strip())
    if wanted is None:
        return Match("doubt", "모르는 재료라서 상품과 견줄 수 없어요.")
    product = _product(title[:LONGEST_RAW_TITLE])
    if product.title.is_food is False:
        return Match("no", "먹는 상품이 아니에요.")
    shelf = _shelves(categories)
    if "no" in shelf:
        return Match("no", "먹는 상품을 모아 둔 곳이 아니에요.")
    if product.food is None:
        return Match("no", "이 재료를 파는 상품이 아니에요.")
    minced = _MINCED.get(wanted) == product.name
    if product.food != wanted and not minced:
        if asks_frozen and _frozen_row(wanted) == product.food:
            return Match("match", "같은 재료예요.")
        name = foods()[product.food].name_ko
        return Match("no", f"다른 재료({name})예요.")
    food = foods()[wanted]
    if product.doubts:
        return Match("doubt", product.doubts[0])
    vague = next((word for word in _words().vague if _names_kind(product.name, word)), None)
    if (
        vague is not None
        and not minced
        and called != product.name
        and (product.name == vague or not called.endswith(vague))
    ):
        return Match("doubt", f"'{vague}'만으로는 어떤 재료인지 알 수 없어요.")
    if product.title.unit == "ml" and (
        food.category in _SOLID or (food.category == "fruit" and not wanted.endswith("_juice"))
    ):
        return Match("doubt", "부피로 파는 상품이라 다른 것일 수 있어요.")
    if (
        product.frozen
        and not asks_frozen
        and food.category not in _FROZEN_IS_ITSELF
        and not food.id.endswith("_frozen")
    ):
        return Match("doubt", "얼린 상품이에요.")
    if shelf and food.category not in shelf:
        return Match("doubt", "상품 분류가 이 재료와 맞지 않아요.")
    return _plausible(food.id, product.title, price) or Match("match", "같은 재료예요.")


def _names_kind(name: str, vague: str) -> bool:
    """Whether a product's name says no more than a vague word: 소시지, 한우 국거리."""
    return name == vague or (len(vague) > 2 and name.endswith(vague) and name != vague + vague)


_MINCED: Final[Mapping[str, str]] = {
    "beef_ground_80": "소고기다짐육",
    "pork_ground": "돼지고기다짐육",
}
"""Mince whose name the table gives to a lean cut: shops sell but one kind under it."""

_SOLID: Final = frozenset(
    (
        *("vegetable", "mushroom", "tuber", "meat", "fish", "mollusc", "crustacean"),
        *("seafood_other", "egg", "seaweed", "grain", "starch", "processed_meat"),
        "fish_processed",
    )
)
"""Categories of which nothing is sold by the litre; of the fruit only its juices are."""


def _shelves(categories: str | Collection[str]) -> frozenset[str]:
    """Food categories the shop's categories may hold; empty where they say nothing we know.

    "no" among them: nothing there is food.
    """
    known = _words().categories
    texts = [categories] if isinstance(categories, str) else list(categories)[:8]
    found: set[str] = set()
    for text in texts:
        for word in re.split(r"[>·_/\s,]+", str(text)[:120]):
            found |= known.get(word.casefold(), frozenset())
    return frozenset(found)


def _plausible(food: str, title: Title, price: float | None) -> Match | None:
    """Doubt about a piece's weight or a price that the food never has; None where all is well."""
    if title.piece_count and title.total_amount and title.unit == "g":
        grams = title.total_amount / title.piece_count
        bounds = _piece_bounds(food)
        if bounds and not bounds[0] / _PIECE_FACTOR <= grams <= bounds[1] * _PIECE_FACTOR:
            return Match("doubt", "한 개의 무게가 이 재료와 맞지 않아요.")
    usual = _usual_rate(food)
    if price is None or title.ambiguous or not usual or not title.total_amount:
        return None
    if not 0 < price < float("inf"):
        return Match("doubt", "값이 없거나 이상해요.")
    if title.unit in ("g", "ml"):
        rate = price / title.total_amount
        if not usual / _PRICE_FACTOR <= rate <= usual * _PRICE_FACTOR:
            return Match("doubt", "값이 이 재료의 시세와 너무 달라요.")
    return None


@cache
def _piece_bounds(food: str) -> tuple[float, float] | None:
    """Least and most grams of one piece of a food; None where no piece is known."""
    found = [piece for (one, unit), piece in pieces().items() if one == food and unit in _ONE]
    if not found:
        return None
    return min(piece.low for piece in found), max(piece.high for piece in found)


_ONE: Final = ("개", "마리", "알", "구", "통")


@cache
def _usual_rates() -> Mapping[str, float]:
    rates: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows("aichef.prices", "price_book.csv"):
        rates[row["food"]].append(float(row["won"]) * float(row["factor"]) / float(row["grams"]))
    return {food: median(some) for food, some in rates.items()}


def _usual_rate(food: str) -> float:
    """Won per gram the price book knows for a food; 0 where it knows none."""
    return _usual_rates().get(food, 0.0)
