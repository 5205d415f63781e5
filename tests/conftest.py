"""What holds for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aichef.prices import coupang, naver
from tests.doors import Doors


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: many tests wait for a browser or a database."""
    del config
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def nobody_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that got the port of an earlier one is not taken for the one that had closed."""
    monkeypatch.setattr(coupang, "_closed", {})
    monkeypatch.setattr(naver, "_closed", {})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder of the test's own, for every door."""
    monkeypatch.setenv("AICHEF_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("AICHEF_DEBUG", raising=False)


@pytest.fixture
def run(home: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Doors:
    """The command `aichef`, run in this process."""
    return Doors(capsys, monkeypatch)
