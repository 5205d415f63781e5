"""Words of the meal's pages in Korean and English, and figures as a label prints them."""

from __future__ import annotations

import re
from typing import Final

LABEL: Final = {
    "energy_kcal": ("열량", "energy"),
    "carbohydrate_g": ("탄수화물", "carbohydrate"),
    "net_carbohydrate_g": ("순탄수화물", "net carbohydrate"),
    "counted_carbohydrate_g": ("탄수화물", "carbohydrate"),
    "sugars_g": ("당류", "sugars"),
    "added_sugars_g": ("첨가당", "added sugars"),
    "fibre_g": ("식이섬유", "fibre"),
    "protein_g": ("단백질", "protein"),
    "fat_g": ("지방", "fat"),
    "saturated_fat_g": ("포화지방", "saturated fat"),
    "sodium_mg": ("나트륨", "sodium"),
    "potassium_mg": ("칼륨", "potassium"),
    "phosphorus_mg": ("인", "phosphorus"),
    "calcium_mg": ("칼슘", "calcium"),
    "iron_mg": ("철", "iron"),
    "cholesterol_mg": ("콜레스테롤", "cholesterol"),
    "purine_mg": ("퓨린", "purines"),
    "salt_equivalent_g": ("소금으로 치면", "as salt"),
    "carb_energy_pct": ("탄수화물 비율", "carbohydrate share"),
    "protein_energy_pct": ("단백질 비율", "protein share"),
    "fat_energy_pct": ("지방 비율", "fat share"),
    "saturated_fat_energy_pct": ("포화지방 비율", "saturated fat share"),
    "saturated_fat_share_of_fat": ("지방 중 포화지방", "saturated of fat"),
    "added_sugar_energy_pct": ("첨가당 비율", "added sugar share"),
    "fibre_g_per_1000kcal": ("1,000kcal당 섬유", "fibre per 1,000 kcal"),
    "energy_density": ("에너지 밀도", "energy density"),
    "glycaemic_load": ("혈당부하", "glycaemic load"),
    "vegetable_g": ("채소", "vegetables"),
    "whole_grain_share": ("통곡물 비율", "whole grain"),
    "serving_mass_g": ("1회 양", "serving"),
    "sodium_mg_per_100g": ("100g당 나트륨", "sodium per 100 g"),
    "lactose_g": ("유당", "lactose"),
    "alcohol_g": ("알코올", "alcohol"),
}

UNIT: Final = {
    "energy_kcal": "kcal",
    "energy_density": "kcal/g",
    "glycaemic_load": "",
    "fibre_g_per_1000kcal": "g",
    "sodium_mg_per_100g": "mg",
    "saturated_fat_share_of_fat": "%",
    "whole_grain_share": "%",
}

DISCLAIMERS: Final = (
    (
        "AI 셰프의 수치는 식품성분표로 계산한 추정값이며 실제와 다를 수 있습니다"
        "(열량 약 ±20 %, 나트륨 약 ±40 %).",
        "AI Chef's figures are estimates computed from food composition tables and may differ "
        "from reality (energy about ±20 %, sodium about ±40 %).",
    ),
    (
        "질환이 있거나 임신 중이거나 이유식을 준비하신다면 담당 의료진·영양사와 먼저 상의하세요.",
        "With an illness, in pregnancy or when preparing baby food, ask your doctor or dietitian "
        "first.",
    ),
    (
        "알레르기가 있다면 제품 포장의 원재료명과 교차오염 표시를 반드시 확인하세요.",
        "With an allergy, always read the ingredients and cross-contact notes on the pack.",
    ),
)
KETO_DISCLAIMER: Final = (
    "치료용 케톤식은 처방이 필요한 식사요법이며 이 서비스의 대상이 아닙니다.",
    "A therapeutic ketogenic diet is prescribed treatment and not what this service offers.",
)

TARGET: Final = {
    "keto": ("케토", "keto"),
    "baby_food": ("이유식", "baby food"),
    "diabetes": ("당뇨 관리", "diabetes"),
    "diet": ("다이어트", "diet"),
    "fridge": ("냉장고 털기", "fridge clean-out"),
    "general": ("일반", "general"),
}

DIET: Final = {
    "vegan": ("비건", "vegan"),
    "vegetarian": ("채식", "vegetarian"),
    "pescatarian": ("페스코 채식", "pescatarian"),
    "gluten_free": ("글루텐 없이", "gluten-free"),
    "halal": ("할랄", "halal"),
}

RULE_UNIT: Final = {
    "% energy": ("%", "%"),
    "% of fat": ("%", "%"),
    "%": ("%", "%"),
    "KRW": ("원", " won"),
    "servings": ("인분", " servings"),
    "persons": ("명", " people"),
    "min": ("분", " min"),
    "months": ("개월", " months"),
    "count": ("가지", ""),
    "GL": ("", ""),
}
"""A rule's unit as it stands behind a figure; one that is not here stands as it is."""

TABLE: Final = (
    ("computed from RDA 10.3", "농촌진흥청 국가표준식품성분표 10.3", "RDA Korean Food Composition Table 10.3"),
    ("RDA 10.3", "농촌진흥청 국가표준식품성분표 10.3", "RDA Korean Food Composition Table 10.3"),
    ("USDA SR26", "미국 농무부 식품성분표 SR26", "USDA National Nutrient Database SR26"),
    ("USDA SR Legacy", "미국 농무부 식품성분표 SR Legacy", "USDA FoodData Central SR Legacy"),
    ("MFDS", "식약처 식품등의 표시기준", "MFDS food labelling standard"),
)  # fmt: skip
"""How the source of a food begins, and what that table is called."""

DIFFICULTY: Final = {
    "easy": ("쉬움", "easy"),
    "medium": ("보통", "medium"),
    "hard": ("어려움", "hard"),
    None: ("난이도 모름", "level unknown"),
}

IDEA: Final = {
    "less_salt": (("덜 짜게", "less salty"), ("1인분 나트륨", "sodium a serving")),
    "cheaper": (("더 싸게", "cheaper"), ("계산대", "at the till")),
    "quicker": (("더 빨리", "quicker"), ("시간", "time")),
}
"""A wish, and the figure it moves."""
IDEA_UNIT: Final = {"mg": ("mg", " mg"), "KRW": ("원", " won"), "min": ("분", " min")}

PHASE: Final = {
    "accepted": ("주문을 받았어요", "order taken"),
    "recipe_generation": ("요리를 짜고 있어요", "writing the recipe"),
    "recipe_completed": ("요리를 다 짰어요", "recipe written"),
    "price_lookup": ("값을 알아보고 있어요", "looking up prices"),
    "price_completed": ("값을 알아봤어요", "prices found"),
    "combining_results": ("장바구니를 채우고 있어요", "filling the basket"),
    "finished": ("다 됐어요", "done"),
}


def pick(pair: tuple[str, str], locale: str) -> str:
    """The Korean or the English of a pair."""
    return pair[0] if locale == "ko" else pair[1]


def label(field: str, locale: str) -> str:
    """What a person calls a nutrition field."""
    return pick(LABEL.get(field, (field, field)), locale)


def unit_of(field: str) -> str:
    """The unit a field is printed with."""
    if field in UNIT:
        return UNIT[field]
    return "%" if field.endswith("_pct") else field.rpartition("_")[2]


def figure(value: float | None, field: str) -> str:
    """A figure as labels print it: kcal to 5, sodium to 5 or 10, grams whole from 10 on.

    MFDS label practice (METHOD section 2 step 9); limits are compared on unrounded values.
    """
    if value is None:
        return "?"
    unit = unit_of(field)
    if unit == "kcal":
        return f"{5 * round(value / 5):,}"
    if unit == "mg" and field != "iron_mg":
        step = 5 if value <= 140 else 10
        return f"{step * round(value / step):,}"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def won(amount: int, locale: str) -> str:
    """Money with its unit: "12,300원" or "12,300 won"."""
    return f"{amount:,}원" if locale == "ko" else f"{amount:,} won"


def plain(value: float) -> str:
    """A rule's figure: at most two decimals, thousands apart."""
    text = f"{value:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rule_unit(unit: str, locale: str) -> str:
    """A rule's unit with the space before it that the language wants."""
    if unit in RULE_UNIT:
        return pick(RULE_UNIT[unit], locale)
    return unit and (unit if locale == "ko" else f" {unit}")


def table_name(source: str, locale: str) -> str:
    """The food table a source comes from, by the name one can look it up with."""
    for begins, korean, english in TABLE:
        if source.startswith(begins):
            return pick((korean, english), locale)
    return re.split(r" #| NDB| \d{4,}", source)[0]
