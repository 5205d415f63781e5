"""The database that goes away, comes back, is busy, or is not what was said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import psycopg
import pytest
from psycopg import errors

from aichef.errors import SessionNotFound, StoreError
from aichef.session.model import new_id
from aichef.session.postgres import PostgresSessions, _trouble
from tests.postgres import Server
from tests.session.stores import DEADLINE, NOW, PROFILE, Clock


@pytest.fixture
def store(database: str, clock: Clock) -> Iterator[PostgresSessions]:
    one = PostgresSessions(database, clock, wait=3)
    yield one
    one.close()


def trouble_of(store: PostgresSessions) -> str:
    with pytest.raises(StoreError) as caught:
        store.accept(new_id(), PROFILE, NOW, DEADLINE)
    return str(caught.value.details["trouble"])


def test_a_database_that_goes_away_is_said_and_one_that_returns_is_used(
    server: Server, store: PostgresSessions
) -> None:
    session = store.accept(new_id(), PROFILE, NOW, DEADLINE)
    store.tell(session.id, 1, "a", "ingredient", {}, NOW)
    server.stop("immediate")
    try:
        with pytest.raises(StoreError, match="연결할 수 없어요"):
            store.find(session.id)
        assert trouble_of(store) == "unreachable"
    finally:
        server.start()
    assert answers_within(store, 5)
    assert store.find(session.id).last_event == 2
    assert store.finish(session.id, 1, "meal", NOW)


def answers_within(store: PostgresSessions, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            store.counts()
        except StoreError:
            continue
        return True
    return False


def test_a_database_that_is_not_there_yet_may_come(server: Server, clock: Clock) -> None:
    store = PostgresSessions(server.address("later"), clock, wait=3)
    assert trouble_of(store) == "unreachable"
    server.database("later")
    assert store.accept(new_id(), PROFILE, NOW, DEADLINE).progress == 5
    store.close()


def test_connections_that_were_cut_are_replaced(
    server: Server, store: PostgresSessions, database: str
) -> None:
    one = store.accept(new_id(), PROFILE, NOW, DEADLINE).id
    with psycopg.connect(server.address("postgres"), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'contract'"
        )
    assert store.find(one).id == one
    assert store.cancel(one, NOW)


def test_a_row_somebody_holds_for_long_is_busy(database: str, clock: Clock) -> None:
    store = PostgresSessions(f"{database}&options=-c%20lock_timeout%3D100", clock)
    one = store.accept(new_id(), PROFILE, NOW, DEADLINE).id
    with psycopg.connect(database) as other:
        other.execute("SELECT 1 FROM sessions WHERE id = %s FOR UPDATE", (one,))
        with pytest.raises(StoreError) as caught:
            store.cancel(one, NOW)
        assert caught.value.details["trouble"] == "busy"
        assert store.find(one).status == "processing"
    assert store.cancel(one, NOW)
    store.close()


def test_every_statement_has_an_end(store: PostgresSessions) -> None:
    with store._reading() as run:
        assert run("SHOW statement_timeout") == [("10s",)]
        assert run("SHOW lock_timeout") == [("5s",)]
        assert run("SHOW idle_in_transaction_session_timeout") == [("30s",)]


def test_a_database_one_may_only_read_is_said(server: Server, clock: Clock) -> None:
    address = server.database("standby")
    store = PostgresSessions(address, clock)
    store.accept(new_id(), PROFILE, NOW, DEADLINE)
    store.close()
    reader = PostgresSessions(f"{address}&options=-c%20default_transaction_read_only%3Don", clock)
    assert trouble_of(reader) == "standby"
    reader.close()


@pytest.mark.parametrize(
    ("address", "trouble"),
    [
        ("postgresql://someone:secret-word@127.0.0.1:1/aichef", "unreachable"),
        ("postgresql:///aichef?host=/nowhere&password=secret-word", "unreachable"),
        ("postgresql://[secret-word", "other"),
    ],
)
def test_a_wrong_address_is_said_without_its_password(
    address: str, trouble: str, clock: Clock
) -> None:
    store = PostgresSessions(address, clock)
    with pytest.raises(StoreError) as caught:
        store.find(new_id())
    assert caught.value.details["trouble"] == trouble
    assert "secret-word" not in str(caught.value)
    assert "secret-word" not in repr(store)


def test_a_full_disk_is_told_from_a_lost_line() -> None:
    assert _trouble(errors.DiskFull()) == "full"
    assert _trouble(errors.TooManyConnections()) == "busy"
    assert _trouble(errors.AdminShutdown()) == "unreachable"
    assert _trouble(errors.UndefinedTable()) == "other"


def test_starters_that_race_make_the_tables_once(server: Server, clock: Clock) -> None:
    address = server.database("fresh")
    ready = Barrier(6)

    def start(_: int) -> int:
        store = PostgresSessions(address, clock, most=1)
        ready.wait()
        try:
            return sum(store.counts().values())
        finally:
            store.close()

    with ThreadPoolExecutor(6) as threads:
        assert [*threads.map(start, range(6))] == [0] * 6


def test_who_loses_a_race_for_a_key_gets_the_session_of_the_winner(
    store: PostgresSessions, database: str
) -> None:
    """The winner has written but not committed when the other comes."""
    key = new_id()
    first = store.accept(new_id(), PROFILE, NOW, DEADLINE)
    with psycopg.connect(database) as winner, ThreadPoolExecutor(1) as thread:
        digest = sha256(key.encode()).hexdigest()
        winner.execute("INSERT INTO keys VALUES (%s, %s)", (digest, first.id))
        late = new_id()
        loser = thread.submit(store.accept, late, PROFILE, NOW, DEADLINE, key)
        with pytest.raises(TimeoutError):
            loser.result(timeout=0.3)
        winner.commit()
        assert loser.result(timeout=5) == first
    with pytest.raises(SessionNotFound):
        store.find(late)


def test_forgetting_leaves_no_row(server: Server, clock: Clock) -> None:
    address = server.database("forgotten")
    store = PostgresSessions(address, clock)
    one = store.accept(new_id(), PROFILE, NOW, DEADLINE, key="k").id
    store.finish(one, 1, "meal", NOW)
    store.again(one, NOW, DEADLINE)
    store.keep(one, 2, "recipe", b"{}")
    store.forget(one)
    with store._reading() as run:
        for table in ("sessions", "results", "parts", "events", "keys"):
            assert run(f"SELECT * FROM {table}") == []  # noqa: S608 - our own tables
    store.close()
