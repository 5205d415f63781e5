"""Any recipe at the door: JSON in, a Recipe of ours out.

Names, amounts, units, steps and servings are read; every claim (calories, "no allergens", its
course, its findings) is left at the door. Figures are recomputed, the course is judged here.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal

from aichef.errors import InvalidRecipe
from aichef.food.allergens import betrayed
from aichef.food.amounts import method_apart, read_amount, read_line, read_list
from aichef.food.model import Portion
from aichef.food.names import LONGEST_LINE, read_name
from aichef.food.nutrition import Totals, cap_frying_oil
from aichef.food.table import foods
from aichef.lazy import pattern
from aichef.recipe.check import STAPLE_GRAMS
from aichef.recipe.model import Course, Ingredient, Recipe, ServedWith

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichef.food.amounts import Line

MOST_BYTES: Final = 1_000_000
MOST_INGREDIENTS: Final = 100
MOST_STEPS: Final = 100
MOST_TEXT: Final = 4_000
MOST_SERVED: Final = 2_000

STEPS: Final = ("instructions", "steps", "method", "directions")
READ: Final = frozenset(
    {
        *STEPS,
        *("recipeName", "name", "servings", "ingredients", "ingredientsText", "servedWith"),
        *("description", "notes", "cookingTime", "difficulty", "tools"),
    }
)
HARMLESS: Final = frozenset(
    {
        *("id", "nutrition", "findings", "assumptions", "writtenBy", "ketoNotes", "why", "course"),
        *("sessionId", "image", "url", "tags", "category", "source", "title", "cost", "summary"),
        *(
            "author",
            "cuisine",
            "rating",
            "dishClass",
            "time",
            "prepTime",
            "cookTime",
            "totalTime",
            "yield",
        ),
        *(
            "allergens",
            "calories",
            "version",
            "generatedAt",
            "date",
            "locale",
            "language",
            "video",
            "images",
            "likes",
            "bookPage",
        ),
    }
)
"""Keys whose texts are claims or particulars of a page, never food."""
KNOWN: Final = frozenset(key.replace("_", "").lower() for key in (*READ, *HARMLESS))
TOLD: Final = ("description", "notes", "ingredientsText", "ingredients_text")
"""Keys whose texts are read for allergens, the pasted list beside a list of ingredients too."""

SOUP: Final = pattern(r"(국|탕|찌개|전골|수프|스프|soup|stew|chowder)$")
SIDE: Final = pattern(r"(나물|무침|김치|장아찌|절임|피클|겉절이|조림|salad|pickle)$")
SERVED_AS_SOUP: Final = pattern(r"(국|탕|찌개|전골)$")
SERVED_AS_SIDE: Final = pattern(
    r"(나물|무침|생채|겉절이|샐러드|김치|깍두기|동치미|장아찌|절임|피클|salad|pickle)$"
)
ONE_SERVING: Final[Mapping[Course, tuple[float, float]]] = {
    "meal": (545, 330),
    "soup": (155, 175),
    "side": (165, 190),
    "main": (290, 215),
}
"""kcal and grams besides water of one serving: medians of 438 Korean home recipes that state for
how many they are (130 meals, 63 soups, 44 sides, 201 others), rounded to 5. A cream soup or a
stew of the western kind is served as a main dish is (281 kcal, 232 g)."""
SERVINGS: Final = pattern(r"\s*(\d{1,3})\s*(?:인분|명|servings?)?\s*")
SERVINGS_IN_TEXT: Final = pattern(
    r"(?:[(\[【<]|재료\s*[:：]?|기준\s*[:：]?|^)\s*(\d{1,2})\s*인분(?:\s*기준)?\s*(?:[)\]】>:：]|$)",
    re.MULTILINE,
)
PARTICLE: Final = pattern(r"(?:에서|으로|을|를|이|가|에|로|와|과|의)$")
STATE: Final = pattern(
    r"삶|데친|볶|구운|튀긴|찐|익힌|절인|불린|말린|양념|재운|반숙|날|생|훈제|가루|즙"
    r"|boil|blanch|fried|roast|bak|steam|cook|salt|soak|dried(?! and)|season|marinat|raw|smok"
    r"|powder"
)
TRIMMED: Final = pattern(
    r"손질|깐|껍질|가시|살만|살을? ?(?:바른|발라)|씨를? ?뺀|밑동"
    r"|trim|boned|peel|stoned|fillet|shelled|pitted"
)
TAG: Final = pattern(
    r"</?(?:a|b|br|body|center|code|div|em|embed|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li"
    r"|link|meta|object|ol|p|pre|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr"
    r"|u|ul|video)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
BRACKETS: Final = str.maketrans("<>", "()")
"""What is no markup stays to be read: "두부 <땅콩소스>" must not become 두부."""


def recipe_from_text(text: str, locale: str = "ko") -> Recipe:
    """A recipe from JSON text. Raises InvalidRecipe with one sentence that says where."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise _invalid("too_large", "", locale)
    try:
        data = json.loads(text, parse_constant=_no_constant, object_pairs_hook=once)
    except RepeatedKey as trouble:
        raise _invalid("twice", trouble.key, locale) from trouble
    except (ValueError, RecursionError) as trouble:
        raise _invalid("not_json", "", locale) from trouble
    return recipe_from(data, locale)


class RepeatedKey(Exception):
    """A JSON object that says the same `key` twice; the last would silently win."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = " ".join(key.split())[:40]


def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object (`object_pairs_hook`) whose keys differ. Raises RepeatedKey."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKey(key)
        found[key] = value
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)


def recipe_from(data: object, locale: str = "ko") -> Recipe:
    """A recipe from decoded JSON in section 4's shape or as a list of strings.

    Understood: a whole meal, its `recipe`, or `{"name", "servings", "ingredients": [...]}` with
    objects or strings, or `ingredientsText` as pasted. Raises InvalidRecipe.
    """
    if not isinstance(data, dict):
        raise _invalid("not_object", "", locale)
    body: Mapping[str, Any] = data
    if isinstance(body.get("recipe"), dict):
        body = body["recipe"]
    lines = _lines(body, locale)
    ingredients = tuple(ingredient_of(one) for one in lines)
    name = _line_text(body.get("recipeName", body.get("name", "")), "recipeName", locale)
    steps = tuple(step for key in STEPS if body.get(key) for step in _steps(body[key], locale))
    unread = _unread(body, locale)
    listed = body.get("ingredientsText")
    if isinstance(listed, str) and body.get("ingredients") is None:
        pasted = method_apart(_text(listed, "ingredientsText", locale))[1]
        steps += _steps(pasted, locale)
    text = f"{name}\n{listed}" if isinstance(listed, str) else name
    servings, guessed = _servings(body.get("servings"), name, text, ingredients, locale)
    served = _served(body.get("servedWith", []), locale)
    return Recipe(
        name=name,
        servings=servings,
        ingredients=ingredients,
        instructions=steps,
        description="",
        minutes=_whole(body.get("cookingTime")),
        difficulty=_difficulty(body.get("difficulty")),
        course=course_of(name, ingredients, servings, served),
        served_with=served,
        assumptions=("servings_estimated",) if guessed else (),
        tools=_tools(body.get("tools"), locale),
        told=tuple(text for key in TOLD for text in _strings(body.get(key), key, locale)),
        mentions=tuple(text for texts in unread.values() for text in texts),
        unread=tuple(unread),
    )


def _plain(key: str) -> str:
    return key.replace("_", "").lower()


def _unread(body: Mapping[str, Any], locale: str) -> dict[str, list[str]]:
    """Texts under keys that mean nothing to us, by key: sauces and toppings must not vanish."""
    found = {
        _line_text(key, "recipe", locale): _strings(value, str(key), locale)
        for key, value in body.items()
        if _plain(key) not in KNOWN
    }
    return {key: texts for key, texts in found.items() if texts}


def _strings(value: object, where: str, locale: str) -> list[str]:
    """Every text inside a value, however deep; keys of objects included."""
    left, found = deque([value]), []
    while left:
        one = left.popleft()
        if isinstance(one, dict):
            left.extend((*one, *one.values()))
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, str) and one.strip():
            found.append(_text(one, where, locale))
    return found


def _lines(body: Mapping[str, Any], locale: str) -> tuple[Line, ...]:
    rows = body.get("ingredients")
    if rows is None and isinstance(body.get("ingredientsText"), str):
        text = _text(body["ingredientsText"], "ingredientsText", locale)
        found = read_list(method_apart(text)[0])
        if any(len(one.raw) > LONGEST_LINE for one in found):
            raise _invalid("too_long", "ingredientsText", locale)
    elif isinstance(rows, list):
        if len(rows) > MOST_INGREDIENTS:
            raise _invalid("too_many", "ingredients", locale)
        found = tuple(
            line
            for n, row in enumerate(rows)
            for line in _lines_of(row, f"ingredients[{n}]", locale)
        )
    else:
        raise _invalid("no_ingredients", "ingredients", locale)
    if not found:
        raise _invalid("no_ingredients", "ingredients", locale)
    return found


def _lines_of(row: object, where: str, locale: str) -> tuple[Line, ...]:
    """The row's ingredient; several where one text lists foods known each ("소금, 후추 약간씩")."""
    line = _line(row, where, locale)
    if line.food is None and isinstance(row, str):
        several = read_list(_line_text(row, where, locale))
        if len(several) > 1 and all(one.food for one in several):
            return several
    return (line,)


def _line(row: object, where: str, locale: str) -> Line:
    if isinstance(row, dict) and "name" not in row and isinstance(row.get("raw"), str):
        row = row["raw"]
    if isinstance(row, str):
        return read_line(_line_text(row, where, locale))
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise _invalid("bad_ingredient", where, locale)
    amount, unit = row.get("amount"), row.get("unit")
    amount, unit = "" if amount is None else amount, "" if unit is None else unit
    if isinstance(amount, bool) or not isinstance(amount, (str, int, float)):
        raise _invalid("bad_ingredient", f"{where}.amount", locale)
    if not isinstance(unit, str):
        raise _invalid("bad_ingredient", f"{where}.unit", locale)
    prep = _line_text(row.get("prep") or "", f"{where}.prep", locale)
    bare = _line_text(row["name"], f"{where}.name", locale)
    name = f"{prep} {bare}".strip()
    if isinstance(amount, str):
        amount = _line_text(amount, f"{where}.amount", locale)
    unit = _line_text(unit, f"{where}.unit", locale)
    if isinstance(amount, str) and unit and amount.strip().endswith(unit):
        unit = ""
    line = read_amount(amount, unit, name)
    if prep and line.food is None and only_handling(prep):
        name = f"손질한 {bare}" if TRIMMED.search(prep) else bare
        line = replace(read_amount(amount, unit, name), prep=prep)
    # Words beside the amount are part of the line: "1모와 땅콩버터 2" hides a food.
    told = read_line(f"{name} {amount} {unit}")
    return line if told.food == line.food else replace(line, food=None)


def only_handling(prep: str) -> bool:
    """Whether a preparation given apart only says how a food is cut, washed or dried.

    It must name no food and change no state: "으깬", "삶은" or "땅콩소스에 재운" are not handling.
    """
    words = [word for word in re.split(r"[\s,·/()]+", prep.lower()) if word]
    named = any(
        read_name(word).food not in {None, "water"} or betrayed(word)
        for one in words
        for word in (one, PARTICLE.sub("", one))
    )
    return not named and not STATE.search(prep.lower())


def ingredient_of(line: Line) -> Ingredient:
    """A read line as an ingredient. How it was cooked is believed only where the name says it."""
    return Ingredient(
        name=line.name,
        amount="" if line.amount is None else str(line.amount),
        unit=line.unit,
        food=line.food,
        grams=line.bought_g,
        edible_grams=line.edible_g,
        prep=line.prep,
        treatment=line.treatment,
        worst_grams=line.worst_edible_g,
        vague=line.vague,
        optional=line.optional,
        raw=True if line.uncooked else None,
        form="ground" if line.ground else "cooked" if line.cooked else None,
        problem=line.problem or "",
        alternatives=line.alternatives,
    )


def course_of(
    name: str,
    ingredients: Sequence[Ingredient],
    servings: int,
    served_with: Sequence[ServedWith] = (),
) -> Course:
    """Meal, main, soup or side, from what is in it; what is unclear counts as a main dish.

    Rice or bread beside it makes any dish a meal, as `check` counts it.
    """
    beside = sum(one.grams for one in served_with if "staple" in foods()[one.food].tags)
    if _staple_grams(ingredients) / servings >= 100 or beside >= STAPLE_GRAMS:
        return "meal"
    bare = name.strip().lower()
    if SOUP.search(bare):
        return "soup"
    mass = sum(one.edible_grams or 0.0 for one in ingredients)
    return "side" if SIDE.search(bare) and mass / servings <= 150 else "main"


def _servings(
    given: object, name: str, text: str, ingredients: Sequence[Ingredient], locale: str
) -> tuple[int, bool]:
    """Servings and whether they were guessed; `text` may name them: "재료 (2인분)"."""
    if given is None:
        told_in_text = {int(one) for one in SERVINGS_IN_TEXT.findall(text)}
        if len(told_in_text) == 1 and 1 <= (told := told_in_text.pop()) <= 20:
            return told, False
        return estimated_servings(name, ingredients), True
    if isinstance(given, str) and (match := SERVINGS.fullmatch(given)):
        given = int(match[1])
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= 20:
        raise _invalid("bad_servings", "servings", locale)
    return given, False


def estimated_servings(name: str, ingredients: Sequence[Ingredient]) -> int:
    """How many a list without servings feeds, from its own name and food alone.

    Energy and mass besides water, each over one serving's of such a dish, count alike (their
    geometric mean); nobody is served more than 500 g, nor more than 225 g of cooked staple (90 g
    raw, KDRI serving size).
    """
    portions = cap_frying_oil(
        [
            Portion(one.name, foods().get(one.food or ""), one.edible_grams, one.grams)
            for one in ingredients
        ]
    )
    dish, staple = Totals(portions), _staple_grams(ingredients)
    kcal, grams = ONE_SERVING[_kind(name, staple)]
    energy, mass = dish.of("energy_kcal").lo, dish.mass_without_water
    alike = math.sqrt(energy / kcal * mass / grams)
    return min(20, max(1, _nearest_ratio(alike), round(mass / 500), round(staple / 225)))


def _kind(name: str, staple: float) -> Course:
    """What a list is served as, as far as its servings go: 100 g of staple make it a meal."""
    if staple >= 100:
        return "meal"
    bare = re.sub(r"\([^()]*\)", "", name).strip().lower()
    if SERVED_AS_SOUP.search(bare):
        return "soup"
    return "side" if SERVED_AS_SIDE.search(bare) else "main"


def _nearest_ratio(share: float) -> int:
    """The whole number that `share` misses by the least factor: 1.4 is 1, 1.45 is 2."""
    low = int(share)
    return low + (share * share > low * (low + 1))


def _staple_grams(ingredients: Sequence[Ingredient]) -> float:
    """Rice, noodles and other grain as eaten; raw and dry ones swell about 2.5 times."""
    return sum(
        (one.edible_grams or 0.0) * (2.5 if "raw" in one.food or "dry" in one.food else 1.0)
        for one in ingredients
        if one.food and {"staple", "grain"} & foods()[one.food].tags
    )


def _served(rows: object, locale: str) -> tuple[ServedWith, ...]:
    if not isinstance(rows, list) or len(rows) > 10:
        raise _invalid("bad_served", "servedWith", locale)
    found = []
    for n, row in enumerate(rows):
        food = row.get("food") if isinstance(row, dict) else None
        grams = row.get("grams") if isinstance(row, dict) else None
        if (
            not isinstance(food, str)
            or food not in foods()
            or isinstance(grams, bool)
            or not isinstance(grams, (int, float))
            or not 0 < grams <= MOST_SERVED
        ):
            raise _invalid("bad_served", f"servedWith[{n}]", locale)
        found.append(ServedWith(food, float(grams)))
    return tuple(found)


def _steps(rows: object, locale: str) -> tuple[str, ...]:
    if isinstance(rows, str):
        rows = rows.splitlines()
    if not isinstance(rows, list) or len(rows) > MOST_STEPS:
        raise _invalid("bad_steps", "instructions", locale)
    steps = (
        " ".join(_text(row, f"instructions[{n}]", locale).split()) for n, row in enumerate(rows)
    )
    return tuple(re.sub(r"^\d+\s*[.)]\s*", "", step) for step in steps if step)


def _text(value: object, where: str, locale: str) -> str:
    """Plain text: no markup, and no sign that moves a cursor or hides what follows."""
    if not isinstance(value, str):
        raise _invalid("not_text", where, locale)
    if len(value) > MOST_TEXT:
        raise _invalid("too_long", where, locale)
    plain = TAG.sub(" ", value).translate(BRACKETS)
    return "".join(
        sign if sign == "\n" or unicodedata.category(sign)[0] != "C" else _gap(sign)
        for sign in plain
    )


def _gap(sign: str) -> str:
    """A blank for a control sign; nothing for one that has no width."""
    return " " if unicodedata.category(sign) == "Cc" else ""


def _line_text(value: object, where: str, locale: str) -> str:
    """Text of one line, all of which is read: none is cut off behind the reader's back."""
    line = " ".join(_text(value, where, locale).split())
    if len(line) > LONGEST_LINE:
        raise _invalid("too_long", where, locale)
    return line


def _tools(rows: object, locale: str) -> tuple[str, ...]:
    named = rows[:MOST_STEPS] if isinstance(rows, list) else []
    return tuple(_line_text(one, "tools", locale) for one in named if isinstance(one, str))


def _whole(value: object) -> int | None:
    plain = isinstance(value, int) and not isinstance(value, bool)
    return value if plain and isinstance(value, int) and 0 < value <= 1440 else None


def _difficulty(value: object) -> Literal["easy", "medium", "hard"] | None:
    return value if value in ("easy", "medium", "hard") else None


_TROUBLES: Final = {
    "twice": (
        "레시피에 같은 칸이 두 번 있어요. 하나만 남겨 주세요.",
        "The recipe has the same key twice; keep one.",
    ),
    "too_large": (
        "레시피가 너무 커요. 1MB 이하로 줄여 주세요.",
        "The recipe is too large; keep it under 1 MB.",
    ),
    "not_json": (
        "레시피를 JSON으로 읽을 수 없어요. 형식을 확인해 주세요.",
        "The recipe is not JSON; check its format.",
    ),
    "not_object": (
        "레시피는 JSON 객체여야 해요.",
        "A recipe must be a JSON object.",
    ),
    "no_ingredients": (
        "재료 목록(ingredients)이 없어요.",
        "There is no list of ingredients.",
    ),
    "too_many": (
        "재료가 너무 많아요. 100가지 이하로 적어 주세요.",
        "There are too many ingredients; at most 100.",
    ),
    "bad_ingredient": (
        "이름(name)과 양(amount), 단위(unit)를 글자나 숫자로 적어 주세요",
        "Give name, amount and unit as text or numbers",
    ),
    "bad_servings": (
        "몇 인분인지(servings)는 1~20 사이의 정수로 적어 주세요.",
        "Servings must be a whole number from 1 to 20.",
    ),
    "bad_served": (
        "곁들임(servedWith)은 아는 음식 id와 그램 수로 적어 주세요",
        "servedWith takes known food ids and grams",
    ),
    "bad_steps": (
        "만드는 법(instructions)은 100개 이하의 글 목록이어야 해요.",
        "Instructions must be a list of at most 100 texts.",
    ),
    "not_text": ("글자로 적어 주세요", "This must be text"),
    "too_long": ("글이 너무 길어요", "This text is too long"),
}


def _invalid(key: str, where: str, locale: str) -> InvalidRecipe:
    korean, english = _TROUBLES[key]
    said = korean if locale == "ko" else english
    return InvalidRecipe(f"{said} ({where})" if where else said, where=where, reason=key)
