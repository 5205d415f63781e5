"""What every stand-in is: a server on this machine, and its state, until it is told to stop."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, Final, Generic, Protocol, TypeVar
from urllib.parse import SplitResult, urlsplit

from aichef.errors import RequestError

HOST: Final = "127.0.0.1"

_FAULT: Final = (
    "'{fault}': 모르는 고장이에요. --help 를 봐 주세요.",
    "'{fault}': no such fault; see --help.",
)
_PORT: Final = (
    "{port} 포트를 열 수 없어요. 다른 번호를 주거나 --port 를 빼 주세요.",
    "Port {port} cannot be opened; give another one, or leave --port out.",
)


class Server(ThreadingHTTPServer):
    """A thread for each connection; none is waited for at the end."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    state: Any

    def handle_error(self, *which: Any) -> None:
        """Who hangs up in the middle of an answer is nothing to report."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(*which)


class State(Protocol):
    """What a stand-in knows while it runs; whoever waits in it wakes when `stopping` is set."""

    @property
    def stopping(self) -> Event:
        """Set when the stand-in is to leave."""


S = TypeVar("S", bound=State)


class Handler(BaseHTTPRequestHandler, Generic[S]):
    """Answers over one connection after another, with the state at hand."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    @property
    def state(self) -> S:
        """That of the stand-in."""
        state: S = self.server.state
        return state

    @abstractmethod
    def get(self, address: SplitResult) -> None:
        """Answer a GET."""

    @abstractmethod
    def post(self, address: SplitResult) -> None:
        """Answer a POST."""

    def do_GET(self) -> None:
        """See `get`."""
        self.get(urlsplit(self.path))

    def do_POST(self) -> None:
        """See `post`."""
        self.post(urlsplit(self.path))

    def log_message(self, *_: object) -> None:
        """Log nothing: questions hold keys, and what people are ill with."""


@contextmanager
def serving(handler: type[Handler[S]], made: Callable[[Server], S], port: int) -> Iterator[S]:
    """The state that is `made`, while its server answers in its own threads; port 0: any."""
    server = Server((HOST, port), handler)
    server.state = state = made(server)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def standing(
    stand_in: AbstractContextManager[S], port: int, seconds: float | None, locale: str
) -> Iterator[S]:
    """A stand-in for a command, which prints what it has to say in the block.

    After the block it stands until SIGINT or SIGTERM, or for so many seconds. Raises RequestError
    where its port cannot be opened.
    """
    import signal

    stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with ExitStack() as stack:
        try:
            state = stack.enter_context(stand_in)
        except (OSError, OverflowError) as taken:
            said = _PORT[locale == "en"].format(port=port)
            raise RequestError(said, field="port") from taken
        yield state
        stop.wait(seconds)


def break_as_told(set_fault: Callable[[str], None], fault: str, locale: str) -> None:
    """Switch on the fault that a flag names. Raises RequestError where there is none such."""
    try:
        set_fault(fault)
    except ValueError as unknown:
        said = _FAULT[locale == "en"].format(fault=fault)
        raise RequestError(said, field="fault") from unknown
