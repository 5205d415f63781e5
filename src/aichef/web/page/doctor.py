"""The settings page: who writes, where prices come from and how fresh they are.

Nobody outside is called for it: `aichef doctor` does that, at the command line.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from anyio import to_thread
from starlette.routing import Route

from aichef import __version__
from aichef.errors import ChefError
from aichef.food.table import foods
from aichef.kitchens.local import configured, local_kitchen, model_warning, now
from aichef.models.spec import read_spec
from aichef.web.page.pages import Pages, locale_of
from aichef.web.page.texts import text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from aichef.prices.find import Shop
    from aichef.profile.model import Locale
    from aichef.settings import Settings

_NAMES = {"own": "settings.own", "price_book": "settings.price_book"}


class Source(NamedTuple):
    """A source of prices: whether it is set up, of how many foods it has prices here, how old."""

    name: str
    on: bool
    foods: int
    newest: date | None
    days: int | None
    own: bool = False
    trouble: str = ""


def routes(pages: Pages) -> list[Route]:
    """The one page."""

    async def show(request: Request) -> Response:
        locale = locale_of(request, pages.settings)
        settings = replace(pages.settings, locale=locale)
        values = await to_thread.run_sync(_report, settings, locale)
        values |= await to_thread.run_sync(_kitchen, pages)
        return pages.show(request, "settings.html", values)

    return [Route("/settings", show, methods=["GET"], include_in_schema=False)]


def _report(settings: Settings, locale: Locale) -> dict[str, Any]:
    today = now().date()
    found: dict[str, Any] = {
        "version": __version__,
        "model": "",
        "warning": "",
        "trouble": "",
        "sources": [],
    }
    try:
        spec = read_spec(settings)
        found |= {"model": spec.name if spec else "", "warning": model_warning(settings)}
        # Without its model: that one would begin to load its libraries.
        kitchen = local_kitchen(replace(settings, model=""))
        at_hand = {shop.name: shop for shop in kitchen.shops}
        on = {**dict.fromkeys(at_hand, True), **configured(settings)}
        order = sorted(on, key=lambda name: (name == "price_book", not on[name]))
        found["sources"] = [
            _source(name, at_hand.get(name), today, locale, on=on[name] or name in at_hand)
            for name in order
        ]
    except ChefError as trouble:
        found["trouble"] = trouble.message
    return found


def _source(name: str, shop: Shop | None, today: date, locale: Locale, *, on: bool) -> Source:
    shown = text(_NAMES[name], locale) if name in _NAMES else name
    try:
        known = shop.known(frozenset(foods())) if shop else {}
    except ChefError as trouble:
        return Source(shown, on, 0, None, None, trouble=trouble.message)
    days = [one.observed_on for prices in known.values() for one in prices]
    newest = max(days, default=None)
    old = (today - newest).days if newest else None
    return Source(shown, on, len(known), newest, old, own=name == "own")


def _kitchen(pages: Pages) -> dict[str, Any]:
    """How the kitchen of this server is; None where the store cannot be asked."""
    try:
        return {
            "alive": pages.engine.alive(),
            "queued": pages.engine.queued(),
            "counts": pages.store.counts(),
        }
    except ChefError:
        return {"alive": False, "queued": None, "counts": None}
