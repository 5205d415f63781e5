"""The fields a profile may have, and reading one strictly: type, size, or one clear message."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aichef.errors import InvalidProfile, NeedsAnswer
from aichef.profile.words import josa, measure, tidy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction

    from aichef.profile.model import Locale

LONGEST_TEXT: Final = 200
MOST_ITEMS: Final = 50

LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "target": ("목표", "target"),
    "servings": ("인원", "servings"),
    "budget": ("예산", "budget"),
    "allergies": ("알레르기", "allergies"),
    "strictAllergies": ("엄격한 알레르기 확인", "strict allergies"),
    "healthConditions": ("건강 상태", "health conditions"),
    "medications": ("복용 중인 약", "medications"),
    "cookingLevel": ("요리 수준", "cooking level"),
    "cookingTime": ("조리 시간", "cooking time"),
    "babyAgeMonths": ("아기 개월 수", "baby's age in months"),
    "currentFoods": ("먹어 본 음식", "foods eaten already"),
    "age": ("나이", "age"),
    "sex": ("성별", "sex"),
    "weightKg": ("몸무게", "weight"),
    "heightCm": ("키", "height"),
    "carbLimit": ("탄수화물 한도", "carbohydrate limit"),
    "carbBasis": ("탄수화물 계산 방식", "carbohydrate basis"),
    "ketoPhase": ("케토 단계", "keto phase"),
    "diabetesType": ("당뇨 유형", "diabetes type"),
    "bloodSugar": ("혈당", "blood sugar"),
    "availableIngredients": ("냉장고 재료", "available ingredients"),
    "pantry": ("집에 있는 양념", "pantry"),
    "region": ("지역", "region"),
    "shops": ("가는 가게", "shops"),
    "tools": ("조리 도구", "tools"),
    "diet": ("식단", "diet"),
    "dislikes": ("싫어하는 음식", "dislikes"),
    "note": ("요청 사항", "note"),
    "prefer": ("더 바라는 것", "preference"),
    "locale": ("언어", "locale"),
    "seed": ("시드", "seed"),
}
"""Every field by its name, with what people call it in Korean and English."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name, for a reader of `locale`; `text` and the like raise InvalidProfile."""

    name: str
    locale: Locale

    def say(self, ko: str, en: str) -> str:
        """One sentence that begins with the field's name; `ko` and `en` complete it."""
        label_ko, label_en = LABELS.get(self.name, (self.name, self.name))
        if self.locale == "ko":
            return f"{label_ko}({self.name}){josa(label_ko, '은', '는')} {ko}"
        return f"{label_en[0].upper()}{label_en[1:]} ({self.name}) {en}"

    def invalid(self, ko: str, en: str) -> InvalidProfile:
        """Return the error of a field that cannot be read."""
        return InvalidProfile(self.say(ko, en), field=self.name)

    def ask(self, question: str, **details: object) -> NeedsAnswer:
        """Return the error of a field on which safety hangs and which is not clear."""
        return NeedsAnswer(question, field=self.name, question=question, **details)

    def text(self, value: object, longest: int = LONGEST_TEXT) -> str:
        """Return the text, as typed but for its outer blanks; at most `longest` characters."""
        if not isinstance(value, str):
            raise self.invalid("글자로 적어 주세요.", "must be text.")
        if len(value) > longest:
            raise self.invalid(
                f"{longest}자 이하로 줄여 적어 주세요.",
                f"must be at most {longest} characters long.",
            )
        if any("\ud800" <= one <= "\udfff" for one in value):
            raise self.invalid("읽을 수 있는 글자로 적어 주세요.", "must be readable text.")
        return value.strip()

    def line(self, value: object, longest: int = LONGEST_TEXT) -> str:
        """Return the text on one line, without invisible characters."""
        return tidy(self.text(value, longest))

    def texts(self, value: object, longest: int = LONGEST_TEXT) -> tuple[str, ...]:
        """Return a text, or a list of texts; blank ones dropped."""
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list):
            raise self.invalid(
                "글자나 글자 목록으로 적어 주세요.", "must be text or a list of texts."
            )
        self.count(value)
        return tuple(one for one in (self.text(item, longest) for item in value) if tidy(one))

    def count(self, items: Sequence[object]) -> None:
        """Raise InvalidProfile when there are more entries than anyone needs."""
        if len(items) > MOST_ITEMS:
            raise self.invalid(
                f"{MOST_ITEMS}개 이하로 적어 주세요.", f"must have at most {MOST_ITEMS} entries."
            )

    def whole(
        self,
        value: object,
        words: Callable[[str], int | None],
        bounds: tuple[int, int],
        ko: str,
        en: str,
    ) -> int:
        """Return a whole number within `bounds`, typed or read by `words`; else say `ko`, `en`."""
        amount: int | None = None
        if isinstance(value, str):
            amount = words(self.line(value))
        elif isinstance(value, int) and not isinstance(value, bool):
            amount = value
        elif isinstance(value, float) and math.isfinite(value) and value.is_integer():
            amount = int(value)
        if amount is None or not bounds[0] <= amount <= bounds[1]:
            raise self.invalid(ko, en)
        return amount

    def amount(
        self,
        value: object,
        units: dict[str, Fraction],
        bounds: tuple[float, float],
        ko: str,
        en: str,
    ) -> float:
        """Return a number within `bounds`, typed or written with one of `units`."""
        amount: float | None = None
        if isinstance(value, str):
            read = measure(self.line(value), units)
            amount = None if read is None else float(read)
        elif isinstance(value, float | int) and not isinstance(value, bool):
            amount = float(value) if abs(value) < 1e9 else None
        if amount is None or not bounds[0] <= amount <= bounds[1]:
            raise self.invalid(ko, en)
        return amount

    def choice(self, value: object, words: Mapping[str, str], options: str) -> str:
        """Return the id a word stands for; `options` lists what may be written."""
        word = self.line(value).casefold()
        squeezed = "".join(one for one in word if one.isalnum())
        if squeezed not in words:
            raise self.invalid(
                f"{options} 가운데 하나로 적어 주세요.", f"must be one of {options}."
            )
        return words[squeezed]

    def yes(self, value: object) -> bool:
        """Return true or false, also as "예", "no" and the like."""
        if isinstance(value, bool):
            return value
        word = self.line(value).casefold() if isinstance(value, str) else ""
        if word in {"예", "네", "응", "yes", "y", "true", "on"}:
            return True
        if word in {"아니오", "아니요", "아뇨", "no", "n", "false", "off"}:
            return False
        raise self.invalid("예 또는 아니오로 적어 주세요.", "must be true or false.")
