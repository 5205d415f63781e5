"""Watching a session: on its way, ended without a meal, or ready; and what one can do with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.routing import Route

from aichef.errors import ChefError, SessionNotFound
from aichef.meal.words import PHASE, pick
from aichef.profile.model import TARGETS
from aichef.session.model import clock, is_id
from aichef.session.words import say
from aichef.web.desk import SECONDS
from aichef.web.page import recipe
from aichef.web.page.form import trouble_from
from aichef.web.page.pages import Pages, desk_of, locale_of, see
from aichef.web.page.texts import text
from aichef.web.problems import STATUSES, TooMany

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from aichef.profile.model import Locale
    from aichef.session.model import Event, Session

STEPS: Final = ("recipe_generation", "price_lookup", "combining_results", "finished")
"""Phases in which something is done, in their order: the steps a person sees."""

STEP_OF: Final = {
    "accepted": 0,
    "recipe_generation": 0,
    "recipe_completed": 1,
    "price_lookup": 1,
    "price_completed": 2,
    "combining_results": 2,
    "finished": 3,
}


def routes(pages: Pages) -> list[Route]:
    """A session's page and its deeds."""
    room = _Watching(pages)
    deeds = {"cancel": room.cancel, "retry": room.retry, "forget": room.forget}
    return [
        Route("/s/{one}", room.show, methods=["GET"], include_in_schema=False),
        *(
            Route(f"/s/{{one}}/{name}", deed, methods=["POST"], include_in_schema=False)
            for name, deed in deeds.items()
        ),
    ]


def not_found(pages: Pages, request: Request) -> Response:
    """The page of a session that is not there, or no longer."""
    locale = locale_of(request, pages.settings)
    values = {"heading": text("watch.gone", locale), "sentence": say("not_found", locale)}
    return pages.show(request, "message.html", values, status=404)


class _Watching:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def show(self, request: Request) -> Response:
        """The meal where it is ready; else how far it is, or why there is none."""
        one, store = request.path_params["one"], self._pages.store
        read = desk_of(request).read
        try:
            session = await read(store.find, one) if is_id(one) else None
            if session is None:
                return not_found(self._pages, request)
            locale = locale_of(request, self._pages.settings, session.locale)
            if session.status == "completed":
                return await recipe.worked(
                    self._pages, request, recipe.page, self._pages, request, session, locale
                )
            if session.status == "processing":
                events = await read(store.events, one)
                return self._waiting(request, session, events, locale)
        except SessionNotFound:
            return not_found(self._pages, request)
        except TooMany:
            # Answered at the door, which says when to come again.
            raise
        except ChefError as trouble:
            return self._trouble(request, trouble)
        return self._ended(request, session, locale)

    async def cancel(self, request: Request) -> Response:
        """Stop it; the page then says so."""
        return await self._done(request, self._cancel)

    async def retry(self, request: Request) -> Response:
        """The same once more, at the same address."""
        return await self._done(request, self._retry)

    async def forget(self, request: Request) -> Response:
        """Remove every trace of it, and back to the form."""
        one = request.path_params["one"]
        try:
            await desk_of(request).forget(one)
        except SessionNotFound:
            return not_found(self._pages, request)
        except ChefError as trouble:
            return self._trouble(request, trouble)
        return see(request, "/")

    async def _done(self, request: Request, deed: Any) -> Response:
        one = request.path_params["one"]
        try:
            await deed(request, one)
        except SessionNotFound:
            return not_found(self._pages, request)
        except ChefError as trouble:
            return self._trouble(request, trouble)
        return see(request, f"/s/{one}")

    async def _cancel(self, request: Request, one: str) -> None:
        await desk_of(request).cancel(one)

    async def _retry(self, request: Request, one: str) -> None:
        client = request.scope.get("aichef.client", "local")
        await desk_of(request).again(one, client, locale_of(request, self._pages.settings))

    def _waiting(
        self, request: Request, session: Session, events: Sequence[Event], locale: Locale
    ) -> Response:
        told = [one for one in events if one.kind in {"ingredient", "price", "recipe"}]
        named = {one.body["name"]: one.body for one in told if one.kind == "ingredient"}
        final = next((one.body for one in told if one.kind == "recipe"), None)
        if final:
            named = {one["name"]: one for one in final["ingredients"]}
        prices = {one.body["ingredient"]: one.body["price"] for one in told if one.kind == "price"}
        target = json.loads(session.profile).get("target", "")
        target = target if target in TARGETS else "general"
        values = {
            "session": session,
            "target": target,
            "steps": STEPS,
            "step": STEP_OF[cast("str", session.phase)],
            "step_of": STEP_OF,
            "phase": session.phase,
            "phases": {name: pick(pair, locale) for name, pair in PHASE.items()},
            "expected": SECONDS[target],
            "elapsed": max(0, round((clock() - session.started_at).total_seconds())),
            "ingredients": list(named.values()),
            "prices": {
                name: {"won": one["price"], "pack": one.get("pack") or ""}
                for name, one in prices.items()
                if one
            },
            "last": events[-1].number if events else 0,
            "title": final["recipeName"] if final else "",
        }
        return self._pages.show(request, "wait.html", values, locale=locale)

    def _ended(self, request: Request, session: Session, locale: Locale) -> Response:
        """Why there is no meal, and what to do next: change the wish, or try again."""
        error = session.error or {}
        theirs = STATUSES.get(str(error.get("code"))) == 422
        details = error.get("details") or {}
        message = str(error.get("message") or text("watch.no_reason", locale))
        values = {
            "session": session,
            "cancelled": session.status == "cancelled",
            "theirs": theirs,
            "trouble": trouble_from(message, details),
        }
        return self._pages.show(request, "ended.html", values, locale=locale)

    def _trouble(self, request: Request, trouble: ChefError) -> Response:
        locale = locale_of(request, self._pages.settings)
        values = {"heading": text("watch.trouble", locale), "sentence": trouble.message}
        status = STATUSES.get(trouble.code, 500)
        return self._pages.show(request, "message.html", values, status=status)
