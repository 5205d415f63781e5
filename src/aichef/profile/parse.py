"""Reading a profile: generous with words, then strict. The only maker of `Profile`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from aichef.errors import InvalidProfile
from aichef.food.allergens import read_allergy
from aichef.lazy import pattern
from aichef.profile.conditions import (
    DIETS,
    Reading,
    health_words,
    implied,
    read_conditions,
    read_medicines,
    suggested,
)
from aichef.profile.fields import LABELS, Field
from aichef.profile.home import (
    BASIC,
    food_ids,
    food_words,
    foods_meant,
    is_nothing,
    read_fridge,
    read_pantry,
    read_tools,
)
from aichef.profile.model import (
    Allergy,
    Available,
    Level,
    Locale,
    Preference,
    Profile,
    Target,
)
from aichef.profile.say import (
    DIABETES,
    Question,
    assumption_text,
    missing_questions,
    needs_medicines,
    to_json,
)
from aichef.profile.words import (
    fold,
    josa,
    key,
    minutes,
    months,
    number,
    parted,
    people,
    shown,
    split,
    won,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Literal

__all__ = ["Question", "assumption_text", "missing_questions", "parse_profile", "to_json"]

_SEOUL_HOURS: Final = 9
_TARGETS: Final = {
    "keto": ("keto", "ketogenic", "케토", "케토제닉", "저탄고지", "키토", "키토제닉", "케톤식"),
    "baby_food": ("baby_food", "baby food", "baby", "이유식", "유아식", "아기", "아기밥"),
    "diabetes": ("diabetes", "diabetic", "당뇨식", "당뇨", "당뇨 관리", "혈당 관리"),
    "diet": ("diet", "다이어트", "체중 감량", "다이어트식", "weight loss"),
    "fridge": ("fridge", "냉장고 털기", "냉장고", "냉털", "냉파", "냉장고 파먹기", "leftovers"),
    "general": ("general", "일반", "일반식", "보통", "집밥"),
}
_LEVELS: Final = {
    "beginner": ("beginner", "easy", "novice", "초급", "초보", "초보자", "입문", "왕초보"),
    "intermediate": ("intermediate", "medium", "중급", "중급자", "보통"),
    "advanced": ("advanced", "expert", "hard", "고급", "상급", "고수", "숙련"),
}
_SEXES: Final = {
    "female": ("female", "f", "woman", "여", "여자", "여성"),
    "male": ("male", "m", "man", "남", "남자", "남성"),
}
_BASES: Final = {
    "total": ("total", "총", "총탄수화물", "전체"),
    "net": ("net", "순", "순탄수화물", "당질"),
}
_LOCALES: Final = {
    "ko": ("ko", "ko-KR", "kr", "한국어", "korean"),
    "en": ("en", "en-US", "en-GB", "영어", "english"),
}
_DIETS: Final = {
    "vegan": ("vegan", "비건", "완전채식", "비건식"),
    "vegetarian": ("vegetarian", "채식", "채식주의", "채식주의자", "베지테리언", "락토오보"),
    "pescatarian": ("pescatarian", "pescetarian", "페스코", "페스카테리언", "페스코 채식"),
    "gluten_free": ("gluten_free", "글루텐프리", "글루텐 없이", "글루텐 제외", "무글루텐"),
    "halal": ("halal", "할랄"),
}
_PREFERENCES: Final = {
    "cheaper": ("cheaper", "cheap", "더 싸게", "싸게", "저렴하게"),
    "less_salt": ("less_salt", "less salt", "low salt", "덜 짜게", "저염", "싱겁게"),
    "quicker": ("quicker", "quick", "faster", "더 빨리", "빨리", "간단하게"),
}
_DIABETES_TYPES: Final = {
    "type1": (
        "type1",
        "1",
        "1형",
        "제1형",
        "t1",
        "t1d",
        "1형당뇨",
        "제1형당뇨병",
        "1형당뇨병",
        "type1diabetes",
    ),
    "type2": (
        "type2",
        "2",
        "2형",
        "제2형",
        "t2",
        "t2d",
        "2형당뇨",
        "제2형당뇨병",
        "2형당뇨병",
        "type2diabetes",
    ),
    "gestational": ("gestational", "gdm", "임신성", "임당", "임신성당뇨", "임신당뇨"),
    "prediabetes": ("prediabetes", "전단계", "당뇨전단계"),
    "": ("unknown", "모름", "몰라요", "모르겠어요"),
}
_TYPE_CONDITIONS: Final = {
    "type1": "diabetes_t1",
    "type2": "diabetes_t2",
    "gestational": "gdm",
    "prediabetes": "prediabetes",
}
_WEIGHT: Final = {
    "kg": Fraction(1),
    "킬로": Fraction(1),
    "키로": Fraction(1),
    "킬로그램": Fraction(1),
    "lb": Fraction(45359237, 100_000_000),
    "lbs": Fraction(45359237, 100_000_000),
    "파운드": Fraction(45359237, 100_000_000),
}
_HEIGHT: Final = {
    "cm": Fraction(1),
    "센티": Fraction(1),
    "센티미터": Fraction(1),
    "센치": Fraction(1),
    "m": Fraction(100),
    "미터": Fraction(100),
}
_GRAMS: Final = {"g": Fraction(1), "그램": Fraction(1)}


def _words(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {key(word): id_ for id_, words in table.items() for word in words}


def _named(table: Mapping[str, tuple[str, ...]]) -> str:
    """Every id with its first Korean word: "keto(케토), diet(다이어트)"."""
    korean = (
        (id_, next((w for w in words if not w.isascii()), "")) for id_, words in table.items()
    )
    return ", ".join(f"{id_}({word})" if word else id_ for id_, word in korean)


def parse_profile(data: object, *, today: date | None = None) -> Profile:
    """Read a profile from what `json.loads` gave; field names in camelCase or snake_case.

    `today` is the day "내일" counts from, by default today in Korea. Raises InvalidProfile for a
    field that cannot be read and NeedsAnswer where safety hangs on what is missing or not clear;
    both name the field in `details["field"]`.
    """
    values, locale = _values(data)
    day = today or (datetime.now(UTC) + timedelta(hours=_SEOUL_HOURS)).date()
    return _Reader(values, locale, day).profile()


def language(data: Mapping[str, object]) -> Locale:
    """The language that a profile asks for, before anything else of it is read; Korean at first."""
    asked = data.get("locale")
    found = _words(_LOCALES).get(key(asked[:50]), "ko") if isinstance(asked, str) else "ko"
    return cast("Locale", found)


def _values(data: object) -> tuple[dict[str, object], Locale]:
    if not isinstance(data, dict):
        raise InvalidProfile(
            "프로필은 필드와 값으로 된 JSON 객체로 보내 주세요. (A profile must be a JSON object.)",
            field="profile",
        )
    locale = language(data)
    values: dict[str, object] = {}
    for name, value in data.items():
        field = _known(name, locale)
        if field in values:
            raise Field(field, locale).invalid("한 번만 적어 주세요.", "must be given only once.")
        values[field] = value
    return {name: one for name, one in values.items() if not _is_blank(one)}, locale


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f"_{match[1].lower()}", name)


_FIELDS: Final = {form: name for name in LABELS for form in (name, _snake(name))}


def _known(name: object, locale: Locale) -> str:
    """Return the field a name stands for; InvalidProfile suggests the nearest one."""
    typed = name if isinstance(name, str) else str(type(name).__name__)
    if typed in _FIELDS:
        return _FIELDS[typed]
    word = shown(typed) or "?"
    import difflib

    near = difflib.get_close_matches(word, _FIELDS, 1, 0.6)
    if locale == "ko":
        hint = f" '{_FIELDS[near[0]]}'인가요?" if near else ""
        message = f"'{word}'{josa(word, '은', '는')} 모르는 필드예요.{hint}"
    else:
        hint = f" Did you mean '{_FIELDS[near[0]]}'?" if near else ""
        message = f"'{word}' is not a field of a profile.{hint}"
    raise InvalidProfile(message, field=word, suggestion=_FIELDS[near[0]] if near else None)


class _Health(NamedTuple):
    """Conditions and medicines read together, for each may be written in the other's place."""

    conditions: tuple[str, ...]
    medicines: tuple[str, ...] | None
    allergies: tuple[str, ...]
    no_rule: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """The given values of one profile, and how each field is read."""

    values: Mapping[str, object]
    locale: Locale
    today: date

    def field(self, name: str) -> Field:
        return Field(name, self.locale)

    def profile(self) -> Profile:
        target = self.target()
        self.read_locale()
        servings = self.servings()
        budget = self.budget()
        baby_months = self.baby_months(target)
        diabetes_type = self.diabetes_type()
        health = self.health(diabetes_type)
        pantry, basic = self.pantry()
        diet = self.diet(health.conditions)
        dislikes = self.dislikes()
        age = self.age()
        profile = Profile(
            target=target,
            servings=servings or 2,
            budget=budget or 30_000,
            allergies=self.allergies(health.allergies),
            strict_allergies=self.strict(),
            conditions=health.conditions,
            medications=health.medicines,
            level=cast("Level", self.choice("cookingLevel", _LEVELS) or "beginner"),
            cooking_time=self.cooking_time(),
            baby_age_months=baby_months,
            current_foods=self.current_foods(),
            age=age,
            sex=cast("Literal['female', 'male'] | None", self.choice("sex", _SEXES)),
            weight_kg=self.measure("weightKg", _WEIGHT, (2, 300), "60kg"),
            height_cm=self.measure("heightCm", _HEIGHT, (40, 250), "165cm"),
            carb_limit=self.carb_limit(),
            carb_basis=cast("Literal['total', 'net']", self.choice("carbBasis", _BASES) or "total"),
            keto_phase=self.line("ketoPhase", 100),
            diabetes_type=diabetes_type,
            blood_sugar=self.blood_sugar(),
            available=self.available(),
            pantry=pantry,
            region=self.line("region"),
            shops=self.shops(),
            tools=self.tools(),
            diet=diet,
            dislikes=dislikes,
            disliked_foods=frozenset(one for word in dislikes for one in foods_meant(word)),
            note=self.line("note") or "",
            prefer=self.prefer(),
            locale=self.locale,
            seed=self.seed(),
        )
        self.check_note(profile)
        return _with_assumptions(
            profile,
            servings_given=servings is not None,
            budget_given=budget is not None,
            basic=basic,
            no_rule=health.no_rule,
        )

    # -------------------------------------------------------------- the note

    def check_note(self, profile: Profile) -> None:
        """Ask for what a note says of health and age, which no note can switch on."""
        if not profile.note:
            return
        for clause in re.split(r"[.,;!?\n]|그리고", profile.note):
            said = _ALLERGIC.search(clause)
            if said and not self.is_declared(clause, profile):
                raise self.put_in("allergies", clause.strip())
        known = set(profile.conditions)
        for term in health_words(profile.note):
            declared = term.text in (profile.medications or ())
            if declared or (term.ids and known.issuperset(term.ids)):
                continue
            medicine = term.meaning == "medicine" or term.text.endswith("약")
            raise self.put_in("medications" if medicine else "healthConditions", term.text)
        baby = _BABY.search(profile.note)
        if baby and profile.baby_age_months is None:
            raise self.put_in("babyAgeMonths", baby[0].strip())

    def is_declared(self, clause: str, profile: Profile) -> bool:
        """Whether the profile has the allergy a clause speaks of, or the clause denies one."""
        found = read_allergy(clause.strip(), self.locale)
        if found.question:
            return any(one.word in clause for one in profile.allergies)
        foods = {one for allergy in profile.allergies for one in allergy.foods}
        return set(found.allergens) <= profile.allergen_ids and set(found.foods) <= foods

    def put_in(self, name: str, words: str) -> Exception:
        label = LABELS[name][0 if self.locale == "ko" else 1]
        word = shown(words)
        return self.field(name).ask(
            f"메모에 적은 '{word}'{josa(word, '은', '는')} {label}({name}) 칸에 적어 주세요. "
            "메모만으로는 그에 맞춰 확인하지 못해요."
            if self.locale == "ko"
            else f"Please put '{word}' from the note under {label} ({name}); "
            "nothing is checked against a note.",
            word=word,
        )

    # -------------------------------------------------------------- single values

    def choice(self, name: str, table: Mapping[str, tuple[str, ...]]) -> str | None:
        if name not in self.values:
            return None
        options = _named(table) if self.locale == "ko" else ", ".join(table)
        return self.field(name).choice(self.values[name], _words(table), options)

    def line(self, name: str, longest: int = 200) -> str | None:
        if name not in self.values:
            return None
        return self.field(name).line(self.values[name], longest) or None

    def target(self) -> Target:
        found = self.choice("target", _TARGETS)
        if found is None:
            raise self.field("target").invalid(
                f"{_named(_TARGETS)} 가운데 하나를 골라 적어 주세요.",
                f"is needed: one of {', '.join(_TARGETS)}.",
            )
        return cast("Target", found)

    def read_locale(self) -> None:
        self.choice("locale", _LOCALES)

    def servings(self) -> int | None:
        if "servings" not in self.values:
            return None
        return self.field("servings").whole(
            self.values["servings"],
            people,
            (1, 20),
            "1명부터 20명까지 숫자로 적어 주세요.",
            "must be a whole number from 1 to 20.",
        )

    def budget(self) -> int | None:
        if "budget" not in self.values:
            return None
        return self.field("budget").whole(
            self.values["budget"],
            won,
            (1_000, 1_000_000),
            "1,000원부터 1,000,000원까지 '3만원'처럼 적어 주세요.",
            "must be from 1,000 to 1,000,000 won, such as 30000.",
        )

    def cooking_time(self) -> int | None:
        if "cookingTime" not in self.values:
            return None
        return self.field("cookingTime").whole(
            self.values["cookingTime"],
            minutes,
            (1, 600),
            "1분부터 600분까지 '30분'처럼 적어 주세요.",
            "must be from 1 to 600 minutes.",
        )

    def baby_months(self, target: Target) -> int | None:
        field = self.field("babyAgeMonths")
        if "babyAgeMonths" not in self.values:
            if target == "baby_food":
                raise field.ask(
                    "아기가 태어난 지 만 몇 개월인지(이른둥이는 교정 개월 수) 적어 주세요."
                    if self.locale == "ko"
                    else "How old is the baby in completed months (corrected if born early)?"
                )
            return None
        value = self.values["babyAgeMonths"]
        if isinstance(value, float) and math.isfinite(value):
            value = math.floor(value)
        elif isinstance(value, str):
            word = field.line(value)
            value = months(word)
            if value is None:
                raise field.ask(
                    f"'{shown(word)}'{josa(word, '은', '는')} 몇 개월인지 알 수 없으니, "
                    "지난 개월 수를 '8개월'처럼 적어 주세요."
                    if self.locale == "ko"
                    else f"How many completed months is '{shown(word)}'? Write it like '8 months'."
                )
        return field.whole(
            value,
            months,
            (0, 60),
            "0개월부터 60개월까지 적어 주세요.",
            "must be from 0 to 60 completed months.",
        )

    def age(self) -> int | None:
        if "age" not in self.values:
            return None
        return self.field("age").whole(
            self.values["age"],
            _years,
            (0, 120),
            "0세부터 120세까지 '45세'처럼 햇수로 적어 주세요.",
            "must be from 0 to 120 years.",
        )

    def measure(
        self, name: str, units: dict[str, Fraction], bounds: tuple[float, float], example: str
    ) -> float | None:
        if name not in self.values:
            return None
        return self.field(name).amount(
            self.values[name],
            units,
            bounds,
            f"{bounds[0]}부터 {bounds[1]}까지 '{example}'처럼 적어 주세요.",
            f"must be from {bounds[0]} to {bounds[1]}, such as '{example}'.",
        )

    def carb_limit(self) -> float:
        if "carbLimit" not in self.values:
            return 5.0
        return self.field("carbLimit").amount(
            self.values["carbLimit"],
            _GRAMS,
            (2, 5),
            "한 끼 기준 5g보다 엄격하게만, 2g부터 5g까지 바꿀 수 있어요.",
            "may only be tightened: from 2 to 5 g per serving.",
        )

    def diabetes_type(self) -> str | None:
        if "diabetesType" not in self.values:
            return None
        field = self.field("diabetesType")
        value = self.values["diabetesType"]
        if isinstance(value, int) and not isinstance(value, bool) and value in {1, 2}:
            value = str(value)
        options = "1형, 2형, 임신성, 전단계" if self.locale == "ko" else "type1, type2, gestational"
        return field.choice(value, _words(_DIABETES_TYPES), options) or None

    def blood_sugar(self) -> str | None:
        value = self.values.get("bloodSugar")
        if isinstance(value, int | float) and not isinstance(value, bool):
            field = self.field("bloodSugar")
            if not 0 < value <= 2000:
                raise field.invalid(
                    "0보다 크고 2000 이하로 적어 주세요.", "must be above 0, at most 2000."
                )
            return f"{value:g}"
        return self.line("bloodSugar", 100)

    def strict(self) -> bool:
        if "strictAllergies" not in self.values:
            return False
        return self.field("strictAllergies").yes(self.values["strictAllergies"])

    def seed(self) -> int:
        if "seed" not in self.values:
            return 0
        return self.field("seed").whole(
            self.values["seed"],
            lambda text: int(text) if re.fullmatch(r"[0-9]{1,10}", text) else None,
            (0, 2**31),
            "0부터 2147483648까지의 정수로 적어 주세요.",
            "must be a whole number from 0 to 2147483648.",
        )

    # -------------------------------------------------------------- lists

    def shops(self) -> tuple[str, ...]:
        field = self.field("shops")
        names = [
            one
            for text in field.texts(self.values.get("shops", []))
            for one in split(text)
            if not is_nothing(one)
        ]
        field.count(names)
        return tuple(dict.fromkeys(names))

    def diet(self, conditions: tuple[str, ...]) -> tuple[str, ...]:
        field = self.field("diet")
        words = _words(_DIETS)
        found = {DIETS[one] for one in conditions if one in DIETS}
        for text in field.texts(self.values.get("diet", [])):
            for entry in split(text):
                if is_nothing(entry):
                    continue
                if key(entry) not in words:
                    raise field.invalid(
                        "비건, 채식, 페스코, 글루텐프리, 할랄 가운데에서 적어 주세요: "
                        f"'{shown(entry)}'.",
                        f"may be {', '.join(_DIETS)}, not '{shown(entry)}'.",
                    )
                found.add(words[key(entry)])
        return tuple(sorted(found))

    def prefer(self) -> tuple[Preference, ...]:
        field = self.field("prefer")
        words = _words(_PREFERENCES)
        found = set()
        for text in field.texts(self.values.get("prefer", [])):
            for entry in split(text):
                if key(entry) not in words:
                    raise field.invalid(
                        f"덜 짜게, 더 싸게, 더 빨리 가운데에서 적어 주세요: '{shown(entry)}'.",
                        f"may be {', '.join(_PREFERENCES)}, not '{shown(entry)}'.",
                    )
                found.add(cast("Preference", words[key(entry)]))
        return tuple(sorted(found))

    def dislikes(self) -> tuple[str, ...]:
        words = food_words(self.field("dislikes"), self.values.get("dislikes", []))
        bare = (
            re.sub(r"(?:은|는|을|를)?\s*(?:싫어요?|싫음|빼고|제외|안 먹\S*|못 먹\S*)$", "", one)
            for one in words
        )
        return tuple(dict.fromkeys(one for one in bare if one))

    def current_foods(self) -> tuple[str, ...]:
        return food_ids(self.field("currentFoods"), self.values.get("currentFoods", []))

    def available(self) -> tuple[Available, ...]:
        return read_fridge(
            self.field("availableIngredients"),
            self.values.get("availableIngredients", []),
            self.today,
        )

    def pantry(self) -> tuple[frozenset[str], bool]:
        if "pantry" not in self.values:
            return BASIC, True
        return read_pantry(self.field("pantry"), self.values["pantry"])

    def tools(self) -> frozenset[str] | None:
        if "tools" not in self.values:
            return None
        return read_tools(self.field("tools"), self.values["tools"])

    # -------------------------------------------------------------- health

    def health(self, diabetes_type: str | None) -> _Health:
        said = self.reading("healthConditions", read_conditions)
        taken = self.reading("medications", read_medicines)
        ids = {*said.conditions, *taken.conditions}
        if diabetes_type is not None:
            ids.add(_TYPE_CONDITIONS[diabetes_type])
        medicines = tuple(dict.fromkeys((*taken.medicines, *said.medicines)))
        only_conditions = bool(taken.conditions) and not taken.medicines
        given = "medications" in self.values and not self.unsure()
        answered = bool(medicines) or (given and not only_conditions)
        return _Health(
            conditions=implied(ids),
            medicines=medicines if answered else None,
            allergies=tuple(dict.fromkeys((*said.allergies, *taken.allergies))),
            no_rule=tuple(dict.fromkeys((*said.no_rule, *taken.no_rule))),
        )

    def unsure(self) -> bool:
        """Whether somebody was asked for medicines and does not know."""
        texts = self.field("medications").texts(self.values["medications"])
        return any(key(one) in _NOT_KNOWN for one in texts)

    def reading(self, name: str, read: Callable[[Iterable[str], Locale], Reading]) -> Reading:
        field = self.field(name)
        texts = [
            one for one in field.texts(self.values.get(name, [])) if key(one) not in _NOT_KNOWN
        ]
        found = read(texts, self.locale)
        if found.question is not None:
            raise field.ask(found.question.text, word=found.question.word)
        return found

    def allergies(self, from_conditions: tuple[str, ...]) -> tuple[Allergy, ...]:
        field = self.field("allergies")
        words = [
            name
            for text in (*field.texts(self.values.get("allergies", [])), *from_conditions)
            for name in self.allergy_names(field, text)
        ]
        field.count(words)
        return tuple(self.allergy(field, word) for word in dict.fromkeys(words))

    def allergy_names(self, field: Field, text: str) -> tuple[str, ...]:
        if self.is_allergy(text):
            return (_bare_allergy(text, self.locale),)
        entries = split(text, self.is_allergy)
        if len(entries) > 1 and any(_ABSENT.search(one) for one in entries):
            raise field.ask(
                f"'{shown(text)}' 가운데 알레르기가 있는 음식만 적어 주세요."
                if self.locale == "ko"
                else f"Please list only the foods the allergy is to, of '{shown(text)}'.",
                word=shown(text),
            )
        names: list[str] = []
        for entry in entries:
            reading = read_allergy(entry, self.locale)
            if reading.question or reading.allergens or reading.foods:
                names.extend(parted(_bare_allergy(entry, self.locale), self.is_allergy))
        return tuple(names)

    def is_allergy(self, word: str) -> bool:
        return _is_allergy(word, self.locale)

    def allergy(self, field: Field, word: str) -> Allergy:
        found = read_allergy(word, self.locale)
        if found.question:
            raise field.ask(found.question, word=shown(word))
        return Allergy(word, found.allergens, found.foods)


_ALLERGIC: Final = pattern(r"알레르기|알러지|알레지|불내증|allerg|intoleran", re.IGNORECASE)
_BABY: Final = pattern(
    r"[0-9]{1,2}\s*개월(?!째|간|동안|전|분|치| 전| 동안| 만에)"
    r"|(?<![0-9])[1-4]\s*(?:살|세)(?=\s|$|[가-힣])|신생아|영아|갓난아|돌쟁이|돌\s?아기|이유식"
    r"|(?<![가-힣])(?:아기|아가)(?=\s?먹|가|는|도|랑|와|에게|한테| |$)"
    r"|\b(?:infant|toddler|newborn)\b"
    r"|\b(?:my|our|the|a) baby\b(?! (?:carrot|spinach|corn|potato))"
    r"|\b[0-9]{1,2}[- ]months?[- ]old",
    re.IGNORECASE,
)
_NOT_KNOWN: Final = frozenset(
    {
        "모름",
        "몰라요",
        "모르겠어요",
        "잘모름",
        "잘모르겠어요",
        "unknown",
        "dontknow",
        "idontknow",
        "notsure",
    }
)
_ABSENT: Final = pattern(
    r"(?:알레르기|알러지|알레지)(?:는|은|가|도)?\s*(?:없\S*|아님|아니\S*)|괜찮\S*"
    r"|\b(?:no|not|without)\b.*\ballerg(?:y|ies|ic)\b|\bnkda\b",
    re.IGNORECASE,
)
_ALLERGY_WORDS: Final = pattern(
    r"\s*(?:에|에게)?\s*(?:알레르기|알러지|알레지)(?:가|이|는)?\s*(?:있\S*|심\S*|입니다|예요|이에요)?$"
    r"|\s+allerg(?:y|ies)$|^(?:i am |im |i'm )?allergic to\s+|^allergy to\s+",
    re.IGNORECASE,
)


def _is_allergy(word: str, locale: Locale) -> bool:
    found = read_allergy(word, locale)
    return not found.question and bool(found.allergens or found.foods)


def _bare_allergy(text: str, locale: Locale) -> str:
    """The name alone, of "우유 알레르기가 있어요", unless it means something else alone."""
    bare = _ALLERGY_WORDS.sub("", text).strip()
    same = read_allergy(bare, locale) == read_allergy(text, locale)
    return bare if bare and (same or not _is_allergy(text, locale)) else text


def _years(text: str) -> int | None:
    """Return an age in years: "45", "만 45세", "마흔다섯 살", "45 years old"."""
    match = re.fullmatch(
        r"(?:만|age|aged)?\s*(.+?)\s*(?:세|살|years? old|years?|yo|yrs?)?", fold(text)
    )
    amount = number(match[1]) if match else None
    return int(amount) if amount is not None and amount.denominator == 1 else None


def _with_assumptions(
    profile: Profile,
    *,
    servings_given: bool,
    budget_given: bool,
    basic: bool,
    no_rule: tuple[str, ...],
) -> Profile:
    """Return the profile with keys of what was taken for granted; most weighty first."""
    keys: list[str] = []
    if profile.medications is None and needs_medicines(profile):
        keys.append("medications_not_given")
    keys.extend(f"no_rule:{word}" for word in no_rule)
    for word, ids in suggested(profile.medications or ()):
        family = DIABETES if DIABETES & set(ids) else set(ids)
        if not family & {*profile.conditions, _TARGET_MEANS.get(profile.target, "")}:
            keys.extend(f"may_mean:{one}:{word}" for one in ids)
    if profile.note:
        keys.append("note_not_followed")
    keys.extend(f"unknown_item:{one.name}" for one in profile.available if one.food is None)
    keys.extend(f"dislike_unknown:{word}" for word in profile.dislikes if not foods_meant(word))
    if profile.age is None and profile.target != "baby_food":
        keys.append("adult")
    if profile.blood_sugar is not None:
        keys.append("blood_sugar_not_checked")
    if basic:
        keys.append("pantry_basic")
    if not servings_given:
        keys.append("servings_default")
    if not budget_given:
        keys.append("budget_default")
    return replace(profile, assumptions=tuple(keys))


_TARGET_MEANS: Final = {"diabetes": "diabetes_t2"}
