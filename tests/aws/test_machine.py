"""Both state machines over the real functions: the original as it was written, and ours."""

from __future__ import annotations

import importlib
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aichef.aws import price, sandbox
from aichef.cook import cook, run
from aichef.errors import ChefError, InvalidProfile, SessionNotFound, StoreError, UnusableRecipe
from aichef.kitchens.aws import aws_kitchen, now
from aichef.meal.section4 import to_json
from aichef.profile.parse import parse_profile
from aichef.session.dynamodb import DynamoSessions
from aichef.session.engine import DEADLINE
from aichef.session.model import Session, canonical, new_id
from aichef.settings import Settings
from tests.aws.machine import STEPS, Fault, Machine, built
from tests.profiles import random_profile

START = {
    "sessionId": "sess_test_789",
    "profile": {
        "target": "keto",
        "healthConditions": ["diabetes"],
        "budget": 30000,
        "servings": 2,
    },
}
"""The original's own example, word for word."""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Machine]:
    with built(monkeypatch, tmp_path) as one:
        yield one


@pytest.mark.parametrize("definition", ["original", "ours"])
def test_the_originals_own_start_command_ends_in_a_meal(machine: Machine, definition: str) -> None:
    said = machine.run(START, definition)
    assert said["status"] == "SUCCEEDED", said
    session = machine.store.find("sess_test_789")
    assert (session.status, session.phase, session.progress) == ("completed", "finished", 100)
    result = machine.result("sess_test_789")
    assert int(result["ttl"]["N"]) == pytest.approx(
        session.updated_at.timestamp() + 7 * 86_400, abs=2
    )
    meal = json.loads(machine.store.result("sess_test_789"))
    assert meal["sessionId"] == "sess_test_789"
    assert meal["recipe"]["ingredients"]
    assert meal["pricing"]["totalEstimatedCost"] == meal["summary"]["totalCost"] > 0
    assert json.loads(said["output"])["Payload"] == meal
    assert machine.called == ["recipe", "price", "combine"]


def without_moment(meal: dict[str, Any]) -> dict[str, Any]:
    """A meal but for whose and when."""
    return {key: value for key, value in meal.items() if key not in {"sessionId", "generatedAt"}}


def test_the_original_definition_cooks_the_meal_that_cook_tells(machine: Machine) -> None:
    definition, wanted = "original", 2
    seed = cooked = 0
    here = aws_kitchen(Settings(Path("nowhere")))
    while cooked < wanted:
        seed += 1
        given = random_profile(seed, now().date())
        one = f"sess_seed_{seed}"
        try:
            meal = run(cook(parse_profile(given, today=now().date()), here), here)
        except ChefError as trouble:
            said = machine.run({"sessionId": one, "profile": given}, definition)
            assert (said["status"], said["error"]) == ("FAILED", type(trouble).__name__)
            error = machine.store.find(one).error
            assert error
            assert (error["code"], error["message"]) == (trouble.code, trouble.message)
            continue
        said = machine.run({"sessionId": one, "profile": given}, definition)
        assert said["status"] == "SUCCEEDED", said
        told = json.loads(json.dumps(to_json(meal)))
        assert without_moment(json.loads(machine.store.result(one))) == without_moment(told)
        cooked += 1


# ------------------------------------------------------------------ attempts


def test_an_execution_that_names_a_finished_session_is_its_next_attempt(machine: Machine) -> None:
    machine.run(START)
    first = machine.store.result("sess_test_789")
    seen: list[str] = []
    machine.before["combine"] = lambda: seen.append(machine.store.result("sess_test_789"))
    assert machine.run(START)["status"] == "SUCCEEDED"
    assert seen == [first]
    assert machine.store.find("sess_test_789").attempt == 2
    assert machine.store.result("sess_test_789") != first


def test_an_execution_that_failed_and_another_are_two_attempts(machine: Machine) -> None:
    given = {
        "sessionId": "sess_x",
        "profile": {"target": "keto", "healthConditions": "만성 신부전"},
    }
    for attempt in (1, 2):
        assert machine.run(given)["status"] == "FAILED"
        assert machine.store.find("sess_x").attempt == attempt


def test_two_executions_at_once_are_not_both_let_at_a_session(machine: Machine) -> None:
    inner: list[dict[str, Any]] = []

    def intrude() -> None:
        machine.before.clear()
        inner.append(machine.run(START))

    machine.before["price"] = intrude
    assert machine.run(START)["status"] == "SUCCEEDED"
    assert (inner[0]["status"], inner[0]["error"]) == ("FAILED", "SessionConflict")
    assert machine.store.find("sess_test_789").attempt == 1


def test_another_profile_under_the_same_id_leaves_the_session_as_it_is(machine: Machine) -> None:
    machine.run(START)
    said = machine.run({"sessionId": "sess_test_789", "profile": {"target": "diet"}})
    assert (said["status"], said["error"]) == ("FAILED", "SessionConflict")
    assert machine.store.find("sess_test_789").status == "completed"


def accepted(machine: Machine) -> dict[str, Any]:
    """A session accepted at the door, and the input its execution is started with."""
    one, at = new_id(), now()
    machine.store.accept(one, canonical(START["profile"]), at, at + DEADLINE)
    return {"sessionId": one, "attempt": 1, "profile": START["profile"]}


def test_a_session_that_was_cancelled_is_left_alone_and_nothing_has_failed(
    machine: Machine,
) -> None:
    given = accepted(machine)
    machine.store.cancel(given["sessionId"], now())
    assert machine.run(given)["status"] == "SUCCEEDED"
    session = machine.store.find(given["sessionId"])
    assert (session.status, session.attempt) == ("cancelled", 1)


def test_a_session_cancelled_while_it_is_priced_stays_cancelled(machine: Machine) -> None:
    given = accepted(machine)

    def cancel() -> None:
        machine.store.cancel(given["sessionId"], now())

    machine.before["price"] = cancel
    assert machine.run(given)["status"] == "SUCCEEDED"
    assert machine.store.find(given["sessionId"]).status == "cancelled"
    assert machine.called == ["recipe", "price"]


def test_a_session_that_was_forgotten_is_not_made_again(machine: Machine) -> None:
    given = accepted(machine)
    machine.store.forget(given["sessionId"])
    assert machine.run(given)["error"] == "SessionNotFound"
    with pytest.raises(SessionNotFound):
        machine.store.find(given["sessionId"])


# ------------------------------------------------------------------ faults

THROTTLED = Fault("TooManyRequestsException", 429)
BROKEN = Fault("ServiceException", 500)


class Timedout(Exception):
    """As Lambda names a function that took too long."""


class ExitError(Exception):
    """As Lambda names a function that ran out of memory."""


ExitError.__name__ = "Runtime.ExitError"
Timedout.__name__ = "Sandbox.Timedout"


PASSING: dict[str, list[Exception]] = {
    "throttled once": [THROTTLED],
    "throttled twice": [THROTTLED] * 2,
    "timed out": [Timedout()],
    "not handled": [ValueError()],
    "out of memory": [ExitError()],
    "the store and the service in turns": [StoreError("x"), THROTTLED, BROKEN, StoreError("x")],
}
"""What is over before the tries are."""

LASTING: dict[str, tuple[list[Exception], int, str]] = {
    "throttled five times": ([THROTTLED] * 5, 4, "Lambda.TooManyRequestsException"),
    "broken": ([BROKEN] * 5, 4, "Lambda.ServiceException"),
    "timed out": ([Timedout()] * 5, 3, "Sandbox.Timedout"),
    "not handled": ([ValueError()] * 5, 3, "ValueError"),
    "out of memory": ([ExitError()] * 5, 3, "Runtime.ExitError"),
}
"""What is not: how often it is tried, and what the state machine calls it."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("faults", PASSING)
def test_what_passes_is_tried_again_and_the_meal_is_served(
    machine: Machine, step: str, faults: str
) -> None:
    machine.faults[step] = [*PASSING[faults]]
    assert machine.run(START)["status"] == "SUCCEEDED"
    assert machine.called.count(step) == len(PASSING[faults]) + 1
    session = machine.store.find("sess_test_789")
    assert (session.status, session.attempt) == ("completed", 1)
    told_once(machine, session)
    assert json.loads(machine.store.result("sess_test_789"))["pricing"]["unpriced"] == []


def told_once(machine: Machine, session: Session) -> None:
    """Nothing was written twice: events in one row of numbers, each thing told once, one end."""
    events = machine.store.events(session.id)
    assert [one.number for one in events] == list(range(1, session.last_event + 1))
    bodies = [(one.kind, json.dumps(one.body)) for one in events]
    assert len(set(bodies)) == len(bodies)
    ends = [one.kind for one in events if one.kind in {"result", "failed", "cancelled"}]
    assert len(ends) == 1


@pytest.mark.parametrize("step", ["recipe", "combine"])
@pytest.mark.parametrize("faults", LASTING)
def test_what_does_not_pass_ends_the_session_with_its_reason(
    machine: Machine, step: str, faults: str
) -> None:
    waiting, calls, by = LASTING[faults]
    machine.faults[step] = [*waiting]
    said = machine.run(START)
    assert (said["status"], said["error"]) == ("FAILED", by)
    assert machine.called.count(step) == calls
    session = machine.store.find("sess_test_789")
    assert (session.status, session.phase) == ("failed", f"{step}_failed")
    assert session.error
    assert session.error["details"] == {"trouble": "stopped", "by": by}
    told_once(machine, session)
    machine.faults.clear()
    assert machine.run(START)["status"] == "SUCCEEDED"
    assert machine.store.find("sess_test_789").attempt == 2


def test_a_row_that_the_state_machine_wrote_in_its_own_form_can_be_tried_again(
    machine: Machine,
) -> None:
    machine.faults["recipe"] = [ExitError()] * 3
    machine.run(START)
    moment = {"S": "2026-11-23T08:07:38.162Z"}
    names = ("acceptedAt", "startedAt", "deadlineAt", "updatedAt")
    item = machine.row("sess_test_789") | dict.fromkeys(names, moment)
    machine.dynamodb.put_item(TableName="ai-chef-sessions-dev", Item=item)
    assert machine.run(START)["status"] == "SUCCEEDED"
    assert machine.store.find("sess_test_789").attempt == 2


@pytest.mark.parametrize("faults", LASTING)
def test_prices_that_fail_as_a_whole_leave_the_recipe(machine: Machine, faults: str) -> None:
    waiting, calls, _ = LASTING[faults]
    machine.faults["price"] = [*waiting]
    assert machine.run(START)["status"] == "SUCCEEDED"
    assert machine.called.count("price") == calls
    meal = json.loads(machine.store.result("sess_test_789"))
    assert meal["recipe"]["recipeName"]
    assert meal["pricing"]["ingredients"] == []
    to_buy = [one for one in meal["recipe"]["ingredients"] if one["toBuy"]]
    assert {one["ingredient"] for one in meal["pricing"]["unpriced"]} <= {
        one["name"] for one in to_buy
    }
    assert meal["pricing"]["unpriced"]
    session = machine.store.find("sess_test_789")
    assert session.status == "completed"
    told_once(machine, session)


@pytest.mark.parametrize("profile", [3, None, [], {}, {"target": "돌"}, {"budget": {"a": [1.5]}}])
def test_a_profile_that_is_none_fails_with_its_reason_in_the_session(
    machine: Machine, profile: object
) -> None:
    said = machine.run({"sessionId": "sess_x", "profile": profile})
    assert said["status"] == "FAILED"
    error = machine.store.find("sess_x").error
    assert error
    assert error["code"] in {"INVALID_PROFILE", "NEEDS_ANSWER"}
    assert error["message"]
    assert machine.called == ["recipe"]


def test_what_a_person_told_of_themselves_is_in_no_log_and_no_error(
    machine: Machine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    for step in STEPS:
        importlib.import_module(f"aichef.aws.{step}")
        for handler in logging.getLogger(f"ai-chef-{step}").handlers:
            monkeypatch.setattr(handler, "stream", log)
    given = {
        "sessionId": "sess_x",
        "profile": {"target": "keto", "healthConditions": "만성 신부전"},
    }
    said = machine.run(given)
    assert "신부전" not in said["cause"]
    machine.run({**START, "profile": {**START["profile"], "allergies": ["땅콩"]}})  # type: ignore[dict-item]
    assert "sess_test_789" in log.getvalue()
    text = log.getvalue() + "".join(capsys.readouterr())
    assert not {word for word in ("신부전", "땅콩", "diabetes", "kidney") if word in text}


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many of the functions' next calls the table throttles, longer than its client waits."""
    real, left = DynamoSessions._call, {"calls": 0}

    def call(self: DynamoSessions, method: str, **request: Any) -> Any:
        if left["calls"]:
            left["calls"] -= 1
            raise StoreError("busy", trouble="busy")
        return real(self, method, **request)

    monkeypatch.setattr(DynamoSessions, "_call", call)
    return left


@pytest.mark.parametrize("step", STEPS)
def test_a_table_that_is_busy_for_a_while_holds_nobody_up(
    machine: Machine, busy: dict[str, int], step: str
) -> None:
    def once() -> None:
        machine.before.clear()
        busy.update(calls=1)

    machine.before[step] = once
    assert machine.run(START)["status"] == "SUCCEEDED"
    assert machine.called.count(step) == 2
    session = machine.store.find("sess_test_789")
    assert (session.status, session.attempt) == ("completed", 1)
    told_once(machine, session)


@pytest.mark.parametrize(
    ("step", "phase"),
    [("recipe", "recipe_failed"), ("price", "combine_failed"), ("combine", "combine_failed")],
)
def test_a_table_that_stays_busy_holds_nobody_up_for_ever(
    machine: Machine, busy: dict[str, int], step: str, phase: str
) -> None:
    machine.before[step] = lambda: busy.update(calls=10_000)
    said = machine.run(START)
    assert (said["status"], said["error"]) == ("FAILED", "StoreError")
    assert machine.called.count(step) == 3
    busy.update(calls=0)
    session = machine.store.find("sess_test_789")
    assert (session.status, session.phase) == ("failed", phase)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_where_bedrock_is_down_the_cooks_book_writes(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICHEF_MODEL", "bedrock:global.anthropic.claude-haiku-5-5")
    monkeypatch.setenv("AICHEF_MODEL_URL", "http://127.0.0.1:9")
    sandbox.cool()
    assert machine.run(START)["status"] == "SUCCEEDED"
    assert machine.called == list(STEPS)
    session = machine.store.find("sess_test_789")
    assert session.status == "completed"
    told_once(machine, session)


def test_where_every_supplier_of_prices_is_down_the_price_book_prices(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AICHEF_DATA_GO_KR_KEY", "k")
    machine.dynamodb.delete_table(TableName="ai-chef-prices-dev")
    sandbox.cool()
    assert machine.run(START)["status"] == "SUCCEEDED"
    meal = json.loads(machine.store.result("sess_test_789"))
    assert meal["pricing"]["totalEstimatedCost"] > 0


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("event", [None, [], {}, {"sessionId": 3}, {"sessionId": "a b"}])
def test_a_payload_that_is_none_is_refused_and_leaves_nothing(
    machine: Machine, step: str, event: Any
) -> None:
    handler = importlib.import_module(f"aichef.aws.{step}").handler
    with pytest.raises(InvalidProfile):
        handler(event, None)
    assert machine.dynamodb.scan(TableName="ai-chef-sessions-dev")["Items"] == []


@pytest.mark.parametrize("step", ["price", "combine"])
def test_what_a_state_is_handed_does_not_replace_what_the_session_has(
    machine: Machine, step: str
) -> None:
    """The steps leave their work to one another in the store, whatever the payload has become."""
    handler = importlib.import_module(f"aichef.aws.{step}").handler
    seen: list[Any] = []

    def malformed() -> None:
        machine.before.clear()
        execution = {"Name": "one", "Input": START}
        garbled = {"ingredients": 3, "recipeResult": [], "pricingResult": None}
        seen.append(handler({**START, **garbled, "execution": execution}, None))

    machine.before[step] = malformed
    assert machine.run(START, name="one")["status"] == "SUCCEEDED"
    assert seen
    assert machine.store.find("sess_test_789").status == "completed"


def test_a_redrive_is_the_same_attempt(machine: Machine) -> None:
    """It enters the state that failed again, as the same execution: name, input."""
    recipe = importlib.import_module("aichef.aws.recipe").handler
    event = {**START, "execution": {"Name": "one", "Input": START}}
    recipe(event, None)
    recipe(event, None)
    assert machine.store.find("sess_test_789").attempt == 1
    machine.store.fail("sess_test_789", 1, {"code": "INTERNAL_ERROR", "message": "x"}, now())
    with pytest.raises(ChefError):
        recipe(event, None)
    session = machine.store.find("sess_test_789")
    assert (session.status, session.attempt) == ("failed", 1)


# ------------------------------------------------------------------ a state by itself


def test_prices_can_be_asked_for_a_list_made_by_hand(machine: Machine) -> None:
    ingredients = [
        {"name": "두부", "amount": "1", "unit": "모"},
        {"name": "대파", "amount": "1", "unit": "대"},
    ]
    event = {"sessionId": "sess_hand", "profile": {"target": "general"}, "ingredients": ingredients}
    answer = price.handler(event, None)
    assert answer["statusCode"] == 200
    assert {one["ingredient"] for one in answer["body"]["ingredients"]} == {"두부", "대파"}
    assert machine.store.find("sess_hand").progress == 80


def test_a_list_made_by_hand_passes_the_same_gate(machine: Machine) -> None:
    event = {
        "sessionId": "sess_hand",
        "profile": {"target": "general", "allergies": ["땅콩"]},
        "ingredients": [{"name": "땅콩", "amount": "30", "unit": "g"}],
    }
    with pytest.raises(UnusableRecipe):
        price.handler(event, None)
