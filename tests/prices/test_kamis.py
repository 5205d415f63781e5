"""KAMIS: one call a day, and every trap its list sets."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from aichef.errors import ShopError
from aichef.food.table import foods
from aichef.prices.datago import check, key_in_address
from aichef.prices.kamis import Kamis, average, lines, number, prices_of, read_recent
from aichef.prices.survey_store import Average, SurveyStore
from tests.living import LOOPBACK, TODAY, place, run, said
from tests.prices.making import a_need
from tests.shared import shared_path


def row(**changes: object) -> dict[str, Any]:
    return {
        "exmn_ymd": "20261120", "se_cd": "01", "item_cd": "211", "item_nm": "배추",
        "vrty_cd": "02", "vrty_nm": "여름(고랭지)", "grd_cd": "04", "grd_nm": "상품",
        "sgg_cd": "1101", "mrkt_cd": "", "unit": "포기", "unit_sz": "1",
        "exmn_dd_prc": "4,520", "exmn_dd_cnvs_prc": "2260", **changes,
    }  # fmt: skip


def answer(items: object, code: str = "00", total: int = 1) -> str:
    body = {"items": items, "totalCount": total}
    return json.dumps({"response": {"header": {"resultCode": code}, "body": body}})


def one(**changes: object) -> Average:
    made = average(row(**changes))
    assert made is not None
    return made


def priced(*rows: dict[str, Any]) -> Any:
    return prices_of([made for one in rows if (made := average(one))], TODAY)


def test_items_may_be_a_list_a_dict_or_nothing() -> None:
    assert len(read_recent(said(answer({"item": [row(), row()]})))[0]) == 2
    assert len(read_recent(said(answer({"item": row()})))[0]) == 1
    assert read_recent(said(answer(""))) == ([], 1)
    assert read_recent(said(answer({"item": row()}, code="0")))[0]


def test_a_bom_and_blanks_before_the_data_are_nothing() -> None:
    assert read_recent(said("\ufeff \r\n" + answer({"item": row()})))[0]


@pytest.mark.parametrize(
    "text", ["", "{]", "[]", "null", '{"response": 3}', "\x00\xff", "[" * 99_999]
)
def test_garbage_is_said_to_be_garbage(text: str) -> None:
    with pytest.raises(ShopError) as failed:
        read_recent(said(text))
    assert failed.value.details["trouble"] == "shape"


@pytest.mark.parametrize("many", ["1e999", "NaN", "9" * 5_000, "[1]"])
def test_a_count_that_is_none_is_garbage(many: str) -> None:
    with pytest.raises(ShopError) as failed:
        read_recent(said(answer({"item": row()}, total=-77).replace("-77", many)))
    assert failed.value.details["trouble"] == "shape"


@pytest.mark.parametrize(
    ("code", "trouble"),
    [("12", "service"), ("20", "access"), ("22", "quota"), ("30", "key"), ("31", "expired"),
     ("32", "unlisted")],
)  # fmt: skip
def test_the_gateway_answers_xml_to_a_request_for_json(code: str, trouble: str) -> None:
    text = (
        "<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg><returnAuthMsg>X"
        f"</returnAuthMsg><returnReasonCode>{code}</returnReasonCode></cmmMsgHeader>"
        "</OpenAPI_ServiceResponse>"
    )
    for status in (400, 200):
        with pytest.raises(ShopError) as failed:
            check(said(text, status))
        assert failed.value.details["trouble"] == trouble


def test_the_samples_of_the_gateway_are_understood() -> None:
    for path in sorted(shared_path("suppliers/samples/datago").glob("gateway_error_*.xml")):
        with pytest.raises(ShopError) as failed:
            check(said(path.read_bytes(), 400))
        assert failed.value.details["trouble"] != "shape", path.name


def test_the_sample_list_gives_two_rows_and_leaves_the_one_of_2019() -> None:
    path = shared_path("suppliers/samples/datago/recent_price_three_rows.reconstructed.json")
    found, total = read_recent(said(path.read_bytes()))
    made = [average(one) for one in found]
    assert total == 3
    prices = prices_of([one for one in made if one and one.day.year == 2026], date(2026, 10, 2))
    assert prices["napa_cabbage"][0].won == 4520
    assert prices["pork_belly"][0].won == 2630
    assert "pacific_saury" not in prices


def test_an_encoding_key_goes_out_as_it_is_and_a_decoding_key_encoded_once() -> None:
    assert key_in_address("ab%2Bc%3D%3D") == "ab%2Bc%3D%3D"
    assert key_in_address("ab+c==") == "ab%2Bc%3D%3D"
    assert key_in_address("0123abcd") == "0123abcd"


@pytest.mark.parametrize("missing", ["-", "", [], None, "0", 0, True, "-5", "1e9", "nan", {}])
def test_the_spellings_of_a_missing_price_are_no_price(missing: object) -> None:
    assert number(missing) is None
    assert average(row(exmn_dd_prc=missing)) is None


def test_wholesale_rows_and_days_that_are_none_are_left_out() -> None:
    assert average(row(se_cd="02")) is None
    assert average(row(exmn_ymd="20261340")) is None
    assert average(row(exmn_ymd=None)) is None
    assert average(row(unit="")) is None


def test_the_price_of_livestock_is_read_from_its_unit_not_its_conversion() -> None:
    pork = row(item_cd="4304", vrty_cd="27", grd_cd="00", unit="g", unit_sz="100",
               exmn_dd_prc="2,630", exmn_dd_cnvs_prc="29300")  # fmt: skip
    (price,) = priced(pork)["pork_belly"]
    assert (price.won, price.grams, price.kind) == (2630, 100, "reference")


def test_what_stands_in_brackets_behind_a_unit_is_no_part_of_it() -> None:
    (price,) = priced(row(unit="kg(그물망 3포기)", unit_sz="10", exmn_dd_prc="21,200"))[
        "napa_cabbage"
    ]
    assert (price.won, price.grams) == (212, 100)


def test_the_rows_own_unit_is_always_read() -> None:
    for size, won in (("100", 2557), ("50", 1513)):
        leaf = row(item_cd="253", vrty_cd="00", unit="g", unit_sz=size, exmn_dd_prc=str(won))
        (price,) = priced(leaf)["perilla_leaf"]
        assert price.won_per_gram == pytest.approx(won / float(size))


def test_a_pair_of_fish_is_two_fish_and_an_unknown_unit_is_not_priced() -> None:
    fish = row(item_cd="611", vrty_cd="05", grd_cd="20", unit="손", exmn_dd_prc="8000")
    (price,) = priced(fish)["mackerel"]
    assert (price.won, price.grams) == (4000, 400)
    assert "mackerel" not in priced({**fish, "unit": "상자"})


def test_eggs_stand_side_by_side_in_both_boxes() -> None:
    box = row(item_cd="9903", grd_cd="71", unit="구")
    prices = priced(
        {**box, "vrty_cd": "21", "unit_sz": "10", "exmn_dd_prc": "4184"},
        {**box, "vrty_cd": "23", "unit_sz": "30", "exmn_dd_prc": "7199"},
    )["egg"]
    assert [(price.pack, price.grams, price.won) for price in prices] == [
        ("10개", 600, 4184),
        ("30개", 1800, 7199),
    ]


def test_the_better_grade_and_the_newer_day_count_and_cities_meet_in_the_middle() -> None:
    prices = priced(
        row(grd_cd="00", exmn_dd_prc="1"),
        row(sgg_cd="1101", exmn_dd_prc="4000"),
        row(sgg_cd="2100", exmn_dd_prc="5000"),
        row(sgg_cd="2200", exmn_dd_prc="9000"),
        row(exmn_ymd="20261119", exmn_dd_prc="2"),
    )
    assert [price.won for price in prices["napa_cabbage"]] == [5000]


def test_an_average_names_its_day_source_and_nobody_as_its_seller() -> None:
    (price,) = priced(row())["napa_cabbage"]
    assert price.vendor is None
    assert price.observed_on == date(2026, 11, 20)
    assert "출처: 한국농수산식품유통공사(KAMIS)" in price.source
    assert price.living
    assert price.fresh


def test_after_14_days_an_average_is_flagged_and_after_30_it_is_gone(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    day = date(2026, 11, 20)
    store.keep_averages([one()], day)
    for days, flags in ((14, ()), (15, ("stale",)), (30, ("stale",))):
        (price,) = Kamis(store, day + timedelta(days=days)).known({"napa_cabbage"})["napa_cabbage"]
        assert price.flags == flags
    late = Kamis(store, day + timedelta(days=31))
    assert late.known({"napa_cabbage"}) == {}
    with pytest.raises(ShopError, match="aichef prices refresh"):
        run(late.search(a_need("napa_cabbage")))
    store.close()


def test_every_line_of_the_map_names_a_food_and_weighs_its_pieces() -> None:
    for line in lines():
        assert line["food"] in foods()
        assert line["class"] in {"fresh", "processed"}
        assert line["sold"] in {"loose", "pack"}
        assert line["source"]
        assert all(float(piece.split(":")[1]) > 0 for piece in line["piece"].split())
    assert len({(line["food"], line["item"]) for line in lines()}) == len(lines())


@LOOPBACK
def test_a_refresh_is_one_call_and_doing_it_twice_changes_nothing(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        first = here.refresh_kamis()
        kept = here.store.averages(date.min)
        assert here.stand.calls["kamis"] == 1
        assert here.refresh_kamis() == first
        assert here.store.averages(date.min) == kept
        assert all(one.day > TODAY - timedelta(days=31) for one in kept)
        assert all(one.won > 2 for one in kept)


@LOOPBACK
def test_an_encoding_key_reaches_the_service_as_the_decoding_key_does(tmp_path: Path) -> None:
    with place(tmp_path, AICHEF_DATA_GO_KR_KEY="stand-in%2Bkey%2Fof%3Daichef") as here:
        assert here.refresh_kamis() > 50


@LOOPBACK
@pytest.mark.parametrize(
    "fault",
    ["401", "403", "429", "500", "503", "quota", "html", "garbage", "empty", "none", "huge", "cut",
     "reset"],
)  # fmt: skip
def test_a_refresh_that_fails_says_so_and_keeps_what_was_there(tmp_path: Path, fault: str) -> None:
    with place(tmp_path) as here:
        here.refresh_kamis()
        kept = here.store.averages(date.min)
        here.stand.set_fault(f"{fault}:kamis")
        with pytest.raises(ShopError) as failed:
            here.refresh_kamis()
        assert "stand-in" not in str(failed.value) + str(failed.value.details)
        assert here.store.averages(date.min) == kept


@LOOPBACK
def test_too_many_requests_are_waited_out(tmp_path: Path) -> None:
    waited: list[float] = []
    with place(tmp_path) as here:
        here.stand.set_fault("429:kamis")

        async def wait(seconds: float) -> None:
            waited.append(seconds)
            here.stand.faults.clear()

        assert here.refresh_kamis(wait) > 50
        assert waited == [1.0]
        assert here.stand.calls["kamis"] == 2
