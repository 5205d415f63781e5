"""A second checker of meals, written from the rule texts and not from the engine.

Plain arithmetic over the data files; nothing of `aichef` is imported (a test reads the imports).
`violations` takes section 4's JSON and the profile as a plain dict with canonical ids and says
what is wrong, each sentence beginning with the rule. Where the shared figures are present they
are used as well, so that a slip in our own tables shows.
"""

from __future__ import annotations

import csv
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[1] / "src" / "aichef"
SHARED = Path(os.environ.get("AICHEF_SHARED", Path(__file__).parents[2] / "shared")) / "domain"

Row = dict[str, str]
Range = tuple[float, float]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ------------------------------------------------------------------ the rules, from their texts

LIMITS: tuple[tuple[str, str, str, float | None, float | None], ...] = (
    # rule, target or condition, field, least, most; per meal, what it is served with included
    ("K03", "keto", "fat_energy_pct", 70, None),
    ("K05", "keto", "protein_energy_pct", None, 30),
    ("K07", "keto", "added_sugars_g", None, 1),
    ("D02", "diabetes", "carbohydrate_g", None, 90),
    ("D06", "diabetes", "added_sugars_g", None, 15),
    ("D12", "diabetes", "sodium_mg", None, 1150),
    ("W02", "diet", "energy_kcal", 50, 700),
    ("W10", "diet", "sodium_mg", None, 1500),
    ("diabetes_t2.02", "diabetes_t2", "carbohydrate_g", None, 90),
    ("diabetes_t2.05", "diabetes_t2", "added_sugars_g", None, 15),
    ("diabetes_t2.08", "diabetes_t2", "sodium_mg", None, 1150),
    ("gdm.01", "gdm", "carbohydrate_g", 30, None),
    ("gdm.03", "gdm", "added_sugars_g", None, 5),
    ("hypertension.02", "hypertension", "sodium_mg", None, 800),
    ("heart_failure.01", "heart_failure", "sodium_mg", None, 600),
    ("cvd.02", "cvd", "saturated_fat_energy_pct", None, 7),
    ("dyslipidaemia.02", "dyslipidaemia", "saturated_fat_energy_pct", None, 7),
    ("hypertriglyceridaemia.01", "hypertriglyceridaemia", "added_sugars_g", None, 8),
    ("hypertriglyceridaemia.03", "hypertriglyceridaemia", "alcohol_g", None, 0.5),
    ("obesity.02", "obesity", "energy_kcal", None, 700),
    ("ckd.01", "ckd", "sodium_mg", None, 667),
    ("ckd.03", "ckd", "protein_g", None, 20),
    ("ckd.05", "ckd", "potassium_mg", None, 910),
    ("ckd_hyperkalaemia.01", "ckd_hyperkalaemia", "potassium_mg", None, 520),
    ("dialysis.01", "dialysis", "sodium_mg", None, 667),
    ("dialysis.03", "dialysis", "potassium_mg", None, 700),
    ("gout.02", "gout", "purine_mg", None, 200),
    ("fatty_liver.02", "fatty_liver", "added_sugars_g", None, 8),
    ("fatty_liver.03", "fatty_liver", "alcohol_g", None, 0.5),
    ("cirrhosis.01", "cirrhosis", "sodium_mg", None, 600),
    ("lactation.01", "lactation", "alcohol_g", None, 0.5),
    ("gastrectomy.01", "gastrectomy", "added_sugars_g", None, 5),
    ("lactose_intolerance.01", "lactose_intolerance", "lactose_g", None, 12),
    ("gallstone_pancreatitis.01", "gallstone_pancreatitis", "fat_g", None, 15),
    ("gallstone_pancreatitis.02", "gallstone_pancreatitis", "alcohol_g", None, 0.5),
)
KEPT_AWAY = {"ckd", "ckd_hyperkalaemia", "dialysis", "heart_failure", "cirrhosis"}
"""Their hard maxima are kept a tenth away from (METHOD section 3)."""

NO_SHARE = {"hypertension.02", "K03", "K05", "K07"}
"""Per serving as eaten: the dish share does not widen them."""

SHARE = {"meal": 1.0, "main": 0.6, "soup": 0.4, "side": 0.2}

NO_KETO = {
    "ckd",
    "dialysis",
    "pregnancy",
    "lactation",
    "diabetes_t1",
    "gdm",
    "sglt2i",
    "insulin_su",
    "gallstone_pancreatitis",
    "eating_disorder",
    "cvd",
    "dyslipidaemia",
    "hypertriglyceridaemia",
    "cirrhosis",
    "epilepsy_keto",
    "fatty_acid_oxidation",
    "porphyria",
}
NO_WEIGHT_LOSS = {"pregnancy", "gdm", "eating_disorder"}

COOKED_ONLY = {"pregnancy", "kidney_transplant", "neutropenia", "cirrhosis", "haemochromatosis"}
"""Raw or undercooked animal food is refused to them."""

ALCOHOL = {"soju", "makgeolli", "wine_red", "wine_white", "beer", "cheongju", "mirin"} | {
    "vanilla_extract"
}
NO_ALCOHOL = {"pregnancy", "cirrhosis", "alcohol_avoid", "gdm"}
STATE_RULES = {"cirrhosis.03", "kidney_transplant.01", "pregnancy.02", "haemochromatosis.02"} | {
    "neutropenia.01"
}
"""Avoid rows of the shared table that mean the raw state of foods such as the oyster."""

AMOUNTS: tuple[tuple[str, str, frozenset[str], float], ...] = (
    # rule, condition, foods, most grams in one serving
    (
        "gout.03",
        "gout",
        words(
            "chicken_liver pork_liver beef_liver anchovy_small_dried anchovy_large_dried "
            "shrimp_dried sardine whitebait_dried"
        ),
        10,
    ),
    ("pregnancy.04", "pregnancy", frozenset({"beef_liver", "pork_liver", "chicken_liver"}), 50),
    ("pregnancy.05", "pregnancy", frozenset({"tuna_raw"}), 100),
    ("lactation.02", "lactation", frozenset({"tuna_raw"}), 100),
)
ANIMAL_ALLERGENS = words(
    "egg milk beef pork chicken fish mackerel crab shrimp crustacean squid shellfish mollusc"
)
FLESH_ALLERGENS = ANIMAL_ALLERGENS - {"egg", "milk"}
MEAT_ALLERGENS = frozenset({"beef", "pork", "chicken"})

MEDICINES = {
    "와파린": "warfarin",
    "인슐린": "insulin_su",
    "포시가": "sglt2i",
    "심바스타틴": "statin_ccb_grapefruit",
    "로사르탄": "raas_k",
    "리네졸리드": "maoi",
    "메트포르민": "",
    "없음": "",
}
"""Medicines that random profiles name, and the rules they switch on."""

IMPLIED = {"gdm": "pregnancy"}
BASIC = words(
    "water salt_refined salt_sea sugar_white black_pepper oil_soybean oil_canola soy_sauce "
    "soy_sauce_soup vinegar_brewed oil_sesame sesame_roasted garlic chili_powder_korean gochujang "
    "doenjang rice_white_raw"
)
"""Rule F04's list, which is the basic pantry."""

TRIMMED = re.compile(
    r"손질|깐|살$|순살|껍질|과육|다진|벗긴|물기를|필렛|peeled|cleaned|trimmed|flesh|fillet|minced|"
    r"boneless|skinless|shelled|drained|pitted"
)
SPOILS = {"meat", "fish", "processed_meat", "crustacean", "mollusc", "fish_processed"}
SPOILING = re.compile(r"^tofu_|^sundubu|_juice$")
"""F06: past its date meat, fish, tofu and fresh juice are not used; other food is looked at."""

SHOWN = words(
    "energy_kcal carbohydrate_g sugars_g fibre_g protein_g fat_g saturated_fat_g sodium_mg "
    "potassium_mg phosphorus_mg calcium_mg iron_mg cholesterol_mg"
)

# ------------------------------------------------------------------ the tables


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


@cache
def foods() -> dict[str, Row]:
    return {row["id"]: row for row in read(SOURCE / "food/data/foods.csv")}


@cache
def seed() -> dict[str, Row]:
    path = SHARED / "composition_seed.csv"
    return {row["id"]: row for row in read(path)} if path.exists() else {}


@cache
def facts() -> dict[str, Row]:
    return {row["food"]: row for row in read(SOURCE / "food/data/facts.csv")}


@cache
def tags() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in read(SOURCE / "food/data/tags.csv"):
        found.setdefault(row["food"], set()).add(row["tag"])
    return {food: frozenset(some) for food, some in found.items()}


@cache
def first_months() -> dict[str, int | None]:
    return {
        row["food"]: int(row["first_month"]) if row["first_month"] else None
        for row in read(SOURCE / "food/data/baby.csv")
    }


@cache
def food_allergens() -> dict[str, dict[str, str]]:
    """Food → allergen → the surest certainty of our table and the shared one."""
    order = ("contains", "likely", "may")
    found: dict[str, dict[str, str]] = {}
    rows = [
        (row["food"], row["allergen"], row["certainty"])
        for row in read(SOURCE / "food/data/food_allergens.csv")
    ]
    shared = SHARED / "ingredient_allergens.csv"
    if shared.exists():
        rows += [
            (row["ingredient_id"], row["allergen_id"], row["certainty"]) for row in read(shared)
        ]
    for food, allergen, certainty in rows:
        have = found.setdefault(food, {}).get(allergen, "may")
        if certainty in order and order.index(certainty) <= order.index(have):
            found[food][allergen] = certainty
    return found


@cache
def allergen_members() -> dict[str, frozenset[str]]:
    return {
        row["id"]: frozenset({row["id"], *filter(None, row["members"].split("|"))})
        for row in read(SOURCE / "food/data/allergens.csv")
    }


@cache
def retention() -> dict[tuple[str, str, str], float]:
    """(category or food, treatment, nutrient) → share kept."""
    found = {
        (row["category"], row["treatment"], row["nutrient"]): float(row["factor"])
        for row in read(SOURCE / "food/data/retention.csv")
    }
    for row in read(SOURCE / "food/data/yields.csv"):
        for nutrient in ("sodium", "potassium"):
            if share := row[f"{nutrient}_retention"]:
                found[row["food"], row["method"], f"{nutrient}_mg"] = float(share)
    return found


@cache
def names() -> dict[str, str]:
    found = {row["name_ko"]: food for food, row in foods().items()}
    found.update({row["name"]: row["food"] for row in read(SOURCE / "food/data/names.csv")})
    return found | {food: food for food in foods()}


@cache
def densities() -> dict[str, float]:
    return {row["food"]: float(row["g_per_ml"]) for row in read(SOURCE / "food/data/densities.csv")}


@cache
def pieces() -> dict[tuple[str, str], float]:
    return {
        (row["food"], row["unit"]): float(row["grams"])
        for row in read(SOURCE / "food/data/pieces.csv")
    }


@cache
def price_rows() -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in read(SOURCE / "prices/data/price_book.csv"):
        found.setdefault((row["food"], row["product"]), []).append(row)
        # Of what is sold loose less may be bought than was surveyed.
        found.setdefault((row["food"], f"{row['product']} 시세"), []).append(row)
    return found


@cache
def rules() -> list[Row]:
    """Hard rows of our rule table that forbid, limit or ask a form of foods."""
    return [
        row
        for row in read(SOURCE / "recipe/data/rules.csv")
        if row["severity"] == "hard" and row["kind"] in {"avoid", "amount", "form"}
    ]


@cache
def shared_avoid() -> list[tuple[str, str, tuple[int, int] | None, frozenset[str]]]:
    """Hard avoid rows of the shared tables: rule, whom, months, foods."""
    found: list[tuple[str, str, tuple[int, int] | None, frozenset[str]]] = []
    if (SHARED / "targets.csv").exists():
        for row in read(SHARED / "targets.csv"):
            if row["field"] == "ingredient_avoid" and row["severity"] == "hard":
                months = re.search(r"<(\d+) m", row["stage"])
                span = (0, int(months[1]) - 1) if months else None
                target = {"baby": "baby_food"}.get(row["target"], row["target"])
                if row["rule_id"] != "B42":
                    found.append((row["rule_id"], target, span, _ids(row["ingredient_ids"])))
        for row in read(SHARED / "conditions.csv"):
            avoid = row["rule_type"] == "ingredient_avoid" and row["op"] == "avoid"
            by_portion = {"gout.03", "pregnancy.04"}
            if avoid and row["severity"] == "hard" and row["rule_id"] not in by_portion:
                ids = _ids(row["ingredient_ids"])
                found.append((row["rule_id"], row["condition_id"], None, ids))
    return found


def _ids(cell: str) -> frozenset[str]:
    return frozenset(filter(None, cell.split("|")))


# ------------------------------------------------------------------ the profile


@dataclass(frozen=True)
class Eater:
    """What of the profile decides."""

    target: str
    servings: int
    budget: int
    conditions: frozenset[str]
    allergens: frozenset[str]
    foods: frozenset[str]
    strict: bool
    months: int | None
    age: int | None
    diet: frozenset[str]
    profile: Mapping[str, Any]

    @property
    def baby(self) -> bool:
        return self.target == "baby_food"

    @property
    def gated(self) -> bool:
        """Whether what is unknown closes the gate."""
        return self.baby or bool(self.conditions or self.allergens or self.foods)

    def has(self, who: str) -> bool:
        return who in {self.target, "all"} or who in self.conditions or who in self.diet


def eater(profile: Mapping[str, Any]) -> Eater:
    conditions = {*profile.get("healthConditions", ())}
    conditions |= {MEDICINES[one] for one in profile.get("medications", ())} - {""}
    conditions |= {IMPLIED[one] for one in conditions if one in IMPLIED}
    words = profile.get("allergies", ())
    return Eater(
        target=profile["target"],
        servings=profile.get("servings", 2),
        budget=profile.get("budget", 30_000),
        conditions=frozenset(conditions),
        allergens=frozenset().union(
            *(allergen_members()[one] for one in words if one in allergen_members())
        ),
        foods=frozenset(names()[one] for one in words if one not in allergen_members()),
        strict=profile.get("strictAllergies", False),
        months=profile.get("babyAgeMonths") if profile["target"] == "baby_food" else None,
        age=profile.get("age"),
        diet=frozenset(profile.get("diet", ())),
        profile=profile,
    )


# ------------------------------------------------------------------ the arithmetic


@dataclass(frozen=True)
class Part:
    """So much of a food in one serving."""

    food: str
    edible: float
    treatment: str = ""
    raw: bool = False
    form: str = ""
    row: Mapping[str, Any] | None = None

    @property
    def category(self) -> str:
        return foods()[self.food]["category"]

    @property
    def tags(self) -> frozenset[str]:
        return tags().get(self.food, frozenset())


def cell(row: Row, nutrient: str) -> Range:
    """Least and most of a nutrient in 100 g; a blank is bounded by its parent first."""
    if row[nutrient] != "":
        return float(row[nutrient]), float(row[nutrient])
    category = row["category"]
    animal = {"meat", "processed_meat", "fish", "egg", "dairy", "crustacean", "mollusc"}
    plant = {"grain", "starch", "tuber", "legume", "vegetable", "mushroom", "fruit", "nut_seed"}
    plant |= {"seaweed", "sweetener"}
    if nutrient == "saturated_fat_g":
        return 0.0, cell(row, "fat_g")[1]
    if nutrient == "sugars_g":
        return 0.0, cell(row, "carbohydrate_g")[1]
    if nutrient == "fibre_g":
        return 0.0, 0.0 if category in animal else cell(row, "carbohydrate_g")[1]
    if nutrient == "cholesterol_mg" and category in plant:
        return 0.0, 0.0
    return 0.0, math.inf


def of_food(part: Part, field: str) -> Range:
    """Least and most of a field in 100 g of a part's food."""
    row = foods()[part.food]
    fact = facts().get(part.food, {})
    if field == "alcohol_g":
        value = float(fact.get("alcohol_g") or 0)
        return value, value
    if field == "purine_mg":
        known = fact.get("purine_mg") or ("0" if part.food == "water" else "")
        return (float(known), float(known)) if known else (0.0, math.inf)
    if field == "added_sugars_g":
        return cell(row, "sugars_g") if "added_sugar" in part.tags else (0.0, 0.0)
    if field == "lactose_g":
        milky = "lactose" in part.tags and part.food != "milk_lactose_free"
        return cell(row, "sugars_g") if milky else (0.0, 0.0)
    if field in {"counted_carbohydrate_g", "carbohydrate_g"}:
        # Nobody digests them, so no figure of carbohydrate holds them (DESIGN section 3).
        free = part.food in {"erythritol", "allulose", "stevia"}
        return (0.0, 0.0) if free else cell(row, "carbohydrate_g")
    return cell(row, field)


def kept(part: Part, field: str) -> float:
    if not part.treatment:
        return 1.0
    table = retention()
    for key in (part.food, part.category):
        if (key, part.treatment, field) in table:
            return table[key, part.treatment, field]
    return 1.0


def amount(parts: Iterable[Part], field: str) -> tuple[float, float, float]:
    """Least and most in one serving, and the share of the dry mass nothing is known of."""
    low = high = unknown = mass = 0.0
    for part in parts:
        least, most = of_food(part, field)
        grams = part.edible / 100 * kept(part, field)
        if part.food != "water":
            mass += part.edible
        low += least * grams
        if math.isinf(most):
            unknown += part.edible
        else:
            high += most * grams
    return low, high, unknown / mass if mass else 0.0


def pinched_sodium(parts: Iterable[Part]) -> float:
    """What pinches of salt may hold beyond the half gram counted (METHOD section 2 step 7)."""
    pinches = [
        part
        for part in parts
        if part.food.startswith("salt_") and part.row and part.row["unit"] in PINCH
    ]
    return amount(pinches, "sodium_mg")[1]


def figure(parts: list[Part], field: str) -> tuple[float, float, float]:
    """As `amount`, for derived fields too. Shares are of 4C + 4P + 9F."""
    if not field.endswith("_energy_pct"):
        return amount(parts, field)
    carbohydrate = amount(parts, "counted_carbohydrate_g")[0]
    protein, fat = amount(parts, "protein_g")[0], amount(parts, "fat_g")[0]
    energy = 4 * carbohydrate + 4 * protein + 9 * fat
    top = {
        "fat_energy_pct": (fat, fat, 0.0),
        "protein_energy_pct": (protein, protein, 0.0),
        "saturated_fat_energy_pct": amount(parts, "saturated_fat_g"),
    }[field]
    factor = (4 if field.startswith("protein") else 9) * 100 / energy if energy else 0.0
    return top[0] * factor, top[1] * factor, top[2]


# ------------------------------------------------------------------ the verdict


def violations(meal: Mapping[str, Any], profile: Mapping[str, Any]) -> list[str]:
    """What is wrong with a meal for a profile; empty when every hard rule holds."""
    who = eater(profile)
    recipe = meal["recipe"]
    unknown = [one["name"] for one in recipe["ingredients"] if one["food"] not in foods()]
    if unknown:
        return [f"G03 unknown foods: {unknown}"]
    parts = [
        Part(
            one["food"],
            one["edibleGrams"] / recipe["servings"],
            one.get("treatment", ""),
            one.get("raw", False),
            one.get("form", ""),
            one,
        )
        for one in recipe["ingredients"]
    ]
    parts += [Part(one["food"], one["grams"]) for one in recipe["servedWith"]]
    checks: tuple[Callable[[Eater, Mapping[str, Any], list[Part]], Iterator[str]], ...] = (
        _conflicts,
        _shape,
        _grams,
        _printed,
        _limits,
        _keto,
        _allergies,
        _avoided,
        _diet,
        _raw,
        _baby,
        _fridge,
        _wishes,
        _money,
        _findings,
        _told,
    )
    return [said for check in checks for said in check(who, meal, parts)]


def _conflicts(who: Eater, _: Mapping[str, Any], __: list[Part]) -> Iterator[str]:
    if who.target == "keto":
        if clash := who.conditions & NO_KETO:
            yield f"K16 keto answered with {sorted(clash)}"
        if who.age is not None and who.age < 18:
            yield f"K16 keto answered at {who.age} years"
    if who.target == "diet":
        if clash := who.conditions & NO_WEIGHT_LOSS:
            yield f"W14 weight loss answered with {sorted(clash)}"
        if who.age is not None and who.age < 19:
            yield f"W14 weight loss answered at {who.age} years"
        weight, height = who.profile.get("weightKg"), who.profile.get("heightCm")
        if weight and height and weight / (height / 100) ** 2 < 18.5:
            yield "W14 weight loss answered with a BMI below 18.5"
    if "pku" in who.conditions:
        yield "pku.01 answered"
    if who.baby and (who.months is None or who.months < 4):
        yield f"B01 baby food answered at {who.months} months"


def _shape(who: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    recipe = meal["recipe"]
    if recipe["servings"] != who.servings or not 1 <= recipe["servings"] <= 20:
        yield f"G06 servings {recipe['servings']}, asked for {who.servings}"
    mass = sum(part.edible for part in parts)
    early = who.baby and (who.months or 0) < 7
    if not (3 if early else 10) <= mass <= 1500:
        yield f"G07 a serving weighs {mass:.0f} g"
    energy = amount(parts, "energy_kcal")[0]
    if not early and not 5 <= energy <= 1500:
        yield f"G08 a serving has {energy:.0f} kcal"
    salt = amount(parts, "sodium_mg")[1] * 2.54 / 1000
    if salt > 6:
        yield f"G09 a serving has {salt:.1f} g of salt"


def _grams(who: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    for one in meal["recipe"]["ingredients"]:
        bought, edible = one["grams"], one["edibleGrams"]
        if not 0 < bought <= 5000 * who.servings or edible <= 0:
            yield f"G05 {one['name']}: {bought} g"
        refuse = float(foods()[one["food"]]["refuse_pct"] or 0)
        left = bought * (1 - refuse / 100)
        whole = math.isclose(edible, bought, rel_tol=0.002, abs_tol=0.02)
        trimmed = TRIMMED.search(f"{one.get('prep', '')} {one['name']}") is not None
        if not math.isclose(edible, left, rel_tol=0.002, abs_tol=0.02) and not (whole and trimmed):
            yield f"refuse: {one['name']} {bought} g leaves {left:.1f} g, counted {edible} g"
        written = in_grams(one)
        if written is None:
            yield f"amount: {one['name']} {one['amount']}{one['unit']} cannot be weighed"
        elif not any(math.isclose(written, g, rel_tol=0.01, abs_tol=0.06) for g in (bought, left)):
            yield (
                f"amount: {one['name']} {one['amount']}{one['unit']} is {written:.1f} g, "
                f"counted {bought} g"
            )


VOLUMES = {"ml": 1.0, "L": 1000.0, "큰술": 15.0, "작은술": 5.0, "컵": 200.0}
SPOKEN = {"tbsp": "큰술", "tsp": "작은술", "cup": "컵", "cups": "컵", "l": "L"}
PINCH = {"꼬집", "pinch", "pinches"}


def in_grams(one: Mapping[str, Any]) -> float | None:
    """What the written amount weighs by the tables of units, densities and pieces."""
    many = count(one["amount"])
    unit = SPOKEN.get(one["unit"], one["unit"])
    if many is None:
        return None
    if unit in {"g", "kg"}:
        return many * (1000 if unit == "kg" else 1)
    if unit in PINCH:
        return many * 0.5
    if unit in VOLUMES:
        density = 1.0 if one["food"] == "water" else densities().get(one["food"])
        return None if density is None else many * VOLUMES[unit] * density
    weights = pieces()
    for korean in (unit, *ENGLISH_PIECES.get(unit, ())):
        if (one["food"], korean) in weights:
            return many * weights[one["food"], korean]
    return None


def _english_pieces() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in read(SOURCE / "food/data/units.csv"):
        for word in (row["en"], row["en_many"], *row["aliases"].split("|")):
            if word and row["kind"] == "piece":
                found.setdefault(word, []).append(row["unit"])
    return {word: tuple(units) for word, units in found.items()}


ENGLISH_PIECES = _english_pieces()


def count(text: str) -> float | None:
    """ "3과 1/2", "3 1/2", "1/4", "7", "2.5" as a number."""
    match = re.fullmatch(r"(?:(\d+(?:\.\d+)?))?\s*(?:과|와)?\s*(?:(\d+)/(\d+))?", text.strip())
    if not match or not text.strip():
        return None
    whole = float(match[1] or 0)
    return whole + (int(match[2]) / int(match[3]) if match[2] else 0.0)


def _printed(_: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    """The figures shown are those of the tables."""
    shown = meal["recipe"]["nutrition"]
    servings = meal["recipe"]["servings"]
    for field in sorted(SHOWN):
        low, high, unknown = amount(parts, field)
        value, total = shown["perServing"][field], shown["total"][field]
        if value is None:
            if low > 0:
                yield f"nutrition: {field} is {low:.2f}, shown as unknown"
            continue
        if not math.isclose(value, low, rel_tol=0.002, abs_tol=0.011):
            yield f"nutrition: {field} is {low:.2f}, shown {value}"
        if not math.isclose(total, low * servings, rel_tol=0.002, abs_tol=0.011):
            yield f"nutrition: {field} in total is {low * servings:.2f}, shown {total}"
        exact = math.isclose(low, high, rel_tol=1e-6, abs_tol=1e-6) and not unknown
        if not exact and not any(field in said for said in shown["missing"]):
            yield f"nutrition: {field} is a lower bound, which is not said"
    if not seed():
        return
    energy = 0.0
    for part in parts:
        row = seed().get(part.food)
        if row is None:
            return
        energy += float(row["energy_recommended_kcal"] or 0) * part.edible / 100
    value = shown["perServing"]["energy_kcal"]
    if not math.isclose(value, energy, rel_tol=0.02, abs_tol=1):
        yield f"nutrition: energy is {energy:.1f} kcal by the shared table, shown {value}"


def _limits(who: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    share = SHARE[meal["recipe"]["course"]]
    for rule, owner, field, least, most in LIMITS:
        if not who.has(owner):
            continue
        low, high, unknown = figure(parts, field)
        disease = owner in who.conditions
        if disease and unknown > 0.05:
            yield f"{rule} {field} is unknown for {unknown:.0%} of the mass"
        value = high if disease else low
        if disease and field == "sodium_mg":
            value += pinched_sodium(parts)
        if most is not None:
            limit = most * (1.0 if rule in NO_SHARE or not field.endswith(("_g", "_mg", "_kcal"))
                            else share)  # fmt: skip
            if owner in KEPT_AWAY:
                limit *= 0.9
            if round(value, 3) > limit:
                yield f"{rule} {field} {value:.2f} > {limit:g}"
        if least is not None and round(low, 1) < least:
            yield f"{rule} {field} {low:.2f} < {least:g}"


def _keto(who: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    if who.target != "keto":
        return
    limit = who.profile.get("carbLimit", 5)
    value = amount(parts, "counted_carbohydrate_g")[1]
    if who.profile.get("carbBasis") == "net":
        value -= amount([p for p in parts if p.food not in {"erythritol", "allulose", "stevia"}],
                        "fibre_g")[0]  # fmt: skip
    if value > limit + 1e-6:
        yield f"K01 carbohydrate {value:.2f} > {limit:g}"
    for part in parts:
        konjac = part.food.startswith("konjac_")
        if part.category in {"grain", "starch", "tuber"} and not konjac:
            yield f"K13 {part.food}"


def _allergies(who: Eater, _: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    sure = {"contains", "likely", "may"} if who.strict else {"contains", "likely"}
    for part in parts:
        found = food_allergens().get(part.food, {})
        inside = sorted(one for one in who.allergens if found.get(one) in sure)
        if inside:
            yield f"G01 {part.food} holds {inside}"
        if part.food in who.foods:
            yield f"G01 {part.food} is what the allergy is to"


def _owned(row: Row, who: Eater) -> bool:
    owners = (one.partition(":") for one in row["owner"].split("|"))
    if not any(who.has(value or kind) for kind, _, value in owners):
        return False
    for word in row["when"].split():
        kind, _, value = word.partition(":")
        if kind == "months":
            first, _, last = value.partition("-")
            if who.months is None or not int(first) <= who.months <= int(last):
                return False
        elif kind == "minor":
            if who.age is None or who.age >= 19:
                return False
        elif kind == "without":
            if who.has(value):
                return False
        else:
            raise ValueError(row["when"])
    return True


def _meant(row: Row, part: Part) -> bool:
    wanted = _ids(row["tags"])
    marks = {*part.tags, f"category:{part.category}"}
    return (part.food in _ids(row["foods"]) or bool(marks & wanted)) and part.food not in _ids(
        row["except"]
    )


def _avoided(who: Eater, _: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    for row in rules():
        if not _owned(row, who):
            continue
        meant = [part for part in parts if _meant(row, part)]
        if row["kind"] == "avoid":
            for part in meant:
                yield f"{row['id']} {part.food}"
        elif row["kind"] == "amount":
            grams = sum(part.edible for part in meant)
            if grams > float(row["high"]):
                yield f"{row['id']} {grams:.1f} g of {[one.food for one in meant]}"
        else:
            forms = {"ground": {"ground", "mashed"}, "cut": {"ground", "mashed", "cut"}}
            for part in meant:
                if row["field"] == "cooked":
                    if part.raw:
                        yield f"{row['id']} {part.food} is raw"
                elif part.form not in forms[row["field"]]:
                    yield f"{row['id']} {part.food} is not {row['field']}"
    for rule, owner, months, listed in shared_avoid():
        if not who.has(owner) or (months and not months[0] <= (who.months or 0) <= months[1]):
            continue
        for part in parts:
            state = rule in STATE_RULES and part.food == "oyster" and not part.raw
            if part.food in listed and not state:
                yield f"{rule} {part.food} (shared list)"
    for rule, owner, listed, most in AMOUNTS:
        grams = sum(part.edible for part in parts if part.food in listed)
        if who.has(owner) and grams > most:
            yield f"{rule} {grams:.1f} g"
    young = who.age is not None and who.age < 19
    if who.conditions & NO_ALCOHOL or who.baby or young or "halal" in who.diet:
        for part in parts:
            if part.food in ALCOHOL or float(facts().get(part.food, {}).get("alcohol_g") or 0):
                yield f"G19 {part.food} holds alcohol"


def _diet(who: Eater, _: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    diets = {*who.diet, *(who.conditions & {"vegan", "vegetarian", "coeliac", "galactosaemia"})}
    refused: dict[str, tuple[frozenset[str], set[str]]] = {
        "vegan": (ANIMAL_ALLERGENS, {"animal", "honey"}),
        "vegetarian": (FLESH_ALLERGENS, {"flesh"}),
        "pescatarian": (MEAT_ALLERGENS, {"meat", "poultry", "red_meat"}),
        "halal": (frozenset({"pork"}), {"pork_source", "alcohol"}),
        "gluten_free": (frozenset({"wheat", "gluten"}), set()),
        "coeliac": (frozenset({"wheat", "gluten"}), set()),
        "galactosaemia": (frozenset({"milk"}), {"dairy", "lactose"}),
    }
    categories = {
        "vegan": {"meat", "processed_meat", "fish", "egg", "dairy", "crustacean", "mollusc"},
        "vegetarian": {"meat", "processed_meat", "fish", "crustacean", "mollusc"},
        "pescatarian": {"meat", "processed_meat"},
    }
    for diet in sorted(diets):
        allergens, marks = refused[diet]
        for part in parts:
            found = food_allergens().get(part.food, {})
            inside = {one for one in allergens if found.get(one) in {"contains", "likely"}}
            if inside or part.tags & marks or part.category in categories.get(diet, set()):
                yield f"{diet} {part.food} {sorted(inside)}"


def _raw(who: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    if not (who.conditions & COOKED_ONLY or who.baby):
        return
    for part in parts:
        animal = part.category in {"meat", "fish", "egg", "crustacean", "mollusc"}
        if part.raw and (animal or part.tags & {"raw_meat", "raw_fish", "raw_shellfish", "egg"}):
            yield f"raw: {part.food} uncooked"


SIZE = re.compile(r"(\d+(?:\.\d+)?)(?:\s*[~–-]\s*(\d+(?:\.\d+)?))?\s*mm")
STAGES = ((7, 0.5), (9, 3.0), (12, 7.0), (16, 10.0), (37, 15.0))
"""Months below which a stage ends and the largest piece in mm (B03, B08, B13, B18, B23)."""


def _baby(who: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    if not who.baby or who.months is None:
        return
    months = who.months
    for part in parts:
        first = first_months().get(part.food)
        if months < (36 if first is None else first):
            yield f"B00 {part.food} is for {first} months and later"
    _, sodium, unknown = amount(parts, "sodium_mg")
    sodium += pinched_sodium(parts)
    if unknown > 0.05:
        yield "B33 sodium is unknown"
    mass = sum(part.edible for part in parts)
    most = 150 if months < 12 else 400 if months < 24 else 530 if months < 36 else math.inf
    if sodium > most:
        yield f"B32b/B35/B36 sodium {sodium:.0f} mg > {most:g}"
    if months < 36 and sodium / mass * 100 > 200:
        yield f"B33 sodium {sodium / mass * 100:.0f} mg per 100 g"
    if months < 12:
        milk = {"milk_whole", "milk_lowfat", "milk_lactose_free", "soy_milk_unsweetened"}
        if sum(part.edible for part in parts if part.food in milk) > 31:
            yield "B42 more than 30 ml of milk"
    if months < 60:
        for part in parts:
            if part.raw and part.category not in {"fruit", "dairy"} and months < 36:
                yield f"B45/B53 {part.food} is raw"
    text = " ".join(meal["recipe"]["instructions"])
    limit = next((most for end, most in STAGES if months < end), None)
    sizes = [float(last or first) for first, last in SIZE.findall(text)]
    if limit is not None and (not sizes or min(sizes) > limit or sizes[-1] > limit):
        yield f"B03 pieces of {sizes} mm, at most {limit} mm at {months} months"
    if re.search(r"튀[기김깁겨긴]|deep.?fr", text) and months < 12:
        yield "B59 deep-fried"


def _home(who: Eater, on: date) -> tuple[dict[str, float], set[str]]:
    """Grams at home by food (infinite: not said), without what is spoiled; what must be used."""
    pantry = who.profile.get("pantry", "basic")
    home = dict.fromkeys(BASIC if pantry == "basic" else {"water"}, math.inf)
    must: set[str] = set()
    for item in who.profile.get("availableIngredients", ()):
        food = names()[item["name"]]
        if item.get("mustUse"):
            must.add(food)
        expires = item.get("expires")
        late = expires is not None and date.fromisoformat(expires) < on
        if not (late and (foods()[food]["category"] in SPOILS or SPOILING.search(food))):
            grams = float(item["amount"]) if "amount" in item else math.inf
            home[food] = home.get(food, 0.0) + grams
    return home, must


def _bought_as(food: str) -> tuple[str, float]:
    fact = facts().get(food, {})
    if fact.get("bought_as"):
        return fact["bought_as"], float(fact["bought_grams_per_gram"])
    return food, 1.0


def _fridge(who: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    recipe = meal["recipe"]
    home, must = _home(who, datetime.fromisoformat(meal["generatedAt"]).date())
    used: dict[str, float] = {}
    eaten = {part.food for part in parts} | {_bought_as(part.food)[0] for part in parts}
    for food in sorted(must - eaten):
        yield f"F01 {food} must be used"
    for one in recipe["ingredients"]:
        if not one["toBuy"]:
            food, rate = one["food"], 1.0
            if food not in home:
                food, rate = _bought_as(food)
            if food not in home:
                yield f"F03 {one['food']} is not at home, yet not to buy"
            used[food] = used.get(food, 0.0) + one["grams"] * rate
    for food, grams in used.items():
        if grams > home.get(food, 0.0) * 1.01 + 0.1:
            yield f"F03 {grams:.0f} g of {food}, {home.get(food, 0.0):.0f} g at home"


def _wishes(who: Eater, meal: Mapping[str, Any], parts: list[Part]) -> Iterator[str]:
    disliked = {names()[one] for one in who.profile.get("dislikes", ())}
    for part in parts:
        if part.food in disliked:
            yield f"dislikes: {part.food}"
    if "tools" in who.profile:
        for tool in meal["recipe"].get("tools", ()):
            if tool not in who.profile["tools"]:
                yield f"tools: {tool} is not at hand"
    longest = who.profile.get("cookingTime")
    if longest and meal["recipe"]["cookingTime"] > longest:
        yield f"time: {meal['recipe']['cookingTime']} minutes, at most {longest}"


def _won_per_gram(row: Row) -> float:
    return round(float(row["won"]) * float(row["factor"] or 1)) / float(row["grams"])


def _step(row: Row) -> float:
    if row["sold"] == "pack":
        return float(row["grams"])
    if row["unit"] in {"g", "kg", "ml", "L"}:
        return min(100.0, float(row["grams"]))
    return float(row["grams"]) / float(row["amount"])


def _money(who: Eater, meal: Mapping[str, Any], _: list[Part]) -> Iterator[str]:
    pricing, summary = meal["pricing"], meal["summary"]
    lines = [line for some in pricing["vendorBreakdown"].values() for line in some]
    total = sum(line["price"] for line in lines) + sum(one["won"] for one in pricing["delivery"])
    if total != pricing["totalEstimatedCost"] or total != summary["totalCost"]:
        yield f"money: the lines make {total}, said {pricing['totalEstimatedCost']}"
    if summary["costPerServing"] != math.ceil(total / meal["recipe"]["servings"]):
        yield f"money: {summary['costPerServing']} a serving of {total}"
    if pricing["usedCost"] > who.budget:
        yield f"G10 {pricing['usedCost']} won used of {who.budget}"
    used = 0
    for one in pricing["ingredients"]:
        chosen = [
            (row, price)
            for price in one["prices"]
            for row in price_rows().get((one["food"], price["product"]), ())
            if price["price"] == one["lowestPrice"]
        ]
        if not chosen:
            yield f"money: {one['ingredient']} is priced by no row of the book"
            continue
        row = chosen[0][0]
        grams = one["grams"]
        if row["price_state"] == "edible":
            grams *= 1 - float(foods()[one["food"]]["refuse_pct"] or 0) / 100
        used += math.ceil(round(grams * _won_per_gram(row), 4))
        yield from _covered(one, grams, lines)
    rows = len(pricing["ingredients"])
    if not math.isclose(used, pricing["usedCost"], rel_tol=0.01, abs_tol=rows + 1):
        yield f"money: {used} won are used, said {pricing['usedCost']}"
    yield from _bought(meal)


def _covered(one: Mapping[str, Any], grams: float, lines: list[Any]) -> Iterator[str]:
    """What is put into the basket is enough."""
    bought = 0.0
    for line in lines:
        if line["name"] == one["ingredient"]:
            for row in price_rows().get((one["food"], line["product"]), ())[:1]:
                bought += int(line["quantity"].split(" ×")[0]) * _step(row)
    if bought < grams * 0.999 - 0.1:
        yield f"money: {bought:.0f} g of {one['ingredient']} bought, {grams:.0f} g needed"


def _bought(meal: Mapping[str, Any]) -> Iterator[str]:
    """Each ingredient to buy is priced or named as unpriced, with its grams."""
    pricing = meal["pricing"]
    priced = {one["ingredient"] for one in pricing["ingredients"]}
    priced |= {one["ingredient"] for one in pricing["unpriced"]}
    at_home = {one["ingredient"] for one in pricing["assumedAtHome"]}
    for one in meal["recipe"]["ingredients"]:
        if one["food"] == "water":
            continue
        where = priced if one["toBuy"] else at_home
        if not any(one["name"] in name or name in one["name"] for name in where):
            yield f"money: {one['name']} (to buy: {one['toBuy']}) is in neither list"


def _findings(who: Eater, meal: Mapping[str, Any], _: list[Part]) -> Iterator[str]:
    for one in meal["recipe"]["findings"]:
        if one["severity"] == "hard" and one["verdict"] == "fail":
            yield f"{one['rule']} said to fail by the engine itself"
        # A price that is missing is a danger to nobody's health.
        money = one["rule"] == "G10"
        if one["severity"] == "hard" and one["verdict"] == "unknown" and who.gated and not money:
            yield f"{one['rule']} said to be unknown by the engine itself"
    text = " ".join((*meal["recipe"]["instructions"], meal["recipe"]["recipeName"]))
    if "{" in text or "}" in text:
        yield "text: a placeholder was left"


UNCHECKED = re.compile(
    r"인슐린|약을 (?:끊|줄)|약 대신|의사|임산|콜레스테롤|글루텐(?!프리 간장)|유제품|누구나|저염식"
    r"|면역|순탄수"
    r"|당은 \d|혈당|혈압|당뇨|신장에|알레르기|건강|kcal|칼로리|\d+\s?mg|(?:실온|상온)에 (?:하루"
    r"|이틀)"
    r"|gluten(?!-free (?:soy|tamari))|coeliac|keeps? for|net carb|months can eat|medicine"
    r"|good for the"
    r"|contains no|blood sugar|immun|insulin|안전|\bsafe",
    re.IGNORECASE,
)
"""What nobody reckoned or judged, in the words of a model."""


def _told(who: Eater, meal: Mapping[str, Any], _: list[Part]) -> Iterator[str]:
    """What a model says between its figures: no claims, no second helping, no honey on top."""
    recipe = meal["recipe"]
    if recipe.get("writtenBy", {}).get("kind") != "model":
        return
    steps = recipe["instructions"]
    texts = [*steps, recipe.get("description", ""), recipe.get("notes", "")]
    texts += [one.get("prep") or "" for one in recipe["ingredients"]]
    for text in texts:
        if claim := UNCHECKED.search(text):
            yield f"text: {claim[0]!r} is claimed in {text!r}"
        if not who.baby and re.search(r"(?<![가-힣])아기|개월|babies", text):
            yield f"text: a baby is fed by {text!r}"
        infant = who.baby and (who.months or 0) < 12
        if infant and re.search(r"(?<![가-힣])꿀[을이]?\s|honey", text):
            yield f"text: honey at {who.months} months in {text!r}"
    listed: dict[str, float] = {}
    for one in recipe["ingredients"]:
        listed[one["food"]] = listed.get(one["food"], 0.0) + max(one["grams"], in_grams(one) or 0)
    for one in recipe["ingredients"]:
        added, has = sum(_added(one, " ".join(steps))), listed[one["food"]]
        # Water counts for nothing, and what is splashed into a pan is hardly ever listed.
        if added > 1.35 * has and one["food"] != "water":
            yield f"amount: steps add {added:.0f} g of {one['name']}, {has:.0f} g listed"


def _added(one: Mapping[str, Any], steps: str) -> Iterator[float]:
    """Grams of each helping that the steps add of an ingredient."""
    name, number = re.escape(one["name"]), r"(\d+(?:과 \d+/\d+| \d+/\d+|/\d+|\.\d+)?)"
    unit = r"([a-zA-Z가-힣]+?)"
    korean = rf"(?<![가-힣]){name}[을를]? {number}\s?{unit}[을를]? (?:더 )?(?:넣|뿌|붓|더하)"
    english = rf"(?:add|stir in)(?: another)? {number} (\w+) of {name}\b"
    for amount, unit in re.findall(korean, steps) + re.findall(english, steps, re.IGNORECASE):
        yield in_grams({**one, "amount": amount, "unit": unit}) or 0.0
