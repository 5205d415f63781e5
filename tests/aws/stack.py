"""The whole stack, deployed to an emulator on this machine by the commands that a person types.

`scripts/emulator` makes the tools ready. Processes that test at the same time share one stack and
take turns on it: whoever comes first deploys it, and it ends when nobody uses it any more.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from tests.aws.tables import REGION

HOME = Path(__file__).parents[2]
AWS = HOME / "build" / "aws"
RUN = AWS / "run"
STAGE = "dev"
NAME = f"ai-chef-{STAGE}"
PARAMETERS = (f"Stage={STAGE}", "Architecture=x86_64", "Alarms=off")
LONGEST = 420.0
"""Seconds that a download, a build or a deployment may take."""


@dataclass(frozen=True)
class Stack:
    """A stack that is deployed at `url`; its gateway answers to the name `host`."""

    url: str
    host: str
    machine: str
    account: str

    def client(self, service: str) -> Any:
        """A client of the account's owner."""
        return _client(service, self.url)

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and body of an answer of the HTTP API."""
        headers = {"Host": self.host, "content-type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - an address of this machine
            self.url + path, data=data, method=method, headers=headers
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as problem:
            with problem:
                status, text = problem.code, problem.read()
        return status, json.loads(text) if text else None

    def invoke(self, step: str, event: object) -> tuple[bool, Any]:
        """Whether a function did it, and what it answered."""
        answer = self.client("lambda").invoke(
            FunctionName=f"ai-chef-{step}-{STAGE}", Payload=json.dumps(event)
        )
        return "FunctionError" not in answer, json.loads(answer["Payload"].read())

    def run(self, given: object, name: str) -> dict[str, Any]:
        """An execution, waited for: what `describe_execution` says of it."""
        sfn = self.client("stepfunctions")
        arn = sfn.start_execution(
            stateMachineArn=self.machine, name=name, input=json.dumps(given, ensure_ascii=False)
        )["executionArn"]
        until = time.monotonic() + 90
        while (said := sfn.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < until, "the execution does not end"
            time.sleep(0.05)
        return dict(said)

    def row(self, table: str, one: str) -> dict[str, Any]:
        """A session's row of a table as DynamoDB has it."""
        answer = self.client("dynamodb").get_item(
            TableName=f"ai-chef-{table}-{STAGE}", Key={"sessionId": {"S": one}}
        )
        return dict(answer["Item"])

    def decisions(self, since: int = 0) -> list[tuple[str, str, str, str]]:
        """What the emulator has decided: role, action, resource, verdict."""
        lines = (RUN / "decisions").read_text("utf-8").splitlines()[since:]
        return [(role, action, resource, said) for role, action, resource, said in
                (json.loads(line) for line in lines)]  # fmt: skip


@cache
def _client(service: str, url: str) -> Any:
    session = botocore.session.Session()
    session.set_credentials("test", "test")
    return session.create_client(service, REGION, endpoint_url=url)


def environ(url: str) -> dict[str, str]:
    """Of a process that works on the stack at `url` as the account's owner."""
    return {
        **os.environ,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }


@contextmanager
def deployed() -> Iterator[Stack]:
    """The stack, for as long as the block lasts. Skips, or fails in the build, where it cannot."""
    ready = all((AWS / one / "ready").exists() for one in ("sam", "ministack"))
    if not ready and os.environ.get("AICHEF_CI") != "1":
        pytest.skip("neither SAM's command line nor MiniStack is there: scripts/emulator gets them")
    AWS.mkdir(parents=True, exist_ok=True)
    with (AWS / "users").open("a") as users:
        # Held until the block ends, or this process does: then the emulator ends too.
        fcntl.flock(users, fcntl.LOCK_SH)
        with turn():
            stack = _found() or _made()
        yield stack


@contextmanager
def turn() -> Iterator[None]:
    """The stack to oneself, among processes that test at the same time."""
    with (AWS / "turn").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _found() -> Stack | None:
    """The stack that another process has deployed, and that is there."""
    try:
        stack = Stack(**json.loads((RUN / "stack.json").read_text("utf-8")))
    except FileNotFoundError:
        return None
    return stack if _answers(stack.url) else None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/ready", timeout=5) as answer:  # noqa: S310
            return int(answer.status) == 200
    except OSError:
        return False


def _made() -> Stack:
    """A new one, in a new account of a new emulator."""
    _done([HOME / "scripts" / "emulator"], dict(os.environ))
    shutil.rmtree(RUN, ignore_errors=True)
    (RUN / "tmp").mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    wanted = {
        "PATH": os.environ["PATH"],
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "LAMBDA_EXECUTOR": "local",
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "STATE_DIR": str(RUN / "state"),
        "TMPDIR": str(RUN / "tmp"),
    }
    (RUN / "decisions").touch()
    with (RUN / "log").open("wb") as log:
        # By a shell that is gone at once: the emulator belongs to all its users, not to the first.
        subprocess.run(
            [
                *("sh", "-c", 'exec "$@" &', "sh", AWS / "ministack" / "bin" / "python"),
                *(Path(__file__).with_name("emulator.py"), AWS / "users", RUN / "decisions"),
            ],
            env=wanted,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=True,
        )
    until = time.monotonic() + 60
    while not _answers(url):
        assert time.monotonic() < until, (RUN / "log").read_text()[-2000:]
        time.sleep(0.2)
    _done(
        [
            *(AWS / "sam" / "bin" / "sam", "deploy", "--template-file"),
            *(AWS / "built" / "template.yaml", "--stack-name", NAME),
            *("--capabilities", "CAPABILITY_IAM", "--resolve-s3", "--no-progressbar"),
            *("--no-confirm-changeset", "--parameter-overrides", *PARAMETERS),
        ],
        environ(url),
    )
    stack = _described(url)
    (RUN / "stack.json").write_text(json.dumps(asdict(stack)), "utf-8")
    return stack


def _described(url: str) -> Stack:
    found = _client("cloudformation", url).describe_stacks(StackName=NAME)["Stacks"][0]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}
    api = outputs["Url"].removeprefix("https://").partition(".")[0]
    machine = outputs["Workflow"]
    return Stack(url, f"{api}.execute-api.localhost", machine, machine.split(":")[4])


def _done(command: list[str | Path], given: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=HOME, env=given, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert done.returncode == 0, f"{command[0]}: {(done.stdout + done.stderr)[-3000:]}"
