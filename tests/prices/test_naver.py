"""Naver: the documented contract, closed at the first SE05 and for as long as the process runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aichef.errors import ShopError
from aichef.fake.wire import NAVER_ID, NAVER_SECRET
from aichef.prices.choose import DOUBT
from aichef.prices.find import find_prices, heard
from aichef.prices.model import Unpriced
from aichef.prices.naver import Naver, read
from tests.living import LOOPBACK, Place, at_once, place, run, said
from tests.prices.making import a_need
from tests.shared import shared_path

FOODS = ("onion", "carrot", "potato", "garlic", "spinach", "cucumber", "eggplant", "ginger",
         "cabbage", "tomato", "broccoli", "celery", "egg", "tofu_firm", "pork_belly", "squid",
         "mackerel", "honey", "ketchup", "butter_salted")  # fmt: skip


def naver(here: Place, client_id: str = NAVER_ID) -> Naver:
    return Naver(
        here.wire, here.settings.naver_url, client_id, NAVER_SECRET, here.store, here.clock, at_once
    )


def item(**changes: object) -> dict[str, object]:
    return {"title": "<b>양파</b> 1kg", "link": "https://shop.example/1", "lprice": "3480",
            "hprice": "", "mallName": "햇살마트", "productType": "2", "category1": "식품",
            "category2": "농산물", "category3": "채소", "category4": "양파", **changes}  # fmt: skip


def body(*items: object) -> str:
    return json.dumps({"total": len(items), "items": items}, ensure_ascii=False)


def test_comparison_pages_used_goods_and_rows_without_a_price_are_left_out() -> None:
    bad = [
        item(mallName="네이버"), item(mallName=""), item(productType="5"), item(productType="8"),
        item(productType="11"), item(lprice=""), item(lprice="x"), item(title=None), "x",
    ]  # fmt: skip
    rows = read(said(body(*bad, item())))
    assert [(row.won, row.vendor) for row in rows] == [(3480, "햇살마트")]


def test_the_documented_errors_have_their_names() -> None:
    listed = json.loads(shared_path("suppliers/samples/naver_errors.json").read_text())
    named = {"SE05": "closed", "010": "quota", "012": "busy", "024": "key", "SE99": "server"}
    for one in listed:
        with pytest.raises(ShopError) as failed:
            read(said(json.dumps(one), one["http"]))
        expected = named.get(one["errorCode"], "key" if one["http"] == 403 else "shape")
        assert failed.value.details["trouble"] == expected, one


@pytest.mark.parametrize("text", ["", "{]", "[]", "{}", '{"items": 3}'])
def test_garbage_is_a_trouble(text: str) -> None:
    with pytest.raises(ShopError):
        read(said(text))


@LOOPBACK
def test_twenty_questions_at_once_meet_one_se05_and_then_a_closed_door(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.stand.set_fault("se05:naver")
        shop = naver(here)
        found = run(find_prices([a_need(food) for food in FOODS], [shop]))
        assert here.stand.calls["naver"] == 1
        assert all(isinstance(one, Unpriced) and "SE05" in one.reason for one in found)
        here.stand.faults.clear()
        with pytest.raises(ShopError, match="SE05"):
            run(naver(here).search(a_need("onion")))
        assert here.stand.calls["naver"] == 1
        assert "SE05" in heard([shop], found)[0]


@LOOPBACK
def test_offers_are_priced_and_what_only_looks_like_the_food_is_not(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        offers = run(naver(here).search(a_need("onion")))
        sure = [price for price in offers if DOUBT not in price.flags]
        assert len(sure) >= 3
        for price in sure:
            assert price.kind == "offer"
            assert price.vendor
            assert "<" not in price.product
            assert not {"사료", "장난감", "씨앗"} & set(price.product.split())
        assert {price.grams for price in sure} <= {200, 500, 600, 1000}


@LOOPBACK
def test_markup_in_a_title_is_text(tmp_path: Path) -> None:
    hostile = "양파 500g <script>alert(1)</script> &lt;img src=x onerror=alert(1)&gt;"
    with place(tmp_path) as here:
        from aichef.prices.offers import Row, prices

        found = prices(
            "onion", [Row(hostile, 2000, "가게<b>", "javascript:alert(1)")], "x", here.clock()
        )
        for price in found:
            assert "<script" not in price.product
            assert price.url is None
            assert price.vendor == "가게"


@LOOPBACK
def test_haste_is_waited_out_and_a_day_spent_lasts_until_midnight_in_korea(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.stand.set_fault("429:naver")
        with pytest.raises(ShopError) as failed:
            run(naver(here).search(a_need("onion")))
        assert failed.value.details["trouble"] == "busy"
        assert here.stand.calls["naver"] == 3
    with place(tmp_path) as here:
        here.clock.now = datetime(2026, 11, 23, 14, 59, tzinfo=UTC)
        here.stand.set_fault("quota:naver")
        with pytest.raises(ShopError):
            run(naver(here).search(a_need("egg")))
        here.stand.faults.clear()
        with pytest.raises(ShopError) as failed:
            run(naver(here).search(a_need("egg")))
        assert failed.value.details["trouble"] == "quota"
        assert here.stand.calls["naver"] == 1
        here.clock.later(minutes=2)
        assert run(naver(here).search(a_need("egg"))) is not None


@LOOPBACK
def test_a_refused_key_and_an_outage_are_not_met_twenty_times(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        run(find_prices([a_need(food) for food in FOODS], [naver(here, "wrong")]))
        assert here.stand.calls["naver"] == 1
    with place(tmp_path) as here:
        here.stand.set_fault("reset:naver")
        run(find_prices([a_need(food) for food in FOODS], [naver(here)]))
        assert here.stand.calls["naver"] == 1
        here.stand.faults.clear()
        here.clock.later(seconds=31)
        assert run(naver(here).search(a_need("onion")))


@LOOPBACK
def test_answers_are_kept_shorter_for_fresh_food(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        shop = naver(here)
        for food in ("onion", "ketchup"):
            run(shop.search(a_need(food)))
        here.clock.now += timedelta(hours=7)
        for food in ("onion", "ketchup"):
            run(shop.search(a_need(food)))
        assert here.stand.calls["naver"] == 3
