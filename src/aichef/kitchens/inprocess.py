"""Sessions run in threads of this process, for tests and for trying things out.

Nothing outlives the process but what is in the store; `recover` takes it up again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TYPE_CHECKING, Final

from aichef.errors import StoreError
from aichef.kitchens.steps import cook_session, log

if TYPE_CHECKING:
    from concurrent.futures import Future

    from aichef.cook import Kitchen
    from aichef.session.port import Sessions

THREADS: Final = 4


class InProcessEngine:
    """Cooks up to `threads` sessions at a time; see `Engine`."""

    def __init__(self, store: Sessions, kitchen: Kitchen, threads: int = THREADS) -> None:
        self._store = store
        self._kitchen = kitchen
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="aichef-cook-")
        self._runs: dict[tuple[str, int], Future[None]] = {}
        self._lock = Lock()

    def start(self, one: str, attempt: int) -> None:
        """See `Engine`."""
        with self._lock:
            if (one, attempt) not in self._runs:
                self._runs[one, attempt] = self._pool.submit(self._cook, one, attempt)

    def recover(self) -> None:
        """Take up again what a process before this one has left."""
        for one in self._store.processing():
            self.start(one, self._store.find(one).attempt)

    def stop(self, one: str) -> None:
        """See `Engine`; a step that runs sees it in the store."""

    def forget(self, one: str) -> None:
        """See `Engine`; there is no trace here."""

    def queued(self) -> int:
        """See `Engine`."""
        return self._store.waiting()

    def alive(self) -> bool:
        """See `Engine`."""
        return True

    def close(self) -> None:
        """See `Engine`; waits for what has begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _cook(self, one: str, attempt: int) -> None:
        try:
            cook_session(one, attempt, self._store, self._kitchen)
        except StoreError as trouble:
            log.warning("store: %s", trouble.details.get("trouble"), extra={"session": one})
        finally:
            with self._lock:
                self._runs.pop((one, attempt), None)
