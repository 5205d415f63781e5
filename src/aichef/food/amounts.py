"""Reading a line of a recipe: how much of which food, in grams. No string makes it raise."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from aichef.food.model import Portion
from aichef.food.names import (
    LONGEST_LINE,
    NameReading,
    clean,
    in_state,
    is_preparation,
    read_name,
    squash,
)
from aichef.food.numbers import ENGLISH, KOREAN, NUMBER, number, write_decimal, write_parts
from aichef.food.table import Piece, densities, foods, pieces, yields
from aichef.lazy import pattern
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aichef.food.model import Food, Treatment
    from aichef.food.names import Size

Problem = Literal["zero", "negative", "not_a_number", "too_large", "unknown_unit"]

_MOST: Final = 100_000
"""More than this many units, or grams, is no recipe."""

_LEAST_PART: Final = 12
_NEARLY: Final = 1e-4
_LONGEST_LIST: Final = 20_000
_MOST_LINES: Final = 300
_WHOLE: Final = ("마리", "통", "포기", "알")
"""Units that "one" of a food may stand for, where the table has no 개."""

_SAME: Final[Mapping[str, tuple[str, ...]]] = {
    "개": (*_WHOLE, "모"),
    "": ("개", *_WHOLE, "모"),
    **dict.fromkeys(_WHOLE, ("개",)),
    "쪽": ("톨", "편", "알", "장", "조각"),
    "톨": ("쪽", "알", "개"),
    "편": ("쪽", "장", "조각"),
    "장": ("쪽", "편", "개"),
    "대": ("줄기", "뿌리"),
    "줄기": ("대", "뿌리"),
    "뿌리": ("대", "개"),
    "조각": ("토막",),
    "덩이": ("개", "토막"),
    "줄": ("장", "줄기", "대"),
    "팩": ("봉", "모"),
    "봉": ("팩",),
    "손": ("마리",),
    "쾌": ("마리",),
    "두름": ("마리",),
    "접": ("개",),
    "톳": ("장",),
    "단": ("묶음",),
    "묶음": ("단",),
}
_FILLED: Final = ("컵", "공기")
"""Units of a general size of which a food may have one of its own."""
_HALF_OF: Final = "(?:개|모|컵|큰술|통|포기|줌|단|봉|마리|쪽|공기|숟가락)"
"""Units before which 반 may be written together with the name: "양파반개", never "두반장"."""

_FRESH: Final = frozenset({"vegetable", "fruit", "fish", "legume", "mollusc", "meat", "mushroom"})
"""Categories whose rows are not of canned food, unless they say so."""

_DRY: Final = frozenset({"grain", "legume", "starch"})


class Unit(NamedTuple):
    """A row of units.csv: what one of it weighs or holds, for the foods it is for."""

    name: str
    kind: Literal["mass", "volume", "piece"]
    factor: float
    low: float
    high: float
    foods: frozenset[str]
    vague: bool
    english: str
    english_many: str


@dataclass(frozen=True, slots=True)
class Line:
    """An ingredient line as read.

    `raw` is the text as it came. `amount` and `unit` are the first written, the unit by its
    usual name (큰술, 작은술, g, 개); for a range, the middle. `food` is a food id. Grams are for
    the whole line: `written_g` as the words say, `bought_g` with what is cut away, `edible_g`
    without it; `ml` where a volume was written. `worst_edible_g` is the most a vague amount may
    mean, None where the amount is exact. `problem` says why an amount was not taken.
    """

    raw: str
    name: str
    prep: str = ""
    amount: Fraction | None = None
    unit: str = ""
    food: str | None = None
    written_g: float | None = None
    bought_g: float | None = None
    edible_g: float | None = None
    ml: float | None = None
    worst_edible_g: float | None = None
    optional: bool = False
    vague: bool = False
    unknown: bool = False
    treatment: Treatment | None = None
    uncooked: bool = False
    cooked: bool = False
    ground: bool = False
    trimmed: bool = False
    size: Size | None = None
    alternatives: tuple[str, ...] = ()
    problem: Problem | None = None
    note: str = ""
    section: str = ""


class _Quantity(NamedTuple):
    value: Fraction
    unit: str
    ranged: bool = False


class _Amounts(NamedTuple):
    """All that a text says of amounts, and the text without it."""

    found: tuple[_Quantity, ...]
    each: Fraction | None
    vague: str
    problem: Problem | None
    rest: str


@cache
def _units() -> Mapping[str, tuple[Unit, ...]]:
    table: dict[str, list[Unit]] = {}
    for row in rows("aichef.food", "units.csv"):
        kind = row["kind"]
        table.setdefault(row["unit"], []).append(
            Unit(
                name=row["unit"],
                kind="mass" if kind == "mass" else "volume" if kind == "volume" else "piece",
                factor=float(row["factor"] or 0),
                low=float(row["low"] or 0),
                high=float(row["high"] or 0),
                foods=frozenset(filter(None, row["foods"].split("|"))),
                vague=row["vague"] == "1",
                english=row["en"],
                english_many=row["en_many"],
            )
        )
    return {name: tuple(group) for name, group in table.items()}


@cache
def _aliases() -> Mapping[str, str]:
    """Every way to write a unit, to its usual name. T and t, C and c differ."""
    table: dict[str, str] = {}
    for row in rows("aichef.food", "units.csv"):
        names = (row["unit"], row["en"], row["en_many"], *row["aliases"].split("|"))
        for alias in filter(None, names):
            table[alias] = row["unit"]
            if alias.isascii() and len(alias) > 2:
                for cased in (alias.lower(), alias.upper(), alias.capitalize()):
                    table.setdefault(cased, row["unit"])
    for alias in ("G", "KG", "Kg", "ML", "Ml", "mL", "CC", "Cc", "Tb", "OZ", "LB", "CM", "Ea"):
        table.setdefault(alias, table[alias.lower()])
    return table


@cache
def _vague_words() -> Mapping[str, str]:
    return {alias: name for alias, name in _aliases().items() if name in ("약간", "적당량")}


def _any(words: Iterable[str]) -> str:
    """Join into an alternation of `words`, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Build the patterns of amounts, once, from the tables."""
    units = _any([alias for alias in _aliases() if alias not in _vague_words()])
    korean, english = _any(KOREAN), _any(ENGLISH)
    tail = r"(?:\.(?!\d))?(?:\s?(?:씩|정도|가량|쯤|분량|짜리|남짓))?(?![가-힣A-Za-z\d])"
    value = rf"(?:{NUMBER})(?![\d/]|[.,]\d)"
    start = r"(?<![\d/.,])"
    return {
        "range": re.compile(
            rf"{start}(?P<low>{value})\s?(?P<first>{units})?\s?(?P<sign>[~-]|에서|to)\s?(?P<high>{value})"
            rf"\s?(?P<unit>{units}){tail}"
        ),
        "plain": re.compile(
            rf"{start}(?P<value>{value})\s?(?P<unit>{units})(?P<half>\s?반)?{tail}"
        ),
        "word": re.compile(
            rf"(?:(?<![가-힣A-Za-z\d])(?P<value>{korean})\s?|(?<=[가-힣])(?P<half>반)(?={_HALF_OF}))"
            rf"(?P<unit>{units})(?P<more>\s?반(?![가-힣]))?{tail}"
        ),
        "english": re.compile(
            rf"(?<![A-Za-z\d])(?P<value>{english})\s(?P<unit>{units}){tail}", re.IGNORECASE
        ),
        "leading": re.compile(
            rf"^(?P<value>{value}|(?:{english})(?=\s))(?:\s?[~-]\s?(?P<high>{value}))?(?=[\s(])",
            re.IGNORECASE,
        ),
        "trailing": re.compile(
            rf"(?<![A-Za-z\d/.,~-])(?P<value>{value})(?:\s?[~-]\s?(?P<high>{value}))?$"
        ),
        "strange": re.compile(
            rf"(?<=[\s가-힣])(?P<value>{value})\s?(?P<unit>[가-힣]{{1,6}}|[A-Za-z]{{1,10}})$"
        ),
        "vague": re.compile(
            rf"(?:(?<=[가-힣])(?:적당량|적당히|약간|조금|소량|필요량)|(?<![가-힣A-Za-z])(?:"
            rf"{_any(_vague_words())}))(?:씩|만)?(?![가-힣A-Za-z])"
        ),
        "each": re.compile(
            rf"(?:1\s?(?P<one>{units})\s?(?:당|에|=|:|≒)?|개당|한\s?(?:{units})에)\s?약?\s?"
            rf"(?P<value>{value})\s?g"
        ),
        "cup": re.compile(rf"종이컵\s?(?:으로)?\s?약?\s?(?P<value>{value})\s?컵"),
        "spoon": re.compile(
            rf"(?<![가-힣])(?:밥|어른)\s?(?:숟가락|숟갈|수저|스푼)\s?(?:으로)?\s?(?P<value>{value})"
            rf"(?:\s?(?:개|번|술|숟갈|숟가락|스푼))?(?![가-힣A-Za-z\d])"
        ),
    }


_NEGATIVE: Final = pattern(r"(?:^|(?<=[\s(:]))-\s?(?=[.\d])")
_DATE: Final = pattern(r"\d{2,4}-\d{1,2}-\d{1,2}")
_NO_NUMBER: Final = pattern(
    r"(?<![A-Za-z가-힣])[+-]?(?:nan|inf|infinity)(?![A-Za-z])", re.IGNORECASE
)
_EXPONENT: Final = pattern(r"(?<![\w.])\d+(?:\.\d+)?[eE][+-]?\d+")
_NO_DIVISOR: Final = pattern(r"\d+\s?/\s?0+(?![\d.])")
_ABOUT: Final = pattern(r"(?:(?<![가-힣])(?:약|대략|총|각각|각)|\babout|\bapprox\.?)\s*$")
_OPTIONAL: Final = pattern(
    r"\(?\s?(?:생략\s?가능|생략\s?해도\s?(?:됨|돼요|됩니다)|선택\s?(?:재료|사항|가능)|없어도\s?(?:됨|돼요|됩니다)"
    r"|\([^()]*(?:원하면|원할\s?때|원할\s?경우|있으면|좋아하면)\s?\)"
    r"|넣지\s?않아도\s?(?:됨|돼요)|옵션|(?<=\()\s?선택\s?(?=\))|(?<=\()취향껏(?=\))|,?\s?optional)\s?\)?",
    re.IGNORECASE,
)
_BULLET: Final = pattern(
    r"^(?:[•·●○◆◇■□▶▷►★☆※*+>✓✔]+\s*|-\s+|-(?=[^\d.\s])|\(?\d{1,2}[.)]\s+(?=\D))"
)
_NOTE: Final = pattern(r"[(\[][^()\[\]]*[)\]]")
_DASH: Final = pattern(r"(?<=[가-힣)])\s-\s(?=\d)")
"""Between a name and its amount, "양파 - 1개"; no sign of less than nothing."""
_ONLY: Final = pattern(r"(?<=[노흰]자|른자)만(?=\s|\d|$)")
_RINGS: Final = pattern(
    r"(?<=\s)(?:링|슬라이스)\s?(?=\d+(?:/\d+)?\s?개(?![가-힣]))(\d+(?:/\d+)?)\s?개"
)
_SIDES: Final = pattern(r"\d+(?:\.\d+)?(?:\s?[x×*ⅹX]\s?\d+(?:\.\d+)?)+\s?(?:cm|mm|센치|센티)?")
_SHARED: Final = pattern(
    r"\s(?:각각?\s?(?P<each>\S.*)|(?P<all>\S+)씩|(?P<vague>약간|조금|소량|적당량))$"
)
_CAN: Final = pattern(rf"^({NUMBER})\s?(\([^()]*\))\s?(.*)$")
_UNREAD: Final = ("negative", "not_a_number")
_MANY: Final = 20
"""A Korean list that writes 20 or more without a unit ("토마토 70") means grams, not pieces."""
_HANGUL: Final = pattern("[가-힣]")
_MEASURE: Final = pattern(r"(\d+(?:/[1-9]\d*|\.\d+)?)(\D+)")
_CUT_PIECES: Final = pattern(
    rf"(?<![가-힣\d])(?<!\d\s)((?:작은|큰|중간|중)?)\s?(토막|조각|덩이)\s?({NUMBER})\s?개(?![가-힣A-Za-z\d])"
)
_APIECE: Final = pattern(r"(?<=\d)\s?(?:씩|정도|가량|쯤)$")
_OF: Final = pattern(r"^(?:of|의)\s+", re.IGNORECASE)


def _value(text: str) -> Fraction | None:
    return number(text.rstrip())


def _middle(low: Fraction | None, high: Fraction | None) -> Fraction | None:
    if low is None or high is None:
        return None
    return (low + high) / 2


def _between(hit: re.Match[str], unit: str) -> Fraction | None:
    """Return the middle of a range, its ends in one unit; "1-1/2" is one and a half."""
    low, high = _value(hit["low"]), _value(hit["high"])
    if low is None or high is None:
        return None
    if hit["sign"] == "-" and low.denominator == 1 and low > high and not hit["first"]:
        return low + high
    first = _row(None, _aliases().get(hit["first"] or "", unit))
    last = _row(None, unit)
    if first and last and first.kind == last.kind != "piece" and first.factor != last.factor:
        low *= Fraction(str(first.factor)) / Fraction(str(last.factor))
    return (low + high) / 2


def _take(text: str) -> tuple[list[_Quantity], str]:
    """Every amount with a unit, in order of writing, and the text without them."""
    patterns, spots = _patterns(), []
    text = patterns["cup"].sub(lambda hit: f"{hit['value']}종이컵", text)
    text = patterns["spoon"].sub(lambda hit: f"{hit['value'].strip()}숟가락", text)
    for kind in ("range", "plain", "english", "word"):
        left = text
        for hit in patterns[kind].finditer(text):
            unit = _aliases().get(hit["unit"]) or _aliases().get(hit["unit"].lower(), "")
            if kind == "range":
                value = _between(hit, unit)
            elif kind == "word" and hit["half"]:
                value = Fraction(1, 2)
            else:
                value = _value(hit["value"])
                half = (kind == "plain" and hit["half"]) or (kind == "word" and hit["more"])
                if half and value is not None:
                    value += Fraction(1, 2)
            if value is None:
                continue
            spots.append((hit.start(), _Quantity(value, unit, kind == "range")))
            left = left[: hit.start()] + "\x00" * len(hit[0]) + left[hit.end() :]
        text = left
    spots.sort(key=lambda spot: spot[0])
    parts = [_ABOUT.sub("", part) for part in re.split("\x00+", text)]
    return [quantity for _, quantity in spots], " ".join(" ".join(parts).split())


def _measure(text: str) -> _Amounts:
    """Find what `text` says of amounts, inside and outside its brackets."""
    problem = _bad_number(text)
    text = _SIDES.sub(" ", text)
    text = _CUT_PIECES.sub(r"\1 \3\2", _CAN.sub(r"\1 \3 \2", text))
    if problem in _UNREAD:
        text = _EXPONENT.sub("1", _NO_NUMBER.sub("1", _DATE.sub(" ", text)))
        text = _bare_number(_take(_NEGATIVE.sub("", _NO_DIVISOR.sub("1", text)))[1])[1]
    each = _patterns()["each"].search(text)
    notes: list[str] = []
    inside: list[_Quantity] = []
    for note in _NOTE.findall(text):
        found, rest = _take(note[1:-1])
        inside.extend(found)
        rest = rest.strip(" ,;:=+")
        notes.append(f" ({rest})" if rest else " ")
    outside = _NOTE.sub("\x01", text)
    found, rest = _take(outside)
    if not found and not inside:
        bare, rest = _bare_number(rest.replace("\x01", " \x01 "))
        found = [bare] if bare else []
        if bare and bare.unit and bare.unit not in _units():
            problem = problem or "unknown_unit"
    vague = _patterns()["vague"].search(rest)
    if vague:
        rest = f"{rest[: vague.start()]} {rest[vague.end() :]}"
    for index, note in enumerate(notes):
        hit = None if found or inside or vague else _patterns()["vague"].search(note)
        if hit:
            vague, notes[index] = hit, note.replace(hit[0], " ").replace("( )", " ")
    for note in notes:
        rest = rest.replace("\x01", note, 1)
    rest = " ".join(rest.replace("\x01", " ").replace("()", " ").split())
    word = vague[0] if vague else ""
    quantities = (*found, *inside)
    return _Amounts(
        found=() if problem in _UNREAD else quantities,
        each=_value(each["value"]) if each else None,
        vague=word,
        problem=problem,
        rest=_OF.sub("", rest.strip(" ,:=~")),
    )


def _bad_number(text: str) -> Problem | None:
    if _DATE.search(text) or _NO_NUMBER.search(text) or _NO_DIVISOR.search(text):
        return "not_a_number"
    if _EXPONENT.search(text):
        return "not_a_number"
    return "negative" if _NEGATIVE.search(text) else None


def _bare_number(text: str) -> tuple[_Quantity | None, str]:
    """Take a number without a unit ("2 eggs", "굴소스 2") or with one we do not know ("1비율")."""
    patterns = _patterns()
    text = _APIECE.sub("", text.strip())
    for kind in ("leading", "trailing", "strange"):
        hit = patterns[kind].search(text)
        if hit is None:
            continue
        value = _value(hit["value"])
        if kind != "strange" and hit["high"]:
            value = _middle(value, _value(hit["high"]))
        if value is None:
            continue
        unit = hit["unit"] if kind == "strange" else ""
        return _Quantity(value, unit), f"{text[: hit.start()]} {text[hit.end() :]}".strip()
    return None, text


def _fits(unit: Unit, food: Food | None) -> bool:
    if not unit.foods:
        return True
    return food is not None and (food.id in unit.foods or food.category in unit.foods)


def _row(food: Food | None, unit: str) -> Unit | None:
    """Return the row of units.csv for this food: its own one before the general one."""
    group = _units().get(unit, ())
    return next((one for one in group if _fits(one, food)), None)


def _piece(food: Food, unit: str) -> Piece | None:
    table = pieces()
    for name in (unit, *_SAME.get(unit, ())):
        piece = table.get((food.id, name))
        if piece is not None:
            return piece
    return None


def _piece_grams(piece: Piece, size: Size | None) -> float:
    if size == "large":
        return piece.high
    return piece.low if size == "small" else piece.grams


def weigh(food: Food | None, amount: Fraction, unit: str, size: Size | None = None) -> float | None:
    """Grams of `amount` `unit` of a food, as written; None where that is not known.

    Mass needs no food, a spoon or cup needs a density, a piece a piece weight. A vague unit
    (약간, 꼬집) gives the default of units.csv. `size` takes the upper or lower piece weight.
    """
    unit = _aliases().get(unit, unit)
    row = _row(food, unit)
    if food is not None and (row is None or row.kind == "piece" or unit in _FILLED):
        direct = pieces().get((food.id, unit)) if unit in _FILLED else _piece(food, unit)
        if direct is not None:
            several = row.factor if row is not None and row.kind == "piece" else 0
            return float(amount) * (several or 1) * _piece_grams(direct, size)
    if row is None or row.kind == "piece":
        return None
    if row.kind == "mass":
        return float(amount) * row.factor
    density = densities().get(food.id) if food is not None else None
    return float(amount) * row.factor * density if density is not None else None


def volume(amount: Fraction, unit: str) -> float | None:
    """Millilitres of `amount` `unit`; None where the unit is no volume."""
    row = _row(None, _aliases().get(unit, unit))
    return float(amount) * row.factor if row is not None and row.kind == "volume" else None


def share(food: Food, grams: float, unit: str, *, trimmed: bool) -> tuple[float, float]:
    """Grams as bought and as eaten, of `grams` as written.

    What is written trimmed (깐, 살, 손질) or filled into spoons and cups is the edible part;
    the part thrown away is then added to what is bought. A whole piece weighs what the table
    says of it as bought, however it is trimmed: ten shelled shrimp are ten shrimp.
    """
    kept = 1 - food.refuse_pct / 100
    unit = _aliases().get(unit, unit)
    row = _row(food, unit)
    if kept <= 0:
        return grams, grams
    trimmed = trimmed and unit not in ("", "개", *_WHOLE)
    if trimmed or (row is not None and row.kind == "volume"):
        return grams / kept, grams
    return grams, grams * kept


def _as_table(food: Food, grams: float, unit: str, reading: NameReading) -> float | None:
    """Grams of the dry food in `grams` of it boiled or soaked; None where that is not known.

    Pieces and servings are those of the dry food already.
    """
    row = _row(None, unit)
    dry = food.category in _DRY and food.id.endswith(("_dry", "_raw", "_fresh", "_noodle"))
    if row is None or row.kind == "piece" or not (dry or food.id.endswith("_dried")):
        return grams
    if reading.treatment == "soaked":
        return None
    if not reading.cooked or not dry:
        return grams
    made = yields().get((food.id, "boiled"))
    return grams / made.mass if made is not None else None


def _worst(food: Food, amount: Fraction, unit: str) -> float | None:
    row = _row(food, unit)
    if row is None or not row.vague:
        return None
    if row.kind == "mass":
        return float(amount) * row.high
    density = densities().get(food.id)
    return float(amount) * row.high * density if density is not None else None


def _chosen(amounts: _Amounts) -> _Quantity | None:
    """Return the quantity to weigh: grams win, then millilitres, then what was written first."""
    for units in (("g", "kg", "mg", "oz", "lb"), ("ml", "L")):
        for one in amounts.found:
            if one.unit in units:
                return one
    return amounts.found[0] if amounts.found else None


def _from_can(food: Food) -> str | None:
    """Return the canned row of a food, itself where it comes in cans; None: it is unknown."""
    canned = in_state(food.id, "canned")
    if canned is not None:
        return canned
    return None if food.category in _FRESH else food.id


def _line(raw: str, reading: NameReading, amounts: _Amounts, *, optional: bool) -> Line:
    if reading.food and amounts.found and amounts.found[0].unit == "캔":
        reading = replace(reading, food=_from_can(foods()[reading.food]))
    food = foods().get(reading.food) if reading.food else None
    line = Line(
        raw=raw,
        name=reading.name,
        prep=reading.prep,
        food=reading.food,
        optional=optional,
        unknown=reading.food is None,
        treatment=reading.treatment,
        uncooked=reading.raw,
        cooked=reading.cooked,
        ground=reading.ground,
        trimmed=reading.trimmed,
        size=reading.size,
        alternatives=reading.alternatives,
        problem=amounts.problem,
    )
    if not amounts.found:
        return _without_number(line, food, amounts)
    first, chosen = amounts.found[0], _chosen(amounts)
    if not first.unit and first is chosen and first.value >= _MANY and _HANGUL.search(line.raw):
        first = chosen = first._replace(unit="g")
    line = replace(line, amount=first.value, unit=first.unit, note="range" if first.ranged else "")
    if chosen is None or line.problem is not None:
        return line
    if first.value <= 0 or chosen.value <= 0:
        return replace(line, problem="zero")
    if max(first.value, chosen.value) > _MOST:
        return replace(line, problem="too_large")
    grams = _written_grams(reading, first, chosen, amounts.each)
    if first.unit == "" and grams is None:
        return replace(line, problem="unknown_unit")
    if grams is not None and grams > _MOST:
        return replace(line, problem="too_large")
    unit = first.unit or ("개" if grams is not None else "")
    vague = any(row.vague for row in _units().get(unit, ()))
    line = replace(line, unit=unit, vague=vague, ml=volume(chosen.value, chosen.unit))
    return _with_grams(line, food, grams, chosen, reading)


def _written_grams(
    reading: NameReading, first: _Quantity, chosen: _Quantity, each: Fraction | None
) -> float | None:
    food = foods().get(reading.food) if reading.food else None
    row = _row(food, first.unit)
    counted = first.unit == "" or (row is not None and row.kind == "piece")
    if each is not None and counted and first is not chosen:
        return float(first.value * each)
    own = _own_piece(reading.name, chosen.unit)
    if own is not None:
        return float(chosen.value) * _piece_grams(own, reading.size)
    unit = _whole_of(food, chosen) if food is not None else chosen.unit
    return weigh(food, chosen.value, unit, reading.size)


@cache
def _own_pieces() -> Mapping[tuple[str, str], Piece]:
    return {
        (row["name"], row["unit"]): Piece(
            float(row["grams"]),
            float(row["low"]),
            float(row["high"]),
            row["estimate"] == "1",
            row["source"],
        )
        for row in rows("aichef.food", "name_pieces.csv")
    }


def _own_piece(name: str, unit: str) -> Piece | None:
    """A piece of what is smaller than others of its food: 물만두, 닭안심."""
    table, bare = _own_pieces(), squash(name)
    return next(
        (table[bare, one] for one in (unit, *_SAME.get(unit, ())) if (bare, one) in table), None
    )


def _whole_of(food: Food, chosen: _Quantity) -> str:
    """A quarter of a slice of apple is a quarter of an apple; nobody parts a slice."""
    parted = chosen.value < 1 and chosen.unit in ("쪽", "조각", "송이")
    whole = parted and (food.category == "fruit" or chosen.unit == "송이")
    return "개" if whole and (food.id, "개") in pieces() else chosen.unit


def _with_grams(
    line: Line, food: Food | None, grams: float | None, chosen: _Quantity, reading: NameReading
) -> Line:
    if grams is None:
        return line
    if food is None:
        return replace(line, written_g=grams, bought_g=grams, edible_g=grams)
    eaten = _as_table(food, grams, chosen.unit, reading)
    if eaten is None:
        return replace(line, written_g=grams)
    bought, edible = share(food, eaten, chosen.unit, trimmed=line.trimmed)
    worst = _worst(food, chosen.value, chosen.unit)
    return replace(line, written_g=grams, bought_g=bought, edible_g=edible, worst_edible_g=worst)


def _without_number(line: Line, food: Food | None, amounts: _Amounts) -> Line:
    """Read a line with a vague word, or with no amount at all."""
    if line.problem is not None:
        return line
    line = replace(line, vague=True, unit=amounts.vague)
    if not amounts.vague or food is None:
        return line
    if food.id == "water":
        return replace(line, written_g=0.0, bought_g=0.0, edible_g=0.0, worst_edible_g=0.0)
    unit = _aliases().get(amounts.vague, amounts.vague)
    grams = weigh(food, Fraction(1), unit)
    row = _row(food, unit)
    if grams is None or row is None or row.kind != "mass":
        return line
    return replace(
        line,
        written_g=grams,
        bought_g=grams,
        edible_g=grams,
        worst_edible_g=_worst(food, Fraction(1), unit),
    )


def read_line(text: str) -> Line:
    """Read one ingredient line: "양파(대) 1/2개", "2 cloves garlic", "다진 마늘 1큰술".

    Grams in the line win over pieces and spoons. A vague word (약간, 적당량) counts its default
    with the worst case beside it; no amount at all leaves the grams None. Never raises: a bad
    amount is said in `problem`, an unknown name leaves `food` None.
    """
    return replace(_read_line(clean(text)), raw=text)


@lru_cache(maxsize=4096)
def _read_line(line: str) -> Line:
    section, line = _leading_section(_BULLET.sub("", line))
    optional = _OPTIONAL.search(line) is not None
    line = _OPTIONAL.sub(" ", line)
    line = _RINGS.sub(r"\1조각", _ONLY.sub("", _DASH.sub(" ", line)))
    amounts = _measure(line)
    return replace(
        _line(line, read_name(amounts.rest), amounts, optional=optional), section=section
    )


def _leading_section(line: str) -> tuple[str, str]:
    """Part a heading in square brackets before the ingredient, and the rest."""
    if line.startswith("["):
        head, closed, rest = line[1:].partition("]")
        if closed and rest.strip() and len(head) <= _LONGEST_HEADING:
            return head.strip(), rest.strip()
    return "", line


@lru_cache(maxsize=4096, typed=True)
def read_amount(amount: str | float, unit: str, name: str) -> Line:
    """Read a recipe row `{name, amount, unit}`; as `read_line`, with its fields apart."""
    if isinstance(amount, int):
        amount = max(-_MOST - 1, min(amount, _MOST + 1))
    raw = f"{name} {amount}{unit}".strip()[: LONGEST_LINE * 2]
    section, heading = _leading_section(clean(name))
    optional = _OPTIONAL.search(heading) is not None
    heading = _OPTIONAL.sub(" ", heading)
    if isinstance(amount, str):
        written = clean(amount, LONGEST_LINE // 2)
    elif isinstance(amount, int) or math.isfinite(amount):
        written = _written_number(amount)
    else:
        written = "nan"
    tail = clean(f"{written} {unit}" if _ends_in_number(written) else f"{written}{unit}")
    if not tail.strip():
        return replace(_read_line(heading), raw=raw, section=section)
    optional = optional or _OPTIONAL.search(tail) is not None
    amounts = _measure(_OPTIONAL.sub(" ", tail))
    problem = amounts.problem
    if not amounts.found and not amounts.vague and problem is None:
        problem = "not_a_number"
    if problem is None and amounts.found and not amounts.found[0].unit and unit.strip():
        problem = "unknown_unit"
    reading = read_name(heading)
    # "감자", "큰 것 2개": words beside the amount may say how large or how prepared it is.
    fuller = read_name(f"{amounts.rest} {heading}") if amounts.rest and reading.food else reading
    reading = fuller if fuller.food == reading.food else reading
    line = _line(raw, reading, amounts._replace(problem=problem), optional=optional)
    line = replace(line, section=section)
    return line if line.unit or not unit else replace(line, unit=unit[:LONGEST_LINE])


def _written_number(amount: float) -> str:
    """Write a number of a recipe row; 0.3333 is a third."""
    amount = max(-_MOST - 1, min(amount, _MOST + 1))
    part = Fraction(amount).limit_denominator(_LEAST_PART)
    if abs(float(part) - amount) < _NEARLY:
        return str(part)
    return f"{amount:.6f}".rstrip("0").rstrip(".")


def _ends_in_number(text: str) -> bool:
    return text[-1:].isdigit()


def portion_of(line: Line) -> Portion:
    """Return the line as a portion, ready for nutrition and prices."""
    return Portion(
        name=line.name,
        food=foods().get(line.food) if line.food else None,
        edible_g=line.edible_g,
        bought_g=line.bought_g,
        treatment=line.treatment,
        worst_edible_g=line.worst_edible_g,
    )


def measure_grams(food_id: str, measure: str) -> tuple[float, Fraction, str]:
    """One step of a cook's measure ("1/4작은술", "10g", "1/2대"): its grams, amount and unit.

    Raises ValueError when the measure cannot be read, or the food has no density or piece weight.
    """
    # Measures are ours and plain; reading them must not cost what a stranger's line does.
    read = _MEASURE.fullmatch(measure)
    food = foods().get(food_id)
    unit = _aliases().get(read[2]) if read else None
    if food is None or read is None or unit is None or not Fraction(read[1]):
        raise ValueError(f"no such measure: {food_id} {measure}")
    grams = weigh(food, Fraction(read[1]), unit)
    if grams is None:
        raise ValueError(f"the weight of {measure} of {food_id} is not known")
    return grams, Fraction(read[1]), unit


def tidy(amount: Fraction, unit: str) -> tuple[Fraction, str]:
    """Three teaspoons are a tablespoon, halves included; anything else stays as it is."""
    table = amount / 3
    if unit == "작은술" and table >= Fraction(1, 2) and table.denominator <= 2:
        return table, "큰술"
    return amount, unit


def write_amount(amount: Fraction, unit: str, locale: str) -> tuple[str, str]:
    """Amount and unit as a cook writes them; together they read back as the same amount.

    Korean "1과 1/2", "큰술"; English "1 1/2", "tbsp". English puts a blank between the two, and
    a Korean cup (200 ml) is written in ml. Units without an English word stay Korean.
    """
    if locale != "ko" and unit == "컵":
        amount, unit = amount * 200, "ml"
    exact = write_decimal(amount) if unit in ("g", "kg", "mg", "ml", "L", "dl", "cm") else None
    text = exact or write_parts(amount, locale)
    if locale == "ko":
        return text, unit
    row = _row(None, unit) or next(iter(_units().get(unit, ())), None)
    if row is None or not row.english:
        return text, unit
    return text, row.english_many if amount > 1 else row.english


_LONGEST_HEADING: Final = 30
_HEADINGS: Final = frozenset(
    {
        *(
            "재료",
            "양념",
            "양념장",
            "양념소스",
            "소스",
            "소스소개",
            "드레싱",
            "육수",
            "고명",
            "장식",
        ),
        *("곁들임", "토핑", "반죽", "밑간", "밑간양념", "기타", "ingredients", "main", "sauce"),
        *("dressing", "topping", "toppings", "marinade", "broth", "garnish", "seasoning"),
        *("forthesauce", "forthedressing", "forthemarinade"),
    }
)
_CUTS: Final = ",;、，✔✓●■▶◆•"
_JOINED: Final = pattern(r"\s?\+\s?(?=[가-힣])|\s[/|]\s?(?=[가-힣])")
_DECORATED: Final = pattern(r"[★☆*■◆●▶◎=~-]+\s*([^★☆*■◆●◀◎=~\d]{1,30}?)\s*[★☆*■◆●◀◎=~-]+")
_METHOD: Final = pattern(
    r"[\W_]*(?:만드는\s?(?:법|방법|순서)|조리\s?(?:법|방법|순서|과정)|요리\s?(?:법|방법|순서|과정)"
    r"|directions?|method|instructions?|steps)[\W_]*",
    re.IGNORECASE,
)
_HEAD_TAIL: Final = pattern(
    r"\s*[(\[]?\s?\d+\s?(?:인분|servings?)\s?(?:기준)?[)\]]?\s*$", re.IGNORECASE
)


def _is_heading(text: str) -> bool:
    head = squash(_HEAD_TAIL.sub("", text))
    return head in _HEADINGS or (head.endswith("재료") and read_name(head).food is None)


def _heading(text: str) -> tuple[str | None, str]:
    """Part a heading at the start of `text`, None where there is none, and what follows it."""
    if text.startswith("["):
        head, closed, rest = text[1:].partition("]")
        if closed and len(head) <= _LONGEST_HEADING and not re.search(r"\d", head):
            return head.strip(), rest.lstrip(" :")
    if text.startswith("(") and _is_heading(text[1:].partition(")")[0]):
        head, _, rest = text[1:].partition(")")
        return head.strip(), rest.lstrip(" :")
    head, colon, rest = text.partition(":")
    head, rest = head.strip(), rest.strip()
    if colon and 0 < len(head) <= _LONGEST_HEADING and not re.search(r"[\d,(]", head):
        named = not rest or bool(_measure(rest.split(",")[0]).rest)
        if named or _is_heading(head):
            return head, rest
    if _is_heading(text):
        return text, ""
    head, blank, rest = text.partition(" ")
    if blank and _is_heading(head) and read_name(head).food is None:
        return head, rest.strip()
    return None, text


def _heads(text: str, index: int) -> bool:
    """Whether a heading in round brackets begins here, as in "소고기 200g (양념) 국간장 2T"."""
    if text[index] != "(" or text[index - 1 : index] != " ":
        return False
    head, _, rest = text[index + 1 :].partition(")")
    return bool(rest.strip()) and len(head) <= _LONGEST_HEADING and _is_heading(head)


def _pieces_of(text: str) -> list[str]:
    """`text` cut at commas and semicolons that stand outside brackets and numbers."""
    cut, depth, start = [], 0, 0
    for index, sign in enumerate(text):
        if depth == 0 and (sign == "[" or _heads(text, index)):
            cut.append(text[start:index])
            start = index
        if sign in "([":
            depth += 1
        elif sign in ")]":
            depth = max(0, depth - 1)
        elif sign in _CUTS and depth == 0:
            if (
                sign == ","
                and text[index - 1 : index].isdigit()
                and text[index + 1 : index + 2].isdigit()
            ):
                continue
            cut.append(text[start:index])
            start = index + 1
    return [one for part in (*cut, text[start:]) for one in _unjoined(part.strip()) if one]


def _unjoined(text: str) -> list[str]:
    """Part "고추장 3T + 간장 1T" and "양파 1개 / 대파 1대": each side has an amount of its own."""
    parts = [part.strip() for part in _JOINED.split(text)]
    said = [_measure(part) for part in parts]
    return parts if all(one.found or one.vague for one in said) else [text]


def _apart(text: str) -> list[str]:
    """Part "표고버섯 20g(2개) 발사믹식초 20g"; text with one amount stays as it is."""
    hits = (*_patterns()["plain"].finditer(text), *_patterns()["vague"].finditer(text))
    ends = [
        hit.end()
        for hit in sorted(hits, key=lambda hit: hit.end())
        if text.count("(", 0, hit.end()) == text.count(")", 0, hit.end())
    ]
    parts, start = [], 0
    for end in ends:
        note = re.match(r"\s?\([^()]*\)", text[end:])
        stop = end + (note.end() if note else 0)
        following = text[stop:]
        if re.match(r"\s+[가-힣]", following) and _goes_on(text[start:stop], following):
            part = text[start:stop].strip()
            if re.match(r"[가-힣(\[]", part):
                parts.append(part)
                start = stop
    return [*parts, text[start:].strip()]


def _goes_on(part: str, following: str) -> bool:
    """Whether another ingredient follows: with an amount, or a known food with a vague word."""
    patterns = _patterns()
    if patterns["plain"].search(part) and patterns["plain"].search(following):
        return True
    vague = patterns["vague"].search(following)
    if vague is not None and not following[: vague.start()].strip():
        return False
    ahead = _apart(following.strip())[0]
    return all(
        (said.found or said.vague) and read_name(said.rest).food is not None
        for said in (_measure(part), _measure(ahead))
    )


def _rejoined(parts: list[str]) -> list[str]:
    """Put what only prepares back behind its food: "1 onion, chopped", "salt, to taste"."""
    out: list[str] = []
    for part in parts:
        if out and part.isascii() and (is_preparation(part) or _vague_only(part)):
            out[-1] = f"{out[-1]}, {part}"
        else:
            out.append(part)
    return out


def _vague_only(text: str) -> bool:
    return _patterns()["vague"].fullmatch(text) is not None or bool(_OPTIONAL.fullmatch(text))


def _spread(parts: list[str]) -> list[str]:
    """Give "홍피망, 청피망 각각 1/2개" and "소금&후추 약간" to each of the foods named."""
    out: list[str] = []
    for part in parts:
        shared = _SHARED.search(part)
        names = re.split(r"\s?[/&·]\s?", part[: shared.start()]) if shared else []
        alone = shared is None or (shared["vague"] and len(names) == 1)
        if shared is None or alone or not all(read_name(name).food for name in names):
            out.append(part)
            continue
        amount = shared["each"] or shared["all"] or shared["vague"]
        for index in range(len(out) - 1, -1, -1):
            earlier = _measure(out[index])
            if shared["vague"] or earlier.found or earlier.vague or _heading(out[index])[0]:
                break
            out[index] = f"{out[index]} {amount}"
        out.extend(f"{name} {amount}" for name in names)
    return out


def method_apart(text: str) -> tuple[str, str]:
    """A pasted recipe as its ingredient list and its steps, "" where it has none.

    A row of its own such as "만드는 법" or "Directions" parts them.
    """
    rows_of_text = text.split("\n")
    for place, row in enumerate(rows_of_text):
        if place and _METHOD.fullmatch(row):
            return "\n".join(rows_of_text[:place]), "\n".join(rows_of_text[place + 1 :])
    return text, ""


def read_list(text: str) -> tuple[Line, ...]:
    """Read a pasted ingredient list, one Line per ingredient; headings go to `Line.section`.

    Cut at newlines and at commas outside brackets and numbers. What is no known heading is read
    as an ingredient, so that nothing is dropped unread. At most 20,000 signs and 300 lines.
    """
    lines: list[Line] = []
    section = ""
    for row in re.split(r"[\r\n]+", text[:_LONGEST_LIST]):
        decorated = _DECORATED.fullmatch(row.strip())
        if decorated:
            section = decorated[1].strip()
            continue
        pieces_of_row = _pieces_of(_BULLET.sub("", clean(row, _LONGEST_LIST)))
        items = [item for piece in pieces_of_row for item in _apart(_BULLET.sub("", piece))]
        for part in _spread(_rejoined(items)):
            head, rest = _heading(part)
            if head is not None and ":" in rest:
                # "[소스소개] 밑간양념:요구르트 6g" has a heading under its heading.
                inner, rest = _heading(rest)
                head = inner or head
            section = section if head is None else head
            if rest and len(lines) < _MOST_LINES:
                read = read_line(rest)
                lines.append(replace(read, section=read.section or section))
    return tuple(lines)
