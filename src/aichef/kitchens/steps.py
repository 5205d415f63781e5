"""The three steps of cook.py for one session: read the store, do the step, write the store.

    recipe_step ─▶ price_step ─▶ combine_step        each may run again after a crash, anywhere

What a step leaves to the next lies in the store, and so does what a model was paid for: a step
that finds its part there does not redo it. Events carry keys, so one that runs again repeats
nothing; what could not be written is told later, since a store that is away for a moment is no
reason to stop a model that is being paid. Each step answers whether to go on; False where the
session has ended, however it did.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from queue import SimpleQueue
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from aichef.basket.fill import fill
from aichef.chef.model import Said
from aichef.cook import Pricing, Progress, admitted, looking, price, serve, write
from aichef.errors import ChefError, ModelError, SessionNotFound, StoreError
from aichef.kitchens.calls import counting
from aichef.meal.section4 import ingredient_json, price_json, to_json, written_json
from aichef.prices.choose import DOUBT, choose
from aichef.prices.find import needs
from aichef.prices.model import Unpriced
from aichef.profile.parse import parse_profile
from aichef.recipe.model import Recipe
from aichef.session.model import CALLS, WRITTEN
from aichef.session.notes import note
from aichef.session.parts import from_part, to_part

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence

    from aichef.chef.by_model import Trial
    from aichef.chef.model import Model, Question, Rate
    from aichef.cook import Kitchen, News
    from aichef.prices.model import Need, Price
    from aichef.profile.model import Profile
    from aichef.recipe.model import Ingredient
    from aichef.session.model import Kind, Phase, Session
    from aichef.session.port import Sessions

T = TypeVar("T")

LOOK: Final = 0.5
"""Seconds between two looks at whether a session was cancelled while a step runs."""

KEEPING: Final = 20.0
"""Seconds in which what was paid for is tried to be kept."""

_AGAIN: Final = 0.5
_LETTING_GO: Final = 1.0
_RECIPE: Final = "recipe"
_PRICING: Final = "pricing"
_ASKED: Final = "asked"
_ANSWER: Final = "answer"

_SAID: Final = {
    "deadline": (
        "제시간에 요리를 완성하지 못했어요. 다시 시도해 주세요.",
        "The meal was not finished in time; please try again.",
    ),
    "busy": (
        "지금 요청이 많아서 제시간에 시작하지 못했어요. 잠시 뒤 다시 시도해 주세요.",
        "We were too busy to begin in time; please try again in a while.",
    ),
    "late_prices": (
        "제시간에 가격을 찾지 못했어요.",
        "Its price was not found in time.",
    ),
    "no_prices": (
        "가격을 찾는 중에 문제가 생겨서 값을 매기지 못했어요.",
        "Something went wrong while its price was looked up.",
    ),
    "unexpected": (
        "예상하지 못한 문제로 요리를 끝내지 못했어요. 다시 시도해 주세요.",
        "Something unexpected kept the meal from being finished; please try again.",
    ),
}

log = logging.getLogger("aichef.session")


class _Ended(Exception):
    """Somebody ended the session while we were at it."""


class _Late(Exception):
    """The session's deadline has passed."""


@dataclass(frozen=True, slots=True)
class _Work:
    """An attempt of a session at work."""

    session: Session
    store: Sessions
    kitchen: Kitchen

    @property
    def now(self) -> datetime:
        return self.kitchen.clock()

    def at_work(self) -> bool:
        """Whether this attempt still runs, as the store has it now."""
        try:
            here = self.store.find(self.session.id)
        except SessionNotFound:
            return False
        return here.status == "processing" and here.attempt == self.session.attempt

    def profile(self) -> Profile:
        """Who eats, on the day it was asked for. Raises RequestError."""
        return parse_profile(json.loads(self.session.profile), today=self.session.asked_on)

    def part(self, name: str, kind: type[T]) -> T | None:
        """What a step left; None where it did not. Raises StoreError."""
        kept = self.store.part(self.session.id, name)
        return None if kept is None else from_part(kept, kind, self.session.locale)

    def keep(self, name: str, value: T, kind: type[T]) -> bool:
        body = to_part(value, kind)
        return self.store.keep(self.session.id, self.session.attempt, name, body)

    def keep_at_last(self, name: str, value: T, kind: type[T]) -> None:
        """Keep what was paid for, in a store that is away for a while too. Raises StoreError."""
        until = monotonic() + KEEPING
        while True:
            try:
                self.keep(name, value, kind)
            except StoreError:
                if monotonic() >= until:
                    raise
                sleep(_AGAIN)
            else:
                return

    def tell(self, key: str, kind: Kind, body: Mapping[str, Any]) -> None:
        self.store.tell(self.session.id, self.session.attempt, key, kind, body, self.now)

    def fail(self, code: str, message: str, details: Mapping[str, Any]) -> None:
        error = _error(code, message, details)
        self.store.fail(self.session.id, self.session.attempt, error, self.now)

    def failed(self, what: str, code: str, **details: Any) -> None:
        self.fail(code, _say(what, self.session.locale), {"trouble": what, **details})


class _Teller:
    """Writes what is going on to the store; a phase it has written is not written again.

    What a store that is away does not take is not told now: the recipe tells of its ingredients
    again, the pricing of its prices, and the next phase is further on.
    """

    def __init__(self, work: _Work) -> None:
        self._work = work
        self._here: tuple[str, int] = (work.session.phase, work.session.progress)
        self._aside: SimpleQueue[News | None] | None = None

    def __call__(self, news: News) -> None:
        if self._aside:
            self._aside.put(news)
        else:
            self._write(news)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within it a thread writes, in order, so that no event loop waits for the store."""
        if not self._work.kitchen.waits:
            yield
            return
        news: SimpleQueue[News | None] = SimpleQueue()
        thread = Thread(target=self._write_all, args=(news,), name="aichef-tell", daemon=True)
        thread.start()
        self._aside = news
        try:
            yield
        finally:
            self._aside = None
            news.put(None)
            thread.join()

    def _write_all(self, waiting: SimpleQueue[News | None]) -> None:
        while news := waiting.get():
            if self._write(news):
                continue
            # Each of those that wait would be waited for as long; what comes later says as much.
            while not waiting.empty():
                if waiting.get() is None:
                    return

    def _write(self, news: News) -> bool:
        work, here = self._work, (news.phase, news.percent)
        try:
            if here != self._here:
                one, phase = work.session, cast("Phase", news.phase)
                work.store.advance(one.id, one.attempt, phase, news.percent, work.now)
                self._here = here
            if news.ingredient:
                _tell_ingredient(work, news.ingredient)
            if news.need:
                _tell_price(work, news.need, news.prices)
        except (StoreError, SessionNotFound):
            return False
        except Exception as trouble:  # noqa: BLE001 - what is told is no reason to stop cooking
            note(log, trouble, {"session": work.session.id})
        return True


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What asking a model came to where it led to no answer: a ModelError's own."""

    message: str
    details: dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Tally:
    """How a model did for a meal: how it ended, and what was wrong by rule id or trouble."""

    outcome: str
    wrong: tuple[str, ...]


class KeptModel:
    """A model whose answers, and failures, are kept with the session before anybody reads them.

    A step that runs again hears the kept ones again, in order, and nobody is paid twice. Who is to
    be paid is asked only where the store has just been written.
    """

    def __init__(self, model: Model, work: _Work) -> None:
        self._model = model
        self._work = work
        self._asked = 0

    @property
    def name(self) -> str:
        """The model's own."""
        return self._model.name

    @property
    def rate(self) -> Rate | None:
        """The model's own."""
        return self._model.rate

    async def answer(
        self, question: Question, piece: Callable[[str], None], seconds: float
    ) -> Said:
        """As chef/model.py's `Model.answer`. Raises StoreError too."""
        self._asked += 1
        name, kind = f"{_ANSWER}-{self._asked}", cast("type[Said | Unsaid]", Said | Unsaid)
        heard = await asyncio.to_thread(self._work.part, name, kind)
        if isinstance(heard, Said):
            piece(heard.text)
        if heard is None:
            await asyncio.to_thread(self._begin)
            try:
                heard = await self._model.answer(question, piece, seconds)
            except ModelError as trouble:
                plain = (str, int, float)
                known = {key: it for key, it in trouble.details.items() if isinstance(it, plain)}
                heard = Unsaid(trouble.message, known)
            # Where it cannot be kept, it is in hand all the same.
            with suppress(StoreError):
                await asyncio.to_thread(self._work.keep_at_last, name, heard, kind)
        if isinstance(heard, Unsaid):
            raise ModelError(heard.message, **heard.details)
        return heard

    def _begin(self) -> None:
        """Write before anybody is paid. Raises StoreError, and _Ended where nobody waits."""
        work = self._work
        if not (work.keep(f"{_ASKED}-{self._asked}", "", str) or work.at_work()):
            raise _Ended


def cook_session(one: str, attempt: int, store: Sessions, kitchen: Kitchen) -> None:
    """All three steps at a stretch. Raises StoreError where the store failed."""
    for step in (recipe_step, price_step, combine_step):
        if not step(one, attempt, store, kitchen):
            return


def recipe_step(one: str, attempt: int, store: Sessions, kitchen: Kitchen) -> bool:
    """Step 1: write the recipe, look up prices as its ingredients are known. Raises StoreError."""
    return _step(one, attempt, store, kitchen, _recipe)


def price_step(one: str, attempt: int, store: Sessions, kitchen: Kitchen) -> bool:
    """Step 2: find prices, fill the basket. Whatever fails here, the meal is served without."""
    return _step(one, attempt, store, kitchen, _price)


def combine_step(one: str, attempt: int, store: Sessions, kitchen: Kitchen) -> bool:
    """Step 3: the meal, which is the session's result; always False, for nothing is left to do."""
    return _step(one, attempt, store, kitchen, _combine)


def end_late(one: str, attempt: int, store: Sessions, kitchen: Kitchen) -> None:
    """End a session whose deadline has passed and whom nobody serves any more.

    With its recipe where there is one, else it fails with the reason. Raises StoreError.
    """

    def end(work: _Work) -> None:
        recipe = work.part(_RECIPE, Recipe)
        if recipe is None:
            raise _Late
        _price(work)
        _combine(work)

    _step(one, attempt, store, kitchen, end)


def refuse(one: str, attempt: int, store: Sessions, trouble: ChefError, now: datetime) -> None:
    """Fail a session that cannot even be begun, such as for a file of fees that cannot be read."""
    with suppress(SessionNotFound):
        store.fail(one, attempt, _error(trouble.code, trouble.message, trouble.details), now)


def _step(
    one: str,
    attempt: int,
    store: Sessions,
    kitchen: Kitchen,
    do: Callable[[_Work], None],
) -> bool:
    try:
        session = store.find(one)
    except SessionNotFound:
        return False
    work = _Work(session, store, kitchen)
    try:
        if session.attempt != attempt or session.status != "processing":
            return False
        return _done(work, do)
    except SessionNotFound:
        return False


def _done(work: _Work, do: Callable[[_Work], None]) -> bool:
    """Do a step; whatever keeps it from its end, a store apart, is the end of the session."""
    try:
        do(work)
    except _Ended:
        return False
    except _Late:
        began = work.store.find(work.session.id).phase != "accepted"
        work.failed("deadline" if began else "busy", "SUPPLIER_FAILED")
        return False
    except StoreError as trouble:
        # A part that another version wrote stays as it is, however often it is read.
        if trouble.details.get("trouble") != "part":
            raise
        work.fail(trouble.code, trouble.message, trouble.details)
        return False
    except SessionNotFound:
        return False
    except ChefError as trouble:
        work.fail(trouble.code, trouble.message, trouble.details)
        return False
    except Exception as trouble:  # noqa: BLE001 - a session ends with a reason, whatever happened
        note(log, trouble, {"session": work.session.id})
        work.failed("unexpected", "INTERNAL_ERROR", kind=type(trouble).__name__)
        return False
    return work.at_work()


def _recipe(work: _Work) -> None:
    teller = _Teller(work)
    progress = Progress(teller)
    if work.part(_RECIPE, Recipe) is not None:
        progress.reach("recipe_completed", 50)
        return
    _check_time(work)
    now = work.session.started_at
    profile, _ = admitted(work.profile(), now)
    tallies: list[Tally] = []
    kitchen = _replaying(work, tallies)

    async def story() -> Recipe:
        lookup = looking(profile, kitchen, progress)
        try:
            return await write(profile, kitchen, now, progress, lookup)
        finally:
            if lookup:
                await lookup.close()

    with teller.aside(), _tallied(work, CALLS[0]):
        recipe = _watched(work, story())
    for tally in tallies:
        work.keep_at_last(WRITTEN, tally, Tally)
    work.keep(_RECIPE, recipe, Recipe)
    _tell_recipe(work, recipe)


def _price(work: _Work) -> None:
    teller = _Teller(work)
    progress = Progress(teller)
    if work.part(_PRICING, Pricing) is not None:
        progress.reach("price_completed", 80)
        return
    recipe = work.part(_RECIPE, Recipe)
    if recipe is None:
        raise RuntimeError("there is no recipe to be priced")
    profile, _ = admitted(work.profile(), work.session.started_at)
    _tell_recipe(work, recipe)

    async def story() -> Pricing:
        lookup = looking(profile, work.kitchen, progress)
        try:
            return await price(profile, recipe, work.kitchen, progress, lookup)
        finally:
            if lookup:
                await lookup.close()

    try:
        _check_time(work)
        with teller.aside(), _tallied(work, CALLS[1]):
            pricing = _watched(work, story())
    except (_Ended, StoreError, SessionNotFound):
        raise
    except _Late:
        pricing = unpriced(profile, recipe, _say("late_prices", profile.locale))
    except Exception as trouble:  # noqa: BLE001 - the meal is served without its prices
        note(log, trouble, {"session": work.session.id})
        pricing = unpriced(profile, recipe, _say("no_prices", profile.locale))
    for one in pricing.basket.priced:
        _tell_price(work, one.need, one.prices)
    for missing in pricing.basket.unpriced:
        body = {"ingredient": missing.need.ingredient, "food": missing.need.food, "price": None}
        key = f"no price {missing.need.ingredient}"
        work.tell(key, "price", {**body, "reason": missing.reason})
    work.keep(_PRICING, pricing, Pricing)
    progress.reach("price_completed", 80)


def _combine(work: _Work) -> None:
    recipe, pricing = work.part(_RECIPE, Recipe), work.part(_PRICING, Pricing)
    if recipe is None or pricing is None:
        raise RuntimeError("there is no recipe, or no pricing, to be combined")
    now = work.session.started_at
    profile, said = admitted(work.profile(), now)
    meal = serve(profile, recipe, pricing, said, now, Progress(_Teller(work)))
    body = to_json(meal, work.session.id)
    text = json.dumps(body, ensure_ascii=False, allow_nan=False)
    work.store.finish(work.session.id, work.session.attempt, text, work.now)


def unpriced(profile: Profile, recipe: Recipe, reason: str) -> Pricing:
    """A pricing without any price, each ingredient with the reason."""
    fridge = {one.food: one.grams for one in profile.available if one.food}
    to_buy, owned = needs(recipe, profile.pantry, fridge, profile.locale)
    missing = [Unpriced(need, reason) for need in to_buy]
    at_home = tuple(Unpriced(need, reason) for need in owned)
    return Pricing(fill(missing, locale=profile.locale), at_home, ())


def _tell_recipe(work: _Work, recipe: Recipe) -> None:
    """The recipe, once; before it those of its lines that were not told while it was written."""
    for line in recipe.ingredients:
        _tell_ingredient(work, line)
    work.tell(_RECIPE, "recipe", written_json(recipe, work.session.locale))


def _tell_ingredient(work: _Work, line: Ingredient) -> None:
    key = f"ingredient {line.name}|{line.amount}|{line.unit}"
    work.tell(key, "ingredient", ingredient_json(line))


def _tell_price(work: _Work, need: Need, prices: Sequence[Price]) -> None:
    """Of each answer the price the house would choose, and how many there were."""
    sure = [one for one in prices if DOUBT not in one.flags]
    if not sure:
        return
    chosen = choose(sure)
    body = {
        "ingredient": need.ingredient,
        "food": need.food,
        "price": dict(price_json(chosen, work.session.locale)),
        "of": len(sure),
    }
    work.tell(f"price {need.food} {chosen.source}", "price", body)


def _replaying(work: _Work, tallies: list[Tally]) -> Kitchen:
    """The kitchen, its model's answers kept with the session, and how it did noted."""
    writer = work.kitchen.writer
    if not hasattr(writer, "model"):
        # What reads a model's answers takes a tenth of a second to load.
        return work.kitchen
    from aichef.chef.by_model import ModelWriter

    if not isinstance(writer, ModelWriter):
        return work.kitchen

    def watch(trial: Trial) -> None:
        tallies.append(Tally(trial.outcome, trial.wrong))
        writer.watch(trial)

    kept = KeptModel(writer.model, work)
    return replace(work.kitchen, writer=ModelWriter(kept, writer.instead, writer.seconds, watch))


@contextmanager
def _tallied(work: _Work, part: str) -> Iterator[None]:
    """Keep how often suppliers were asked meanwhile, where they were and the store is there."""
    with counting() as calls:
        try:
            yield
        finally:
            counted = [(supplier, how, many) for (supplier, how), many in sorted(calls.items())]
            with suppress(StoreError, SessionNotFound):
                if counted:
                    work.keep(part, counted, list[tuple[str, str, int]])


def _watched(work: _Work, story: Coroutine[Any, Any, T]) -> T:
    """What a story comes to. Raises _Late, or _Ended within 2 s of the session's being ended."""
    return asyncio.run(_beside_a_watch(work, story))


async def _beside_a_watch(work: _Work, story: Coroutine[Any, Any, T]) -> T:
    task = asyncio.ensure_future(story)
    try:
        while not (await asyncio.wait({task}, timeout=min(LOOK, max(0.0, _left(work)))))[0]:
            if not await asyncio.to_thread(_still, work):
                raise _Ended
            _check_time(work)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_LETTING_GO)


def _still(work: _Work) -> bool:
    try:
        return work.at_work()
    except StoreError:
        # A store that is away for a moment is no reason to throw away what is being written.
        return True


def _left(work: _Work) -> float:
    return (work.session.deadline_at - work.now).total_seconds()


def _check_time(work: _Work) -> None:
    if _left(work) <= 0:
        raise _Late


def _error(code: str, message: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """A session's `error`, its details as JSON can say them."""
    plain = json.loads(json.dumps(dict(details), default=str))
    return {"code": code, "message": message, "details": plain}


def _say(what: str, locale: str) -> str:
    return _SAID[what][locale == "en"]
