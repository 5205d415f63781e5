"""The port to what runs sessions: in this process (tests), or durably over several processes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from aichef.session.port import Sessions

DEADLINE: Final = timedelta(minutes=5)
"""From the start of an attempt to its end. Then the best so far is delivered, or it fails."""

LONGEST_QUEUE: Final = 100
"""Sessions that may wait for a cook; a door that finds as many turns the next one away."""


class Engine(Protocol):
    """Runs accepted sessions to their end. For any number of threads.

    The store is told first (`accept`, `again`, `cancel`), then the engine: what it misses in
    between it finds in the store by itself. `forget_all` forgets in both.
    """

    def start(self, one: str, attempt: int) -> None:
        """Have an attempt of an accepted session run; the same one twice is run once."""

    def stop(self, one: str) -> None:
        """Let go of a session that was cancelled in the store: within 2 s nobody works at it."""

    def forget(self, one: str) -> None:
        """Stop a session and remove every trace of it that the engine has."""

    def queued(self) -> int:
        """How many sessions wait for a cook. Raises StoreError."""

    def alive(self) -> bool:
        """Whether somebody is there to cook."""

    def close(self) -> None:
        """Stop within ten seconds; what has not ended is taken up at the next start."""


def forget_all(one: str, store: Sessions, engine: Engine, now: datetime) -> None:
    """Stop a session and remove every trace of it, in both. Raises SessionNotFound, StoreError.

    The engine before the store, so that whoever hears of a failure can ask again by the same id;
    and once more after it, for what was begun in between.
    """
    store.cancel(one, now)
    engine.forget(one)
    store.forget(one)
    engine.forget(one)
