"""Asking models over the wires of the stand-in, with short waits."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from aichef.chef.model import Question, Said, Turn
from aichef.errors import ModelError
from aichef.fake.model import ModelStandIn, model_stand_in
from aichef.models import wire as wire_file
from aichef.models.wire import Waits, Wired, open_model
from aichef.settings import Settings

WIRES = ("bedrock", "anthropic", "openai")
WAITS = Waits(first=1.2, stall=0.8, again=0.02, again_most=0.05)
SECONDS = 5.0
SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "ingredients": {"type": "array", "items": {"type": "string"}},
        "recipeName": {"type": "string"},
    },
    "required": ["ingredients", "recipeName"],
    "additionalProperties": False,
}
PATIENT = "신장병이 있는 홍길동"
QUESTION = Question("너는 영양사야.", (Turn("user", f"{PATIENT}의 저녁을 차려 줘."),), SCHEMA)
TEXT = json.dumps({"ingredients": ["두부", "대파"] * 5, "recipeName": "두부찜"}, ensure_ascii=False)


@contextmanager
def standing() -> Iterator[ModelStandIn]:
    """A stand-in for `as_new` to make ready."""
    with model_stand_in() as stand:
        yield stand
        _made.cache_clear()


def as_new(stand: ModelStandIn) -> ModelStandIn:
    """A stand-in that answers at once with one small text, and whom nobody has called."""
    stand.say = lambda *_: TEXT
    stand.speed, stand.first, stand.every = 10_000, 0, 1
    stand.set_fault("")
    stand.calls.clear()
    stand.asked.clear()
    wire_file._modes.clear()
    return stand


def model(stand: ModelStandIn, wire: str, waits: Waits = WAITS, **changes: str) -> Wired:
    environment = {**stand.environment(wire), "AICHEF_DATA_DIR": str(Path()), **changes}
    return _made(tuple(environment.items()), waits, os.environ.get("AWS_ACCESS_KEY_ID"))


@cache
def _made(environment: tuple[tuple[str, str], ...], waits: Waits, _: str | None) -> Wired:
    made = open_model(Settings.read(dict(environment)), waits)
    assert made is not None
    made.warm()
    return made


def ask(one: Wired, question: Question = QUESTION, seconds: float = SECONDS) -> tuple[Said, str]:
    """The answer, and what was told of it piece by piece."""
    pieces: list[str] = []
    said = asyncio.run(one.answer(question, pieces.append, seconds))
    return said, "".join(pieces)


def trouble(one: Wired, seconds: float = SECONDS) -> tuple[ModelError, str]:
    """Why there is no answer, and what was told before."""
    pieces: list[str] = []
    try:
        asyncio.run(one.answer(QUESTION, pieces.append, seconds))
    except ModelError as error:
        return error, "".join(pieces)
    raise AssertionError("an answer came where none was expected")
