"""What holds for every test."""

from __future__ import annotations

import os

import pytest

from aichef.prices import coupang, naver


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are processors: many tests wait for a browser or a database."""
    del config
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def nobody_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in that got the port of an earlier one is not taken for the one that had closed."""
    monkeypatch.setattr(coupang, "_closed", {})
    monkeypatch.setattr(naver, "_closed", {})
