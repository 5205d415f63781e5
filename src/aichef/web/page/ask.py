"""Asking: one form for who eats and what there is, read and said back without losing a word."""

from __future__ import annotations

import json
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from anyio import to_thread
from starlette.responses import JSONResponse
from starlette.routing import Route

from aichef.errors import ChefError, SessionConflict, SessionNotFound
from aichef.food.search import search
from aichef.kitchens.local import now
from aichef.meal.words import DIET
from aichef.profile.conditions import all_conditions
from aichef.profile.home import TOOLS
from aichef.profile.model import TARGETS
from aichef.session.model import is_id, new_id
from aichef.web.page.feasible import Oracle
from aichef.web.page.form import (
    BABY_STAGES,
    MINUTES,
    Form,
    Trouble,
    allergen_names,
    allergy_boxes,
    asked_by,
    boxed,
    condition_boxes,
    dated,
    from_profile,
    read_form,
    to_profile,
    trouble_from,
    trouble_of,
    troubles,
)
from aichef.web.page.pages import Pages, desk_of, locale_of, see
from aichef.web.page.texts import text
from aichef.web.problems import STATUSES, TooMany

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from aichef.profile.model import Locale, Profile

_MOST_FOUND: Final = 8
_FURTHER: Final = frozenset(
    {
        "age",
        "bloodSugar",
        "carbBasis",
        "carbLimit",
        "diet",
        "dislikes",
        "heightCm",
        "pantry",
        "prefer",
        "region",
        "sex",
        "shops",
        "tools",
        "weightKg",
    }
)
"""Fields that are folded away; unfolded where one of them is to be put right."""
_SEEDS: Final = 100_000
_KEEP: Final = "private, max-age=86400"


def routes(pages: Pages) -> list[Route]:
    """The form, what it is posted to, and two small helpers of its scripts."""
    room = _Asking(pages)
    return [
        Route("/", room.show, methods=["GET"], include_in_schema=False),
        Route("/", room.post, methods=["POST"], include_in_schema=False),
        Route("/check", room.check, methods=["POST"], include_in_schema=False),
        Route("/foods", room.foods, methods=["GET"], include_in_schema=False),
    ]


class _Asking:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self._oracle = Oracle(pages.settings)

    async def show(self, request: Request) -> Response:
        """The form: empty, or as a session was asked for (`?from=`)."""
        locale = locale_of(request, self._pages.settings)
        form: Form = {}
        found: tuple[Trouble, ...] = ()
        before = request.query_params.get("from", "")
        if is_id(before):
            form, found = await self._form_of(request, before, locale)
        return self._page(request, form, locale, found)

    async def post(self, request: Request) -> Response:
        """Have a session cooked, and go there; or the form again with what is to be put right."""
        locale = locale_of(request, self._pages.settings)
        form: Form = {}
        try:
            form = read_form(await request.body())
            locale = _locale_in(form, locale)
            profile, found = await to_thread.run_sync(self._troubles, form)
            if profile is None or found:
                return self._page(request, form, locale, found, 422)
            one = await self._accept(request, form, locale)
        except TooMany as trouble:
            return self._page(request, form, locale, (Trouble("", trouble.message),), 429)
        except ChefError as trouble:
            status = STATUSES.get(trouble.code, 500)
            about = (trouble_of(trouble),) if status == 422 else (Trouble("", trouble.message),)
            return self._page(request, form, locale, about, status)
        return see(request, f"/s/{one}")

    async def check(self, request: Request) -> Response:
        """What is to be put right in a form as it stands, for the script to say at the fields."""
        try:
            form = read_form(await request.body())
            _, found = await to_thread.run_sync(self._troubles, form)
        except ChefError as trouble:
            found = (trouble_of(trouble),)
        return JSONResponse(
            {"troubles": [{"field": one.field, "message": one.message} for one in found]}
        )

    async def foods(self, request: Request) -> Response:
        """Names of foods that hold a word."""
        locale = locale_of(request, self._pages.settings)
        word = request.query_params.get("q", "")[:40]
        found = await to_thread.run_sync(partial(search, word, _MOST_FOUND))
        names = list(dict.fromkeys(one.name(locale) for one in found))
        headers = {"Cache-Control": _KEEP, "Vary": "Accept-Language"}
        return JSONResponse({"foods": names}, headers=headers)

    def _troubles(self, form: Form) -> tuple[Profile | None, tuple[Trouble, ...]]:
        moment = now()
        profile, found = troubles(form, moment.date())
        if profile is not None:
            impossible = self._oracle.refusal(profile, moment)
            found = (trouble_of(impossible),) if impossible else ()
        return profile, found

    async def _accept(self, request: Request, form: Form, locale: Locale) -> str:
        """The session of a form. One posted twice is one session; one that was changed another."""
        client = request.scope.get("aichef.client", "local")
        given = dated({**to_profile(form), "locale": locale}, now().date())
        named = (form.get("sessionId") or ("",))[0]
        if is_id(named):
            try:
                session, _ = await desk_of(request).accept(
                    {**given, "sessionId": named}, client, "", locale
                )
            except SessionConflict:
                pass
            else:
                return session.id
        session, _ = await desk_of(request).accept(given, client, "", locale)
        return session.id

    async def _form_of(
        self, request: Request, one: str, locale: Locale
    ) -> tuple[Form, tuple[Trouble, ...]]:
        """The form of a session that was, and why it failed where the person can put it right."""
        try:
            session = await desk_of(request).read(self._pages.store.find, one)
        except SessionNotFound:
            return {}, ()
        form = from_profile(dated(json.loads(session.profile), session.asked_on), locale)
        error = session.error or {}
        if STATUSES.get(str(error.get("code", error.get("error")))) != 422:
            return form, ()
        return form, (trouble_from(str(error["message"]), error.get("details") or {}),)

    def _page(
        self,
        request: Request,
        form: Form,
        locale: Locale,
        found: tuple[Trouble, ...] = (),
        status: int = 200,
    ) -> Response:
        values: dict[str, Any] = {
            "form": _Filled(boxed(form, locale)),
            "troubles": found,
            "at": {one.field: one for one in found},
            "targets": TARGETS,
            "asked_by": asked_by,
            "time_options": [(str(one), text("ask.minutes", locale, count=one)) for one in MINUTES],
            "further": bool(_FURTHER & {one.field for one in found}),
            "stages": BABY_STAGES,
            "allergies": allergy_boxes(locale),
            "allergens": allergen_names(locale),
            "conditions": condition_boxes(locale),
            "diseases": [
                one.name(locale) for one in all_conditions().values() if one.kind == "disease"
            ],
            "tools": [
                (one, said[0] if locale == "ko" else said[-2]) for one, said in TOOLS.items()
            ],
            "diets": [(one, pair[locale == "en"]) for one, pair in DIET.items()],
            "session_id": new_id(),
            "seed": secrets.randbelow(_SEEDS),
        }
        page = self._pages.show(request, "ask.html", values, locale=locale, status=status)
        # Not "no-store": then Back would lose what was typed, or ask to post it again.
        page.headers["Cache-Control"] = "private, no-cache"
        return page


class _Filled:
    """What stands in the form, for a template to ask."""

    def __init__(self, form: Form) -> None:
        self._form = form

    def __bool__(self) -> bool:
        return bool(self._form)

    def one(self, name: str, default: str = "") -> str:
        """The value of a field."""
        return (self._form.get(name) or (default,))[0]

    def has(self, name: str, value: str, default: str = "") -> bool:
        """Whether a box or a choice is ticked."""
        return value in (self._form.get(name) or (default,))


def _locale_in(form: Form, otherwise: Locale) -> Locale:
    said = (form.get("locale") or ("",))[0]
    return cast("Locale", said) if said in {"ko", "en"} else otherwise
