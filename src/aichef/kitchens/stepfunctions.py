"""The engine on AWS: an execution of the state machine for each attempt of a session."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aichef.errors import StoreError
from aichef.session.words import say

if TYPE_CHECKING:
    from datetime import datetime

    from aichef.session.model import Session
    from aichef.session.port import Sessions

_YOUNG: Final = timedelta(seconds=30)
"""So long an accepted session may be without its execution, since these are two calls."""

_GRACE: Final = timedelta(seconds=60)
"""So long after its deadline the state machine may still be ending a session itself."""

log = logging.getLogger("aichef.session")


class StepFunctionsEngine:
    """Starts executions of `machine` (its ARN) through botocore's `client`; see `Engine`."""

    def __init__(self, client: Any, machine: str, store: Sessions, locale: str = "ko") -> None:
        self._client = client
        self._machine = machine
        self._store = store
        self._locale = locale

    def start(self, one: str, attempt: int) -> None:
        """See `Engine`. Raises StoreError; `sweep` starts what was missed."""
        session = self._store.find(one)
        profile = json.loads(session.profile)
        given = {"sessionId": one, "attempt": attempt, "profile": profile}
        self._call(
            "start_execution",
            "ExecutionAlreadyExists",
            stateMachineArn=self._machine,
            name=execution_name(one, attempt),
            input=json.dumps(given, ensure_ascii=False),
        )

    def stop(self, one: str) -> None:
        """See `Engine`. A step that runs sees it in the store within half a second."""
        self._stop(one, self._store.find(one).attempt)

    def forget(self, one: str) -> None:
        """See `Engine`. What ran finds that the session is gone, and ends.

        Of an execution AWS itself keeps input and output for ninety days.
        """

    def queued(self) -> int:
        """See `Engine`: nobody waits here, and what is too much is turned away at the gateway."""
        return 0

    def alive(self) -> bool:
        """See `Engine`."""
        return True

    def close(self) -> None:
        """Give connections back."""
        self._client.close()

    def sweep(self, now: datetime) -> None:
        """Start what was accepted and never started, end what is past its deadline.

        Raises StoreError.
        """
        for one in self._store.processing():
            session = self._store.find(one)
            if session.deadline_at + _GRACE <= now:
                log.warning("session %s: late", one)
                end_stopped(session, "deadline", self._store, now)
            elif session.phase == "accepted" and session.started_at + _YOUNG <= now:
                self.start(one, session.attempt)

    def stopped(self, one: str, attempt: int | None, by: str, now: datetime) -> None:
        """An execution ended by itself: TIMED_OUT, ABORTED or FAILED. Its session has failed."""
        session = self._store.find(one)
        if attempt in {None, session.attempt}:
            end_stopped(session, by, self._store, now)

    def _stop(self, one: str, attempt: int) -> None:
        name = execution_name(one, attempt)
        arn = self._machine.replace(":stateMachine:", ":execution:") + f":{name}"
        try:
            self._call("stop_execution", "ExecutionDoesNotExist", executionArn=arn)
        except StoreError:
            log.warning("session %s: its execution was not stopped", one)

    def _call(self, method: str, harmless: str, **request: Any) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            getattr(self._client, method)(**request)
        except ClientError as trouble:
            if trouble.response.get("Error", {}).get("Code") != harmless:
                raise self._failed("other") from trouble
        except BotoCoreError as trouble:
            raise self._failed("unreachable") from trouble

    def _failed(self, what: str) -> StoreError:
        return StoreError(say(what, self._locale), trouble=what)


def execution_name(one: str, attempt: int) -> str:
    """Name of the execution that runs an attempt: the same one is started once."""
    return f"{one}-{attempt}"


def end_stopped(session: Session, by: str, store: Sessions, now: datetime) -> bool:
    """Fail a session whose execution is over; `by` is what ended that."""
    error = {
        "code": "SUPPLIER_FAILED",
        "message": say("stopped", session.locale),
        "details": {"trouble": "stopped", "by": by},
    }
    return store.fail(session.id, session.attempt, error, now)
