"""What the stand-in of a model says: recipes that we wrote, good ones and ones with faults in them.

A good answer is a meal of the cook's book, lightly reworded, in the form a model answers in
(chef/answer_schema.json). `planted` puts hard faults into one: an allergen under another name,
honey at eight months, five times the salt, a step that adds what the list does not name or
claims what nobody checked. Same profile and seed, same answer.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, Final

from aichef.chef.korean import PAIRS, with_particle
from aichef.chef.write import Order
from aichef.cook import admitted
from aichef.errors import ChefError
from aichef.food.names import read_name
from aichef.food.table import foods
from aichef.kitchens.local import local_kitchen, now
from aichef.prices.find import known_prices
from aichef.profile.parse import parse_profile
from aichef.recipe.nutrients import nutrition
from aichef.recipe.rules import rules_for
from aichef.settings import Settings

if TYPE_CHECKING:
    from datetime import date

    from aichef.profile.model import Profile
    from aichef.recipe.model import Ingredient, Recipe

Data = dict[str, Any]

PROFILE: Final = "PROFILE:"
"""The line of a prompt that holds the profile as JSON."""

_DEFAULT: Final = '{"target": "keto"}'


def answer(prompt: str, seed: int, kind: str = "good") -> str:
    """JSON for the profile that the prompt holds, or a keto meal; same seed, same answer.

    `kind` is "good", or "fault" and "faults" for an answer with one planted fault, or several.
    """
    found = next((line for line in prompt.splitlines() if line.startswith(PROFILE)), "")
    profile = _read(found.removeprefix(PROFILE).strip() or _DEFAULT, seed)
    faults = {"good": 0, "fault": 1, "faults": 3}[kind]
    return planted(profile, seed, faults)[0]


def planted(profile: Profile, seed: int, faults: int) -> tuple[str, tuple[str, ...]]:
    """An answer for the profile with so many faults planted, and the faults' names.

    Raises Infeasible where the cook's book has no meal for the profile.
    """
    chance = random.Random(f"{seed}/{faults}")
    recipe = _composed(profile)
    data = _as_model(recipe, profile, now().date())
    for one, line in zip(recipe.ingredients, data["ingredients"], strict=True):
        known, line["name"] = line["name"], one.name
        if known != one.name:
            _rename(data, line, known)
    _reworded(data, profile, chance)
    named = _plant(data, profile, chance, faults)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")), named


def _read(text: str, seed: int) -> Profile:
    """The profile of a prompt with this seed; the default where it cannot be read or answered."""
    moment = now()
    for one in (text, _DEFAULT):
        try:
            asked = parse_profile({**json.loads(one), "seed": seed}, today=moment.date())
            return admitted(asked, moment)[0]
        except (ChefError, ValueError, TypeError):
            continue
    raise RuntimeError("the default profile is none")


@lru_cache(maxsize=8)
def _composed(profile: Profile) -> Recipe:
    """A meal of the cook's book; nobody is waited for."""
    kitchen = local_kitchen(Settings(Path(gettempdir()) / "aichef-stand-in"))
    order = Order(profile, lambda some: known_prices(some, kitchen.shops), now().date())
    story = kitchen.writer.write(order)
    try:
        story.send(None)
    except StopIteration as end:
        recipe: Recipe = end.value
        return recipe
    raise RuntimeError("the cook's book has waited")


def _as_model(recipe: Recipe, profile: Profile, today: date) -> Data:
    per_serving = nutrition(recipe, profile, today).per_serving
    return {
        "ingredients": [_line(one, profile.locale) for one in recipe.ingredients],
        "optional": [],
        "instructions": list(recipe.instructions),
        "recipeName": recipe.name,
        "description": recipe.description,
        "cookingTime": recipe.minutes,
        "difficulty": recipe.difficulty,
        "servings": recipe.servings,
        "servedWith": [
            {"name": foods()[one.food].name(profile.locale), "gramsPerServing": one.grams}
            for one in recipe.served_with
        ],
        "notes": recipe.notes,
        "claimed": {"kcal": round(per_serving.get("energy_kcal") or 0)},
    }


def _line(one: Ingredient, locale: str) -> Data:
    """A line under a name that is read as the same food: a model was told the names we know."""
    name, prep = one.name, one.prep
    if read_name(name).food != one.food and one.food:
        name = foods()[one.food].name(locale)
    if read_name(f"{prep} {name}").food != one.food:
        prep = ""
    return {"name": name, "amount": one.amount, "unit": one.unit, "prep": prep}


# ------------------------------------------------------------------ reworded


_SYNONYMS: Final = {
    "달걀": ("계란", "달걀"),
    "간장": ("진간장", "양조간장", "간장"),
    "대파": ("파", "대파"),
    "소금": ("꽃소금", "소금"),
    "두부": ("부침두부", "두부"),
    "애호박": ("호박", "애호박"),
    "우유": ("흰우유", "우유"),
    "쌀": ("백미", "쌀"),
    "설탕": ("백설탕", "설탕"),
    "양파": ("햇양파", "양파"),
    "egg": ("eggs", "egg"),
    "soy sauce": ("regular soy sauce", "soy sauce"),
    "salt": ("fine salt", "salt"),
}
_UNITS: Final = {
    "큰술": ("큰술", "T", "테이블스푼"),
    "작은술": ("작은술", "t", "티스푼"),
    "g": ("g", "g", "그램"),
    "tbsp": ("tbsp", "tablespoons"),
    "tsp": ("tsp", "teaspoons"),
}
_DECIMALS: Final = {"1/2": "0.5", "1/4": "0.25", "1과 1/2": "1.5", "1 1/2": "1.5", "2과 1/2": "2.5"}


def _reworded(data: Data, profile: Profile, chance: random.Random) -> None:
    """Other names, units and ways to write a number, and the words a model puts before a step."""
    for line in data["ingredients"]:
        other = chance.choice(_SYNONYMS.get(line["name"], (line["name"],)))
        if other != line["name"] and read_name(other).food == read_name(line["name"]).food:
            _rename(data, line, other)
        unit = chance.choice(_UNITS.get(line["unit"], (line["unit"],)))
        if profile.locale == "ko" or unit.isascii():
            line["unit"] = unit
        if chance.random() < 0.5:
            line["amount"] = _DECIMALS.get(line["amount"], line["amount"])
    steps = data["instructions"]
    if profile.locale == "ko" and chance.random() < 0.3 and steps:
        steps[0] = f"먼저 {steps[0]}"
    if chance.random() < 0.5:
        data["instructions"] = [f"{n}. {step}" for n, step in enumerate(steps, 1)]


def _rename(data: Data, line: Data, new: str) -> None:
    """The line under another name, in the steps and the title as well."""
    old, line["name"] = line["name"], new
    data["instructions"] = [_renamed(step, old, new) for step in data["instructions"]]
    for key in ("recipeName", "description", "notes"):
        data[key] = _renamed(data[key], old, new)


def _renamed(text: str, old: str, new: str) -> str:
    if new.isascii():
        return re.sub(rf"\b{re.escape(old)}(?:es|s)?\b", new, text)
    forms = "|".join(sorted(PAIRS, key=len, reverse=True))

    def put(hit: re.Match[str]) -> str:
        return with_particle(new, hit[1]) if hit[1] else new

    return re.sub(rf"(?<![가-힣]){re.escape(old)}({forms})?(?![가-힣])", put, text)


# ------------------------------------------------------------------ the planter


Fault = Callable[[Data, "Profile", random.Random], bool]
"""Plants one fault; False where the profile or the dish gives no occasion."""

_HIDDEN: Final = (
    *("oyster_sauce", "mayonnaise", "fishcake", "fish_sauce_anchovy", "fish_sauce_sandlance"),
    *("salted_shrimp", "shrimp_dried", "soy_sauce", "doenjang", "gochujang", "butter_salted"),
    *("milk_powder_whole", "cheese_parmesan", "cream_heavy", "peanut_butter", "peanut_roasted"),
    *("crab_stick", "curry_powder_mix", "pancake_mix_savory", "worcestershire", "wheat_flour_all"),
    *("sesame_roasted", "oil_sesame", "perilla_seed_powder", "oil_perilla", "walnut", "pine_nut"),
    *("almond_flour", "mustard_wholegrain", "celery", "ketchup", "tomato_puree", "garlic"),
    *("onion", "mirin", "ham_press", "bacon", "chicken_stock_powder", "beef_dashida"),
    *("buckwheat_flour", "squid_jeotgal", "anchovy_dashida", "kelp_dried", "egg", "tofu_firm"),
    *("soy_milk_unsweetened", "yogurt_plain", "cornstarch", "rice_flour", "peach", "kiwi_green"),
)
"""Foods in which an allergen is easily overlooked; where none fits, any other of the table."""

_SEASONS: Final = frozenset({"seasoning", "sweetener", "fat_oil", "alcohol"})
_SALTY: Final = frozenset(
    {"soy_sauce", "soy_sauce_soup", "doenjang", "gochujang", "salt_refined", "salt_sea"}
    | {"fish_sauce_anchovy", "salted_shrimp", "soy_sauce_low_sodium", "ssamjang"}
)
_BABY: Final = ("honey", "salted_shrimp", "soy_sauce", "sugar_white", "ham_press", "salt_refined")
_KETO: Final = (("onion", 160), ("carrot", 170), ("sweet_potato", 40), ("apple", 90), ("honey", 14))
_MEDICINE: Final = {
    "statin_ccb_grapefruit": ("grapefruit",),
    "warfarin": ("natto", "cheonggukjang"),
    "maoi": ("kimchi_napa", "doenjang"),
    "pregnancy": ("mirin", "wine_white"),
    "gout": ("anchovy_small_dried", "anchovy_large_dried"),
    "coeliac": ("soy_sauce", "wheat_flour_all"),
    "galactosaemia": ("milk_whole", "butter_salted"),
    "cirrhosis": ("cheongju",),
    "hyperthyroid_rai": ("kelp_dried",),
}
_DIETS: Final = {
    "vegan": ("fish_sauce_anchovy", "honey", "butter_salted", "egg"),
    "vegetarian": ("fish_sauce_anchovy", "bacon", "beef_dashida"),
    "pescatarian": ("bacon", "beef_dashida", "ham_press"),
    "gluten_free": ("soy_sauce", "wheat_flour_all"),
    "halal": ("bacon", "mirin", "pork_belly"),
}


def _plant(data: Data, profile: Profile, chance: random.Random, faults: int) -> tuple[str, ...]:
    """So many faults of different kinds, fewer where the profile gives no occasion for more."""
    kinds = list(_FAULTS)
    chance.shuffle(kinds)
    # What only this eater minds comes before what anybody would.
    kinds.sort(key=lambda kind: kind in _ANYBODY and chance.random() < 0.7)
    named: list[str] = []
    for kind in kinds:
        if len(named) >= faults:
            break
        if _FAULTS[kind](data, profile, chance):
            named.append(kind)
    if faults > 1 and chance.random() < 0.5:
        _claims(data, profile, chance)
        named.append("claims")
    return tuple(named)


def _allergen(data: Data, profile: Profile, chance: random.Random) -> bool:
    """An allergen as a hidden source, or under the name of something like it."""
    food = _source(profile, chance)
    return food is not None and _brought_in(data, food, profile, chance)


def _source(profile: Profile, chance: random.Random) -> str | None:
    if not profile.allergies:
        return None
    ids = {one for allergy in profile.allergies for one in allergy.allergens}
    named = {one for allergy in profile.allergies for one in allergy.foods}

    def holds(food: str) -> bool:
        sure = {one for one, level in foods()[food].allergens.items() if level != "may"}
        return bool(sure & ids) or food in named

    hidden = [one for one in _HIDDEN if holds(one)] or [one for one in foods() if holds(one)]
    return chance.choice(hidden) if hidden else None


def _infant(data: Data, profile: Profile, chance: random.Random) -> bool:
    """Honey, jeotgal, soy sauce or sugar before the first birthday."""
    if profile.baby_age_months is None or profile.baby_age_months >= 12:
        return False
    return _brought_in(data, chance.choice(_BABY), profile, chance)


def _medicine(data: Data, profile: Profile, chance: random.Random) -> bool:
    """What a medicine, a disease or a pregnancy forbids."""
    some = [food for one in profile.conditions for food in _MEDICINE.get(one, ())]
    return bool(some) and _brought_in(data, chance.choice(some), profile, chance)


def _diet(data: Data, profile: Profile, chance: random.Random) -> bool:
    """What the eater's diet leaves out."""
    some = [food for one in profile.diet for food in _DIETS.get(one, ())]
    return bool(some) and _brought_in(data, chance.choice(some), profile, chance)


def _disliked(data: Data, profile: Profile, chance: random.Random) -> bool:
    """What the eater said they do not like."""
    some = sorted(profile.disliked_foods)
    return bool(some) and _brought_in(data, chance.choice(some), profile, chance)


def _carbohydrate(data: Data, profile: Profile, chance: random.Random) -> bool:
    """Twelve grams of carbohydrate a serving in a meal that calls itself keto."""
    if profile.target != "keto":
        return False
    food, grams = chance.choice(_KETO)
    return _added(data, food, float(grams * profile.servings), profile, chance)


def _brought_in(data: Data, food: str, profile: Profile, chance: random.Random) -> bool:
    """The food in the place of a seasoning of its kind, or as a line of its own."""
    table = foods()
    if any(read_name(line["name"]).food == food for line in data["ingredients"]):
        return False
    alike = [
        line
        for line in data["ingredients"]
        if (other := read_name(line["name"]).food)
        and table[other].category == table[food].category
        and other != "water"
    ]
    if alike and chance.random() < 0.4:
        line = chance.choice(alike)
        _rename(data, line, table[food].name(profile.locale))
        line["prep"] = ""
        return True
    season = table[food].category in _SEASONS
    grams = (12.0 if season else 40.0) * profile.servings
    if profile.stage:
        grams /= 4
    return _added(data, food, grams, profile, chance)


_SEASON_KO: Final = (
    "마지막에 {name:을} {amount} 넣어 섞습니다.",
    "{name} {amount:을} 넣고 고루 섞은 뒤 1분 더 익힙니다.",
    "불을 끄고 {name:을} {amount} 둘러 맛을 냅니다.",
)
_SOLID_KO: Final = (
    "{name} {amount:을} 먹기 좋은 크기로 썰어 넣고 3분 더 익힙니다.",
    "{name:을} {amount} 곁들여 함께 익힙니다.",
    "{name:은} {amount} 준비해 씻어 둡니다.",
)
_SEASON_EN: Final = (
    "Add {amount} of {name} and stir well.",
    "Finish with {amount} of {name}.",
    "Stir in {name} ({amount}) and cook for another minute.",
)
_SOLID_EN: Final = (
    "Chop {amount} of {name}, add and cook for another 3 minutes.",
    "Add {amount} of {name} and cook until tender.",
    "Rinse {name} ({amount}) and set aside.",
)


def _added(data: Data, food: str, grams: float, profile: Profile, chance: random.Random) -> bool:
    """A line of its own, with a step, sometimes in the title; or slipped into a step there is."""
    korean = profile.locale == "ko"
    name = foods()[food].name(profile.locale)
    if read_name(name).food != food:
        return False
    season = foods()[food].category in _SEASONS
    spoons = max(1, round(grams / 12))
    amount, unit = (str(spoons), "큰술" if korean else "tbsp") if season else (f"{grams:g}", "g")
    line = {"name": name, "amount": amount, "unit": unit, "prep": ""}
    lines = data["ingredients"]
    lines.insert(chance.randint(0, len(lines)), line)
    said = f"{amount}{unit}" if korean else f"{amount} {unit}"
    if not (chance.random() < 0.35 and _slipped_in(data, name, korean=korean)):
        texts = (_SEASON_KO if season else _SOLID_KO) if korean else (
            _SEASON_EN if season else _SOLID_EN
        )  # fmt: skip
        _step(data, _said(chance.choice(texts), name, said), chance)
    if chance.random() < 0.3:
        title = data["recipeName"]
        data["recipeName"] = f"{name} {title}" if korean else f"{title} with {name}"
    if chance.random() < 0.2:
        data["description"] += (
            f" {with_particle(name, '으로')} 맛을 더했습니다."
            if korean
            else f" {name.capitalize()} gives it its taste."
        )
    return True


def _said(text: str, name: str, amount: str) -> str:
    def put(hit: re.Match[str]) -> str:
        word = name if hit[1] == "name" else amount
        return with_particle(word, hit[2]) if hit[2] else word

    return re.sub(r"\{(name|amount)(?::(.))?\}", put, text)


def _slipped_in(data: Data, name: str, *, korean: bool) -> bool:
    """The name beside another in a step: "양파를" becomes "양파와 굴소스를"."""
    for line in data["ingredients"]:
        old = line["name"]
        if old == name:
            continue
        for n, step in enumerate(data["instructions"]):
            if korean:
                hit = re.search(rf"(?<![가-힣]){re.escape(old)}[을를] (?!\d)", step)
                both = f"{with_particle(old, '와')} {with_particle(name, '을')} "
            else:
                hit = re.search(rf"\b(?:[Aa]dd) {re.escape(old)}\b(?! (?:and|\())", step)
                both = f"Add {old} and {name}"
            if hit:
                data["instructions"][n] = step[: hit.start()] + both + step[hit.end() :]
                return True
    return False


def _step(data: Data, said: str, chance: random.Random) -> None:
    """A step of its own before the last one, or a sentence at the end of one."""
    steps = data["instructions"]
    place = chance.randint(max(0, len(steps) - 2), len(steps))
    if chance.random() < 0.5:
        steps.insert(place, said)
    else:
        steps[place - 1] = f"{steps[place - 1]} {said}"


_TIMES: Final[tuple[tuple[str, int, Callable[[str], bool]], ...]] = (
    ("salt", 5, lambda food: food in _SALTY),
    ("sugar", 4, lambda food: foods()[food].category == "sweetener"),
    ("rice", 3, lambda food: "staple" in foods()[food].tags),
    ("oil", 3, lambda food: foods()[food].category == "fat_oil"),
)
_LIMITED: Final = {
    "salt": {"sodium_mg", "salt_equivalent_g", "sodium_mg_per_100g"},
    "sugar": {"added_sugars_g"},
    "rice": {"carbohydrate_g", "energy_kcal", "counted_carbohydrate_g"},
    "oil": {"energy_kcal", "fat_g"},
}


def _amounts(data: Data, profile: Profile, chance: random.Random) -> bool:
    """Salt five times, sugar four times, rice or oil three times, where a hard rule limits it."""
    fields = {
        rule.field
        for rule in rules_for(profile)
        if rule.kind == "nutrient" and rule.severity == "hard" and rule.high is not None
    } - {"energy_kcal" if profile.target != "diet" else ""}
    ways = [one for one in _TIMES if _LIMITED[one[0]] & fields - {"salt_equivalent_g"}]
    chance.shuffle(ways)
    for _, times, meant in ways:
        lines = [
            one
            for one in data["ingredients"]
            if (food := read_name(one["name"]).food) and meant(food) and _number(one["amount"])
        ]
        if lines:
            for line in lines:
                _multiplied(data, line, times, profile)
            return True
    return False


def _number(text: str) -> float | None:
    from aichef.food.numbers import number

    value = number(text)
    return None if value is None else float(value)


def _multiplied(data: Data, line: Data, times: int, profile: Profile) -> None:
    old, value = line["amount"], _number(line["amount"])
    new = f"{(value or 0.0) * times:g}"
    joint = "" if profile.locale == "ko" else " "
    for unit in {line["unit"], "큰술", "작은술", "g", "tbsp", "tsp"}:
        said, now_said = f"{old}{joint}{unit}", f"{new}{joint}{unit}"
        data["instructions"] = [
            re.sub(rf"(?<![\d/.]){re.escape(said)}", now_said, step)
            if line["name"] in step
            else step
            for step in data["instructions"]
        ]
    line["amount"] = new


def _misspelt(data: Data, profile: Profile, chance: random.Random) -> bool:
    """A name nobody knows: one vowel of its last syllable is another, or a letter is doubled."""
    lines = [one for one in data["ingredients"] if read_name(one["name"]).food != "water"]
    chance.shuffle(lines)
    for line in lines:
        name = line["name"]
        if profile.locale == "ko":
            code = ord(name[-1]) - 0xAC00
            if not 0 <= code < 11_172:
                continue
            vowel = (code // 28 + 2) % 21
            wrong = name[:-1] + chr(0xAC00 + code // 588 * 588 + vowel * 28 + code % 28)
        else:
            wrong = f"{name[:-2]}{name[-1]}{name[-2]}x"
        if read_name(wrong).food is None:
            _rename(data, line, wrong)
            return True
    return False


def _only_told(data: Data, profile: Profile, chance: random.Random) -> bool:
    """A step, or a note, that adds what the list does not name and this eater must not have."""
    food = _source(profile, chance)
    noted = profile.allergies and chance.random() < 0.4
    if food is None and profile.baby_age_months is not None and profile.baby_age_months < 12:
        food = chance.choice(("honey", "honey", "salt_refined"))
        noted = chance.random() < 0.5
    if food is None and profile.target in {"keto", "diabetes"}:
        food = chance.choice(("sugar_white", "honey"))
    if food is None or any(read_name(one["name"]).food == food for one in data["ingredients"]):
        return False
    name = foods()[food].name(profile.locale)
    if profile.locale == "ko":
        if noted:
            said = chance.choice(("조금 뿌려 드시면 더 맛있습니다.", "조금 곁들여 주세요."))
            data["notes"] += f" {with_particle(name, '을')} {said}"
        else:
            _step(data, f"{with_particle(name, '을')} 1큰술 넣어 잘 섞습니다.", chance)
    elif noted:
        data["notes"] += f" A little {name} on top tastes even better."
    else:
        _step(data, f"Stir in 1 tbsp of {name}.", chance)
    return True


def _servings(data: Data, profile: Profile, chance: random.Random) -> bool:
    """An answer for another number of people."""
    wrong = [n for n in (1, 2, 3, 4, 6, 8) if n != profile.servings]
    data["servings"] = chance.choice(wrong)
    return True


def _unit(data: Data, profile: Profile, chance: random.Random) -> bool:
    """An amount in a unit nobody has."""
    line = chance.choice(data["ingredients"])
    wrong = ("스쿱", "바가지", "덩치") if profile.locale == "ko" else ("dollops", "gugs", "wads")
    line["amount"], line["unit"] = str(chance.randint(1, 4)), chance.choice(wrong)
    return True


_ANIMAL: Final = frozenset({"meat", "fish", "egg", "crustacean", "mollusc"})


def _raw(data: Data, profile: Profile, chance: random.Random) -> bool:
    """Meat, fish or egg that is left half raw, for someone who must have it cooked."""
    if not any(rule.field == "cooked" and len(rule.foods) > 10 for rule in rules_for(profile)):
        return False
    names = [
        one["name"]
        for one in data["ingredients"]
        if (food := read_name(one["name"]).food) and foods()[food].category in _ANIMAL
    ]
    if not names:
        return False
    name = chance.choice(names)
    if profile.locale == "ko":
        said = chance.choice(
            ("{} 겉면만 익혀 촉촉하게 냅니다.", "{} 살짝만 익혀 부드럽게 마무리합니다.")
        ).format(with_particle(name, "은"))
    else:
        said = f"Keep the {name} medium-rare so that it stays tender."
    _step(data, said, chance)
    return True


def _claims(data: Data, profile: Profile, chance: random.Random) -> bool:
    """Praise that no recipe may have of itself."""
    if profile.locale == "ko":
        data["notes"] += chance.choice(
            (" 무염이라 좋습니다.", " 알레르기가 있어도 안전한 한 끼예요.", " 0kcal 요리예요.")
        )
    else:
        data["notes"] += chance.choice((" Salt-free and safe for everyone.", " It has 0 kcal."))
    return True


_CLAIMS_KO: Final = {
    "diabetes": (
        "먹기 전에 인슐린을 반만 맞고 드세요.",
        "약을 끊어도 될 만큼 혈당에 좋습니다.",
        "의사와 상의할 필요 없어요.",
        "식이섬유를 넣어 혈당을 천천히 올리도록 2분 더 끓입니다.",
    ),
    "keto": ("순탄수 2g밖에 안 됩니다.", "한 그릇에 당은 1g뿐이에요."),
    "baby_food": (
        "남으면 상온에 하루 두었다가 다시 먹입니다.",
        "약 대신 먹여도 됩니다.",
        "알레르기가 있는 아기도 먹을 수 있어요.",
    ),
    "": (
        "임산부와 6개월 아기도 먹을 수 있어요.",
        "콜레스테롤을 낮추고 신장에 좋아요.",
        "글루텐이 들어 있지 않아 누구나 먹을 수 있어요.",
        "남은 것은 실온에 이틀 두어도 괜찮아요.",
        "유제품은 하나도 쓰지 않았어요.",
        "나트륨이 거의 없는 저염식이에요.",
        "볶은 채소는 면역력을 높여 줍니다.",
    ),
}
_CLAIMS_EN: Final = (
    "Contains no nuts, dairy or gluten.",
    "It is gluten-free and suitable for coeliacs.",
    "Keeps for two weeks at room temperature.",
    "Only 2 g of net carbs a serving.",
    "Babies from six months can eat it too.",
    "You can skip your medicine after this.",
    "Good for the heart and the kidneys.",
)


def _claims_in_steps(data: Data, profile: Profile, chance: random.Random) -> bool:
    """Figures, effects, fitness, absence and keeping, told between the steps."""
    said = (*_CLAIMS_KO.get(profile.target, ()), *_CLAIMS_KO[""])
    for one in chance.sample(said if profile.locale == "ko" else _CLAIMS_EN, k=2):
        _step(data, one, chance)
    return True


def _again_and_again(data: Data, profile: Profile, chance: random.Random) -> bool:
    """A seasoning that the list has once and the steps add four times more."""
    lines = [
        one
        for one in data["ingredients"]
        if (food := read_name(one["name"]).food)
        and foods()[food].category in _SEASONS
        and _number(one["amount"])
    ]
    if not lines:
        return False
    line = chance.choice(lines)
    name, amount, unit = line["name"], line["amount"], line["unit"]
    texts = (
        ("{name:을} {amount} 더 넣습니다.", "{name} {amount:을} 넣어 섞습니다.")
        if profile.locale == "ko"
        else ("Add another {amount} of {name}.", "Stir in {amount} of {name}.")
    )
    said = f"{amount}{unit}" if profile.locale == "ko" else f"{amount} {unit}"
    for _ in range(4):
        _step(data, _said(chance.choice(texts), name, said), chance)
    return True


_FAULTS: Final[dict[str, Fault]] = {
    "allergen": _allergen,
    "infant": _infant,
    "medicine": _medicine,
    "diet": _diet,
    "disliked": _disliked,
    "carbohydrate": _carbohydrate,
    "amounts": _amounts,
    "misspelt": _misspelt,
    "only told": _only_told,
    "servings": _servings,
    "unit": _unit,
    "raw": _raw,
    "claims in steps": _claims_in_steps,
    "amounts repeated in steps": _again_and_again,
}
_ANYBODY: Final = frozenset(
    {"misspelt", "servings", "unit", "disliked", "claims in steps", "amounts repeated in steps"}
)


def kinds() -> tuple[str, ...]:
    """Names of the faults that can be planted."""
    return (*_FAULTS, "claims")
