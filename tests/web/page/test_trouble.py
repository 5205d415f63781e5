"""What the door refuses: a page for a browser, problem details for everybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from aichef.web.guard import Limits
from tests.web.making import Door, Idle
from tests.web.page.test_ask import KETO, asking

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PROBLEM = "application/problem+json"


class Broken(Idle):
    """An engine that fails in a way nobody expects."""

    def alive(self) -> bool:
        raise ZeroDivisionError


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with asking() as found:
        yield found


def is_page(answer: Any, status: int, heading: str) -> None:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    found = re.search("<h1>(.*?)</h1>", answer.text)
    assert found
    assert found[1] == heading
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert 'class="button" href="/' in answer.text


def test_an_unknown_path_is_a_page_in_the_reader_s_language(door: Door) -> None:
    is_page(door.client.get("/nowhere", headers=BROWSER), 404, "없는 주소예요")
    english = {**BROWSER, "Accept-Language": "en"}
    answer = door.client.get("/nowhere", headers=english)
    is_page(answer, 404, "There is nothing at this address")
    assert '<html lang="en">' in answer.text


def test_the_language_of_the_address_goes_first(door: Door) -> None:
    answer = door.client.get("/nowhere?lang=en", headers=BROWSER)
    is_page(answer, 404, "There is nothing at this address")
    assert answer.headers["content-language"] == "en"
    assert 'href="/?lang=en"' in answer.text


def test_a_post_from_another_site_is_refused_with_a_page(door: Door) -> None:
    headers = {**BROWSER, "Sec-Fetch-Site": "cross-site"}
    answer = door.client.post("/", data=KETO, headers=headers)
    is_page(answer, 403, "다른 사이트에서 보낸 요청이에요")
    assert door.engine.told == []


def test_a_form_that_is_too_large_says_to_shorten_it(door: Door) -> None:
    answer = door.client.post("/", data={"note": "가" * 100_000}, headers=BROWSER)
    is_page(answer, 413, "요청이 너무 커요")
    assert "줄인 뒤" in answer.text


def test_who_asks_too_often_is_told_how_long_to_wait() -> None:
    with asking(limits=Limits(rate=0.1, burst=1)) as door:
        door.client.get("/")
        answer = door.client.get("/", headers=BROWSER)
        is_page(answer, 429, "요청이 너무 많아요")
        assert int(answer.headers["retry-after"]) >= 1
        assert f"{answer.headers['retry-after']}초 뒤" in answer.text


def test_a_wrong_method_says_where_to_go(door: Door) -> None:
    answer = door.client.get("/check", headers=BROWSER)
    is_page(answer, 405, "이 주소에서 할 수 없는 요청이에요")
    assert answer.headers["allow"] == "POST"


def test_without_the_token_a_form_leads_to_the_question() -> None:
    with asking(token="egg") as door:  # noqa: S106 - of this test only
        answer = door.client.post("/", data=KETO, headers=BROWSER)
        is_page(answer, 401, "토큰이 필요해요")


def test_what_nobody_expected_is_a_page_that_quotes_nothing() -> None:
    with asking(engine=Broken) as door:
        answer = door.client.get("/settings", headers=BROWSER)
        is_page(answer, 500, "예상하지 못한 문제예요")
        assert "ZeroDivision" not in answer.text


def test_programs_and_the_api_get_problem_details_as_ever(door: Door) -> None:
    for path, headers in (("/nowhere", {}), ("/v1/nowhere", BROWSER), ("/v1/sessions/x", BROWSER)):
        answer = door.client.get(path, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM), path
