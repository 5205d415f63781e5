"""A kept meal seen a little differently: the same code, the same gate, nothing stored."""

from __future__ import annotations

import json

import pytest

from aichef.recipe.check import closes_gate
from aichef.web.page.kept import Wish
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
