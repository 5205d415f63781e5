"""What a profile says back: questions worth asking, what was assumed, and itself as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from aichef.profile.conditions import all_conditions
from aichef.profile.home import BASIC
from aichef.profile.words import josa

if TYPE_CHECKING:
    from aichef.profile.model import Available, Locale, Profile

DIABETES: Final = frozenset({"diabetes_t1", "diabetes_t2", "gdm"})
"""Conditions that are diabetes; with them medicines decide what a keto or diabetes meal may be."""


SAID: Final = "said:"
"""Begins the key of what was assumed in another's words: its sentence follows."""


class Question(NamedTuple):
    """A question a terminal or page can ask before cooking; the answer goes into `field`."""

    field: str
    text: str


def needs_medicines(profile: Profile) -> bool:
    """Whether the medicines taken decide: a diabetes meal, or keto with diabetes."""
    if profile.target == "diabetes":
        return True
    return profile.target == "keto" and bool(DIABETES & set(profile.conditions))


def missing_questions(profile: Profile) -> tuple[Question, ...]:
    """Return what should be asked where somebody can answer; empty when nothing decides."""
    if profile.medications is not None or not needs_medicines(profile):
        return ()
    text = (
        "드시는 약의 이름을 모두(예: 메트포르민, 포시가, 인슐린), 없으면 '없음'이라고 적어 주세요."
        if profile.locale == "ko"
        else "Which medicines are taken (metformin, Forxiga, insulin)? Write 'none' for none."
    )
    return (Question("medications", text),)


_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "adult": (
        "나이를 적지 않아 성인으로 보았어요.",
        "No age was given; an adult was assumed.",
    ),
    "pantry_basic": (
        "물, 기름, 소금, 설탕, 후추, 장류, 식초, 마늘, 고춧가루, 깨, 쌀은 집에 있다고 보았어요.",
        "Water, oils, salt, sugar, pepper, soy sauces, pastes, vinegar, garlic, chilli powder, "
        "sesame and rice were taken to be at home.",
    ),
    "servings_estimated": (
        "몇 인분인지 적혀 있지 않아 재료의 양으로 어림했어요.",
        "The servings were not given; they were estimated from the amounts.",
    ),
    "medications_not_given": (
        "복용 중인 약을 적지 않아 약에 따른 제한은 확인하지 못했으니, 약 이름을 적어 주세요.",
        "Limits that depend on medicines were not checked; please name the medicines taken.",
    ),
    "servings_default": ("인원을 적지 않아 2인분으로 보았어요.", "Two servings were assumed."),
    "budget_default": (
        "예산을 적지 않아 30,000원으로 보았어요.",
        "A budget of 30,000 won was assumed.",
    ),
    "note_not_followed": (
        "요청 메모는 요리책이 그대로 따르지 못할 수 있어요.",
        "The note may not be followed to the letter.",
    ),
    "blood_sugar_not_checked": (
        "적어 주신 혈당 수치는 참고만 하고 판정에는 쓰지 않았어요.",
        "The blood sugar given was noted, but nothing was checked against it.",
    ),
}


def assumption_text(key: str, locale: Locale) -> str:
    """Return the sentence for a person behind an assumption key; KeyError for an unknown key."""
    if key.startswith(SAID):
        return key.removeprefix(SAID)
    kind, _, rest = key.partition(":")
    if kind == "no_rule":
        return (
            f"'{rest}'에 맞춘 식사 규칙은 없어서 따로 확인하지 않았어요."
            if locale == "ko"
            else f"There is no food rule for '{rest}', so nothing was checked for it."
        )
    if kind == "spoiled":
        return (
            f"{rest}: 소비기한이 지나 쓰지 않았어요."
            if locale == "ko"
            else f"{rest} is past its use-by date and was not used."
        )
    if kind == "unknown_item":
        return (
            f"'{rest}'{josa(rest, '은', '는')} 모르는 재료라 쓰지 않았어요."
            if locale == "ko"
            else f"'{rest}' is an ingredient we do not know, so it was not used."
        )
    if kind == "dislike_unknown":
        return (
            f"'{rest}'{josa(rest, '은', '는')} 모르는 음식이라 이름이 같은 재료만 뺐어요."
            if locale == "ko"
            else f"We do not know '{rest}'; only ingredients of exactly that name were left out."
        )
    if kind == "may_mean":
        id_, _, word = rest.partition(":")
        name = all_conditions()[id_].name(locale)
        if locale == "ko":
            given = f"'{word}'{josa(word, '은', '는')} 보통 {name}에 쓰는 약이에요."
            return f"{given} {name}{josa(name, '이', '가')} 있으면 건강 상태에 적어 주세요."
        return f"'{word}' is usually taken for {name}; add that to the conditions if it applies."
    texts = _TEXTS[key]
    return texts[0] if locale == "ko" else texts[1]


def to_json(profile: Profile) -> dict[str, object]:
    """Return the profile as JSON in camelCase; `parse_profile` reads it back to an equal one."""
    assumed = set(profile.assumptions)
    no_rule = [one.partition(":")[2] for one in profile.assumptions if one.startswith("no_rule:")]
    table = all_conditions()
    basic = "pantry_basic" in assumed
    extra = profile.pantry - BASIC if basic else profile.pantry
    pantry = ["basic", *sorted(extra)] if basic else sorted(extra)
    fields: dict[str, object] = {
        "target": profile.target,
        "servings": None if "servings_default" in assumed else profile.servings,
        "budget": None if "budget_default" in assumed else profile.budget,
        "allergies": [one.word for one in profile.allergies],
        "strictAllergies": profile.strict_allergies,
        "healthConditions": [
            *(one for one in profile.conditions if table[one].kind != "medicine"),
            *no_rule,
        ],
        "medications": None if profile.medications is None else list(profile.medications),
        "cookingLevel": profile.level,
        "cookingTime": profile.cooking_time,
        "babyAgeMonths": profile.baby_age_months,
        "currentFoods": list(profile.current_foods),
        "age": profile.age,
        "sex": profile.sex,
        "weightKg": profile.weight_kg,
        "heightCm": profile.height_cm,
        "carbLimit": profile.carb_limit,
        "carbBasis": profile.carb_basis,
        "ketoPhase": profile.keto_phase,
        "diabetesType": profile.diabetes_type,
        "bloodSugar": profile.blood_sugar,
        "availableIngredients": [_available(one) for one in profile.available],
        "pantry": pantry,
        "region": profile.region,
        "shops": list(profile.shops),
        "tools": None if profile.tools is None else sorted(profile.tools),
        "diet": list(profile.diet),
        "dislikes": list(profile.dislikes),
        "note": profile.note,
        "prefer": list(profile.prefer),
        "locale": profile.locale,
        "seed": profile.seed,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _available(one: Available) -> dict[str, object]:
    fields: dict[str, object] = {
        "name": one.name,
        "amount": one.amount,
        "unit": one.unit,
        "expires": one.expires.isoformat() if one.expires else None,
        "mustUse": one.must_use,
    }
    return {name: value for name, value in fields.items() if value is not None}
