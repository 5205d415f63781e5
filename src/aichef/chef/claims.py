"""Claims that a model's words make and nobody checked: they are never shown to a person.

Figures, health effects, what is not inside, for whom it is fit, how long it keeps, what it costs:
what of that is true is computed by us and said by us. How a dish tastes, looks and is served may
be told: a sentence that is about none of these is left out, and so is one that claims besides.
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
_KOREAN_HINTS: Final = (
    # for whom or for what it is good, whatever that is
    r"(?:에|에게|한테|께)(?:도|는|만)?\s?(?:더\s|참\s|아주\s)?좋",
    *("튼튼", "순환", "촉진", "작용", "풍부", "보충", "의사", "전문가", "권장", "독소", "스트레스"),
    *(
        "숙면",
        "집중력",
        "활력",
        "기운",
        "체질",
        "약과 ",
        "약을 ",
        r"속[이을]?\s?편",
        "부담",
        "걱정",
    ),
    *("가족", "식구", "어르신", "노인", "산모", "수험생"),
    # figures in other words
    *("탄수", r"(?<![가-힣])당[이은을도]\s", "당분", "짜지 않", "싱겁", "염도", "달지 않"),
    # what is not inside
    *("빼", "뺀", "뺐", "제외", "대신", "없", r"안\s?(?:들|넣|쓰|써)", "배제", "노슈가"),
    *("국산", "유기농", "무농약", "무항생제", "자연산", "친환경"),
    # how long it keeps, how raw it may be, what it takes
    *("하루", "이틀", "사흘", "일주일", r"다음\s?날", "두고 먹", r"[두둬]어?도 ", "실온", "상온"),
    *("남은 ", "남으면", "남기", r"덜\s?익", "설익", "날로 ", "생으로", "날것"),
    *(
        r"[천만]\s?원",
        "값",
        "가격",
        r"(?<![가-힣])싸[게고서]",
        "비싸",
        r"\d\s?분(?:이면|만에|이내|\s?안에)",
    ),
    r"100\s?%",
    # what is not in the list: more of it, and drinks that do not go with every illness
    *(r"더\s?(?:넣|뿌|올|치)", "추가", "찍어", "기호", "취향", "입맛"),
    *("자몽", "와인", "맥주", "소주", "막걸리", "커피", "녹차"),
)
_ENGLISH_HINTS: Final = (
    r"\b(?:no|none|never|zero|omit\w*|skip\w*|exclud\w*|instead|left out|leaves? out)\b",
    r"\b(?:raw|rare|undercooked|underdone|pink)\b",
    r"\b(?:lasts?|overnight|tomorrow|next day|ahead)\b",
    r"\b(?:within|up to) (?:\w+ ){1,2}(?:hours?|days?|weeks?)\b",
    r"\b(?:doctors?|experts?|recommend\w*|boost\w*|lower\w*|mood|stomach|pressure|guilt\w*|lean)\b",
    r"\b(?:famil(?:y|ies)|elderly|organic|costs?|inexpensive|affordable|light on)\b|[$€]",
    r"\bin (?:under |about |just )?\d+ min",
    r"\b(?:extra|add more|more (?:salt|soy|sugar)|to taste|optional\w*)\b",
    r"\b(?:grapefruit|wine|beer|soju|coffee|alcohol)\b",
    # no prose at all
    r"[<>{}@\\]|https?:|www\.",
)
_CHILD: Final = pattern(
    r"아이|어린이|아기|유아|돌\s?(?:지난|전|쟁이)|키즈"
    r"|\b(?:kids?|child(?:ren)?|toddlers?|bab(?:y|ies)|infants?)\b",
    re.IGNORECASE,
)
_TELLS: Final = pattern(
    r"맛|고소|담백|구수|매콤|매운|맵|칼칼|얼큰|새콤|상큼|달콤|달달|달짝|짭[조짤]|감칠|향|풍미|식감|바삭|부드|보드"
    r"|촉촉|쫄깃|쫀득|아삭|꼬들|말랑|탱[글탱]|통통|폭신|진[한하득]|깊은|시원|따뜻|따끈|뜨[거끈]|찬물|차[게가갑]|식[혀히기으]"
    r"|노릇|자작|걸쭉|뽀얀|바로|곁들|드[세시]|즐기|먹|올[려리린]|얹|뿌[려리린]|덜어|담|굽|구운|구워|볶|찌[고는]|찐|쪄"
    r"|끓|조[려리린]|졸[여이인]|무[쳐치친]|버무|비[벼비빈]|지[져진]|부[쳐친]|데[쳐친]|삶|익|한\s?그릇|한\s?접시|팬|인분"
    r"|국물|덮밥|[가-힣](?:구이|찜|조림|무침|볶음|국|탕|찌개|죽|전골|샐러드)"
    r"|\b(?:tast|flavou?r|savou?r|sweet|sour|sharp|tangy|spic|hot\b|warm|cold|chilled|mild|rich\b"
    r"|nutty|smok|aroma|fragran|fresh|crisp|crunch|chew|soft|tender|silk|smooth|cream|juic|thick"
    r"|golden|serv|eat\b|eaten|enjoy|topped|tossed|dress|drizzl|sprinkl|spoon|bowl|plate|pan\b"
    r"|fried|grilled|braised|steamed|simmered|stewed|roasted|baked|boiled|soup|stew|salad|porridge"
    r"|teaspoon|offer|try\b)|작은술|설거지",
    re.IGNORECASE,
)
"""What a sentence may be about: taste, texture, look, how it is cooked and brought to the table."""

_CLAIM: Final = pattern(
    "|".join((*_KOREAN_CLAIMS, *_KOREAN_HINTS, *_ENGLISH_HINTS))
    + r"|\d[\d,.]*\s*(?:천|만)?\s*원|(?<![a-z])gi(?![a-z])|kcal|"
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
    r"|(?:저염|무염|저당|무당|저칼로리|저지방|고단백|저탄수\S*|무설탕)(?:식|\s?요리|이에요|예요|입니다)"
    r"|덜\s?익[혀히은어힌]\S*\s?(?:괜찮|돼|됩|되|좋|무방)"
    r"|(?:날로|생으로)\s?(?:먹|드)\S*\s?(?:괜찮|돼|됩|되)"
    r"|\bsafe|calori|blood (?:sugar|pressure)|diabet|health|immun|cancer|prevent|allerg"
    r"|\b(?:raw|rare|undercooked|pink) is (?:fine|ok|good)|no need to cook"
    r"|\d\s*m?g of (?:carb|protein|fat|sodium|sugar|fib)",
    re.IGNORECASE,
)
"""What must not stand in a step; a plain word for a nutrient may, it says how to cook."""

_ADVERB: Final = pattern(
    r"안전(?:하게|한)\s*|안심하고\s*|\s*\bsafely\b"
    r"|\b(?:a\s+)?safe\s+(?=internal)|\bsafe\s+(?=minimum|temperature|to handle)",
    re.IGNORECASE,
)
_GOOD_FOR: Final = pattern(r"효과|(?:에|에게)\s?좋|\bgood for|\bbenefi", re.IGNORECASE)
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
    r"|환자|임[산신]부|산모|어르신|키즈|어린이|항암|변비|콜레스테롤|무가당|무첨가|노슈가|노밀가루|유기농|무농약"
    r"|무항생제|국산|GI(?![a-z])|[간눈뼈장위뇌]\s건강|피로\s?회복|[\d천만]+\s*원|\d+\s*인분|\d+\s*개월|\d+\s*kcal|\d+\s*칼로리)"
)
_TITLE: Final = pattern(
    rf"(?<![가-힣]){_TITLE_WORD}\S*(?:에게?|[을를이가])\s+\S*[는은운한인된](?:\s+|$)"
    rf"|(?<![가-힣]){_TITLE_WORD}\S*(?:\s+(?:낮[은추]|해소|안정|회복|예방|개선|조절|관리)\S*)?(?:\s+|$)"
    r"|\S+[을를]\s+위한(?:\s+|$)"
    r"|\S+\s+(?:없는|뺀|제외한|없이\s만든|안\s?(?:들어간|넣은|쓴)|(?:넣|쓰|들어가)지\s?않은)(?:\s+|$)"
    r"|,?\s*\b(?:without|minus|no)\s+(?:(?:any|added)\s+)?(?!rice\b|bake\b|cook\b)[\w-]+\s*$"
    r"|\b(?:no|zero)-(?!bake|cook|knead)[\w]+(?:\s+|$)|\b(?:kids?|toddlers?|children)[’']?s?[’']?(?:\s+|$)"
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
    return _ADVERB.sub(lambda hit: "an " if hit[0][:2] == "a " else "", text)


def told_truly(text: str, profile: Profile) -> str:
    """A description or notes without the sentences that claim something; "" where none is left."""
    sentences = sentences_of(without_praise(text))
    return " ".join(one for one in sentences if not _claims(one, profile))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, without the space around them."""
    return [bare for one in _SENTENCE.split(text) if (bare := one.strip())]


def prepared_truly(prep: str) -> str:
    """How a line is prepared; "" where that says what it does to a body."""
    plain = without_praise(prep).strip()
    return "" if _IN_STEP.search(plain) or _GOOD_FOR.search(plain) else plain


def _claims(sentence: str, profile: Profile) -> bool:
    if not _TELLS.search(sentence) or _CLAIM.search(sentence):
        return True
    if profile.target != "keto" and _KETO.search(sentence):
        return True
    if profile.target != "baby_food" and _CHILD.search(sentence):
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
