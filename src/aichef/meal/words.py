"""Words of the meal's pages in Korean and English, and figures as a label prints them."""

from __future__ import annotations

import re
from datetime import date
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

_RDA: Final = ("농촌진흥청 국가표준식품성분표 10.3", "RDA Korean Food Composition Table 10.3")
TABLE: Final = {
    "RDA 10.3": _RDA,
    "computed from RDA 10.3": _RDA,
    "USDA SR26": ("미국 농무부 식품성분표 SR26", "USDA National Nutrient Database SR26"),
    "USDA SR Legacy": ("미국 농무부 식품성분표 SR Legacy", "USDA FoodData Central SR Legacy"),
    "MFDS": ("식약처 식품등의 표시기준", "MFDS food labelling standard"),
}
"""How the source of a food begins, and what that table is called."""

PRICE_KIND: Final = {
    "reference": ("평균 시세", "market average"),
    "store": ("매장 조사가", "surveyed shelf price"),
    "offer": ("판매 상품", "on sale"),
}

DIFFICULTY: Final = {
    "easy": ("쉬움", "easy"),
    "medium": ("보통", "medium"),
    "hard": ("어려움", "hard"),
    None: ("난이도 모름", "level unknown"),
}

IDEA: Final = {
    "less_salt": (("덜 짜게", "less salty"), ("1인분 나트륨", "sodium a serving")),
    "cheaper": (("더 싸게", "cheaper"), ("결제 금액", "at the till")),
    "quicker": (("더 빨리", "quicker"), ("시간", "time")),
}
"""A wish, and the figure it moves."""
IDEA_UNIT: Final = {"mg": ("mg", " mg"), "KRW": ("원", " won"), "min": ("분", " min")}

MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

OWN_RULE: Final = "AI 셰프 자체 기준"
_WORKS: Final = {"food label practice in Korea": "국내 식품 표시 관행"}

PHASE: Final = {
    "accepted": ("주문을 받았어요", "order taken"),
    "recipe_generation": ("레시피를 만들고 있어요", "writing the recipe"),
    "recipe_completed": ("레시피를 다 만들었어요", "recipe written"),
    "price_lookup": ("가격을 알아보고 있어요", "looking up prices"),
    "price_completed": ("가격을 알아봤어요", "prices found"),
    "combining_results": ("장바구니를 채우고 있어요", "filling the basket"),
    "finished": ("다 됐어요", "done"),
}


SAID: Final = {
    "unexpected": (
        "예상하지 못한 문제가 생겼어요({kind}). AICHEF_DEBUG=1 로 다시 실행하면 자세히 보여요.",
        "Something unexpected went wrong ({kind}); run again with AICHEF_DEBUG=1 for details.",
    ),
    "profile_object": ("프로필은 JSON 객체여야 해요.", "A profile must be a JSON object."),
    "profile_json": (
        "프로필을 JSON으로 읽을 수 없어요. 형식을 확인해 주세요.",
        "The profile is not JSON; check its format.",
    ),
    "profile_twice": (
        "프로필에 '{key}'가 두 번 있어요. 하나만 남겨 주세요.",
        "The profile has '{key}' twice; keep one.",
    ),
    "profile_stdin": (
        "표준 입력은 레시피가 써요. 프로필은 파일로 주세요.",
        "Standard input is the recipes'; give the profile as a file.",
    ),
    "file": (
        "{path}: 파일을 읽을 수 없어요. 경로를 확인해 주세요.",
        "{path}: this file cannot be read; check the path.",
    ),
    "utf8": (
        "{path}: UTF-8 글이 아니에요. UTF-8로 저장해 주세요.",
        "{path}: this is not UTF-8 text; save it as UTF-8.",
    ),
    "large": (
        "{path}: 파일이 너무 커요. {most}MB 이하로 줄여 주세요.",
        "{path}: this file is too large; keep it under {most} MB.",
    ),
    "answer": (
        "답을 이해하지 못했어요. aichef cook --help 를 봐 주세요.",
        "The answers were not understood; see aichef cook --help.",
    ),
    "target": ("어떤 식단인가요? 하나를 적어 주세요.", "Which kind of meal? Type one of these."),
    "no_food": (
        "'{name}': 아는 음식이 아니에요. 다른 이름으로 찾아보세요.",
        "'{name}': no food we know; try another name.",
    ),
    "unknown_food": (
        "'{name}': 아는 음식이 아니에요. aichef foods {name} 로 찾아보세요.",
        "'{name}': no food we know; look it up with aichef foods {name}.",
    ),
    "no_price": (
        "'{name}': 아는 값이 없어요. aichef prices add 로 적어 둘 수 있어요.",
        "'{name}': no price is known; keep your own with aichef prices add.",
    ),
    "won": ("값은 1,500원처럼 적어 주세요.", "Write the price like 1,500."),
    "amount": ("양은 300g, 1L, 10개처럼 적어 주세요.", "Write the amount like 300g, 1L or 10개."),
    "date": ("날짜는 2026-11-23처럼 적어 주세요.", "Write the date like 2026-11-23."),
    "future": ("날짜가 오늘보다 뒤예요.", "The date lies ahead."),
    "kept": (
        "적어 두었어요: {product} {grams:g}g {won:,}원 ({key})",
        "Kept: {product} {grams:g} g {won:,} won ({key})",
    ),
    "imported": ("{count}개를 적어 두었어요.", "{count} prices kept."),
    "no_own": (
        "적어 둔 값이 없어요. aichef prices add 두부 300g 1500 처럼 적어 보세요.",
        "No prices of your own yet; try aichef prices add tofu 300g 1500.",
    ),
    "bad_own": (
        "읽지 못한 줄: {row} 지우려면 aichef prices remove {key}",
        "Cannot be read: {row} To remove it: aichef prices remove {key}",
    ),
    "no_key": (
        "'{key}': 그런 값이 없어요. aichef prices list 로 확인하세요.",
        "'{key}': there is no such price; see aichef prices list.",
    ),
    "removed": ("지웠어요.", "Removed."),
}
"""Sentences of the command line."""


def said(key: str, locale: str, /, **values: object) -> str:
    """A sentence of the command line with its values."""
    return pick(SAID[key], locale).format(**values)


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


def day(when: date | str, locale: str, today: date) -> str:
    """A day as one writes it: "11월 23일" or "23 November", with the year where it is another.

    Also of a text like "2026-11-23" or "2026-11"; what is no day comes back as it is.
    """
    parts = (when.isoformat() if isinstance(when, date) else when).split("-")
    if not (1 < len(parts) <= 3 and all(part.isdecimal() for part in parts)):
        return str(when)
    year, month, *rest = (int(part) for part in parts)
    if not 1 <= month <= 12:
        return str(when)
    if locale == "ko":
        said = " ".join([f"{month}월", *(f"{one}일" for one in rest)])
        return said if year == today.year else f"{year}년 {said}"
    said = " ".join([*map(str, rest), MONTHS[month - 1]])
    return said if year == today.year else f"{said} {year}"


def rule_source(source: str, locale: str) -> str:
    """Where a rule comes from, for a person: what we set ourselves by a name they can read."""
    if locale != "ko":
        return source
    if source.startswith("AI Chef") and ":" in source:
        return OWN_RULE
    works = [one.strip() for one in source.split(";")]
    return "; ".join(
        OWN_RULE if one.startswith("AI Chef") else _WORKS.get(one, one) for one in works
    )


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
    for begins, names in TABLE.items():
        if source.startswith(begins):
            return pick(names, locale)
    return re.split(r" #| NDB| \d{4,}", source)[0]
