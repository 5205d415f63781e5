"""The built-in cook chooses as a thrifty cook would: the fridge first, little left over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aichef.chef import plan as planning
from aichef.chef.composer import _in_turn, chosen, compose, takes_all, uses_up
from aichef.chef.frame import foods_of, frames
from aichef.chef.plan import Plan, lay_out
from aichef.errors import Infeasible
from aichef.food.table import foods
from aichef.prices.choose import candidates, least_won, used_rate
from aichef.recipe.model import Recipe
from tests.chef.ordering import TODAY, book, order, profile
from tests.chef.test_composer import eaten

Item = dict[str, object]
SUMMER = date(2026, 7, 15)


def item(name: str, grams: int = 300, days: int | None = None, *, must: bool = False) -> Item:
    found: Item = {"name": name, "amount": grams, "unit": "g"}
    if days is not None:
        found["expires"] = (TODAY + timedelta(days=days)).isoformat()
    if must:
        found["mustUse"] = True
    return found


def from_fridge(*items: Item, seed: int = 0, **more: object) -> Recipe:
    return compose(order(target="fridge", availableIngredients=list(items), seed=seed, **more))


def bought(recipe: Recipe) -> list[str]:
    return [one.food or "" for one in recipe.ingredients if one.to_buy and one.food != "water"]


# ------------------------------------------------------------------ the fridge


@pytest.mark.parametrize("first", ["돼지고기 앞다리", "닭가슴살", "두부"])
def test_what_expires_first_is_taken_first(first: str) -> None:
    mains = ("돼지고기 앞다리", "닭가슴살", "두부")
    items = [item(one, days=1 if one == first else 20) for one in mains]
    food = profile(target="fridge", availableIngredients=first).available[0].food
    used = [food in eaten(from_fridge(*items, seed=seed)) for seed in range(8)]
    assert all(used)


def test_a_pressing_item_weighs_more_than_one_without_a_date() -> None:
    shelf = profile(
        target="fridge",
        availableIngredients=[item("두부", days=0), item("양파"), item("당근", days=30)],
    )
    soon, undated, later = (planning.urgency(one, TODAY) for one in shelf.available)
    assert soon > undated == later


@pytest.mark.parametrize("seed", range(12))
def test_three_vegetables_and_a_meat_that_must_be_used_are_all_used(seed: int) -> None:
    menus = [
        ("시금치", "당근", "새송이버섯", "돼지고기 앞다리"),
        ("오이", "토마토", "양파", "고등어"),
        ("배추", "숙주", "대파", "소고기 우둔살"),
        ("단호박", "브로콜리", "깻잎", "닭다리살"),
    ]
    wanted = menus[seed % len(menus)]
    recipe = from_fridge(*(item(one, 120, must=True) for one in wanted), seed=seed)
    named = profile(target="fridge", availableIngredients=", ".join(wanted)).available
    assert {one.food for one in named} <= eaten(recipe)


@pytest.mark.parametrize("grams", [30, 60, 130])
def test_never_more_is_used_than_there_is(grams: int) -> None:
    items = [item(one, grams, must=True) for one in ("시금치", "양파", "달걀")]
    recipe = from_fridge(*items, servings=4)
    own = {one.food for one in profile(target="fridge", availableIngredients=items).available}
    for one in recipe.ingredients:
        if one.food in own:
            assert (one.grams or 0) <= grams + 0.5
            assert not one.to_buy


def test_a_full_fridge_needs_few_purchases() -> None:
    items = [item(one) for one in ("두부", "양파", "당근", "애호박", "달걀", "대파")]
    counts = [len(bought(from_fridge(*items, seed=seed))) for seed in range(10)]
    assert max(counts) <= 3


def test_a_rare_food_is_taken_from_the_fridge_and_never_bought_for_it() -> None:
    own = {
        option.food
        for frame in frames("fridge")
        for role in frame.roles
        for option in role.options
        if option.own
    }
    bought_elsewhere = foods_of(frames("fridge"))
    rare = own - bought_elsewhere
    assert "shepherds_purse" in rare
    for seed in range(20):
        assert not rare & eaten(from_fridge(item("두부"), seed=seed))
    assert "shepherds_purse" in eaten(from_fridge(item("냉이", 60, must=True)))


def test_a_must_use_item_no_dish_takes_is_named() -> None:
    with pytest.raises(Infeasible) as refusal:
        from_fridge(item("바닐라아이스크림", must=True), item("양파", must=True))
    (rule,) = refusal.value.details["rules"]
    assert rule["rule"] == "F01"
    assert rule["foods"] == ["바닐라아이스크림"]
    assert "바닐라아이스크림을" in refusal.value.message
    assert "양파" not in refusal.value.message


def test_items_that_fit_no_dish_together_are_named_together() -> None:
    names = ["수박", "고등어", "식빵", "미역"]
    with pytest.raises(Infeasible) as refusal:
        from_fridge(*(item(one, must=True) for one in names))
    assert refusal.value.details["rules"][0]["foods"] == names
    assert "한꺼번에" in refusal.value.message


def test_places_are_shared_out_so_that_each_food_finds_one() -> None:
    frame = next(one for one in frames("fridge") if one.id == "fridge_sprout_egg_rice")
    assert takes_all(frame, ["spinach", "carrot", "cabbage", "egg"])
    assert not takes_all(frame, ["egg", "tofu_firm"])


COMMON = (
    "양파 당근 감자 고구마 애호박 오이 가지 토마토 배추 무 콩나물 숙주 부추 깻잎 상추 브로콜리 "
    "청양고추 봄동 냉이 연근 우엉 단호박 파프리카 표고버섯 두부 순두부 유부 달걀 메추리알 우유 "
    "모짜렐라치즈 배추김치 깍두기 총각김치 삼겹살 돼지갈비 소갈비 닭 닭다리 닭날개 오리고기 고등어 "
    "갈치 연어 오징어 낙지 새우 꽃게 바지락 전복 참치캔 스팸 어묵 베이컨 사과 바나나 수박 포도 "
    "현미 식빵 소면 당면 라면사리 만두 떡국떡 밀떡 밀가루 미역 완두콩"
)


@pytest.mark.parametrize("name", COMMON.split())
def test_nearly_any_common_food_finds_a_dish(name: str) -> None:
    shelf = profile(target="fridge", availableIngredients=[item(name, 200)]).available
    food = shelf[0].food
    assert food is not None, f"{name} is not read"
    assert food in eaten(from_fridge(item(name, 200, must=True)))


# ------------------------------------------------------------------ packs and money


def leftovers(recipe: Recipe) -> float:
    """Won of fresh packs that stay behind, by the price book."""
    won = 0.0
    for one in recipe.ingredients:
        food = one.food or ""
        prices = book().known([food]).get(food, ())
        if one.to_buy and prices and planning.spoils_opened(foods()[food]):
            offers = candidates(prices)
            grams = one.grams or 0.0
            won += least_won(grams, offers) - grams * used_rate(prices)
    return won


def test_less_of_fresh_packs_is_left_when_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    def left(weight: float) -> float:
        monkeypatch.setattr(planning, "LEFTOVER_COST", weight)
        return sum(
            leftovers(compose(order(target=target, servings=1, seed=seed)))
            for target in ("diet", "diabetes")
            for seed in range(6)
        )

    assert left(1.5) < left(0.0)


@pytest.mark.parametrize(
    ("food", "fresh"),
    [
        *((one, True) for one in ("spinach", "pork_belly", "mackerel", "milk_whole", "tofu_firm")),
        *((one, False) for one in ("oil_canola", "salt_refined", "soy_sauce", "rice_white_raw")),
    ],
)
def test_only_what_spoils_costs_when_it_is_left(food: str, *, fresh: bool) -> None:
    assert planning.spoils_opened(foods()[food]) is fresh


# ------------------------------------------------------------------ season, wishes, tools, time


def test_out_of_its_season_a_dish_waits_behind_the_others() -> None:
    eater = profile(target="keto", cookingLevel="advanced")
    pages = [replace(one, season=()) for one in frames("keto")]
    winter = replace(pages[2], season=(11, 12, 1))
    turn = [*pages[:2], winter, *pages[3:]]
    cold = [one.id for one in _in_turn(turn, eater, TODAY.replace(month=12))]
    warm = [one.id for one in _in_turn(turn, eater, TODAY.replace(month=6))]
    assert cold.index(winter.id) < warm.index(winter.id)


@pytest.mark.parametrize("target", ["keto", "diabetes", "diet", "fridge", "general"])
def test_dislikes_tools_and_time_are_kept(target: str) -> None:
    for seed in range(6):
        asked = order(
            target=target,
            dislikes="양파, 버섯, 두부",
            tools="프라이팬, 냄비",
            cookingTime="25분",
            seed=seed,
        )
        recipe = compose(asked)
        assert not eaten(recipe) & asked.profile.disliked_foods
        assert set(recipe.tools) <= {"pan", "pot"}
        assert (recipe.minutes or 99) <= 25


def test_less_time_than_any_dish_takes_is_said_with_the_least_that_would_do() -> None:
    with pytest.raises(Infeasible) as refusal:
        compose(order(target="baby_food", babyAgeMonths=7, cookingTime=10))
    least = refusal.value.details["leastMinutes"]
    assert f"{least}분" in refusal.value.message
    assert [one["rule"] for one in refusal.value.details["rules"]] == ["P02"]
    assert (
        compose(order(target="baby_food", babyAgeMonths=7, cookingTime=least)).minutes or 99
    ) <= least


def test_another_seed_is_another_dish() -> None:
    dishes = {chosen(order(target="diet", seed=seed))[0].id for seed in range(20)}
    assert len(dishes) >= 8


def test_a_must_use_food_a_rule_keeps_out_is_refused_by_that_rule() -> None:
    eater = profile(
        target="fridge", dislikes="시금치", availableIngredients=[item("시금치", must=True)]
    )
    frame = next(one for one in frames("fridge") if one.id == "fridge_stir_fry")
    laid = lay_out(frame, eater, book().known(foods_of([frame])), TODAY)
    assert not isinstance(laid, Plan)
    assert laid.reasons == ("P01",)


# ------------------------------------------------------------------ what is there, and when


@pytest.mark.parametrize("seed", range(4))
def test_as_much_as_the_dish_can_take_of_what_must_be_used_goes_in(seed: int) -> None:
    recipe = from_fridge(item("돼지고기 앞다리", 200, must=True), item("양파", 200), seed=seed)
    used = sum(one.grams or 0 for one in recipe.ingredients if one.food == "pork_foreleg")
    assert 160 <= used <= 200


@pytest.mark.parametrize("seed", range(4))
def test_a_frame_that_takes_all_that_must_be_used_is_tried_first(seed: int) -> None:
    must = [item("돼지고기 앞다리", 400, must=True)]
    eater = profile(target="fridge", servings=4, availableIngredients=must, seed=seed)
    able = [one for one in frames("fridge") if takes_all(one, ["pork_foreleg"])]
    assert min(uses_up(one, eater) for one in able) < 0.9
    assert uses_up(_in_turn(able, eater, TODAY)[0], eater) >= 0.9


def test_a_stand_in_is_taken_by_those_who_cannot_have_the_other() -> None:
    for seed in range(6):
        recipe = compose(order(target="diabetes", medications="없음", seed=seed))
        assert "ginger" not in eaten(recipe)
    plain = order(target="diabetes", medications="없음", allergies="마늘", pantry=["마늘", "간장"])
    frame = next(one for one in frames("diabetes") if one.id == "diabetes_pepper_stir_fry")
    laid = lay_out(frame, plain.profile, plain.known(foods_of([frame])), TODAY)
    assert isinstance(laid, Plan)
    picked = laid.best()
    assert picked is not None
    assert "ginger" in {one.food.id for one, _ in picked}


def test_what_has_no_price_is_no_way_round_the_budget() -> None:
    frame = next(one for one in frames("keto") if one.id == "keto_meat_ssam")
    eater = profile(target="keto", servings=4, budget=8_000)
    known = dict(book().known(foods_of([frame])))
    known.pop("duck_meat", None)
    laid = lay_out(frame, eater, known, TODAY)
    assert isinstance(laid, Plan)
    assert "duck_meat" not in {one.food.id for one in laid.choices}


def test_out_of_season_a_food_counts_a_little_less_and_costs_the_same() -> None:
    frame = next(one for one in frames("diabetes") if one.id == "diabetes_tomato_stir_fry")
    eater = profile(target="diabetes", medications="없음")
    known = book().known(foods_of([frame]))
    summer, winter = (
        next(one for one in laid.choices if one.food.id == "tomato")
        for laid in (lay_out(frame, eater, known, day) for day in (SUMMER, TODAY))
        if isinstance(laid, Plan)
    )
    assert winter.dispraise > summer.dispraise
    assert winter.till == summer.till


def test_nobody_in_a_hurry_is_given_a_bowl_for_each_in_the_microwave() -> None:
    fields = {"target": "diabetes", "servings": 4, "medications": "없음", "cookingTime": 20}
    for seed in range(6):
        recipe = compose(order(**fields, seed=seed))
        assert (recipe.minutes or 99) <= 20
        assert recipe.frame != "diabetes_microwave_bowl"


def test_a_fridge_dish_is_eaten_with_the_rice_at_home() -> None:
    for seed in range(6):
        recipe = compose(
            order(target="fridge", availableIngredients="두부 1모, 양파 2개", seed=seed)
        )
        assert all(one.food != "rice_multigrain_cooked" for one in recipe.served_with)
