"""Claims that a model's words make and nobody checked: they are never shown to a person.

Figures, health effects, what is not inside, for whom it is fit, how long it keeps, what it costs:
what of that is true is computed by us and said by us. How a dish tastes may be told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aichef.lazy import pattern
from aichef.recipe.steps import CUT, HEAT

if TYPE_CHECKING:
    from aichef.profile.model import Profile

_KOREAN_CLAIMS: Final = (
    # never said of food
    *("안전", "안심(?:하|되|할|해|이 )"),
    # figures and nutrients
    *("열량", "칼로리", "탄수화물", "단백질", "당질", "당류", "당도", "지방", "나트륨", "염분"),
    *("섬유", "비타민", "미네랄", "무기질", "칼슘", "칼륨", "철분", "아연", "엽산", "오메가"),
    *("콜레스테롤", "항산화", "폴리페놀", "유산균", "영양", "혈당"),
    # what it does to a body
    *("혈압", "혈관", "인슐린", "당뇨", "신장", "콩팥", "심장", "관절", "위장", "변비", "소화"),
    *(
        "면역",
        "항암",
        "염증",
        "해독",
        "디톡스",
        "노화",
        "다이어트",
        "체중",
        "살이 빠",
        "포만",
        "붓기",
    ),
    *("부기", "피로", "기력", "보양", "원기", "건강", "몸에", "효능", "효과", "치료", "예방"),
    *("개선", "도움", "콜라겐", "숙취", "성장", "두뇌"),
    # for whom it is fit
    *("알레르기", "알러지", "알레르겐", "개월", "임산부", "임신", "수유", "환자", "복용", "약물"),
    *("누구나", "모두가 먹", "아이도", "아이들도", "아기도", "어르신도"),
    # what is not inside
    *("글루텐", "유당", "비건", "채식", "할랄", "코셔", "무염", "저염", "무당", "무설탕", "저당"),
    *(
        "저칼",
        "저지방",
        "저탄",
        "고단백",
        "무첨가",
        "프리(?![가-힣])",
        "없이",
        "들어 있지",
        "들어있지",
    ),
    *("들어가지 않", "쓰지 않", "넣지 않", "제로"),
    # how long it keeps, what it costs
    *(
        "보관",
        "냉장",
        "냉동",
        "하루 안",
        "데우지",
        "소비기한",
        "유통기한",
        "저렴",
        "가성비",
        "알뜰",
        "예산",
    ),
)
_CLAIM: Final = pattern(
    "|".join(_KOREAN_CLAIMS) + r"|\d[\d,.]*\s*(?:천|만)?\s*원|(?<![a-z])gi(?![a-z])|kcal|"
    r"\bsafe|unsafe|calori|\bcarb|protein|\bfats?\b|sodium|salt|sugar|\bfib(?:re|er)|vitamin"
    r"|mineral|calcium|potassium|\biron\b|omega|cholesterol|antioxid|nutri|glyc|blood|insulin"
    r"|diabet|hypertens|kidney|\bheart\b|\bgut\b|\bbones?\b|digest|immun|cancer|inflam|detox"
    r"|\bag(?:e)?ing\b|\bdiet|weight|slim|satiat|fatigue|\benergy|health|benefi|prevent|\bcur(?:e|es)"
    r"|treatment|improv|\bhelps?\b|good for|great for|ideal for|suitab|perfect for|allerg|gluten"
    r"|lactose|vegan|vegetarian|halal|kosher|\bfree\b|without|\bno added|\bcontains? no|\bmonths?\b"
    r"|pregnan|patient|medic|\bdrug|\bstor(?:e|es|ed|age)\b|\bkeeps?\b|leftover|fridge|freez"
    r"|\bwon\b|₩|cheap|budget|everyone|low[- ]|\bhigh[- ]|rich in|source of",
    re.IGNORECASE,
)
_KETO: Final = pattern(r"케토|키토|저탄고지|\bketo", re.IGNORECASE)
_SERVES: Final = pattern(
    r"(\d+)\s*(?:인분|명이|servings?\b|people)|\b(?:serves|feeds)\s+(\d+)", re.IGNORECASE
)
_IN_STEP: Final = pattern(
    r"안전|안심(?:하|되|할|해)|\d\s*kcal|칼로리|혈당|혈압|당뇨|건강|면역|항암|예방|효능|알레르기|알러지"
    r"|(?:탄수화물|단백질|지방|나트륨|당류|당질|식이섬유)[은는이가을를]?\s*(?:약\s*)?\d[\d.]*\s*(?:m?g|%)"
    r"|\bsafe|calori|blood (?:sugar|pressure)|diabet|health|immun|cancer|prevent|allerg"
    r"|\d\s*m?g of (?:carb|protein|fat|sodium|sugar|fib)",
    re.IGNORECASE,
)
"""What must not stand in a step; a plain word for a nutrient may, it says how to cook."""

_ADVERB: Final = pattern(
    r"안전(?:하게|한)\s*|안심하고\s*|\bsafely\s*"
    r"|\bsafe\s+(?=internal|minimum|temperature|to handle)",
    re.IGNORECASE,
)
_SENTENCE: Final = pattern(r"(?<=[.!?。])\s+|\n+")
_BRACKET: Final = pattern(r"\s*\([^()]*\)")
_CLAUSE: Final = pattern(r",\s+")
_DOES: Final = pattern(
    r"넣|더하|더해|섞|부어|붓|올리|올려|얹|뿌리|뿌려|담|썰|씻|헹|불리|재우|재워|버무|무치|무쳐|두르|둘러|걸러|식[혀히]"
    r"|\b(?:add|mix|stir|pour|put|place|slice|wash|rinse|soak|toss|drain|serve|season|marinat)",
    re.IGNORECASE,
)
_TITLE_WORD: Final = (
    r"(?:무염|저염|저나트륨|무설탕|저당|무당|저칼|저지방|고단백|고섬유|저탄|저혈당|제로|영양(?:만점|가득|듬뿍|식)|건강|안심(?:하|되)|안전"
    r"|혈당|혈압|당뇨|신장|고혈압|다이어트|체중|디톡스|해독|면역|보양|알레르기|알러지|글루텐|유당|비건|채식|할랄"
    r"|환자|임산부|\d+\s*인분|\d+\s*개월|\d+\s*kcal|\d+\s*칼로리)"
)
_TITLE: Final = pattern(
    rf"(?<![가-힣]){_TITLE_WORD}\S*(?:에게?|[을를이가])\s+\S*[는은운한인된](?:\s+|$)"
    rf"|(?<![가-힣]){_TITLE_WORD}\S*(?:\s+|$)"
    r"|\S+[을를]\s+위한(?:\s+|$)"
    r"|\b(?:(?:low|high|reduced|zero|no)[- ](?:added[- ])?(?:salt|sodium|sugar|carb[a-z]*|fat"
    r"|calorie|protein|fib(?:re|er)|gi|cholesterol)|[a-z]+[- ]free|health(?:y|ier)|heart-healthy"
    r"|safe|diabet[a-z]*(?:[- ]friendly)?|weight[- ]loss|diet|detox|slimming|nutritious|vegan"
    r"|vegetarian|halal|kosher|immun[a-z-]*)(?:\s+|$)",
    re.IGNORECASE,
)
_TITLE_KETO: Final = pattern(r"(?:케토|키토|저탄고지)\S*\s*|\bketo[a-z]*\s*", re.IGNORECASE)
_TITLE_BABY: Final = pattern(r"(?:이유식|아기|유아)\S*(?:\s+|$)|\bbab(?:y|ies)\b\s*", re.IGNORECASE)


def without_praise(text: str) -> str:
    """The text without the one word that we never say of food."""
    return _ADVERB.sub("", text)


def told_truly(text: str, profile: Profile) -> str:
    """A description or notes without the sentences that claim something; "" where none is left."""
    sentences = _SENTENCE.split(without_praise(text))
    kept = (one.strip() for one in sentences if not _claims(one, profile))
    return " ".join(one for one in kept if one)


def _claims(sentence: str, profile: Profile) -> bool:
    if _CLAIM.search(sentence) or (profile.target != "keto" and _KETO.search(sentence)):
        return True
    said = (int(one or other) for one, other in _SERVES.findall(sentence))
    return any(number != profile.servings for number in said)


def step_told_truly(step: str) -> str | None:
    """A step without claims; "" where it was nothing else, None where it cannot be told apart."""
    kept = []
    for sentence in _SENTENCE.split(without_praise(step)):
        left = _without_claim(sentence)
        if left is None:
            return None
        kept.append(left)
    return " ".join(one for one in kept if one)


def _without_claim(sentence: str) -> str | None:
    """The sentence, what is left of it, "" where it does nothing, None where both are one."""
    if not _IN_STEP.search(sentence):
        return sentence.strip()
    bare = _BRACKET.sub(lambda hit: "" if _IN_STEP.search(hit[0]) else hit[0], sentence)
    clauses = _CLAUSE.split(bare)
    claiming = [one for one in clauses if _IN_STEP.search(one)]
    if any(_is_work(one) for one in claiming):
        return None
    return ", ".join(one for one in clauses if one not in claiming).strip()


def _is_work(clause: str) -> bool:
    """Whether a clause tells something to do, which must not get lost."""
    return any(one.search(clause.lower()) for one in (HEAT, CUT, _DOES))


def plain_title(name: str, profile: Profile) -> str:
    """A dish's name without what it claims: "당뇨에 좋은 두부덮밥" is 두부덮밥."""
    plain = _BRACKET.sub(lambda hit: "" if _TITLE.search(hit[0]) else hit[0], name)
    plain = _TITLE.sub("", plain)
    if profile.target != "keto":
        plain = _TITLE_KETO.sub("", plain)
    if profile.target != "baby_food":
        plain = _TITLE_BABY.sub("", plain)
    return " ".join(plain.split()).strip(" ,·-:")
