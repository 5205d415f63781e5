"""The three states of the machine over the steps; what each gives back is DESIGN section 7's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

from aichef.aws.payload import answered, asked, begun, ended, fitting, found
from aichef.aws.watch import measure
from aichef.cook import Pricing, Progress, admitted, serve
from aichef.errors import UnusableRecipe
from aichef.kitchens.steps import combine_step, price_step, recipe_step, unpriced
from aichef.meal.section4 import (
    finding_json,
    nutrition_json,
    pricing_json,
    written_by_json,
    written_json,
)
from aichef.profile.parse import assumption_text, parse_profile
from aichef.recipe.check import check, ranked
from aichef.recipe.model import Recipe
from aichef.recipe.nutrients import nutrition
from aichef.session.parts import from_part, to_part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichef.aws.sandbox import Sandbox
    from aichef.profile.model import Profile
    from aichef.recipe.model import Finding
    from aichef.session.model import Session

T = TypeVar("T")

_RECIPE: Final = "recipe"
_PRICING: Final = "pricing"

_FOREIGN: Final = (
    "받은 요리가 규칙을 지키지 못해 내보내지 않았어요. 레시피를 만드는 단계부터 시작해 주세요.",
    "The recipe that was handed in breaks a rule; start with the step that writes one.",
)
_NO_PRICES: Final = (
    "가격을 찾는 중에 문제가 생겨서 값을 매기지 못했어요.",
    "Something went wrong while its price was looked up.",
)


def write(event: Mapping[str, Any], here: Sandbox) -> dict[str, Any]:
    """GenerateRecipe: `body` is the recipe, its `ingredients` at the top.

    Raises what the session failed with, NotReady where it was cancelled, SessionConflict,
    StoreError.
    """
    what = asked(event)
    session = begun(what, here.store, here.kitchen.clock())
    recipe_step(session.id, session.attempt, here.store, here.kitchen)
    recipe = _part(session, _RECIPE, Recipe, here)
    if recipe.written_by and recipe.written_by.spent:
        spent = recipe.written_by.spent
        figures = {"ModelSeconds": spent.seconds, "TokensIn": spent.tokens_in}
        measure("recipe", {**figures, "TokensOut": spent.tokens_out})
    profile, said = _eater(session)
    return answered(recipe_body(recipe, profile, said, session))


def price(event: Mapping[str, Any], here: Sandbox) -> dict[str, Any]:
    """FetchPrices: `body` is section 4's `pricing`; what has no price is named in it.

    Raises as `write`; a supplier that fails is no error.
    """
    session = _at_work(event, here)
    _take(session, {"ingredients": event.get("ingredients")}, here)
    price_step(session.id, session.attempt, here.store, here.kitchen)
    recipe = _part(session, _RECIPE, Recipe, here)
    pricing = _part(session, _PRICING, Pricing, here)
    profile, said = _eater(session)
    meal = serve(profile, recipe, pricing, said, session.started_at, Progress())
    return answered(fitting(pricing_json(meal)))


def combine(event: Mapping[str, Any], here: Sandbox) -> dict[str, Any]:
    """CombineResults: section 4. A session that has its meal already gives that again.

    Where prices have failed, `pricingResult` is missing and the meal is combined without them.
    Raises as `write`.
    """
    session = found(asked(event), here.store, here.kitchen.clock())
    if session.status != "completed":
        session = _at_work(event, here)
        _take(session, event.get("recipeResult"), here)
        if here.store.part(session.id, _PRICING) is None:
            if "pricingResult" in event:
                price_step(session.id, session.attempt, here.store, here.kitchen)
            else:
                _leave_unpriced(session, here)
        combine_step(session.id, session.attempt, here.store, here.kitchen)
        session = here.store.find(session.id)
    if session.status != "completed":
        raise ended(session)
    meal: dict[str, Any] = json.loads(here.store.result(session.id))
    return meal


def recipe_body(
    recipe: Recipe, profile: Profile, said: Sequence[Finding], session: Session
) -> dict[str, Any]:
    """Section 4's `recipe` as far as it is known before the prices are."""
    day, locale = session.started_at.date(), profile.locale
    findings = ranked((*said, *check(recipe, profile, day)))
    body = {
        **written_json(recipe, locale),
        "assumptions": [assumption_text(key, locale) for key in recipe.assumptions],
        "nutrition": nutrition_json(nutrition(recipe, profile, day)),
        "findings": [finding_json(one) for one in findings],
    }
    by = recipe.written_by
    return body | ({"writtenBy": written_by_json(by)} if by else {})


def _at_work(event: Mapping[str, Any], here: Sandbox) -> Session:
    """The session, at work. Raises what it ended with."""
    session = found(asked(event), here.store, here.kitchen.clock())
    if session.status != "processing":
        raise ended(session)
    return session


def _take(session: Session, given: object, here: Sandbox) -> None:
    """Where no step of ours has written a recipe, take the payload's, through the same gate.

    So a state can be tried out by itself, with a payload made by hand.
    """
    if here.store.part(session.id, _RECIPE) is not None:
        return
    from aichef.chef.write import Order, broken_rules
    from aichef.prices.find import known_prices
    from aichef.recipe.read import recipe_from

    profile, _ = _eater(session)
    body = given if isinstance(given, dict) else {}
    named = {"recipeName": "요리", "servings": profile.servings, **body}
    recipe = recipe_from(named, profile.locale)
    shops = here.kitchen.shops
    order = Order(profile, lambda foods: known_prices(foods, shops), session.started_at.date())
    if broken := [one.rule for one in broken_rules(recipe, order)]:
        raise UnusableRecipe(_FOREIGN[profile.locale == "en"], rules=broken)
    here.store.keep(session.id, session.attempt, _RECIPE, to_part(recipe, Recipe))


def _leave_unpriced(session: Session, here: Sandbox) -> None:
    """Prices have failed as a whole: each ingredient says so."""
    profile, _ = _eater(session)
    recipe = _part(session, _RECIPE, Recipe, here)
    pricing = unpriced(profile, recipe, _NO_PRICES[profile.locale == "en"])
    here.store.keep(session.id, session.attempt, _PRICING, to_part(pricing, Pricing))


def _part(session: Session, name: str, kind: type[T], here: Sandbox) -> T:
    """What a step left. Raises what the session ended with, where it left nothing."""
    kept = here.store.part(session.id, name)
    if kept is None:
        raise ended(here.store.find(session.id))
    return from_part(kept, kind, session.locale)


def _eater(session: Session) -> tuple[Profile, tuple[Finding, ...]]:
    profile = parse_profile(json.loads(session.profile), today=session.started_at.date())
    return admitted(profile, session.started_at)
