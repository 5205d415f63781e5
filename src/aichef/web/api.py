"""The routes of the API: read the request, ask the desk, write the answer."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Header, Path, Query, Request
from starlette.responses import Response

from aichef.errors import InvalidProfile, NotReady, SessionNotFound, StoreError
from aichef.recipe.read import RepeatedKey, once
from aichef.session.model import is_id
from aichef.session.words import say
from aichef.settings import spoken
from aichef.web.desk import Desk, accepted_json, links_of, tag_of
from aichef.web.events import EventStream, Hub
from aichef.web.metrics import KIND, Metrics
from aichef.web.openapi import SESSION_ID, answer, problems, profile_body, session_parameters
from aichef.web.problems import WrongMedia, plain, problem_of, told

DEEPEST: Final = 8
"""Levels of JSON a profile may have; it needs three."""

JSON: Final = "application/json"

_BIGGEST: Final = 2**53

Id = Annotated[str, Path(pattern=SESSION_ID, description="The id it was accepted under.")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[!-~]{1,255}$",
        description="The same key with the same profile gives the same session.",
    ),
]
LastHeader = Annotated[
    int | None,
    Header(alias="Last-Event-ID", ge=0, le=_BIGGEST, description="Only what came after it."),
]
LastQuery = Annotated[
    int | None,
    Query(alias="lastEventId", ge=0, le=_BIGGEST, description="The same, as a query."),
]

router = APIRouter(default_response_class=Response)


@router.post(
    "/v1/sessions",
    status_code=202,
    tags=["sessions"],
    summary="Ask for a meal",
    responses={
        202: answer("Accepted", "On its way.", headers=("Location",)),
        **problems(
            *("INVALID_REQUEST", "FORBIDDEN", "REQUEST_TIMEOUT", "SESSION_CONFLICT", "TOO_LARGE"),
            *("UNSUPPORTED_MEDIA_TYPE", "INVALID_PROFILE", "NEEDS_ANSWER", "INFEASIBLE_PROFILE"),
        ),
    },
    openapi_extra={"requestBody": profile_body()},
)
async def ask(request: Request, key: Key = None) -> Response:
    """Start a session for a profile: what `aichef cook --profile -` takes.

    What the rules of the profile rule out is answered at once, with the rules. Whether the budget
    is enough is found by cooking; the session then fails with the least budget that would do.
    Medicines that are not named are not asked for: the first finding says they were not checked.
    """
    scope = request.scope
    given = read_profile(request.headers.get("content-type", ""), await request.body(), scope)
    locale: str = scope["aichef.locale"]
    session, profile = await desk_of(request).accept(
        given, scope["aichef.client"], key or "", locale
    )
    headers = {"Location": links_of(session.id)["self"], "Content-Language": locale}
    return Response(plain(accepted_json(session, profile)), 202, headers, JSON)


@router.get(
    "/v1/sessions/{session_id}",
    tags=["sessions"],
    summary="How far it is, and what is ready so far",
    responses={
        200: answer("Session", "Where the session stands.", headers=("ETag",)),
        304: {"description": "Nothing happened since the ETag that was sent."},
        **problems("SESSION_NOT_FOUND"),
    },
    openapi_extra={"parameters": session_parameters()},
)
async def look(request: Request) -> Response:
    """Status, phase, progress, and the ingredients, prices and recipe that are known already."""
    # Asked far more often than anything else: FastAPI's reading of the two parameters would cost
    # as much as all the rest.
    one, match = request.path_params["session_id"], request.headers.get("if-none-match")
    if not is_id(one):
        raise SessionNotFound(say("not_found", request.scope["aichef.locale"]))
    desk = desk_of(request)
    session = await desk.read(desk.store.find, one)
    tag = tag_of(session)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if match and is_matched(match, tag):
        return Response(None, 304, headers)
    return Response(await desk.shown(session), 200, headers, JSON)


@router.get(
    "/v1/sessions/{session_id}/events",
    tags=["sessions"],
    summary="Watch it happen",
    responses={
        200: {
            "description": "Server-sent events until the session has ended. Kinds: phase,"
            " ingredient, price, recipe, and last result, failed or cancelled. The id is the"
            " event's number; a comment is sent every 15 s of silence.",
            "content": {
                "text/event-stream": {
                    "schema": {"$ref": "#/components/schemas/Event"},
                    "example": {
                        "id": "2",
                        "event": "phase",
                        "data": '{"phase":"recipe_generation","progress":10}',
                    },
                }
            },
        },
        204: {"description": "It has ended, and nothing came after the event that was named."},
        **problems("INVALID_REQUEST", "SESSION_NOT_FOUND"),
    },
)
async def follow(
    request: Request, session_id: Id, header: LastHeader = None, query: LastQuery = None
) -> Response:
    """Events of a session, from its first one or from after the one that is named."""
    desk, hub, client = desk_of(request), hub_of(request), request.scope["aichef.client"]
    session = await desk.read(desk.store.find, session_id)
    after = query or 0 if header is None else header
    if session.status != "processing" and session.last_event <= after:
        return Response(None, 204)
    hub.check_room(client, request.scope["aichef.locale"])
    return EventStream(hub, session_id, after, client)


@router.get(
    "/v1/sessions/{session_id}/result",
    tags=["sessions"],
    summary="The meal",
    responses={
        200: answer("Meal", "The recipe, priced and checked."),
        **problems("SESSION_NOT_FOUND", "NOT_READY", "INFEASIBLE_PROFILE", "NEEDS_ANSWER"),
    },
)
async def result(request: Request, session_id: Id) -> Response:
    """The meal of a completed session; a failed one answers with what it failed with."""
    desk = desk_of(request)
    try:
        meal = await desk.read(desk.store.result, session_id)
    except NotReady as none:
        error = none.details.get("error")
        if not error:
            raise
        session = {"status": none.details["status"], "phase": none.details["phase"]}
        return problem_of(
            error["code"],
            error["message"],
            {**error["details"], **session},
            request.scope["aichef.locale"],
        )
    return Response(meal.encode(), 200, media_type=JSON)


@router.post(
    "/v1/sessions/{session_id}/cancel",
    tags=["sessions"],
    summary="Stop it",
    responses={
        200: answer("Session", "Where it stands now; one that had ended stays as it is."),
        **problems("FORBIDDEN", "SESSION_NOT_FOUND", "REQUEST_TIMEOUT", "TOO_LARGE"),
    },
)
async def cancel(request: Request, session_id: Id) -> Response:
    """Stop a session; what it had so far stays."""
    desk = desk_of(request)
    session = await desk.cancel(session_id)
    return Response(await desk.shown(session), 200, {"ETag": tag_of(session)}, JSON)


@router.delete(
    "/v1/sessions/{session_id}",
    status_code=204,
    tags=["sessions"],
    summary="Forget everything",
    responses={
        204: {"description": "Nothing is left of it."},
        **problems("FORBIDDEN", "SESSION_NOT_FOUND", "REQUEST_TIMEOUT", "TOO_LARGE"),
    },
)
async def forget(request: Request, session_id: Id) -> Response:
    """Stop a session and remove every trace: profile, recipe, prices, events, result."""
    await desk_of(request).forget(session_id)
    return Response(None, 204)


@router.get(
    "/healthz",
    tags=["running"],
    summary="Whether this process answers",
    responses={200: answer("Health", "It does.")},
)
async def health() -> Response:
    """Asks nobody else."""
    return Response(b'{"status":"ok"}', 200, media_type=JSON)


@router.get(
    "/readyz",
    tags=["running"],
    summary="Whether sessions can be accepted and cooked",
    responses={
        200: answer("Ready", "They can."),
        503: answer(
            "Ready",
            "They cannot: the store does not answer or has no room, or nobody is there to cook.",
        ),
    },
)
async def ready(request: Request) -> Response:
    """Asks the store and the engine."""
    store, workers = await to_thread.run_sync(_there, desk_of(request))
    good = store and workers
    body = {"status": "ready" if good else "not ready", "store": store, "workers": workers}
    return Response(plain(body), 200 if good else 503, media_type=JSON)


@router.get(
    "/metrics",
    tags=["running"],
    summary="Figures for Prometheus",
    responses={
        200: {
            "description": "Prometheus' text format.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        **problems(),
    },
)
async def figures(request: Request) -> Response:
    """Requests of this process; sessions, their outcomes and seconds, as the store has them."""
    metrics: Metrics = request.app.state.metrics
    return Response(await to_thread.run_sync(metrics.text), 200, {"Content-Type": KIND})


def desk_of(request: Request) -> Desk:
    """The desk of the app that answers."""
    desk: Desk = request.app.state.desk
    return desk


def hub_of(request: Request) -> Hub:
    """The hub of the app that answers."""
    hub: Hub = request.app.state.hub
    return hub


def read_profile(media: str, raw: bytes, scope: Any) -> dict[str, Any]:
    """The JSON object of a body. From here on the request speaks the language of its profile.

    Raises WrongMedia and InvalidProfile.
    """
    locale = scope["aichef.locale"]
    kind, _, more = media.partition(";")
    charset = more.partition("charset=")[2].partition(";")[0].strip(' "').lower()
    if kind.strip().lower() != JSON or charset not in {"", "utf-8", "utf8"}:
        raise WrongMedia(told("media", locale))
    try:
        given = json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=once, parse_constant=_no_constant
        )
    except RepeatedKey as twice:
        key = twice.key[:50]
        raise InvalidProfile(told("twice", locale, field=key), field=key) from twice
    except RecursionError as deep:
        raise InvalidProfile(told("deep", locale), field="profile") from deep
    except ValueError as trouble:
        raise InvalidProfile(told("json", locale), field="profile") from trouble
    if not isinstance(given, dict):
        raise InvalidProfile(told("json", locale), field="profile")
    if is_deep(given):
        raise InvalidProfile(told("deep", locale), field="profile")
    named = given.get("locale")
    if isinstance(named, str) and named.strip():
        scope["aichef.locale"] = spoken(named, {})
    return given


def is_deep(value: object, deepest: int = DEEPEST) -> bool:
    """Whether JSON has more levels than any profile."""
    level: list[Any] = [value]
    for _ in range(deepest):
        level = [
            one
            for held in level
            for one in (held.values() if isinstance(held, dict) else held)
            if isinstance(one, dict | list)
        ]
        if not level:
            return False
    return True


def is_matched(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names a tag."""
    tags = (one.strip().removeprefix("W/") for one in header.split(","))
    return any(one in {tag, "*"} for one in tags)


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _there(desk: Desk) -> tuple[bool, bool]:
    try:
        desk.store.counts()
        store = desk.store.room()
    except StoreError:
        return False, False
    try:
        return store, desk.engine.alive()
    except StoreError:
        return store, False
