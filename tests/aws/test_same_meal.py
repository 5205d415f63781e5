"""One meal, four engines: in process, durable on this machine, the state machine, the stack."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import pytest_socket
from bench.kill import environ_in

from aichef.cook import cook, run
from aichef.errors import ChefError
from aichef.kitchens.aws import aws_kitchen, now
from aichef.kitchens.serving import serving
from aichef.meal.section4 import to_json
from aichef.profile.parse import parse_profile
from aichef.session.engine import DEADLINE
from aichef.session.model import canonical, new_id
from aichef.session.port import Sessions
from aichef.settings import Settings
from tests.aws.machine import Machine, built
from tests.aws.stack import Stack
from tests.profiles import random_profile

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

MANY = 20 if os.environ.get("AICHEF_CI") == "1" else 4
OF_ITS_OWN = {"sessionId", "generatedAt"}
"""Whose and when: what may differ from engine to engine."""


def profiles() -> Iterator[dict[str, Any]]:
    yield from (random_profile(seed, now().date()) for seed in range(1, MANY + 1))


@cache
def told() -> list[Mapping[str, Any]]:
    """What `cook` tells of each profile: the meal, or the error it refuses it with."""
    here = aws_kitchen(Settings(Path("nowhere")))
    every: list[Mapping[str, Any]] = []
    for given in profiles():
        try:
            meal = run(cook(parse_profile(given, today=now().date()), here), here)
        except ChefError as trouble:
            every.append({"code": trouble.code, "message": trouble.message})
        else:
            every.append(json.loads(json.dumps(to_json(meal))))
    assert sum("recipe" in one for one in every) >= MANY // 2
    return every


def kept(store: Sessions, one: str) -> dict[str, Any]:
    """What a session has come to: the meal, or its error."""
    session = store.find(one)
    if session.status == "completed":
        meal: dict[str, Any] = json.loads(store.result(one))
        return meal
    assert session.error
    return {key: session.error[key] for key in ("code", "message")}


def plain(meal: Mapping[str, Any]) -> dict[str, Any]:
    """A meal but for what is an engine's own, and for who was asked for prices: a laptop asks the
    person's own price list too, which is empty here."""
    left = {key: value for key, value in meal.items() if key not in OF_ITS_OWN}
    if "pricing" in left:
        left["pricing"] = {**left["pricing"], "suppliers": None}
    return left


def test_the_durable_run_of_this_machine_cooks_what_cook_tells(tmp_path: Path) -> None:
    pytest_socket.enable_socket()
    # The day is Korea's, as it is on AWS.
    environ = environ_in(tmp_path) | {"TZ": "KST-9"}
    with serving(Settings.read(environ), 1, environ) as (store, engine):
        names = []
        for given in profiles():
            names.append(new_id())
            store.accept(names[-1], canonical(given), now(), now() + DEADLINE)
            engine.start(names[-1], 1)
        until = time.monotonic() + 180
        while any(store.find(one).status == "processing" for one in names):
            assert time.monotonic() < until
            time.sleep(0.1)
        for one, wanted in zip(names, told(), strict=True):
            assert plain(kept(store, one)) == plain(wanted)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Machine]:
    with built(monkeypatch, tmp_path) as one:
        yield one


def test_the_state_machine_cooks_what_cook_tells(machine: Machine) -> None:
    for given, wanted in zip(profiles(), told(), strict=True):
        one = new_id()
        said = machine.run({"sessionId": one, "profile": given})
        assert said["status"] == ("SUCCEEDED" if "recipe" in wanted else "FAILED")
        assert plain(kept(machine.store, one)) == plain(wanted)


def test_the_deployed_stack_cooks_what_cook_tells(stack: Stack) -> None:
    for given, wanted in zip(profiles(), told(), strict=True):
        one = new_id()
        said = stack.run({"sessionId": one, "profile": given}, uuid.uuid4().hex)
        assert said["status"] == ("SUCCEEDED" if "recipe" in wanted else "FAILED")
        status, body = stack.ask("GET", f"/v1/sessions/{one}/result")
        if status != 200:
            _, body = stack.ask("GET", f"/v1/sessions/{one}")
            body = {key: body["error"][key] for key in ("code", "message")}
        assert plain(body) == plain(wanted)
