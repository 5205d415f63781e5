"""The port to a store of sessions. Kept by memory.py, sqlite.py, postgres.py, dynamodb.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from aichef.session.model import Event, Kind, Phase, Session, Status


class Sessions(Protocol):
    """Sessions, what their steps left, their events and results. For any number of threads.

    Every method that names a session raises SessionNotFound where there is none, or none any
    more, and StoreError where the store failed; then nothing was written. A verb that returns
    bool says whether it took hold: False where the session had ended, another attempt runs, or it
    came late. What a verb writes, event included, is one transaction.
    """

    def accept(
        self, one: str, profile: str, now: datetime, deadline: datetime, key: str | None = None
    ) -> Session:
        """The new session, or the one stored for this id, or for this key, and this profile.

        `profile` is JSON as `model.canonical` writes it. `key` is an Idempotency-Key, which the
        caller has made unique to its client. Raises SessionConflict where the id or the key
        belongs to another profile. What was accepted outlives this process and a power cut.
        """

    def advance(self, one: str, attempt: int, phase: Phase, progress: int, now: datetime) -> bool:
        """Go on to a phase and a percentage, told as an event "phase". Never goes back."""

    def tell(
        self,
        one: str,
        attempt: int,
        key: str,
        kind: Kind,
        body: Mapping[str, Any],
        now: datetime,
    ) -> bool:
        """Append an event; False where `key` was told in this attempt already.

        A step that runs again under the same keys repeats nothing.
        """

    def keep(self, one: str, attempt: int, part: str, body: bytes) -> bool:
        """Keep what a step leaves to the next; the first one kept under a name stays."""

    def part(self, one: str, part: str) -> bytes | None:
        """What a step of the current attempt left; None where it did not, or it is finished.

        A part whose name begins with `model.TALLY` is there for as long as its session.
        """

    def finish(self, one: str, attempt: int, meal: str, now: datetime) -> bool:
        """Completed with this meal, told as "result"; the parts are dropped, tallies apart."""

    def fail(self, one: str, attempt: int, error: Mapping[str, Any], now: datetime) -> bool:
        """Failed in the step it was in, told as "failed" with the error; the parts stay."""

    def cancel(self, one: str, now: datetime) -> bool:
        """Cancelled, told as "cancelled"; the parts stay."""

    def again(self, one: str, now: datetime, deadline: datetime) -> Session:
        """The next attempt of a session that ended; its result stays until it is replaced.

        Parts and events of the attempt before are dropped, numbers go on. Raises SessionConflict
        while one is at work.
        """

    def find(self, one: str) -> Session:
        """Where a session stands."""

    def result(self, one: str) -> str:
        """The newest meal of a session. Raises NotReady where there is none."""

    def events(self, one: str, after: int = 0) -> tuple[Event, ...]:
        """Events of the current attempt with a greater number, in order."""

    def marks(self, ids: Sequence[str]) -> Mapping[str, tuple[int, Status]]:
        """Number of the newest event and status of each session that is there, in one query."""

    def counts(self) -> Mapping[Status, int]:
        """How many sessions there are of each status."""

    def waiting(self) -> int:
        """How many were accepted and not begun yet."""

    def processing(self) -> tuple[str, ...]:
        """Ids of all that have not ended, the longest waiting first."""

    def list(self, limit: int = 100, status: Status | None = None) -> tuple[Session, ...]:
        """The newest sessions, newest first."""

    def room(self) -> bool:
        """Whether more can be kept, as far as one sees without writing: disk and rights."""

    def forget(self, one: str) -> None:
        """Remove every trace of a session: profile, parts, events, result, key."""

    def expire(self, now: datetime) -> tuple[str, ...]:
        """Forget what ended seven days ago or earlier; ids of the sessions that went."""

    def close(self) -> None:
        """Give files and connections back; another use opens them again."""
