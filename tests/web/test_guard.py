"""What stands before every route: limits, the token, other sites, headers, and the log."""

from __future__ import annotations

import asyncio
import json
import logging
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import Headers

from aichef.errors import ChefError
from aichef.session.memory import MemorySessions
from aichef.session.model import new_id
from aichef.settings import Settings
from aichef.web import logs
from aichef.web.guard import Buckets, Guard, Limits, Token, client_of, is_own
from aichef.web.problems import STATUSES, TITLES, language
from aichef.web.token import onward_to
from tests.web.making import FREE, KETO, Idle, door, heard

TOKEN = "오늘의 토큰 x9"  # noqa: S105 - of these tests alone
BEARER = {"Authorization": "Bearer let-me-in"}


def kinds(of: type[ChefError]) -> set[type[ChefError]]:
    return {of} | {kind for child in of.__subclasses__() for kind in kinds(child)}


def test_every_error_of_the_family_has_a_status_and_a_title() -> None:
    assert {kind.code for kind in kinds(ChefError)} <= STATUSES.keys()
    assert STATUSES.keys() == TITLES.keys()


def test_a_large_body_is_refused_before_it_is_read_whole() -> None:
    with door() as at:
        sent = 0

        def chunks() -> Any:
            nonlocal sent
            for _ in range(10_000):
                sent += 1
                yield b"x" * 1024

        for body in (b"x" * 1_000_000, chunks()):
            at.problem(
                *("POST", "/v1/sessions", 413, "TOO_LARGE"),
                content=body,
                headers={"Content-Type": "application/json"},
            )
        at.problem(
            "POST", f"/v1/sessions/{new_id()}/cancel", 413, "TOO_LARGE", content=b"x" * 70_000
        )
        fits = json.dumps(KETO).encode().ljust(64 * 1024)
        headers = {"Content-Type": "application/json"}
        assert at.client.post("/v1/sessions", content=fits, headers=headers).status_code == 202


def test_a_client_that_asks_too_often_is_told_when_to_come_back() -> None:
    with door(limits=Limits(rate=0.5, burst=3)) as at:
        path = f"/v1/sessions/{new_id()}"
        assert [at.client.get(path).status_code for _ in range(3)] == [404] * 3
        answer = at.client.get(path)
        assert answer.status_code == 429
        assert answer.json()["code"] == "TOO_MANY_REQUESTS"
        assert answer.headers["retry-after"] == "2"
        assert at.client.get("/healthz").status_code == 200


def test_who_reads_passes_those_who_come_to_follow() -> None:
    """Four hundred followers at once: a read that comes after them is answered before most."""
    done: list[str] = []

    async def app(scope: Any, _: Any, send: Any) -> None:
        done.append(scope["path"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    async def nothing(*_: Any) -> Any:
        return {"type": "http.disconnect"}

    async def story() -> None:
        with door() as at:
            settings, state = Settings(Path("unused")), at.app.state
            guard = Guard(app, settings, FREE, Token(settings, FREE), state.metrics, state.answer)
        paths = [f"/v1/sessions/{n}/events" for n in range(400)] + ["/read"]
        scopes = [
            {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
            for path in paths
        ]
        await asyncio.gather(*(guard(scope, nothing, nothing) for scope in scopes))

    asyncio.run(story())
    assert len(done) == 401
    assert done.index("/read") < 5


def test_a_bucket_fills_again_and_forgets_who_came_long_ago() -> None:
    time = 0.0
    bucket = Buckets(2, 2, lambda: time)
    assert [bucket.wait("a"), bucket.wait("a"), bucket.wait("a")] == [0, 0, 0.5]
    assert bucket.wait("b") == 0
    time = 0.5
    assert [bucket.wait("a"), bucket.wait("a")] == [0, 0.5]
    for number in range(10_100):
        bucket.wait(str(number))
    assert len(bucket._held) == 10_000


def test_a_client_may_have_a_few_sessions_at_work() -> None:
    with door(engine=Idle, limits=Limits(rate=0, sessions=2)) as at:
        first = at.accept(headers={"Idempotency-Key": "1"})
        at.accept()
        said = at.problem("POST", "/v1/sessions", 429, "TOO_MANY_REQUESTS", json=KETO)
        assert "2개" in said["detail"]
        assert at.accept(headers={"Idempotency-Key": "1"}) == first
        at.client.post(f"/v1/sessions/{first}/cancel")
        at.accept()
        at.problem("POST", "/v1/sessions", 429, "TOO_MANY_REQUESTS", json=KETO)


def test_what_was_refused_takes_no_room() -> None:
    with door(engine=Idle, limits=Limits(rate=0, sessions=1)) as at:
        one = new_id()
        wrong = {"target": "diet", "sessionId": one}
        at.store.accept(one, "{}", *[at.app.state.desk._clock()] * 2)
        at.problem("POST", "/v1/sessions", 409, "SESSION_CONFLICT", json=wrong)
        at.accept()


def test_with_a_token_every_route_asks_for_it_but_those_that_watch_the_process() -> None:
    with door(token="let-me-in") as at:  # noqa: S106 - of this test alone
        for method, path in (
            *(("GET", "/metrics"), ("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/nowhere")),
            *(("POST", "/v1/sessions"), ("GET", f"/v1/sessions/{new_id()}")),
        ):
            at.problem(method, path, 401, "UNAUTHORIZED")
        assert at.client.get("/metrics").headers["www-authenticate"].startswith("Bearer")
        assert at.client.get("/healthz").status_code == 200
        assert at.client.get("/readyz").status_code == 200
        assert at.client.get("/metrics", headers=BEARER).status_code == 200
        assert at.accept(headers=BEARER)


def test_a_token_cannot_be_guessed_by_trying_and_who_knows_it_comes_in() -> None:
    with door(token="let-me-in", limits=Limits(rate=0, wrong_tokens=3)) as at:  # noqa: S106 - as above
        wrong = {"Authorization": "Bearer guess"}
        got = [at.client.get("/metrics", headers=wrong).status_code for _ in range(5)]
        assert got == [401, 401, 401, 429, 429]
        assert at.client.get("/metrics", headers=BEARER).status_code == 200
        assert at.client.get("/metrics", headers=wrong).status_code == 429


def test_a_browser_is_asked_once_and_gets_a_cookie_that_is_not_the_token() -> None:
    with door(token=TOKEN) as at:
        page = {"Accept": "text/html,*/*"}
        asked = at.client.get("/docs", headers=page)
        assert (asked.status_code, asked.headers["location"]) == (303, "/token?next=/docs")
        question = at.client.get(asked.headers["location"], headers=page)
        assert 'value="/docs"' in question.text
        wrong = at.client.post("/token", data={"token": "no", "next": "/docs"})
        assert wrong.status_code == 401
        assert 'role="alert"' in wrong.text
        right = at.client.post("/token", data={"token": f" {TOKEN} ", "next": "/docs"})
        assert (right.status_code, right.headers["location"]) == (303, "/docs")
        cookie = right.headers["set-cookie"]
        for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age="):
            assert word in cookie
        assert at.app.state.token.cookie in cookie
        assert at.client.get("/docs", headers=page).status_code == 200
        at.client.cookies.clear()
        wrong_cookie = {"Cookie": f"aichef={'0' * 64}"}
        assert at.client.get("/metrics", headers=wrong_cookie).status_code == 401


def test_a_cookie_given_over_tls_stays_with_it() -> None:
    with door(token=TOKEN) as at:
        for address, secure in (("http://testserver", False), ("https://testserver", True)):
            answer = at.client.post(f"{address}/token", data={"token": TOKEN})
            assert ("secure" in answer.headers["set-cookie"].lower()) == secure


def test_without_a_token_nobody_is_asked() -> None:
    with door() as at:
        assert at.client.get("/token").headers["location"] == "/"
        answer = at.client.post("/token", data={"token": "x"})
        assert answer.status_code == 303
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["", "docs", "//evil.example", "/\\evil.example", "https://evil.example", "/\tx", "/a\nb"],
)
def test_the_question_leads_nowhere_else(path: str) -> None:
    assert onward_to(path) == "/"


def test_a_page_of_another_site_changes_nothing() -> None:
    with door() as at:
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": ""},
            {"Origin": "http://[evil"},
        ):
            at.problem("POST", "/v1/sessions", 403, "FORBIDDEN", json=KETO, headers=headers)
        for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}, {}):
            at.accept(headers=headers)
        read = {"Sec-Fetch-Site": "cross-site"}
        assert at.client.get("/healthz", headers=read).status_code == 200


def test_other_origins_are_let_in_one_by_one() -> None:
    ours = {"Origin": "https://kitchen.example"}
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    with door() as at:
        answer = at.client.options("/v1/sessions", headers=ours | asked)
        assert "access-control-allow-origin" not in answer.headers
        assert "access-control-allow-origin" not in at.client.get("/healthz", headers=ours).headers
    with door(origins="https://a.example https://kitchen.example") as at:
        answer = at.client.options("/v1/sessions", headers=ours | asked)
        assert answer.headers["access-control-allow-origin"] == ours["Origin"]
        assert at.accept(headers=ours | {"Sec-Fetch-Site": "cross-site"})
        other = at.client.get("/healthz", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_every_answer_carries_the_headers_that_protect_its_reader() -> None:
    with door() as at:
        for path in ("/healthz", "/nowhere", "/docs", f"/v1/sessions/{new_id()}"):
            headers = at.client.get(path).headers
            policy = headers["content-security-policy"]
            assert "unsafe-inline" not in policy
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == "no-store"


class Broken(MemorySessions):
    """A store with a fault of ours in it, which quotes what a person typed."""

    def find(self, one: str) -> Any:
        raise RuntimeError(f"땅콩 알레르기 {one}")


def test_a_fault_of_ours_is_a_problem_and_tells_the_log_no_more_than_its_place() -> None:
    with door(Broken()) as at, heard() as records:
        path = f"/v1/sessions/{new_id()}"
        said = at.problem("GET", path, 500, "INTERNAL_ERROR")
        assert "땅콩" not in json.dumps(said, ensure_ascii=False)
    wrong = next(one for one in records if one.levelno == logging.ERROR)
    assert "RuntimeError at " in wrong.getMessage()
    assert "땅콩" not in logs.JsonLines().format(wrong)


def test_the_log_is_json_with_the_session_and_without_the_profile() -> None:
    with heard(logging.DEBUG) as records, door() as at:
        one = at.accept({**KETO, "note": "엄마 생신"}, {"Idempotency-Key": "secret-key"})
        at.client.get(f"/v1/sessions/{one}?token=secret")
        at.client.get("/made-up/당뇨")
    lines = [json.loads(logs.JsonLines().format(record)) for record in records]
    text = json.dumps(lines, ensure_ascii=False)
    assert {"method": "GET", "route": "/v1/sessions/{session_id}", "session": one}.items() <= (
        lines[-2].items()
    )
    assert lines[-1]["route"] == "unmatched"
    assert lines[-1]["status"] == 404
    for secret in ("생신", "땅콩", "keto", "secret", "made-up", "당뇨"):
        assert secret not in text


def test_what_only_reads_is_not_told_at_every_turn() -> None:
    with heard() as records, door() as at:
        one = at.accept()
        at.client.get(f"/v1/sessions/{one}")
        at.client.delete(f"/v1/sessions/{one}")
    assert [getattr(record, "status", 0) for record in records] == [202, 204]


def test_an_exception_in_the_log_is_its_kind_alone() -> None:
    stream, logger = StringIO(), logging.getLogger("aichef")
    before = (logger.handlers, logger.level, logger.propagate)
    try:
        logs.begin(stream)
        try:
            int("혈당 180")
        except ValueError:
            logging.getLogger("aichef.session").exception("a step failed")
    finally:
        logger.handlers, logger.level, logger.propagate = before
    line = json.loads(stream.getvalue())
    assert (line["error"], line["message"]) == ("ValueError", "a step failed")
    assert "혈당" not in stream.getvalue()


def test_clients_are_told_apart_by_address_and_ipv6_by_network() -> None:
    def client(host: str) -> str:
        return client_of({"client": (host, 5)})

    assert client("10.0.0.1") != client("10.0.0.2")
    assert client("2001:db8:1:2::5") == client("2001:db8:1:2:ffff::1")
    assert client("2001:db8:1:2::5") != client("2001:db8:1:3::5")
    assert client_of({"client": None}) == client_of({}) == "local"


@pytest.mark.parametrize(
    ("accepted", "speaks"),
    [("", "ko"), ("en", "en"), ("EN-us,ko;q=0.9", "en"), ("ko;q=0.1, en;q=0.2", "en"),
     ("fr", "ko"), ("*", "ko"), ("en;q=x", "ko"), ("en;q=0", "ko"), ("en;q=nan", "ko")],
)  # fmt: skip
def test_the_language_is_the_one_liked_best(accepted: str, speaks: str) -> None:
    assert language(accepted, "ko") == speaks


def test_a_program_sends_no_origin() -> None:
    assert is_own(Headers({"host": "a"}))
    assert is_own(Headers({"host": "a:80", "origin": "http://a:80"}))
    assert not is_own(Headers({"host": "a:80", "origin": "http://a:81"}))
    assert FREE.rate == 0
