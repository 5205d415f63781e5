"""Every schema that was ever published is brought up to date with what is in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from aichef.errors import StoreError
from aichef.session import postgres, sqlite
from aichef.session.model import new_id
from aichef.session.port import Sessions
from aichef.session.tables import MIGRATIONS, Run, migrate
from tests.postgres import Server
from tests.session.stores import DEADLINE, NOW, PROFILE, Clock

OLD_ID = "sess_" + "a" * 26
OLD = (
    *(OLD_ID, 1, PROFILE, "completed", "finished", 100),
    *("2026-11-23T09:30:00.000000+00:00", "2026-11-23T18:30:00+09:00"),
    *("2026-11-23T09:30:09.000000+00:00", "2026-11-23T09:32:00.000000+00:00"),
    *("2026-11-23T09:30:09.000000+00:00", 1, None),
)


def old_tables(run: Run, dialect: str, version: int) -> None:
    """A store of an earlier version with a finished session in it."""
    migrate(run, "sqlite" if dialect == "sqlite" else "postgres", NOW, "ko", upto=version)
    run("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", OLD)
    run("INSERT INTO results VALUES (?, 'meal', '2026-11-30T09:30:09.000000+00:00')", (OLD_ID,))
    run("INSERT INTO events VALUES (?, 1, NULL, 'result', '{}', ?)", (OLD_ID, OLD[6]))


def later_tables(run: Run, dialect: str, _: int) -> None:
    old_tables(run, dialect, len(MIGRATIONS))
    run("INSERT INTO migrations VALUES (?, 'later', ?)", (len(MIGRATIONS) + 1, OLD[6]))


Fill = Callable[[Run, str, int], None]
Make = Callable[[Fill, int], Sessions]


@pytest.fixture(params=["sqlite", "postgres"])
def make(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Make:
    """A store over tables that somebody filled before."""

    def in_a_file(fill: Fill, version: int) -> Sessions:
        file = sqlite3.connect(tmp_path / sqlite.FILE, isolation_level=None)
        fill(sqlite._runner(file), "sqlite", version)
        file.close()
        return sqlite.SqliteSessions(tmp_path, clock)

    def in_a_database(fill: Fill, version: int) -> Sessions:
        server: Server = request.getfixturevalue("server")
        address = server.database(f"old-{new_id()}")
        with psycopg.connect(address) as connection:
            fill(postgres._runner(connection), "postgres", version)
        return postgres.PostgresSessions(address, clock)

    return in_a_file if request.param == "sqlite" else in_a_database


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_an_old_store_opens_with_what_is_in_it(make: Make, version: int) -> None:
    store = make(old_tables, version)
    session = store.find(OLD_ID)
    assert (session.profile, session.status, session.last_event) == (PROFILE, "completed", 1)
    assert session.started_at.isoformat() == "2026-11-23T18:30:00+09:00"
    assert store.result(OLD_ID) == "meal"
    assert [event.kind for event in store.events(OLD_ID)] == ["result"]
    first = store.accept(new_id(), PROFILE, NOW, DEADLINE, key="k")
    assert store.accept(new_id(), PROFILE, NOW, DEADLINE, key="k") == first
    assert store.again(OLD_ID, NOW, DEADLINE).attempt == 2
    store.close()


def test_a_store_of_a_newer_version_is_left_alone(make: Make) -> None:
    store = make(later_tables, 0)
    with pytest.raises(StoreError, match="새로운 AI Chef") as caught:
        store.find(OLD_ID)
    assert caught.value.details["trouble"] == "version"
    store.close()
