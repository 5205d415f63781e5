"""Three wires, every fault: one typed error or a good answer, and never a call too many."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from aichef.chef.model import Question, Turn
from aichef.errors import ModelError, RequestError
from aichef.fake.model import FAULTS, ModelStandIn, spoiled
from aichef.fake.model_wires import KEY
from aichef.models import wire as wire_file
from aichef.models.trouble import sentence
from aichef.models.wire import MOST_CHARACTERS, Waits, open_model
from aichef.settings import Settings
from tests.living import LOOPBACK
from tests.models.asking import (
    PATIENT,
    QUESTION,
    SCHEMA,
    SECONDS,
    TEXT,
    WIRES,
    ask,
    model,
    trouble,
)

pytestmark = LOOPBACK

TROUBLES = {
    "quota": "quota",
    "denied": "quota",
    "key": "key",
    "profile": "profile",
    "validation": "invalid",
    "500": "broke",
    "late": "timeout",
    "stall": "stall",
    "dropped": "dropped",
    "ended": "dropped",
    "corrupt": "corrupt",
    "broke": "broke",
    "busy": "throttled",
    "cut": "cut",
    "refused": "refused",
    "empty": "empty",
    "page": "corrupt",
    "huge": "cut",
    "reset": "dropped",
}
"""Faults that end a question after one call, and the trouble each is."""

IN_THE_MIDDLE = {"stall", "dropped", "ended", "corrupt", "broke", "busy"}
COME_LATER = ("throttled", "503")
ANSWERS = ("prose", "language", "units", "many", "words")
SLOW = "slow"
FORM = "schema"


def test_every_fault_of_the_stand_in_is_asked_for_here() -> None:
    assert set(FAULTS) == {*TROUBLES, *COME_LATER, *ANSWERS, SLOW, FORM}


@pytest.mark.parametrize("wire", WIRES)
def test_an_answer_comes_in_pieces_with_its_tokens(stand: ModelStandIn, wire: str) -> None:
    said, told = ask(model(stand, wire))
    assert said.text == told == TEXT
    assert (said.calls, stand.calls[wire]) == (1, 1)
    assert said.tokens_in > 5
    assert said.tokens_out > 10


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("fault", TROUBLES)
def test_a_fault_is_one_typed_error_after_one_call(
    stand: ModelStandIn, wire: str, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stand.set_fault(fault)
    began = time.monotonic()
    error, told = trouble(model(stand, wire), seconds=1.3 if fault == "late" else SECONDS)
    assert error.details["trouble"] == TROUBLES[fault]
    assert stand.calls[wire] == error.details["calls"] == 1
    assert time.monotonic() - began < 30
    if fault in IN_THE_MIDDLE:
        assert told
        assert TEXT.startswith(told)
    elif fault not in {"cut", "huge"}:
        assert told == ""
    assert error.__cause__ is None
    assert error.__context__ is None
    everything = f"{error!r} {dict(error.details)} {sentence(error, 'en')} {caplog.text}"
    for secret in (KEY, PATIENT, "stand-in"):
        assert secret not in everything


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("fault", ANSWERS)
def test_an_odd_answer_is_handed_on_whole(stand: ModelStandIn, wire: str, fault: str) -> None:
    recipe = json.dumps({"ingredients": [{"name": "두부", "amount": "1", "unit": "모"}]})
    stand.say = lambda *_: recipe
    stand.set_fault(fault)
    said, told = ask(model(stand, wire))
    assert said.text == told == spoiled(recipe, fault)
    assert stand.calls[wire] == 1


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("fault", COME_LATER)
def test_who_is_told_to_come_later_comes_again(stand: ModelStandIn, wire: str, fault: str) -> None:
    stand.set_fault(fault, times=3)
    said, told = ask(model(stand, wire))
    assert said.text == told == TEXT
    assert said.calls == stand.calls[wire] == 4


@pytest.mark.parametrize("wire", WIRES)
def test_who_is_always_told_to_come_later_gives_up_at_the_deadline(
    stand: ModelStandIn, wire: str
) -> None:
    one = model(stand, wire, Waits(again=0.05, again_most=0.2))
    stand.set_fault("throttled", times=1)
    ask(one)
    stand.calls.clear()
    stand.set_fault("throttled")
    error, _ = trouble(one, seconds=2)
    # On a busy machine the deadline may fall into a call.
    assert error.details["trouble"] in {"throttled", "timeout"}
    assert 2 <= error.details["calls"] == stand.calls[wire] <= 26
    assert error.details["seconds"] < 20


@pytest.mark.parametrize("wire", WIRES)
def test_the_deadline_holds_while_pieces_still_come(stand: ModelStandIn, wire: str) -> None:
    one = model(stand, wire)
    ask(one)  # what a library loads at its first answer is over
    stand.set_fault("slow")
    stand.speed = 200
    error, told = trouble(one, seconds=0.4)
    assert error.details["trouble"] == "timeout"
    assert error.details["seconds"] < 10
    assert TEXT.startswith(told)
    assert told


def test_loading_libraries_is_no_time_of_the_models(
    stand: ModelStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = model(stand, "openai")
    monkeypatch.setattr(wire_file.Wired, "warm", lambda _: time.sleep(0.6))
    said, _ = ask(one, seconds=0.5)
    assert said.text == TEXT
    assert said.seconds < 0.5


@pytest.mark.parametrize("wire", WIRES)
def test_a_refused_schema_is_asked_for_in_another_form_and_remembered(
    stand: ModelStandIn, wire: str
) -> None:
    stand.set_fault("schema")
    said, _ = ask(model(stand, wire))
    assert said.text == TEXT
    assert said.calls == stand.calls[wire] == 2
    assert "tool" in json.dumps(stand.asked[-1])
    said, _ = ask(model(stand, wire))
    assert (said.calls, stand.calls[wire]) == (1, 3)


@pytest.mark.parametrize("wire", WIRES)
def test_every_target_sends_the_same_schema_and_no_sampling(stand: ModelStandIn, wire: str) -> None:
    ask(model(stand, wire))
    sent = json.dumps(stand.asked[-1])
    assert "recipeName" in sent
    for word in ("temperature", "top_p", "topP", "top_k"):
        assert word not in sent


@pytest.mark.parametrize("wire", WIRES)
def test_what_was_said_before_is_sent_in_turn(stand: ModelStandIn, wire: str) -> None:
    turns = (Turn("user", "물음"), Turn("model", "첫 답"), Turn("user", "고쳐 줘"))
    ask(model(stand, wire), Question("역할", turns, SCHEMA))
    said = stand.asked[-1]["messages"]
    roles = [one["role"] for one in said if one["role"] != "system"]
    assert roles == ["user", "assistant", "user"]
    everything = json.dumps(stand.asked[-1], ensure_ascii=False)
    assert everything.count("역할") == 1


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("fault", ["late", "stall"])
def test_who_no_longer_wants_an_answer_closes_the_stream_at_once(
    stand: ModelStandIn, wire: str, fault: str
) -> None:
    stand.set_fault(fault)
    one = model(stand, wire, Waits(first=30, stall=30), AICHEF_MODEL_SECONDS="60")

    async def give_up() -> float:
        asked = asyncio.create_task(one.answer(QUESTION, lambda _: None, 60))
        await asyncio.sleep(0.3)
        began = time.monotonic()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        return time.monotonic() - began

    before = threading.active_count()
    assert asyncio.run(give_up()) < 0.5
    until = time.monotonic() + 2
    while time.monotonic() < until and _workers() and threading.active_count() > before:
        time.sleep(0.02)
    assert not _workers()
    assert stand.calls[wire] == 1


def _workers() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("AnyIO")]


@pytest.mark.parametrize("wire", WIRES)
def test_nobody_there_is_said_as_such(stand: ModelStandIn, wire: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    error, _ = trouble(model(stand, wire, AICHEF_MODEL_URL=nowhere))
    assert error.details["trouble"] == "unreachable"
    assert error.details["calls"] == 1


@pytest.mark.parametrize("wire", WIRES)
def test_a_connection_without_tls_is_said_as_such(stand: ModelStandIn, wire: str) -> None:
    plain = stand.url.replace("http://", "https://")
    error, _ = trouble(model(stand, wire, AICHEF_MODEL_URL=plain))
    assert error.details["trouble"] == "unreachable"
    assert error.details["calls"] == 1


def test_bedrock_takes_the_credentials_of_aws(
    stand: ModelStandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_BEARER_TOKEN_BEDROCK", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    error, _ = trouble(model(stand, "bedrock", AICHEF_MODEL_KEY=""))
    assert error.details["trouble"] == "key"
    assert stand.calls.total() == 0
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "stand-in")
    said, _ = ask(model(stand, "bedrock", AICHEF_MODEL_KEY=""))
    assert said.text == TEXT


def test_a_missing_key_is_said_without_a_call_or_by_the_other_side(stand: ModelStandIn) -> None:
    error, _ = trouble(model(stand, "anthropic", AICHEF_MODEL_KEY=""))
    assert (error.details["trouble"], stand.calls.total()) == ("key", 0)
    error, _ = trouble(model(stand, "openai", AICHEF_MODEL_KEY=""))
    assert (error.details["trouble"], stand.calls.total()) == ("key", 1)


def test_a_key_never_leaves_over_http() -> None:
    for name, url in (("anthropic:x", "http://example.com"), ("openai:x", "http://10.0.0.1/v1")):
        settings = Settings(Path(), model=name, model_url=url, model_key="k")
        with pytest.raises(RequestError) as refused:
            open_model(settings)
        assert refused.value.details["field"] == "AICHEF_MODEL_URL"
    home = Settings(Path(), model="openai:llama3", model_url="http://10.0.0.1:11434/v1")
    assert open_model(home) is not None
    for url in ("nonsense", "ftp://x", "http://"):
        with pytest.raises(RequestError):
            open_model(Settings(Path(), model="openai:x", model_url=url))


def test_an_answer_without_an_end_is_not_read_to_its_end(stand: ModelStandIn) -> None:
    stand.set_fault("huge")
    error, told = trouble(model(stand, "openai"))
    assert error.details["trouble"] == "cut"
    assert len(told) <= MOST_CHARACTERS


def test_a_line_without_an_end_does_not_fill_the_memory(
    stand: ModelStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aichef.models.connect.MOST_BYTES", 1_000)
    for wire in ("anthropic", "openai"):
        error, _ = trouble(model(stand, wire))
        assert error.details["trouble"] == "cut"


def test_who_reads_along_and_fails_is_not_taken_for_the_model(stand: ModelStandIn) -> None:
    def fail(_: str) -> None:
        raise BrokenPipeError

    for wire in WIRES:
        with pytest.raises(BrokenPipeError):
            asyncio.run(model(stand, wire).answer(QUESTION, fail, SECONDS))


def test_one_who_gives_up_costs_nobody_else_their_answer(stand: ModelStandIn) -> None:
    stand.set_fault("throttled", times=6)
    one = model(stand, "bedrock")

    async def together() -> int:
        asked = [asyncio.create_task(one.answer(QUESTION, _nobody, 20)) for _ in range(12)]
        await asyncio.sleep(0.02)
        for task in asked[::3]:
            task.cancel()
        said = await asyncio.gather(*asked, return_exceptions=True)
        return sum(not isinstance(this, asyncio.CancelledError | Exception) for this in said)

    assert asyncio.run(together()) >= 8


def _nobody(_: str) -> None:
    """Reads nothing."""


def test_many_questions_at_once_share_one_model(stand: ModelStandIn) -> None:
    one = model(stand, "bedrock")

    async def together() -> list[str]:
        asked = (one.answer(QUESTION, _nobody, 20) for _ in range(8))
        return [said.text for said in await asyncio.gather(*asked)]

    assert asyncio.run(together()) == [TEXT] * 8
    assert stand.calls["bedrock"] == 8


def test_every_trouble_has_a_sentence_in_both_languages() -> None:
    from typing import get_args

    from aichef.chef.model import Trouble
    from aichef.models.trouble import model_error

    for name in get_args(Trouble):
        error = model_error(name)
        assert isinstance(error, ModelError)
        assert error.message.endswith("요.")
        assert sentence(error, "ko") == error.message
        assert sentence(error, "en").isascii()
        assert sentence(error, "en").endswith(".")


def test_the_form_found_out_is_kept_by_address(stand: ModelStandIn) -> None:
    assert all(address == stand.url or stand.url not in address for address, _ in wire_file._modes)


def test_certificates_are_checked() -> None:
    from aichef.prices.http import trusted

    assert trusted().verify_mode == ssl.CERT_REQUIRED
    assert trusted().check_hostname
