"""Nutrition drawn against limits: where the figure lies, and the band it should lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from aichef.meal.render import Gauge, gauges, is_least, share_of
from aichef.meal.words import figure, label, plain, unit_of

if TYPE_CHECKING:
    from aichef.profile.model import Locale
    from aichef.recipe.model import Nutrition
    from aichef.web.page.kept import View

WIDTH: Final = 100.0
_ALWAYS: Final = ("energy_kcal", "carbohydrate_g", "protein_g", "fat_g", "sodium_mg")
_ROOM: Final = 1.3
_BELOW: Final = 1.6


class Bar(NamedTuple):
    """A figure a serving beside its limits, as places from 0 to 100; None where there is none."""

    value: float
    low: float | None
    high: float | None


class Row(NamedTuple):
    """A nutrient as it is shown; `bar` None: there is nothing to compare it with."""

    field: str
    name: str
    value: str
    total: str
    limits: str
    verdict: str
    bar: Bar | None


def chart(view: View, locale: Locale) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """What is worth a bar, and every figure for the table behind it."""
    found = gauges(view.nutrition, view.findings, view.profile, share_of(view.profile, view.recipe))
    rows = tuple(_row(one, view, locale) for one in found)
    drawn = tuple(row for row in rows if row.bar or row.field in _ALWAYS)
    return drawn, rows


def _row(gauge: Gauge, view: View, locale: Locale) -> Row:
    unit = unit_of(gauge.field)
    gap = "" if locale == "ko" or unit == "%" else " "
    whole = view.nutrition.total.get(gauge.field)
    # A share of the energy has no total; a portion and the pot have the same.
    total = "" if unit == "%" else shown(view.nutrition, gauge.field, whole, locale)
    return Row(
        gauge.field,
        label(gauge.field, locale),
        shown(view.nutrition, gauge.field, gauge.value, locale),
        total,
        _limits(gauge, f"{gap}{unit}"),
        gauge.verdict,
        _bar(gauge),
    )


def shown(nutrition: Nutrition, field: str, value: float | None, locale: Locale) -> str:
    """A figure with its unit: "≥ 12g" where something is unknown, "?" where everything is."""
    if value is None:
        return "?"
    unit = unit_of(field)
    gap = "" if locale == "ko" or unit == "%" else " "
    said = f"{figure(value, field)}{gap}{unit}"
    return f"≥ {said}" if is_least(nutrition.missing, field) else said


def _limits(gauge: Gauge, unit: str) -> str:
    low = "" if gauge.low is None else plain(gauge.low)
    high = "" if gauge.high is None else plain(gauge.high)
    if low and high:
        return f"{low}–{high}{unit}"
    return f"≤ {high}{unit}" if high else f"≥ {low}{unit}" if low else ""


def _bar(gauge: Gauge) -> Bar | None:
    if gauge.value is None or (gauge.high is None and gauge.low is None):
        return None
    top = gauge.high * _ROOM if gauge.high else (gauge.low or 0.0) * _BELOW
    top = max(top, gauge.value * 1.05)
    if top <= 0:
        return None

    def place(value: float | None) -> float | None:
        return None if value is None else round(WIDTH * value / top, 2)

    return Bar(place(gauge.value) or 0.0, place(gauge.low), place(gauge.high))
