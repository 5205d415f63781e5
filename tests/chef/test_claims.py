"""What a model claims is not shown: figures, effects, fitness, absence, keeping, money."""

from __future__ import annotations

import pytest

from aichef.chef.claims import plain_title, prepared_truly, step_told_truly, told_truly
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
        "땅콩을 뺀 담백한 볶음이에요.",
        "견과류 대신 두부를 볶았어요.",
        "우유가 안 들어가 담백해요.",
        "짜지 않고 담백한 맛이에요.",
        "눈에 좋은 당근을 볶았어요.",
        "돌 지난 아이도 잘 먹어요.",
        "온 가족이 함께 드세요.",
        "남은 국은 사흘 동안 두고 드세요.",
        "살짝 덜 익혀 드셔도 돼요.",
        "만 원도 들지 않는 한 그릇이에요.",
        "기호에 따라 소금을 뿌려 드세요.",
        "간장을 살짝 찍어 드세요.",
        "자몽주스와 함께 드세요.",
        "의사도 권하는 식재료예요.",
        "<b>맛있게</b> 드세요.",
        "더 맛있게 드시려면 http://a.example 를 보세요.",
        "A crisp bowl made with no peanuts.",
        "Crisp, and nuts are omitted.",
        "Serve it to toddlers too.",
        "You can eat it raw.",
        "It lasts three days and tastes fresh.",
        "Add more salt to taste.",
        "Boosts your mood.",
    ],
)
def test_a_sentence_that_claims_something_is_left_out(claim: str) -> None:
    assert told_truly(f"고소한 맛이에요. {claim} 따뜻할 때 드세요.", DIABETES) == (
        "고소한 맛이에요. 따뜻할 때 드세요."
    )
    assert told_truly(claim, DIABETES) == ""


def test_a_sentence_about_nothing_one_tastes_or_sees_is_left_out() -> None:
    for said in ("이상적인 선택입니다.", "명의가 고른 요리예요.", "A clever choice."):
        assert told_truly(said, DIABETES) == ""


def test_for_a_baby_one_may_speak_of_the_baby() -> None:
    said = "아기가 앉아서 천천히 먹게 하고 곁에서 지켜봅니다."
    baby = profile(target="baby_food", babyAgeMonths=8, servings=1)
    assert told_truly(said, baby) == said
    assert told_truly(said, DIABETES) == ""


def test_taste_and_handling_stay() -> None:
    for said in (
        "들깨의 고소함이 살아 있는 한 그릇이에요.",
        "2인분이라 큰 팬이 좋아요.",
        "통통한 새우와 소고기 안심을 넣은 프리타타예요.",
        "A nutty bowl with a crisp top. Serve it hot.",
        "뜨거울 때 바로 드세요.",
        "목살을 노릇하게 굽고 상추를 새콤하게 버무려 곁들입니다.",
        "Tofu from the pan, vegetables fried after it, and rice.",
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
    assert step_told_truly("닭은 덜 익혀도 괜찮습니다.") is None
    assert step_told_truly("이 요리는 저염식입니다.") == ""
    assert step_told_truly("Heat to a safe internal temperature.") == (
        "Heat to an internal temperature."
    )
    assert step_told_truly("Reach the safe minimum temperature of 75 °C.") == (
        "Reach the minimum temperature of 75 °C."
    )


def test_a_line_is_prepared_and_not_praised() -> None:
    assert prepared_truly("항암 효과가 있는") == prepared_truly("good for the heart") == ""
    for prep in ("물기를 뺀", "껍질 없는", "깍둑 썬", "1cm로 썬", "minced"):
        assert prepared_truly(prep) == prep


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
        ("땅콩 없는 두부볶음", "두부볶음"),
        ("우유를 넣지 않은 크림 파스타", "크림 파스타"),
        ("콜레스테롤 낮추는 두부", "두부"),
        ("간 건강 두부찜", "두부찜"),
        ("키즈 볶음밥", "볶음밥"),
        ("만원 두부전골", "두부전골"),
        ("무생채 비빔밥", "무생채 비빔밥"),
        ("Tofu bowl without nuts", "Tofu bowl"),
        ("No-peanut tofu bowl", "tofu bowl"),
    ],
)
def test_a_title_only_names_the_dish(name: str, plain: str) -> None:
    assert plain_title(name, DIABETES) == plain


def test_keto_may_call_itself_keto() -> None:
    assert plain_title("키토 새우구이", KETO) == "키토 새우구이"
