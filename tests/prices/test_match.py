"""Whether a product is the ingredient."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.food.table import foods
from aichef.prices.match import match
from aichef.prices_doors import match_pairs

PAIRS = Path(__file__).parent / "data" / "pairs.csv"


def pairs() -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def test_of_the_labelled_pairs_hardly_any_is_matched_wrongly_and_few_are_missed() -> None:
    right = wrong = missed = 0
    for row in pairs():
        verdict = match(
            row["ingredient"], row["title"], float(row["price"]), row["categories"]
        ).verdict
        meant = row["label"] == "match"
        right += meant and verdict == "match"
        wrong += not meant and verdict == "match"
        missed += meant and verdict != "match"
    assert right / (right + wrong) >= 0.99
    assert right / (right + missed) >= 0.85


@pytest.mark.parametrize(
    ("ingredient", "title"),
    [
        ("아보카도", "아보카도 오일 500ml"),
        ("대파", "대파 씨앗 100립"),
        ("닭가슴살", "닭가슴살 사료 1kg"),
        ("닭가슴살", "닭가슴살 소시지 100g"),
        ("감자", "감자 전분 1kg"),
        ("참치캔", "참치액 900ml"),
        ("두부", "두부면 100g"),
        ("마늘", "마늘종 300g"),
        ("콩나물", "콩나물국 500g"),
        ("달걀", "계란찜기"),
        ("양파", "양파즙 30포"),
        ("토마토", "토마토케첩 500g"),
        ("굴", "굴소스 500g"),
        ("배추김치", "김치볶음밥 300g"),
        ("표고버섯", "버섯 배양토 5L"),
        ("상추", "상추 모종 10개"),
        ("바나나", "바나나 모형 장난감"),
    ],
)
def test_what_only_shares_a_word_is_no_match(ingredient: str, title: str) -> None:
    assert match(ingredient, title).verdict == "no"


@pytest.mark.parametrize(
    ("ingredient", "title"),
    [
        ("양파", "<b>양파</b> 3kg (국내산)"),
        ("onion", "친환경 햇 양파 1.5kg"),
        ("삼겹살", "곰곰 한돈 칼집 국내산 삼겹살 (냉동), 500g, 2개"),
        ("감자전분", "감자 전분 1kg"),
        ("냉동 블루베리", "냉동 블루베리 1.5kg (미국산)"),
        ("고사리", "친환경 데친 고사리 150g"),
        ("노란 파프리카", "국내산 노란 파프리카 2입"),
        ("두부", "국산콩 두부 부침용 300g + 찌개용 300g, 1세트"),
    ],
)
def test_the_ingredient_itself_matches(ingredient: str, title: str) -> None:
    assert match(ingredient, title).verdict == "match"


@pytest.mark.parametrize(
    ("ingredient", "title"),
    [
        ("망고", "망고 (냉동), 1kg, 2봉"),
        ("소고기 양지", "한우 국거리 250g (냉장)"),
        ("닭가슴살", "청양 고추맛 닭가슴살 100g, 4개"),
        ("누룽지", "매운불닭 누룽지 80g"),
        ("프랑크소시지", "프리미엄 소시지 2종"),
        ("없는재료", "양파 3kg"),
    ],
)
def test_what_may_be_it_is_doubted(ingredient: str, title: str) -> None:
    assert match(ingredient, title).verdict == "doubt"


def test_a_shelf_or_a_price_that_does_not_fit_leaves_doubt() -> None:
    assert (
        match("오렌지", "더 오렌지", None, ["생수·음료·우유·커피", "음료 주스"]).verdict == "doubt"
    )
    assert match("연어", "연어 3kg", 13560, "반려동물용품").verdict == "no"
    assert match("양파", "양파 1kg", 2000).verdict == "match"
    assert match("양파", "양파 1kg", 900_000).verdict == "doubt"
    assert match("오징어", "오징어 5마리, 250g, 1팩").verdict == "doubt"


def test_nearly_every_food_of_the_table_is_matched_by_its_own_name() -> None:
    missed = [
        food.id for food in foods().values() if match(food.id, food.name_ko).verdict != "match"
    ]
    assert len(missed) <= 6, missed


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120), st.text(max_size=200), st.text(max_size=60))
def test_no_text_raises(ingredient: str, title: str, category: str) -> None:
    match(ingredient, title, 1000.0, [category])
    match("양파", title, None, category)


def test_the_door_answers_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    good = {"ingredient": "양파", "title": "양파 3kg", "price": "4,900원", "categories": ["채소"]}
    lines = [
        json.dumps({"id": 7, **good}, ensure_ascii=False),
        "",
        "no json",
        "[1]",
        json.dumps({**good, "title": 3}),
        json.dumps({**good, "price": -1}),
        '{"ingredient": "양파", "title": "양파", "price": NaN}',
        json.dumps({**good, "categories": [1]}),
        "[" * 50_000,
        json.dumps({**good, "title": "가" * 60_000}, ensure_ascii=False),
    ]
    match_pairs(io.BytesIO("\n".join(lines).encode()))
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert answers[0] == {"id": 7, "verdict": "match", "reason": "같은 재료예요."}
    reasons = [answer["details"]["reason"] for answer in answers[1:]]
    assert reasons == [
        *("not_json", "not_object", "title", "price", "price", "categories", "not_json", "too_long")
    ]
    assert [answer["line"] for answer in answers[1:]] == list(range(3, 11))
