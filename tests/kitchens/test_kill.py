"""The short form of the kill test; the long one is `python -m bench kill`."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.kill import environ_in, kill_test


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_servers_that_die_lose_double_and_turn_back_nothing(tmp_path: Path) -> None:
    outcome = kill_test([environ_in(tmp_path)], sessions=10, kills=3, workers=1)
    assert outcome.faults == []
    assert outcome.ended.total() == 10
