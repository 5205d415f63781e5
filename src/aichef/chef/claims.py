"""Claims that a model's words make and nobody checked: they are never shown to a person.

Figures, health effects, what is not inside, for whom it is fit, how long it keeps, what it costs:
what of that is true is computed by us and said by us. How a dish tastes, looks and is served may
be told: a sentence that is about none of these is left out, and so is one that claims besides.
A step may also tell what to do; where a claim stands in the middle of that, the step is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aichef.lazy import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    *("가족", "식구", "어르신", "노인", "산모", "수험생", "여성에", "남성에", "갱년기"),
    *(
        r"돕[는습]",
        r"막아\s?[주준줍]",
        r"낮[추춥춰]",
        "노폐물",
        "중금속",
        "식중독",
        "배탈",
        "탈이 없",
    ),
    *(
        "처방",
        "주사",
        "투석",
        "무해",
        "해롭",
        "유익",
        "신체",
        "상하지",
        "제한 없",
        "얼마든지",
        "마음껏",
        "실컷",
        "양껏",
    ),
    *(
        "수술",
        "질환",
        "질병",
        "증상",
        "통증",
        "통풍",
        "갑상선",
        "빈혈",
        "골다공",
        "치매",
        "아토피",
        "천식",
    ),
    *(
        "감기",
        "염에",
        "호르몬",
        "생리통",
        "탈모",
        "시력",
        "피부",
        "투병",
        r"(?:먹어|드셔|먹여|마셔)도(?=\s)",
    ),
    *(
        r"성인병",
        r"암(?=에|\s?환자|을 )",
        r"병(?=[을이에]\s)",
        r"먹[을일]\s?수\s?있",
        r"드실\s?수\s?있",
    ),
    # figures in other words
    r"(?<![가-힣])(?:당|염분|염도)[은는이가도]?\s?\d",
    *("탄수", r"(?<![가-힣])당[이은을도]\s", "당분", "짜지 않", "싱겁", "염도", "달지 않"),
    # what is not inside
    *("빼", "뺀", "뺐", "제외", "대신", "없", r"안\s?(?:들|넣|쓰|써)", "배제", "노슈가"),
    *("국산", "유기농", "무농약", "무항생제", "자연산", "친환경"),
    # how long it keeps, how raw it may be, what it takes
    *(
        r"\d\s?(?:일|주)(?:간|\s?(?:동안|까지|정도|이내|안))",
        "며칠",
        "밤새",
        "열흘",
        "보름",
        "한 달",
    ),
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
    r"n['’]t contain|\b(?:not contain|trace of|celiac|coeliac|breast-?feed\w*|nursing|expecting)\b",
    r"\b(?:superfood|metaboli\w*|strengthen\w*|supports?|doses?|unlimited|as much as you)\b",
    r"\b(?:arthritis|asthma|gout|thyroid|migraine|surgery|chemo\w*|dialysis|illness\w*"
    r"|disease\w*)\b",
    r"\b(?:symptoms?|pains?|hormon\w*|arter\w+|tablets|pills|can (?:be eaten|eat|have|enjoy))\b",
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
    r"아이(?!스|올|싱)|어린이|아기|유아|돌\s?(?:지난|전|쟁이)|키즈"
    r"|\b(?:kids?|child(?:ren)?|toddlers?|bab(?:y|ies)|infants?)\b",
    re.IGNORECASE,
)
_TELLS: Final = pattern(
    r"맛|고소|담백|구수|매콤|매운|맵|칼칼|얼큰|새콤|상큼|달콤|달달|달짝|짭[조짤]|감칠|향|풍미|식감"
    r"|바삭|부드|보드"
    r"|촉촉|쫄깃|쫀득|아삭|꼬들|말랑|탱[글탱]|통통|폭신|진[한하득]|깊은|시원|따뜻|따끈|뜨[거끈]"
    r"|찬물|차[게가갑]|식[혀히기으]"
    r"|노릇|자작|걸쭉|뽀얀|바로|곁들|드[세시]|즐기|먹|올[려리린]|얹|뿌[려리린]|덜어|담|굽|구운"
    r"|구워|볶|찌[고는]|찐|쪄"
    r"|끓|조[려리린]|졸[여이인]|무[쳐치친]|버무|비[벼비빈]|지[져진]|부[쳐친]|데[쳐친]|삶|익"
    r"|한\s?그릇|한\s?접시|팬|인분"
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
    r"|\bag(?:e)?ing\b|\bdiet|weight|slim|satiat|fatigue|\benergy|health|benefi|prevent|\bcur(?:e"
    r"|es)"
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
    r"안전|안심(?:하|되|할|해)|\d\s*kcal|칼로리|혈당|혈압|당뇨|건강|면역|항암|예방|효능|알레르기"
    r"|알러지"
    r"|(?:탄수화물|단백질|지방|나트륨|당류|당질"
    r"|식이섬유)[은는이가을를]?\s*(?:약\s*)?\d[\d.]*\s*(?:m?g|%)"
    r"|(?:저염|무염|저당|무당|저칼로리|저지방|고단백|저탄수\S*|무설탕)(?:식|\s?요리|이에요|예요"
    r"|입니다|으로)"
    r"|덜\s?익[혀히은어힌]\S*\s?(?:괜찮|돼|됩|되|좋|무방)"
    r"|(?:날로|생으로)\s?(?:먹|드)\S*\s?(?:괜찮|돼|됩|되)"
    # what it does to a body, and who may leave a medicine
    r"|인슐린|복용|처방|투약|투석|(?<![가-힣])(?:약을|약도|약\s?대신|약과\s(?:함께|같이|상의))"
    r"|한약|알약|약물"
    r"|(?<![가-힣])의사(?=[\s가는도와를에의])|임산|임신|수유|환자|누구나|갱년기|콜레스테롤|콜라겐"
    r"|항산화|폴리페놀|오메가"
    r"|비타민|미네랄|무기질|칼슘|칼륨|철분|엽산|영양(?:가|식|제|\s?만점|이 풍부)|열량|탄수\s"
    r"|순탄수|당분|당질"
    r"|(?<![가-힣])당[은는이가]?\s?\d|디톡스|해독|독소|노폐물|다이어트|체중|포만감|변비|염증|노화"
    r"|피로|원기|보양|기력"
    r"|혈관|혈액|혈중|콩팥|관절|식중독|치료|소화(?=[가에를도]\s|제|력|불)"
    r"|(?<!기)(?:에|에게)\s?(?:참\s|아주\s|특히\s)?좋(?:은|다고|으니|아서)"
    # what is not inside, how long it keeps, how much of it
    r"|글루텐|유제품|유당|비건|채식|할랄|코셔|프리(?![가-힣])|보관|소비기한|유통기한"
    r"|(?:실온|상온)에?서?\s(?:\S+\s)?(?:\d+\s?시간|하루|밤새|오래|그대로|내내|두[어었]?도|둬도|놔)"
    r"|이틀|사흘|나흘|일주일|열흘|보름|며칠|\d\s?일(?:간|\s?(?:동안|까지|정도|이내|안))"
    r"|하루\s?(?:정도|쯤|이상|안)"
    r"|얼마든지|마음껏|실컷|양껏|상하지\s?않"
    r"|\bsafe|calori|blood(?! (?:sausage|orange))|diabet|health|immun|cancer|prevent|allerg"
    r"|\b(?:raw|rare|undercooked|pink) is (?:fine|ok|good)|no need to cook"
    r"|\d\s*m?g of (?:net )?(?:carb|protein|fat\b|sodium|sugars?\b(?= per|,? which| a serving)|fib)"
    r"|insulin|medicat|medicin|\bdoctors?\b|physician|\bdos(?:e|es|age)\b|pregnan|breast-?feed"
    r"|nursing"
    r"|cholesterol|vitamin|omega-?\s?\d|antioxid|detox|toxin|\bdigest(?!ive)|inflamm|metaboli"
    r"|gluten|dairy|lactose|vegan|vegetarian|halal|kosher|c(?:o)?eliac|\beveryone\b|weight loss"
    r"|slimming"
    r"|\bcarbs?\b|carb count|(?:nut|peanut|egg|soy|sugar|salt|fat|carb|allergen)[- ]free\b"
    r"|\bfree (?:of|from)\b"
    r"|\b(?:contains?|has|have|with) no\b(?! lump)|n['’]t contain|suitable for (?!the |frying"
    r"|baking|deep)"
    r"|\b(?:good|great|ideal|fine) for (?:you|your|the (?:heart|kidney|liver|gut|bone|skin|brain)"
    r"|people|any)"
    r"|room temperature(?=[^.]*\b(?:hours?|days?|weeks?|overnight)\b)|on the counter\b|\bkeeps\b"
    r"|\b(?:for|within|up to|lasts?) (?:\w+ ){0,3}(?:days|weeks|months)\b|\bas much as you\b"
    r"|unlimited",
    re.IGNORECASE,
)
"""What must not stand in a step; a plain word for a nutrient may, it says how to cook."""

_CHILD_IN_STEP: Final = pattern(
    r"(?<![가-힣])(?:아기|유아(?!식)|영아|어린이|돌쟁이|아이(?!스|올|싱|\s?주먹))|개월|이유식"
    r"|\b(?:babies|infants?|toddlers?|kids|children)\b"
    r"|\b(?:your|the|a|for|to) baby(?=[.,;!?]|$| (?:can|may|could|from|over|who|too|as|and"
    r"|will)\b)",
    re.IGNORECASE,
)
"""For whom a step cooks; a baby spinach is no baby."""

_DONE_BEFORE: Final = pattern(
    "["
    + "".join(chr(n) for n in range(0xAC14, 0xD7A4, 28) if chr(n) not in "있겠")
    + r"](?:습니다|어요|다|지요|죠|네요|거든요|답니다)[.!~\s]*$"
)
"""A sentence in the past tense: it praises what was done, and asks for nothing."""

_NO_WORK: Final = pattern(
    r"(?<![가-힣])(?:볶은|구운|삶은|찐|튀긴|데친|익힌|끓인|조린|졸인|부친|다진|으깬|썬|불린|무친"
    r"|절인|버무린|섞은"
    r"|넣은|뿌린|올린|얹은|곁들인|담은|갈은|간|만든)\s(?!뒤|다음|후|채|것|상태|직후|정도)"
    r"|[유이무]익|익숙|삶의|올리(?:브|고당)|내내|마무리(?:로|에)|준비(?:물|된|가)"
    r"|걱정\S*\s\S+(?:\s두\S*)?|[가-힣]+[어아여해]도(?=\s)|\S+지(?:는|도)?\s?(?:않|말"
    r"|마(?![가-힣]*리)|못)\S*|(?:두|놔|먹|드)[어셔]?도\s(?:괜찮|됩|돼|되|좋)\S*"
    r"|\b(?:do not|don['’]t|never|no need to|without|not|for|of"
    r"|in)\s(?:\w+ly\s)?(?=[a-z]+\b)(?:seasoning|[a-z]+ing|season|add)\b"
)
"""Words that only look like work: "볶은 콩", 유익, what is not done."""

_WORK: Final = pattern(
    # heat
    r"끓|볶(?!음)|굽|구[워우]|찌(?=[고는면듯기다세])|쪄|찝니|찐|삶|익|튀[기겨긴깁]"
    r"|데[치쳐친칩우워운웁]|부[치쳐친칩](?!즈)"
    r"|[졸조][이여인입려린립](?!대)|조리(?=[고며면다])|지[지져진집](?=[고며어니 ])|덖|태[우워]"
    r"|가열|예열|달[구궈군굽]|녹[이여입]"
    # cut
    r"|썰|썹|써는|다[져진집]|다지|으깨|으깬|으깹|갈아|갈고|(?<![가-힣])갑니다|빻|자[르른릅]"
    r"|잘[라랐]|찢|뜯|가[르른릅](?![치침])|갈라|벗[기겨긴깁]"
    r"|까서|까고|깝니|깎|도려|저[미며민밉]|칼집|깨[뜨트]|부[수숴순숩]|부스러|쪼개"
    # clean
    r"|씻|헹|닦|털|텁|불[리려린립]|담[가그근급]|절[이여인입]|재[우워운웁]|해감|해동|손질|다듬|발라"
    r"|떼|뗍|빼[고서내]|뺍|뺀\s뒤|제거|없앱|없애고"
    r"|건[져진집지]|거[르른릅]|걸[러렀]|걷|밭쳐|받쳐|따라\s?[내버붓부]|따르고|따릅|버립|버리고"
    r"|짜[고서내]|짭니|짠\s뒤|눌러|누[르른릅]"
    # put together
    r"|넣|더[하해한합](?!도)|보[태탭]|섞|버무|무[치쳐친칩]|비[벼빈빕비](?!교)|붓|부[어으]"
    r"|올[리려린립]|얹|뿌[리려린립]|두[르른]|두릅니|둘러"
    r"|펴[고서 올]|펼[쳐치친칩]|폅|깔[고아]|덮|씌[우워]|(?<![가-힣])싸[고서 ]|쌉|쌈을|말아|맙니"
    r"|말고\s|접[어습]|뒤[집적]|저[어으은]|젓[고습]|휘|풀[어고]|풉|개어"
    r"|발라|(?<!올)바[르른릅]|묻[히혀]|입[히혀]|반죽|치대|채[우워운웁]|꽂|꿰|굴[려리]|빚"
    r"|뭉[쳐친](?!지)|모아|맞[추춰춥]|(?<![가-힣])간[하해합을은]|밑간"
    r"|(?<![가-힣])두[고어었]|둡니|둔\s뒤|놓[고아습은]|놔|뜸|식[히혀힌힙]|굳[히혀]|나[누눠눕]|덜어"
    r"|덥니|곁들[이여입]|담[고아은습으]|냅니|내[고어](?=\s|$|\s?담)"
    r"|돌[리려린립]|(?<![시지])켜|켭|끄고|끕|꺼|불[을은]\s|(?<![가-힣])재[어고](?=\s)|잽|살펴"
    r"|확인|준비|마무리|완성|차[리려]|숨을?\s?죽|날[리려립]"
    r"|기다[리려립]|냉장고에|옮[기겨긴깁]|섞|훑|문[지질]|주[무물]|두드|비틀|꼭\s짜|맛을\s(?:보|냅"
    r"|맞)|향을\s(?:냅|내)"
    # English: what is a noun as well counts only where a clause begins
    r"|\b(?:add|stir|simmer|fry|stir-fry|boil|whisk|drain|rinse|sprinkle|drizzle|saut[eé]|blanch"
    r"|braise|chop|mince|dice"
    r"|toss|pour|arrange|scatter|bake|poach|knead|marinate|pound|mash|crush|grate|peel|discard"
    r"|remove|combine|transfer"
    r"|reduce the heat|bring|spread|loosen|squeeze|crumble|dissolve|thaw|strain|devein|pierce|skim"
    r"|preheat|melt"
    r"|massage|dredge|swirl|nestle|scramble|deglaze|lower the heat|raise the heat"
    r"|increase the heat)\b"
    r"|(?:^|[,;:]\s|\b(?:and|then|or|first|finally|next|meanwhile|\w+ly|pan|pot|bowl|oven|dish"
    r"|heat|water)\s)"
    r"(?:\w+ly\s)?"
    r"(?:heat|cook|check|take|cover|cut|put|set|serve|lay|wash|top|mix|turn|slice|spoon|season"
    r"|brown|pat|fold|coat"
    r"|divide|use|rest|lift|share|throw|roast|trim|scrape|rub|pull|press|give|prepare|plate|shake"
    r"|beat|dry|microwave|let"
    r"|leave|finish|flake|cool|tear|separate|wipe|line|steam|roll|break|blend|close|dip|wrap"
    r"|return|soak|toast|shred"
    r"|push|grind|crack|brush|cube|fluff|fill|soften|pile|pipe|scoop|seed|halve|uncover|warm|make"
    r"|measure|wait|grill"
    r"|sear|score|stuff|thread|skewer|baste|glaze|chill|refrigerate|place|garnish|reserve|sweeten"
    r"|brighten|stand|quarter"
    r"|core|pick|test|taste|adjust|repeat|scald|purée|puree|sieve|sift|shape|form|flatten|insert"
    r"|ladle|strip|steep|cure"
    r"|turn off|tuck|invert|clean|drop|slide|tip|stew|salt|butter|grease|work|bind|tie|open|flip"
    r"|char|crisp|thicken|reheat|keep (?:back|stirring|turning|warm))\b"
)
"""Words that tell something to do, which must not get lost."""

_AS_IT_LOOKS: Final = pattern(
    r"(?:덩어리|멍울|핏기|물기|비린내|뭉친 (?:것|데)|남는 것)[은는이가도]?\s?(?:전혀\s)?없\S*"
    r"|붉은\s?빛이?\s?없\S*|간 없이|남은 (?=물|국물|양념|열)|찍어\s?(?=먹)"
    r"|\b(?:no|without) (?:lumps?|pink|more water|liquid|resistance)\b|\bno longer\b|\bkeep (?:the"
    r"|it|stirring|warm|turning)\b",
    re.IGNORECASE,
)
"""What is not there any more when a thing is done; no claim."""

_LOOKS: Final = pattern(
    r"매끄|흐르|묽|되직|무른|무르|덩어리|알갱이|\d\s?mm|\d\s?cm|비율|진밥|죽(?:이에요|입니다)"
    r"|양이 많|두세? 번|모양|투명|거품|김이|숨이|속까지"
    r"|℃|°C|모두 \d+\s?g|굵기|두께|넘으면|남은 물|\d배|물은|물을|반복|간은|색이"
    r"|\bseason|\bthin\b|\bparts? |grain|\bset\b|lumps?\b|batch|done\b|middle|skewer|chopstick"
    r"|\d mm|finger food"
    r"|\bfirst day|\bwater\b|\bpot\b|\bliquid|\bstick|\bcook|ready|flake|feel|translucent|opaque"
    r"|brown\b|wilt|edges|bubbl",
    re.IGNORECASE,
)
"""What a sentence of a step may be about besides what a description may."""

_STORING: Final = pattern(
    r"(?:보관|냉동)(?:하|할|해|합|됩|돼|이 )|(?:실온|상온|냉장고?|냉동실)\S*\s(?:\S+\s)?"
    r"(?:약\s)?(?:\d+(?:~\d+)?\s?[일주]|하루|이틀|사흘|일주일|며칠)"
    r"|^(?:store|keep|freeze|refrigerate|chill)\b.*\b(?:days?|weeks?|months?|overnight)\b"
    r"|\bleft-?overs?\b",
    re.IGNORECASE,
)
"""What becomes of the rest: we say that, by what is in the dish."""

_COOKS: Final = pattern(
    r"끓|볶|굽|구[워우]|쪄|삶|익|튀[기겨긴]|데[치쳐]|부[치쳐]|졸|썰|썹|다[져지집]"
    r"|\b(?:fry|boil|simmer|bake|roast|steam|grill|chop|slice|stir)\b",
    re.IGNORECASE,
)

_ADVERB: Final = pattern(
    r"안전(?:하게|한)\s*|안심하고\s*|\s*\bsafely\b"
    r"|\b(?:a\s+)?safe\s+(?=internal)|\bsafe\s+(?=minimum|temperature|to handle)",
    re.IGNORECASE,
)
_RAW: Final = pattern(r"날것|날로|생것|생으로|익히지 않은|\b(?:raw|uncooked|rare)\b", re.IGNORECASE)
_REMOVED: Final = pattern(
    r"(?:물기|수분|핏물|국물|기름기?|소금기|짠맛|쓴맛|껍질|껍데기|씨앗?|속|심|꼭지|뼈|가시|내장"
    r"|머리|꼬리|막|힘줄|지방|비계|뿌리|밑동|잎|알)"
    r"(?:[과와]\s\S+)?(?:[을를이은는]|만)?\s?(?:모두\s|꼭\s|완전히\s|살짝\s)?(?:뺀|빼고|빼|없는"
    r"|없이|없앤|제거\S*|뗀|떼\S*|덜어\S*|적은)"
    r"|\b(?:no|without|free of|trimmed of|removed?|excess|off)\s(?:the\s)?(?:skin|bones?|seeds?"
    r"|pits?|stones?|core|shells?|tails?|fat"
    r"|liquid|water|oil|brine|crust|rind|stems?|stalks?)\b|\bfat (?:trimmed|removed|cut off)\b"
    r"|\b(?:with|in|the)\s(?:\w+\s)?salt\b|\bsalted\b|\bfrozen\b|\bin the fridge\b",
    re.IGNORECASE,
)
"""Parts that a cook takes off; that they are gone is no claim."""

_CLAIM_IN_PREP: Final = pattern(
    "|".join(_KOREAN_CLAIMS) + r"|없[는이]|뺀|빼고|제외|대신|안\s?(?:들|넣|쓰)|무농약|유기농|국산"
    r"|\bsafe|calori|\bcarb|protein|\bfats?\b|sodium|\bfib(?:re|er)|vitamin|nutri|cholesterol"
    r"|\bdiet"
    r"|\bfree\b|without|\bno\b|low[- ]|\bhigh[- ]|rich in|source of|suitab|vegan|vegetarian|halal"
    r"|kosher|organic",
    re.IGNORECASE,
)
_GOOD_FOR: Final = pattern(r"효과|(?:에|에게)\s?좋|\bgood for|\bbenefi", re.IGNORECASE)
_SENTENCE: Final = pattern(r"(?<=[.!?。])\s+|\n+")
_BRACKET: Final = pattern(r"\s*\([^()]*\)")
_KOREAN_END: Final = pattern(r"[가-힣][^가-힣a-zA-Z]*$")
_CLAUSE: Final = pattern(r",\s+")
_TITLE_WORD: Final = (
    r"(?:무염|저염|저나트륨|무설탕|저당|무당|저칼|저지방|고단백|고섬유|저탄|저혈당|제로"
    r"|영양(?:만점|가득|듬뿍|식)|건강|안심(?:하|되)|안전"
    r"|혈당|혈압|당뇨|신장|고혈압|다이어트|체중|디톡스|해독|면역|보양|알레르기|알러지|글루텐|유당"
    r"|비건|채식|할랄"
    r"|환자|임[산신]부|산모|어르신|키즈|어린이|항암|변비|콜레스테롤|무가당|무첨가|노슈가|노밀가루"
    r"|유기농|무농약"
    r"|무항생제|국산|GI(?![a-z])|[간눈뼈장위뇌]\s건강|피로\s?회복|[\d천만]+\s*원|\d+\s*인분"
    r"|\d+\s*개월|\d+\s*kcal|\d+\s*칼로리)"
)
_TITLE: Final = pattern(
    rf"(?<![가-힣]){_TITLE_WORD}\S*(?:에게?|[을를이가])\s+\S*[는은운한인된](?:\s+|$)"
    rf"|(?<![가-힣]){_TITLE_WORD}\S*(?:\s+(?:낮[은추]|해소|안정|회복|예방|개선|조절"
    rf"|관리)\S*)?(?:\s+|$)"
    r"|\S+[을를]\s+위한(?:\s+|$)"
    r"|\S+\s+(?:없는|뺀|제외한|없이\s만든|안\s?(?:들어간|넣은|쓴)|(?:넣|쓰|들어가)지\s?않은)(?:\s+"
    r"|$)"
    r"|,?\s*\b(?:without|minus|no)\s+(?:(?:any|added)\s+)?(?!rice\b|bake\b|cook\b)[\w-]+\s*$"
    r"|\b(?:no|zero)-(?!bake|cook|knead)[\w]+(?:\s+|$)|\b(?:kids?|toddlers?"
    r"|children)[’']?s?[’']?(?:\s+|$)"
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
    """How a line is prepared, without what claims something: of "씻은, 비건" 씻은 is left.

    That it is raw stays told in any case: the gate must hear of it.
    """
    parts = [bare for one in without_praise(prep).split(",") if (bare := one.strip())]
    kept = [" ".join(_RAW.findall(one)) if _praises(one) else one for one in parts]
    return ", ".join(one for one in kept if one)


def _praises(part: str) -> bool:
    plain = _REMOVED.sub(" ", part)
    return any(one.search(plain) for one in (_IN_STEP, _GOOD_FOR, _CLAIM_IN_PREP, _CHILD))


def _claims(sentence: str, profile: Profile) -> bool:
    """Whether a sentence of a description or notes must not be shown."""
    return not _TELLS.search(sentence) or _claims_something(sentence, profile)


def _claims_something(sentence: str, profile: Profile) -> bool:
    if _CLAIM.search(sentence):
        return True
    if profile.target != "keto" and _KETO.search(sentence):
        return True
    if profile.target != "baby_food" and _CHILD.search(sentence):
        return True
    said = (int(one or other) for one, other in _SERVES.findall(sentence))
    return any(number != profile.servings for number in said)


def step_told_truly(step: str, profile: Profile, names: Iterable[str] = ()) -> str | None:
    """A step without claims; "" where it was nothing else, None where it cannot be told apart.

    `names` are those of the list, which a step may call by: "글루텐프리 간장".
    """
    odd = [one for one in names if one and (_IN_STEP.search(one) or _CLAIM.search(one))]
    kept = []
    for sentence in sentences_of(without_praise(step)):
        left = _without_claim(sentence, profile, odd)
        if left is None:
            return None
        kept.append(left)
    return " ".join(one for one in kept if one)


def _without_claim(sentence: str, profile: Profile, odd: Sequence[str]) -> str | None:
    """The sentence, what is left of it, "" where it does nothing, None where both are one."""
    plain = _blotted(sentence, odd)
    if not _tells_work(plain):
        about = _TELLS.search(plain) or _LOOKS.search(plain)
        return sentence if about and not _praises_dish(plain, profile) else ""

    strange = [one for one in odd if _IN_STEP.search(one)]

    def claims(text: str) -> bool:
        return _claims_in_work(_blotted(text, strange), profile)

    if not claims(sentence):
        # "이렇게 볶으면 부기에도 그만입니다" tells of work, and does none.
        done = _ends_in_work(plain) or not _praises_dish(plain, profile)
        return sentence if done else None
    if _STORING.search(plain) and not _COOKS.search(plain):
        return ""
    bare = _BRACKET.sub(lambda hit: "" if claims(hit[0]) else hit[0], sentence)
    clauses = _CLAUSE.split(bare)
    claiming = [one for one in clauses if claims(one)]
    if any(_tells_work(one) for one in claiming):
        return None
    return ", ".join(one for one in clauses if one not in claiming).strip()


def _praises_dish(sentence: str, profile: Profile) -> bool:
    """Whether a sentence of a step claims something, besides how a thing looks when it is done."""
    return _claims_something(_AS_IT_LOOKS.sub(" ", sentence), profile)


def _ends_in_work(sentence: str) -> bool:
    """Whether a sentence ends by what is to be done; in English the verb comes first."""
    bare = _BRACKET.sub("", sentence)
    return not _KOREAN_END.search(bare) or _tells_work(" ".join(bare.split()[-3:]))


def _claims_in_work(text: str, profile: Profile) -> bool:
    if _IN_STEP.search(text) or (profile.target != "keto" and _KETO.search(text)):
        return True
    return profile.target != "baby_food" and bool(_CHILD_IN_STEP.search(text))


def _blotted(text: str, names: Iterable[str]) -> str:
    for name in names:
        text = text.replace(name, "_")
    return text


def _tells_work(clause: str) -> bool:
    """Whether a clause tells something to do, which must not get lost."""
    if _DONE_BEFORE.search(clause):
        return False
    return bool(_WORK.search(_NO_WORK.sub(" ", clause.lower())))


def plain_title(name: str, profile: Profile) -> str:
    """A dish's name without what it claims: "당뇨에 좋은 두부덮밥" is 두부덮밥."""
    plain = _BRACKET.sub(lambda hit: "" if _TITLE.search(hit[0]) else hit[0], name)
    plain = _TITLE.sub("", plain)
    if profile.target != "keto":
        plain = _TITLE_KETO.sub("", plain)
    if profile.target != "baby_food":
        plain = _TITLE_BABY.sub("", plain)
    return " ".join(plain.split()).strip(" ,·-:")
