"""The stand-in of models: real frames, settings while it runs, recipes of ours."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from aichef.fake.answers import answer
from aichef.fake.model import FAULTS, MODEL, ModelStandIn, model_stand_in, spoiled
from aichef.fake.model_wires import KEY, event_frame, wire_of
from aichef.fake.server import HOST
from tests.living import LOOPBACK


def asked(
    stand: ModelStandIn, path: str, method: str = "GET", body: object = None
) -> tuple[int, dict[str, object]]:
    talk = HTTPConnection(urlsplit(stand.url).netloc, timeout=5)
    try:
        headers = {"Authorization": f"Bearer {KEY}"}
        talk.request(method, path, json.dumps(body) if body else None, headers)
        said = talk.getresponse()
        return said.status, json.load(said)
    finally:
        talk.close()


def test_frames_are_read_by_the_parser_of_aws() -> None:
    from botocore.eventstream import ChecksumMismatch, EventStreamBuffer

    frame = event_frame({":event-type": "x", ":message-type": "event"}, b'{"a":1}')
    buffer = EventStreamBuffer()
    buffer.add_data(frame + frame)
    for event in buffer:
        assert event.headers == {":event-type": "x", ":message-type": "event"}
        assert event.payload == b'{"a":1}'
    wire = wire_of("/model/x/converse-stream")
    assert wire is not None
    buffer = EventStreamBuffer()
    buffer.add_data(wire.damaged())
    with pytest.raises(ChecksumMismatch):
        next(iter(buffer))


@LOOPBACK
def test_it_listens_on_this_machine_only_and_counts_its_calls() -> None:
    with model_stand_in() as stand:
        assert stand.server.server_address[0] == HOST
        assert asked(stand, "/calls") == (200, {"calls": {}, "open": {}, "fault": ""})
        stand.first, stand.say = 0, lambda *_: '{"recipeName": "밥"}'
        status, said = asked(stand, f"/model/{MODEL}/converse", "POST", {"messages": []})
        assert status == 200
        assert said["stopReason"] == "end_turn"
        status, said = asked(stand, "/v1/chat/completions", "POST", {"messages": []})
        assert status == 200
        assert '"밥"' in json.dumps(said, ensure_ascii=False).replace("\\", "")
        assert asked(stand, "/v1/messages", "POST", {"messages": []})[0] == 200
        calls = {"bedrock": 1, "openai": 1, "anthropic": 1}
        assert asked(stand, "/calls")[1]["calls"] == calls
        assert asked(stand, "/elsewhere")[0] == 404
        assert asked(stand, "/elsewhere", "POST", {})[0] == 404


@LOOPBACK
def test_faults_are_switched_while_it_runs() -> None:
    with model_stand_in() as stand:
        assert asked(stand, "/control?fault=quota&speed=5&first=0", "POST")[1]["fault"] == "quota"
        assert (stand.speed, stand.first) == (5, 0)
        assert asked(stand, "/control?fault=nonsense", "POST")[0] == 400
        assert asked(stand, "/control?kind=faults&every=3", "POST")[0] == 200
        assert (stand.kind, stand.every) == ("faults", 3)
        assert asked(stand, "/control?kind=nonsense", "POST")[0] == 400
        assert asked(stand, "/control?clear=1", "POST")[1]["fault"] == ""
        assert (stand.kind, stand.every) == ("good", 1)


def test_a_fault_comes_every_so_often_and_so_many_times() -> None:
    state = ModelStandIn.__new__(ModelStandIn)
    state.set_fault("500", times=2)
    state.every = 3
    found = [state.next_fault(call) for call in range(1, 13)]
    assert [n for n, fault in enumerate(found, 1) if fault] == [3, 6]
    for fault in FAULTS:
        state.set_fault(fault)
    with pytest.raises(ValueError, match="nonsense"):
        state.set_fault("nonsense")


def test_a_recipe_of_ours_is_the_same_for_the_same_seed() -> None:
    prompt = 'PROFILE: {"target": "diet", "servings": 3}'
    first = json.loads(answer(prompt, 4))
    assert first == json.loads(answer(prompt, 4))
    assert first["servings"] == 3
    assert next(iter(first)) == "ingredients"
    assert json.loads(answer("안녕", 1))["ingredients"]


def test_a_spoiled_answer_is_spoiled_as_it_says() -> None:
    text = json.dumps({"ingredients": [{"name": "두부", "amount": "1", "unit": "모"}]})
    assert spoiled(text, "") == spoiled(text, "stall") == text
    assert spoiled(text, "empty") == ""
    assert "```" in spoiled(text, "prose")
    assert len(json.loads(spoiled(text, "many"))["ingredients"]) == 400
    assert json.loads(spoiled(text, "units"))["ingredients"][0]["unit"] not in {"모", "g"}
    assert not json.loads(spoiled(text, "words"))["ingredients"][0]["amount"].isdigit()
    assert "豆腐" in spoiled(text, "language")
    assert len(spoiled(text, "huge").encode()) > 10_000_000
