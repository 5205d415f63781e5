"""The form and the profile, each made from the other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from aichef.errors import InvalidProfile
from aichef.food.allergens import allergens, read_allergy
from aichef.profile.conditions import all_conditions
from aichef.profile.fields import LABELS
from aichef.profile.home import BASIC
from aichef.profile.model import Locale
from aichef.profile.parse import parse_profile
from aichef.profile.say import to_json
from aichef.web.page import form as form_room
from aichef.web.page.form import (
    ALLERGIES,
    BABY_STAGES,
    LIKELY,
    allergy_boxes,
    dated,
    from_profile,
    read_form,
    to_profile,
    trouble_from,
    troubles,
)

TODAY = date(2026, 11, 23)


def form(**values: object) -> dict[str, tuple[str, ...]]:
    return {name: one if isinstance(one, tuple) else (str(one),) for name, one in values.items()}


def test_every_allergy_box_stands_for_one_label_group() -> None:
    korean = {read_allergy(word).allergens for word, _ in ALLERGIES}
    labelled = {(one.id,) for one in allergens().values() if one.labelled}
    assert korean == labelled
    for ko, en in ALLERGIES:
        assert set(read_allergy(ko).allergens) <= set(read_allergy(en, "en").allergens)


def test_every_condition_box_is_a_disease_we_have_rules_for() -> None:
    assert {all_conditions()[one].kind for one in LIKELY} == {"disease"}


def test_stages_are_drawn_where_the_profile_draws_them() -> None:
    for stage, first, last in BABY_STAGES:
        for months in range(first, last + 1):
            profile = parse_profile({"target": "baby_food", "babyAgeMonths": months})
            assert profile.stage == stage


def test_what_a_browser_posts_is_read() -> None:
    body = urlencode(
        [("target", "keto"), ("allergies", "우유"), ("allergies", "밀"), ("note", " ")]
    )
    assert read_form(body.encode()) == {"target": ("keto",), "allergies": ("우유", "밀")}
    assert read_form(b"") == {}


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"&".join([b"a=1"] * 400), b"nothing"])
def test_what_no_browser_posts_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidProfile):
        read_form(body)


def test_what_another_target_asked_is_not_sent_on() -> None:
    said = form(
        target="keto",
        babyAgeMonths="8",
        availableIngredients="두부",
        diabetesType="type1",
        carbBasis="net",
    )
    assert to_profile(said) == {"target": "keto", "carbBasis": "net"}


def test_boxes_and_free_words_go_together() -> None:
    said = form(target="diet", allergies=("우유", "밀"), allergiesMore="키위, 망고")
    profile, found = troubles(said, TODAY)
    assert found == ()
    assert profile
    assert [one.word for one in profile.allergies] == ["우유", "밀", "키위", "망고"]


@pytest.mark.parametrize(
    ("said", "pantry"),
    [
        ({}, None),
        ({"pantryKind": "basic"}, None),
        ({"pantryKind": "basic", "pantry": "올리브유"}, ["basic", "올리브유"]),
        ({"pantryKind": "empty", "pantry": "올리브유"}, "empty"),
        ({"pantryKind": "list", "pantry": "소금, 간장"}, ["소금, 간장"]),
        ({"pantryKind": "list"}, "empty"),
    ],
)
def test_the_pantry_is_what_was_ticked(said: dict[str, str], pantry: object) -> None:
    assert to_profile(form(target="diet", **said)).get("pantry") == pantry


PROFILES = [
    {"target": "keto", "allergies": ["땅콩", "키위"], "servings": 3, "carbBasis": "net"},
    {"target": "baby_food", "babyAgeMonths": 8, "currentFoods": ["소고기", "쌀미음"][:1]},
    {
        "target": "diabetes",
        "diabetesType": "type2",
        "medications": ["메트포르민"],
        "healthConditions": ["고혈압", "통풍"],
        "bloodSugar": "공복 130",
    },
    {"target": "diabetes", "medications": [], "tools": ["전자레인지", "냄비"]},
    {
        "target": "fridge",
        "availableIngredients": [
            {"name": "두부", "amount": "0.5", "unit": "모", "mustUse": True},
            {"name": "계란", "amount": 3, "unit": "개", "expires": "2026-11-30"},
            "시금치",
        ],
        "pantry": ["basic", "올리브유"],
    },
    {"target": "diet", "pantry": "empty", "diet": ["비건"], "dislikes": ["가지", "오이"]},
    {
        "target": "general",
        "pantry": ["소금", "간장"],
        "age": 70,
        "sex": "여",
        "weightKg": 55.5,
        "heightCm": 158,
        "region": "서울 마포구",
        "shops": ["이마트", "홈플러스"],
        "note": "더 매콤하게",
        "prefer": ["less_salt", "cheaper"],
        "strictAllergies": True,
        "allergies": ["우유"],
        "cookingTime": 30,
        "cookingLevel": "advanced",
        "budget": "1만 5천원",
        "seed": 7,
    },
]


@pytest.mark.parametrize("given", PROFILES, ids=lambda one: one["target"])
@pytest.mark.parametrize("kept", [True, False], ids=["as accepted", "as read"])
def test_a_profile_comes_back_from_its_form_unchanged(given: dict[str, object], kept: bool) -> None:
    profile = parse_profile(given, today=TODAY)
    said = from_profile(given if kept else to_json(profile), "ko")
    again = parse_profile(to_profile(said), today=TODAY)
    assert to_json(again) == to_json(profile)


def test_boxes_are_ticked_in_the_other_language_too() -> None:
    said = from_profile({"target": "keto", "allergies": ["우유", "kiwi"]}, "en")
    assert said["allergies"] == ("우유",)
    assert said["allergiesMore"] == ("kiwi",)
    assert from_profile({"allergies": ["milk"]}, "en") == {"allergies": ("우유",)}
    # "shellfish" means more than "조개"; as a box it would be narrowed.
    assert from_profile({"allergies": ["shellfish"]}, "ko") == {"allergiesMore": ("shellfish",)}


def test_what_is_ticked_in_one_language_stays_ticked_in_the_other() -> None:
    korean = {value for value, _ in allergy_boxes("ko")}
    english = {value for value, _ in allergy_boxes("en")}
    assert korean ^ english == {"조개", "shellfish"}
    assert dict(allergy_boxes("en"))["땅콩"] == "peanut"
    # "shellfish" is wider than any Korean box, so its word goes to the free ones, and back.
    assert from_profile({"allergies": ["조개"]}, "en") == {"allergiesMore": ("조개",)}


def test_a_use_by_day_is_meant_from_the_day_it_was_said() -> None:
    given = {
        "target": "fridge",
        "availableIngredients": "두부 1모 (내일까지), 붕붕이 2개 (꼭), 가지",
    }
    kept = dated(given, TODAY)
    items: Any = kept["availableIngredients"]
    assert [one.get("expires") for one in items] == ["2026-11-24", None, None]
    assert dated(kept, date(2026, 12, 31)) == kept
    words: tuple[tuple[Locale, str], ...] = (("ko", "꼭"), ("en", "must use"))
    for locale, must in words:
        said = from_profile(kept, locale)["availableIngredients"]
        assert said == (f"두부 1모 (2026-11-24), 붕붕이 2개 ({must}), 가지",)
        again = parse_profile({"target": "fridge", "availableIngredients": said[0]})
        assert again.available == parse_profile(given, today=TODAY).available
    plain = {"target": "fridge", "availableIngredients": "두부 1모, 가지"}
    assert dated(plain, TODAY) == plain
    assert dated({"target": "nothing"}, TODAY) == {"target": "nothing"}


def test_a_pantry_of_ids_is_shown_by_name_and_read_back() -> None:
    given = parse_profile({"target": "diet", "pantry": sorted(BASIC - {"rice_white_raw"})})
    both: tuple[Locale, ...] = ("ko", "en")
    for locale in both:
        said = from_profile(to_json(given), locale)
        assert "_" not in said["pantry"][0]
        assert parse_profile(to_profile({**said, "target": ("diet",)})).pantry == given.pantry


# --- what is wrong ---


def test_everything_that_is_wrong_is_said_at_once() -> None:
    said = form(target="diet", servings="99", budget="-5", cookingTime="영원히", age="천 살")
    profile, found = troubles(said, TODAY)
    assert profile is None
    assert {one.field for one in found} == {"servings", "budget", "cookingTime", "age"}
    for one in found:
        assert one.message.endswith(".")
        assert f"({one.field})" not in one.message


def test_a_form_without_a_target_asks_for_one() -> None:
    _, found = troubles({}, TODAY)
    assert [one.field for one in found] == ["target"]


def test_a_baby_without_an_age_is_asked_for_it() -> None:
    _, found = troubles(form(target="baby_food"), TODAY)
    assert [one.field for one in found] == ["babyAgeMonths"]


@pytest.mark.parametrize("said", [{}, {"healthConditions": "diabetes_t2"}])
def test_medicines_are_asked_for_where_they_decide(said: dict[str, str]) -> None:
    target = "keto" if said else "diabetes"
    _, found = troubles(form(target=target, **said), TODAY)
    assert [one.field for one in found] == ["medications"]


def test_a_word_that_is_no_allergen_is_asked_about_at_its_field() -> None:
    _, found = troubles(form(target="keto", allergiesMore="붕붕이"), TODAY)
    assert [one.field for one in found] == ["allergies"]
    assert "붕붕이" in found[0].message


def test_a_conflict_names_its_rules_and_what_would_do() -> None:
    _, found = troubles(form(target="keto", healthConditions=("ckd",)), TODAY)
    assert [one.field for one in found] == ["target"]
    assert found[0].rules
    assert all(one["message"] and one["source"] for one in found[0].rules)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"target": "baby_food", "babyAgeMonths": "2"}, "babyAgeMonths"),
        ({"target": "baby_food", "babyAgeMonths": "8", "healthConditions": "ckd"}, None),
        ({"target": "general", "allergies": "땅콩", "note": "땅콩 넣어 주세요"}, "note"),
        (
            {"target": "fridge", "allergies": "땅콩", "availableIngredients": "땅콩 100g (꼭)"},
            "availableIngredients",
        ),
    ],
)
def test_a_conflict_is_said_where_the_person_can_end_it(
    said: dict[str, str], field: str | None
) -> None:
    _, found = troubles(form(**said), TODAY)
    assert [one.field for one in found] == [field or "healthConditions"]


def test_money_and_time_that_do_not_do_are_said_at_their_fields() -> None:
    assert trouble_from("모자라요.", {"leastBudget": 4200}).field == "budget"
    assert trouble_from("모자라요.", {"leastMinutes": 20}).field == "cookingTime"
    assert trouble_from("왜인지 몰라요.", {"field": "sessionId"}).field == "target"


def test_every_field_of_a_profile_stands_in_the_form() -> None:
    """But the keto phase, which no rule asks for."""
    shown = (Path(form_room.__file__).parent / "templates" / "ask.html").read_text(encoding="utf-8")
    assert [one for one in LABELS if f'"{one}"' not in shown] == ["ketoPhase"]
