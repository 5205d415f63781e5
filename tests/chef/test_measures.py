"""Amounts of the cook's book are those a cook measures out."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from aichef.chef.frame import Frame, Option, frames
from aichef.chef.plan import _measure
from aichef.food.amounts import tidy, write_amount
from aichef.food.table import foods
from aichef.profile.model import TARGETS

EVERY = sorted({frame.id: frame for t in TARGETS for frame in frames(t)}.items())
QUARTERS = {Fraction(n, 4) for n in range(1, 4)}


def spoons(option: Option, servings: int) -> list[tuple[Fraction, str]]:
    """Every amount the composer may write for an option, where it is spoons or pinches."""
    measure = _measure(option, servings)
    low, high = option.low * servings, min(option.high * servings, measure.up_to)
    least = max(1, math.ceil(low / measure.grams - 1e-9))
    most = max(least, math.floor(high / measure.grams + 1e-9))
    if measure.unit not in {"작은술", "큰술", "꼬집"}:
        return []
    return [tidy(n * measure.amount, measure.unit) for n in range(least, most + 1)]


def is_counted_out(amount: Fraction, unit: str) -> bool:
    """Up to three teaspoons in halves, below one in quarters or a single eighth; then tables."""
    if unit == "꼬집":
        return amount <= 3
    if unit == "큰술":
        return (2 * amount).denominator == 1
    fine = amount in {Fraction(1, 8), *QUARTERS}
    return amount < 3 and (fine or (2 * amount).denominator == 1)


@pytest.mark.parametrize("frame", [frame for _, frame in EVERY], ids=[one for one, _ in EVERY])
def test_spoons_are_halves_and_quarters_and_never_many_small_ones(frame: Frame) -> None:
    for servings in range(1, 9):
        for role in frame.roles:
            for option in role.options:
                odd = [
                    "".join(write_amount(*one, "ko"))
                    for one in spoons(option, servings)
                    if not is_counted_out(*one)
                ]
                assert not odd, f"{option.food} for {servings}: {odd}"


def test_salt_is_never_a_pinch_that_may_hold_twice_as_much() -> None:
    salty = [
        option
        for _, frame in EVERY
        for role in frame.roles
        for option in role.options
        if (foods()[option.food].per_100g.get("sodium_mg") or 0) > 1000
    ]
    assert salty
    assert not [one.food for one in salty if "꼬집" in one.measure]


def test_what_is_over_three_teaspoons_goes_by_the_tablespoon() -> None:
    assert tidy(Fraction(3), "작은술") == (Fraction(1), "큰술")
    assert tidy(Fraction(9, 2), "작은술") == (Fraction(3, 2), "큰술")


def test_and_a_half_takes_the_particle_of_the_number_before_it() -> None:
    assert [write_amount(Fraction(n) + Fraction(1, 2), "큰술", "ko")[0] for n in (1, 2, 3, 4)] == [
        "1과 1/2",
        "2와 1/2",
        "3과 1/2",
        "4와 1/2",
    ]
