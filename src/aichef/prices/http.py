"""The one door to the network: bounded, timed, and silent about addresses and keys."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from aichef.errors import ShopError

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Mapping

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
    """Asks over HTTP. One connection pool while anybody is asking, none in between.

    Use it from one event loop at a time.
    """

    _client: Any = None
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
        _check_address(url)
        trouble = "network"
        try:
            async with asyncio.timeout(seconds), self.open() as client:
                return await _read(client, url, headers or {}, most_bytes)
        except ShopError:
            raise
        except TimeoutError:
            trouble = "time"
        except Exception as error:  # noqa: BLE001 - a supplier's failure has many names; all are one
            trouble = _kind(error)
        # Raised out here, so that the library's error, which knows the address, is not chained.
        raise _trouble(trouble)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Any]:
        """Hold the connections open over several requests."""
        if self._client is None:
            self._client = _new_client()
        self._users += 1
        try:
            yield self._client
        finally:
            self._users -= 1
            if not self._users:
                client, self._client = self._client, None
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


def _new_client() -> Any:
    try:
        import httpx
    except ImportError as trouble:
        raise _trouble("extra") from trouble
    _silence()
    return httpx.AsyncClient(
        verify=_trusted(),
        timeout=None,  # noqa: S113 - `Wire.get` bounds the whole request
        follow_redirects=False,
        limits=httpx.Limits(max_connections=40, max_keepalive_connections=40),
        headers={"User-Agent": "aichef"},
    )


def warm() -> None:
    """Load what a first question needs, which takes as long as an answer; silent where it fails."""
    try:
        import httpx  # noqa: F401 - loading it is the point
    except ImportError:
        return
    _trusted()


@cache
def _silence() -> None:
    """Drop httpx' own log lines: they hold whole addresses, keys included."""
    import logging

    logging.getLogger("httpx").addFilter(lambda _: False)


@cache
def _trusted() -> ssl.SSLContext:
    """Certificates of the system or of SSL_CERT_FILE, read once: it takes longer than a request."""
    import ssl

    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        raise _trouble("address")
    if parts.scheme == "http" and not is_here(host):
        raise _trouble("plain")


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
