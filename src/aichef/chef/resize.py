"""A recipe for more or fewer people: the same dish, every amount in proportion."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from aichef.chef.retell import UNITS
from aichef.food.amounts import tidy, write_amount
from aichef.food.numbers import number
from aichef.lazy import pattern

if TYPE_CHECKING:
    from aichef.recipe.model import Ingredient, Recipe

_FINEST: Final = 8
"""The smallest part of a spoon or a piece that is written, where it is within a 200th."""

_COARSE: Final = frozenset(
    {"꼬집", "쪽", "장", "pinch", "pinches", "clove", "cloves", "leaf", "leaves"}
)
"""Units that nobody takes a third of; they are written to a half where that is near enough."""

_WEIGHED: Final = frozenset({"g", "ml", "mg"})

_NUMBER: Final = r"(?:\d+[과와]\s\d+/\d+|\d+\s\d+/\d+|\d+/\d+|\d+(?:\.\d+)?)"
_TAKEN: Final = pattern(
    rf"(?<![\d./])(?P<number>{_NUMBER})(?:(?P<till>\s?[~∼–]\s?)(?P<end>{_NUMBER}))?"
    rf"(?P<gap>\s?)(?P<unit>{UNITS})(?!\s?\d|월|계|\s?(?:이?씩|으?로 (?:자|썰|나누|등분)))"
)
"""So much of something in a step; "2 at a time", "cut in 4" and "10 months" are none."""

_INTO: Final = pattern(r"\b(?:into|every|each)\s$")
_WORDS: Final = {
    "한": "1",
    "두": "2",
    "세": "3",
    "네": "4",
    **{word: str(n) for n, word in enumerate(["다섯", "여섯", "일곱", "여덟", "아홉", "열"], 5)},
    "반": "1/2",
    "a": "1",
    "an": "1",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    **{word: str(n) for n, word in enumerate(["five", "six", "seven", "eight", "nine", "ten"], 5)},
    "half a": "1/2",
    "half an": "1/2",
}
_WORDED: Final = pattern(
    r"(?<![가-힣])(?P<word>한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|반)(?P<gap>\s?)"
    r"(?P<unit>큰술|작은술|숟가락|스푼|컵|개|쪽|대|모|장|줌|꼬집|알|포기|봉)(?!\s?씩|[월지조])"
)
_WORDED_EN: Final = pattern(
    r"\b(?P<word>half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten)(?P<gap>\s)"
    r"(?P<unit>tablespoons?|teaspoons?|tbsp|tsp|cups?|cloves?|pinch(?:es)?|handfuls?|stalks?)\b"
    r"(?! at a time)",
    re.IGNORECASE,
)
_SIGNS: Final = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅛": "1/8"}
_SIGNED: Final = pattern(r"(?:(\d+)\s?)?([½⅓⅔¼¾⅛])")
_SPELLED: Final = pattern(r"(tablespoon|teaspoon|handful)s?")
_PORTIONS: Final = pattern(r"(?P<number>\d+)(?P<unit>회분|인분| servings?| portions?)")


def resized(recipe: Recipe, servings: int, locale: str, *, exact: bool = False) -> Recipe:
    """The recipe for so many servings, its steps with the new amounts.

    Grams are exact; written amounts are what a cook can measure, or `exact` fractions too.
    """
    if servings == recipe.servings:
        return recipe
    times = Fraction(servings, recipe.servings)
    return replace(
        recipe,
        servings=servings,
        ingredients=tuple(_times(one, times, locale, exact=exact) for one in recipe.ingredients),
        instructions=tuple(
            _told(one, recipe.servings, times, locale) for one in recipe.instructions
        ),
    )


def _times(one: Ingredient, times: Fraction, locale: str, *, exact: bool) -> Ingredient:
    factor = float(times)
    amount, unit = one.amount, one.unit
    if not exact:
        amount, unit = _amount(amount, unit, times, locale)
    elif value := number(amount) if amount else None:
        amount = str(value * times)
    return replace(
        one,
        amount=amount,
        unit=unit,
        grams=None if one.grams is None else round(one.grams * factor, 4),
        edible_grams=None if one.edible_grams is None else round(one.edible_grams * factor, 4),
        worst_grams=None if one.worst_grams is None else round(one.worst_grams * factor, 4),
    )


def _amount(text: str, unit: str, times: Fraction, locale: str) -> tuple[str, str]:
    """The amount as a cook writes it; one that is no number ("약간") stays as it is."""
    value = number(text) if text else None
    if value is None:
        return text, unit
    exact = value * times
    if unit in _WEIGHED and exact >= 10:
        return write_amount(Fraction(round(exact)), unit, locale)
    half = Fraction(round(exact * 2), 2)
    if unit in _COARSE and abs(half - exact) <= exact / 10:
        return write_amount(half, unit, locale)
    simple = exact.limit_denominator(_FINEST)
    if abs(simple - exact) > exact / 200:
        simple = Fraction(round(exact * 100), 100)
    if spoon := _SPELLED.fullmatch(unit):
        unit = spoon[1] + "s" * (simple > 1)
    return write_amount(*tidy(simple, unit), locale)


def _told(step: str, servings: int, times: Fraction, locale: str) -> str:
    """A step with the new amounts, also where one stood in words: "a tablespoon" is 1 of them."""

    def amount(hit: re.Match[str]) -> str:
        if _INTO.search(hit.string, 0, hit.start()):
            return hit[0]
        first, unit = _amount(hit["number"], hit["unit"], times, locale)
        if hit["end"]:
            last, unit = _amount(hit["end"], hit["unit"], times, locale)
            first = f"{first}{hit['till']}{last}"
        return f"{first}{hit['gap']}{unit}"

    def portions(hit: re.Match[str]) -> str:
        same = int(hit["number"]) == servings
        return f"{int(servings * times)}{hit['unit']}" if same else hit[0]

    return _PORTIONS.sub(portions, _TAKEN.sub(amount, in_figures(step, locale)))


def in_figures(step: str, locale: str) -> str:
    """A step whose amounts stand in figures: "두 큰술" is 2큰술, "½ cup" 1/2 cup."""

    def worded(hit: re.Match[str]) -> str:
        gap = "" if locale == "ko" else hit["gap"]
        return f"{_WORDS[hit['word'].lower()]}{gap}{hit['unit']}"

    def signed(hit: re.Match[str]) -> str:
        joint = "과 " if locale == "ko" else " "
        return f"{hit[1]}{joint}{_SIGNS[hit[2]]}" if hit[1] else _SIGNS[hit[2]]

    in_words = _WORDED if locale == "ko" else _WORDED_EN
    return _SIGNED.sub(signed, in_words.sub(worded, step))
