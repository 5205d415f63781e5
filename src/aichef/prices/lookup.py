"""Price look-ups under way: shops that have to be waited for, asked all at once."""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, Final

from aichef.errors import ShopError
from aichef.prices.choose import candidates, least_won
from aichef.prices.find import answered, can_be_priced, known_prices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aichef.prices.find import Answer, Shop
    from aichef.prices.model import Need, Price

AT_ONCE: Final = 20
"""Questions that one shop is asked at a time."""

_CLEARING: Final = 0.5


def _to_nobody(_: Need, __: Sequence[Price]) -> None:
    """Tells nobody."""


class Lookup:
    """Price look-ups under way: one for each food and shop, however often it is asked for.

    `start` one as soon as an ingredient is known, and hand the look-up to `find_prices`. At most
    `AT_ONCE` questions at a time go to a shop. `landed` is told of each answer that has prices.
    Use it inside one event loop, and `close` what is not going to be asked for its answers.
    """

    def __init__(
        self,
        shops: Sequence[Shop],
        landed: Callable[[Need, Sequence[Price]], None] = _to_nobody,
    ) -> None:
        self.shops = tuple(shops)
        self._landed = landed
        self._gates = [asyncio.Semaphore(AT_ONCE) for _ in self.shops]
        self._tasks: dict[tuple[int, str], asyncio.Task[Answer]] = {}

    def start(self, need: Need) -> None:
        """Ask every shop for a need that may be asked for any number of them."""
        for place, shop in reversed([*enumerate(self.shops)]):
            if _few(shop) is None:
                self._ask(place, need)

    async def answers(
        self, needs: Sequence[Need], seconds: float
    ) -> dict[str, list[tuple[Shop, Answer]]]:
        """What each shop said of each food, in their order; within `seconds`, or that it is late.

        A shop that may be asked for a few only is asked for the dearest at prices at hand.
        """
        for need in needs:
            self.start(need)
        for place, shop in enumerate(self.shops):
            few = _few(shop)
            for need in _dearest(needs, self.shops, few) if few else ():
                self._ask(place, need)
        wanted = {need.food for need in needs}
        tasks = {task for (_, food), task in self._tasks.items() if food in wanted}
        late = (await asyncio.wait(tasks, timeout=seconds))[1] if tasks else set()
        await self.close()
        return {
            need.food: [
                (shop, _said(self._tasks[place, need.food], late))
                for place, shop in enumerate(self.shops)
                if (place, need.food) in self._tasks
            ]
            for need in needs
        }

    async def close(self) -> None:
        """Stop asking; what was asked for and is not wanted any more is let go."""
        open_ones = {task for task in self._tasks.values() if not task.done()}
        for task in open_ones:
            task.cancel()
        if open_ones:
            await asyncio.wait(open_ones, timeout=_CLEARING)

    def _ask(self, place: int, need: Need) -> None:
        key = (place, need.food)
        if key not in self._tasks and can_be_priced(need):
            self._tasks[key] = asyncio.create_task(self._answer(place, need))

    async def _answer(self, place: int, need: Need) -> Answer:
        async with self._gates[place]:
            answer = await answered(self.shops[place], need)
        if answer and not isinstance(answer, ShopError):
            self._landed(need, answer)
        return answer


def _few(shop: Shop) -> int | None:
    """For how many ingredients of a meal a shop may be asked; None: for all."""
    few = getattr(shop, "few", None)
    return few if isinstance(few, int) else None


def _dearest(needs: Sequence[Need], shops: Sequence[Shop], few: int) -> list[Need]:
    """The needs whose packs cost most at prices at hand, unpriced ones first; one for each food."""
    known = known_prices({need.food for need in needs}, shops)

    def won(need: Need) -> float:
        prices = known.get(need.food)
        return least_won(need.grams, candidates(prices)) if prices else inf

    foods_once = {need.food: need for need in needs}.values()
    return sorted(foods_once, key=lambda need: (-won(need), need.food))[:few]


def _said(task: asyncio.Task[Answer], late: set[asyncio.Task[Answer]]) -> Answer:
    if task in late or not task.done() or task.cancelled():
        return ShopError("제시간에 답하지 않아서 빼고 계산했어요.", trouble="late")
    return task.result()
