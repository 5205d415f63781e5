"""The form of the page and the profile, each made from the other; and what is wrong with one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qsl

from aichef.errors import ChefError, Infeasible, InvalidProfile, NeedsAnswer
from aichef.food.allergens import allergens, read_allergy
from aichef.food.table import food_names, foods, normal
from aichef.profile.conditions import all_conditions
from aichef.profile.fields import LABELS
from aichef.profile.model import TARGETS
from aichef.profile.parse import parse_profile
from aichef.profile.say import missing_questions, to_json
from aichef.recipe.admit import admit
from aichef.web.page.texts import text

if TYPE_CHECKING:
    from aichef.profile.model import Locale, Profile

Form = Mapping[str, tuple[str, ...]]
"""What stands in the form: every value of every field, by the field's name."""

MOST_FIELDS: Final = 300
MORE: Final = "More"
"""Behind the name of a field of boxes: the free words beside them ("allergiesMore")."""

BOXES: Final = ("allergies", "healthConditions", "diet", "tools", "prefer")
"""Fields that are boxes to tick; the first two have free words beside them."""

_ADULT: Final = frozenset({"healthConditions", "medications", "age", "sex", "weightKg", "heightCm"})
_ONLY: Final[Mapping[str, frozenset[str]]] = {
    "keto": _ADULT | {"carbLimit", "carbBasis"},
    "baby_food": frozenset({"babyAgeMonths", "currentFoods", "healthConditions"}),
    "diabetes": _ADULT | {"diabetesType", "bloodSugar"},
    "diet": _ADULT,
    "fridge": _ADULT | {"availableIngredients"},
    "general": _ADULT,
}
"""Fields that only some targets ask for, by target. What another target asked is not sent on."""

_ALWAYS: Final = (
    "target",
    "servings",
    "budget",
    "allergies",
    "strictAllergies",
    "cookingTime",
    "cookingLevel",
    "tools",
    "pantry",
    "diet",
    "dislikes",
    "note",
    "region",
    "shops",
    "prefer",
    "seed",
    "locale",
)

LIKELY: Final = (
    "hypertension",
    "diabetes_t2",
    "dyslipidaemia",
    "gout",
    "ckd",
    "fatty_liver",
    "pregnancy",
    "lactation",
    "gerd",
    "osteoporosis",
)
"""Conditions that stand as boxes; all others are written."""


ALLERGIES: Final = (
    ("계란", "egg"),
    ("우유", "milk"),
    ("밀", "wheat"),
    ("대두", "soy"),
    ("땅콩", "peanut"),
    ("호두", "walnut"),
    ("잣", "pine nut"),
    ("새우", "shrimp"),
    ("게", "crab"),
    ("조개", "shellfish"),
    ("오징어", "squid"),
    ("고등어", "mackerel"),
    ("소고기", "beef"),
    ("돼지고기", "pork"),
    ("닭고기", "chicken"),
    ("메밀", "buckwheat"),
    ("토마토", "tomato"),
    ("복숭아", "peach"),
    ("아황산류", "sulfites"),
)
"""The nineteen groups of the Korean label in everyday words, the commonest first.

"shellfish" is read as wide as English means it: shrimp, crab and squid as well.
"""

MINUTES: Final = (15, 20, 30, 45, 60)
BABY_STAGES: Final = (
    ("early", 4, 6),
    ("middle", 7, 8),
    ("late", 9, 11),
    ("complete", 12, 15),
    ("toddler", 16, 36),
)
"""Stages with the first and last of their months, as `Profile.stage` draws the borders."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to put right: the field it is about, a sentence, and the rules it rests on."""

    field: str
    message: str
    rules: tuple[Mapping[str, Any], ...] = ()
    least: int | None = None


def read_form(body: bytes) -> Form:
    """What a browser posted. Raises InvalidProfile for what no browser of ours sends."""
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), strict_parsing=bool(body), max_num_fields=MOST_FIELDS
        )
    except ValueError as trouble:
        raise InvalidProfile(
            "양식을 읽을 수 없어요. 다시 적어 보내 주세요. "
            "(The form cannot be read; please fill it in again.)",
            field="target",
        ) from trouble
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        if value.strip():
            found[name] = (*found.get(name, ()), value.strip())
    return found


def to_profile(form: Form) -> dict[str, object]:
    """The profile as JSON that a form says, for `parse_profile` to read.

    Only what its target asks for; fields left blank are not there.
    """
    target = _one(form, "target")
    asked = (*_ALWAYS, *sorted(_ONLY.get(target, _ADULT)))
    found: dict[str, object] = {}
    for name in asked:
        value = _value(form, name)
        if value is not None:
            found[name] = value
    return found


def asked_by(field: str) -> tuple[str, ...]:
    """The targets that ask for a field, in the order of the cards."""
    return tuple(one for one in TARGETS if field in _ONLY[one])


def _value(form: Form, name: str) -> object | None:
    if name == "pantry":
        return _pantry(form)
    if name in BOXES:
        words = [*form.get(name, ()), *form.get(f"{name}{MORE}", ())]
        return words or None
    if name == "strictAllergies":
        return True if _one(form, name) else None
    return _one(form, name) or None


def _pantry(form: Form) -> object | None:
    match _one(form, "pantryKind"):
        case "empty":
            return "empty"
        case "list":
            return list(form.get("pantry", ())) or "empty"
        case _:
            return ["basic", *form["pantry"]] if form.get("pantry") else None


def from_profile(profile: Mapping[str, Any], locale: Locale) -> Form:
    """The form that says a profile: JSON as it was accepted, or as `profile.say.to_json` writes."""
    form: dict[str, tuple[str, ...]] = {}
    for name, value in profile.items():
        if name == "pantry" and value is not None:
            form.update(_pantry_form(value, locale))
        elif name not in LABELS or value in (None, "", [], False):
            continue
        elif name in {"allergies", "healthConditions"}:
            form.update(_boxes(name, _texts(value), locale))
        elif name in BOXES:
            form[name] = tuple(_texts(value))
        elif name == "availableIngredients":
            items = [value] if isinstance(value, str | dict) else value
            form[name] = (", ".join(_item(one, locale) for one in items),)
        elif isinstance(value, list):
            form[name] = (", ".join(map(str, value)) or _NONE[locale],)
        else:
            form[name] = ("1" if value is True else str(value),)
    if profile.get("medications") == []:
        form["medications"] = (_NONE[locale],)
    return form


_NONE: Final = {"ko": "없음", "en": "none"}


def _texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in cast("list[object]", value)]


def _boxes(name: str, words: list[str], locale: Locale) -> dict[str, tuple[str, ...]]:
    """Words that stand as boxes, by their value; all others as free words."""
    if name == "healthConditions":
        by_word = {
            word: one for one in LIKELY for word in (one, all_conditions()[one].name(locale))
        }
    else:
        by_word = {word: box for box, words in _allergy_words(locale).items() for word in words}
    ticked = tuple(by_word[one] for one in words if one in by_word)
    others = tuple(one for one in words if one not in by_word)
    form = {name: ticked} if ticked else {}
    return {**form, **({f"{name}{MORE}": (", ".join(others),)} if others else {})}


def boxed(form: Form, locale: Locale) -> Form:
    """The form with words that have no box among the free words: no allergy may get lost."""
    found = dict(form)
    for name in ("allergies", "healthConditions"):
        more = f"{name}{MORE}"
        given = _boxes(name, list(found.pop(name, ())), locale)
        free = (*found.pop(more, ()), *given.pop(more, ()))
        found |= {**given, **({more: (", ".join(free),)} if free else {})}
    return found


def _allergy_words(locale: Locale) -> dict[str, tuple[str, ...]]:
    """The value of each box, and every word that means no less and no more than the box."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in ALLERGIES:
        korean, english = (read_allergy(word).allergens for word in pair)
        box = pair[0] if korean == english else pair[locale == "en"]
        found[box] = pair if korean == english else (box,)
    return found


def _pantry_form(value: object, locale: Locale) -> dict[str, tuple[str, ...]]:
    words = [_named(one, locale) for one in _texts(value) if one != "empty"]
    if "basic" in words:
        rest = [one for one in words if one != "basic"]
        more: dict[str, tuple[str, ...]] = {"pantry": (", ".join(rest),)} if rest else {}
        return {"pantryKind": ("basic",), **more}
    return {"pantryKind": ("list",), "pantry": (", ".join(words),)} if words else dict(_EMPTY)


def _named(word: str, locale: Locale) -> str:
    """The id of a food as its name, where that is read as the same food again."""
    food = foods().get(word)
    name = food.name(locale) if food else word
    return name if food_names().get(normal(name)) == word else word


_EMPTY: Final[Form] = {"pantryKind": ("empty",)}


def _item(item: object, locale: Locale) -> str:
    """A thing in the fridge as one writes it: "두부 1모 (2026-11-25, 꼭)"."""
    if not isinstance(item, dict):
        return str(item)
    notes = [str(item["expires"])] if item.get("expires") else []
    if item.get("mustUse"):
        notes.append(text("ask.must_use", locale))
    amount = f"{item.get('amount') or ''}{item.get('unit') or ''}"
    return " ".join(
        filter(None, (str(item["name"]), amount, f"({', '.join(notes)})" * bool(notes)))
    )


def dated(profile: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The profile with its use-by days as dates: "내일까지" is meant from the day it was said."""
    found = dict(profile)
    try:
        read = parse_profile(found, today=today)
    except ChefError:
        return found
    if any(one.expires for one in read.available):
        found["availableIngredients"] = to_json(read)["availableIngredients"]
    return found


def allergy_boxes(locale: Locale) -> tuple[tuple[str, str], ...]:
    """The allergens a Korean label must name, in the words that people use: value and name.

    A box has the same value in both languages, so that what was ticked in one stays ticked in
    the other; but "shellfish" is wider than any Korean box, so it stands for itself.
    """
    names = (pair[locale == "en"] for pair in ALLERGIES)
    return tuple(zip(_allergy_words(locale), names, strict=True))


def allergen_names(locale: Locale) -> tuple[str, ...]:
    """Every allergen we know, by name, for the free words to be completed."""
    boxes = {name for _, name in allergy_boxes(locale)}
    names = (one.name_ko if locale == "ko" else one.name_en for one in allergens().values())
    return tuple(one for one in names if one not in boxes)


def condition_boxes(locale: Locale) -> tuple[tuple[str, str], ...]:
    """Conditions that stand as boxes: id and name."""
    return tuple((one, all_conditions()[one].name(locale)) for one in LIKELY)


def troubles(form: Form, today: date) -> tuple[Profile | None, tuple[Trouble, ...]]:
    """The profile, or everything that keeps it from being one, one sentence a field.

    Questions on which safety hangs are asked here, and hard conflicts are said.
    """
    data = to_profile(form)
    found: dict[str, Trouble] = {}
    profile = None
    while profile is None:
        try:
            profile = parse_profile(data, today=today)
        except (InvalidProfile, NeedsAnswer) as trouble:
            one = trouble_of(trouble)
            if one.field in found:
                break
            # Without the field the rest is read, so that everything is said at once.
            found[one.field] = one
            data.pop(one.field, None)
    if found or profile is None:
        return None, tuple(found.values())
    asked = missing_questions(profile)
    if asked:
        return None, tuple(Trouble(one.field, one.text) for one in asked)
    try:
        admit(profile, today)
    except Infeasible as trouble:
        return None, (replace(trouble_of(trouble), field=_place(trouble, profile)),)
    return profile, ()


def _place(refusal: Infeasible, profile: Profile) -> str:
    """The field a conflict is said at: the food that was wished for, the baby's age, the target."""
    named = {food for rule in refusal.details.get("rules", ()) for food in rule.get("foods", ())}
    if named & {one.name for one in profile.available if one.must_use}:
        return "availableIngredients"
    if named:
        return "note"
    if profile.target == "baby_food":
        return "healthConditions" if profile.conditions else "babyAgeMonths"
    return "target"


def trouble_of(error: ChefError) -> Trouble:
    """An error as something to put right at a field; "target" where it names no other."""
    return trouble_from(error.message, error.details)


def trouble_from(message: str, details: Mapping[str, Any]) -> Trouble:
    """As `trouble_of`, of what a store kept of an error."""
    field = details.get("field")
    would_do = details.get("wouldDo") or ()
    if details.get("leastBudget"):
        field = "budget"
    elif details.get("leastMinutes"):
        field = "cookingTime"
    elif not field and would_do:
        field = would_do[0].get("field")
    field = str(field) if field in LABELS else "target"
    plain = re.sub(rf" ?\((?:{field}|general)\)", "", message)
    least = details.get("leastBudget") or details.get("leastMinutes")
    return Trouble(field, plain, tuple(details.get("rules") or ()), least)


def _one(form: Form, name: str) -> str:
    values = form.get(name, ())
    return values[0] if values else ""
