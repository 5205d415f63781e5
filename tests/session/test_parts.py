"""What a step leaves comes back the same."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, cast

import pytest

import aichef.session.parts
from aichef import cook
from aichef.cook import Kitchen, Pricing, Progress
from aichef.errors import ChefError, StoreError
from aichef.kitchens.local import local_kitchen
from aichef.meal.section4 import to_json
from aichef.prices.model import Need, Price, Priced, Unpriced
from aichef.profile.model import TARGETS, Available, Profile
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Ingredient, Recipe, Spent, WrittenBy
from aichef.session.parts import from_part, to_part
from aichef.settings import Settings
from tests.profiles import random_profile

WANTED = 60 if os.environ.get("AICHEF_CI") == "1" else 30
"""Composing takes a tenth of a second a meal; the build can wait."""

RECIPE = Recipe(
    name="두부\u2028구이 \U0001f373",
    servings=2,
    ingredients=(
        Ingredient("두부", "1/3", "모", "tofu", 0.1 + 0.2, 1e-17, worst_grams=5e-324),
        Ingredient("소금"),
    ),
    instructions=("1. 굽는다", "2. 담는다"),
    minutes=15,
    written_by=WrittenBy(
        "model", "bedrock:x", 1, ("바꿨어요",), spent=Spent(10, 20, 1, 1.25, "0.001", "2026-11-01")
    ),
)
NEED = Need("두부", "1", "모", "tofu", 300.0)
PRICE = Price("tofu", "두부 300g", "pack", 300.0, 1_980, "offer", "쿠팡", date(2026, 11, 22))


def drive(step: Any) -> Any:
    """What a step gives in a kitchen where nobody is waited for."""
    with pytest.raises(StopIteration) as end:
        step.send(None)
    return end.value.value


@pytest.fixture(scope="module")
def kitchen(tmp_path_factory: pytest.TempPathFactory) -> Kitchen:
    return local_kitchen(Settings(tmp_path_factory.mktemp("home")))


def composed(kitchen: Kitchen) -> Iterator[tuple[Profile, Recipe, Pricing]]:
    """Meals of random profiles, step by step; those nobody can be fed by are left out."""
    now = kitchen.clock()
    seed = 0
    while True:
        seed += 1
        try:
            profile = cook.admitted(parse_profile(random_profile(seed, now.date())), now)[0]
            recipe = drive(cook.write(profile, kitchen, now, Progress()))
        except ChefError:
            continue
        yield profile, recipe, drive(cook.price(profile, recipe, kitchen, Progress()))


def test_meals_of_all_targets_come_back_the_same(kitchen: Kitchen) -> None:
    now = kitchen.clock()
    targets = set()
    for _, (profile, recipe, pricing) in zip(range(WANTED), composed(kitchen), strict=False):
        again = from_part(to_part(profile, Profile), Profile)
        written = from_part(to_part(recipe, Recipe), Recipe)
        priced = from_part(to_part(pricing, Pricing), Pricing)
        assert (again, written, priced) == (profile, recipe, pricing)
        first = cook.serve(profile, recipe, pricing, (), now, Progress())
        second = cook.serve(again, written, priced, (), now, Progress())
        assert json.dumps(to_json(first, "x")) == json.dumps(to_json(second, "x"))
        targets.add(profile.target)
    assert targets == {*TARGETS}


def test_floats_signs_and_order_are_kept() -> None:
    back = from_part(to_part(RECIPE, Recipe), Recipe)
    assert back == RECIPE
    assert repr(back) == repr(RECIPE)


def test_a_basket_that_has_everything_comes_back_the_same() -> None:
    doubtful = (replace(PRICE, url="https://shop.example/1", flags=("b", "a")),)
    found = (
        Priced(NEED, (PRICE,), PRICE, ("네이버",), doubtful),
        Unpriced(replace(NEED, food="", grams=0.0), "가격을 찾지 못했어요.", doubtful),
    )
    back = from_part(to_part(cast("Any", found), cast("Any", tuple[Priced | Unpriced, ...])),
                     cast("Any", tuple[Priced | Unpriced, ...]))  # fmt: skip
    assert repr(back) == repr(found)


def test_a_profile_that_has_everything_comes_back_the_same() -> None:
    profile = Profile(
        "fridge",
        medications=(),
        weight_kg=61.3,
        available=(Available("두부", "tofu", 150.0, "1/2", "모", date(2026, 11, 30), True),),
        pantry=frozenset({"salt", "water", "rice"}),
        tools=frozenset(),
        prefer=("less_salt",),
    )
    assert from_part(to_part(profile, Profile), Profile) == profile


@pytest.mark.parametrize(
    "change",
    [
        lambda old: old.pop("servings"),
        lambda old: old.update(portions=2),
        lambda old: old.update(servings="2"),
        lambda old: old.update(difficulty="simple"),
        lambda old: old["ingredients"][0].update(weight=3),
        lambda old: old.update(ingredients={}),
    ],
)
def test_a_recipe_of_another_version_is_refused_in_one_sentence(change: Any) -> None:
    old = json.loads(to_part(RECIPE, Recipe))
    change(old)
    with pytest.raises(StoreError, match="다시 시작") as caught:
        from_part(json.dumps(old).encode(), Recipe)
    assert caught.value.details == {"trouble": "part"}
    assert "두부" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b'{"name":', b"{}"])
def test_what_is_no_recipe_at_all_is_refused(body: bytes) -> None:
    with pytest.raises(StoreError):
        from_part(body, Recipe)


def test_a_recipe_from_before_a_field_was_added_is_still_one() -> None:
    old = json.loads(to_part(RECIPE, Recipe))
    del old["unread"]
    assert from_part(json.dumps(old).encode(), Recipe) == RECIPE


@pytest.mark.parametrize("grams", [float("nan"), float("inf"), -float("inf")])
def test_a_figure_json_cannot_say_is_not_kept(grams: float) -> None:
    odd = replace(RECIPE, ingredients=(Ingredient("두부", grams=grams),))
    with pytest.raises(ValueError, match="exactly"):
        to_part(odd, Recipe)


def test_no_two_rooms_mean_different_things_by_one_name() -> None:
    """Names are looked up over all rooms at once."""
    meant: dict[str, object] = {}
    for module in aichef.session.parts._NOUNS:
        for name, one in vars(module).items():
            if not name.startswith("_"):
                assert meant.setdefault(name, one) == one, name


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A value of a room above, with a name that is only known to type checkers."""

    basket: Basket | None = None  # type: ignore[name-defined]  # noqa: F821 - on purpose


def test_a_value_of_a_room_above_may_hold_any_noun() -> None:
    assert [one.name for one in fields(Newcomer)] == ["basket"]
    assert from_part(to_part(Newcomer(), Newcomer), Newcomer) == Newcomer()
