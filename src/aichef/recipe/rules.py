"""Rules as data: which rows of `recipe/data/rules.csv` a profile switches on.

The columns are described in docs/rules.md. Nothing here judges; `check.py` does.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from aichef.food.table import foods
from aichef.tables import rows

if TYPE_CHECKING:
    from aichef.profile.model import Profile
    from aichef.recipe.model import Severity

Kind = Literal["nutrient", "avoid", "amount", "form", "conflict", "refuse", "advise", "check"]


class Rule(NamedTuple):
    """One row. `low` and `high` are inclusive limits, None where there is none.

    `foods` holds every food id meant, tags resolved and exceptions taken out; `terms` serve only
    names that resolve to no food.
    """

    id: str
    owners: tuple[str, ...]
    when: tuple[str, ...]
    kind: Kind
    field: str
    low: float | None
    high: float | None
    high_from: str | None
    unit: str
    basis: str
    severity: Severity
    foods: frozenset[str]
    terms: frozenset[str]
    ko: str
    en: str
    source: str
    verified: str

    def says(self, locale: str) -> str:
        """What the rule says, in one short sentence."""
        return self.ko if locale == "ko" else self.en


def _number(cell: str) -> float | None:
    return float(cell) if cell and not cell.startswith("profile.") else None


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(rows("aichef.recipe", "rules.csv"))


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of its id."""
    return tuple(_rule(place) for place in range(len(_rows())))


@cache
def _rule(place: int) -> Rule:
    row = _rows()[place]
    meant = frozenset(_split(row["foods"])) | foods().tagged(_split(row["tags"]))
    high_from = row["high"].removeprefix("profile.")
    return Rule(
        id=row["id"],
        owners=_split(row["owner"]),
        when=tuple(row["when"].split()),
        kind=cast("Kind", row["kind"]),
        field=row["field"],
        low=_number(row["low"]),
        high=_number(row["high"]),
        high_from=high_from if high_from != row["high"] else None,
        unit=row["unit"],
        basis=row["basis"],
        severity=cast("Severity", row["severity"]),
        foods=meant - frozenset(_split(row["except"])),
        terms=frozenset(_split(row["terms"])),
        ko=row["ko"],
        en=row["en"],
        source=row["source"],
        verified=row["verified"],
    )


@lru_cache(maxsize=64)
def rules_for(profile: Profile) -> tuple[Rule, ...]:
    """The rules this profile switches on."""
    # A child under five keeps the choking and raw-food rules whatever the target.
    months = age_in_months(profile)
    child = {"target:baby_food"} if months is not None and months < 60 else set()
    owners = child | {
        "all",
        f"target:{profile.target}",
        *(f"condition:{one}" for one in profile.conditions),
        *(f"diet:{one}" for one in profile.diet),
    }
    # Most rules are somebody else's: only one's own rows are made into rules.
    mine = (
        _rule(place)
        for place, row in enumerate(_rows())
        if not owners.isdisjoint(_split(row["owner"]))
    )
    return tuple(rule for rule in mine if all(_holds(word, profile) for word in rule.when))


def _holds(word: str, profile: Profile) -> bool:
    name, _, value = word.partition(":")
    match name:
        case "months":
            low, _, high = value.partition("-")
            months = age_in_months(profile)
            return months is not None and int(low) <= months <= int(high)
        case "stage":
            return profile.stage == value
        case "minor":
            return age_in_months(profile) is not None
        case "minor18":
            months = age_in_months(profile)
            return months is not None and months < 18 * 12
        case "bmi<18.5":
            bmi = body_mass_index(profile)
            return bmi is not None and bmi < 18.5
        case "without":
            return value not in profile.conditions
        case "strict":
            return profile.strict_allergies
        case _:
            msg = f"rules.csv: unknown condition {word!r}"
            raise ValueError(msg)


def age_in_months(profile: Profile) -> int | None:
    """Completed months of a baby or child; None for adults and where nobody said."""
    if profile.baby_age_months is not None:
        return profile.baby_age_months
    return profile.age * 12 if profile.age is not None and profile.age < 19 else None


def body_mass_index(profile: Profile) -> float | None:
    """Kilograms per square metre; None unless weight and height are given."""
    if not profile.weight_kg or not profile.height_cm:
        return None
    return profile.weight_kg / (profile.height_cm / 100) ** 2


def guarded(profile: Profile) -> bool:
    """Whether an unknown closes the gate: a declared allergy, a child under five or a disease."""
    months = age_in_months(profile)
    return bool(profile.allergies or profile.conditions or (months is not None and months < 60))
