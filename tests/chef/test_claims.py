"""What a model claims is not shown: figures, effects, fitness, absence, keeping, money."""

from __future__ import annotations

from typing import Any

import pytest

from aichef.chef.claims import plain_title, prepared_truly, step_told_truly, told_truly
from aichef.chef.composer import compose
from aichef.profile.model import Profile
from tests.chef.ordering import order, profile

DIABETES = profile(target="diabetes", medications=["없음"], servings=2)
KETO = profile(target="keto")
BABY = profile(target="baby_food", babyAgeMonths=8)


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
    assert step_told_truly("두부를 안전하게 익힙니다.", DIABETES) == "두부를 익힙니다."
    assert step_told_truly("두부를 굽습니다. 건강에 좋습니다.", DIABETES) == "두부를 굽습니다."
    assert step_told_truly("두부를 굽습니다(약 120kcal).", DIABETES) == "두부를 굽습니다."
    assert (
        step_told_truly("혈당 걱정은 접어 두고, 두부를 굽습니다.", DIABETES) == "두부를 굽습니다."
    )
    assert step_told_truly("이 요리는 안전합니다.", DIABETES) == ""
    assert step_told_truly("간장을 넣어 혈당을 낮춥니다.", DIABETES) is None
    assert step_told_truly("닭은 덜 익혀도 괜찮습니다.", DIABETES) is None
    assert step_told_truly("이 요리는 저염식입니다.", DIABETES) == ""
    assert step_told_truly("Heat to a safe internal temperature.", DIABETES) == (
        "Heat to an internal temperature."
    )
    assert step_told_truly("Reach the safe minimum temperature of 75 °C.", DIABETES) == (
        "Reach the minimum temperature of 75 °C."
    )


@pytest.mark.parametrize(
    ("who", "claim"),
    [
        (DIABETES, "먹기 전에 인슐린을 반만 맞고 드세요."),
        (DIABETES, "약을 끊어도 될 만큼 좋습니다."),
        (DIABETES, "의사와 상의할 필요 없어요."),
        (DIABETES, "임산부와 6개월 아기도 먹을 수 있어요."),
        (DIABETES, "콜레스테롤을 낮추고 신장에 좋아요."),
        (DIABETES, "글루텐이 들어 있지 않아 누구나 먹을 수 있어요."),
        (DIABETES, "남은 것은 실온에 이틀 두어도 괜찮아요."),
        (KETO, "순탄수 2g밖에 안 됩니다."),
        (DIABETES, "유제품은 하나도 쓰지 않았어요."),
        (BABY, "남으면 상온에 하루 두었다가 다시 먹입니다."),
        (BABY, "약 대신 먹여도 됩니다."),
        (DIABETES, "Contains no nuts, dairy or gluten."),
        (DIABETES, "It is gluten-free and suitable for coeliacs."),
        (DIABETES, "Keeps for two weeks at room temperature."),
        (DIABETES, "식후 혈당이 오르지 않습니다."),
        (DIABETES, "당 1g뿐이라 부담 없어요."),
        (DIABETES, "견과류 알레르기가 있어도 됩니다."),
        (DIABETES, "아이와 어르신이 함께 먹어도 좋아요."),
        (DIABETES, "신장 투석 중에도 드실 수 있습니다."),
        (DIABETES, "혈압약과 함께 드셔도 됩니다."),
        (DIABETES, "우유를 넣지 않고 만들었어요."),
        (DIABETES, "땅콩을 빼고 만들었습니다."),
        (DIABETES, "수유 중에도 마음껏 드세요."),
        (DIABETES, "냉장고에서 5일까지 보관할 수 있어요."),
        (DIABETES, "남은 반찬은 밀폐 용기에 담아 냉장고에 3일간 보관하세요."),
        (DIABETES, "한 그릇에 320칼로리예요."),
        (DIABETES, "나트륨이 적어 고혈압에도 좋아요."),
        (DIABETES, "두부볶음은 건강에 좋아요."),
        (DIABETES, "볶은 콩은 성인병을 막아 줍니다."),
        (DIABETES, "신체에 유익한 한 그릇입니다."),
        (DIABETES, "얼마든지 드셔도 살이 찌지 않아요."),
        (DIABETES, "주사를 맞지 않아도 됩니다."),
        (DIABETES, "갱년기 여성에게 특히 좋은 음식이에요."),
        (DIABETES, "밤새 식탁에 두어도 상하지 않습니다."),
        (DIABETES, "채식하는 분도 드실 수 있어요."),
        (DIABETES, "노폐물이 몸 밖으로 빠져나갑니다."),
        (DIABETES, "이렇게 드시면 체중이 줄어듭니다."),
        (DIABETES, "식중독 걱정이 없습니다."),
        (DIABETES, "The sauce has no added sugar."),
        (DIABETES, "Only 4 g of carbs a serving."),
        (DIABETES, "You can skip your insulin today."),
        (DIABETES, "Stop taking your tablets; this works better."),
        (DIABETES, "It is fine for pregnant women."),
        (DIABETES, "Babies from six months can eat it too."),
        (DIABETES, "Leftovers keep five days in the fridge."),
        (DIABETES, "It lowers cholesterol."),
        (DIABETES, "There is not a trace of dairy in it."),
        (DIABETES, "Great for your kidneys and heart."),
        (DIABETES, "Eat as much as you like."),
        (DIABETES, "Nut-free and safe for everyone."),
        (DIABETES, "No need to see a doctor."),
        (DIABETES, "Store in a jar for up to three weeks."),
        (DIABETES, "Rich in vitamins and fibre."),
        (DIABETES, "This dish was made without eggs."),
        (DIABETES, "A keto favourite."),
        (DIABETES, "Perfect for a low-salt diet."),
        (DIABETES, "Toddlers love it."),
        (DIABETES, "It replaces your blood pressure medicine."),
        (DIABETES, "숙취 해소에 그만이에요."),
        (DIABETES, "간 수치가 내려갑니다."),
        (DIABETES, "빈혈에 좋은 음식입니다."),
        (DIABETES, "칼로리 걱정 없는 한 끼예요."),
        (DIABETES, "설탕 한 톨 들어가지 않은 맛이에요."),
        (DIABETES, "밀가루 없이 만든 담백한 요리예요."),
        (DIABETES, "4인분으로도 넉넉해요."),
        (DIABETES, "이 국은 여름철 보양에 그만이니 뜨겁게 드세요."),
        (DIABETES, "소화제가 필요 없을 만큼 속이 편안해요."),
        (DIABETES, "통풍이 있어도 걱정 없이 드실 수 있습니다."),
        (DIABETES, "갑상선 수술 뒤에도 먹을 수 있는 국이에요."),
        (DIABETES, "하루 한 그릇이면 뼈가 단단해져요."),
        (DIABETES, "당뇨가 있는 분도 밥까지 다 드세요."),
        (DIABETES, "밤에 먹어도 붓지 않아요."),
        (DIABETES, "방부제가 전혀 없는 한 그릇이에요."),
        (DIABETES, "우유 대신 두유라 유당 걱정이 없어요."),
        (DIABETES, "인공 조미료는 쓰지 않았습니다."),
        (KETO, "탄수화물이 거의 없어 케토시스를 지켜 줍니다."),
        (BABY, "첫돌 전 아기에게 꿀을 조금 먹여도 괜찮아요."),
        (BABY, "이틀까지 상온에 두어도 상하지 않아요."),
        (DIABETES, "칼슘이 풍부해 뼈에 좋은 국물이에요."),
        (DIABETES, "GI가 낮아 천천히 흡수됩니다."),
        (DIABETES, "It is fine for people with gout."),
        (DIABETES, "People on dialysis can eat it every day."),
        (DIABETES, "No artificial additives here."),
        (DIABETES, "The bowl has just 200 calories."),
        (DIABETES, "It may be left out overnight."),
        (DIABETES, "A hearty soup that eases joint pain."),
        (DIABETES, "Your arteries will thank you."),
        (DIABETES, "Even a diabetic can have seconds."),
        (DIABETES, "It costs less than 5,000 won."),
        (DIABETES, "You will not miss your tablets."),
    ],
)
def test_a_sentence_between_the_steps_that_only_claims_is_left_out(
    who: Profile, claim: str
) -> None:
    step = f"두부를 굽습니다. {claim} 접시에 담습니다."
    assert step_told_truly(step, who) == "두부를 굽습니다. 접시에 담습니다."
    assert step_told_truly(claim, who) == ""


@pytest.mark.parametrize(
    "step",
    [
        "이렇게 끓이면 몸속 노폐물이 빠집니다.",
        "당뇨약을 거르고 두부를 굽습니다.",
        "글루텐을 없애려고 두부를 한 번 더 굽습니다.",
        "순탄수 2g이 되도록 두부를 볶습니다.",
        "임산부도 먹을 수 있게 두부를 푹 익힙니다.",
        "피부에 좋은 토마토를 썰어 넣습니다.",
        "두부를 구워 실온에 이틀 둡니다.",
        "소금을 마음껏 뿌립니다.",
        "Leave it on the counter overnight for the next day.",
        "Stir in the oil for the heart and to lower cholesterol.",
        "Add the tofu so that it is free of gluten.",
        "Simmer it until babies can eat it.",
    ],
)
def test_work_that_cannot_be_parted_from_its_claim_is_no_step(step: str) -> None:
    assert step_told_truly(step, DIABETES) is None


@pytest.mark.parametrize(
    "step",
    [
        "냉장고에서 30분간 재웁니다.",
        "고기는 실온에 30분 두어 찬기를 없앱니다.",
        "뚜껑을 덮고 약한 불에서 10분 익힙니다.",
        "남은 양념을 모두 붓고 졸입니다.",
        "남은 물 200ml를 붓고 끓입니다.",
        "소금 없이 데친 시금치의 물기를 짭니다.",
        "두부가 노릇해지면 완성입니다.",
        "국물이 자작해질 때까지 졸입니다.",
        "불을 끄고 잔열로 익힙니다.",
        "단백질 거품은 숟가락으로 걷어 냅니다.",
        "지방을 떼어 낸 돼지고기를 썹니다.",
        "아이스크림을 한 숟가락 올립니다.",
        "숙주는 숨이 죽으면 바로 꺼냅니다.",
        "따뜻할 때 드세요.",
        "간을 보고 접시에 담아 냅니다.",
        "하룻밤 불린 콩을 삶습니다.",
        "냄비에 물을 붓고 센 불로 끓입니다.",
        "시금치를 넣어 살짝 데친 뒤 찬물에 헹굽니다.",
        "채 썬 당근과 양파를 볶다가 소금으로 간합니다.",
        "약불에서 5분, 중불에서 3분 볶아 주세요.",
        "새우는 등을 갈라 내장을 뺍니다.",
        "김치는 속을 털어 내고 송송 썰어 주세요.",
        "달걀을 풀어 체에 내린다.",
        "밥 위에 올려 완성한다.",
        "양념장을 곁들여 드세요.",
        "고춧가루를 넣고 고루 섞어 10분간 두세요.",
        "생선살이 불투명해질 때까지 찝니다.",
        "오븐을 200도로 예열해 주세요.",
        "참깨를 솔솔 뿌려 마무리해요.",
        "두부 반 모를 으깨 넣어요.",
        "Whisk the eggs until frothy.",
        "In a small bowl mix the soy sauce and vinegar.",
        "Cook the baby spinach until just wilted.",
        "Soak the beans overnight and drain.",
        "Add the kidney beans and simmer for 10 minutes.",
        "Top with hearts of palm.",
        "Cover and chill for 30 minutes.",
        "Serve hot with rice.",
        "The fish should flake easily.",
        "Season with salt and pepper.",
        "Bring the butter to room temperature and beat until smooth.",
        "Let the meat rest for 5 minutes at room temperature before slicing.",
        "Reserve half a cup of the pasta water.",
        "Massage the kale with the oil.",
        "Peel and devein the prawns.",
        "Taste and adjust the seasoning.",
    ],
)
def test_a_step_that_tells_work_or_how_it_looks_stays(step: str) -> None:
    assert step_told_truly(step, DIABETES) == step


def test_a_line_of_the_list_may_be_called_by_its_name() -> None:
    step = "글루텐프리 간장을 1큰술 넣습니다."
    assert step_told_truly(step, DIABETES) is None
    assert step_told_truly(step, DIABETES, ["글루텐프리 간장"]) == step


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize(
    "eater",
    [
        {"target": "diet"},
        {"target": "keto", "medications": ["없음"]},
        {"target": "diabetes", "medications": ["없음"]},
        {"target": "baby_food", "babyAgeMonths": 8},
    ],
)
def test_the_steps_of_the_cooks_book_stay_as_they_are(eater: dict[str, Any], locale: str) -> None:
    for seed in range(4):
        asked = order(**eater, locale=locale, seed=seed)
        dish = compose(asked)
        names = [one.name for one in dish.ingredients]
        for step in dish.instructions:
            assert step_told_truly(step, asked.profile, names) == step


def test_a_line_is_prepared_and_not_praised() -> None:
    for claim in (
        "항암 효과가 있는",
        "good for the heart",
        "글루텐 프리",
        "비건",
        "저염",
        "유당 없는",
    ):
        assert prepared_truly(claim) == ""
    for claim in ("콜레스테롤을 낮추는", "무첨가", "6개월 아기용", "gluten-free", "땅콩 없는"):
        assert prepared_truly(claim) == ""
    for prep in ("물기를 뺀", "껍질 없는", "깍둑 썬", "1cm로 썬", "minced", "껍질과 씨를 뺀"):
        assert prepared_truly(prep) == prep
    assert prepared_truly("씻은, 비건") == "씻은"


def test_that_a_line_is_raw_stays_told_beside_a_claim() -> None:
    assert prepared_truly("비건 날것") == "날것"


def test_words_that_only_look_like_claims_stay() -> None:
    for step in ("돼지 안심을 굽습니다.", "지방 2cm를 떼어 냅니다.", "단백질 거품을 걷습니다."):
        assert step_told_truly(step, DIABETES) == step


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
