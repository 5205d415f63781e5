"""The app: routes, what stands before them, and what is said when something goes wrong."""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from anyio import to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Match

from aichef import __version__
from aichef.errors import ChefError, RequestError, SessionNotFound, StoreError
from aichef.session.words import say
from aichef.settings import Settings
from aichef.web import api, docs, token
from aichef.web.desk import Desk, admitted
from aichef.web.events import Hub
from aichef.web.guard import Guard, Limits, Token
from aichef.web.metrics import Metrics
from aichef.web.openapi import describe
from aichef.web.problems import NoSuchPath, WrongMethod, problem, told

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import APIRouter
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Scope

    from aichef.session.engine import Engine
    from aichef.session.port import Sessions
    from aichef.web.guard import Answer

_ABOUT: Final = (
    "One recipe you can cook tonight, checked by code and priced to the won. Send a profile, watch"
    " it being cooked, fetch the meal."
)
_NOT_FOUND: Final = 404
_WRONG_METHOD: Final = 405
_TIDY: Final = 600.0


def create_app(
    settings: Settings,
    store: Sessions,
    engine: Engine,
    *,
    page: APIRouter | None = None,
    limits: Limits | None = None,
    clock: Callable[[], datetime] | None = None,
    at_end: Callable[[], None] | None = None,
) -> FastAPI:
    """The API, and the page whose router is given.

    The app does not close store and engine: whoever opened them does, perhaps by `at_end`.
    Its parts are in `app.state`: `desk`, `hub`, `token`, `metrics`.
    """
    limits = limits or Limits.of(settings)
    desk = Desk(store, engine, limits, clock or _now)
    hub, metrics = Hub(desk, limits), Metrics(store, engine)
    metrics.follows(lambda: hub.many)

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        await to_thread.run_sync(_warm)
        tidying = asyncio.create_task(_tidied(desk))
        yield
        tidying.cancel()
        await hub.close()
        if at_end:
            await to_thread.run_sync(at_end)

    app = FastAPI(
        title="AI Chef",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=living,
    )
    app.state.desk, app.state.hub, app.state.metrics = desk, hub, metrics
    app.state.token = Token(settings, limits)
    app.state.answer = _answering(settings, store, engine) if page else _problem
    # The page may have a question for the token of its own; the API goes before everything.
    routers = [one for one in (api.router, page, token.router, docs.router) if one]
    for router in routers:
        app.include_router(router)
    app.state.routes = [*app.routes, *(route for router in routers for route in router.routes)]
    _describe(app)
    app.add_exception_handler(ChefError, _said)
    app.add_exception_handler(HTTPException, _unrouted)
    app.add_exception_handler(RequestValidationError, _unread)
    app.add_middleware(
        Guard,
        settings=settings,
        limits=limits,
        token=app.state.token,
        metrics=metrics,
        answer=app.state.answer,
    )
    if origins := settings.origins.split():
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=[
                *("Authorization", "Content-Type", "Idempotency-Key", "If-None-Match"),
                "Last-Event-ID",
            ],
            expose_headers=["ETag", "Location", "Retry-After"],
        )
    return app


def served() -> FastAPI:
    """For `uvicorn --factory aichef.web.app:served`: a whole machine, by the environment.

    Raises ChefError where a setting cannot be read or something cannot be reached.
    """
    from aichef.kitchens.crew import usual_number
    from aichef.kitchens.serving import serving
    from aichef.web.logs import begin
    from aichef.web.page import router

    environ, machine = dict(os.environ), ExitStack()
    settings = Settings.read(environ)
    begin()
    store, engine = machine.enter_context(serving(settings, usual_number(), environ))
    page = router(settings, store, engine)
    return create_app(settings, store, engine, page=page, at_end=machine.close)


def _now() -> datetime:
    """This moment with the offset of this place, for which a meal is cooked."""
    return datetime.now().astimezone()


async def _tidied(desk: Desk) -> None:
    """Have the desk let go, every now and then, of what the store has forgotten."""
    while True:
        await asyncio.sleep(_TIDY)
        with suppress(StoreError):
            await to_thread.run_sync(desk.let_go)


def _warm() -> None:
    """Load what the first profile needs, so that nobody waits for it."""
    admitted({"target": "general", "allergies": ["땅콩"], "healthConditions": "고혈압"}, _now())


def _describe(app: FastAPI) -> None:
    made = app.openapi

    def described() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = describe(app, made())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign] # FastAPI's own way to do it


def _answering(settings: Settings, store: Sessions, engine: Engine) -> Answer:
    from aichef.web.page.pages import Pages
    from aichef.web.page.trouble import answering

    return answering(Pages(settings, store, engine))


def _problem(scope: Scope, error: ChefError) -> Response:
    return problem(error, scope["aichef.locale"])


def _answer(request: Request, error: ChefError) -> Response:
    answer: Answer = request.app.state.answer
    return answer(request.scope, error)


async def _said(request: Request, error: Exception) -> Response:
    return _answer(request, cast("ChefError", error))


async def _unrouted(request: Request, error: Exception) -> Response:
    """What the framework refuses: unknown paths, other methods, and bodies it cannot read."""
    locale, status = request.scope["aichef.locale"], cast("HTTPException", error).status_code
    if status == _NOT_FOUND:
        return _answer(request, NoSuchPath(told("path", locale)))
    if status == _WRONG_METHOD:
        allowed = _allowed(request)
        method = request.method if len(request.method) <= 10 else "?"
        answer = _answer(
            request, WrongMethod(told("method", locale, method=method), allowed=allowed)
        )
        answer.headers["Allow"] = ", ".join(allowed)
        return answer
    return _answer(request, RequestError(told("field", locale, field="body"), field="body"))


async def _unread(request: Request, error: Exception) -> Response:
    """A parameter of the path, a header or the query that cannot be read."""
    locale = request.scope["aichef.locale"]
    where = cast("RequestValidationError", error).errors()[0]["loc"]
    if where[0] == "path":
        return _answer(request, SessionNotFound(say("not_found", locale)))
    field = str(where[-1])
    return _answer(request, RequestError(told("field", locale, field=field), field=field))


def _allowed(request: Request) -> list[str]:
    """Every method that some route knows at this path."""
    found: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] != Match.NONE:
            found |= getattr(route, "methods", None) or set()
    return sorted(found)
