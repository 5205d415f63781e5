"""A store of each kind, empty, and the one PostgreSQL they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from moto import mock_aws

from aichef.session.port import Sessions
from tests.aws.tables import ENVIRON
from tests.postgres import Server
from tests.session.stores import Clock, opened


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    one = Server.made()
    yield one
    one.remove()


@pytest.fixture(scope="session")
def database(server: Server) -> str:
    return server.database("contract")


@dataclass(frozen=True)
class Place:
    """Where a store keeps its sessions, so that another process can open it too."""

    kind: str
    where: str


@pytest.fixture
def clock() -> Clock:
    return Clock()


def place_of(kind: str, folder: Path, request: pytest.FixtureRequest) -> Place:
    if kind == "dynamodb":
        request.getfixturevalue("aws")
        return Place(kind, "test")
    if kind != "postgres":
        return Place(kind, str(folder))
    address: str = request.getfixturevalue("database")
    with psycopg.connect(address, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('sessions')").fetchone() != (None,):
            connection.execute("TRUNCATE sessions CASCADE")
    return Place(kind, address)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AWS within this process."""
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A store that processes can share."""
    return place_of(request.param, tmp_path, request)


@pytest.fixture(params=["memory", "sqlite", "postgres", "dynamodb"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Sessions]:
    at = place_of(request.param, tmp_path, request)
    one = opened(at.kind, at.where, clock)
    yield one
    one.close()
