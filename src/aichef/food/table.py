"""The food table: every food with all that is known of it, read once from plain files."""

from __future__ import annotations

import csv
import unicodedata
from collections import defaultdict
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from aichef.food.model import NUTRIENTS, Certainty, Food, Treatment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_DATA: Final = Path(__file__).parent / "data"
_NO_FACTS: Final = ["", "", "", "", ""]
_NOTHING: Final[Mapping[str, float]] = MappingProxyType({})


class Piece(NamedTuple):
    """What one piece of a food weighs, in grams as bought; `low` and `high` bound it.

    `estimate`: no source was found, the figure is a judgement of what shops sell.
    """

    grams: float
    low: float
    high: float
    estimate: bool
    source: str


class Yield(NamedTuple):
    """What cooking in water makes of a food: grams cooked per gram raw, and salts kept.

    A retention of None is unknown.
    """

    mass: float
    sodium: float | None
    potassium: float | None
    source: str


class Foods:
    """All foods, by id. Raises KeyError for an id that is no food."""

    __slots__ = ("_foods", "_tagged")

    def __init__(self, foods: Mapping[str, Food]) -> None:
        self._foods = foods
        members: defaultdict[str, set[str]] = defaultdict(set)
        for food in foods.values():
            held = (one for one, sure in food.allergens.items() if sure != "may")
            allergens = (f"allergen:{one}" for one in held)
            for tag in (f"category:{food.category}", *allergens, *food.tags):
                members[tag].add(food.id)
        self._tagged = {tag: frozenset(ids) for tag, ids in members.items()}

    def __getitem__(self, food_id: str) -> Food:
        return self._foods[food_id]

    def __contains__(self, food_id: object) -> bool:
        return food_id in self._foods

    def __iter__(self) -> Iterator[str]:
        return iter(self._foods)

    def __len__(self) -> int:
        return len(self._foods)

    def get(self, food_id: str) -> Food | None:
        """Return the food, or None where the id is no food."""
        return self._foods.get(food_id)

    def values(self) -> Iterable[Food]:
        """Every food, sorted by id."""
        return self._foods.values()

    def tagged(self, tags: Iterable[str]) -> frozenset[str]:
        """Ids of foods with any of `tags`.

        `category:grain` names a whole category, `allergen:milk` all that contain or likely
        contain one.

        Raises KeyError for a tag no food has: a misspelt tag must not check nothing.
        """
        return frozenset[str]().union(*(self._tagged[tag] for tag in tags))


@lru_cache(maxsize=16_384)
def normal(name: str) -> str:
    """Return a name as names are compared: NFKC, lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _cells(name: str) -> Iterator[list[str]]:
    """Rows of a table of this room as plain cells, heading left out.

    Unpacked by position: dicts of the 9,000 rows would take three quarters of the time to load.
    """
    text = (_DATA / name).read_text(encoding="utf-8")
    while text.startswith("#"):
        text = text.partition("\n")[2]
    table = csv.reader(text.splitlines())
    next(table)
    return table


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


_LEVELS: Final[tuple[Certainty, ...]] = ("contains", "likely", "may")
_CERTAINTIES: Final[dict[str, Certainty]] = {
    "contains": "contains",
    "likely": "likely",
    "may": "may",
}


@cache
def foods() -> Foods:
    """Every food of the table; per 100 g edible portion, sources in each row."""
    months = {food: month for food, month, *_ in _cells("baby.csv")}
    facts = {food: cells for food, *cells in _cells("facts.csv")}
    tags: defaultdict[str, list[str]] = defaultdict(list)
    for food, tag, _ in _cells("tags.csv"):
        tags[food].append(tag)
    allergens: defaultdict[str, dict[str, Certainty]] = defaultdict(dict)
    for food, allergen, certainty, _ in _cells("food_allergens.csv"):
        allergens[food][allergen] = _CERTAINTIES[certainty]
    table = {}
    for food_id, name_ko, name_en, category, *cells in _cells("foods.csv"):
        amounts = [float(cell) if cell else None for cell in cells[: len(NUTRIENTS)]]
        water, refuse, gi, source, _ = cells[len(NUTRIENTS) :]
        alcohol, purine, bought_as, bought_grams, _ = facts.get(food_id, _NO_FACTS)
        table[food_id] = Food(
            id=food_id,
            name_ko=name_ko,
            name_en=name_en,
            category=category,
            per_100g=MappingProxyType(dict(zip(NUTRIENTS, amounts, strict=True))),
            refuse_pct=_number(refuse) or 0.0,
            source=source,
            gi=_number(gi),
            water_g=_number(water),
            purine_mg=_number(purine),
            alcohol_g=_number(alcohol) or 0.0,
            first_month=int(months[food_id]) if months[food_id] else None,
            tags=frozenset(tags[food_id]),
            allergens=MappingProxyType(allergens[food_id]),
            bought_as=(bought_as, float(bought_grams)) if bought_as else None,
        )
    return Foods(table)


@cache
def food_names() -> Mapping[str, str]:
    """Every name that stands for exactly one food, as `normal` writes it, to the food's id."""
    return MappingProxyType({normal(name): food for name, food, _ in _cells("names.csv")})


@cache
def food_groups() -> Mapping[str, tuple[str, ...]]:
    """Words that name several foods ("버섯", "감귤류"), as `normal` writes them, to their ids."""
    return MappingProxyType(
        {normal(word): tuple(ids.split("|")) for word, ids, _ in _cells("food_groups.csv")}
    )


@cache
def _made_directly() -> Mapping[str, Mapping[str, Certainty]]:
    table: defaultdict[str, dict[str, Certainty]] = defaultdict(dict)
    for food, part, certainty, _ in _cells("made_of.csv"):
        table[food][part] = _CERTAINTIES[certainty]
    return table


@cache
def made_of(food_id: str) -> Mapping[str, Certainty]:
    """Foods that are a part of this one, parts of parts included, with how sure it is.

    고추장 is made of 고춧가루, and so of 건고추; no surer than the least sure step on the way.
    """
    found: dict[str, Certainty] = {}
    for level in _LEVELS:
        allowed = _LEVELS[: _LEVELS.index(level) + 1]
        left = [food_id]
        seen = {food_id}
        while left:
            for part, certainty in _made_directly().get(left.pop(), {}).items():
                if certainty in allowed and part not in seen:
                    seen.add(part)
                    left.append(part)
                    found.setdefault(part, level)
    return MappingProxyType(found)


@cache
def pieces() -> Mapping[tuple[str, str], Piece]:
    """Return what a piece weighs, by food id and counting unit ("개", "쪽", "모")."""
    return MappingProxyType(
        {
            (food, unit): Piece(float(grams), float(low), float(high), estimate == "1", source)
            for food, unit, grams, low, high, estimate, source, _ in _cells("pieces.csv")
        }
    )


@cache
def densities() -> Mapping[str, float]:
    """Grams per millilitre as spooned, by food id."""
    return MappingProxyType({food: float(grams) for food, grams, *_ in _cells("densities.csv")})


@cache
def _retention() -> Mapping[tuple[str, str], Mapping[str, float]]:
    table: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for category, treatment, nutrient, factor, _ in _cells("retention.csv"):
        table[category, treatment][nutrient] = float(factor)
    return {key: MappingProxyType(factors) for key, factors in table.items()}


def retention(food: Food, treatment: Treatment) -> Mapping[str, float]:
    """Share of each nutrient kept where the water is thrown away; empty where nothing is known.

    Derived from raw and cooked pairs of the composition table: the food's own where there is one,
    else the median of its category.
    """
    kept = _retention().get((food.category, treatment), _NOTHING)
    own = yields().get((food.id, treatment))
    if own is None:
        return kept
    known = {"sodium_mg": own.sodium, "potassium_mg": own.potassium}
    return {**kept, **{nutrient: share for nutrient, share in known.items() if share is not None}}


@cache
def yields() -> Mapping[tuple[str, str], Yield]:
    """Return what cooking makes of a food, by food id and method ("cooked", "porridge")."""
    return MappingProxyType(
        {
            (food, method): Yield(float(mass), _number(sodium), _number(potassium), source)
            for food, method, mass, sodium, potassium, source in _cells("yields.csv")
        }
    )
