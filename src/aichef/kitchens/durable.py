"""The durable engine: sessions run as DBOS workflows in worker processes, and outlive any of them.

    this process                                                       worker processes
    accept ─▶ start ─────────────── handed to one that has room ─────▶  write ─▶ price ─▶ combine
                └─ nobody has ─▶  enqueued in the workers' database ──▶  whoever is free, anywhere
    keeper: takes over, finds what was lost, ends what is late, forgets

Either way it is a workflow in the workers' database before its first step begins, and one of its
name runs once. A workflow knows a session's id and attempt, nothing else; profile, parts and meal
are in the store.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, error

from aichef.errors import StoreError
from aichef.kitchens.roll import Roll, sharing
from aichef.session.sqlite import trouble_of
from aichef.session.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dbos import WorkflowStatus

    from aichef.session.port import Sessions
    from aichef.settings import Settings

NAME: Final = "aichef"
VERSION: Final = "1"
"""Of the workflow's shape, not of AI Chef: a new release goes on with what the old one began.

A release that changes the order of steps must understand the old order too, or count this up and
let the old workers end their work first.
"""

QUEUE: Final = "aichef"
WORKFLOW: Final = "cook"
FILE: Final = "work.sqlite3"
AWAKE: Final = 0.03
ASLEEP: Final = 0.25
"""Seconds between two looks of a worker into the queue: while sessions wait there, and else.

A look costs some three milliseconds of processor time.
"""

HANDED: Final = 2
"""Sessions a worker may be handed past the queue, beside those it takes from there."""

_IN_LINE: Final = 4
"""Where more sessions than these wait for a cook, a new one is enqueued behind them."""

AT_ONCE: Final = 2
AT_ONCE_WAITING: Final = 12
"""Sessions a worker has in hand, where cooking is all work, and where it waits for others."""

_UNREACHABLE: Final = (sa.exc.SQLAlchemyError, error.DBOSException, OSError)

log = logging.getLogger("aichef.session")


def quiet() -> None:
    """DBOS tells of every launch; we hear of its troubles only."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.ERROR)
    logger.addFilter(_is_trouble)
    # Each connection of a pool would tell, several times a second, that a database is away.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _is_trouble(record: logging.LogRecord) -> bool:
    """Not that a workflow is gone while it ran: its session was forgotten."""
    kind = record.exc_info[0] if record.exc_info else None
    return not (kind and issubclass(kind, error.DBOSNonExistentWorkflowError))


def workers_database(settings: Settings, *, probes: bool = True) -> sa.Engine:
    """Connections to the database the workers share; `probes` as in `sharing`."""
    if settings.database_url:
        return sharing(settings.database_url, probes=probes)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return sharing(settings.data_dir / FILE, probes=probes)


def prepare(settings: Settings) -> None:
    """Make the workers' database, or bring it up to date. Raises StoreError."""
    quiet()
    with unreachable(settings.locale):
        engine = workers_database(settings)
        with engine.connect():
            pass
        DBOS.migrate(engine.url.render_as_string(hide_password=False))
        engine.dispose()


def opened_client(engine: sa.Engine) -> DBOSClient:
    """A door to the workflows that runs none itself."""
    return DBOSClient(
        system_database_engine=engine,
        serializer=DBOSPortableJSONSerializer(),
        application_name=NAME,
        lazy=True,
        retry_connection_errors=False,
    )


def workflow_id(one: str, attempt: int) -> str:
    """Name of the workflow that runs an attempt."""
    return f"{one}.{attempt}"


@contextmanager
def unreachable(locale: str) -> Iterator[None]:
    """Whatever is wrong with the workers' database is a StoreError."""
    try:
        yield
    except _UNREACHABLE as trouble:
        what = _trouble(trouble)
        raise StoreError(say(what, locale), trouble=what) from trouble


def _trouble(error: Exception) -> str:
    """What is wrong: a file of SQLite says so, a server of PostgreSQL is out of reach."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return "readonly"
    code = getattr(cause, "sqlite_errorcode", None)
    return "unreachable" if code is None else trouble_of(code)


def nobody(_: str, __: int) -> bool:
    """Hands a session to nobody: there are no workers on this machine."""
    return False


class DurableEngine:
    """Has sessions run by worker processes that share a database; see `Engine`.

    Opens the workers' database, which `prepare` has made. The workers are started by `crew.py`;
    `hand` gives one of them a session to begin at once and says whether one had room.
    """

    def __init__(
        self, settings: Settings, store: Sessions, hand: Callable[[str, int], bool] = nobody
    ) -> None:
        quiet()
        self._locale = settings.locale
        self._store = store
        self._hand = hand
        self._awake = False
        with unreachable(self._locale):
            self._engine = workers_database(settings)
            self.client = opened_client(self._engine)
            self.roll = Roll(self._engine, settings.data_dir / "workers")

    def open_queue(self, *, waits: bool) -> None:
        """Make the queue, or change it to what suits the kitchen. Raises StoreError.

        `waits`: whether a session in hand mostly waits for others, so that more fit.
        """
        with unreachable(self._locale):
            self.client.register_queue(
                QUEUE,
                worker_concurrency=AT_ONCE_WAITING if waits else AT_ONCE,
                polling_interval_sec=ASLEEP,
                on_conflict="always_update",
            )

    def start(self, one: str, attempt: int) -> None:
        """See `Engine`. What cannot be enqueued now, the keeper enqueues within ten seconds."""
        try:
            if self.queued() <= _IN_LINE and self._hand(one, attempt):
                return
            self.enqueue(one, attempt)
            self.wake()
        except StoreError:
            log.warning("not enqueued yet", extra={"session": one})

    def enqueue(self, one: str, attempt: int) -> None:
        """Have an attempt run; one that is enqueued, or was, is left alone. Raises StoreError."""
        with unreachable(self._locale):
            self.client.enqueue(
                {
                    "queue_name": QUEUE,
                    "workflow_name": WORKFLOW,
                    "workflow_id": workflow_id(one, attempt),
                    "app_version": VERSION,
                },
                one,
                attempt,
            )

    def wake(self) -> None:
        """Have the workers look into the queue often. Raises StoreError."""
        if not self._awake:
            self._look_each(AWAKE)
            self._awake = True

    def rest(self) -> None:
        """Have them look seldom, for nothing is at work. Raises StoreError."""
        if self._awake:
            self._awake = False
            self._look_each(ASLEEP)

    def _look_each(self, seconds: float) -> None:
        with unreachable(self._locale):
            queue = self.client.retrieve_queue(QUEUE)
            if queue:
                queue.set_polling_interval_sec(seconds)

    def workflows(self, one: str) -> list[WorkflowStatus]:
        """Every workflow of a session, without what it was given. Raises StoreError."""
        with unreachable(self._locale):
            return self.client.list_workflows(
                workflow_id_prefix=f"{one}.", load_input=False, load_output=False
            )

    def stop(self, one: str) -> None:
        """See `Engine`. A step that runs sees it in the store within half a second."""
        try:
            ids = [it.workflow_id for it in self.workflows(one) if it.status in WAITING]
            with unreachable(self._locale):
                self.client.cancel_workflows(ids)
        except StoreError:
            log.warning("not taken from the queue", extra={"session": one})

    def forget(self, one: str) -> None:
        """See `Engine`. Raises StoreError."""
        self.drop([it.workflow_id for it in self.workflows(one)])

    def drop(self, workflows: list[str]) -> None:
        """Delete workflows with all that is known of them. Raises StoreError."""
        if workflows:
            with unreachable(self._locale):
                self.client.delete_workflows(workflows)

    def queued(self) -> int:
        """See `Engine`."""
        return self._store.waiting()

    def alive(self) -> bool:
        """See `Engine`. Raises StoreError."""
        with unreachable(self._locale):
            return bool(self.roll.there())

    def close(self) -> None:
        """See `Engine`; the workers are not its own."""
        self.client.destroy()
        self._engine.dispose()


WAITING: Final = frozenset({"ENQUEUED", "DELAYED"})
RUNNING: Final = "PENDING"
AHEAD: Final = WAITING | {RUNNING}
"""Of a workflow that somebody has yet to end."""
