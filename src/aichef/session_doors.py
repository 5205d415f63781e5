"""The doors to sessions: `serve`, `sessions …`, and `work`, which `serve` starts for itself."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_args

from aichef.errors import RequestError

if TYPE_CHECKING:
    import argparse
    import socket
    from collections.abc import Mapping
    from contextlib import closing

    from aichef.kitchens.durable import DurableEngine
    from aichef.session.model import Session
    from aichef.session.port import Sessions
    from aichef.settings import Settings

HOST: Final = "127.0.0.1"
PORT: Final = 8000
_MOST_PORT: Final = 65_535
_MOST_WORKERS: Final = 64
_GRACE: Final = 5

_SAID: Final = {
    "extra": (
        "서버에 필요한 도구가 없어요. pip install 'aichef[serve]' 로 넣어 주세요.",
        "What serving needs is missing. Please run pip install 'aichef[serve]'.",
    ),
    "port": (
        "{host}:{port} 에서 열 수 없어요. 다른 --port 나 --host 를 골라 주세요.",
        "Cannot listen on {host}:{port}; choose another --port or --host.",
    ),
    "open": (
        "토큰 없이 다른 컴퓨터에서도 들어올 수 있게 열었어요. AICHEF_TOKEN 을 설정해 주세요.",
        "Other computers can come in without a token; please set AICHEF_TOKEN.",
    ),
    "token": ("이번에 쓸 토큰이에요: {token}", "The token for this time: {token}"),
    "serving": (
        "AI Chef가 열렸어요: {url} (멈추려면 Ctrl-C)",
        "AI Chef is open: {url} (Ctrl-C stops it)",
    ),
    "none": ("세션이 없어요.", "There are no sessions."),
    "cancelled": ("취소했어요.", "Cancelled."),
    "ended": ("이미 끝난 세션이에요.", "It has ended already."),
    "forgotten": ("모두 지웠어요.", "Everything was removed."),
    "recovered": (
        "넘겨받은 세션 {taken}개, 진행 중인 세션 {processing}개.",
        "{taken} sessions taken over, {processing} at work.",
    ),
    "again": ("{attempt}번째로 다시 시작했어요.", "Started again, attempt {attempt}."),
}


# --- serve ------------------------------------------------------------------------------------


def _serve(parsed: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    from contextlib import suppress

    locale, environ = _locale(parsed), dict(os.environ)
    with _listening(parsed.host, parsed.port, locale) as door, suppress(KeyboardInterrupt):
        if parsed.token and not environ.get("AICHEF_TOKEN"):
            from secrets import token_urlsafe

            environ["AICHEF_TOKEN"] = token_urlsafe(24)
            print(_say("token", locale, token=environ["AICHEF_TOKEN"]), file=sys.stderr)
        try:
            import uvicorn

            from aichef.kitchens.serving import serving
            from aichef.web.app import create_app
            from aichef.web.page import router
            from aichef.web.wire import Prompt
        except ImportError as missing:
            raise RequestError(_say("extra", locale), field="serve") from missing
        settings = _settings(environ)
        _begin_log()
        _stop_at_sigterm()
        with serving(settings, parsed.workers or _usual(), environ) as (store, engine):
            served = uvicorn.Server(
                uvicorn.Config(
                    create_app(settings, store, engine, page=router(settings, store, engine)),
                    log_config=None,
                    access_log=False,
                    server_header=False,
                    timeout_graceful_shutdown=_GRACE,
                    http=Prompt,
                )
            )
            host, port = door.getsockname()[:2]
            url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            print(_say("serving", locale, url=url), file=sys.stderr, flush=True)
            if not (environ.get("AICHEF_TOKEN") or _is_here(host)):
                print(_say("open", locale), file=sys.stderr, flush=True)
            served.run([door])
    return 0


def _stop_at_sigterm() -> None:
    """As at Ctrl-C, so that what was begun is ended; uvicorn raises it again when it is done."""
    import signal

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def _listening(host: str, port: int, locale: str) -> socket.socket:
    """An open door, before anything else is begun. Raises RequestError."""
    import socket

    try:
        kind = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        door = socket.socket(kind[0], kind[1], kind[2])
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(kind[4])
    except (OSError, OverflowError, UnicodeError) as taken:
        raise RequestError(_say("port", locale, host=host, port=port), field="port") from taken
    return door


def _begin_log() -> None:
    """One JSON object a line on standard error: what we do, and troubles of what we run on."""
    import logging

    from aichef.web import logs

    logs.begin()
    handler = logging.StreamHandler()
    handler.setFormatter(logs.JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _usual() -> int:
    from aichef.kitchens.crew import usual_number

    return usual_number()


def _is_here(host: str) -> bool:
    from aichef.prices.http import is_here

    return is_here(host)


def _work(_: argparse.Namespace) -> int:
    """Cook for the server that started us, until it is gone."""
    from aichef.kitchens.worker import work

    _begin_log()
    work(_settings(os.environ))


# --- sessions ---------------------------------------------------------------------------------


def _list(parsed: argparse.Namespace) -> int:
    with _store(parsed) as store:
        found = store.list(parsed.limit, parsed.status)
    if parsed.json:
        print(json.dumps([_shown(one) for one in found], ensure_ascii=False, indent=2))
        return 0
    for one in found:
        at = one.accepted_at.astimezone().isoformat(sep=" ", timespec="seconds")
        print(f"{one.id}  {one.status:<10} {one.progress:>3}% {one.phase:<18} {at}")
    if not found:
        print(_say("none", _locale(parsed)))
    return 0


def _show(parsed: argparse.Namespace) -> int:
    with _store(parsed) as store:
        session, events = store.find(parsed.id), store.events(parsed.id)
        result = store.result(parsed.id) if session.status == "completed" else None
    told = [
        {"number": one.number, "kind": one.kind, "at": one.at.isoformat(), "body": dict(one.body)}
        for one in events
    ]
    if parsed.json:
        body = _shown(session) | {"events": told}
        body["result"] = json.loads(result) if result else None
        print(json.dumps(body, ensure_ascii=False, indent=2))
        return 0
    for key, value in _shown(session).items():
        print(f"{key:<12} {value}")
    for one in events:
        known = {
            key: value for key, value in one.body.items() if not isinstance(value, dict | list)
        }
        print(f"{one.number:>4} {one.kind:<10} {json.dumps(known, ensure_ascii=False)}")
    return 0


def _shown(one: Session) -> dict[str, Any]:
    """How a session stands, without who eats."""
    return {
        "sessionId": one.id,
        "status": one.status,
        "phase": one.phase,
        "progress": one.progress,
        "attempt": one.attempt,
        "acceptedAt": one.accepted_at.isoformat(),
        "updatedAt": one.updated_at.isoformat(),
        "error": dict(one.error) if one.error else None,
    }


def _cancel(parsed: argparse.Namespace) -> int:
    from aichef.session.model import clock

    with _store(parsed) as store:
        store.find(parsed.id)
        done = store.cancel(parsed.id, clock())
    print(_say("cancelled" if done else "ended", _locale(parsed)))
    return 0


def _forget(parsed: argparse.Namespace) -> int:
    from aichef.session.engine import forget_all
    from aichef.session.model import clock

    with _store(parsed) as store:
        store.find(parsed.id)
        with _engine(store, parsed) as engine:
            forget_all(parsed.id, store, engine, clock())
    print(_say("forgotten", _locale(parsed)))
    return 0


def _recover(parsed: argparse.Namespace) -> int:
    """Without an id: look after everything once, as a server does. With one: cook it again."""
    from aichef.kitchens.keeper import Keeper
    from aichef.kitchens.local import local_kitchen, now
    from aichef.session.engine import DEADLINE

    locale = _locale(parsed)
    with _store(parsed) as store, _engine(store, parsed) as engine:
        if parsed.id:
            session = store.again(parsed.id, now(), now() + DEADLINE)
            engine.start(session.id, session.attempt)
            print(_say("again", locale, attempt=session.attempt))
            return 0
        keeper = Keeper(engine, store, local_kitchen(_settings(os.environ)))
        taken = keeper.take_over()
        keeper.find_lost()
        print(_say("recovered", locale, taken=taken, processing=len(store.processing())))
    return 0


def _store(parsed: argparse.Namespace) -> closing[Sessions]:
    """The store of the settings, closed at the end of the block."""
    from contextlib import closing

    from aichef.kitchens.stores import open_store

    return closing(open_store(_settings(os.environ, _locale(parsed))))


def _engine(store: Sessions, parsed: argparse.Namespace) -> closing[DurableEngine]:
    """The engine of the settings. Raises RequestError where its extra is missing."""
    from contextlib import closing

    settings = _settings(os.environ, _locale(parsed))
    try:
        from aichef.kitchens.durable import DurableEngine, prepare
    except ImportError as missing:
        raise RequestError(_say("extra", settings.locale), field="serve") from missing
    prepare(settings)
    return closing(DurableEngine(settings, store))


# --- flags ------------------------------------------------------------------------------------


def add_commands(commands: Any, parser_class: type) -> None:
    """`serve`, `sessions` with its actions, and `work`."""
    from aichef.session.model import Status

    one = commands.add_parser("serve", help="the page and the API, on this machine")
    one.add_argument("--host", default=HOST, help=f"default {HOST}: this machine only")
    one.add_argument("--port", type=_whole(0, _MOST_PORT), default=PORT, help=f"default {PORT}")
    one.add_argument(
        "--workers", type=_whole(1, _MOST_WORKERS), help="processes that cook; default: processors"
    )
    one.add_argument(
        "--token", action="store_true", help="ask for a token: AICHEF_TOKEN, or a new one, printed"
    )
    _locale_flag(one)
    one.set_defaults(run=_serve)

    # Without a help text it is not listed.
    one = commands.add_parser("work")
    one.set_defaults(run=_work)

    sessions = commands.add_parser("sessions", help="see, cancel, forget, recover sessions")
    group = sessions.add_subparsers(required=True, metavar="action", parser_class=parser_class)
    one = group.add_parser("list", help="the newest sessions")
    one.add_argument("--status", choices=get_args(Status), metavar="…", help="of this status only")
    one.add_argument("--limit", type=_whole(1, 10_000), default=20, help="default 20")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=_list)
    _locale_flag(one)

    one = group.add_parser("show", help="one session with its events; with --json its meal too")
    one.add_argument("id")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=_show)
    _locale_flag(one)

    for name, run, words in (
        ("cancel", _cancel, "stop a session"),
        ("forget", _forget, "remove every trace of a session"),
    ):
        one = group.add_parser(name, help=words)
        one.add_argument("id")
        one.set_defaults(run=run)
        _locale_flag(one)

    one = group.add_parser("recover", help="take up what was left; with an id, cook it once more")
    one.add_argument("id", nargs="?")
    one.set_defaults(run=_recover)
    _locale_flag(one)


def _whole(least: int, most: int) -> Any:
    """Reads a whole number between two; anything else is an error of the flag."""

    def number(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError(text)
        return value

    return number


def _locale_flag(one: argparse.ArgumentParser) -> None:
    one.add_argument("--locale", metavar="…", help="ko or en")


def _locale(parsed: argparse.Namespace) -> str:
    from aichef.settings import spoken

    return spoken(parsed.locale, os.environ)


def _settings(environ: Mapping[str, str], locale: str = "") -> Settings:
    from dataclasses import replace

    from aichef.settings import Settings

    settings = Settings.read(environ)
    return replace(settings, locale=locale) if locale else settings


def _say(what: str, locale: str, **values: object) -> str:
    return _SAID[what][locale == "en"].format(**values)
