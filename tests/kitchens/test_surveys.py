"""Once a day, in a process of its own, while a key is set."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from aichef.fake.prices import stand_in
from aichef.kitchens.surveys import Surveys
from aichef.prices.survey_store import SurveyStore
from aichef.settings import Settings
from tests.living import LOOPBACK


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.read({}), data_dir=tmp_path, data_go_kr_key="k")


def counting(folder: Path, code: int = 0) -> tuple[str, ...]:
    script = f"open({str(folder / 'runs')!r}, 'a').write('.'); raise SystemExit({code})"
    return (sys.executable, "-c", script)


def runs(folder: Path) -> int:
    kept = folder / "runs"
    return len(kept.read_text()) if kept.exists() else 0


def test_a_day_is_fetched_once_however_often_one_looks(settings: Settings, tmp_path: Path) -> None:
    SurveyStore(tmp_path).note("anything", "yes")
    for _ in range(2):
        assert Surveys(settings, os.environ, counting(tmp_path)).today()
    assert runs(tmp_path) == 1


def test_what_failed_is_tried_again(settings: Settings, tmp_path: Path) -> None:
    surveys = Surveys(settings, os.environ, counting(tmp_path, 1))
    assert not surveys.today()
    assert not surveys.today()
    assert runs(tmp_path) == 2


def test_without_a_key_nothing_begins(settings: Settings, tmp_path: Path) -> None:
    surveys = Surveys(replace(settings, data_go_kr_key=""), os.environ, counting(tmp_path))
    surveys.begin()
    surveys.close()
    assert runs(tmp_path) == 0


def test_a_refresh_under_way_ends_with_the_server(settings: Settings, tmp_path: Path) -> None:
    surveys = Surveys(settings, os.environ, (sys.executable, "-c", "import time; time.sleep(60)"))
    surveys.begin()
    surveys.close()
    assert not surveys._thread.is_alive()


@LOOPBACK
def test_the_averages_of_the_day_land_in_the_store(settings: Settings, tmp_path: Path) -> None:
    with stand_in() as state:
        environ = {
            **os.environ,
            **state.environment,
            "AICHEF_DATA_DIR": str(tmp_path),
            "AICHEF_CHAMGAGYEOK_URL": "off",
        }
        assert Surveys(Settings.read(environ), environ).today()
    assert SurveyStore(tmp_path).newest_average()
