"""What an allergy word stands for, and which allergens a name betrays that is no food of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from aichef.food.model import Allergen, Certainty
from aichef.food.table import food_groups, food_names, foods, normal
from aichef.lazy import pattern
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ROOM: Final = "aichef.food"
_LEVELS: Final[tuple[Certainty, ...]] = ("may", "likely", "contains")


@dataclass(frozen=True, slots=True)
class AllergyReading:
    """What a word stands for; all empty where the person says there is no such allergy.

    `allergens` has the members of a group written out; `foods` are the one food, or all foods of
    a word like "버섯", that no allergen stands for. `question` must be answered before cooking.
    `ask` may be asked to narrow or widen a reading that already holds.
    """

    allergens: tuple[str, ...] = ()
    foods: tuple[str, ...] = ()
    question: str | None = None
    ask: str | None = None


@cache
def allergens() -> Mapping[str, Allergen]:
    """Every allergen by id, the groups of the Korean label first."""
    table = [
        Allergen(
            id=row["id"],
            name_ko=row["name_ko"],
            name_en=row["name_en"],
            members=tuple(filter(None, row["members"].split("|"))),
            labelled=row["labelled"] == "1",
            source=row["source"],
        )
        for row in rows(_ROOM, "allergens.csv")
    ]
    table.sort(key=lambda allergen: not allergen.labelled)
    return MappingProxyType({allergen.id: allergen for allergen in table})


@cache
def is_traced(allergen: str) -> bool:
    """Whether a food or a name of ours holds the allergen, or it is a group of others.

    One that none holds would be found in no dish: nothing may be said of it. KeyError for no id.
    """
    return (
        bool(set(allergens()[allergen].members) - {allergen})
        or any(food.allergens.get(allergen) == "contains" for food in foods().values())
        or any(inside.get(allergen, "may") != "may" for inside in _betrayals().values())
    )


@cache
def _words() -> Mapping[str, tuple[tuple[str, ...], str]]:
    own = {
        normal(name): (one.members or (one.id,), "")
        for one in allergens().values()
        for name in (one.name_ko, one.name_en)
    }
    said = {
        normal(row["word"]): (tuple(row["allergens"].split("|")), row["ask"])
        for row in rows(_ROOM, "allergen_words.csv")
    }
    return {**own, **said}


@cache
def _betrayals() -> Mapping[str, Mapping[str, Certainty]]:
    table: dict[str, dict[str, Certainty]] = {}
    for row in rows(_ROOM, "name_allergens.csv"):
        found = next(level for level in _LEVELS if level == row["certainty"])
        table.setdefault(normal(row["name"]), {})[row["allergen"]] = found
    return table


_NONE: Final = pattern(
    r"(?:특별한\s*)?(?:음식\s*)?(?:알레르기|알러지|알레지|allerg(?:y|ies))?\s*(?:는|은|가|이|도)?\s*"
    r"(?:전혀|딱히)?\s*(?:없음|없다|없어요?|없습니다|해당\s*(?:사항)?\s*없음|none|nothing|nil|n/?a)"
    r"|no(?:\s+known)?(?:\s+food)?(?:\s+allerg(?:y|ies))?|아니요|아니오|-+|x|nka|nkda",
    re.IGNORECASE,
)
_ALLOWED: Final = pattern(
    r"(?:에|에게|에는)?\s*(?:알레르기|알러지|알레지)\s*(?:는|은|가|이|도)?\s*(?:없|아님|아니|아닙)\S*"
    r"|(?<!안 )(?<!안)괜찮(?!지)\S*|먹을\s*수\s*있\S*|잘\s*먹\S*|먹어도\s*(?:돼|되|됩)\S*"
    r"|\b(?:is|are)\s+(?:fine|ok|okay)\b|\b(?:i\s+)?can\s+eat\b|\b(?:fine|ok|okay)\s+with\b"
    r"|\b(?:i'?\s*a?m\s+)?(?:no|not|without)\s+(?:known\s+)?(?:food\s+)?allerg(?:y|ies|ic)\b"
    r"(?:\s+to\b)?",
    re.IGNORECASE,
)
_ALL: Final = frozenset(("", "다", "모두", "전부", "뭐든", "everything", "all", "anything"))
_AROUND: Final = pattern(
    r"(?:에|에게|에는|에도)?\s*(?:알레르기|알러지|알레지)(?:가|이|는|은|도)?\s*"
    r"(?:있\S*|심\S*|약간|조금|반응\S*|입니다|이에요|예요)?"
    r"|\b(?:i'?\s*a?m\s+|severely\s+|very\s+|is\s+|are\s+)?allerg(?:y|ies|ic)\b(?:\s+to\b)?"
    r"|(?:을|를|은|는|도)?\s*(?:다|모두|전부|절대|전혀)?\s*(?:못|안)\s*(?:먹|드|마)\S*"
    r"(?:\s*(?:해요|합니다))?"
    r"|\s*(?:섭취\s*)?(?:불가|금지|기피|빼\S*|제외\S*|불내증|과민\S*)(?:\s*(?:해\S*|주세요))?"
    r"|(?:이|가)?\s*(?:안\s*맞\S*|안\s*받\S*|싫\S*)|(?:을|를|은|는)?\s*먹을\s*수\s*없\S*"
    r"|^(?:저는|전|제가|나는|아이가|아이는|i have (?:an? )?)\s*"
    r"|^\s*(?:no|avoid|without|free of|(?:i )?(?:can'?t|cannot|don'?t) eat)\s+"
    r"|[\s-]*free$|\s+intoleran(?:ce|t)$|\s*프리$|[!.~…]+",
    re.IGNORECASE,
)
_PARTICLE: Final = pattern(r"(?:류|은|는|이|가|을|를|도|만|요|에)$")
_SINGLE: Final = frozenset(
    ("fish", "crustacean", "mollusc", "egg", "dairy", "nut_seed", "grain", "legume", "meat")
)


def read_allergy(word: str, locale: Literal["ko", "en"] = "ko") -> AllergyReading:
    """Read one allergy as a person put it: a word, an id, a phrase; Korean or English.

    "우유는 괜찮아", "알레르기 없음" and "none" read as nothing. A word that is neither an
    allergen nor exactly a food, and a phrase that both allows and forbids, come back as a
    `question` in the language of `locale`. Our own name of every allergen, as the labels write
    it ("대두(콩)"), is a word for it.
    """
    text = " ".join(word.split())
    if not text:
        return AllergyReading()
    known = _known(text, locale)
    if known:
        return known
    if _NONE.fullmatch(text.rstrip(".! ")):
        return AllergyReading()
    rest, allowed = _ALLOWED.subn(" ", text)
    if allowed:
        # Only one known word may be left: what else the phrase says could forbid something.
        rest = rest.strip(" .!")
        if rest in _ALL or _known(rest, locale) or _known(_PARTICLE.sub("", rest), locale):
            return AllergyReading()
        return AllergyReading(question=_unclear(text, locale))
    bare = _AROUND.sub(" ", text).strip()
    return (
        _known(bare, locale)
        or _known(_PARTICLE.sub("", bare), locale)
        or AllergyReading(question=_unclear(text, locale))
    )


def _known(text: str, locale: Literal["ko", "en"]) -> AllergyReading | None:
    key = normal(text)
    if key in _words():
        found, ask = _words()[key]
        ids = food_groups().get(key, ())
        return AllergyReading(found, ids, ask=_asked(ask, text, locale) if ask else None)
    if key in food_groups():
        return AllergyReading(foods=food_groups()[key])
    if key not in food_names():
        return None
    food = foods()[food_names()[key]]
    if food.category in _SINGLE:
        inside = tuple(one for one, level in food.allergens.items() if level == "contains")
        if inside:
            return AllergyReading(inside)
    return AllergyReading(foods=(food.id,))


def _unclear(text: str, locale: Literal["ko", "en"]) -> str:
    if locale == "ko":
        return (
            f"'{text}' 알레르기가 무엇인지 알 수 없으니, "
            "우유, 새우, 땅콩처럼 식재료 이름을 하나씩 적어 주세요."
        )
    return (
        f"We do not know what '{text}' means as an allergy; "
        "please name the foods one by one, such as milk, shrimp or peanut."
    )


_ASK: Final[Mapping[str, tuple[str, str]]] = {
    "peanut_too": (
        "'{}'에 땅콩은 넣지 않았어요. 땅콩도 못 드시면 '땅콩'을 따로 적어 주세요.",
        "'{}' does not include peanut here; add 'peanut' if you cannot eat it either.",
    ),
    "peanut_in": (
        "'{}'에 땅콩도 넣었어요. 땅콩은 드실 수 있으면 '나무견과류'라고 적어 주세요.",
        "'{}' includes peanut here; write 'tree nuts' if you can eat peanut.",
    ),
    "one_nut": (
        "'{}'만 적으셔도 견과류를 모두 뺐어요. 다른 견과류는 드실 수 있는지 알려 주세요.",
        "For '{}' we leave out every tree nut; tell us which nuts you can eat.",
    ),
    "shellfish_which": (
        "'{}'은(는) 조개, 새우, 게, 오징어를 모두 뺐어요. 일부만 못 드시면 그 이름만 적어 주세요.",
        "For '{}' we leave out molluscs, shrimp, crab and squid; name only those you cannot eat.",
    ),
    "seafood_which": (
        "'{}'은(는) 생선, 갑각류, 조개를 모두 뺐어요. 일부만 못 드시면 그 이름만 적어 주세요.",
        "For '{}' we leave out fish, crustaceans and molluscs; name only those you cannot eat.",
    ),
    "legumes_which": (
        "'{}'은(는) 대두로 읽었어요. 땅콩이나 완두콩 같은 다른 콩도 못 드시면 따로 적어 주세요.",
        "We read '{}' as soy; add peanut, pea or other legumes if you cannot eat them either.",
    ),
    "legumes_all": (
        "'{}'은(는) 대두와 땅콩을 비롯한 콩을 모두 뺐어요. 일부만 못 드시면 그 이름만 적어 주세요.",
        "For '{}' we leave out soy, peanut and all other legumes; name only those you cannot eat.",
    ),
    "one_gluten": (
        "'{}'은(는) 글루텐 곡물로 읽었어요. 밀도 못 드시면 '글루텐'이라고 적어 주세요.",
        "We read '{}' as a gluten cereal; write 'gluten' if wheat is meant as well.",
    ),
    "lactose_or_milk": (
        "'{}'은(는) 우선 우유 알레르기로 보았어요. 유당불내증이면 건강 상태에 적어 주세요.",
        "We treat '{}' as milk allergy for now; write lactose intolerance under health conditions.",
    ),
    "red_meat": (
        "'{}'은(는) 소고기와 돼지고기를 뺐어요. 양고기나 젤라틴도 못 드시면 따로 적어 주세요.",
        "For '{}' we leave out beef and pork; add lamb or gelatin if you cannot eat them either.",
    ),
}


def _asked(key: str, text: str, locale: Literal["ko", "en"]) -> str:
    korean, english = _ASK[key]
    return (korean if locale == "ko" else english).format(text)


_MADE_OF: Final = pattern(
    r"(?:소스|드레싱|가루|분말|파우더|페이스트|퓨레|퓌레|육수|국물|스톡|볶음|튀김|구이|조림|무침|칩|스낵"
    r"|과자|쿠키|빵|케이크|잼|스프레드|오일|기름|버터|크림|우유|밀크|음료|주스|즙|청|시럽|액|엑기스"
    r"|소금|전|찜|탕|국|찌개|죽|밥|면|국수|만두|샐러드|피클|장아찌|젓|젓갈|장|살|알|포|채|맛|향)$"
)


def betrayed(name: str) -> Mapping[str, Certainty]:
    """Allergens a name gives away that stands for no food, by id, with how sure it is.

    Whole names and whole words only, longest first: "땅콩 소스" and "땅콩소스" betray peanut,
    "밀감차" does not betray wheat. Empty where the name says nothing, which proves nothing.
    """
    words = [word for word in re.split(r"[\s,./()\[\]{}+&·:*~-]+", name) if word]
    found: dict[str, Certainty] = {}
    start = 0
    while start < len(words):
        for end in range(len(words), start, -1):
            inside = _betrayed_word(normal("".join(words[start:end])))
            if inside is not None:
                _join(found, inside.items())
                start = end
                break
        else:
            start += 1
    return MappingProxyType(found)


def betrayed_at_start(word: str) -> Mapping[str, Certainty]:
    """Allergens that the beginning of a glued Korean word gives away: "호두다져", "새우살을".

    The longest name of two syllables or more counts; what is only likened to it ("땅콩처럼") or
    said to be missing ("땅콩없이") does not. Empty where nothing is given away.
    """
    key = normal(word)
    for end in range(len(key) - 1, 1, -1):
        stem = key[:end]
        inside = None if stem in _ALSO_WORDS or not _KOREAN.fullmatch(stem) else _inside(stem)
        if inside:
            return {} if _LIKENED.match(key[end:]) else inside
    return {}


_KOREAN: Final = pattern(r"[가-힣]{2,}")
_ALSO_WORDS: Final = frozenset(("가재", "달래", "대게", "대구", "대하", "소라", "한치"))
"""Names that begin everyday words as well: "달래듯", "대하여"."""
_LIKENED: Final = pattern(
    r"크기|모양|만[한하큼]|처럼|같[은이]|보다|빛|색|없|대신|말고|빼|뺀|제외|금지|알레르기|알러지|말이팬"
)


def _betrayed_word(key: str) -> Mapping[str, Certainty] | None:
    direct = _inside(key)
    if direct is not None:
        return direct
    stem = _MADE_OF.sub("", key)
    return _inside(stem) if stem and stem != key else None


def _inside(key: str) -> Mapping[str, Certainty] | None:
    found: dict[str, Certainty] = {}
    if key in _betrayals():
        _join(found, _betrayals()[key].items())
    if key in _words():
        _join(found, ((one, "contains") for one in _words()[key][0]))
    if key in food_names():
        _join(found, foods()[food_names()[key]].allergens.items())
        return found
    return found or None


def _join(found: dict[str, Certainty], more: Iterable[tuple[str, Certainty]]) -> None:
    for allergen, level in more:
        if _LEVELS.index(level) >= _LEVELS.index(found.get(allergen, "may")):
            found[allergen] = level
