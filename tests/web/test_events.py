"""Events as they happen: in order, from where one left off, to many at once, and to their end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from aichef.errors import StoreError
from aichef.session.memory import MemorySessions
from aichef.session.model import canonical, new_id
from aichef.web import events
from aichef.web.desk import Desk
from aichef.web.events import EventStream, Follower, Hub
from aichef.web.guard import Limits
from tests.web.making import FREE, KETO, Door, Idle, door, events_of, now, tell_all


@pytest.fixture
def at() -> Iterator[Door]:
    with door(engine=Idle) as one:
        yield one


def ended(at: Door) -> str:
    one = at.accept()
    tell_all(at.store, one)
    at.store.finish(one, 1, "{}", now())
    return one


def test_events_are_taken_up_again_after_the_last_one(at: Door) -> None:
    path = f"/v1/sessions/{ended(at)}/events"
    whole = events_of(at.client.get(path).text)
    assert [kind for _, kind, _ in whole][-1] == "result"
    after = {"Last-Event-ID": "3"}
    assert events_of(at.client.get(path, headers=after).text) == whole[3:]
    assert events_of(at.client.get(f"{path}?lastEventId=3").text) == whole[3:]
    assert events_of(at.client.get(f"{path}?lastEventId=1", headers=after).text) == whole[3:]


def test_a_browser_that_has_heard_the_end_is_told_not_to_come_back(at: Door) -> None:
    path = f"/v1/sessions/{ended(at)}/events"
    last = events_of(at.client.get(path).text)[-1][0]
    assert at.client.get(path, headers={"Last-Event-ID": str(last)}).status_code == 204


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "9" * 40])
def test_a_number_that_is_none_is_refused(at: Door, last: str) -> None:
    path = f"/v1/sessions/{ended(at)}/events"
    at.problem("GET", path, 400, "INVALID_REQUEST", headers={"Last-Event-ID": last})
    at.problem("GET", f"{path}?lastEventId={last}", 400, "INVALID_REQUEST")


def test_a_cancelled_and_a_failed_session_say_so_last(at: Door) -> None:
    one, other = at.accept(), at.accept()
    at.store.cancel(one, now())
    at.store.fail(other, 1, {"code": "SUPPLIER_FAILED", "message": "…", "details": {}}, now())
    assert events_of(at.client.get(f"/v1/sessions/{one}/events").text)[-1][1] == "cancelled"
    failed = events_of(at.client.get(f"/v1/sessions/{other}/events").text)[-1]
    assert failed[1] == "failed"
    assert failed[2]["error"]["code"] == "SUPPLIER_FAILED"


class Reader:
    """Somebody at the other end of a stream, who may stop reading, or go."""

    def __init__(self) -> None:
        self.text = ""
        self.status = 0
        self.whole = False
        self.gone = asyncio.Event()
        self.reads = asyncio.Event()
        self.reads.set()

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        await self.reads.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        self.text += message["body"].decode()
        self.whole = not message.get("more_body")

    @property
    def numbers(self) -> list[int]:
        return [number for number, _, _ in events_of(self.text)]


class Counting(MemorySessions):
    """A store that counts its looks, and can be away."""

    looks = 0
    away = False

    def marks(self, ids: Any) -> Any:
        self.looks += 1
        if self.away:
            raise StoreError("…", trouble="unreachable")
        return super().marks(ids)


class Stage:
    """A store, a hub and whoever reads."""

    def __init__(self, limits: Limits = FREE) -> None:
        self.store = Counting()
        self.hub = Hub(Desk(self.store, Idle(self.store), limits, now), limits)
        self.readers: list[Reader] = []
        self.tasks: list[asyncio.Task[None]] = []

    def session(self) -> str:
        one = new_id()
        self.store.accept(one, canonical(KETO), now(), now() + timedelta(minutes=5))
        return one

    def follow(self, one: str, after: int = 0) -> Reader:
        reader = Reader()
        stream = EventStream(self.hub, one, after, "client")
        task = asyncio.ensure_future(stream({}, reader.receive, reader.send))
        self.readers.append(reader)
        self.tasks.append(task)
        return reader

    async def end(self) -> None:
        await asyncio.wait_for(asyncio.gather(*self.tasks), 10)


async def until(true: Any) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


def test_five_hundred_follow_twenty_sessions_with_one_look_at_a_time() -> None:
    async def story() -> None:
        stage = Stage()
        ids = [stage.session() for _ in range(20)]
        for number in range(500):
            stage.follow(ids[number % 20])
        await until(lambda: stage.hub.many == 500)
        for one in ids:
            tell_all(stage.store, one)
            await asyncio.sleep(0.02)
            stage.store.finish(one, 1, "{}", now())
        await stage.end()
        for reader in stage.readers:
            assert reader.whole
            assert reader.numbers == list(range(1, len(reader.numbers) + 1))
            assert "event: result" in reader.text
        assert stage.hub.many == 0
        assert stage.store.looks < 60

    asyncio.run(story())


def test_a_reader_that_went_is_forgotten_and_the_looking_ends() -> None:
    async def story() -> None:
        stage = Stage()
        one = stage.session()
        staying, going = stage.follow(one), stage.follow(one)
        await until(lambda: stage.hub.many == 2)
        going.gone.set()
        await until(lambda: stage.hub.many == 1)
        staying.gone.set()
        await stage.end()
        assert stage.hub._task is not None
        await asyncio.wait_for(stage.hub._task, 2)

    asyncio.run(story())


def test_a_reader_that_does_not_keep_up_is_let_go_and_misses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(events, "_HELD", 8)

    async def story() -> None:
        stage = Stage()
        one = stage.session()
        slow, quick = stage.follow(one), stage.follow(one)
        await until(lambda: stage.hub.many == 2 and quick.numbers == [1] == slow.numbers)
        slow.reads.clear()
        for number in range(40):
            stage.store.tell(one, 1, str(number), "ingredient", {"name": str(number)}, now())
            if number % 4 == 3:
                await until(lambda wanted=number + 2: quick.numbers[-1] == wanted)
        slow.reads.set()
        await until(lambda: slow.whole)
        assert slow.numbers == list(range(1, len(slow.numbers) + 1))
        assert len(slow.numbers) < 41
        again = stage.follow(one, after=slow.numbers[-1])
        stage.store.finish(one, 1, "{}", now())
        await stage.end()
        assert slow.numbers + again.numbers == quick.numbers == list(range(1, 43))

    asyncio.run(story())


def test_a_reader_that_reads_nothing_does_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PATIENCE", 0.05)

    async def story() -> None:
        stage = Stage()
        one = stage.session()
        reader = stage.follow(one)
        await until(lambda: reader.numbers == [1])
        reader.reads.clear()
        stage.store.tell(one, 1, "1", "ingredient", {}, now())
        await stage.end()
        assert stage.hub.many == 0

    asyncio.run(story())


def test_in_silence_a_comment_says_that_we_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "BEAT", 0.05)

    async def story() -> None:
        stage = Stage()
        one = stage.session()
        reader = stage.follow(one)
        await until(lambda: reader.text.count(": beat\n\n") >= 3)
        stage.store.cancel(one, now())
        await stage.end()
        assert reader.numbers == [1, 2]

    asyncio.run(story())


def test_followers_stay_while_the_store_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_AWAY", 0.05)

    async def story() -> None:
        stage = Stage()
        one = stage.session()
        reader = stage.follow(one)
        await until(lambda: reader.numbers == [1])
        stage.store.away = True
        looks = stage.store.looks
        await until(lambda: stage.store.looks > looks + 2)
        stage.store.cancel(one, now())
        stage.store.away = False
        await stage.end()
        assert reader.numbers == [1, 2]

    asyncio.run(story())


def test_a_session_that_is_forgotten_ends_its_streams() -> None:
    async def story() -> None:
        stage = Stage()
        one = stage.session()
        reader = stage.follow(one)
        await until(lambda: stage.hub.many == 1)
        stage.store.forget(one)
        await stage.end()
        assert reader.whole

    asyncio.run(story())


def test_closing_lets_everybody_go() -> None:
    async def story() -> None:
        stage = Stage()
        reader = stage.follow(stage.session())
        await until(lambda: reader.numbers == [1])
        await stage.hub.close()
        await stage.end()
        assert reader.whole

    asyncio.run(story())


def test_there_is_room_for_so_many() -> None:
    limits = Limits(rate=0, followers=3, followers_each=2)
    with door(engine=Idle, limits=limits) as at:
        hub: Hub = at.app.state.hub
        path = f"/v1/sessions/{at.accept()}/events"
        hub._clients.update({"testclient": 2})
        said = at.problem("GET", path, 429, "TOO_MANY_REQUESTS")
        assert said["details"]["retryAfter"] > 0
        hub._clients.clear()
        hub._clients.update({"a": 2, "b": 1})
        at.problem("GET", path, 429, "TOO_MANY_REQUESTS")


def test_leaving_twice_is_leaving_once() -> None:
    async def story() -> None:
        stage = Stage()
        follower = Follower(stage.session(), "a", 0)
        stage.hub.join(follower)
        stage.hub.leave(follower)
        stage.hub.leave(follower)
        assert stage.hub.many == 0
        await stage.hub.close()

    asyncio.run(story())
