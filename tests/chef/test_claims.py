"""What a model claims is not shown: figures, effects, fitness, absence, keeping, money."""

from __future__ import annotations

import pytest

from aichef.chef.claims import plain_title, step_told_truly, told_truly
from tests.chef.ordering import profile

DIABETES = profile(target="diabetes", medications=["없음"], servings=2)
KETO = profile(target="keto")


@pytest.mark.parametrize(
    "claim",
    [
        "혈당을 천천히 올립니다.",
        "한 그릇에 320kcal예요.",
        "단백질이 풍부해요!",
        "알레르기 걱정이 없습니다.",
        "안전하니 안심하세요.",
        "면역력에 좋아요.",
        "냉장고에서 5일 동안 보관할 수 있어요.",
        "5,000원이면 충분해요.",
        "네 식구, 4인분입니다.",
        "우유가 들어 있지 않아요.",
        "6개월 아기도 먹어요.",
        "케토 식단에도 맞아요.",
        "It is safe for everyone.",
        "Only 320 calories a bowl.",
        "Gluten-free and low in sodium.",
        "It lowers blood sugar.",
        "Keeps for five days.",
        "Serves 4.",
    ],
)
def test_a_sentence_that_claims_something_is_left_out(claim: str) -> None:
    assert told_truly(f"고소한 맛이에요. {claim} 따뜻할 때 드세요.", DIABETES) == (
        "고소한 맛이에요. 따뜻할 때 드세요."
    )
    assert told_truly(claim, DIABETES) == ""


def test_taste_and_handling_stay() -> None:
    for said in (
        "들깨의 고소함이 살아 있는 한 그릇이에요.",
        "2인분이라 큰 팬이 좋아요.",
        "통통한 새우와 소고기 안심을 넣은 프리타타예요.",
        "A nutty bowl with a crisp top. Serve it hot.",
    ):
        assert told_truly(said, DIABETES) == said
    assert told_truly("케토 한 접시예요.", KETO) == "케토 한 접시예요."


def test_a_step_loses_its_claim_and_keeps_its_work() -> None:
    assert step_told_truly("두부를 안전하게 익힙니다.") == "두부를 익힙니다."
    assert step_told_truly("두부를 굽습니다. 건강에 좋습니다.") == "두부를 굽습니다."
    assert step_told_truly("두부를 굽습니다(약 120kcal).") == "두부를 굽습니다."
    assert step_told_truly("혈당 걱정은 접어 두고, 두부를 굽습니다.") == "두부를 굽습니다."
    assert step_told_truly("이 요리는 안전합니다.") == ""
    assert step_told_truly("간장을 넣어 혈당을 낮춥니다.") is None
    assert step_told_truly("Reach the safe minimum temperature of 75 °C.") == (
        "Reach the minimum temperature of 75 °C."
    )


def test_words_that_only_look_like_claims_stay() -> None:
    for step in ("돼지 안심을 굽습니다.", "지방 2cm를 떼어 냅니다.", "단백질 거품을 걷습니다."):
        assert step_told_truly(step) == step


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("당뇨에 좋은 두부덮밥", "두부덮밥"),
        ("혈당을 낮추는 귀리죽", "귀리죽"),
        ("당뇨 환자를 위한 현미 비빔밥", "현미 비빔밥"),
        ("저염 무설탕 애호박볶음", "애호박볶음"),
        ("건강한 닭가슴살 샐러드", "닭가슴살 샐러드"),
        ("키토 새우구이", "새우구이"),
        ("0kcal 곤약면", "곤약면"),
        ("Healthy low-carb tofu bowl", "tofu bowl"),
        ("Gluten-free rice bowl", "rice bowl"),
        ("무염버터 새우구이", "새우구이"),
        ("Egg gimbap, no rice", "Egg gimbap, no rice"),
        ("No-sugar apple pie", "apple pie"),
        ("닭가슴살(저염) 볶음", "닭가슴살 볶음"),
        ("두부조림 (매운맛)", "두부조림 (매운맛)"),
        ("4인분 두부조림 (2인분)", "두부조림"),
        ("매콤한 두부조림", "매콤한 두부조림"),
        ("소고기 안심 스테이크", "소고기 안심 스테이크"),
    ],
)
def test_a_title_only_names_the_dish(name: str, plain: str) -> None:
    assert plain_title(name, DIABETES) == plain


def test_keto_may_call_itself_keto() -> None:
    assert plain_title("키토 새우구이", KETO) == "키토 새우구이"
