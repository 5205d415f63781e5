"""The environment, read once: texts as they are, numbers checked, the language to speak in."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichef.errors import RequestError
from aichef.settings import Settings, spoken


def test_unset_and_blank_settings_take_the_default(tmp_path: Path) -> None:
    plain = Settings(tmp_path)
    assert Settings.read({"AICHEF_DATA_DIR": str(tmp_path), "AICHEF_MOST_WALKS": " "}) == plain
    assert (plain.most_walks, plain.walk_worth) == (2, 3_000)


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    given = {
        "AICHEF_DATA_DIR": str(tmp_path),
        "AICHEF_MOST_WALKS": "0",
        "AICHEF_WALK_WORTH": "5,000",
    }
    found = Settings.read(given)
    assert (found.most_walks, found.walk_worth) == (0, 5_000)


@pytest.mark.parametrize("text", ["-1", "two", "1.5", "9999999", "²", "٣"])
@pytest.mark.parametrize(("locale", "says"), [("ko", "정수"), ("en", "whole number")])
def test_what_is_no_number_is_named_with_its_variable(text: str, locale: str, says: str) -> None:
    given = {"AICHEF_DATA_DIR": "x", "AICHEF_WALK_WORTH": text, "AICHEF_LOCALE": locale}
    with pytest.raises(RequestError, match=says) as wrong:
        Settings.read(given)
    assert wrong.value.details["field"] == "AICHEF_WALK_WORTH"


def test_a_flag_decides_the_language_before_the_environment() -> None:
    assert spoken(None, {}) == "ko"
    assert spoken(None, {"AICHEF_LOCALE": "EN-us"}) == "en"
    assert spoken("ko", {"AICHEF_LOCALE": "en"}) == "ko"
    assert spoken("영어", {}) == "en"


@pytest.mark.parametrize(("locale", "says"), [("ko", "전체 경로"), ("en", "full path")])
def test_the_folder_of_nobody_is_said(locale: str, says: str) -> None:
    given = {"AICHEF_DATA_DIR": "~nobody-of-this-name/x", "AICHEF_LOCALE": locale}
    with pytest.raises(RequestError, match=says) as wrong:
        Settings.read(given)
    assert wrong.value.details["field"] == "AICHEF_DATA_DIR"


@pytest.mark.parametrize(("locale", "says"), [("ko", "16자 이상"), ("en", "at least 16 signs")])
def test_a_token_that_can_be_guessed_is_refused(locale: str, says: str) -> None:
    given = {"AICHEF_DATA_DIR": "x", "AICHEF_TOKEN": "t" * 15, "AICHEF_LOCALE": locale}
    with pytest.raises(RequestError, match=says) as wrong:
        Settings.read(given)
    assert wrong.value.details["field"] == "AICHEF_TOKEN"
    assert "ttt" not in str(wrong.value)
    assert Settings.read(given | {"AICHEF_TOKEN": "t" * 16}).token == "t" * 16


def test_what_may_hold_a_key_is_not_in_the_repr() -> None:
    url = "https://models.example/hidden"
    shown = repr(Settings(Path("x"), model_url=url, model_key="hidden", database_url="hidden"))
    assert "hidden" not in shown
