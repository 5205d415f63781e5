"""The catalogue: complete in both languages, and nothing in it or missing from it by mistake."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from aichef.web.page import texts
from aichef.web.page.texts import catalogue, text

PAGE = Path(texts.__file__).parent
USED = re.compile(r"""(?<![\w.])(?:t|text)\(\s*["']([a-z_]+\.[a-z0-9_]+)["'](\s*~)?""")
KOREAN = re.compile("[가-힣]")


def sources() -> list[Path]:
    return [*PAGE.glob("*.py"), *PAGE.glob("templates/*.html")]


def used() -> tuple[set[str], set[str]]:
    """Keys that are named in full, and beginnings of keys that are put together."""
    found = [one for path in sources() for one in USED.findall(path.read_text(encoding="utf-8"))]
    whole = {key for key, more in found if not more}
    named = {
        key
        for path in PAGE.glob("*.py")
        for key in re.findall(r'"([a-z]+\.[a-z0-9_]+)"', path.read_text(encoding="utf-8"))
        if key in catalogue()
    }
    begun = {
        start
        for path in PAGE.glob("*.py")
        for start in re.findall(r'f"([a-z]+\.[a-z0-9_]+)\{', path.read_text(encoding="utf-8"))
    }
    return whole | named, begun | {key for key, more in found if more}


def places(wording: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(wording) if name}


def test_every_text_that_is_asked_for_is_there() -> None:
    whole, begun = used()
    assert whole - set(catalogue()) == set()
    for start in begun:
        assert any(key.startswith(start) for key in catalogue()), start


def test_every_text_that_is_there_is_asked_for() -> None:
    whole, begun = used()
    idle = [key for key in catalogue() if key not in whole and not key.startswith(tuple(begun))]
    assert idle == []


@pytest.mark.parametrize("key", catalogue())
def test_both_languages_say_a_text_with_the_same_values(key: str) -> None:
    korean, english = catalogue()[key]
    assert places(korean) == places(english)
    # The names of the languages stand in their own.
    if key != "common.other_language":
        assert not KOREAN.search(english) or key.endswith("_example"), english


@pytest.mark.parametrize("key", catalogue())
def test_no_text_calls_food_safe(key: str) -> None:
    assert not re.search(r"안전|\bsafe", " ".join(catalogue()[key]), re.IGNORECASE)


def test_particles_suit_the_word() -> None:
    value = texts._Value
    assert f"{value('두부'):은/는} {value('쌀'):은/는} {value(3)}" == "두부는 쌀은 3"


def test_a_text_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("common.nothing", "ko")
