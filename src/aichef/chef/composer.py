"""The built-in cook: chooses a frame of the book, solves it, and says why when none fits."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from aichef.chef.dish import dish
from aichef.chef.frame import Frame, foods_of, frames
from aichef.chef.korean import listed, listed_en, with_particle
from aichef.chef.plan import BEARABLE, Blocked, Plan, lay_out, urgency
from aichef.chef.ways import with_ways_out
from aichef.errors import Infeasible
from aichef.food.table import foods
from aichef.prices.find import TAP
from aichef.recipe.check import check, closes_gate
from aichef.recipe.rules import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence, Set
    from datetime import date

    from aichef.chef.write import Order
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding, Recipe

TRIES: Final = 3
"""Dishes compared before the best is taken, unless one comes that breaks no soft rule."""

TRIES_FOR_MONEY: Final = 9
"""As TRIES, while every dish so far costs more at the till than the budget."""

OVER_BUDGET: Final = 10.0
"""Soft rules that one whole budget too much at the till is worth."""

BOUGHT_ROLE: Final = 0.75
"""What a place that has to be bought for takes off a fridge dish, in items of the fridge used."""

COMMON_TOOLS: Final = frozenset({"pan", "pot", "microwave", "rice_cooker", "blender"})
"""What a kitchen is taken to have while nobody said; dishes that need more come later."""

LEAST_BUDGET_STEP: Final = 10

NEARLY_ALL: Final = 0.1
"""Share of what must be used that a dish may leave, beyond the one that leaves least of it."""

ENOUGH_GAIN: Final = 0.6
"""Share of the fridge another dish would take that a dish must take to be tried first."""


class CooksBook:
    """Writes recipes from the cook's book; needs no model, no key and no network."""

    at_hand: ClassVar[bool] = True

    async def write(self, order: Order) -> Recipe:
        """The best dish for the order; same seed, same dish. Raises Infeasible with the rules."""
        return compose(order)


def compose(order: Order) -> Recipe:
    """As `CooksBook.write`, plainly: values in, a recipe out."""
    try:
        return chosen(order)[1]
    except Infeasible as refusal:
        raise with_ways_out(refusal, order, _possible) from None


def _possible(order: Order) -> bool:
    try:
        return bool(chosen(order))
    except Infeasible:
        return False


def chosen(order: Order) -> tuple[Frame, Recipe]:
    """The frame that `compose` takes and the recipe it makes of it."""
    profile = order.profile
    fitting = [frame for frame in frames(profile.target) if _fits(frame, profile)]
    if not fitting:
        raise _no_frame(profile)
    must = {one.food: one.name for one in profile.available if one.must_use}
    if must:
        fitting = [frame for frame in fitting if takes_all(frame, must)]
    if not fitting:
        raise _no_place(profile, must)
    tried: list[tuple[float, frozenset[str], Frame, Recipe]] = []
    plans: list[Plan] = []
    reasons: Counter[str] = Counter()
    for frame in _in_turn(fitting, profile, order.today):
        plan = lay_out(frame, profile, order.known(foods_of([frame])), order.today)
        if isinstance(plan, Blocked):
            reasons.update(plan.reasons)
            continue
        plans.append(plan)
        cooked = _cooked(plan, order)
        if cooked is None:
            continue
        worth, broken, recipe = cooked
        tried.append((worth, broken, frame, recipe))
        over = all("G10b" in broken for _, broken, _, _ in tried)
        if worth < _AGAINST["fail"] or len(tried) == (TRIES_FOR_MONEY if over else TRIES):
            break
    if not tried:
        raise _refusal(order, plans, reasons)
    _, _, frame, recipe = min(tried, key=lambda one: one[0])
    return frame, recipe


def _cooked(plan: Plan, order: Order) -> tuple[float, frozenset[str], Recipe] | None:
    """A recipe that passes the gate, recounted after rounding, and what speaks against it.

    First how much, in soft rules broken (money by how far it is over), then their ids.
    """
    picked = plan.best()
    if picked is None:
        return None
    recipe = dish(plan.frame, picked, order.profile)
    recipe = replace(recipe, assumptions=order.profile.assumptions)
    money = plan.money(picked)
    findings = check(recipe, order.profile, order.today, money)
    if any(closes_gate(one, order.profile) for one in findings):
        return None
    if (money.till_won or 0) > BEARABLE * order.profile.budget:
        return None
    over = max(0, (money.till_won or 0) - order.profile.budget) / order.profile.budget
    worth = sum(_AGAINST[one.verdict] for one in findings if _choosable(one))
    broken = frozenset(one.rule for one in findings if one.verdict == "fail")
    return worth + OVER_BUDGET * over, broken, recipe


_AGAINST: Final = {"fail": 1.0, "unknown": 0.2, "warn": 0.1, "pass": 0.0, "not_applicable": 0.0}
"""How much a verdict speaks against a dish that may be served."""


def _choosable(finding: Finding) -> bool:
    return finding.severity != "info" and finding.rule not in {"A01", "B60", "B61"}


def _fits(frame: Frame, profile: Profile) -> bool:
    tools = profile.tools is None or set(frame.tools) <= profile.tools
    stage = profile.stage is None or profile.stage in frame.stages
    time = profile.cooking_time is None or frame.takes(profile.servings) <= profile.cooking_time
    return tools and stage and time


def _in_turn(fitting: Sequence[Frame], profile: Profile, today: date) -> list[Frame]:
    """Frames in the order they are tried: those that suit the person, turned by the seed.

    The next seed starts with the next dish, so another seed is another dish.
    """
    fridge = {
        one.food: urgency(one, today) for one in profile.available if one.food and one.grams != 0
    }
    home = profile.pantry | fridge.keys() | {TAP}
    gains = {
        frame.id: max(0.0, _gain(frame, fridge) - BOUGHT_ROLE * _to_buy(frame, home))
        if fridge
        else 0.0
        for frame in fitting
    }
    most = max(gains.values(), default=0.0)
    best_use = max((uses_up(frame, profile) for frame in fitting), default=1.0)

    def suits(frame: Frame) -> bool:
        level = _SKILL[frame.level] <= _SKILL[profile.level]
        kitchen = profile.tools is not None or set(frame.tools) <= COMMON_TOOLS
        season = not frame.season or today.month in frame.season
        wanted = gains[frame.id] >= ENOUGH_GAIN * most
        used_up = uses_up(frame, profile) >= best_use - NEARLY_ALL
        return level and kitchen and season and wanted and used_up

    first = [frame for frame in fitting if suits(frame)]
    rest = [frame for frame in fitting if not suits(frame)]
    turned = [*_turned(first, profile.seed), *_turned(rest, profile.seed)]
    if "quicker" in profile.prefer:
        turned.sort(key=lambda frame: frame.takes(profile.servings))
    return turned


def _to_buy(frame: Frame, home: Set[str]) -> int:
    """Places of the frame that must be filled and that nothing at home can fill."""
    return sum(
        role.least
        for role in frame.roles
        if not any(
            {option.food, (foods()[option.food].bought_as or ("",))[0]} & home
            for option in role.options
        )
    )


def _gain(frame: Frame, fridge: Mapping[str, float]) -> float:
    """What the frame can take of the fridge, by how soon each thing expires."""
    left, gain = dict(fridge), 0.0
    for role in frame.roles:
        own = [one.food for one in role.options if one.food in left]
        for food in sorted(own, key=lambda one: -left[one])[: role.most]:
            gain += left.pop(food)
    return gain


def uses_up(frame: Frame, profile: Profile) -> float:
    """Share of the thing that must be used of which the frame would leave most over."""
    shares = [1.0]
    for one in profile.available:
        if one.must_use and one.grams:
            options = (option for role in frame.roles for option in role.options)
            most = max((o.high for o in options if o.food == one.food), default=0.0)
            shares.append(most * profile.servings / one.grams)
    return min(shares)


def takes_all(frame: Frame, foods: Iterable[str | None]) -> bool:
    """Whether the frame has a place for each of the foods, all at once."""
    held: dict[str, list[str | None]] = {role.id: [] for role in frame.roles}
    known = {role.id: {one.food for one in role.options} for role in frame.roles}

    def place(food: str | None, seen: set[str]) -> bool:
        for role in frame.roles:
            if food not in known[role.id] or role.id in seen:
                continue
            seen.add(role.id)
            if len(held[role.id]) < role.most:
                held[role.id].append(food)
                return True
            for other in held[role.id]:
                if place(other, seen):
                    held[role.id][held[role.id].index(other)] = food
                    return True
        return False

    return all(place(food, set()) for food in foods)


_SKILL: Final = {"beginner": 0, "intermediate": 1, "advanced": 2}


def _turned(some: Sequence[Frame], seed: int) -> list[Frame]:
    if not some:
        return []
    start = seed % len(some)
    return [*some[start:], *some[:start]]


def _refusal(order: Order, plans: Sequence[Plan], reasons: Counter[str]) -> Infeasible:
    """Why nothing fits: the least budget where only money stands in the way, else the rules."""
    profile = order.profile
    least = min((won for won in map(_least_won, plans) if won is not None), default=None)
    if least is not None and least > profile.budget:
        return _too_little(profile, least)
    clashes: Counter[str] = Counter(reasons)
    for plan in plans:
        clashes.update(plan.clashes())
    usual = "F01" if any(one.must_use for one in profile.available) else "G08"
    named = [one for one, _ in clashes.most_common(4)] or [usual]
    return _no_dish(profile, named)


def _least_won(plan: Plan) -> int | None:
    """The least budget with which the plan can be cooked, in won."""
    picked = plan.cheapest()
    if picked is None or any(one.rate is None for one, _ in picked):
        return None
    won = plan.least_budget(picked)
    return -(-won // LEAST_BUDGET_STEP) * LEAST_BUDGET_STEP


def _too_little(profile: Profile, least: int) -> Infeasible:
    rule = _rule("G10", profile.locale)
    if profile.locale == "ko":
        message = (
            f"예산 {profile.budget:,}원으로는 {profile.servings}인분을 만들 수 없어요. "
            f"적어도 {least:,}원이 필요해요 [G10]."
        )
    else:
        message = (
            f"{profile.budget:,} won does not cover {profile.servings} servings; "
            f"at least {least:,} won are needed [G10]."
        )
    return Infeasible(message, rules=[rule], leastBudget=least)


def _no_frame(profile: Profile) -> Infeasible:
    """No page of the book fits the tools, or none is quick enough."""
    patient = replace(profile, cooking_time=None)
    minutes = [one.takes(profile.servings) for one in frames(profile.target) if _fits(one, patient)]
    if not minutes:
        return _no_dish(profile, ["P03"])
    least, asked = min(minutes), profile.cooking_time
    if profile.locale == "ko":
        message = f"{asked}분 안에 되는 요리가 없어요. 적어도 {least}분은 필요해요 [P02]."
    else:
        message = f"No dish is ready in {asked} minutes; at least {least} are needed [P02]."
    return Infeasible(message, rules=[_rule("P02", profile.locale)], leastMinutes=least)


def _no_place(profile: Profile, must: Mapping[str | None, str]) -> Infeasible:
    """Which must-use items no page takes, or that none takes all of them together."""
    pages = [one for one in frames(profile.target) if _fits(one, profile)]
    alone = [
        name
        for food, name in must.items()
        if food is None or not any(takes_all(page, [food]) for page in pages)
    ]
    names = alone or list(must.values())
    if profile.locale == "ko":
        said = with_particle(listed(names), "을")
        why = f"{said} {'쓰는' if alone else '한꺼번에 쓰는'} 요리를 찾지 못했어요"
        message = f"{why}. 꼭 쓸 재료에서 빼고 다시 시도해 주세요 [F01]."
    else:
        together = "" if alone else " together"
        message = (
            f"No dish uses {listed_en(names)}{together}. "
            "Take it off the must-use list and try again [F01]."
        )
    return Infeasible(message, rules=[{**_rule("F01", profile.locale), "foods": names}])


def _no_dish(profile: Profile, named: Sequence[str]) -> Infeasible:
    must = [one.name for one in profile.available if one.must_use]
    rules = [
        {**_rule(one, profile.locale), "foods": must}
        if one == "F01"
        else _rule(one, profile.locale)
        for one in named
    ]
    about = {"F01": f": {', '.join(must)}"} if must else {}
    why = " / ".join(f"{_says(one, profile)}{about.get(one, '')} [{one}]" for one in named)
    if profile.locale == "ko":
        message = f"이 조건을 모두 지키는 요리를 찾지 못했어요. 막힌 규칙: {why}"
    else:
        message = f"No dish keeps all of these rules together: {why}"
    return Infeasible(message, rules=rules)


def _says(rule_id: str, profile: Profile) -> str:
    return next((one.says(profile.locale) for one in all_rules() if one.id == rule_id), rule_id)


def _rule(rule_id: str, locale: str) -> Mapping[str, str]:
    for one in all_rules():
        if one.id == rule_id:
            return {"rule": one.id, "message": one.says(locale), "source": one.source}
    return {"rule": rule_id, "message": rule_id, "source": ""}
