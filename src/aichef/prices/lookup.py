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

DEAR: Final = 3_000
"""Won at the till from which an ingredient is worth one of a shop's few questions at once, before
the whole recipe is known."""

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
        """Ask every shop for a need; those that may be asked for a few only where it is dear."""
        dear = _won(need, self.shops) >= DEAR
        for place, shop in reversed([*enumerate(self.shops)]):
            few = _few(shop)
            if few is None or (dear and self._asked_at(place) < few):
                self._ask(place, need)

    async def answers(
        self, needs: Sequence[Need], seconds: float
    ) -> dict[str, list[tuple[Shop, Answer]]]:
        """What each shop said of each food, in their order; within `seconds`, or that it is late.

        A shop that may be asked for a few only is asked for the dearest at prices at hand, unless
        it was asked already for dear ones as they became known.
        """
        for place, shop in enumerate(self.shops):
            few = _few(shop)
            if few is None:
                wanted_here: Sequence[Need] = needs
            else:
                wanted_here = () if self._asked_at(place) else _dearest(needs, self.shops, few)
            for need in wanted_here:
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

    def _asked_at(self, place: int) -> int:
        """For how many foods the shop at a place was asked."""
        return sum(where == place for where, _ in self._tasks)

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
    foods_once = {need.food: need for need in needs}.values()
    return sorted(foods_once, key=lambda need: (-_won(need, shops), need.food))[:few]


def _won(need: Need, shops: Sequence[Shop]) -> float:
    """Won at the till for a need at prices at hand; infinite where none is."""
    prices = known_prices([need.food], shops).get(need.food)
    return least_won(need.grams, candidates(prices)) if prices else inf


def _said(task: asyncio.Task[Answer], late: set[asyncio.Task[Answer]]) -> Answer:
    if task in late or not task.done() or task.cancelled():
        return ShopError("제시간에 답하지 않아서 빼고 계산했어요.", trouble="late")
    return task.result()
