"""The one door to the network: bounded, timed, and silent about addresses and keys."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from aichef.errors import ShopError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterable, Mapping

MOST_BYTES: Final = 4_000_000
SECONDS: Final = 10.0

_TROUBLES: Final = {
    "extra": "네트워크 도구가 없어요. pip install 'aichef[living]' 로 넣어 주세요.",
    "address": "주소를 읽을 수 없어요. https:// 로 시작하는 주소를 설정해 주세요.",
    "plain": "http 주소로는 키를 보내지 않아요. https 주소를 설정해 주세요.",
    "time": "제시간에 답하지 않았어요.",
    "tls": "보안 연결(TLS)을 맺지 못했어요.",
    "network": "연결하지 못했어요.",
    "broken": "답이 중간에 끊겼어요.",
    "size": "답이 너무 커서 읽지 않았어요.",
    "coding": "답의 압축 방식을 읽을 수 없어요.",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a supplier answered: HTTP status and body, at most `MOST_BYTES` long."""

    status: int
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """Body as text, without a BOM and blanks around it; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8-sig", errors="replace").strip("\ufeff \t\r\n")

    @property
    def is_page(self) -> bool:
        """Whether an HTML page came instead of data."""
        start = self.text[:200].casefold()
        return start.startswith(("<!doctype html", "<html", "<head", "<script"))


@dataclass(slots=True)
class Wire:
    """Asks over HTTP. Connections are kept while anybody is asking, none in between.

    Use it from one event loop at a time.
    """

    _clients: dict[_Place, Any] = field(default_factory=dict, repr=False)
    _users: int = 0

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> Answer:
        """Answer to a GET, whatever its status. Raises ShopError; `details["trouble"]` is a word.

        No redirect is followed: a key stays with the host it was meant for. No message of this
        method holds the address, and nothing of the request is logged.
        """
        place = _place_of(url)
        trouble = "network"
        try:
            async with asyncio.timeout(seconds), self.open():
                if place not in self._clients:
                    self._clients[place] = _new_client(place)
                return await _read(self._clients[place], url, headers or {}, most_bytes)
        except ShopError:
            raise
        except TimeoutError:
            trouble = "time"
        except Exception as error:  # noqa: BLE001 - a supplier's failure has many names; all are one
            trouble = _kind(error)
        # Raised out here, so that the library's error, which knows the address, is not chained.
        raise _trouble(trouble)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Hold the connections open over several requests."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            if not self._users:
                clients, self._clients = self._clients, {}
                for client in clients.values():
                    await client.aclose()


async def _read(client: Any, url: str, headers: Mapping[str, str], most_bytes: int) -> Answer:
    # Identity only: a few compressed bytes could unpack to any size.
    asked = {"Accept-Encoding": "identity", **headers}
    async with client.stream("GET", url, headers=asked) as answer:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise _trouble("coding")
        body = bytearray()
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > most_bytes:
                raise _trouble("size")
        return Answer(answer.status_code, bytes(body))


def _new_client(place: _Place) -> Any:
    try:
        import httpx
    except ImportError as trouble:
        raise _trouble("extra") from trouble
    _silence()
    return httpx.AsyncClient(
        # An address without TLS is this machine's: reading certificates would be for nothing.
        verify=trusted() if place.secure else False,
        # A proxy has no business with this machine, and would see the keys meant for it.
        trust_env=not place.here,
        timeout=None,  # noqa: S113 - `Wire.get` bounds the whole request
        follow_redirects=False,
        limits=httpx.Limits(max_connections=40, max_keepalive_connections=40),
        headers={"User-Agent": "aichef"},
    )


def warm(urls: Iterable[str]) -> None:
    """Load what first questions to `urls` need, which takes as long as an answer.

    Silent where it fails: the question itself will say why.
    """
    with suppress(Exception):
        import anyio

        # A client that is opened and closed has loaded all that asking takes.
        for place in {_place_of(url) for url in urls}:
            anyio.run(_new_client(place).aclose)


@cache
def _silence() -> None:
    """Drop httpx' own log lines: they hold whole addresses, keys included."""
    import logging

    logging.getLogger("httpx").addFilter(lambda _: False)


@cache
def trusted() -> ssl.SSLContext:
    """Certificates of the system or of SSL_CERT_FILE, read once: it takes longer than a request."""
    import ssl

    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        import certifi

        context.load_verify_locations(certifi.where())
    return context


class _Place(NamedTuple):
    """What a connection depends on: whether it stays on this machine, and whether it has TLS."""

    here: bool
    secure: bool


def _place_of(url: str) -> _Place:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        raise _trouble("address")
    place = _Place(is_here(host), parts.scheme == "https")
    if not (place.secure or place.here):
        raise _trouble("plain")
    return place


def is_here(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _kind(error: BaseException) -> str:
    import ssl

    import httpx

    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return "tls"
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, (httpx.ReadError, httpx.RemoteProtocolError)):
        return "broken"
    return (
        "address" if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)) else "network"
    )


def _trouble(name: str) -> ShopError:
    return ShopError(_TROUBLES[name], trouble=name)
