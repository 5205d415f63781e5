"""The person's own prices."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.errors import InvalidRecipe, ShopError
from aichef.prices.choose import candidates, unit_price
from aichef.prices.own import FILE, OwnPrices, key, own_price
from tests.prices.making import a_need, a_price

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 23)


@pytest.fixture
def own(tmp_path: Path) -> OwnPrices:
    return OwnPrices(tmp_path / "data", TODAY)


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "prices.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refused(own: OwnPrices, path: Path, locale: str = "ko") -> InvalidRecipe:
    with pytest.raises(InvalidRecipe) as trouble:
        own.import_csv(path, locale=locale)
    assert own.list() == ()
    return trouble.value


def test_nobody_has_own_prices_at_first(own: OwnPrices) -> None:
    assert own.list() == ()
    assert own.known({"onion"}) == {}


def test_a_price_written_down_is_found_again_as_it_was(own: OwnPrices) -> None:
    price = own_price(
        "onion", "햇양파, 큰 것", 3980, 1500, TODAY, amount=1.5, unit="kg", seller="이마트"
    )
    own.add(price)
    assert own.list() == (price,)
    assert own.known({"onion", "egg"}) == {"onion": (price,)}
    assert asyncio.run(own.search(a_need("onion"))) == (price,)


def test_a_seller_makes_it_a_store_price() -> None:
    assert own_price("onion", "양파", 100, 100, TODAY, seller="이마트").kind == "store"
    assert own_price("onion", "양파", 100, 100, TODAY).kind == "reference"


def test_own_prices_win_over_the_book() -> None:
    mine = own_price("onion", "양파", 9999, 100, TODAY)
    assert candidates([a_price(100, 100, source="KAMIS"), mine]) == (mine,)


def test_the_same_pack_at_the_same_seller_is_replaced(own: OwnPrices) -> None:
    for won in (3980, 4280):
        own.add(own_price("onion", "양파", won, 1500, TODAY, seller="이마트"))
    own.add(own_price("onion", "양파", 3500, 1500, TODAY, seller="시장"))
    assert sorted(price.won for price in own.list()) == [3500, 4280]


def test_a_price_can_be_forgotten(own: OwnPrices) -> None:
    name = own.add(own_price("onion", "양파", 3980, 1500, TODAY))
    assert own.remove(name)
    assert not own.remove(name)
    assert own.list() == ()


def test_an_old_own_price_says_how_old_it_is() -> None:
    price = own_price("onion", "양파", 100, 100, TODAY, observed_on=date(2023, 1, 1))
    assert (price.band_pct, price.estimate) == (60, True)


def test_loose_food_is_written_down_by_the_step() -> None:
    meat = own_price("pork_belly", "삼겹살", 17_990, 600, TODAY, sold="loose")
    assert (meat.grams, meat.won, meat.pack) == (100, 2999, "100g")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_files_of_korean_spreadsheets_are_read(
    own: OwnPrices, tmp_path: Path, encoding: str, newline: str
) -> None:
    lines = [
        "재료,상품,용량,단위,가격,판매처,날짜",
        '양파,"햇양파, 망",1.5,kg,"3,980원",이마트,2026.11.20',
        "soy_sauce,진간장,860,ml,7680,,2026-11-02",
        ",,,,,,",
    ]
    assert own.import_csv(written(tmp_path, newline.join(lines), encoding)) == 2
    onion, sauce = own.list()
    assert (onion.food, onion.product, onion.won, onion.grams) == (
        "onion",
        "햇양파, 망",
        3980,
        1500,
    )
    assert (onion.vendor, onion.observed_on, onion.kind) == ("이마트", date(2026, 11, 20), "store")
    assert (sauce.vendor, sauce.kind) == (None, "reference")
    assert sauce.grams == pytest.approx(860 * 1.18)
    assert unit_price(sauce).won == 894


def test_grams_win_over_guessing_what_a_piece_weighs(own: OwnPrices, tmp_path: Path) -> None:
    own.import_csv(written(tmp_path, "food,grams,amount,unit,won\nonion,900,3,개,2500\n"))
    (onion,) = own.list()
    assert (onion.grams, onion.pack) == (900, "3개")


def test_amount_and_unit_may_stand_in_one_cell(own: OwnPrices, tmp_path: Path) -> None:
    own.import_csv(written(tmp_path, "food,amount,won\nonion,1.5kg,3980\n"))
    assert own.list()[0].grams == 1500


def test_every_bad_line_is_named_and_none_is_imported(own: OwnPrices, tmp_path: Path) -> None:
    text = (
        "food,grams,won,date,sold\n"
        "onion,100,300,2026-11-01,\n"
        "별가루,100,300,,\n"
        "onion,0,300,,\n"
        "onion,100,-5,,\n"
        "onion,100,3.5,,\n"
        "onion,100,300,2027-01-01,\n"
        "onion,100,300,2026-02-30,\n"
        "onion,100,300,,half\n"
        "onion,100,300,,,extra\n"
        f"onion,100,{'9' * 400},,\n"
        "onion,1e3,300,,\n"
        'onion,100,"1,2",,\n'
        "onion\n"
    )
    trouble = refused(own, written(tmp_path, text))
    assert trouble.details["lines"] == tuple(range(3, 15))
    assert "3번째 줄: 모르는 재료예요(별가루)." in trouble.message
    assert "고칠 줄이 12개" in trouble.message


def test_a_file_of_only_bad_lines_names_the_first_twenty(own: OwnPrices, tmp_path: Path) -> None:
    trouble = refused(own, written(tmp_path, "food,grams,won\n" + "x,1,1\n" * 25), "en")
    assert len(trouble.details["lines"]) == 25
    assert "Line 21:" in trouble.message
    assert "And 5 more." in trouble.message


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "첫 줄"),
        ("food,won\nonion,1\n", "첫 줄"),
        ("food,grams,won\n", "한 줄도"),
        ('food,grams,won\n"onion,100,300\n', "CSV"),
        ("food,amount,unit,won\nonion,2,묶음한상자,1000\n", "grams 칸"),
        ("food,amount,unit,won\nonion,2,100g,1000\n", "grams 칸"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    own: OwnPrices, tmp_path: Path, text: str, word: str
) -> None:
    assert word in refused(own, written(tmp_path, text)).message


def test_a_file_that_is_not_text_or_not_there_is_said(own: OwnPrices, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    assert "열지" in refused(own, path).message
    path.write_bytes(b"\xff\xfe\x00\x81")
    assert "글자" in refused(own, path).message
    path.write_bytes(b"x" * 1_000_001)
    assert "1MB" in refused(own, path).message


def test_a_bad_line_is_named_left_out_and_kept_until_it_is_removed(own: OwnPrices) -> None:
    own.folder.mkdir()
    (own.folder / FILE).write_text("food,grams,won\nonion,100,lots\nleek,100,500\n")
    own.add(own_price("egg", "달걀", 100, 60, TODAY))
    assert [price.food for price in own.list()] == ["egg", "leek"]
    assert set(own.known({"onion", "leek"})) == {"leek"}
    (bad,) = own.bad_rows()
    assert "onion" in str(bad)
    assert "lots" in str(bad)
    assert "1줄" in (own.trouble() or "")
    assert own.remove(bad.key)
    assert own.bad_rows() == ()
    assert own.trouble() is None
    assert len(own.list()) == 2


def test_a_file_that_is_no_price_file_is_not_written_over(own: OwnPrices) -> None:
    own.folder.mkdir()
    (own.folder / FILE).write_text("garbage\n")
    with pytest.raises(InvalidRecipe):
        own.add(own_price("egg", "달걀", 100, 60, TODAY))
    with pytest.raises(ShopError):
        own.known({"onion"})
    assert FILE in (own.trouble() or "")
    assert (own.folder / FILE).read_text() == "garbage\n"


@pytest.mark.parametrize(
    ("won", "grams", "product"),
    [(10**12, 300, "두부"), (1500, 2e6, "두부"), (1500, 1e-9, "두부"), (1500, 300, "\udcff")],
)
def test_a_price_that_could_not_be_read_again_is_not_kept(
    own: OwnPrices, won: int, grams: float, product: str
) -> None:
    with pytest.raises(InvalidRecipe):
        own.add(own_price("tofu_firm", product, won, grams, TODAY))
    assert own.list() == ()


def test_prices_added_at_the_same_moment_are_all_kept(own: OwnPrices) -> None:
    script = (
        "import sys\nfrom datetime import date\nfrom pathlib import Path\n"
        "from aichef.prices.own import OwnPrices, own_price\n"
        "own = OwnPrices(Path(sys.argv[1]), date(2026, 11, 23))\n"
        "for n in range(5):\n"
        "    own.add(own_price('onion', f'{sys.argv[2]}-{n}', 100, 100, own.today))\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(own.folder), str(n)]) for n in range(6)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 6
    assert len(own.list()) == 30


def test_who_waits_too_long_for_the_others_is_told(
    own: OwnPrices, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    own.add(own_price("onion", "양파", 100, 100, TODAY))
    monkeypatch.setattr("aichef.prices.own._PATIENCE", 0.05)
    with (own.folder / ".own_prices.csv.lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ShopError, match="다른 명령"):
            own.add(own_price("egg", "달걀", 100, 60, TODAY))
    assert len(own.list()) == 1


def test_a_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    own = OwnPrices(taken, TODAY, locale="en")
    for attempt in (own.list, lambda: own.add(own_price("egg", "egg", 100, 60, TODAY))):
        with pytest.raises(ShopError, match=str(taken)):
            attempt()


def test_a_clock_set_back_makes_no_own_price_unreadable(own: OwnPrices) -> None:
    own.add(own_price("onion", "양파", 100, 100, TODAY))
    assert len(OwnPrices(own.folder, date(2026, 1, 1)).list()) == 1


def test_a_process_killed_while_writing_leaves_a_whole_file(own: OwnPrices) -> None:
    own.add(own_price("onion", "양파", 100, 100, TODAY))
    script = (
        "import sys\nfrom datetime import date\nfrom pathlib import Path\n"
        "from aichef.prices.own import OwnPrices, own_price\n"
        "own = OwnPrices(Path(sys.argv[1]), date(2026, 11, 23))\nprint('go', flush=True)\n"
        "for n in range(10**6):\n"
        "    own.add(own_price('onion', '양파', 1 + n, 100 + n % 50, own.today))\n"
    )
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", script, str(own.folder)], stdout=subprocess.PIPE
        )
        with writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            for _ in range(200):
                own.list()
            os.kill(writer.pid, signal.SIGKILL)
        assert own.list()


def test_the_file_is_left_as_it_was_when_the_disk_is_full(
    own: OwnPrices, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.add(own_price("onion", "양파", 100, 100, TODAY))

    def full(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ShopError, match=str(own.folder)):
        own.add(own_price("egg", "달걀", 100, 60, TODAY))
    assert {path.name for path in own.folder.iterdir()} == {FILE, f".{FILE}.lock"}
    assert len(own.list()) == 1


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).map(
    lambda text: text.strip() or "x"
)


@settings(deadline=None)
@given(
    product=words,
    seller=st.none() | words,
    won=st.integers(1, 10_000_000),
    grams=st.floats(0.01, 20_000),
    sold=st.sampled_from(["pack", "loose"]),
    unit=st.sampled_from(["g", "kg", "ml", "L", "개", "ea", "봉"]),
)
def test_whatever_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    product: str,
    seller: str | None,
    won: int,
    grams: float,
    sold: str,
    unit: str,
) -> None:
    own = OwnPrices(tmp_path_factory.mktemp("own"), TODAY)
    kept = own_price(
        "onion",
        product,
        won,
        grams,
        TODAY,
        sold="loose" if sold == "loose" else "pack",
        amount=3,
        unit=unit,
        seller=seller,
    )
    name = own.add(kept)
    (price,) = own.list()
    assert (price.product, price.vendor, price.won, price.sold) == (product, seller, kept.won, sold)
    assert price.grams == pytest.approx(kept.grams)
    assert price.pack == kept.pack
    assert key(price) == name


def test_a_file_that_grew_too_large_is_neither_read_nor_written(
    own: OwnPrices, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.add(own_price("onion", "양파", 3980, 1500, TODAY))
    monkeypatch.setattr("aichef.prices.own._MOST_KEPT", (own.folder / FILE).stat().st_size)
    with pytest.raises(ShopError, match="10MB"):
        own.add(own_price("onion", "햇양파", 3980, 1500, TODAY))
    assert [one.product for one in own.list()] == ["양파"]
    with (own.folder / FILE).open("ab") as file:
        file.write(b"x")
    with pytest.raises(ShopError, match="10MB"):
        own.list()
    assert "10MB" in (own.trouble() or "")


def test_a_cell_of_blanks_takes_no_longer_than_it_is_long(own: OwnPrices, tmp_path: Path) -> None:
    path = written(tmp_path, f"food,won,amount\nonion,100,1{' ' * 60_000}9\n")
    began = time.thread_time()
    refused(own, path)
    assert time.thread_time() - began < 1
