"""What the original asks a model: a role, four lines on the person, three figures, a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_TOKENS = 4000
TEMPERATURE = 0.7

ROLES = {
    "keto": "케토제닉 식단을 맡은 전문 영양사",
    "baby_food": "이유식을 맡은 전문 영양사",
    "diabetes": "당뇨 식단을 맡은 전문 영양사",
    "diet": "체중 감량 식단을 맡은 전문 영양사",
    "fridge": "남은 재료를 살리는 전문 영양사",
}
WANTED = {
    "keto": ("탄수화물 5g 이하", "지방 70% 이상", "단백질 25% 안팎"),
    "baby_food": ("생후 {babyAgeMonths}개월에 맞는 재료와 크기", "소금·설탕·꿀 없이", "푹 익혀서"),
    "diabetes": ("탄수화물을 적게", "당을 넣지 않고", "나트륨을 적게"),
    "diet": ("열량을 낮게", "단백질을 넉넉히", "기름을 적게"),
    "fridge": ("가진 재료를 먼저: {availableIngredients}", "새로 살 것은 적게", "쉽게"),
}
FORM = """{
  "recipeName": "두부 버섯 볶음",
  "description": "담백한 한 접시",
  "cookingTime": 15,
  "difficulty": "easy",
  "servings": 2,
  "ingredients": [
    {"name": "두부", "amount": "1", "unit": "모"},
    {"name": "참기름", "amount": "1", "unit": "큰술"}
  ],
  "instructions": [
    "1. 두부를 먹기 좋게 썹니다.",
    "2. 참기름을 두르고 노릇하게 굽습니다."
  ],
  "notes": "갓 구워 드세요."
}"""


def prompt(profile: Mapping[str, Any]) -> str:
    """The whole of what it says to the model about a profile."""
    target = profile.get("target", "keto")
    wanted = [line.format_map(_Said(profile)) for line in WANTED[target]]
    return "\n".join(
        (
            f"당신은 {ROLES[target]}입니다. 아래 조건에 맞는 레시피를 만들어 주세요.",
            "",
            "사용자:",
            f"- 건강 상태: {_listed(profile.get('healthConditions'))}",
            f"- 알레르기: {_listed(profile.get('allergies'))}",
            f"- 요리 실력: {profile.get('cookingLevel', '초급')}",
            f"- 예산: {profile.get('budget', 30_000)}원",
            f"- 인원: {profile.get('servings', 2)}명",
            "",
            "요구 사항:",
            *(f"- {line}" for line in wanted),
            "",
            "다음 JSON 형식으로만 답해 주세요:",
            FORM.replace('"notes"', '"ketoNotes"') if target == "keto" else FORM,
        )
    )


class _Said(dict[str, Any]):
    """A profile, with a word for what was not said."""

    def __missing__(self, key: str) -> str:
        return "알 수 없음"


def _listed(words: object) -> str:
    return ", ".join(map(str, words)) if isinstance(words, (list, tuple)) and words else "없음"
