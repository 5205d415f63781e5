"""A note switches nothing on: health and age in it are asked for in their own fields."""

from __future__ import annotations

import pytest

from aichef.errors import NeedsAnswer
from aichef.profile.model import Profile
from aichef.profile.parse import assumption_text, parse_profile


def eater(**fields: object) -> Profile:
    return parse_profile({"target": "general", **fields})


@pytest.mark.parametrize(
    ("note", "field"),
    [
        ("땅콩 알레르기가 있어요", "allergies"),
        ("I have a peanut allergy", "allergies"),
        ("임신 중이에요", "healthConditions"),
        ("당뇨가 있어요", "healthConditions"),
        ("I have diabetes", "healthConditions"),
        ("SGLT2 억제제 복용중", "medications"),
        ("혈압약 먹어요", "medications"),
        ("8개월 아기가 먹어요", "babyAgeMonths"),
        ("my baby eats too", "babyAgeMonths"),
    ],
)
def test_health_in_a_note_is_asked_for_in_its_field(note: str, field: str) -> None:
    with pytest.raises(NeedsAnswer) as asked:
        eater(note=note)
    assert asked.value.details["field"] == field
    assert field in str(asked.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"note": "땅콩 알레르기가 있어요", "allergies": ["땅콩"]},
        {"note": "임신 중이에요", "healthConditions": ["임신"]},
        {"note": "메트포르민 먹어요", "medications": ["메트포르민"]},
        {"note": "8개월 아기가 먹어요", "target": "baby_food", "babyAgeMonths": 8},
        {"note": "알레르기 없어요"},
        {"note": "임신 아님"},
        {"note": "위에 부담 없는 음식"},
        {"note": "더 매콤하게"},
    ],
)
def test_what_the_profile_has_already_is_not_asked_again(fields: dict[str, object]) -> None:
    assert "note_not_followed" in eater(**fields).assumptions


def test_no_note_is_no_assumption() -> None:
    assert "note_not_followed" not in eater().assumptions


def test_an_unknown_fridge_item_is_said() -> None:
    profile = eater(availableIngredients=["우라늄", "두부"])
    assert "unknown_item:우라늄" in profile.assumptions
    said = assumption_text("unknown_item:우라늄", "ko")
    assert said == "'우라늄'은 모르는 재료라 쓰지 않았어요."


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("key", ["note_not_followed", "unknown_item:x", "dislike_unknown:x"])
def test_every_new_assumption_has_a_sentence(key: str, locale: str) -> None:
    assert assumption_text(key, "ko" if locale == "ko" else "en").endswith(".")
