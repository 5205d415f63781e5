"""A recipe that broke rules, mended by ourselves: the least change that keeps them all.

Swap or drop what may not be in it, cook through what is undercooked, retune the amounts; then the
same gate judges again. What is gone is named nowhere any more, and where a text cannot be made
true by plain edits the answer is None. Never is anything guessed: an ingredient nobody knows goes,
or the recipe does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from aichef.chef.answer import at_home
from aichef.chef.korean import with_particle
from aichef.chef.retell import (
    Change,
    amounts_said,
    names_it,
    names_of,
    retold_prose,
    retold_steps,
    retold_title,
)
from aichef.chef.retune import knob_of, part_of, retuned, turned
from aichef.chef.strict import once_only, told_more
from aichef.chef.write import broken_rules
from aichef.food.amounts import read_amount
from aichef.food.names import read_name
from aichef.food.nutrition import RATIOS, per_gram
from aichef.food.table import food_names, foods, normal
from aichef.lazy import pattern
from aichef.recipe.admit import forbidden
from aichef.recipe.check import Case, field_of
from aichef.recipe.checks import CHECKS, RAW, allergy_name
from aichef.recipe.model import Ingredient, Recipe
from aichef.recipe.read import course_of
from aichef.recipe.rules import Rule, all_rules, rules_for
from aichef.recipe.steps import HEAT, SIZE, SMOOTH, offered
from aichef.tables import rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aichef.chef.write import Order
    from aichef.food.model import Food
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding

ROUNDS: Final = 6
"""Rounds of repair before another recipe is the better answer."""

SMALL: Final = 0.2
"""Share of the dish's mass without water that may go without a stand-in."""

FLESH: Final = frozenset({"meat", "fish", "egg", "crustacean", "mollusc", "processed_meat"})
"""Categories that a step has to cook through where they come in as stand-ins."""

HANDLED: Final = pattern(
    r"내장|등 ?쪽|이쑤시개|꼬리|껍데기|껍질|해감|가시|비늘|머리|수염|뼈|흰자|노른자|풀어|풉"
    r"|완숙|반숙|핏물|힘줄|지느러미|배를 갈|막을 떼|불려|불린|물기를 꼭|지단|깨뜨|깨 "
    r"|devein|shell|tail|peel|bone|scale|yolk|white|beat|whisk|crack|fillet|purge|gut\b|skin"
)
"""Ways of handling that belong to one food and are untrue of another."""

SPOONED: Final = frozenset(
    {"작은술", "큰술", "꼬집", "쪽", "tsp", "tbsp", "pinch", "pinches", "clove", "cloves"}
)
"""Units of what seasons a dish."""

_NO_TEXT: Final = frozenset({"F01", "G06", "P02", "P03"})
"""What no change of lines or texts of ours puts right."""

_UNKNOWN: Final = frozenset({"G03", "G05"})
_FORMS: Final = frozenset({"cooked", "ground", "cut", "particle", "texture"})


@dataclass(frozen=True, slots=True)
class Mended:
    """A recipe that passes the gate, and each change as a sentence in the profile's language."""

    recipe: Recipe
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandIn:
    """A row of stand_ins.csv: `ratio` grams of `food` do what a gram of the other did."""

    food: str
    ratio: float
    role: str


def mend(recipe: Recipe, order: Order) -> Mended | None:
    """The recipe so that it passes the gate, least changed; None where that takes more than we can.

    Servings stay: a recipe for others than were asked for is None. Pure; no second call.
    """
    if recipe.servings != order.profile.servings:
        return None
    if not broken_rules(recipe, order):
        return Mended(recipe, ())
    for swaps in (True, False):
        if mended := _mended(recipe, order, swaps=swaps):
            return mended
    return None


@cache
def stand_ins() -> Mapping[str, tuple[StandIn, ...]]:
    """What may stand for a food, or for a category without rows of its own; the nearest first."""
    table: dict[str, list[StandIn]] = {}
    for row in rows("aichef.chef", "stand_ins.csv"):
        one = StandIn(row["instead"], float(row["ratio"]), row["role"])
        table.setdefault(row["food"], []).append(one)
    return {food: tuple(some) for food, some in table.items()}


def with_stand_ins(recipe: Recipe, line: Ingredient, order: Order) -> Iterator[Recipe]:
    """The dish with each thing that may stand for a line, told again; the nearest first.

    Only what the person may have, and what every text can be told with. Nothing is judged yet.
    """
    if line.food:
        for instead in _instead(recipe, line, order):
            if swapped := _swapped(recipe, line, instead, order):
                yield swapped


# ------------------------------------------------------------------ the rounds


def _mended(recipe: Recipe, order: Order, *, swaps: bool) -> Mended | None:
    draft, changes = recipe, list[str]()
    gone: list[Ingredient] = []
    broken = broken_rules(draft, order)
    figures = _figures(recipe, broken, order)
    for _ in range(ROUNDS):
        if not broken:
            break
        mending = _round(draft, broken, order, gone, swaps=swaps)
        if mending is None:
            return None
        draft, said = mending
        draft = _judged(draft)
        changes += said
        broken = broken_rules(draft, order)
    if broken or not draft.ingredients or not draft.instructions or _traces(draft, gone):
        return None
    told = (*dict.fromkeys(changes), *_moved(figures, draft, order))
    return Mended(at_home(draft, order.profile), told)


_Mending = tuple[Recipe, list[str]]


def _round(
    draft: Recipe,
    broken: Sequence[Finding],
    order: Order,
    gone: list[Ingredient],
    *,
    swaps: bool,
) -> _Mending | None:
    """One round: what may not be in it goes first, then forms, then amounts."""
    if any(one.rule in _NO_TEXT for one in broken):
        return None
    by_id = {rule.id: rule for rule in rules_for(order.profile)}
    taken = _culprits_taken(draft, broken, by_id, order, gone, swaps=swaps)
    if taken is None or taken[1]:
        return taken
    forms = [one for one in broken if one.rule in by_id and by_id[one.rule].field in _FORMS]
    if forms:
        return _formed(draft, forms, by_id, order)
    amounts = [one for one in broken if one.rule in by_id]
    if len(amounts) < len(broken):
        return None
    if tuned := retuned(draft, order, lambda one: _amounts_hold(draft, one, order)):
        return _told_amounts(draft, tuned, order)
    return _heaviest_gone(draft, amounts, by_id, order, gone, swaps=swaps)


def _amounts_hold(draft: Recipe, tuned: Recipe, order: Order) -> bool:
    """Whether the gate takes the new amounts, with the steps told again."""
    told = _told_amounts(draft, tuned, order)
    return told is not None and not broken_rules(_judged(told[0]), order)


def _judged(recipe: Recipe) -> Recipe:
    """The course is judged by us, and again after a change of the amounts."""
    if recipe.frame:
        return recipe
    course = course_of(recipe.name, recipe.ingredients, recipe.servings, recipe.served_with)
    return recipe if course == recipe.course else replace(recipe, course=course)


# ------------------------------------------------------------------ what may not be in it


def _culprits_taken(
    draft: Recipe,
    broken: Sequence[Finding],
    by_id: Mapping[str, Rule],
    order: Order,
    gone: list[Ingredient],
    *,
    swaps: bool,
) -> _Mending | None:
    """Swaps or drops every line, and cuts every text, that rules name; None where that fails."""
    said: list[str] = []
    done: set[str] = set()
    for finding in broken:
        rule = by_id.get(finding.rule)
        if rule is None and finding.rule not in _UNKNOWN:
            continue
        if rule is not None and rule.kind in {"nutrient", "amount"}:
            continue
        if rule is not None and rule.field in {*_FORMS, "available", "budget_used"}:
            continue
        if not finding.foods:
            return None
        for name in dict.fromkeys(finding.foods):
            if name in done:
                continue
            done.add(name)
            mending = _taken(draft, name, finding, order, gone, swaps=swaps)
            if mending is None:
                return None
            draft, more = mending
            said += more
    return draft, said


def _taken(
    draft: Recipe,
    name: str,
    finding: Finding,
    order: Order,
    gone: list[Ingredient],
    *,
    swaps: bool,
) -> _Mending | None:
    """The draft without what a finding names: a line, an alternative, a side or words of a text."""
    why = _why(finding, order.profile)
    listed = any(one.name == name for one in draft.ingredients)
    if finding.rule == "G03" and not listed:
        korean = order.profile.locale == "ko"
        why = "재료 목록에 없던 것" if korean else "it was not on the list"
    for line in draft.ingredients:
        # G03 may be about a word of the steps that is also the name of a line we know.
        if line.name == name and (finding.rule != "G03" or line.food is None):
            if finding.rule == "G05" and (counted := _counted(draft, line, order)):
                return counted
            return _line_taken(draft, line, why, order, gone, swaps=swaps)
        if any(name == offer for _, offer in offered(line)):
            draft = _put(draft, line, replace(line, alternatives=()))
            return draft, [_dropped(name, why, order.profile)]
    for beside in draft.served_with:
        if foods()[beside.food].name_ko == name:
            return _side_taken(draft, beside.food, why, order, gone)
    return _words_taken(draft, name, why, order, gone)


def _counted(draft: Recipe, line: Ingredient, order: Order) -> _Mending | None:
    """List and steps in one amount, where only one of the two has one that can be weighed."""
    if line.food and line.problem == "unknown_unit" and (known := _as_stepped(draft, line)):
        return _put(draft, line, known), [f"{line.name} {_spoken(line)} → {_spoken(known)}"]
    return _as_listed(draft, line, order) if line.name in told_more(draft) else None


def _line_taken(
    draft: Recipe,
    line: Ingredient,
    why: str,
    order: Order,
    gone: list[Ingredient],
    *,
    swaps: bool,
) -> _Mending | None:
    if any(one.must_use and one.food == line.food for one in order.profile.available):
        return None
    drops = _may_go(draft, line)
    if swaps and line.food and not (drops and _is_carried(draft, line)):
        for instead in _instead(draft, line, order):
            if swapped := _swapped(draft, line, instead, order):
                gone.append(line)
                new = foods()[instead.food].name(order.profile.locale)
                return swapped, [_swap_said(line, new, why)]
    if not drops:
        return None
    dropped = _without(draft, line, order)
    if dropped is None:
        return None
    gone.append(line)
    return dropped, [_dropped(line.name, why, order.profile)]


def _as_listed(draft: Recipe, line: Ingredient, order: Order) -> _Mending | None:
    """Steps that use as much of the line as the list has."""
    others = [one for one in draft.ingredients if one is not line]
    names = [one.name for one in others]
    words = names_of(line, others)
    said = amounts_said(draft.instructions, words, names)
    if len(said) == 1:
        change = Change(words, line.name, said[0], _spoken(line))
        steps = retold_steps(draft.instructions, [change], names, order.profile.locale)
    else:
        steps = once_only(draft.instructions, line, others)
    if steps is None:
        return None
    told = f"{line.name} {' + '.join(said)} → {_spoken(line)}"
    return replace(draft, instructions=steps), [told]


def _as_stepped(draft: Recipe, line: Ingredient) -> Ingredient | None:
    """The line in the one amount that the steps name for it; None where they name none, or two."""
    others = [one for one in draft.ingredients if one is not line]
    said = amounts_said(draft.instructions, names_of(line, others), [one.name for one in others])
    if len(said) != 1:
        return None
    read = read_amount(said[0], "", f"{line.prep} {line.name}".strip())
    if read.food != line.food or not read.edible_g or read.problem or read.vague:
        return None
    return replace(
        line,
        amount=re.sub(r"[^\d/과와.\s].*$", "", said[0]).strip(),
        unit=re.sub(r"^[\d/과와.\s]+", "", said[0]).strip(),
        grams=read.bought_g,
        edible_grams=read.edible_g,
        problem="",
        vague=False,
    )


def _may_go(draft: Recipe, line: Ingredient) -> bool:
    """Whether the dish is still itself without the line."""
    if line.optional:
        return True
    food = foods().get(line.food) if line.food else None
    mass = sum(one.edible_grams or 0.0 for one in draft.ingredients if one.food != "water")
    grams = line.edible_grams or line.worst_grams
    if food is None and grams is None:
        # Nobody knows what it is nor how much: it goes where the steps season with it.
        return bool(line.vague) or line.unit in SPOONED
    if food is not None and part_of(food) in {"seasoning", "salt"}:
        return True
    if grams is not None and mass and grams <= SMALL * mass:
        return True
    return _is_carried(draft, line)


def _is_carried(draft: Recipe, line: Ingredient) -> bool:
    """Whether a solid food is only beside as much, or more, of its like: the dish stays a dish."""
    food = foods().get(line.food) if line.food else None
    if food is None or (part := part_of(food)) not in {"main", "vegetable"}:
        return False
    alike = [
        one.edible_grams or 0.0
        for one in draft.ingredients
        if one is not line and one.food and part_of(foods()[one.food]) == part
    ]
    return sum(alike) >= (line.edible_grams or 0.0)


def _instead(draft: Recipe, line: Ingredient, order: Order) -> Iterator[StandIn]:
    """Stand-ins that the person may have and that are not in the dish already."""
    food = foods()[line.food or ""]
    rows_for = stand_ins().get(food.id) or stand_ins().get(f"category:{food.category}", ())
    inside = {one.food for one in draft.ingredients} | {one.food for one in draft.served_with}
    for one in rows_for:
        if one.food != food.id and one.food not in inside and _allowed(foods()[one.food], order):
            yield one


def _allowed(food: Food, order: Order) -> bool:
    """Whether no rule keeps the food from this person in any amount, and no wish does."""
    profile = order.profile
    if food.id in profile.disliked_foods:
        return False
    if any(True for _ in forbidden(food.id, food.name_ko, profile, order.today)):
        return False
    lone = Recipe("", 1, (Ingredient(food.name_ko, food=food.id, grams=1.0, edible_grams=1.0),), ())
    case = Case(lone, profile, order.today)
    return not any(
        one.verdict == "fail" and one.severity == "hard"
        for rule in rules_for(profile)
        if rule.field in {"allergen_may", "spoilage"}
        for one in CHECKS[rule.field](rule, case)
    )


def _swapped(draft: Recipe, line: Ingredient, instead: StandIn, order: Order) -> Recipe | None:
    """The draft with the stand-in in the line's place, in list, title and texts."""
    new = _line_of(line, instead, order)
    if new is None:
        return None
    others = [one for one in draft.ingredients if one is not line]
    words = names_of(line, [*others, new])
    own = part_of(foods()[line.food or ""]) == "main" or foods()[instead.food].category in FLESH
    if own and any(HANDLED.search(step) for step in _about(draft.instructions, words)):
        return None
    change = Change(words, new.name, _spoken(line), _spoken(new), instead.ratio)
    shows = part_of(foods()[instead.food]) in {"main", "vegetable", "staple"}
    told = _retold(draft, change, others, order, shows=shows)
    if told is None:
        return None
    lines = tuple(new if one is line else one for one in draft.ingredients)
    told = replace(told, ingredients=lines)
    if foods()[instead.food].category in FLESH:
        steps = cooked_through(told.instructions, new.name, order.profile.locale)
        return None if steps is None else replace(told, instructions=steps)
    return told


def _line_of(line: Ingredient, instead: StandIn, order: Order) -> Ingredient | None:
    """The stand-in as a line, measured as the line was where that can be."""
    food = foods()[instead.food]
    edible = (line.edible_grams or 0.0) * instead.ratio
    if not edible or line.problem:
        return None
    kept = 1 - food.refuse_pct / 100 or 1.0
    raw = Ingredient(
        name=food.name(order.profile.locale),
        unit=line.unit,
        food=food.id,
        grams=edible / kept,
        edible_grams=edible,
        form=line.form,
        optional=line.optional,
    )
    knob = knob_of(raw, order)
    if knob is None:
        return None
    return turned(knob, max(1, round(knob.now)), order.profile.locale)


def _without(draft: Recipe, line: Ingredient, order: Order) -> Recipe | None:
    """The draft without the line, told again."""
    others = [one for one in draft.ingredients if one is not line]
    told = _retold(draft, Change(names_of(line, others), None), others, order)
    return None if told is None or not others else replace(told, ingredients=tuple(others))


def _side_taken(
    draft: Recipe, food: str, why: str, order: Order, gone: list[Ingredient]
) -> _Mending | None:
    """What is served beside it swapped for another staple, or left out."""
    old = foods()[food]
    line = Ingredient(old.name(order.profile.locale), food=food, grams=1.0, edible_grams=1.0)
    words = names_of(line, draft.ingredients)
    for one in stand_ins().get(food, ()):
        new = foods()[one.food]
        if "staple" not in new.tags or not _allowed(new, order):
            continue
        change = Change(words, new.name(order.profile.locale))
        told = _retold(draft, change, draft.ingredients, order)
        if told is not None:
            served = tuple(
                replace(b, food=one.food) if b.food == food else b for b in draft.served_with
            )
            gone.append(line)
            said = _swap_said(line, change.name or "", why)
            return replace(told, served_with=served), [said]
    told = _retold(draft, Change(words, None), draft.ingredients, order)
    if told is None:
        return None
    gone.append(line)
    served = tuple(b for b in draft.served_with if b.food != food)
    return replace(told, served_with=served), [_dropped(line.name, why, order.profile)]


def _words_taken(
    draft: Recipe, name: str, why: str, order: Order, gone: list[Ingredient]
) -> _Mending | None:
    """Texts without a food that only they name."""
    squeezed = normal(name)
    if any(squeezed in (own := normal(one.name)) or own in squeezed for one in draft.ingredients):
        # The steps may well mean what is listed: nobody can tell, and what is listed stays.
        return None
    food = read_name(name).food or food_names().get(squeezed)
    line = Ingredient(name, food=food)
    words = names_of(line, draft.ingredients) | {squeezed}
    if food is not None and name.isascii() and name not in draft.name.lower():
        # A name that was compared without its blanks is not said without them.
        name = foods()[food].name(order.profile.locale)
    told = _retold(draft, Change(words, None), draft.ingredients, order)
    if told is None or told == draft:
        return None
    gone.append(line)
    return told, [_dropped(name, why, order.profile)]


def _retold(
    draft: Recipe,
    change: Change,
    others: Sequence[Ingredient],
    order: Order,
    *,
    shows: bool = True,
) -> Recipe | None:
    """Every text of the draft after a change; None where one cannot be told truly.

    A stand-in that seasons rather than `shows` is not put into the title.
    """
    locale = order.profile.locale
    names = [one.name for one in others]
    names += [foods()[one.food].name(locale) for one in draft.served_with]
    steps = retold_steps(draft.instructions, [change], names, locale)
    if not steps:
        return None
    keep = [*names, change.name or ""]
    heavy = sorted(others, key=lambda one: -_weight(one))
    main = [change.name] if change.name and _is_heavy(draft, change) else []
    titled = change if change.name is None or main or shows else replace(change, name=None)
    told = replace(
        draft,
        name=retold_title(draft.name, [titled], [*main, *(one.name for one in heavy)], locale),
        instructions=steps,
        description=retold_prose(draft.description, [change], names),
        notes=retold_prose(draft.notes, [change], names),
        told=tuple(filter(None, (retold_prose(one, [change], names) for one in draft.told))),
        mentions=tuple(
            filter(None, (retold_prose(one, [change], names) for one in draft.mentions))
        ),
    )
    renamed = change.name is None or normal(change.name) not in change.words
    return None if renamed and _named(told, change.words, keep) else told


def _is_heavy(draft: Recipe, change: Change) -> bool:
    heaviest = max(draft.ingredients, key=_weight, default=None)
    return heaviest is not None and normal(heaviest.name) in change.words


def _weight(one: Ingredient) -> float:
    food = foods().get(one.food) if one.food else None
    if food is None or part_of(food) in {"water", "seasoning", "salt", "fat"}:
        return 0.0
    return one.edible_grams or 0.0


def _named(recipe: Recipe, words: frozenset[str], keep: Sequence[str]) -> bool:
    longer = [one for one in keep if one and normal(one) not in words]
    texts = (recipe.name, recipe.description, recipe.notes, *recipe.told, *recipe.mentions)
    return any(names_it(one, words, longer) for one in (*texts, *recipe.instructions))


def _traces(recipe: Recipe, gone: Sequence[Ingredient]) -> bool:
    """Whether any text still names something that went and did not come back."""
    inside = {one.food for one in recipe.ingredients} | {one.food for one in recipe.served_with}
    names = [one.name for one in recipe.ingredients]
    names += [foods()[one.food].name_ko for one in recipe.served_with]
    return any(
        _named(recipe, names_of(one, recipe.ingredients), names)
        for one in gone
        if one.food is None or one.food not in inside
    )


def _about(steps: Sequence[str], words: frozenset[str]) -> Iterator[str]:
    """Sentences of the steps that name one of the words."""
    for step in steps:
        yield from (one.lower() for one in re.split(r"(?<=[.!?])\s+", step) if names_it(one, words))


def _heaviest_gone(
    draft: Recipe,
    broken: Sequence[Finding],
    by_id: Mapping[str, Rule],
    order: Order,
    gone: list[Ingredient],
    *,
    swaps: bool,
) -> _Mending | None:
    """Where no amounts hold: the line that brings most of what there is too much of goes."""
    for finding in broken:
        rule = by_id[finding.rule]
        if rule.kind not in {"nutrient", "amount"} or finding.verdict != "fail":
            continue
        if rule.high is None and rule.high_from is None:
            continue
        for line in _by_part(draft, rule, order.profile):
            why = rule.says(order.profile.locale)
            if mending := _line_taken(draft, line, why, order, gone, swaps=swaps):
                return mending
            beside = line.food and part_of(foods()[line.food]) == "vegetable"
            if not swaps and beside and (dropped := _without(draft, line, order)):
                gone.append(line)
                return dropped, [_dropped(line.name, why, order.profile)]
    return None


def _by_part(draft: Recipe, rule: Rule, profile: Profile) -> list[Ingredient]:
    """The two lines that bring most of what a rule limits, the greater first."""
    field = field_of(rule, profile)
    term = RATIOS[field][0] if field in RATIOS else field

    def part(one: Ingredient) -> float:
        food = foods().get(one.food) if one.food else None
        if food is None:
            return 0.0
        if rule.kind == "amount":
            return (one.edible_grams or 0.0) * (food.id in rule.foods)
        return per_gram(term, food, one.treatment).lo * (one.edible_grams or 0.0)

    return [one for one in sorted(draft.ingredients, key=part, reverse=True) if part(one) > 0][:2]


# ------------------------------------------------------------------ forms


_COOKED_WORDS: Final = (
    (pattern(r"반숙(?=[으로인을를 ])|반숙"), "완숙"),
    (pattern(r"(?:살짝만|겉만|겉면만|살짝|덜) 익"), "속까지 익"),
    (pattern(r"(?:미디엄 ?)?레어로 (?=굽|구워|구운)"), "속까지 익도록 "),
    (pattern(r"(?:미디엄 ?)?레어로"), "속까지"),
    (
        pattern(r"(?:날것 ?그대로|날것으로|날로|생으로|익히지 않고|그대로 날로)(?= |$)"),
        "속까지 익혀",
    ),
    (pattern(r"soft-boiled", re.IGNORECASE), "hard-boiled"),
    (pattern(r"runny (egg|yolk)", re.IGNORECASE), r"firm \1"),
    (pattern(r"(?:medium-rare|rare)\b", re.IGNORECASE), "well done"),
    (pattern(r"\bserve raw\b", re.IGNORECASE), "cook through and serve"),
    (pattern(r"\b(?:leave|keep) (?:it |them )?raw\b", re.IGNORECASE), "cook through"),
)
"""Undercooked as cooks write it, and what is written instead."""

_LEAVES: Final = pattern(
    r"^[^,]*(?:겉면?만|살짝만|덜|날것|날로|생으로|레어로)[^,]*(?:냅니다|내세요|마무리합니다|먹습니다|드세요|둡니다)\.?$"
    r"|^(?:keep|leave|serve) (?:the |it |them )?[^,]*\b(?:raw|rare|medium-rare|pink)\b[^,]*\.?$"
)
"""Sentences whose only word is that something stays half raw."""

_TEXTURES: Final = {
    "early": (
        "믹서로 곱게 갈고 체에 내려 알갱이가 0.5mm 이하인지 확인합니다.",
        "Blend until smooth and pass through a sieve; nothing larger than 0.5 mm stays.",
    ),
    "middle": (
        "모두 으깨어 건더기가 3mm 이하인지 확인합니다.",
        "Mash everything; no piece larger than 3 mm stays.",
    ),
    "late": (
        "모두 건더기가 7mm 이하가 되도록 으깨거나 다집니다.",
        "Mash or chop everything so that no piece is larger than 7 mm.",
    ),
    "complete": (
        "모두 건더기가 10mm 이하가 되도록 자릅니다.",
        "Cut everything so that no piece is larger than 10 mm.",
    ),
    "toddler": (
        "모두 건더기가 15mm 이하가 되도록 자릅니다.",
        "Cut everything so that no piece is larger than 15 mm.",
    ),
}
"""A last step that brings a dish to the texture of the stage (B02 to B23)."""


def _formed(
    draft: Recipe, broken: Sequence[Finding], by_id: Mapping[str, Rule], order: Order
) -> _Mending | None:
    """Steps that cook through, cut or mash what the rules want so."""
    said: list[str] = []
    locale = order.profile.locale
    plain = _without_raw(draft)
    if plain != draft.instructions and plain:
        # What is left may well be cooked through; the next round judges it.
        return replace(draft, instructions=plain), [one.message for one in broken]
    for finding in broken:
        field = by_id[finding.rule].field
        if field in {"particle", "texture"}:
            told = _textured(draft, order)
            if told is None:
                return None
            draft = told
        else:
            for name in dict.fromkeys(finding.foods):
                line = next((one for one in draft.ingredients if one.name == name), None)
                told = None
                if line is not None:
                    told = (
                        _heated(draft, line, locale)
                        if field == "cooked"
                        else _broken_up(draft, line, field, locale)
                    )
                if told is None:
                    return None
                draft = told
        said.append(finding.message)
    return draft, said


def _without_raw(draft: Recipe) -> tuple[str, ...]:
    """Steps without the sentences that only leave something half raw, and with the others mended.

    A sentence that does more is told again: "반숙으로 삶아 껍질을 벗깁니다" becomes 완숙으로.
    """
    steps: list[str] = []
    for step in draft.instructions:
        kept: list[str] = []
        for sentence in re.split(r"(?<=[.!?])\s+", step):
            if not RAW.search(sentence.lower()):
                kept.append(sentence)
            elif not _LEAVES.search(sentence.lower()):
                told = sentence
                for raw, cooked in _COOKED_WORDS:
                    told = raw.sub(cooked, told)
                kept.append(told)
        if kept:
            steps.append(" ".join(kept))
    return tuple(steps)


def cooked_through(steps: Sequence[str], name: str, locale: str) -> tuple[str, ...] | None:
    """Steps in which `name` is cooked to its middle; None where nothing is heated after it."""
    words = frozenset({normal(name)})
    at = [n for n, step in enumerate(steps) if names_it(step, words)]
    hot = [n for n, step in enumerate(steps) if HEAT.search(step.lower())]
    place = next((n for n in hot if not at or n >= at[-1]), None)
    if place is None and at:
        place = next((n for n in reversed(hot) if n in at), None)
    if place is None:
        return None
    if re.search(r"75 ?[℃°]|85 ?[℃°]", steps[place]) and place in at:
        return tuple(steps)
    said = (
        f"{with_particle(name, '은')} 가운데까지 75℃에서 1분 넘게 익힙니다."
        if locale == "ko"
        else f"Cook the {name} through: 75 °C in the middle for a minute."
    )
    return (*steps[:place], f"{steps[place]} {said}", *steps[place + 1 :])


def _heated(draft: Recipe, line: Ingredient, locale: str) -> Recipe | None:
    steps, plain = draft.instructions, line
    if line.raw or RAW.search(f"{line.prep} {line.name}".lower()):
        name = foods()[line.food].name(locale) if line.food else line.name
        if RAW.search(name.lower()):
            return None
        plain = replace(line, name=name, prep=RAW.sub("", line.prep).strip(), raw=None)
    told_steps = cooked_through(steps, plain.name, locale)
    if told_steps is None or RAW.search(" ".join(told_steps).lower()):
        return None
    return _put(replace(draft, instructions=told_steps), line, plain)


def _broken_up(draft: Recipe, line: Ingredient, field: str, locale: str) -> Recipe:
    """The line ground or cut, said in the list and before all other steps."""
    if field == "ground":
        prep, said = ("곱게 간", f"{with_particle(line.name, '은')} 곱게 갑니다.")
        if locale != "ko":
            prep, said = ("ground", f"Grind the {line.name} to a fine powder.")
        new = replace(line, prep=prep, form="ground")
    else:
        prep, said = ("4등분한", f"{with_particle(line.name, '은')} 세로로 4등분합니다.")
        if locale != "ko":
            prep, said = ("quartered", f"Quarter the {line.name} lengthwise.")
        new = replace(line, prep=prep, form="cut")
    return _put(replace(draft, instructions=(said, *draft.instructions)), line, new)


def _textured(draft: Recipe, order: Order) -> Recipe | None:
    """Pieces no larger than the stage takes: sizes of the steps, and a last step that says so."""
    stage = order.profile.stage
    if stage not in _TEXTURES:
        return None
    last = _TEXTURES[stage][order.profile.locale != "ko"]
    size = SIZE.search(last)
    most = float(size[1]) if size else 0.0

    def cut(hit: re.Match[str]) -> str:
        large = float(hit[1]) * (10 if hit[2] in {"cm", "㎝", "센티"} else 1) > most
        return f"{most:g}mm" if large else hit[0]

    steps = tuple(SIZE.sub(cut, step) for step in draft.instructions)
    wanted = SMOOTH if stage in {"early", "middle"} else SIZE
    if not wanted.search(last):
        return None
    return replace(draft, instructions=(*steps, last))


def _put(draft: Recipe, old: Ingredient, new: Ingredient) -> Recipe:
    lines = tuple(new if one is old else one for one in draft.ingredients)
    return replace(draft, ingredients=lines)


# ------------------------------------------------------------------ amounts


def _told_amounts(before: Recipe, after: Recipe, order: Order) -> _Mending | None:
    """The retuned recipe with its amounts in the steps, and what was changed."""
    locale = order.profile.locale
    said: list[str] = []
    draft = after
    left = {id(one) for one in after.ingredients}
    told = _pairs(before, after)
    for old, new in told:
        others = [one for one in after.ingredients if one is not new]
        words = names_of(old, others)
        if new is None:
            dropped = _retold(draft, Change(words, None), others, order)
            if dropped is None:
                return None
            draft = dropped
            said.append(_dropped(old.name, "", order.profile))
        elif id(new) in left and new is not old:
            share = (new.edible_grams or 0.0) / (old.edible_grams or 1.0)
            change = Change(words, new.name, _spoken(old), _spoken(new), share)
            names = [one.name for one in others]
            steps = retold_steps(draft.instructions, [change], names, locale)
            if steps is None:
                return None
            draft = replace(draft, instructions=steps)
            if _spoken(old) != _spoken(new):
                said.append(f"{old.name} {_spoken(old)} → {_spoken(new)}")
    for old_side, new_side in zip(before.served_with, after.served_with, strict=True):
        if old_side.grams != new_side.grams:
            name = foods()[old_side.food].name(locale)
            change = Change(
                names_of(Ingredient(name, food=old_side.food), after.ingredients),
                name,
                f"{old_side.grams:g}g",
                f"{new_side.grams:g}g",
                new_side.grams / old_side.grams,
            )
            names = [one.name for one in after.ingredients]
            steps = retold_steps(draft.instructions, [change], names, locale)
            if steps is None:
                return None
            draft = replace(draft, instructions=steps)
            said.append(f"{name} {old_side.grams:g} → {new_side.grams:g}g")
    return (draft, said) if said else None


def _pairs(before: Recipe, after: Recipe) -> list[tuple[Ingredient, Ingredient | None]]:
    """Each line before with what it is after; None where it was left out."""
    left = list(after.ingredients)
    found: list[tuple[Ingredient, Ingredient | None]] = []
    for old in before.ingredients:
        new = next(
            (one for one in left if one is old or (one.name, one.food) == (old.name, old.food)),
            None,
        )
        if new is not None:
            left.remove(new)
        found.append((old, new))
    return found


def _spoken(line: Ingredient) -> str:
    """The amount as a step says it: "2큰술", "2 tbsp"."""
    if line.name.isascii() or line.unit.isascii():
        joint = "" if not line.name.isascii() else " "
        return f"{line.amount}{joint}{line.unit}".strip()
    return f"{line.amount}{line.unit}"


# ------------------------------------------------------------------ what is said


_FIGURES: Final = {
    "sodium_mg": ("나트륨", "sodium", "mg", "{:,.0f}"),
    "carbohydrate_g": ("탄수화물", "carbohydrate", "g", "{:.1f}"),
    "net_carbohydrate_g": ("순탄수화물", "net carbohydrate", "g", "{:.1f}"),
    "added_sugars_g": ("첨가당", "added sugars", "g", "{:.1f}"),
    "energy_kcal": ("열량", "energy", "kcal", "{:,.0f}"),
    "protein_g": ("단백질", "protein", "g", "{:.1f}"),
    "fat_g": ("지방", "fat", "g", "{:.1f}"),
    "fat_energy_pct": ("지방 에너지 비율", "energy from fat", "%", "{:.0f}"),
    "protein_energy_pct": ("단백질 에너지 비율", "energy from protein", "%", "{:.0f}"),
    "saturated_fat_energy_pct": ("포화지방 에너지 비율", "saturated fat", "%", "{:.1f}"),
    "potassium_mg": ("칼륨", "potassium", "mg", "{:,.0f}"),
    "phosphorus_mg": ("인", "phosphorus", "mg", "{:,.0f}"),
    "purine_mg": ("퓨린", "purines", "mg", "{:.0f}"),
    "salt_equivalent_g": ("소금", "salt", "g", "{:.1f}"),
    "lactose_g": ("유당", "lactose", "g", "{:.1f}"),
}
"""What a figure is called in a change: Korean, English, unit, form."""


def _figures(recipe: Recipe, broken: Sequence[Finding], order: Order) -> Counter[str]:
    """Fields of the nutrient rules that were broken, with their value a serving."""
    case = Case(recipe, order.profile, order.today)
    by_id = {rule.id: rule for rule in rules_for(order.profile)}
    found: Counter[str] = Counter()
    for one in broken:
        rule = by_id.get(one.rule)
        if rule is not None and rule.kind == "nutrient" and one.verdict == "fail":
            field = field_of(rule, order.profile)
            if field in _FIGURES:
                found[field] = case.serving.of(field).lo  # type: ignore[assignment]
    return found


def _moved(figures: Mapping[str, float], recipe: Recipe, order: Order) -> Iterator[str]:
    """What the changes did to the figures that broke a rule: "나트륨 1,320 → 880mg"."""
    case = Case(recipe, order.profile, order.today)
    korean = order.profile.locale == "ko"
    for field, before in figures.items():
        ko, en, unit, form = _FIGURES[field]
        old, new = form.format(before), form.format(case.serving.of(field).lo)
        if old != new:
            yield (
                f"1인분 {ko} {old} → {new}{unit}"
                if korean
                else f"{en} a serving {old} → {new} {unit}"
            )


def _why(finding: Finding, profile: Profile) -> str:
    """Why something went, in a few words."""
    if finding.verdict == "unknown" and finding.rule != "G05":
        return "모르는 재료" if profile.locale == "ko" else "nobody knows what it is"
    if finding.rule in {"G01", "G02"}:
        for allergy in profile.allergies:
            name = allergy_name(allergy, profile)
            if finding.message.startswith(f"{name}:"):
                return f"{name} 알레르기" if profile.locale == "ko" else f"{name} allergy"
    if finding.rule == "G03":
        return "모르는 재료" if profile.locale == "ko" else "nobody knows what it is"
    if finding.rule == "G05":
        return "알 수 없는 양" if profile.locale == "ko" else "its amount cannot be weighed"
    said = next((one.says(profile.locale) for one in all_rules() if one.id == finding.rule), "")
    return said or finding.message


def _dropped(name: str, why: str, profile: Profile) -> str:
    reason = f": {why}" if why else ""
    if profile.locale == "ko":
        return f"{with_particle(name, '을')} 뺐어요{reason}"
    return f"Left out {name}{reason}"


def _swap_said(line: Ingredient, new: str, why: str) -> str:
    reason = f": {why}" if why else ""
    return f"{line.name} → {new}{reason}"
