"""What every test of the functions is held to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import pytest_socket

from tests.aws.stack import Stack, deployed, turn


@pytest.fixture(autouse=True)
def no_loop_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close the event loops that the HTTP adapter makes: in a sandbox they end with the process."""
    made: list[asyncio.AbstractEventLoop] = []
    policy = asyncio.get_event_loop_policy()
    make = policy.new_event_loop

    def remembered() -> asyncio.AbstractEventLoop:
        made.append(make())
        return made[-1]

    monkeypatch.setattr(policy, "new_event_loop", remembered)
    yield
    for loop in made:
        if not loop.is_closed():
            loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture(scope="session")
def stack_of_all() -> Iterator[Stack]:
    pytest_socket.enable_socket()
    with deployed() as one:
        yield one


@pytest.fixture
def stack(stack_of_all: Stack) -> Iterator[Stack]:
    """The deployed stack, to oneself."""
    with turn():
        yield stack_of_all
