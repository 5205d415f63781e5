"""The stack as it is deployed, over HTTP: every function under its own role, and no more than that.

The emulator denies what a role does not allow; tests/aws/emulator.py says what was put right in it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

import pytest

from aichef.session.model import new_id
from tests.aws.stack import HOME, NAME, STAGE, Stack, environ
from tests.aws.test_machine import START
from tests.aws.test_template import statements

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TARGETS: dict[str, dict[str, object]] = {
    "keto": {"target": "keto", "servings": 2, "budget": 30_000},
    "baby_food": {"target": "baby_food", "babyAgeMonths": 8},
    "diabetes": {"target": "diabetes", "healthConditions": ["diabetes"]},
    "diet": {"target": "diet", "servings": 1},
    "fridge": {"target": "fridge", "availableIngredients": "두부 1모, 양파 1개, 달걀 3개"},
}


def cooked(stack: Stack, profile: object) -> tuple[str, dict[str, Any]]:
    """A session from its beginning to its end, over HTTP: its id, and how it stands."""
    status, accepted = stack.ask("POST", "/v1/sessions", profile)
    assert status == 202, accepted
    until = time.monotonic() + 90
    while True:
        status, told = stack.ask("GET", f"/v1/sessions/{accepted['sessionId']}")
        assert status == 200, told
        if told["status"] != "processing":
            return accepted["sessionId"], told
        assert time.monotonic() < until, told
        time.sleep(0.1)


@pytest.mark.parametrize("target", TARGETS)
def test_a_profile_is_taken_cooked_and_fetched_under_the_roles_as_they_are(
    stack: Stack, target: str
) -> None:
    before = len(stack.decisions())
    one, told = cooked(stack, TARGETS[target])
    assert (told["status"], told["progress"]) == ("completed", 100)
    status, meal = stack.ask("GET", f"/v1/sessions/{one}/result")
    assert (status, meal["sessionId"]) == (200, one)
    assert meal["recipe"]["ingredients"]
    assert meal["pricing"]["totalEstimatedCost"] > 0
    decided = stack.decisions(before)
    assert {said for *_, said in decided} == {"Allow"}
    roles = {role.split("-")[3] for role, *_ in decided}
    assert roles == {
        *("SessionFunctionRole", "RecipeFunctionRole", "PriceFunctionRole"),
        *("CombineFunctionRole", "WorkflowRole"),
    }


def test_the_page_is_served(stack: Stack) -> None:
    import urllib.request

    request = urllib.request.Request(stack.url, headers={"Host": stack.host})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        assert "<form" in answer.read().decode()


def test_the_originals_own_start_command_ends_in_a_meal(stack: Stack) -> None:
    said = stack.run(START, f"execution-{int(time.time())}")
    assert said["status"] == "SUCCEEDED", said
    session, result = stack.row("sessions", "sess_test_789"), stack.row("results", "sess_test_789")
    assert (session["status"]["S"], session["progress"]["N"]) == ("completed", "100")
    assert int(result["ttl"]["N"]) == pytest.approx(time.time() + 7 * 86_400, abs=120)
    assert json.loads(said["output"])["Payload"]["recipe"]["ingredients"]


def test_the_command_that_starts_one_by_hand_works_as_it_is_written(stack: Stack) -> None:
    if not shutil.which("aws"):
        pytest.skip("the AWS command line is not installed")
    page = (HOME / "docs" / "aws.md").read_text("utf-8")
    (command,) = re.findall(r"```sh\n(aws stepfunctions start-execution.*?)```", page, re.DOTALL)
    done = subprocess.run(
        ["sh", "-c", command], env=environ(stack.url), capture_output=True, text=True, check=True
    )
    arn, sfn = json.loads(done.stdout)["executionArn"], stack.client("stepfunctions")
    until = time.monotonic() + 90
    while (said := sfn.describe_execution(executionArn=arn))["status"] == "RUNNING":
        assert time.monotonic() < until
        time.sleep(0.1)
    assert said["status"] == "SUCCEEDED"
    assert json.loads(said["input"]) == START


def test_a_profile_that_cannot_be_met_fails_by_its_name_and_is_not_tried_again(
    stack: Stack,
) -> None:
    profile = {"target": "keto", "healthConditions": "만성 신부전"}
    one, before = new_id(), len(stack.decisions())
    said = stack.run({"sessionId": one, "profile": profile}, uuid.uuid4().hex)
    assert (said["status"], said["error"]) == ("FAILED", "Infeasible")
    assert stack.row("sessions", one)["status"]["S"] == "failed"
    called = [what for _, what, *_ in stack.decisions(before)]
    assert called.count("lambda:InvokeFunction") == 1


# ------------------------------------------------------------------ permissions

UNSEEN = {
    "sqs:SendMessage": "Lambda itself delivers to the queue; no function calls it",
    "logs:CreateLogDelivery": "deliveries of logs are not among what the emulator does",
}
"""Statements that nothing here can miss, by their first action."""


def permissions() -> list[tuple[str, int, str]]:
    """Every statement of every role: the role, its place, its first action."""
    every = []
    for role, allowed in statements().items():
        for place, one in enumerate(allowed):
            action = one["Action"] if isinstance(one["Action"], str) else one["Action"][0]
            if action not in UNSEEN:
                every.append((role, place, action))
    return every


def session_calls(stack: Stack) -> None:
    status, accepted = stack.ask("POST", "/v1/sessions", TARGETS["diet"])
    if status == 202:
        here = f"/v1/sessions/{accepted['sessionId']}"
        stack.ask("POST", f"{here}/cancel")
        stack.ask("DELETE", here)


def step_calls(stack: Stack, last: str) -> None:
    """The steps in their order, up to the one that matters."""
    given: dict[str, Any] = {"sessionId": new_id(), "profile": TARGETS["diet"]}
    for step, kept in (("recipe", "recipeResult"), ("price", "pricingResult"), ("combine", "")):
        done, said = stack.invoke(step, given)
        if not done or step == last:
            return
        given = {**given, kept: said["body"], "ingredients": said["body"]["ingredients"]}


def refresh_calls(stack: Stack) -> None:
    stack.invoke("refresh", {})


def machine_calls(stack: Stack) -> None:
    given = {"sessionId": new_id(), "profile": {"target": "돌"}}
    stack.run(given, uuid.uuid4().hex)


CALLS: dict[str, Callable[[Stack], None]] = {
    "SessionFunctionRole": session_calls,
    "RecipeFunctionRole": partial(step_calls, last="recipe"),
    "PriceFunctionRole": partial(step_calls, last="price"),
    "CombineFunctionRole": partial(step_calls, last="combine"),
    "RefreshFunctionRole": refresh_calls,
    "WorkflowRole": machine_calls,
}
"""What makes a role's holder use all that the role allows."""


@contextmanager
def settings(stack: Stack, role: str, values: Mapping[str, str]) -> Iterator[None]:
    """Settings in the parameter store, read by a new sandbox of the role's function."""
    ssm = stack.client("ssm")
    for name, value in values.items():
        ssm.put_parameter(Name=f"/ai-chef/{STAGE}/{name}", Value=value, Type="SecureString")
    if values:
        renew(stack, role)
    try:
        yield
    finally:
        for name in values:
            ssm.delete_parameter(Name=f"/ai-chef/{STAGE}/{name}")
        if values:
            renew(stack, role)


def renew(stack: Stack, role: str) -> None:
    """Have the role's function begin anew, as a change of its configuration does."""
    name = f"ai-chef-{role.removesuffix('FunctionRole').lower()}-{STAGE}"
    functions = stack.client("lambda")
    now = functions.get_function_configuration(FunctionName=name)
    functions.update_function_configuration(FunctionName=name, Timeout=now["Timeout"])


@contextmanager
def without(stack: Stack, role: str, place: int) -> Iterator[dict[str, Any]]:
    """The role, short of a statement, which is what the block is given."""
    iam = stack.client("iam")
    resource = stack.client("cloudformation").describe_stack_resource(
        StackName=NAME, LogicalResourceId=role
    )
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    policies = {
        one: iam.get_role_policy(RoleName=name, PolicyName=one)["PolicyDocument"]
        for one in iam.list_role_policies(RoleName=name)["PolicyNames"]
    }
    every = [(policy, one) for policy, text in policies.items() for one in text["Statement"]]
    policy, taken = every[place]
    left = [one for one in policies[policy]["Statement"] if one != taken]
    short = {**policies[policy], "Statement": left}
    if left:
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(short))
    else:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    try:
        yield {**taken, "Role": name}
    finally:
        whole = json.dumps(policies[policy])
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=whole)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize(("role", "place", "action"), permissions())
def test_a_permission_that_is_taken_away_is_missed(
    stack: Stack, role: str, place: int, action: str
) -> None:
    wanted: dict[str, str] = {}
    if json.dumps({"Fn::GetAtt": ["Prices", "Arn"]}) in json.dumps(statements()[role][place]):
        # Nobody listens there: suppliers that are configured, and fail.
        nobody = "http://127.0.0.1:9"
        wanted = {"data_go_kr_key": "k", "kamis_url": nobody, "chamgagyeok_url": nobody}
    elif action.startswith("bedrock:"):
        wanted = {"model": "bedrock:global.anthropic.claude-haiku-5-5"}
    with settings(stack, role, wanted):
        if wanted:
            before = len(stack.decisions())
            CALLS[role](stack)
            assert {said for *_, said in stack.decisions(before)} == {"Allow"}
        with without(stack, role, place) as taken:
            if wanted or action.startswith("ssm:"):
                renew(stack, role)
            before = len(stack.decisions())
            CALLS[role](stack)
            decided = stack.decisions(before)
    name, actions, resources = taken["Role"], listed(taken["Action"]), listed(taken["Resource"])
    denied = {(who, what, thing) for who, what, thing, said in decided if said != "Allow"}
    assert denied
    for who, what, thing in denied:
        assert (who, what in actions) == (name, True)
        assert any(fnmatchcase(thing, one) for one in resources)
