"""Texts of a recipe told again after a change: nothing that is gone is named, amounts are true.

Only plain patterns of cooks' language are edited. What no pattern fits comes back as None, for a
step that is half true is worse than another recipe.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from aichef.chef.korean import PAIRS, with_particle
from aichef.food.amounts import tidy, write_amount
from aichef.food.numbers import number
from aichef.food.table import food_names, foods, normal
from aichef.lazy import pattern
from aichef.recipe.steps import HEAT, words_for

if TYPE_CHECKING:
    from aichef.recipe.model import Ingredient

UNITS: Final = (
    r"(?:(?:kg|mg|ml|g|L|l|tbsp|tsp|tablespoons?|teaspoons?|cups?|cloves?|pcs?|pieces?|slices?"
    r"|stalks?|pinch(?:es)?|blocks?|cans?|handfuls?|scoops?|dollops?|T|t)(?![A-Za-z])"
    r"|큰술|작은술|숟가락|숟갈|스푼|티스푼|테이블스푼|그램|컵|개|쪽|대|모|장|줄기|줌|꼬집|알|마리|포기|통|봉|팩|캔|톨|뿌리"
    r"|토막|조각|단|줄)"
)
_NUMBER: Final = r"(?:\d+[과와]\s\d+/\d+|\d+\s\d+/\d+|\d+/\d+|\d+(?:\.\d+)?)"
_AMOUNT: Final = pattern(rf"(?P<number>{_NUMBER})\s?(?P<unit>{UNITS})")
_PARTICLE: Final = (
    "으로|에서|에는|에도|까지|하고|이랑|이나|을|를|이|가|은|는|과|와|로|나|도|에|의|랑|만"
)
_JOINS: Final = frozenset({"과", "와", "하고", "이랑", "랑", "이나", "나"})
_TAIL_KO: Final = (
    rf"(?P<amount>\s?\(?{_NUMBER}\s?{UNITS}\)?)?(?P<of>\s분량)?"
    rf"(?P<particle>{_PARTICLE})?(?![가-힣])(?P<comma>[,·](?=\s|\S))?"
    rf"(?P<late>\s{_NUMBER}\s?{UNITS}(?:씩)?(?=[\s,.]|$))?"
)
_HEAD_EN: Final = rf"(?P<before>{_NUMBER}\s?{UNITS}\s(?:of\s)?)"
_TAIL_EN: Final = rf"(?P<many>e?s)?(?![A-Za-z])(?P<amount>\s\({_NUMBER}\s?{UNITS}\))?"
_AFTER_KO: Final = pattern(_TAIL_KO)
_BEFORE_EN: Final = pattern(rf"{_HEAD_EN}$", re.IGNORECASE)
_AFTER_EN: Final = pattern(_TAIL_EN, re.IGNORECASE)
_FAR: Final = 40
"""Signs in which an English amount stands before its name."""

_TILL_JOIN: Final = pattern(r"(?P<noun>\S+?)(?P<join>과|와|하고|이랑|랑|,|·)\s?$")
_BOUND: Final = pattern(
    r"\S*(?:고|며|면|서|뒤|후|다음|때|도록|다가|[어아여워려쳐혀러라궈눠줘해펴켜겨셔져돼내])"
    r",?(?=\s|$)"
)
_VERBISH: Final = pattern(r"(?:고|며|면|서|뒤|후|다음|때|도록|[어아여워려쳐혀러라해])$")
_HANDLED: Final = pattern(
    r"(?:(?:잘게 |곱게 |얇게 |채 |송송 |깍둑 |한입 크기로 |먹기 좋게 )?"
    r"(?:썬|자른|다진|간|으깬|손질한|씻은|데친|삶은|볶은|불린|깐|준비한|남은|껍질 벗긴|물기를? \S+)"
    r"\s)+$"
)
_HANDLED_EN: Final = (
    r"(?:(?:the|some|a little|a bit of|an?|finely|thinly|freshly|chopped|minced|sliced|diced|grated"
    r"|peeled|drained|rinsed|remaining|ground|crushed|roughly)\s)*"
)
_ADDING: Final = (
    r"(?:add|stir in|sprinkle(?: on| in| over)?|pour in|put in|mix in|drizzle(?: on| in)?|toss in"
    r"|throw in|drop in|spoon in|dissolve|top with|finish with|garnish with)"
)
_PART_OF_IT: Final = pattern(
    r"나머지|남은|절반|일부|반만|먼저|나누어|나눠|\brest\b|\bhalf\b|remaining|\bsome of\b"
)
_SENTENCE: Final = pattern(r"(?<=[.!?])\s+")
_WITH_IT: Final = pattern(r"함께|같이|고루|(?<![가-힣])더 |another|\bmore\b|until tender")
"""What is said of a thing that came in late, and goes with it."""
_WHERE: Final = pattern(r"\s*(?:[가-힣]+\s){0,4}[가-힣]+(?:에|에서)(?=\s)")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a line, for telling it again.

    `words` are the names the texts may use for what was there; `name` what is there now, None
    where it is gone. `old` and `new` are the amounts as written ("2큰술"), "" where the amount
    stays; `share` is how much there is now of what there was.
    """

    words: frozenset[str]
    name: str | None
    old: str = ""
    new: str = ""
    share: float = 1.0


def names_of(ingredient: Ingredient, others: Iterable[Ingredient]) -> frozenset[str]:
    """Every word that names the ingredient and none of the others, squeezed (`normal`)."""
    words = {normal(ingredient.name), *_plain_kinds(ingredient)}
    food = foods().get(ingredient.food) if ingredient.food else None
    if food is not None:
        words.update(_names_by_food(food.id))
        words.update((normal(food.name_ko), normal(food.name_en)))
    taken: set[str] = set()
    for one in others:
        taken.update({normal(one.name), *_plain_kinds(one)})
        taken.update(_names_by_food(one.food) if one.food else ())
    return frozenset(word for word in words - taken if word)


def _plain_kinds(ingredient: Ingredient) -> frozenset[str]:
    """Words of steps for the ingredient's kind ("고기", "생선"); single English words too wide."""
    return _plain(words_for(ingredient))


@lru_cache(maxsize=512)
def _plain(words: tuple[str, ...]) -> frozenset[str]:
    kinds = {"meat", "fish", "egg", "fruit"}
    return frozenset(normal(word) for word in words if not word.isascii() or word in kinds)


@lru_cache(maxsize=512)
def _names_by_food(food: str) -> frozenset[str]:
    return _by_food().get(food, frozenset())


@lru_cache(maxsize=1)
def _by_food() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for name, food in food_names().items():
        table.setdefault(food, set()).add(name)
    return {food: frozenset(names) for food, names in table.items()}


def names_it(text: str, words: Iterable[str], keep: Iterable[str] = ()) -> bool:
    """Whether a text names something by one of the words, names in `keep` left out of account.

    Korean names of two syllables or more count inside longer words too.
    """
    masked = _masked(text.lower(), keep)
    found = _found_at(frozenset(words))
    return found is not None and found.search(masked) is not None


@lru_cache(maxsize=256)
def _found_at(words: frozenset[str]) -> re.Pattern[str] | None:
    korean = sorted((w for w in words if not w.isascii()), key=len, reverse=True)
    latin = sorted((w for w in words if w.isascii() and len(w) > 2), key=len, reverse=True)
    parts = [_spelled(w) for w in korean if len(w) > 1]
    parts += [
        rf"(?<![가-힣]){re.escape(w)}(?:{_PARTICLE})?(?![가-힣])" for w in korean if len(w) == 1
    ]
    parts += [rf"(?<![a-z]){_spelled(w)}(?:e?s)?(?![a-z])" for w in latin]
    return re.compile("|".join(parts)) if parts else None


def _spelled(word: str) -> str:
    return r"[\s-]?".join(re.escape(sign) for sign in word)


def _any(words: frozenset[str], *, latin: bool) -> str:
    fit = sorted((w for w in words if w.isascii() == latin), key=len, reverse=True)
    return "|".join(_spelled(word) for word in fit)


def _masked(text: str, keep: Iterable[str]) -> str:
    """The text with the names in `keep` blotted out, the longest first."""
    for name in sorted({normal(one) for one in keep if one}, key=len, reverse=True):
        hit = rf"(?<![가-힣a-zA-Z]){_spelled(name)}"
        text = re.sub(hit, lambda m: "\x00" * len(m[0]), text, flags=re.IGNORECASE)
    return text


# ------------------------------------------------------------------ steps


def retold_steps(
    steps: Sequence[str], changes: Sequence[Change], others: Sequence[str], locale: str
) -> tuple[str, ...] | None:
    """Steps in which every change is made; None where one cannot be made plainly.

    `others` are the names of what stays. A step that only handled what is gone goes as well.
    """
    told = list(steps)
    for change in changes:
        kept = [one for one in others if one]
        alone = sum(_amounts_named(step, change, kept, locale) for step in told) == 1
        again: list[str] = []
        for step in told:
            new = _retold(step, change, kept, locale, alone=alone)
            if new is None:
                return None
            if new:
                again.append(new)
        told = again
    return tuple(told)


def _retold(
    text: str, change: Change, others: Sequence[str], locale: str, *, alone: bool
) -> str | None:
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        new: str | None = sentence
        if names_it(sentence, change.words, _longer(others, change)):
            if change.name is None:
                new = _without(sentence, change, others, locale)
            else:
                new = _with(sentence, change, others, locale, alone=alone)
            if new is None:
                return None
        if new:
            parts.append(new)
    return " ".join(parts)


def _longer(others: Iterable[str], change: Change) -> list[str]:
    """Names of others that hold one of the change's words: 새우젓 beside 새우."""
    return [
        one for one in others if any(w in normal(one) and w != normal(one) for w in change.words)
    ]


def _mention(change: Change, locale: str) -> re.Pattern[str] | None:
    return _mention_of(change.words, locale)


@lru_cache(maxsize=256)
def _mention_of(words: frozenset[str], locale: str) -> re.Pattern[str] | None:
    if locale == "ko":
        names = _any(words, latin=False)
        if not names:
            return None
        return re.compile(
            rf"(?<![가-힣])(?P<word>{names}){_TAIL_KO}",
        )
    names = _any(words, latin=True)
    if not names:
        return None
    return re.compile(
        rf"{_HEAD_EN}?(?<![A-Za-z])(?P<word>{names}){_TAIL_EN}",
        re.IGNORECASE,
    )


def _amounts_named(step: str, change: Change, others: Sequence[str], locale: str) -> int:
    found = _mention(change, locale)
    if found is None:
        return 0
    text = _masked(step, _longer(others, change))
    groups = ("amount", "late") if locale == "ko" else ("before", "amount")
    return sum(any(hit[group] for group in groups) for hit in found.finditer(text))


def amounts_said(
    steps: Sequence[str], words: frozenset[str], others: Sequence[str]
) -> tuple[str, ...]:
    """Every amount that the steps give beside one of the words, as written: "30g", "2 tbsp"."""
    return tuple(one.amount for one in told_amounts(steps, words, others))


class Told(NamedTuple):
    """An amount that a step gives of something, with the step's text around the mention."""

    amount: str
    before: str
    after: str


def told_amounts(
    steps: Sequence[str], words: frozenset[str], others: Sequence[str]
) -> Iterator[Told]:
    """Every amount that the steps give beside one of the words; names in `others` are no mention.

    The text around has other names blotted out.
    """
    told = normal(" ".join(steps)).replace("-", "")
    named = _named(frozenset(word for word in words if word.replace("-", "") in told))
    if named is None:
        return
    longer = _longer(others, Change(words, None))
    for step in steps:
        masked = _masked(step, longer)
        for hit in named.finditer(masked):
            start, end = hit.span()
            if not hit[0].isascii():
                if (tail := _AFTER_KO.match(masked, end)) is None:
                    continue
                end, said = tail.end(), (tail["amount"], tail["late"])
            else:
                if (tail := _AFTER_EN.match(masked, end)) is None:
                    continue
                head = _BEFORE_EN.search(masked, max(0, start - _FAR), start)
                start = head.start() if head else start
                end, said = tail.end(), (head["before"] if head else None, tail["amount"])
            for one in said:
                if one and (amount := _AMOUNT.search(one)):
                    yield Told(amount[0], masked[:start], masked[end:])


@lru_cache(maxsize=512)
def _named(words: frozenset[str]) -> re.Pattern[str] | None:
    """Where one of the words stands; None for none."""
    korean, latin = _any(words, latin=False), _any(words, latin=True)
    ways = [rf"(?<![가-힣])(?:{korean})"] if korean else []
    # Letter case is looked at in Latin only: in Hangul that takes long to compile.
    ways += [rf"(?i:(?<![A-Za-z])(?:{latin}))"] if latin else []
    return re.compile("|".join(ways)) if ways else None


def _with(
    sentence: str, change: Change, others: Sequence[str], locale: str, *, alone: bool
) -> str | None:
    """The sentence with the new name and amount, particles right; None where a trace would stay."""
    found = _mention(change, locale)
    if found is None or change.name is None:
        return None
    longer = _longer(others, change)
    masked = _masked(sentence, longer)
    whole = alone and not _PART_OF_IT.search(sentence)
    parts, at = [], 0
    for hit in found.finditer(masked):
        parts.append(sentence[at : hit.start()])
        put = _put_ko if locale == "ko" else _put_en
        new = put(hit, change, whole=whole)
        if new is None:
            return None
        parts.append(new)
        at = hit.end()
    told = "".join([*parts, sentence[at:]])
    if not _is_same(change) and names_it(told, change.words, [*longer, change.name]):
        return None
    return told[:1].upper() + told[1:] if locale == "en" else told


def _is_same(change: Change) -> bool:
    return change.name is not None and normal(change.name) in change.words


def _put_ko(hit: re.Match[str], change: Change, *, whole: bool) -> str | None:
    # Where only the amount changed, a cook's own word for it stays: 미역 for 마른미역.
    word = hit["word"] if _is_same(change) else change.name or ""
    amount = _rewritten(hit["amount"], change, "ko", whole=whole) if hit["amount"] else ""
    late = _rewritten(hit["late"], change, "ko", whole=whole) if hit["late"] else ""
    if amount is None or late is None:
        return None
    told = f"{word}{amount}{hit['of'] or ''}"
    particle = hit["particle"] or ""
    told = with_particle(told, particle) if particle in PAIRS else told + particle
    return f"{told}{hit['comma'] or ''}{late}"


def _put_en(hit: re.Match[str], change: Change, *, whole: bool) -> str | None:
    word = f"{hit['word']}{hit['many'] or ''}" if _is_same(change) else change.name or ""
    before = _rewritten(hit["before"], change, "en", whole=whole) if hit["before"] else ""
    amount = _rewritten(hit["amount"], change, "en", whole=whole) if hit["amount"] else ""
    return None if before is None or amount is None else f"{before}{word}{amount}"


def _rewritten(text: str, change: Change, locale: str, *, whole: bool) -> str | None:
    """The amount inside `text` as it is now; None where it cannot be written plainly."""
    if not change.new:
        return text
    hit = _AMOUNT.search(text)
    if hit is None:
        return None
    said = hit[0]
    if whole or normal(said) == normal(change.old):
        new: str | None = change.new
    else:
        new = _scaled(hit, change.share, locale)
    return None if new is None else text.replace(said, new, 1)


def _scaled(hit: re.Match[str], share: float, locale: str) -> str | None:
    """A part of the amount, as much less or more as the whole: to a gram, to a quarter spoon."""
    value, unit = number(hit["number"]), hit["unit"]
    if value is None or not share:
        return None
    new = float(value) * share
    if unit in {"g", "ml", "kg", "L", "l", "mg"}:
        part = Fraction(round(new)) if unit in {"g", "ml", "mg"} else Fraction(f"{new:.2f}")
    else:
        part = Fraction(round(new * 4), 4)
    if part <= 0:
        return None
    if unit in {"큰술", "작은술"}:
        part, unit = tidy(part, unit)
    amount, word = write_amount(part, unit, locale)
    return f"{amount}{word}" if locale == "ko" else f"{amount} {word}"


# ------------------------------------------------------------------ what is gone


def _without(sentence: str, change: Change, others: Sequence[str], locale: str) -> str | None:
    """The sentence without what is gone; "" where nothing is left to do."""
    take = _taken_ko if locale == "ko" else _taken_en
    longer = _longer(others, change)
    for _ in range(6):
        told = take(sentence, change, others)
        if told is None:
            return None
        if not told or not names_it(told, change.words, longer):
            return _tidied(told)
        sentence = told
    return None


def _tidied(text: str) -> str:
    text = " ".join(text.split())
    text = re.sub(r"\s+([.,!?])", r"\1", re.sub(r",\s*([.,])", r"\1", text))
    return "" if not re.search(r"[가-힣A-Za-z]", text) else text


def _taken_ko(sentence: str, change: Change, others: Sequence[str]) -> str | None:
    found = _mention(change, "ko")
    hit = found.search(_masked(sentence, _longer(others, change))) if found else None
    if hit is None:
        return None if names_others(sentence, others) or HEAT.search(sentence) else ""
    before, after = sentence[: hit.start()], sentence[hit.end() :]
    before = _HANDLED.sub("", before)
    if hit["comma"] or hit["particle"] in _JOINS:
        return before + after.lstrip()
    joined = _TILL_JOIN.search(before)
    if joined and not (joined["join"] == "," and _VERBISH.search(joined["noun"])):
        # "양파와 새우 80g을": the amount belonged to what is gone, the particle to the sentence.
        return (
            before[: joined.start()]
            + _carrying(joined["noun"], hit["particle"] or "", before)
            + after
        )
    return _clause_taken(before, after, others)


def _carrying(noun: str, particle: str, before: str) -> str:
    """The noun with the particle of what stood after it; "식초를 3큰술" has its own already."""
    counted = _AMOUNT.fullmatch(noun) and re.search(rf"[을를은는]\s{re.escape(noun)}", before)
    if counted or noun[-1:] in {"을", "를"}:
        return noun
    return with_particle(noun, particle) if particle in PAIRS else noun + particle


def names_others(text: str, others: Iterable[str]) -> bool:
    """Whether a text names any of what stays."""
    return names_it(text, {normal(one) for one in others if one})


def _clause_taken(before: str, after: str, others: Sequence[str]) -> str | None:
    """The sentence without the clause that stood around what is gone."""
    starts = [hit.end() for hit in _BOUND.finditer(before)]
    start = starts[-1] if starts else 0
    end = _BOUND.search(after)
    clause = before[start:] + (after[: end.end()] if end else after)
    if names_others(clause, others):
        return None
    if end is not None:
        left, rest = before[:start].rstrip(), after[end.end() :].lstrip(" ,")
        alone = not names_others(f"{left} {rest}", others)
        if alone and (_WITH_IT.search(rest) or not HEAT.search(rest)):
            return ""
        if where := _WHERE.match(before[start:]):
            # "넓은 그릇에" still says where the rest of the sentence happens.
            left = f"{left} {where[0].strip()}".strip()
        return f"{left} {rest}".strip()
    if not before[:start].strip():
        return ""
    return _ended(before[:start].rstrip(" ,"))


def _ended(text: str) -> str | None:
    """A sentence that ended in "-고" or "-며", brought to its end: "두르고" → "두릅니다."."""
    if text[-1:] not in {"고", "며"} or len(text) < 2:
        return None
    stem = text[:-1]
    code = ord(stem[-1]) - 0xAC00
    if not 0 <= code < 11_172:
        return None
    final = code % 28
    if text[-1] == "며" and stem.endswith("으"):
        return None
    if final in {0, 8}:
        return f"{stem[:-1]}{chr(ord(stem[-1]) - final + 17)}니다."
    return f"{stem}습니다."


def _taken_en(sentence: str, change: Change, others: Sequence[str]) -> str | None:
    found = _mention(change, "en")
    masked = _masked(sentence, _longer(others, change))
    hit = found.search(masked) if found else None
    if hit is None:
        return None if names_others(sentence, others) or HEAT.search(sentence.lower()) else ""
    rest = sentence[: hit.start()] + sentence[hit.end() :]
    if not names_others(rest, others):
        said = re.match(
            rf"{_ADDING}\s{_HANDLED_EN}{re.escape(hit[0])}(?:\sand\s|,\s(?:then\s)?)(?P<rest>.+)",
            sentence,
            re.IGNORECASE,
        )
        if said is None or _WITH_IT.search(said["rest"]):
            return ""
        return said["rest"][:1].upper() + said["rest"][1:]
    word = rf"{_HANDLED_EN}{re.escape(hit[0])}"
    for taken, put in (
        (rf",\s(?:then\s)?{_ADDING}\s{word}(?=[,.]|\sand\s)", ""),
        (rf"\sand\s{_ADDING}\s{word}(?=[,.]|$)", ""),
        (rf",\s{word}(?=,|\sand\s)", ""),
        (rf"\s(?:and|with|plus)\s{word}(?=[,.:;]|\s|$)", ""),
        (rf"(?<=\s){word},\s(?:and\s)?", ""),
        (rf"(?<=\s){word}\sand\s(?!{_ADDING})", ""),
        (rf"^{word}\sand\s(?!{_ADDING})", ""),
    ):
        told, many = re.subn(taken, put, sentence, count=1, flags=re.IGNORECASE)
        if many:
            return told[:1].upper() + told[1:]
    return None


# ------------------------------------------------------------------ other texts


def retold_prose(text: str, changes: Sequence[Change], others: Sequence[str]) -> str:
    """A description or a note without the sentences that speak of what is gone or was swapped."""
    words = frozenset[str]().union(
        *(one.words for one in changes if one.name is None or normal(one.name) not in one.words)
    )
    if not words:
        return text
    keep = [one for one in others if any(w in normal(one) and w != normal(one) for w in words)]
    told = [one for one in _SENTENCE.split(text) if not names_it(one, words, keep)]
    return " ".join(told)


def retold_title(title: str, changes: Sequence[Change], main: Sequence[str], locale: str) -> str:
    """The title with new names, without what is gone; of `main` where too little of it is left."""
    told = title
    for change in changes:
        keep = [one for one in main if normal(one) not in change.words]
        longer = _longer(keep, change)
        if not names_it(told, change.words, longer):
            continue
        if change.name is not None and normal(change.name) in change.words:
            continue
        told = _title_ko(told, change) if locale == "ko" else _title_en(told, change)
        if names_it(told, change.words, [*longer, change.name or ""]) or not told:
            told = ""
            break
    bare = told.strip(" ·,-&")
    if len(normal(bare)) < 2 or bare.lower() in {"with", "and"}:
        some = [one for one in main if one][:2]
        return f"{' '.join(some)} 요리" if locale == "ko" else " and ".join(some).capitalize()
    return bare


def _title_ko(title: str, change: Change) -> str:
    names = _any(change.words, latin=False)
    if not names:
        return title
    particle = rf"(?P<particle>{_PARTICLE})?(?=\s|$)"
    if change.name is not None:
        new = change.name

        def put(hit: re.Match[str]) -> str:
            told = hit["particle"]
            return with_particle(new, told) if told in PAIRS else new + (told or "")

        return re.sub(rf"(?:{names})(?:{particle})?", put, title)
    title = re.sub(rf"(?P<noun>\S+?)(?:과|와|,|·)\s(?:{names}){particle}", r"\g<noun>", title)
    title = re.sub(rf"(?<![가-힣])(?:{names})(?:{_PARTICLE})?(?=\s|$|[,·&])[,·&]?\s?", "", title)
    return re.sub(rf"(?<![가-힣])(?:{names})(?=[가-힣]{{2,}})", "", title).strip()


def _title_en(title: str, change: Change) -> str:
    names = _any(change.words, latin=True)
    if not names:
        return title
    word = rf"(?<![A-Za-z])(?:{names})(?:e?s)?(?![A-Za-z]|-[a-z])"
    if change.name is not None:
        told = re.sub(word, change.name, title, flags=re.IGNORECASE)
        return told[:1].upper() + told[1:]
    for taken in (
        rf",\s{word}(?=,|\sand\s)",
        rf"\s(?:and|with|in|on)\s{word}(?=\s|$|,)",
        rf"{word},\s",
        rf"{word}\sand\s",
        rf"{word}\s?",
    ):
        told, many = re.subn(taken, "", title, count=1, flags=re.IGNORECASE)
        if many:
            title = re.sub(r"^(?:and|with)\s", "", told.strip())
            break
    return title[:1].upper() + title[1:]
