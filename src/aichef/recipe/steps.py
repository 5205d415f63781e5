"""What the steps of a recipe say: which foods they name, what is heated or cut, how small.

Words of a writer are evidence, not proof: whatever a sentence leaves open is no "done".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from aichef.food.allergens import betrayed
from aichef.food.amounts import read_line
from aichef.food.table import food_names, foods, normal
from aichef.lazy import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aichef.food.model import Food
    from aichef.recipe.model import Ingredient, Recipe

HEAT: Final = pattern(
    r"끓|볶|굽|구워|구운|구우|찌(?:고|는|면|듯|기|다)|쪄|찐|찝|삶|익|튀기|튀긴|튀겨|데치|데쳐|데친|데운|데워"
    r"|부치|부쳐|부친|조리(?!대|도구|법|용)|졸이|졸여|졸인|조려|조린|지지|지져|덖"
    r"|(?:오븐|전자레인지|에어프라이어?)(?!를 예열|을 예열|은 예열| 예열)"
    r"|\bboil|\bfr(?:y|ie[ds])|\bbak(?:e|ing)|\bsteam|\bsimmer|\bgrill|\broast|\bcook|\bsaut|\bsear"
    r"|\bmicrowav|\bpoach|\bstew|\bbrais|\bpan-fr|\bstir-fr"
)
CUT: Final = pattern(
    r"4등분|네 등분|사등분|다져|다지|다진|으깨|으깬|갈아|quarter|chop|minc|mash|pur[eé]e|blend"
)
SMOOTH: Final = pattern(
    r"갈아|갈고|갈면|갈기|곱게 간|믹서|블렌더|(?<![가-힣])체(?:에|로)|으깨|으깬|퓌레|퓨레|미음"
    r"|blend|siev|strain|mash|pur[eé]e"
)
SIZE: Final = pattern(r"(\d+(?:\.\d+)?)\s*(mm|㎜|밀리|cm|㎝|센티)")
DEEP_FRIES: Final = pattern(
    r"(?<!기름이 )(?<!기름은 )튀(?:긴|겨|겼|기(?!지))|튀김\s?(?:기름|냄비|솥)|deep[- ]?fr(?:y|ie)"
)
ALL: Final = pattern(r"모두|모든|전부|재료|전체|다 같이|\ball\b|everything|ingredients")

_END: Final = pattern(r"[;!?\n]+|\.(?!\d)|,\s|(?<=고)\s|(?<=며)\s|\sand\s|\sthen\s")
_HEATED: Final = pattern(
    r"((?:끓|볶|굽|구워|구우|쪄|찌|삶|익|튀기|튀겨|데치|데쳐|데워|부치|부쳐|졸이|졸여|조려|지져)[가-힣]*)\s"
)
_NOT_DONE: Final = pattern(
    r"[가-힣]+지\s?(?:는|도|를)?\s?(?:않|말|마|못)[가-힣]*"
    r"|(?:do not|don't|never|without|no need to|un(?=cooked|heated))\s*[a-z]+(?:ing)?(?:\s[a-z]+)?"
)
_DESCRIBED: Final = pattern(
    r"((?<![가-힣])(?:볶은|구운|삶은|찐|튀긴|데친|익힌|익은|끓인|조린|졸인|부친|다진|으깬)"
    r"|\b(?:fried|roasted|toasted|boiled|cooked|grilled|chopped|minced|mashed))"
    r"\s+(?!뒤|다음|후|채|것|상태|직후|through|until)(\S+)"
)
_ALONE: Final = pattern(r"[가-힣][을를](?=\s|$)")
_ADDED: Final = pattern(r"넣|부어|붓|더해|담아|올려|두르|둘러|덮|줄[여이]|\badd")
_WATER: Final = pattern(r"(?:물|육수|소스|기름|양념장?)[을를이가]?\s|끓는|\bwater\b|\bsauce\b")
_PARTICLE: Final = pattern(
    r"(?:으로|이나|하고|이랑|랑|까지|에다|에서|에는|에도|도|을|를|이|가|은|는|로|나|만|에|와|과|의)$"
)
_SIGNS: Final = pattern(r"[^0-9a-z가-힣\s]+")
_LEFT_OUT: Final = pattern(
    r"^(?:(?:\S+ ){0,2}(?:넣|쓰|하|주|더하|뿌리|먹이|사용하|첨가하|추가하|곁들이|섞)"
    r"지(?:는|도)? (?:않|말|마|못)"
    r"|(?:\S+ ){0,2}안 (?:넣|쓰|뿌|먹)|(?:\S+ ){0,3}든 것은 "
    r"|없이|없는|말고|대신|제외|금지|빼|뺀|피하|피해|알레르기|크기|모양|free\b)"
)
_LEFT_OUT_BEFORE: Final = pattern(
    r"(?:\b(?:no|without|omit|skip|instead of|size of(?: a)?|as \w+ as)"
    r"|\b(?:not|never|don t) (?:add|use|give|put)(?: \w+)?)$"
)
_NEVER_PUT_BACK: Final = ("없이", "대신", "크기", "모양")
_UNDONE: Final = pattern(
    r"(?:\S+ )??(?:제외|빼|금지|피하|생략)\S*(?:지|선)(?:는|도)? (?:않|말|마|못|안)"
    r"|(?:\S+ )??안 [빼뺄]|(?:\S+ ){1,3}(?:안 [되돼됩]|수(?:는|가)? 없)"
)
_UNDONE_BEFORE: Final = pattern(r"\b(?:not|never|don t|without) (?:omit|skip|without)$")
_ONLY_IF: Final = pattern(
    r"(?:없|있|싫|좋|괜찮|된다|원하|필요하|가능하|아니|않)\S*(?:으면|다면|하면|라면|면)(?= |$)"
    r"| 경우|\bif\b|\bunless\b|\botherwise\b|\boptional"
)
_PUT: Final = pattern(r"넣|더하|더해|뿌리|뿌려|섞|올리|올려|얹|곁들|추가|첨가|사용|쓰|써|부어|붓")
_REFUSED: Final = pattern(r"\S+지(?:는|도)? (?:않|말|마|못)")
_WASHES_UP: Final = pattern(
    r"(?<![가-힣])(?:손|두 손|도마|칼|그릇|식기|조리대|(?:조리 ?)?도구|행주|수세미|싱크대)"
    r"(?:을|를|은|는|과|와|이나|나|도|까지|부터)?(?= ).*(?:씻|닦|헹구|헹궈|소독)"
    r"|\b(?:wash|clean|scrub|disinfect|wipe)(?:es|ed|s)? (?:\w+ ){0,2}"
    r"(?:hands?|boards?|kni(?:fe|ves)|utensils|tools|worktop|counter|dishes)\b"
)
_PARTS: Final = pattern(r",|(?<=고)\s|(?<=며)\s|(?<=뒤)\s|(?<=서)\s|\sand\s|\sthen\s")
_OWN_OBJECT: Final = pattern(r"[가-힣][을를]$|^(?:모두|모든|전부|나머지|다른|재료)")
AMBIGUOUS: Final = frozenset(
    [
        *("간", "감", "게", "김", "마", "물", "밤", "배", "불", "쑥", "술", "조", "차", "회"),
        *(
            "국",
            "탕",
            "가지",
            "다시",
            "기름",
            "고기",
            "생선",
            "육수",
            "국물",
            "소스",
            "양념",
            "양념장",
        ),
        *("반죽", "드레싱", "oil", "water", "heat", "sauce", "stock", "broth", "dressing"),
        *("batter", "meat", "fish"),
    ]
)
"""Words that mean something else as often (김 is steam, 간 is seasoning), or what was just made."""


def lines_of(recipe: Recipe) -> tuple[str, ...]:
    """Clauses of all steps, lower case, in order; what is said not to happen is left out."""
    return _clauses(recipe.instructions)


@lru_cache(maxsize=256)
def _clauses(steps: tuple[str, ...]) -> tuple[str, ...]:
    text = _NOT_DONE.sub(" ", "\n".join(steps).lower())
    # "양파를 볶아 연어에 얹는다": what follows a heated thing is another clause.
    parts = _END.split(_HEATED.sub(r"\1\n", _told(text)))
    return tuple(" ".join(part.split()) for part in parts if part.strip())


def _told(text: str) -> str:
    """Text in which "볶은 참깨" is one word, for nothing is heated in saying so."""
    return _DESCRIBED.sub(lambda hit: f"[{hit[1]}]_{hit[2]}", text)


def words_for(ingredient: Ingredient) -> tuple[str, ...]:
    """Words by which steps call an ingredient: its name's and its food's, and its kind's."""
    return _words_for(ingredient.name, ingredient.food)


@lru_cache(maxsize=512)
def _words_for(name: str, food_id: str | None) -> tuple[str, ...]:
    words = set(name.lower().split())
    food = foods().get(food_id) if food_id else None
    if food is not None:
        words.update(food.name_ko.lower().split(), food.name_en.lower().replace(",", " ").split())
        words.update(_KINDS.get(food.category, ()))
        words.update(word for start, word in _MEATS if food.id.startswith(start))
    return tuple(sorted(words - _TOO_WIDE))


_KINDS: Final = {
    "meat": ("고기", "meat"),
    "fish": ("생선", "fish"),
    "egg": ("달걀", "계란", "egg"),
    "fruit": ("과일", "fruit"),
}
_MEATS: Final = (
    *(("beef", "소고기"), ("beef", "쇠고기"), ("pork", "돼지고기"), ("chicken", "닭")),
    *(("chicken", "닭고기"), ("duck", "오리"), ("shrimp", "새우"), ("lamb", "양고기")),
)
_TOO_WIDE: Final = frozenset({"raw", "fresh", "dried", "cooked", "of", "with", "and", "-", "&"})


def names(clause: str, words: Iterable[str]) -> bool:
    """Whether a clause names something by one of the words; one syllable only as a whole word."""
    tokens = set(_SIGNS.sub(" ", clause).split())
    tokens |= {_PARTICLE.sub("", token) for token in tokens} | {one.rstrip("s") for one in tokens}
    return any(
        word in tokens or (len(word) > 1 and not word.isascii() and word in clause)
        for word in words
    )


def done(verb: re.Pattern[str], ingredient: Ingredient, recipe: Recipe) -> bool | None:
    """Whether the steps do `verb` to the ingredient; None where they leave it open.

    Done: a clause says it of the ingredient, or of everything in the pot after it went in. What
    is named again after the last such clause may have come in later.
    """
    clauses = lines_of(recipe)
    words = words_for(ingredient)
    at = [n for n, clause in enumerate(clauses) if names(clause, words)]
    doing = [n for n, clause in enumerate(clauses) if _says(verb, clause, words)]
    if set(at) & set(doing):
        return True
    whole = [n for n in doing if _is_general(clauses[n], ingredient, recipe)]
    if any(_spoken_of(n, clauses, recipe) == ingredient for n in whole):
        return True
    if any(n >= (at[0] if at else 0) for n in whole):
        later = at and at[-1] > whole[-1]
        return None if later else True
    return False if not doing or (at and at[0] > doing[-1]) else None


def _spoken_of(place: int, clauses: Sequence[str], recipe: Recipe) -> Ingredient | None:
    """The only ingredient named in the nearest clause before `place` that names any."""
    for clause in reversed(clauses[:place]):
        named = [one for one in recipe.ingredients if names(clause, words_for(one))]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _says(verb: re.Pattern[str], clause: str, words: Sequence[str]) -> bool:
    """Whether the clause says it; a participle of another food ("볶은 참깨") does not."""
    kept = [
        token
        for token in clause.split()
        if not token.startswith("[") or any(word in token for word in words)
    ]
    return bool(verb.search(" ".join(kept)))


def _is_general(clause: str, ingredient: Ingredient, recipe: Recipe) -> bool:
    """Whether a clause is about the whole pot: it says so, or has no object of its own."""
    if ALL.search(clause) or _ADDED.search(clause):
        return True
    if _WATER.search(f"{clause} ") or _ALONE.search(clause):
        return False
    others = (one for one in recipe.ingredients if one is not ingredient)
    return not any(names(clause, words_for(one)) for one in others)


def largest_piece(recipe: Recipe) -> float | None:
    """Millimetres of the largest pieces left at the end; None where no size is told.

    Each food keeps the size it was last cut to; a clause about no food in particular is about
    everything.
    """
    left: dict[str, float] = {}
    for step in recipe.instructions:
        for clause in _END.split(step.lower()):
            sizes = [
                float(number) * (10 if unit in {"cm", "㎝", "센티"} else 1)
                for number, unit in SIZE.findall(clause)
            ]
            if not sizes:
                continue
            named = [one.name for one in recipe.ingredients if names(clause, words_for(one))]
            if not named or ALL.search(clause):
                left.clear()
            left.update(dict.fromkeys(named or [""], max(sizes)))
    return max(left.values(), default=None)


@lru_cache(maxsize=64)
def mentioned(
    recipe: Recipe, apart: frozenset[str] = frozenset()
) -> tuple[tuple[str | None, str], ...]:
    """Foods that the steps name and the list of ingredients does not have.

    Food id and the word as it stands; the id is None where the word is no food of the table.
    What is left out ("꿀은 넣지 않는다") is not named, and the last word of an ingredient's name
    stands for it ("버터" where there is 땅콩버터). Foods of `apart` are never another word for
    what is listed: 느타리버섯 for 팽이버섯, to who must not have the one.
    """
    return _mentioned(recipe, (*recipe.instructions, *recipe.mentions), apart)


@lru_cache(maxsize=64)
def told_of(
    recipe: Recipe, apart: frozenset[str] = frozenset()
) -> tuple[tuple[str | None, str], ...]:
    """What the title, the description and the notes name, as `mentioned` does for the steps.

    They are evidence for allergens only: a title may speak of taste ("크림", "버터") as well.
    """
    # The book's own notes speak of food in general ("당근이 든 것은 보관하지 않습니다").
    own = () if recipe.frame else (recipe.description, recipe.notes)
    return _mentioned(recipe, (recipe.name, *own, *recipe.told), apart)


def _mentioned(
    recipe: Recipe, texts: Sequence[str], apart: frozenset[str]
) -> tuple[tuple[str | None, str], ...]:
    listed = [food for one in recipe.ingredients for food in _foods_of(one)]
    listed += [one.food for one in recipe.served_with]
    titles = {normal(one.name) for one in recipe.ingredients}
    titles.update(normal(name) for food in listed for name in _food_titles(food))
    known = frozenset(listed)
    found: dict[tuple[str | None, str], None] = {}
    for step in texts:
        for clause in re.split(r"[.,;!?\n]+", step.lower()):
            for food, name in _named(_SIGNS.sub(" ", clause).split(), titles):
                if food is None and not _is_in_dish(name, clause, recipe):
                    continue
                if food is None or food in apart - known or not _is_kin(food, name, known):
                    found[food, name] = None
    return tuple(found)


def _is_in_dish(name: str, clause: str, recipe: Recipe) -> bool:
    """Whether a word that is no food is said of the dish, not of washing hands and tools.

    A word that betrays an allergen is, wherever it stands.
    """
    parts = [one for one in _PARTS.split(clause) if name in _SIGNS.sub("", one)]
    washed = parts and all(_is_washing_up(one, recipe) for one in parts)
    return not washed or bool(betrayed(name))


def _is_washing_up(part: str, recipe: Recipe) -> bool:
    """Whether hands or tools are cleaned and nothing of the dish; soap is no food then."""
    if not _WASHES_UP.search(part) or _PUT.search(part):
        return False
    return not any(names(part, words_for(one)) for one in recipe.ingredients)


def _food_titles(food: str) -> tuple[str, ...]:
    return (foods()[food].name_ko, foods()[food].name_en)


def _foods_of(ingredient: Ingredient) -> Iterator[str]:
    """The ingredient's food, what it is bought as and what else its line offers."""
    if ingredient.food:
        yield ingredient.food
        bought = foods()[ingredient.food].bought_as
        if bought:
            yield bought[0]
    yield from (food for food, _ in offered(ingredient) if food)


def offered(ingredient: Ingredient) -> Iterator[tuple[str | None, str]]:
    """Food id and name of what the line offers instead."""
    for name in ingredient.alternatives:
        line = read_line(name)
        yield line.food, line.name


def _is_kin(food: str, name: str, listed: frozenset[str]) -> bool:
    """Whether a food is listed in another form ("닭고기" beside 닭가슴살) and adds no allergen."""
    if food in listed or food == "water":
        return True
    return any(_stands_for(foods()[one], foods()[food], name) for one in listed)


def _stands_for(listed: Food, food: Food, name: str) -> bool:
    if listed.category == food.category == "grain":
        certain = {one for one, level in food.allergens.items() if level == "contains"}
        return name in {"밥", "rice"} or certain <= _surely_inside(listed)
    related = listed.id.split("_")[0] == food.id.split("_")[0] or name in normal(listed.name_ko)
    return related and _surely_inside(food) <= _surely_inside(listed)


def _surely_inside(food: Food) -> set[str]:
    return {one for one, level in food.allergens.items() if level != "may"}


def _named(tokens: Sequence[str], own: set[str]) -> Iterator[tuple[str | None, str]]:
    start = 0
    while start < len(tokens):
        for end in range(min(len(tokens), start + 3), start, -1):
            read = _readings(tokens[start:end], own)
            if read is not None:
                if not _left_out(tokens, start, end):
                    yield from read
                start = end
                break
        else:
            start += 1


def _readings(words: Sequence[str], own: set[str]) -> list[tuple[str | None, str]] | None:
    """What a phrase names: nothing for an ingredient's own name, None where it is no phrase."""
    joined = "".join(words)
    bare = _PARTICLE.sub("", joined)
    forms = list(dict.fromkeys((joined, bare, bare.removesuffix("s"))))
    if any(one.endswith(name) for name in forms if name for one in own):
        return []
    for name in forms:
        if name in food_names() and name not in AMBIGUOUS:
            return [(food_names()[name], name)]
    if len(words) > 1:
        return None
    return [(None, name) for name in forms if len(name) > 1 and name not in AMBIGUOUS]


def _left_out(tokens: Sequence[str], start: int, end: int) -> bool:
    after, before = " ".join(tokens[end:]), " ".join(tokens[:start])
    gone = _LEFT_OUT.match(after)
    if not gone and not _LEFT_OUT_BEFORE.search(before):
        return False
    if _UNDONE.match(after) or _UNDONE_BEFORE.search(before):
        return False
    if gone and gone[0].startswith(_NEVER_PUT_BACK):
        return True
    return not _ONLY_IF.search(f"{before} {after}") and not (
        gone and _puts_back(after[gone.end() :].split())
    )


def _puts_back(tokens: Sequence[str]) -> bool:
    """Whether the food goes in after all: "넣지 않아도 되지만 넣으면", not "빼고 파를 넣는다"."""
    for at, token in enumerate(tokens):
        if _OWN_OBJECT.search(token) or _PARTICLE.sub("", token) in food_names():
            return False
        if _PUT.match(token) and not _REFUSED.match(" ".join(tokens[at:])):
            return True
    return False
