"""`cook --server`: a session on a server is followed to its end, whatever the line does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from aichef import remote
from aichef.errors import ChefError, Infeasible, RequestError, SupplierError
from aichef.remote import Server, check_flags, meal_lines

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ONE = "sess_" + "a" * 26
MEAL = {
    "sessionId": ONE,
    "recipe": {
        "recipeName": "두부조림",
        "description": "밥반찬",
        "ingredients": [{"name": "두부", "amount": "1", "unit": "모"}],
        "instructions": ["1. 굽습니다."],
        "findings": [{"rule": "G01", "verdict": "unknown", "message": "알 수 없어요."}],
    },
    "pricing": {
        "totalEstimatedCost": 1500,
        "vendorBreakdown": {"가게": [{"name": "두부", "quantity": "1 × 300g", "price": 1500}]},
        "unpriced": [{"ingredient": "소금", "reason": "가격 정보가 없어요."}],
    },
}

Reply = tuple[int, str, bytes]


def said(body: object, status: int = 200) -> Reply:
    return status, "application/json", json.dumps(body).encode()


def events(*told: tuple[int, str, Mapping[str, Any]], beat: bool = False) -> Reply:
    text = ": beat\n\n" if beat else ""
    for number, kind, body in told:
        text += f"id: {number}\nevent: {kind}\ndata: {json.dumps(body)}\n\n"
    return 200, "text/event-stream; charset=utf-8", text.encode()


def phase(number: int, name: str, progress: int) -> tuple[int, str, Mapping[str, Any]]:
    return number, "phase", {"phase": name, "progress": progress}


@dataclass
class Canned:
    """Answers each path with the next of its replies; the last one stays."""

    replies: dict[str, list[Reply]]
    asked: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def reply(self, method: str, path: str) -> Reply:
        left = self.replies[f"{method} {path.removeprefix('/v1/sessions')}"]
        return left.pop(0) if len(left) > 1 else left[0]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[str, Canned]]]:
    monkeypatch.setattr(remote, "_PAUSES", (0.01,) * 10)
    monkeypatch.setattr(remote, "_LOOK", 0.01)
    servers: list[ThreadingHTTPServer] = []

    def begun(replies: dict[str, list[Reply]]) -> tuple[str, Canned]:
        canned = Canned(replies)

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Says nothing."""

            def do_GET(self) -> None:
                canned.asked.append((self.command, self.path, dict(self.headers.items())))
                canned.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                status, kind, body = canned.reply(self.command, self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the name http.server looks for

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}", canned

    yield begun
    for server in servers:
        server.shutdown()
        server.server_close()


def replies(**changes: list[Reply]) -> dict[str, list[Reply]]:
    names = {"begin": "POST ", "events": f"GET /{ONE}/events", "status": f"GET /{ONE}"}
    plain = {
        "POST ": [said({"sessionId": ONE}, 202)],
        f"GET /{ONE}/events": [
            events(phase(1, "accepted", 5), phase(2, "recipe_generation", 10), (3, "result", {}))
        ],
        f"GET /{ONE}": [said({"status": "completed"})],
        f"GET /{ONE}/result": [said(MEAL)],
    }
    return plain | {names[name]: given for name, given in changes.items()}


def cooked(url: str, token: str = "") -> tuple[dict[str, Any], list[tuple[str, int]]]:
    heard: list[tuple[str, int]] = []
    meal = Server(url, token).cook({"target": "keto"}, lambda *news: heard.append(news))
    return meal, heard


def test_progress_is_heard_and_the_meal_comes_back(serve: Any) -> None:
    url, canned = serve(replies())
    meal, heard = cooked(url, "secret")
    assert meal == MEAL
    assert heard == [("accepted", 5), ("recipe_generation", 10), ("finished", 100)]
    assert {asked[2].get("Authorization") for asked in canned.asked} == {"Bearer secret"}
    assert json.loads(canned.bodies[0]) == {"target": "keto"}
    assert canned.asked[0][2]["Idempotency-Key"]


def test_a_line_that_broke_is_taken_up_after_the_last_event(serve: Any) -> None:
    halves = [events(phase(1, "accepted", 5), beat=True), events((2, "result", {}))]
    at_work = said({"status": "processing", "phase": "recipe_generation", "progress": 10})
    url, canned = serve(replies(events=halves, status=[at_work, said({"status": "completed"})]))
    assert cooked(url)[0] == MEAL
    again = [headers for _, path, headers in canned.asked if path.endswith("/events")]
    assert [headers.get("Last-Event-ID") for headers in again] == [None, "1"]


def test_without_events_the_status_is_asked_for(serve: Any) -> None:
    steps = [
        said({"status": "processing", "phase": "accepted", "progress": 5}),
        said({"status": "processing", "phase": "price_lookup", "progress": 60}),
        said({"status": "completed"}),
    ]
    none = said({"code": "INTERNAL_ERROR", "detail": "none"}, 404)
    url, _ = serve(replies(events=[none], status=steps))
    assert cooked(url)[1] == [("accepted", 5), ("price_lookup", 60), ("finished", 100)]


def test_a_busy_server_is_asked_again_with_the_same_key(serve: Any) -> None:
    busy = said({"code": "TOO_MANY_REQUESTS", "detail": "busy"}, 429)
    url, canned = serve(replies(begin=[busy, busy, said({"sessionId": ONE}, 202)]))
    assert cooked(url)[0] == MEAL
    keys = {headers["Idempotency-Key"] for method, _, headers in canned.asked if method == "POST"}
    assert len(keys) == 1


def test_what_a_session_failed_with_is_raised_as_our_own_error(serve: Any) -> None:
    error = {"code": "INFEASIBLE_PROFILE", "message": "안 돼요.", "details": {"rules": ["K01"]}}
    failed = said({"status": "failed", "error": error})
    url, _ = serve(replies(events=[events((1, "failed", {"error": error}))], status=[failed]))
    with pytest.raises(Infeasible, match="안 돼요") as wrong:
        cooked(url)
    assert wrong.value.details["rules"] == ["K01"]


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (said({"code": "UNAUTHORIZED", "detail": "no token"}, 401), RequestError, 2),
        (said({"code": "INTERNAL_ERROR", "detail": "oh"}, 500), ChefError, 1),
        ((404, "text/html", b"<html>"), SupplierError, 1),
        ((200, "text/html", b"<html>"), SupplierError, 1),
        (said({"code": "TOO_MANY_REQUESTS", "detail": "busy"}, 429), RequestError, 2),
    ],
)
def test_a_refusal_is_one_clear_error(
    serve: Any, answer: Reply, kind: type[ChefError], code: int
) -> None:
    url, _ = serve(replies(begin=[answer]))
    with pytest.raises(kind) as wrong:
        cooked(url)
    assert wrong.value.exit_code == code
    assert wrong.value.message


def test_a_cancelled_session_says_so(serve: Any) -> None:
    gone = said({"status": "cancelled"})
    url, _ = serve(replies(events=[events((1, "cancelled", {}))], status=[gone]))
    with pytest.raises(RequestError, match="취소"):
        cooked(url)


def test_a_server_that_is_not_there_is_said(serve: Any) -> None:
    with pytest.raises(SupplierError, match="연결"):
        Server("http://127.0.0.1:9").cook({}, lambda *_: None)


@pytest.mark.parametrize("url", ["", "chef", "ftp://x", "http://", "http://[::1", "http://x:y"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(RequestError, match="주소"):
        Server(url)


def test_no_profile_goes_to_another_computer_over_http() -> None:
    with pytest.raises(RequestError, match="http로"):
        Server("http://chef.example")
    assert Server("https://chef.example")
    assert Server("http://localhost:8000")


def test_a_meal_is_shown_line_by_line() -> None:
    shown = "\n".join(meal_lines(MEAL, "ko"))
    for word in ("두부조림", "1,500원", "1 × 300g", "소금: 가격 정보가 없어요.", "! 알 수 없어요."):
        assert word in shown


def test_flags_that_a_server_does_not_take_are_refused() -> None:
    check_flags([], "ko")
    with pytest.raises(RequestError, match="--avoid-shops, --ideas"):
        check_flags(["avoid_shops", "ideas"], "ko")
