"""Each handler over AWS's own runtime interface client: cold, warm, and when it refuses."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_socket

from aichef.session.model import new_id
from tests.aws.machine import ACCOUNT, Machine, built
from tests.aws.runtime import dynamodb_behind, sandbox
from tests.aws.tables import ENVIRON, REGION
from tests.aws.test_machine import START

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

PROFILE = START["profile"]


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Machine]:
    pytest_socket.enable_socket()
    with built(monkeypatch, tmp_path) as one:
        yield one


@pytest.fixture
def environ(machine: Machine, tmp_path: Path) -> Iterator[dict[str, str]]:
    with dynamodb_behind(machine.dynamodb) as address:
        yield {
            **ENVIRON,
            "AWS_ENDPOINT_URL_DYNAMODB": address,
            "AICHEF_STAGE": "dev",
            "AICHEF_DATA_DIR": str(tmp_path),
            "AICHEF_STATE_MACHINE": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ours",
        }


def test_the_three_steps_answer_as_their_states_expect_cold_and_warm(
    machine: Machine, environ: dict[str, str]
) -> None:
    names = [new_id(), new_id()]
    given: dict[str, dict[str, Any]] = {
        one: {"sessionId": one, "profile": PROFILE} for one in names
    }
    for step, kept in (("recipe", "recipeResult"), ("price", "pricingResult")):
        with sandbox(f"aichef.aws.{step}.handler", environ) as here:
            for one in names:
                kind, said, _ = here.invoke(given[one])
                assert (kind, said["statusCode"]) == ("response", 200), said
                given[one] |= {kept: said["body"], "ingredients": said["body"]["ingredients"]}
    with sandbox("aichef.aws.combine.handler", environ) as here:
        for one in names:
            kind, said, _ = here.invoke(given[one])
            assert (kind, said["sessionId"]) == ("response", one), said
            assert json.loads(machine.store.result(one)) == said
            assert machine.store.find(one).progress == 100


@pytest.mark.parametrize("step", ["recipe", "price", "combine"])
def test_what_a_step_raises_is_told_by_its_class_and_the_sandbox_lives_on(
    environ: dict[str, str], step: str
) -> None:
    with sandbox(f"aichef.aws.{step}.handler", environ) as here:
        took = []
        for profile in (3, {"target": "돌"}):
            event = {"sessionId": "not an id", "profile": profile}
            kind, said, seconds = here.invoke(event)
            took.append(seconds)
            assert (kind, said["errorType"]) == ("error", "InvalidProfile")
            assert "돌" not in json.dumps(said, ensure_ascii=False)
        assert took[1] < took[0]


def test_the_session_function_answers_the_gateway_and_the_clock(
    machine: Machine, environ: dict[str, str]
) -> None:
    one = new_id()
    http = {"method": "GET", "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1"}
    event = {
        "version": "2.0",
        "rawPath": f"/v1/sessions/{one}",
        "rawQueryString": "",
        "headers": {"host": "chef.example"},
        "requestContext": {"http": http | {"path": f"/v1/sessions/{one}"}, "stage": "$default"},
        "isBase64Encoded": False,
    }
    with sandbox("aichef.aws.session.handler", environ) as here:
        for _ in range(2):
            kind, said, _ = here.invoke(event)
            assert (kind, said["statusCode"]) == ("response", 404)
            text = base64.b64decode(said["body"]) if said["isBase64Encoded"] else said["body"]
            assert json.loads(text)["code"] == "SESSION_NOT_FOUND"
        assert here.invoke({"source": "aws.events"})[:2] == ("response", {})


def test_the_refresh_function_has_nothing_to_do_without_a_key(environ: dict[str, str]) -> None:
    with sandbox("aichef.aws.refresh.handler", environ) as here:
        assert [here.invoke({})[:2] for _ in range(2)] == [("response", {})] * 2
