"""The three wires, on pydantic-ai: clients that call once, wait no longer than us and log nothing.

Nothing here is imported before a model is asked for the first time.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit

from aichef.errors import RequestError
from aichef.prices.http import is_here, trusted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

    from aichef.models.spec import Spec
    from aichef.settings import Settings

CONNECT_SECONDS: Final = 5.0

MOST_BYTES: Final = 8_000_000
"""Of an answer on the wire; each of a few thousand tokens comes in some 300."""

NO_KEY: Final = "none"
"""What a server that asks for no key is sent, for its client will not go without."""

_calls: Final[ContextVar[list[Any]]] = ContextVar("calls")
"""Connections of botocore that the question at hand is using."""

_LOGGERS: Final = ("anthropic", "boto3", "botocore", "httpcore2", "httpx2", "openai", "urllib3")

_PLAIN: Final = (
    "AICHEF_MODEL_URL이 http라서 키를 보내지 않아요. https 주소를 설정해 주세요.",
    "AICHEF_MODEL_URL is http, and no key is sent over it. Please set an https address.",
)
_ADDRESS: Final = (
    "AICHEF_MODEL_URL을 읽을 수 없어요. https:// 로 시작하는 주소를 설정해 주세요.",
    "AICHEF_MODEL_URL cannot be read. Please set an address that starts with https://.",
)
_EXTRA: Final = (
    "모델을 쓰는 도구가 없어요. pip install 'aichef[model]' 로 넣어 주세요.",
    "What talks to models is missing. Please run pip install 'aichef[model]'.",
)


class Connection(Protocol):
    """A way to one model: `open()` gives pydantic-ai's model for the time of one question."""

    def open(self) -> AbstractAsyncContextManager[Any]:
        """The model, closed with everything it holds when the block is left."""


def connect(spec: Spec, settings: Settings, wait: float) -> Connection:
    """The way to a model; no read waits longer than `wait` seconds.

    Raises RequestError where the extra is missing or the address is none for a key.
    """
    check_address(settings)
    try:
        silence()
        made: Callable[[Spec, Settings, float], Connection] = {
            "bedrock": _Bedrock,
            "anthropic": _anthropic,
            "openai": _openai,
        }[spec.wire]
        return made(spec, settings, wait)
    except ImportError as trouble:
        raise _refused(_EXTRA, settings) from trouble


def check_address(settings: Settings) -> None:
    """Raises RequestError for an address that is none, or http to another machine with a key."""
    if not settings.model_url:
        return
    try:
        parts = urlsplit(settings.model_url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    if not host or parts.scheme not in {"http", "https"}:
        raise _refused(_ADDRESS, settings)
    keyed = settings.model_key or not settings.model.casefold().startswith("openai:")
    if parts.scheme == "http" and keyed and not is_here(host):
        raise _refused(_PLAIN, settings)


def _refused(said: tuple[str, str], settings: Settings) -> RequestError:
    return RequestError(said[settings.locale == "en"], field="AICHEF_MODEL_URL")


@cache
def silence() -> None:
    """Switch the libraries' own logs off: at their most talkative they hold keys and prompts."""
    import logging

    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


class TooLong(Exception):
    """An answer of more bytes than any has."""


async def _bound(answer: Any) -> None:
    """Stop reading an answer that has no end; a single line of it could fill the memory."""
    from httpx2 import AsyncByteStream

    class Bounded(AsyncByteStream):
        def __init__(self, stream: Any) -> None:
            self.stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in self.stream:
                read += len(chunk)
                if read > MOST_BYTES:
                    raise TooLong
                yield chunk

        async def aclose(self) -> None:
            await self.stream.aclose()

    answer.stream = Bounded(answer.stream)


class _OverHttp:
    """A connection that is opened for one question and closed with it, so no event loop is kept."""

    def __init__(self, wait: float, build: Callable[[Any], Any]) -> None:
        self._wait = wait
        self._build = build

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Any]:
        import httpx2

        async with httpx2.AsyncClient(
            verify=trusted(),
            timeout=httpx2.Timeout(self._wait, connect=CONNECT_SECONDS),
            follow_redirects=False,
            # A few compressed bytes could unpack to any size.
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [_bound]},
        ) as client:
            yield self._build(client)


def _anthropic(spec: Spec, settings: Settings, wait: float) -> Connection:
    from anthropic import AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    def build(client: Any) -> AnthropicModel:
        anthropic = AsyncAnthropic(
            api_key=settings.model_key,
            base_url=settings.model_url or None,
            http_client=client,
            max_retries=0,
        )
        provider = AnthropicProvider(anthropic_client=anthropic)
        return AnthropicModel(spec.id, provider=provider, profile=_any_form())

    return _OverHttp(wait, build)


def _openai(spec: Spec, settings: Settings, wait: float) -> Connection:
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles import merge_profile
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai import OpenAIProvider

    profile = merge_profile(
        _any_form(),
        OpenAIModelProfile(
            # A stream that just ends would otherwise pass for a whole answer.
            openai_chat_streaming_requires_finish_reason=True,
            # Servers that speak as OpenAI does know the older name of the bound on tokens.
            openai_chat_supports_max_completion_tokens=not settings.model_url,
        ),
    )

    def build(client: Any) -> OpenAIChatModel:
        openai = AsyncOpenAI(
            api_key=settings.model_key or NO_KEY,
            base_url=settings.model_url or None,
            http_client=client,
            max_retries=0,
        )
        provider = OpenAIProvider(openai_client=openai)
        return OpenAIChatModel(spec.id, provider=provider, profile=profile)

    return _OverHttp(wait, build)


def _any_form() -> Any:
    """Let us try every form: what a model refuses is found out by asking, and remembered."""
    from pydantic_ai.profiles import ModelProfile

    return ModelProfile(supports_json_schema_output=True, supports_tools=True)


class _Bedrock:
    """Converse over boto3. Its client may be used from many threads, so it is made once."""

    def __init__(self, spec: Spec, settings: Settings, wait: float) -> None:
        import boto3
        from botocore import UNSIGNED
        from botocore.config import Config
        from pydantic_ai.models.bedrock import BedrockConverseModel
        from pydantic_ai.providers.bedrock import BedrockProvider

        key = settings.model_key
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=wait,
            retries={"total_max_attempts": 1, "mode": "standard"},
            signature_version=UNSIGNED if key else None,
        )
        client = boto3.Session(region_name=spec.region).client(
            "bedrock-runtime", endpoint_url=settings.model_url or None, config=config
        )
        if key:
            # botocore itself sends no such key over http, not even to this machine, where a
            # stand-in or a gateway may be; `check_address` refuses http to any other.
            client.meta.events.register("before-sign", _signing_with(key))
        self._model = BedrockConverseModel(
            spec.id, provider=BedrockProvider(bedrock_client=client), profile=_any_form()
        )

        _hold(client)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Any]:
        mine: list[Any] = []
        mark = _calls.set(mine)
        try:
            yield self._model
        except asyncio.CancelledError:
            # A thread that waits for an answer nobody wants would wait to its very last second.
            for connection in mine:
                with suppress(AttributeError, OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)
            raise
        finally:
            _calls.reset(mark)


def _hold(client: Any) -> None:
    """Note which connection a call is using, from its request until it is back in the pool."""
    from botocore import awsrequest

    class Held:
        def request(self, *args: Any, **more: Any) -> Any:
            self.held = _calls.get([])
            self.held.append(self)
            return super().request(*args, **more)  # type: ignore[misc]  # botocore's own, below

    class Back:
        def _put_conn(self, conn: Any) -> None:
            if conn is not None:
                getattr(conn, "held", []).clear()
            super()._put_conn(conn)  # type: ignore[misc]  # urllib3's own, below

    class Plain(Held, awsrequest.AWSHTTPConnection):  # type: ignore[misc]  # carries no types
        pass

    class Secure(Held, awsrequest.AWSHTTPSConnection):  # type: ignore[misc]  # carries no types
        pass

    class PlainPool(Back, awsrequest.AWSHTTPConnectionPool):  # type: ignore[misc]  # as above
        ConnectionCls = Plain

    class SecurePool(Back, awsrequest.AWSHTTPSConnectionPool):  # type: ignore[misc]  # as above
        ConnectionCls = Secure

    session = client._endpoint.http_session  # noqa: SLF001 - botocore has no other seam
    session._pool_classes_by_scheme.update(http=PlainPool, https=SecurePool)  # noqa: SLF001


def _signing_with(key: str) -> Callable[..., None]:
    """Puts a Bedrock API key where a signature would be."""

    def sign(request: Any, **_: Any) -> None:
        request.headers["Authorization"] = f"Bearer {key}"

    return sign
