"""What is solved while somebody waits is solved one at a time, and nobody waits for long."""

from __future__ import annotations

import asyncio
from threading import Event, Lock

import pytest
from httpx import ASGITransport, AsyncClient

from aichef.web.page import turn as room
from aichef.web.page.kept import Kept
from aichef.web.page.turn import Turn
from aichef.web.problems import TooMany
from tests.web.page.cooked import Larder, larder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Larder:
    return larder(tmp_path_factory.mktemp("data"))


def test_two_are_never_at_work_together() -> None:
    at_work, free = [0, 0], Lock()

    def work(number: int) -> int:
        with free:
            at_work[0] += 1
            at_work[1] = max(at_work)
        Event().wait(0.005)
        with free:
            at_work[0] -= 1
        return number

    async def all_at_once() -> list[int]:
        turn = Turn()
        return list(await asyncio.gather(*(turn.run("ko", work, n) for n in range(8))))

    assert asyncio.run(all_at_once()) == list(range(8))
    assert at_work == [0, 1]


def test_who_waits_too_long_is_told_when_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.05)
    over = Event()

    async def one_after_another() -> None:
        turn = Turn()
        first = asyncio.create_task(turn.run("ko", over.wait, 20))
        await asyncio.sleep(0.01)
        with pytest.raises(TooMany, match="Many are waiting") as refused:
            await turn.run("en", int)
        assert refused.value.details["retryAfter"] >= 1
        over.set()
        assert await first
        assert await turn.run("ko", int) == 0

    asyncio.run(one_after_another())


def test_who_failed_leaves_the_turn_to_the_next() -> None:
    async def one_after_another() -> None:
        turn = Turn()
        with pytest.raises(ValueError, match="x"):
            await turn.run("ko", int, "x")
        assert await turn.run("ko", int, "7") == 7

    asyncio.run(one_after_another())


def test_only_what_has_to_be_solved_waits_for_its_turn(
    home: Larder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a changed meal is solved, others are refused in time and the meal itself is shown."""
    monkeypatch.setattr(room, "PATIENCE", 0.05)
    one = home.cooked({"target": "general"})
    begun, over, asked = Event(), Event(), Kept.view

    def slowly(kept: Kept, wish: object) -> object:
        if getattr(wish, "servings", None) == 3:
            begun.set()
            over.wait(20)
        return asked(kept, wish)  # type: ignore[arg-type]

    monkeypatch.setattr(Kept, "view", slowly)

    async def together() -> None:
        door = ASGITransport(home.client.app)
        async with AsyncClient(transport=door, base_url="http://testserver") as client:
            first = asyncio.create_task(client.get(f"/s/{one}?servings=3"))
            while not begun.is_set():
                await asyncio.sleep(0.01)
            for path in ("?servings=4", "/basket?plan=fewest_shops", "/again", ".md?servings=5"):
                answer = await client.get(f"/s/{one}{path}", headers={"Accept": "text/html"})
                assert answer.status_code == 429, path
                assert int(answer.headers["retry-after"]) >= 1
            for path in ("", "/basket", "/cook", ".json"):
                assert (await client.get(f"/s/{one}{path}")).status_code == 200, path
            over.set()
            assert (await first).status_code == 200

    asyncio.run(together())
