"""MiniStack, started by the Python of its own environment: `python emulator.py USERS DECISIONS`.

It ends when nobody holds the file USERS locked any more, however its users ended. Each decision of
its authorisation is a line of DECISIONS: role, action, resource, verdict. Version 1.5.33 differs
from AWS in three things that our stack rests on, which are put right here:

- `ssm:GetParametersByPath` is judged on `*`, not on the path that was asked for;
- the role of a state machine is never looked at: here its tasks are judged by it;
- an exception of a Python function loses its class, by which the state machine tells them apart.
"""

from __future__ import annotations

import contextvars
import fcntl
import json
import os
import signal
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

CONVERSING = {
    "bedrock:Converse": "bedrock:InvokeModel",
    "bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream",
}

SPLIT = "\x1f"
"""Between an exception's class and its text, on the way from a worker to the state machine."""

ROLE: contextvars.ContextVar[str] = contextvars.ContextVar("role", default="")
"""Of the state machine whose task is run."""


def main() -> None:
    users, decisions = Path(sys.argv[1]), Path(sys.argv[2])
    _names_of_things(import_module("ministack.core.iam_actions"))
    evaluator = import_module("ministack.core.iam_evaluator")
    _decisions(evaluator, _noting(decisions))
    machines = import_module("ministack.services.stepfunctions")
    runtime: Any = import_module("ministack.core.lambda_runtime")
    _names_of_exceptions(runtime, machines)
    runtime.zipfile = _shared_archives(Path(sys.argv[2]).with_name("unpacked"))
    _roles_of_machines(evaluator, machines)
    threading.Thread(target=_until_unused, args=(users,), daemon=True).start()
    sys.argv = sys.argv[:1]
    import_module("ministack.app").main()


def _until_unused(users: Path) -> None:
    """End this process when nobody holds the file; it is ours until then, so that none comes in."""
    file = os.open(users, os.O_RDONLY)
    while True:
        time.sleep(0.5)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(60)


def _noting(decisions: Path) -> Callable[..., None]:
    lock = threading.Lock()

    def note(role: str, action: str, resource: str, verdict: str) -> None:
        with lock, decisions.open("a") as file:
            file.write(json.dumps([role, action, resource, verdict]) + "\n")

    return note


def _names_of_things(actions: Any) -> None:
    """Actions and resources as AWS names them."""
    action_of, resource_of = actions.extract_iam_action, actions.extract_resource_arn

    def extract_iam_action(*given: Any) -> Any:
        action = action_of(*given)
        return CONVERSING.get(action, action)

    def extract_resource_arn(service: str, *given: Any) -> Any:
        path, headers, body, region, account = given[1], given[2], given[3], given[5], given[6]
        if service == "ssm" and headers.get("x-amz-target", "").endswith(".GetParametersByPath"):
            asked = json.loads(body)["Path"]
            return f"arn:aws:ssm:{region}:{account}:parameter{asked}"
        model = path.split("/")[2] if path.startswith("/model/") else ""
        if service.startswith("bedrock") and model.startswith("global."):
            return f"arn:aws:bedrock:{region}:{account}:inference-profile/{model}"
        return resource_of(service, *given)

    actions.extract_iam_action = extract_iam_action
    actions.extract_resource_arn = extract_resource_arn


def _shared_archives(home: Path) -> Any:
    """A `zipfile` whose archives are unpacked once and linked to since."""
    lock = threading.Lock()

    class Archive(zipfile.ZipFile):
        def namelist(self) -> list[str]:
            return []  # what is asked of them, they are ours, is asked at every start

        def extractall(self, path: Any = None, *_: Any, **__: Any) -> None:
            place = home / str(hash(tuple((one.filename, one.CRC) for one in self.infolist())))
            with lock:
                if not place.exists():
                    for name in super().namelist():
                        self.extract(name, place)
            Path(path).rmdir()
            Path(path).symlink_to(place)

    return SimpleNamespace(**{**vars(zipfile), "ZipFile": Archive})


def _decisions(evaluator: Any, note: Callable[..., None]) -> None:
    evaluate = evaluator.evaluate

    def noted(ctx: Any, *policies: Any) -> Any:
        result = evaluate(ctx, *policies)
        if ":assumed-role/" in ctx.principal_arn:
            role = ctx.principal_arn.split("/")[1]
            note(role, ctx.action, ctx.resource_arn, result.decision)
        return result

    evaluator.evaluate = noted


def _names_of_exceptions(runtime: Any, machines: Any) -> None:
    plain = '"error": str(e), "trace"'
    if plain not in runtime._PYTHON_WORKER_SCRIPT:
        sys.exit("another MiniStack than the one this was written for")
    named = f'"error": type(e).__name__ + {SPLIT!r} + str(e), "trace"'
    # The script is Python text within Python text.
    runtime._PYTHON_WORKER_SCRIPT = runtime._PYTHON_WORKER_SCRIPT.replace(plain, named)
    call = machines._call_lambda

    def call_lambda(ref: str, event: Any) -> Any:
        try:
            return call(ref, event)
        except machines._ExecutionError as trouble:
            said = json.loads(trouble.cause) if str(trouble.cause).startswith("{") else {}
            kind, split, text = str(said.get("errorMessage", "")).partition(SPLIT)
            if not split:
                raise
            body = {**said, "errorType": kind, "errorMessage": text}
            raise machines._ExecutionError(kind, json.dumps(body)) from None

    machines._call_lambda = call_lambda


def _roles_of_machines(evaluator: Any, machines: Any) -> None:
    execute, invoke = machines._execute_task, machines._invoke_resource

    def execute_task(state: Any, given: Any, execution: Any, ctx: Any) -> Any:
        ROLE.set(machines._state_machines[ctx["StateMachine"]["Id"]]["roleArn"])
        return execute(state, given, execution, ctx)

    def invoke_resource(resource: str, given: Any) -> Any:
        role = ROLE.get()
        account, name = role.split(":")[4], role.rsplit("/", 1)[1]
        region = import_module("ministack.core.responses").get_region()
        if resource == "arn:aws:states:::lambda:invoke":
            action, error = "lambda:InvokeFunction", "Lambda.AWSLambdaException"
            thing = given["FunctionName"]
            if not thing.startswith("arn:"):
                thing = f"arn:aws:lambda:{region}:{account}:function:{thing}"
        elif resource == "arn:aws:states:::dynamodb:updateItem":
            action, error = "dynamodb:UpdateItem", "DynamoDB.AmazonDynamoDBException"
            thing = f"arn:aws:dynamodb:{region}:{account}:table/{given['TableName']}"
        else:
            return invoke(resource, given)
        who = f"arn:aws:sts::{account}:assumed-role/{name}/machine"
        ctx = evaluator.EvalContext(who, "AssumedRole", account, action, thing, region)
        result = evaluator.evaluate(ctx, evaluator._gather_role_policies(name, account))
        if result.decision != "Allow":
            raise machines._ExecutionError(error, f"{name} may not {action}")
        return invoke(resource, given)

    machines._execute_task, machines._invoke_resource = execute_task, invoke_resource


if __name__ == "__main__":
    main()
