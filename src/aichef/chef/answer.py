"""A model's answer, read: text in, a Recipe out, or why it is none.

Form is forgiven where it leaves no doubt (a fence, prose around, a trailing comma, any order of
keys). Names, amounts and steps go through `recipe/read.py` like anybody's; nothing a model says
of nutrition, allergens or fitness is believed, and none of it is shown.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Literal

from aichef.chef.claims import (
    plain_title,
    prepared_truly,
    sentences_of,
    step_told_truly,
    told_truly,
    without_praise,
)
from aichef.chef.dish import keto_notes
from aichef.chef.resize import resized
from aichef.errors import InvalidRecipe, UnusableRecipe
from aichef.food.allergens import betrayed
from aichef.food.amounts import read_line, write_amount
from aichef.food.names import LONGEST_LINE, read_name
from aichef.food.table import foods
from aichef.lazy import pattern
from aichef.prices.find import needs
from aichef.recipe.model import ServedWith
from aichef.recipe.read import RepeatedKey, course_of, once, recipe_from
from aichef.recipe.steps import told_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aichef.chef.write import Order
    from aichef.profile.model import Profile
    from aichef.recipe.model import Ingredient, Recipe

Trouble = Literal[
    "empty",  # no text, no ingredients or no steps
    "no_json",  # not an object in it
    "cut",  # it ends in the middle
    "shape",  # an object, but no recipe as it was asked for
    "too_many",  # more ingredients, or text, than anybody cooks from
    "language",  # not the eater's language
    "servings",  # for another number of people, in amounts that cannot be set right
    "claim",  # a step says what must not be said, and cannot be parted from it
]
"""Why an answer is no recipe; `UnusableRecipe.details["trouble"]`."""

MOST_TEXT: Final = 200_000
MOST_INGREDIENTS: Final = 40
MOST_TRIES: Final = 50

CLAIMED: Final = ("kcal", "carbohydrate_g", "protein_g", "sodium_mg")

_TEXT_OR_COMMA: Final = pattern(r'("(?:[^"\\]|\\.)*\\?(?:"|\Z))|,(?=\s*[}\]])', re.DOTALL)
_TEXT_OR_BRACE: Final = pattern(r'"(?:[^"\\]|\\.)*\\?(?:"|\Z)|[{}\[\]]', re.DOTALL)
_HANGUL: Final = pattern(r"[가-힣]")
_AMOUNT_IN_STEP: Final = pattern(
    r"(?:\d|[½⅓⅔¼¾]|반\s?|한\s|두\s|세\s|네\s)\s*(?:kg|g(?![a-z])|그램|ml|cc|l(?![a-z])|리터|큰술|작은술"
    r"|스푼|숟|컵|개|모|대|쪽|장|줌|알|마리|봉|캔|팩|t(?![a-z])|인분|tbsp|tsp|tablespoon|teaspoon|cup"
    r"|ounce|oz|lb|grams?|cloves?|slices?|eggs?|pieces?|servings?|blocks?|stalks?)",
    re.IGNORECASE,
)
_TIME: Final = pattern(
    r"\s*(?:(\d{1,2})\s*(?:시간|hours?|hrs?|h)\s*)?(?:(\d{1,4})\s*(?:분|minutes?|mins?|m)?)?\s*",
    re.IGNORECASE,
)
_SPAN: Final = pattern(
    r"(?<![\d./~–-])(?P<number>\d+(?:\.\d+)?)(?:\s?[~∼–-]\s?\d+(?:\.\d+)?)?[\s-]?"
    r"(?:(?P<hours>시간|hours?\b|hrs?\b)|(?P<minutes>분(?!의|량)|minutes?\b|mins?\b)|초(?!간장|고)"
    r"|seconds?\b|secs?\b)"
)
_AT_CORE: Final = pattern(
    r"\b[5-9]\d(?:\.\d)?\s?(?:℃|°c|도)(?:에서|로|,| for)?\s?(?:at least |about |약 )?(?:a"
    r"|\d+)\s?(?:분|초|minutes?|seconds?)"
)
_SOAKED: Final = pattern(
    r"\d+\s?(?:분|시간)(?:간|\s?(?:동안|이상|정도|쯤))?\s?(?:\S+에\s)?불[리려린립]"
    r"|\bsoak\w*\s[^.;,\d]{0,30}\d+ (?:minutes?|hours?)"
)
_BESIDES: Final = pattern(
    r"[는은]\s동안|하는 사이|(?<![가-힣])사이에?\s|그동안|그사이|한편|동시에|\b(?:meanwhile|while"
    r"|at the same time|in the meantime)\b"
)
"""Words by which two steps pass side by side."""

_DIFFICULTY: Final[Mapping[str, Literal["easy", "medium", "hard"]]] = {
    **dict.fromkeys(("easy", "beginner", "쉬움", "초급", "하"), "easy"),
    **dict.fromkeys(("medium", "intermediate", "normal", "보통", "중급", "중"), "medium"),
    **dict.fromkeys(("hard", "advanced", "difficult", "어려움", "고급", "상"), "hard"),
}
_TOOLS: Final = {
    "airfryer": r"에어\s?프라이(?:어|기)|air[- ]?fryer",
    "blender": r"믹서기?|블렌더|\bblender",
    "microwave": r"전자레인지|전자렌지|microwave(?: oven)?",
    "oven": r"오븐|(?<!microwave )(?<!dutch )\boven\b",
    "pan": r"프라이팬|후라이팬|(?<![가-힣])팬(?![가-힣]{2})|웍|\b(?:frying )?pan\b|skillet|\bwok\b",
    "pot": r"냄비|뚝배기|(?<![밥찜])솥|\bpot\b|saucepan",
    "rice_cooker": r"밥솥|rice cooker",
    "steamer": r"찜기|찜솥|\bsteamer",
}
"""Tools by id (profile/home.py) with the words steps name them by."""

_BY_HAND: Final = r"절구|강판|(?<![가-힣])체|포크|숟가락|매셔|mortar|sieve|grater|fork|masher"
_ANY_TOOL: Final = "|".join((*_TOOLS.values(), _BY_HAND))
_EITHER: Final = pattern(
    rf"({_ANY_TOOL})(?:이나|나|,?\s?또는|,?\s?혹은|,? or(?: an?| the)?)\s*({_ANY_TOOL})"
)

_NOT_AS_EATEN: Final = pattern(r"(?:^|_)(?:raw|dry|dried|flour)(?:$|_)")


@dataclass(frozen=True, slots=True)
class Answer:
    """A recipe as a model gave it, not judged yet, and what the model claimed of a serving.

    `claimed` has some of CLAIMED; it is compared with what is computed and never shown.
    """

    recipe: Recipe
    claimed: Mapping[str, float]


def read_answer(text: str, order: Order) -> Answer:
    """The recipe in an answer, in the order's servings and language.

    Raises UnusableRecipe with `trouble`.
    """
    profile = order.profile
    body, claimed = _body(text, profile)
    lines = body.get("ingredients")
    if isinstance(lines, list) and len(lines) > MOST_INGREDIENTS:
        raise unusable("too_many", profile)
    served, strange = _served(body.get("servedWith"), profile)
    if body.get("servings") is None:
        raise unusable("servings", profile)
    try:
        read = recipe_from(_asked_for(body, served), profile.locale)
    except InvalidRecipe as trouble:
        raise unusable(_REASONS.get(str(trouble.details.get("reason")), "shape"), profile) from None
    if not read.instructions:
        raise unusable("empty", profile)
    _must_be_in_language(read, profile)
    recipe = replace(
        _in_servings(read, profile),
        **_shown(body, read, strange, profile),
        course=course_of(read.name, read.ingredients, read.servings, served),
        minutes=_minutes(body.get("cookingTime"), read.instructions),
        difficulty=_difficulty(body.get("difficulty")),
        tools=_tools(read.instructions, profile),
        keto_notes=keto_notes(profile) if profile.target == "keto" else None,
    )
    lines_written = tuple(_written(one, profile.locale) for one in recipe.ingredients)
    return Answer(at_home(replace(recipe, ingredients=lines_written), profile), claimed)


def early(raw: Mapping[str, Any], locale: Literal["ko", "en"] = "ko") -> Ingredient | None:
    """An ingredient of a stream, read as it will be in the whole answer; None where it is none."""
    try:
        read = recipe_from({"servings": 1, "ingredients": [_line(dict(raw))]}, locale)
    except InvalidRecipe:
        return None
    one = _written(read.ingredients[0], locale)
    return one if one.name else None


def at_home(recipe: Recipe, profile: Profile) -> Recipe:
    """The recipe with `to_buy` true for what pantry and fridge do not hold, or not enough of."""
    plain = tuple(replace(one, to_buy=True) for one in recipe.ingredients)
    fridge = {one.food: one.grams for one in profile.available if one.food}
    recipe = replace(recipe, ingredients=plain)
    bought = {one.ingredient for one in needs(recipe, profile.pantry, fridge, profile.locale)[0]}
    return replace(
        recipe, ingredients=tuple(replace(one, to_buy=one.name in bought) for one in plain)
    )


def _body(text: str, profile: Profile) -> tuple[dict[str, Any], dict[str, float]]:
    """The one object that holds a recipe, and the figures claimed beside it."""
    if not text.strip():
        raise unusable("empty", profile)
    if len(text) > MOST_TEXT:
        raise unusable("too_many", profile)
    try:
        found = _recipes_in(text) or _recipes_in(_without_trailing_commas(text))
    except RepeatedKey:
        raise unusable("shape", profile) from None
    if not found:
        raise unusable(_why_none(text), profile)
    if any(one != found[0] for one in found):
        # Two recipes in one answer: nobody can say which was meant.
        raise unusable("shape", profile)
    whole = found[0]
    inner = whole.get("recipe")
    body = inner if isinstance(inner, dict) else whole
    return body, _claimed(whole.get("claimed", body.get("claimed")))


def _recipes_in(text: str) -> list[dict[str, Any]]:
    reader = json.JSONDecoder(parse_constant=_no_number, object_pairs_hook=once, strict=False)
    found = []
    at, tries = text.find("{"), 0
    while at >= 0 and tries < MOST_TRIES:
        try:
            value, end = reader.raw_decode(text, at)
        except (ValueError, RecursionError):
            end, tries = at + 1, tries + 1
        else:
            inner = value.get("recipe")
            if "ingredients" in (inner if isinstance(inner, dict) else value):
                found.append(value)
        at = text.find("{", end)
    return found


def _no_number(name: str) -> float:
    raise ValueError(name)


def _without_trailing_commas(text: str) -> str:
    start = max(0, text.find("{"))
    return _TEXT_OR_COMMA.sub(lambda hit: hit[1] or "", text[start:])


def _why_none(text: str) -> Trouble:
    """What is wrong with a text in which no recipe was found."""
    start = text.find("{")
    if start < 0:
        return "no_json"
    signs = [hit[0] for hit in _TEXT_OR_BRACE.finditer(text, start)]
    opened = sum(sign in "{[" for sign in signs if len(sign) == 1)
    closed = sum(sign in "}]" for sign in signs if len(sign) == 1)
    if opened > closed:
        return "cut"
    return "shape" if '"' in text[start:] else "no_json"


def _claimed(value: object) -> dict[str, float]:
    if not isinstance(value, Mapping):
        return {}
    return {
        key: float(one)
        for key in CLAIMED
        if isinstance(one := value.get(key), (int, float))
        and not isinstance(one, bool)
        and abs(one) < 1e9
        and math.isfinite(one)
    }


_OURS: Final = frozenset(
    (
        *("ingredients", "optional", "description", "cookingTime", "difficulty", "servedWith"),
        *("notes", "claimed"),
    )
)


def _asked_for(body: Mapping[str, Any], served: Sequence[ServedWith]) -> dict[str, Any]:
    """What `recipe_from` reads; keys nobody asked for stay, for they may hide a food."""
    lines, spare = body.get("ingredients"), body.get("optional") or []
    listed, names = lines, []
    if isinstance(lines, list):
        names = [one.get("name") for one in lines if isinstance(one, dict)]
        listed = [_line(one, spare if isinstance(spare, list) else ()) for one in lines]
    rest = {key: value for key, value in body.items() if key not in _OURS}
    if not isinstance(spare, list) or any(one not in names for one in spare):
        rest["optional"] = spare
    said = {key: text for key in ("description", "notes") if (text := _prose(body.get(key)))}
    beside = [{"food": one.food, "grams": one.grams} for one in served]
    return {**rest, "ingredients": listed, "servedWith": beside, **said}


def _line(row: object, spared: Sequence[object] = ()) -> object:
    """An ingredient of an answer; what can be left out is said in its name, as a cook would."""
    if not isinstance(row, dict):
        return row
    plain = dict(row)
    name, prep = plain.get("name"), plain.get("prep")
    spare = plain.get("optional") is True or name in spared
    if isinstance(name, str):
        plain["name"] = name = without_praise(name)
    if isinstance(prep, str):
        plain["prep"] = without_praise(prep) if _is_of_name(prep, name) else prepared_truly(prep)
    if spare and isinstance(plain.get("name"), str):
        plain["name"] = f"{plain['name']} (선택)"
    return plain


def _is_of_name(prep: str, name: object) -> bool:
    """Whether a preparation makes another food of it: "저염" before 간장 is no claim."""
    if (
        not isinstance(name, str)
        or len(name) + len(prep) > LONGEST_LINE
        or prepared_truly(prep) == prep
    ):
        return False
    food = read_name(f"{prep} {name}").food
    return food is not None and food != read_name(name).food


def _prose(value: object) -> str:
    if isinstance(value, list):
        value = " ".join(one for one in value if isinstance(one, str))
    return value if isinstance(value, str) and value.strip() else ""


def _shown(
    body: Mapping[str, Any], read: Recipe, strange: Sequence[str], profile: Profile
) -> dict[str, Any]:
    """Name, steps, description and notes as they may be shown; what else is told stays told."""
    name = plain_title(read.name, profile)
    if not name:
        raise unusable("shape", profile)
    listed = [one.name for one in read.ingredients]
    steps = [step_told_truly(step, profile, listed) for step in read.instructions]
    if any(step is None for step in steps):
        raise unusable("claim", profile)
    if not any(steps):
        raise unusable("empty", profile)
    told = list(read.told)
    description = told.pop(0) if _prose(body.get("description")) else ""
    notes = told.pop(0) if _prose(body.get("notes")) else ""
    shown, extra = {}, []
    for key, text in (("description", description), ("notes", notes)):
        shown[key], more = _of_this_dish(told_truly(text, profile), read)
        extra.extend(more)
    return {
        "name": name,
        "instructions": tuple(step for step in steps if step),
        **shown,
        "told": (*told, *strange, *extra),
    }


def _of_this_dish(text: str, read: Recipe) -> tuple[str, list[str]]:
    """The sentences that may be shown, and those that speak of a food the dish does not have.

    Honey over a baby's porridge stands in no list, so no figure and hardly a rule knows of it.
    """
    kept: list[str] = []
    extra: list[str] = []
    for sentence in sentences_of(text):
        alone = replace(read, name="", description=sentence, notes="", told=())
        strange = any(food or betrayed(word) for food, word in told_of(alone))
        (extra if strange else kept).append(sentence)
    return " ".join(kept), extra


def _served(rows: object, profile: Profile) -> tuple[tuple[ServedWith, ...], tuple[str, ...]]:
    """What is eaten beside the dish, and names that are no food we know.

    Those are not served; the gate reads them, for the rest of the answer may count on them.
    """
    served: list[ServedWith] = []
    strange: list[str] = []
    if rows is not None and not isinstance(rows, list):
        raise unusable("shape", profile)
    for row in rows or ():
        name, food, grams = _beside(row, profile)
        if grams is not None and grams <= 0:
            continue
        if food is None or grams is None or _is_raw_staple(food):
            strange.append(name)
        else:
            served.append(ServedWith(food, round(grams, 1)))
    return tuple(served), tuple(strange)


def _beside(row: object, profile: Profile) -> tuple[str, str | None, float | None]:
    """Name, food and grams a serving of a row of `servedWith`."""
    if isinstance(row, str):
        line = read_line(row)
        return row[:200], line.food, line.edible_g
    if not isinstance(row, dict):
        raise unusable("shape", profile)
    name = row.get("name", row.get("food"))
    if not isinstance(name, str) or not name.strip():
        raise unusable("shape", profile)
    grams = row.get("gramsPerServing", row.get("grams"))
    if isinstance(grams, str):
        given = grams if re.search(r"[^\d.\s]", grams) else f"{grams} g"
        line = read_line(f"{name} {given}")
        return name[:200], line.food, line.edible_g
    if isinstance(grams, bool) or not isinstance(grams, (int, float)) or not abs(grams) <= 2_000:
        return name[:200], None, None
    food = name if name in foods() else read_name(name).food
    return name[:200], food, float(grams)


def _is_raw_staple(food: str) -> bool:
    """Whether nobody eats it as it is: raw rice, dry noodles, flour."""
    return "staple" in foods()[food].tags and bool(_NOT_AS_EATEN.search(food))


def _must_be_in_language(recipe: Recipe, profile: Profile) -> None:
    names = " ".join((recipe.name, *(one.name for one in recipe.ingredients)))
    steps = " ".join(recipe.instructions)
    if not all(_is_in(text, profile.locale) for text in (names, steps)):
        raise unusable("language", profile)


def _is_in(text: str, locale: str) -> bool:
    """Whether most letters are those of the language; a few loan words and units may differ."""
    letters = [sign for sign in text if sign.isalpha()]
    korean = sum(1 for sign in letters if _HANGUL.match(sign))
    if locale == "ko":
        return korean > 0.6 * len(letters)
    latin = sum(1 for sign in letters if sign < "ɐ")
    return latin > 0.8 * len(letters)


def _in_servings(recipe: Recipe, profile: Profile) -> Recipe:
    """The recipe for the people asked for; amounts that steps name as well cannot be changed."""
    if recipe.servings == profile.servings:
        return recipe
    if names_amounts(recipe.instructions):
        raise unusable("servings", profile)
    return resized(recipe, profile.servings, profile.locale, exact=True)


def names_amounts(steps: Sequence[str]) -> bool:
    """Whether a step says how much of something to take, beside the list that says it."""
    return any(_AMOUNT_IN_STEP.search(step) for step in steps)


def _written(one: Ingredient, locale: Literal["ko", "en"]) -> Ingredient:
    """The line with its amount as a cook writes it: "3/2" is 1과 1/2."""
    if not one.amount:
        return one
    exact = Fraction(one.amount)
    simple = exact.limit_denominator(8)
    nearly = abs(simple - exact) <= exact / 200
    amount, unit = write_amount(simple if nearly else exact, one.unit, locale)
    return replace(one, amount=amount, unit=unit)


def _minutes(value: object, steps: Sequence[str]) -> int | None:
    """Minutes as claimed, or as many as the steps take where they take longer."""
    if isinstance(value, str) and (match := _TIME.fullmatch(value)):
        value = 60 * int(match[1] or 0) + int(match[2] or 0)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    return max(int(value), minutes_of(steps)) if 0 < value <= 1440 else None


def minutes_of(steps: Sequence[str]) -> int:
    """Whole minutes that the steps name: all of them, or the longest where some pass side by side.

    Of "10~15분" the ten count; nobody waits beside what soaks, and the time for which the core
    must be hot is in another's.
    """
    text = _SOAKED.sub(" ", _AT_CORE.sub(" ", " ".join(steps).lower()))
    spans = [_seconds(hit) for hit in _SPAN.finditer(text)]
    taken = max(spans, default=0.0) if _BESIDES.search(text) else sum(spans)
    return int(taken // 60)


def _seconds(hit: re.Match[str]) -> float:
    second = 3600 if hit["hours"] else 60 if hit["minutes"] else 1
    return float(hit["number"]) * second


def _difficulty(value: object) -> Literal["easy", "medium", "hard"] | None:
    return _DIFFICULTY.get(value.strip().lower()) if isinstance(value, str) else None


def _tools(steps: Sequence[str], profile: Profile) -> tuple[str, ...]:
    """Tools the steps cannot do without; of "오븐이나 팬" the one that is there is enough."""
    text = " ".join(steps).lower()
    needed = set()
    for hit in _EITHER.finditer(text):
        either = [_tool_of(hit[1]), _tool_of(hit[2])]
        if None not in either and profile.tools is not None and not profile.tools & set(either):
            needed.add(either[0])
    rest = _EITHER.sub(" ", text)
    return tuple(tool for tool, words in _TOOLS.items() if tool in needed or re.search(words, rest))


def _tool_of(word: str) -> str | None:
    return next((tool for tool, words in _TOOLS.items() if re.search(words, word)), None)


_REASONS: Final[Mapping[str, Trouble]] = {
    "no_ingredients": "empty",
    "too_many": "too_many",
    "too_large": "too_many",
    "bad_servings": "servings",
}
"""What `recipe_from` objects to, as a trouble; anything else is the shape."""

_TROUBLES: Final[Mapping[Trouble, tuple[str, str]]] = {
    "empty": (
        "답에 재료나 만드는 법이 없어요. 둘 다 빠짐없이 적어 주세요.",
        "The answer has no ingredients or no steps; give both.",
    ),
    "no_json": (
        "답에 JSON이 없어요. 정해진 모양의 JSON 하나로만 답해 주세요.",
        "There is no JSON in the answer; answer with one JSON object of the given shape.",
    ),
    "cut": (
        "답이 도중에 끊겼어요. 더 짧게, 끝까지 적어 주세요.",
        "The answer breaks off; write it shorter and to its end.",
    ),
    "shape": (
        "답의 모양이 달라요. 정해진 칸을 한 번씩만 채워 주세요.",
        "The answer has another shape; fill each of the given keys once.",
    ),
    "too_many": (
        f"재료나 글이 너무 많아요. 재료는 {MOST_INGREDIENTS}가지 이하로 적어 주세요.",
        f"There is too much in the answer; use at most {MOST_INGREDIENTS} ingredients.",
    ),
    "language": (
        "한국어로 된 답이 아니에요. 이름과 만드는 법을 모두 한국어로 적어 주세요.",
        "The answer is not in English; write all names and steps in English.",
    ),
    "servings": (
        "인원이 달라요. 요청한 인원에 맞춘 양으로 다시 적어 주세요.",
        "The servings differ; write the amounts for the servings asked for.",
    ),
    "claim": (
        "만드는 법에 효능이나 수치에 대한 말이 섞여 있어요. 할 일만 적어 주세요.",
        "The steps mix in claims about health or figures; write only what to do.",
    ),
}


def unusable(trouble: Trouble, profile: Profile) -> UnusableRecipe:
    """The error for a trouble, in one sentence that also tells a model what to do about it."""
    korean, english = _TROUBLES[trouble]
    return UnusableRecipe(korean if profile.locale == "ko" else english, trouble=trouble)
