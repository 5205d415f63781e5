"""The contract of a store of sessions; memory, SQLite, PostgreSQL and DynamoDB are held to it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from aichef.errors import NotReady, SessionConflict, SessionNotFound
from aichef.session.dynamodb import DynamoSessions
from aichef.session.model import CALLS, WRITTEN, Session, canonical, new_id
from aichef.session.port import Sessions
from tests.session.conftest import Place
from tests.session.racer import OWN, SHARED, race
from tests.session.stores import DEADLINE, NOW, PROFILE, Clock, opened

OTHER = canonical({"target": "diet"})
MEAL = json.dumps({"recipe": {"recipeName": "두부구이"}})


@pytest.fixture
def session(store: Sessions) -> Session:
    return store.accept(new_id(), PROFILE, NOW, DEADLINE)


def kinds(store: Sessions, one: str) -> list[str]:
    return [event.kind for event in store.events(one)]


def numbers(store: Sessions, one: str) -> list[int]:
    return [event.number for event in store.events(one)]


# ------------------------------------------------------------------ accepting


def test_an_accepted_session_can_be_found_as_it_was_put(store: Sessions) -> None:
    one = new_id()
    session = store.accept(one, PROFILE, NOW, DEADLINE)
    assert store.find(one) == session
    assert (session.id, session.attempt, session.profile) == (one, 1, PROFILE)
    assert (session.status, session.phase, session.progress) == ("processing", "accepted", 5)
    assert session.accepted_at == session.started_at == session.updated_at == NOW
    assert session.deadline_at == DEADLINE
    assert session.ended_at is None
    assert [(one.number, one.kind) for one in store.events(one)] == [(1, "phase")]


def test_a_run_cooks_for_the_day_it_was_started_on_where_it_was_started(store: Sessions) -> None:
    late = datetime(2026, 11, 23, 2, 0, tzinfo=timezone(timedelta(hours=9)))
    session = store.accept(new_id(), PROFILE, late, late + timedelta(minutes=2))
    found = store.find(session.id).started_at
    assert found.isoformat() == late.isoformat()
    assert store.find(session.id).accepted_at.isoformat() == "2026-11-22T17:00:00+00:00"


def test_the_same_id_and_profile_again_is_the_session_stored(store: Sessions) -> None:
    one = new_id()
    first = store.accept(one, PROFILE, NOW, DEADLINE)
    later = NOW + timedelta(hours=1)
    assert store.accept(one, PROFILE, later, later) == first
    assert numbers(store, one) == [1]


def test_the_same_id_with_another_profile_is_a_conflict(store: Sessions, session: Session) -> None:
    with pytest.raises(SessionConflict) as caught:
        store.accept(session.id, OTHER, NOW, DEADLINE)
    assert caught.value.code == "SESSION_CONFLICT"
    assert store.find(session.id).profile == PROFILE


def test_the_same_key_brings_back_the_first_session(store: Sessions) -> None:
    first = store.accept(new_id(), PROFILE, NOW, DEADLINE, key="client:7")
    assert store.accept(new_id(), PROFILE, NOW, DEADLINE, key="client:7") == first
    assert store.accept(new_id(), PROFILE, NOW, DEADLINE, key="client:8") != first
    assert len(store.list()) == 2


def test_the_same_key_with_another_profile_is_a_conflict(store: Sessions) -> None:
    store.accept(new_id(), PROFILE, NOW, DEADLINE, key="client:7")
    with pytest.raises(SessionConflict, match="Idempotency-Key"):
        store.accept(new_id(), OTHER, NOW, DEADLINE, key="client:7")
    assert len(store.list()) == 1


def test_a_key_of_strange_characters_is_a_key(store: Sessions) -> None:
    key = "\x00\ud800 ' \" ? %s 키" * 50
    first = store.accept(new_id(), PROFILE, NOW, DEADLINE, key=key)
    assert store.accept(new_id(), PROFILE, NOW, DEADLINE, key=key).id == first.id


def test_threads_that_race_with_one_key_start_one_session(store: Sessions) -> None:
    ready = Barrier(8)

    def accept(_: int) -> str:
        ready.wait()
        return store.accept(new_id(), PROFILE, NOW, DEADLINE, key="once").id

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(accept, range(8)))
    assert len(found) == 1
    assert [one.id for one in store.list()] == [*found]


# ------------------------------------------------------------------ going on


def test_progress_goes_forward_and_tells(store: Sessions, session: Session) -> None:
    at = NOW + timedelta(seconds=3)
    assert store.advance(session.id, 1, "recipe_generation", 10, at)
    assert store.advance(session.id, 1, "recipe_generation", 23, at)
    assert store.advance(session.id, 1, "recipe_completed", 50, at)
    found = store.find(session.id)
    assert (found.phase, found.progress, found.updated_at) == ("recipe_completed", 50, at)
    assert found.last_event == 4
    told = store.events(session.id)
    assert [one.body["progress"] for one in told] == [5, 10, 23, 50]
    assert {one.kind for one in told} == {"phase"}
    assert told[-1].at == at


@pytest.mark.parametrize(
    ("phase", "progress"),
    [
        ("recipe_completed", 50),
        ("recipe_generation", 10),
        ("recipe_generation", 60),
        ("price_lookup", 40),
    ],
)
def test_progress_never_goes_back(
    store: Sessions, session: Session, phase: Any, progress: int
) -> None:
    store.advance(session.id, 1, "recipe_completed", 50, NOW)
    before = store.find(session.id)
    assert not store.advance(session.id, 1, phase, progress, NOW)
    assert store.find(session.id) == before
    assert numbers(store, session.id) == [1, 2]


def test_another_attempt_changes_nothing(store: Sessions, session: Session) -> None:
    before = store.find(session.id)
    assert not store.advance(session.id, 2, "recipe_generation", 10, NOW)
    assert not store.tell(session.id, 2, "a", "ingredient", {}, NOW)
    assert not store.keep(session.id, 2, "recipe", b"{}")
    assert not store.finish(session.id, 2, MEAL, NOW)
    assert not store.fail(session.id, 2, {}, NOW)
    assert store.find(session.id) == before
    assert kinds(store, session.id) == ["phase"]


def test_what_is_told_twice_under_a_key_is_kept_once(store: Sessions, session: Session) -> None:
    assert store.tell(session.id, 1, "i-0", "ingredient", {"name": "두부"}, NOW)
    assert not store.tell(session.id, 1, "i-0", "ingredient", {"name": "두부"}, NOW)
    assert store.tell(session.id, 1, "i-1", "price", {"won": 2_000, "near": 1.5}, NOW)
    told = store.events(session.id)
    assert [one.number for one in told] == [1, 2, 3]
    assert told[1].body == {"name": "두부"}
    assert told[2].body == {"won": 2_000, "near": 1.5}
    assert store.events(session.id, after=2) == told[2:]
    assert store.events(session.id, after=3) == ()


def test_what_a_step_left_is_there_for_the_next(store: Sessions, session: Session) -> None:
    body = bytes(range(256))
    assert store.part(session.id, "recipe") is None
    assert store.keep(session.id, 1, "recipe", body)
    assert not store.keep(session.id, 1, "recipe", b"another")
    assert store.part(session.id, "recipe") == body


def test_marks_say_how_far_each_follower_may_read(store: Sessions, session: Session) -> None:
    other = store.accept(new_id(), PROFILE, NOW, DEADLINE)
    store.cancel(other.id, NOW)
    assert store.marks([session.id, other.id, new_id()]) == {
        session.id: (1, "processing"),
        other.id: (2, "cancelled"),
    }
    assert store.marks([]) == {}


def test_marks_are_read_for_a_thousand_followers_at_once(store: Sessions) -> None:
    ids = [new_id() for _ in range(1_000)]
    session = store.accept(ids[500], PROFILE, NOW, DEADLINE)
    assert store.marks(ids) == {session.id: (1, "processing")}


# ------------------------------------------------------------------ ending


def test_a_finished_session_has_its_meal(store: Sessions, session: Session) -> None:
    store.keep(session.id, 1, "recipe", b"{}")
    at = NOW + timedelta(seconds=9)
    assert store.finish(session.id, 1, MEAL, at)
    found = store.find(session.id)
    assert (found.status, found.phase, found.progress) == ("completed", "finished", 100)
    assert found.ended_at == at
    assert store.result(session.id) == MEAL
    assert store.part(session.id, "recipe") is None
    assert kinds(store, session.id) == ["phase", "result"]


def test_figures_for_the_operator_outlive_the_end_and_go_with_the_session(
    store: Sessions, session: Session
) -> None:
    one = session.id
    for part in ("recipe", WRITTEN, CALLS[0]):
        assert store.keep(one, 1, part, b"[]")
    store.finish(one, 1, MEAL, NOW)
    assert [store.part(one, part) for part in ("recipe", WRITTEN, CALLS[0])] == [None, b"[]", b"[]"]
    assert not store.keep(one, 1, CALLS[1], b"late")
    store.again(one, NOW, DEADLINE)
    assert store.part(one, WRITTEN) is None
    assert store.keep(one, 2, WRITTEN, b"{}")
    store.finish(one, 2, MEAL, NOW)
    assert store.part(one, WRITTEN) == b"{}"
    store.forget(one)
    with pytest.raises(SessionNotFound):
        store.part(one, WRITTEN)


def test_there_is_room(store: Sessions) -> None:
    assert store.room()


@pytest.mark.parametrize(
    ("phase", "progress", "failed"),
    [
        ("recipe_generation", 30, "recipe_failed"),
        ("price_lookup", 60, "price_failed"),
        ("combining_results", 90, "combine_failed"),
    ],
)
def test_a_failed_session_says_where_and_why_and_keeps_its_progress(
    store: Sessions, session: Session, phase: Any, progress: int, failed: str
) -> None:
    store.advance(session.id, 1, phase, progress, NOW)
    store.keep(session.id, 1, "recipe", b"{}")
    error = {"code": "SUPPLIER_FAILED", "message": "답이 없어요.", "details": {"tries": 2}}
    assert store.fail(session.id, 1, error, NOW)
    found = store.find(session.id)
    assert (found.status, found.phase, found.progress) == ("failed", failed, progress)
    assert found.error == error
    assert store.part(session.id, "recipe") == b"{}"
    last = store.events(session.id)[-1]
    assert (last.kind, last.body["error"]) == ("failed", error)
    with pytest.raises(NotReady, match="결과 없이"):
        store.result(session.id)


def test_a_cancelled_session_stays_where_it_was(store: Sessions, session: Session) -> None:
    store.advance(session.id, 1, "recipe_generation", 23, NOW)
    assert store.cancel(session.id, NOW)
    found = store.find(session.id)
    assert (found.status, found.phase, found.progress) == ("cancelled", "recipe_generation", 23)
    assert kinds(store, session.id)[-1] == "cancelled"


@pytest.mark.parametrize("first", ["finish", "fail", "cancel"])
def test_the_first_end_is_the_end(store: Sessions, session: Session, first: str) -> None:
    ends: dict[str, Callable[[], bool]] = {
        "finish": lambda: store.finish(session.id, 1, MEAL, NOW),
        "fail": lambda: store.fail(session.id, 1, {"code": "X"}, NOW),
        "cancel": lambda: store.cancel(session.id, NOW),
    }
    assert ends[first]()
    ended = store.find(session.id)
    for end in ends.values():
        assert not end()
    assert not store.advance(session.id, 1, "finished", 100, NOW)
    assert not store.tell(session.id, 1, "late", "ingredient", {}, NOW)
    assert not store.keep(session.id, 1, "late", b"")
    assert store.find(session.id) == ended
    assert numbers(store, session.id) == [1, 2]


def test_a_result_that_is_not_there_yet_says_how_far_it_is(
    store: Sessions, session: Session
) -> None:
    with pytest.raises(NotReady, match="아직") as caught:
        store.result(session.id)
    assert caught.value.code == "NOT_READY"
    assert caught.value.exit_code == 2
    assert caught.value.details["status"] == "processing"
    assert caught.value.details["progress"] == 5


# ------------------------------------------------------------------ once more


def test_another_attempt_starts_afresh_and_the_old_result_stays(
    store: Sessions, session: Session
) -> None:
    store.tell(session.id, 1, "i-0", "ingredient", {}, NOW)
    store.keep(session.id, 1, "recipe", b"old")
    store.finish(session.id, 1, MEAL, NOW)
    later = NOW + timedelta(hours=1)
    again = store.again(session.id, later, later + timedelta(minutes=2))
    assert again == store.find(session.id)
    assert (again.attempt, again.status, again.phase, again.progress) == (
        *(2, "processing", "accepted", 5),
    )
    assert (again.accepted_at, again.started_at) == (NOW, later)
    assert (again.ended_at, again.error) == (None, None)
    assert store.result(session.id) == MEAL
    assert store.part(session.id, "recipe") is None
    assert numbers(store, session.id) == [4]
    assert store.tell(session.id, 2, "i-0", "ingredient", {}, later)
    assert not store.tell(session.id, 1, "i-9", "ingredient", {}, later)
    assert not store.finish(session.id, 1, "late", later)
    assert store.finish(session.id, 2, "new", later)
    assert store.result(session.id) == "new"
    assert numbers(store, session.id) == [4, 5, 6]


def test_a_failed_attempt_leaves_the_result_before_it(store: Sessions, session: Session) -> None:
    store.finish(session.id, 1, MEAL, NOW)
    store.again(session.id, NOW, DEADLINE)
    store.fail(session.id, 2, {"code": "X"}, NOW)
    assert store.result(session.id) == MEAL
    assert store.again(session.id, NOW, DEADLINE).error is None


def test_a_session_at_work_is_not_started_again(store: Sessions, session: Session) -> None:
    with pytest.raises(SessionConflict, match="진행 중"):
        store.again(session.id, NOW, DEADLINE)


# ------------------------------------------------------------------ looking over all


def test_sessions_are_counted_by_how_they_stand(store: Sessions) -> None:
    assert store.counts() == {"processing": 0, "completed": 0, "failed": 0, "cancelled": 0}
    ids = [
        store.accept(new_id(), PROFILE, NOW + timedelta(seconds=n), DEADLINE).id for n in range(5)
    ]
    store.finish(ids[0], 1, MEAL, NOW)
    store.fail(ids[1], 1, {}, NOW)
    store.cancel(ids[2], NOW)
    store.advance(ids[3], 1, "recipe_generation", 10, NOW)
    assert store.counts() == {"processing": 2, "completed": 1, "failed": 1, "cancelled": 1}
    assert store.waiting() == 1
    assert store.processing() == (ids[3], ids[4])
    assert [one.id for one in store.list(2)] == [ids[4], ids[3]]
    assert [one.id for one in store.list(status="failed")] == [ids[1]]


# ------------------------------------------------------------------ forgetting


@pytest.mark.parametrize(
    "ask",
    [
        lambda store, one: store.find(one),
        lambda store, one: store.result(one),
        lambda store, one: store.events(one),
        lambda store, one: store.part(one, "recipe"),
        lambda store, one: store.advance(one, 1, "recipe_generation", 10, NOW),
        lambda store, one: store.tell(one, 1, "a", "ingredient", {}, NOW),
        lambda store, one: store.keep(one, 1, "a", b""),
        lambda store, one: store.finish(one, 1, MEAL, NOW),
        lambda store, one: store.fail(one, 1, {}, NOW),
        lambda store, one: store.cancel(one, NOW),
        lambda store, one: store.again(one, NOW, DEADLINE),
        lambda store, one: store.forget(one),
    ],
)
def test_a_session_that_is_not_there_says_so_to_everyone(
    store: Sessions, clock: Clock, ask: Any
) -> None:
    with pytest.raises(SessionNotFound) as caught:
        ask(store, new_id())
    assert caught.value.code == "SESSION_NOT_FOUND"
    assert caught.value.exit_code == 2
    old = store.accept(new_id(), PROFILE, NOW, DEADLINE).id
    store.finish(old, 1, MEAL, NOW)
    clock.turn(days=7)
    with pytest.raises(SessionNotFound):
        ask(store, old)


def test_a_forgotten_session_is_gone_with_its_key(store: Sessions) -> None:
    one = store.accept(new_id(), PROFILE, NOW, DEADLINE, key="k").id
    store.finish(one, 1, MEAL, NOW)
    store.forget(one)
    with pytest.raises(SessionNotFound):
        store.find(one)
    assert store.list() == ()
    assert store.accept(one, OTHER, NOW, DEADLINE, key="k").profile == OTHER
    assert numbers(store, one) == [1]


def test_sessions_end_seven_days_after_they_ended(store: Sessions, clock: Clock) -> None:
    ids = [store.accept(new_id(), PROFILE, NOW, DEADLINE, key=f"k{n}").id for n in range(4)]
    store.finish(ids[0], 1, MEAL, NOW)
    store.fail(ids[1], 1, {}, NOW)
    store.cancel(ids[2], NOW + timedelta(seconds=1))
    now = clock.turn(days=7, microseconds=-1)
    assert store.expire(now) == ()
    assert store.result(ids[0]) == MEAL
    now = clock.turn(microseconds=1)
    assert store.marks(ids).keys() == {ids[2], ids[3]}
    assert store.counts()["completed"] == 0
    assert {one.id for one in store.list()} == {ids[2], ids[3]}
    new = store.accept(ids[0], OTHER, now, now)
    assert (new.profile, new.attempt, new.last_event) == (OTHER, 2, 1)
    assert store.expire(now) == (ids[1],)
    assert store.expire(now) == ()
    now = clock.turn(days=1_000)
    assert store.expire(now) == (ids[2],)
    assert {*store.processing()} == {ids[0], ids[3]}


def test_a_key_of_an_expired_session_is_free(store: Sessions, clock: Clock) -> None:
    old = store.accept(new_id(), PROFILE, NOW, DEADLINE, key="k").id
    store.cancel(old, NOW)
    now = clock.turn(days=7)
    new = store.accept(new_id(), OTHER, now, now, key="k")
    assert new.profile == OTHER
    assert store.list() == (new,)


def test_an_old_result_ends_though_another_attempt_is_at_work(
    store: Sessions, session: Session, clock: Clock
) -> None:
    store.finish(session.id, 1, MEAL, NOW)
    store.again(session.id, NOW, DEADLINE)
    now = clock.turn(days=7)
    with pytest.raises(NotReady):
        store.result(session.id)
    assert store.expire(now) == ()
    clock.turn(days=-1)
    with pytest.raises(NotReady):
        store.result(session.id)


def test_many_sessions_expire_at_once(store: Sessions, clock: Clock) -> None:
    # moto copies its tables with every transaction.
    many = 60 if isinstance(store, DynamoSessions) else 210
    ids = [store.accept(new_id(), PROFILE, NOW, DEADLINE).id for _ in range(many)]
    for one in ids:
        store.cancel(one, NOW)
    assert store.expire(clock.turn(days=8)) == tuple(sorted(ids))


# ------------------------------------------------------------------ racing


def judged(store: Sessions, one: str, done: list[dict[str, Any]]) -> None:
    """What must hold after `done`, whatever the order in which they wrote."""
    told = store.events(one)
    assert [event.number for event in told] == list(range(1, len(told) + 1))
    assert store.find(one).last_event == len(told)
    steps = [event.body["step"] for event in told if event.kind == "ingredient"]
    assert len(steps) == len(set(steps)) == sum(racer["shared"] for racer in done)
    assert sum(event.kind == "price" for event in told) == sum(racer["own"] for racer in done)
    progress = [event.body["progress"] for event in told if event.kind == "phase"]
    assert progress == sorted(set(progress))
    assert len(progress) == 1 + sum(racer["advanced"] for racer in done)
    assert sum(racer["ended"] for racer in done) == 1
    assert sum(racer["kept"] for racer in done) <= 1
    assert [event.kind in {"result", "failed", "cancelled"} for event in told].index(True) == (
        len(told) - 1
    )


def test_racing_threads_write_one_story(store: Sessions, session: Session) -> None:
    endings = ("finish", "fail", "cancel", "finish")
    with ThreadPoolExecutor(len(endings)) as threads:
        racing = [
            threads.submit(race, store, session.id, f"thread-{n}", ending)
            for n, ending in enumerate(endings)
        ]
        judged(store, session.id, [one.result() for one in racing])


def started(place: Place, one: str, who: str, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.session.racer", place.kind, place.where, one, who, how],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def said_by(processes: list[subprocess.Popen[str]]) -> list[str]:
    """What processes that run at once printed."""
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert all(process.returncode == 0 for process in processes)
    return said


def test_racing_processes_write_one_story(place: Place, clock: Clock) -> None:
    store = opened(place.kind, place.where, clock)
    one = store.accept(new_id(), PROFILE, NOW, DEADLINE).id
    hows = ("finish", "fail", "cancel")
    said = said_by([started(place, one, f"process-{how}", how) for how in hows])
    judged(store, one, [json.loads(line) for line in said])
    store.close()


def test_racing_processes_make_the_tables_once_and_start_one_session(
    place: Place, clock: Clock
) -> None:
    said = said_by([started(place, new_id(), "", "accept") for _ in range(3)])
    assert len(set(said)) == 1
    store = opened(place.kind, place.where, clock)
    assert [one.id for one in store.list()] == [said[0].strip()]
    store.close()


def test_what_was_accepted_survives_a_process_that_is_killed(place: Place, clock: Clock) -> None:
    for _ in range(3):
        one = new_id()
        process = started(place, one, "killed", "endless")
        assert process.stdout
        assert process.stdout.readline() == "accepted\n"
        reader = opened(place.kind, place.where, clock)
        seen = reader.events(one)
        while len(seen) < 20:
            assert process.poll() is None
            seen = reader.events(one)
        process.kill()
        process.wait()
        process.stdout.close()
        after = reader.events(one)
        assert after[: len(seen)] == seen
        assert [event.number for event in after] == list(range(1, len(after) + 1))
        assert reader.find(one).last_event == len(after)
        assert reader.accept(new_id(), PROFILE, NOW, DEADLINE, key=one).id == one
        assert reader.finish(one, 1, MEAL, NOW)
        reader.close()


def test_shared_steps_are_told_by_somebody(store: Sessions, session: Session) -> None:
    assert race(store, session.id, "alone", "finish") == {
        "shared": SHARED,
        "own": OWN,
        "advanced": OWN,
        "kept": True,
        "ended": True,
    }
