"""`cook --server`: a session on a server is followed to its end, whatever the line does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from rich.console import Console, RenderableType

from aichef import remote
from aichef.cook import cook
from aichef.errors import ChefError, Infeasible, RequestError, SupplierError
from aichef.kitchens.local import local_kitchen
from aichef.meal.model import Meal
from aichef.meal.render import render
from aichef.meal.section4 import to_json
from aichef.profile.parse import parse_profile
from aichef.remote import Server, check_flags, page
from aichef.settings import Settings

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


def test_a_meal_is_shown_as_one_that_was_cooked_here(tmp_path: Path) -> None:
    data = {"target": "diet", "healthConditions": "고혈압", "locale": "ko"}
    meal = meal_for(data, tmp_path)
    shown = printed(page(json.loads(json.dumps(to_json(meal, ONE))), meal.profile))
    assert shown == printed(render(meal))
    for word in ("확인한 것", "2인분", "영양 (1인분", "█", "장바구니", "출처", "나트륨"):
        assert word in shown


def test_a_meal_of_another_version_is_said_to_be_one(tmp_path: Path) -> None:
    meal = meal_for({"target": "diet"}, tmp_path)
    for body in (MEAL, {**to_json(meal), "version": "2.0"}, {}):
        with pytest.raises(SupplierError, match="버전"):
            page(body, meal.profile)


def meal_for(data: Mapping[str, Any], folder: Path) -> Meal:
    return asyncio.run(cook(parse_profile(data), local_kitchen(Settings(folder))))


def printed(shown: RenderableType) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(shown)
    return console.export_text()


@pytest.mark.parametrize(
    "error",
    [
        "no object",
        ["code"],
        7,
        None,
        {"code": ["x"]},
        {"code": "INTERNAL_ERROR", "message": ["x"]},
        {"code": "INFEASIBLE_PROFILE", "message": "안 돼요.", "details": "none"},
        {"code": "INFEASIBLE_PROFILE", "message": "안 돼요.", "details": {"message": 1, "self": 2}},
        {"code": "NOVEL", "message": "안 돼요.", "details": {"message": 1, "self": 2, "code": 3}},
    ],
)
def test_an_error_of_any_shape_is_still_one_of_ours(serve: Any, error: object) -> None:
    url, _ = serve(replies(status=[said({"status": "failed", "error": error})]))
    with pytest.raises(ChefError) as wrong:
        cooked(url)
    assert "안 돼요." in wrong.value.message or isinstance(wrong.value, SupplierError)


@pytest.mark.parametrize("progress", ["1e999", "NaN", '"ten"', "[]", "null", "-5", "1e3", "101"])
def test_progress_that_is_no_number_stops_nothing(serve: Any, progress: str) -> None:
    raw = f'{{"status": "processing", "phase": "recipe_generation", "progress": {progress}}}'
    event = f"event: phase\ndata: {raw}\n\nevent: phase\ndata: []\n\n"
    at_work = (200, "application/json", raw.replace("1e999", "0").replace("NaN", "0").encode())
    url, _ = serve(
        replies(
            events=[(200, "text/event-stream", event.encode()), events((9, "result", {}))],
            status=[at_work, said({"status": "completed"})],
        )
    )
    meal, heard = cooked(url)
    assert meal == MEAL
    assert {percent for _, percent in heard} <= {0, 100}


def test_a_phase_we_do_not_know_is_not_told_of(serve: Any) -> None:
    url, _ = serve(replies(events=[events(phase(1, "brewing", 5), (2, "result", {}))]))
    assert cooked(url)[1] == [("finished", 100)]


def test_an_event_without_end_is_given_up(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_MOST", 500)
    monkeypatch.setattr(remote, "_LINE", 100)
    endless = (200, "text/event-stream", b"data: 1\n" * 100)
    url, _ = serve(replies(events=[endless]))
    with pytest.raises(SupplierError, match="읽을 수 없어요"):
        cooked(url)


@pytest.mark.parametrize("one", ["", "../x", "a b", "a\r\nHost: x", "두부", 7, None, {}, "x" * 999])
def test_a_session_without_an_id_is_no_session(serve: Any, one: object) -> None:
    url, _ = serve(replies(begin=[said({"sessionId": one}, 202)]))
    with pytest.raises(SupplierError, match="읽을 수 없어요"):
        cooked(url)


def test_what_steers_a_terminal_never_gets_there(serve: Any) -> None:
    evil = "\x1b[2J\x9b1m\u202e두부\ud800"
    error = {"code": "INFEASIBLE_PROFILE", "message": evil, "details": {evil: [evil]}}
    url, _ = serve(replies(status=[said({"status": "failed", "error": error})]))
    with pytest.raises(Infeasible) as wrong:
        cooked(url)
    told = f"{wrong.value.message} {wrong.value.details}"
    assert "두부" in told
    assert told.isprintable()
    url, _ = serve(replies() | {f"GET /{ONE}/result": [said({"recipe": {evil: f"a\n{evil}"}})]})
    lines = json.dumps(cooked(url)[0], ensure_ascii=False)
    assert lines.isprintable()
    assert "a\\n[2J 1m 두부" in lines


@pytest.mark.parametrize("token", ["가지", "line\nbreak", "\x1b"])
def test_a_token_that_no_header_can_carry_is_refused(token: str) -> None:
    with pytest.raises(RequestError, match="AICHEF_TOKEN"):
        Server("https://chef.example", token)


def test_flags_that_a_server_does_not_take_are_refused() -> None:
    check_flags([], "ko")
    with pytest.raises(RequestError, match="--avoid-shops, --ideas"):
        check_flags(["avoid_shops", "ideas"], "ko")
