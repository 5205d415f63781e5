"""Profiles as people and machines write them."""

from __future__ import annotations

import json
import time
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aichef.errors import InvalidProfile, NeedsAnswer, RequestError
from aichef.food.allergens import allergens
from aichef.profile.fields import LABELS
from aichef.profile.parse import assumption_text, missing_questions, parse_profile, to_json

if TYPE_CHECKING:
    from aichef.profile.model import Profile

TODAY = date(2026, 11, 23)


def read(**fields: object) -> Profile:
    return parse_profile({"target": "general", **fields}, today=TODAY)


def refused(**fields: object) -> InvalidProfile:
    with pytest.raises(InvalidProfile) as caught:
        read(**fields)
    return caught.value


def asked(**fields: object) -> NeedsAnswer:
    with pytest.raises(NeedsAnswer) as caught:
        read(**fields)
    return caught.value


@pytest.mark.parametrize(
    ("word", "target"),
    [
        ("keto", "keto"),
        ("케토", "keto"),
        ("저탄고지", "keto"),
        ("baby", "baby_food"),
        ("이유식", "baby_food"),
        ("당뇨식", "diabetes"),
        ("다이어트", "diet"),
        ("냉장고 털기", "fridge"),
        ("일반", "general"),
        ("GENERAL", "general"),
    ],
)
def test_a_target_has_many_names(word: str, target: str) -> None:
    assert read(target=word, babyAgeMonths=8).target == target


def test_a_missing_target_is_asked_for_with_the_choice() -> None:
    with pytest.raises(InvalidProfile, match="keto") as caught:
        parse_profile({})
    assert caught.value.details["field"] == "target"


def test_a_profile_without_more_takes_the_defaults_and_says_so() -> None:
    profile = read()
    assert (profile.servings, profile.budget, profile.level) == (2, 30_000, "beginner")
    assert profile.medications is None
    assert {"adult", "pantry_basic", "servings_default", "budget_default"} == set(
        profile.assumptions
    )


def test_an_unknown_field_is_named_with_the_nearest_known_one() -> None:
    error = refused(healthConditons="당뇨")
    assert error.details == {"field": "healthConditons", "suggestion": "healthConditions"}
    assert "healthConditions" in str(error)


def test_snake_case_is_accepted_and_a_field_given_twice_is_not() -> None:
    assert read(cooking_time="30분").cooking_time == 30
    assert refused(cooking_time=30, cookingTime=20).details["field"] == "cookingTime"


@pytest.mark.parametrize("data", [None, [], 3, "keto", True, 1.5])
def test_a_profile_is_an_object(data: object) -> None:
    with pytest.raises(InvalidProfile):
        parse_profile(data)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("servings", 0),
        ("servings", 21),
        ("servings", True),
        ("servings", 2.5),
        ("servings", "2~3명"),
        ("servings", [2]),
        ("budget", 999),
        ("budget", 1_000_001),
        ("budget", -500),
        ("budget", "-500"),
        ("budget", "0"),
        ("budget", "무제한"),
        ("budget", float("nan")),
        ("budget", float("inf")),
        ("budget", 10**400),
        ("budget", {"won": 3}),
        ("cookingTime", 0),
        ("cookingTime", "빨리"),
        ("age", 121),
        ("age", "8개월"),
        ("weightKg", "무거움"),
        ("weightKg", 10**400),
        ("heightCm", 1.65),
        ("carbLimit", 20),
        ("carbLimit", 1),
        ("carbLimit", True),
        ("carbBasis", "gross"),
        ("sex", 1),
        ("cookingLevel", "신"),
        ("strictAllergies", 1),
        ("strictAllergies", "아마"),
        ("allergies", {"milk": True}),
        ("allergies", [["우유"]]),
        ("allergies", ["우유"] * 51),
        ("healthConditions", 7),
        ("healthConditions", ["당뇨", None]),
        ("healthConditions", "가" * 201),
        ("medications", False),
        ("diet", "육식"),
        ("tools", "망치"),
        ("pantry", ["외계물질"]),
        ("currentFoods", "외계물질"),
        ("note", "가" * 201),
        ("note", 5),
        ("note", "\ud800"),
        ("region", "가" * 201),
        ("shops", ["가게"] * 51),
        ("bloodSugar", "가" * 101),
        ("seed", -1),
        ("seed", 2**31 + 1),
        ("seed", "a"),
        ("locale", "fr"),
        ("target", "비밀"),
        ("target", ["keto"]),
        ("diabetesType", 3),
        ("babyAgeMonths", 61),
        ("babyAgeMonths", -1),
        ("babyAgeMonths", True),
        ("availableIngredients", 3),
        ("availableIngredients", [[]]),
        ("availableIngredients", [{"amount": 1}]),
        ("availableIngredients", [{"name": "두부", "colour": "흰색"}]),
        ("availableIngredients", [{"name": "두부", "amount": 0}]),
        ("availableIngredients", [{"name": "두부", "amount": float("nan")}]),
        ("availableIngredients", [{"name": "두부", "expires": "언젠가"}]),
        ("availableIngredients", "두부 0모"),
    ],
)
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_what_cannot_be_read_is_refused_by_its_name(field: str, value: object, locale: str) -> None:
    error = refused(**{"locale": locale, field: value})
    assert error.details["field"] == field
    assert field in str(error)
    assert "\n" not in str(error)


def test_a_carbohydrate_limit_may_only_be_tightened() -> None:
    assert read(carbLimit="3g").carb_limit == 3
    assert "엄격" in str(refused(carbLimit=20))


def test_the_budget_and_people_are_read_from_words() -> None:
    profile = read(budget="1만 5천원", servings="네 명", cookingTime="1시간 반")
    assert (profile.budget, profile.servings, profile.cooking_time) == (15_000, 4, 90)


# ------------------------------------------------------------------ babies


def test_baby_food_asks_for_the_age() -> None:
    error = asked(target="이유식")
    assert error.details["field"] == "babyAgeMonths"
    assert error.details["question"]


def test_a_baby_age_that_could_mean_two_things_is_asked_about() -> None:
    assert asked(target="baby_food", babyAgeMonths="9개월차").details["field"] == "babyAgeMonths"


@pytest.mark.parametrize(("value", "months"), [("100일", 3), (11.9, 11), ("2살", 24), (0, 0)])
def test_a_baby_age_is_completed_months(value: object, months: int) -> None:
    assert read(target="baby_food", babyAgeMonths=value).baby_age_months == months


# ------------------------------------------------------------------ allergies


@pytest.mark.parametrize(
    "value", ["우유와 계란, 땅콩", ["우유", "계란", "땅콩"], "우유·계란/땅콩 알레르기가 있어요"]
)
def test_allergies_are_read_one_by_one(value: object) -> None:
    assert {"milk", "egg", "peanut"} <= read(allergies=value).allergen_ids


def test_an_apple_is_not_split_at_its_last_syllable() -> None:
    assert [one.word for one in read(allergies="사과와 우유").allergies] == ["사과", "우유"]


@pytest.mark.parametrize(
    "value", ["없음", [], "none", "우유는 괜찮아요", "우유 알레르기 없음", "no known allergies"]
)
def test_no_allergy_is_none(value: object) -> None:
    assert read(allergies=value).allergies == ()


@pytest.mark.parametrize("value", ["초록괴물", "우유, 땅콩은 괜찮아요"])
def test_an_allergy_that_is_not_clear_is_asked_about(value: str) -> None:
    assert asked(allergies=value).details["field"] == "allergies"


def test_our_own_names_of_allergens_stay_whole_in_a_list() -> None:
    for one in allergens().values():
        for locale in ("ko", "en"):
            said = f"{one.name(locale)}, {'망고' if locale == 'ko' else 'mango'}"
            assert {one.id, "mango"} <= read(allergies=said, locale=locale).allergen_ids, said
    assert [one.word for one in read(allergies="사과·배·복숭아").allergies] == [
        "사과",
        "배",
        "복숭아",
    ]


def test_an_allergy_among_the_conditions_moves_to_the_allergies() -> None:
    profile = read(healthConditions="고혈압이 있고 우유 알레르기가 있어요")
    assert profile.conditions == ("hypertension",)
    assert profile.allergen_ids >= {"milk"}


# ------------------------------------------------------------------ health


def test_a_medicine_is_understood_in_either_field() -> None:
    for fields in ({"medications": "포시가"}, {"healthConditions": "포시가 복용"}):
        profile = read(**fields)
        assert profile.conditions == ("sglt2i",)
        assert profile.medications == ("포시가",)


def test_a_condition_among_the_medicines_is_a_condition_and_no_answer() -> None:
    profile = read(target="keto", medications=["당뇨"])
    assert profile.conditions == ("diabetes_t2",)
    assert profile.medications is None


def test_what_a_medicine_is_usually_for_is_said_not_assumed() -> None:
    profile = read(medications="암로디핀 5mg")
    assert profile.conditions == ("statin_ccb_grapefruit",)
    assert "may_mean:hypertension:암로디핀" in profile.assumptions
    with_it = read(medications="암로디핀", healthConditions="고혈압")
    assert not [one for one in with_it.assumptions if one.startswith("may_mean")]


@pytest.mark.parametrize(
    ("fields", "decides"),
    [
        ({"target": "diabetes"}, True),
        ({"target": "diabetes", "medications": "모름"}, True),
        ({"target": "diabetes", "medications": "없음"}, False),
        ({"target": "diabetes", "medications": []}, False),
        ({"target": "keto"}, False),
        ({"target": "keto", "healthConditions": "당뇨"}, True),
        ({"target": "keto", "healthConditions": "당뇨 전단계"}, False),
        ({"target": "diet", "healthConditions": "당뇨"}, False),
    ],
)
def test_medicines_are_asked_for_where_they_decide(fields: dict[str, Any], decides: bool) -> None:
    profile = read(**fields)
    assert ("medications_not_given" in profile.assumptions) is decides
    assert [one.field for one in missing_questions(profile)] == (["medications"] if decides else [])


def test_the_type_of_diabetes_is_a_condition() -> None:
    assert read(diabetesType="1형").conditions == ("diabetes_t1",)
    assert read(diabetesType=2).conditions == ("diabetes_t2",)
    assert read(diabetesType="임신성").conditions == ("gdm", "pregnancy")
    assert read(diabetesType="모름").conditions == ()


def test_a_harmless_word_is_accepted_and_said() -> None:
    profile = read(healthConditions=["비염", "저혈압"])
    assert profile.conditions == ()
    assert {"no_rule:비염", "no_rule:저혈압"} <= set(profile.assumptions)


def test_a_question_names_the_word_in_the_language_of_the_profile() -> None:
    error = asked(healthConditions="루푸스")
    assert error.details["word"] == "루푸스"
    assert "아직 모르는" in str(error)
    assert "do not know" in str(asked(healthConditions="lupus", locale="en"))


def test_a_vegan_among_the_conditions_eats_vegan() -> None:
    assert read(healthConditions="비건").diet == ("vegan",)
    assert read(diet="글루텐프리, 할랄").diet == ("gluten_free", "halal")


# ------------------------------------------------------------------ what is said back


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_every_assumption_has_a_sentence(locale: Any) -> None:
    profile = read(target="diabetes", healthConditions="비염", bloodSugar="공복 120", locale=locale)
    other = read(medications="암로디핀", locale=locale)
    for key in (*profile.assumptions, *other.assumptions):
        sentence = assumption_text(key, locale)
        assert sentence.endswith(".")
        assert "안전" not in sentence
        assert "safe" not in sentence


FIELDS: dict[str, list[object]] = {
    "target": ["keto", "당뇨식", "diet", "fridge", "general", "baby"],
    "babyAgeMonths": [8, "두 돌"],
    "servings": [1, "네 명", None],
    "budget": ["만원", 45_000, None],
    "allergies": ["우유와 계란", ["땅콩"], "없음"],
    "strictAllergies": [True, "예"],
    "healthConditions": [
        "고혈압, 비염",
        ["임당"],
        "당뇨, 포시가 복용",
        "우유 알레르기",
        "비건",
        "없음",
    ],
    "medications": [
        None,
        [],
        "없음",
        "암로디핀 5mg, 메트포르민",
        "혈압약",
        "자디앙 듀오",
        ["통풍"],
    ],
    "cookingLevel": ["고급", None],
    "cookingTime": ["30분", None],
    "currentFoods": ["쌀, 당근", []],
    "age": [45, None],
    "sex": ["여성", None],
    "weightKg": ["60.5kg", "130 lb", None],
    "heightCm": [165, None],
    "carbLimit": [3.5, None],
    "carbBasis": ["net", None],
    "ketoPhase": ["유지기", None],
    "diabetesType": ["1형", None],
    "bloodSugar": [120, "공복 110", None],
    "availableIngredients": [
        "두부 1모(내일까지, 꼭), 시금치 한 단, 우유 1,000ml",
        [{"name": "달걀", "amount": 3, "unit": "개", "expires": "3일 뒤", "mustUse": True}],
        ["다진 돼지고기 300g", "양파 반 개", "외계물질 2개"],
        None,
    ],
    "pantry": ["basic", "없음", ["소금", "간장"], ["basic", "버터"], None],
    "region": ["서울 마포구", None],
    "shops": ["이마트, 홈플러스", []],
    "tools": ["오븐 없음", "전자레인지만", ["pan", "pot"], [], None],
    "diet": ["비건", None],
    "dislikes": ["오이, 물컹한 것", []],
    "note": ["더 매콤하게", None],
    "prefer": ["덜 짜게", ["cheaper", "quicker"], None],
    "locale": ["ko", "en"],
    "seed": [0, 7, None],
}


def test_every_field_takes_part_in_the_round_trip() -> None:
    assert set(FIELDS) == set(LABELS)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.fixed_dictionaries({name: st.sampled_from(some) for name, some in FIELDS.items()}))
def test_a_profile_written_as_json_reads_back_equal(fields: dict[str, object]) -> None:
    profile = parse_profile(fields, today=TODAY)
    echo = json.loads(json.dumps(to_json(profile)))
    assert parse_profile(echo, today=date(2030, 1, 1)) == profile


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(sorted(LABELS)) | st.text(max_size=12)
ITEMS = st.lists(
    st.dictionaries(
        st.sampled_from(["name", "amount", "unit", "expires", "mustUse"]), JSON, max_size=5
    ),
    max_size=3,
)


def request_error(data: object) -> RequestError | None:
    try:
        parse_profile(data, today=TODAY)
    except RequestError as error:
        return error
    return None


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(NAMES, JSON, max_size=4), st.booleans())
def test_no_json_makes_anything_but_a_profile_or_a_request_error(
    data: dict[str, object], with_target: bool
) -> None:
    if with_target:
        data["target"] = "general"
    error = request_error(data)
    assert error is None or error.details["field"] is not None
    str(error).encode("utf-8")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ITEMS)
def test_no_fridge_makes_anything_but_a_profile_or_a_request_error(items: list[object]) -> None:
    error = request_error({"target": "general", "availableIngredients": items})
    assert error is None or error.details["field"] == "availableIngredients"


def test_a_long_profile_is_read_quickly() -> None:
    started = time.process_time()
    with pytest.raises(NeedsAnswer):
        read(healthConditions=[f"모르는 말 {'가나다 ' * 45}"] * 50)
    assert time.process_time() - started < 2
