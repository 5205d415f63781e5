"""What is at home: the fridge, the pantry and the tools; and names of foods in a profile."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aichef.food.amounts import Line, read_amount, read_line
from aichef.food.names import read_name
from aichef.food.table import food_groups, foods, normal
from aichef.lazy import pattern
from aichef.profile.model import Available
from aichef.profile.words import day, fold, key, parted, shown, split, tidy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from aichef.profile.fields import Field

BASIC: Final = frozenset(
    {
        "water",
        "salt_refined",
        "salt_sea",
        "sugar_white",
        "black_pepper",
        "oil_soybean",
        "oil_canola",
        "soy_sauce",
        "soy_sauce_soup",
        "vinegar_brewed",
        "oil_sesame",
        "sesame_roasted",
        "garlic",
        "chili_powder_korean",
        "gochujang",
        "doenjang",
        "rice_white_raw",
    }
)
"""Food ids of the basic pantry: the list of rule F04."""

TOOLS: Final = {
    "pan": ("프라이팬", "후라이팬", "팬", "궁중팬", "웍", "frying pan", "skillet", "wok", "pan"),
    "pot": ("냄비", "솥", "뚝배기", "saucepan", "pot"),
    "microwave": ("전자레인지", "전자렌지", "렌지", "microwave oven", "microwave"),
    "oven": ("오븐", "미니오븐", "광파오븐", "oven"),
    "airfryer": ("에어프라이어", "에어프라이기", "air fryer", "airfryer"),
    "blender": ("믹서기", "믹서", "블렌더", "핸드블렌더", "mixer", "blender"),
    "steamer": ("찜기", "찜솥", "steamer"),
    "rice_cooker": ("전기밥솥", "밥솥", "압력밥솥", "rice cooker"),
}
"""Tools by id with the words for them."""

_STOVE: Final = {"가스레인지", "인덕션", "불", "가스불", "stove", "hob"}
_ON_THE_STOVE: Final = frozenset({"pan", "pot", "steamer"})
_NOTHING: Final = frozenset(
    {
        "",
        "없음",
        "없어요",
        "없습니다",
        "none",
        "no",
        "nothing",
        "해당없음",
        "empty",
        "비어있음",
        "na",
        "아무것도없음",
    }
)


def is_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing."""
    return key(text) in _NOTHING


def food_id(name: str) -> str | None:
    """Return the food a name or an id stands for; None where it is exactly no food."""
    if name in foods():
        return name
    return read_name(name).food


def foods_meant(name: str) -> frozenset[str]:
    """Every food a word means: all of them for "버섯"; empty where it is no food."""
    group = food_groups().get(normal(name))
    one = food_id(name)
    return frozenset(group or ([one] if one else []))


def _is_food(name: str) -> bool:
    return bool(foods_meant(name))


def food_words(field: Field, value: object) -> tuple[str, ...]:
    """Return the names in a text or list, each once; "우유와 계란" is two where both are foods."""
    words = [
        name
        for text in field.texts(value)
        if not is_nothing(text)
        for entry in ((text,) if text in foods() else split(text))
        for name in parted(entry, _is_food)
    ]
    field.count(words)
    return tuple(dict.fromkeys(words))


def food_ids(field: Field, value: object) -> tuple[str, ...]:
    """Return the foods named; InvalidProfile names the one that is not known."""
    found: list[str] = []
    for word in food_words(field, value):
        one = food_id(word)
        if one is None:
            raise unknown_food(field, word)
        found.append(one)
    return tuple(dict.fromkeys(found))


def unknown_food(field: Field, word: str) -> Exception:
    """Return the error that names a word that is no food."""
    return field.invalid(
        f"아는 식품 이름으로 적어 주세요: '{shown(word)}'.",
        f"must name foods we know: '{shown(word)}'.",
    )


def read_pantry(field: Field, value: object) -> tuple[frozenset[str], bool]:
    """Food ids at home, and whether the basic list was taken."""
    words = [
        entry
        for text in field.texts(value)
        for entry in ((text,) if text in foods() else split(text))
    ]
    basic = [one for one in words if key(one) in {"basic", "기본", "기본양념"}]
    others = [one for one in words if one not in basic and not is_nothing(one)]
    named = frozenset(food_ids(field, others))
    return (named | BASIC if basic else named), bool(basic)


# ------------------------------------------------------------------ the fridge

_LONGEST_FRIDGE: Final = 1000
_MUST_USE: Final = pattern(
    r"(?:꼭|먼저|빨리|우선)\s*(?:써야|사용|쓸|쓰)\w*|꼭|필수|우선|must use|use first", re.IGNORECASE
)
_ITEM_FIELDS: Final = ("name", "amount", "unit", "expires", "mustUse")


def read_fridge(field: Field, value: object, today: date) -> tuple[Available, ...]:
    """Return what is in the fridge: a text, or a list of texts and `{name, amount, unit, ...}`."""
    items = [value] if isinstance(value, str | dict) else value
    if not isinstance(items, list):
        raise field.invalid("글자나 목록으로 적어 주세요.", "must be text or a list.")
    field.count(items)
    found: list[Available] = []
    for item in items:
        if isinstance(item, dict):
            found.append(_from_object(field, item, today))
        else:
            text = field.text(item, _LONGEST_FRIDGE)
            found.extend(_from_text(field, entry, today) for entry in _entries(text))
    field.count(found)
    return tuple(found)


def _entries(text: str) -> Iterable[str]:
    entries = split(text)
    if len(entries) == 1 and is_nothing(entries[0]):
        return ()
    return [name for entry in entries for name in _joined(entry)]


def _joined(entry: str) -> tuple[str, ...]:
    """Part "두부와 시금치" in two entries; one with amounts is read as it stands."""
    return (entry,) if re.search(r"[0-9(]", entry) else parted(entry, _is_entry)


def _is_entry(text: str) -> bool:
    return read_line(text).food is not None


def _from_text(field: Field, text: str, today: date) -> Available:
    note = re.search(r"\(([^()]*)\)\s*$", text)
    expires = _expiry(note[1], today) if note else None
    must_use = bool(note and _MUST_USE.search(note[1]))
    line = text[: note.start()] if note and (expires or must_use) else text
    return _available(field, read_line(line), expires=expires, must_use=must_use)


def _expiry(note: str, today: date) -> date | None:
    words = (_MUST_USE.sub("", part) for part in (note, *re.split(r"[,;]|\s+-\s+", note)))
    return next((found for one in words if (found := day(tidy(one), today))), None)


def _from_object(field: Field, item: dict[object, object], today: date) -> Available:
    known = {**{one: one for one in _ITEM_FIELDS}, "must_use": "mustUse"}
    values: dict[str, object] = {}
    for name, one in item.items():
        if not isinstance(name, str) or name not in known or known[name] in values:
            raise field.invalid(
                f"재료마다 {', '.join(_ITEM_FIELDS)}만 한 번씩 쓸 수 있어요: '{shown(str(name))}'.",
                f"takes only {', '.join(_ITEM_FIELDS)}, once each: '{shown(str(name))}'.",
            )
        if one is not None:
            values[known[name]] = one
    name_text = field.line(values.get("name", ""))
    if not name_text:
        raise field.invalid("재료 이름(name)을 적어 주세요.", "needs a name for every ingredient.")
    must_use = field.yes(values.get("mustUse", False))
    unit = field.line(values.get("unit", ""), 20)
    line = read_amount(_amount(field, values.get("amount", "")), unit, name_text)
    return _available(field, line, expires=_expires(field, values, today), must_use=must_use)


def _amount(field: Field, value: object) -> str | float:
    if isinstance(value, str):
        return field.line(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1e6:
        return value
    raise _bad_amount(field, "")


def _expires(field: Field, values: dict[str, object], today: date) -> date | None:
    text = field.line(values.get("expires", ""))
    found = day(text, today) if text else None
    if text and found is None:
        raise field.invalid(
            f"소비기한을 '2026-11-25'나 '내일'처럼 적어 주세요: '{shown(text)}'.",
            f"needs a date such as '2026-11-25' or 'tomorrow': '{shown(text)}'.",
        )
    return found


def _bad_amount(field: Field, name: str) -> Exception:
    of_ko = f"'{shown(name)}'의 " if name else ""
    of_en = f" of '{shown(name)}'" if name else ""
    return field.invalid(
        f"{of_ko}양을 0보다 큰 숫자로 적어 주세요.", f"needs an amount{of_en} above 0."
    )


def _available(field: Field, line: Line, *, expires: date | None, must_use: bool) -> Available:
    if line.problem is not None:
        raise _bad_amount(field, line.name or line.raw)
    name = f"{line.prep} {line.name}".strip() or tidy(line.raw)
    return Available(
        name=name[:200],
        food=line.food,
        grams=line.bought_g,
        amount="" if line.amount is None else str(line.amount),
        unit=line.unit,
        expires=expires,
        must_use=must_use,
    )


# ------------------------------------------------------------------ tools

_TOOL_WORDS: Final = {key(word): tool for tool, words in TOOLS.items() for word in (tool, *words)}
_LACKS: Final = pattern(
    r"(?:^(?:no|without|dont have|do not have|i have no)\s+(?P<en>.+)$)"
    r"|(?:^(?P<ko>.+?)(?:은|는|이|가|도)?\s*(?:없음|없어요|없습니다|없이|없다|없고|안\s*씀|안\s*써요|고장))$"
)
_HAS: Final = pattern(
    r"^(?:i have|have|only)?\s*(?P<name>.+?)(?:이|가|은|는|을|를|도)?\s*"
    r"(?:있음|있어요|있습니다|있고|만|만\s*있음|만\s*있어요|만\s*사용|뿐|뿐이에요|only)?$"
)


def read_tools(field: Field, value: object) -> frozenset[str]:
    """Return the tools at hand. Named ones are all there are; a missing one leaves all others."""
    has: set[str] = set()
    lacks: set[str] = set()
    for text in field.texts(value):
        for entry in split(text):
            word = fold(entry).replace("'", "")
            if is_nothing(word):
                continue
            missing = _LACKS.match(word)
            if missing:
                lacks |= _tools(field, missing["en"] or missing["ko"])
            else:
                has |= _tools(field, _bare_tool(word))
    return frozenset(TOOLS) - lacks | has if lacks else frozenset(has)


def _bare_tool(word: str) -> str:
    if key(word) in _TOOL_WORDS:
        return word
    match = _HAS.match(word)
    return match["name"] if match else word


def _tools(field: Field, word: str) -> frozenset[str]:
    if key(word) in _STOVE:
        return _ON_THE_STOVE
    tool = _TOOL_WORDS.get(key(word))
    if tool is None:
        names = ", ".join(
            words[0] if field.locale == "ko" else words[-1] for words in TOOLS.values()
        )
        raise field.invalid(
            f"{names} 가운데에서 적어 주세요: '{shown(word)}'.",
            f"may name {names}, not '{shown(word)}'.",
        )
    return frozenset({tool})
