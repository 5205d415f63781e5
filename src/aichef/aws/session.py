"""`ai-chef-session-{stage}`: the page and the API behind the gateway, and what keeps order.

    HTTP API ─▶ the app of `aichef serve` ─▶ store ─▶ an execution of the state machine
    an execution that timed out or was aborted ─▶ its session has failed
    every five minutes ─▶ start what was missed, end what is late, forget what has expired

Only HTTP loads the app. A gateway's answer cannot be a stream: who follows a session asks again
and again how far it is, and the page does so by itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aichef.aws.payload import asked
from aichef.aws.watch import handler_of, measure
from aichef.errors import SessionNotFound
from aichef.kitchens.aws import aws_client, aws_sessions, now, read_settings
from aichef.kitchens.stepfunctions import StepFunctionsEngine
from aichef.session.engine import DEADLINE
from aichef.session.model import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from aichef.session.dynamodb import DynamoSessions

_STREAM: Final = "/events"
_STATES: Final = "aws.states"


def handler(event: Mapping[str, Any], context: object) -> Any:
    """What Lambda calls: with a request, an ended execution, or the clock's turn."""
    if "requestContext" in event:
        return _http()(event, context)
    if event.get("source") == _STATES:
        return _ended_handler(event, context)
    return _sweep_handler(event, context)


def engine_of(environ: Mapping[str, str], store: DynamoSessions) -> StepFunctionsEngine:
    """The engine over the state machine that AICHEF_STATE_MACHINE names."""
    machine = environ["AICHEF_STATE_MACHINE"]
    return StepFunctionsEngine(aws_client("stepfunctions"), machine, store)


@cache
def _desk() -> tuple[DynamoSessions, StepFunctionsEngine]:
    store = aws_sessions(os.environ, "ko")
    return store, engine_of(os.environ, store)


@cache
def _http() -> Callable[[Any, Any], Any]:
    from mangum import Mangum

    from aichef.web.app import create_app
    from aichef.web.page import router

    settings = read_settings(os.environ)
    store, engine = _desk()
    page = router(settings, store, engine)
    app = create_app(settings, store, engine, page=page, clock=now)
    return Mangum(_without_streams(app), lifespan="off")  # type: ignore[arg-type]


def _without_streams(app: ASGIApp) -> ASGIApp:
    """The app, to which a path that streams is one it does not know."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        known = path.removesuffix(_STREAM) + "/stream" if path.endswith(_STREAM) else path
        await app({**scope, "path": known, "raw_path": known.encode()}, receive, send)

    return told


def _ended(event: Mapping[str, Any]) -> dict[str, Any]:
    """An execution is over that nobody could end its session for."""
    store, engine = _desk()
    detail = event["detail"]
    given = json.loads(detail.get("input") or "{}")
    what = asked(given)
    try:
        engine.stopped(what.session, what.attempt, str(detail["status"]), now())
    except SessionNotFound:
        if what.attempt is None:
            at = now()
            store.accept(what.session, canonical(what.profile), at, at + DEADLINE)
            engine.stopped(what.session, 1, str(detail["status"]), at)
    return {}


def _sweep(_: Mapping[str, Any]) -> dict[str, Any]:
    store, engine = _desk()
    engine.sweep(now())
    store.expire(now())
    measure("session", {"AtWork": len(store.processing())})
    return {}


_ended_handler = handler_of("session", _ended)
_sweep_handler = handler_of("session", _sweep)
