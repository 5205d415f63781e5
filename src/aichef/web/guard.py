"""What stands before every route: limits, the token, headers, the log, and the last resort.

Nothing a person typed reaches the log: no body, no query, no path we do not know.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest, new
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.responses import RedirectResponse

from aichef.errors import ChefError
from aichef.session.engine import LONGEST_QUEUE
from aichef.session.model import is_id
from aichef.session.notes import note
from aichef.web.problems import (
    Forbidden,
    TooLarge,
    TooMany,
    TooSlow,
    Unauthorized,
    language,
    told,
    unexpected,
)

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from aichef.profile.model import Locale
    from aichef.settings import Settings
    from aichef.web.metrics import Metrics

COOKIE: Final = "aichef"
ASK: Final = "/token"
OPEN: Final = frozenset({"/healthz", "/readyz", ASK})
"""Paths that ask for no token."""

STATIC: Final = "/static/"
"""Begins the paths of files that are the same for everybody: no token, no rate."""

EVENTS: Final = "/events"
"""Ends the paths of event streams."""

_REFUSED: Final = 400
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN: Final = frozenset({"same-origin", "none"})
_MOST_CLIENTS: Final = 10_000
_DRAINED: Final = 2 * 1024 * 1024
_DRAINING: Final = 2.0

_HEADERS: Final = tuple(
    (name.encode(), value.encode())
    for name, value in {
        "content-security-policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
            " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
            " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        # Not no-referrer: browsers would then send our own forms with "Origin: null".
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), screen-wake-lock=(self)",
    }.items()
)
_UNKEPT: Final = (b"cache-control", b"no-store")

Answer = Callable[["Scope", ChefError], "Response"]
"""What answers an error, in the language of the scope."""

log = logging.getLogger("aichef.web")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one client, and all of them, may ask of a process.

    Bytes and seconds of a body; requests a second and at a stroke of one client, and its sessions
    at work; sessions that may wait for a cook; open event streams of all and of one client; wrong
    tokens at a stroke. 0 is no limit for `rate`, `sessions`, `queue` and `followers_each`.
    """

    body: int = 64 * 1024
    body_seconds: float = 10.0
    rate: float = 20
    burst: int = 100
    sessions: int = 10
    queue: int = LONGEST_QUEUE
    followers: int = 1_000
    followers_each: int = 50
    wrong_tokens: int = 5

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """What a person has set; a burst lasts five seconds, a session may have five followers."""
        return cls(
            rate=settings.client_rate,
            burst=5 * settings.client_rate,
            sessions=settings.client_sessions,
            followers_each=5 * settings.client_sessions,
        )


class Buckets:
    """A bucket of tokens for each client, filled at `rate` a second up to `burst`."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, taken: int = 1) -> float:
        """Take from a client's bucket; seconds to wait where it has not as many, else 0."""
        if not self._rate:
            return 0.0
        now = self._clock()
        left, since = self._held.get(client, (float(self._burst), now))
        left = min(float(self._burst), left + (now - since) * self._rate)
        wait = max(0.0, (max(taken, 1) - left) / self._rate)
        self._held[client] = (left if wait else left - taken, now)
        self._held.move_to_end(client)
        if len(self._held) > _MOST_CLIENTS:
            self._held.popitem(last=False)
        return wait


class Token:
    """The token of a server, where it has one; the cookie does not hold the token itself."""

    def __init__(self, settings: Settings, limits: Limits) -> None:
        self._token = settings.token.encode()
        self._tries = Buckets(0.2, limits.wrong_tokens)
        self.cookie = new(self._token, b"aichef cookie 1", sha256).hexdigest()

    @property
    def is_set(self) -> bool:
        """Whether anybody is asked."""
        return bool(self._token)

    def is_it(self, given: str, client: str, locale: str) -> bool:
        """Compared in constant time. Raises TooMany for a client that is wrong too often.

        Who is right always comes in: others behind the same address may be wrong as often as they
        like.
        """
        if compare_digest(sha256(given.encode()).digest(), sha256(self._token).digest()):
            return True
        if wait := self._tries.wait(client):
            raise _too_often(wait, locale)
        return False

    def opens(self, headers: Headers, client: str, locale: str) -> bool:
        """Whether a request may pass, by its bearer token or by its cookie. Raises TooMany."""
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.is_it(bearer.strip(), client, locale)
        kept = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return compare_digest(kept.encode(), self.cookie.encode())


class Guard:
    """Stands around the app; see the module."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        limits: Limits,
        token: Token,
        metrics: Metrics,
        answer: Answer,
    ) -> None:
        self._app = app
        self._default = settings.locale
        self._origins = frozenset(settings.origins.split())
        self._limits = limits
        self._token = token
        self._metrics = metrics
        self._answer = answer
        self._buckets = Buckets(limits.rate, limits.burst)
        self._line = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, whatever happens."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = monotonic(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _dressed(message["headers"])
            await send(message)

        headers = Headers(scope=scope)
        locale = scope["aichef.locale"] = asked_in(scope, headers, self._default)
        client = scope["aichef.client"] = client_of(scope)
        try:
            if self._is_to_be_asked(scope, headers, client, locale):
                where = f"{ASK}?next={quote(scope['path'], safe='/')}"
                await RedirectResponse(where, 303)(scope, receive, sending)
                return
            self._check(scope, headers, client, locale)
            if scope["method"] not in _READS:
                receive = await self._whole(receive, locale)
            if scope["path"].endswith(EVENTS):
                # Hundreds who come back at once, after a restart, would hold up everybody else:
                # one follower a turn of the event loop, and who only reads passes in between.
                async with self._line:
                    await asyncio.sleep(0)
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            # Half a profile may look like a whole one; nobody is there to be answered.
            pass
        except ChefError as refused:
            await self._answer(scope, refused)(scope, receive, sending)
        except Exception as trouble:  # noqa: BLE001 - a client gets an answer, whatever happened
            note(log, trouble, _facts(scope))
            if not status:
                await self._answer(scope, unexpected(locale))(scope, receive, sending)
        finally:
            self._tell(scope, status, monotonic() - began)

    def _check(self, scope: Scope, headers: Headers, client: str, locale: str) -> None:
        path: str = scope["path"]
        if not path.startswith(STATIC) and path not in {"/healthz", "/readyz"}:
            wait = self._buckets.wait(client)
            if wait:
                raise _too_often(wait, locale)
        if (
            self._token.is_set
            and not is_open(path)
            and not self._token.opens(headers, client, locale)
        ):
            raise Unauthorized(told("token", locale))
        if scope["method"] not in _READS and not is_own(headers, self._origins):
            raise Forbidden(told("cross_site", locale))

    def _is_to_be_asked(self, scope: Scope, headers: Headers, client: str, locale: str) -> bool:
        """Whether a person came by browser and can be asked for the token."""
        return (
            self._token.is_set
            and scope["method"] == "GET"
            and not is_open(scope["path"])
            and "text/html" in headers.get("accept", "")
            and "authorization" not in headers
            and not self._token.opens(headers, client, locale)
        )

    async def _whole(self, receive: Receive, locale: str) -> Receive:
        """The body, read in time and not beyond its limit.

        Raises TooLarge, TooSlow, and ClientDisconnect where it ended too early.
        """
        most = self._limits.body
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnect
                    part: bytes = message.get("body", b"")
                    size += len(part)
                    if size > most:
                        await _drain(receive, message)
                        raise TooLarge(told("large", locale, most=most), most=most)
                    parts.append(part)
                    if not message.get("more_body"):
                        break
        except TimeoutError as slow:
            raise TooSlow(told("slow", locale)) from slow
        whole = b"".join(parts)
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": whole, "more_body": False}

        return again

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_of(scope)
        self._metrics.answered(route, scope["method"], status, seconds)
        # What only reads, and may, is heard too often to be told unless somebody wants to hear it.
        read = scope["method"] in _READS and status < _REFUSED
        level = logging.DEBUG if read else logging.INFO
        if log.isEnabledFor(level):
            facts = {"status": status, "ms": round(seconds * 1000, 1)}
            log.log(level, "answered", extra=_facts(scope) | facts)


def asked_in(scope: Scope, headers: Headers, default: str) -> Locale:
    """The language of an answer: on the page what its address says, else what is liked best."""
    if b"lang=" in scope["query_string"] and not scope["path"].startswith("/v1/"):
        match QueryParams(scope["query_string"]).get("lang"):
            case "ko":
                return "ko"
            case "en":
                return "en"
    return language(headers.get("accept-language", ""), default)


def is_open(path: str) -> bool:
    """Whether a path asks for no token."""
    return path in OPEN or path.startswith(STATIC)


def is_own(headers: Headers, origins: frozenset[str] = frozenset()) -> bool:
    """Whether no page of another site sent a request; programs, which send no Origin, may."""
    origin = headers.get("origin")
    if origin in origins:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in _OWN
    if origin is None:
        return True
    try:
        return bool(origin) and urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


def client_of(scope: Scope) -> str:
    """Who asks, by address; of IPv6 the network, since a household has billions of addresses."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host or "local"
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(ip_network((address, 64), strict=False))
    return host


def route_of(scope: Scope) -> str:
    """The route that answers, as it is written in code: no path that somebody made up."""
    return getattr(scope.get("route"), "path", "") or "unmatched"


def _facts(scope: Scope) -> dict[str, object]:
    facts: dict[str, object] = {"method": scope["method"], "route": route_of(scope)}
    one = scope.get("path_params", {}).get("session_id")
    if isinstance(one, str) and is_id(one):
        facts["session"] = one
    return facts


def _too_often(wait: float, locale: str) -> TooMany:
    seconds = max(1, ceil(wait))
    return TooMany(told("rate", locale, seconds=seconds), retryAfter=seconds)


async def _drain(receive: Receive, message: Message) -> None:
    """Hear the rest of a body, up to a point: who still speaks does not hear the answer."""
    left = _DRAINED
    with suppress(TimeoutError):
        async with asyncio.timeout(_DRAINING):
            while left > 0 and message.get("more_body"):
                message = await receive()
                left -= len(message.get("body", b""))


def _dressed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers of an answer with ours, where it has none of that name."""
    held = list(headers)
    names = {name.lower() for name, _ in held}
    held += [one for one in (*_HEADERS, _UNKEPT) if one[0] not in names]
    return held
