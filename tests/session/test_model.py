"""Ids, canonical JSON and sentences."""

from __future__ import annotations

import pytest

from aichef.session.model import canonical, is_id, new_id
from aichef.session.words import WORDS, say


def test_an_id_is_26_letters_nobody_can_guess() -> None:
    ids = {new_id() for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(is_id(one) for one in ids)
    assert {letter for one in ids for letter in one[5:]} == {*"abcdefghijklmnopqrstuvwxyz234567"}


@pytest.mark.parametrize(
    "text",
    ["", "sess_", "sess_" + "a" * 25, "sess_" + "a" * 27, "sess_" + "A" * 26, "sess_" + "1" * 26,
     "sess_" + "a" * 26 + "\n", "sess_" + "가" * 26],
)  # fmt: skip
def test_anything_else_is_no_id(text: str) -> None:
    assert not is_id(text)


def test_equal_profiles_are_equal_texts() -> None:
    one = canonical({"target": "keto", "allergies": ["땅콩"], "budget": 30_000})
    assert one == canonical({"budget": 30_000, "allergies": ["땅콩"], "target": "keto"})
    assert one.isascii()
    assert one != canonical({"target": "keto", "allergies": ["땅콩"], "budget": 30_001})


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"budget": float("nan")})


@pytest.mark.parametrize("what", WORDS)
def test_every_sentence_is_said_in_both_languages(what: str) -> None:
    korean, english = say(what), say(what, "en")
    assert korean.endswith("요.")
    assert english.endswith(".")
    assert english.isascii()
    assert korean != english
