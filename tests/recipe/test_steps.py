"""What steps say is judged: foods they hide, heat they claim, sizes they leave."""

from __future__ import annotations

import pytest

from aichef.recipe.steps import largest_piece, mentioned
from tests.recipe.making import (
    allergic_to,
    baby,
    eater,
    findings,
    ill_with,
    recipe,
    refused,
    verdict,
)

RICE = ("밥 200g", "애호박 50g")


@pytest.mark.parametrize(
    ("allergy", "step"),
    [
        ("땅콩", "땅콩버터를 넣어 볶는다"),
        ("땅콩", "땅콩 버터를 한 큰술 넣는다"),
        ("땅콩", "타지 않게 땅콩을 볶아 넣는다"),
        ("땅콩", "덩어리 없이 땅콩을 갈아 넣는다"),
        ("땅콩", "땅콩을 먹기 좋은 크기로 썬다"),
        ("땅콩", "땅콩가루를 뿌린다"),
        ("우유", "우유를 붓는다"),
        ("우유", "버터를 두르고 굽는다"),
        ("밀", "밀가루를 묻혀 굽는다"),
        ("새우", "새우젓으로 간한다"),
        ("메밀", "메밀면을 삶는다"),
        ("계란", "달걀을 풀어 넣는다"),
    ],
)
def test_an_allergen_only_the_steps_name_is_found(allergy: str, step: str) -> None:
    assert "G01" in refused(recipe(*RICE, steps=[step]), allergic_to(allergy))


@pytest.mark.parametrize(
    "step", ["Add the peanut butter and stir.", "Do not let the peanuts burn."]
)
def test_an_english_step_is_read_too(step: str) -> None:
    assert "G01" in refused(recipe("rice 200g", steps=[step]), allergic_to("peanut", locale="en"))


def test_what_is_listed_is_no_other_word_for_what_one_is_allergic_to() -> None:
    mushrooms = recipe("팽이버섯 100g", steps=["느타리버섯을 찢어 넣고 볶습니다."])
    assert "G01" in refused(mushrooms, allergic_to("느타리버섯"))
    assert "G01" not in refused(mushrooms, allergic_to("표고버섯"))


@pytest.mark.parametrize(
    "step",
    [
        "땅콩은 빼고 볶는다",
        "땅콩은 절대 넣지 않는다",
        "땅콩 없이 볶는다",
        "땅콩 대신 애호박을 볶는다",
        "땅콩 크기로 썬다",
        "물을 붓고 불을 줄여 김이 오르면 간을 본다",
        "여러 가지 애호박을 다시 볶는다",
        "without peanuts, fry the courgette",
        "do not add peanuts",
        "chop as fine as peanuts",
    ],
)
def test_what_is_left_out_or_means_something_else_raises_no_alarm(step: str) -> None:
    assert refused(recipe(*RICE, steps=[step]), allergic_to("땅콩")) == set()


@pytest.mark.parametrize(
    ("lines", "step"),
    [
        (("닭가슴살 100g",), "닭고기를 굽는다"),
        (("국간장 5g",), "간장을 넣는다"),
        (("청양고추 5g",), "고추를 썬다"),
        (("대파 10g",), "파를 썬다"),
        (("쌀 90g",), "밥을 짓는다"),
        (("달걀 1개",), "완숙 달걀로 삶는다"),
        (("땅콩버터 10g",), "버터를 바른다"),
    ],
)
def test_a_shorter_name_of_an_ingredient_hides_nothing(lines: tuple[str, ...], step: str) -> None:
    assert [one for one in mentioned(recipe(*lines, steps=[step])) if one[0]] == []


def test_honey_in_the_steps_keeps_the_dish_from_a_baby() -> None:
    mash = recipe("쌀 20g", "물 150ml", steps=["쌀을 끓여 3mm로 으깬다", "꿀을 한 숟갈 넣는다"])
    assert {"B00", "B39"} <= refused(mash, baby(8))


@pytest.mark.parametrize(
    ("profile", "step", "rule"),
    [
        (eater(medications=["와파린"]), "낫토를 얹는다", "warfarin.01"),
        (ill_with("임신"), "소주를 뿌린다", "pregnancy.01"),
        (ill_with("신장병"), "저나트륨소금으로 간한다", "ckd.07"),
        (ill_with("신장병"), "스타프루트를 곁들인다", "ckd.08"),
        (ill_with("신장병"), "소금으로 간한다", "G03"),
        (ill_with("임신"), "간 요리처럼 소간을 볶아 얹는다", "pregnancy.04"),
        (eater(diet=["비건"]), "새우를 넣는다", "diet.vegan"),
        (eater(target="keto"), "설탕을 뿌린다", "K13"),
    ],
)
def test_avoid_lists_reach_into_the_steps(profile: object, step: str, rule: str) -> None:
    assert rule in refused(recipe(*RICE, steps=[step]), profile)  # type: ignore[arg-type]


def test_a_food_nobody_weighed_leaves_the_figures_of_a_patient_open() -> None:
    sweet = recipe(*RICE, steps=["설탕을 듬뿍 뿌린다"])
    assert verdict("G03", sweet, ill_with("고혈압")) == "unknown"
    assert verdict("G03", sweet, eater()) == "warn"


def test_what_the_list_offers_instead_is_judged() -> None:
    for line in (
        "아몬드버터 또는 땅콩버터 20g",
        "두부 100g (또는 땅콩버터)",
        "tofu or peanut butter 20g",
    ):
        assert "G01" in refused(recipe(line, "밥 200g"), allergic_to("땅콩"))


@pytest.mark.parametrize(
    ("lines", "steps"),
    [
        (("연어 100g",), ["연어를 앞뒤로 굽는다"]),
        (("생새우 100g",), ["새우를 5분 끓인다"]),
        (("연어 100g", "양파 50g"), ["양파를 볶는다", "연어를 넣고 10분 조린다", "연어를 담는다"]),
        (("연어 100g",), ["모든 재료를 넣고 끓인다"]),
        (("연어 100g",), ["연어는 겉만 익혀 덜어 둔다", "연어를 넣고 10분 끓인다"]),
        (("cod 100g",), ["Lay the cod in the pot, bring to the boil and simmer for 10 minutes."]),
    ],
)
def test_food_heated_by_the_steps_is_cooked(lines: tuple[str, ...], steps: list[str]) -> None:
    assert (
        verdict("pregnancy.02", recipe(*lines, "밥 200g", steps=steps), ill_with("임신")) == "pass"
    )


@pytest.mark.parametrize(
    ("lines", "steps"),
    [
        (("연어 100g", "양파 50g"), ["연어를 썬다", "양파를 볶는다", "밥에 연어를 얹는다"]),
        (("연어 100g", "양파 50g"), ["연어를 썬다", "양파를 볶아 연어에 얹는다"]),
        (("연어 100g", "볶은 참깨 5g"), ["연어를 썰어 볶은 참깨와 버무린다"]),
        (("연어 100g",), ["연어를 익히지 않고 얹는다"]),
        (("연어 100g",), ["물을 끓인다", "연어를 썰어 얹는다"]),
        (("연어 100g",), ["오븐을 예열한다", "연어를 썰어 얹는다"]),
        (("연어회 100g",), ["밥을 끓인다"]),
        (("달걀 1개",), ["달걀을 반숙으로 삶는다"]),
        (("소고기 안심 100g",), ["소고기를 5분 굽는다", "소고기는 겉면만 익혀 촉촉하게 낸다"]),
        (("소고기 안심 100g",), ["소고기를 핏기가 도는 정도로 굽는다"]),
        (("육회 100g",), ["모두 넣고 끓인다"]),
        (("연어 100g",), []),
        (("salmon 100g", "onion 50g"), ["Fry the onion.", "Slice the salmon and lay it on top."]),
        (("salmon 100g",), ["Serve the salmon without cooking."]),
    ],
)
def test_food_the_steps_do_not_heat_is_not_taken_for_cooked(
    lines: tuple[str, ...], steps: list[str]
) -> None:
    dish = recipe(*lines, "밥 200g", steps=steps)
    assert {"pregnancy.02", "G01", "G03"} & refused(dish, ill_with("임신"))
    assert verdict("pregnancy.02", dish, ill_with("임신")) in {"fail", "unknown"} or (
        dish.ingredients[0].food is None
    )


def test_grapes_are_not_cut_because_garlic_is() -> None:
    child = baby(30)
    garlic = ["다진 마늘을 볶아 익힌다", "포도를 통째로 얹는다", "모두 10mm로 썬다"]
    assert (
        verdict("B50", recipe("밥 100g", "포도 30g", "다진 마늘 3g", steps=garlic), child) != "pass"
    )
    cut = ["포도를 세로로 4등분한다", "모두 10mm로 썬다"]
    assert verdict("B50", recipe("밥 100g", "포도 30g", steps=cut), child) == "pass"


def test_seasoned_nuts_are_not_ground_nuts() -> None:
    child = baby(30)
    assert verdict("B49", recipe("밥 100g", "호두 10g"), child) == "fail"
    assert verdict("B49", recipe("밥 100g", "호두가루 10g"), child) != "fail"


@pytest.mark.parametrize(
    ("steps", "millimetres"),
    [
        (["닭가슴살을 2cm로 썬다", "애호박은 3mm로 다진다"], 20),
        (["닭가슴살을 2cm로 썬다", "끓여서 모두 3mm로 다진다"], 3),
        (["닭가슴살을 2cm로 썬다", "닭가슴살을 2~3mm로 다진다"], 3),
        (["닭가슴살과 애호박을 5mm로 썬다", "익혀 건더기를 0.5mm 이하로 체에 내린다"], 0.5),
        (["애호박을 썬다"], None),
    ],
)
def test_the_largest_piece_left_counts(steps: list[str], millimetres: float | None) -> None:
    assert largest_piece(recipe("닭가슴살 15g", "애호박 10g", steps=steps)) == millimetres


@pytest.mark.parametrize(
    "step",
    [
        "갈색이 되게 볶고 3mm로 썬다",
        "갈비를 3mm로 썬다",
        "전체로 보아 3mm",
        "으깨지 않고 3mm로 썬다",
    ],
)
def test_a_syllable_does_not_make_it_smooth(step: str) -> None:
    mash = recipe("쌀 20g", "물 150ml", steps=[step])
    assert verdict("B07", mash, baby(8)) == "fail"


def test_a_mash_told_as_one_passes() -> None:
    mash = recipe("쌀 20g", "닭가슴살 15g", "물 150ml", steps=["모두 끓여 3mm 이하로 으깬다"])
    assert refused(mash, baby(8)) == set()
    assert findings(mash, baby(8))["B08"].value == 3


def test_deep_frying_told_only_by_the_name_is_refused_for_a_baby() -> None:
    chips = recipe("감자 50g", "식용유 5g", name="감자튀김", steps=["5mm로 썬다"])
    assert "B59" in refused(chips, baby(10))


@pytest.mark.parametrize(
    "step",
    [
        "비누로 손을 씻는다",
        "손을 비누로 깨끗이 씻고 애호박을 썬다",
        "락스로 도마를 소독하고 헹군다",
        "Wash your hands with soap and slice the courgette",
    ],
)
def test_soap_for_hands_and_tools_is_no_food(step: str) -> None:
    dish = recipe("애호박 10g", "물 100ml", steps=[step, "모두 끓인다"])
    assert verdict("G20", dish, eater(target="general")) == "pass"


@pytest.mark.parametrize(
    "step",
    [
        "세제로 애호박을 씻는다",
        "비누로 손과 애호박을 씻는다",
        "세제로 손을 씻고 세제를 넣는다",
        "그릇에 세제를 담아 끓이고 손을 씻는다",
        "Add soap and wash the courgette",
    ],
)
def test_soap_that_touches_the_food_is_refused(step: str) -> None:
    dish = recipe("애호박 10g", "물 100ml", steps=[step, "모두 끓인다"])
    assert "G20" in refused(dish, eater(target="general"))
