"""`aichef basket`: a list in, the cheapest basket out; one clear line for what cannot be read."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from aichef import basket_door
from aichef.basket_door import answered
from aichef.cli import main
from aichef.errors import RequestError

KEYS = ("seller", "ingredient", "pack", "count", "price")
ASKED: dict[str, Any] = {
    "items": [
        {"ingredient": "양파", "need": 300, "unit": "g"},
        {"ingredient": "우유", "need": 1, "unit": "L"},
        {"ingredient": "달걀", "need": 10, "unit": "개"},
        {"ingredient": "사프란", "need": 1, "unit": "g"},
    ],
    "sellers": [
        {"name": "A", "delivery": 3000, "freeOver": 13000},
        {"name": "B", "delivery": 0, "freeOver": None},
    ],
    "offers": [
        {"seller": "A", "ingredient": "양파", "pack": 200, "unit": "g", "price": 2500},
        {"seller": "A", "ingredient": "우유", "pack": 900, "unit": "ml", "price": 2000},
        {"seller": "A", "ingredient": "달걀", "pack": 10, "unit": "개", "price": 3000},
        {"seller": "B", "ingredient": "양파", "pack": 0.5, "unit": "kg", "price": 9900},
        {"seller": "B", "ingredient": "우유", "pack": 1, "unit": "L", "price": 2900},
        {"seller": "B", "ingredient": "무", "pack": 1, "unit": "개", "price": 100},
    ],
}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICHEF_DATA_DIR", str(tmp_path))


def solved(asked: object) -> dict[str, Any]:
    return answered(json.dumps(asked))


def test_the_cheapest_basket_covers_every_need_and_adds_up() -> None:
    answer = solved(ASKED)
    cheapest = answer["cheapest"]
    rows = {tuple(one[key] for key in KEYS) for one in cheapest["lines"]}
    assert rows == {
        ("A", "양파", 200, 2, 2500),
        ("A", "달걀", 10, 1, 3000),
        ("B", "우유", 1, 1, 2900),
    }
    assert cheapest["goods"] == sum(one["count"] * one["price"] for one in cheapest["lines"])
    assert cheapest["total"] == cheapest["goods"] + cheapest["delivery"]
    assert (cheapest["proven"], cheapest["gap"]) == (True, 0)
    assert answer["unpriced"] == [{"ingredient": "사프란", "reason": "파는 곳이 없어요."}]


def test_buying_more_reaches_free_delivery_where_that_costs_less() -> None:
    answer = solved(ASKED)
    single = answer["singleShop"]
    # 5,000 + 4,000 + 3,000 and 3,000 for delivery, or one more bottle of 2,000.
    assert (single["total"], single["delivery"]) == (14_000, 0)
    assert single["deliveries"][0]["toFree"] is None
    assert answer["fewestShops"] == single
    assert answer["cheapest"]["total"] == 13_900


def test_what_is_missing_for_free_delivery_is_said() -> None:
    asked = deepcopy(ASKED)
    asked["sellers"][0]["freeOver"] = 20_000
    single = solved(asked)["singleShop"]
    assert (single["goods"], single["delivery"]) == (12_000, 3000)
    assert single["deliveries"][0]["toFree"] == 8000


def test_no_single_shop_is_null() -> None:
    asked = deepcopy(ASKED)
    asked["offers"] = [one for one in asked["offers"] if one["ingredient"] != "달걀"]
    asked["offers"].append(
        {"seller": "B", "ingredient": "달걀", "pack": 30, "unit": "개", "price": 8000}
    )
    asked["offers"] = [
        one for one in asked["offers"] if (one["seller"], one["ingredient"]) != ("B", "양파")
    ]
    answer = solved(asked)
    assert answer["singleShop"] is None
    assert {one["seller"] for one in answer["fewestShops"]["lines"]} == {"A", "B"}


def test_nothing_on_sale_is_an_empty_basket() -> None:
    answer = solved({**ASKED, "offers": []})
    assert (answer["cheapest"]["total"], answer["cheapest"]["lines"]) == (0, [])
    assert answer["singleShop"] is answer["fewestShops"] is None
    assert len(answer["unpriced"]) == 4


def test_an_ingredient_listed_twice_is_needed_as_often() -> None:
    asked = deepcopy(ASKED)
    asked["items"] = [asked["items"][0], {"ingredient": "양파", "need": 0.2, "unit": "kg"}]
    (line,) = solved(asked)["cheapest"]["lines"]
    assert line["count"] * line["pack"] >= 500 or line["unit"] == "kg"


def test_walks_are_limited_only_where_asked() -> None:
    asked: dict[str, Any] = {
        "items": [{"ingredient": str(n), "need": 1, "unit": "개"} for n in range(4)],
        "sellers": [{"name": f"마트{n}", "delivery": 0, "walk": True} for n in range(4)],
        "offers": [
            {"seller": f"마트{m}", "ingredient": str(n), "pack": 1, "unit": "개", "price": price}
            for n in range(4)
            for m, price in [(n, 1000), (0, 1500)][: 2 if n else 1]
        ],
    }
    assert solved(asked)["cheapest"]["total"] == 4000
    assert solved({**asked, "limits": {"walks": 2}})["cheapest"]["total"] == 5000
    avoided = solved({**asked, "limits": {"avoid": ["마트1", "마트2"]}})
    assert avoided["cheapest"]["total"] == 5000


@pytest.mark.parametrize(
    "text",
    ["양파 300g\n두부 1모", '["양파 300g", "두부 1모"]'],
)
def test_a_plain_list_is_solved_over_the_price_book(text: str) -> None:
    answer = answered(text)
    assert [one["ingredient"] for one in answer["cheapest"]["lines"]] == ["양파", "두부"]
    assert answer["cheapest"]["total"] > 0
    assert answer["cheapest"]["atAverage"] == ["양파", "두부"]
    assert answer["singleShop"] is None


def test_a_list_of_amounts_is_solved_over_the_price_book() -> None:
    answer = solved(
        {"items": [*ASKED["items"][:1], {"ingredient": "없는것", "need": 1, "unit": "개"}]}
    )
    (line,) = answer["cheapest"]["lines"]
    assert line["pack"] * line["count"] >= 300
    assert [one["ingredient"] for one in answer["unpriced"]] == ["없는것"]


def put(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(asked: dict[str, Any]) -> None:
        place: Any = asked
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (put("items", value=None), "items"),
        (put("items", value=[]), "items"),
        (put("items", value=["양파"]), "items"),
        (put("items", 0, "need", value=0), "items[0].need"),
        (put("items", 0, "need", value=-300), "items[0].need"),
        (put("items", 0, "need", value=float("nan")), "items[0].need"),
        (put("items", 0, "need", value=float("inf")), "items[0].need"),
        (put("items", 0, "need", value=10**400), "items[0].need"),
        (put("items", 0, "need", value="300"), "items[0].need"),
        (put("items", 0, "need", value=True), "items[0].need"),
        (put("items", 0, "unit", value=""), "items[0].unit"),
        (put("items", 0, "unit", value="ml"), "offers[0].unit"),
        (put("items", 0, "ingredient", value=" "), "items[0].ingredient"),
        (put("items", 1, "ingredient", value="양파"), "items[1].unit"),
        (put("sellers", value={}), "sellers"),
        (put("sellers", 1, "name", value="A"), "sellers[1].name"),
        (put("sellers", 0, "delivery", value=-1), "sellers[0].delivery"),
        (put("sellers", 0, "delivery", value=None), "sellers[0].delivery"),
        (put("sellers", 0, "delivery", value=float("nan")), "sellers[0].delivery"),
        (put("sellers", 0, "delivery", value=float("inf")), "sellers[0].delivery"),
        (put("sellers", 0, "delivery", value=2500.5), "sellers[0].delivery"),
        (put("sellers", 0, "freeOver", value="30000"), "sellers[0].freeOver"),
        (put("sellers", 0, "walk", value=1), "sellers[0].walk"),
        (put("sellers", 0, "walk", value=True), "sellers[0].delivery"),
        (put("offers", value="없음"), "offers"),
        (put("offers", 0, "seller", value="C"), "offers[0].seller"),
        (put("offers", 0, "pack", value=0), "offers[0].pack"),
        (put("offers", 0, "pack", value=1e-9), "offers[0].pack"),
        (put("offers", 0, "price", value=0), "offers[0].price"),
        (put("offers", 0, "price", value=-2500), "offers[0].price"),
        (put("offers", 0, "price", value=10**30), "offers[0].price"),
        (put("offers", 0, "price", value=[2500]), "offers[0].price"),
        (put("offers", 0, "unit", value="개"), "offers[0].unit"),
        (put("limits", value={"only": "A"}), "limits.only"),
        (put("limits", value={"walk": 1}), "limits"),
        (put("limits", value={"walks": -1}), "limits.walks"),
        (put("seconds", value=0), "seconds"),
        (put("offer", value=[]), "offer"),
    ],
)
def test_what_cannot_be_is_named_by_its_place(
    change: Callable[[dict[str, Any]], None], where: str
) -> None:
    asked = deepcopy(ASKED)
    change(asked)
    with pytest.raises(RequestError) as trouble:
        solved(asked)
    assert trouble.value.details["where"] == where
    assert trouble.value.exit_code == 2


def test_a_price_that_adds_up_to_too_much_is_refused() -> None:
    asked = deepcopy(ASKED)
    asked["items"][0]["need"] = 1_000_000
    asked["offers"][0] |= {"pack": 0.001, "price": 100_000_000}
    with pytest.raises(RequestError, match="너무 커요"):
        solved(asked)


@pytest.mark.parametrize("text", ["", "{", "[", "null", "3", '"양파"', "[" * 99_999, "[NaN]", "{}"])
def test_what_is_no_list_is_one_line(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    with pytest.raises(SystemExit) as left:
        main(["basket", "-"])
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_the_door_answers_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    kept = tmp_path / "list.json"
    kept.write_text(json.dumps(ASKED), encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["basket", str(kept)])
    assert left.value.code == 0
    assert json.loads(capsys.readouterr().out) == solved(ASKED)
    with pytest.raises(SystemExit) as left:
        main(["basket", str(tmp_path / "nowhere.json")])
    assert left.value.code == 2


def test_a_hundred_listings_are_answered_in_time() -> None:
    from bench.basket import drawn

    instance = drawn(12, 100, 7)
    asked = {
        "items": [
            {"ingredient": str(n), "need": need, "unit": "g"}
            for n, need in enumerate(instance.needs)
        ],
        "sellers": [
            {"name": one.name, "delivery": one.delivery, "freeOver": one.free_from}
            for one in instance.shops
        ],
        "offers": [
            {"seller": str(shop), "ingredient": str(item), "pack": grams, "unit": "g", "price": won}
            for item, shop, grams, won in instance.offers
        ],
    }
    answer = solved(asked)
    assert answer["cheapest"]["proven"]
    assert answer["cheapest"]["total"] <= answer["fewestShops"]["total"]


def test_what_cannot_be_speaks_english_where_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = deepcopy(ASKED)
    asked["offers"][0]["price"] = -1
    for text in ("{", "3", json.dumps(asked), json.dumps({**ASKED, "x": 1}), '{"items": []}'):
        with pytest.raises(RequestError) as trouble:
            answered(text, "en")
        assert trouble.value.message.isascii(), text
    monkeypatch.setenv("AICHEF_LOCALE", "en")
    for path in (tmp_path / "nowhere.json", tmp_path):
        with pytest.raises(SystemExit):
            main(["basket", str(path)])
    said = capsys.readouterr().err
    assert said.count("this file cannot be read; check the path.") == 2
    assert said.isascii()


def test_every_sentence_of_the_door_has_two_languages_with_the_same_values() -> None:
    for pair in basket_door._TROUBLES.values():
        korean, english = ({one[1] for one in Formatter().parse(text)} for text in pair)
        assert korean == english
        assert pair[1].isascii()


def test_the_persons_own_fees_and_walks_count_without_being_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aichef.cli import main as run

    with pytest.raises(SystemExit):
        run(["prices", "add", "양파", "300g", "1000원", "--seller", "동네마트"])
    assert answered("양파 300g")["cheapest"]["delivery"] == 0
    (tmp_path / "sellers.csv").write_text("name,delivery\n동네마트,700\n", encoding="utf-8")
    assert answered("양파 300g")["cheapest"]["delivery"] == 700
    given = {"items": ["양파 300g"], "sellers": [{"name": "동네마트", "delivery": 200}]}
    assert solved(given)["cheapest"]["delivery"] == 200
