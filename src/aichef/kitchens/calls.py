"""How often suppliers were asked over the network, counted for whoever wants to know."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, Literal

from aichef.errors import ShopError
from aichef.prices.http import MOST_BYTES, SECONDS, Answer, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Outcome = Literal["answered", "failed", "dropped"]
"""An answer that is one; an error or a status that says so; not waited for to its end."""

Calls = Counter[tuple[str, Outcome]]
"""Calls by supplier and by how they went."""

_REFUSED: Final = 400
_counted: Final[ContextVar[Calls | None]] = ContextVar("counted", default=None)


@contextmanager
def counting() -> Iterator[Calls]:
    """The calls that are begun within the block, tasks of event loops that it runs included."""
    calls: Calls = Counter()
    mark = _counted.set(calls)
    try:
        yield calls
    finally:
        _counted.reset(mark)


class CountedWire(Wire):
    """The wire to one supplier, its calls counted."""

    __slots__ = ("supplier",)

    def __init__(self, supplier: str) -> None:
        super().__init__()
        self.supplier = supplier

    async def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> Answer:
        """See `Wire`."""
        outcome: Outcome = "dropped"
        try:
            answer = await super().get(url, headers, seconds=seconds, most_bytes=most_bytes)
            outcome = "answered" if answer.status < _REFUSED else "failed"
        except ShopError:
            outcome = "failed"
            raise
        finally:
            if (calls := _counted.get()) is not None:
                calls[self.supplier, outcome] += 1
        return answer
