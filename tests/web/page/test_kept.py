"""A kept meal seen a little differently: the same code, the same gate, nothing stored."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from aichef.meal.read import price_of
from aichef.prices.find import nearby
from aichef.recipe.check import closes_gate
from aichef.web.page import kept as kept_room
from aichef.web.page.kept import Wish, is_whole
from tests.web.page.cooked import PROFILES, Larder, larder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Larder:
    return larder(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def meals(home: Larder) -> dict[str, str]:
    return {name: home.cooked(profile) for name, profile in PROFILES.items()}


@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("name", PROFILES)
def test_solving_a_kept_meal_again_gives_the_very_same_meal(
    home: Larder, name: str, locale: str
) -> None:
    kept = home.kept(home.cooked({**PROFILES[name], "locale": locale, "seed": 3}))
    assert json.loads(json.dumps(kept.json_of(kept.changed(Wish())))) == kept.body


@pytest.mark.parametrize("name", PROFILES)
def test_other_servings_scale_everything_and_keep_what_one_eats(
    home: Larder, meals: dict[str, str], name: str
) -> None:
    kept = home.kept(meals[name])
    many = kept.recipe.servings - 1
    view = kept.view(Wish(servings=many))
    assert view.refused == ()
    old, new = kept.body["recipe"], view.body["recipe"]
    assert new["servings"] == many
    share = many / kept.recipe.servings
    for before, after in zip(old["ingredients"], new["ingredients"], strict=True):
        assert after["grams"] == pytest.approx(before["grams"] * share, abs=0.01)
    energy = old["nutrition"]["perServing"]["energy_kcal"]
    assert new["nutrition"]["perServing"]["energy_kcal"] == pytest.approx(energy, rel=0.001)
    assert new["nutrition"]["total"]["energy_kcal"] == pytest.approx(energy * many, rel=0.001)
    used = (one["pricing"]["usedCost"] for one in (kept.body, view.body))
    assert next(used) >= next(used)
    assert not [one for one in view.findings if closes_gate(one, view.profile)]


def test_more_servings_than_the_budget_bears_are_refused_with_the_rule(home: Larder) -> None:
    kept = home.kept(home.cooked({"target": "keto", "servings": 2, "budget": 12_000}))
    view = kept.view(Wish(servings=20))
    assert any("예산" in one for one in view.refused)
    assert view.body == kept.body
    assert not view.altered


def test_what_is_not_at_home_is_bought_and_what_is_there_is_not(
    home: Larder, meals: dict[str, str]
) -> None:
    kept = home.kept(meals["keto"])
    lines = kept.body["pricing"]["vendorBreakdown"].values()
    food = next(iter(lines))[0]["food"]
    at_home = kept.body["pricing"]["assumedAtHome"][0]["food"]

    def bought(wish: Wish) -> set[str]:
        rows = kept.view(wish).body["pricing"]["vendorBreakdown"].values()
        return {one["food"] for some in rows for one in some}

    assert food in bought(Wish())
    assert food not in bought(Wish(have=(food,)))
    assert at_home not in bought(Wish())
    assert at_home in bought(Wish(buy=(at_home,)))


def test_every_swap_that_is_offered_holds_and_can_be_taken(
    home: Larder, meals: dict[str, str]
) -> None:
    kept = home.kept(meals["general"])
    offered = [
        (wish, meal)
        for line in kept.recipe.ingredients[:4]
        for wish, meal in kept.swaps(line.food or "")
    ]
    assert offered
    for wish, meal in offered:
        assert not [one for one in meal.findings if closes_gate(one, kept.profile)]
        old, new = wish.swap[0]
        foods = {one.food for one in kept.view(wish).recipe.ingredients}
        assert new in foods
        assert old not in foods


def test_a_swap_never_brings_in_what_somebody_is_allergic_to(home: Larder) -> None:
    kept = home.kept(home.cooked({"target": "general", "allergies": ["대두", "달걀", "새우"]}))
    allergens = kept.profile.allergen_ids
    from aichef.food.table import foods

    for line in kept.recipe.ingredients:
        for wish, _ in kept.swaps(line.food or ""):
            assert not allergens & foods()[wish.swap[0][1]].allergens.keys()


def test_a_wish_in_an_address_is_read_back_and_nonsense_is_left_out() -> None:
    wish = Wish(
        servings=3,
        have=("walnut",),
        buy=("salt_refined",),
        pick=(("avocado", 1),),
        swap=(("avocado", "strawberry"),),
        plan="fewest_shops",
    )
    assert Wish.read(wish.query) == wish
    assert Wish().query == {}
    nonsense = {
        "servings": "9" * 400,
        "have": "nothing,<script>," + "walnut," * 900,
        "buy": "a.b.c",
        "pick": "walnut.-1,walnut.x",
        "swap": "walnut.nothing",
        "plan": "free",
    }
    read = Wish.read(nonsense)
    assert set(read.have) == {"walnut"}
    assert (read.servings, read.buy, read.pick, read.swap, read.plan) == (
        None,
        (),
        (),
        (),
        "cheapest",
    )


@pytest.mark.parametrize(
    "wish",
    [
        Wish(servings=2),
        Wish(have=("salmon",)),
        Wish(have=("salt_refined",)),
        Wish(buy=("salmon",)),
        Wish(pick=(("salmon", 0),)),
        Wish(pick=(("avocado", 999),)),
        Wish(swap=(("avocado", "salt_refined"),)),
        Wish(swap=(("salmon", "avocado"),)),
        Wish(plan="fewest_shops"),
    ],
    ids=lambda one: str(one.query),
)
def test_what_cannot_be_done_is_not_said_to_have_been_done(
    home: Larder, meals: dict[str, str], wish: Wish
) -> None:
    kept = home.kept(meals["keto"])
    view = kept.view(wish)
    assert (view.wish, view.altered) == (Wish(), False)
    assert view.body == kept.body


def test_what_can_be_done_is_done_and_the_rest_is_left_out(
    home: Larder, meals: dict[str, str]
) -> None:
    kept = home.kept(meals["keto"])
    view = kept.view(Wish(have=("salmon", "avocado"), buy=("salt_refined", "salmon")))
    assert view.wish == Wish(have=("avocado",), buy=("salt_refined",))


def test_cooked_rice_is_bought_and_at_home_as_the_rice_one_buys_for_it(
    home: Larder, meals: dict[str, str]
) -> None:
    kept = home.kept(meals["fridge"])
    assert "rice_white_cooked" in {one.food for one in kept.recipe.ingredients}

    def bought(wish: Wish) -> bool:
        rows = kept.view(wish).body["pricing"]["vendorBreakdown"].values()
        return any(one["food"] == "rice_white_raw" for some in rows for one in some)

    there = Wish().at_home("rice_white_cooked", yes=True)
    assert there == Wish(have=("rice_white_raw",)) == Wish.read({"have": "rice_white_cooked"})
    assert not bought(there)
    needed = there.at_home("rice_white_raw", yes=False)
    assert needed == Wish(buy=("rice_white_raw",))
    assert bought(needed)
    assert not bought(needed.at_home("rice_white_cooked", yes=True))
    assert needed.as_before("rice_white_cooked") == Wish()


def test_assumptions_that_were_said_otherwise_are_gone(home: Larder, meals: dict[str, str]) -> None:
    kept = home.kept(meals["keto"])
    told = kept.body["recipe"]["assumptions"]
    assert any("2인분으로 보았어요" in one for one in told)

    def assumed(wish: Wish) -> str:
        return " ".join(kept.view(wish).body["recipe"]["assumptions"])

    assert "2인분" not in assumed(Wish(servings=3))
    assert "2인분" in assumed(Wish(buy=("salt_refined",)))
    assert "소금 말고 기본 재료는" in assumed(Wish(buy=("salt_refined",)))
    assert "소금, 설탕" not in assumed(Wish(buy=("salt_refined",)))


def test_a_product_can_be_picked_for_a_food_that_was_swapped_in_or_is_not_at_home(
    home: Larder, meals: dict[str, str]
) -> None:
    kept = home.kept(meals["keto"])
    salt = Wish(buy=("salt_refined",))
    (one,) = kept.view(salt).offers["salt_refined"]
    price = price_of(one, "salt_refined", "ko")
    kept._prices["salt_refined"] = (price, replace(price, vendor="하나", won=price.won + 500))
    view = kept.view(replace(salt, pick=(("salt_refined", 1),)))
    assert view.wish.pick == (("salt_refined", 1),)
    assert [one["food"] for one in view.body["pricing"]["vendorBreakdown"]["하나"]] == [
        "salt_refined"
    ]
    assert len(view.offers["salt_refined"]) == 2


def test_a_changed_meal_is_priced_where_the_person_shops(
    home: Larder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = home.kept(home.cooked({**PROFILES["keto"], "region": "부산", "shops": ["이마트"]}))
    asked: list[tuple[str | None, tuple[str, ...]]] = []
    real = nearby

    def listening(shops: Any, region: str | None, names: Any) -> Any:
        asked.append((region, tuple(names)))
        return real(shops, region, names)

    monkeypatch.setattr(kept_room, "nearby", listening)
    kept.view(Wish(buy=("salt_refined",)))
    assert asked == [("부산", ("이마트",))]


def test_a_swap_is_told_on_top_of_what_was_changed_before(
    home: Larder, meals: dict[str, str]
) -> None:
    kept = home.kept(meals["general"])
    base = Wish(servings=3)
    line = kept.recipe.ingredients[2]
    offered = [wish for wish, _ in kept.swaps(line.food or "", base)]
    assert offered
    assert all(wish.servings == 3 for wish in offered)
    twice = next(iter(kept.swaps(offered[0].swap[0][1], offered[0])), None)
    assert twice is None or len(twice[0].swap) == 2


@pytest.mark.parametrize(
    "path",
    [
        ("recipe", "writtenBy"),
        ("recipe", "findings"),
        ("pricing", "ingredients", 0, "food"),
        ("pricing", "ingredients", 0, "prices", 0, "grams"),
        ("pricing", "assumedAtHome", 0, "food"),
        ("recipe", "ingredients", 0, "toBuy"),
    ],
)
def test_a_meal_that_lacks_what_the_pages_show_is_not_whole(
    home: Larder, meals: dict[str, str], path: tuple[Any, ...]
) -> None:
    body = home.kept(meals["keto"]).body
    assert is_whole(body)
    *way, last = path
    held: Any = body
    for one in way:
        held = held[one]
    del held[last]
    assert not is_whole(body)


def test_a_food_that_has_left_the_table_makes_a_meal_one_of_another_version(
    home: Larder, meals: dict[str, str]
) -> None:
    body = home.kept(meals["keto"]).body
    body["recipe"]["ingredients"][0]["food"] = "no_such_food"
    assert not is_whole(body)
