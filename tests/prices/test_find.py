"""What has to be bought, and step 2: the prices for it."""

from __future__ import annotations

import asyncio
import pkgutil
import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef import prices
from aichef.errors import ShopError
from aichef.food.table import foods
from aichef.prices.choose import DOUBT
from aichef.prices.find import (
    Shop,
    find_prices,
    heard,
    known_prices,
    nearby,
    needs,
    prices_at_hand,
    told,
    unread,
)
from aichef.prices.lookup import AT_ONCE, Lookup
from aichef.prices.model import Need, Price, Priced, Unpriced
from aichef.recipe.model import Ingredient, Recipe, ServedWith
from tests.prices.making import a_need, a_price

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


@dataclass
class ShelfShop:
    """A shop with a few prices on one shelf, that counts who is inside."""

    prices: Mapping[str, tuple[Price, ...]]
    name: str = "shelf"
    inside: int = 0
    most_inside: int = 0
    asked: list[str] = field(default_factory=list)

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        return {food: self.prices[food] for food in foods if food in self.prices}

    async def search(self, need: Need) -> tuple[Price, ...]:
        self.asked.append(need.food)
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        await asyncio.sleep(0)
        self.inside -= 1
        return self.prices.get(need.food, ())


class ClosedShop:
    name = "closed"

    def known(self, foods: Collection[str]) -> Mapping[str, tuple[Price, ...]]:
        raise ShopError("오늘은 쉬어요.", foods=len(foods))

    async def search(self, need: Need) -> tuple[Price, ...]:
        raise ShopError("오늘은 쉬어요.", food=need.food)


ONION, EGG = a_price(300, 100), a_price(4000, 600, food="egg")
SHELF = {"onion": (ONION,), "egg": (EGG,)}


def found(needs: Sequence[Need], *shops: ShelfShop | ClosedShop) -> tuple[Priced | Unpriced, ...]:
    return asyncio.run(find_prices(needs, shops))


def test_prices_come_in_the_order_of_the_needs() -> None:
    egg, onion = a_need("egg"), a_need("onion")
    assert found([egg, onion], ShelfShop(SHELF)) == (
        Priced(egg, (EGG,), EGG),
        Priced(onion, (ONION,), ONION),
    )


def test_a_missing_price_is_an_answer() -> None:
    (answer,) = found([a_need("saffron")], ShelfShop(SHELF))
    assert answer == Unpriced(a_need("saffron"), "가격 정보가 없어요.")


def test_a_name_that_is_no_food_and_an_amount_nobody_can_weigh_are_not_asked_for() -> None:
    shop = ShelfShop(SHELF)
    unknown, vague = found([Need("별가루", "1", "개", "", 10), a_need("onion", 0)], shop)
    assert isinstance(unknown, Unpriced)
    assert "모르는 재료" in unknown.reason
    assert isinstance(vague, Unpriced)
    assert "잴 수 없어서" in vague.reason
    assert shop.asked == []


def test_reasons_speak_english_where_asked() -> None:
    (answer,) = asyncio.run(find_prices([a_need("saffron")], [ShelfShop(SHELF)], "en"))
    assert isinstance(answer, Unpriced)
    assert answer.reason == "No price is known for it."


def test_a_closed_shop_costs_its_own_prices_only_and_is_named() -> None:
    onion, saffron = found([a_need("onion"), a_need("saffron")], ClosedShop(), ShelfShop(SHELF))
    assert isinstance(onion, Priced)
    assert onion.troubles == ("closed: 오늘은 쉬어요.",)
    assert isinstance(saffron, Unpriced)
    assert "closed: 오늘은 쉬어요." in saffron.reason


def test_all_shops_are_heard_and_the_rule_of_the_house_chooses() -> None:
    mine = a_price(900, 100, flags=("own",))
    (answer,) = found([a_need("onion")], ShelfShop(SHELF), ShelfShop({"onion": (mine,)}))
    assert isinstance(answer, Priced)
    assert answer.prices == (ONION, mine)
    assert answer.chosen is mine


def test_a_shop_is_asked_once_for_each_food_and_not_for_everything_at_once() -> None:
    shop = ShelfShop(SHELF)
    every = list(foods())[: 2 * AT_ONCE]
    found([a_need(food) for food in every] * 2, shop)
    assert sorted(shop.asked) == sorted(every)
    assert shop.most_inside == AT_ONCE


class SlowShop(ShelfShop):
    async def search(self, need: Need) -> tuple[Price, ...]:
        await asyncio.sleep(1)
        return await super().search(need)


def test_twenty_foods_are_asked_in_two_rounds_at_the_most() -> None:
    start = time.monotonic()
    found([a_need(food) for food in list(foods())[:20]], SlowShop(SHELF), SlowShop(SHELF, "other"))
    assert time.monotonic() - start < 2.95


def test_who_is_late_is_left_behind_and_named() -> None:
    shops = [SlowShop({"onion": (EGG,)}, "slow"), ShelfShop(SHELF)]
    (answer,) = asyncio.run(find_prices([a_need("onion")], shops, seconds=0.05))
    assert isinstance(answer, Priced)
    assert answer.prices == (ONION,)
    assert "slow: 제시간에" in answer.troubles[0]
    assert heard(shops, [answer]) == (answer.troubles[0], "shelf")
    (english,) = asyncio.run(find_prices([a_need("onion")], shops, "en", seconds=0.05))
    assert isinstance(english, Priced)
    assert "in time" in english.troubles[0]


def test_a_look_up_starts_as_soon_as_an_ingredient_is_known() -> None:
    shop = ShelfShop(SHELF)

    async def meal() -> tuple[Priced | Unpriced, ...]:
        lookup = Lookup([shop])
        lookup.start(a_need("onion"))
        await asyncio.sleep(0.01)
        assert shop.asked == ["onion"]
        return await find_prices([a_need("onion"), a_need("egg")], [shop], lookup=lookup)

    assert all(isinstance(one, Priced) for one in asyncio.run(meal()))
    assert shop.asked == ["onion", "egg"]


def test_a_shop_of_few_questions_is_asked_for_the_dearest() -> None:
    few = ShelfShop(SHELF, "few")
    few.few = 1  # type: ignore[attr-defined]
    found([a_need("onion"), a_need("egg")], few, ShelfShop(SHELF))
    assert few.asked == ["egg"]


def test_a_shop_that_breaks_in_an_unknown_way_costs_its_own_prices_only() -> None:
    class Broken(ShelfShop):
        async def search(self, need: Need) -> tuple[Price, ...]:
            raise KeyError("a secret", need)

    (answer,) = found([a_need("onion")], Broken({}, "broken"), ShelfShop(SHELF))
    assert isinstance(answer, Priced)
    assert "broken: " in answer.troubles[0]
    assert "secret" not in answer.troubles[0]


def test_a_doubtful_product_is_shown_and_never_priced() -> None:
    doubtful = a_price(1, 1000, kind="offer", flags=(DOUBT,))
    shop = ShelfShop({"onion": (doubtful, ONION), "egg": (doubtful,)})
    onion, egg = found([a_need("onion"), a_need("egg")], shop)
    assert isinstance(onion, Priced)
    assert (onion.prices, onion.doubtful) == ((ONION,), (doubtful,))
    assert isinstance(egg, Unpriced)
    assert known_prices({"onion"}, [shop]) == {"onion": (ONION,)}
    assert egg.doubtful == (doubtful,)
    (at_hand,) = prices_at_hand([a_need("onion")], [shop])
    assert isinstance(at_hand, Priced)
    assert at_hand.prices == (ONION,)


def test_a_shop_that_knows_places_is_asked_near_the_person() -> None:
    class Placed(ShelfShop):
        def near(self, region: str | None, shops: Sequence[str]) -> Placed:
            return Placed(self.prices, f"{region} {' '.join(shops)}")

    plain = ShelfShop(SHELF)
    assert nearby([plain, Placed(SHELF)], None, ())[1].name == "shelf"
    placed = nearby([plain, Placed(SHELF)], "서울", ("이마트",))
    assert (placed[0], placed[1].name) == (plain, "서울 이마트")


def test_prices_at_hand_come_from_every_open_shop() -> None:
    shops: list[Shop] = [ClosedShop(), ShelfShop(SHELF), ShelfShop({"onion": (ONION,)})]
    assert known_prices({"onion", "saffron"}, shops) == {"onion": (ONION, ONION)}


def recipe(*ingredients: Ingredient, served: tuple[ServedWith, ...] = ()) -> Recipe:
    return Recipe("시험", 2, ingredients, ("1. 섞어요.",), served_with=served)


ONIONS = Ingredient("양파", "1", "개", food="onion", grams=200, edible_grams=182)


def test_what_is_not_at_home_is_bought() -> None:
    to_buy, at_home = needs(recipe(ONIONS), frozenset(), {})
    assert to_buy == (Need("양파", "1", "개", "onion", 200, 182),)
    assert at_home == ()


def test_the_pantry_and_the_fridge_are_at_home() -> None:
    homes: list[tuple[set[str], dict[str, float | None]]] = [
        ({"onion"}, {}),
        (set(), {"onion": 200.0}),
        (set(), {"onion": None}),
    ]
    for pantry, fridge in homes:
        to_buy, at_home = needs(recipe(ONIONS), frozenset(pantry), fridge)
        assert to_buy == ()
        assert [need.food for need in at_home] == ["onion"]


def test_what_the_recipe_says_is_there_is_not_bought() -> None:
    there = Ingredient("양파", food="onion", grams=200, to_buy=False)
    assert needs(recipe(there), frozenset(), {})[0] == ()


def test_the_fridge_gives_no_more_than_it_holds() -> None:
    to_buy, at_home = needs(recipe(ONIONS, ONIONS), frozenset(), {"onion": 250})
    assert [need.grams for need in at_home] == [200, pytest.approx(50)]
    assert [need.grams for need in to_buy] == [pytest.approx(150)]
    assert [need.edible_grams for need in to_buy] == [pytest.approx(182 * 0.75)]


def test_cooked_rice_beside_the_dish_is_bought_raw_for_every_serving() -> None:
    bowl = recipe(served=(ServedWith("rice_white_cooked", 210),))
    bought_as = foods()["rice_white_cooked"].bought_as
    assert bought_as is not None
    (rice,), _ = needs(bowl, frozenset(), {})
    assert rice.food == "rice_white_raw"
    assert rice.grams == pytest.approx(420 * bought_as[1])
    assert 160 < rice.grams < 170
    assert needs(bowl, frozenset({"rice_white_raw"}), {})[0] == ()
    assert needs(bowl, frozenset(), {"rice_white_cooked": None})[0] == ()


def test_a_bowl_left_over_in_the_fridge_saves_raw_rice() -> None:
    bowl = recipe(served=(ServedWith("rice_white_cooked", 200),))
    to_buy, at_home = needs(bowl, frozenset(), {"rice_white_cooked": 200, "rice_white_raw": 30})
    whole = needs(bowl, frozenset(), {})[0][0].grams
    assert [need.grams for need in at_home] == [pytest.approx(whole / 2), pytest.approx(30)]
    assert [need.grams for need in to_buy] == [pytest.approx(whole / 2 - 30)]


def test_an_unknown_or_unweighed_ingredient_stays_on_the_list() -> None:
    to_buy, _ = needs(
        recipe(Ingredient("별가루", "1", "줌"), Ingredient("양파", "조금", food="onion")),
        frozenset(),
        {"onion": 100},
    )
    assert to_buy == (Need("별가루", "1", "줌", "", 0.0), Need("양파", "조금", "", "onion", 0.0))


@settings(deadline=None)
@given(grams=st.lists(st.floats(1, 1000), min_size=1, max_size=5), fridge=st.floats(0, 3000))
def test_nothing_is_lost_between_the_shop_and_the_fridge(grams: list[float], fridge: float) -> None:
    lines = [Ingredient("양파", food="onion", grams=one) for one in grams]
    to_buy, at_home = needs(recipe(*lines), frozenset(), {"onion": fridge})
    bought, held = (sum(need.grams for need in some) for some in (to_buy, at_home))
    assert bought + held == pytest.approx(sum(grams))
    assert held == pytest.approx(min(fridge, sum(grams)))


def test_every_trouble_of_a_supplier_has_an_english_sentence() -> None:
    said = {
        one.name: getattr(import_module(f"aichef.prices.{one.name}"), "_TROUBLES", {})
        for one in pkgutil.iter_modules(prices.__path__)
    }
    said.pop("own")  # speaks both languages itself
    assert {name for name in said if said[name]} >= {"coupang", "datago", "http", "naver"}
    for sentences in said.values():
        for name, korean in sentences.items():
            english = told(ShopError(korean, trouble=name), "en")
            assert english.isascii(), name
            assert "did not answer." not in english, name
    for name in ("late", "empty", "none", "store", "damaged", "version"):
        assert told(ShopError("값이 없어요.", trouble=name), "en").isascii()


def test_places_nobody_knows_are_said_beside_the_name() -> None:
    class Placed(ShelfShop):
        def unmet(self) -> tuple[str, ...]:
            return ("달나라", "별나라")

    class Broken(ShelfShop):
        def unmet(self) -> tuple[str, ...]:
            raise ShopError("읽을 수 없어요.")

    shops = [Placed(SHELF), Broken(SHELF, "broken"), ShelfShop(SHELF, "plain")]
    korean, *others = heard(shops, ())
    assert korean == "shelf: 조사에 없는 곳이라 빼고 보았어요(달나라, 별나라)."
    assert others == ["broken", "plain"]
    assert "does not have it" in heard(shops, (), "en")[0]


def test_a_shop_that_cannot_be_read_is_named() -> None:
    assert unread("onion", [ShelfShop(SHELF), ClosedShop()]) == ("closed: 오늘은 쉬어요.",)
