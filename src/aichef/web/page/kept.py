"""A meal that was kept, as it would be a little different: other servings, shops, things at home.

The JSON of DESIGN section 4 holds all a basket is solved with, so every figure of a changed meal
comes from the same code as the first: `resized`, `needs`, `fill`, `combine`. Nothing is stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from aichef.basket.fill import fill
from aichef.basket.model import SECONDS
from aichef.chef.mend import with_stand_ins
from aichef.chef.resize import resized
from aichef.chef.strict import also_broken
from aichef.chef.write import Order
from aichef.cook import admitted
from aichef.errors import NotReady
from aichef.food.table import foods
from aichef.kitchens.local import local_kitchen, without_malls
from aichef.meal.combine import combine
from aichef.meal.costs import as_bought
from aichef.meal.read import finding_of, nutrition_of, price_of, recipe_of
from aichef.meal.render import figures
from aichef.meal.section4 import price_json, to_json
from aichef.prices.choose import choose, used_won
from aichef.prices.find import can_be_priced, known_prices, nearby, needs, prices_at_hand
from aichef.prices.model import Price, Priced, Unpriced
from aichef.profile.home import BASIC
from aichef.profile.parse import assumption_text, parse_profile
from aichef.recipe.check import closes_gate
from aichef.web.page.form import dated
from aichef.web.page.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aichef.basket.model import Basket
    from aichef.cook import Kitchen
    from aichef.meal.model import Meal
    from aichef.prices.find import Shop
    from aichef.prices.model import Need
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding, Nutrition, Recipe
    from aichef.session.model import Session
    from aichef.settings import Settings

Json = dict[str, Any]

PLANS: Final = ("cheapest", "cheapest_single_shop", "fewest_shops")
MOST_CHANGES: Final = 30
_GUESS_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader changes in a meal; all of it stands in the address.

    `have` are foods that are at home after all, `buy` those that are not, both as one buys them:
    rice, not cooked rice. `pick` names the price of a food, by its place in the list. `swap` puts
    one food in the place of another.
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
            _foods_in(query.get("have", "")),
            _foods_in(query.get("buy", "")),
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
        before, bought = self.as_before(food), as_bought(food)
        if yes:
            return replace(before, have=(*before.have, bought))
        return replace(before, buy=(*before.buy, bought))

    def as_before(self, food: str) -> Wish:
        """The wish without what was said about a food being at home."""
        bought = as_bought(food)
        return replace(
            self,
            have=tuple(one for one in self.have if one != bought),
            buy=tuple(one for one in self.buy if one != bought),
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


def _foods_in(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(as_bought(one) for (one,) in _parts(text, 1)))


def _parts(text: str, many: int) -> Iterator[tuple[str, ...]]:
    for one in text.split(",")[:MOST_CHANGES]:
        parts = tuple(one.split("."))
        if len(parts) == many and parts[0] in foods():
            yield parts


@dataclass(frozen=True, slots=True)
class View:
    """A meal as a page shows it: section 4, and the values behind it that a page draws with.

    `wish` is what was really changed: what the meal has nothing to do with is not in it. `offers`
    are all prices known of each food of the basket, in the places that a pick names. `refused`
    says why what was wished for cannot be had; then the meal is as it was.
    """

    body: Json
    profile: Profile
    recipe: Recipe
    nutrition: Nutrition
    findings: tuple[Finding, ...]
    offers: Mapping[str, Sequence[Json]]
    wish: Wish = Wish()
    refused: tuple[str, ...] = ()

    @property
    def altered(self) -> bool:
        """Whether it is another meal than the one that was kept."""
        return self.wish != Wish()


class Kept:
    """The meal of a finished session. Raises NotReady where it lacks what the pages need."""

    def __init__(self, session: Session, result: str, settings: Settings) -> None:
        self.body: Json = json.loads(result)
        if not is_whole(self.body):
            raise NotReady(text("watch.old_says", session.locale), status=session.status)
        self._session = session
        self._settings = settings

    @cached_property
    def _admitted(self) -> tuple[Profile, tuple[Finding, ...]]:
        began = self._session.started_at
        profile = parse_profile(json.loads(self._session.profile), today=began.date())
        return admitted(profile, began)

    @cached_property
    def given(self) -> Json:
        """The profile as it was sent, its use-by days as dates."""
        return dated(json.loads(self._session.profile), self._session.asked_on)

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
        return local_kitchen(without_malls(replace(self._settings, model="")))

    @cached_property
    def shops(self) -> tuple[Shop, ...]:
        """Those of the kitchen, for where the person lives and shops."""
        return nearby(self.kitchen.shops, self.profile.region, self.profile.shops)

    @property
    def order(self) -> Order:
        """What a writer is asked for, at the prices at hand."""
        return Order(
            self.profile,
            lambda wanted: known_prices(wanted, self.shops),
            self._session.started_at.date(),
        )

    def view(self, wish: Wish) -> View:
        """The meal as wished for; as it was kept, with the reason, where that breaks a rule."""
        if wish == Wish():
            return self._as_kept()
        meal, done = self._changed(wish)
        if done == Wish():
            return self._as_kept()
        broken = self._broken(meal)
        if broken:
            refused = dict.fromkeys(_told(one, self.profile.locale) for one in broken)
            return replace(self._as_kept(), refused=tuple(refused))
        locale = self.profile.locale
        offers = {
            food: [dict(price_json(one, locale)) for one in self._offers(food)]
            for food in (one.need.food for one in meal.basket.priced)
        }
        return View(
            self.json_of(meal, done),
            meal.profile,
            meal.recipe,
            meal.nutrition,
            meal.findings,
            offers,
            done,
        )

    def changed(self, wish: Wish) -> Meal:
        """The meal as wished for, judged but not kept from anybody."""
        return self._changed(wish)[0]

    def _changed(self, wish: Wish, seconds: float = SECONDS) -> tuple[Meal, Wish]:
        """The meal, and the part of the wish that it could follow."""
        profile, said = self._admitted
        recipe, swaps = self._with_swaps(wish.swap)
        usual = self.recipe.servings
        servings = wish.servings if wish.servings != usual else None
        recipe = resized(recipe, servings or usual, profile.locale)
        have, buy = _moved(recipe, profile, wish)
        recipe = replace(
            recipe,
            ingredients=tuple(
                replace(one, to_buy=True) if one.food and as_bought(one.food) in buy else one
                for one in recipe.ingredients
            ),
        )
        profile = replace(
            profile,
            servings=recipe.servings,
            pantry=frozenset(
                one for one in profile.pantry | set(have) if as_bought(one) not in buy
            ),
            available=tuple(
                one for one in profile.available if not one.food or as_bought(one.food) not in buy
            ),
        )
        to_buy, owned = needs(recipe, profile.pantry, _fridge(profile), profile.locale)
        picks = {food: place for food, place in wish.pick if food in {one.food for one in to_buy}}
        picks = {food: at for food, at in picks.items() if at < len(self._offers(food))}
        basket, plan = self._basket(
            [self._found(need, picks.get(need.food)) for need in to_buy], wish.plan, seconds
        )
        at_home = prices_at_hand(owned, self.shops, profile.locale)
        suppliers = self.body["pricing"]["suppliers"]
        began = self._session.started_at
        meal = combine(profile, recipe, basket, at_home, said, suppliers, began)
        return meal, Wish(servings, have, buy, tuple(picks.items()), swaps, plan)

    def swaps(self, food: str, wish: Wish = Wish()) -> Iterator[tuple[Wish, Meal]]:
        """What may stand for a food of the meal as wished for, solved and checked; what holds."""
        recipe, _ = self._with_swaps(wish.swap)
        line = next((one for one in recipe.ingredients if one.food == food), None)
        if line is None:
            return
        for other in with_stand_ins(recipe, line, self.order):
            new = _new_food(recipe, other)
            meal, done = self._changed(
                replace(wish, swap=(*wish.swap, (food, new))), _GUESS_SECONDS
            )
            if (food, new) in done.swap and not self._broken(meal):
                yield done, meal

    def _broken(self, meal: Meal) -> tuple[Finding, ...]:
        """What keeps a changed meal from the person, as it keeps a writer's (chef/write.py)."""
        closing = (one for one in meal.findings if closes_gate(one, meal.profile))
        today = self._session.started_at.date()
        return (*closing, *also_broken(meal.recipe, meal.profile, today, meal.findings))

    def _with_swaps(
        self, swaps: Sequence[tuple[str, str]]
    ) -> tuple[Recipe, tuple[tuple[str, str], ...]]:
        """The recipe with one food after another swapped, and the swaps that could be made."""
        recipe, done = self.recipe, list[tuple[str, str]]()
        for old, new in swaps:
            swapped = self._swapped(recipe, old, new)
            if swapped:
                # No page of the book has this dish, so it is judged as anybody's.
                recipe = replace(swapped, frame=None)
                done.append((old, new))
        return recipe, tuple(done)

    def _swapped(self, recipe: Recipe, old: str, new: str) -> Recipe | None:
        line = next((one for one in recipe.ingredients if one.food == old), None)
        if line is None:
            return None
        others = with_stand_ins(recipe, line, self.order)
        return next((one for one in others if _new_food(recipe, one) == new), None)

    def _basket(
        self, found: Sequence[Priced | Unpriced], plan: str, seconds: float
    ) -> tuple[Basket, str]:
        """The basket of a plan, and its name; the cheapest where there is no such plan."""
        kitchen = self.kitchen
        basket = fill(
            found,
            sellers=kitchen.sellers,
            limits=kitchen.limits,
            seconds=seconds,
            locale=self.profile.locale,
        )
        option = next((one for one in basket.options if one.name == plan), None)
        if option is None or option.name == "cheapest":
            return basket, "cheapest"
        bought = {line.food: line.price for line in reversed(option.lines)}
        priced = tuple(
            replace(one, chosen=bought.get(one.need.food, one.chosen)) for one in basket.priced
        )
        planned = replace(
            basket,
            lines=option.lines,
            total=option.total,
            used=sum(used_won(one.need, one.chosen) for one in priced),
            priced=priced,
            delivery=option.deliveries,
            proven=option.proven,
            gap=option.gap,
        )
        return planned, plan

    def _found(self, need: Need, picked: int | None) -> Priced | Unpriced:
        """A need with the prices that were found for it, else with those at hand."""
        prices = self._offers(need.food)
        if prices and can_be_priced(need):
            some = prices if picked is None else (prices[picked],)
            return Priced(need, some, choose(some))
        (found,) = prices_at_hand([need], self.shops, self.profile.locale)
        reason = self._reasons.get(need.ingredient)
        if reason and isinstance(found, Unpriced):
            return Unpriced(need, reason)
        return found

    def _offers(self, food: str) -> tuple[Price, ...]:
        """The prices that were found for a food, else those at hand."""
        if food not in self._prices:
            self._prices[food] = known_prices([food], self.shops).get(food, ())
        return self._prices[food]

    @cached_property
    def _prices(self) -> dict[str, tuple[Price, ...]]:
        locale = self.profile.locale
        return {
            row["food"]: tuple(price_of(one, row["food"], locale) for one in row["prices"])
            for row in self.body["pricing"]["ingredients"]
        }

    @cached_property
    def _reasons(self) -> Mapping[str, str]:
        return {one["ingredient"]: one["reason"] for one in self.body["pricing"]["unpriced"]}

    def json_of(self, meal: Meal, done: Wish = Wish()) -> Json:
        """Section 4 of a changed meal, with what a change leaves as it was written."""
        body = to_json(meal, self._session.id)
        kept = self.body["recipe"]
        for name in ("writtenBy", "bookPage"):
            if name in kept:
                body["recipe"][name] = kept[name]
        said = (*self._assumptions(done), *body["recipe"]["assumptions"])
        body["recipe"]["assumptions"] = list(dict.fromkeys(said))
        return body

    def _assumptions(self, done: Wish) -> Iterator[str]:
        """What was assumed and still is: not what the person has said otherwise since."""
        locale = self.profile.locale
        said_otherwise = {"servings_default", "servings_estimated"} if done.servings else set()
        gone = {assumption_text(key, locale) for key in said_otherwise}
        missing = [foods()[one].name(locale) for one in done.buy if one in BASIC]
        for one in self.body["recipe"]["assumptions"]:
            if missing and one == assumption_text("pantry_basic", locale):
                yield text("meal.pantry_but", locale, names=", ".join(missing))
            elif one not in gone:
                yield one

    def _as_kept(self) -> View:
        recipe = self.body["recipe"]
        return View(
            self.body,
            self.profile,
            self.recipe,
            nutrition_of(recipe["nutrition"]),
            tuple(finding_of(one) for one in recipe["findings"]),
            {row["food"]: row["prices"] for row in self.body["pricing"]["ingredients"]},
        )


def _moved(recipe: Recipe, profile: Profile, wish: Wish) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Foods that would be bought and are said to be there, and the other way round."""
    to_buy, owned = needs(recipe, profile.pantry, _fridge(profile), profile.locale)
    bought, held = {one.food for one in to_buy}, {one.food for one in owned}
    have = tuple(one for one in wish.have if one in bought and one not in wish.buy)
    return have, tuple(one for one in wish.buy if one in held)


def _fridge(profile: Profile) -> dict[str, float | None]:
    return {one.food: one.grams for one in profile.available if one.food}


def _told(one: Finding, locale: str) -> str:
    """A rule that would be broken, with what breaks it."""
    foods_named = f": {', '.join(one.foods)}" if one.foods else ""
    numbers = figures(one, locale)
    return f"{one.message}{foods_named}{f' ({numbers})' if numbers else ''}"


def _new_food(before: Recipe, after: Recipe) -> str:
    was = {one.food for one in before.ingredients}
    return next((one.food or "" for one in after.ingredients if one.food not in was), "")


def is_whole(body: Json) -> bool:
    """Whether a stored meal has all that the pages show; one of an earlier version may not."""
    if _lacks(body, _SHAPE):
        return False
    try:
        recipe = recipe_of(body["recipe"])
        for one in body["recipe"]["findings"]:
            finding_of(one)
        for row in body["pricing"]["ingredients"]:
            for price in row["prices"]:
                price_of(price, row["food"], "ko")
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    used = [*(one.food for one in recipe.ingredients), *(one.food for one in recipe.served_with)]
    return bool(recipe.instructions) and all(one in foods() for one in used if one)


_SHAPE: Final[Mapping[str, Any]] = {
    "recipe": {
        **dict.fromkeys(("why", "assumptions", "ingredients", "servedWith", "instructions")),
        "findings": (),
        "writtenBy": {"model": None},
        "nutrition": dict.fromkeys(("perServing", "total", "missing", "sources", "matchedMassPct")),
    },
    "pricing": {
        **dict.fromkeys(("totalEstimatedCost", "usedCost", "suppliers", "vendorBreakdown")),
        "ingredients": (
            dict.fromkeys(("ingredient", "food", "prices", "source", "observedOn", "bandPct")),
        ),
        "delivery": (dict.fromkeys(("vendor", "won", "toFree", "assumed", "asOf")),),
        "unpriced": (dict.fromkeys(("ingredient", "reason")),),
        "assumedAtHome": (dict.fromkeys(("ingredient", "food", "won")),),
        "recommendations": {
            "alternativeOptions": (
                dict.fromkeys(
                    ("name", "vendors", "total", "delivery", "difference", "atAverage", "proven")
                ),
            )
        },
    },
    "summary": {"costPerServing": None},
    "generatedAt": None,
}
"""Keys that the pages read: None for any value, a tuple for a list of what it holds."""


def _lacks(value: object, shape: object) -> bool:
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping):
            return True
        return any(key not in value or _lacks(value[key], one) for key, one in shape.items())
    if isinstance(shape, tuple):
        return not isinstance(value, list) or any(
            _lacks(one, each) for one in value for each in shape
        )
    return False
