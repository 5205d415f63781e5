"""What the cook's book says of a wish before anybody is sent off with it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aichef.errors import Infeasible
from aichef.profile.parse import parse_profile
from aichef.settings import Settings
from aichef.web.page import feasible
from aichef.web.page.feasible import Oracle

NOW = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Oracle:
    return Oracle(Settings(tmp_path_factory.mktemp("data"), model="openai:never-called"))


def test_a_wish_that_can_be_met_is_not_refused(oracle: Oracle) -> None:
    assert oracle.refusal(parse_profile({"target": "keto"}), NOW) is None


def test_too_little_money_is_refused_with_what_would_do(oracle: Oracle) -> None:
    refusal = oracle.refusal(parse_profile({"target": "keto", "budget": 1000, "servings": 4}), NOW)
    assert refusal
    assert refusal.details["leastBudget"] > 1000


def test_where_a_model_is_asked_first_the_book_refuses_for_money_only(
    oracle: Oracle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alone = Oracle(Settings(tmp_path))
    for details, refuses in (({"leastBudget": 9_000}, True), ({"leastMinutes": 40}, False)):

        async def refused(*_: object, told: dict[str, int] = details) -> None:
            raise Infeasible("안 돼요.", rules=[], **told)

        monkeypatch.setattr(feasible, "write", refused)
        profile = parse_profile({"target": "keto"})
        assert (oracle.refusal(profile, NOW) is not None) is refuses
        assert alone.refusal(profile, NOW)


def test_who_would_wait_too_long_is_let_through(
    oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feasible, "_PATIENCE", 0.01)
    poor = parse_profile({"target": "keto", "budget": 1000, "servings": 4})
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with oracle._lock:
            held.set()
            done.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    try:
        assert oracle.refusal(poor, NOW) is None
    finally:
        done.set()
        thread.join()
    assert oracle.refusal(poor, NOW)


def test_prices_that_cannot_be_read_turn_nobody_away(tmp_path: Path) -> None:
    (tmp_path / "delivery.toml").write_text("= broken", encoding="utf-8")
    (tmp_path / "prices.sqlite3").write_bytes(b"no database at all" * 100)
    oracle = Oracle(Settings(tmp_path, data_go_kr_key="x"))
    assert oracle.refusal(parse_profile({"target": "diet"}), NOW) is None
