"""Forty cells of the grid and its judge: the whole of it is `make bench-full`."""

from __future__ import annotations

import pytest
from bench import grid

from aichef.cook import Kitchen
from aichef.kitchens.local import local_kitchen
from aichef.settings import Settings
from tests.independent import violations
from tests.relaxation import feasible

CELLS = 40


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Kitchen:
    return local_kitchen(Settings(tmp_path_factory.mktemp("home")))


def test_the_grid_has_every_cell_once() -> None:
    cells = grid.cells()
    allergies = 1 + 19 + grid.PAIRS
    assert len(grid.allergies()) == allergies
    adults = 4 * 6 * 3 * 3 * allergies
    babies = 5 * 3 * 3 * allergies
    assert len(cells) == adults + babies + 5 * 5
    assert len({one["seed"] for one in cells}) == len(cells)


def test_a_sample_holds_every_target_disease_and_stage() -> None:
    sample = grid.stratified(grid.WANTED)
    assert len(sample) == grid.WANTED
    assert {one["target"] for one in sample} == {*grid.TARGETS, "baby_food"}
    assert {one["babyAgeMonths"] for one in sample if "babyAgeMonths" in one} == {*grid.MONTHS}
    ill = {grid.disease_of(one) for one in sample} - {"baby", "baby, ill", "no disease"}
    assert ill == {one for one in grid.DISEASES if one}
    assert sample == grid.stratified(grid.WANTED)


def test_a_sample_of_the_grid_is_answered_or_refused_with_its_rules(kitchen: Kitchen) -> None:
    broken, unanswered = [], []
    for data in grid.stratified(CELLS):
        fate, meal, rules = grid.cooked(data, kitchen)
        if meal:
            broken += [f"{one}: {grid.shown(data)}" for one in violations(meal, data)]
        else:
            assert rules, grid.shown(data)
        if fate == "unanswered":
            unanswered.append(grid.shown(data))
    assert not broken
    assert len(unanswered) <= 0.05 * CELLS


def test_a_sick_baby_is_refused_by_name(kitchen: Kitchen) -> None:
    ill = next(one for one in grid.cells() if grid.disease_of(one) == "baby, ill")
    assert grid.cooked(ill, kitchen) == ("clash", None, ["B64"])


# ------------------------------------------------------------------ the judge of a clash


@pytest.mark.parametrize(
    "profile",
    [
        {"target": "keto", "allergies": ["egg", "pork"]},
        {"target": "diabetes", "healthConditions": ["ckd"], "budget": 8_000, "servings": 4},
        {"target": "baby_food", "babyAgeMonths": 5, "allergies": ["milk", "wheat"]},
        {"target": "fridge", "availableIngredients": [{"name": "두부", "mustUse": True}]},
    ],
)
def test_food_exists_for_what_can_be_fed(profile: dict[str, object]) -> None:
    assert feasible(profile)


@pytest.mark.parametrize(
    "profile",
    [
        # Flour cannot be used and be avoided.
        {
            "target": "fridge",
            "allergies": ["wheat"],
            "availableIngredients": [{"name": "밀가루", "mustUse": True}],
        },
        # A keto meal of potatoes.
        {"target": "keto", "availableIngredients": [{"name": "감자", "mustUse": True}]},
        # At three months nothing is allowed.
        {"target": "baby_food", "babyAgeMonths": 3},
    ],
)
def test_no_food_exists_where_the_rules_truly_clash(profile: dict[str, object]) -> None:
    assert not feasible(profile)
