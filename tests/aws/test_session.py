"""The function behind the gateway: the same app as `aichef serve`, and what keeps order."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aichef.aws import session
from aichef.errors import SessionNotFound, StoreError
from aichef.kitchens.aws import now
from aichef.kitchens.stepfunctions import StepFunctionsEngine
from aichef.session.engine import DEADLINE
from aichef.session.model import canonical, new_id
from tests.aws.machine import ACCOUNT, Machine, built
from tests.aws.tables import REGION

ARN = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ours"
KETO = {"target": "keto", "servings": 2, "budget": 30_000}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Machine]:
    monkeypatch.setenv("AICHEF_STATE_MACHINE", ARN)
    session._desk.cache_clear()
    session._http.cache_clear()
    with built(monkeypatch, tmp_path) as one:
        yield one


def asked(method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
    """Status and body of an answer to what an HTTP API hands on (payload 2.0)."""
    event = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "chef.example", "content-type": "application/json", **headers},
        "requestContext": {
            "http": {
                "method": method,
                "path": path,
                "sourceIp": "192.0.2.1",
                "protocol": "HTTP/1.1",
            },
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    if body is not None:
        event["body"] = json.dumps(body)
    answer = session.handler(event, None)
    text = answer.get("body") or ""
    if answer["isBase64Encoded"]:
        text = base64.b64decode(text).decode()
    is_json = "json" in answer["headers"].get("content-type", "")
    return answer["statusCode"], json.loads(text) if is_json and text else text


def test_a_profile_is_taken_cooked_and_fetched(machine: Machine) -> None:
    status, accepted = asked("POST", "/v1/sessions", KETO)
    assert (status, accepted["estimatedSeconds"]) == (202, 25)
    here = f"/v1/sessions/{accepted['sessionId']}"
    until = time.monotonic() + 60
    while (told := asked("GET", here)[1])["status"] == "processing":
        assert time.monotonic() < until
        time.sleep(0.05)
    assert (told["status"], told["progress"]) == ("completed", 100)
    assert told["ingredients"]
    status, meal = asked("GET", f"{here}/result")
    assert (status, meal["sessionId"]) == (200, accepted["sessionId"])
    assert asked("DELETE", here)[0] == 204
    assert asked("GET", here)[0] == 404
    items = machine.dynamodb.scan(TableName="ai-chef-sessions-dev")["Items"]
    assert items == []
    assert machine.dynamodb.scan(TableName="ai-chef-results-dev")["Items"] == []


def test_the_page_is_there_and_a_stream_is_not(machine: Machine) -> None:
    status, page = asked("GET", "/", accept="text/html")
    assert status == 200
    assert "<form" in page
    status, problem = asked("GET", f"/v1/sessions/{new_id()}/events")
    assert (status, problem["status"]) == (404, 404)
    assert asked("POST", "/v1/sessions", {"target": "돌"})[0] == 422


def accepted(machine: Machine, ago: timedelta = timedelta()) -> str:
    at = now() - ago
    return machine.store.accept(new_id(), canonical(KETO), at, at + DEADLINE).id


@pytest.mark.parametrize("status", ["TIMED_OUT", "ABORTED"])
def test_an_execution_that_nobody_ended_is_the_end_of_its_session(
    machine: Machine, status: str
) -> None:
    one = accepted(machine)
    given = json.dumps({"sessionId": one, "attempt": 1, "profile": KETO})
    event = {"source": "aws.states", "detail": {"status": status, "input": given}}
    session.handler(event, None)
    found = machine.store.find(one)
    assert found.status == "failed"
    assert found.error
    assert found.error["details"]["by"] == status
    session.handler(event, None)
    assert machine.store.find(one) == found


def test_an_execution_of_an_attempt_before_ends_nothing(machine: Machine) -> None:
    one = accepted(machine)
    machine.store.cancel(one, now())
    machine.store.again(one, now(), now() + DEADLINE)
    given = json.dumps({"sessionId": one, "attempt": 1, "profile": KETO})
    session.handler({"source": "aws.states", "detail": {"status": "ABORTED", "input": given}}, None)
    assert machine.store.find(one).status == "processing"


def test_an_execution_that_failed_before_it_began_leaves_its_reason(machine: Machine) -> None:
    given = json.dumps({"sessionId": "sess_none"})
    event = {"source": "aws.states", "detail": {"status": "FAILED", "input": given}}
    session.handler(event, None)
    assert machine.store.find("sess_none").status == "failed"


def test_the_sweep_starts_what_was_missed_and_ends_what_is_late(machine: Machine) -> None:
    missed = accepted(machine, timedelta(minutes=1))
    late = accepted(machine, timedelta(minutes=7))
    young = accepted(machine)
    gone = accepted(machine, timedelta(days=8))
    machine.store.cancel(gone, now() - timedelta(days=8))
    session.handler({"detail-type": "Scheduled Event", "source": "aws.events"}, None)
    until = time.monotonic() + 60
    while machine.store.find(missed).status == "processing" and time.monotonic() < until:
        time.sleep(0.05)
    assert machine.store.find(missed).status == "completed"
    assert machine.store.find(late).status == "failed"
    assert machine.store.find(young).phase == "accepted"
    with pytest.raises(SessionNotFound):
        machine.store.find(gone)


class Recorded:
    """A client that notes what it is asked, and refuses it with a code where it has one."""

    def __init__(self, code: str = "") -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._code = code

    def __getattr__(self, name: str) -> Callable[..., None]:
        def call(**request: Any) -> None:
            self.asked.append((name, request))
            if self._code:
                raise ClientError({"Error": {"Code": self._code}}, name)

        return call


def test_an_execution_is_named_by_session_and_attempt(machine: Machine) -> None:
    one = accepted(machine)
    client = Recorded()
    engine = StepFunctionsEngine(client, ARN, machine.store)
    engine.start(one, 1)
    engine.stop(one)
    (start, given), (stop, stopped) = client.asked
    assert (start, given["name"]) == ("start_execution", f"{one}-1")
    assert json.loads(given["input"]) == {"sessionId": one, "attempt": 1, "profile": KETO}
    assert (stop, stopped) == (
        *(
            "stop_execution",
            {"executionArn": f"{ARN.replace('stateMachine', 'execution')}:{one}-1"},
        ),
    )


def test_an_execution_that_is_there_already_is_no_trouble_and_any_other_is(
    machine: Machine,
) -> None:
    one = accepted(machine)
    StepFunctionsEngine(Recorded("ExecutionAlreadyExists"), ARN, machine.store).start(one, 1)
    broken = StepFunctionsEngine(Recorded("ThrottlingException"), ARN, machine.store)
    with pytest.raises(StoreError):
        broken.start(one, 1)
    broken.stop(one)
