"""Calls of suppliers: counted for the step at hand, wherever in it they are made."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from aichef.errors import ShopError
from aichef.kitchens.calls import CountedWire, counting
from aichef.prices.http import Answer, Wire


@pytest.fixture(autouse=True)
def _wire(monkeypatch: pytest.MonkeyPatch) -> None:
    async def get(_: Wire, url: str, __: Mapping[str, str] | None, **___: object) -> Answer:
        if url == "late":
            await asyncio.sleep(60)
        if url == "broken":
            raise ShopError("no", trouble="network")
        return Answer(int(url), b"")

    monkeypatch.setattr(Wire, "get", get)


async def asked(supplier: str, *urls: str) -> None:
    wire = CountedWire(supplier)
    tasks = [asyncio.create_task(wire.get(url)) for url in urls]
    await asyncio.wait(tasks, timeout=0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_calls_are_counted_by_supplier_and_by_how_they_went() -> None:
    with counting() as calls:
        asyncio.run(asked("a", "200", "200", "429", "broken"))
        asyncio.run(asked("b", "204", "late"))
    assert calls == {
        ("a", "answered"): 2,
        ("a", "failed"): 2,
        ("b", "answered"): 1,
        ("b", "dropped"): 1,
    }


def test_two_that_count_do_not_hear_each_other_and_nobody_has_to() -> None:
    asyncio.run(asked("a", "200"))
    with counting() as first:
        asyncio.run(asked("a", "200"))
    with counting() as second:
        asyncio.run(asked("b", "200"))
    assert (set(first), set(second)) == ({("a", "answered")}, {("b", "answered")})
