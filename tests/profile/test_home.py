"""The fridge, the pantry and the tools."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from aichef.errors import InvalidProfile
from aichef.food.table import foods
from aichef.profile.fields import Field
from aichef.profile.home import BASIC, TOOLS, food_ids, read_fridge, read_pantry, read_tools
from tests.shared import shared_path

TODAY = date(2026, 11, 23)
FRIDGE = Field("availableIngredients", "ko")
PANTRY = Field("pantry", "ko")
KIT = Field("tools", "ko")
ALL = frozenset(TOOLS)


def test_a_fridge_is_read_from_a_sentence() -> None:
    tofu, spinach, eggs = read_fridge(FRIDGE, "두부 1모, 시금치 한 단, 달걀 3개", TODAY)
    assert (tofu.food, tofu.unit) == ("tofu_firm", "모")
    assert spinach.food == "spinach"
    assert (eggs.food, eggs.amount) == ("egg", "3")
    assert all(one.grams for one in (tofu, spinach, eggs))


def test_a_fridge_without_amounts_says_only_that_there_is_some() -> None:
    found = read_fridge(FRIDGE, "두부와 시금치", TODAY)
    assert [one.food for one in found] == ["tofu_firm", "spinach"]
    assert [one.grams for one in found] == [None, None]


def test_an_unknown_name_in_the_fridge_is_kept() -> None:
    (one,) = read_fridge(FRIDGE, "외계물질 2개", TODAY)
    assert (one.name, one.food, one.grams) == ("외계물질", None, None)


def test_what_has_to_be_used_and_until_when() -> None:
    item = {"name": "두부", "amount": 1, "unit": "모", "expires": "내일", "mustUse": True}
    (one,) = read_fridge(FRIDGE, [item], TODAY)
    assert (one.expires, one.must_use) == (date(2026, 11, 24), True)
    (same,) = read_fridge(FRIDGE, "두부 1모(내일까지, 꼭)", TODAY)
    assert same == one


def test_an_expired_food_stays_with_its_date() -> None:
    (one,) = read_fridge(FRIDGE, [{"name": "닭가슴살", "expires": "2026-11-20"}], TODAY)
    assert one.expires == date(2026, 11, 20)


@pytest.mark.parametrize("value", ["없음", [], ["없음"], ""])
def test_an_empty_fridge(value: object) -> None:
    assert read_fridge(FRIDGE, value, TODAY) == ()


def test_the_basic_pantry_is_the_list_of_rule_f04() -> None:
    with shared_path("domain/targets.csv").open(encoding="utf-8") as file:
        rule = next(row for row in csv.DictReader(file) if row["rule_id"] == "F04")
    assert frozenset(rule["ingredient_ids"].split("|")) == BASIC
    assert all(one in foods() for one in BASIC)


@pytest.mark.parametrize("value", ["empty", "없음", [], ["none"]])
def test_a_pantry_may_be_empty(value: object) -> None:
    assert read_pantry(PANTRY, value) == (frozenset(), False)


def test_a_pantry_may_be_a_list_with_or_without_the_basics() -> None:
    assert read_pantry(PANTRY, "기본") == (BASIC, True)
    assert read_pantry(PANTRY, ["고추장", "gochujang"]) == (frozenset({"gochujang"}), False)
    named, basic = read_pantry(PANTRY, ["basic", "당근"])
    assert basic
    assert named == BASIC | {"carrot"}


@pytest.mark.parametrize(
    ("value", "tools"),
    [
        ("오븐 없음", ALL - {"oven"}),
        ("no oven", ALL - {"oven"}),
        ("오븐이 없어요, 믹서기 없어요", ALL - {"oven", "blender"}),
        ("가스레인지 없음", ALL - {"pan", "pot", "steamer"}),
        ("전자레인지만", frozenset({"microwave"})),
        ("microwave only", frozenset({"microwave"})),
        (["에어프라이어", "냄비"], frozenset({"airfryer", "pot"})),
        ("프라이팬, 냄비 있어요", frozenset({"pan", "pot"})),
        ("없음", frozenset()),
        (sorted(ALL), ALL),
    ],
)
def test_tools_are_those_at_hand(value: object, tools: frozenset[str]) -> None:
    assert read_tools(KIT, value) == tools


def test_an_unknown_tool_or_food_is_named() -> None:
    with pytest.raises(InvalidProfile, match="망치"):
        read_tools(KIT, "망치")
    with pytest.raises(InvalidProfile, match="외계물질"):
        food_ids(Field("currentFoods", "ko"), "쌀, 외계물질")
