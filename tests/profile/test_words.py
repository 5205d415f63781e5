"""Numbers, money, times, ages and days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aichef.profile import words

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("만원", 10_000),
        ("1만 5천원", 15_000),
        ("1만5천원", 15_000),
        ("30,000원", 30_000),
        ("3만", 30_000),
        ("3.5만원", 35_000),
        ("5천원", 5_000),
        ("￦30000", 30_000),
        ("₩30,000", 30_000),
        ("삼만오천원", 35_000),
        ("만 오천원", 15_000),
        ("백만원", 1_000_000),
        ("30k", 30_000),
        ("30,000 won", 30_000),
        ("３만원", 30_000),
        ("약 3만원 정도", 30_000),
        ("3만원 이하", 30_000),
        ("0", 0),
    ],
)
def test_money_is_read(text: str, won: int) -> None:
    assert words.won(text) == won


@pytest.mark.parametrize(
    "text", ["무제한", "-500", "1만5", "2~3만원", "1,5만", "$30", "", "만만", "3만원어치", "1e5"]
)
def test_money_is_not_guessed(text: str) -> None:
    assert words.won(text) is None


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("2인분", 2),
        ("4명", 4),
        ("네 명", 4),
        ("두 사람", 2),
        ("열두 명", 12),
        ("스무 명", 20),
        ("이인분", 2),
        ("혼자", 1),
        ("for 2", 2),
        ("four people", 4),
    ],
)
def test_people_are_counted(text: str, people: int) -> None:
    assert words.people(text) == people


@pytest.mark.parametrize("text", ["2~3명", "2.5", "많이", "-2", ""])
def test_people_are_not_guessed(text: str) -> None:
    assert words.people(text) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30분", 30),
        ("삼십분", 30),
        ("30", 30),
        ("1시간 반", 90),
        ("한 시간", 60),
        ("1시간 30분", 90),
        ("반시간", 30),
        ("half an hour", 30),
        ("an hour", 60),
        ("an hour and a half", 90),
        ("1h30m", 90),
        ("1.5 hours", 90),
        ("30분 이내", 30),
    ],
)
def test_minutes_are_read(text: str, minutes: int) -> None:
    assert words.minutes(text) == minutes


@pytest.mark.parametrize("text", ["빨리", "", "시간", "30~40분"])
def test_minutes_are_not_guessed(text: str) -> None:
    assert words.minutes(text) is None


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("100일", 3),
        ("백일", 3),
        ("생후 6개월 2주", 6),
        ("11.9개월", 11),
        ("교정 8개월", 8),
        ("생후 10개월, 교정 8개월", 8),
        ("10개월(교정 8개월)", 8),
        ("생후 11개월(교정 13개월)", 11),
        ("2살", 24),
        ("만 2세", 24),
        ("두 돌", 24),
        ("두 돌 반", 30),
        ("돌", 12),
        ("첫돌", 12),
        ("24m", 24),
        ("8 months", 8),
        ("8-month-old", 8),
        ("1 year 3 months", 15),
        ("1y3m", 15),
        ("26주", 5),
        ("신생아", 0),
        ("8", 8),
    ],
)
def test_ages_are_completed_months(text: str, months: int) -> None:
    assert words.months(text) == months


@pytest.mark.parametrize(
    "text", ["9개월차", "6~7개월", "돌 전", "돌 지남", "크다", "", "주", "-3개월"]
)
def test_ages_are_not_guessed(text: str) -> None:
    assert words.months(text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("오늘", date(2026, 11, 23)),
        ("내일까지", date(2026, 11, 24)),
        ("3일 뒤", date(2026, 11, 26)),
        ("in 3 days", date(2026, 11, 26)),
        ("어제", date(2026, 11, 22)),
        ("2026-11-25", date(2026, 11, 25)),
        ("2026년 11월 5일", date(2026, 11, 5)),
        ("1월 3일", date(2027, 1, 3)),
    ],
)
def test_days_are_read(text: str, day: date) -> None:
    assert words.day(text, TODAY) == day


@pytest.mark.parametrize("text", ["2026-02-30", "3일", "언젠가", "", "9999일 뒤"])
def test_days_are_not_guessed(text: str) -> None:
    assert words.day(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("가지과 오이", ("가지", "오이")),
        ("가지와 오이", ("가지", "오이")),
        ("가지과", ("가지과",)),
        ("오이 가지과", ("오이 가지과",)),
    ],
)
def test_a_joiner_is_cut_off_only_before_another_name(text: str, names: tuple[str, ...]) -> None:
    assert words.parted(text, {"가지", "오이"}.__contains__) == names


def test_a_particle_fits_its_word() -> None:
    assert words.josa("고혈압", "은", "는") == "은"
    assert words.josa("당뇨", "은", "는") == "는"
    assert words.josa("CKD", "은", "는") == "는"
    assert words.josa("peanut", "은", "는") == "은(는)"
    assert words.josa("", "은", "는") == "은(는)"


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("쌀", "쌀로"),
        ("달걀", "달걀로"),
        ("두부", "두부로"),
        ("닭가슴살", "닭가슴살로"),
        ("버섯", "버섯으로"),
        ("쌀(현미)", "쌀(현미)로"),
        ("300g", "300g으로"),
        ("1.5 kg", "1.5 kg으로"),
        ("1L", "1L로"),
        ("200ml", "200ml로"),
        ("15%", "15%로"),
        ("3", "3으로"),
        ("10", "10으로"),
        ("1", "1로"),
        ("7", "7로"),
        ("1/2", "1/2로"),
        ("3/4", "3/4으로"),
        ("2개", "2개로"),
        ("1모", "1모로"),
        ("HDL", "HDL로"),
        ("butter", "butter으로(로)"),
    ],
)
def test_a_particle_fits_what_is_read_out(word: str, told: str) -> None:
    assert word + words.josa(word, "으로", "로") == told


def test_a_list_is_split_at_its_separators_only() -> None:
    assert words.split("우유 1,000ml, 두부 1/2모 · 소금") == ("우유 1,000ml", "두부 1/2모", "소금")
    assert words.split("두부(내일, 꼭) and 파") == ("두부(내일, 꼭)", "파")


def test_a_name_that_is_known_between_commas_stays_whole() -> None:
    known = {"사과·장미과 과일"}.__contains__
    assert words.split("사과·장미과 과일, 우유·계란", known) == ("사과·장미과 과일", "우유", "계란")
    assert words.split("사과·장미과 과일") == ("사과", "장미과 과일")


@given(st.text(max_size=60))
def test_no_text_breaks_a_reader(text: str) -> None:
    for reader in (
        words.won,
        words.people,
        words.minutes,
        words.months,
        words.decimal,
        words.split,
    ):
        reader(text)
    words.day(text, TODAY)
    words.shown(text).encode("utf-8")
