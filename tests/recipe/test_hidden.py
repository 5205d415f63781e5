"""Where an allergen can hide: in what a food is made of, in glued words, titles, notes, keys."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aichef.food.allergens import allergens
from aichef.food.model import Allergen
from aichef.food.table import food_groups, foods, made_of
from aichef.profile.model import Allergy, Profile
from aichef.recipe.admit import without_spoiled
from tests.recipe.making import TODAY, allergic_to, baby, eater, findings, ill_with, recipe, refused


def judged(allergy: str, *lines: str, **more: object) -> str:
    return findings(recipe(*lines, **more), allergic_to(allergy))["G01"].verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("allergy", "line"),
    [
        *(
            ("고추", line)
            for line in ("고춧가루 5g", "건고추 5g", "고추장 10g", "배추김치 50g", "고추기름 5g")
        ),
        *(("고추", line) for line in ("라면 100g", "청양고추 5g", "꽈리고추 20g")),
        *(("김", line) for line in ("조미김 2g", "김밥김 2g")),
        *(("무", line) for line in ("깍두기 50g", "단무지 20g", "무말랭이 20g", "쌈무 20g")),
        *(
            ("호박", line)
            for line in ("애호박 50g", "주키니호박 50g", "단호박 50g", "늙은호박 50g")
        ),
        *(("감귤류", line) for line in ("귤 50g", "레몬즙 5g", "오렌지주스 50g", "유자 20g")),
        *(("사과", line) for line in ("사과식초 5g", "사과주스 50g")),
        *(("고구마", line) for line in ("당면 50g", "고구마전분 5g")),
        *(("콩류", line) for line in ("완두콩 20g", "땅콩 5g", "두부 50g")),
        ("팥", "팥앙금 20g"),
        ("초콜릿", "코코아가루 5g"),
        ("버섯", "건표고버섯 5g"),
        ("견과", "땅콩 5g"),
        ("너트", "땅콩 5g"),
        ("마늘", "마늘가루 1g"),
    ],
)
def test_an_allergy_reaches_what_is_made_of_the_food(allergy: str, line: str) -> None:
    assert judged(allergy, line) == "fail"


@pytest.mark.parametrize(
    ("allergy", "line"), [("고추", "두부 50g"), ("나무견과류", "땅콩 5g"), ("호두", "땅콩 5g")]
)
def test_an_allergy_does_not_reach_further(allergy: str, line: str) -> None:
    assert judged(allergy, line) == "pass"


def test_the_tables_of_parts_and_groups_name_foods_of_the_table() -> None:
    assert all(part in foods() for food in foods() for part in made_of(food))
    assert all(one in foods() for group in food_groups().values() for one in group)


def test_parts_of_parts_are_parts_and_no_surer_than_the_way_to_them() -> None:
    assert made_of("gochujang")["chili_dried"] == "contains"
    assert made_of("naengmyeon_noodle_dry")["sweet_potato"] == "likely"
    assert "gochujang" not in made_of("chili_dried")


@pytest.mark.parametrize(
    "step",
    [
        "땅콩을 제외하지 않고 넣습니다",
        "땅콩은 빼지 말고 넣으세요",
        "땅콩은 알레르기가 없다면 넣습니다",
        "땅콩 표시가 없으면 넣습니다",
        "땅콩은 넣지 않아도 되지만 넣으면 고소합니다",
        "땅콩다져 넣는다",
        "땅콩버터를넣고 섞는다",
        "Don't omit peanuts",
        "Serve without peanuts if allergic",
    ],
)
def test_what_is_left_out_only_half_is_not_left_out(step: str) -> None:
    assert judged("땅콩", "애호박 50g", steps=[step]) == "fail"


@pytest.mark.parametrize(
    "step",
    [
        "땅콩은 빼고 소금을 넣는다",
        "땅콩은 빼고 나머지 재료를 모두 넣는다",
        "물이 끓으면 땅콩 없이 면을 넣는다",
        "땅콩처럼 고소해질 때까지 볶는다",
    ],
)
def test_what_is_left_out_stays_left_out(step: str) -> None:
    assert judged("땅콩", "애호박 50g", steps=[step]) == "pass"


def test_honey_that_is_not_left_out_is_refused_to_a_baby() -> None:
    porridge = recipe("쌀죽 100g", steps=["꿀을 제외하지 않고 넣어 끓인다"])
    assert "B39" in refused(porridge, baby(8))
    assert "B39" not in refused(recipe("쌀죽 100g", steps=["꿀은 넣지 않고 끓인다"]), baby(8))


def test_batter_betrays_wheat_and_perhaps_egg() -> None:
    assert judged("밀", "애호박 50g", steps=["튀김옷을 입혀 튀긴다"]) == "fail"
    assert judged("계란", "애호박 50g", steps=["반죽옷을 입혀 굽는다"]) == "unknown"


@pytest.mark.parametrize("name", ["땅콩조림", "Peanut stew"])
def test_the_name_of_a_dish_is_evidence_too(name: str) -> None:
    assert judged("땅콩", "두부 50g", name=name) == "fail"
    assert judged("땅콩", "두부 50g", name="두부조림") == "pass"


@pytest.mark.parametrize(
    "more",
    [
        {"notes": "땅콩을 뿌려 드세요"},
        {"description": "땅콩을 듬뿍 올린 요리"},
        {"toppings": ["땅콩 10g"]},
        {"optionalIngredients": [{"name": "땅콩", "amount": "10g"}]},
        {"sauce": {"name": "땅콩소스"}},
        {"ingredientsText": "애호박 50g, 땅콩 10g"},
        {"method": ["땅콩을 넣어 볶는다"]},
    ],
)
def test_no_key_of_a_recipe_hides_an_allergen(more: dict[str, object]) -> None:
    assert judged("땅콩", "애호박 50g", **more) == "fail"


def test_a_key_we_do_not_know_is_named_and_a_claim_is_not() -> None:
    ill = ill_with("고혈압")
    found = findings(recipe("두부 100g", optionalIngredients=[{"name": "비법가루"}]), ill)["G03"]
    assert (found.verdict, found.foods) == ("unknown", ("optionalIngredients",))
    assert findings(recipe("두부 100g", image="x.jpg", tags=["한식"]), ill)["G03"].verdict == "pass"


@pytest.mark.parametrize("line", ["락스 10ml", "주방세제 5ml", "bleach 10ml", "농약 1g"])
def test_what_is_no_food_is_refused_to_everyone(line: str) -> None:
    assert "G20" in refused(recipe("두부 100g", line), eater())


@pytest.mark.parametrize(
    ("item", "days", "used"),
    [
        *(
            (item, 1, False)
            for item in ("우유", "달걀", "두부", "만두", "밥", "고등어", "사골육수")
        ),
        *((item, 1, True) for item in ("당근", "간장", "냉동 새우", "참치캔", "멸치")),
        *((item, 31, False) for item in ("당근", "냉동 새우")),
    ],
)
def test_food_past_its_date_is_used_only_where_it_keeps(item: str, days: int, used: bool) -> None:
    gone = (TODAY - timedelta(days=days)).isoformat()
    profile = eater(availableIngredients=[{"name": item, "expires": gone}])
    assert bool(without_spoiled(profile, TODAY).available) == used


def test_a_dislike_of_a_group_means_all_of_it() -> None:
    profile = eater(dislikes=["버섯", "우라늄볶음"])
    assert {"mushroom_enoki", "mushroom_pine"} <= profile.disliked_foods
    assert "dislike_unknown:우라늄볶음" in profile.assumptions


def allergic_to_the_untold(monkeypatch: pytest.MonkeyPatch) -> Profile:
    """Somebody with an allergy that allergens.csv has and no food of the table is said to hold."""
    palm = Allergen("untold_palm", "야자", "palm", members=(), labelled=False, source="this test")
    every = {**allergens(), palm.id: palm}
    for room in ("aichef.recipe.checks", "aichef.food.allergens"):
        monkeypatch.setattr(f"{room}.allergens", lambda: every)
    return replace(eater(), allergies=(Allergy("야자", (palm.id,)),))


def test_an_allergy_to_what_no_food_is_said_to_hold_is_never_passed_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    curry = recipe("코코넛밀크 200ml", "닭고기 200g")
    person = allergic_to_the_untold(monkeypatch)
    found = findings(curry, person)
    assert found["G01"].verdict == "unknown"
    assert "어떤 식재료에 들어 있는지 몰라" in found["G01"].message
    assert found["G02"].verdict == "unknown"
    assert "G01" in refused(curry, person)
    english = findings(curry, replace(person, locale="en"))["G01"]
    assert "which foods hold it" in english.message
