"""Which food a name means. Exact names only: whatever is left over makes the name unknown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from aichef.food.numbers import spell_fractions
from aichef.food.table import food_names, foods
from aichef.lazy import pattern
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aichef.food.model import Food, Treatment

Size = Literal["large", "medium", "small"]

LONGEST_LINE: Final = 400
"""Characters of a line that are read; what follows is cut off."""

_LONGEST_NAME: Final = 80
_MOST_WORDS: Final = 6
_TAG: Final = pattern(r"</?[a-zA-Z][^<>]{0,60}>")
_HAN_SIZES: Final = str.maketrans({"大": "대", "中": "중", "小": "소"})
_BRACKETS: Final = str.maketrans("【】〔〕{}<>〈〉《》", "[][][][][][]")
_NOT_COMPARED: Final = pattern(r"[\s\-_'’‘\"“”().,·:;]")
_HANGUL: Final = pattern(r"[가-힣]+")
_PURPOSE: Final = pattern(r"[가-힣]{1,8}용(?:으로)?")
_GLUED_PURPOSE: Final = pattern(
    r"(?:장식|고명|국물|국거리|찌개|볶음|구이|튀김|조림|무침|찜|탕|전골|샐러드|샤브샤브|수육|카레|스테이크|불고기"
    r"|돈가스|돈까스|이유식|김밥|잡채|부침|절임|양념|밑간|육수|토핑|반죽|생식|김장|장조림|제육|곁들임)용"
)
_MEASURE: Final = pattern(r"[\d.]+(?:[x×*ⅹ~-][\d.]+)*(?:cm|센치|센티|mm|%|호)?")
_SUFFIXES: Final = {"dried": ("_dried", "_dry"), "raw": ("_raw",)}
"""How ids of rows in a state end, where not as the state's name."""

_OF_THE_NAME: Final = ("raw", "dried", "frozen", "canned", "smoked", "seasoned")
"""States that belong to a name when written together with it."""

_DRY_HEAT: Final = ("roasted", "grilled")
_STAPLES: Final = ("grain", "legume")
"""Roasted dry they stay as dry as they were, which "cooked" would deny."""

_THINGS: Final = ("것", "거")
_ALTERNATIVE: Final = pattern(
    r"^\s*(?:또는|혹은|or(?![a-z])|대체\s?:?|대신|아니면)\s*|\s(?:또는|혹은|or|아니면)\s",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class NameReading:
    """A name as read. `food` is a food id, None where the whole name is not understood.

    `name` is for display, `prep` holds the preparation words taken off it ("다진"). `treatment`
    is set only where the composition row itself is not that of the treated food.
    `alternatives` are other names offered ("또는 올리고당"); the food is that of the first.
    """

    name: str
    food: str | None
    prep: str = ""
    trimmed: bool = False
    treatment: Treatment | None = None
    raw: bool = False
    cooked: bool = False
    ground: bool = False
    size: Size | None = None
    alternatives: tuple[str, ...] = ()


class _Word(NamedTuple):
    """A row of preparations.csv."""

    text: str
    shown: str
    kind: str
    group: str
    means: frozenset[str]
    glued: str
    only: frozenset[str]


class _Found(NamedTuple):
    """What a search ended with: the food, the words of its own name and those taken off."""

    food: str
    tokens: tuple[str, ...]
    words: tuple[_Word, ...]


def clean(text: str, longest: int = LONGEST_LINE) -> str:
    """`text` in one line of plain signs: NFKC, no markup, fractions spelled, cut at `longest`."""
    text = text[: longest * 2]
    if "&" in text:
        # Loaded here: its table of entities is for pages, and few names come from one.
        from html import unescape

        text = unescape(text)
    text = unicodedata.normalize("NFKC", spell_fractions(_TAG.sub(" ", text)))
    signs = []
    for sign in text.replace("\u2044", "/").translate(_BRACKETS).translate(_HAN_SIZES):
        group = unicodedata.category(sign)
        if group in ("Cf", "Cs", "Co", "Cn"):
            continue
        if group[0] in "CZ":
            signs.append(" ")
        elif group == "Nd":
            signs.append(str(unicodedata.digit(sign)))
        else:
            signs.append("~" if sign in "∼〜～–—−" else sign)
    return " ".join("".join(signs).split())[:longest]


def squash(name: str) -> str:
    """`name` as names are compared: without blanks and signs, one spelling of egg and beef."""
    key = _NOT_COMPARED.sub("", name).casefold()
    return key.replace("쇠고기", "소고기").replace("계란", "달걀")


@cache
def _index() -> Mapping[str, str]:
    """Squashed name to food id; names that would then mean two foods are left out."""
    found: dict[str, str] = {}
    doubtful = set()
    for name, food in food_names().items():
        key = squash(name)
        if found.setdefault(key, food) != food:
            doubtful.add(key)
    return {key: food for key, food in found.items() if key and key not in doubtful}


@cache
def _names_of() -> Mapping[str, tuple[str, ...]]:
    """Food id to all its squashed names."""
    names: dict[str, list[str]] = {}
    for name, food in _index().items():
        names.setdefault(food, []).append(name)
    return {food: tuple(group) for food, group in names.items()}


@cache
def _words() -> tuple[_Word, ...]:
    """Rows of preparations.csv, longest first."""
    read = [
        _Word(
            text=squash(row["word"]),
            shown=row["word"],
            kind=row["kind"],
            group=row["group"],
            means=frozenset(row["means"].split("|")),
            glued=row["glued"],
            only=frozenset(filter(None, row["only"].split("|"))),
        )
        for row in rows("aichef.food", "preparations.csv")
    ]
    return tuple(sorted(read, key=lambda word: -len(word.text)))


@cache
def _free() -> Mapping[str, tuple[_Word, ...]]:
    """Words that may stand alone, by text."""
    table: dict[str, list[_Word]] = {}
    for word in _words():
        if word.glued != "back":
            table.setdefault(word.text, []).append(word)
    return {text: tuple(group) for text, group in table.items()}


@cache
def _glued(side: str) -> Mapping[str, tuple[_Word, ...]]:
    """Words written together with the name on `side`, by their outermost letter."""
    table: dict[str, list[_Word]] = {}
    for word in _words():
        if word.glued == side and _HANGUL.fullmatch(word.text):
            table.setdefault(word.text[0 if side == "front" else -1], []).append(word)
    return {letter: tuple(group) for letter, group in table.items()}


@cache
def _group_words(group: str) -> tuple[str, ...]:
    return tuple(word.text for word in _words() if word.group == group and word.kind == "state")


def _lookup(tokens: tuple[str, ...]) -> str | None:
    key = squash("".join(tokens))
    food = _index().get(key)
    if food is None and key.isascii():
        food = next((_index()[one] for one in _singulars(key) if one in _index()), None)
    return food


def _singulars(key: str) -> Iterator[str]:
    for ending, single in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")):
        if key.endswith(ending) and len(key) > len(ending) + 2:
            yield key[: -len(ending)] + single


def _allowed(word: _Word, food: str, tokens: tuple[str, ...]) -> bool:
    """Whether `word` may stand with this food; a kind of meat only with its own kind."""
    if word.kind == "class":
        return food.startswith(f"{word.group}_")
    if not word.only:
        return True
    return foods()[food].category in word.only or squash("".join(tokens)) in word.only


def _phrases(tokens: tuple[str, ...], side: str) -> Iterator[tuple[tuple[str, ...], _Word]]:
    """Every way to take one known word, of up to three tokens, off one side."""
    for length in (3, 2, 1):
        if length >= len(tokens):
            continue
        taken, rest = (
            (tokens[:length], tokens[length:])
            if side == "front"
            else (tokens[-length:], tokens[:-length])
        )
        text = squash("".join(taken))
        if side == "back" and text.endswith(_THINGS):
            for word in _free().get(text[:-1], ()):
                yield rest, word
        for word in _free().get(text, ()):
            yield rest, word
        if length == 1 and _MEASURE.fullmatch(taken[0]):
            yield rest, _Word(text, "", "plain", "", frozenset({"nothing"}), "", frozenset())
        if length == 1 and _PURPOSE.fullmatch(taken[0]):
            yield rest, _purpose(taken[0])


def _parted(tokens: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], _Word]]:
    """Every way to take a known word off a token it is written together with."""
    first, last = tokens[0], tokens[-1]
    for word in _glued("front").get(first[:1], ()):
        if first.startswith(word.text) and len(first) > len(word.text):
            yield (first[len(word.text) :], *tokens[1:]), word
    if last.endswith(_THINGS):
        for text, words in _free().items():
            if last[:-1].endswith(text) and len(last) > len(text) + 1:
                for word in words:
                    yield (*tokens[:-1], last[: -len(text) - 1]), word
    for word in _suffixes(last):
        if len(last) > len(word.text):
            yield (*tokens[:-1], last[: -len(word.text)]), word
    purpose = _GLUED_PURPOSE.match(first) if "용" in first[:-1] else None
    if purpose:
        yield (first[purpose.end() :], *tokens[1:]), _purpose(purpose[0])


def _purpose(text: str) -> _Word:
    """Return a word that says what a food is for: 장식용, 튀김용."""
    return _Word(text, text, "prep", "", frozenset({"nothing"}), "", frozenset())


def _suffixes(token: str) -> Iterator[_Word]:
    """Words that stand, written together, at the end of `token`: 살, 회, 채."""
    return (word for word in _glued("back").get(token[-1:], ()) if token.endswith(word.text))


def _search(tokens: tuple[str, ...]) -> _Found | None:
    """Return the food left when words that are understood, and only those, are taken off."""
    seen = {tokens}
    level: list[tuple[tuple[str, ...], tuple[_Word, ...]]] = [(tokens, ())]
    for _ in range(_MOST_WORDS + 1):
        following: list[tuple[tuple[str, ...], tuple[_Word, ...]]] = []
        for rest, words in level:
            food = _lookup(rest)
            if food is not None and all(_allowed(word, food, rest) for word in words):
                return _Found(food, rest, words)
            for side in ("front", "back"):
                following.extend((left, (*words, word)) for left, word in _phrases(rest, side))
            following.extend((left, (*words, word)) for left, word in _parted(rest))
        level = []
        for left, words in following:
            if left not in seen:
                level.append((left, words))
        seen.update(left for left, _ in level)
        if not level:
            return None
    return None


def _shown_part(tokens: tuple[str, ...]) -> _Found | None:
    """Return a shorter way to write an exact name: "다진 마늘" is 마늘, prepared."""
    best = None
    while len(squash("".join(tokens))) > 1:
        options = [*_phrases(tokens, "front"), *_phrases(tokens, "back"), *_parted(tokens)]
        words = best.words if best else ()
        for left, word in options:
            if not _shows(word, tokens, left):
                continue
            food = _lookup(left)
            if food is not None and _allowed(word, food, left):
                best = _Found(food, left, (*words, word))
                tokens = left
                break
        else:
            break
    return best


def _shows(word: _Word, tokens: tuple[str, ...], left: tuple[str, ...]) -> bool:
    """Whether a word is taken off an exact name for display; 생크림 and 바지락살 stay whole."""
    if word.kind not in ("prep", "state") or word.glued == "back":
        return False
    return len(left) < len(tokens) or word.group not in _OF_THE_NAME


def in_state(food: str, group: str) -> str | None:
    """Return the row of `food` in that state: itself, another one, or None where there is none."""
    if food.endswith(_SUFFIXES.get(group, ("_" + group,))):
        return food
    hits: set[str] = set()
    for name in _names_of().get(food, ()):
        for state in _group_words(group):
            hits.update(_index().get(key, "") for key in (state + name, name + state))
    hits.discard("")
    if food in hits:
        return food
    return hits.pop() if len(hits) == 1 else None


def _treatment(means: set[str]) -> Treatment | None:
    if "boiled" in means:
        return "boiled"
    if "blanched" in means:
        return "blanched"
    return "soaked" if "soaked" in means else None


def _size(means: set[str]) -> Size | None:
    if "large" in means:
        return "large"
    if "small" in means:
        return "small"
    return "medium" if "medium" in means else None


def _settle(found: _Found) -> tuple[str | None, set[str]]:
    """Return the food in the states named, and all that the words mean beside it."""
    food: str | None = found.food
    means: set[str] = set()
    for word in found.words:
        if word.kind != "state" or food is None:
            means |= word.means
            continue
        there = in_state(food, word.group)
        if there is not None:
            food = there
            means |= word.means & {"cooked", "raw"}
        elif "raw" in word.means and _is_kept(foods()[food]):
            food = None
        elif word.group in _DRY_HEAT and foods()[food].category in _STAPLES:
            continue
        else:
            means |= word.means
    return (None if "unknown" in means else food), means


def _is_kept(food: Food) -> bool:
    """Whether the row is of a kept or cooked form, which "raw" contradicts."""
    return food.id.rpartition("_")[2] in (
        *("dried", "dry", "boiled", "blanched", "cooked", "steamed"),
        *("canned", "salted", "smoked", "pickle", "roasted", "seasoned"),
    )


def _written(tokens: tuple[str, ...]) -> str:
    """Tokens as displayed: a Korean name that the table knows is written as one word."""
    known = _lookup(tokens) is not None and all(_HANGUL.fullmatch(token) for token in tokens)
    name = ("" if known else " ").join(tokens)
    return re.sub(r"(?<![가-힣])계란", "달걀", name)


def _split_brackets(text: str) -> tuple[str, tuple[str, ...]]:
    """Text outside round or square brackets, and what stood inside each."""
    outside: list[str] = []
    inside: list[str] = []
    depth = 0
    for sign in text:
        if sign in "([":
            depth += 1
            if depth == 1:
                outside.append(" ")
                inside.append("")
        elif sign in ")]":
            depth = max(0, depth - 1)
        elif depth:
            inside[-1] += sign
        else:
            outside.append(sign)
    return " ".join("".join(outside).split()), tuple(note.strip() for note in inside)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").strip(" .,:;*•·●-~/").split())


def _bare(tokens: tuple[str, ...]) -> tuple[tuple[str, ...], list[str]]:
    """Tokens of an unknown name without the plain preparation words around it, and those."""
    front: list[str] = []
    while True:
        option = next(
            (
                (left, tokens[: len(tokens) - len(left)])
                for left, word in _phrases(tokens, "front")
                if word.kind in ("prep", "state")
            ),
            None,
        )
        if option is None:
            break
        tokens = option[0]
        front.append(" ".join(option[1]))
    if len(tokens) == 1:
        for left, word in _parted(tokens):
            if len(word.text) > 1 and word.kind in ("prep", "state") and len(left[0]) > 1:
                front.append(word.text)
                tokens = left
                break
    return tokens, front


def _prep_text(words: tuple[_Word, ...]) -> str:
    """Return the words taken off a name, as they are shown before it."""
    return " ".join(
        word.shown for word in words if word.kind in ("prep", "state") and word.glued != "back"
    )


def read_name(text: str) -> NameReading:
    """Read an ingredient's name, without its amount. Never raises; unknown is `food` None.

    Every word must be understood: an exact name of the food table, with words of
    preparations.csv around it. A state with a row of its own wins ("데친 시금치").
    """
    return _read_name(clean(text))


def is_preparation(text: str) -> bool:
    """Whether `text` holds nothing but words of preparations.csv ("finely chopped")."""
    tokens = _tokens(text)
    while tokens:
        length = next((n for n in (3, 2, 1) if squash("".join(tokens[:n])) in _free()), 0)
        if not length:
            return False
        tokens = tokens[length:]
    return True


@lru_cache(maxsize=2048)
def _read_name(line: str) -> NameReading:
    outside, notes = _split_brackets(line)
    first, *others = (part.strip() for part in re.split(r"\s(?:또는|혹은|아니면|or)\s", outside))
    tokens = _tokens(first)
    if not tokens and notes:
        tokens, notes = _tokens(notes[0]), notes[1:]
    if not tokens or len(first) > _LONGEST_NAME:
        return NameReading(first[:_LONGEST_NAME], None)
    others += [
        name
        for note in notes
        if _ALTERNATIVE.search(note)
        for name in _ALTERNATIVE.split(note)
        if name.strip()
    ]
    notes = tuple(note for note in notes if note and not _ALTERNATIVE.search(note))
    reading, doubtful = _with_notes(tokens, notes)
    return replace(
        reading,
        food=None if doubtful else reading.food,
        alternatives=tuple(other.strip() for other in others if other.strip()),
    )


def _with_notes(tokens: tuple[str, ...], notes: tuple[str, ...]) -> tuple[NameReading, bool]:
    """Return the reading, and whether a note in brackets leaves it in doubt."""
    plain = _read_tokens(tokens)
    extra: tuple[str, ...] = ()
    for note in notes:
        words = _tokens(note)
        if not words or all(_MEASURE.fullmatch(word) for word in words):
            continue
        exact = next(filter(None, map(_lookup, _joined(plain.name, tokens, words))), None)
        if exact is not None:
            plain = _renamed(plain, exact)
            continue
        if plain.food is not None and _same_kind(plain, words):
            plain = _merged(plain, _read_tokens(words))
            continue
        if _is_form(plain.food, _read_tokens(words).food):
            continue
        whole = _read_tokens((*words, *extra, *tokens))
        if whole.food is None and len(words) == 1 and words[0][-1:] in _THINGS:
            whole = _read_tokens((words[0][:-1], *extra, *tokens))
        if whole.food is None:
            whole = _read_tokens((*tokens, *words))
        if whole.food is None:
            return plain, True
        extra = (*words, *extra)
        plain = replace(
            whole,
            name=plain.name,
            trimmed=whole.trimmed or plain.trimmed,
            size=whole.size or plain.size,
        )
    return plain, False


def _joined(
    name: str, tokens: tuple[str, ...], words: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """Ways to write a name and its note as one name: 간장(저염) is 저염간장."""
    for base in (tokens, (name,)):
        yield (*base, *words)
        yield (*words, *base)


def _same_kind(reading: NameReading, words: tuple[str, ...]) -> bool:
    """Whether a note names the same food, or a kind of it: 흑임자(검은깨), 연어(훈제연어)."""
    note = _read_tokens(words)
    if note.food is None:
        return False
    same = note.food == reading.food or _is_form(note.food, reading.food)
    return same or squash(note.name).endswith(squash(reading.name))


def _is_form(food: str | None, plain: str | None) -> bool:
    """Whether a food's row is of another one in some form: shredded mozzarella, king prawns."""
    if food is None or plain is None or not food.startswith(f"{plain}_"):
        return False
    return foods()[food].category == foods()[plain].category


def _renamed(reading: NameReading, food: str | None) -> NameReading:
    return replace(reading, food=food, treatment=None)


def _merged(reading: NameReading, note: NameReading) -> NameReading:
    """Return the reading as its note makes it more exact: 양파(다진양파)."""
    return replace(
        reading,
        food=note.food,
        treatment=note.treatment or (reading.treatment if note.food == reading.food else None),
        trimmed=reading.trimmed or note.trimmed,
        raw=reading.raw or note.raw,
        cooked=reading.cooked or note.cooked,
        ground=reading.ground or note.ground,
    )


def _read_tokens(tokens: tuple[str, ...]) -> NameReading:
    exact = _lookup(tokens)
    if exact is not None:
        shown = _shown_part(tokens)
        means = {one for word in shown.words for one in word.means} if shown else set()
        core = shown.tokens if shown else tokens
        means |= _told_by_ending(exact, tokens)
        return NameReading(
            name=_written(core),
            food=exact,
            prep=_prep_text(shown.words) if shown else "",
            trimmed="trimmed" in means,
            raw="raw" in means,
            cooked="cooked" in means,
            ground="ground" in means,
        )
    found = _search(tokens)
    if found is None:
        core, prep = _bare(tokens)
        return NameReading(_written(core), None, " ".join(prep))
    food, means = _settle(found)
    inner = _shown_part(found.tokens)
    core = inner.tokens if inner else found.tokens
    if inner:
        means |= {one for word in inner.words for one in word.means} & {"trimmed", "ground"}
    means |= _told_by_ending(found.food, found.tokens) & {"trimmed", "ground"}
    words = (*found.words, *inner.words) if inner else found.words
    return NameReading(
        name=_class_name(found, core),
        food=food,
        prep=_prep_text(words),
        trimmed="trimmed" in means,
        treatment=_treatment(means),
        raw="raw" in means,
        cooked="cooked" in means,
        ground="ground" in means,
        size=_size(means),
    )


_SOLD_PEELED: Final = ("칵테일새우", "칵텔새우", "cocktailshrimp", "cocktailprawn")
"""Names of shrimp that are only ever sold without their shell."""


def _told_by_ending(food: str, tokens: tuple[str, ...]) -> set[str]:
    """What an exact name says of it: 새우살 is shelled, and so is 칵테일새우."""
    endings = (word for word in _suffixes(tokens[-1]) if _allowed(word, food, tokens))
    told = {one for word in endings for one in word.means}
    return told | ({"trimmed"} if squash("".join(tokens)).startswith(_SOLD_PEELED) else set())


def _class_name(found: _Found, core: tuple[str, ...]) -> str:
    """Return the displayed name; the kind of meat stays before its cut."""
    kinds = [word.text for word in found.words if word.kind == "class"]
    return " ".join([*kinds, _written(core)])
