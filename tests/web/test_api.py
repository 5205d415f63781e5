"""The API as a program meets it: from a profile to a meal, and every clear no on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from aichef.chef.composer import CooksBook
from aichef.cook import Kitchen
from aichef.errors import StoreError
from aichef.kitchens.inprocess import InProcessEngine
from aichef.kitchens.local import now as here
from aichef.prices.book import PriceBook
from aichef.session.memory import MemorySessions
from aichef.session.model import CALLS, WRITTEN, new_id
from aichef.session.port import Sessions
from aichef.session.sqlite import SqliteSessions
from aichef.web.desk import SECONDS
from tests.web.making import FREE, KETO, Door, Idle, Quick, door, events_of, now, tell_all


@pytest.fixture
def at() -> Iterator[Door]:
    """A door whose engine cooks at once."""
    with door() as one:
        yield one


@pytest.fixture(scope="module")
def same() -> Iterator[Door]:
    """One door for many questions that leave nothing behind."""
    with door() as one:
        yield one


@pytest.fixture
def slow() -> Iterator[Door]:
    """A door whose engine never cooks."""
    with door(engine=Idle) as one:
        yield one


def test_a_profile_becomes_a_meal() -> None:
    class Cooks(InProcessEngine):
        def __init__(self, store: Sessions) -> None:
            super().__init__(store, Kitchen(CooksBook(), (PriceBook.at(here().date()),), here))

    with door(engine=Cooks) as at:  # type: ignore[arg-type] # another engine than the tests' own
        accepted = at.client.post("/v1/sessions", json=KETO)
        assert accepted.status_code == 202
        links = accepted.json()["links"]
        assert accepted.headers["location"] == links["self"]
        assert accepted.json()["estimatedSeconds"] == 25
        events = events_of(at.client.get(links["events"]).text)
        assert [number for number, _, _ in events] == list(range(1, len(events) + 1))
        assert events[-1][1:] == ("result", {"phase": "finished", "progress": 100})
        meal = at.client.get(links["result"]).json()
        stands = at.client.get(links["self"]).json()
        assert meal["sessionId"] == stands["sessionId"] == accepted.json()["sessionId"]
        assert stands["status"] == "completed"
        assert stands["recipe"]["recipeName"] == meal["recipe"]["recipeName"]
        assert stands["ingredients"] == meal["recipe"]["ingredients"]
        assert stands["prices"]
        at.engine.close()


def test_what_is_ready_so_far_is_shown(slow: Door) -> None:
    one = slow.accept()
    path = f"/v1/sessions/{one}"
    assert slow.client.get(path).json()["ingredients"] == []
    first = slow.client.get(path).headers["etag"]
    assert slow.client.get(path, headers={"If-None-Match": f'"x", W/{first}'}).status_code == 304
    slow.store.tell(one, 1, "1", "ingredient", {"name": "두부", "amount": "1"}, now())
    slow.store.tell(one, 1, "2", "ingredient", {"name": "두부", "amount": "2"}, now())
    answer = slow.client.get(path, headers={"If-None-Match": first})
    assert answer.status_code == 200
    assert answer.headers["etag"] != first
    assert answer.json()["ingredients"] == [{"name": "두부", "amount": "2"}]
    assert "allergies" not in answer.text
    assert "땅콩" not in answer.text


def test_every_target_has_its_expected_seconds(at: Door) -> None:
    for target, seconds in SECONDS.items():
        baby = {"babyAgeMonths": 8} if target == "baby_food" else {}
        answer = at.client.post("/v1/sessions", json={"target": target, **baby})
        assert answer.json()["estimatedSeconds"] == seconds


def test_a_profile_with_a_question_is_asked_back(same: Door) -> None:
    asked = same.problem(
        "POST", "/v1/sessions", 422, "NEEDS_ANSWER", json={"target": "baby_food", "locale": "en"}
    )
    assert asked["details"]["field"] == "babyAgeMonths"
    assert asked["details"]["question"] == asked["detail"]
    assert asked["detail"].startswith("How old is the baby")
    assert same.engine.told == []


def test_what_the_rules_exclude_is_said_before_anything_is_cooked(same: Door) -> None:
    refused = same.problem(
        "POST",
        "/v1/sessions",
        422,
        "INFEASIBLE_PROFILE",
        json={"target": "keto", "healthConditions": "신부전"},
    )
    assert refused["details"]["rules"][0]["rule"].startswith("K16")
    assert same.engine.told == []


def test_medicines_that_are_not_named_are_no_reason_to_ask_a_program(at: Door) -> None:
    at.accept({"target": "keto", "healthConditions": "당뇨"})


def test_a_problem_speaks_the_language_of_its_reader(at: Door) -> None:
    english = {"Accept-Language": "fr, en-GB;q=0.8, ko;q=0.5"}
    path = f"/v1/sessions/{new_id()}"
    assert at.client.get(path, headers=english).json()["title"] == "There is no such session"
    assert at.client.get(path).json()["title"] == "세션을 찾을 수 없어요"
    wrong = {"target": "keto", "budget": 1}
    said = at.client.post("/v1/sessions", json=wrong, headers=english)
    assert said.json()["detail"].startswith("Budget")
    said = at.client.post("/v1/sessions", json={**wrong, "locale": "ko"}, headers=english)
    assert said.json()["detail"].startswith("예산")
    assert said.headers["content-language"] == "ko"


def test_the_language_of_the_request_is_that_of_a_profile_without_one(at: Door) -> None:
    one = at.accept(headers={"Accept-Language": "en"})
    assert json.loads(at.store.find(one).profile)["locale"] == "en"


def test_the_same_key_is_the_same_session(at: Door) -> None:
    first = at.accept(headers={"Idempotency-Key": "k-1"})
    assert at.accept(headers={"Idempotency-Key": "k-1"}) == first
    assert at.accept(headers={"Idempotency-Key": "k-2"}) != first
    assert [name for what, name in at.engine.told].count(first) == 1
    at.problem(
        "POST",
        "/v1/sessions",
        409,
        "SESSION_CONFLICT",
        json={"target": "diet"},
        headers={"Idempotency-Key": "k-1"},
    )
    at.problem(
        *("POST", "/v1/sessions", 400, "INVALID_REQUEST"),
        json=KETO,
        headers={"Idempotency-Key": "a b"},
    )


def test_an_id_of_ones_own_is_kept(at: Door) -> None:
    one = new_id()
    assert at.accept({**KETO, "sessionId": one}) == one
    assert at.accept({**KETO, "sessionId": one}) == one
    conflict = {"target": "diet", "sessionId": one}
    at.problem("POST", "/v1/sessions", 409, "SESSION_CONFLICT", json=conflict)
    for wrong in ("mine", "sess_1", 5, [one]):
        said = at.problem(
            *("POST", "/v1/sessions", 422, "INVALID_PROFILE"), json={**KETO, "sessionId": wrong}
        )
        assert said["details"]["field"] == "sessionId"


def test_a_result_that_is_not_there_says_how_far_it_is(slow: Door) -> None:
    path = f"/v1/sessions/{slow.accept()}/result"
    said = slow.problem("GET", path, 409, "NOT_READY")
    assert said["details"]["phase"] == "accepted"
    assert said["details"]["progress"] == 5


def test_a_failed_session_answers_with_what_it_failed_with(slow: Door) -> None:
    one = slow.accept()
    error = {
        "code": "INFEASIBLE_PROFILE",
        "message": "적어도 2,970원이 필요해요.",
        "details": {"leastBudget": 2970},
    }
    slow.store.fail(one, 1, error, now())
    said = slow.problem("GET", f"/v1/sessions/{one}/result", 422, "INFEASIBLE_PROFILE")
    assert said["detail"] == "적어도 2,970원이 필요해요."
    assert said["details"] == {"leastBudget": 2970, "status": "failed", "phase": "recipe_failed"}
    assert slow.client.get(f"/v1/sessions/{one}").json()["error"] == error


def test_cancelling_stops_it_and_leaves_what_had_ended(slow: Door) -> None:
    one = slow.accept()
    answer = slow.client.post(f"/v1/sessions/{one}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert slow.engine.told[-1] == ("stop", one)
    slow.problem("GET", f"/v1/sessions/{one}/result", 409, "NOT_READY")
    told = len(slow.engine.told)
    assert slow.client.post(f"/v1/sessions/{one}/cancel").json()["status"] == "cancelled"
    assert len(slow.engine.told) == told


def test_forgetting_leaves_nothing(slow: Door) -> None:
    one = slow.accept()
    path = f"/v1/sessions/{one}"
    slow.client.get(path)
    assert slow.client.delete(path).status_code == 204
    assert ("forget", one) in slow.engine.told
    for method, where in (
        *(("GET", path), ("GET", f"{path}/result"), ("GET", f"{path}/events")),
        *(("POST", f"{path}/cancel"), ("DELETE", path)),
    ):
        slow.problem(method, where, 404, "SESSION_NOT_FOUND")


def test_unknown_paths_and_methods_are_problems_too(same: Door) -> None:
    same.problem("GET", "/v2", 404, "NOT_FOUND")
    same.problem("GET", "/v1/sessions/", 404, "NOT_FOUND")
    same.problem("GET", "/v1/sessions/../../etc", 404, "NOT_FOUND")
    for method in ("PUT", "PATCH", "HEAD", "OPTIONS", "TRACE"):
        answer = same.client.request(method, f"/v1/sessions/{new_id()}")
        assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET")


@pytest.mark.parametrize("one", ["x", "sess_", "sess_" + "a" * 27, "sess_" + "A" * 26, "%00", "가"])
def test_what_is_no_id_is_no_session(same: Door, one: str) -> None:
    same.problem("GET", f"/v1/sessions/{one}", 404, "SESSION_NOT_FOUND")


WRONG: list[tuple[str, object]] = [
    ("target", "feast"), ("target", 5), ("servings", 0), ("servings", [2]), ("budget", "many"),
    ("budget", 1e300), ("allergies", 5), ("allergies", ["글루콩쿠"]), ("strictAllergies", "maybe"),
    ("healthConditions", {}), ("medications", 5), ("cookingLevel", "chef"), ("cookingTime", -1),
    ("babyAgeMonths", "old"), ("currentFoods", 5), ("age", 500), ("sex", "x"),
    ("weightKg", "heavy"),
    ("heightCm", 1), ("carbLimit", 50), ("carbBasis", "gross"), ("ketoPhase", "x" * 200),
    ("diabetesType", "9"), ("bloodSugar", -1), ("availableIngredients", 5),
    ("availableIngredients", [{"name": ""}]), ("availableIngredients", [{"nom": "두부"}]),
    ("pantry", 5), ("region", 5), ("shops", [5]), ("tools", 5), ("diet", "carnivore"),
    ("dislikes", 5), ("note", "x" * 201), ("prefer", "spicy"), ("locale", "fr"), ("seed", -1),
    ("surprise", 1), ("target\ud800", 1), ("note", "\ud800"), ("allergies", ["a"] * 51),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_every_field_that_is_wrong_is_named(same: Door, field: str, value: object) -> None:
    answer = same.client.post("/v1/sessions", content=json.dumps({"target": "keto", field: value}),
                            headers={"Content-Type": "application/json"})  # fmt: skip
    assert answer.status_code == 422
    assert answer.json()["code"] in {"INVALID_PROFILE", "NEEDS_ANSWER"}
    assert answer.json()["details"]["field"]
    assert same.engine.told == []


BODIES = [
    b"", b"{", b"null", b"[]", b"5", b'"x"', b"\xff\xfe", b'{"target": NaN}', b'{"target":"\xc3"}',
    b'{"target":"keto","target":"diet"}', b"[" * 30_000, b'{"note":' * 5000 + b"1" + b"}" * 5000,
    b'{"note":' * 20 + b"1" + b"}" * 20, b'{"budget":' + b"9" * 5000 + b"}",
    b'{"target":"keto"}{}', b'{"target":"keto","seed":Infinity}',
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_what_is_no_profile_at_all_is_said_to_be_none(same: Door, body: bytes) -> None:
    same.problem(
        *("POST", "/v1/sessions", 422, "INVALID_PROFILE"),
        content=body,
        headers={"Content-Type": "application/json"},
    )


@pytest.mark.parametrize(
    "kind",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json",
     "application/json; charset=euc-kr"],
)  # fmt: skip
def test_only_json_is_read(same: Door, kind: str) -> None:
    same.problem(
        *("POST", "/v1/sessions", 415, "UNSUPPORTED_MEDIA_TYPE"),
        content=json.dumps(KETO),
        headers={"Content-Type": kind},
    )
    plain = {"Content-Type": "Application/JSON;charset=UTF-8"}
    sent = same.client.post("/v1/sessions", content=json.dumps(KETO), headers=plain)
    assert sent.status_code == 202


def test_html_in_names_stays_text(slow: Door) -> None:
    script = "<script>alert(1)</script>"
    one = slow.accept({"target": "fridge", "availableIngredients": [{"name": script}]})
    slow.store.tell(one, 1, "1", "ingredient", {"name": script}, now())
    answer = slow.client.get(f"/v1/sessions/{one}")
    assert answer.json()["ingredients"] == [{"name": script}]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


class Failing(MemorySessions):
    """A store that is away as long as `away` says."""

    away = False

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or name == "away" or not callable(found):
            return found
        if super().__getattribute__("away"):
            raise StoreError("…", trouble="unreachable")
        return found


def test_a_store_that_goes_away_and_returns_loses_nothing() -> None:
    with door(Failing(), engine=Idle) as at:
        one = at.accept()
        path = f"/v1/sessions/{one}"
        at.store.away = True
        said = at.problem("GET", path, 502, "SUPPLIER_FAILED")
        assert said["detail"].startswith("데이터베이스에 연결할 수 없어요")
        at.problem("POST", "/v1/sessions", 502, "SUPPLIER_FAILED", json=KETO)
        at.problem("GET", f"{path}/events", 502, "SUPPLIER_FAILED")
        at.problem("DELETE", path, 502, "SUPPLIER_FAILED")
        ready = at.client.get("/readyz")
        assert (ready.status_code, ready.json()["store"]) == (503, False)
        assert "aichef_store_up 0.0" in at.client.get("/metrics").text
        assert at.client.get("/healthz").status_code == 200
        at.store.away = False
        assert at.client.get(path).json()["status"] == "processing"
        assert at.client.get("/readyz").status_code == 200


def test_without_anybody_to_cook_we_are_not_ready(slow: Door) -> None:
    slow.engine.there = False
    answer = slow.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "store": True, "workers": False}


def test_without_room_we_are_not_ready(slow: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow.store, "room", lambda: False)
    answer = slow.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "store": False, "workers": True}


def test_forgetting_that_fails_halfway_can_be_asked_for_again(slow: Door) -> None:
    one = slow.accept()

    def fails(_: str) -> None:
        raise StoreError("away", trouble="unreachable")

    forgets, slow.engine.forget = slow.engine.forget, fails
    slow.problem("DELETE", f"/v1/sessions/{one}", 502, "SUPPLIER_FAILED")
    assert slow.store.find(one).status == "cancelled"
    slow.engine.forget = forgets
    assert slow.client.delete(f"/v1/sessions/{one}").status_code == 204
    assert [what for what, whom in slow.engine.told if whom == one][-2:] == ["forget", "forget"]


def test_what_was_said_of_a_session_goes_when_it_expires(slow: Door) -> None:
    gone, here = slow.accept(), slow.accept()
    for one in (gone, here):
        slow.client.get(f"/v1/sessions/{one}")
    slow.store.forget(gone)
    desk = slow.app.state.desk
    desk.let_go()
    assert set(desk._shown) & {gone, here} == {here}


def test_a_full_queue_turns_the_next_one_away(slow: Door) -> None:
    one = slow.accept(headers={"Idempotency-Key": "k"})
    slow.engine.waiting = FREE.queue
    answer = slow.client.post("/v1/sessions", json=KETO)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert slow.accept({**KETO, "sessionId": one}) == one


def test_figures_tell_of_outcomes_steps_and_suppliers(at: Door) -> None:
    at.accept()
    tell_all(at.store, at.accept())
    text = at.client.get("/metrics").text
    assert 'aichef_sessions{status="completed"} 2.0' in text
    assert 'aichef_sessions_ended_total{code="",status="completed"} 2.0' in text
    assert 'aichef_phase_seconds_count{step="recipe"} 2.0' in text
    assert 'aichef_supplier_meals_total{outcome="failed",supplier="KAMIS"} 2.0' in text
    assert "aichef_queue_length 0.0" in text
    assert 'status="202"' in text
    assert 'status="completed"} 2.0' in at.client.get("/metrics").text


def test_figures_tell_what_models_got_wrong_and_how_suppliers_did(slow: Door) -> None:
    def figures() -> dict[str, float]:
        lines = slow.client.get("/metrics").text.splitlines()
        found = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in found}

    before = figures()
    for wrong in (["D07", "D07", "timeout"], ["ingredients"], []):
        one = slow.accept()
        tally = {"outcome": "mended" if wrong else "as_written", "wrong": wrong}
        slow.store.keep(one, 1, WRITTEN, json.dumps(tally).encode())
        calls = [["쿠팡", "answered", 3], ["네이버", "failed", 2]]
        for part in CALLS:
            slow.store.keep(one, 1, part, json.dumps(calls).encode())
        slow.store.fail(one, 1, {"code": "SUPPLIER_FAILED"}, now())
    slow.store.cancel(slow.accept(), now())
    after = figures()
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown['aichef_model_faults_total{rule="D07"}'] == 2
    assert grown['aichef_model_faults_total{rule="ingredients"}'] == 1
    assert grown['aichef_model_errors_total{trouble="timeout"}'] == 1
    assert grown['aichef_model_recipes_total{outcome="mended"}'] == 2
    assert grown['aichef_model_recipes_total{outcome="as_written"}'] == 1
    assert grown['aichef_supplier_calls_total{outcome="answered",supplier="쿠팡"}'] == 18
    assert grown['aichef_supplier_calls_total{outcome="failed",supplier="네이버"}'] == 12
    assert not [name for name in after if "sess_" in name]


def test_a_restored_session_is_the_same_in_every_store(tmp_path: Any) -> None:
    store = SqliteSessions(tmp_path)
    with door(store, engine=Quick) as at:
        one = at.accept()
        assert at.client.get(f"/v1/sessions/{one}").json()["status"] == "completed"
        assert [kind for _, kind, _ in events_of(at.client.get(f"/v1/sessions/{one}/events").text)]
    store.close()


def test_the_documents_name_every_route_and_run_no_script(at: Door) -> None:
    page = at.client.get("/docs")
    assert "POST /v1/sessions" in page.text
    assert "<script" not in page.text
    assert at.client.get("/docs.css").headers["content-type"].startswith("text/css")
    for code in ("NEEDS_ANSWER", "TOO_LARGE"):
        assert f'id="{code}"' in page.text
