"""A worker process: takes sessions from the queue and cooks them, until its parent is gone."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, NoReturn

from dbos import DBOS, DBOSPortableJSONSerializer, SetWorkflowID, error

from aichef.chef.composer import CooksBook
from aichef.cook import Pricing, cook, run
from aichef.errors import ChefError, SessionNotFound, StoreError
from aichef.kitchens import steps
from aichef.kitchens.crew import ROOM
from aichef.kitchens.durable import (
    HANDED,
    NAME,
    QUEUE,
    RUNNING,
    VERSION,
    WORKFLOW,
    log,
    opened_client,
    quiet,
    unreachable,
    workers_database,
    workflow_id,
)
from aichef.kitchens.local import OFF, local_kitchen, now, writer_of
from aichef.kitchens.roll import BEAT, Roll
from aichef.kitchens.stores import open_store
from aichef.prices.find import at_hand
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Recipe
from aichef.session.parts import to_part

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

    from aichef.chef.write import Writer
    from aichef.cook import Kitchen
    from aichef.session.port import Sessions
    from aichef.settings import Settings

STOPPING: Final = 7
"""Seconds in which what is in hand may be finished before it is handed back."""

_TRIES: Final = 6

Step = Callable[[str, int], bool]
"""Given a session and its attempt; whether to go on."""


class Kitchens(threading.local):
    """A kitchen for each thread and day: its shops belong to one event loop at a time.

    Who writes is the same for all: a model opens its lines anew for each question, or has a client
    (Bedrock's) that is slow to make and may be used from many threads.
    """

    def __init__(self, settings: Settings, writer: Writer) -> None:
        self._settings = replace(settings, model=OFF)
        self._writer = writer
        self._day: date | None = None
        self._kitchen: Kitchen | None = None

    def today(self) -> Kitchen:
        """The kitchen of today. Raises RequestError where the settings cannot be read."""
        today = now().date()
        if self._kitchen is None or self._day != today:
            kitchen = local_kitchen(self._settings)
            self._kitchen, self._day = replace(kitchen, writer=self._writer), today
        return self._kitchen


def work(settings: Settings) -> NoReturn:
    """Cook until SIGTERM, or until standard input ends; leaves with exit code 0.

    Raises ChefError where it cannot begin.
    """
    quiet()
    tell, stop = _line(), _stopping()
    handed = _listening(stop)
    store = open_store(settings)
    kitchens = Kitchens(settings, writer_of(settings))
    warm(kitchens.today())
    with unreachable(settings.locale):
        # DBOS tries again by itself.
        engine = workers_database(settings, probes=False)
        roll = Roll(engine, settings.data_dir / "workers")
        me = roll.enter()
        DBOS(
            config={
                "name": NAME,
                "system_database_engine": engine,
                "application_version": VERSION,
                "executor_id": me,
                "serializer": DBOSPortableJSONSerializer(),
                "log_level": "ERROR",
                "notification_listener_polling_interval_sec": 1.0,
                "scheduler_polling_interval_sec": 3600.0,
                "run_migrations": False,
            }
        )
        whole = _register(store, kitchens)
        DBOS.launch()
        quiet()
    for number in range(HANDED):
        threading.Thread(
            target=_take,
            args=(handed, whole, store, tell, stop),
            name=f"aichef-take-{number}",
            daemon=True,
        ).start()
    # What was loaded stays: no collection needs to look through it again.
    gc.freeze()
    while not stop.wait(BEAT):
        # A database that is away for a while is no reason to stop; silence is what others see.
        with suppress(StoreError), unreachable(settings.locale):
            roll.beat(me)
    _leave(settings, engine, roll, me)


def warm(kitchen: Kitchen) -> None:
    """Load what a first meal needs, so that no session waits for it; nobody outside is asked."""
    alone = replace(
        kitchen, writer=CooksBook(), shops=tuple(shop for shop in kitchen.shops if at_hand(shop))
    )
    with suppress(ChefError):
        meal = run(cook(parse_profile({"target": "general"}), alone), alone)
        to_part(meal.recipe, Recipe)
        to_part(Pricing(meal.basket, (), ()), Pricing)


def _register(store: Sessions, kitchens: Kitchens) -> Step:
    """The workflow and its steps; all they are given, and give back, are an id and flags."""

    def step(name: str, do: Callable[[str, int, Sessions, Kitchen], bool]) -> Step:
        def once(one: str, attempt: int) -> bool:
            try:
                kitchen = kitchens.today()
            except ChefError as trouble:
                steps.refuse(one, attempt, store, trouble, now())
                return False
            return do(one, attempt, store, kitchen)

        # Only a store that failed raises; it may be back in a moment.
        retried = DBOS.step(name=name, retries_allowed=True, max_attempts=_TRIES)
        return retried(once)

    write, price = step("write", steps.recipe_step), step("price", steps.price_step)
    combine = step("combine", steps.combine_step)

    def whole(one: str, attempt: int) -> bool:
        return write(one, attempt) and price(one, attempt) and combine(one, attempt)

    return DBOS.workflow(name=WORKFLOW)(whole)


def _leave(settings: Settings, engine: Engine, roll: Roll, me: str) -> NoReturn:
    """Finish what is in hand, hand back what takes longer, and go."""
    DBOS.destroy(workflow_completion_timeout_sec=STOPPING)
    with suppress(StoreError), unreachable(settings.locale):
        client = opened_client(engine)
        held = client.list_workflows(
            status=RUNNING, executor_id=me, load_input=False, load_output=False
        )
        if held:
            client.resume_workflows([it.workflow_id for it in held], queue_name=QUEUE)
            log.warning("%d sessions handed back", len(held))
        roll.leave(me)
    # Steps that still run would keep the process; what they do is done again elsewhere.
    os._exit(0)


def _take(
    handed: SimpleQueue[bytes],
    whole: Step,
    store: Sessions,
    tell: Callable[[bytes], None],
    stop: threading.Event,
) -> None:
    """Cook what is handed to us, one after the other; each time say that there is room."""
    while True:
        tell(ROOM)
        one, attempt = handed.get().decode().split()
        # What comes too late, or fails, has no workflow that ends it: the keeper finds it.
        if stop.is_set():
            return
        try:
            name = workflow_id(one, int(attempt))
            # It is gone where its session was forgotten meanwhile.
            with suppress(error.DBOSNonExistentWorkflowError), SetWorkflowID(name):
                # Not called outright: of such a one nobody knows when it is time to leave.
                DBOS.start_workflow(whole, one, int(attempt)).get_result()
            if _is_forgotten(one, store):
                DBOS.delete_workflow(name)
        except Exception as trouble:  # noqa: BLE001 - there is room again, whatever happened
            log.warning("not cooked: %s", type(trouble).__name__, extra={"session": one})


def _is_forgotten(one: str, store: Sessions) -> bool:
    """Whether a session was forgotten before its workflow was there to be forgotten with it."""
    try:
        store.find(one)
    except SessionNotFound:
        return True
    return False


def _line() -> Callable[[bytes], None]:
    """Speaks to the parent on standard output; what anybody else prints goes to standard error."""
    line = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(said: bytes) -> None:
        with suppress(OSError):
            os.write(line, said)

    return tell


def _listening(stop: threading.Event) -> SimpleQueue[bytes]:
    """The sessions that are handed to us on standard input; its end means that we stop."""
    handed: SimpleQueue[bytes] = SimpleQueue()

    def listen() -> None:
        # Not through sys.stdin: its lock would be held while we leave.
        with suppress(OSError), os.fdopen(sys.stdin.fileno(), "rb", closefd=False) as line:
            for said in line:
                handed.put(said)
        stop.set()

    threading.Thread(target=listen, name="aichef-parent", daemon=True).start()
    return handed


def _stopping() -> threading.Event:
    """Set at SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    # Ctrl-C goes to everybody in a terminal; the parent says when it is time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return stop
