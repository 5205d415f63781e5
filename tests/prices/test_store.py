"""The local price store: killed anywhere, shared by processes, of one version after the other."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pytest

from aichef.errors import ShopError
from aichef.prices import survey_store
from aichef.prices.survey_store import FILE, MIGRATIONS, Average, Shelf, SurveyStore, Typical
from tests.living import LOOPBACK, NOW, Place, place

DAY = date(2026, 11, 13)
HOUR = timedelta(hours=1)


def an_average(won: int = 1000, day: date = DAY) -> Average:
    return Average(day, "211", "02", "04", "1101", "포기", 1.0, "배추", won)


def test_nothing_is_made_by_reading(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path / "none")
    assert store.averages(DAY) == []
    assert store.noted("kamis") == ""
    assert store.newest_survey() is None
    assert not store.exists
    assert not (tmp_path / "none").exists()


def test_the_same_row_again_replaces_itself(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    store.keep_averages([an_average(1)], DAY)
    store.keep_averages([an_average(2)], DAY)
    assert store.averages(DAY) == [an_average(2)]
    store.keep_averages([], DAY + timedelta(days=1))
    assert store.averages(DAY) == []
    store.close()


def test_a_file_of_an_older_version_is_brought_forward(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    store.note("a", "b")
    store.close()
    file = sqlite3.connect(tmp_path / FILE)
    assert file.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()
    more = (*MIGRATIONS, "CREATE TABLE later (a TEXT)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survey_store, "MIGRATIONS", more)
        assert store.noted("a") == "b"
        store.close()
    with pytest.raises(ShopError, match="새 버전"):
        store.noted("a")


def test_a_damaged_file_is_a_trouble_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(ShopError) as failed:
        SurveyStore(tmp_path).averages(DAY)
    assert failed.value.details["trouble"] == "damaged"
    assert str(tmp_path) not in str(failed.value)


def test_a_write_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    store.keep_survey(DAY, 1, [Shelf(DAY, 1, "a", 100)], [], "api")
    broken = [Typical(DAY, 1, "LM", 1, 1, 1, 5)] * 2
    with pytest.raises(ShopError):
        store.keep_survey(DAY, 1, [], broken, "api")
    assert [one.won for one in store.shelves("a", DAY)] == [100]
    store.close()


def test_calls_are_counted_over_all_who_share_the_file(tmp_path: Path) -> None:
    first, second = SurveyStore(tmp_path), SurveyStore(tmp_path)
    taken = [(first, second)[n % 2].take_call("x", NOW, 9, HOUR) for n in range(12)]
    assert taken == [True] * 9 + [False] * 3
    assert second.calls("x", NOW - HOUR) == 9
    assert first.take_call("x", NOW + HOUR, 9, HOUR)
    assert first.take_call("y", NOW, 9, HOUR)
    first.close()
    second.close()


def test_old_surveys_are_forgotten_and_single_shops_but_of_two_days(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    days = [DAY - timedelta(weeks=2 * n) for n in range(4)]
    for day in days:
        store.keep_survey(
            day, 1, [Shelf(day, 1, "a", 100)], [Typical(day, 1, "LM", 1, 1, 1, 5)], "api"
        )
    store.forget_surveys(days[2])
    file = sqlite3.connect(tmp_path / FILE)
    assert file.execute("SELECT count(DISTINCT day) FROM price_store").fetchone() == (2,)
    assert file.execute("SELECT count(DISTINCT day) FROM price_typical").fetchone() == (3,)
    file.close()
    store.close()


def test_offers_are_kept_for_a_day(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    store.keep_offers("m", "onion", "[]", NOW)
    assert store.offers("m", "onion", NOW - HOUR) == ("[]", NOW)
    assert store.offers("m", "onion", NOW + HOUR) is None
    store.keep_offers("m", "egg", "[]", NOW + timedelta(hours=25))
    assert store.offers("m", "onion", NOW - HOUR) is None
    store.close()


def refreshing(here: Place) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        **here.stand.environment,
        "AICHEF_DATA_DIR": str(here.store.folder),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "aichef", "prices", "refresh"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@LOOPBACK
def test_a_refresh_killed_in_the_middle_leaves_whole_goods_and_carries_on(tmp_path: Path) -> None:
    with place(tmp_path) as here:
        here.stand.today = None
        process = refreshing(here)
        deadline = time.monotonic() + 20
        while here.stand.calls["chamgagyeok"] < 12 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()
        day = here.store.newest_survey("api")
        assert day is not None
        done = here.store.surveyed(day, "api")
        assert 3 <= len(done) < 274
        file = sqlite3.connect(tmp_path / FILE)
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        held = file.execute("SELECT good, count(*) FROM price_store GROUP BY good").fetchall()
        assert {good for good, _ in held} == set(done)
        assert min(count for _, count in held) > 600
        file.close()
        calls = here.stand.calls["chamgagyeok"]
        again = refreshing(here)
        while here.stand.calls["chamgagyeok"] < calls + 8 and time.monotonic() < deadline:
            time.sleep(0.05)
        again.kill()
        again.wait()
        more = here.store.surveyed(day, "api")
        assert done < more
        # The first good asked for was the first that was missing: no call was made twice.
        assert len(more) - len(done) >= here.stand.calls["chamgagyeok"] - calls - 7


def test_a_store_one_may_not_write_is_still_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = SurveyStore(tmp_path)
    kept.note("a", "b")
    kept.close()

    def refuse(_: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(survey_store, "_writable", refuse)
    store = SurveyStore(tmp_path)
    assert store.noted("a") == "b"
    with pytest.raises(ShopError) as failed:
        store.note("a", "c")
    assert failed.value.details["trouble"] == "store"
    store.close()
    with pytest.raises(ShopError):
        SurveyStore(tmp_path / "nowhere").note("a", "c")


def test_a_store_of_a_later_version_is_refused_for_reading_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sqlite3.connect(tmp_path / FILE)
    file.execute("CREATE TABLE notes (name TEXT, value TEXT)")
    file.execute("PRAGMA user_version = 99")
    file.close()

    def refuse(_: Path) -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr(survey_store, "_writable", refuse)
    with pytest.raises(ShopError, match="새 버전"):
        SurveyStore(tmp_path).noted("a")


def test_one_download_at_a_time(tmp_path: Path) -> None:
    order: list[str] = []

    def other() -> None:
        with SurveyStore(tmp_path).alone():
            order.append("second")

    with SurveyStore(tmp_path).alone():
        thread = Thread(target=other)
        thread.start()
        thread.join(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_store_of_the_first_version_is_brought_further(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / FILE)
    for statement in MIGRATIONS[0].split(";"):
        file.execute(statement)
    file.execute("INSERT INTO surveyed VALUES ('2026-11-06', 224, 5, 'api')")
    file.execute("INSERT INTO surveyed VALUES ('2026-11-20', 224, 0, 'api')")
    row = "('2026-11-20', '212', '00', '04', '', '포기', 1, '배추', 3000)"
    file.execute(f"INSERT INTO price_reference VALUES {row}")  # noqa: S608 - our own words
    file.execute("PRAGMA user_version = 1")
    file.commit()
    file.close()
    store = SurveyStore(tmp_path)
    assert store.seen("chamgagyeok") == {"224": date(2026, 11, 6)}
    assert store.seen("kamis") == {"212 00 04": date(2026, 11, 20)}
    store.close()


def test_the_last_day_of_a_code_outlives_its_prices(tmp_path: Path) -> None:
    store = SurveyStore(tmp_path)
    for day in (DAY, DAY - timedelta(days=40)):
        store.keep_survey(day, 1, [Shelf(day, 1, "a", 100)], [], "api")
    store.keep_survey(DAY + timedelta(days=14), 1, [], [], "api")
    store.forget_surveys(DAY + timedelta(days=60))
    assert store.seen("chamgagyeok") == {"1": DAY}
    store.close()
