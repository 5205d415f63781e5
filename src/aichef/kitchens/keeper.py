"""Sees to it that nothing stays `processing` for ever, whoever died and whatever was lost.

Any number of keepers may run, one in each serving process; each thing they do may be done twice.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from aichef.errors import SessionNotFound, StoreError
from aichef.kitchens.durable import AHEAD, QUEUE, RUNNING, log, unreachable, workflow_id
from aichef.kitchens.steps import end_late
from aichef.session.model import KEPT

if TYPE_CHECKING:
    from aichef.cook import Kitchen
    from aichef.kitchens.durable import DurableEngine
    from aichef.session.model import Session
    from aichef.session.port import Sessions

ROUND: Final = 1.0
"""Seconds between two looks at who died."""

FIND: Final = 5.0
"""Seconds between two looks for sessions without a workflow, or past their deadline."""

SWEEP: Final = 3600.0
"""Seconds between two expiries."""

_YOUNG: Final = timedelta(seconds=3)
"""So long a session may be without a workflow, since accepting and enqueueing are two writes."""

_GRACE: Final = timedelta(seconds=10)
"""So long after its deadline a worker may still be ending a session itself."""

_BATCH: Final = 200


class Keeper:
    """Takes over the work of dead workers, enqueues what was lost, ends what is late, forgets."""

    def __init__(self, engine: DurableEngine, store: Sessions, kitchen: Kitchen) -> None:
        self._engine = engine
        self._store = store
        self._kitchen = kitchen
        self._stop = Event()
        self._thread = Thread(target=self._rounds, name="aichef-keeper", daemon=True)

    def begin(self) -> None:
        """Keep, in a thread of its own, until `close`."""
        self._thread.start()

    def close(self) -> None:
        """Stop within a few seconds."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _rounds(self) -> None:
        find_at = sweep_at = 0.0
        said = ""
        while not self._stop.is_set():
            trouble = ""
            try:
                self.take_over()
                if monotonic() >= find_at:
                    self.find_lost()
                    find_at = monotonic() + FIND
                if monotonic() >= sweep_at:
                    self.expire()
                    sweep_at = monotonic() + SWEEP
            except StoreError as failed:
                trouble = str(failed.details.get("trouble"))
            except Exception as failed:  # noqa: BLE001 - the keeper outlives whatever it meets
                # Never the text of an error, which may quote a profile.
                trouble = type(failed).__name__
            if trouble != said:
                log.warning("keeper: %s", trouble or "all is well again")
                said = trouble
            self._stop.wait(ROUND)

    def take_over(self) -> int:
        """Enqueue again what dead workers had in hand; how much that was. Raises StoreError."""
        engine, taken = self._engine, 0
        with unreachable("ko"):
            for name in engine.roll.dead():
                if not engine.roll.claim(name):
                    continue
                ids = [
                    it.workflow_id
                    for it in engine.client.list_workflows(
                        status=RUNNING, executor_id=name, load_input=False, load_output=False
                    )
                ]
                if ids:
                    engine.client.resume_workflows(ids, queue_name=QUEUE)
                    log.warning("%d sessions taken over from %s", len(ids), name)
                engine.roll.leave(name)
                taken += len(ids)
        return taken

    def find_lost(self) -> None:
        """See to every session at work: that it has a workflow, and ends.

        What goes wrong with one keeps nobody from the others; the last of it is raised then.
        """
        with unreachable("ko"):
            running = self._engine.client.list_workflows(
                status=RUNNING, load_input=False, load_output=False
            )
            self._engine.roll.miss({it.executor_id for it in running if it.executor_id})
        at_work = self._store.processing()
        if not at_work:
            self._engine.rest()
        wrong: Exception | None = None
        for one in at_work:
            try:
                with suppress(SessionNotFound):
                    self._see_to(self._store.find(one))
            except Exception as trouble:  # noqa: BLE001 - raised when everybody was seen to
                wrong = trouble
        if wrong:
            raise wrong

    def _see_to(self, session: Session) -> None:
        """Raises SessionNotFound, StoreError."""
        if session.status != "processing":
            return
        now = datetime.now(UTC)
        if now > session.deadline_at + _GRACE:
            end_late(session.id, session.attempt, self._store, self._kitchen)
            return
        if now < session.updated_at + _YOUNG:
            return
        name = workflow_id(session.id, session.attempt)
        known = {it.workflow_id: it.status for it in self._engine.workflows(session.id)}
        if known.get(name) in AHEAD:
            return
        here = self._store.find(session.id)
        if here.status != "processing" or here.attempt != session.attempt:
            return
        log.warning("enqueued again (was %s)", known.get(name), extra={"session": session.id})
        if name in known:
            self._engine.drop([name])
        self._engine.enqueue(session.id, session.attempt)

    def expire(self) -> None:
        """Forget what ended seven days ago, here and with the workers. Raises StoreError."""
        for one in self._store.expire(datetime.now(UTC)):
            self._engine.forget(one)
        before = (datetime.now(UTC) - KEPT).isoformat()
        while True:
            with unreachable("ko"):
                old = self._engine.client.list_workflows(
                    completed_before=before, limit=_BATCH, load_input=False, load_output=False
                )
            if not old:
                return
            self._engine.drop([it.workflow_id for it in old])
            log.info("forgot %d workflows", len(old))
