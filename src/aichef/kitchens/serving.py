"""A machine that serves: the store, the engine, its keeper and its workers, begun and ended."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from aichef.kitchens.crew import Crew
from aichef.kitchens.durable import DurableEngine, prepare
from aichef.kitchens.keeper import Keeper
from aichef.kitchens.local import OFF, local_kitchen
from aichef.kitchens.stores import open_store
from aichef.kitchens.surveys import Surveys
from aichef.models.wire import open_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aichef.session.port import Sessions
    from aichef.settings import Settings


@contextmanager
def serving(
    settings: Settings, workers: int, environ: Mapping[str, str]
) -> Iterator[tuple[Sessions, DurableEngine]]:
    """Sessions and what runs them, for as long as the block lasts.

    `environ` is what `settings` were read from, for the workers to read too. Raises ChefError
    where something is missing or cannot be reached.
    """
    with ExitStack() as leaving:
        # First, so that a setting that cannot be read stops us before anything has begun. Nobody
        # writes here: a model's libraries are for the workers to load.
        model = open_model(settings) if settings.model else None
        kitchen = local_kitchen(replace(settings, model=OFF))
        store = open_store(settings)
        leaving.callback(store.close)
        store.counts()
        prepare(settings)
        crew = Crew(workers, environ)
        engine = DurableEngine(settings, store, crew.hand)
        leaving.callback(engine.close)
        engine.open_queue(waits=kitchen.waits or model is not None)
        keeper = Keeper(engine, store, kitchen)
        leaving.callback(keeper.close)
        leaving.callback(crew.close)
        surveys = Surveys(settings, environ)
        leaving.callback(surveys.close)
        keeper.begin()
        surveys.begin()
        crew.begin()
        yield store, engine
