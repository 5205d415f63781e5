"""Nouns of the recipe room: Ingredient, Recipe, Finding, Nutrition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Course = Literal["meal", "main", "soup", "side"]
Severity = Literal["hard", "soft", "info"]
Verdict = Literal["pass", "warn", "fail", "unknown", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One line of a recipe: name, amount and unit as written, and how the line was read.

    `food` is a food id or None where the name resolves to none; `grams` as bought and
    `edible_grams` as counted, for the whole recipe; None where the amount cannot be weighed.
    `treatment`: water thrown away after "blanched", "boiled" or "soaked".
    `worst_grams` is the most a vague amount may mean, in edible grams.
    `raw` says it is eaten uncooked (None: the steps decide), `form` how finely it was broken up.
    `problem` names an amount that cannot be ("zero", "negative", "unknown_unit", …).
    `alternatives` are foods the line offers instead ("또는 올리고당"); rules judge them as well.
    """

    name: str
    amount: str = ""
    unit: str = ""
    food: str | None = None
    grams: float | None = None
    edible_grams: float | None = None
    prep: str = ""
    treatment: Literal["blanched", "boiled", "soaked"] | None = None
    worst_grams: float | None = None
    vague: bool = False
    optional: bool = False
    to_buy: bool = True
    raw: bool | None = None
    form: Literal["ground", "mashed", "cut", "cooked"] | None = None
    problem: str = ""
    alternatives: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The line as a cook reads it: "다진 마늘 1작은술"."""
        words = f"{self.prep} {self.name}".strip()
        return f"{words} {self.amount}{self.unit}".strip()


@dataclass(frozen=True, slots=True)
class ServedWith:
    """Food eaten beside the dish; `grams` per serving, as eaten."""

    food: str
    grams: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What a model was paid for: tokens read and written, calls, seconds.

    `usd` is the estimated cost as a decimal number; None where the price of the model is not
    known. `priced_on` is the day of that price.
    """

    tokens_in: int
    tokens_out: int
    calls: int
    seconds: float
    usd: str | None = None
    priced_on: str = ""


@dataclass(frozen=True, slots=True)
class WrittenBy:
    """Who wrote the recipe: the cook's book or a model.

    `repairs` counts the rounds of mending, `changes` says each in the profile's language.
    `instead_of` says why a configured model's answer was not taken; then `kind` is the cook's
    book, and `spent` is still what that model cost.
    """

    kind: Literal["model", "cookbook"]
    model: str | None = None
    repairs: int = 0
    changes: tuple[str, ...] = ()
    instead_of: str = ""
    spent: Spent | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A recipe for `servings` people. `course` is judged by us, never taken from a writer.

    `frame` is the page of the cook's book it was made from; None for anybody else's.
    `told` are a foreign recipe's notes, description and pasted list, read for allergens only;
    `mentions` are texts that stood under keys we do not know, `unread` those keys.
    """

    name: str
    servings: int
    ingredients: tuple[Ingredient, ...]
    instructions: tuple[str, ...]
    description: str = ""
    minutes: int | None = None
    difficulty: Literal["easy", "medium", "hard"] | None = None
    course: Course = "main"
    served_with: tuple[ServedWith, ...] = ()
    notes: str = ""
    keto_notes: str | None = None
    assumptions: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    written_by: WrittenBy | None = None
    frame: str | None = None
    told: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's verdict. `message` is for a person, in the profile's language."""

    rule: str
    severity: Severity
    verdict: Verdict
    value: float | str | None = None
    limit: float | str | None = None
    unit: str = ""
    source: str = ""
    message: str = ""
    foods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nutrition:
    """Computed nutrition. Keys are those of `food/nutrition.py`; None where unknown.

    `per_serving` includes what is served with it; `missing` names foods and nutrients behind
    a lower bound; `trace` has one row per portion: food, grams and its part of each nutrient.
    `matched_pct` is the matched share of the mass without water, in percent.
    """

    per_serving: Mapping[str, float | None]
    total: Mapping[str, float | None]
    missing: tuple[str, ...]
    sources: tuple[str, ...]
    matched_pct: float
    trace: tuple[Mapping[str, object], ...] = field(default=(), compare=False)
