"""What a survey has lost is said; what it never had, and what nobody downloaded, is not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from aichef.prices import chamgagyeok, kamis
from aichef.prices.survey import GONE_DAYS, Gone, gone
from aichef.supply_doors import Health

NEWEST = date(2026, 11, 20)
OLD = NEWEST - timedelta(days=GONE_DAYS + 1)


def test_a_good_that_has_been_away_for_more_than_thirty_days_is_gone() -> None:
    seen = {line["good"]: NEWEST for line in chamgagyeok.lines()}
    assert gone(chamgagyeok.lines(), seen, chamgagyeok.codes) == ()
    seen["224"] = NEWEST - timedelta(days=GONE_DAYS)
    assert gone(chamgagyeok.lines(), seen, chamgagyeok.codes) == ()
    seen["224"] = OLD
    assert gone(chamgagyeok.lines(), seen, chamgagyeok.codes) == (
        Gone("milk_whole", ("224",), OLD),
    )


def test_a_row_lives_as_long_as_one_of_its_codes() -> None:
    seen = {"411 05 04": OLD, "411 05 00": NEWEST, "212 00 04": OLD, "212 00 99": NEWEST}
    assert gone(kamis.lines(), seen, kamis.codes) == (Gone("cabbage", ("212 00 04",), OLD),)


def test_the_days_of_the_survey_count_and_not_the_calendar() -> None:
    long_ago = dict.fromkeys((line["good"] for line in chamgagyeok.lines()), date(2020, 1, 3))
    assert gone(chamgagyeok.lines(), long_ago, chamgagyeok.codes) == ()
    assert gone(chamgagyeok.lines(), {}, chamgagyeok.codes) == ()


def test_the_doctor_names_them_in_words() -> None:
    some = ("apple", "cabbage", "carrot", "cherry", "almond", "avocado", "apple")
    health = Health("KAMIS", True, True, 9, "2026-11-20", "", tuple(Gone(f, (), OLD) for f in some))
    korean, english = health.line(), health.line("en")
    assert "6가지 재료" in korean
    assert "사과" in korean
    assert "외 1" in korean
    assert "6 ingredients" in english
    assert "and 1 more" in english
    assert "apple" not in korean
    assert health.to_json()["gone"]


def test_the_alert_of_a_downloaded_store(tmp_path: Path) -> None:
    from aichef.prices.survey_store import Shelf, SurveyStore
    from aichef.settings import Settings
    from aichef.supply_doors import suppliers

    store = SurveyStore(tmp_path)
    for day, good in ((OLD, 224), (NEWEST, 257)):
        store.keep_survey(day, good, [Shelf(day, good, "a", 100)], [], "api")
    store.close()
    (found,) = [one for one in suppliers(Settings(tmp_path)) if one.name == "참가격"]
    assert [one.food for one in found.gone] == ["milk_whole"]
