"""Another try: the same profile with a wish, a note or another seed, and what it would change."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from aichef.chef.better import ideas
from aichef.cook import Progress, write
from aichef.errors import ChefError
from aichef.kitchens.local import now
from aichef.meal.words import IDEA, IDEA_UNIT, pick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aichef.profile.model import Locale
    from aichef.recipe.model import Recipe
    from aichef.web.page.kept import Kept

WISHES: Final = ("less_salt", "cheaper", "quicker")
_MOST_SEED: Final = 1_000_000


def profile_again(given: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any] | None:
    """The profile of a session with what a form asks for; None where it asks for nothing."""
    profile = dict(given)
    if (wish := form.get("wish")) in WISHES:
        prefer = profile.get("prefer") or []
        kept = [prefer] if isinstance(prefer, str) else list(prefer)
        profile["prefer"] = [*(one for one in kept if one != wish), wish]
        return profile
    if form.get("another"):
        seed = profile.get("seed")
        profile["seed"] = (seed if isinstance(seed, int) else 0) % _MOST_SEED + 1
        return profile
    if note := form.get("note", "").strip():
        profile["note"] = note
        return profile
    return None


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


def another(kept: Kept) -> Recipe | None:
    """The dish that the next seed gives; None where none can be told."""
    profile = replace(kept.profile, seed=kept.profile.seed + 1)
    try:
        return asyncio.run(write(profile, kept.kitchen, now(), Progress()))
    except ChefError:
        return None
