"""Every shop keeps the same promises; none of them, however broken, costs the meal."""

from __future__ import annotations

import asyncio
import io
import logging
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from urllib.parse import quote

import pytest
from rich.console import Console

from aichef.chef.composer import CooksBook
from aichef.cook import Kitchen, cook
from aichef.errors import ShopError
from aichef.fake.prices import FAULTS
from aichef.kitchens import local
from aichef.kitchens.local import (
    MALLS,
    SURVEYS,
    configured,
    living_shops,
    local_kitchen,
    without_malls,
)
from aichef.meal.model import Meal
from aichef.meal.render import render
from aichef.meal.section4 import to_json
from aichef.prices import http
from aichef.prices.book import PriceBook
from aichef.prices.coupang import DISCLOSURE
from aichef.prices.find import Shop, find_prices, heard
from aichef.prices.model import Priced
from aichef.prices.own import OwnPrices, own_price
from aichef.prices.survey_store import FILE
from aichef.profile.parse import parse_profile
from aichef.settings import Settings
from tests.living import LOOPBACK, NOW, TODAY, Place, few_goods, place, run
from tests.prices.making import a_need

LIVING = (*SURVEYS, *MALLS)
NAMES = ("own", *(one.name for one in LIVING), "price_book")
ADDRESSES_OF_OTHERS = {"model_url", "database_url"}
NEEDS = [a_need(food, 200) for food in ("onion", "egg", "milk_whole", "tofu_firm", "carrot")]


@pytest.fixture(scope="module")
def surveys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the surveys of a few goods, downloaded once."""
    folder = tmp_path_factory.mktemp("surveys")
    with pytest.MonkeyPatch.context() as patch, place(folder) as made:
        few_goods(patch, "onion", "carrot", "tofu_firm", "soy_sauce")
        made.refresh_kamis()
        made.refresh_chamgagyeok()
    return folder / FILE


@pytest.fixture
def here(tmp_path: Path, surveys: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Every supplier configured, with surveys of a few goods downloaded."""
    monkeypatch.setattr(local, "now", lambda: NOW)
    shutil.copy(surveys, tmp_path)
    with place(tmp_path) as made:
        OwnPrices(tmp_path, TODAY).add(own_price("honey", "꿀", 9000, 500, TODAY, seller="장터"))
        yield made


def shops(here: Place) -> dict[str, Shop]:
    return {shop.name: shop for shop in local_kitchen(here.settings).shops}


@LOOPBACK
def test_each_supplier_is_there_with_its_key_and_off_without_it(
    here: Place, tmp_path: Path
) -> None:
    assert tuple(shops(here)) == NAMES
    assert living_shops(Settings(tmp_path / "none"), TODAY) == ()
    off = Settings(tmp_path / "none", data_go_kr_key="x", kamis_url="off")
    assert [shop.name for shop in living_shops(off, TODAY)] == ["참가격"]


def test_every_address_of_the_settings_is_of_a_supplier_we_open() -> None:
    addresses = {one.name for one in fields(Settings) if one.name.endswith("_url")}
    assert {one.url for one in LIVING} == addresses - ADDRESSES_OF_OTHERS


@LOOPBACK
def test_each_mall_alone_is_enough_to_be_asked(here: Place) -> None:
    for mall in MALLS:
        others = {one.url: "off" for one in LIVING if one.name != mall.name}
        opened = living_shops(_changed(here.settings, others), TODAY)
        assert [shop.name for shop in opened] == [mall.name]


@LOOPBACK
def test_without_malls_surveys_are_left_and_nobody_is_called(here: Place) -> None:
    settings = without_malls(here.settings)
    malls = {mall.name for mall in MALLS}
    assert configured(settings) == {one.name: one.name not in malls for one in LIVING}
    before = here.stand.calls.copy()
    run(find_prices(NEEDS, list(local_kitchen(settings).shops)))
    assert here.stand.calls == before


@LOOPBACK
@pytest.mark.parametrize("name", NAMES)
def test_a_shop_keeps_the_promises_of_the_port(here: Place, name: str) -> None:
    shop = shops(here)[name]
    before = here.stand.calls.copy()
    wanted = {"onion", "honey", "no such food"}
    known = shop.known(wanted)
    assert here.stand.calls == before, "prices at hand need no network"
    assert set(known) <= wanted
    food = "honey" if name == "own" else "onion"
    found = run(shop.search(a_need(food)))
    assert found, name
    assert all(price.food == food and price.won > 0 and price.grams > 0 for price in found)
    assert all(price.source and price.observed_on <= TODAY for price in found)
    assert all(isinstance(price.won, int) for price in found)
    if food in known:
        assert set(known[food]) == set(found)


@LOOPBACK
def test_prices_of_a_meal_come_from_every_kind_with_source_and_day(here: Place) -> None:
    found = run(find_prices(NEEDS, list(shops(here).values())))
    kinds = {price.kind for one in found if isinstance(one, Priced) for price in one.prices}
    assert kinds == {"reference", "store", "offer"}
    assert all(isinstance(one, Priced) and one.troubles == () for one in found)


@LOOPBACK
@pytest.mark.parametrize("fault", [one for one in FAULTS if one != "hang"])
def test_whatever_breaks_the_meal_is_priced_and_the_supplier_noted(
    here: Place, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    here.stand.set_fault(fault)
    every = list(shops(here).values())
    found = run(find_prices(NEEDS, every))
    assert all(isinstance(one, Priced) for one in found)
    said = " ".join(heard(every, found))
    if fault not in {"bom", "none", "young"}:
        assert all(f"{mall.name}: " in said for mall in MALLS)
    assert "KAMIS: " not in said, "a survey is read from the store"
    everything = said + repr(found) + caplog.text + repr(here.settings)
    for secret in secrets(here.settings):
        assert secret not in everything


def secrets(settings: Settings) -> set[str]:
    """Every key of a supplier, as it is and as it stands in an address."""
    keys = {getattr(settings, name) for one in LIVING for name in one.keys}
    assert all(keys)
    return keys | {quote(key, safe="") for key in keys}


def cooked(kitchen: Kitchen) -> Meal:
    profile = parse_profile({"target": "diet"}, today=TODAY)
    return asyncio.run(cook(profile, kitchen))


@LOOPBACK
def test_suppliers_go_one_by_one_and_the_meal_still_arrives_and_says_so(here: Place) -> None:
    off: dict[str, str] = {}
    for name, setting in ((one.name, one.url) for one in reversed(LIVING)):
        meal = cooked(local_kitchen(_changed(here.settings, off)))
        assert any(one.startswith(name) for one in meal.suppliers)
        assert meal.basket.total > 0
        off[setting] = "off"
        meal = cooked(local_kitchen(_changed(here.settings, off)))
        assert not any(one.startswith(name) for one in meal.suppliers)
        assert meal.basket.total > 0
        assert not meal.basket.unpriced
        to_json(meal)
    assert meal.suppliers == ("own", "price_book")


def _changed(settings: Settings, off: dict[str, str]) -> Settings:
    values = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    return Settings(**{**values, **off})


@LOOPBACK
def test_the_person_decides_where_to_buy_how_far_to_go_and_what_delivery_costs(
    here: Place, tmp_path: Path
) -> None:
    (tmp_path / "sellers.csv").write_text("판매처,배송비\n햇살마트,100\n", encoding="utf-8")
    kitchen = local_kitchen(replace(here.settings, most_walks=1, walk_worth=0))
    assert (kitchen.limits.walks, kitchen.limits.worth) == (1, 0)
    assert [one.delivery for one in kitchen.sellers] == [100]
    avoid = frozenset({"쿠팡", "햇살마트", "대형마트", "동네상회"})
    limits = replace(kitchen.limits, avoid=avoid)
    vendors = {line.price.vendor for line in cooked(replace(kitchen, limits=limits)).basket.lines}
    assert not {v for v in vendors if v and (v in avoid or v.startswith("쿠팡"))}
    only = replace(kitchen.limits, only=frozenset({"햇살마트"}))
    vendors = {line.price.vendor for line in cooked(replace(kitchen, limits=only)).basket.lines}
    assert vendors <= {"햇살마트", None}


@LOOPBACK
def test_a_place_no_survey_knows_is_said(here: Place) -> None:
    profile = parse_profile({"target": "diet", "shops": "별나라마트"}, today=TODAY)
    meal = asyncio.run(cook(profile, local_kitchen(here.settings)))
    assert any(one.startswith("참가격: ") and "별나라마트" in one for one in meal.suppliers)


@LOOPBACK
def test_the_meal_says_which_supplier_did_not_answer(here: Place) -> None:
    here.stand.set_fault("se05:naver")
    here.stand.set_fault("403:coupang")
    meal = cooked(local_kitchen(here.settings))
    assert any(one.startswith("네이버: ") and "SE05" in one for one in meal.suppliers)
    assert any(one.startswith("쿠팡: ") for one in meal.suppliers)
    assert "KAMIS" in meal.suppliers


@LOOPBACK
def test_the_page_shows_kind_day_licence_disclosure_and_who_kept_silent(here: Place) -> None:
    here.stand.set_fault("500:naver")
    kitchen = local_kitchen(here.settings)
    page = Console(width=400, record=True, file=io.StringIO())
    page.print(render(cooked(kitchen)))
    text = page.export_text()
    assert "값을 못 받은 곳: 네이버: " in text
    assert DISCLOSURE in text
    assert "판매 상품" in text
    page.print(render(cooked(local_kitchen(without_malls(here.settings)))))
    text = page.export_text()
    assert "출처: 한국" in text
    assert "평균 시세" in text or "매장 조사가" in text


@LOOPBACK
def test_a_supplier_that_hangs_is_left_behind_at_the_deadline(here: Place) -> None:
    here.stand.set_fault("hang:naver")
    every = list(shops(here).values())
    start = time.monotonic()
    found = run(find_prices(NEEDS, every, seconds=0.5))
    assert time.monotonic() - start < 20
    assert all(isinstance(one, Priced) for one in found)
    assert "제시간에" in " ".join(heard(every, found))


@LOOPBACK
def test_a_store_that_is_damaged_costs_its_prices_only(here: Place, tmp_path: Path) -> None:
    here.store.close()
    for file in tmp_path.glob("prices.sqlite3*"):
        file.write_bytes(b"damaged" * 1000)
    meal = cooked(local_kitchen(here.settings))
    assert meal.basket.total > 0
    assert any(one.startswith("KAMIS: ") for one in meal.suppliers)


def test_an_address_without_tls_never_gets_a_key(tmp_path: Path) -> None:
    settings = Settings(
        tmp_path,
        naver_client_id="i",
        naver_client_secret="s",  # noqa: S106 - opens nothing
        naver_url="http://example.com",
    )
    (shop,) = living_shops(settings, TODAY)
    with pytest.raises(ShopError, match="https"):
        run(shop.search(a_need("onion")))


@LOOPBACK
def test_a_certificate_that_does_not_hold_is_a_trouble(here: Place) -> None:
    # The stand-ins speak no TLS at all: the handshake fails.
    address = here.settings.naver_url.replace("http:", "https:")
    (naver,) = [
        shop
        for shop in living_shops(_changed(here.settings, {"naver_url": address}), TODAY)
        if shop.name == "네이버"
    ]
    with pytest.raises(ShopError, match="TLS"):
        run(naver.search(a_need("onion")))


@LOOPBACK
def test_a_proxy_has_no_business_with_this_machine(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert run(shops(here)["네이버"].search(a_need("onion")))


def test_warming_up_is_silent_whatever_the_address(capfd: pytest.CaptureFixture[str]) -> None:
    for url in ("ftp://x", "http://example.com", "https://[bad", ""):
        http.warm([url])
    assert capfd.readouterr() == ("", "")


def test_without_any_key_nothing_of_the_network_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys, aichef.cli\n"
        "try: aichef.cli.main(['cook', '--target', 'diet', '--json'])\n"
        "except SystemExit as left: assert not left.code\n"
        "assert not {'httpx', 'sqlite3', 'aichef.prices.kamis', 'aichef.fake'} & set(sys.modules)"
    )
    environment = {"AICHEF_DATA_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=environment)


def test_the_cooks_book_is_the_writer(tmp_path: Path) -> None:
    kitchen = local_kitchen(Settings(tmp_path))
    assert isinstance(kitchen.writer, CooksBook)
    assert isinstance(kitchen.shops[-1], PriceBook)
