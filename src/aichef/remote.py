"""A session on a server, followed from here: `aichef cook --server`. HTTP by the standard library.

send the profile ─▶ follow its events ─▶ fetch the meal        a line that breaks is taken up again
                        └ no events: ask how far it is, every second
"""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from math import isfinite
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final, get_args
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
from aichef.prices.datago import printable
from aichef.prices.http import is_here
from aichef.session.model import Phase

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from rich.console import RenderableType

    from aichef.profile.model import Profile

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
_WHOLE: Final = 100
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
_HEADER: Final = re.compile(r"[ -~]+")
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
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
    "token": (
        "AICHEF_TOKEN에는 영문자, 숫자, 기호만 적어 주세요.",
        "Set AICHEF_TOKEN to Latin letters, figures and signs only.",
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
    "meal": (
        "이 서버의 AI Chef는 버전이 달라요. 같은 버전으로 맞추거나 --json으로 결과를 보세요.",
        "This server runs another version of AI Chef; use the same version, or see --json.",
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
        if parts.scheme == "http" and not is_here(host):
            raise RequestError(self._say("plain"), field="server")
        if self.token and not _HEADER.fullmatch(self.token):
            raise RequestError(self._say("token"), field="AICHEF_TOKEN")

    def cook(self, profile: Mapping[str, Any], heard: Heard) -> dict[str, Any]:
        """The meal as DESIGN section 4, `sessionId` included.

        Raises the error the server names, and SupplierError where it cannot be reached. Ctrl-C
        cancels the session.
        """
        key = token_hex(16)
        begun = self._patiently(lambda: self._json("POST", "/v1/sessions", profile, key))
        one = begun.get("sessionId")
        if not isinstance(one, str) or not _ID.fullmatch(one):
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
                    if kind == "phase":
                        _how_far(body, heard)
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
            _how_far(here, heard)
            return False
        if status == "completed":
            heard("finished", 100)
            return True
        if status == "failed":
            raise self._error(here.get("error"))
        if status == "cancelled":
            raise RequestError(self._say("cancelled"), status=status)
        raise SupplierError(self._say("answer"), trouble="answer")

    def _events(self, path: str, last: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Number, kind and body of each event. Raises _NoEvents where the server has none."""
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        with self._asked("GET", f"{path}/events", None, headers) as answer:
            if answer.status != _OK or "event-stream" not in answer.headers.get("Content-Type", ""):
                raise _NoEvents
            number, kind, data, size = "", "message", list[str](), 0
            while raw := answer.readline(_LINE):
                size += len(raw)
                if size > _MOST:
                    raise SupplierError(self._say("answer"), trouble="answer")
                text = raw.decode("utf-8", "replace").rstrip("\r\n")
                name, _, value = text.partition(":")
                value = value.removeprefix(" ")
                if name == "data":
                    data.append(value)
                elif name == "event":
                    kind = value
                elif name == "id" and _NUMBER.fullmatch(value):
                    number = value
                if text:
                    continue
                if data:
                    yield number, kind, _parsed("\n".join(data))
                number, kind, data, size = "", "message", [], 0

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

    def _error(self, problem: object) -> ChefError:
        """The error a problem, or a session's `error`, tells of."""
        if not isinstance(problem, dict):
            return SupplierError(self._say("answer"), trouble="answer")
        code = str(problem.get("code", ""))
        message = problem.get("message") or problem.get("detail") or problem.get("title")
        if not code or not isinstance(message, str):
            return SupplierError(self._say("answer"), trouble="answer")
        details = problem.get("details")
        known = details if isinstance(details, dict) else {}
        told = {key: known[key] for key in known if key not in _TAKEN}
        if code in _ERRORS:
            return _ERRORS[code](message, **told)
        kind = RequestError if code in _OURS else ChefError
        return kind(message, **{**told, "code": code})

    def _say(self, what: str) -> str:
        return _SAID[what][self.locale == "en"]


_TAKEN: Final = frozenset({"self", "message"})
"""Names of an error's own, which no detail of it can have."""
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


def page(meal: Mapping[str, Any], profile: Profile) -> RenderableType:
    """A server's meal as one that was cooked here is shown to its eater.

    Raises SupplierError for what is no meal of our version.
    """
    from aichef.meal.read import WRONG, meal_of
    from aichef.meal.render import render
    from aichef.recipe.admit import without_spoiled

    try:
        found = meal_of(dict(meal), profile)
        eater = without_spoiled(profile, found.generated_at.date())
        return render(replace(found, profile=eater))
    except WRONG as wrong:
        said = _SAID["meal"][profile.locale == "en"]
        raise SupplierError(said, trouble="answer") from wrong


def _parsed(text: str) -> dict[str, Any]:
    """A JSON object, fit to be printed; an empty one for anything else."""
    try:
        value = _fit(json.loads(text))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _fit(value: Any) -> Any:
    """What JSON said, its texts without signs that steer a terminal. Raises ValueError: NaN."""
    if isinstance(value, str):
        return "\n".join(printable(line) for line in value.split("\n"))
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("a number that is none")
    if isinstance(value, list):
        return [_fit(one) for one in value]
    if isinstance(value, dict):
        return {_fit(key): _fit(one) for key, one in value.items()}
    return value


def _how_far(here: Mapping[str, Any], heard: Heard) -> None:
    """Tell of the phase in a status or an event; of one we do not know there is nothing to say."""
    phase, percent = here.get("phase"), here.get("progress")
    if phase in get_args(Phase):
        heard(str(phase), percent if isinstance(percent, int) and 0 <= percent <= _WHOLE else 0)


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 0.0
