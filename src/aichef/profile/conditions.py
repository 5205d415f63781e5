"""Reading health conditions and medicines, clause by clause, nothing ignored.

A text is cut into words; each must be a condition, a medicine, a known harmless word, an
allergy, or one of the small words of a sentence. What is left over is asked about, unless the
person says it is absent.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from aichef.lazy import pattern
from aichef.profile.words import fold, josa, key, shown, tidy
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aichef.profile.model import Locale

PACKAGE: Final = "aichef.profile"
DIETS: Final = {"vegan": "vegan", "vegetarian": "vegetarian"}
"""Conditions that are ways of eating, and their diet ids."""


class Condition(NamedTuple):
    """A row of conditions.csv. `kind`: disease, medicine (someone who takes it) or diet."""

    id: str
    kind: str
    name_ko: str
    name_en: str
    synonyms: tuple[str, ...]
    implies: tuple[str, ...]
    source: str

    def name(self, locale: str) -> str:
        """Name for a reader of `locale`."""
        return self.name_ko if locale == "ko" else self.name_en


class Medicine(NamedTuple):
    """A row of medicines.csv: what it switches on, and what it only makes likely."""

    stem: str
    kind: str
    conditions: tuple[str, ...]
    suggests: tuple[str, ...]
    source: str


class Question(NamedTuple):
    """Words that must be cleared up first; `text` is the whole sentence for the person."""

    word: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `medicines`, `allergies`, `no_rule` are words as typed.

    `conditions` are ids without what they imply; `answered` says that something was stated,
    be it absence; `question` is set where an answer is needed first.
    """

    conditions: tuple[str, ...] = ()
    medicines: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    no_rule: tuple[str, ...] = ()
    answered: bool = False
    question: Question | None = None


@cache
def all_conditions() -> dict[str, Condition]:
    """Conditions by id, sorted by id."""
    return {row["id"]: _condition(row) for row in rows(PACKAGE, "conditions.csv")}


def _condition(row: dict[str, str]) -> Condition:
    return Condition(
        row["id"],
        row["kind"],
        row["name_ko"],
        row["name_en"],
        _ids(row["synonyms"]),
        _ids(row["implies"]),
        row["source"],
    )


def _ids(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


@cache
def all_medicines() -> tuple[Medicine, ...]:
    """Medicines, the longest stem first."""
    found = [
        Medicine(
            key(row["stem"]),
            row["kind"],
            _ids(row["condition"]),
            _ids(row["suggests"]),
            row["source"],
        )
        for row in rows(PACKAGE, "medicines.csv")
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.stem), one.stem)))


def implied(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids with all that follows from them, sorted."""
    table = all_conditions()
    seen: set[str] = set()
    left = list(ids)
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            left.extend(table[one].implies)
    return tuple(sorted(seen))


# ------------------------------------------------------------------ medicines inside a word

_FORM: Final = pattern(
    r"(?:정|캡슐|연질캡슐|주사|주|시럽|현탁액|펜|솔로스타|플렉스펜|플렉스터치|퀵펜|엑스알|이알|에스알"
    r"|서방|장용|구강붕해|플러스|plus|프로|듀오|duo|xr|er|sr|cr|hct|(?:100|저용량|장용)?프로텍트"
    r"|[0-9]+(?:mg|mcg|ug|g|ml|iu|밀리그램|단위|정|알)?)*"
)


@lru_cache(maxsize=4096)
def medicines_in(word: str) -> tuple[Medicine, ...]:
    """Return the medicines one word names; empty when it names none we know.

    Stems count anywhere ("다파글리플로진정"), brands and names only from the start and with
    nothing behind but a form or a strength.
    """
    text = key(word)
    found: list[Medicine] = []
    for medicine in all_medicines():
        if medicine.kind == "stem":
            if medicine.stem in text:
                found.append(medicine)
                text = text.replace(medicine.stem, "\0", 1)
        elif text.startswith(medicine.stem) and _FORM.fullmatch(text[len(medicine.stem) :]):
            return (medicine,)
    return tuple(found)


# ------------------------------------------------------------------ the words of a sentence

_PARTICLE: Final = r"(?:이랑|에게|한테|으로|로|은|는|이|가|을|를|만|의|에)"
_JOIN: Final = r"(?:이랑|랑|하고|와|과|이나|나|및|도)"
_YES: Final = (
    r"(?:이|가)?(?:있(?:음|어요?|습니다|다|고|고요|지만|는데|는데요|으며|어서|으시고|으세요|으십니다|네요|는)"
    r"|앓고있(?:음|어요|습니다|고|는)?|앓고|앓는|입니다|이에요|예요|에요|이고|이며|이라|이라서|라서|라|인데|인데요|이지만"
    r"|이다|임|인|환자|진단|진단받(?:음|았어요|았습니다|았고|은)|복용|복용중|복용함|복용해요|복용하고|복용합니다"
    r"|먹고|먹고있(?:음|어요|습니다)|먹어요|먹습니다|먹음|먹는|먹는중|드세요|드시고|드십니다|투여중?|맞고|맞아요|맞습니다"
    r"|사용|사용중|써요|쓰고|치료|치료중|관리중|중|중이고|중이에요|중입니다|중인|수술|수술후|후|받음|받았어요|받았습니다|받아요"
    r"|받고|걸렸어요|걸림|해요|합니다|함|하고있어요|하는|했(?:음|어요|습니다|고)|o)"
)
_NO: Final = (
    r"(?:(?:이|가)?(?:없(?:음|어요?|습니다|다|고|고요|지만|는데|는데요|으며|네요|는|으세요)|무)"
    r"|(?:이|가)?아니(?:에요|예요|다|고|고요|지만|며|요|야|오|라)?|아님|아닙니다|아닌|아닌데|안|않(?:음|아요|습니다|고|지만|는다)"
    r"|못|정상(?:이에요|입니다|임|이고)?|괜찮(?:음|아요|습니다|고)|안(?:해요|함|합니다|먹어요|먹음|먹습니다|먹고|받아요|받음)"
    r"|중단|끊음|끊었어요|x|ㄴㄴ)"
)
_FILLER: Final = (
    r"(?:저|제|전|나|내|우리|저희|본인|남편|아내|와이프|엄마|아빠|어머니|아버지|부모님|할머니|할아버지|아이|딸|아들|가족|식구"
    r"|해당|해당사항|특이사항|특이|사항|지병|기저질환|질환|질병|질병명|병|병력|건강|건강상|건강상태|문제|이상|특별|특별한|특별히|따로|딱히"
    r"|아직|가끔|자주|필요시|이력|그냥|현재|지금|요즘|최근|좀|조금|약간|많이|심한|심하게|가벼운|만성|급성|경증|중증|초기|중기|말기|약|약물|약도|복용하는|먹는약"
    r"|먹지|복용하지|있지|하지|받지|맞지|드시지|적|것|건|게|편|편이에요|편입니다|상태|증상|증세|진단은|걸려|가지고|갖고|때문에|때문"
    r"|매일|하루|아침|점심|저녁|식전|식후|자기전|한|두|세|번|알|정|포|씩|회|일|1일|주|제가|저는|저도|전에|전부터|예전부터|오래|동안|째"
    r"|[0-9.]+(?:년|개월|주|달|일|주차|년차|개월차|번|회|정|알|포|단위|기|단계|mg|mcg|ug|g|ml|iu|x)?(?:째|전|전에|전부터|동안|간)?"
    r"|i|im|am|a|an|the|my|is|are|was|have|has|having|had|do|does|with|of|from|suffer|suffers|suffering|diagnosed|on|take|takes|taking"
    r"|using|use|uses|currently|been|being|mild|severe|chronic|patient|husband|wife|mother|father|mom|dad|me|he|she|we|any|known|condition"
    r"|conditions|disease|health|issue|issues|problem|problems|medical|history|healthy|daily|once|twice|mg|tablet|tablets|medicine|medication"
    r"|medications|stage|weeks?|months?|years?|건강함|건강해요|건강합니다|건강한)"
)
_ALLERGY: Final = r"(?:알레르기|알러지|알레지|알르레기|알레르기반응|allerg(?:y|ies))"
_OPEN: Final = pattern(
    r".*(?:있는|앓는|먹는|하는|인|중|중인|환자|진단|진단받은|복용|복용함|투여|사용|치료|수술|수술후|후|임|라|이라)|o"
)
_CARE: Final = pattern(
    r".*(?:약|복용|치료|관리|먹|드시|드세|투여|맞|수술|처방).*"
    r"|medications?|medicines?|tablets?|takes?|taking|use[sd]?|using"
)
_TROUBLE: Final = pattern(
    r".*(?:증상|증세|합병증|부작용|문제|이상|특이|사항|수치).*|issues?|problems?"
)
_ACTS: Final = frozenset({"dialysis", "pregnancy", "lactation"})
_NO_SUCH: Final = pattern(r".*(?:없|아님|아니|아닙|아닌|정상).*|x|ㄴㄴ|무")
_DISEASE: Final = pattern(
    r".*(?:병|증|염|암|장애|질환|증후군|결석|출혈|중독|이상|마비|골절|치매|종양|수술|암수술|disease|disorder|syndrome|itis"
    r"|osis|emia|aemia|cancer|oma|pathy|failure|infection)",
)
_ENGLISH_NO: Final = frozenset(
    {"no", "not", "without", "never", "non", "dont", "doesnt", "nor", "isnt"}
)
_NOTHING: Final = frozenset({"none", "nothing", "nil", "na", "negative", "nope"})
_YES_BEFORE: Final = frozenset({"have", "has", "am", "im", "is", "taking", "take", "takes"})

Room = Literal["condition", "medicine"]
Kind = Literal[
    "term",
    "yes",
    "yes_before",
    "no",
    "no_before",
    "join",
    "or",
    "comma",
    "stop",
    "allergy",
    "to",
    "small",
]
Meaning = Literal["condition", "medicine", "allergy", "no_rule", "ask", "unknown"]


@dataclass(frozen=True, slots=True)
class Term:
    """Words that name something; `ids` of conditions, `text` as typed."""

    meaning: Meaning
    text: str
    ids: tuple[str, ...] = ()
    question: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: Kind
    term: Term | None = None
    firm: bool = True
    closing: bool = False
    care: bool = False
    trouble: bool = False


@cache
def _terms() -> dict[str, Term]:
    found: dict[str, Term] = {}
    for row in rows(PACKAGE, "words.csv"):
        meaning: Meaning = "no_rule" if row["kind"] == "no_rule" else "ask"
        for word in _ids(row["words"]):
            question = (row["ko"], row["en"]) if meaning == "ask" else ("", "")
            found[key(word)] = Term(meaning, row["ko"], (), question)
    for one in all_conditions().values():
        meaning = "medicine" if one.kind == "medicine" else "condition"
        for word in (one.id, one.name_ko, one.name_en, *one.synonyms):
            found[key(word)] = Term(meaning, word, (one.id,))
    return found


_HIGH_LOW: Final = pattern(
    r"(혈압|혈당|콜레스테롤|콜레스테롤 수치|중성지방|요산|요산 수치|칼륨|칼륨 수치|간 ?수치)"
    r"(?:이|가|은|는)?\s*"
    r"(?:(?:좀|조금|약간|많이|너무|꽤|살짝)\s*)?(높|낮)"
    r"(?:음|아요|습니다|은|다|고|은데|은편|대요|은 편)(?:이에요|입니다)?(?=$|[\s,.])"
)
_KIDNEY: Final = pattern(
    r"(신장|콩팥)(?:이|은|도)?\s*(?:기능\s*이?\s*)?(?:(?:좀|조금|약간|많이)\s*)?"
    r"(?:안\s*좋\w*|나쁨|나빠\w*|나쁩니다|약해\w*|약함)"
)
_STOMACH: Final = pattern(r"속이\s*(?:자주\s*|좀\s*)?쓰(?:려요|림|립니다|리고)")
_BREAK: Final = pattern(
    r"(?P<stop>[;\n!?|。]|\.(?![0-9])|(?<![a-z])(?:but|하지만|그러나|그런데|반면)(?![a-z]))"
    r"|(?P<comma>[,、，·ㆍ•]|(?<![0-9])/|/(?![0-9])|(?<![a-z가-힣])(?:그리고|또|또한)(?![가-힣]))"
    r"|(?P<join>[&+]|(?<![a-z])and(?![a-z])|(?<![가-힣])및(?![가-힣]))"
    r"|(?P<or>(?<![a-z])(?:or|nor)(?![a-z])|(?<![가-힣])(?:또는|혹은)(?![가-힣]))"
)


def _lexemes(text: str, room: Room) -> Iterator[_Lexeme]:
    words = fold(text.replace("\n", ";")).replace("'", "").replace("’", "")
    words = re.sub(r"\(\s*-\s*\)", " 없음 ", re.sub(r"\(\s*\+\s*\)", " 있음 ", words))
    words = _HIGH_LOW.sub(lambda match: f"{match[1]}{match[2]}음", words)
    words = _KIDNEY.sub("신장이안좋음", words)
    words = _STOMACH.sub("속쓰림", words)
    start = 0
    for mark in _BREAK.finditer(words):
        yield from _piece(words[start : mark.start()], room)
        kind = mark.lastgroup
        if kind == "stop":
            yield _Lexeme("stop")
        elif kind == "comma":
            yield _Lexeme("comma")
        else:
            yield _Lexeme("or" if kind == "or" else "join")
        start = mark.end()
    yield from _piece(words[start:], room)


def _piece(text: str, room: Room) -> Iterator[_Lexeme]:
    tokens = [one for one in re.sub(r"[^\w.%°×]", " ", text).replace("_", " ").split() if key(one)]
    at = 0
    while at < len(tokens):
        read, used = _longest(tokens[at : at + 6], room)
        at += used
        left = tokens[at:]
        for lexeme in read:
            if (
                lexeme.kind == "yes"
                and tokens[at - 1].endswith("고")
                and left
                and _IS.match(left[0])
            ):
                yield replace(lexeme, closing=False)
            elif lexeme.kind == "no_before" and not left:
                yield _Lexeme("no")
            else:
                yield lexeme


_IS: Final = pattern(r"있|계")


def _longest(tokens: list[str], room: Room) -> tuple[list[_Lexeme], int]:
    """Lexemes at the head of `tokens` and how many tokens they take; the longest name first.

    Among medicines a medicine's name goes before a condition's: "혈압약".
    """
    readers = (
        (_medicine_ahead, _term_ahead) if room == "medicine" else (_term_ahead, _medicine_ahead)
    )
    for reader in readers:
        found = reader(tokens)
        if found is not None:
            return found
    return _small(tokens[0]), 1


def _term_ahead(tokens: list[str]) -> tuple[list[_Lexeme], int] | None:
    terms = _terms()
    for used in range(len(tokens), 0, -1):
        joined = "".join(key(one) for one in tokens[:used])
        shortest = len(joined) - len(key(tokens[used - 1]))
        for end in range(len(joined), shortest, -1):
            term = terms.get(joined[:end])
            tail = _tail(joined[end:]) if term else None
            if term is not None and tail is not None:
                typed = " ".join(tokens[:used])
                name = typed[: len(typed) - (len(joined) - end)]
                return [_Lexeme("term", replace(term, text=name)), *tail], used
    return None


def _medicine_ahead(tokens: list[str]) -> tuple[list[_Lexeme], int] | None:
    for used in range(min(4, len(tokens)), 1, -1):
        together = " ".join(tokens[:used])
        medicines = medicines_in(together)
        shorter = medicines_in(" ".join(tokens[: used - 1]))
        more = medicines != shorter or not re.fullmatch(_FILLER, key(tokens[used - 1]))
        if medicines and medicines[0].kind != "stem" and more:
            return [_Lexeme("term", _medicine(together, medicines))], used
    word = tokens[0]
    for end in range(2, len(word)):
        tail = _tail(key(word[end:]))
        medicines = medicines_in(word[:end]) if tail is not None else ()
        if tail is not None and medicines:
            return [_Lexeme("term", _medicine(word[:end], medicines)), *tail], 1
    medicines = medicines_in(word)
    return ([_Lexeme("term", _medicine(word, medicines))], 1) if medicines else None


def _tail(text: str) -> list[_Lexeme] | None:
    """Return what hangs on a name: particles, "and", "is", "is not"; None otherwise."""
    if text in {"", "s"}:
        return []
    if re.fullmatch(_JOIN, text):
        return [_Lexeme("join")]
    match = re.fullmatch(rf"{_PARTICLE}?(?:(?P<no>{_NO})|(?P<yes>약?{_YES}))?", text)
    if match is None:
        return None
    if match["no"]:
        return [_Lexeme("no", firm=_NO_SUCH.fullmatch(match["no"]) is not None)]
    return [_yes(match["yes"])] if match["yes"] else []


def _medicine(text: str, medicines: tuple[Medicine, ...]) -> Term:
    if any(one.kind == "ask" for one in medicines):
        return Term("ask", text, (), _WHICH_MEDICINE)
    return Term("medicine", text, tuple(id_ for one in medicines for id_ in one.conditions))


_WHICH_MEDICINE: Final = (
    "드시는 약의 이름(제품명이나 성분명)을 적어 주세요.",
    "Please write the name of the medicine (brand or substance).",
)
_WHICH_ALLERGY: Final = (
    "무엇에 알레르기가 있는지 음식 이름으로 적어 주세요.",
    "Please name the food the allergy is to.",
)


def _yes(word: str) -> _Lexeme:
    """Return a verb; one that ends its clause ("있고", "먹어요") lets no later "no" reach back."""
    care = _CARE.fullmatch(word) is not None
    return _Lexeme("yes", closing=_OPEN.fullmatch(word) is None, care=care)


def _small(token: str) -> list[_Lexeme]:
    """Return a single token that is no name: a small word, or something unknown."""
    word = key(token)
    if word in _ENGLISH_NO:
        return [_Lexeme("no_before")]
    if word in _NOTHING:
        return [_Lexeme("no")]
    if word in _YES_BEFORE:
        return [_Lexeme("yes_before")]
    if word in {"allergic", "to"}:
        return [_Lexeme("to")] if word == "allergic" else []
    if re.fullmatch(_NO, word):
        return [_Lexeme("no", firm=_NO_SUCH.fullmatch(word) is not None)]
    if re.fullmatch(_YES, word):
        return [_yes(word)]
    for end in range(len(word), 0, -1):
        said = _tail(word[end:]) if re.fullmatch(_FILLER, word[:end]) else None
        if said is not None:
            care, trouble = _CARE.fullmatch(word), _TROUBLE.fullmatch(word)
            small = _Lexeme("small", care=care is not None, trouble=trouble is not None)
            return [small, *(one for one in said if one.kind != "join")]
    allergy = re.fullmatch(rf"(.*?){_ALLERGY}(.*)", word)
    tail = _tail(allergy[2]) if allergy else None
    if allergy and tail is not None:
        name = [_Lexeme("term", Term("unknown", allergy[1]))] if allergy[1] else []
        return [*name, _Lexeme("allergy"), *tail]
    return [_Lexeme("term", Term("unknown", token))]


# ------------------------------------------------------------------ clauses


@dataclass(slots=True)
class _Clause:
    """Names and what is said of them. `links[i]` tells how name i hangs on the one before."""

    terms: list[Term] = field(default_factory=list)
    links: list[Literal["join", "or", "comma", "beside"]] = field(default_factory=list)
    link: Literal["join", "or", "comma", "beside"] = "beside"
    refused: int = 0
    firm: bool = True
    refused_before: bool = False
    allergic: bool = False
    said: bool = False
    care: bool = False
    trouble: bool = False
    dangling: bool = False

    def add(self, term: Term) -> None:
        if (
            self.terms
            and self.link == "beside"
            and term.meaning == self.terms[-1].meaning == "unknown"
        ):
            self.terms[-1] = replace(term, text=f"{self.terms[-1].text} {term.text}")
            return
        self.terms.append(term)
        self.links.append(self.link)
        self.link = "beside"

    def refuse(self, *, firm: bool) -> None:
        """Take down a "no" behind the names; after a comma it is not clear what it denies."""
        self.refused += 1
        self.said = True
        self.firm = self.firm and firm
        self.dangling = self.dangling or (bool(self.terms) and self.link == "comma")

    def name_allergy(self) -> None:
        """Unknown names before "allergy" are what the allergy is to."""
        named = False
        for at in range(len(self.terms) - 1, -1, -1):
            if self.terms[at].meaning != "unknown":
                break
            self.terms[at] = replace(self.terms[at], meaning="allergy")
            named = True
        if not named:
            self.add(Term("ask", "알레르기", (), _WHICH_ALLERGY))


def _clauses(lexemes: list[_Lexeme]) -> Iterator[_Clause]:
    clause = _Clause()
    for at, lexeme in enumerate(lexemes):
        if _opens_clause(clause, lexeme, lexemes[at + 1 :]):
            yield clause
            clause = _Clause()
        clause.care = clause.care or lexeme.care
        clause.trouble = clause.trouble or lexeme.trouble
        if lexeme.kind == "term" and lexeme.term is not None:
            clause.add(lexeme.term)
        elif lexeme.kind == "comma":
            clause.link = "comma"
        elif lexeme.kind in {"join", "or"}:
            clause.link = "or" if lexeme.kind == "or" else "join"
        elif lexeme.kind == "no_before":
            clause.refused_before = _name_follows(lexemes[at + 1 :])
        elif lexeme.kind == "no":
            clause.refuse(firm=lexeme.firm)
        elif lexeme.kind == "yes":
            clause.said = clause.said or bool(clause.terms)
        elif lexeme.kind == "allergy":
            clause.name_allergy()
        elif lexeme.kind == "to":
            clause.allergic = True
        if lexeme.kind == "yes" and lexeme.closing:
            yield clause
            clause = _Clause()
    yield clause


def _opens_clause(clause: _Clause, lexeme: _Lexeme, later: list[_Lexeme]) -> bool:
    """Whether a lexeme begins a clause of its own."""
    if lexeme.kind in {"term", "comma"}:
        return clause.said
    if lexeme.kind == "no_before":
        return bool(clause.terms)
    if lexeme.kind == "yes_before":
        return bool(clause.terms) and _name_follows(later)
    return lexeme.kind == "stop"


def _name_follows(lexemes: list[_Lexeme]) -> bool:
    """Whether a name comes before the next break: "no diabetes", not "diabetes: no"."""
    for lexeme in lexemes:
        if lexeme.kind in {"term", "allergy", "to"}:
            return True
        if lexeme.kind in {"comma", "stop", "join", "or", "no"}:
            return False
    return False


def _absent(clause: _Clause) -> tuple[set[int], Term | None]:
    """Return indices of names said to be absent, and a name of which it is not clear."""
    count = len(clause.terms)
    if clause.refused > 1 or clause.dangling or (clause.refused and clause.refused_before):
        return set(), (clause.terms[-1] if clause.terms else None)
    if not count or not (clause.refused or clause.refused_before):
        return set(), None
    order = list(range(count)) if clause.refused_before else list(range(count - 1, -1, -1))
    clear = {"or"} if clause.refused_before else {"join", "or"}
    absent = {order[0]}
    for before, at in itertools.pairwise(order):
        link = clause.links[max(before, at)]
        if link not in clear:
            return absent, clause.terms[at]
        absent.add(at)
    return absent, None


def read_conditions(texts: Iterable[str], locale: Locale) -> Reading:
    """Return what the texts of the conditions field say; each text stands for itself."""
    return _read(texts, locale, "condition")


def read_medicines(texts: Iterable[str], locale: Locale) -> Reading:
    """Return what the texts of the medicines field say; `answered` also where none is taken."""
    return _read(texts, locale, "medicine")


def _read(texts: Iterable[str], locale: Locale, room: Room) -> Reading:
    reading = Reading()
    for text in texts:
        reading = _add(reading, text, locale, room)
        if reading.question:
            return reading
    return reading


def _add(reading: Reading, text: str, locale: Locale, room: Room) -> Reading:
    symbol = next((one for one in text if unicodedata.category(one) == "So"), None)
    if symbol is not None:
        return replace(reading, question=_unknown(symbol, locale, room))
    whole = _whole(text, room)
    lexemes = [_Lexeme("term", whole)] if whole else list(_lexemes(text, room))
    stated = any(one.kind in {"no", "no_before"} for one in lexemes)
    named = False
    for clause in _clauses(lexemes):
        if clause.allergic:
            clause.terms = [
                replace(one, meaning="allergy") if one.meaning == "unknown" else one
                for one in clause.terms
            ]
        absent, unclear = _absent(clause)
        if unclear is not None:
            return replace(reading, question=_unclear(unclear.text, locale, room))
        for at, term in enumerate(clause.terms):
            named = True
            if at in absent and not _surely_absent(clause, term):
                unknown = term.meaning == "unknown"
                question = (_unknown if unknown else _unclear)(term.text, locale, room)
                return replace(reading, question=question)
            if at not in absent and not _named_next(clause, at):
                reading = _with(reading, term, locale, room)
                if reading.question:
                    return reading
    if not named and not stated and not _healthy(text):
        return replace(reading, question=_unknown(text, locale, room))
    return replace(reading, answered=True)


def _surely_absent(clause: _Clause, term: Term) -> bool:
    """Whether the "no" denies the thing itself: "치매 없음", not "당뇨약 안 먹어요".

    Someone who takes no medicine for a disease may well have it.
    """
    if term.meaning == "unknown":
        return clause.firm and _DISEASE.fullmatch(key(term.text)) is not None
    if term.meaning in {"no_rule", "ask"}:
        return True
    if clause.trouble or term.meaning != "condition":
        return not clause.trouble
    if clause.care or key(term.text).endswith("약"):
        return False
    return clause.firm or bool(_ACTS & set(term.ids))


def _named_next(clause: _Clause, at: int) -> bool:
    """Whether a class of medicines is followed by its name: "당뇨약 메트포르민"."""
    return (
        clause.terms[at].question == _WHICH_MEDICINE
        and at + 1 < len(clause.terms)
        and clause.links[at + 1] == "beside"
        and clause.terms[at + 1].meaning == "medicine"
    )


def _whole(text: str, room: Room) -> Term | None:
    """Return the whole text as one name, so that "담석·췌장염" or an id is not cut."""
    word = key(text)
    if room == "medicine":
        medicines = medicines_in(text) if " " not in tidy(text) and "/" not in text else ()
        if medicines:
            return _medicine(tidy(text), medicines)
    term = _terms().get(word)
    return replace(term, text=tidy(text)) if term else None


def _healthy(text: str) -> bool:
    dash = tidy(text) in {"-", "–", "—", "/", ".", "0"}
    return dash or bool(re.fullmatch(r".*건강(?:함|해요|합니다|한\w*)|.*healthy", key(text)))


def _with(reading: Reading, term: Term, locale: Locale, room: Room) -> Reading:
    if term.meaning == "ask":
        question = term.question[0] if locale == "ko" else term.question[1]
        name = shown(term.text)
        return replace(reading, question=Question(name, f"'{name}': {question}"))
    if term.meaning == "unknown":
        return replace(reading, question=_unknown(term.text, locale, room))
    if term.meaning == "allergy":
        return replace(reading, allergies=(*reading.allergies, term.text))
    if term.meaning == "no_rule":
        return replace(reading, no_rule=(*reading.no_rule, term.text))
    if term.meaning == "medicine":
        return replace(
            reading,
            medicines=(*reading.medicines, term.text),
            conditions=(*reading.conditions, *term.ids),
        )
    return replace(reading, conditions=(*reading.conditions, *term.ids))


def _unclear(word: str, locale: Locale, _room: Room) -> Question:
    name = shown(word)
    if locale == "ko":
        text = (
            f"'{name}'{josa(name, '이', '가')} 있는지 없는지 알 수 없어요. "
            f"'{name} 있음' 또는 '{name} 없음'처럼 나누어 적어 주세요."
        )
    else:
        text = f"Please say separately whether '{name}' applies or not."
    return Question(name, text)


def _unknown(word: str, locale: Locale, room: Room) -> Question:
    name = shown(word)
    unknown = f"'{name}'{josa(name, '은', '는')} 아직 모르는"
    if room == "medicine":
        text = (
            f"{unknown} 약이에요. 포장에 적힌 제품명이나 성분명으로 다시 적어 주세요."
            if locale == "ko"
            else f"We do not know the medicine '{name}' yet; "
            "please write the brand or substance printed on its pack."
        )
    else:
        text = (
            f"{unknown} 건강 상태예요. 진단받은 병 이름으로 다시 적고, "
            "알레르기와 약은 해당 칸에 적어 주세요."
            if locale == "ko"
            else f"We do not know the condition '{name}' yet; please write the diagnosis, "
            "and put allergies and medicines in their own fields."
        )
    return Question(name, text)


def health_words(text: str) -> Iterator[Term]:
    """Conditions and medicines a free text says somebody has or takes; the denied ones left out."""
    for clause in _clauses(list(_lexemes(text, "condition"))):
        absent, _ = _absent(clause)
        for at, term in enumerate(clause.terms):
            # One syllable alone ("위") is a body part or a place in most notes.
            told = term.meaning in {"condition", "medicine"} or (
                term.meaning == "ask" and len(key(term.text)) > 1
            )
            if told and at not in absent:
                yield term


def suggested(medicines: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each medicine with the conditions it is usually given for, where there are any."""
    for word in medicines:
        ids = {one for medicine in medicines_in(word) for one in medicine.suggests}
        if ids:
            yield word, tuple(sorted(ids))
