"""The short form of the kill test; the long one is `python -m bench kill`."""

from __future__ import annotations

from pathlib import Path

from bench.kill import environ_in, kill_test


def test_servers_that_die_lose_double_and_turn_back_nothing(tmp_path: Path) -> None:
    outcome = kill_test([environ_in(tmp_path)], sessions=10, kills=3, workers=1)
    assert outcome.faults == []
    assert outcome.ended.total() == 10
