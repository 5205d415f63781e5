"""A profile: who is eating. Made only by `profile/parse.py`; everything behind it trusts it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

Target = Literal["keto", "baby_food", "diabetes", "diet", "fridge", "general"]
TARGETS: Final[tuple[Target, ...]] = get_args(Target)
Level = Literal["beginner", "intermediate", "advanced"]
Locale = Literal["ko", "en"]
Preference = Literal["less_salt", "cheaper", "quicker"]
Stage = Literal["early", "middle", "late", "complete", "toddler"]


@dataclass(frozen=True, slots=True)
class Allergy:
    """A word the person typed and what it stands for: allergen ids, or exactly one food's ids."""

    word: str
    allergens: tuple[str, ...] = ()
    foods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Available:
    """Something in the fridge. `food` None: a name we do not know, kept to be said.

    `grams` None: there is some, nobody said how much.
    """

    name: str
    food: str | None
    grams: float | None = None
    amount: str = ""
    unit: str = ""
    expires: date | None = None
    must_use: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """Who is eating, strictly typed. Fields are those of DESIGN section 3.

    `conditions` are ids of `profile/data/conditions.csv`, those that follow from medicines
    and from others (gdm implies pregnancy) included; `medications` None means: not answered.
    `pantry` holds food ids taken to be at home. `baby_age_months` is completed months.
    `prefer` says in what the dish should be better than usual; it never loosens a rule.
    `assumptions` are keys (see profile/parse.py) of what was taken for granted.
    """

    target: Target
    servings: int = 2
    budget: int = 30_000
    allergies: tuple[Allergy, ...] = ()
    strict_allergies: bool = False
    conditions: tuple[str, ...] = ()
    medications: tuple[str, ...] | None = None
    level: Level = "beginner"
    cooking_time: int | None = None
    baby_age_months: int | None = None
    current_foods: tuple[str, ...] = ()
    age: int | None = None
    sex: Literal["female", "male"] | None = None
    weight_kg: float | None = None
    height_cm: float | None = None
    carb_limit: float = 5.0
    carb_basis: Literal["total", "net"] = "total"
    keto_phase: str | None = None
    diabetes_type: str | None = None
    blood_sugar: str | None = None
    available: tuple[Available, ...] = ()
    pantry: frozenset[str] = frozenset()
    region: str | None = None
    shops: tuple[str, ...] = ()
    tools: frozenset[str] | None = None
    diet: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    disliked_foods: frozenset[str] = frozenset()
    note: str = ""
    prefer: tuple[Preference, ...] = ()
    locale: Locale = "ko"
    seed: int = 0
    assumptions: tuple[str, ...] = ()

    @property
    def stage(self) -> Stage | None:
        """The baby-food stage of the age in completed months; None where nobody is a baby.

        Borders: domain figures of the MFDS infant feeding table, the later one where they differ.
        """
        if self.target != "baby_food" or self.baby_age_months is None:
            return None
        months = self.baby_age_months
        if months < 7:
            return "early"
        if months < 9:
            return "middle"
        if months < 12:
            return "late"
        if months < 16:
            return "complete"
        return "toddler"

    @property
    def allergen_ids(self) -> frozenset[str]:
        """Every allergen id declared, over all words."""
        return frozenset(one for allergy in self.allergies for one in allergy.allergens)
