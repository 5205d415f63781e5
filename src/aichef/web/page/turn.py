"""What is solved while a reader waits: one at a time, for each takes a processor to itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, TypeVarTuple

from anyio import Semaphore, fail_after, to_thread

from aichef.web.problems import TooMany, told

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

PATIENCE: Final = 5.0
"""Seconds somebody waits for their turn; they hold no thread meanwhile."""

_PAUSE: Final = 2


class Turn:
    """The one turn there is in this process."""

    def __init__(self) -> None:
        self._free = Semaphore(1)

    async def run(self, locale: str, work: Callable[[*Ts], T], *args: *Ts) -> T:
        """What `work` answers in a thread. Raises TooMany where its turn does not come in time."""
        try:
            with fail_after(PATIENCE):
                await self._free.acquire()
        except TimeoutError:
            said = told("queue", locale, seconds=_PAUSE)
            raise TooMany(said, retryAfter=_PAUSE) from None
        try:
            return await to_thread.run_sync(work, *args)
        finally:
            self._free.release()
