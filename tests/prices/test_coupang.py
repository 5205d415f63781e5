"""Coupang Partners: signed, nine searches an hour, kept for a day, never again after a 403."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aichef.errors import ShopError
from aichef.fake.wire import COUPANG_ACCESS, COUPANG_SECRET
from aichef.prices.choose import DOUBT, FREE_SHIPPING, PARCEL
from aichef.prices.coupang import DISCLOSURE, SEARCHES, Coupang, pause_until, read, signature
from aichef.prices.find import find_prices
from aichef.prices.model import Priced, Unpriced
from aichef.prices.survey_store import SurveyStore
from tests.living import LOOPBACK, NOW, Place, place, run, said
from tests.prices.making import a_need
from tests.shared import shared_path

FOODS = ("onion", "carrot", "potato", "garlic", "spinach", "cucumber", "eggplant", "ginger",
         "cabbage", "tomato", "broccoli", "celery")  # fmt: skip


def coupang(here: Place, secret: str = COUPANG_SECRET) -> Coupang:
    return Coupang(
        here.wire, here.settings.coupang_url, COUPANG_ACCESS, secret, here.store, here.clock
    )


def body(data: object, code: str = "0") -> str:
    return json.dumps({"rCode": code, "rMessage": "", "data": data}, ensure_ascii=False)


def product(**changes: object) -> dict[str, object]:
    return {"productId": 1, "productName": "국내산 양파, 1kg, 1개", "productPrice": 3480,
            "productUrl": "https://link.coupang.com/re/AFFSDP?pageKey=1", "rank": 1,
            "isRocket": True, "isFreeShipping": False, **changes}  # fmt: skip


def test_the_signature_is_the_documented_one() -> None:
    vector = json.loads(shared_path("suppliers/samples/coupang/hmac_test_vector.json").read_text())
    made = signature(
        vector["accessKey"],
        vector["secretKey"],
        vector["path"],
        vector["query"],
        datetime(2026, 9, 30, 3, 4, 5, tzinfo=UTC),
    )
    assert made == vector["authorization"]


def test_data_may_be_an_object_or_a_list() -> None:
    for data in ([product()], {"landingUrl": "", "productData": [product()]}):
        (row,) = read(said(body(data)))
        assert (row.title, row.won, row.vendor) == ("국내산 양파, 1kg, 1개", 3480, "쿠팡")
    assert read(said(body({"landingUrl": "", "productData": []}))) == ()
    for path in sorted(shared_path("suppliers/samples/coupang").glob("products_search_*.json")):
        read(said(path.read_bytes()))


@pytest.mark.parametrize("text", ["", "{]", "[]", "3", body([], "ERROR"), body("x")])
def test_garbage_is_a_trouble(text: str) -> None:
    with pytest.raises(ShopError):
        read(said(text))


def test_rows_without_a_price_and_links_elsewhere_are_left_out() -> None:
    bad: list[object] = [
        product(productPrice=None),
        product(productName=3),
        "x",
        product(productPrice=True),
    ]
    assert read(said(body(bad))) == ()
    (row,) = read(said(body([product(productUrl="https://coupang.com.evil.example/")])))
    assert row.url is None


@pytest.mark.parametrize("won", ["1e999", "-Infinity", "NaN", "1" + "0" * 400, "-1", "1e300"])
def test_a_price_that_is_no_money_costs_no_other_offer(won: str) -> None:
    text = body([product(productPrice="WON"), product()]).replace('"WON"', won)
    assert [row.won for row in read(said(text))] == [3480]


def test_the_pause_is_an_hour_at_least_the_named_moment_and_a_day_from_the_second_on() -> None:
    hour, day = timedelta(hours=1), timedelta(days=1)
    assert pause_until("", NOW, 1) == NOW + hour
    assert pause_until("2026-11-23T09:10:00Z 이후", NOW, 1) == NOW + hour
    assert pause_until("2026-11-23T13:00:00Z 이후", NOW, 1) == NOW + 4 * hour
    assert pause_until("2026-99-99T99:99:99Z", NOW, 1) == NOW + hour
    assert pause_until("", NOW, 2) == NOW + day
    assert pause_until("9999-01-01T00:00:00Z", NOW, 1) == NOW + 7 * day


@LOOPBACK
def test_an_offer_carries_the_disclosure_its_link_and_its_day(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        offers = run(coupang(here).search(a_need("onion")))
        sure = [price for price in offers if DOUBT not in price.flags]
        assert sure
        for price in sure:
            assert price.kind == "offer"
            assert DISCLOSURE in price.source
            assert "affiliate" in price.flags
            assert (price.url or "").startswith("https://link.coupang.com/")
            assert price.observed_on == NOW.date()
            assert "<b>" not in price.product


@LOOPBACK
def test_an_answer_is_kept_for_a_day(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        first = run(coupang(here).search(a_need("onion")))
        here.clock.later(hours=23)
        assert run(coupang(here).search(a_need("onion"))) == first
        assert here.stand.calls["coupang"] == 1
        here.clock.later(hours=2)
        assert run(coupang(here).search(a_need("onion")))
        assert here.stand.calls["coupang"] == 2


@LOOPBACK
def test_the_tenth_search_of_an_hour_is_not_made_by_any_process(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        for food in FOODS[:SEARCHES]:
            run(coupang(here).search(a_need(food)))
        assert coupang(here).left() == 0
        other = SurveyStore(tmp_path)
        fresh = coupang(here)
        fresh.store = other
        with pytest.raises(ShopError) as failed:
            run(fresh.search(a_need(FOODS[SEARCHES])))
        assert failed.value.details["trouble"] == "bucket"
        assert here.stand.calls["coupang"] == SEARCHES
        here.clock.later(hours=1, seconds=1)
        assert run(fresh.search(a_need(FOODS[SEARCHES])))
        other.close()


@LOOPBACK
def test_a_403_is_never_tried_again_not_even_by_the_next_process(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.clock.now = datetime.now(UTC)
        here.stand.set_fault("403:coupang")
        with pytest.raises(ShopError):
            run(coupang(here).search(a_need("onion")))
        here.stand.faults.clear()
        for food in FOODS:
            with pytest.raises(ShopError) as failed:
                run(coupang(here).search(a_need(food)))
            assert failed.value.details["trouble"] == "blocked"
        assert here.stand.calls["coupang"] == 1
        assert coupang(here).left() == 0
        here.clock.later(hours=1, seconds=5)
        assert run(coupang(here).search(a_need("onion")))


@LOOPBACK
def test_a_refused_key_closes_it_for_the_process(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        shop = coupang(here, secret="wrong")  # noqa: S106 - it is no secret
        for food in FOODS[:3]:
            with pytest.raises(ShopError) as failed:
                run(shop.search(a_need(food)))
            assert failed.value.details["trouble"] == "key"
            assert "wrong" not in str(failed.value)
        assert here.stand.calls["coupang"] == 1


@LOOPBACK
def test_a_meal_asks_it_for_the_three_dearest_only(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        needs = [a_need(food, 200) for food in FOODS]
        found = run(find_prices(needs, [coupang(here)]))
        assert here.stand.calls["coupang"] == 3
        assert sum(isinstance(one, Priced) for one in found) <= 3


@LOOPBACK
@pytest.mark.parametrize("fault", ["403:coupang", "401:coupang"])
def test_a_refusal_costs_one_call_however_many_wait(tmp_path: Path, fault: str) -> None:
    with place(tmp_path) as here:
        here.stand.slow_ms = 50
        here.stand.set_fault(fault)
        shop = coupang(here)
        found = run(find_prices([a_need(food) for food in FOODS], [shop]))
        assert here.stand.calls["coupang"] == 1
        assert all(isinstance(one, Unpriced) for one in found)


@LOOPBACK
def test_once_it_has_answered_the_others_are_asked_together(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.stand.slow_ms = 1000
        start = time.monotonic()
        run(find_prices([a_need(food) for food in FOODS], [coupang(here)]))
        assert here.stand.calls["coupang"] == 3
        assert 2 <= time.monotonic() - start < 2.95


@LOOPBACK
def test_the_doctors_question_heeds_a_refusal_and_remembers_it(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.stand.set_fault("403:coupang")
        for _ in range(2):
            with pytest.raises(ShopError) as failed:
                run(coupang(here).reach())
            assert failed.value.details["trouble"] == "blocked"
        assert here.stand.calls["coupang"] == 1
        assert coupang(here).left() == 0


def test_a_stranger_on_the_marketplace_sends_a_parcel_of_their_own() -> None:
    rocket, alone, free = read(
        said(
            body(
                [
                    product(isFreeShipping=True),
                    product(isRocket=False),
                    product(isRocket=False, isFreeShipping=True),
                ]
            )
        )
    )
    assert (rocket.vendor, PARCEL in rocket.flags) == ("쿠팡", False)
    assert (alone.vendor, PARCEL in alone.flags) == ("쿠팡 마켓플레이스", True)
    assert FREE_SHIPPING not in alone.flags
    assert {PARCEL, FREE_SHIPPING} <= {*free.flags}
