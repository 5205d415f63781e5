"""Ingredients of a stream: each at its closing brace, whole, none lost."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from bench.stream import document, feed, holds
from hypothesis import given, settings
from hypothesis import strategies as st

from aichef.chef.stream import Ingredients

EGG = {"name": "달걀", "amount": "2", "unit": "개"}
RICE = {"name": "현미밥", "amount": "210", "unit": "g"}


def written(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


def told(text: str, size: int = 1) -> list[dict[str, Any]]:
    return feed([text[at : at + size] for at in range(0, len(text), size)])


def test_an_ingredient_comes_with_its_closing_brace_and_not_a_sign_before() -> None:
    text = '{"ingredients": [{"name": "닭가슴살", "amount": "63", "unit": "g"}, {"name"'
    reader = Ingredients()
    end = text.index("}") + 1
    assert [reader.feed(sign) for sign in text[: end - 1]] == [()] * (end - 1)
    assert reader.feed(text[end - 1]) == ({"name": "닭가슴살", "amount": "63", "unit": "g"},)
    assert reader.feed(text[end:]) == ()


@pytest.mark.parametrize("size", [1, 3, 20, 10_000])
def test_prose_fences_and_other_keys_do_not_matter(size: int) -> None:
    body = written(notes='{"ingredients": [{"name": "꿀"}]}', ingredients=[EGG, RICE], servings=2)
    for text in (body, f"```json\n{body}\n```", f'네! 6" 팬 {{한 개}}로:\n{body}\n맛있게!'):
        assert told(text, size) == [EGG, RICE]


def test_braces_in_texts_and_nested_values_stay_inside() -> None:
    odd = {"name": 'a}"]{\\', "amount": [1, {"ingredients": [EGG]}], "unit": {"recipe": {}}}
    assert told(written(ingredients=[odd, EGG])) == [odd, EGG]


def test_a_wrapped_recipe_is_read_and_other_lists_are_not() -> None:
    assert told(written(recipe={"servedWith": [RICE], "ingredients": [EGG]})) == [EGG]
    assert told(written(servedWith=[RICE], other={"ingredients": [RICE]}, ingredients=[])) == []


def test_a_list_given_twice_is_told_twice() -> None:
    text = f'{{"ingredients": [{written(**EGG)}], "ingredients": [{written(**RICE)}]}}'
    assert told(text) == [EGG, RICE]


def test_what_breaks_off_or_is_no_json_is_not_told() -> None:
    assert told('{"ingredients": [{"name": "달걀", "amount": ') == []
    assert told('{"ingredients": [{"name": 달걀}, "두부 1모", {"name": "김"}]}') == [{"name": "김"}]


@given(st.integers(0, 10**9))
@settings(max_examples=300, deadline=None)
def test_nothing_comes_early_and_nothing_is_lost(seed: int) -> None:
    assert holds(*document(random.Random(seed)), random.Random(seed))


@given(st.lists(st.text(alphabet='{}[]",:\\ \naㅁ', max_size=9), max_size=30))
def test_no_stream_makes_a_traceback(pieces: list[str]) -> None:
    feed(pieces)
