"""Reading a product's title: how much is in it, in how many packs, and whether one can eat it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

from aichef.food.table import food_names
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Unit = Literal["g", "ml", "개"]

LONGEST_TITLE: Final = 300
"""Characters of a title that are read; shops allow a hundred."""

_MOST: Final = 1_000_000.0
"""Grams, millilitres or pieces above which a figure is not a pack's content."""


@dataclass(frozen=True, slots=True)
class Title:
    """What a product's title states; None where it states nothing.

    `total_amount` counts everything in the offer, in `unit`: g, ml, or pieces where no weight or
    volume is given. `unit_size` is the content of one of `pack_count` packs, `piece_count` the
    pieces in the offer where they are not the packs (eggs, fruit). `is_food` None: no word says
    it. `ambiguous`: the amount depends on an option, on a range, or can be read in two ways; then
    `total_amount` is the likelier reading, or None. `clean` is the title without markup, brands
    in brackets and amounts, in one line of plain text.
    """

    is_food: bool | None
    total_amount: float | None
    unit: Unit | None
    unit_size: float | None
    pack_count: int | None
    piece_count: int | None
    ambiguous: bool
    clean: str


# --- plain text -------------------------------------------------------------------------------

_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_SPACES: Final = re.compile(r"[\x00-\x20\x7f-\xa0\s]+")
_BRACKETS: Final = re.compile(r"[\[【〔]([^\[\]【】〔〕]{0,80})[\]】〕]")
_EMPTY: Final = re.compile(r"\(\s*[,/*+x~&\s]*\)")


def plain(title: str) -> str:
    """`title` as one line of text: tags dropped, entities decoded, NFKC, cut at LONGEST_TITLE."""
    text = title[: LONGEST_TITLE * 4]
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("⁄", "/")
        text = "".join(sign for sign in text if unicodedata.category(sign) not in _UNSEEN)
    return _SPACES.sub(" ", text).strip()[:LONGEST_TITLE]


_UNSEEN: Final = frozenset({"Cf", "Cs", "Co", "Cn"})


# --- signs a title is made of -----------------------------------------------------------------

_NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,7}(?:\.\d{1,4})?"
_UNITS: Final[Mapping[str, tuple[Unit, float]]] = {
    "kg": ("g", 1000),
    "킬로그램": ("g", 1000),
    "킬로": ("g", 1000),
    "키로": ("g", 1000),
    "mg": ("g", 0.001),
    "밀리그램": ("g", 0.001),
    "g": ("g", 1),
    "gr": ("g", 1),
    "그램": ("g", 1),
    "그람": ("g", 1),
    "ml": ("ml", 1),
    "cc": ("ml", 1),
    "밀리리터": ("ml", 1),
    "l": ("ml", 1000),
    "리터": ("ml", 1000),
}
_INNER: Final = (
    *("개입", "개들이", "구입", "입들이", "입", "구", "알", "정", "캡슐", "매입", "매", "장"),
    *(
        "마리",
        "미",
        "과",
        "쪽",
        "송이",
        "조각",
        "토막",
        "줄",
        "스틱",
        "티백",
        "pcs",
        "pc",
        "p",
        "t",
    ),
)
"""What stands in a pack: pieces."""
_OUTER: Final = (
    *("개", "세트", "셋트", "set", "팩", "팩입", "봉지", "봉입", "봉", "캔입", "캔", "병입", "병"),
    *(
        "박스",
        "상자",
        "box",
        "묶음",
        "번들",
        "롤",
        "통",
        "컵",
        "포기",
        "포",
        "단",
        "모",
        "판",
        "망",
    ),
    *("자루", "ea", "pack", "pk", "잔", "망", "다발", "켤레", "덩이"),
)
"""What one buys: packs, and vegetables sold whole."""
_CONTAINERS: Final = frozenset(
    (
        "팩",
        "봉지",
        "봉",
        "캔",
        "병",
        "박스",
        "상자",
        "box",
        "묶음",
        "번들",
        "pack",
        "pk",
        "판",
        "망",
    )
)
_SORTS: Final = "종"
_TABLETS: Final = frozenset(("정", "캡슐", "매", "매입", "장"))
_WHOLE: Final = frozenset(("마리", "미", "과", "쪽", "송이", "조각", "토막", "줄"))


def _either(words: Sequence[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


_SIGNS: Final = re.compile(
    rf"""
    (?=[\da-z+,()/&*×✕택])(?:
    (?P<noise>
        \d+(?:\.\d+)?\s?%
      | \d+(?:\.\d+)?(?:\s?[x*×]\s?\d+(?:\.\d+)?)*\s?(?:cm|mm|㎝|센치|센티|인치|m)(?![a-z\d])
      | \d+\+\+ | \d\+(?=\s?등급|\s?한우|\s|$) | \d+/\d+\s?사이즈
      | \d+(?:[~-]\d+)?\s?(?:일분|주분|개월분?|개년|주차|주(?=\s|$|\))|일(?![가-힣])|년근|년산|년
          |등급|인분|인용|인(?![가-힣])|단계|시즌|겹|곡|도(?![가-힣])|회분|회|시간|분(?![가-힣])|초(?![가-힣])
          |kcal|칼로리|와트|볼트|원(?![가-힣])|호(?![가-힣])|호점|위|배(?![가-힣])|탄|차(?![가-힣]))
      | (?<![a-z\d])\d+in\d+
    )
  | (?P<more>(?<![\d+.a-z])[1-9]\s?\+\s?[1-9](?![\d+%]|\s?등급|\s?한우|[a-z]|\s?{_NUMBER}))
  | (?P<per>(?:{_NUMBER})\s?(?:kg|g|ml|l)\s?(?:당|기준)
        (?:\s?(?:{_NUMBER})\s?원)?|per\s?(?:{_NUMBER})\s?(?:kg|g|ml|l))
  | (?P<amount>(?P<number>{_NUMBER})
        (?:\s?(?:g|kg|ml|l)?\s?[~-]\s?(?P<high>{_NUMBER}))?\s?
        (?P<unit>{_either(tuple(_UNITS))})(?![a-wyz]|x(?!\s?\d))
        \s?(?P<about>미만|이하|내외|이상|~)?)
  | (?P<half>1/2\s?(?=(?:통|개|포기|모|단)(?![가-힣])))
  | (?P<count>(?P<many>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})(?:\s?[~-]\s?(?P<upto>\d{{1,4}}))?\s?
        (?P<word>{_either((*_INNER, *_OUTER))})
        (?![가-힣a-wyz]|x(?!\s?\d))
      | (?P<many2>\d{{1,6}})(?P<word2>{_either((*_INNER, *_OUTER))})
        (?=번들|세트|셋트|묶음|포장|기획|구성|들이|씩|혼합|택|(?P<nearly>\s?(?:내외|안팎|정도|이상|전후))))
  | (?P<kinds>(?P<kindcount>\d{{1,3}})\s?종(?![가-힣]{{0,3}}[산자]))
  | (?P<pick>택\s?\d)
  | (?P<times>\s?[x*×✕]\s?(?=\d))
  | (?P<bare>(?<![\d.a-wyz])\d{{1,4}}(?![\d.,]*[\d.a-z가-힣]))
  | (?P<model>[a-z]+[-_]?\d[\w-]*|\d+[a-z][\w-]*)
  | (?P<mark>[+,()/&]))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NOT_CONTENT: Final = re.compile(
    r"(?:고형량|고형분|나트륨|당류|단백질|카페인|칼슘|1회)\s?(?:제공량)?\s?$"
)
_CUPS: Final = re.compile(r"두부|푸딩|요거트|요구르트|요플레|컵")
_LOOSE: Final = re.compile(
    r"낱개|용량\s?선택|중량\s?선택|옵션|골라담기|랜덤\s?중량|선택\s?:|사이즈\s?선택"
)


@dataclass(frozen=True, slots=True)
class _Term:
    """An amount or a number of things, with what stood between it and the term before.

    `value` is the product of `size` and `count` for an amount, the number of things else; `unit`
    "" for things. `broken` says that the title gives the packs of the amount itself; `strength`
    that it is written in mg.
    """

    unit: Unit | Literal[""]
    value: float
    size: float | None = None
    count: int = 1
    word: str = ""
    broken: bool = False
    spread: bool = False
    vague: bool = False
    strength: bool = False
    before: frozenset[str] = field(default_factory=frozenset)


def _value(text: str) -> float:
    return float(text.replace(",", ""))


def _terms(text: str) -> tuple[list[_Term], set[str], int, list[tuple[int, int]]]:
    """Terms of a title in order, flags about it, the factor of a "1+1", and the spans read."""
    terms: list[_Term] = []
    flags: set[str] = set()
    spans: list[tuple[int, int]] = []
    factor = 1
    between: set[str] = set()
    last_end = -1
    joined = False
    half = False
    for found in _SIGNS.finditer(text):
        kind = found.lastgroup
        start, end = found.span()
        if kind == "mark":
            between.add(found[0])
            continue
        if kind == "times":
            joined = start <= last_end + 1 and last_end >= 0
            if joined:
                spans.append((start, end))
                last_end = end
            continue
        if kind == "pick":
            flags.add(found[0].replace(" ", ""))
            spans.append((start, end))
            continue
        if kind == "noise":
            joined = False
            continue
        if kind == "model":
            continue
        if kind == "more":
            first, second = (int(part) for part in found[0].replace(" ", "").split("+"))
            factor = first + second
            spans.append((start, end))
            continue
        if kind == "per":
            flags.add("per:" + found[0])
            spans.append((start, end))
            continue
        if kind == "half":
            half = True
            spans.append((start, end))
            # the word behind it ("1/2통") is no count of its own
            terms.append(_Term("", 0.5, before=frozenset(between)))
            between = set()
            continue
        term = _term(kind, found, text)
        if term is None:
            continue
        if kind == "bare":
            follows = _TIMES_NEXT.match(text, end) is not None
            if not joined and not follows:
                continue
        if kind == "kinds" and not joined and _TIMES_NEXT.match(text, end) is None:
            flags.add("kinds")
            continue
        spans.append((start, end))
        if joined and terms:
            terms[-1] = _times(terms[-1], term)
        else:
            terms.append(replace(term, before=frozenset(between)))
            between = set()
        joined = False
        last_end = end
    if half:
        flags.add("half")
    return terms, flags, factor, spans


_TIMES_NEXT: Final = re.compile(r"\s?[x*×✕]\s?\d", re.IGNORECASE)


def _term(kind: str | None, found: re.Match[str], text: str) -> _Term | None:
    if kind == "amount":
        if _NOT_CONTENT.search(text, max(0, found.start() - 8), found.start()):
            return None
        unit, factor = _UNITS[found["unit"].lower()]
        low = _value(found["number"])
        high = _value(found["high"]) if found["high"] else low
        value = (low + high) / 2 * factor
        if not 0 < value <= _MOST:
            return None
        value = round(value, 6)
        return _Term(
            unit,
            value,
            size=value,
            spread=high != low,
            vague=found["about"] in ("미만", "이하"),
            strength=factor < 1,
        )
    if kind == "count":
        number = found["many"] or found["many2"]
        word = (found["word"] or found["word2"]).lower()
        count = int(_value(number))
        if not 0 < count <= _MOST:
            return None
        return _Term("", count, count=count, word=word, spread=_is_range(found))
    if kind == "kinds":
        count = int(found["kindcount"])
        return _Term("", count, count=count, word=_SORTS) if count else None
    count = int(found[0])
    return _Term("", count, count=count) if count else None


def _is_range(found: re.Match[str]) -> bool:
    return found["upto"] is not None or found["nearly"] is not None


def _times(left: _Term, right: _Term) -> _Term:
    """Product of two terms that a multiplication sign joins."""
    amount, number = (left, right) if left.unit else (right, left)
    if amount.unit and number.unit:
        return replace(left, vague=True)
    if not amount.unit:
        count = left.count * right.count
        word = right.word if left.word in ("", _SORTS) else left.word
        return replace(left, value=count, count=count, word=word, broken=True)
    count = amount.count * number.count
    return replace(
        amount,
        value=amount.value * number.value,
        count=count,
        broken=True,
        word=number.word,
        before=left.before,
    )


# --- adding up --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Content:
    total: float | None = None
    unit: Unit | None = None
    size: float | None = None
    packs: int | None = None
    pieces: int | None = None
    ambiguous: bool = False


_NOTHING: Final = _Content()
_OPTIONAL: Final = _Content(ambiguous=True)


def _added(terms: list[_Term]) -> list[_Term]:
    """Terms with those that a plus joins made one: 300g + 200g, 30p + 30p."""
    found: list[_Term] = []
    for term in terms:
        if "+" in term.before and term.unit and len(found) > 1 and not found[-1].unit:
            # "1L 2병 + 500ml 1병": the number belongs to the amount before it
            packed = _times(found[-2], found[-1]) if found[-2].unit else found[-1]
            found[-2:] = [packed] if packed.unit else found[-2:]
        last = found[-1] if found else None
        if last is None or "+" not in term.before or "," in term.before or last.unit != term.unit:
            found.append(term)
        elif last.unit:
            found[-1] = replace(
                last,
                value=last.value + term.value,
                size=last.size if last.size == term.size else None,
                count=last.count + term.count,
                broken=last.broken or term.broken,
                vague=last.vague or term.vague,
                spread=last.spread or term.spread,
            )
        else:
            found[-1] = replace(last, value=last.value + term.value, count=last.count + term.count)
    return found


def _content(terms: list[_Term], flags: set[str], text: str, *, fresh: bool) -> _Content:
    """What the terms of a title come to."""
    picks = next((flag for flag in flags if flag.startswith("택")), "")
    if _alternatives(terms) or (
        _LOOSE.search(text) and ("낱개" in text or not any(term.unit for term in terms))
    ):
        return _OPTIONAL
    if picks and picks != "택1" and not any(term.unit for term in terms):
        return _OPTIONAL
    terms = _added(terms)
    if any(term.word in _TABLETS and not term.unit for term in terms):
        # "1000mg, 60정" says how strong a tablet is, not what it weighs
        terms = [term for term in terms if not term.strength or term.broken]
    amounts = [term for term in terms if term.unit]
    if not amounts:
        return _counted(terms, flags)
    first = amounts[0]
    same = [term for term in amounts if term.unit == first.unit]
    chosen = _one(same, [term for term in terms if not term.unit])
    if chosen is None:
        return _OPTIONAL
    place = terms.index(next(term for term in terms if term.unit))
    behind = [term for term in terms[place:] if not term.unit]
    return _packed(chosen, terms[:place], behind, fresh=fresh, cups=_CUPS.search(text) is not None)


def _alternatives(terms: list[_Term]) -> bool:
    """Whether numbers of the same thing stand side by side to choose from: (3캔/6캔)."""
    return any(
        not before.unit
        and not term.unit
        and ("/" in term.before or not term.before)
        and before.word == term.word
        and before.value != term.value
        for before, term in pairwise(terms)
    )


def _one(amounts: list[_Term], numbers: list[_Term]) -> _Term | None:
    """The amount that several come to when they tell of one content; None where they disagree."""
    best = amounts[0]
    for other in amounts[1:]:
        if _near(best.value, other.value):
            best = best if best.broken and not other.broken else _fuller(best, other)
        elif other.broken and other.size is not None and _near(other.size, best.value):
            best = other
        elif best.broken and best.size is not None and _near(best.size, other.value):
            continue
        else:
            large, small = (best, other) if best.value > other.value else (other, best)
            times = large.value / small.value
            if any(_near(number.value, times) for number in numbers):
                best = replace(
                    large, size=small.value, count=round(times), broken=True, before=best.before
                )
            else:
                return None
    return best


def _fuller(one: _Term, other: _Term) -> _Term:
    return replace(other, value=one.value) if other.broken else one


def _near(one: float, other: float) -> bool:
    return abs(one - other) <= 0.02 * max(one, other)


def _packed(
    amount: _Term, ahead: list[_Term], behind: list[_Term], *, fresh: bool, cups: bool
) -> _Content:
    """An amount with the numbers of packs and pieces around it."""
    total = amount.value
    packs = amount.count
    size = amount.size if amount.size is not None else None
    pieces: int | None = None
    ambiguous = amount.spread or amount.vague
    for number in ahead:
        if number.spread or number.word == _SORTS or number.count <= 1:
            pieces = pieces or (1 if number.count == 1 and number.word in _INNER else None)
            continue
        unlike = number.word in _CONTAINERS or number.broken
        if (unlike and not amount.broken) or _too_small(amount, number, cups=cups):
            # "2묶음 315g": of one or of both? "6개입, 110g": of all or of each?
            ambiguous = True
            if all(one.count == 1 for one in behind):
                total, packs = total * number.count, packs * number.count
        else:
            pieces = number.count
    told = {packs} if amount.broken else set()
    for number in behind:
        if number.spread or number.value < 1:
            continue
        count = number.count
        if count == 1 or count in told or number.word == _SORTS:
            continue
        if amount.broken and number.word not in _OUTER:
            continue
        if not told and _inside(amount, number, fresh):
            pieces = count
            continue
        if count == pieces:
            continue
        total, packs = total * count, packs * count
    if pieces is not None and packs > 1 and not amount.broken:
        pieces *= packs
    if not 0 < total <= _MOST * 100:
        return _NOTHING
    if size is not None and packs == 1:
        size = total
    return _Content(round(total, 4), _unit(amount), size, packs, pieces, ambiguous)


def _unit(term: _Term) -> Unit | None:
    return term.unit or None


def _too_small(amount: _Term, number: _Term, *, cups: bool) -> bool:
    """Whether an amount is too small for so many pieces, so that it is that of one piece."""
    share = amount.value / number.count
    if amount.unit == "ml":
        return share < 22
    if number.word in _TABLETS or number.word in ("포", "알", "스틱", "티백", "t"):
        return share < 0.1
    return share < (30 if cups else 8) and number.word in ("개입", "입", "컵")


def _inside(amount: _Term, number: _Term, fresh: bool) -> bool:
    """Whether a number behind an amount tells its pieces: 1kg (5입), 130g(50매), 180g (2마리)."""
    share = amount.value / number.count
    if number.word in _TABLETS:
        return share >= (1.0 if number.word not in ("정", "캡슐") else 0.15)
    if number.word in ("구", "알"):
        return share >= 8
    if number.word in _WHOLE:
        return share >= 12
    loose = number.word in ("입", "개입", "구입") or (number.word == "개" and "(" in number.before)
    return fresh and loose and share >= 30


def _counted(terms: list[_Term], flags: set[str]) -> _Content:
    """What numbers alone come to: 60정, 2개 is 120 pieces."""
    numbers = [term for term in terms if not term.spread]
    if not numbers:
        return _per(flags)
    if "half" in flags:
        return _Content(0.5, "개", 0.5, 1, None)
    total = 1
    inner: int | None = None
    words: list[str] = []
    for place, number in enumerate(numbers):
        if number.word == _SORTS or (place and number.count == total and number.broken):
            continue
        if (
            place
            and number.count == numbers[place - 1].count
            and number.word == (numbers[place - 1].word)
        ):
            continue
        if place and number.broken and number.value == total:
            continue
        if number.word in _INNER and inner is None:
            inner = number.count
        total *= number.count
        words.append(number.word)
    if not words or not 0 < total <= _MOST:
        return _NOTHING
    unsure = all(word in _CONTAINERS for word in words) or ("kinds" in flags and words == ["세트"])
    whole = inner is not None and (
        len(words) > 1 or words[0] in (*_TABLETS, "구", "알", "입", "p", "pcs")
    )
    size = inner if whole and inner else 1
    return _Content(
        total, "개", float(size), total // size, total if whole or total == 1 else None, unsure
    )


def _per(flags: set[str]) -> _Content:
    """The amount a price is given for, where nothing else is stated: 100g당."""
    for flag in flags:
        if flag.startswith("per:"):
            found = re.search(rf"({_NUMBER})\s?(kg|g|ml|l)", flag, re.IGNORECASE)
            if found:
                unit, factor = _UNITS[found[2].lower()]
                amount = _value(found[1]) * factor
                return _Content(amount, unit, amount, 1) if amount else _NOTHING
    return _NOTHING


# --- food or not ------------------------------------------------------------------------------

_HANGUL: Final = re.compile(r"[가-힣]+")
_WORDS: Final = re.compile(r"[가-힣]+|[a-z]+(?:'s)?|\d+", re.IGNORECASE)
_LONGEST_WORD: Final = 10
_RAW: Final = ("fruit", "vegetable", "tuber", "mushroom", "egg")


@dataclass(frozen=True, slots=True)
class _Lexicon:
    anywhere: Mapping[str, str]
    starts: Mapping[str, str]
    ends: Mapping[str, str]
    words: Mapping[str, str]
    brands: Mapping[str, str]


@cache
def _lexicon() -> _Lexicon:
    tables: dict[str, dict[str, str]] = {
        place: {} for place in ("any", "start", "end", "word", "brand")
    }
    for name in food_names():
        if len(name) > 1 and _HANGUL.fullmatch(name):
            tables["any"][name] = "food"
    for row in rows("aichef.prices", "title_words.csv"):
        tables[row["where"]][row["word"].casefold()] = row["means"]
    return _Lexicon(tables["any"], tables["start"], tables["end"], tables["word"], tables["brand"])


def _meanings(text: str) -> Iterator[str]:
    """What the words of a lower-case text mean, in order; the longest word at each place."""
    lexicon = _lexicon()
    anywhere = lexicon.anywhere
    place, end = 0, len(text)
    while place < end:
        for length in range(min(_LONGEST_WORD, end - place), 1, -1):
            means = anywhere.get(text[place : place + length])
            if means is not None:
                yield means
                place += length
                break
        else:
            place += 1


def _edges(text: str) -> Iterator[str]:
    """What words mean by how they start or end, and by being just that."""
    lexicon = _lexicon()
    for word in _WORDS.findall(text):
        if word in lexicon.words:
            yield lexicon.words[word]
        elif word[:1] in lexicon.starts and len(word) > 1:
            yield lexicon.starts[word[:1]]
        elif len(word) > 1:
            for length in (2, 1):
                means = lexicon.ends.get(word[-length:])
                if means and len(word) > length:
                    yield means
                    break


def _brands(text: str, inside: Sequence[str]) -> Iterator[str]:
    """What brands mean: those in brackets, and a longer one that stands first."""
    brands = _lexicon().brands
    first = text.partition(" ")[0].rstrip(",").casefold()
    if first in brands and (len(first) >= _LONG_BRAND or brands[first] == "food"):
        yield brands[first]
    for brand in inside:
        key = brand.strip().casefold()
        means = brands.get(key) or brands.get(key.partition(" ")[0])
        if means:
            yield means


_LONG_BRAND: Final = 3
"""Letters a brand has that is believed without brackets; a shorter one is a word as often."""


def _food(
    text: str, inside: Sequence[str], unit: str, *, swallowed: bool
) -> tuple[bool | None, bool]:
    """Whether the title names something to eat, and whether it is a thing that holds or carries.

    `swallowed`: the title counts tablets or capsules.
    """
    lowered = text.casefold()
    told = [one for one in _meanings(lowered) if one != "unsure"]
    brands = list(_brands(text, inside))
    within = [one for brand in inside for one in _meanings(brand.casefold())]
    every = {*told, *_edges(lowered), *brands}
    if "durable" in every:
        return False, True
    if "no" in every or "no" in within:
        return False, False
    eaten = "food" in every or "food" in within or swallowed
    if told and told[-1] == "weak" and not swallowed and "food" not in brands:
        # "땅콩 크림 200g" against "알로에 크림 100ml"; without a weight nobody knows
        if not eaten or unit == "ml":
            return False, False
        return (True if unit == "g" else None), False
    if eaten:
        return True, False
    if "weak" in told:
        return False, False
    # Things weighed or poured of which no word says what they are: to eat, nearly always.
    return (True if unit else None), False


# --- the whole title --------------------------------------------------------------------------


@cache
def _raw_names() -> frozenset[str]:
    from aichef.food.table import foods

    table = foods()
    return frozenset(
        name
        for name, food in food_names().items()
        if table[food].category in _RAW and _HANGUL.fullmatch(name)
    )


def _is_fresh(name: str) -> bool:
    """Whether a name ends on a vegetable, a fruit or an egg."""
    outside = re.sub(r"\([^()]*\)?", " ", name)
    words = [word for word in _HANGUL.findall(outside) if word not in ("대용량팩", "대과", "특")]
    if not words:
        return False
    names = _raw_names()
    last = words[-1]
    return any(
        last[-length:] in names
        for length in range(min(6, len(last)), 0, -1)
        if (length > 1 or len(last) == 1)
    )


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` without the spans, and without the signs that only held them together."""
    parts = []
    place = 0
    for start, end in spans:
        parts.append(text[place:start])
        place = max(place, end)
    parts.append(text[place:])
    name = re.sub(r"(?<![가-힣])총\s*(?=[)\s]*$)", "", " ".join(parts))
    for _ in range(2):
        name = _EMPTY.sub(" ", name)
    return re.sub(
        r"(?:\s*[,/*~])+\s*(?=$|[,)])|(?<=\()\s*[,/*]+", " ", _SPACES.sub(" ", name)
    ).strip(" ,/*~")


@lru_cache(maxsize=1024)
def read_title(title: str) -> Title:
    """What a product title states. Never raises; None where nothing is stated.

    Pure: the same title always reads the same. Markup is read as text, never kept.
    """
    text = plain(title)
    inside = tuple(_BRACKETS.findall(text))
    outside = _BRACKETS.sub(" ", text)
    for note in inside:
        if _PROMISED.fullmatch(note.strip()):
            outside = f"{outside} {note}"
    outside = _SPACES.sub(" ", outside).strip()
    terms, flags, factor, spans = _terms(outside)
    unit = next((term.unit for term in terms if term.unit), "")
    swallowed = any(term.word in ("정", "캡슐", "포") for term in terms)
    is_food, holds = _food(outside, inside, unit, swallowed=swallowed)
    if is_food is False:
        terms = _things(terms, holds)
    name = _without(outside, spans)
    found = _content(terms, flags, outside, fresh=is_food is not False and _is_fresh(name))
    if factor > 1 and found.total is not None:
        found = replace(
            found,
            total=found.total * factor,
            packs=(found.packs or 1) * factor,
            pieces=found.pieces * factor if found.pieces else None,
        )
    return Title(
        is_food=is_food,
        total_amount=found.total,
        unit=found.unit,
        unit_size=found.size,
        pack_count=found.packs,
        piece_count=found.pieces,
        ambiguous=found.ambiguous,
        clean=_SPACES.sub(" ", name),
    )


_PROMISED: Final = re.compile(
    rf"\d\s?\+\s?\d|(?:(?:{_NUMBER})\s?(?:kg|g|ml|l|개입?|입|팩|봉|캔|병|구|매)\s?[x*×,]?\s?)+",
    re.IGNORECASE,
)


def _things(terms: list[_Term], holds: bool) -> list[_Term]:
    """Terms of something one does not eat: tiers are no bundles, litres of a pot no content."""
    return [
        term
        for term in terms
        if term.word not in ("단", "구", "모", "판", "통", "알", "t") and not (holds and term.unit)
    ]
