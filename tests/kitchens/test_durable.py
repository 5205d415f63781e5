"""Sessions in worker processes: the same meal, no trace of a profile, nothing forgotten."""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from bench.kill import environ_in

from aichef.cook import cook, run
from aichef.errors import RequestError, SessionNotFound, StoreError
from aichef.fake.model import model_stand_in
from aichef.kitchens import keeper as keeping
from aichef.kitchens import roll as rolls
from aichef.kitchens.durable import FILE, QUEUE, DurableEngine, prepare, workers_database
from aichef.kitchens.keeper import Keeper
from aichef.kitchens.local import local_kitchen, now
from aichef.kitchens.roll import Roll
from aichef.kitchens.serving import serving
from aichef.kitchens.stores import open_store
from aichef.meal.section4 import to_json
from aichef.profile.parse import parse_profile
from aichef.session.engine import DEADLINE, Engine, forget_all
from aichef.session.model import canonical, new_id
from aichef.session.port import Sessions
from aichef.settings import Settings
from tests.postgres import Server

if TYPE_CHECKING:
    from dbos import WorkflowStatus

PROFILE = {"target": "keto", "allergies": ["땅콩"], "note": "더 매콤하게", "seed": 2}
WORDS = ("땅콩", "매콤", "keto", "allergies", "peanut")


@dataclass(frozen=True)
class Machine:
    settings: Settings
    store: Sessions
    engine: DurableEngine

    def accept(self, profile: dict[str, object] | None = None) -> str:
        one = new_id()
        given = canonical(PROFILE if profile is None else profile)
        self.store.accept(one, given, now(), now() + DEADLINE)
        return one

    def finished(self, one: str) -> str:
        waited(lambda: self.store.find(one).status != "processing")
        return self.store.find(one).status


def waited(until: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A serving machine with one worker."""
    environ = environ_in(tmp_path_factory.mktemp("serving"))
    settings = Settings.read(environ)
    with serving(settings, 1, environ) as (store, engine):
        yield Machine(settings, store, engine)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Machine]:
    """A machine where nobody cooks."""
    settings = Settings(tmp_path)
    prepare(settings)
    with (
        closing(open_store(settings)) as store,
        closing(DurableEngine(settings, store)) as engine,
    ):
        yield Machine(settings, store, engine)


@pytest.fixture
def keeper(alone: Machine, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """One that counts no session as too young to be looked after."""
    monkeypatch.setattr(keeping, "_YOUNG", timedelta(0))
    return Keeper(alone.engine, alone.store, local_kitchen(alone.settings))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    one = Server.made()
    yield one
    one.remove()


def test_a_durable_engine_keeps_the_promises_of_the_port(machine: Machine) -> None:
    engine: Engine = machine.engine
    waited(engine.alive)
    assert engine.queued() == 0


def test_a_durable_session_ends_with_the_meal_that_cook_tells(machine: Machine) -> None:
    one = machine.accept()
    machine.engine.start(one, 1)
    machine.engine.start(one, 1)
    assert machine.finished(one) == "completed"
    began = machine.store.find(one).started_at
    here = replace(local_kitchen(machine.settings), clock=lambda: began)
    meal = run(cook(parse_profile(dict(PROFILE), today=began.date()), here), here)
    assert json.loads(machine.store.result(one)) == to_json(meal, one)
    assert [it.workflow_id for it in machine.engine.workflows(one)] == [f"{one}.1"]


def test_the_workers_database_knows_ids_and_flags_and_no_profile(machine: Machine) -> None:
    told = [machine.accept(), machine.accept({**PROFILE, "healthConditions": ["신부전"]})]
    for one in told:
        machine.engine.start(one, 1)
    assert [machine.finished(one) for one in told] == ["completed", "failed"]
    waited(lambda: all(machine.engine.workflows(one)[0].status == "SUCCESS" for one in told))
    folder = machine.settings.data_dir
    with closing(sqlite3.connect(folder / FILE)) as file:
        tables = [
            name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        cells = [
            str(cell)
            for table in tables
            for row in file.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - its own tables
            for cell in row
            if cell is not None
        ]
    assert any(told[0] in cell for cell in cells)
    decoded = [*cells, *map(unpacked, cells)]
    raw = as_it_lies(folder)
    for word in WORDS:
        assert not [cell for cell in decoded if word in cell]
        assert word.encode() not in raw
        assert json.dumps(word).strip('"').encode() not in raw
    inputs = [json.loads(cell) for cell in cells if cell.startswith('{"namedArgs"')]
    assert {len(given["positionalArgs"]) for given in inputs} == {2}
    assert {type(flag) for given in inputs for flag in given["positionalArgs"]} == {str, int}


def as_it_lies(folder: Path) -> bytes:
    """The workers' files, read elsewhere: closing them here would let go of SQLite's locks."""
    files = sorted(folder.glob(f"{FILE}*"))
    return subprocess.run(["cat", *files], capture_output=True, check=True).stdout


def unpacked(cell: str) -> str:
    """What a pickle in base64 would hold."""
    try:
        return base64.b64decode(cell, validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""


def test_a_new_attempt_is_a_workflow_of_its_own(machine: Machine) -> None:
    one = machine.accept({**PROFILE, "seed": 5})
    machine.engine.start(one, 1)
    machine.finished(one)
    again = machine.store.again(one, now(), now() + DEADLINE)
    machine.engine.start(one, again.attempt)
    assert machine.finished(one) == "completed"
    ids = sorted(it.workflow_id for it in machine.engine.workflows(one))
    assert ids == [f"{one}.1", f"{one}.2"]


def test_what_was_accepted_and_never_enqueued_is_found_and_cooked(machine: Machine) -> None:
    one = machine.accept()
    assert machine.finished(one) == "completed"


def test_a_worker_that_has_room_is_handed_a_session_past_the_queue(machine: Machine) -> None:
    # The first one is there before the worker is.
    for queues in ({QUEUE, None}, {None}, {None}):
        one = machine.accept()
        machine.engine.start(one, 1)
        assert machine.finished(one) == "completed"
        assert machine.engine.workflows(one)[0].queue_name in queues


def test_a_session_stands_in_line_where_others_wait(alone: Machine) -> None:
    handed: list[str] = []

    def hand(one: str, _: int) -> bool:
        handed.append(one)
        return True

    with closing(DurableEngine(alone.settings, alone.store, hand)) as engine:
        ids = [alone.accept() for _ in range(6)]
        engine.start(ids[-1], 1)
        assert handed == []
        assert engine.workflows(ids[-1])[0].status == "ENQUEUED"


def test_a_session_that_a_dying_worker_was_handed_is_found(alone: Machine, keeper: Keeper) -> None:
    with closing(DurableEngine(alone.settings, alone.store, lambda *_: True)) as engine:
        one = alone.accept()
        engine.start(one, 1)
        assert engine.workflows(one) == []
    keeper.find_lost()
    assert alone.engine.workflows(one)[0].status == "ENQUEUED"


def test_a_session_forgotten_on_its_way_to_a_worker_leaves_no_workflow(machine: Machine) -> None:
    for seed in range(6):
        one = machine.accept({**PROFILE, "seed": seed})
        machine.engine.start(one, 1)
        machine.store.forget(one)
        machine.engine.forget(one)
        waited(lambda one=one: machine.engine.workflows(one) == [])  # type: ignore[misc]
    time.sleep(0.5)
    folder = machine.settings.data_dir
    with closing(sqlite3.connect(folder / FILE)) as file:
        left = {name for (name,) in file.execute("SELECT workflow_uuid FROM workflow_status")}
    assert not [name for name in left if one in name]


def test_only_its_owner_reads_the_workers_database(alone: Machine) -> None:
    for path in alone.settings.data_dir.glob(f"{FILE}*"):
        assert path.stat().st_mode & 0o077 == 0


def test_a_damaged_workers_database_is_called_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError) as failed:
        prepare(Settings(tmp_path))
    assert failed.value.details["trouble"] == "damaged"


def test_what_goes_wrong_with_one_session_keeps_nobody_from_the_others(
    alone: Machine, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [alone.accept() for _ in range(3)]
    workflows, seen = alone.engine.workflows, []

    def some(one: str) -> list[WorkflowStatus]:
        seen.append(one)
        if one == ids[0]:
            raise StoreError("locked", trouble="busy")
        return workflows(one)

    monkeypatch.setattr(alone.engine, "workflows", some)
    with pytest.raises(StoreError, match="locked"):
        keeper.find_lost()
    assert seen == ids
    assert all(workflows(one)[0].status == "ENQUEUED" for one in ids[1:])


def test_forgetting_forgets_what_was_begun_in_between(
    alone: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = alone.accept()
    alone.engine.start(one, 1)
    forget = alone.store.forget

    def slowly(it: str) -> None:
        alone.engine.enqueue(it, 2)
        forget(it)

    monkeypatch.setattr(alone.store, "forget", slowly)
    forget_all(one, alone.store, alone.engine, now())
    assert alone.engine.workflows(one) == []
    with pytest.raises(SessionNotFound):
        alone.store.find(one)


def test_who_answers_http_loads_no_model(tmp_path: Path) -> None:
    code = """
import os, sys, threading
from aichef.kitchens.serving import serving
from aichef.settings import Settings
with serving(Settings.read(os.environ), 1, os.environ) as (store, engine):
    queue = engine.client.retrieve_queue("aichef")
    assert queue.worker_concurrency == 12, queue
    assert not [one.name for one in threading.enumerate() if one.name == "aichef model"]
    assert "pydantic_ai" not in sys.modules
"""
    environ = environ_in(tmp_path) | {"AICHEF_MODEL": "anthropic:x", "AICHEF_MODEL_KEY": "k"}
    subprocess.run([sys.executable, "-c", code], env=environ, check=True)


def test_a_model_that_cannot_be_read_is_said_before_anything_begins(tmp_path: Path) -> None:
    environ = environ_in(tmp_path) | {"AICHEF_MODEL": "nobody"}
    with pytest.raises(RequestError), serving(Settings.read(environ), 1, environ):
        pass
    assert not (tmp_path / "workers").exists()


def test_a_cancelled_session_that_waits_leaves_the_queue(alone: Machine) -> None:
    one = alone.accept()
    alone.engine.start(one, 1)
    assert alone.engine.queued() == 1
    alone.store.cancel(one, now())
    alone.engine.stop(one)
    assert alone.engine.workflows(one)[0].status == "CANCELLED"
    assert alone.engine.queued() == 0


def test_forgetting_leaves_no_workflow(alone: Machine) -> None:
    one = alone.accept()
    alone.engine.start(one, 1)
    alone.engine.forget(one)
    alone.store.forget(one)
    assert alone.engine.workflows(one) == []
    alone.engine.close()
    assert one.encode() not in as_it_lies(alone.settings.data_dir)


def test_a_workflow_that_ended_without_its_session_is_begun_anew(
    alone: Machine, keeper: Keeper
) -> None:
    one = alone.accept()
    alone.engine.start(one, 1)
    alone.engine.client.cancel_workflow(f"{one}.1")
    keeper.find_lost()
    assert alone.engine.workflows(one)[0].status == "ENQUEUED"


def test_a_session_past_its_deadline_ends_though_nobody_cooks(
    alone: Machine, keeper: Keeper
) -> None:
    one, long_ago = new_id(), now() - timedelta(minutes=10)
    alone.store.accept(one, canonical(PROFILE), long_ago, long_ago + DEADLINE)
    keeper.find_lost()
    session = alone.store.find(one)
    assert session.status == "failed"
    assert session.error is not None
    assert session.error["details"] == {"trouble": "busy"}


def test_what_ended_seven_days_ago_is_forgotten_with_its_workflow(
    alone: Machine, keeper: Keeper
) -> None:
    old, young = alone.accept(), alone.accept()
    for one in (old, young):
        alone.engine.start(one, 1)
    alone.store.finish(old, 1, "{}", now() - timedelta(days=7, seconds=1))
    alone.store.finish(young, 1, "{}", now())
    keeper.expire()
    with pytest.raises(SessionNotFound):
        alone.store.find(old)
    assert alone.engine.workflows(old) == []
    assert alone.engine.workflows(young) != []


def test_the_workers_database_writes_ahead(alone: Machine) -> None:
    with closing(sqlite3.connect(alone.settings.data_dir / FILE)) as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_model_that_streams_is_let_go_within_two_seconds(tmp_path: Path) -> None:
    with model_stand_in() as model:
        environ = environ_in(tmp_path) | model.environment("openai")
        with serving(Settings.read(environ), 1, environ) as (store, engine):
            for end in (store.cancel, lambda one, _: store.forget(one)):
                one = new_id()
                store.accept(one, canonical({"target": "general"}), now(), now() + DEADLINE)
                engine.start(one, 1)
                waited(lambda: sum(model.open.values()) == 1)
                began = time.monotonic()
                end(one, now())
                waited(lambda: not sum(model.open.values()))
                assert time.monotonic() - began < 2
                engine.forget(one)
                assert engine.workflows(one) == []


def test_a_database_that_goes_away_and_returns_costs_no_session(
    server: Server, tmp_path: Path
) -> None:
    environ = environ_in(tmp_path) | {"AICHEF_DATABASE_URL": server.database("away")}
    with serving(Settings.read(environ), 1, environ) as (store, engine):
        ids = [new_id() for _ in range(6)]
        waited(engine.alive)
        for seed, one in enumerate(ids):
            given = canonical({"target": "diet", "seed": seed})
            store.accept(one, given, now(), now() + DEADLINE)
            engine.start(one, 1)
        server.stop("immediate")
        time.sleep(1)
        with pytest.raises(StoreError, match="연결"):
            store.find(ids[0])
        server.start()
        waited(lambda: not quietly(store.processing))
        assert {store.find(one).status for one in ids} == {"completed"}


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_database_that_goes_away_while_a_model_streams_costs_one_answer(
    server: Server, tmp_path: Path
) -> None:
    with model_stand_in() as model:
        model.speed = 200.0
        environ = environ_in(tmp_path) | model.environment("openai")
        environ["AICHEF_DATABASE_URL"] = server.database("streaming")
        with serving(Settings.read(environ), 1, environ) as (store, engine):
            one = new_id()
            waited(engine.alive)
            store.accept(one, canonical({"target": "general"}), now(), now() + DEADLINE)
            engine.start(one, 1)
            waited(lambda: any(event.kind == "ingredient" for event in store.events(one)))
            assert sum(model.open.values()) == 1
            server.stop("immediate")
            waited(lambda: not sum(model.open.values()))
            time.sleep(1)
            server.start()
            waited(lambda: not quietly(store.processing))
            assert sum(model.calls.values()) == 1
            assert json.loads(store.result(one))["recipe"]["writtenBy"]["kind"] == "model"
            names = [it.body["name"] for it in store.events(one) if it.kind == "ingredient"]
            assert len(names) == len(set(names))


def quietly(ask: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """What a store says; where it does not answer, that somebody is at work."""
    try:
        return ask()
    except StoreError:
        return ("unknown",)


@pytest.fixture(params=["sqlite", "postgres"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a machine that shares its workers' database."""
    if request.param == "sqlite":
        return Settings(tmp_path)
    one: Server = request.getfixturevalue("server")
    name = f"roll{os.getpid()}"
    with psycopg.connect(one.address("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
    return Settings(tmp_path, database_url=one.database(name))


def test_a_worker_counts_as_dead_when_it_is_silent_or_its_lock_is_free(
    shared: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = workers_database(shared)
    here, elsewhere = Roll(engine, tmp_path / "here"), Roll(engine, tmp_path / "elsewhere")
    neighbour = Roll(engine, tmp_path / "here")
    me, other = here.enter(), elsewhere.enter()
    assert set(here.there()) == {me, other}
    time.sleep(0.05)
    monkeypatch.setattr(rolls, "SILENT", 10)
    assert here.dead() == (other,)
    assert neighbour.dead() == (other,)
    here._held.pop(me).close()
    assert set(neighbour.dead()) == {me, other}
    elsewhere.beat(other)
    monkeypatch.setattr(rolls, "SILENT", 10_000)
    assert neighbour.dead() == (me,)
    neighbour.leave(me)
    elsewhere.leave(other)
    assert neighbour.dead() == ()
    engine.dispose()


def test_the_work_of_a_dead_worker_is_taken_over_once(shared: Settings, tmp_path: Path) -> None:
    prepare(shared)
    engine = workers_database(shared)
    roll = Roll(engine, tmp_path / "workers")
    roll.miss({"never-seen"})
    roll.miss({"never-seen"})
    assert roll.dead() == ("never-seen",)
    assert [roll.claim("never-seen") for _ in range(2)] == [True, False]
    assert not roll.claim("nobody")
    engine.dispose()


def test_a_session_of_a_worker_nobody_knows_is_enqueued_again(
    alone: Machine, keeper: Keeper
) -> None:
    one = alone.accept()
    alone.engine.start(one, 1)
    with closing(sqlite3.connect(alone.settings.data_dir / FILE)) as file, file:
        file.execute("UPDATE workflow_status SET status = 'PENDING', executor_id = 'ghost'")
    keeper.find_lost()
    assert keeper.take_over() == 1
    status = alone.engine.workflows(one)[0]
    assert (status.status, status.queue_name) == ("ENQUEUED", "aichef")
    assert keeper.take_over() == 0
    assert datetime.now(UTC) < alone.store.find(one).deadline_at


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_worker_that_is_to_stop_finishes_what_it_was_handed(tmp_path: Path) -> None:
    with model_stand_in() as model:
        model.first, model.speed = 1.0, 2000.0
        environ = environ_in(tmp_path) | model.environment("openai")
        settings = Settings.read(environ)
        with serving(settings, 1, environ) as (store, engine):
            for _ in range(2):
                one = new_id()
                store.accept(one, canonical({"target": "general"}), now(), now() + DEADLINE)
                engine.start(one, 1)
                waited(lambda: sum(model.open.values()) == 1)
                name = engine.workflows(one)[0].executor_id
                if engine.workflows(one)[0].queue_name is None:
                    break
                waited(lambda one=one: store.find(one).status != "processing")  # type: ignore[misc]
        ended = engine.workflows(one)[0]
        assert (ended.status, ended.executor_id, ended.queue_name) == ("SUCCESS", name, None)
        assert store.find(one).status == "completed"
