"""The doctor, the stand-in's command, and what must not be loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aichef.errors import ModelError, RequestError
from aichef.fake.model import ModelStandIn
from aichef.model_doors import model_health, warm_schema
from aichef.models.wire import open_model
from aichef.settings import Settings
from tests.living import LOOPBACK
from tests.models.asking import TEXT, WIRES, trouble

pytestmark = LOOPBACK

HEAVY = ("pydantic_ai", "pydantic", "boto3", "botocore", "anthropic", "openai", "httpx2")


def settings(stand: ModelStandIn, wire: str, **changes: str) -> Settings:
    return Settings.read({"AICHEF_DATA_DIR": str(Path()), **stand.environment(wire), **changes})


def aichef(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AICHEF_")}
    return subprocess.run(
        [sys.executable, "-m", "aichef", *words],
        env={**clean, **environment}, capture_output=True, timeout=60, check=False, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("wire", WIRES)
def test_the_doctor_makes_one_tiny_call_and_says_what_it_saw(
    stand: ModelStandIn, wire: str
) -> None:
    health = model_health(settings(stand, wire, AICHEF_MODEL_RATE="1/2"))
    assert health is not None
    assert health.said is not None
    assert stand.calls == {wire: 1}
    assert "schema" not in json.dumps(stand.asked[-1])
    found = health.to_json()
    assert found["name"] == f"{wire}:stand-in"
    assert (found["usdIn"], found["usdOut"]) == ("1", "2")
    for locale, word in (("ko", "초 만에 답함"), ("en", "answered in")):
        assert word in health.line(locale)


def test_the_doctor_says_what_keeps_a_model(stand: ModelStandIn) -> None:
    stand.set_fault("key")
    health = model_health(settings(stand, "openai"), "en")
    assert health is not None
    assert health.said is None
    assert "AICHEF_MODEL_KEY" in health.line("en")
    assert model_health(Settings(Path())) is None
    assert model_health(Settings(Path(), model="off")) is None


@pytest.mark.parametrize("wire", WIRES)
def test_warming_sends_the_one_schema_and_hardly_reads_an_answer(
    stand: ModelStandIn, wire: str
) -> None:
    assert "준비했어요" in warm_schema(settings(stand, wire))
    assert stand.calls == {wire: 1}
    assert "recipeName" in json.dumps(stand.asked[-1])
    stand.set_fault("quota")
    with pytest.raises(ModelError, match="quota"):
        warm_schema(settings(stand, wire), "en")


def test_there_is_nothing_to_warm_where_no_schema_is_taken(stand: ModelStandIn) -> None:
    stand.set_fault("schema")
    assert "nothing to prepare" in warm_schema(settings(stand, "openai"), "en")
    with pytest.raises(RequestError, match="AICHEF_MODEL"):
        warm_schema(Settings(Path()))


def test_a_broken_profile_of_aws_is_a_trouble_like_any(
    stand: ModelStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    model = open_model(replace(settings(stand, "bedrock"), model_key=""))
    assert model is not None
    error, _ = trouble(model)
    assert error.details["trouble"] == "key"
    assert error.details["calls"] == 0


def test_a_missing_extra_is_said_with_what_to_do(
    stand: ModelStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("anthropic", "pydantic_ai.models.anthropic"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(RequestError, match=r"aichef\[model\]"):
        model_health(settings(stand, "anthropic"))


def test_nothing_of_a_model_is_loaded_where_none_is_set(tmp_path: Path) -> None:
    code = (
        "import sys, aichef.cli\n"
        "try: aichef.cli.main(sys.argv[1:])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"loaded = set({HEAVY!r}) & set(sys.modules)\n"
        "assert not loaded, loaded"
    )
    for words in (["--version"], ["cook", "--target", "diet", "--json"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words],
            env=_bare(tmp_path), capture_output=True, timeout=60, check=False, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_opening_a_model_loads_nothing_yet(stand: ModelStandIn) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from aichef.settings import Settings; from aichef.models.wire import open_model\n"
        "assert open_model(Settings(Path(), model='openai:x'))\n"
        f"assert not set({HEAVY!r}) & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def _bare(folder: Path) -> Mapping[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AICHEF_")}
    return {**clean, "AICHEF_DATA_DIR": str(folder)}


def test_the_command_prints_settings_that_the_doctor_takes(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "aichef", "fake", "model", "--wire", "openai", "--first", "0"],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        exported: dict[str, str] = {}
        for line in process.stdout:
            if line.startswith("#"):
                break
            name, _, value = line.removeprefix("export ").strip().partition("=")
            exported[name] = value.strip("'")
        done = aichef("doctor", "--json", AICHEF_DATA_DIR=str(tmp_path), **exported)
        calls = _get(f"{exported['AICHEF_MODEL_URL'].removesuffix('/v1')}/calls")
        process.terminate()
        assert process.wait(5) == 0
    found = json.loads(done.stdout)
    assert found["writer"] == "openai:stand-in"
    assert found["model"]["reachable"]
    assert calls["calls"] == {"openai": 1}
    assert exported["AICHEF_MODEL_KEY"] not in done.stdout + done.stderr


def test_flags_that_mean_nothing_are_refused_in_one_line() -> None:
    for words in (["--fault", "nonsense"], ["--speed", "nan"], ["--every", "0"]):
        done = aichef("fake", "model", "--for", "0.1", *words)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1


def test_the_doctor_refuses_a_model_that_is_none(tmp_path: Path) -> None:
    done = aichef("doctor", AICHEF_DATA_DIR=str(tmp_path), AICHEF_MODEL="nonsense")
    assert done.returncode == 2
    assert "AICHEF_MODEL" in done.stderr


def test_the_answer_of_the_stand_in_is_ours(stand: ModelStandIn) -> None:
    assert stand.say("x", 1, "good") == TEXT


def _get(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    talk = HTTPConnection(parts.netloc, timeout=5)
    try:
        talk.request("GET", parts.path)
        found: dict[str, object] = json.load(talk.getresponse())
        return found
    finally:
        talk.close()
