"""The person's own word on delivery: a plain file, read whole or refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichef.basket.model import Seller
from aichef.basket.own_sellers import FILE, own_sellers
from aichef.errors import RequestError


def written(folder: Path, text: str | bytes) -> Path:
    (folder / FILE).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def test_no_file_is_no_word(tmp_path: Path) -> None:
    assert own_sellers(tmp_path) == ()
    assert own_sellers(tmp_path / "nowhere") == ()
    written(tmp_path, "")
    assert own_sellers(tmp_path / FILE) == ()


@pytest.mark.parametrize(
    "head", ["name,delivery,free_from,walk", "\ufeff판매처,배송비,무료배송,걸어감"]
)
def test_fees_thresholds_and_shops_one_walks_to_are_read(tmp_path: Path, head: str) -> None:
    rows = '쿠팡,0,,\n\n컬리,"2,500원",30000,no\n동네마트,0,,yes\n'
    assert own_sellers(written(tmp_path, f"{head}\n{rows}")) == (
        Seller("쿠팡", 0, source="own"),
        Seller("컬리", 2500, 30_000, source="own"),
        Seller("동네마트", 0, walk=True, source="own"),
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", FILE),
        ("name\n쿠팡\n", FILE),
        (b"name,delivery\n\xff\xfe,1\n", FILE),
        ("name,delivery\n,3000\n", f"{FILE}:2"),
        ("name,delivery\n쿠팡,0\n쿠팡,1\n", f"{FILE}:3"),
        ("name,delivery\n쿠팡,-1\n", f"{FILE}:2"),
        ("name,delivery\n쿠팡,1e3\n", f"{FILE}:2"),
        ("name,delivery\n쿠팡,999999999\n", f"{FILE}:2"),
        ("name,delivery,free_from\n쿠팡,0,공짜\n", f"{FILE}:2"),
        ("name,delivery,walk\n쿠팡,0,perhaps\n", f"{FILE}:2"),
        ("name,delivery,walk\n쿠팡,3000,yes\n", f"{FILE}:2"),
        ("name,delivery\n쿠팡,0\n" + "x" * 1_000_001, FILE),
    ],
)
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_what_cannot_be_read_names_its_line(
    tmp_path: Path, text: str | bytes, where: str, locale: str
) -> None:
    with pytest.raises(RequestError) as wrong:
        own_sellers(written(tmp_path, text), locale)
    assert wrong.value.details["where"] == where
    assert wrong.value.message.isascii() == (locale == "en")
    assert str(tmp_path) not in wrong.value.message
