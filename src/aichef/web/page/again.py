"""Another try: the same profile with a wish, a note or another seed, and what it would change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from aichef.chef.better import ideas
from aichef.cook import Progress, admitted, write
from aichef.errors import ChefError
from aichef.kitchens.local import now
from aichef.meal.words import IDEA, IDEA_UNIT, pick
from aichef.profile.home import BASIC
from aichef.profile.parse import parse_profile
from aichef.profile.say import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aichef.profile.model import Locale
    from aichef.recipe.model import Recipe
    from aichef.web.page.kept import Kept, View

WISHES: Final = ("less_salt", "cheaper", "quicker")
_MOST_SEED: Final = 1_000_000


def profile_again(kept: Kept, view: View, form: Mapping[str, str]) -> dict[str, Any] | None:
    """The profile of a meal as changed by now, with what a form asks for; None for nothing."""
    profile = {**kept.given, **_changed(kept, view)}
    if (wish := form.get("wish")) in WISHES:
        prefer = profile.get("prefer") or []
        before = [prefer] if isinstance(prefer, str) else list(prefer)
        return {**profile, "prefer": [*(one for one in before if one != wish), wish]}
    if form.get("another"):
        return {**profile, "seed": kept.profile.seed % _MOST_SEED + 1}
    if note := form.get("note", "").strip():
        earlier = str(profile.get("note") or "").strip()
        both = f"{earlier}, {note}" if earlier and note not in earlier else earlier or note
        return {**profile, "note": both}
    return None


def _changed(kept: Kept, view: View) -> dict[str, Any]:
    """What a reader said of this meal that holds for the next: how many eat, what is at home."""
    wish, profile = view.wish, view.profile
    found: dict[str, Any] = {}
    if wish.servings:
        found["servings"] = wish.servings
    if wish.have or wish.buy:
        more = sorted(profile.pantry - BASIC)
        whole = profile.pantry >= BASIC
        found["pantry"] = ["basic", *more] if whole else sorted(profile.pantry) or "empty"
    if len(profile.available) < len(kept.profile.available):
        found["availableIngredients"] = to_json(profile)["availableIngredients"]
    return found


def ideas_of(kept: Kept, locale: Locale) -> dict[str, dict[str, str]]:
    """What each wish would change in this very dish, solved and checked: by the wish."""
    found: dict[str, dict[str, str]] = {}
    for one in ideas(kept.order, kept.recipe):
        unit = pick(IDEA_UNIT[one.unit], locale)
        _, field = IDEA[one.wish]
        found[one.wish] = {
            "changes": ", ".join(one.changes),
            "field": pick(field, locale),
            "before": f"{one.before:,.0f}{unit}",
            "after": f"{one.after:,.0f}{unit}",
        }
    return found


def another(kept: Kept, view: View) -> Recipe | None:
    """The dish that "another" would give now; None where none can be told."""
    moment = now()
    given = profile_again(kept, view, {"another": "1"})
    try:
        profile, _ = admitted(parse_profile(given, today=moment.date()), moment)
        return asyncio.run(write(profile, kept.kitchen, moment, Progress()))
    except ChefError:
        return None
