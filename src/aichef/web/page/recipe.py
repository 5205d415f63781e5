"""The meal that is ready: recipe, cook mode, basket, another try, and files to take along."""

from __future__ import annotations

import json
from math import isclose
from typing import TYPE_CHECKING, Any, Final, TypeVar, TypeVarTuple
from urllib.parse import parse_qsl

from anyio import to_thread
from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from aichef.chef.retell import names_it, names_of
from aichef.errors import ChefError, NotReady, SessionNotFound
from aichef.food.table import foods, normal
from aichef.kitchens.local import now
from aichef.meal.costs import Paid, as_bought, won_each
from aichef.meal.render import gaps, is_least
from aichef.meal.words import (
    DIFFICULTY,
    KETO_DISCLAIMER,
    day,
    pick,
    rule_source,
    table_name,
    won,
)
from aichef.session.model import is_id
from aichef.session.words import say
from aichef.web.page.again import another, ideas_of, profile_again
from aichef.web.page.chart import chart
from aichef.web.page.checked import checked, timers
from aichef.web.page.form import trouble_of
from aichef.web.page.kept import PLANS, Kept, View, Wish
from aichef.web.page.linked import line, linked
from aichef.web.page.pages import Pages, desk_of, link, locale_of, see
from aichef.web.page.shopping import AISLES, bought, home, shelves
from aichef.web.page.take import markdown, shopping, spreadsheet
from aichef.web.page.texts import text
from aichef.web.page.worker import routes as worker_routes
from aichef.web.problems import STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from starlette.requests import Request

    from aichef.profile.model import Locale
    from aichef.recipe.model import Ingredient
    from aichef.session.model import Session
    from aichef.web.page.kept import Json

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

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
    """The page of a session that is completed; of one of an earlier version, that it is."""
    try:
        kept = _kept(pages, session)
    except NotReady as trouble:
        return _too_old(pages, request, session, trouble)
    view = kept.view(Wish.read(request.query_params))
    lines = bought(view, locale)
    drawn, figures = chart(view, locale)
    values = {
        **_common(session, kept, view, locale),
        "checked": checked(view, locale),
        "ingredients": _ingredients(view, locale),
        "served": _served(view, locale),
        "drawn": drawn,
        "figures": figures,
        "gaps": gaps(view.nutrition, locale),
        "lines": lines,
        "sources": _sources(view, locale),
        "linked": _script(linked(view, session.locale)),
        "kinds": tuple(_KINDS),
    }
    return pages.show(request, "recipe.html", values, locale=locale)


async def worked(
    pages: Pages,
    request: Request,
    work: Callable[[*Ts], T],
    *args: *Ts,
    always: bool = False,
) -> T:
    """What `work` answers in a thread; in its turn where a wish has to be solved.

    `always`: it solves without a wish, too. Raises TooMany where many want that at once.
    """
    if always or Wish.read(request.query_params) != Wish():
        return await pages.turn.run(locale_of(request, pages.settings), work, *args)
    return await to_thread.run_sync(work, *args)


class _Meals:
    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    async def take(self, request: Request) -> Response:
        """The meal as a file, as wished for in the address."""
        kind = request.url.path.rpartition(".")[2]
        session = await self._session(request)

        def body() -> str:
            locale = locale_of(request, self._pages.settings, session.locale)
            view = _kept(self._pages, session).view(Wish.read(request.query_params))
            if kind == "jsonld":
                return _indented(linked(view, session.locale))
            return _file(kind, view, locale)

        content = await worked(self._pages, request, body)
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
        form = await _form(request)
        try:
            given, wish = await worked(
                self._pages, request, self._asked_again, session, request, form
            )
            if given is None:
                return see(request, f"/s/{session.id}/again", **wish.query)
            asked = json.dumps([sorted(form.items()), wish.query], ensure_ascii=True)
            client = request.scope.get("aichef.client", "local")
            made, _ = await desk_of(request).accept(
                given, client, f"again {session.id} {asked}", session.locale
            )
        except ChefError as trouble:
            return await self._shown(
                request,
                self._again,
                {"trouble": trouble_of(trouble).message, "note_text": form.get("note", "")},
                STATUSES.get(trouble.code, 500),
            )
        return see(request, f"/s/{made.id}")

    def _asked_again(
        self, session: Session, request: Request, form: dict[str, str]
    ) -> tuple[dict[str, Any] | None, Wish]:
        """The profile of another try, None where nothing was asked, and what holds of the wish."""
        kept = _kept(self._pages, session)
        view = kept.view(Wish.read(request.query_params))
        return profile_again(kept, view, form), view.wish

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
        try:
            return await worked(
                self._pages,
                request,
                show,
                request,
                session,
                more or {},
                status,
                always=show == self._again,
            )
        except NotReady as trouble:
            return _too_old(self._pages, request, session, trouble)

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
            "used": _used(view, session.locale),
        }
        return self._pages.show(request, "cook.html", values, locale=locale, status=status)

    def _basket(
        self, request: Request, session: Session, _more: dict[str, Any], status: int
    ) -> Response:
        locale, kept, view = self._view(request, session)
        lines = bought(view, locale)
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
            "copied": "\n".join(shopping(view, lines, locale)),
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
                    "name": foods()[wish.swap[-1][1]].name(locale),
                    "meal": meal,
                    "effects": _effects(view.body, kept.json_of(meal, wish), locale),
                }
                for wish, meal in kept.swaps(asked, view.wish)
            ]
        computed = not self._pages.settings.model and kept.recipe.frame is not None
        values = {
            **_common(session, kept, view, locale),
            "computed": computed,
            "originals": view.body["recipe"]["ingredients"],
            "ideas": ideas_of(kept, locale) if computed else {},
            "another": another(kept, view) if computed else None,
            "asked": asked if asked in foods() else "",
            "asked_name": foods()[asked].name(locale) if asked in foods() else "",
            "swaps": swaps,
            "trouble": "",
            "note_text": "",
            **more,
        }
        return self._pages.show(request, "again.html", values, locale=locale, status=status)

    def _view(self, request: Request, session: Session) -> tuple[Locale, Kept, View]:
        locale = locale_of(request, self._pages.settings, session.locale)
        kept = _kept(self._pages, session)
        return locale, kept, kept.view(Wish.read(request.query_params))


def _kept(pages: Pages, session: Session) -> Kept:
    return Kept(session, pages.store.result(session.id), pages.settings)


def _too_old(pages: Pages, request: Request, session: Session, trouble: NotReady) -> Response:
    """The page of a meal that an earlier version kept: why it is not shown, and what to do."""
    locale = locale_of(request, pages.settings, session.locale)
    values = {
        "heading": text("watch.old", locale),
        "sentence": trouble.message,
        "change": link(request, "/", **{"from": session.id}),
    }
    status = STATUSES.get(trouble.code, 409)
    return pages.show(request, "message.html", values, locale=locale, status=status)


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
        # What a meal says stays in its own language, whatever the page is read in.
        "spoken": session.locale,
        "tongue": _tongue(session.locale, locale),
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


def _tongue(spoken: Locale, locale: Locale) -> Markup:
    """The attribute that says in which language words are, where it is not the page's."""
    return Markup("") if spoken == locale else Markup(' lang="{}"').format(spoken)


def _ingredients(view: View, locale: Locale) -> list[dict[str, Any]]:
    """Lines of the recipe with what each costs, or where it is."""
    found = []
    rows = view.body["recipe"]["ingredients"]
    unpriced = {row["ingredient"] for row in view.body["pricing"]["unpriced"]}
    for one, row, cost in zip(view.recipe.ingredients, rows, _costs(view), strict=True):
        key = as_bought(one.food) if one.food else ""
        found.append(
            {
                **row,
                "name": f"{one.prep} {one.name}".strip(),
                "plain": one.name,
                "cost": _cost(one, cost, view, locale),
                "bought": cost is not None or one.name in unpriced,
                "weight": f"{one.grams:,.0f}g" if one.grams and _is_worth_weighing(row) else "",
                "has": key in view.wish.have,
                "buys": key in view.wish.buy,
            }
        )
    return found


def _costs(view: View) -> tuple[int | None, ...]:
    """Won of each ingredient, by its place: see `won_each`."""
    lines = (
        Paid(one["food"], one["name"], one["price"])
        for some in view.body["pricing"]["vendorBreakdown"].values()
        for one in some
    )
    return won_each([(one.name, one.food) for one in view.recipe.ingredients], lines)


def _cost(one: Ingredient, cost: int | None, view: View, locale: Locale) -> str:
    """What an ingredient costs, or where it is; "" where there is nothing to say."""
    if cost is not None:
        return won(cost, locale) if cost else text("meal.counted_above", locale)
    pricing = view.body["pricing"]
    if any(row["ingredient"] == one.name for row in pricing["unpriced"]):
        return text("meal.no_price", locale)
    fridge = {row["ingredient"]: row["fridge"] for row in home(view)}
    if one.name not in fridge:
        return ""
    return text("meal.in_fridge" if fridge[one.name] else "meal.at_home", locale)


def _used(view: View, spoken: Locale) -> list[list[str]]:
    """The lines of the list that each step speaks of."""
    some = view.recipe.ingredients
    told = [line(row, spoken) for row in view.body["recipe"]["ingredients"]]
    # Two lines of one food share its names: both are meant then.
    others = [[each for each in some if each.food != one.food] for one in some]
    words = [names_of(one, rest) for one, rest in zip(some, others, strict=True)]
    return [
        [
            said
            for said, mine, rest in zip(told, words, others, strict=True)
            if names_it(step, mine, _longer(rest, mine))
        ]
        for step in view.recipe.instructions
    ]


def _longer(others: Iterable[Ingredient], words: Collection[str]) -> list[str]:
    """Names that hold one of the words and mean something else: 새우젓 beside 새우."""
    names = [(one.name, normal(one.name)) for one in others]
    return [name for name, key in names if any(word in key and word != key for word in words)]


def _is_worth_weighing(row: Json) -> bool:
    return row["unit"] not in {"g", "kg", "ml", "L"} and (row["grams"] or 0) >= 1


def _served(view: View, locale: Locale) -> list[tuple[str, str]]:
    return [
        (one["name"], text("meal.each_grams", locale, n=f"{one['grams']:g}"))
        for one in view.body["recipe"]["servedWith"]
    ]


def _sources(view: View, locale: Locale) -> dict[str, list[str]]:
    tables = sorted({table_name(one, locale) for one in view.nutrition.sources})
    told = [
        rule_source(one.source, locale) for one in view.findings if one.verdict != "not_applicable"
    ]
    rows, today = view.body["pricing"]["ingredients"], now().date()
    prices = sorted({f"{row['source']} ({day(row['observedOn'], locale, today)})" for row in rows})
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
        if _same_serving(old, new):
            said.append(text("meal.same_serving", locale))
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


def _same_serving(old: Json, new: Json) -> bool:
    """Whether one eats the same as before, but for what rounding moves."""
    before, after = (one["recipe"]["nutrition"]["perServing"] for one in (old, new))
    return all(
        after.get(field) is value
        if value is None or after.get(field) is None
        else isclose(value, after[field], rel_tol=0.005, abs_tol=0.05)
        for field, value in before.items()
    )


def _effects(old: Json, new: Json, locale: Locale) -> list[str]:
    """Energy and sodium a serving and the sum at the till, where they moved."""
    said = []
    for key, field, unit in (
        ("energy", "energy_kcal", "kcal"),
        ("sodium", "sodium_mg", "mg"),
    ):
        nutrition = [one["recipe"]["nutrition"] for one in (old, new)]
        before, after = (one["perServing"].get(field) for one in nutrition)
        if before is not None and after is not None and abs(after - before) >= 1:
            least = ["≥ " * is_least(one["missing"], field) for one in nutrition]
            pair = {
                "old": f"{least[0]}{before:,.0f}{unit}",
                "new": f"{least[1]}{after:,.0f}{unit}",
            }
            said.append(text(f"meal.changed_{key}", locale, **pair))
    before, after = (one["pricing"]["totalEstimatedCost"] for one in (old, new))
    if before != after:
        pair = {"old": won(before, locale), "new": won(after, locale)}
        said.append(text("meal.changed_till", locale, **pair))
    return said


def _file(kind: str, view: View, locale: Locale) -> str:
    match kind:
        case "json":
            return _indented(view.body)
        case "md":
            return markdown(view, bought(view, locale), locale)
        case _:
            return spreadsheet(view, bought(view, locale), locale)


def _indented(body: Json) -> str:
    return json.dumps(body, ensure_ascii=False, indent=1)


def _script(body: Json) -> Markup:
    """JSON that no browser can take for markup, to stand in a script element."""
    plain = json.dumps(body, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        plain = plain.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(plain)  # noqa: S704 - every sign that could end the element is spelled out
