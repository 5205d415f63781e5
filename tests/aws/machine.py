"""A state machine of this process: moto's interpreter over our real handlers.

moto runs functions in containers; here each is called where it is. One name of moto's is replaced
for that, `LambdaFunction._invoke_lambda`. Faults are put before a handler by its function's name.
"""

from __future__ import annotations

import importlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import moto.stepfunctions.parser.asl.component.common.retry.retrier_decl as retrying
import pytest
from botocore.loaders import JSONFileLoader
from moto import mock_aws
from moto.awslambda.models import LambdaFunction
from moto.core.exceptions import JsonRESTError

from aichef.aws import sandbox
from aichef.kitchens.aws import aws_client
from aichef.session.dynamodb import DynamoSessions
from tests.aws.tables import DEPLOY, ENVIRON, OneAtATime, make_tables
from tests.shared import shared_path

STAGE = "dev"
ACCOUNT = "123456789012"
STEPS = ("recipe", "price", "combine")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "any"}, "Action": "sts:AssumeRole"}
        ],
    }
)


_LOADER = JSONFileLoader()
_READ = cache(_LOADER.load_file)


class Fault(JsonRESTError):
    """What the Lambda service itself answers."""

    def __init__(self, name: str, status: int) -> None:
        self.code = status
        super().__init__(name, name)


@dataclass
class Machine:
    """The stack as far as the machine needs it: tables, functions, both definitions."""

    store: DynamoSessions
    sfn: Any
    dynamodb: Any
    called: list[str] = field(default_factory=list)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    def run(self, given: object, definition: str = "ours", name: str = "") -> dict[str, Any]:
        """An execution, waited for: what `describe_execution` says of it."""
        arn = self.arn(definition)
        started = self.sfn.start_execution(
            stateMachineArn=arn, name=name or uuid.uuid4().hex, input=json.dumps(given)
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            said = self.sfn.describe_execution(executionArn=started["executionArn"])
            if said["status"] != "RUNNING":
                return dict(said)
            time.sleep(0.02)
        pytest.fail("the execution does not end")

    def arn(self, definition: str) -> str:
        """Of "ours" or the "original"; read when it is first asked for, which takes a while."""
        if definition not in self.read:
            self.read.add(definition)
            text = our_definition() if definition == "ours" else original_definition()
            self.sfn.create_state_machine(name=definition, definition=text, roleArn=ROLE)
        return f"arn:aws:states:{ENVIRON['AWS_REGION']}:{ACCOUNT}:stateMachine:{definition}"

    def row(self, one: str) -> dict[str, Any]:
        """The session's row as DynamoDB has it."""
        answer = self.dynamodb.get_item(
            TableName=f"ai-chef-sessions-{STAGE}", Key={"sessionId": {"S": one}}
        )
        return dict(answer["Item"])

    def result(self, one: str) -> dict[str, Any]:
        """The result's row as DynamoDB has it."""
        answer = self.dynamodb.get_item(
            TableName=f"ai-chef-results-{STAGE}", Key={"sessionId": {"S": one}}
        )
        return dict(answer["Item"])


def our_definition() -> str:
    """Ours, its names filled in as the template does."""
    text = (DEPLOY / "state_machine.asl.json").read_text("utf-8")
    for step in STEPS:
        text = text.replace(f"${{{step.title()}FunctionArn}}", f"ai-chef-{step}-{STAGE}")
    return text.replace("${SessionsTable}", f"ai-chef-sessions-{STAGE}")


def original_definition() -> str:
    """The original, unchanged: its functions' names are those of this stage."""
    return shared_path("original/state_machine.asl.json").read_text("utf-8")


@contextmanager
def built(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[Machine]:
    """The machine, for as long as the block lasts. Retries do not sleep."""
    for name, value in {**ENVIRON, "AICHEF_STAGE": STAGE, "AICHEF_DATA_DIR": str(folder)}.items():
        monkeypatch.setenv(name, value)
    # Every client reads what its service is; here they share what one has read.
    monkeypatch.setattr(JSONFileLoader, "load_file", staticmethod(_READ))
    sandbox.cool()
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        dynamodb = OneAtATime(aws_client("dynamodb"))
        make_tables(dynamodb, STAGE)
        store = DynamoSessions(dynamodb, f"ai-chef-sessions-{STAGE}", f"ai-chef-results-{STAGE}")
        machine = Machine(store, aws_client("stepfunctions"), dynamodb)
        monkeypatch.setattr(LambdaFunction, "_invoke_lambda", _invoking(machine))
        monkeypatch.setattr(retrying, "time", _NoSleep)
        _create(machine)
        machine.arn("ours")
        yield machine
    sandbox.cool()


class _NoSleep:
    """Stands for the module `time` where the interpreter waits before it tries again."""

    @staticmethod
    def sleep(_: float) -> None:
        """At once."""


def _create(machine: Machine) -> None:
    aws_client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=TRUST)
    functions = aws_client("lambda")
    for step in STEPS:
        functions.create_function(
            FunctionName=f"ai-chef-{step}-{STAGE}",
            Runtime="python3.13",
            Role=ROLE,
            Handler=f"aichef.aws.{step}.handler",
            Code={"ZipFile": b"none"},
        )


def _invoking(machine: Machine) -> Callable[..., tuple[str, bool, str]]:
    def invoke(function: Any, event: Any = None) -> tuple[str, bool, str]:
        step = function.function_name.split("-")[2]
        machine.called.append(step)
        if waiting := machine.faults.get(step):
            fault = waiting.pop(0)
            if isinstance(fault, Fault):
                raise fault
            return _errored(fault)
        given: Mapping[str, Any] = json.loads(event) if isinstance(event, str) else event
        if step in machine.before:
            machine.before[step]()
        module, name = function.handler.rsplit(".", 1)
        try:
            answer = getattr(importlib.import_module(module), name)(given, None)
        except Exception as trouble:  # noqa: BLE001 - as Lambda does
            return _errored(trouble)
        return json.dumps(answer, ensure_ascii=False), False, ""

    return invoke


def _errored(trouble: Exception) -> tuple[str, bool, str]:
    body = {"errorMessage": str(trouble), "errorType": type(trouble).__name__, "stackTrace": []}
    return json.dumps(body), True, ""
