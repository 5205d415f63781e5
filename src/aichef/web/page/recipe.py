"""The meal that is ready: recipe, cook mode, basket, another try, and files to take along."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from anyio import to_thread
from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from aichef.errors import ChefError, NotReady, SessionNotFound
from aichef.food.table import foods
from aichef.meal.render import gap
from aichef.meal.words import DIFFICULTY, KETO_DISCLAIMER, pick, table_name, won
from aichef.session.model import is_id
from aichef.session.words import say
from aichef.web.page.again import another, ideas_of, profile_again
from aichef.web.page.chart import chart
from aichef.web.page.checked import checked, timers
from aichef.web.page.kept import PLANS, Kept, View, Wish
from aichef.web.page.linked import line, linked
from aichef.web.page.pages import Pages, desk_of, locale_of, see
from aichef.web.page.shopping import AISLES, bought, home, shelves
from aichef.web.page.take import markdown, shopping, spreadsheet
from aichef.web.page.texts import text
from aichef.web.page.worker import routes as worker_routes
from aichef.web.problems import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from aichef.profile.model import Locale
    from aichef.session.model import Session
    from aichef.web.page.kept import Json

_KINDS: Final = {
    "json": "application/json",
    "jsonld": "application/ld+json",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
_LONGEST_POST: Final = 8 * 1024
_LONGEST_NOTE: Final = 200
_MOST_SERVINGS: Final = 20


def routes(pages: Pages) -> list[Route]:
    """What belongs to a finished session; its own page is shown by `watch.py` through `page`."""
    room = _Meals(pages)
    shown = {"cook": room.cook, "basket": room.basket, "again": room.again}
    return [
        *(
            Route(f"/s/{{one}}.{kind}", room.take, methods=["GET"], include_in_schema=False)
            for kind in _KINDS
        ),
        *(
            Route(f"/s/{{one}}/{name}", door, methods=["GET"], include_in_schema=False)
            for name, door in shown.items()
        ),
        Route("/s/{one}/again", room.make_again, methods=["POST"], include_in_schema=False),
        *worker_routes(pages),
    ]


def page(pages: Pages, request: Request, session: Session, locale: Locale) -> Response:
    """The page of a session that is completed."""
    kept = _kept(pages, session)
    view = kept.view(Wish.read(request.query_params))
    lines = bought(view, kept.body, locale)
    drawn, figures = chart(view, locale)
    values = {
        **_common(session, kept, view, locale),
        "checked": checked(view, locale),
        "ingredients": _ingredients(view, locale),
        "served": _served(view, locale),
        "drawn": drawn,
        "figures": figures,
        "gaps": ", ".join(gap(one, locale) for one in view.nutrition.missing[:8]),
        "lines": lines,
        "sources": _sources(view, locale),
        "linked": _script(linked(view, locale)),
        "kinds": tuple(_KINDS),
    }
    return pages.show(request, "recipe.html", values, locale=locale)


class _Meals:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def take(self, request: Request) -> Response:
        """The meal as a file, as wished for in the address."""
        kind = request.url.path.rpartition(".")[2]
        session = await self._session(request)

        def body() -> tuple[str, str]:
            locale = locale_of(request, self._pages.settings, _spoken(session))
            kept = _kept(self._pages, session)
            view = kept.view(Wish.read(request.query_params))
            return _file(kind, kept, view, locale), view.body["recipe"]["recipeName"]

        content, _ = await to_thread.run_sync(body)
        name = f"aichef-{session.id[5:13]}.{kind}"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return Response(content, 200, headers, _KINDS[kind])

    async def cook(self, request: Request) -> Response:
        """One step at a time."""
        return await self._shown(request, self._cook)

    async def basket(self, request: Request) -> Response:
        """What to buy."""
        return await self._shown(request, self._basket)

    async def again(self, request: Request) -> Response:
        """What else could be made, each with what it changes."""
        return await self._shown(request, self._again)

    async def make_again(self, request: Request) -> Response:
        """A new session with a wish, a note or another dish; this one stays."""
        session = await self._session(request)
        spoken = _spoken(session)
        form = await _form(request)
        given = profile_again(json.loads(session.profile), form)
        if given is None:
            return see(request, f"/s/{session.id}/again")
        asked = json.dumps(sorted(form.items()), ensure_ascii=True)
        client = request.scope.get("aichef.client", "local")
        try:
            made, _ = await desk_of(request).accept(
                given, client, f"again {session.id} {asked}", spoken
            )
        except ChefError as trouble:
            status = STATUSES.get(trouble.code, 500)
            return await self._shown(
                request,
                self._again,
                {"trouble": trouble.message, "note_text": form.get("note", "")},
                status,
            )
        return see(request, f"/s/{made.id}")

    async def _session(self, request: Request) -> Session:
        """The session of the address. Raises SessionNotFound, and NotReady where it has no meal."""
        one = request.path_params["one"]
        locale = locale_of(request, self._pages.settings)
        if not is_id(one):
            raise SessionNotFound(say("not_found", locale))
        session = await desk_of(request).read(self._pages.store.find, one)
        if session.status != "completed":
            said = say("not_ready" if session.status == "processing" else "no_result", locale)
            raise NotReady(
                said, status=session.status, phase=session.phase, progress=session.progress
            )
        return session

    async def _shown(
        self,
        request: Request,
        show: Callable[[Request, Session, dict[str, Any], int], Response],
        more: dict[str, Any] | None = None,
        status: int = 200,
    ) -> Response:
        """A page of a meal; a session without one has a page of its own that says so."""
        try:
            session = await self._session(request)
        except (SessionNotFound, NotReady):
            return see(request, f"/s/{request.path_params['one']}")
        return await to_thread.run_sync(show, request, session, more or {}, status)

    def _cook(
        self, request: Request, session: Session, _more: dict[str, Any], status: int
    ) -> Response:
        locale, kept, view = self._view(request, session)
        asked = request.query_params.get("step", "1")
        steps = view.recipe.instructions
        now = min(max(int(asked[:3]) if asked.isdecimal() else 1, 1), len(steps))
        values = {
            **_common(session, kept, view, locale),
            "now": now,
            "lines": [
                (one.name, line(row, locale))
                for one, row in zip(
                    view.recipe.ingredients, view.body["recipe"]["ingredients"], strict=True
                )
            ],
        }
        return self._pages.show(request, "cook.html", values, locale=locale, status=status)

    def _basket(
        self, request: Request, session: Session, _more: dict[str, Any], status: int
    ) -> Response:
        locale, kept, view = self._view(request, session)
        lines = bought(view, kept.body, locale)
        by = "aisle" if request.query_params.get("by") == "aisle" else "shop"
        names = {one: text(f"meal.aisle_{one}", locale) for one in AISLES}
        bands = sorted({one["bandPct"] for one in view.body["pricing"]["ingredients"]})
        values = {
            **_common(session, kept, view, locale),
            "lines": lines,
            "by": by,
            "shelves": shelves(lines, names if by == "aisle" else None),
            "plans": _plans(view),
            "home": home(view),
            "suppliers": [_supplier(one, locale) for one in view.body["pricing"]["suppliers"]],
            "copied": "\n".join(shopping(lines, locale)),
            "band": "–".join(str(one) for one in dict.fromkeys((bands[0], bands[-1])))
            if bands
            else "",
        }
        return self._pages.show(request, "basket.html", values, locale=locale, status=status)

    def _again(
        self, request: Request, session: Session, more: dict[str, Any], status: int
    ) -> Response:
        locale, kept, view = self._view(request, session)
        asked = request.query_params.get("food", "")
        swaps = []
        if asked in foods():
            swaps = [
                {
                    "wish": wish,
                    "name": foods()[wish.swap[0][1]].name(locale),
                    "meal": meal,
                    "effects": _effects(kept.body, kept.json_of(meal), locale),
                }
                for wish, meal in kept.swaps(asked)
            ]
        computed = not self._pages.settings.model and kept.recipe.frame is not None
        values = {
            **_common(session, kept, view, locale),
            "computed": computed,
            "originals": kept.body["recipe"]["ingredients"],
            "ideas": ideas_of(kept, locale) if computed else {},
            "another": another(kept) if computed else None,
            "asked": asked if asked in foods() else "",
            "asked_name": foods()[asked].name(locale) if asked in foods() else "",
            "swaps": swaps,
            "trouble": "",
            "note_text": "",
            **more,
        }
        return self._pages.show(request, "again.html", values, locale=locale, status=status)

    def _view(self, request: Request, session: Session) -> tuple[Locale, Kept, View]:
        locale = locale_of(request, self._pages.settings, _spoken(session))
        kept = _kept(self._pages, session)
        return locale, kept, kept.view(Wish.read(request.query_params))


def _kept(pages: Pages, session: Session) -> Kept:
    return Kept(session, pages.store.result(session.id), pages.settings)


def _spoken(session: Session) -> Locale:
    return "en" if json.loads(session.profile).get("locale") == "en" else "ko"


async def _form(request: Request) -> dict[str, str]:
    """The fields of a small form; more than it can hold is cut off."""
    body = (await request.body())[:_LONGEST_POST].decode("utf-8", "replace")
    return {name: value[:_LONGEST_NOTE] for name, value in parse_qsl(body)}


def _common(session: Session, kept: Kept, view: View, locale: Locale) -> dict[str, Any]:
    """What every page of a meal needs."""
    pricing = view.body["pricing"]
    total, budget = pricing["totalEstimatedCost"], view.profile.budget
    people, usual = view.recipe.servings, kept.recipe.servings
    return {
        "session": session,
        "meal": view.body,
        "recipe": view.body["recipe"],
        "pricing": pricing,
        "view": view,
        "wish": view.wish,
        "changes": _changes(kept, view, locale),
        "steps": [(step, tuple(timers(step))) for step in view.recipe.instructions],
        "difficulty": pick(DIFFICULTY[view.recipe.difficulty], locale),
        "budget": budget,
        "total": total,
        "share_of_budget": min(100.0, round(100 * total / budget, 1)) if budget else 100.0,
        "keto": pick(KETO_DISCLAIMER, locale) if view.profile.target == "keto" else "",
        "here": f"/s/{session.id}",
        "fewer": view.wish.serving(people - 1, usual) if people > 1 else None,
        "more": view.wish.serving(people + 1, usual) if people < _MOST_SERVINGS else None,
    }


def _ingredients(view: View, locale: Locale) -> list[dict[str, Any]]:
    """Lines of the recipe with what each costs, or where it is."""
    cost: dict[str, str] = {}
    for lines in view.body["pricing"]["vendorBreakdown"].values():
        for one in lines:
            for name in one["name"].split(", "):
                cost[name] = won(one["price"], locale)
    for one in view.body["pricing"]["unpriced"]:
        cost.setdefault(one["ingredient"], text("meal.no_price", locale))
    at_home = {one["ingredient"]: one["fridge"] for one in home(view)}
    found = []
    for one, row in zip(view.recipe.ingredients, view.body["recipe"]["ingredients"], strict=True):
        said = cost.get(one.name, "")
        if not said:
            where = "meal.in_fridge" if at_home.get(one.name) else "meal.at_home"
            said = text(where, locale) if one.food != "water" else ""
        found.append(
            {
                **row,
                "name": f"{one.prep} {one.name}".strip(),
                "plain": one.name,
                "cost": said,
                "bought": one.name in cost,
                "weight": f"{one.grams:,.0f}g" if _is_worth_weighing(row) else "",
                "has": one.food in view.wish.have,
                "buys": one.food in view.wish.buy,
            }
        )
    return found


def _is_worth_weighing(row: Json) -> bool:
    return row["unit"] not in {"g", "kg", "ml", "L"} and (row["grams"] or 0) >= 1


def _served(view: View, locale: Locale) -> list[tuple[str, str]]:
    return [
        (one["name"], text("meal.each_grams", locale, n=f"{one['grams']:g}"))
        for one in view.body["recipe"]["servedWith"]
    ]


def _sources(view: View, locale: Locale) -> dict[str, list[str]]:
    tables = sorted({table_name(one, locale) for one in view.nutrition.sources})
    told = [one.source for one in view.findings if one.verdict != "not_applicable"]
    rows = view.body["pricing"]["ingredients"]
    prices = sorted({f"{row['source']} ({row['observedOn']})" for row in rows})
    return {"tables": tables, "rules_from": sorted(set(told)), "prices_from": prices}


def _supplier(told: str, locale: Locale) -> str:
    """A supplier by the name people know; behind a colon stands what kept it from answering."""
    name, colon, trouble = told.partition(":")
    known = text(f"meal.supplier_{name}", locale) if name in {"own", "price_book"} else name
    return f"{known}{colon}{trouble}"


def _plans(view: View) -> list[dict[str, Any]]:
    """The baskets that were solved, the same one under two names once."""
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    options = view.body["pricing"]["recommendations"]["alternativeOptions"]
    for one in options:
        if one["vendors"] and one["name"] in PLANS:
            found.setdefault((tuple(one["vendors"]), one["total"]), one)
    return list(found.values()) if len(found) > 1 else []


def _changes(kept: Kept, view: View, locale: Locale) -> list[str]:
    """What is another than it was kept, a sentence each."""
    if not view.altered:
        return []
    wish, old, new = view.wish, kept.body, view.body
    said: list[str] = []

    def names(some: tuple[str, ...]) -> str:
        return ", ".join(foods()[one].name(locale) for one in some)

    if wish.servings and wish.servings != old["recipe"]["servings"]:
        pair = {"old": old["recipe"]["servings"], "new": wish.servings}
        said.append(text("meal.changed_servings", locale, **pair))
        if wish.servings > old["recipe"]["servings"]:
            said.append(text("meal.changed_time", locale))
    for before, after in wish.swap:
        pair = {"old": names((before,)), "new": names((after,))}
        said.append(text("meal.changed_swap", locale, **pair))
    listed = {
        "have": wish.have,
        "buy": wish.buy,
        "pick": tuple(food for food, _ in wish.pick),
    }
    for key, some in listed.items():
        if some:
            said.append(text(f"meal.changed_{key}", locale, names=names(some)))
    if wish.plan != "cheapest":
        said.append(text(f"meal.changed_plan_{wish.plan}", locale))
    return [*said, *_effects(old, new, locale)]


def _effects(old: Json, new: Json, locale: Locale) -> list[str]:
    """Energy and sodium a serving and the sum at the till, where they moved."""
    said = []
    for key, field, unit in (
        ("energy", "energy_kcal", "kcal"),
        ("sodium", "sodium_mg", "mg"),
    ):
        before = old["recipe"]["nutrition"]["perServing"][field]
        after = new["recipe"]["nutrition"]["perServing"][field]
        if before is not None and after is not None and abs(after - before) >= 1:
            pair = {"old": f"{before:,.0f}{unit}", "new": f"{after:,.0f}{unit}"}
            said.append(text(f"meal.changed_{key}", locale, **pair))
    before, after = (one["pricing"]["totalEstimatedCost"] for one in (old, new))
    if before != after:
        pair = {"old": won(before, locale), "new": won(after, locale)}
        said.append(text("meal.changed_till", locale, **pair))
    return said


def _file(kind: str, kept: Kept, view: View, locale: Locale) -> str:
    match kind:
        case "json":
            return json.dumps(view.body, ensure_ascii=False, indent=1)
        case "jsonld":
            return json.dumps(linked(view, locale), ensure_ascii=False, indent=1)
        case "md":
            return markdown(view, bought(view, kept.body, locale), locale)
        case _:
            return spreadsheet(view, bought(view, kept.body, locale), locale)


def _script(body: Json) -> Markup:
    """JSON that no browser can take for markup, to stand in a script element."""
    plain = json.dumps(body, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        plain = plain.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(plain)  # noqa: S704 - every sign that could end the element is spelled out
