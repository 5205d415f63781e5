"""Rules that need a function: allergens, forms, textures, money, what the fridge holds.

Each takes its row and the case and gives one finding or more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from aichef.food.allergens import allergens, betrayed, betrayed_at_start, is_traced
from aichef.food.table import foods, made_of, normal
from aichef.lazy import pattern
from aichef.recipe.rules import Rule, age_in_months, all_rules, guarded, rules_for
from aichef.recipe.steps import (
    CUT,
    HEAT,
    SIZE,
    SMOOTH,
    done,
    largest_piece,
    lines_of,
    mentioned,
    told_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from aichef.food.model import Food
    from aichef.profile.model import Allergy, Available, Profile
    from aichef.recipe.check import Case
    from aichef.recipe.model import Finding, Ingredient, Verdict

Findings = Iterator["Finding"]

CLASSIC_ALLERGENS: Final = frozenset(
    {
        "egg",
        "milk",
        "peanut",
        "tree_nut",
        "sesame",
        "soy",
        "wheat",
        "buckwheat",
        "fish",
        "crustacean",
        "shellfish",
    }
)
"""What counts as a new allergen for a baby (B60)."""

COMPOUND: Final = frozenset(
    {"prepared", "processed_meat", "fish_processed", "kimchi", "seasoning", "supplement"}
)
"""Bought ready-made: what exactly is inside depends on the brand."""

SPOILS: Final = frozenset(
    {
        *("meat", "fish", "crustacean", "mollusc", "seafood_other", "processed_meat"),
        *("fish_processed", "egg", "dairy", "prepared", "broth"),
    }
)
SPOILS_TOO: Final = frozenset(
    {
        *("orange_juice", "apple_juice", "breast_milk", "kong_guksu_broth", "rice_porridge"),
        *("rice_white_cooked", "rice_brown_cooked", "rice_multigrain_cooked", "barley_cooked"),
        *("noodle_fresh", "kalguksu_noodle_fresh", "chinese_noodle_fresh", "udon_noodle"),
        *("soybean_cooked", "chickpea_cooked", "mung_jelly", "acorn_jelly", "buckwheat_jelly"),
    }
)
KEEPS: Final = pattern(r"dried|canned|powder|jerky|shredded|cream_soup")
"""Foods of a kind that spoils which do not: dried, tinned, in powder."""
FROZEN: Final = pattern(r"냉동|얼린|얼려|frozen")
DAYS_KEPT: Final = 30
"""How long past its date anything else, and what is frozen, may still be cooked."""

RAW: Final = pattern(
    r"날것|날로(?= |$)|생으로|회로(?= |$)|육회|반숙|덜 익[은힌혀]|살짝만 익|레어|회$"
    r"|(?:겉|겉면|표면)만 (?:살짝 )?(?:익|굽|구워|구운|구우|그을)"
    r"(?![가-힣]*,? ?(?:덜어|건져|꺼내|옮겨|둡|두고|뒤|다음|후|물|국물|끓|졸|조려|볶))"
    r"|핏기가 (?:남|도는|있게)|미디엄"
    r"|\braw\b|\brare\b|runny (?:egg|yolk)|soft-boiled|sashimi|uncooked|medium-rare"
)
GROUND: Final = pattern(
    r"가루|(?<![가-힣])간 |갈아|으깬|으깨|곱게|페이스트|ground|mashed|pur[eé]e|powder"
)
CUT_BEFORE: Final = pattern(r"4등분|네 등분|다진|다져|다지|으깬|으깨|quarter|chopped|minced|mashed")
HEAT_TOLD: Final = pattern(r"익|75\s*[℃°]|85\s*[℃°]|cooked through|75 ?°")
NEEDS_HEAT_TOLD: Final = frozenset({"egg", "crustacean", "mollusc"})


def first_month(rule: Rule, case: Case) -> Findings:
    """Babies: a food not listed, or listed for later, is refused."""
    months = age_in_months(case.profile)
    if months is None or months >= 36:
        yield case.finding(rule, "not_applicable")
        return
    unknown = [name for food, name in case.eaten if food is None]
    named = (*case.eaten, *case.unlisted)
    early = [name for food, name in named if food and not ripe(foods()[food], months)]
    if early:
        yield case.finding(rule, "fail", f"{months}", foods=early)
    elif unknown:
        yield case.finding(rule, "unknown", f"{months}", foods=unknown)
    else:
        yield case.finding(rule, "pass", f"{months}")


def ripe(food: Food, months: int) -> bool:
    """Whether a baby of so many completed months may have it."""
    return food.first_month is not None and food.first_month <= months


def allergen_contains(rule: Rule, case: Case) -> Findings:
    """One finding for each declared allergy: contained or likely fails, an unknown name too.

    So does, as unknown, an allergy to what no food of the table is said to hold.
    """
    if not case.profile.allergies:
        yield case.finding(rule, "not_applicable")
    for allergy in case.profile.allergies:
        inside, unknown = [], []
        for food, name in case.eaten:
            certainty = _certainty(allergy, food, name)
            if certainty in {"contains", "likely"}:
                inside.append(name)
            elif food is None:
                unknown.append(name)
        if not inside:
            # The steps, the notes and the title may name what the list does not.
            # A page of the book calls its tuna in water "tuna": there a word has one meaning.
            own = frozenset() if case.recipe.frame else frozenset(allergy.foods)
            told = (*mentioned(case.recipe, own), *told_of(case.recipe, own))
            inside = [name for food, name in told if _is_told(allergy, food, name)]
            unknown += [name for food, name in told if _is_hinted(allergy, food, name)]
        blind = bool(unknown) or not _is_traced(allergy)
        verdict: Verdict = "fail" if inside else "unknown" if blind else "pass"
        yield case.finding(
            rule, verdict, len(inside), 0, inside or unknown, _allergy_text(allergy, case, verdict)
        )


def allergen_may(rule: Rule, case: Case) -> Findings:
    """What may be inside depending on the brand; hard in strict mode."""
    strict = case.profile.strict_allergies
    row = rule._replace(severity="hard") if strict else rule
    if not case.profile.allergies:
        yield case.finding(row, "not_applicable")
    for allergy in case.profile.allergies:
        maybe = [name for food, name in case.eaten if _certainty(allergy, food, name) == "may"]
        verdict: Verdict = "fail" if maybe else "pass" if _is_traced(allergy) else "unknown"
        yield case.finding(row, verdict, len(maybe), 0, maybe, _may_text(allergy, case, verdict))


def _is_traced(allergy: Allergy) -> bool:
    return all(is_traced(one) for one in allergy.allergens)


def _certainty(allergy: Allergy, food: str | None, name: str) -> str | None:
    """How sure it is that the allergy's substance is inside: contains, likely, may or None."""
    if food is None:
        known = betrayed(name)
    else:
        known = foods()[food].allergens
        own = _same_food(allergy, foods()[food])
        if own:
            return own
    levels = {known[one] for one in allergy.allergens if one in known}
    return next((level for level in ("contains", "likely", "may") if level in levels), None)


def _is_told(allergy: Allergy, food: str | None, name: str) -> bool:
    """Whether a word of the steps stands for the allergen; a dish's name only if it always does."""
    certainty = _certainty(allergy, food, name)
    if food is not None:
        return certainty in {"contains", "likely"}
    if certainty == "contains":
        return True
    glued = betrayed_at_start(name)
    stems = (foods()[one].name_ko for one in allergy.foods)
    return any(glued.get(one) == "contains" for one in allergy.allergens) or any(
        len(stem) > 1 and normal(name).startswith(normal(stem)) for stem in stems
    )


def _is_hinted(allergy: Allergy, food: str | None, name: str) -> bool:
    """Whether a word is no food and as a rule holds the allergen: "튀김옷" and egg."""
    return food is None and _certainty(allergy, food, name) == "likely"


def _same_food(allergy: Allergy, food: Food) -> str | None:
    """An allergy to foods reaches what is made of them or named after them."""
    parts = made_of(food.id)
    bought = food.bought_as[0] if food.bought_as else food.id
    if {food.id, bought} & set(allergy.foods):
        return "contains"
    levels = {parts[one] for one in allergy.foods if one in parts}
    if "contains" in levels:
        return "contains"
    names = [foods()[one].name_ko for one in allergy.foods]
    if "likely" in levels or any(len(one) > 1 and one in food.name_ko for one in names):
        return "likely"
    if levels:
        return "may"
    return "may" if allergy.foods and food.category in COMPOUND and food.id not in PLAIN else None


PLAIN: Final = frozenset(
    {
        "baking_soda",
        "bay_leaf",
        "black_pepper",
        "chili_powder_korean",
        "cinnamon_powder",
        "garlic_powder",
        "ginger_powder",
        "nutmeg",
        "onion_powder",
        "oregano_dried",
        "paprika_powder",
        "rosemary_dried",
        "salt_refined",
        "salt_sea",
        "sancho_powder",
        "thyme_dried",
        "turmeric_powder",
        "vinegar_brewed",
        "yeast_dry",
    }
)
"""Seasonings of one thing only: nothing but what `made_of` says can hide inside."""


def _allergy_text(allergy: Allergy, case: Case, verdict: str) -> str:
    korean = case.profile.locale == "ko"
    word = allergy_name(allergy, case.profile)
    if verdict == "fail":
        return f"{word}: 들어 있어요" if korean else f"{word}: it is in there"
    if verdict == "unknown" and not _is_traced(allergy):
        return _untraced_text(word, korean=korean)
    if verdict == "unknown":
        return (
            f"{word}: 모르는 재료가 있어 확인하지 못했어요"
            if korean
            else f"{word}: could not be assessed, an ingredient is unknown"
        )
    return f"{word}: 재료에서 찾지 못했어요" if korean else f"{word}: not found in the ingredients"


def _may_text(allergy: Allergy, case: Case, verdict: str) -> str:
    korean = case.profile.locale == "ko"
    word = allergy_name(allergy, case.profile)
    if verdict == "fail":
        return (
            f"{word}: 제품에 따라 들어 있을 수 있어요. 원재료명을 확인하세요"
            if korean
            else f"{word}: may be inside depending on the brand; read the label"
        )
    if verdict == "unknown":
        return _untraced_text(word, korean=korean)
    return (
        f"{word}: 제품에 따라 들어갈 만한 재료도 없어요"
        if korean
        else f"{word}: no ingredient that may hold it"
    )


def _untraced_text(word: str, *, korean: bool) -> str:
    if korean:
        return (
            f"{word}: 어떤 식재료에 들어 있는지 몰라 확인하지 못했어요. "
            "재료 하나하나의 원재료명을 확인하세요"
        )
    return (
        f"{word}: could not be assessed, we do not know which foods hold it; "
        "read the label of every ingredient"
    )


def allergy_name(allergy: Allergy, profile: Profile) -> str:
    """What the person called it, with what it was taken for."""
    names = [allergens()[one].name(profile.locale) for one in allergy.allergens]
    # A word for many foods says it better than their list.
    if len(allergy.foods) == 1 or (profile.locale != "ko" and not allergy.word.isascii()):
        names += [foods()[one].name(profile.locale) for one in allergy.foods]
    meant = ", ".join(names)
    if profile.locale != "ko" and not allergy.word.isascii():
        return meant
    return allergy.word if meant in {"", allergy.word} else f"{allergy.word} ({meant})"


def matched_mass(rule: Rule, case: Case) -> Findings:
    """How much of the dish is known food; for guarded eaters one unknown name is enough.

    So is one food that only the steps name: nobody knows how much of it there is.
    """
    pct = round(case.serving.matched_pct, 1)
    unknown = [one.name for one in case.recipe.ingredients if one.food is None]
    # A pinch of salt nobody listed matters to a baby and in a disease, and to no one else.
    exact = bool(case.profile.conditions or case.profile.stage)
    unknown += [
        name for food, name in case.unlisted if food and (exact or not food.startswith("salt_"))
    ]
    unknown += case.recipe.unread
    if not unknown:
        yield case.finding(rule, "pass", pct, rule.low)
    elif guarded(case.profile) or pct < (rule.low or 0):
        yield case.finding(rule, "unknown", pct, rule.low, unknown)
    else:
        yield case.finding(rule, "warn", pct, rule.low, unknown)


def known_mass(rule: Rule, case: Case) -> Findings:
    """Nutrients that a hard rule needs and the table leaves blank for too much of the dish."""
    from aichef.food.nutrition import RATIOS, TERMS
    from aichef.recipe.check import field_of

    needed = {
        field_of(one, case.profile)
        for one in rules_for(case.profile)
        if one.kind == "nutrient" and one.severity == "hard"
    }
    blank = sorted(
        field
        for field in needed
        if (field in TERMS or field in RATIOS)
        and case.serving.unknown_mass_pct(field) > 100 - (rule.low or 95)
    )
    yield case.finding(rule, "unknown" if blank else "pass", ", ".join(blank) or None, rule.low)


def amount_positive(rule: Rule, case: Case) -> Findings:
    """Every amount is a real, positive weight a kitchen can hold."""
    most = 5000.0 * case.recipe.servings
    odd = [one.name for one in case.recipe.ingredients if one.problem or (one.grams or 0) > most]
    open_ended = [
        one.name for one in case.recipe.ingredients if not one.problem and one.grams is None
    ]
    if odd:
        yield case.finding(rule, "fail", foods=odd)
    elif open_ended:
        yield case.finding(rule, "unknown", foods=open_ended)
    else:
        yield case.finding(rule, "pass")


def servings(rule: Rule, case: Case) -> Findings:
    """Between one and twenty people."""
    low, high = rule.low or 1, rule.high or 20
    fits = low <= case.recipe.servings <= high
    verdict: Verdict = "pass" if fits else "fail"
    if fits and "servings_estimated" in case.recipe.assumptions:
        # Every figure per serving hangs on this number; an estimate certifies none of them.
        verdict = "unknown" if case.profile.conditions or case.profile.stage else "warn"
    yield case.finding(rule, verdict, case.recipe.servings, f"{low:g}-{high:g}")


def cooked(rule: Rule, case: Case) -> Findings:
    """The foods are cooked through before they are eaten; no word of a recipe makes them so."""
    yield _forms(rule, case, lambda one: is_cooked(one, case))


def is_cooked(ingredient: Ingredient, case: Case) -> bool | None:
    """Whether it is eaten cooked; None where the recipe leaves it open."""
    words = f"{ingredient.prep} {ingredient.name}".lower()
    if ingredient.raw or RAW.search(words):
        return False
    if RAW.search(case.text):
        return None
    if ingredient.form == "cooked" or ingredient.treatment in {"boiled", "blanched"}:
        return True
    return done(HEAT, ingredient, case.recipe) if case.recipe.instructions else None


def ground(rule: Rule, case: Case) -> Findings:
    """Finely ground or mashed; whole or chopped is refused."""

    def holds(one: Ingredient) -> bool:
        return one.form in {"ground", "mashed"} or bool(GROUND.search(f"{one.prep} "))

    yield _forms(rule, case, holds)


def cut(rule: Rule, case: Case) -> Findings:
    """Round food is quartered lengthwise or mashed."""

    def holds(one: Ingredient) -> bool:
        if one.form in {"cut", "ground", "mashed"} or CUT_BEFORE.search(one.prep):
            return True
        return bool(done(CUT, one, case.recipe))

    yield _forms(rule, case, holds)


def _forms(rule: Rule, case: Case, holds: Callable[[Ingredient], bool | None]) -> Finding:
    from aichef.recipe.check import meant

    these = [one for one in case.recipe.ingredients if meant(rule, one.food, one.name)]
    if not these:
        return case.finding(rule, "not_applicable")
    verdicts = {one.name: holds(one) for one in these}
    broken = [name for name, verdict in verdicts.items() if verdict is False]
    unclear = [name for name, verdict in verdicts.items() if verdict is None]
    if broken:
        return case.finding(rule, "fail", foods=broken)
    return case.finding(rule, "unknown" if unclear else "pass", foods=unclear)


def particle(rule: Rule, case: Case) -> Findings:
    """The steps leave no pieces larger than the stage allows."""
    left = largest_piece(case.recipe)
    fits = left is not None and left <= (rule.high or 0)
    yield case.finding(rule, "pass" if fits else "fail", left, rule.high)


def texture(rule: Rule, case: Case) -> Findings:
    """The steps bring the food to the texture of the stage."""
    told = SMOOTH if case.profile.stage in {"early", "middle"} else SIZE
    fits = any(told.search(clause) for clause in lines_of(case.recipe))
    yield case.finding(rule, "pass" if fits else "fail")


def porridge_ratio(rule: Rule, case: Case) -> Findings:
    """Water to soaked rice; raw rice drinks a fifth of its weight, flour wants twice the water."""
    grams = {
        one.food: one.edible_grams or 0.0 for one in case.recipe.ingredients if one.food is not None
    }
    rice = 1.2 * sum(grams.get(one, 0.0) for one in ("rice_white_raw", "rice_brown_raw"))
    rice += 2.0 * grams.get("rice_flour", 0.0)
    if not rice:
        yield case.finding(rule, "not_applicable")
        return
    ratio = grams.get("water", 0.0) / rice
    low, high = rule.low or 0.0, rule.high or float("inf")
    fits = low * 0.9 <= ratio <= high * 1.1
    yield case.finding(rule, "pass" if fits else "fail", round(ratio, 1), f"{low:g}-{high:g}")


def new_allergens(rule: Rule, case: Case) -> Findings:
    """At most one classic allergen the baby has not met."""
    met = {
        one
        for food in case.profile.current_foods
        for one in foods()[food].allergens
        if one in CLASSIC_ALLERGENS
    }
    new: dict[str, str] = {}
    for food, name in case.eaten:
        for one, certainty in (foods()[food].allergens if food else {}).items():
            if one in CLASSIC_ALLERGENS and certainty != "may" and one not in met:
                new.setdefault(one, name)
    high = rule.high if rule.high is not None else 1
    yield case.finding(rule, "pass" if len(new) <= high else "fail", len(new), high, new.values())


def new_foods(rule: Rule, case: Case) -> Findings:
    """At most one food the baby has not eaten yet; unknown while nobody said what it has eaten."""
    eaten = case.profile.current_foods
    new = [name for food, name in case.eaten if food is None or not is_met(food, eaten)]
    high = rule.high if rule.high is not None else 1
    verdict: Verdict = "unknown"
    if len(new) <= high:
        verdict = "pass"
    elif case.profile.current_foods:
        verdict = "fail"
    yield case.finding(rule, verdict, len(new), high, new)


def is_met(food: str, eaten: Iterable[str]) -> bool:
    """Whether a baby that ate those foods knows this one: the same thing in another form or cut.

    Rice is rice as grain, flour or cooked, and beef is beef; who ate an egg knows its yolk, but
    who ate the yolk has not met the egg.
    """
    if food == "water":
        return True
    known = {one for old in eaten for one in ({old} if old in _PARTS else _sorts(old))}
    return bool(_sorts(food) & known)


def _sorts(food: str) -> frozenset[str]:
    """The food, what it is made from without anything added, and the animal a cut is from."""
    row = foods()[food]
    if food.endswith("_broth"):
        return frozenset({food})
    made = {row.bought_as[0]} if row.bought_as else _ALSO.get(food, set())
    animal = {food.partition("_")[0]} if row.category == "meat" else set()
    return frozenset({food, *made, *animal})


_PARTS: Final = frozenset({"egg_yolk", "egg_white"})
_ALSO: Final[dict[str, set[str]]] = {
    "rice_flour": {"rice_white_raw"},
    "tofu_silken": {"tofu_firm"},
    "tofu_soft": {"tofu_firm"},
}


def iron_source(rule: Rule, case: Case) -> Findings:
    """Meat, fish, egg yolk, beans or fortified cereal is in it."""
    found = [name for food, name in case.eaten if food and "iron_source" in foods()[food].tags]
    yield case.finding(rule, "pass" if found else "fail", len(found), foods=found)


def deep_fry(rule: Rule, case: Case) -> Findings:
    """No deep-frying."""
    yield case.finding(rule, "fail" if case.deep_fried else "pass")


def heat_step(rule: Rule, case: Case) -> Findings:
    """The steps say that poultry, minced meat, egg and shellfish are cooked through."""
    touchy = [
        name
        for food, name in case.eaten
        if food
        and (
            foods()[food].category in NEEDS_HEAT_TOLD
            or "poultry" in foods()[food].tags
            or "ground" in food
        )
    ]
    if not touchy:
        yield case.finding(rule, "not_applicable")
    else:
        told = bool(HEAT_TOLD.search(case.text))
        yield case.finding(rule, "pass" if told else "fail", foods=() if told else touchy)


def budget_used(rule: Rule, case: Case) -> Findings:
    """Won for what the dish uses of the things bought."""
    money = case.money
    if money is None or money.used_won is None:
        yield case.finding(rule, "not_applicable")
        return
    budget = case.profile.budget
    over = money.used_won > budget
    # Something without a price could cost anything.
    verdict: Verdict = "fail" if over else "unknown" if money.unpriced else "pass"
    yield case.finding(rule, verdict, money.used_won, budget, money.unpriced)


def budget_till(rule: Rule, case: Case) -> Findings:
    """Won at the till, whole packs included."""
    money = case.money
    if money is None or money.till_won is None:
        yield case.finding(rule, "not_applicable")
        return
    budget = case.profile.budget
    fits = money.till_won <= budget
    yield case.finding(rule, "pass" if fits else "fail", money.till_won, budget)


def extra_purchases(rule: Rule, case: Case) -> Findings:
    """How many things have to be bought besides fridge and pantry."""
    money = case.money
    if money is None or money.bought is None:
        yield case.finding(rule, "not_applicable")
        return
    high = rule.high if rule.high is not None else 3
    yield case.finding(rule, "pass" if money.bought <= high else "fail", money.bought, high)


def must_use(rule: Rule, case: Case) -> Findings:
    """Everything marked must-use is in the dish."""
    wanted = [one for one in case.profile.available if one.must_use]
    if not wanted:
        yield case.finding(rule, "not_applicable")
        return
    inside = {food for food, _ in case.eaten}
    left = [one.name for one in wanted if one.food is None or one.food not in inside]
    used = 100 * (len(wanted) - len(left)) / len(wanted)
    yield case.finding(rule, "fail" if left else "pass", round(used), 100, left)


def coverage(rule: Rule, case: Case) -> Findings:
    """Share of the listed fridge items that the dish uses."""
    listed = [one for one in case.profile.available if one.food]
    if not listed:
        yield case.finding(rule, "not_applicable")
        return
    inside = {food for food, _ in case.eaten}
    pct = 100 * sum(one.food in inside for one in listed) / len(listed)
    yield case.finding(rule, "pass" if pct >= (rule.low or 60) else "fail", round(pct), rule.low)


def available(rule: Rule, case: Case) -> Findings:
    """Never more of a fridge item than there is."""
    most = {one.food: one.grams for one in case.profile.available if one.food and one.grams}
    over = [
        one.name
        for one in case.recipe.ingredients
        if one.food in most and (one.grams or 0.0) > most[one.food] + 0.5
    ]
    if not most:
        yield case.finding(rule, "not_applicable")
    else:
        yield case.finding(rule, "fail" if over else "pass", foods=over)


def spoilage(rule: Rule, case: Case) -> Findings:
    """Nothing that spoils past its use-by date, nothing else a month past it."""
    inside = {food for food, _ in case.eaten}
    gone = [
        one.name
        for one in case.profile.available
        if one.food in inside and is_late(one, case.today)
    ]
    yield case.finding(rule, "fail" if gone else "pass", foods=gone)


def spoils(food: Food) -> bool:
    """Whether the food must not be eaten past its use-by date (F06)."""
    if food.id in SPOILS_TOO or food.id.startswith("tofu"):
        return True
    return food.category in SPOILS and not KEEPS.search(food.id)


def is_late(one: Available, today: date) -> bool:
    """Whether a fridge item is too far past its date to be cooked."""
    if one.food is None or one.expires is None or one.expires >= today:
        return False
    perishes = spoils(foods()[one.food]) and not FROZEN.search(one.name.lower())
    return perishes or (today - one.expires).days > DAYS_KEPT


def dislikes(rule: Rule, case: Case) -> Findings:
    """Nothing the person does not like."""
    if not case.profile.dislikes:
        yield case.finding(rule, "not_applicable")
        return
    words = {word.replace(" ", "") for word in case.profile.dislikes}
    found = [
        name
        for food, name in case.eaten
        if food in case.profile.disliked_foods or name.replace(" ", "") in words
    ]
    yield case.finding(rule, "fail" if found else "pass", foods=found)


def cooking_time(rule: Rule, case: Case) -> Findings:
    """No longer than the person wants to spend."""
    most, takes = case.profile.cooking_time, case.recipe.minutes
    if most is None or takes is None:
        yield case.finding(rule, "not_applicable", takes, most)
    else:
        yield case.finding(rule, "pass" if takes <= most else "fail", takes, most)


def tools(rule: Rule, case: Case) -> Findings:
    """Only tools the person has."""
    has = case.profile.tools
    if has is None:
        yield case.finding(rule, "not_applicable")
        return
    lacking = [one for one in case.recipe.tools if one not in has]
    yield case.finding(rule, "fail" if lacking else "pass", ", ".join(lacking) or None)


DIFFICULTY: Final = {"easy": 0, "medium": 1, "hard": 2}
SKILL: Final = {"beginner": 0, "intermediate": 1, "advanced": 2}


def level(rule: Rule, case: Case) -> Findings:
    """Not harder than the person's skill."""
    difficulty = case.recipe.difficulty
    if difficulty is None:
        yield case.finding(rule, "not_applicable")
        return
    fits = DIFFICULTY[difficulty] <= SKILL[case.profile.level]
    yield case.finding(rule, "pass" if fits else "fail", difficulty, case.profile.level)


def assumed_medicines(rule: Rule, case: Case) -> Findings:
    """A medicine decides and nobody said which: the assumption, as something unknown."""
    asked = "medications_not_given" in case.profile.assumptions
    yield case.finding(rule, "unknown" if asked else "not_applicable")


def decided_before(rule: Rule, case: Case) -> Findings:
    """Decided from the profile alone in `admit.py`; a recipe that got here has passed."""
    yield case.finding(rule, "pass")


CHECKS: Final[Mapping[str, Callable[[Rule, Case], Findings]]] = {
    "allergen_contains": allergen_contains,
    "allergen_may": allergen_may,
    "amount_positive": amount_positive,
    "assumed_medicines": assumed_medicines,
    "available": available,
    "baby_min_age": decided_before,
    "baby_with_disease": decided_before,
    "budget_till": budget_till,
    "budget_used": budget_used,
    "cooked": cooked,
    "cooking_time": cooking_time,
    "coverage": coverage,
    "cut": cut,
    "deep_fry": deep_fry,
    "dislikes": dislikes,
    "extra_purchases": extra_purchases,
    "first_month": first_month,
    "ground": ground,
    "heat_step": heat_step,
    "iron_source": iron_source,
    "known_mass": known_mass,
    "level": level,
    "matched_mass": matched_mass,
    "must_use": must_use,
    "new_allergens": new_allergens,
    "new_foods": new_foods,
    "particle": particle,
    "porridge_ratio": porridge_ratio,
    "servings": servings,
    "spoilage": spoilage,
    "texture": texture,
    "tools": tools,
}
"""Functions behind rows of kind `check` and `form`, by the row's field."""


def rule_named(rule_id: str) -> Rule:
    """The row with this id; KeyError where there is none."""
    return next(rule for rule in all_rules() if rule.id == rule_id)
