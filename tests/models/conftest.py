"""The stand-in that every test of the wires asks, one for a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aichef.fake.model import ModelStandIn
from tests.models.asking import as_new, standing


@pytest.fixture(scope="module")
def server() -> Iterator[ModelStandIn]:
    with standing() as made:
        yield made


@pytest.fixture
def stand(server: ModelStandIn) -> ModelStandIn:
    return as_new(server)
