"""Over a real line: clients that send too much, too slowly or half, and those that hang up."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import uvicorn

from aichef.session.memory import MemorySessions
from aichef.settings import Settings
from aichef.web import events, wire
from aichef.web.app import create_app
from aichef.web.guard import Limits
from aichef.web.wire import Prompt
from tests.web.making import KETO, Idle, now

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Served:
    """A server in a thread."""

    def __init__(self) -> None:
        self.store = MemorySessions()
        limits = Limits(rate=0, sessions=0, body_seconds=0.5)
        self.app = create_app(Settings(Path("unused")), self.store, Idle(self.store), limits=limits)
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        config = uvicorn.Config(self.app, log_config=None, timeout_graceful_shutdown=1, http=Prompt)
        self.server = uvicorn.Server(config)
        self.thread = Thread(target=self.server.run, args=([self.door],), daemon=True)
        self.thread.start()
        until(lambda: self.server.started)

    def line(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def asked(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        kept = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        with closing(kept) as line:
            line.request(method, path, body, {"Content-Type": "application/json"})
            answer = line.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join(10)
        self.door.close()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 8
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture(scope="module")
def at() -> Iterator[Served]:
    one = Served()
    yield one
    one.close()
    assert not one.thread.is_alive()


def heard(line: socket.socket) -> bytes:
    """All that comes until the server closes the line."""
    got = b""
    while piece := line.recv(65536):
        got += piece
    return got


def test_a_megabyte_is_answered_not_cut_off(at: Served) -> None:
    status, problem = at.asked("POST", "/v1/sessions", b"x" * 1_000_000)
    assert (status, problem["code"]) == (413, "TOO_LARGE")
    assert at.asked("POST", "/v1/sessions", iter([b"x" * 1000] * 1000))[0] == 413


def test_a_body_that_does_not_come_is_not_waited_for(at: Served) -> None:
    with closing(at.line()) as line:
        line.sendall(
            b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
            b"Connection: close\r\nContent-Length: 50\r\n\r\n{"
        )
        answer = heard(line)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"REQUEST_TIMEOUT" in answer


def test_half_a_request_is_no_session(at: Served) -> None:
    before = len(at.store.list())
    start = b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    whole_it_seems = start + b'Content-Length: 500\r\n\r\n{"target":"keto"}'
    for half in (b"POST /v1/sess", start, whole_it_seems):
        with closing(at.line()) as line:
            line.sendall(half)
            time.sleep(0.05)
    with closing(at.line()) as line:
        line.sendall(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n")
        assert heard(line).startswith(b"HTTP/1.1 400 ")
    assert at.asked("GET", "/healthz")[0] == 200
    assert len(at.store.list()) == before


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\nHos"])
@pytest.mark.parametrize("before", [b"", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_headers_that_do_not_come_are_not_waited_for(
    at: Served, monkeypatch: pytest.MonkeyPatch, before: bytes, sent: bytes
) -> None:
    monkeypatch.setattr(wire, "HEADERS", 0.4)
    with closing(at.line()) as line:
        line.sendall(before)
        if before:
            assert line.recv(65536).startswith(b"HTTP/1.1 200 ")
        line.sendall(sent)
        began = time.monotonic()
        heard(line)
        assert 0.2 < time.monotonic() - began < 9
    until(lambda: not at.server.server_state.connections)


def test_who_does_not_read_on_is_let_go(at: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "STALL", 0.5)
    monkeypatch.setattr(events, "PATIENCE", 0.3)
    one = at.asked("POST", "/v1/sessions", json.dumps(KETO))[1]["sessionId"]
    with closing(at.line()) as line:
        line.sendall(f"GET /v1/sessions/{one}/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        until(lambda: at.app.state.hub.many == 1)
        for number in range(12):
            at.store.tell(one, 1, f"{number}", "ingredient", {"name": "x" * 1_000_000}, now())
        until(lambda: not at.app.state.hub.many)
        until(lambda: not at.server.server_state.connections)
    at.store.cancel(one, now())


def test_a_request_that_comes_in_pieces_and_an_answer_that_lasts_are_no_reason_to_hang_up(
    at: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = at.asked("POST", "/v1/sessions", json.dumps(KETO))[1]["sessionId"]
    monkeypatch.setattr(wire, "HEADERS", 0.5)
    with closing(at.line()) as line:
        for piece in (f"GET /v1/sessions/{one}/ev", "ents HTTP/1.1\r\nHo", "st: a\r\n\r\n"):
            line.sendall(piece.encode())
            time.sleep(0.1)
        time.sleep(0.8)
        at.store.cancel(one, now())
        got = b""
        while b"event: cancelled" not in got:
            got += line.recv(65536)
    with closing(at.line()) as line:
        for _ in range(3):
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 2)
            time.sleep(0.3)
            assert line.recv(65536).count(b"200 OK") == 2


def test_a_proxy_on_this_machine_says_who_asks_and_whether_over_tls(at: Served) -> None:
    seen: list[tuple[str, str]] = []

    async def peeks(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            seen.append((scope["client"][0], scope["scheme"]))
        await at.app(scope, receive, send)

    app, at.server.config.loaded_app.app = at.server.config.loaded_app.app, peeks
    try:
        with closing(at.line()) as line:
            line.sendall(
                b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                b"X-Forwarded-For: 203.0.113.5\r\nX-Forwarded-Proto: https\r\n\r\n"
            )
            heard(line)
    finally:
        at.server.config.loaded_app.app = app
    assert seen == [("203.0.113.5", "https")]


def test_who_hangs_up_in_the_middle_of_events_is_forgotten(at: Served) -> None:
    one = at.asked("POST", "/v1/sessions", json.dumps(KETO))[1]["sessionId"]
    hub = at.app.state.hub
    lines = [at.line() for _ in range(5)]
    for line in lines:
        line.sendall(f"GET /v1/sessions/{one}/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    until(lambda: hub.many == 5)
    for line in lines[1:]:
        line.close()
    until(lambda: hub.many == 1)
    at.store.cancel(one, now())
    with closing(lines[0]) as line:
        got = b""
        while b"event: cancelled" not in got:
            got += line.recv(65536)
    until(lambda: hub.many == 0)


def test_a_server_that_stops_does_not_wait_for_its_followers() -> None:
    at = Served()
    one = at.asked("POST", "/v1/sessions", json.dumps(KETO))[1]["sessionId"]
    with closing(at.line()) as line:
        line.sendall(f"GET /v1/sessions/{one}/events HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        until(lambda: at.app.state.hub.many == 1)
        began = time.monotonic()
        at.close()
        assert not at.thread.is_alive()
        assert time.monotonic() - began < 20
        heard(line)
