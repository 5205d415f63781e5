"""Server-sent events of sessions: one look into the store for all who follow, several a second."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from aichef.errors import SessionNotFound, StoreError
from aichef.session.notes import note
from aichef.web.problems import TooMany, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Receive, Scope, Send

    from aichef.session.model import Event
    from aichef.web.desk import Desk
    from aichef.web.guard import Limits

LOOK: Final = 0.15
"""Seconds between two looks."""

BEAT: Final = 15.0
"""Seconds of silence after which a comment says that we are still there."""

PATIENCE: Final = 20.0
"""Seconds a reader may take to read on before it is let go."""

_BATCH: Final = 400
_AT_A_TIME: Final = 20
_AWAY: Final = 1.0
_PAUSE: Final = 10
_HELD: Final = 256
_BEAT: Final = b": beat\n\n"
_HELLO: Final = b"retry: 1000\n\n"

log = logging.getLogger("aichef.web")


@dataclass(eq=False, slots=True)
class Follower:
    """Somebody who reads the events of a session; `last` is the number of the newest queued.

    None in the queue is the end: the session's, or that of a reader who does not keep up.
    """

    one: str
    client: str
    last: int
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(_HELD))
    is_over: bool = False

    def give(self, event: bytes, number: int) -> None:
        """Queue an event it has not had, as long as nothing was left out before it."""
        if number > self.last and not self.is_over:
            self.last = number
            try:
                self.queue.put_nowait(event)
            except asyncio.QueueFull:
                self.end()

    def end(self) -> None:
        """Nothing more comes. A full queue is thrown away: its reader asks again by number."""
        if self.is_over:
            return
        self.is_over = True
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """Everybody who follows, and the one task that looks for what is new to them."""

    def __init__(self, desk: Desk, limits: Limits) -> None:
        self._desk = desk
        self._limits = limits
        self._following: dict[str, set[Follower]] = {}
        self._clients: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None

    @property
    def many(self) -> int:
        """How many follow."""
        return self._clients.total()

    def check_room(self, client: str, locale: str) -> None:
        """Raises TooMany where one more would be too many."""
        limits = self._limits
        each = limits.followers_each or limits.followers
        if self.many >= limits.followers or self._clients[client] >= each:
            raise TooMany(told("followers", locale, seconds=_PAUSE), retryAfter=_PAUSE)

    def join(self, follower: Follower) -> None:
        """Have a follower told of what is new from now on."""
        self._following.setdefault(follower.one, set()).add(follower)
        self._clients[follower.client] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._looking())

    def leave(self, follower: Follower) -> None:
        """Forget a follower."""
        together = self._following.get(follower.one, set())
        if follower not in together:
            return
        together.discard(follower)
        if not together:
            del self._following[follower.one]
        self._clients[follower.client] -= 1
        if not self._clients[follower.client]:
            del self._clients[follower.client]

    async def missed(self, one: str, after: int) -> Sequence[Event]:
        """What happened after an event. Raises SessionNotFound, StoreError."""
        return await self._desk.read(self._desk.store.events, one, after)

    async def close(self) -> None:
        """Let everybody go."""
        for together in self._following.values():
            for follower in together:
                follower.end()
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _looking(self) -> None:
        while self._following:
            await asyncio.sleep(LOOK)
            try:
                await self._look()
            except StoreError:
                # Followers stay: a store that went away may be back in a moment.
                await asyncio.sleep(_AWAY)
            except Exception as trouble:  # noqa: BLE001 - the one task outlives whatever it meets
                note(log, trouble)
                await asyncio.sleep(_AWAY)

    async def _look(self) -> None:
        store = self._desk.store
        everybody = list(self._following)
        for start in range(0, len(everybody), _BATCH):
            ids = everybody[start : start + _BATCH]
            marks = await self._desk.read(store.marks, ids)
            for one in ids:
                last, status = marks.get(one, (0, "gone"))
                await self._tell(one, last)
                if status != "processing":
                    for follower in list(self._following.get(one, ())):
                        if follower.last >= last:
                            follower.end()

    async def _tell(self, one: str, last: int) -> None:
        behind = [it for it in self._following.get(one, ()) if it.last < last]
        if not behind:
            return
        try:
            new = await self.missed(one, min(it.last for it in behind))
        except SessionNotFound:
            return
        chunks = [(encoded(event), event.number) for event in new]
        for start in range(0, len(behind), _AT_A_TIME):
            for follower in behind[start : start + _AT_A_TIME]:
                for chunk, number in chunks:
                    follower.give(chunk, number)
            # They write now; who only reads passes before the next ones do.
            await asyncio.sleep(0)


class EventStream(Response):
    """The events of a session after a number, until its last one."""

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, one: str, after: int, client: str) -> None:
        super().__init__(
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
        del self.headers["content-length"]
        self._hub = hub
        self._follower = Follower(one, client, after)

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        """Answer until the session has ended, the reader is gone, or no longer reads.

        Raises SessionNotFound or StoreError before anything was sent.
        """
        follower = self._follower
        missed = await self._hub.missed(follower.one, follower.last)
        if missed:
            follower.last = missed[-1].number
        self._hub.join(follower)
        gone = asyncio.create_task(_watched(receive, follower))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await _sent(send, _HELLO + b"".join(map(encoded, missed)))
            more = True
            while more:
                chunk, more = await _next(follower)
                await _sent(send, chunk)
            await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            log.info("a reader of events was let go", extra={"session": follower.one})
        finally:
            gone.cancel()
            self._hub.leave(follower)


def encoded(event: Event) -> bytes:
    """An event as it goes over the wire."""
    body = json.dumps(dict(event.body), ensure_ascii=False, separators=(",", ":"), default=str)
    text = f"id: {event.number}\nevent: {event.kind}\ndata: {body}\n\n"
    return text.encode("utf-8", "replace")


async def _next(follower: Follower) -> tuple[bytes, bool]:
    """All that waits, or a sign of life after a while; and whether more may come."""
    queue = follower.queue
    try:
        async with asyncio.timeout(BEAT):
            chunks = [await queue.get()]
    except TimeoutError:
        return _BEAT, True
    while not queue.empty():
        chunks.append(queue.get_nowait())
    given = [one for one in chunks if one is not None]
    return b"".join(given), len(given) == len(chunks)


async def _sent(send: Send, chunk: bytes) -> None:
    async with asyncio.timeout(PATIENCE):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _watched(receive: Receive, follower: Follower) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    follower.end()
