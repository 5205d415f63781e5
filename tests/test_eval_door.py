"""`aichef eval`: a model judged over profiles, through the real wire of the stand-in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aichef.cli import main
from aichef.fake.model import model_stand_in
from tests.living import LOOPBACK

PROFILES = (
    '{"target": "keto", "medications": "없음"}\n{"target": "diet"}\n'
    '{"target": "keto", "healthConditions": ["투석"]}\n'
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AICHEF_DATA_DIR", str(tmp_path))
    for name in ("AICHEF_MODEL", "AICHEF_MODEL_URL", "AICHEF_MODEL_KEY"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@LOOPBACK
def test_a_model_is_judged_by_target_and_over_all(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "profiles.jsonl").write_text(PROFILES, encoding="utf-8")
    with model_stand_in() as state:
        state.speed, state.first = 100_000.0, 0.0
        for name, value in state.environment("openai").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AICHEF_MODEL_RATE", "1/5")
        with pytest.raises(SystemExit) as left:
            main(["eval", "--profiles", str(here / "profiles.jsonl"), "--json"])
    assert left.value.code == 0
    body = json.loads(capsys.readouterr().out)
    rows = {row["target"]: row for row in body["rows"]}
    assert set(rows) == {"keto", "diet", "all"}
    assert (rows["all"]["meals"], rows["all"]["refused"]) == (2, 1)
    shares = ("validFirstTimePct", "repairedPct", "fellBackPct")
    assert sum(rows["all"][one] for one in shares) == pytest.approx(100, abs=0.2)
    assert rows["all"]["tokensOut"] > 100
    assert rows["all"]["usdPerMeal"] > 0


@LOOPBACK
def test_a_model_that_is_cut_off_falls_back_every_time(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "profiles.jsonl").write_text(PROFILES.splitlines()[1], encoding="utf-8")
    with model_stand_in() as state:
        state.speed, state.first = 100_000.0, 0.0
        state.set_fault("cut")
        for name, value in state.environment("openai").items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit):
            main(["eval", "--profiles", str(here / "profiles.jsonl")])
        assert sum(state.calls.values()) == 1
    out = capsys.readouterr().out
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "…" not in out
    assert "100" in out
    assert "cut 1" in out


def test_without_a_model_there_is_nothing_to_judge(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for flags in ([], ["--model", "off"]):
        with pytest.raises(SystemExit) as left:
            main(["eval", *flags])
        assert left.value.code == 2
        assert "AICHEF_MODEL" in capsys.readouterr().err


def test_profiles_that_cannot_be_read_are_named(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "empty.jsonl").write_text("\n", encoding="utf-8")
    for name in ("none.jsonl", "empty.jsonl"):
        with pytest.raises(SystemExit) as left:
            main(["eval", "--model", "openai:x", "--profiles", str(here / name)])
        assert left.value.code == 2
        assert name in capsys.readouterr().err
