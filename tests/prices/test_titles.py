"""Reading a product's title."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.prices.titles import LONGEST_TITLE, plain, read_title
from aichef.prices_doors import parse_titles
from tests.shared import shared_path


@pytest.mark.parametrize(
    ("title", "amount", "unit"),
    [
        ("[동원] 개성 물만두 300g*2", 600, "g"),
        ("[제스프리] 뉴질랜드 골드키위 1.1kg (8~10입)", 1100, "g"),
        ("두툼한 샌드위치햄 300g (150g*2입)", 300, "g"),
        ("클래식 200gx2캔 + 라이트 200gx2캔 (4캔 구성)", 800, "g"),
        ("생수 2L*6병*2묶음", 24000, "ml"),
        ("포스트 아몬드후레이크620g, 620g, 1개", 620, "g"),
        ("올리브유 1L 1병+500ml 1병", 1500, "ml"),
        ("필리핀 망고 4개입, 920g, 1팩", 920, "g"),
        ("비비고 군만두 (냉동), 450g, 2개입", 900, "g"),
        ("블랙라벨 오렌지 1.5kg (8입)", 1500, "g"),
        ("[햇반] 발아현미밥 210g (8입)", 1680, "g"),
        ("특란 30구 (15구*2ea)", 30, "개"),
        ("적양배추 1/2통", 0.5, "개"),
        ("한우 등심 100g 당", 100, "g"),
        ("한우 등심 300g (100g당 3,300원)", 300, "g"),
        ("[1+1] 왕교자 455g", 910, "g"),
        ("삼겹살 500g x 4팩 (총 2kg)", 2000, "g"),
        ("<b>두부</b> 300g &amp; 1모", 300, "g"),
        ("０．５ｋｇ 감자", 500, "g"),
        ("종이컵 180ml, 1000개입, 1개", 1000, "개"),
    ],
)
def test_a_title_states_its_whole_content(title: str, amount: float, unit: str) -> None:
    read = read_title(title)
    assert (read.total_amount, read.unit) == (amount, unit)


@pytest.mark.parametrize(
    "title",
    [
        "[KF365] 흙대파",
        "[이연복의 목란] 짬뽕 2인분 (맵기선택)",
        "[천지양] 명품홍삼정 골드 (30일분)",
        "[옳곡] 100% 국내산 땅콩버터 2종 (택1)",
        "[삼성전자] 비스포크 4 Door 냉장고 875L RF85A9111AP",
        "[SAC]스테이 2단 캠핑 테이블 플러스",
        "홈플래닛 스테인레스 디지털 주방저울 1kg",
        "[진가네반찬] 수제짜장 250",
        "",
    ],
)
def test_nothing_is_read_where_nothing_is_stated(title: str) -> None:
    read = read_title(title)
    assert read.total_amount is None
    assert read.unit is None
    assert not read.ambiguous


@pytest.mark.parametrize(
    "title",
    [
        "완숙 찰 토마토 5kg 10kg 2kg 방울토마토",
        "채담카레 2종 (낱개/4개입) (택1)",
        "올리브 오일 참치 80g (3캔/6캔) (택1)",
        "서울우유 200ml 24팩 48팩",
        "탄산음료 미니캔 4종 (택2)",
    ],
)
def test_options_are_said_and_not_chosen(title: str) -> None:
    read = read_title(title)
    assert read.ambiguous
    assert read.total_amount is None


def test_a_range_of_weight_is_its_middle_and_ambiguous() -> None:
    read = read_title("썬골드키위, 124~134g, 8개")
    assert (read.total_amount, read.unit_size, read.pack_count) == (1032, 129, 8)
    assert read.ambiguous


def test_pieces_are_told_from_packs() -> None:
    eggs = read_title("축협 특란 60구, 3600g, 1개")
    assert (eggs.total_amount, eggs.pack_count, eggs.piece_count) == (3600, 1, 60)
    cheese = read_title("스트링치즈 10개입, 200g, 3개")
    assert (cheese.total_amount, cheese.pack_count, cheese.piece_count) == (600, 3, 30)


@pytest.mark.parametrize(
    ("title", "food"),
    [
        ("국내산 햇양파, 3kg, 1봉", True),
        ("메글레 스프레이 크림, 250g", True),
        ("[뉴트리원] 화이트업, 60정", True),
        ("탐사 강아지 사료 연어, 3kg, 1개", False),
        ("[골드로니] 날씬 닭가슴살 트릿", False),
        ("[티르티르] 순 로즈마리 에센스", False),
        ("말하는 계란찜기 JR-E2155SW", False),
        ("버섯 배양토 5L", False),
        ("알로에 크림 100ml", False),
        ("희소가치 프로젝트", None),
    ],
)
def test_food_is_told_from_what_is_none(title: str, food: bool | None) -> None:
    assert read_title(title).is_food is food


def test_markup_and_long_text_stay_out() -> None:
    read = read_title("<script>alert(1)</script> <b>양파</b> 1kg" + "가" * 100_000)
    assert "<" not in read.clean
    assert len(read.clean) <= LONGEST_TITLE
    assert plain("a&lt;b&gt; x") == "a<b> x"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_no_text_raises(text: str) -> None:
    read_title(text)


_PARTS = st.sampled_from(
    (
        *("양파", "1", "12,000", "0", "kg", "g", "ml", "L", "x", "*", "+", ",", "(", ")", "[", "]"),
        *("개", "개입", "구", "정", "팩", "세트", "종", "택1", "~", "/", "%", "당", "1+1", "&amp;"),
    )
)


@settings(max_examples=500, deadline=None)
@given(st.lists(_PARTS, max_size=24).map("".join) | st.lists(_PARTS, max_size=24).map(" ".join))
def test_what_is_read_is_a_sound_amount(text: str) -> None:
    read = read_title(text)
    assert (read.total_amount is None) == (read.unit is None)
    if read.total_amount is not None:
        assert 0 < read.total_amount < float("inf")
        assert read.pack_count is not None
        assert read.pack_count > 0


def test_labelled_titles_are_read_right() -> None:
    path = shared_path("cases/labelled_dev.csv")
    stated = right = silent = quiet = foods = told = 0
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["ambiguous"] == "1":
                continue
            read = read_title(row["title"])
            foods += 1
            told += read.is_food is (row["is_food"] == "1")
            if not row["total_amount"]:
                silent += 1
                quiet += read.total_amount is None
                continue
            stated += 1
            unit = "개" if row["unit"] == "ea" else row["unit"]
            right += (read.total_amount, read.unit) == (float(row["total_amount"]), unit)
    assert right / stated >= 0.97
    assert quiet / silent >= 0.97
    assert told / foods >= 0.97


def test_the_door_answers_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = (
        "양파 3kg\n\n<b>두부</b> 300g*2\n\ud55c".encode() + b"\xff\xfe\n" + b"a" * 200_000 + b"\n"
    )
    parse_titles(io.BytesIO(lines))
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(answers) == 4
    assert answers[0] == {
        "title": "양파 3kg",
        "isFood": True,
        "totalAmount": 3000,
        "unit": "g",
        "unitSize": 3000,
        "packCount": 1,
        "pieceCount": None,
        "ambiguous": False,
    }
    assert answers[1]["title"] == "두부 300g*2"
    assert answers[2]["totalAmount"] is None
