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
from typing import TYPE_CHECKING, Final, NoReturn

from dbos import DBOS, DBOSPortableJSONSerializer

from aichef.chef.composer import CooksBook
from aichef.cook import Pricing, cook, run
from aichef.errors import ChefError, StoreError
from aichef.kitchens import steps
from aichef.kitchens.durable import (
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
)
from aichef.kitchens.local import local_kitchen, now
from aichef.kitchens.roll import BEAT, Roll
from aichef.kitchens.stores import open_store
from aichef.prices.find import at_hand
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Recipe
from aichef.session.parts import to_part

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

    from aichef.cook import Kitchen
    from aichef.session.port import Sessions
    from aichef.settings import Settings

STOPPING: Final = 7
"""Seconds in which what is in hand may be finished before it is handed back."""

_TRIES: Final = 6

Step = Callable[[str, int], bool]


class Kitchens(threading.local):
    """A kitchen for each thread and day: its network belongs to one event loop at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._day: date | None = None
        self._kitchen: Kitchen | None = None

    def today(self) -> Kitchen:
        """The kitchen of today. Raises RequestError where the settings cannot be read."""
        today = now().date()
        if self._kitchen is None or self._day != today:
            self._kitchen, self._day = local_kitchen(self._settings), today
        return self._kitchen


def work(settings: Settings) -> NoReturn:
    """Cook until SIGTERM, or until standard input ends; leaves with exit code 0.

    Raises ChefError where it cannot begin.
    """
    quiet()
    stop = _stopping()
    store = open_store(settings)
    kitchens = Kitchens(settings)
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
        _register(store, kitchens)
        DBOS.launch()
        quiet()
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


def _register(store: Sessions, kitchens: Kitchens) -> None:
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

    DBOS.workflow(name=WORKFLOW)(whole)


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


def _stopping() -> threading.Event:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    # Ctrl-C goes to everybody in a terminal; the parent says when it is time.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def parent() -> None:
        with suppress(OSError):
            while os.read(sys.stdin.fileno(), 1):
                pass
        stop.set()

    threading.Thread(target=parent, name="aichef-parent", daemon=True).start()
    return stop
