"""참가격: shelf prices of shops, and every trap of its service and its file."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from aichef.errors import InvalidRecipe, ShopError
from aichef.food.table import foods
from aichef.prices import chamgagyeok
from aichef.prices.chamgagyeok import (
    Chamgagyeok,
    chain_type,
    import_csv,
    in_region,
    lines,
    newest_day,
    read_goods,
    read_rows,
    read_shelves,
    read_stores,
    refresh,
    sellers,
    typical,
    typical_prices,
    weight,
)
from aichef.prices.survey_store import Good, Shelf, Store, SurveyStore, Typical
from tests.living import LOOPBACK, TODAY, few_goods, place, quiet, run, said
from tests.prices.making import a_need
from tests.shared import shared_path

DAY = date(2026, 11, 20)


def xml(rows: str, code: str = "00") -> str:
    result = f"<result>{rows}</result>" if rows else "<result/>"
    return f"<response>{result}<resultCode>{code}</resultCode><resultMsg>ok</resultMsg></response>"


def priced_row(**cells: str) -> dict[str, str]:
    return {"goodInspectDay": "20261120", "entpId": "1", "goodId": "224", "goodPrice": "2980",
            "plusoneYn": "N", "goodDcYn": "N", **cells}  # fmt: skip


def stores_of(kind: str, count: int, start: int = 0) -> dict[str, Store]:
    return {str(n): Store(str(n), f"가게{n}점", kind) for n in range(start, start + count)}


def shelves_of(stores: dict[str, Store], won: int) -> list[Shelf]:
    return [Shelf(DAY, 224, store, won) for store in stores]


# --- reading ----------------------------------------------------------------------------------


def test_rows_are_the_children_of_result_whatever_their_tag() -> None:
    for tag in ("item", "iros.openapi.service.vo.goodPriceVO"):
        assert read_rows(said(xml(f"<{tag}><goodId> 7 </goodId><a/></{tag}>"))) == [
            {"goodId": "7", "a": ""}
        ]


def test_an_empty_result_is_a_day_without_survey_and_no_error() -> None:
    assert read_rows(said(xml(""))) == []


def test_the_samples_are_read() -> None:
    samples = shared_path("suppliers/samples/chamgagyeok")

    def rows(name: str) -> list[dict[str, str]]:
        return read_rows(said((samples / f"{name}.reconstructed.xml").read_bytes()))

    goods = read_goods(rows("getProductInfoSvc_ok"))
    assert [(one.good, one.amount, one.unit) for one in goods] == [
        (295, 1, "MA"),
        (1221, 500, "ML"),
    ]
    shelves = read_shelves(rows("getProductPriceInfoSvc_ok"), date(2026, 8, 28), 935)
    assert [(one.won, one.discount) for one in shelves] == [(2980, False), (1990, True)]
    stores = read_stores(rows("getStoreInfoSvc_ok"))
    assert [(round(one.latitude or 0), round(one.longitude or 0)) for one in stores] == [
        (37, 127),
        (37, 127),
    ]
    assert rows("getProductPriceInfoSvc_no_survey_day") == []
    for code, trouble in (("01", "shape"), ("05", "shape"), ("90", "young")):
        with pytest.raises(ShopError) as failed:
            rows(f"error_resultCode_{code}")
        assert failed.value.details["trouble"] == trouble


def test_entities_never_get_to_the_parser() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa">]>' + xml("<item><goodId>&a;</goodId></item>")
    with pytest.raises(ShopError):
        read_rows(said(bomb))


@pytest.mark.parametrize("text", ["", "<response>", "{}", "<a/>", "<response><result/></response>"])
def test_what_is_no_answer_of_the_service_is_said_so(text: str) -> None:
    with pytest.raises(ShopError):
        read_rows(said(text))


@pytest.mark.parametrize("good", ["9" * 5_000, "9" * 19, "-1", "²", ""])
def test_a_good_without_a_number_of_ours_is_left_out(good: str) -> None:
    rows = [{"goodId": one, "goodName": "햇양파", "goodTotalCnt": "1"} for one in (good, "224")]
    assert [one.good for one in read_goods(rows)] == [224]


def test_prices_of_nought_and_rows_of_another_good_or_day_are_left_out() -> None:
    rows = [
        priced_row(),
        priced_row(entpId="2", goodPrice="0"),
        priced_row(entpId="3", goodId="9"),
        priced_row(entpId="4", goodInspectDay="20261106"),
        priced_row(entpId="5", goodPrice="1e9"),
        priced_row(entpId="6", goodPrice=""),
        priced_row(entpId="7", plusoneYn="Y", goodDcYn=""),
    ]
    found = read_shelves(rows, DAY, 224)
    assert [(one.store, one.one_plus_one, one.discount) for one in found] == [
        ("1", False, False),
        ("7", True, False),
    ]


@pytest.mark.parametrize(
    ("x", "y", "place"),
    [("37.5", "127.0", (37.5, 127.0)), ("127.0", "37.5", (37.5, 127.0)),
     ("1.0", "1.0", (None, None)),
     ("", "", (None, None)), ("91", "127", (None, None)), ("x", "y", (None, None))],
)  # fmt: skip
def test_swapped_coordinates_are_put_right_and_impossible_ones_are_none(
    x: str, y: str, place: tuple[float | None, float | None]
) -> None:
    (store,) = read_stores([{"entpId": "1", "entpName": "가", "xMapCoord": x, "yMapCoord": y}])
    assert (store.latitude, store.longitude) == place


@pytest.mark.parametrize(
    ("text", "grams"),
    [("1.5kg", (1500, False)), ("흙대파, 500~800g", (650, True)), ("120g*5개입", (600, False)),
     ("1.5~2kg", (1750, True)), ("500g~1kg", (750, True)), ("15개", None), ("", None)],
)  # fmt: skip
def test_weights_are_read_and_ranges_halved_and_flagged(
    text: str, grams: tuple[float, bool] | None
) -> None:
    assert weight(text) == grams


# --- medians ----------------------------------------------------------------------------------


def test_department_stores_never_touch_the_price() -> None:
    marts, palaces = stores_of("LM", 6), stores_of("DP", 40, 100)
    found = typical([*shelves_of(marts, 4335), *shelves_of(palaces, 10_000)], marts | palaces)
    assert {one.type: one.won for one in found} == {"LM": 4335, "DP": 10_000}
    (price,) = typical_prices(found, {}, TODAY)["milk_whole"]
    assert (price.won, price.vendor) == (4335, "대형마트")


def test_promotions_are_left_out_of_medians() -> None:
    stores = stores_of("LM", 7)
    shelves = [
        *shelves_of(stores, 1000)[:5],
        Shelf(DAY, 224, "5", 1, discount=True),
        Shelf(DAY, 224, "6", 1, one_plus_one=True),
    ]
    (one,) = typical(shelves, stores)
    assert (one.won, one.low, one.stores) == (1000, 1000, 5)


def test_fewer_than_five_shops_make_no_price() -> None:
    stores = stores_of("SM", 4)
    assert typical_prices(typical(shelves_of(stores, 900), stores), {}, TODAY) == {}


def test_a_shop_under_two_ids_counts_once_and_the_outer_twentieth_is_cut() -> None:
    twice = {"1": Store("1", "이마트 문흥점", "LM"), "2": Store("2", "이마트문흥점", "LM")}
    (one,) = typical(shelves_of(twice, 900), twice)
    assert one.stores == 1
    stores = stores_of("LM", 40)
    shelves = [Shelf(DAY, 224, key, 100 + int(key)) for key in stores]
    (one,) = typical(shelves, stores)
    assert (one.low, one.high) == (102, 137)


def test_the_brand_in_the_middle_stands_for_the_food() -> None:
    won = {257: 2280, 1222: 9000}
    medians = [Typical(DAY, good, "LM", price, 1, 1, 9) for good, price in won.items()]
    (price,) = typical_prices(medians, {}, TODAY)["sugar_white"]
    assert price.won == 2280
    medians = [Typical(DAY, good, "LM", 5000 + good, 1, 1, 9) for good in (280, 638)]
    medians.append(Typical(DAY, 1099, "LM", 14_300, 1, 1, 9))
    middle, small = typical_prices(medians, {}, TODAY)["gochujang"]
    assert (middle.grams, small.grams) == (1000, 500)
    assert small.won_per_gram > middle.won_per_gram


def test_the_goods_list_counts_before_the_map() -> None:
    medians = [Typical(DAY, 224, "LM", 3000, 1, 1, 9)]
    shrunk = {224: Good(224, "서울우유 흰우유(900ml)", 900, "ML")}
    (price,) = typical_prices(medians, shrunk, TODAY)["milk_whole"]
    assert (price.product, price.pack, price.per) == ("서울우유 흰우유(900ml)", "900ml", "100ml")
    assert price.grams == pytest.approx(927)
    (leek,) = typical_prices(
        [Typical(DAY, 935, "LM", 3000, 1, 1, 9)],
        {935: Good(935, "대파(흙대파, 500~800g)", 1, "DA")},
        TODAY,
    )["green_onion_large"]
    assert (leek.grams, leek.flags) == (650, ("converted",))


def test_a_shelf_price_names_survey_day_and_source() -> None:
    (price,) = typical_prices([Typical(DAY, 224, "LM", 3000, 1, 1, 9)], {}, TODAY)["milk_whole"]
    assert price.kind == "store"
    assert price.observed_on == DAY
    assert "출처: 한국소비자원 참가격, 조사일 2026-11-20" in price.source
    assert "9곳" in price.source


def test_after_28_days_a_survey_is_flagged_and_after_60_it_is_gone(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    store.keep_survey(DAY, 224, [], [Typical(DAY, 224, "LM", 3000, 1, 1, 9)], "api")
    for days, flags in ((28, ()), (29, ("stale",)), (60, ("stale",))):
        (price,) = Chamgagyeok(store, DAY + timedelta(days=days)).known({"milk_whole"})[
            "milk_whole"
        ]
        assert price.flags == flags
    late = Chamgagyeok(store, DAY + timedelta(days=61))
    assert late.known({"milk_whole"}) == {}
    with pytest.raises(ShopError, match="aichef prices refresh"):
        run(late.search(a_need("milk_whole")))
    store.close()


def test_every_line_of_the_map_names_a_food_of_ours() -> None:
    for line in lines():
        assert line["food"] in foods(), line
        assert float(line["grams"]) > 0
        assert line["class"] in {"fresh", "processed"}
        assert line["source"]
    assert len({(line["food"], line["good"]) for line in lines()}) == len(lines())


# --- shops one goes to --------------------------------------------------------------------------


def a_store(store: str, name: str, kind: str, area: str = "서울", address: str = "") -> Store:
    return Store(store, name, kind, area, address or "서울특별시 서초구 양재동")


YANGJAE = a_store("1", "이마트양재점", "LM")
FRESH = a_store("2", "GS더프레시양재점", "SM")
LITTLE = a_store("3", "이마트에브리데이양재점", "SM")
BUSAN = a_store("4", "이마트해운대점", "LM", "부산", "부산 해운대구 좌동")
NEW = a_store("5", "이마트광산점", "LM", "전남 광주", "전남광주 광산구 사암로")
CITY = {one.store: one for one in (YANGJAE, FRESH, LITTLE, BUSAN, NEW)}


@pytest.mark.parametrize(
    ("region", "inside"),
    [("서울", True), ("서울특별시 서초구", True), ("서울/서초", True),
     ("서울 강남구", False), ("경기도", False)],
)  # fmt: skip
def test_regions_are_found_by_their_short_and_long_names(region: str, inside: bool) -> None:
    assert in_region(YANGJAE, region) is inside


def test_the_joined_area_of_2026_is_found_by_either_name() -> None:
    assert in_region(NEW, "광주 광산구")
    assert in_region(NEW, "전라남도")


def test_a_named_chain_means_its_large_shops_and_a_named_shop_itself() -> None:
    assert sellers(CITY, "서울", ["이마트"]) == {"이마트양재점": [YANGJAE]}
    assert sellers(CITY, "", ["gs더프레시 양재점"]) == {"GS더프레시양재점": [FRESH]}
    many = {str(n): a_store(str(n), f"이마트{n}점", "LM") for n in range(9)}
    assert set(sellers(many, "", ["이마트"])) == {"이마트"}
    assert sellers(CITY, "", ["동네가게"]) == {}


def test_without_names_the_marts_of_the_region_sell() -> None:
    assert set(sellers(CITY, "서울 서초구", [])) == {one.name for one in (YANGJAE, FRESH, LITTLE)}
    many = {str(n): a_store(str(n), f"이마트{n}점", "LM") for n in range(30)}
    assert set(sellers(many, "서울", [])) == {"서울 대형마트"}
    assert sellers(CITY, "", []) == {}


def test_ones_own_shop_sells_at_its_own_price_and_the_rest_at_the_median(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    store.keep_stores(CITY.values())
    medians = [Typical(DAY, good, "LM", 3000, 1, 1, 9) for good in (224, 257)]
    store.keep_survey(DAY, 224, [Shelf(DAY, 224, "1", 2500)], medians[:1], "api")
    store.keep_survey(DAY, 257, [Shelf(DAY, 257, "1", 900, discount=True)], medians[1:], "api")
    mine = Chamgagyeok(store, TODAY).near("서울", ["이마트 양재점"])
    found = mine.known({"milk_whole", "sugar_white"})
    (milk,) = found["milk_whole"]
    assert (milk.won, milk.vendor) == (2500, "이마트양재점")
    sugar = {price.vendor: price for price in found["sugar_white"]}
    assert sugar["이마트양재점"].flags == ("discount",)
    assert sugar["대형마트"].won == 3000
    store.close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("이마트만촌점", "LM"), ("이마트24(본사)", "CS"), ("이마트에브리데이 양재점", "SM"),
     ("홈플러스익스프레스목동점", "SM"), ("현대백화점미아점", "DP"), ("(주)농협유통 양재점", "LM"),
     ("망원시장", "TM"), ("어딘가", "")],
)  # fmt: skip
def test_chains_tell_a_shops_type(name: str, kind: str) -> None:
    assert chain_type(name) == kind


# --- refreshing -------------------------------------------------------------------------------


@LOOPBACK
def test_a_refresh_finds_the_newest_day_and_a_second_one_has_nothing_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_goods(monkeypatch, "milk_whole", "onion")
    with place(tmp_path) as here:
        assert here.refresh_chamgagyeok() == (date(2026, 11, 13), 7)
        calls = here.stand.calls["chamgagyeok"]
        assert here.refresh_chamgagyeok() == (date(2026, 11, 13), 0)
        assert here.stand.calls["chamgagyeok"] - calls <= 2 + 1
        prices = Chamgagyeok(here.store, TODAY).known({"milk_whole", "onion"})
        assert {price.vendor for price in prices["onion"]} == set(chamgagyeok.MARTS.values())
        assert here.store.calls("참가격", here.clock() - timedelta(days=36_500)) > 9


@LOOPBACK
def test_a_refresh_that_was_stopped_carries_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_goods(monkeypatch, "milk_whole", "onion")

    class Stopped(Exception):
        pass

    def stop(done: int, _: int) -> None:
        if done == 3:
            raise Stopped

    with place(tmp_path) as here:
        with pytest.raises(Stopped):
            run(refresh(here.door, here.store, TODAY, stop))
        assert len(here.store.surveyed(date(2026, 11, 13), "api")) == 3
        assert run(refresh(here.door, here.store, TODAY, quiet))[1] == 4


@LOOPBACK
@pytest.mark.parametrize(
    ("fault", "trouble"),
    [("quota", "quota"), ("401", "key"), ("young", "young"), ("500", "server"), ("429", "busy"),
     ("html", "page"), ("garbage", "shape"), ("bomb", "shape"), ("huge", "size"), ("cut", "broken"),
     ("reset", "broken"), ("none", "none")],
)  # fmt: skip
def test_a_refresh_that_fails_says_why(tmp_path: Path, fault: str, trouble: str) -> None:
    with place(tmp_path) as here:
        here.stand.set_fault(f"{fault}:chamgagyeok")
        with pytest.raises(ShopError) as failed:
            here.refresh_chamgagyeok()
        assert failed.value.details["trouble"] == trouble
        assert "stand-in" not in str(failed.value)


@LOOPBACK
def test_a_bom_is_no_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few_goods(monkeypatch, "onion")
    with place(tmp_path) as here:
        here.stand.set_fault("bom")
        assert here.refresh_chamgagyeok()[1] == 1


@LOOPBACK
def test_known_days_are_not_probed_again(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.store.keep_survey(date(2026, 11, 20), 1, [Shelf(DAY, 1, "1", 1)], [], "api")
        assert asyncio.run(newest_day(here.door, here.store, TODAY)) == date(2026, 11, 20)
        assert here.stand.calls["chamgagyeok"] == 0


# --- the monthly file ---------------------------------------------------------------------------


def monthly(path: Path, rows: list[str], coding: str = "cp949") -> Path:
    head = "상품명,조사일,판매가격,판매업소,제조사,세일여부,원플러스원"
    path.write_text("\n".join([head, *rows]) + "\n", encoding=coding)
    return path


MILK = [f'서울우유 흰우유(1L),2026-11-13,"3,{n}50",이마트{n}점,서울우유,N,' for n in range(6)]


@pytest.mark.parametrize("coding", ["cp949", "utf-8-sig"])
def test_the_monthly_file_needs_no_key(tmp_path: Path, coding: str) -> None:
    store = SurveyStore(tmp_path / "data")
    old = ["서울우유 흰우유(1L),2026-10-16,1,이마트1점,서울우유,N,N"]
    other = ["없는 상품(1개),2026-11-13,1000,이마트1점,x,N,N"]
    done = import_csv(monthly(tmp_path / "a.csv", [*MILK, *old, *other], coding), store, quiet)
    assert (done.day, done.goods, done.prices, done.named) == (date(2026, 11, 13), 2, 7, 2)
    (price,) = Chamgagyeok(store, TODAY).known({"milk_whole"})["milk_whole"]
    assert (price.won, price.vendor, price.observed_on) == (3300, "대형마트", date(2026, 11, 13))
    again = import_csv(tmp_path / "a.csv", store, quiet)
    assert again == done
    store.close()


def test_what_came_through_the_service_is_left_as_it_is(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path / "data")
    day = date(2026, 11, 13)
    store.keep_survey(day, 224, [Shelf(day, 224, "9", 5000)], [], "api")
    import_csv(monthly(tmp_path / "a.csv", MILK), store, quiet)
    assert [one.won for one in store.shelves("9", day)] == [5000]
    store.close()


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path / "data")
    for text in ("", "a,b\n1,2\n", "상품명,조사일,판매가격,판매업소,제조사,세일여부,원플러스원\n"):
        path = tmp_path / "b.csv"
        path.write_text(text, encoding="cp949")
        with pytest.raises(InvalidRecipe):
            import_csv(path, store, quiet)
    with pytest.raises(InvalidRecipe):
        import_csv(tmp_path / "none.csv", store, quiet)
    store.close()


def test_a_place_is_read_once_and_says_what_it_does_not_know(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    everywhere = Chamgagyeok(store, TODAY)
    assert everywhere.unmet() == everywhere.near("달나라", ["이마트"]).unmet() == ()
    store.keep_stores(CITY.values())
    here = everywhere.near("서울", ["이마트", "별나라마트"])
    assert here is everywhere.near("서울", ("이마트", "별나라마트"))
    assert here is not everywhere.near("부산", ["이마트"])
    assert here.unmet() == ("별나라마트",)
    assert everywhere.near("달나라", ["이마트"]).unmet() == ("달나라",)
    assert everywhere.near("서울", []).unmet() == everywhere.unmet() == ()
    store.close()


def test_names_from_a_survey_steer_no_terminal() -> None:
    (row,) = read_rows(said(xml("<item><goodName>두부\u202e&#9;콩\u0085</goodName></item>")))
    assert row["goodName"] == "두부  콩"


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_a_file_of_days_to_come_is_none_of_the_survey(tmp_path: Path, locale: str) -> None:
    file = tmp_path / "price.csv"
    head = "상품명,조사일,판매가격,판매업소,제조사,세일여부,원플러스원"
    file.write_text(f"{head}\n두부,2062-11-20,1000,이마트,x,N,N\n", encoding="utf-8")
    with pytest.raises(InvalidRecipe) as wrong:
        import_csv(file, SurveyStore(tmp_path), quiet, locale, TODAY)
    assert "price.csv" in wrong.value.message
    assert ("조사일" in wrong.value.message) == (locale == "ko")
