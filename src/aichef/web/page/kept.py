"""A meal that was kept, as it would be a little different: other servings, shops, things at home.

The JSON of DESIGN section 4 holds all a basket is solved with, so every figure of a changed meal
comes from the same code as the first: `resized`, `needs`, `fill`, `combine`. Nothing is stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from aichef.basket.fill import fill
from aichef.basket.model import SECONDS, vendor_label
from aichef.chef.mend import with_stand_ins
from aichef.chef.resize import resized
from aichef.chef.strict import also_broken
from aichef.chef.write import Order
from aichef.cook import admitted
from aichef.food.table import foods
from aichef.kitchens.local import OFF, local_kitchen
from aichef.meal.combine import combine
from aichef.meal.render import figures
from aichef.meal.section4 import to_json
from aichef.prices.choose import choose, used_won
from aichef.prices.find import can_be_priced, known_prices, needs, prices_at_hand
from aichef.prices.model import Price, Priced, Unpriced
from aichef.profile.parse import parse_profile
from aichef.recipe.check import closes_gate
from aichef.recipe.model import Finding, Ingredient, Nutrition, Recipe, ServedWith, WrittenBy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aichef.basket.model import Basket
    from aichef.cook import Kitchen
    from aichef.meal.model import Meal
    from aichef.prices.model import Need
    from aichef.profile.model import Profile
    from aichef.session.model import Session
    from aichef.settings import Settings

Json = dict[str, Any]

PLANS: Final = ("cheapest", "cheapest_single_shop", "fewest_shops")
MOST_CHANGES: Final = 30
_GUESS_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader changes in a meal; all of it stands in the address.

    `have` are foods that are at home after all, `buy` those that are not. `pick` names the price
    of a food, by its place in the list. `swap` puts one food in the place of another.
    """

    servings: int | None = None
    have: tuple[str, ...] = ()
    buy: tuple[str, ...] = ()
    pick: tuple[tuple[str, int], ...] = ()
    swap: tuple[tuple[str, str], ...] = ()
    plan: str = "cheapest"

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Wish:
        """The wish of an address; what cannot be read is left out."""
        servings = query.get("servings", "")
        plan = query.get("plan", "")
        return cls(
            int(servings) if re.fullmatch(r"[1-9]|1\d|20", servings) else None,
            tuple(one for (one,) in _parts(query.get("have", ""), 1)),
            tuple(one for (one,) in _parts(query.get("buy", ""), 1)),
            tuple(
                (food, int(place[:4]))
                for food, place in _parts(query.get("pick", ""), 2)
                if place.isdecimal()
            ),
            tuple((old, new) for old, new in _parts(query.get("swap", ""), 2) if new in foods()),
            plan if plan in PLANS else "cheapest",
        )

    @property
    def query(self) -> dict[str, str]:
        """What `read` reads back, without what is as usual."""
        said = {
            "servings": "" if self.servings is None else str(self.servings),
            "have": ",".join(self.have),
            "buy": ",".join(self.buy),
            "pick": ",".join(f"{food}.{place}" for food, place in self.pick),
            "swap": ",".join(".".join(pair) for pair in self.swap),
            "plan": "" if self.plan == "cheapest" else self.plan,
        }
        return {name: text for name, text in said.items() if text}

    def at_home(self, food: str, *, yes: bool) -> Wish:
        """The wish with a food at home, or not."""
        have = tuple(one for one in self.have if one != food)
        buy = tuple(one for one in self.buy if one != food)
        return (
            replace(self, have=(*have, food), buy=buy)
            if yes
            else replace(self, have=have, buy=(*buy, food))
        )

    def as_before(self, food: str) -> Wish:
        """The wish without what was said about a food being at home."""
        return replace(
            self,
            have=tuple(one for one in self.have if one != food),
            buy=tuple(one for one in self.buy if one != food),
        )

    def serving(self, many: int, usual: int) -> Wish:
        """The wish for so many servings; `usual` is how many it was cooked for."""
        return replace(self, servings=None if many == usual else many)

    def planned(self, plan: str) -> Wish:
        """The wish with another of the baskets that were solved."""
        return replace(self, plan=plan)

    def picking(self, food: str, place: int) -> Wish:
        """The wish with another product for a food."""
        rest = tuple(one for one in self.pick if one[0] != food)
        return replace(self, pick=(*rest, (food, place)), plan="cheapest")


def _parts(text: str, many: int) -> Iterator[tuple[str, ...]]:
    for one in text.split(",")[:MOST_CHANGES]:
        parts = tuple(one.split("."))
        if len(parts) == many and parts[0] in foods():
            yield parts


@dataclass(frozen=True, slots=True)
class View:
    """A meal as a page shows it: section 4, and the values behind it that a page draws with.

    `refused` says why what was wished for cannot be had; then the meal is as it was.
    """

    body: Json
    profile: Profile
    recipe: Recipe
    nutrition: Nutrition
    findings: tuple[Finding, ...]
    wish: Wish = Wish()
    refused: tuple[str, ...] = ()

    @property
    def altered(self) -> bool:
        """Whether it is another meal than the one that was kept."""
        return self.wish != Wish()


class Kept:
    """The meal of a finished session."""

    def __init__(self, session: Session, result: str, settings: Settings) -> None:
        self.body: Json = json.loads(result)
        self._session = session
        self._settings = settings

    @cached_property
    def _admitted(self) -> tuple[Profile, tuple[Finding, ...]]:
        began = self._session.started_at
        profile = parse_profile(json.loads(self._session.profile), today=began.date())
        return admitted(profile, began)

    @property
    def profile(self) -> Profile:
        """Who eats, as on the day it was cooked for."""
        return self._admitted[0]

    @cached_property
    def recipe(self) -> Recipe:
        """The recipe as it was written."""
        return recipe_of(self.body["recipe"])

    @cached_property
    def kitchen(self) -> Kitchen:
        """Prices that lie on this machine, and how the person shops."""
        here = replace(self._settings, model="", coupang_url=OFF, naver_url=OFF)
        return local_kitchen(here)

    @property
    def order(self) -> Order:
        """What a writer is asked for, at the prices at hand."""
        shops = self.kitchen.shops
        return Order(
            self.profile,
            lambda wanted: known_prices(wanted, shops),
            self._session.started_at.date(),
        )

    def view(self, wish: Wish) -> View:
        """The meal as wished for; as it was kept, with the reason, where that breaks a rule."""
        if wish == Wish():
            return self._as_kept()
        meal = self.changed(wish)
        broken = self._broken(meal)
        if broken:
            refused = dict.fromkeys(_told(one, self.profile.locale) for one in broken)
            return replace(self._as_kept(), refused=tuple(refused))
        return View(
            self.json_of(meal),
            meal.profile,
            meal.recipe,
            meal.nutrition,
            meal.findings,
            wish,
        )

    def changed(self, wish: Wish, seconds: float = SECONDS) -> Meal:
        """The meal as wished for, judged but not kept from anybody."""
        profile, said = self._admitted
        recipe = self.recipe
        for old, new in wish.swap:
            swapped = self._swapped(recipe, old, new)
            # No page of the book has this dish, so it is judged as anybody's.
            recipe = replace(swapped, frame=None) if swapped else recipe
        recipe = resized(recipe, wish.servings or recipe.servings, profile.locale)
        recipe = replace(
            recipe,
            ingredients=tuple(
                replace(one, to_buy=True) if one.food in wish.buy else one
                for one in recipe.ingredients
            ),
        )
        profile = replace(
            profile,
            servings=recipe.servings,
            pantry=(profile.pantry | set(wish.have)) - set(wish.buy),
            available=tuple(one for one in profile.available if one.food not in wish.buy),
        )
        fridge = {one.food: one.grams for one in profile.available if one.food}
        to_buy, owned = needs(recipe, profile.pantry, fridge, profile.locale)
        basket = self._basket([self._found(need, wish) for need in to_buy], wish, seconds)
        at_home = prices_at_hand(owned, self.kitchen.shops, profile.locale)
        suppliers = self.body["pricing"]["suppliers"]
        began = self._session.started_at
        return combine(profile, recipe, basket, at_home, said, suppliers, began)

    def swaps(self, food: str) -> Iterator[tuple[Wish, Meal]]:
        """What may stand for a food, each solved and checked; those that hold."""
        line = next((one for one in self.recipe.ingredients if one.food == food), None)
        if line is None:
            return
        for other in with_stand_ins(self.recipe, line, self.order):
            new = _new_food(self.recipe, other)
            wish = Wish(swap=((food, new),))
            meal = self.changed(wish, _GUESS_SECONDS)
            if not self._broken(meal):
                yield wish, meal

    def _broken(self, meal: Meal) -> tuple[Finding, ...]:
        """What keeps a changed meal from the person, as it keeps a writer's (chef/write.py)."""
        closing = (one for one in meal.findings if closes_gate(one, meal.profile))
        today = self._session.started_at.date()
        return (*closing, *also_broken(meal.recipe, meal.profile, today, meal.findings))

    def _swapped(self, recipe: Recipe, old: str, new: str) -> Recipe | None:
        line = next((one for one in recipe.ingredients if one.food == old), None)
        if line is None:
            return None
        others = with_stand_ins(recipe, line, self.order)
        return next((one for one in others if _new_food(recipe, one) == new), None)

    def _basket(self, found: Sequence[Priced | Unpriced], wish: Wish, seconds: float) -> Basket:
        kitchen = self.kitchen
        basket = fill(
            found,
            sellers=kitchen.sellers,
            limits=kitchen.limits,
            seconds=seconds,
            locale=self.profile.locale,
        )
        option = next((one for one in basket.options if one.name == wish.plan), None)
        if option is None or option.name == "cheapest":
            return basket
        bought = {line.food: line.price for line in reversed(option.lines)}
        priced = tuple(
            replace(one, chosen=bought.get(one.need.food, one.chosen)) for one in basket.priced
        )
        return replace(
            basket,
            lines=option.lines,
            total=option.total,
            used=sum(used_won(one.need, one.chosen) for one in priced),
            priced=priced,
            delivery=option.deliveries,
            proven=option.proven,
            gap=option.gap,
        )

    def _found(self, need: Need, wish: Wish) -> Priced | Unpriced:
        """A need with the prices that were found for it, else with those at hand."""
        prices = self._prices.get(need.food, ())
        if prices and can_be_priced(need):
            picked = dict(wish.pick).get(need.food)
            if picked is not None and picked < len(prices):
                prices = (prices[picked],)
            return Priced(need, prices, choose(prices))
        (found,) = prices_at_hand([need], self.kitchen.shops, self.profile.locale)
        reason = self._reasons.get(need.ingredient)
        if reason and isinstance(found, Unpriced):
            return Unpriced(need, reason)
        return found

    @cached_property
    def _prices(self) -> Mapping[str, tuple[Price, ...]]:
        locale = self.profile.locale
        return {
            row["food"]: tuple(price_of(one, row["food"], locale) for one in row["prices"])
            for row in self.body["pricing"]["ingredients"]
        }

    @cached_property
    def _reasons(self) -> Mapping[str, str]:
        return {one["ingredient"]: one["reason"] for one in self.body["pricing"]["unpriced"]}

    def json_of(self, meal: Meal) -> Json:
        """Section 4 of a changed meal, with what a change leaves as it was written."""
        body = to_json(meal, self._session.id)
        kept = self.body["recipe"]
        for name in ("assumptions", "writtenBy", "bookPage"):
            if name in kept:
                body["recipe"][name] = kept[name]
        return body

    def _as_kept(self) -> View:
        recipe = self.body["recipe"]
        nutrition = recipe["nutrition"]
        return View(
            self.body,
            self.profile,
            self.recipe,
            Nutrition(
                nutrition["perServing"],
                nutrition["total"],
                tuple(nutrition["missing"]),
                tuple(nutrition["sources"]),
                nutrition["matchedMassPct"],
            ),
            tuple(finding_of(one) for one in recipe["findings"]),
        )


def _told(one: Finding, locale: str) -> str:
    """A rule that would be broken, with what breaks it."""
    foods_named = f": {', '.join(one.foods)}" if one.foods else ""
    numbers = figures(one, locale)
    return f"{one.message}{foods_named}{f' ({numbers})' if numbers else ''}"


def _new_food(before: Recipe, after: Recipe) -> str:
    was = {one.food for one in before.ingredients}
    return next((one.food or "" for one in after.ingredients if one.food not in was), "")


def recipe_of(body: Json) -> Recipe:
    """The recipe that `section4.recipe_json` wrote; who wrote it but for what that cost."""
    by = body.get("writtenBy") or {}
    texts = (body["description"], body["notes"])
    return Recipe(
        name=body["recipeName"],
        servings=body["servings"],
        ingredients=tuple(_ingredient_of(one) for one in body["ingredients"]),
        instructions=tuple(one.partition(". ")[2] for one in body["instructions"]),
        description=body["description"],
        minutes=body["cookingTime"],
        difficulty=body["difficulty"],
        course=body["course"],
        served_with=tuple(ServedWith(one["food"], one["grams"]) for one in body["servedWith"]),
        notes=body["notes"],
        keto_notes=body.get("ketoNotes"),
        tools=tuple(body["tools"]),
        written_by=WrittenBy(by.get("kind", "cookbook"), by.get("model"), by.get("repairs", 0)),
        frame=body.get("bookPage"),
        # A model's own words are judged again with it; the book's hold for every dish of a page.
        told=tuple(filter(None, texts)) if by.get("kind") == "model" else (),
    )


def _ingredient_of(body: Json) -> Ingredient:
    return Ingredient(
        name=body["name"],
        amount=body["amount"],
        unit=body["unit"],
        food=body["food"],
        grams=body["grams"],
        edible_grams=body["edibleGrams"],
        prep=body.get("prep", ""),
        treatment=body.get("treatment"),
        worst_grams=body.get("worstGrams"),
        vague=body.get("vague", False),
        optional=body.get("optional", False),
        to_buy=body["toBuy"],
        raw=body.get("raw"),
        form=body.get("form"),
        alternatives=tuple(body.get("alternatives", ())),
    )


def price_of(body: Json, food: str, locale: str) -> Price:
    """The price that `section4.price_json` wrote."""
    price = Price(
        food=food,
        product=body["product"],
        sold=body["unit"],
        grams=body["grams"],
        won=body["price"],
        kind=body["kind"],
        source=body["source"],
        observed_on=date.fromisoformat(body["observedOn"]),
        per=body.get("per", "100g"),
        pack=body["pack"],
        url=body["url"],
        flags=tuple(body["flags"]),
        band_pct=body["bandPct"],
        estimate=body.get("estimate", False),
        content=body.get("content"),
        edible=body.get("edible", False),
        living=body.get("living", False),
        fresh=body.get("fresh", False),
    )
    # A survey has no seller; its row says what kind of price it is instead.
    nobody = vendor_label(price, locale) == body["vendor"]
    return price if nobody else replace(price, vendor=body["vendor"])


def finding_of(body: Json) -> Finding:
    """The finding that `section4.finding_json` wrote."""
    return Finding(**{**body, "foods": tuple(body["foods"])})
