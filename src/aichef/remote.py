"""A session on a server, followed from here: `aichef cook --server`. HTTP by the standard library.

send the profile ─▶ follow its events ─▶ fetch the meal        a line that breaks is taken up again
                        └ no events: ask how far it is, every second
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from aichef.errors import (
    ChefError,
    Infeasible,
    InvalidProfile,
    NeedsAnswer,
    NotReady,
    RequestError,
    SessionConflict,
    SessionNotFound,
    SupplierError,
)

if TYPE_CHECKING:
    from http.client import HTTPResponse

Heard = Callable[[str, int], None]
"""Told of each phase with the percentage reached."""

SECONDS: Final = 30.0
"""Of silence after which a connection is given up; a server beats at least every 15."""

_MOST: Final = 4_000_000
_LINE: Final = 1_000_000
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 8.0)
_LOOK: Final = 1.0
_OK: Final = 200
_ACCEPTED: Final = 202
_REFUSED: Final = 400
_BUSY: Final = 429
_BROKEN: Final = 500

_SAID: Final = {
    "address": (
        "서버 주소를 읽을 수 없어요. https://요리.example 처럼 적어 주세요.",
        "The server's address cannot be read; write it like https://cook.example.",
    ),
    "plain": (
        "다른 컴퓨터에는 http로 프로필을 보내지 않아요. https 주소를 적어 주세요.",
        "No profile is sent to another computer over http; use an https address.",
    ),
    "away": (
        "서버에 연결할 수 없어요. 주소와 서버가 켜져 있는지 확인해 주세요.",
        "The server cannot be reached; check its address and that it is running.",
    ),
    "answer": (
        "서버의 답을 읽을 수 없어요. AI Chef 서버의 주소인지 확인해 주세요.",
        "The server's answer cannot be read; check that it is an AI Chef server.",
    ),
    "flags": (
        "--server와 함께 쓸 수 없어요: {flags}. 빼고 다시 해 주세요.",
        "Not to be used with --server: {flags}. Leave it out and try again.",
    ),
    "cancelled": ("이 세션은 취소되었어요.", "This session was cancelled."),
}
_ERRORS: Final[Mapping[str, type[ChefError]]] = {
    one.code: one
    for one in (
        InvalidProfile,
        NeedsAnswer,
        Infeasible,
        SessionNotFound,
        SessionConflict,
        NotReady,
        SupplierError,
    )
}


@dataclass(frozen=True, slots=True)
class Server:
    """An AI Chef server at `address`; `token` where it asks for one. Raises RequestError."""

    address: str
    token: str = field(default="", repr=False)
    locale: str = "ko"

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.address)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            host = ""
        if not host or parts.scheme not in {"http", "https"}:
            raise RequestError(self._say("address"), field="server")
        if parts.scheme == "http" and not _is_here(host):
            raise RequestError(self._say("plain"), field="server")

    def cook(self, profile: Mapping[str, Any], heard: Heard) -> dict[str, Any]:
        """The meal as DESIGN section 4, `sessionId` included.

        Raises the error the server names, and SupplierError where it cannot be reached. Ctrl-C
        cancels the session.
        """
        key = token_hex(16)
        begun = self._patiently(lambda: self._json("POST", "/v1/sessions", profile, key))
        one = str(begun.get("sessionId", ""))
        if not one:
            raise SupplierError(self._say("answer"), trouble="answer")
        path = f"/v1/sessions/{one}"
        try:
            self._follow(path, heard)
            return self._patiently(lambda: self._json("GET", f"{path}/result"))
        except KeyboardInterrupt:
            with suppress(ChefError, OSError):
                self._json("POST", f"{path}/cancel")
            raise

    def _follow(self, path: str, heard: Heard) -> None:
        """Until the session has ended. Raises what it failed with."""
        last, pauses = "", iter(_PAUSES)
        while True:
            try:
                for number, kind, body in self._events(path, last):
                    last, pauses = number or last, iter(_PAUSES)
                    if kind == "phase" and "phase" in body:
                        heard(str(body["phase"]), int(body.get("progress", 0)))
                    if kind in {"result", "failed", "cancelled"}:
                        break
            except (OSError, http.client.HTTPException):
                pass
            except _NoEvents:
                self._poll(path, heard)
                return
            if self._ended(self._patiently(lambda: self._json("GET", path)), heard):
                return
            time.sleep(next(pauses, _PAUSES[-1]))

    def _poll(self, path: str, heard: Heard) -> None:
        while not self._ended(self._patiently(lambda: self._json("GET", path)), heard):
            time.sleep(_LOOK)

    def _ended(self, here: Mapping[str, Any], heard: Heard) -> bool:
        status = here.get("status")
        if status == "processing":
            heard(str(here.get("phase", "accepted")), int(here.get("progress", 0)))
            return False
        if status == "completed":
            heard("finished", 100)
            return True
        if status == "failed":
            raise self._error(here.get("error") or {})
        raise RequestError(self._say("cancelled"), status=status)

    def _events(self, path: str, last: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Number, kind and body of each event. Raises _NoEvents where the server has none."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        with self._asked("GET", f"{path}/events", None, headers) as answer:
            if answer.status != _OK or "event-stream" not in answer.headers.get("Content-Type", ""):
                raise _NoEvents
            event: dict[str, str] = {}
            while raw := answer.readline(_LINE):
                text = raw.decode("utf-8", "replace").rstrip("\r\n")
                if text:
                    name, _, value = text.partition(":")
                    value = value.removeprefix(" ")
                    event[name] = f"{event[name]}\n{value}" if name in event else value
                    continue
                if "data" in event:
                    body = _parsed(event["data"])
                    yield event.get("id", ""), event.get("event", "message"), body
                event = {}

    def _patiently(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer, asked for again while the server is away or busy."""
        for pause in _PAUSES:
            try:
                return ask()
            except _Busy as busy:
                time.sleep(min(busy.after or pause, 30.0))
            except (OSError, http.client.HTTPException):
                time.sleep(pause)
        try:
            return ask()
        except _Busy as busy:
            raise self._error(busy.problem) from None
        except (OSError, http.client.HTTPException) as away:
            raise SupplierError(self._say("away"), trouble="unreachable") from away

    def _json(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = ""
    ) -> dict[str, Any]:
        headers = {"Accept": "application/json"} | ({"Idempotency-Key": key} if key else {})
        with self._asked(method, path, body, headers) as answer:
            said = _parsed(answer.read(_MOST).decode("utf-8", "replace"))
            if answer.status in {_BUSY, 502, 503, 504}:
                raise _Busy(said, _seconds(answer.headers.get("Retry-After")))
            if answer.status >= _REFUSED:
                raise self._error(said)
            if not said:
                raise SupplierError(self._say("answer"), trouble="answer")
            return said

    @contextmanager
    def _asked(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> Iterator[HTTPResponse]:
        """The answer, to be read inside the block."""
        more = {"Accept-Language": self.locale, "User-Agent": "aichef", **headers}
        if self.token:
            more["Authorization"] = f"Bearer {self.token}"
        sent = None
        if body is not None:
            sent = json.dumps(body, ensure_ascii=False).encode()
            more["Content-Type"] = "application/json"
        base = urlsplit(self.address).path.rstrip("/")
        with closing(self._connection()) as line:
            line.request(method, base + path, sent, more)
            with line.getresponse() as answer:
                yield answer

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.address)
        host = parts.hostname or ""
        if parts.scheme == "https":
            return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS)
        return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)

    def _error(self, problem: Mapping[str, Any]) -> ChefError:
        """The error a problem, or a session's `error`, tells of."""
        code = str(problem.get("code", ""))
        message = problem.get("message") or problem.get("detail") or problem.get("title")
        if not code or not isinstance(message, str):
            return SupplierError(self._say("answer"), trouble="answer")
        details = problem.get("details")
        known = details if isinstance(details, dict) else {}
        told = {str(key): known[key] for key in known}
        if code in _ERRORS:
            return _ERRORS[code](message, **told)
        kind = RequestError if code in _OURS else ChefError
        return kind(message, **{**told, "code": code})

    def _say(self, what: str) -> str:
        return _SAID[what][self.locale == "en"]


_OURS: Final = frozenset({"UNAUTHORIZED", "TOO_LARGE", "TOO_MANY_REQUESTS"})


class _NoEvents(Exception):
    """The server has no stream of events for us."""


class _Busy(Exception):
    """The server wants to be asked again, `after` so many seconds where it says."""

    def __init__(self, problem: Mapping[str, Any], after: float) -> None:
        super().__init__()
        self.problem = problem
        self.after = after


def check_flags(given: Sequence[str], locale: str) -> None:
    """Refuse flags of `cook` that a server does not take. Raises RequestError."""
    if given:
        flags = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise RequestError(_SAID["flags"][locale == "en"].format(flags=flags), field=given[0])


def meal_lines(meal: Mapping[str, Any], locale: str) -> Iterator[str]:
    """A meal of DESIGN section 4 to be read, a line each."""
    english, recipe, pricing = locale == "en", meal["recipe"], meal["pricing"]
    yield f"{recipe['recipeName']}"
    yield f"{recipe['description']}"
    yield ""
    for one in recipe["ingredients"]:
        yield f"· {one['name']} {one['amount']}{one['unit']}"
    yield ""
    yield from recipe["instructions"]
    yield ""
    won = f"{pricing['totalEstimatedCost']:,}"
    yield f"To buy: {won} won" if english else f"살 것 합계 {won}원"
    for line in (line for lines in pricing["vendorBreakdown"].values() for line in lines):
        yield f"· {line['name']} {line['quantity']} {line['price']:,}{'' if english else '원'}"
    for one in pricing["unpriced"]:
        yield f"· {one['ingredient']}: {one['reason']}"
    for one in recipe["findings"]:
        if one["verdict"] in {"warn", "unknown", "fail"}:
            yield f"! {one['message'] or one['rule']}"


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _parsed(text: str) -> dict[str, Any]:
    """A JSON object; an empty one for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 0.0
