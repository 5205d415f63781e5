"""What would make a dish less salty, cheaper or quicker: computed swaps with their effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from aichef.chef.dish import dish
from aichef.chef.frame import foods_of, frames
from aichef.chef.plan import Plan, lay_out
from aichef.errors import Infeasible
from aichef.recipe.check import Case, check, closes_gate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichef.chef.plan import Picked
    from aichef.chef.write import Order
    from aichef.prices.model import Price
    from aichef.profile.model import Preference
    from aichef.recipe.model import Recipe

WORTH: Final = 0.9
"""An idea is worth telling when it brings the figure to nine tenths or less."""

NAMED: Final = 3
UNIT: Final = {"less_salt": "mg", "cheaper": "KRW", "quicker": "min"}


@dataclass(frozen=True, slots=True)
class Idea:
    """One wish with the swaps that meet it: sodium a serving, won at the till, or minutes."""

    wish: Preference
    changes: tuple[str, ...]
    before: float
    after: float
    unit: str


def ideas(order: Order, recipe: Recipe) -> tuple[Idea, ...]:
    """Ideas for a recipe of the cook's book, each one solved and checked; none for others'."""
    page = next((one for one in frames(order.profile.target) if one.id == recipe.frame), None)
    if page is None:
        return ()
    prices = order.known(foods_of([page]))
    found: list[Idea] = []
    wishes: tuple[Preference, ...] = ("less_salt", "cheaper")
    for wish in wishes:
        if wish in order.profile.prefer:
            continue
        wishing = replace(order.profile, prefer=(*order.profile.prefer, wish))
        plan = lay_out(page, wishing, prices, order.today)
        other = _dish(plan, order) if isinstance(plan, Plan) else None
        if other is None:
            continue
        before = _figure(wish, recipe, order, prices)
        after = _figure(wish, other, order, prices)
        changes = differences(recipe, other)
        if changes and after <= WORTH * before:
            found.append(Idea(wish, changes, before, after, UNIT[wish]))
    quick = None if "quicker" in order.profile.prefer else _quicker(order, recipe)
    return (*found, quick) if quick else tuple(found)


def _dish(plan: Plan, order: Order) -> Recipe | None:
    picked: Picked | None = plan.best()
    if picked is None:
        return None
    other = dish(plan.frame, picked, order.profile)
    findings = check(other, order.profile, order.today, plan.money(picked))
    return None if any(closes_gate(one, order.profile) for one in findings) else other


def _figure(
    wish: Preference, recipe: Recipe, order: Order, prices: Mapping[str, Sequence[Price]]
) -> float:
    if wish == "less_salt":
        return round(Case(recipe, order.profile, order.today).serving.of("sodium_mg").lo)
    from aichef.prices.choose import candidates, grams_in, least_won
    from aichef.prices.find import needs

    fridge = {one.food: one.grams for one in order.profile.available if one.food}
    buy, _ = needs(recipe, order.profile.pantry, fridge, order.profile.locale)
    won = 0
    for need in buy:
        offers = candidates(prices[need.food]) if prices.get(need.food) else ()
        won += least_won(grams_in(need, offers[0]), offers) if offers else 0
    return won


def _quicker(order: Order, recipe: Recipe) -> Idea | None:
    """Another dish of the book that is done sooner; its name is the change."""
    from aichef.chef.composer import chosen

    wishing = replace(order.profile, prefer=(*order.profile.prefer, "quicker"))
    try:
        page, other = chosen(replace(order, profile=wishing))
    except Infeasible:
        return None
    if not recipe.minutes or page.minutes > WORTH * recipe.minutes:
        return None
    return Idea("quicker", (other.name,), recipe.minutes, page.minutes, UNIT["quicker"])


def differences(first: Recipe, other: Recipe) -> tuple[str, ...]:
    """The swaps between two versions of a dish: "간장 → 소금", "소금 2g → 1g"; at most three."""
    was = {one.food: one for one in first.ingredients}
    now = {one.food: one for one in other.ingredients}
    gone = [one.name for food, one in was.items() if food not in now]
    new = [one.name for food, one in now.items() if food not in was]
    swaps = [f"{a} → {b}" for a, b in zip(gone, new, strict=False)]
    swaps += [f"{name} ✕" for name in gone[len(new) :]] + [f"+ {name}" for name in new[len(gone) :]]
    moved = [
        (abs((one.grams or 0) - (now[food].grams or 0)) / (one.grams or 1), food)
        for food, one in was.items()
        if food in now and one.grams != now[food].grams
    ]
    amounts = [
        f"{was[food].name} {was[food].amount}{was[food].unit} → {now[food].amount}{now[food].unit}"
        for _, food in sorted(moved, key=lambda one: -one[0])
    ]
    return (*swaps, *amounts)[:NAMED]
