"""The price store that functions share: surveys published once, offers and calls in common."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from aichef.aws import refresh
from aichef.errors import ShopError
from aichef.prices import dynamodb
from aichef.prices.dynamodb import SharedPrices
from aichef.prices.survey_store import Average, SurveyStore
from aichef.session.dynamodb import open_client
from tests.aws.tables import ENVIRON, OneAtATime, make_tables
from tests.session.stores import NOW

TABLE = "ai-chef-prices-dev"
HOUR = timedelta(hours=1)
ROW = Average(date(2026, 11, 20), "100", "00", "04", "1101", "kg", 1.0, "쌀", 3_000)


@dataclass(frozen=True)
class Fleet:
    """Sandboxes that share a table."""

    client: Any
    folder: Path

    def sandbox(self, name: str) -> SharedPrices:
        return SharedPrices(self.folder / name, client=self.client, table=TABLE)


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Fleet]:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = OneAtATime(open_client())
        make_tables(client, "dev")
        yield Fleet(client, tmp_path)


def test_what_one_publishes_the_others_fetch_once(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb, "PIECE", 300)
    one, other = fleet.sandbox("one"), fleet.sandbox("other")
    assert not other.fetch()
    one.keep_averages([ROW], ROW.day)
    assert one.publish(NOW) > 300
    assert other.fetch()
    assert other.averages(ROW.day) == [ROW]
    assert not other.fetch()
    one.keep_averages([ROW, *(_later(day) for day in range(1, 4))], ROW.day)
    one.publish(NOW)
    assert other.fetch()
    assert len(other.averages(ROW.day)) == 4
    one.close()
    other.close()


def _later(days: int) -> Average:
    return Average(
        ROW.day + timedelta(days), *[getattr(ROW, name) for name in list(ROW.__slots__)[1:]]
    )


def test_a_file_with_a_piece_missing_is_not_taken(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb, "PIECE", 300)
    one, other = fleet.sandbox("one"), fleet.sandbox("other")
    one.keep_averages([ROW], ROW.day)
    one.publish(NOW)
    items = fleet.client.scan(TableName=TABLE)["Items"]
    name = next(item["name"] for item in items if item["name"]["S"].endswith("#1"))
    fleet.client.delete_item(TableName=TABLE, Key={"name": name})
    with pytest.raises(ShopError):
        other.fetch()
    assert not other.exists
    one.close()


def test_an_offer_is_everybodys_for_as_long_as_it_is_new(fleet: Fleet) -> None:
    fleet.sandbox("one").keep_offers("쿠팡", "tofu", "[1]", NOW)
    other = fleet.sandbox("other")
    assert other.offers("쿠팡", "tofu", NOW - HOUR) == ("[1]", NOW)
    assert other.offers("쿠팡", "tofu", NOW + HOUR) is None
    assert other.offers("쿠팡", "egg", NOW - HOUR) is None


def test_a_mall_is_asked_no_more_often_however_many_ask(fleet: Fleet) -> None:
    def take(place: int) -> bool:
        return fleet.sandbox(str(place % 2)).take_call("쿠팡", NOW, 9, HOUR)

    with ThreadPoolExecutor(4) as threads:
        taken = sum(threads.map(take, range(20)))
    assert 1 <= taken <= 9
    one = fleet.sandbox("one")
    while one.take_call("쿠팡", NOW, 9, HOUR):
        pass
    assert one.calls("쿠팡", NOW - HOUR) == 9
    assert one.take_call("쿠팡", NOW + 2 * HOUR, 9, HOUR)


def test_a_table_that_cannot_be_reached_is_a_shop_that_has_no_prices(fleet: Fleet) -> None:
    lost = SharedPrices(fleet.folder, client=fleet.client, table="none")
    with pytest.raises(ShopError):
        lost.offers("쿠팡", "tofu", NOW)


def test_a_refresh_is_published_also_where_a_survey_failed(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def downloaded(settings: Any) -> int:
        store = SurveyStore(settings.data_dir)
        store.keep_averages([ROW], ROW.day)
        store.close()
        return 1

    monkeypatch.setenv("AICHEF_DATA_DIR", str(fleet.folder / "refresh"))
    assert refresh.handler({}, None) == {}
    monkeypatch.setenv("AICHEF_DATA_GO_KR_KEY", "k")
    monkeypatch.setattr(refresh, "prices_refresh", downloaded)
    with pytest.raises(ShopError):
        refresh.handler({}, None)
    other = fleet.sandbox("other")
    assert other.fetch()
    assert other.averages(ROW.day) == [ROW]
    other.close()
