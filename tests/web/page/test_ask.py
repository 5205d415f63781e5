"""Asking over plain HTTP: what is posted makes a session, or comes back with what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from aichef.errors import StoreError
from aichef.session.memory import MemorySessions
from aichef.settings import Settings
from aichef.web.app import create_app
from aichef.web.guard import Limits
from aichef.web.page import router
from tests.web.making import FREE, Door, Idle


@contextmanager
def asking(
    limits: Limits = FREE, engine: type[Idle] = Idle, store: Any = None, **settings: Any
) -> Iterator[Door]:
    """A door with the page."""
    kept = store or MemorySessions()
    runs = engine(kept)
    given = replace(Settings(Path("unused")), **settings)
    app = create_app(given, kept, runs, page=router(given, kept, runs), limits=limits)
    with TestClient(app, follow_redirects=False, headers={"Accept-Language": "ko"}) as client:
        yield Door(app, client, kept, runs)


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with asking() as found:
        yield found


KETO = {"target": "keto", "budget": "30,000", "servings": "2"}


def sent(door: Door, form: dict[str, Any]) -> str:
    answer = door.client.post("/", data=form)
    assert answer.status_code == 303, re.findall('class="trouble".*', answer.text)
    path: str = answer.headers["location"]
    return path.removeprefix("/s/")


def test_the_form_is_korean_first_and_english_when_asked_for(door: Door) -> None:
    assert '<html lang="ko">' in door.client.get("/").text
    english = door.client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert '<html lang="en">' in english
    assert "What shall we cook tonight?" in english
    by_hand = door.client.get("/?lang=en")
    assert '<html lang="en">' in by_hand.text
    assert 'action="/?lang=en"' in by_hand.text


def test_a_form_becomes_a_session_with_its_own_address(door: Door) -> None:
    one = sent(door, {**KETO, "allergies": ["땅콩", "우유"], "locale": "ko"})
    profile = json.loads(door.store.find(one).profile)
    assert profile["target"] == "keto"
    assert profile["allergies"] == ["땅콩", "우유"]
    assert profile["locale"] == "ko"
    assert ("start", one) in door.engine.told


def test_till_tomorrow_stays_the_day_it_meant(door: Door) -> None:
    tomorrow = (datetime.now().astimezone() + timedelta(days=1)).date().isoformat()
    one = sent(door, {"target": "fridge", "availableIngredients": "두부 1모 (내일까지)"})
    given = json.loads(door.store.find(one).profile)["availableIngredients"]
    assert [item["expires"] for item in given] == [tomorrow]
    assert f'value="두부 1모 ({tomorrow})"' in door.client.get(f"/?from={one}").text


def test_an_allergy_that_was_ticked_is_there_in_the_other_language(door: Door) -> None:
    one = sent(door, {**KETO, "allergies": ["땅콩", "우유"], "allergiesMore": "kiwi"})
    for lang in ("ko", "en"):
        page = door.client.get(f"/?from={one}&lang={lang}").text
        assert re.findall(r'name="allergies" value="([^"]+)" checked', page) == ["우유", "땅콩"]
        assert re.search(r'name="allergiesMore"[^>]*value="kiwi"', page)


def test_a_word_without_a_box_is_not_lost_when_the_form_comes_back(door: Door) -> None:
    form = {"target": "keto", "servings": "99", "allergies": ["milk", "shellfish"]}
    page = door.client.post("/", data={**form, "allergiesMore": "키위", "locale": "ko"}).text
    assert re.findall(r'name="allergies" value="([^"]+)" checked', page) == ["우유"]
    assert re.search(r'name="allergiesMore"[^>]*value="키위, shellfish"', page)


def test_a_form_that_is_sent_twice_is_one_session_and_a_changed_one_another(door: Door) -> None:
    page = door.client.get("/").text
    named = re.search(r'name="sessionId" value="(sess_[a-z2-7]{26})"', page)
    assert named
    form = {**KETO, "sessionId": named[1]}
    first = sent(door, form)
    assert first == named[1] == sent(door, form)
    assert sent(door, {**form, "servings": "3"}) != first


def test_what_is_wrong_is_said_at_its_field_and_everything_is_kept(door: Door) -> None:
    form = {
        **KETO,
        "servings": "99",
        "allergiesMore": "붕붕이",
        "note": "더 <b>매콤</b>하게",
        "allergies": "우유",
        "cookingTime": "30",
    }
    answer = door.client.post("/", data=form)
    assert answer.status_code == 422
    page = answer.text
    assert re.search(r'id="servings-trouble" data-trouble="servings">[^<]*20명', page)
    assert re.search(r'id="allergies-trouble" data-trouble="allergies">[^<]*붕붕이', page)
    assert re.search(r'name="servings"[^>]*value="99"[^>]*aria-invalid="true"', page)
    assert re.search(r'name="allergies" value="우유" checked', page)
    assert re.search(r'name="cookingTime" value="30" checked', page)
    assert "더 &lt;b&gt;매콤&lt;/b&gt;하게" in page
    assert "<b>매콤" not in page


def test_an_impossible_budget_is_said_at_the_budget_with_what_would_do(door: Door) -> None:
    answer = door.client.post("/", data={**KETO, "budget": "1000", "servings": "4"})
    assert answer.status_code == 422
    said = re.search(r'data-trouble="budget">([^<]+)', answer.text)
    assert said
    assert "적어도" in said[1]


def test_a_conflict_is_said_with_its_rules(door: Door) -> None:
    answer = door.client.post("/", data={**KETO, "healthConditions": "ckd", "medications": "없음"})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert re.search(r"<li>\[K16\.ckd\] International", answer.text)


def test_medicines_are_asked_for_before_a_diabetes_meal(door: Door) -> None:
    answer = door.client.post("/", data={"target": "diabetes"})
    assert answer.status_code == 422
    assert re.search(r'data-trouble="medications">[^<]*약', answer.text)
    assert sent(door, {"target": "diabetes", "medications": "없음"})


def test_the_script_learns_what_is_wrong_without_a_session(door: Door) -> None:
    before = len(door.store.list())
    found = door.client.post("/check", data={**KETO, "budget": "1000", "servings": "4"}).json()
    assert [one["field"] for one in found["troubles"]] == ["budget"]
    assert door.client.post("/check", data=KETO).json() == {"troubles": []}
    assert len(door.store.list()) == before


def test_foods_are_found_by_a_part_of_their_name(door: Door) -> None:
    found = door.client.get("/foods", params={"q": "두부"}).json()["foods"]
    assert found[0] == "두부"
    assert 1 < len(found) <= 8
    assert "tofu" in door.client.get("/foods?q=tof&lang=en").json()["foods"][0].lower()
    assert door.client.get("/foods").json() == {"foods": []}


def test_a_session_that_could_not_be_cooked_comes_back_as_its_form(door: Door) -> None:
    one = sent(door, {**KETO, "dislikes": "가지, 오이"})
    error = {"code": "INFEASIBLE_PROFILE", "message": "안 돼요.", "details": {"leastBudget": 9000}}
    session = door.store.find(one)
    door.store.fail(one, session.attempt, error, session.accepted_at)
    page = door.client.get(f"/?from={one}").text
    assert re.search(r'name="target" value="keto" checked', page)
    assert re.search(r'name="dislikes"[^>]*value="가지, 오이"', page)
    assert re.search(r'data-trouble="budget">안 돼요.', page)
    assert door.client.get("/?from=sess_" + "a" * 26).status_code == 200
    assert door.client.get("/?from=<script>").status_code == 200


def test_forms_of_other_sites_are_refused(door: Door) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert door.client.post("/", data=KETO, headers=headers).status_code == 403


def test_no_page_sets_a_cookie_or_allows_inline_scripts(door: Door) -> None:
    for path in ("/", "/settings", "/s/none"):
        answer = door.client.get(path)
        assert "set-cookie" not in answer.headers
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/))", answer.text)
        assert " style=" not in answer.text
        assert not re.search(r"\son[a-z]+=", answer.text)


def test_a_full_queue_keeps_the_form() -> None:
    with asking(replace(FREE, queue=1)) as door:
        door.engine.waiting = 1
        answer = door.client.post("/", data={**KETO, "note": "맵게"})
        assert answer.status_code == 429
        assert 'value="맵게"' in answer.text


def test_a_store_that_fails_keeps_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise StoreError("저장소가 없어요.", trouble="unreachable")

    with asking() as door:
        monkeypatch.setattr(door.store, "accept", fails)
        answer = door.client.post("/", data={**KETO, "note": "맵게"})
        assert answer.status_code == 502
        assert 'value="맵게"' in answer.text
        assert "저장소가 없어요." in answer.text


# --- the token ---


def test_who_knows_the_token_gets_a_cookie_and_others_the_question() -> None:
    with asking(token="가지-egg") as door:  # noqa: S106 - of this test only
        asked = door.client.get("/settings", headers={"Accept": "text/html"})
        assert asked.status_code == 303
        question = door.client.get(asked.headers["location"])
        assert 'name="next" value="/settings"' in question.text
        wrong = door.client.post("/token", data={"token": "x", "next": "/settings"})
        assert wrong.status_code == 401
        assert 'aria-invalid="true"' in wrong.text
        right = door.client.post("/token", data={"token": "가지-egg", "next": "/settings"})
        assert right.status_code == 303
        assert right.headers["location"] == "/settings"
        cookie = right.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert door.client.get("/settings").status_code == 200


def test_without_a_token_nobody_is_asked(door: Door) -> None:
    assert door.client.get("/token?next=//evil.example").headers["location"] == "/"


# --- settings and files ---


@pytest.mark.parametrize(
    ("lang", "says"),
    [
        ("ko", ("이 기기의 브라우저에만", "질환", "지울 수")),
        ("en", ("this device", "illnesses", "forget")),
    ],
)
def test_what_is_remembered_and_where_is_said_beside_the_box(
    door: Door, lang: str, says: tuple[str, ...]
) -> None:
    page = door.client.get(f"/?lang={lang}").text
    (label,) = re.findall(r'<input type="checkbox" id="remember" checked> <span>(.+?)</span>', page)
    for word in says:
        assert word in label


def test_the_settings_say_who_writes_and_how_fresh_prices_are(door: Door) -> None:
    page = door.client.get("/settings").text
    assert "내장 요리책" in page
    assert re.search(r"식품 \d{3}가지 · 가장 새로운 조사일 (\d+년 )?\d+월 \d+일 \(\d+일 전\)", page)
    assert "KAMIS" in page
    with asking(model="anthropic:claude-haiku-5-5", model_key="secret-key") as other:
        page = other.client.get("/settings").text
        assert "anthropic:claude-haiku-5-5" in page
        assert "secret-key" not in page


def test_files_have_hashed_names_and_may_be_kept_for_ever(door: Door) -> None:
    page = door.client.get("/").text
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(found) >= 3
    for path in found:
        answer = door.client.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert re.search(r"\.[0-9a-f]{12}\.(css|js|svg)$", path)
    script = next(path for path in found if path.endswith(".js"))
    for named in re.findall(r'from "\./([^"]+)"', door.client.get(script).text):
        assert door.client.get(f"/static/{named}").status_code == 200
    assert door.client.get("/static/../ask.py").status_code == 404
    assert door.client.get("/static/nothing.js").status_code == 404


def test_the_first_page_weighs_little(door: Door) -> None:
    headers = {"Accept-Encoding": "gzip"}
    page = door.client.get("/", headers=headers)
    paths = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    for path in list(paths):
        text = door.client.get(path).text
        paths |= {f"/static/{one}" for one in re.findall(r'from "\./([^"]+)"', text)}
    sizes = [
        int(door.client.get(path, headers=headers).headers["content-length"])
        for path in ("/", *paths)
    ]
    assert sum(sizes) <= 60_000
